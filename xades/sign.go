package xades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/ksef-go/ksef/internal/c14n"
)

// SignOptions changes how [Sign] signs. nil means the defaults.
type SignOptions struct {
	// SigningTime is the time that the signature claims, to the second. Zero means one minute ago (as
	// the ministry's C# client has it: a verifier whose clock is slow refuses signatures from the
	// future), but not before the certificate's validity has begun.
	SigningTime time.Time
	// SigningCertificateV2 names the certificate in the SigningCertificateV2 property of ETSI
	// EN 319 132-1, instead of the SigningCertificate of TS 101 903. The older is the default because
	// both official KSeF clients emit it: the real system is known to accept it, as do the verifiers
	// of the newer standard.
	SigningCertificateV2 bool
}

// Sign signs a document and returns it with an enveloped XAdES-BASELINE-B signature as the last child
// of its root element. Nothing else in the document changes, not a byte (but a root <a/> becomes
// <a>…</a>).
//
// cert holds the signer's certificate first, then any others to put into the signature, and a private
// key that is a [crypto.Signer]: RSA of 2048 bits and more (signs with RSASSA-PKCS1-v1_5 and SHA-256)
// or ECDSA on P-256, P-384 or P-521 (with SHA-256, SHA-384, SHA-512). The key may be in hardware: what a
// key returns that is not of crypto/rsa or crypto/ecdsa is verified before it goes into the document.
//
// The document must be well-formed XML in UTF-8, without DTD, unsigned, and without duplicate ids or comments
// in values.
// Every error is an [*Error] that names the failing [Check]; none holds anything of the key. Sign keeps
// nothing, and may be called again and concurrently as far as the key may.
func Sign(doc []byte, cert tls.Certificate, opts *SignOptions) ([]byte, error) {
	s, err := NewSigner(cert)
	if err != nil {
		return nil, err
	}
	return s.Sign(doc, opts)
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// Signer is a key with its certificates, checked, and the algorithms that go with it.
type Signer struct {
	key    crypto.Signer
	leaf   *x509.Certificate
	chain  [][]byte
	method signatureMethod
	digest string // the DigestMethod's URI, of the same hash as the signature method
}

// NewSigner checks a certificate and its key as [Sign] does, without using the key: for who wants to know
// beforehand, or signs many documents.
func NewSigner(cert tls.Certificate) (*Signer, error) {
	s, err := newSigner(cert)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Sign is the function of that name, with the certificate and the key of s.
func (s *Signer) Sign(doc []byte, opts *SignOptions) ([]byte, error) {
	if opts == nil {
		opts = &SignOptions{}
	}
	signed, err := s.sign(doc, *opts)
	if err != nil {
		return nil, err
	}
	return signed, nil
}

func newSigner(cert tls.Certificate) (*Signer, *Error) {
	if len(cert.Certificate) == 0 {
		return nil, fail(CheckCertificate, "", "there is no certificate to sign with")
	}
	if n := len(cert.Certificate); n > maxCertificates {
		return nil, tooMany("", "certificates", maxCertificates, n)
	}
	s := &Signer{leaf: cert.Leaf, chain: cert.Certificate}
	for i, der := range cert.Certificate {
		if i == 0 && s.leaf != nil && bytes.Equal(s.leaf.Raw, der) {
			continue
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, &Error{Check: CheckCertificate, Message: fmt.Sprintf("certificate %d cannot be read", i+1), Err: err}
		}
		if i == 0 {
			s.leaf = c
		}
	}
	if err := checkKey(s.leaf); err != nil {
		return nil, &Error{Check: err.Check, Message: err.Message, Want: err.Want, Got: err.Got}
	}
	var ok bool
	if s.key, ok = cert.PrivateKey.(crypto.Signer); !ok {
		return nil, fail(CheckKey, "", fmt.Sprintf("a private key of type %T cannot sign: it must be a crypto.Signer", cert.PrivateKey))
	}
	if public, ok := s.leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(s.key.Public()) {
		return nil, fail(CheckCertificate, "", "the private key is not the one of the certificate")
	}
	uri := more2001 + "rsa-sha256"
	s.digest = xmlenc + "sha256"
	if k, ok := s.leaf.PublicKey.(*ecdsa.PublicKey); ok {
		switch k.Curve.Params().BitSize {
		case 256:
			uri = more2001 + "ecdsa-sha256"
		case 384:
			uri, s.digest = more2001+"ecdsa-sha384", more2001+"sha384"
		default:
			uri, s.digest = more2001+"ecdsa-sha512", xmlenc+"sha512"
		}
	}
	s.method, _ = signatureMethodByURI(uri)
	return s, nil
}

func (s *Signer) sign(doc []byte, opts SignOptions) ([]byte, *Error) {
	// The byte order mark stays where it is; offsets in the tree count from behind it.
	n := 0
	if bytes.HasPrefix(doc, byteOrderMark) {
		n = len(byteOrderMark)
	}
	mark, doc := doc[:n], doc[n:]
	tree, err := parse(doc)
	if err != nil {
		return nil, err
	}
	found := survey(tree)
	switch {
	case len(found.signatures) > 0:
		return nil, fail(CheckSignatureCount, "ds:Signature", "the document is signed already, and KSeF takes one signature")
	case found.ambiguous != nil:
		return nil, found.ambiguous
	}
	canonical := c14n.Exclusive.Append(make([]byte, 0, len(doc)+1<<10), tree, nil)
	digest := s.hash(canonical)
	w := writer{Signer: s, time: s.signingTime(opts.SigningTime), v2: opts.SigningCertificateV2, document: digest,
		// Ids come from the digest of the document: no document can hold the ids of its own signature.
		id: hex.EncodeToString(digest[:8])}
	properties := w.appendProperties(canonical[:0]) // the canonical form has done its duty

	at, tag := insertion(doc, tree)
	out := make([]byte, 0, len(mark)+len(doc)+len(properties)+w.size())
	out = append(append(out, mark...), doc[:at]...)
	if tag != "" { // <a/> becomes <a>…</a>
		out = append(out, '>')
	}
	if out, err = w.append(out, properties); err != nil {
		return nil, err
	}
	if tag == "" {
		return append(out, doc[at:]...), nil
	}
	return append(append(out, "</"+tag+">"...), doc[at+len("/>"):]...), nil
}

func (s *Signer) signingTime(t time.Time) time.Time {
	if t.IsZero() {
		now := time.Now()
		t = now.Add(-time.Minute)
		if from := s.leaf.NotBefore; t.Before(from) && !now.Before(from) {
			t = from
		}
	}
	return t.UTC().Truncate(time.Second)
}

func (s *Signer) hash(b []byte) []byte { return hashed(s.method.hash, b) }

// value signs the canonical form of ds:SignedInfo. What a key of somebody else's making returns is verified: a
// smart card that was pulled out or a faulty HSM must not cost a round trip to the verifier, nor leak an RSA key
// by a miscalculated signature. The standard library's own keys compute in this process, as a verification would
// (and those of RSA verify by themselves).
func (s *Signer) value(info []byte) ([]byte, *Error) {
	digest := s.hash(info)
	value, err := s.key.Sign(rand.Reader, digest, s.method.hash)
	if err != nil {
		return nil, &Error{Check: CheckSigner, Message: "the key did not sign", Err: err}
	}
	if k, ok := s.leaf.PublicKey.(*ecdsa.PublicKey); ok {
		if value, err = sideBySide(value, curveBytes(k)); err != nil {
			return nil, &Error{Check: CheckSigner, Message: "the key did not return an ASN.1 ECDSA signature", Err: err}
		}
	}
	switch s.key.(type) {
	case *ecdsa.PrivateKey, *rsa.PrivateKey:
		return value, nil
	}
	if err := s.method.verify(s.leaf.PublicKey, digest, value); err != nil {
		return nil, &Error{Check: CheckSigner, Message: "the key returned a signature that is not its own", Err: err}
	}
	return value, nil
}

// sideBySide turns the ASN.1 signature that every crypto.Signer returns into the R and S of XML-DSig,
// each of the size of the curve.
func sideBySide(der []byte, size int) ([]byte, error) {
	var v struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &v)
	switch {
	case err != nil:
		return nil, err
	case len(rest) > 0:
		return nil, fmt.Errorf("%d bytes after the signature", len(rest))
	case v.R.Sign() <= 0 || v.S.Sign() <= 0 || v.R.BitLen() > 8*size || v.S.BitLen() > 8*size:
		return nil, fmt.Errorf("values of R and S must be positive numbers of at most %d bytes", size)
	}
	out := make([]byte, 2*size)
	v.R.FillBytes(out[:size])
	v.S.FillBytes(out[size:])
	return out, nil
}
