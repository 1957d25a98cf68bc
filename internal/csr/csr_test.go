package csr

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

var (
	person = Subject{CommonName: "Zażółć Gęślą", Surname: "Gęślą", GivenName: "Zażółć Jaźń", Country: "PL", SerialNumber: "PNOPL-44051401359", UniqueIdentifier: "a1b2"}
	seal   = Subject{CommonName: "Firma", Organization: `Firma "Łoś" & Syn, Sp. z o.o.`, OrganizationIdentifier: "VATPL-5261040828", Country: "PL"}
)

// What comes out is what went in, in the string types that were asked for.
func TestSubject(t *testing.T) {
	for _, s := range []Subject{person, seal} {
		for _, onRSA := range []bool{false, true} {
			key, err := NewKey(onRSA)
			if err != nil {
				t.Fatal(err)
			}
			der, err := New(s, key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := x509.ParseCertificateRequest(der)
			if err != nil {
				t.Fatal(err)
			}
			if err := got.CheckSignature(); err != nil {
				t.Error(err)
			}
			if !got.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(key.Public()) {
				t.Error("another key")
			}
			back := Subject{}
			for _, a := range got.Subject.Names {
				field := map[string]*string{
					"2.5.4.3": &back.CommonName, "2.5.4.4": &back.Surname, "2.5.4.5": &back.SerialNumber, "2.5.4.6": &back.Country,
					"2.5.4.10": &back.Organization, "2.5.4.42": &back.GivenName, "2.5.4.45": &back.UniqueIdentifier, "2.5.4.97": &back.OrganizationIdentifier,
				}[a.Type.String()]
				*field = a.Value.(string)
			}
			if back != s {
				t.Errorf("%+v, want %+v", back, s)
			}
			var name []asn1.RawValue
			if rest, err := asn1.Unmarshal(got.RawSubject, &name); err != nil || len(rest) > 0 {
				t.Fatal(err)
			}
			for _, rdn := range name {
				var pair []struct {
					Type  asn1.ObjectIdentifier
					Value asn1.RawValue
				}
				if _, err := asn1.UnmarshalWithParams(rdn.FullBytes, &pair, "set"); err != nil || len(pair) != 1 {
					t.Fatal(err, pair)
				}
				want := asn1.TagUTF8String
				if id := pair[0].Type.String(); id == "2.5.4.5" || id == "2.5.4.6" {
					want = asn1.TagPrintableString
				}
				if pair[0].Value.Tag != want {
					t.Errorf("%v has tag %d, want %d", pair[0].Type, pair[0].Value.Tag, want)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	p256, err := NewKey(false)
	if err != nil {
		t.Fatal(err)
	}
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	small, _ := rsa.GenerateKey(rand.Reader, 1024)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	for _, c := range []struct {
		name string
		s    Subject
		key  crypto.Signer
		want string
	}{
		{"P-384", person, p384, "curve P-384"},
		{"RSA-1024", person, small, "1024 bits"},
		{"Ed25519", person, ed, "want a P-256"},
		{"nothing", person, nil, "no key"},
		{"serial number", Subject{SerialNumber: "PNOPL_1"}, p256, "PrintableString"},
		{"country", Subject{Country: "Pł"}, p256, "PrintableString"},
		{"bytes", Subject{CommonName: "\xff"}, p256, "not UTF-8"},
	} {
		if _, err := New(c.s, c.key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", c.name, err, c.want)
		}
	}
}

// OpenSSL reads the same names and takes the signatures for good.
func TestOpenSSL(t *testing.T) {
	openssl := judge.Program(t, "openssl")
	for _, onRSA := range []bool{false, true} {
		key, err := NewKey(onRSA)
		if err != nil {
			t.Fatal(err)
		}
		for s, want := range map[Subject][]string{
			person: {"commonName=Zażółć Gęślą", "surname=Gęślą", "givenName=Zażółć Jaźń", "countryName=PL", "serialNumber=PNOPL-44051401359", "x500UniqueIdentifier=a1b2"},
			seal:   {"commonName=Firma", `organizationName=Firma "Łoś" & Syn, Sp. z o.o.`, "organizationIdentifier=VATPL-5261040828", "countryName=PL"},
		} {
			der, err := New(s, key)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(openssl, "req", "-verify", "-noout", "-inform", "DER", "-subject", "-nameopt", "utf8,sep_multiline,lname")
			cmd.Stdin = bytes.NewReader(der)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "verify OK") {
				t.Fatalf("%v\n%s", err, out)
			}
			var lines []string
			for line := range strings.Lines(string(out)) {
				lines = append(lines, strings.TrimSpace(line))
			}
			for _, w := range want {
				if !slices.Contains(lines, w) {
					t.Errorf("no %q in\n%s", w, out)
				}
			}
		}
	}
}
