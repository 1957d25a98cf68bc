// Package csr makes requests for KSeF certificates: PKCS#10 (RFC 2986) with the
// subject that KSeF prescribes and a key it certifies (ksef-docs
// certyfikaty-KSeF.md §3).
package csr

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ksef-go/ksef/internal/testcert"
)

// Subject is the distinguished name of a request. Empty attributes are left
// out.
type Subject struct {
	CommonName             string
	Surname                string
	GivenName              string
	Organization           string
	OrganizationIdentifier string
	Country                string
	SerialNumber           string
	UniqueIdentifier       string
}

// uniqueIdentifier is x500UniqueIdentifier, X.520 §6.2.7. KSeF reads it as text.
var uniqueIdentifier = asn1.ObjectIdentifier{2, 5, 4, 45}

// New returns a request in DER for the public half of key, signed with key.
func New(s Subject, key crypto.Signer) ([]byte, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	subject, err := s.marshal()
	if err != nil {
		return nil, err
	}
	return x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{RawSubject: subject}, key)
}

// NewKey makes a key that KSeF certifies: on the curve P-256, which it
// recommends, or an RSA one.
func NewKey(onRSA bool) (crypto.Signer, error) {
	if onRSA {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// CheckKey says why KSeF would not certify a key.
func CheckKey(key crypto.Signer) error {
	if key == nil {
		return errors.New("no key")
	}
	switch pub := key.Public().(type) {
	case *ecdsa.PublicKey:
		if pub.Curve != elliptic.P256() {
			return fmt.Errorf("key on curve %s: want P-256", pub.Params().Name)
		}
	case *rsa.PublicKey:
		if pub.N.BitLen() != 2048 {
			return fmt.Errorf("RSA key of %d bits: want 2048", pub.N.BitLen())
		}
	default:
		return fmt.Errorf("%T: want a P-256 or an RSA key", pub)
	}
	return nil
}

// marshal writes the name as its attributes come, one to a set. Each has the
// string type that RFC 5280 appendix A.1 demands or prefers: UTF8String, but
// for the country and the serial number PrintableString.
func (s Subject) marshal() ([]byte, error) {
	var name pkix.RDNSequence
	for _, a := range []struct {
		what      string
		id        asn1.ObjectIdentifier
		value     string
		printable bool
	}{
		{"common name", testcert.CommonName, s.CommonName, false},
		{"surname", testcert.Surname, s.Surname, false},
		{"given name", testcert.GivenName, s.GivenName, false},
		{"organization", testcert.Organization, s.Organization, false},
		{"organization identifier", testcert.OrganizationIdentifier, s.OrganizationIdentifier, false},
		{"country", testcert.Country, s.Country, true},
		{"serial number", testcert.SerialNumber, s.SerialNumber, true},
		{"unique identifier", uniqueIdentifier, s.UniqueIdentifier, false},
	} {
		value := asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(a.value)}
		switch {
		case a.value == "":
			continue
		case !utf8.ValidString(a.value):
			return nil, fmt.Errorf("%s %q is not UTF-8", a.what, a.value)
		case a.printable && strings.IndexFunc(a.value, unprintable) >= 0:
			return nil, fmt.Errorf("%s %q has characters that a PrintableString cannot hold", a.what, a.value)
		case a.printable:
			value.Tag = asn1.TagPrintableString
		}
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: a.id, Value: value}})
	}
	return asn1.Marshal(name)
}

// unprintable reports what X.680 §41.4 leaves out of PrintableString.
func unprintable(r rune) bool {
	alphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !alphanumeric && !strings.ContainsRune(" '()+,-./:=?", r)
}
