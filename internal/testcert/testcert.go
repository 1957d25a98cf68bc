// Package testcert makes the self-signed certificates that KSeF's Test
// environment accepts instead of qualified ones (ksef-docs
// uwierzytelnianie.md; attributes as in ETSI EN 319 412-1).
package testcert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Options adjusts a certificate. A nil *Options means the defaults.
type Options struct {
	P256      bool          // an EC key on P-256 instead of RSA-2048; far quicker to make
	Key       crypto.Signer // instead of a fresh one; P256 is ignored then
	NotBefore time.Time     // zero for an hour ago
	NotAfter  time.Time     // zero for a year from NotBefore
	Name      string        // common name, and of a seal the organisation's; "" for one that says TEST
}

// Object identifiers of the subject attributes KSeF reads (X.520).
var (
	commonName             = asn1.ObjectIdentifier{2, 5, 4, 3}
	surname                = asn1.ObjectIdentifier{2, 5, 4, 4}
	serialNumber           = asn1.ObjectIdentifier{2, 5, 4, 5}
	country                = asn1.ObjectIdentifier{2, 5, 4, 6}
	organization           = asn1.ObjectIdentifier{2, 5, 4, 10}
	givenName              = asn1.ObjectIdentifier{2, 5, 4, 42}
	organizationIdentifier = asn1.ObjectIdentifier{2, 5, 4, 97}
)

// Seal makes the seal of the organisation with the given NIP.
func Seal(nip string, opts *Options) (tls.Certificate, error) {
	name := opts.name("TEST " + nip)
	return selfSign(opts,
		attribute(organization, name), attribute(organizationIdentifier, "VATPL-"+nip),
		attribute(commonName, name), attribute(country, "PL"))
}

// PeppolSeal makes the seal of the Peppol provider with the given identifier,
// which stands in its common name.
func PeppolSeal(id string, opts *Options) (tls.Certificate, error) {
	return selfSign(opts,
		attribute(organization, opts.name("TEST "+id)), attribute(organizationIdentifier, id),
		attribute(commonName, id), attribute(country, "PL"))
}

// Person makes the certificate of a person, whose serial number is serial:
// "PNOPL-" with a PESEL or "TINPL-" with a NIP.
func Person(serial, given, family string, opts *Options) (tls.Certificate, error) {
	return selfSign(opts,
		attribute(givenName, given), attribute(surname, family), attribute(serialNumber, serial),
		attribute(commonName, opts.name(given+" "+family)), attribute(country, "PL"))
}

func (o *Options) name(otherwise string) string {
	if o == nil || o.Name == "" {
		return otherwise
	}
	return o.Name
}

func attribute(id asn1.ObjectIdentifier, value string) pkix.AttributeTypeAndValue {
	return pkix.AttributeTypeAndValue{Type: id, Value: value}
}

func selfSign(opts *Options, subject ...pkix.AttributeTypeAndValue) (tls.Certificate, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	var err error
	key := o.Key
	switch {
	case key != nil:
	case o.P256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a key: %w", err)
	}
	if o.NotBefore.IsZero() {
		o.NotBefore = time.Now().Add(-time.Hour) // KSeF's clock may be behind ours
	}
	if o.NotAfter.IsZero() {
		o.NotAfter = o.NotBefore.AddDate(1, 0, 0)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), // never zero
		Subject:      pkix.Name{ExtraNames: subject},
		NotBefore:    o.NotBefore,
		NotAfter:     o.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("signing the certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading the certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
