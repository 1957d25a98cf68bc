package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
	"github.com/ksef-go/ksef/sandbox"
)

// polled are all ways to ask how far something is, and to wait for it.
func polled(client *ksef.Client) map[string]func(context.Context) error {
	return polledBy(client, ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(10 * time.Hour)}})
}

func polledBy(client *ksef.Client, who ksef.Credentials) map[string]func(context.Context) error {
	auth := client.Authentication.Resume(who)
	const ref = "20250514-XX-226FB7B000-3ACF9BE4C0-10"
	session := auth.InvoiceSessions.Session(ref)
	export := auth.Invoices.ResumeExport(ksef.ExportState{ReferenceNumber: ref})
	return map[string]func(context.Context) error{
		"authentication": func(ctx context.Context) error {
			return client.Authentication.Wait(ctx, &ksef.AuthOperation{ReferenceNumber: ref})
		},
		"token":                 func(ctx context.Context) error { return auth.Tokens.Wait(ctx, ref) },
		"session":               func(ctx context.Context) error { _, err := session.WaitClosed(ctx); return err },
		"invoice":               func(ctx context.Context) error { _, err := session.Wait(ctx, ref); return err },
		"enrolment":             func(ctx context.Context) error { _, err := auth.Certificates.WaitEnrollment(ctx, ref); return err },
		"change of permissions": func(ctx context.Context) error { return auth.Permissions.Wait(ctx, ref) },
		"export":                func(ctx context.Context) error { _, err := export.Wait(ctx); return err },
	}
}

// An answer without a status is no status.
func TestStatusWithoutStatus(t *testing.T) {
	for _, body := range []string{`{}`, `{"status":{}}`, `{"referenceNumber":"20250514-XX-226FB7B000-3ACF9BE4C0-10"}`, `null`} {
		client, _ := scripted(t, nil, reply(200, "application/json", body))
		for name, wait := range polled(client) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := wait(ctx); !errors.Is(err, ksef.ErrMalformed) {
				t.Errorf("%s: %s: %v", name, body, err)
			}
			cancel()
		}
	}
}

// Whatever keeps KSeF from telling how far something is, the error says what to
// go on waiting for.
func TestPending(t *testing.T) {
	why := errors.New("shop closed")
	for _, c := range []struct {
		name  string
		step  func(*http.Request) (*http.Response, error)
		retry *ksef.Backoff
		want  []error
	}{
		{"limit", reply(429, "application/problem+json", tooMany, "Retry-After", "3600"), nil, []error{ksef.ErrRateLimited}},
		{"limit, and no repeating", reply(429, "application/problem+json", tooMany, "Retry-After", "1"), &ksef.Backoff{}, []error{ksef.ErrRateLimited}},
		{"the end while repeating", reply(503, "", ""), &ksef.Backoff{Attempts: 9, Min: time.Hour}, []error{context.DeadlineExceeded}},
		{"the end while asking", func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, context.Cause(r.Context())
		}, nil, []error{context.DeadlineExceeded}},
		{"a cause", func(r *http.Request) (*http.Response, error) {
			r.Context().Value(stopKey{}).(context.CancelCauseFunc)(why)
			return nil, context.Cause(r.Context())
		}, nil, []error{context.Canceled, why}},
		{"nobody there", fail(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), &ksef.Backoff{}, nil},
		{"gateway", reply(502, "", ""), &ksef.Backoff{}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, _ := scripted(t, &ksef.Options{Retry: c.retry}, c.step)
			for name := range polled(client) {
				client, _ := scripted(t, &ksef.Options{Retry: c.retry}, c.step) // one that no limit blocks yet
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				stopped, stop := context.WithCancelCause(ctx)
				err := polled(client)[name](context.WithValue(stopped, stopKey{}, stop))
				p, ok := errors.AsType[*ksef.PendingError](err)
				if !ok || p.Reference == "" || string(p.Operation) != name {
					t.Errorf("%s: %s: %v", c.name, name, err)
				}
				for _, want := range c.want {
					if !errors.Is(err, want) {
						t.Errorf("%s: %s: %v is not %v", c.name, name, err, want)
					}
				}
				stop(nil)
				cancel()
			}
		})
	}
}

type stopKey struct{}

// Nor does a question that was never asked, or whose answer cannot be read, cost
// the reference: what was asked for goes on.
func TestPendingWithoutAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		fails error // of the budget
		body  string
		want  error
	}{
		{"no time in the budget", &budget.WaitError{Wait: time.Hour}, `{}`, context.DeadlineExceeded},
		{"no budget", fs.ErrPermission, `{}`, fs.ErrPermission},
		{"a proxy's page", nil, `<html>`, ksef.ErrMalformed},
	} {
		client, _ := scripted(t, &ksef.Options{Budget: &noted{fails: c.fails}}, reply(200, "application/json", c.body))
		for name, wait := range polled(client) {
			err := wait(t.Context())
			p, ok := errors.AsType[*ksef.PendingError](err)
			if !ok || p.Reference == "" || string(p.Operation) != name || !errors.Is(err, c.want) {
				t.Errorf("%s: %s: %v", c.name, name, err)
			}
		}
	}
}

// That it takes somebody else to ask says nothing about what was asked for. An
// authentication alone has a token of its own, without which it is lost.
func TestPendingUnauthorized(t *testing.T) {
	for _, c := range []struct {
		name    string
		renewal func(*http.Request) (*http.Response, error)
		want    error
	}{
		{"no renewal", nil, ksef.ErrUnauthorized},
		{"a revoked session", reply(400, "application/json", `{"exception":{"exceptionDetailList":[{"exceptionCode":21301}]}}`), ksef.ErrUnauthorized},
		{"renewal forbidden", reply(403, "application/problem+json", `{"status":403}`), ksef.ErrForbidden},
		{"renewal invalid", reply(400, "application/problem+json", `{"status":400,"errors":[{"code":21405}]}`), ksef.CodeInvalidInput},
	} {
		who := ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}}
		if c.renewal != nil {
			who.Refresh = ksef.AccessToken{Token: "r", ValidUntil: time.Now().Add(time.Hour)}
		}
		client, _ := scripted(t, nil, func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/auth/token/refresh") {
				return c.renewal(r)
			}
			return reply(401, "application/problem+json", `{"status":401}`)(r)
		})
		for name, wait := range polledBy(client, who) {
			err := wait(t.Context())
			p, ok := errors.AsType[*ksef.PendingError](err)
			if name == "authentication" {
				if ok || !errors.Is(err, ksef.ErrUnauthorized) {
					t.Errorf("%s: %s: %v", c.name, name, err)
				}
				continue
			}
			if !ok || p.Reference == "" || string(p.Operation) != name || !errors.Is(err, c.want) {
				t.Errorf("%s: %s: %v", c.name, name, err)
			}
		}
	}
}

// What KSeF has told of once is there, and goes on, whatever it answers then.
func TestRefusedOnceKnown(t *testing.T) {
	known := func(status string) func(*http.Request) (*http.Response, error) {
		return reply(200, "application/json", `{"referenceNumber":"20250514-XX-226FB7B000-3ACF9BE4C0-10","status":`+status+`}`)
	}
	for _, status := range []int{400, 403, 404, 410} {
		for _, name := range []string{"authentication", "token", "session", "invoice", "enrolment", "change of permissions", "export"} {
			synctest.Test(t, func(t *testing.T) {
				first := known(`{"code":100}`)
				if name == "token" {
					first = known(`"Pending"`)
				}
				client, _ := scripted(t, nil, first, reply(status, "application/problem+json", fmt.Sprintf(`{"status":%d}`, status)))
				err := polled(client)[name](t.Context())
				if p, ok := errors.AsType[*ksef.PendingError](err); !ok || p.Last.Code != 100 {
					t.Errorf("%d: %s: %v", status, name, err)
				}
				if e, ok := errors.AsType[*ksef.Error](err); !ok || e.StatusCode != status {
					t.Errorf("%d: %s: %v", status, name, err)
				}
			})
		}
	}
}

// What a call has begun goes on, though KSeF refuses to tell how far it is: nobody
// but the error has the reference. Nothing is begun twice.
func TestRefusedAfterAcceptance(t *testing.T) {
	const changes, orders = "GET /permissions/operations/{referenceNumber}", "GET /certificates/enrollments/{referenceNumber}"
	for name, c := range map[string]struct {
		operation   ksef.Operation
		begins, ask string
		begin       func(context.Context, *ksef.AuthenticatedClient, *flow) error
		wait        func(context.Context, *ksef.AuthenticatedClient, ksef.ReferenceNumber) error
	}{
		"grant": {ksef.OperationPermissions, "POST /permissions/persons/grants", changes,
			func(ctx context.Context, a *ksef.AuthenticatedClient, _ *flow) error {
				return a.Permissions.Grant(ctx, toJan)
			},
			func(ctx context.Context, a *ksef.AuthenticatedClient, ref ksef.ReferenceNumber) error {
				return a.Permissions.Wait(ctx, ref)
			}},
		"token": {ksef.OperationToken, "POST /tokens", "GET /tokens/{referenceNumber}",
			func(ctx context.Context, a *ksef.AuthenticatedClient, _ *flow) error {
				_, err := a.Tokens.Generate(ctx, "for a test", ksef.InvoiceRead)
				return err
			},
			func(ctx context.Context, a *ksef.AuthenticatedClient, ref ksef.ReferenceNumber) error {
				return a.Tokens.Wait(ctx, ref)
			}},
		"certificate": {ksef.OperationEnrollment, "POST /certificates/enrollments", orders,
			func(ctx context.Context, a *ksef.AuthenticatedClient, _ *flow) error {
				_, err := a.Certificates.Enroll(ctx, "web shop", nil)
				return err
			},
			func(ctx context.Context, a *ksef.AuthenticatedClient, ref ksef.ReferenceNumber) error {
				_, err := a.Certificates.WaitEnrollment(ctx, ref)
				return err
			}},
		"invoice": {ksef.OperationInvoice, "POST /sessions/online/{referenceNumber}/invoices", "GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}",
			func(ctx context.Context, a *ksef.AuthenticatedClient, f *flow) error {
				s, err := a.OpenOnlineSession(ctx, nil)
				if err != nil {
					return err
				}
				_, err = s.SendAndWait(ctx, invoice(f, "FV/1"), nil)
				return err
			},
			func(ctx context.Context, a *ksef.AuthenticatedClient, ref ksef.ReferenceNumber) error {
				for s, err := range a.InvoiceSessions.All(ctx, nil) {
					if err != nil {
						return err
					}
					_, err = a.InvoiceSessions.Session(s.ReferenceNumber).Wait(ctx, ref)
					return err
				}
				return errors.New("no session")
			}},
	} {
		for _, status := range []int{400, 401, 403} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				f := newFlow(t, nil, nil)
				auth := login(t, f, someNIP)
				undo := f.Inject(sandbox.Fault{Route: c.ask, Status: status})
				err := c.begin(t.Context(), auth, f)
				pending, ok := errors.AsType[*ksef.PendingError](err)
				if !ok || pending.Operation != c.operation || pending.Reference == "" {
					t.Fatalf("%v", err)
				}
				if e, ok := errors.AsType[*ksef.Error](err); !ok || e.StatusCode != status {
					t.Errorf("%v", err)
				}
				undo()
				if err := c.wait(t.Context(), auth, pending.Reference); err != nil || f.asked(c.begins) != 1 {
					t.Errorf("begun %d times: %v", f.asked(c.begins), err)
				}
			})
		}
	}
}

// What KSeF refuses for good is not pending, even if the context has ended.
func TestRefusedWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, _ := scripted(t, nil, func(r *http.Request) (*http.Response, error) {
		cancel()
		return reply(400, "application/problem+json", `{"status":400,"errors":[{"code":21173}]}`)(r)
	})
	_, err := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}}).
		InvoiceSessions.Session("20250514-SO-226FB7B000-3ACF9BE4C0-10").WaitClosed(ctx)
	if _, ok := errors.AsType[*ksef.PendingError](err); ok || !errors.Is(err, ksef.CodeNoSession) {
		t.Error(err)
	}
}
