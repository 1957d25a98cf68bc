package xades

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var at = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// contexts are documents that a signature must fit into.
var contexts = map[string]string{
	"request":            request,
	"declaration":        `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" + request + "\r\n",
	"byte order mark":    "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + request,
	"empty root":         `<a xmlns="urn:a" b="/>" />`,
	"empty prefixed":     `<p:a xmlns:p="urn:a"/>`,
	"our prefixes":       `<ds:a xmlns:ds="urn:a" xmlns:xades="urn:b"><xades:b ds:c="d"/></ds:a>`,
	"xml attributes":     `<a xml:lang="pl" xml:space="preserve" xml:base="http://example.com/"> <b/> </a>`,
	"unused namespaces":  `<a xmlns:u="urn:u" xmlns="urn:a"><b xmlns=""/></a>`,
	"no namespace":       `<a>text</a >`,
	"ids":                `<a Id="Signature" ID="SignedProperties" id="Reference"/>`,
	"prolog":             `<?p q?><!-- </a> --><a><b/></a>`,
	"epilog":             `<a><b/></a><!-- </a> --><?p </a> <?q?><!-- <a/> -->` + "\n",
	"epilog after empty": `<a/><?p </a> ?><!-- <a/> -->`,
	"tricky text":        `<a b="&lt;/a>"><![CDATA[</a>]]>&#13;ż&#x10FFFF;</a>`,
}

func TestSignContexts(t *testing.T) {
	for name, doc := range contexts {
		t.Run(name, func(t *testing.T) {
			signed, err := Sign([]byte(doc), load(t, "p256"), nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, signed)
			}
			if want := canonical(t, strings.TrimPrefix(doc, "\ufeff")); string(got.Signed) != want {
				t.Errorf("signed %s, want %s", got.Signed, want)
			}
			// Nothing but the signature is new.
			sig := cut(string(signed), "<ds:Signature ", "</ds:Signature>")
			left := strings.Replace(string(signed), sig, "", 1)
			if left != doc && canonical(t, strings.TrimPrefix(left, "\ufeff")) != string(got.Signed) {
				t.Errorf("the document became %s", left)
			}
		})
	}
}

func TestSignKeys(t *testing.T) {
	for key, method := range map[string]string{
		"rsa": rsa256, "issued": rsa256, "p256": ecdsa256, "p384": more2001 + "ecdsa-sha384", "p521": more2001 + "ecdsa-sha512",
	} {
		for _, v2 := range []bool{false, true} {
			signed, err := Sign([]byte(request), load(t, key), &SignOptions{SigningTime: at, SigningCertificateV2: v2})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Method != method || !got.SigningTime.Equal(at) || got.Profile != ProfileB || got.Packaging != Enveloped {
				t.Errorf("%s: %+v", key, got)
			}
			if bytes.Contains(signed, []byte("SigningCertificateV2")) != v2 {
				t.Errorf("%s: version of the signing certificate", key)
			}
		}
	}
}

// TestSignGolden fixes the octets: RSASSA-PKCS1-v1_5 has no randomness.
func TestSignGolden(t *testing.T) {
	for file, opts := range map[string]*SignOptions{
		"testdata/golden-v1.xml": {SigningTime: at.Add(999 * time.Millisecond)},
		"testdata/golden-v2.xml": {SigningTime: at.In(time.FixedZone("", 3600)), SigningCertificateV2: true},
	} {
		cert := load(t, "issued")
		cert.Certificate = append(cert.Certificate, readCertificate(t, "testdata/keys/authority.pem"))
		signed, err := Sign([]byte(request), cert, opts)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, signed, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(signed, want) {
			t.Errorf("%s differs from\n%s", file, signed)
		}
	}
}

// hidden is a key of which nothing is known but that it signs, as of a smart card.
type hidden struct{ key crypto.Signer }

func (h hidden) Public() crypto.PublicKey { return h.key.Public() }
func (h hidden) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return h.key.Sign(r, digest, opts)
}

func TestSignWithHiddenKey(t *testing.T) {
	for _, key := range []string{"rsa", "p256", "p384", "p521"} {
		cert := load(t, key)
		cert.PrivateKey = hidden{cert.PrivateKey.(crypto.Signer)}
		cert.Leaf = nil
		signed, err := Sign([]byte(request), cert, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(signed, nil); err != nil {
			t.Error(err)
		}
	}
}

// broken is a signer that returns what it is told to.
type broken struct {
	crypto.Signer
	value []byte
	err   error
}

func (b broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return b.value, b.err }

// TestSignerFails is about what comes back from hardware.
func TestSignerFails(t *testing.T) {
	removed := errors.New("the card was removed")
	sequence := func(r, s *big.Int) []byte {
		der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	huge := new(big.Int).Lsh(big.NewInt(1), 256)
	for name, c := range map[string]struct {
		key   string
		value []byte
		err   error
	}{
		"error":             {"rsa", nil, removed},
		"RSA nothing":       {"rsa", nil, nil},
		"RSA wrong":         {"rsa", make([]byte, 256), nil},
		"ECDSA nothing":     {"p256", nil, nil},
		"ECDSA raw":         {"p256", bytes.Repeat([]byte{1}, 64), nil},
		"ECDSA wrong":       {"p256", sequence(big.NewInt(1), big.NewInt(1)), nil},
		"ECDSA zero":        {"p256", sequence(big.NewInt(0), big.NewInt(1)), nil},
		"ECDSA negative":    {"p256", sequence(big.NewInt(1), big.NewInt(-1)), nil},
		"ECDSA huge":        {"p256", sequence(huge, big.NewInt(1)), nil},
		"ECDSA with a tail": {"p256", append(sequence(big.NewInt(1), big.NewInt(1)), 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			cert := load(t, c.key)
			cert.PrivateKey = broken{cert.PrivateKey.(crypto.Signer), c.value, c.err}
			signed, err := Sign([]byte(request), cert, nil)
			if !errors.Is(err, CheckSigner) || signed != nil {
				t.Errorf("got %v", err)
			}
			if c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("the signer's error is lost in %v", err)
			}
		})
	}
}

func TestSignRefusesKeys(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := load(t, "rsa")
	for name, c := range map[string]struct {
		cert tls.Certificate
		want Check
	}{
		"nothing":             {tls.Certificate{}, CheckCertificate},
		"no certificate":      {tls.Certificate{PrivateKey: good.PrivateKey}, CheckCertificate},
		"garbage":             {tls.Certificate{Certificate: [][]byte{{1, 2, 3}}, PrivateKey: good.PrivateKey}, CheckCertificate},
		"garbage in chain":    {tls.Certificate{Certificate: [][]byte{good.Certificate[0], {1}}, PrivateKey: good.PrivateKey}, CheckCertificate},
		"no key":              {tls.Certificate{Certificate: good.Certificate}, CheckKey},
		"not a signer":        {tls.Certificate{Certificate: good.Certificate, PrivateKey: "secret"}, CheckKey},
		"another key":         {tls.Certificate{Certificate: good.Certificate, PrivateKey: load(t, "issued").PrivateKey}, CheckCertificate},
		"key of another kind": {tls.Certificate{Certificate: good.Certificate, PrivateKey: load(t, "p256").PrivateKey}, CheckCertificate},
		"small RSA":           {newCertificate(t, small), CheckKey},
		"P-224":               {newCertificate(t, ecdsaKey(t, elliptic.P224())), CheckKey},
		"Ed25519":             {newCertificate(t, edwards), CheckKey},
		"too many":            {tls.Certificate{Certificate: slicesRepeat(good.Certificate, maxCertificates+1), PrivateKey: good.PrivateKey}, CheckSize},
		"leaf of another":     {tls.Certificate{Certificate: load(t, "issued").Certificate, Leaf: good.Leaf, PrivateKey: good.PrivateKey}, CheckCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			signed, err := Sign([]byte(request), c.cert, nil)
			if !errors.Is(err, c.want) || signed != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func slicesRepeat(s [][]byte, n int) (out [][]byte) {
	for range n {
		out = append(out, s...)
	}
	return out
}

func TestSignRefusesDocuments(t *testing.T) {
	cert := load(t, "rsa")
	for name, c := range map[string]struct {
		doc  string
		want Check
	}{
		"nothing":         {"", CheckXML},
		"not well-formed": {"<a>", CheckXML},
		"DTD":             {"<!DOCTYPE a><a/>", CheckXML},
		"Latin-2":         {"<a>\xb1</a>", CheckEncoding},
		"declared":        {`<?xml version="1.0" encoding="windows-1250"?><a/>`, CheckEncoding},
		"signed":          {string(complete(t, enveloped, cert)), CheckSignatureCount},
		"enveloped":       {string(complete(t, enveloping, cert)), CheckSignatureCount},
		"duplicate ids":   {`<a Id="x"><b id="x"/></a>`, CheckID},
	} {
		t.Run(name, func(t *testing.T) {
			signed, err := Sign([]byte(c.doc), cert, nil)
			if !errors.Is(err, c.want) || signed != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestSigningTimeDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := ecdsaKey(t, elliptic.P256())
		sign := func() time.Time {
			cert := newCertificate(t, key)
			time.Sleep(30 * time.Second)
			signed, err := Sign([]byte(request), cert, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatal(err)
			}
			return got.SigningTime
		}
		if got, want := sign(), time.Now().Add(-30*time.Second); !got.Equal(want) {
			t.Errorf("%v is not when the validity of the certificate began, %v", got, want)
		}
		cert := newCertificate(t, key)
		time.Sleep(time.Hour)
		signed, err := Sign([]byte(request), cert, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Verify(signed, nil); err != nil || !got.SigningTime.Equal(time.Now().Add(-time.Minute)) {
			t.Errorf("%v, %v is not a minute ago", err, got.SigningTime)
		}
	})
}

// TestIssuerNames is about certificates whose issuer has a name that XML and RFC 4514 must escape, with one attribute
// in each of its sets and with two in one of them.
func TestIssuerNames(t *testing.T) {
	key := ecdsaKey(t, elliptic.P256())
	for _, name := range []string{`a,b+c"d\e<f>g;h=i&#`, " leading and trailing ", "line\nbreak\rtab\tnull\x00bell\x07", "Zażółć \U0001F600", "#hash", "]]>"} {
		testIssuerName(t, key, name, []string{name})
		testIssuerName(t, key, name, []string{name, "second"})
	}
}

func testIssuerName(t *testing.T, key crypto.Signer, name string, organization []string) {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), Subject: pkix.Name{
		CommonName: name, Organization: organization,
		ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: name}},
	}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	var whole pkix.RDNSequence
	if _, err := asn1.Unmarshal(cert.RawIssuer, &whole); err != nil || len(whole) != 3 {
		t.Fatalf("%v, %v", whole, err)
	}
	if got := issuer(cert); got != whole.String() || strings.Contains(got, "+O=") != (len(organization) > 1) {
		t.Errorf("issuer %s, want %s", got, whole)
	}
	signed, err := Sign([]byte(request), tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(signed, nil); err != nil {
		t.Errorf("%q: %v", name, err)
	}
}

func TestSignConcurrently(t *testing.T) {
	cert := load(t, "p256")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			signed, err := Sign([]byte(request), cert, nil)
			if err == nil {
				_, err = Verify(signed, nil)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
