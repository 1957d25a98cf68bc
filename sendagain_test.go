package ksef_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// late keeps the first sending of an invoice back until the second comes: then it
// arrives, if it is to, and the second is refused.
type late struct {
	next    http.RoundTripper
	arrives bool
	second  func(*http.Request) (*http.Response, error)
	held    *http.Request
	posts   int
}

func (l *late) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/invoices") {
		return l.next.RoundTrip(r)
	}
	if l.posts++; l.posts == 1 {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		l.held = r.Clone(context.WithoutCancel(r.Context()))
		l.held.Body = io.NopCloser(bytes.NewReader(body))
		return nil, errReset
	}
	if l.arrives {
		resp, err := l.next.RoundTrip(l.held)
		if err != nil {
			return nil, err
		}
		resp.Body.Close()
	}
	return l.second(r)
}

// What refuses the second sending of an invoice may be the first, which arrived
// meanwhile; and if it did not, it may yet.
func TestRefusedSecondSending(t *testing.T) {
	full := reply(400, "application/problem+json", `{"title":"Bad Request","status":400,"errors":[{"code":21155,"description":"Przekroczono dozwoloną liczbę faktur w sesji."}]}`)
	for _, c := range []struct {
		name    string
		arrives bool
		second  func(*http.Request) (*http.Response, error)
		want    error
	}{
		{"the first has taken the last place", true, full, nil},
		{"the first is nowhere to be seen", false, full, ksef.CodeSessionFull},
		{"no second is possible", true, reply(403, "application/problem+json", `{"status":403}`), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			opened := openOnline(t, f)
			transport := &late{next: sandbox.NewTransport(f.Server), arrives: c.arrives, second: c.second}
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{
				BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: transport},
				Retry: &ksef.Backoff{Attempts: 2, Min: time.Millisecond}, Poll: &ksef.Backoff{Min: time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(login(t, f, someNIP).Credentials())
			sent, err := auth.ResumeOnlineSession(opened.State()).SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
			switch {
			case c.want == nil && (err != nil || sent.KSeFNumber == ""):
				t.Errorf("%v, %v", sent, err)
			case c.want != nil && (!errors.Is(err, c.want) || !errors.Is(err, ksef.ErrUnknown)):
				t.Errorf("%v; want %v, and that the outcome is unknown", err, c.want)
			}
			if transport.posts != 2 {
				t.Errorf("sent %d times", transport.posts)
			}
		})
	}
}

// A duplicate whose original cannot be looked at now may be the document itself:
// nobody says that it is another.
func TestDuplicateNobodyCanLookAt(t *testing.T) {
	f := newFlow(t, nil, nil)
	first := openOnline(t, f)
	doc := invoice(f, "FV/1")
	original, err := first.SendAndWait(t.Context(), doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	away := true
	next := sandbox.NewTransport(f.Server)
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL: "http://localhost/v2", Retry: &ksef.Backoff{}, Poll: &ksef.Backoff{Min: time.Millisecond},
		HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if away && strings.Contains(r.URL.Path, string(first.ReferenceNumber())) {
				return reply(503, "text/html", "")(r)
			}
			return next.RoundTrip(r)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	auth := client.Authentication.Resume(login(t, f, someNIP).Credentials())
	second, err := auth.OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = second.SendAndWait(t.Context(), doc, nil)
	pending, ok := errors.AsType[*ksef.PendingError](err)
	if !ok || errors.Is(err, ksef.ErrDuplicate) || pending.Operation != ksef.OperationInvoice || pending.Last.Code != 440 {
		t.Fatalf("%v", err)
	}
	away = false
	sent, err := second.Wait(t.Context(), pending.Reference)
	if err != nil || sent.KSeFNumber != original.KSeFNumber {
		t.Errorf("%v, %v", sent, err)
	}
}

// A duplicate whose original KSeF does not name, or does not have where it says,
// is one: waiting longer would not tell more.
func TestDuplicateOfNothing(t *testing.T) {
	const session, invoice = "20250514-SO-226FB7B000-3ACF9BE4C0-10", "20250514-EE-226FB7B000-3ACF9BE4C0-10"
	for _, extensions := range []string{`{}`, `{"originalKsefNumber":"5265877635-20250826-0100001AF629-AF","originalSessionReferenceNumber":"20250514-SO-226FB7B000-3ACF9BE4C0-11"}`} {
		client, _ := scripted(t, nil,
			reply(200, "application/json", `{"referenceNumber":"`+invoice+`","invoiceHash":"AAAA","status":{"code":440,"description":"Duplikat faktury","extensions":`+extensions+`}}`),
			reply(200, "application/json", `{"invoices":[]}`))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		_, err := auth.InvoiceSessions.Session(session).Wait(t.Context(), invoice)
		if _, pending := errors.AsType[*ksef.PendingError](err); pending || !errors.Is(err, ksef.ErrDuplicate) {
			t.Errorf("%s: %v", extensions, err)
		}
	}
}

// The original of a duplicate may not show its number yet: whoever has the same
// document there is waited for.
func TestDuplicateOfAnotherUnderWay(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	doc := invoice(f, "FV/1")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if sent, err := s.SendAndWait(t.Context(), doc, nil); err != nil || sent.KSeFNumber == "" {
				t.Errorf("%v, %v", sent, err)
			}
		})
	}
	all.Wait()

	const session, first, second = "20250514-SO-226FB7B000-3ACF9BE4C0-10", "20250514-EE-226FB7B000-3ACF9BE4C0-10", "20250514-EE-226FB7B000-3ACF9BE4C0-11"
	one := func(ref, status string) string {
		return `{"referenceNumber":"` + ref + `","invoiceHash":"AAAA","ksefNumber":"","status":` + status + `}`
	}
	duplicate := one(second, `{"code":440,"description":"d","extensions":{"originalKsefNumber":"5265877635-20250826-0100001AF629-AF","originalSessionReferenceNumber":"`+session+`"}}`)
	for _, end := range []struct {
		status string
		want   error
	}{{`{"code":200,"description":"d"}`, nil}, {`{"code":450,"description":"d"}`, ksef.ErrDuplicate}} {
		client, _ := scripted(t, nil,
			reply(200, "application/json", duplicate),
			reply(200, "application/json", `{"invoices":[`+one(first, `{"code":150,"description":"d"}`)+`,`+duplicate+`]}`),
			reply(200, "application/json", one(first, end.status)))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		sent, err := auth.InvoiceSessions.Session(session).Wait(t.Context(), second)
		_, pending := errors.AsType[*ksef.PendingError](err)
		if !errors.Is(err, end.want) || pending || err == nil && sent.ReferenceNumber != first {
			t.Errorf("%s: %v, %v", end.status, sent, err)
		}
	}

	// It is not known yet either while KSeF does not tell more of the other one.
	synctest.Test(t, func(t *testing.T) {
		under := one(first, `{"code":150,"description":"d"}`)
		client, _ := scripted(t, nil,
			reply(200, "application/json", duplicate),
			reply(200, "application/json", `{"invoices":[`+under+`,`+duplicate+`]}`),
			reply(200, "application/json", under),
			reply(403, "application/problem+json", `{"status":403}`))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		_, err := auth.InvoiceSessions.Session(session).Wait(t.Context(), second)
		pending, ok := errors.AsType[*ksef.PendingError](err)
		if !ok || pending.Reference != second || pending.Last.Code != 440 || errors.Is(err, ksef.ErrDuplicate) {
			t.Errorf("%v", err)
		}
	})
}
