package xades

import (
	"crypto"
	"fmt"
	"strconv"

	"github.com/ksef-go/ksef/internal/c14n"
	"github.com/ksef-go/ksef/internal/xmltree"
)

// signedInfo is a ds:SignedInfo: what was signed, and how.
type signedInfo struct {
	node       *xmltree.Node
	canonical  canonicalization
	method     signatureMethod
	references []*reference
}

// digest returns the digest of the canonical form, which is what the key signs.
func (v *verifier) digest(s *signedInfo) []byte {
	v.scratch = s.canonical.method.Append(v.scratch[:0], s.node, &c14n.Options{InclusivePrefixes: s.canonical.prefixes})
	return hashed(s.method.hash, v.scratch)
}

func (v *verifier) readSignedInfo() (*signedInfo, *Error) {
	const name = "ds:SignedInfo"
	kids, err := content(v.parts.info, name)
	if err != nil {
		return nil, err
	}
	if len(kids) < 3 || !isDS(kids[0], "CanonicalizationMethod") || !isDS(kids[1], "SignatureMethod") {
		return nil, fail(CheckStructure, name, "must hold ds:CanonicalizationMethod, ds:SignatureMethod and ds:Reference, in this order")
	}
	info := &signedInfo{node: v.parts.info}
	uri := attr(kids[0], "Algorithm")
	m, ok := c14n.ByURI(uri)
	if !ok {
		return nil, &Error{Check: CheckAlgorithm, Element: "ds:CanonicalizationMethod", Message: "not accepted", Got: quote(uri)}
	}
	if info.canonical, err = readCanonicalization(kids[0], "ds:CanonicalizationMethod", m); err != nil {
		return nil, err
	}
	if info.method, err = v.readSignatureMethod(kids[1]); err != nil {
		return nil, err
	}
	refs := kids[2:]
	if len(refs) > maxReferences {
		return nil, tooMany(name, "references", maxReferences, len(refs))
	}
	for i, n := range refs {
		r, err := v.readReference(n, "ds:Reference "+strconv.Itoa(i+1))
		if err != nil {
			return nil, err
		}
		info.references = append(info.references, r)
	}
	return info, nil
}

func (v *verifier) readSignatureMethod(n *xmltree.Node) (signatureMethod, *Error) {
	const name = "ds:SignatureMethod"
	uri := attr(n, "Algorithm")
	m, ok := signatureMethodByURI(uri)
	if !ok {
		return m, &Error{Check: CheckAlgorithm, Element: name, Message: "not accepted", Got: quote(uri)}
	}
	if err := noParameters(n, name, CheckAlgorithm); err != nil {
		return m, err
	}
	return m, v.checkHash(m.hash, name)
}

// readDigestMethod reads the hash of a ds:DigestMethod.
func (v *verifier) readDigestMethod(n *xmltree.Node, name string) (crypto.Hash, *Error) {
	name += " ds:DigestMethod"
	uri := attr(n, "Algorithm")
	h, ok := digestByURI(uri)
	if !ok {
		return 0, &Error{Check: CheckAlgorithm, Element: name, Message: "not accepted", Got: quote(uri)}
	}
	if err := noParameters(n, name, CheckAlgorithm); err != nil {
		return 0, err
	}
	return h, v.checkHash(h, name)
}

func (v *verifier) checkHash(h crypto.Hash, name string) *Error {
	if h == crypto.SHA1 && v.RefuseSHA1 {
		return fail(CheckAlgorithm, name, "SHA-1 is refused by VerifyOptions.RefuseSHA1")
	}
	return nil
}

// readDigest reads a ds:DigestMethod and the ds:DigestValue after it.
func (v *verifier) readDigest(kids []*xmltree.Node, name string) (crypto.Hash, []byte, *Error) {
	if len(kids) != 2 || !isDS(kids[0], "DigestMethod") || !isDS(kids[1], "DigestValue") {
		return 0, nil, fail(CheckStructure, name, "must hold ds:DigestMethod and ds:DigestValue")
	}
	h, err := v.readDigestMethod(kids[0], name)
	if err != nil {
		return 0, nil, err
	}
	digest, err := base64Value(kids[1])
	if err != nil {
		return 0, nil, err
	}
	if len(digest) != h.Size() {
		return 0, nil, &Error{Check: CheckValue, Element: name + " ds:DigestValue", Message: "wrong length for its digest method",
			Want: fmt.Sprintf("%d bytes", h.Size()), Got: fmt.Sprint(len(digest))}
	}
	return h, digest, nil
}
