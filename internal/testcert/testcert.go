// Package testcert makes the self-signed certificates that KSeF's test
// environment takes for qualified ones (ksef-docs srodowiska.md).
//
// It stands apart from package certs, which offers it to everybody, so that
// package ksef can use it without linking the readers of key files. It imports
// nothing but the standard library.
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
	"strings"
	"time"
)

// Options shape a test certificate. Package certs documents them as TestOptions,
// which must have the same fields.
type Options struct {
	ECDSA        bool
	Organization string
	GivenName    string
	Surname      string
	NotBefore    time.Time
	NotAfter     time.Time
}

// Attribute types of a subject, RFC 5280 appendix A and, for the organisation's
// identifier, ETSI EN 319 412-1 §5.1.
var (
	CommonName             = asn1.ObjectIdentifier{2, 5, 4, 3}
	Surname                = asn1.ObjectIdentifier{2, 5, 4, 4}
	SerialNumber           = asn1.ObjectIdentifier{2, 5, 4, 5}
	Country                = asn1.ObjectIdentifier{2, 5, 4, 6}
	Organization           = asn1.ObjectIdentifier{2, 5, 4, 10}
	GivenName              = asn1.ObjectIdentifier{2, 5, 4, 42}
	OrganizationIdentifier = asn1.ObjectIdentifier{2, 5, 4, 97}
)

// Seal makes the seal of an organisation with a NIP.
func Seal(nip string, o *Options) (tls.Certificate, error) {
	if !digits(nip, 10) {
		return tls.Certificate{}, fmt.Errorf("%q is not a NIP; ten digits are wanted", nip)
	}
	organization := organization(o)
	return SelfSigned([]pkix.AttributeTypeAndValue{
		{Type: Organization, Value: organization},
		{Type: OrganizationIdentifier, Value: "VATPL-" + nip},
		{Type: CommonName, Value: organization},
		{Type: Country, Value: "PL"},
	}, o)
}

// Person makes the certificate of a person with a PESEL or, by its length, a
// NIP.
func Person(number string, o *Options) (tls.Certificate, error) {
	var serial string
	switch {
	case digits(number, 11):
		serial = "PNOPL-" + number
	case digits(number, 10):
		serial = "TINPL-" + number
	default:
		return tls.Certificate{}, fmt.Errorf("%q is neither a PESEL nor a NIP; eleven or ten digits are wanted", number)
	}
	given, surname := "Test", "Person"
	if o != nil && o.GivenName != "" {
		given = o.GivenName
	}
	if o != nil && o.Surname != "" {
		surname = o.Surname
	}
	return SelfSigned([]pkix.AttributeTypeAndValue{
		{Type: GivenName, Value: given},
		{Type: Surname, Value: surname},
		{Type: SerialNumber, Value: serial},
		{Type: CommonName, Value: given + " " + surname},
		{Type: Country, Value: "PL"},
	}, o)
}

// Peppol makes the seal of a Peppol service provider.
func Peppol(id string, o *Options) (tls.Certificate, error) {
	if len(id) != 9 || id[0] != 'P' || strings.Trim(id[:3], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !digits(id[3:], 6) {
		return tls.Certificate{}, fmt.Errorf("%q is not a Peppol provider's identifier; P, two capital letters and six digits are wanted", id)
	}
	return SelfSigned([]pkix.AttributeTypeAndValue{
		{Type: Organization, Value: organization(o)},
		{Type: CommonName, Value: id},
		{Type: Country, Value: "PL"},
	}, o)
}

func organization(o *Options) string {
	if o != nil && o.Organization != "" {
		return o.Organization
	}
	return "Test Organisation"
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

// SelfSigned makes a certificate for any subject, with its attributes in the
// order given, and a new key.
func SelfSigned(subject []pkix.AttributeTypeAndValue, o *Options) (tls.Certificate, error) {
	if o == nil {
		o = new(Options)
	}
	notBefore, notAfter := o.NotBefore, o.NotAfter
	if notBefore.IsZero() {
		notBefore = time.Now().Add(-time.Hour) // clocks differ
	}
	if notAfter.IsZero() {
		notAfter = notBefore.AddDate(1, 0, 0)
	}
	if notAfter.Before(notBefore) {
		return tls.Certificate{}, fmt.Errorf("the certificate would end on %v, before it begins on %v; set both", notAfter, notBefore)
	}
	key, err := newKey(o.ECDSA)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{ExtraNames: subject},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		BasicConstraintsValid: true, // not a CA
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

func newKey(onCurve bool) (crypto.Signer, error) {
	if onCurve {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}
