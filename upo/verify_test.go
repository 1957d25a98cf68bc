package upo

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/xades"
)

func TestVerifyWithoutTrust(t *testing.T) {
	cert := throwaway(t)
	r, err := Verify(sign(t, session, cert), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Trust != Intact || !r.Signature.Certificate.Equal(cert.Leaf) || r.Signature.Path != nil || !r.Signature.Time.Equal(signingTime) {
		t.Errorf("trust %s, signature %+v", r.Trust, r.Signature)
	}
	if len(r.Documents) != 2 || r.Documents[1].InvoiceNumber != "FV/2026/12/2" {
		t.Errorf("documents %+v", r.Documents)
	}
}

// The ministry's way: the certificate of a public authority, alone in the signature.
func TestVerifySigner(t *testing.T) {
	var nobody *issuer
	root := nobody.authority(t, "Root")
	ca := root.authority(t, "Issuer")
	other := nobody.authority(t, "Another root")
	ministry := ca.issue(t, template("Ministerstwo Finansów", Ministry))
	stranger := ca.issue(t, template("Ministerstwo Finansów", "VATPL-1111111111"))
	nameless := ca.issue(t, &x509.Certificate{
		SerialNumber: ministry.cert.SerialNumber, NotBefore: ministry.cert.NotBefore, NotAfter: ministry.cert.NotAfter,
	})
	imitation := nobody.issue(t, template("Ministerstwo Finansów", Ministry))
	encryption := template("Ministerstwo Finansów", Ministry)
	encryption.KeyUsage = x509.KeyUsageKeyEncipherment
	encrypter := ca.issue(t, encryption)
	within := ministry.signer()
	within.Certificate = append(within.Certificate, ca.cert.Raw)
	before, after := ministry.cert.NotBefore.Add(-time.Second), ministry.cert.NotAfter.Add(time.Second)

	for _, c := range []struct {
		name   string
		signer tls.Certificate
		opts   *VerifyOptions
		trust  Trust // 0: refused
	}{
		{"nothing asked", imitation.signer(), &VerifyOptions{}, Intact},
		{"by the authority", ministry.signer(), &VerifyOptions{Roots: pool(root), Intermediates: pool(ca)}, Trusted},
		{"the issuer as root", ministry.signer(), &VerifyOptions{Roots: pool(ca)}, Trusted},
		{"the issuer in the signature", within, &VerifyOptions{Roots: pool(root)}, Trusted},
		{"the issuer nowhere", ministry.signer(), &VerifyOptions{Roots: pool(root)}, 0},
		{"another root", within, &VerifyOptions{Roots: pool(other), Intermediates: pool(ca)}, 0},
		{"no root at all", within, &VerifyOptions{Roots: pool()}, 0},
		{"signed by itself", imitation.signer(), &VerifyOptions{Roots: pool(root), Intermediates: pool(ca)}, 0},
		{"another customer of the authority", stranger.signer(), &VerifyOptions{Roots: pool(ca)}, 0},
		{"a customer without a number", nameless.signer(), &VerifyOptions{Roots: pool(ca)}, 0},
		{"another customer, asked for", stranger.signer(), &VerifyOptions{Roots: pool(ca), Organization: "VATPL-1111111111"}, Trusted},
		{"any customer", nameless.signer(), &VerifyOptions{Roots: pool(ca), Organization: AnyOrganization}, Trusted},
		{"a key for something else", encrypter.signer(), &VerifyOptions{Roots: pool(ca)}, 0},
		{"before the certificate", ministry.signer(), &VerifyOptions{Roots: pool(ca), Time: before}, 0},
		{"after the certificate", ministry.signer(), &VerifyOptions{Roots: pool(ca), Time: after}, 0},
		{"pinned", imitation.signer(), &VerifyOptions{Pinned: []*x509.Certificate{other.cert, imitation.cert}}, Trusted},
		{"pinned, not this one", imitation.signer(), &VerifyOptions{Pinned: []*x509.Certificate{ministry.cert}}, 0},
		{"pinned, the issuer", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{ca.cert}}, 0},
		{"pinned, nobody", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{}}, 0},
		{"pinned, too early", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{ministry.cert}, Time: before}, 0},
		{"pinned, too late", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{ministry.cert}, Time: after}, 0},
		{"pinned and by the authority", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{ministry.cert}, Roots: pool(ca)}, Trusted},
		{"pinned but not by the authority", imitation.signer(), &VerifyOptions{Pinned: []*x509.Certificate{imitation.cert}, Roots: pool(ca)}, 0},
		{"by the authority but not pinned", ministry.signer(), &VerifyOptions{Pinned: []*x509.Certificate{stranger.cert}, Roots: pool(ca)}, 0},
		{"of the organisation, whoever says so", imitation.signer(), &VerifyOptions{Organization: Ministry}, Intact},
		{"not of the organisation", stranger.signer(), &VerifyOptions{Organization: Ministry}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Verify(sign(t, session, c.signer), c.opts)
			if c.trust == 0 {
				if r != nil || !errors.Is(err, CheckSigner) {
					t.Errorf("%v, want %v", err, CheckSigner)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Trust != c.trust {
				t.Errorf("trust %s, want %s", r.Trust, c.trust)
			}
			if path := r.Signature.Path; (path != nil) != (c.opts.Roots != nil) || path != nil && !path[0].Equal(r.Signature.Certificate) {
				t.Errorf("path %v", path)
			}
		})
	}
}

// Verify leaves the caller's pools as they are.
func TestVerifyKeepsPools(t *testing.T) {
	var nobody *issuer
	root := nobody.authority(t, "Root")
	ca := root.authority(t, "Issuer")
	signer := ca.issue(t, template("Signer", Ministry)).signer()
	signer.Certificate = append(signer.Certificate, ca.cert.Raw)
	opts := &VerifyOptions{Roots: pool(root), Intermediates: pool()}
	if _, err := Verify(sign(t, session, signer), opts); err != nil {
		t.Fatal(err)
	}
	if !opts.Intermediates.Equal(pool()) || !opts.Roots.Equal(pool(root)) {
		t.Error("the pools have changed")
	}
}

func TestVerifyRefusesTampering(t *testing.T) {
	signed := string(sign(t, session, throwaway(t)))
	other := string(sign(t, single(t), throwaway(t)))
	from := strings.Index(signed, "<ds:Signature")
	const end = "</Potwierdzenie>"
	for _, c := range []struct {
		name, doc string
		check     xades.Check
	}{
		{"another invoice number", change(t, signed, ">FV/2026/12/1<", ">FV/2026/12/9<"), xades.CheckDigest},
		{"another hash", change(t, signed, invoiceHash, "GZMGNVzs3krF6URKgvaw77OOeG3nJ+WGziT5xguliQ8="), xades.CheckDigest},
		{"another environment", change(t, signed, " - środowisko testowe (TE)", ""), xades.CheckDigest},
		{"a document less", change(t, signed, second, ""), xades.CheckDigest},
		{"documents in another order", change(t, signed, first+second, second+first), xades.CheckDigest},
		{"indented", change(t, signed, first, "\n"+first), xades.CheckDigest},
		{"another signing time", change(t, signed, "2026-12-01T10:05:42Z", "2026-12-01T10:05:43Z"), xades.CheckDigest},
		{"no signature", session, xades.CheckNoSignature},
		{"a signature of another receipt", session[:len(session)-len(end)] + other[strings.Index(other, "<ds:Signature"):], xades.CheckDigest},
		{"wrapped in another receipt", change(t, session, end, signed[strings.Index(signed, "<Potw"):]+end), xades.CheckPackaging},
		{"signed twice", signed[:from] + strings.Repeat(signed[from:len(signed)-len(end)], 2) + end, xades.CheckSignatureCount},
		{"not XML", "receipt", xades.CheckXML},
		{"document type", change(t, signed, "?><P", "?><!DOCTYPE Potwierdzenie><P"), xades.CheckXML},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Verify([]byte(c.doc), nil)
			if r != nil || !errors.Is(err, CheckSignature) || !errors.Is(err, c.check) {
				t.Errorf("%v, want %v", err, c.check)
			}
		})
	}
}

// Every byte of a signed receipt counts, or is outside what anybody reads.
func TestVerifyEveryByte(t *testing.T) {
	signed := sign(t, single(t), throwaway(t))
	want, err := Verify(signed, nil)
	if err != nil {
		t.Fatal(err)
	}
	stride := 1
	if testing.Short() {
		stride = 13
	}
	for i := 0; i < len(signed); i += stride {
		changed := slices.Clone(signed)
		changed[i] ^= 1
		got, err := Verify(changed, nil)
		if err == nil && (!reflect.DeepEqual(got.Documents, want.Documents) || got.Issuer != want.Issuer || !got.Signature.Certificate.Equal(want.Signature.Certificate)) {
			t.Errorf("byte %d: read as %+v", i, got)
		}
	}
}

// What was signed must be a receipt, and is judged as strictly as what was not.
func TestVerifyReadsWhatWasSigned(t *testing.T) {
	for _, c := range []struct {
		name, doc string
		check     Check
	}{
		{"something else", `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"/>`, CheckVersion},
		{"an earlier version", change(t, session, "v4-3", "v4-2"), CheckVersion},
		{"a bad checksum", change(t, session, "0200A0D6723E-A4", "0200A0D6723E-A5"), CheckChecksum},
		{"a bad page", change(t, session, second, ""), CheckPage},
	} {
		if r, err := Verify(sign(t, c.doc, throwaway(t)), nil); r != nil || !errors.Is(err, c.check) {
			t.Errorf("%s: %v, want %v", c.name, err, c.check)
		}
	}
}

func TestVerifySize(t *testing.T) {
	signed := sign(t, session, throwaway(t))
	if _, err := Verify(signed, &VerifyOptions{MaxSize: len(signed)}); err != nil {
		t.Error(err)
	}
	if _, err := Verify(signed, &VerifyOptions{MaxSize: len(signed) - 1}); !errors.Is(err, CheckSize) {
		t.Errorf("one byte too many: %v", err)
	}
	if testing.Short() {
		return
	}
	heaviest := sign(t, many(t, maxDocuments, strings.Repeat("&amp;", 256)), throwaway(t))
	if r, err := Verify(heaviest, nil); err != nil || len(r.Documents) != maxDocuments {
		t.Errorf("the heaviest receipt: %v", err)
	}
}
