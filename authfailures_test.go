package ksef_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/xades"
)

// refusal is what a failed authentication has to look like in the client:
// either a refused request with a code, or a failed operation with a status.
type refusal struct {
	code   ksef.Code
	status int
	detail string // part of KSeF's own words
}

func (want refusal) check(t *testing.T, err error) {
	t.Helper()
	if failed, ok := errors.AsType[*ksef.FailedError](err); ok {
		if failed.Status.Code != want.status || !errors.Is(err, names[ksef.OperationAuthentication][want.status]) || !strings.Contains(strings.Join(failed.Status.Details, "; "), want.detail) {
			t.Errorf("%v; want status %d …%s…", err, want.status, want.detail)
		}
		if failed.Operation != "authentication" || failed.Reference == "" {
			t.Errorf("failed: %s %q", failed.Operation, failed.Reference)
		}
		return
	}
	refused, ok := errors.AsType[*ksef.Error](err)
	if !ok || want.code == 0 || !errors.Is(err, want.code) || !strings.Contains(refused.Error(), want.detail) {
		t.Errorf("%v; want code %d, status %d, …%s…", err, int(want.code), want.status, want.detail)
		return
	}
	if refused.StatusCode != 400 || refused.TraceID == "" {
		t.Errorf("HTTP %d, trace %q", refused.StatusCode, refused.TraceID)
	}
}

// signed is an authentication request that a test can spoil on the way.
func signed(t *testing.T, f *flow, in ksef.ContextID, cert tls.Certificate, spoil func([]byte) []byte) []byte {
	t.Helper()
	ch, err := f.client.Authentication.Challenge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := ch.Document(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if spoil != nil {
		doc = spoil(doc)
	}
	out, err := xades.Sign(doc, cert, &xades.SignOptions{SigningTime: ch.Timestamp})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func submit(ctx context.Context, f *flow, doc []byte) error {
	a := f.client.Authentication
	op, err := a.SubmitXAdES(ctx, doc, nil)
	if err != nil {
		return err
	}
	return a.Wait(ctx, op)
}

// replaced changes one text in a document.
func replaced(from, to string) func([]byte) []byte {
	return func(doc []byte) []byte { return bytes.Replace(doc, []byte(from), []byte(to), 1) }
}

// subject makes a certificate for any subject.
func subject(t *testing.T, name pkix.Name) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: name, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestXAdESFailures(t *testing.T) {
	good := seal(t, someNIP, nil)
	for _, c := range []struct {
		name string
		do   func(*testing.T, *flow) error
		want refusal
	}{
		{"not XML", func(t *testing.T, f *flow) error { return submit(t.Context(), f, []byte("hello")) }, refusal{code: ksef.CodeUnreadable}},
		{"no signature", func(t *testing.T, f *flow) error {
			ch, err := f.client.Authentication.Challenge(t.Context())
			if err != nil {
				return err
			}
			doc, err := ch.Document(someNIP, nil)
			if err != nil {
				return err
			}
			return submit(t.Context(), f, doc)
		}, refusal{code: ksef.CodeNoSignature}},
		{"two signatures", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, good, nil)
			from, to := bytes.Index(doc, []byte("<ds:Signature ")), bytes.Index(doc, []byte("</AuthTokenRequest>"))
			twice := append(bytes.Clone(doc[:to]), doc[from:]...)
			return submit(t.Context(), f, twice)
		}, refusal{code: ksef.CodeTooManySignatures}},
		{"wrong signature", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, replaced(">"+string(someNIP)+"<", ">"+string(otherNIP)+"<")(signed(t, f, someNIP, good, nil)))
		}, refusal{code: ksef.CodeInvalidSignature}},
		{"not an AuthTokenRequest", func(t *testing.T, f *flow) error {
			doc, err := xades.Sign([]byte("<Faktura/>"), good, nil)
			if err != nil {
				return err
			}
			return submit(t.Context(), f, doc)
		}, refusal{code: ksef.CodeSchemaViolation}},
		{"document type", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, good, nil)
			return submit(t.Context(), f, bytes.Replace(doc, []byte("<AuthTokenRequest"), []byte(`<!DOCTYPE a [<!ENTITY b "c">]><AuthTokenRequest`), 1))
		}, refusal{code: ksef.CodeUnreadable, detail: "DOCTYPE"}},
		{"encoding", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, good, nil)
			return submit(t.Context(), f, bytes.Replace(doc, []byte("UTF-8"), []byte("ISO-8859-2"), 1))
		}, refusal{code: ksef.CodeInvalidEncoding}},
		{"unknown challenge", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, signed(t, f, someNIP, good, func(doc []byte) []byte {
				return bytes.Replace(doc, doc[bytes.Index(doc, []byte("<Challenge>")):][:11+36], []byte("<Challenge>20250514-CR-226FB7B000-3ACF9BE4C0-10"), 1)
			}))
		}, refusal{code: ksef.CodeInvalidChallenge}},
		{"used challenge", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, good, nil)
			if err := submit(t.Context(), f, doc); err != nil {
				return err
			}
			return submit(t.Context(), f, doc)
		}, refusal{code: ksef.CodeInvalidChallenge}},
		{"expired challenge", func(t *testing.T, f *flow) error {
			doc := signed(t, f, someNIP, good, nil)
			f.Advance(10*time.Minute + time.Second)
			return submit(t.Context(), f, doc)
		}, refusal{code: ksef.CodeInvalidChallenge}},
		{"certificate without identifier", func(t *testing.T, f *flow) error {
			cert := subject(t, pkix.Name{CommonName: "Nobody", Country: []string{"PL"}})
			return submit(t.Context(), f, signed(t, f, someNIP, cert, nil))
		}, refusal{code: ksef.CodeInvalidCertificate}},
		{"certificate with a bad PESEL", func(t *testing.T, f *flow) error {
			cert := subject(t, pkix.Name{CommonName: "Jan", Country: []string{"PL"}, SerialNumber: "PNOPL-1234", ExtraNames: []pkix.AttributeTypeAndValue{
				{Type: []int{2, 5, 4, 42}, Value: "Jan"}, {Type: []int{2, 5, 4, 4}, Value: "Kowalski"}}})
			return submit(t.Context(), f, signed(t, f, someNIP, cert, nil))
		}, refusal{code: ksef.CodeInvalidCertificate}},
		{"expired certificate", func(t *testing.T, f *flow) error {
			now := time.Now()
			cert := seal(t, someNIP, &certs.TestOptions{ECDSA: true, NotBefore: now.Add(-2 * time.Hour), NotAfter: now.Add(-time.Hour)})
			return submit(t.Context(), f, signed(t, f, someNIP, cert, nil))
		}, refusal{status: 460, detail: "Nieważny certyfikat"}},
		{"no permission", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, signed(t, f, someNIP, person(t, string(somePESEL)), nil))
		}, refusal{status: 415, detail: "Brak przypisanych uprawnień"}},
		{"blocked context", func(t *testing.T, f *flow) error {
			if err := f.client.TestData.BlockContext(t.Context(), someNIP); err != nil {
				return err
			}
			return submit(t.Context(), f, signed(t, f, someNIP, good, nil))
		}, refusal{status: 480, detail: "Podejrzenie incydentu bezpieczeństwa"}},
		{"dead person", func(t *testing.T, f *flow) error {
			err := f.client.TestData.CreatePerson(t.Context(), ksef.TestPerson{NIP: someNIP, PESEL: somePESEL, Deceased: true, Description: "died last year"})
			if err != nil {
				return err
			}
			return submit(t.Context(), f, signed(t, f, someNIP, person(t, string(somePESEL)), nil))
		}, refusal{status: 470, detail: "Próba wykorzystania metod autoryzacyjnych osoby zmarłej"}},
		{"schema", func(t *testing.T, f *flow) error {
			return submit(t.Context(), f, signed(t, f, someNIP, good, replaced("certificateSubject", "certificate")))
		}, refusal{code: ksef.CodeSchemaViolation, detail: "SubjectIdentifierType"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			f.lenient = true
			c.want.check(t, c.do(t, f))
		})
	}
}

// A blocked context that is unblocked lets in again, and so does a grant.
func TestUnblockAndGrant(t *testing.T) {
	f := newFlow(t, nil, nil)
	data := f.client.TestData
	if err := data.BlockContext(t.Context(), someNIP); err != nil {
		t.Fatal(err)
	}
	if err := data.UnblockContext(t.Context(), someNIP); err != nil {
		t.Fatal(err)
	}
	if err := data.GrantPermissions(t.Context(), someNIP, somePESEL, "accountant", ksef.InvoiceRead); err != nil {
		t.Fatal(err)
	}
	if _, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, person(t, string(somePESEL)), nil); err != nil {
		t.Error(err)
	}
	if err := data.RevokePermissions(t.Context(), someNIP, somePESEL); err != nil {
		t.Fatal(err)
	}
	_, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, person(t, string(somePESEL)), nil)
	refusal{status: 415, detail: "Brak przypisanych uprawnień"}.check(t, err)
}

func TestTestData(t *testing.T) {
	f := newFlow(t, nil, nil)
	data := f.client.TestData
	subject := ksef.TestSubject{NIP: someNIP, Type: ksef.VATGroup, Description: "a group", Subunits: []ksef.TestSubunit{{NIP: otherNIP, Description: "a member"}}}
	trader := ksef.TestPerson{NIP: otherNIP, PESEL: somePESEL, Bailiff: true, Description: "a trader", Created: time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)}
	if err := errors.Join(data.CreateSubject(t.Context(), subject), data.CreatePerson(t.Context(), trader)); err != nil {
		t.Fatal(err)
	}
	if err := data.CreatePerson(t.Context(), trader); !errors.Is(err, ksef.CodeExists) {
		t.Errorf("made twice: %v", err)
	}
	if _, err := f.client.Authentication.WithXAdES(t.Context(), otherNIP, person(t, string(somePESEL)), nil); err != nil {
		t.Errorf("the PESEL of the NIP's owner: %v", err)
	}
	if err := errors.Join(data.RemovePerson(t.Context(), otherNIP), data.RemoveSubject(t.Context(), someNIP)); err != nil {
		t.Fatal(err)
	}
	f.lenient = true
	err := data.CreateSubject(t.Context(), ksef.TestSubject{NIP: "1", Type: "Club", Description: "x"})
	if e, ok := errors.AsType[*ksef.Error](err); !ok || !errors.Is(err, ksef.CodeInvalidInput) || len(e.Problems) != 1 || len(e.Problems[0].Details) < 3 {
		t.Errorf("three mistakes: %v", err)
	}
}

func TestTokenFailures(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(t *testing.T, f *flow, owner *ksef.AuthenticatedClient, token *ksef.NewToken) error
		want refusal
	}{
		{"wrong token", func(t *testing.T, f *flow, _ *ksef.AuthenticatedClient, token *ksef.NewToken) error {
			_, err := f.client.Authentication.WithToken(t.Context(), someNIP, strings.Repeat("0", len(token.Token)), nil)
			return err
		}, refusal{status: 450, detail: "Nieprawidłowy token"}},
		{"revoked token", func(t *testing.T, f *flow, owner *ksef.AuthenticatedClient, token *ksef.NewToken) error {
			if err := owner.Tokens.Revoke(t.Context(), token.ReferenceNumber); err != nil {
				return err
			}
			f.Advance(time.Minute)
			_, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil)
			return err
		}, refusal{status: 450, detail: "Token unieważniony"}},
		{"another context", func(t *testing.T, f *flow, _ *ksef.AuthenticatedClient, token *ksef.NewToken) error {
			_, err := f.client.Authentication.WithToken(t.Context(), otherNIP, token.Token, nil)
			return err
		}, refusal{status: 450, detail: "Token nie może być użyty w kontekście"}},
		{"another time", func(t *testing.T, f *flow, _ *ksef.AuthenticatedClient, token *ksef.NewToken) error {
			ch, err := f.client.Authentication.Challenge(t.Context())
			if err != nil {
				return err
			}
			ch.TimestampMS++
			op, err := f.client.Authentication.SubmitToken(t.Context(), someNIP, ch, token.Token, nil)
			if err != nil {
				return err
			}
			return f.client.Authentication.Wait(t.Context(), op)
		}, refusal{status: 450, detail: "Nieprawidłowy czas tokena"}},
		{"used challenge", func(t *testing.T, f *flow, _ *ksef.AuthenticatedClient, token *ksef.NewToken) error {
			a := f.client.Authentication
			ch, err := a.Challenge(t.Context())
			if err != nil {
				return err
			}
			if _, err := a.SubmitToken(t.Context(), someNIP, ch, token.Token, nil); err != nil {
				return err
			}
			op, err := a.SubmitToken(t.Context(), someNIP, ch, token.Token, nil)
			if err != nil {
				return err
			}
			return a.Wait(t.Context(), op)
		}, refusal{code: ksef.CodeInvalidChallenge, status: 450, detail: "Nieprawidłowe wyzwanie autoryzacyjne"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			owner, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
			if err != nil {
				t.Fatal(err)
			}
			token, err := owner.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
			if err != nil {
				t.Fatal(err)
			}
			c.want.check(t, c.do(t, f, owner, token))
		})
	}
}

// The ministry withdraws its key at once: the client reads the keys again and
// tries once more.
func TestKeyRotation(t *testing.T) {
	f := newFlow(t, nil, nil)
	owner, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := owner.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
	if err != nil {
		t.Fatal(err)
	}
	login := func() {
		t.Helper()
		if _, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil); err != nil {
			t.Fatal(err)
		}
	}
	login()
	if err := f.RotateKeys(0); err != nil {
		t.Fatal(err)
	}
	login()
	if keys, tries := f.asked("GET /security/public-key-certificates"), f.asked("POST /auth/ksef-token"); keys != 2 || tries != 3 {
		t.Errorf("keys fetched %d times, token submitted %d times; want 2 and 3", keys, tries)
	}
	// A key that goes on being refused is refused to the caller.
	f.Inject(sandbox.Fault{Route: "POST /auth/ksef-token", Status: 400, Code: ksef.CodeUnknownKey})
	_, err = f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil)
	if !errors.Is(err, ksef.CodeUnknownKey) || f.asked("POST /auth/ksef-token") != 5 {
		t.Errorf("%d tries: %v", f.asked("POST /auth/ksef-token"), err)
	}
}

func TestRedeemTwice(t *testing.T) {
	f := newFlow(t, nil, nil)
	a := f.client.Authentication
	op, err := a.SubmitXAdES(t.Context(), signed(t, f, someNIP, seal(t, someNIP, nil), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Too early: the authentication is still being processed.
	_, err = a.Redeem(t.Context(), op)
	refusal{code: ksef.CodeNotAuthorized, detail: "Status uwierzytelniania (100) nie pozwala na pobranie tokenów"}.check(t, err)
	if err := a.Wait(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Redeem(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	_, err = a.Redeem(t.Context(), op)
	refusal{code: ksef.CodeNotAuthorized, detail: "zostały już pobrane"}.check(t, err)
}

func TestOperationTokenEnds(t *testing.T) {
	f := newFlow(t, nil, nil)
	a := f.client.Authentication
	op, err := a.SubmitXAdES(t.Context(), signed(t, f, someNIP, seal(t, someNIP, nil), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	// The operation's token ends long before KSeF forgets the operation.
	f.Advance(46 * time.Minute)
	if _, err := a.Status(t.Context(), op); !errors.Is(err, ksef.ErrUnauthorized) {
		t.Errorf("with a dead token: %v", err)
	}
}
