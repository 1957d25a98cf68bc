package ksef_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/xades"
)

const (
	someNIP   = ksef.NIP("5261040828")
	otherNIP  = ksef.NIP("5260250274")
	somePESEL = ksef.PESEL("44051401359")
)

func seal(t *testing.T, nip ksef.NIP, opts *certs.TestOptions) tls.Certificate {
	t.Helper()
	if opts == nil {
		opts = &certs.TestOptions{ECDSA: true}
	}
	cert, err := certs.NewTestSeal(string(nip), opts)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func person(t *testing.T, number string) tls.Certificate {
	t.Helper()
	cert, err := certs.NewTestPerson(number, &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestWithTestCertificate(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := f.Now()
	if left := auth.AccessToken().ValidUntil.Sub(now); auth.AccessToken().Token == "" || left < 14*time.Minute || left > 16*time.Minute {
		t.Errorf("access token for %v", left)
	}
	if left := auth.RefreshToken().ValidUntil.Sub(now); auth.RefreshToken().Token == "" || left < 6*24*time.Hour || left > 8*24*time.Hour {
		t.Errorf("refresh token for %v", left)
	}
	if auth.AccessToken().Token == auth.RefreshToken().Token {
		t.Error("one token for both")
	}
}

// Elsewhere than in Test it sends nothing.
func TestWithTestCertificateElsewhere(t *testing.T) {
	for _, env := range []ksef.Environment{ksef.Demo, ksef.Production} {
		client, err := ksef.NewClient(env, &ksef.Options{BaseURL: "http://127.0.0.1:1/v2"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Authentication.WithTestCertificate(t.Context(), someNIP, nil); !errors.Is(err, ksef.ErrNotTest) {
			t.Errorf("%s: %v", env, err)
		}
		if err := client.TestData.BlockContext(t.Context(), someNIP); !errors.Is(err, ksef.ErrNotTest) {
			t.Errorf("%s: %v", env, err)
		}
	}
}

// hidden is a signer whose key cannot be seen, like that of a smart card.
type hidden struct{ crypto.Signer }

func TestWithXAdES(t *testing.T) {
	rsaSeal := seal(t, someNIP, &certs.TestOptions{})
	card := rsaSeal
	card.PrivateKey = hidden{rsaSeal.PrivateKey.(crypto.Signer)}
	for _, c := range []struct {
		name string
		cert tls.Certificate
		opts *ksef.AuthOptions
	}{
		{"RSA", rsaSeal, nil},
		{"ECDSA", seal(t, someNIP, nil), nil},
		{"signer without a key", card, nil},
		{"person with the NIP", person(t, string(someNIP)), nil},
		{"schema 2.0", rsaSeal, &ksef.AuthOptions{Schema: ksef.AuthSchema20}},
		{"IP policy", rsaSeal, &ksef.AuthOptions{Policy: loopbackOnly}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			auth, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, c.cert, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			if err := use(t.Context(), auth); err != nil {
				t.Error(err)
			}
		})
	}
}

var loopbackOnly = &ksef.IPPolicy{
	Addresses: []netip.Addr{netip.MustParseAddr("10.1.2.3")},
	Ranges:    []ksef.IPRange{{From: netip.MustParseAddr("10.0.0.1"), To: netip.MustParseAddr("10.0.0.9")}},
	Networks:  []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
}

// The token is bound to addresses: from another it is refused.
func TestIPPolicy(t *testing.T) {
	f := newFlow(t, nil, nil)
	policy := &ksef.IPPolicy{Addresses: []netip.Addr{netip.MustParseAddr("10.1.2.3")}}
	auth, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, seal(t, someNIP, nil), &ksef.AuthOptions{Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	err = use(t.Context(), auth)
	e, ok := errors.AsType[*ksef.Error](err)
	if !ok || !errors.Is(err, ksef.ErrForbidden) || e.Denied == nil || e.Denied.Reason != "ip-not-allowed" || e.Denied.ClientIP != "127.0.0.1" {
		t.Errorf("%+v: %v", e, err)
	}
}

// Every kind of context takes whom it belongs to.
func TestContexts(t *testing.T) {
	byFingerprint := person(t, string(otherNIP))
	print := ksef.Fingerprint(certs.Fingerprint(byFingerprint.Leaf))
	peppol, err := certs.NewTestPeppol("PPL123456", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in    ksef.ContextID
		cert  tls.Certificate
		opts  *ksef.AuthOptions
		grant *ksef.Identifier // whom the context lets in first
	}{
		{someNIP, seal(t, someNIP, nil), nil, nil},
		{ksef.InternalID("5261040828-12345"), seal(t, otherNIP, nil), nil, &ksef.Identifier{Kind: ksef.KindNIP, Value: string(otherNIP)}},
		{ksef.VATUE("5261040828-ATU12345678"), byFingerprint, &ksef.AuthOptions{ByFingerprint: true}, &ksef.Identifier{Kind: ksef.KindFingerprint, Value: string(print)}},
		{ksef.PeppolID("PPL123456"), peppol, nil, nil},
		{ksef.Identifier{Kind: ksef.KindNIP, Value: string(someNIP)}, person(t, string(somePESEL)), nil, &ksef.Identifier{Kind: ksef.KindPESEL, Value: string(somePESEL)}},
	} {
		t.Run(fmt.Sprintf("%T", c.in), func(t *testing.T) {
			f := newFlow(t, nil, nil)
			if c.grant != nil {
				in, ok := c.in.(ksef.Identifier)
				if !ok {
					in = ksef.Identifier{Kind: map[string]ksef.Kind{"ksef.InternalID": ksef.KindInternalID, "ksef.VATUE": ksef.KindVATUE}[fmt.Sprintf("%T", c.in)], Value: fmt.Sprint(c.in)}
				}
				f.Grant(in, *c.grant, ksef.InvoiceRead)
			}
			auth, err := f.client.Authentication.WithXAdES(t.Context(), c.in, c.cert, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			if err := use(t.Context(), auth); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWithToken(t *testing.T) {
	f := newFlow(t, nil, nil)
	owner, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := owner.Tokens.Generate(t.Context(), "for the shop", ksef.InvoiceRead, ksef.CredentialsRead)
	if err != nil {
		t.Fatal(err)
	}
	auth, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, &ksef.AuthOptions{Policy: loopbackOnly})
	if err != nil {
		t.Fatal(err)
	}
	page, err := auth.Sessions.Query(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range page.Items {
		if s.Current && s.Method.Category != "Token" {
			t.Errorf("authenticated by %+v", s.Method)
		}
	}
	// The ministry's keys were asked for once.
	if _, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil); err != nil {
		t.Fatal(err)
	}
	if n := f.asked("GET /security/public-key-certificates"); n != 1 {
		t.Errorf("keys fetched %d times", n)
	}
}

// A signature made elsewhere: the document goes out and comes back signed.
func TestExternalSignature(t *testing.T) {
	f := newFlow(t, nil, nil)
	a := f.client.Authentication
	ch, err := a.Challenge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := ch.Document(someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := xades.Sign(doc, seal(t, someNIP, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	op, err := a.SubmitXAdES(t.Context(), signed, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The operation can be kept and gone on with elsewhere.
	kept, err := json.Marshal(op)
	if err != nil {
		t.Fatal(err)
	}
	var again ksef.AuthOperation
	if err := json.Unmarshal(kept, &again); err != nil {
		t.Fatal(err)
	}
	if err := a.Wait(t.Context(), &again); err != nil {
		t.Fatal(err)
	}
	s, err := a.Status(t.Context(), &again)
	if err != nil || s.Redeemed || !s.RefreshValidUntil.IsZero() || s.Method.Category != "XadesSignature" {
		t.Errorf("%+v, %v", s, err)
	}
	auth, err := a.Redeem(t.Context(), &again)
	if err != nil {
		t.Fatal(err)
	}
	if err := use(t.Context(), auth); err != nil {
		t.Error(err)
	}
	if s, err = a.Status(t.Context(), &again); err != nil || !s.Redeemed {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestRefreshAndResume(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := auth.AccessToken()
	fresh, err := f.client.Authentication.Refresh(t.Context(), auth.RefreshToken().Token)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Token == before.Token || fresh.Token == "" || auth.AccessToken() != before {
		t.Error("want another token, and the client as it was")
	}

	kept, err := json.Marshal(auth.Credentials())
	if err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Hour)
	var creds ksef.Credentials
	if err := json.Unmarshal(kept, &creds); err != nil {
		t.Fatal(err)
	}
	resumed := f.client.Authentication.Resume(creds)
	if err := use(t.Context(), resumed); err != nil {
		t.Fatal(err)
	}
	if resumed.AccessToken().Token == before.Token {
		t.Error("the expired token was not renewed")
	}
}

// An authentication can take long, and its deadline is the context's.
func TestSlowAuthentication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, &sandbox.Options{Latency: 30 * time.Minute}, &ksef.Options{Poll: &ksef.Backoff{Min: time.Second, Max: time.Minute, Factor: 2}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := f.client.Authentication.WithTestCertificate(ctx, someNIP, nil)
		p, ok := errors.AsType[*ksef.PendingError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || p.Last.Code != 100 || p.Reference == "" {
			t.Fatalf("after a minute: %v", err)
		}
		start := time.Now()
		if _, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d < 30*time.Minute || d > 31*time.Minute {
			t.Errorf("done after %v", d)
		}
	})
}

func TestDocument(t *testing.T) {
	ch := &ksef.Challenge{Challenge: "20250514-CR-226FB7B000-3ACF9BE4C0-10"}
	doc, err := ch.Document(ksef.VATUE("5265877635-NL+2345678901*"), &ksef.AuthOptions{ByFingerprint: true, Policy: loopbackOnly})
	if err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>20250514-CR-226FB7B000-3ACF9BE4C0-10</Challenge>` +
		`<ContextIdentifier><NipVatUe>5265877635-NL+2345678901*</NipVatUe></ContextIdentifier><SubjectIdentifierType>certificateFingerprint</SubjectIdentifierType>` +
		`<AuthorizationPolicy><AllowedIps><Ip4Address>10.1.2.3</Ip4Address><Ip4Range>10.0.0.1-10.0.0.9</Ip4Range><Ip4Mask>127.0.0.0/8</Ip4Mask></AllowedIps></AuthorizationPolicy></AuthTokenRequest>`
	if string(doc) != want {
		t.Errorf("%s\nwant %s", doc, want)
	}
	if doc, err = ch.Document(someNIP, &ksef.AuthOptions{Schema: ksef.AuthSchema20}); err != nil || !bytes.Contains(doc, []byte("/auth/token/2.0")) {
		t.Errorf("%s, %v", doc, err)
	}
}

// What could not be right is refused before anything is sent.
func TestBadArguments(t *testing.T) {
	client, s := scripted(t, nil, okChallenge)
	cert := seal(t, someNIP, nil)
	ip := netip.MustParseAddr("10.0.0.1")
	for _, c := range []struct {
		name string
		in   ksef.ContextID
		opts *ksef.AuthOptions
		want string
	}{
		{"no context", nil, nil, "want a NIP, InternalID, VATUE or PeppolID"},
		{"empty", ksef.NIP(""), nil, "want 10 digits, got 0"},
		{"short", ksef.NIP("526104082"), nil, "want 10 digits, got 9"},
		{"unit", ksef.InternalID("5261040828"), nil, "want 5 digits, got 0"},
		{"VAT", ksef.VATUE("5261040828-PL5261040828"), nil, "no country writes its EU VAT number like that"},
		{"Peppol", ksef.PeppolID("PL1"), nil, "Peppol"},
		{"kind", ksef.Identifier{Kind: ksef.KindPESEL, Value: string(somePESEL)}, nil, `a "Pesel" cannot be one`},
		{"schema", someNIP, &ksef.AuthOptions{Schema: "3.0"}, "unknown schema"},
		{"empty policy", someNIP, &ksef.AuthOptions{Policy: &ksef.IPPolicy{}}, "want 1 to 10 entries in a list, got 0"},
		{"long policy", someNIP, &ksef.AuthOptions{Policy: &ksef.IPPolicy{Addresses: make([]netip.Addr, 11)}}, "want 1 to 10 entries in a list, got 11"},
		{"IPv6", someNIP, &ksef.AuthOptions{Policy: &ksef.IPPolicy{Addresses: []netip.Addr{netip.IPv6Loopback()}}}, "not an IPv4 address"},
		{"range", someNIP, &ksef.AuthOptions{Policy: &ksef.IPPolicy{Ranges: []ksef.IPRange{{From: ip.Next(), To: ip}}}}, "not a range"},
		{"network", someNIP, &ksef.AuthOptions{Policy: &ksef.IPPolicy{Networks: []netip.Prefix{{}}}}, "not an IPv4 network"},
	} {
		_, signed := client.Authentication.WithXAdES(t.Context(), c.in, cert, c.opts)
		attempts := []error{signed}
		if c.name != "schema" { // a token's login has no document
			_, err := client.Authentication.WithToken(t.Context(), c.in, "token", c.opts)
			attempts = append(attempts, err)
		}
		for _, err := range attempts {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v; want …%s…", c.name, err, c.want)
			}
		}
	}
	for token, want := range map[string]string{
		"": "empty KSeF token", " 20251010-EC-1DCE3E3000-12ECB5B36E-45|nip-5261040828|91\n": "white space", strings.Repeat("e", 161): "161 characters, of which it has 160",
	} {
		if _, err := client.Authentication.WithToken(t.Context(), someNIP, token, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", token, err)
		}
	}
	if _, err := client.Authentication.WithXAdES(t.Context(), someNIP, tls.Certificate{}, nil); err == nil {
		t.Error("signed without a certificate")
	}
	mixed := seal(t, someNIP, nil)
	mixed.PrivateKey = seal(t, otherNIP, nil).PrivateKey
	for name, cert := range map[string]tls.Certificate{"another's key": mixed, "no key": {Certificate: cert.Certificate}, "no X.509": {Certificate: [][]byte{{1}}, PrivateKey: cert.PrivateKey}} {
		if _, err := client.Authentication.WithXAdES(t.Context(), someNIP, cert, nil); err == nil {
			t.Errorf("signed with %s", name)
		} else if _, ok := errors.AsType[*xades.Error](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range s.seen {
		t.Errorf("sent %s", r.URL)
	}
}
