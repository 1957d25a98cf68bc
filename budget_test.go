package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
	"github.com/ksef-go/ksef/sandbox"
)

// slow is a network that takes its time, both ways.
type slow struct{ http.RoundTripper }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	pause := func() { time.Sleep(time.Duration(rand.Int64N(int64(300 * time.Millisecond)))) }
	pause()
	resp, err := s.RoundTripper.RoundTrip(r)
	pause()
	return resp, err
}

// refusals counts the requests that were refused, or came with a token that had ended.
func refusals(s *sandbox.Server) (n int) {
	for _, r := range s.Requests() {
		if r.Status == http.StatusTooManyRequests || r.Status == http.StatusUnauthorized {
			n++
		}
	}
	return n
}

// Several clients that act for the same taxpayers get through hours of work under
// production's limits without one refusal: in one process, and as in several.
func TestBudgetKeepsTheLimits(t *testing.T) {
	for name, dir := range map[string]string{"one process": "", "several": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sandbox.New(&sandbox.Options{Keys: &testKeys, RateLimits: sandbox.ProductionRateLimits})
				var shared *budget.Budget
				client := func(n int) *ksef.Client {
					if shared == nil || dir != "" { // every process has its own, of the same directory
						var err error
						if shared, err = budget.New(&budget.Options{Dir: dir}); err != nil {
							t.Fatal(err)
						}
					}
					o := &ksef.Options{BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: slow{server.Transport()}}, Budget: shared}
					if n == 0 {
						o.Budget = shared.Bulk()
					}
					c, err := ksef.NewClient(ksef.Test, o)
					if err != nil {
						t.Fatal(err)
					}
					return c
				}
				ask := func(err error) {
					t.Helper()
					if err != nil {
						t.Error(err)
					}
				}
				var all sync.WaitGroup
				for n := range 3 {
					for _, nip := range []ksef.NIP{"5261040828", "7762811692"} {
						auth, err := client(n).Authentication.WithTestCertificate(t.Context(), nip, nil)
						if err != nil {
							t.Fatal(err)
						}
						all.Go(func() {
							for range 12 {
								_, err := auth.Invoices.Query(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: time.Now().Add(-time.Hour)}, nil)
								ask(err)
							}
						})
						all.Go(func() {
							for range 30 {
								_, err := auth.InvoiceSessions.Query(t.Context(), nil)
								ask(err)
							}
						})
						all.Go(func() {
							for range 50 {
								_, err := auth.Limits.Context(t.Context())
								ask(err)
							}
						})
					}
				}
				all.Wait()
				if n := refusals(server); n > 0 {
					t.Errorf("%d of %d were refused", n, len(server.Requests()))
				}
			})
		})
	}
}

// noted is a budget that notes what it is asked, and fails when it is told.
type noted struct {
	took   []string
	done   []time.Duration
	learnt map[string][3]int
	fails  error
}

func (b *noted) Take(_ context.Context, account, group string) (func(time.Duration), error) {
	b.took = append(b.took, account+" | "+group)
	return func(d time.Duration) { b.done = append(b.done, d) }, b.fails
}

func (b *noted) Learn(_ context.Context, account string, rates map[string][3]int) error {
	b.learnt = rates
	return b.fails
}

// What is counted is what KSeF counts together, and what it refuses is passed on.
func TestBudgetIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(noted)
		f := newFlow(t, nil, &ksef.Options{Budget: b})
		auth, err := f.client.Authentication.WithTestCertificate(t.Context(), "5261040828", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, took := range b.took {
			if took != "http://localhost/v2 | anonymous" {
				t.Errorf("logging in counts as %s", took)
			}
		}
		b.took, b.done = nil, nil
		f.Inject(sandbox.Fault{Route: "GET /rate-limits", Times: 1, Status: 429, RetryAfter: 7 * time.Second})
		f.lenient = true
		rates, err := auth.Limits.Rates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		me := "http://localhost/v2 Nip 5261040828 | "
		if want := []string{me + "GET /rate-limits", me + "GET /rate-limits"}; !slices.Equal(b.took, want) {
			t.Errorf("took %q", b.took)
		}
		if want := []time.Duration{7 * time.Second, 0}; !slices.Equal(b.done, want) {
			t.Errorf("done %v", b.done)
		}
		if l := b.learnt["onlineSession"]; len(b.learnt) != len(rates) || l != [3]int{10, 30, 120} {
			t.Errorf("learnt %v", b.learnt)
		}
		if auth.BudgetAccount() != strings.TrimSuffix(me, " | ") {
			t.Errorf("the account is %q", auth.BudgetAccount())
		}
		for operation, group := range map[string]string{
			"POST /invoices/query/metadata":                                    "invoiceMetadata",
			"POST /invoices/exports":                                           "invoiceExport",
			"GET /invoices/exports/20260314-EH-0000000000-0000000000-00":       "invoiceExportStatus",
			"GET /invoices/ksef/5261040828-20260301-ABCDEF012345-67":           "invoiceDownload",
			"GET /sessions/20260314-SO-0000000000-0000000000-00":               "sessionMisc",
			"POST /sessions/online/20260314-SO-0000000000-0000000000-00/close": "onlineSessionClose",
			"GET /tokens/20260314-EC-0000000000-0000000000-00":                 "GET /tokens/*",
		} {
			b.took = nil
			method, path, _ := strings.Cut(operation, " ")
			_ = auth.Do(t.Context(), method, path, map[string]any{}, nil) // refused or not
			if len(b.took) != 1 || b.took[0] != me+group {
				t.Errorf("%s counts as %q", operation, b.took)
			}
		}
	})
}

// What the budget does not let through is not sent.
func TestBudgetFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := new(noted)
		f := newFlow(t, nil, &ksef.Options{Budget: b})
		auth, err := f.client.Authentication.WithTestCertificate(t.Context(), "5261040828", nil)
		if err != nil {
			t.Fatal(err)
		}
		before := len(f.Requests())
		b.fails = errors.New("no room")
		_, err = auth.Tokens.Generate(t.Context(), "A token", ksef.InvoiceRead)
		if !errors.Is(err, b.fails) || errors.Is(err, ksef.ErrUnknown) || len(f.Requests()) != before {
			t.Errorf("failed with %v after %d requests", err, len(f.Requests())-before)
		}
		b.fails = nil
		tight, err := budget.New(&budget.Options{Limits: budget.Table{"other": {PerHour: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		f = newFlow(t, nil, &ksef.Options{Budget: tight})
		if auth, err = f.client.Authentication.WithTestCertificate(t.Context(), "5261040828", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := auth.Limits.Context(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		_, err = auth.Limits.Context(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 0 || !strings.HasPrefix(fmt.Sprint(err), "ksef: GET /limits/context: budget: ") {
			t.Errorf("failed with %v after %v", err, time.Since(begin))
		}
		// An hour later the token has ended; the one that is sent has not.
		if _, err := auth.Limits.Context(t.Context()); err != nil || time.Since(begin) != time.Hour || refusals(f.Server) != 0 {
			t.Errorf("%v after %v, %d refused", err, time.Since(begin), refusals(f.Server))
		}
	})
}
