package xades

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// VerifyOptions changes what [Verify] accepts. nil means the defaults.
type VerifyOptions struct {
	// MaxSize is the largest document, in bytes, that is looked at. Zero means 10 MiB.
	MaxSize int
	// RefuseSHA1 refuses signatures and digests with SHA-1, which KSeF still accepts.
	RefuseSHA1 bool
}

const defaultMaxSize = 10 << 20

// Packaging says where the signature is.
type Packaging string

// The two kinds of packaging. A detached signature is refused.
const (
	Enveloped  Packaging = "enveloped"  // the signature is in the document
	Enveloping Packaging = "enveloping" // the document is in the signature
)

// Signature is a verified signature.
type Signature struct {
	// Signed is what was signed: the document without the signature, in the canonical form that the
	// signature asks for (of an enveloping signature with a base64 transform alone, the decoded
	// octets). It is well-formed XML in UTF-8. Parse this, never the document that was verified.
	Signed []byte
	// Certificate is the signer's: its digest is among the signed properties and its key verifies the
	// signature. Its validity and its issuer have not been looked at.
	Certificate *x509.Certificate
	// Chain holds the other certificates of the key information, in document order, unchecked.
	Chain []*x509.Certificate
	// SigningTime is the time that the signer claims.
	SigningTime time.Time
	// Method is the URI of the signature algorithm.
	Method string
	// Packaging says whether the signature was in the document or around it.
	Packaging Packaging
	// Profile is the form that the properties have, which for everything above B and EPES is a
	// claim that nobody checked.
	Profile Profile
	// Ignored names the unsigned properties, such as SignatureTimeStamp. None of them was looked at.
	Ignored []string
}

// Verify checks the one signature of a document and returns what it covers and who made it. The package
// comment says what is accepted. Every error is an [*Error] that names the failing [Check].
//
// Verify does no input or output, keeps nothing, and may be called concurrently. The time it takes is
// linear in the size of the document.
func Verify(doc []byte, opts *VerifyOptions) (*Signature, error) {
	v := verifier{scratch: make([]byte, 0, 2<<10)} // about a ds:SignedInfo
	if opts != nil {
		v.VerifyOptions = *opts
	}
	if v.MaxSize <= 0 {
		v.MaxSize = defaultMaxSize
	}
	s, err := v.verify(doc)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// verifier carries one verification through its steps.
type verifier struct {
	VerifyOptions
	doc     *xmltree.Node
	ids     map[string]*xmltree.Node
	parts   *parts
	scratch []byte // canonical forms that are hashed and then of no more use
}

func (v *verifier) verify(doc []byte) (*Signature, *Error) {
	if len(doc) > v.MaxSize {
		return nil, tooMany("", "bytes", v.MaxSize, len(doc))
	}
	var err *Error
	if v.doc, err = parse(doc); err != nil {
		return nil, err
	}
	found := survey(v.doc)
	v.ids = found.ids
	switch n := len(found.signatures); {
	case n == 0:
		return nil, fail(CheckNoSignature, "", "the document has no ds:Signature")
	case n > 1:
		return nil, &Error{Check: CheckSignatureCount, Message: "counter signatures count, too", Want: "1", Got: fmt.Sprint(n)}
	case found.ambiguous != nil: // after the count: a copied signature is first of all a second one
		return nil, found.ambiguous
	}
	if v.parts, err = dissect(found.signatures[0]); err != nil {
		return nil, err
	}
	info, err := v.readSignedInfo()
	if err != nil {
		return nil, err
	}
	props, err := v.readProperties()
	if err != nil {
		return nil, err
	}
	if err := v.assignReferences(info.references); err != nil {
		return nil, err
	}
	certs, err := readCertificates(v.parts.keyInfo)
	if err != nil {
		return nil, err
	}
	signer, err := v.checkSignature(info, props, certs)
	if err != nil {
		return nil, v.explain(info, props, certs, err)
	}
	signed, err := v.checkDigests(info.references)
	if err != nil {
		return nil, err
	}
	s := &Signature{
		Signed: signed, Certificate: signer, SigningTime: props.time, Method: info.method.uri,
		Packaging: v.parts.packaging, Profile: props.profile, Ignored: props.unsigned,
	}
	for _, c := range certs {
		if c != signer {
			s.Chain = append(s.Chain, c)
		}
	}
	return s, nil
}

// checkSignature finds the signer among the certificates: one that the signed properties name and whose
// key verifies the signature. The signed properties may name the signer's issuers, too, in any order.
func (v *verifier) checkSignature(info *signedInfo, props *properties, certs []*x509.Certificate) (*x509.Certificate, *Error) {
	named := props.named(certs)
	if len(named) == 0 {
		return nil, props.mismatch(certs)
	}
	value, err := base64Value(v.parts.value)
	if err != nil {
		return nil, err
	}
	digest := v.digest(info)
	var first *Error
	for _, cert := range named {
		err := checkKey(cert)
		if err == nil {
			err = info.method.verify(cert.PublicKey, digest, value)
		}
		if err == nil {
			return cert, checkKeyValues(v.parts.keyInfo, cert)
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// explain tells a digest that was changed in ds:SignedInfo from all else that makes a signature fail: with the
// digests that the document has, the signature holds. Where that is not so it returns failed. It leaves those
// digests in the tree, so it is for a document that is refused.
func (v *verifier) explain(info *signedInfo, props *properties, certs []*x509.Certificate, failed *Error) *Error {
	if failed.Check != CheckSignatureValue {
		return failed
	}
	var changed *Error
	for _, r := range info.references {
		octets, err := v.octets(r)
		if err != nil {
			return failed
		}
		if sum := hashed(r.hash, octets); !bytes.Equal(sum, r.digest) {
			r.value.Children = []*xmltree.Node{{Kind: xmltree.Text, Value: encode(sum), Parent: r.value}}
			changed = cmp.Or(changed, &Error{Check: CheckSignatureValue, Element: r.name + " ds:DigestValue",
				Message: "the digest itself was changed after signing", Want: encode(sum), Got: encode(r.digest)})
		}
	}
	if changed == nil {
		return failed
	}
	if _, err := v.checkSignature(info, props, certs); err != nil {
		return failed
	}
	return changed
}
