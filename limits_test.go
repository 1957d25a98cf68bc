package ksef_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

func TestContextLimits(t *testing.T) {
	f := newFlow(t, nil, nil)
	limits := login(t, f, someNIP).Limits
	usual, err := limits.Context(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := ksef.SessionLimits{InvoiceMB: 1, AttachmentInvoiceMB: 3, Invoices: 10_000}
	if usual.Online != want || usual.Batch != want || usual.CollectiveIdentifier.Invoices != 500 {
		t.Errorf("%+v", usual)
	}
	set := *usual
	set.Online.Invoices, set.Batch.AttachmentInvoiceMB = 2, 0
	set.CollectiveIdentifier = ksef.CollectiveIdentifierLimits{} // stays
	if err := limits.SetContext(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	got, err := limits.Context(t.Context())
	if err != nil || got.Online != set.Online || got.Batch != set.Batch || got.CollectiveIdentifier.Invoices != 500 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := limits.ResetContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := limits.Context(t.Context()); err != nil || *got != *usual {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSubjectLimits(t *testing.T) {
	f := newFlow(t, nil, nil)
	limits := login(t, f, someNIP).Limits
	shows := func(enrollments, certificates int) {
		t.Helper()
		got, err := limits.Subject(t.Context())
		if err != nil || got.Enrollments == nil || got.Certificates == nil || *got.Enrollments != enrollments || *got.Certificates != certificates {
			t.Errorf("%+v, %v", got, err)
		}
	}
	shows(300, 100)
	if err := limits.SetSubject(t.Context(), ksef.KindNIP, ksef.SubjectLimits{Certificates: new(0)}); err != nil {
		t.Fatal(err)
	}
	shows(300, 0)
	if err := limits.SetSubject(t.Context(), "", ksef.SubjectLimits{Enrollments: new(5)}); err != nil {
		t.Fatal(err)
	}
	shows(5, 0)
	if err := limits.ResetSubject(t.Context()); err != nil {
		t.Fatal(err)
	}
	shows(300, 100)
}

func TestRates(t *testing.T) {
	f := newFlow(t, &sandbox.Options{RateLimits: sandbox.TestRateLimits}, nil)
	limits := login(t, f, someNIP).Limits
	usual, err := limits.Rates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	production := ksef.ProductionRates()
	if len(usual) != len(production) || usual[ksef.RateInvoiceSend].PerHour != 10*production[ksef.RateInvoiceSend].PerHour {
		t.Errorf("%v", usual)
	}
	if err := limits.SetProductionRates(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := limits.Rates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range production { // what the sandbox and the client know apart from each other
		if got[group] != want {
			t.Errorf("%s: %v, want %v", group, got[group], want)
		}
	}
	set := ksef.ProductionRates()
	set[ksef.RateOnlineSession] = ksef.RateLimit{PerSecond: 1, PerMinute: 2, PerHour: 3}
	if err := limits.SetRates(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if len(set) != len(production) {
		t.Error("the caller's limits were changed")
	}
	if got, err := limits.Rates(t.Context()); err != nil || got[ksef.RateOnlineSession] != set[ksef.RateOnlineSession] || got[ksef.RateOther] != production[ksef.RateOther] {
		t.Errorf("%v, %v", got, err)
	}
	if err := limits.ResetRates(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := limits.Rates(t.Context()); err != nil || got[ksef.RateOnlineSession] != usual[ksef.RateOnlineSession] {
		t.Errorf("%v, %v", got, err)
	}
}

// An answer without limits does not say that there are none.
func TestNoRates(t *testing.T) {
	for _, body := range []string{`{}`, `null`, `{"title":"maintenance"}`} {
		b := new(noted)
		client, _ := scripted(t, &ksef.Options{Budget: b}, reply(200, "application/json", body))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		if rates, err := auth.Limits.Rates(t.Context()); !errors.Is(err, ksef.ErrMalformed) || b.learnt != nil {
			t.Errorf("%s: %v, %v; learnt %v", body, rates, err, b.learnt)
		}
	}
}

// A group that came after this package survives.
func TestUnknownRateGroup(t *testing.T) {
	auth, _ := acting(t, nil, reply(200, "application/json", `{"other":{"perSecond":1,"perMinute":2,"perHour":3},"newGroup":{"perSecond":-1,"perMinute":-1,"perHour":7,"perDay":9}}`))
	got, err := auth.Limits.Rates(t.Context())
	if err != nil || got["newGroup"].PerHour != 7 || got[ksef.RateOther].PerMinute != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestLimitsInTestOnly(t *testing.T) {
	s := &script{steps: []func(*http.Request) (*http.Response, error){fail(errReset)}}
	client, err := ksef.NewClient(ksef.Production, &ksef.Options{HTTPClient: &http.Client{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	limits := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(time.Hour)}}).Limits
	for name, err := range map[string]error{
		"SetContext":         limits.SetContext(t.Context(), ksef.ContextLimits{}),
		"ResetContext":       limits.ResetContext(t.Context()),
		"SetSubject":         limits.SetSubject(t.Context(), "", ksef.SubjectLimits{}),
		"ResetSubject":       limits.ResetSubject(t.Context()),
		"SetRates":           limits.SetRates(t.Context(), nil),
		"SetProductionRates": limits.SetProductionRates(t.Context()),
		"ResetRates":         limits.ResetRates(t.Context()),
	} {
		if !errors.Is(err, ksef.ErrNotTest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.seen) > 0 {
		t.Errorf("%d requests went out", len(s.seen))
	}
}
