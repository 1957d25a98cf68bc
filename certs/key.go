package certs

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// maxKey is the size of an RSA key of some 28,000 bits, which takes a tenth of a
// second to check. KSeF takes no sizes near that.
const maxKey = 16 << 10

// A kind is what a DER element is by its structure: labels and file names lie.
type kind int

const (
	kindUnknown kind = iota
	kindCertificate
	kindPKCS1     // RFC 8017 appendix A.1.2; DSA keys look the same
	kindSEC1      // RFC 5915
	kindPKCS8     // RFC 5958
	kindEncrypted // EncryptedPrivateKeyInfo, RFC 5958 §3
	kindPKCS12    // RFC 7292
)

func kindOf(der []byte) kind {
	var outer, first, second asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil || outer.Tag != asn1.TagSequence || outer.Class != asn1.ClassUniversal {
		return kindUnknown
	}
	rest, err := asn1.Unmarshal(outer.Bytes, &first)
	if err != nil {
		return kindUnknown
	}
	if _, err := asn1.Unmarshal(rest, &second); err != nil {
		return kindUnknown
	}
	switch [2]int{first.Tag, second.Tag} {
	case [2]int{asn1.TagInteger, asn1.TagInteger}:
		return kindPKCS1
	case [2]int{asn1.TagInteger, asn1.TagOctetString}:
		return kindSEC1
	case [2]int{asn1.TagInteger, asn1.TagSequence}:
		if len(first.Bytes) == 1 && first.Bytes[0] == 3 { // the version
			return kindPKCS12
		}
		return kindPKCS8
	case [2]int{asn1.TagSequence, asn1.TagOctetString}:
		return kindEncrypted
	case [2]int{asn1.TagSequence, asn1.TagSequence}:
		return kindCertificate
	}
	return kindUnknown
}

// privateKey reads the private key in a block, which may be encrypted.
func (s *secret) privateKey(b *pem.Block) (crypto.Signer, error) {
	if len(b.Bytes) > maxKey {
		return nil, explain(ErrLimit, "a private key of %d bytes, where %d are allowed", len(b.Bytes), maxKey)
	}
	if b.Type == "OPENSSH PRIVATE KEY" {
		return nil, explain(ErrFormat, "a private key in OpenSSH's own format; convert it with ssh-keygen -p -m PKCS8")
	}
	der, err := s.plainKey(b)
	if err != nil {
		return nil, err
	}
	if algorithm := refused(der); algorithm != "" {
		return nil, explain(ErrUnsupportedKey, "%s; KSeF takes RSA from 2048 bits and ECDSA on P-256, P-384 or P-521", algorithm)
	}
	var key any
	switch kindOf(der) {
	case kindPKCS8:
		key, err = x509.ParsePKCS8PrivateKey(der)
	case kindPKCS1:
		key, err = x509.ParsePKCS1PrivateKey(der)
	case kindSEC1:
		key, err = x509.ParseECPrivateKey(der)
	default:
		return nil, explain(ErrFormat, "the private key is damaged")
	}
	if err != nil {
		return nil, explain(ErrFormat, "the private key is damaged (%v)", err)
	}
	return key.(crypto.Signer), nil // RSA or ECDSA: the others are refused
}

// plainKey returns the key in a block, decrypted.
func (s *secret) plainKey(b *pem.Block) ([]byte, error) {
	const what = "the private key"
	var plain []byte
	var err error
	switch {
	case b.Headers["DEK-Info"] != "":
		plain, err = s.openLegacy(what, b)
	case kindOf(b.Bytes) == kindEncrypted:
		var info encryptedKey
		if _, err := asn1.Unmarshal(b.Bytes, &info); err != nil {
			return nil, explain(ErrFormat, "%s is damaged (%v)", what, err)
		}
		plain, err = s.decrypt(what, info.Algorithm, info.Data)
	default:
		return b.Bytes, nil
	}
	if err != nil {
		return nil, err
	}
	// One wrong password in 256 leaves something that ends like padding.
	if kindOf(plain) == kindUnknown {
		return nil, s.wrong(what)
	}
	return plain, nil
}

// openLegacy decrypts PEM encrypted the way of RFC 1423, which openssl wrote
// before version 1.0 and still does for `openssl rsa -traditional -aes256`.
func (s *secret) openLegacy(what string, b *pem.Block) ([]byte, error) {
	if s.utf8 == "" {
		return nil, s.wrong(what)
	}
	plain, err := x509.DecryptPEMBlock(b, []byte(s.utf8)) //nolint:staticcheck // deprecated for being weak, but such files exist
	switch {
	case errors.Is(err, x509.IncorrectPasswordError):
		return nil, s.wrong(what)
	case err != nil:
		return nil, explain(ErrUnsupportedEncryption, "%v; encrypt the key anew with openssl pkcs8 -topk8", err)
	}
	return plain, nil
}

// Public key algorithms of PKCS#8, RFC 3279 §2.3.
const (
	oidRSA   = "1.2.840.113549.1.1.1"
	oidECDSA = "1.2.840.10045.2.1"
)

// refusedAlgorithms names the others.
var refusedAlgorithms = map[string]string{
	"1.2.840.10040.4.1":     "DSA",
	"1.2.840.113549.1.1.10": "RSA restricted to PSS",
	"1.2.840.113549.1.3.1":  "Diffie-Hellman",
	"1.3.101.110":           "X25519",
	"1.3.101.111":           "X448",
	"1.3.101.112":           "Ed25519",
	"1.3.101.113":           "Ed448",
}

// acceptedCurves are P-256, P-384 and P-521.
var acceptedCurves = []string{"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"}

// refused names what it is about a key that KSeF does not take, "" if nothing.
// It looks before crypto/x509 does, which calls DSA and rarer curves errors of
// syntax.
func refused(der []byte) string {
	switch kindOf(der) {
	case kindPKCS1:
		return refusedNumbers(der)
	case kindSEC1:
		var key struct {
			Version int
			Private []byte
			Curve   asn1.RawValue `asn1:"optional,explicit,tag:0"`
		}
		if _, err := asn1.Unmarshal(der, &key); err == nil {
			return refusedCurve(key.Curve.Bytes)
		}
	case kindPKCS8:
		var key struct {
			Version   int
			Algorithm pkix.AlgorithmIdentifier
			Private   []byte
		}
		if _, err := asn1.Unmarshal(der, &key); err != nil {
			return ""
		}
		switch oid := key.Algorithm.Algorithm.String(); oid {
		case oidRSA:
			return refusedNumbers(key.Private)
		case oidECDSA:
			return refusedCurve(key.Algorithm.Parameters.FullBytes)
		default:
			return cmp.Or(refusedAlgorithms[oid], "algorithm "+oid)
		}
	}
	return ""
}

// refusedNumbers judges a key that is a sequence of numbers.
func refusedNumbers(der []byte) string {
	var all []*big.Int
	if _, err := asn1.Unmarshal(der, &all); err == nil && len(all) == 6 {
		return "DSA" // version, p, q, g, y, x
	}
	var key struct {
		Version int
		Modulus *big.Int
	}
	if _, err := asn1.Unmarshal(der, &key); err == nil && key.Modulus.BitLen() < 2048 {
		return fmt.Sprintf("RSA of %d bits", key.Modulus.BitLen())
	}
	return ""
}

func refusedCurve(parameters []byte) string {
	var oid asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(parameters, &oid); err != nil {
		return "ECDSA on a curve without a name"
	}
	if slices.Contains(acceptedCurves, oid.String()) {
		return ""
	}
	return "ECDSA on curve " + oid.String()
}
