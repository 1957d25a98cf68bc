package ksef_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

// Every status with which an authentication can end reaches the caller of the
// porcelain, by its name and in KSeF's words (protocol: uwierzytelnianie.md).
func TestAuthenticationStatuses(t *testing.T) {
	for _, c := range []struct {
		failure     ksef.Failure
		code        int
		description string
		details     []string
	}{
		{ksef.AuthFailed, 400, "Uwierzytelnianie zakończone niepowodzeniem", []string{"Certyfikat odwołany"}},
		{ksef.AuthInvalidCertificate, 460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", []string{"Certyfikat odwołany"}},
		{ksef.AuthInvalidCertificate, 460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", []string{"Certyfikat zawieszony"}},
		{ksef.AuthInvalidCertificate, 460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", []string{"Błąd weryfikacji łańcucha certyfikatów"}},
		{ksef.AuthInvalidCertificate, 460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", []string{"Niepoprawny certyfikat"}},
		{ksef.InternalFailure, 500, "Nieznany błąd", nil},
		{ksef.AbortedByKSeF, 550, "Operacja została anulowana przez system", []string{"Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie"}},
	} {
		for _, withToken := range []bool{false, true} {
			f := newFlow(t, nil, nil)
			proof := prepare(t, f, withToken)
			var asked []sandbox.Authentication
			f.OnAuthentication(func(a sandbox.Authentication) ksef.Status {
				asked = append(asked, a)
				return ksef.Status{Code: c.code, Description: c.description, Details: c.details}
			})
			_, err := proof(t.Context())
			failed, ok := errors.AsType[*ksef.FailedError](err)
			if !ok || !errors.Is(err, c.failure) || failed.Status.Description != c.description || strings.Join(failed.Status.Details, ";") != strings.Join(c.details, ";") {
				t.Errorf("%d: %v", c.code, err)
				continue
			}
			if errors.Is(err, ksef.AuthBlocked) || errors.Is(err, ksef.Failure("session 500")) || errors.Is(err, ksef.ErrUnknown) {
				t.Errorf("%d: %v is what it is not", c.code, err)
			}
			if len(asked) != 1 || asked[0].Reference != failed.Reference || asked[0].Context.Value != string(someNIP) || asked[0].Subject.Value != string(someNIP) {
				t.Errorf("asked about %+v", asked)
			}
			f.OnAuthentication(nil)
			if _, err := proof(t.Context()); err != nil {
				t.Errorf("%d: afterwards: %v", c.code, err)
			}
		}
	}
}

// submitted is an authentication under way.
func submitted(t *testing.T, f *flow) *ksef.AuthOperation {
	t.Helper()
	op, err := f.client.Authentication.SubmitXAdES(t.Context(), signed(t, f, someNIP, seal(t, someNIP, nil), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// An authentication that is terminated before anybody redeemed it.
func TestRevokedWhilePending(t *testing.T) {
	f := newFlow(t, nil, nil)
	other := login(t, f, someNIP)
	op := submitted(t, f)
	if err := other.Sessions.Close(t.Context(), op.ReferenceNumber); err != nil {
		t.Fatal(err)
	}
	err := f.client.Authentication.Wait(t.Context(), op)
	wantFailed(t, err, ksef.OperationAuthentication, 425, "unieważnione przez użytkownika")
	_, err = f.client.Authentication.Redeem(t.Context(), op)
	refusal{code: ksef.CodeNotAuthorized, detail: "Status uwierzytelniania (425)"}.check(t, err)
}

// A certificate that nobody has heard of, where the chain is looked at.
func TestUntrustedChain(t *testing.T) {
	f := newFlow(t, nil, nil)
	_, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, seal(t, someNIP, nil), &ksef.AuthOptions{VerifyChain: true})
	wantFailed(t, err, ksef.OperationAuthentication, 460, "Niezaufany łańcuch certyfikatów")
}

// The other documents and certificates that KSeF refuses at once.
func TestXAdESRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*testing.T, *flow) error
		want refusal
	}{
		{"signature that envelops nothing and is not enveloped", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, seal(t, someNIP, nil), nil)
			from, to := bytes.Index(doc, []byte("<ds:Signature ")), bytes.Index(doc, []byte("</AuthTokenRequest>"))
			return submit(t.Context(), f, bytes.Join([][]byte{doc[:from], []byte("<x>"), doc[from:to], []byte("</x>"), doc[to:]}, nil))
		}, refusal{code: ksef.CodeInvalidDocument}},
		{"a taxpayer in a Peppol provider's context", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, signed(t, f, ksef.PeppolID("PPL123456"), seal(t, someNIP, nil), nil))
		}, refusal{code: ksef.CodeWrongSubject}},
		{"by name in an EU taxpayer's context", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, signed(t, f, ksef.VATUE("5261040828-ATU12345678"), seal(t, someNIP, nil), nil))
		}, refusal{code: ksef.CodeWrongSubject}},
		{"an organisation's number beside a person", func(t *testing.T, f *flow) error {
			cert := subject(t, pkix.Name{CommonName: "Jan", Country: []string{"PL"}, ExtraNames: []pkix.AttributeTypeAndValue{
				{Type: asn1.ObjectIdentifier{2, 5, 4, 42}, Value: "Jan"}, {Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: "VATPL-" + string(someNIP)}}})
			return submit(t.Context(), f, signed(t, f, someNIP, cert, nil))
		}, refusal{code: ksef.CodeSignatureConflict}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			c.want.check(t, c.do(t, f))
		})
	}
}

// Somebody who dies between two steps gets no further, and a session neither.
func TestDeceased(t *testing.T) {
	f := newFlow(t, nil, nil)
	a := f.client.Authentication
	trader := ksef.TestPerson{NIP: someNIP, PESEL: somePESEL, Description: "a trader"}
	if err := f.client.TestData.CreatePerson(t.Context(), trader); err != nil {
		t.Fatal(err)
	}
	his := person(t, string(somePESEL))
	auth, err := a.WithXAdES(t.Context(), someNIP, his, nil)
	if err != nil {
		t.Fatal(err)
	}
	op, err := a.SubmitXAdES(t.Context(), signed(t, f, someNIP, his, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Wait(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	if err := f.client.TestData.RemovePerson(t.Context(), someNIP); err != nil {
		t.Fatal(err)
	}
	trader.Deceased = true
	if err := f.client.TestData.CreatePerson(t.Context(), trader); err != nil {
		t.Fatal(err)
	}
	_, err = a.Redeem(t.Context(), op)
	refusal{code: ksef.CodeDeceased, detail: "osoby zmarłej"}.check(t, err)
	_, err = a.Refresh(t.Context(), auth.RefreshToken().Token)
	refusal{code: ksef.CodeDeceased, detail: "osoby zmarłej"}.check(t, err)
	f.Advance(16 * time.Minute) // the access token he had ends
	for range 2 {
		if err := use(t.Context(), auth); !errors.Is(err, ksef.ErrUnauthorized) || !errors.Is(err, ksef.CodeDeceased) {
			t.Error(err)
		}
	}
	_, err = a.WithXAdES(t.Context(), someNIP, his, nil)
	if !errors.Is(err, ksef.AuthDeceased) {
		t.Error(err)
	}
}

// To the token of one authentication another does not exist, and after a reset
// none does.
func TestNoSuchAuthentication(t *testing.T) {
	f := newFlow(t, nil, nil)
	a := f.client.Authentication
	op, other := submitted(t, f), submitted(t, f)
	crossed := &ksef.AuthOperation{ReferenceNumber: other.ReferenceNumber, Token: op.Token}
	_, err := a.Status(t.Context(), crossed)
	refusal{code: ksef.CodeNotAuthenticated, detail: "nie została znaleziona"}.check(t, err)
	auth := login(t, f, someNIP)
	f.Reset()
	_, err = a.Redeem(t.Context(), op)
	refusal{code: ksef.CodeNotAuthenticated, detail: "nie została znaleziona"}.check(t, err)
	if _, err := a.Refresh(t.Context(), auth.RefreshToken().Token); !errors.Is(err, ksef.CodeNotAuthenticated) || !errors.Is(err, ksef.ErrUnauthorized) {
		t.Error(err)
	}
}

// What KSeF no longer keeps. An operation's token has long ended when it is forgotten, so
// one with the token of another operation is told.
func TestAuthenticationGone(t *testing.T) {
	f := newFlow(t, nil, nil)
	op := submitted(t, f)
	f.Advance(7 * 24 * time.Hour)
	op.Token = submitted(t, f).Token // its own ended long ago
	if err := f.client.Authentication.Wait(t.Context(), op); !errors.Is(err, ksef.ErrGone) {
		t.Error(err)
	}
}

// A KSeF token's context has to be a taxpayer's.
func TestContextWithoutTokens(t *testing.T) {
	f := newFlow(t, nil, nil)
	peppol, err := certs.NewTestPeppol("PPL123456", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := f.client.Authentication.WithXAdES(t.Context(), ksef.PeppolID("PPL123456"), peppol, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = auth.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
	refusal{code: ksef.CodeContextWithoutKeys, detail: "PeppolId"}.check(t, err)
}

// The variants of 450 that a good client does not come to, and the author's loss
// of his permissions.
func TestTokenLoginStatuses(t *testing.T) {
	encrypted := func(t *testing.T, f *flow, plain string) string {
		k, err := f.client.PublicKeys.Current(t.Context(), ksef.KSeFTokenEncryption)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(k.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		out, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, cert.PublicKey.(*rsa.PublicKey), []byte(plain), nil)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(out)
	}
	replacing := func(text string) func(string, []byte) []byte {
		return func(path string, body []byte) []byte {
			if path != "/auth/ksef-token" {
				return body
			}
			return rewrite(body, func(v map[string]any) { v["encryptedToken"] = text })
		}
	}
	for _, c := range []struct {
		name   string
		spoil  func(*testing.T, *flow) func(string, []byte) []byte
		detail string
	}{
		{"encryption", func(*testing.T, *flow) func(string, []byte) []byte {
			return replacing(base64.StdEncoding.EncodeToString(make([]byte, 256)))
		}, "Nieprawidłowe szyfrowanie tokena"},
		{"no time", func(t *testing.T, f *flow) func(string, []byte) []byte {
			return replacing(encrypted(t, f, "a token and nothing else"))
		}, "Nieprawidłowe kodowanie tokena"},
		{"not UTF-8", func(t *testing.T, f *flow) func(string, []byte) []byte {
			return replacing(encrypted(t, f, "\xff|1"))
		}, "Nieprawidłowe kodowanie tokena"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			token, err := login(t, f, someNIP).Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
			if err != nil {
				t.Fatal(err)
			}
			_, err = spoiledClient(t, f, c.spoil(t, f)).Authentication.WithToken(t.Context(), someNIP, token.Token, nil)
			wantFailed(t, err, ksef.OperationAuthentication, 450, c.detail)
		})
	}
	t.Run("not active yet", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFlow(t, &sandbox.Options{Latency: time.Minute}, nil)
			f.OnAuthentication(nil)
			a := f.client.Authentication
			op := submitted(t, f)
			f.Advance(time.Minute)
			owner, err := a.Redeem(t.Context(), op)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			token, err := owner.Tokens.Generate(ctx, "for a test", ksef.InvoiceRead)
			if p, ok := errors.AsType[*ksef.PendingError](err); !ok || p.Operation != ksef.OperationToken || token == nil {
				t.Fatal(err)
			}
			ch, err := a.Challenge(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if op, err = a.SubmitToken(t.Context(), someNIP, ch, token.Token, nil); err != nil {
				t.Fatal(err)
			}
			f.Advance(time.Minute)
			wantFailed(t, a.Wait(t.Context(), op), ksef.OperationAuthentication, 450, "Token nieaktywny")
		})
	})
	t.Run("its author may nothing any more", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		data := f.client.TestData
		if err := data.GrantPermissions(t.Context(), someNIP, somePESEL, "accountant", ksef.InvoiceRead, ksef.CredentialsManage); err != nil {
			t.Fatal(err)
		}
		a := f.client.Authentication
		author, err := a.WithXAdES(t.Context(), someNIP, person(t, string(somePESEL)), nil)
		if err != nil {
			t.Fatal(err)
		}
		token, err := author.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
		if err != nil {
			t.Fatal(err)
		}
		if err := data.RevokePermissions(t.Context(), someNIP, somePESEL); err != nil {
			t.Fatal(err)
		}
		_, err = a.WithToken(t.Context(), someNIP, token.Token, nil)
		wantFailed(t, err, ksef.OperationAuthentication, 415, "Brak przypisanych uprawnień")
	})
	t.Run("revoked while pending", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		a := f.client.Authentication
		owner := login(t, f, someNIP)
		token, err := owner.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
		if err != nil {
			t.Fatal(err)
		}
		ch, err := a.Challenge(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		op, err := a.SubmitToken(t.Context(), someNIP, ch, token.Token, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(a.Wait(t.Context(), op), owner.Tokens.Revoke(t.Context(), token.ReferenceNumber)); err != nil {
			t.Fatal(err)
		}
		_, err = a.Redeem(t.Context(), op)
		refusal{code: ksef.CodeNotAuthorized, detail: "Token KSeF został unieważniony"}.check(t, err)
	})
}
