package ksef_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// An identifier that is none would make a path that of another operation: it is
// refused, and nothing is sent.
func TestNoIdentifier(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{}`))
	auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
	const good = "20250514-XX-226FB7B000-3ACF9BE4C0-10"
	for _, bad := range []ksef.ReferenceNumber{"", ".", "..", "current", "failed", "ksef", "data", "/", " "} {
		op := &ksef.AuthOperation{ReferenceNumber: bad}
		session, within := auth.InvoiceSessions.Session(bad), auth.InvoiceSessions.Session(good)
		online := auth.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: bad})
		for n, call := range []func() error{
			func() error { _, err := client.Authentication.Status(t.Context(), op); return err },
			func() error { return client.Authentication.Wait(t.Context(), op) },
			func() error { return auth.Sessions.Close(t.Context(), bad) },
			func() error { _, err := auth.Tokens.Get(t.Context(), bad); return err },
			func() error { return auth.Tokens.Wait(t.Context(), bad) },
			func() error { return auth.Tokens.Revoke(t.Context(), bad) },
			func() error { _, err := session.Status(t.Context()); return err },
			func() error { _, err := session.Invoice(t.Context(), good); return err },
			func() error { _, err := within.Invoice(t.Context(), bad); return err },
			func() error { _, err := within.UPO(t.Context(), bad); return err },
			func() error { _, err := within.UPOByKSeFNumber(t.Context(), ksef.KSeFNumber(bad)); return err },
			func() error { _, err := within.SessionUPO(t.Context(), bad); return err },
			func() error {
				for _, err := range session.Invoices(t.Context(), nil) {
					return err
				}
				return nil
			},
			func() error {
				for _, err := range session.Failed(t.Context(), nil) {
					return err
				}
				return nil
			},
			func() error { return online.Close(t.Context()) },
			func() error {
				return auth.ResumeBatchSession(ksef.BatchState{ReferenceNumber: bad}, nil).Close(t.Context())
			},
			func() error {
				return auth.Certificates.Revoke(t.Context(), ksef.CertificateSerial(bad), ksef.ReasonUnspecified)
			},
			func() error {
				return auth.Certificates.SetEnd(t.Context(), ksef.CertificateSerial(bad), time.Now())
			},
			func() error { _, err := auth.Certificates.EnrollmentStatus(t.Context(), bad); return err },
			func() error { _, err := auth.Certificates.WaitEnrollment(t.Context(), bad); return err },
			func() error { return auth.Permissions.Revoke(t.Context(), ksef.PermissionID(bad)) },
			func() error {
				return auth.Permissions.RevokeAuthorization(t.Context(), ksef.AuthorizationID(bad))
			},
			func() error { _, err := auth.Permissions.Status(t.Context(), bad); return err },
			func() error {
				_, err := auth.CollectiveIdentifiers.QueryByInvoice(t.Context(), ksef.KSeFNumber(bad), nil)
				return err
			},
			func() error { _, err := auth.Invoices.Download(t.Context(), ksef.KSeFNumber(bad)); return err },
			func() error {
				_, err := auth.Invoices.ResumeExport(ksef.ExportState{ReferenceNumber: bad}).Status(t.Context())
				return err
			},
		} {
			if _, ok := errors.AsType[*ksef.IdentifierError](call()); !ok {
				t.Errorf("call %d: %q was taken", n, bad)
			}
		}
	}
	for _, r := range s.seen {
		t.Errorf("sent %s %s", r.Method, r.URL.Path)
	}
}

// Interfaces that hold nothing are refused, not dereferenced.
func TestNobody(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{}`))
	data := client.TestData
	for n, err := range []error{
		data.GrantPermissions(t.Context(), someNIP, nil, "nobody", ksef.InvoiceRead),
		data.RevokePermissions(t.Context(), someNIP, nil),
		data.BlockContext(t.Context(), nil),
		data.UnblockContext(t.Context(), nil),
	} {
		if _, ok := errors.AsType[*ksef.IdentifierError](err); !ok || len(s.seen) != 0 {
			t.Errorf("call %d: %v", n, fmt.Sprint(err))
		}
	}
}

// Whatever is refused here for what it was given can be told from what KSeF refuses.
func TestArgumentErrors(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{}`))
	auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
	ids := auth.CollectiveIdentifiers
	for want, call := range map[string]func() error{
		"ksef: CollectiveIdentifiers.Create: want at least 2 invoices, got 1": func() error {
			_, err := ids.Create(t.Context(), make([]ksef.CollectiveInvoice, 1))
			return err
		},
		"ksef: CollectiveIdentifiers.QueryInvoices: want 1 to 10 numbers, got 0": func() error {
			_, err := ids.QueryInvoices(t.Context(), nil, nil)
			return err
		},
		"ksef: CollectiveQuery.From: is missing: want when the first of them was made": func() error {
			_, err := ids.Query(t.Context(), ksef.CollectiveQuery{})
			return err
		},
		"ksef: Tokens.Generate: want at least one permission": func() error {
			_, err := auth.Tokens.Generate(t.Context(), "a token")
			return err
		},
	} {
		err := call()
		if _, ok := errors.AsType[*ksef.ArgumentError](err); !ok || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	if len(s.seen) != 0 {
		t.Errorf("%d requests", len(s.seen))
	}
}
