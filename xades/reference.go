package xades

import (
	"bytes"
	"crypto"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// role is what a reference is for. Each is referenced once at most; the first two must be.
type role uint8

const (
	noRole role = iota
	theDocument
	theProperties
	theKeyInfo
)

// reference is a ds:Reference.
type reference struct {
	name   string // for errors
	uri    string
	kind   string // the Type attribute
	chain  chain
	hash   crypto.Hash
	digest []byte
	value  *xmltree.Node // the ds:DigestValue

	role   role
	target *xmltree.Node
}

func (v *verifier) readReference(n *xmltree.Node, name string) (*reference, *Error) {
	if !isDS(n, "Reference") {
		return nil, fail(CheckStructure, "ds:SignedInfo", "unexpected "+label(n))
	}
	uri, ok := n.Attr("", "URI")
	if !ok {
		return nil, fail(CheckReference, name, "has no URI: what it refers to would be a matter of convention")
	}
	r := &reference{name: name, uri: uri, kind: attr(n, "Type")}
	kids, err := content(n, name)
	if err != nil {
		return nil, err
	}
	if len(kids) > 0 && isDS(kids[0], "Transforms") {
		if r.chain, err = readTransforms(kids[0], name); err != nil {
			return nil, err
		}
		kids = kids[1:]
	}
	if r.hash, r.digest, err = v.readDigest(kids, name); err != nil {
		return nil, err
	}
	r.value = kids[1]
	return r, nil
}

// assignReferences finds what the references point at. It is by the place in the document that a
// target is recognised, never by its name or id alone: this is what signature wrapping plays with.
func (v *verifier) assignReferences(refs []*reference) *Error {
	var seen [theKeyInfo + 1]bool
	for _, r := range refs {
		if err := v.assign(r); err != nil {
			return err
		}
		if seen[r.role] {
			return fail(CheckReference, r.name, "points at something that another reference points at already")
		}
		seen[r.role] = true
	}
	if !seen[theDocument] {
		return fail(CheckReference, "ds:SignedInfo", "no reference covers the document")
	}
	if !seen[theProperties] {
		return fail(CheckProfile, "ds:SignedInfo", "no reference covers xades:SignedProperties")
	}
	return nil
}

func (v *verifier) assign(r *reference) *Error {
	p := v.parts
	id, local := strings.CutPrefix(r.uri, "#")
	switch {
	case r.uri == "":
		r.target = v.doc
	case !local:
		return &Error{Check: CheckReference, Element: r.name, Message: "points outside the document", Got: quote(r.uri)}
	case strings.Contains(id, "("):
		return &Error{Check: CheckReference, Element: r.name, Message: `XPointer is not accepted, but "" and "#id"`, Got: quote(r.uri)}
	default:
		if r.target = v.ids[id]; r.target == nil {
			return &Error{Check: CheckReference, Element: r.name, Message: "points at an id that is not in the document", Got: quote(r.uri)}
		}
	}
	switch {
	case r.target == p.keyInfo:
		r.role = theKeyInfo
	case isProperties(r.target, p.qualifying):
		r.role = theProperties
	case p.packaging == Enveloped && (r.target == v.doc || r.target.Parent == v.doc):
		r.role = theDocument
	case p.document != nil && (r.target == p.document || r.target.Parent == p.document):
		r.role = theDocument
	default:
		return &Error{Check: CheckReference, Element: r.name, Message: "points at something other than the whole document, " +
			"this signature's xades:SignedProperties or its ds:KeyInfo", Got: quote(r.uri)}
	}
	if (r.kind == typeProperties) != (r.role == theProperties) {
		return &Error{Check: CheckReference, Element: r.name, Message: "the Type " + typeProperties +
			" belongs to the reference to xades:SignedProperties, and to no other", Got: quote(r.kind)}
	}
	return r.chain.fits(r, p.packaging)
}

func isProperties(n, qualifying *xmltree.Node) bool {
	return n.Parent == qualifying && n.NS == etsi && n.Local == "SignedProperties"
}

// checkDigests compares the digests of all references, and returns what is signed of the document.
func (v *verifier) checkDigests(refs []*reference) (signed []byte, err *Error) {
	for _, r := range refs {
		octets, err := v.octets(r)
		if err != nil {
			return nil, err
		}
		if got := hashed(r.hash, octets); !bytes.Equal(got, r.digest) {
			what := [...]string{theDocument: "the document", theProperties: "xades:SignedProperties", theKeyInfo: "ds:KeyInfo"}[r.role]
			return nil, &Error{Check: CheckDigest, Element: r.name, Message: what + " is not what was signed",
				Want: encode(r.digest), Got: encode(got)}
		}
		if r.role == theDocument {
			if signed, err = v.unpack(r, octets); err != nil {
				return nil, err
			}
		}
	}
	return signed, nil
}

// octets returns what a reference digests, good until the next call unless it is the document.
func (v *verifier) octets(r *reference) ([]byte, *Error) {
	if r.chain.base64 {
		return r.chain.decoded(r.target)
	}
	var exclude *xmltree.Node
	if r.chain.enveloped {
		exclude = v.parts.signature
	}
	if r.role != theDocument {
		v.scratch = r.chain.canonical.appendOctets(v.scratch[:0], r.target, exclude)
		return v.scratch, nil
	}
	dst := make([]byte, 0, int(v.parts.signature.Offset)+64) // a signature mostly stands at the end
	return r.chain.canonical.appendOctets(dst, r.target, exclude), nil
}

// unpack returns the document in the octets that the reference to it digests.
func (v *verifier) unpack(r *reference, octets []byte) ([]byte, *Error) {
	switch {
	case v.parts.packaging == Enveloped:
		return octets, nil
	case r.chain.base64:
		return octets, checkDocument(octets)
	}
	root, err := soleChild(v.parts.document)
	if err != nil || r.target == root {
		return octets, err
	}
	return r.chain.canonical.appendOctets(nil, root, nil), nil
}

// checkDocument checks what the checks of the outer document have not seen: a document in base64.
func checkDocument(octets []byte) *Error {
	tree, err := parse(octets)
	if err != nil {
		return err
	}
	inner := survey(tree)
	if len(inner.signatures) > 0 {
		return fail(CheckSignatureCount, "ds:Object", "the document in it is signed, too")
	}
	return inner.ambiguous
}

// soleChild returns the document in a ds:Object. It is none of XML-DSig's elements: an attacker who puts
// a signed ds:Object into another one must not make it the document.
func soleChild(object *xmltree.Node) (*xmltree.Node, *Error) {
	kids, err := content(object, "ds:Object")
	if err == nil && (len(kids) != 1 || kids[0].NS == dsig) {
		err = fail(CheckStructure, "ds:Object", "must hold one document and nothing else")
	}
	if err != nil {
		return nil, err
	}
	return kids[0], nil
}
