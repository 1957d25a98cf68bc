package xades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // makes crypto.SHA1 and, below, the other hashes available
	"crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
)

// Bounds that no honest signature comes near.
const (
	maxReferences   = 8
	maxTransforms   = 8
	maxCertificates = 16
	maxPrefixes     = 64
)

// The keys that KSeF accepts (ksef-docs podpis-xades.md), and the largest RSA key that is worth the
// time of verifying with it.
const (
	minRSABits   = 2048
	maxRSABits   = 8192
	minCurveBits = 256
)

const (
	dsig           = "http://www.w3.org/2000/09/xmldsig#"
	dsig11         = "http://www.w3.org/2009/xmldsig11#"
	more2001       = "http://www.w3.org/2001/04/xmldsig-more#"
	more2007       = "http://www.w3.org/2007/05/xmldsig-more#"
	more2021       = "http://www.w3.org/2021/04/xmldsig-more#"
	xmlenc         = "http://www.w3.org/2001/04/xmlenc#"
	etsi           = "http://uri.etsi.org/01903/v1.3.2#"
	etsi141        = "http://uri.etsi.org/01903/v1.4.1#"
	typeProperties = "http://uri.etsi.org/01903#SignedProperties"
)

// digests are the DigestMethods of ksef-docs podpis-xades.md; the URIs of SHA-3 are in RFC 9231 §2.1.5,
// where they belong to the namespace of 2007.
func digestByURI(uri string) (crypto.Hash, bool) {
	switch uri {
	case dsig + "sha1":
		return crypto.SHA1, true
	case xmlenc + "sha256":
		return crypto.SHA256, true
	case more2001 + "sha384":
		return crypto.SHA384, true
	case xmlenc + "sha512":
		return crypto.SHA512, true
	case more2007 + "sha3-256":
		return crypto.SHA3_256, true
	case more2007 + "sha3-384":
		return crypto.SHA3_384, true
	case more2007 + "sha3-512":
		return crypto.SHA3_512, true
	}
	return 0, false
}

// padding is how a signature method uses its key.
type padding uint8

const (
	pkcs1 padding = iota // RSASSA-PKCS1-v1_5
	pss                  // RSASSA-PSS, MGF1 with the same hash, salt as long as the hash (RFC 9231 §2.3.10)
	plain                // ECDSA, R and S side by side (XML-DSig 1.1 §6.4.3)
)

// signatureMethod is one of the SignatureMethods of ksef-docs podpis-xades.md.
type signatureMethod struct {
	uri  string
	hash crypto.Hash
	pad  padding
}

var signatureMethods = []signatureMethod{
	{dsig + "rsa-sha1", crypto.SHA1, pkcs1},
	{more2001 + "rsa-sha256", crypto.SHA256, pkcs1},
	{more2001 + "rsa-sha384", crypto.SHA384, pkcs1},
	{more2001 + "rsa-sha512", crypto.SHA512, pkcs1},
	{more2007 + "sha1-rsa-MGF1", crypto.SHA1, pss},
	{more2007 + "sha256-rsa-MGF1", crypto.SHA256, pss},
	{more2007 + "sha384-rsa-MGF1", crypto.SHA384, pss},
	{more2007 + "sha512-rsa-MGF1", crypto.SHA512, pss},
	{more2007 + "sha3-256-rsa-MGF1", crypto.SHA3_256, pss},
	{more2007 + "sha3-384-rsa-MGF1", crypto.SHA3_384, pss},
	{more2007 + "sha3-512-rsa-MGF1", crypto.SHA3_512, pss},
	{more2001 + "ecdsa-sha1", crypto.SHA1, plain},
	{more2001 + "ecdsa-sha256", crypto.SHA256, plain},
	{more2001 + "ecdsa-sha384", crypto.SHA384, plain},
	{more2001 + "ecdsa-sha512", crypto.SHA512, plain},
	{more2021 + "ecdsa-sha3-256", crypto.SHA3_256, plain},
	{more2021 + "ecdsa-sha3-384", crypto.SHA3_384, plain},
	{more2021 + "ecdsa-sha3-512", crypto.SHA3_512, plain},
}

func signatureMethodByURI(uri string) (signatureMethod, bool) {
	for _, m := range signatureMethods {
		if m.uri == uri {
			return m, true
		}
	}
	return signatureMethod{}, false
}

// hashed returns the digest of octets.
func hashed(h crypto.Hash, octets []byte) []byte {
	if h == crypto.SHA256 { // nearly always, and then without a state on the heap
		sum := sha256.Sum256(octets)
		return sum[:]
	}
	sum := h.New()
	sum.Write(octets)
	return sum.Sum(nil)
}

// verify checks value, as it stands in ds:SignatureValue, against the digest of ds:SignedInfo.
func (m signatureMethod) verify(key crypto.PublicKey, digest, value []byte) *Error {
	const element = "ds:SignatureValue"
	wrongKind := &Error{Check: CheckKey, Element: "ds:SignatureMethod", Message: fmt.Sprintf("%s cannot be used with a key of type %T", m.uri, key)}
	if m.pad == plain {
		k, ok := key.(*ecdsa.PublicKey)
		if !ok {
			return wrongKind
		}
		// EU DSS shortens R and S by a byte where both begin with a zero, every fourth time on P-521.
		n := len(value) / 2
		if most := 2 * curveBytes(k); len(value) > most || len(value)%2 == 1 {
			return &Error{Check: CheckSignatureValue, Element: element,
				Message: "an ECDSA value is R and S side by side, not ASN.1 DER",
				Want:    fmt.Sprintf("%d bytes", most), Got: fmt.Sprint(len(value))}
		}
		if !ecdsa.VerifyASN1(k, digest, sequence(value[:n], value[n:])) {
			return fail(CheckSignatureValue, element, "is not the signature of ds:SignedInfo by the certificate's key")
		}
		return nil
	}
	k, ok := key.(*rsa.PublicKey)
	if !ok {
		return wrongKind
	}
	var err error
	if m.pad == pss {
		err = rsa.VerifyPSS(k, m.hash, digest, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	} else {
		err = rsa.VerifyPKCS1v15(k, m.hash, digest, value)
	}
	if err != nil {
		return &Error{Check: CheckSignatureValue, Element: element, Message: "is not the signature of ds:SignedInfo by the certificate's key", Err: err}
	}
	return nil
}

// checkKey refuses keys that KSeF refuses, and those that Go cannot use.
func checkKey(cert *x509.Certificate) *Error {
	const element = "ds:X509Certificate"
	switch k := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < minRSABits || n > maxRSABits {
			return &Error{Check: CheckKey, Element: element, Message: "RSA key of the wrong size",
				Want: fmt.Sprintf("%d to %d bits", minRSABits, maxRSABits), Got: fmt.Sprintf("%d", n)}
		}
	case *ecdsa.PublicKey:
		if n := k.Curve.Params().BitSize; n < minCurveBits {
			return &Error{Check: CheckKey, Element: element, Message: "elliptic curve too small",
				Want: fmt.Sprintf("at least %d bits", minCurveBits), Got: fmt.Sprintf("%d", n)}
		}
	default:
		return &Error{Check: CheckKey, Element: element, Message: "key of an unsupported kind",
			Want: "RSA, or ECDSA on P-256, P-384 or P-521", Got: fmt.Sprintf("%v (%T)", cert.PublicKeyAlgorithm, k)}
	}
	return nil
}

func curveBytes(k *ecdsa.PublicKey) int { return (k.Curve.Params().BitSize + 7) / 8 }

// sequence writes R and S, of at most 66 bytes each, as crypto/ecdsa takes them: in ASN.1 (RFC 3279 §2.2.3).
func sequence(r, s []byte) []byte {
	const (
		compound = 0x20 // of the tag of what holds others
		long     = 0x81 // before a length of 128 to 255
	)
	numbers := appendInteger(appendInteger(make([]byte, 0, len(r)+len(s)+6), r), s)
	head := []byte{asn1.TagSequence | compound, byte(len(numbers))}
	if len(numbers) >= 128 {
		head = []byte{asn1.TagSequence | compound, long, byte(len(numbers))}
	}
	return append(head, numbers...)
}

// appendInteger appends a number that has at most 66 bytes.
func appendInteger(b, n []byte) []byte {
	n = bytes.TrimLeft(n, "\x00")
	if len(n) == 0 || n[0] >= 128 { // or it would be negative
		return append(append(b, asn1.TagInteger, byte(len(n)+1), 0), n...)
	}
	return append(append(b, asn1.TagInteger, byte(len(n))), n...)
}
