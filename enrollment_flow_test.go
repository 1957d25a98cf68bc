package ksef_test

import (
	"context"
	"crypto"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

// From nothing to a login with the certificate, and to its end.
func TestCertificateFlow(t *testing.T) {
	f := newFlow(t, nil, nil)
	person, err := certs.NewTestPerson("44051401359", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	f.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: string(someNIP)}, ksef.Identifier{Kind: ksef.KindPESEL, Value: "44051401359"}, ksef.InvoiceRead)
	for name, first := range map[string]func() (*ksef.AuthenticatedClient, error){
		"seal": func() (*ksef.AuthenticatedClient, error) {
			return f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
		},
		"person": func() (*ksef.AuthenticatedClient, error) {
			return f.client.Authentication.WithXAdES(t.Context(), someNIP, person, nil)
		},
	} {
		for _, onRSA := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s RSA=%v", name, onRSA), func(t *testing.T) {
				auth, err := first()
				if err != nil {
					t.Fatal(err)
				}
				certificateLife(t, f, auth, onRSA)
			})
		}
	}
}

func certificateLife(t *testing.T, f *flow, auth *ksef.AuthenticatedClient, onRSA bool) {
	c := auth.Certificates
	before, err := c.Limits(t.Context())
	if err != nil || !before.CanRequest || before.Enrollment.Remaining == 0 || before.Certificate.Limit < before.Certificate.Remaining {
		t.Fatalf("%+v, %v", before, err)
	}
	e, err := c.Enroll(t.Context(), "Sklep internetowy ąę", &ksef.EnrollOptions{RSA: onRSA})
	if err != nil {
		t.Fatal(err)
	}
	if ksef.SerialOf(e.Certificate.Leaf) != e.SerialNumber || e.Type != ksef.AuthenticationCertificate || e.ReferenceNumber == "" {
		t.Errorf("%v of %v", e, e.Certificate.Leaf.SerialNumber)
	}
	again, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, e.Certificate, nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := again.Certificates.Limits(t.Context()) // the same subject
	if err != nil || after.Enrollment.Remaining != before.Enrollment.Remaining-1 || after.Certificate.Remaining != before.Certificate.Remaining-1 {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}

	offline, err := again.Certificates.Enroll(t.Context(), "Drukarka", &ksef.EnrollOptions{Type: ksef.OfflineCertificate, ValidFrom: f.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, offline.Certificate, nil); err == nil {
		t.Error("logged in with a certificate for offline invoices")
	}
	for want, q := range map[ksef.CertificateSerial]ksef.CertificateQuery{
		e.SerialNumber:       {SerialNumber: e.SerialNumber, Name: "internetowy", Type: ksef.AuthenticationCertificate, Status: ksef.CertificateActive},
		offline.SerialNumber: {Name: "Drukarka", Type: ksef.OfflineCertificate, Status: ksef.CertificateActive, ExpiresAfter: f.Now().AddDate(1, 0, 0)},
	} {
		list, err := collect(c.All(t.Context(), &q))
		if err != nil || len(list) != 1 || list[0].SerialNumber != want || list[0].CommonName == "" || list[0].Subject.Value == "" || list[0].Requested.IsZero() {
			t.Errorf("%+v, %v", list, err)
			continue
		}
		if used := !list[0].LastUsed.IsZero(); used != (want == e.SerialNumber) {
			t.Errorf("last used %v", list[0].LastUsed)
		}
	}
	issued, err := c.Retrieve(t.Context(), e.SerialNumber, "FFFFFFFFFFFFFFFF", offline.SerialNumber)
	if err != nil || len(issued) != 2 {
		t.Fatalf("%d certificates, %v", len(issued), err)
	}
	for _, i := range issued {
		own, other := e, offline
		if i.SerialNumber == offline.SerialNumber {
			own, other = offline, e
		}
		if _, err := i.Pair(own.Certificate.PrivateKey.(crypto.Signer)); err != nil || i.Name != own.Name || i.Type != own.Type {
			t.Errorf("%s %q %s: %v", i.SerialNumber, i.Name, i.Type, err)
		}
		if _, err := i.Pair(other.Certificate.PrivateKey.(crypto.Signer)); !errors.Is(err, ksef.ErrCorrupt) {
			t.Errorf("with another key: %v", err)
		}
	}

	if err := c.Revoke(t.Context(), e.SerialNumber, ksef.ReasonSuperseded); err != nil {
		t.Fatal(err)
	}
	if err := c.Revoke(t.Context(), e.SerialNumber, ""); err != nil {
		t.Errorf("revoked twice: %v", err)
	}
	if err := c.Revoke(t.Context(), "FFFFFFFFFFFFFFFF", ""); !errors.Is(err, ksef.CodeNoCertificate) {
		t.Errorf("unknown one: %v", err)
	}
	if _, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, e.Certificate, nil); err == nil {
		t.Error("logged in with a revoked certificate")
	}
	if err := c.SetEnd(t.Context(), offline.SerialNumber, f.Now()); err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Minute)
	if err := c.Revoke(t.Context(), offline.SerialNumber, ""); !errors.Is(err, ksef.CodeNotRevocable) {
		t.Errorf("expired one: %v", err)
	}
	for _, status := range []ksef.CertificateStatus{ksef.CertificateRevoked, ksef.CertificateExpired} {
		found := false
		for i, err := range c.All(t.Context(), &ksef.CertificateQuery{Status: status}) {
			if err != nil {
				t.Fatal(err)
			}
			found = found || i.SerialNumber == e.SerialNumber || i.SerialNumber == offline.SerialNumber
		}
		if !found {
			t.Errorf("%s: not listed", status)
		}
	}
}

// The steps, with a request made elsewhere; and what is refused.
func TestCertificateSteps(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	c := auth.Certificates
	key := testKey(t)
	data, err := c.EnrollmentData(t.Context())
	if err != nil || data.OrganizationIdentifier != "VATPL-"+string(someNIP) || data.Surname != "" {
		t.Fatalf("%+v, %v", data, err)
	}
	csr, err := data.CSR(key)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := c.StartEnrollment(t.Context(), ksef.EnrollmentOrder{Name: "at the bank", CSR: csr})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := c.EnrollmentStatus(t.Context(), ref); err != nil || !s.Status.Pending() || s.Requested.IsZero() || s.SerialNumber != "" {
		t.Errorf("%+v, %v", s, err)
	}
	serial, err := c.WaitEnrollment(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Retrieve(t.Context(), serial)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if _, err := list[0].Pair(key); err != nil {
		t.Error(err)
	}

	other := *data
	other.OrganizationName += " and sons"
	wrong, err := other.CSR(key)
	if err != nil {
		t.Fatal(err)
	}
	broken := append([]byte(nil), csr...)
	broken[len(broken)-1] ^= 1
	for code, order := range map[ksef.Code]ksef.EnrollmentOrder{
		ksef.CodeCSRSubject: {Name: "another name", CSR: wrong},
		ksef.CodeInvalidCSR: {Name: "another signature", CSR: broken},
	} {
		if _, err := c.StartEnrollment(t.Context(), order); !errors.Is(err, code) {
			t.Errorf("%s: %v", order.Name, err)
		}
	}
	if _, err := c.EnrollmentStatus(t.Context(), "20250514-EH-226FB7B000-3ACF9BE4C0-10"); !errors.Is(err, ksef.CodeNoEnrollment) {
		t.Errorf("unknown reference: %v", err)
	}
	if err := auth.Limits.SetSubject(t.Context(), ksef.KindNIP, ksef.SubjectLimits{Certificates: new(1)}); err != nil {
		t.Fatal(err)
	}
	if e, err := c.Enroll(t.Context(), "one too many", nil); !errors.Is(err, ksef.CodeCertificateLimit) || e != nil {
		t.Errorf("%v, %v", e, err)
	}

	token, err := auth.Tokens.Generate(t.Context(), "for the shop", ksef.InvoiceRead)
	if err != nil {
		t.Fatal(err)
	}
	shop, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Certificates.Enroll(t.Context(), "by a token", nil); !errors.Is(err, ksef.CodeNoEnrollmentData) {
		t.Errorf("by a token: %v", err)
	}
}

// The answer to a revocation gets lost: the second request is refused, for there
// is nothing left to revoke, and that is no failure.
func TestRevocationLosesItsAnswer(t *testing.T) {
	f := newFlow(t, nil, nil)
	c := login(t, f, someNIP).Certificates
	e, err := c.Enroll(t.Context(), "web shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	const operation = "POST /certificates/{certificateSerialNumber}/revoke"
	f.Inject(sandbox.Fault{Route: operation, Times: 1, Lose: true})
	if err := c.Revoke(t.Context(), e.SerialNumber, ksef.ReasonKeyCompromise); err != nil || f.asked(operation) != 2 {
		t.Errorf("%v after %d requests", err, f.asked(operation))
	}
}

func testKey(t *testing.T) crypto.Signer {
	t.Helper()
	cert, err := certs.NewTestSeal("5261040828", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	return cert.PrivateKey.(crypto.Signer)
}

// The context ends while KSeF is at work: another process goes on from what was
// kept, also when KSeF has forgotten the order, and also with a key that cannot
// be kept.
func TestEnrollmentIsGoneOnWith(t *testing.T) {
	for name, o := range map[string]struct {
		smartCard bool
		forgotten bool
	}{"at once": {}, "after a month": {forgotten: true}, "smart card": {smartCard: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFlow(t, nil, nil)
				auth := login(t, f, someNIP)
				if _, err := auth.Certificates.Enroll(t.Context(), "web shop", nil); err != nil { // of the same name
					t.Fatal(err)
				}
				f.Advance(time.Hour)
				auth = login(t, f, someNIP)
				var opts *ksef.EnrollOptions
				card := smartCard{testKey(t)}
				if o.smartCard {
					opts = &ksef.EnrollOptions{Key: card}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				undo := f.Inject(sandbox.Fault{Route: "GET /certificates/enrollments/{referenceNumber}", Delay: time.Minute})
				e, err := auth.Certificates.Enroll(ctx, "web shop", opts)
				if pending, ok := errors.AsType[*ksef.PendingError](err); !ok || e == nil || pending.Operation != ksef.OperationEnrollment || pending.Reference != e.ReferenceNumber {
					t.Fatalf("%v, %v", e, err)
				}
				undo()
				kept, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				if o.forgotten {
					f.Advance(31 * 24 * time.Hour)
				}
				var back ksef.Enrollment
				if err := json.Unmarshal(kept, &back); err != nil {
					t.Fatal(err)
				}
				if o.smartCard {
					back.Certificate.PrivateKey = card
				}
				auth = login(t, f, someNIP)
				if err := auth.Certificates.Resume(t.Context(), &back); err != nil {
					t.Fatal(err)
				}
				if _, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, back.Certificate, nil); err != nil {
					t.Error(err)
				}
				if list, err := collect(auth.Certificates.All(t.Context(), nil)); err != nil || len(list) != 2 {
					t.Errorf("%d certificates, %v", len(list), err)
				}
			})
		})
	}
}

// smartCard is a key that signs and does not come out.
type smartCard struct{ crypto.Signer }

// Every request of an enrolment meets every mischief; the program lives again
// until it is done. Then there is one certificate, and the program has it and
// its key.
func TestEnrollingOnce(t *testing.T) {
	runs := 0
	for kind := range kindsOfMischief {
		for times := 1; times <= 3; times++ {
			for from := 0; ; from++ {
				reached := true
				t.Run(fmt.Sprintf("%s/from=%d/times=%d", mischiefNames[kind], from, times), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						reached = enrollThrough(t, &mischief{kind: kind, from: from, times: times})
					})
				})
				runs++
				if !reached || t.Failed() {
					break
				}
			}
		}
	}
	t.Logf("%d runs", runs)
}

func enrollThrough(t *testing.T, m *mischief) (reached bool) {
	t.Helper()
	w := newWorld(t, 0)
	m.next = sandbox.NewTransport(w.flow.Server)
	w.m = m
	var cert tls.Certificate
	var err error
	for range 12 {
		err = w.process(t, func(ctx context.Context, auth *ksef.AuthenticatedClient) error {
			var e *ksef.Enrollment
			var err error
			if w.disk == nil {
				e, err = auth.Certificates.Enroll(ctx, "web shop", nil)
			} else {
				e = new(ksef.Enrollment)
				if err := json.Unmarshal(w.disk, e); err != nil {
					return err
				}
				err = auth.Certificates.Resume(ctx, e)
				if errors.Is(err, ksef.ErrNoCertificate) { // after a while: it never arrived
					e, err = auth.Certificates.Enroll(ctx, "web shop", &ksef.EnrollOptions{Key: e.Certificate.PrivateKey.(crypto.Signer)})
				}
			}
			if e != nil {
				w.disk, _ = json.Marshal(e)
				cert = e.Certificate
			}
			return err
		})
		if err == nil {
			break
		}
		time.Sleep(10 * time.Minute)
	}
	if err != nil {
		t.Fatalf("not done: %v", err)
	}
	client := w.flow.client.Authentication
	auth, err := client.WithXAdES(t.Context(), someNIP, cert, nil)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := collect(auth.Certificates.All(t.Context(), nil)); err != nil || len(list) != 1 {
		t.Errorf("%d certificates, %v", len(list), err)
	}
	return m.seen > m.from
}
