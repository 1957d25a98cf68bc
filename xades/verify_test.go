package xades

import (
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestVerifyOptions(t *testing.T) {
	doc := complete(t, enveloped, load(t, "rsa"))
	if _, err := Verify(doc, &VerifyOptions{MaxSize: len(doc)}); err != nil {
		t.Error(err)
	}
	if _, err := Verify(doc, &VerifyOptions{MaxSize: len(doc) - 1}); !errors.Is(err, CheckSize) {
		t.Errorf("too large: %v", err)
	}
	strict := &VerifyOptions{RefuseSHA1: true}
	if _, err := Verify(doc, strict); err != nil {
		t.Error(err)
	}
	sha1 := dsig + "sha1"
	for name, template := range map[string]string{
		"signature": edit(enveloped, rsa256, dsig+"rsa-sha1"),
		"reference": edit(enveloped, documentReference, edit(documentReference, sha256u, sha1)),
	} {
		if _, err := Verify(complete(t, template, load(t, "rsa")), strict); !errors.Is(err, CheckAlgorithm) {
			t.Errorf("SHA-1 in the %s: %v", name, err)
		}
	}
}

// The key information may hold more certificates than the signer's, in any order, and the key.
func TestChain(t *testing.T) {
	issued, authority := load(t, "issued"), readCertificate(t, "testdata/keys/authority.pem")
	own := "<ds:X509Certificate>CERTIFICATE</ds:X509Certificate>"
	issuer := "<ds:X509Certificate>" + encode(authority) + "</ds:X509Certificate>"
	digest := cut(enveloped, "<xades:Cert>", "</xades:Cert>")
	for name, template := range map[string]string{
		"signer first":       edit(enveloped, own, own+issuer),
		"issuer first":       edit(enveloped, own, issuer+own),
		"two X509Data":       edit(enveloped, own, issuer+"</ds:X509Data><ds:X509Data>"+own),
		"twice":              edit(enveloped, own, own+own+issuer+issuer),
		"key value":          edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>name</ds:KeyName>"+keyValue(t, "issued"), own, own+issuer),
		"subject and serial": edit(enveloped, own, "<ds:X509SubjectName>CN=x</ds:X509SubjectName><ds:X509SKI>AAAA</ds:X509SKI>"+own+issuer),
		"issuer named first": edit(enveloped, own, own+issuer, "<xades:Cert>", certify(digest, tls.Certificate{Certificate: [][]byte{authority}})+"<xades:Cert>"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Verify(complete(t, template, issued), nil)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Certificate.Raw) != string(issued.Certificate[0]) || len(got.Chain) != 1 || string(got.Chain[0].Raw) != string(authority) {
				t.Errorf("certificate %v, chain %v", got.Certificate.Subject, got.Chain)
			}
		})
	}
	for _, key := range []string{"rsa", "p256", "p384", "p521"} {
		method := rsa256
		if key != "rsa" {
			method = ecdsa256
		}
		if _, err := Verify(complete(t, edit(enveloped, rsa256, method, "<ds:KeyInfo>", "<ds:KeyInfo>"+keyValue(t, key)), load(t, key)), nil); err != nil {
			t.Errorf("key value of %s: %v", key, err)
		}
	}
}

// Unsigned properties are named, and no more.
func TestProfiles(t *testing.T) {
	for _, c := range []struct {
		profile  Profile
		unsigned []string
	}{
		{ProfileB, []string{"SomethingElse"}},
		{ProfileT, []string{"SignatureTimeStamp"}},
		{ProfileLT, []string{"SignatureTimeStamp", "CompleteCertificateRefs", "CompleteRevocationRefs"}},
		{ProfileLT, []string{"CertificateValues", "RevocationValues", "SignatureTimeStamp"}},
		{ProfileLT, []string{"SignatureTimeStamp", "SigAndRefsTimeStamp"}},
		{ProfileLTA, []string{"SignatureTimeStamp", "CertificateValues", "ArchiveTimeStamp"}},
	} {
		var b strings.Builder
		for _, u := range c.unsigned {
			fmt.Fprintf(&b, `<xades:%s>%s</xades:%s>`, u, hex.EncodeToString([]byte(u)), u)
		}
		doc := edit(victim(t), "</xades:QualifyingProperties>", "<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"+b.String()+
			"</xades:UnsignedSignatureProperties></xades:UnsignedProperties></xades:QualifyingProperties>")
		got, err := Verify([]byte(doc), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Profile != c.profile || fmt.Sprint(got.Ignored) != fmt.Sprint(c.unsigned) {
			t.Errorf("%v: profile %q, ignored %q", c.unsigned, got.Profile, got.Ignored)
		}
	}
}

func TestSigningTimes(t *testing.T) {
	noon := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"2026-12-01T12:00:00Z":                                 noon,
		" 2026-12-01T12:00:00Z\n":                              noon,
		"2026-12-01T13:00:00+01:00":                            noon,
		"2026-12-01T12:00:00":                                  noon,
		"2026-12-01T12:00:00.1234567Z":                         noon.Add(123456700),
		"2026-12-01T12:00:00.1234567+00:00":                    noon.Add(123456700),
		"2026-12-01T12:00:00.50":                               noon.Add(500 * time.Millisecond),
		"2026-12-01T12:00:00." + strings.Repeat("9", 30) + "Z": noon.Add(999999999),
	} {
		got, err := Verify(complete(t, edit(enveloped, "2026-12-01T12:00:00Z", s), load(t, "rsa")), nil)
		if err != nil || !got.SigningTime.Equal(want) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
