package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// issuer answers /auth/token/refresh with tokens of a quarter of an hour and
// everything else with an empty page, provided the bearer is the newest token.
type issuer struct {
	mu        sync.Mutex
	refreshes int
	refused   int           // requests with another bearer
	slow      time.Duration // of a refresh
	broken    atomic.Bool   // refreshes fail
	revoked   atomic.Bool   // access tokens are refused
	ahead     time.Duration // KSeF's clock against ours
}

func (i *issuer) token() string { return fmt.Sprintf("access-%d", i.refreshes) }

func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	now := time.Now().Add(i.ahead)
	date := []string{"Date", now.UTC().Format(http.TimeFormat)}
	if r.URL.Path == "/v2/auth/token/refresh" {
		select {
		case <-time.After(i.slow):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.refreshes++
		if i.broken.Load() {
			return reply(503, "", "", date...)(r)
		}
		i.revoked.Store(false)
		body := fmt.Sprintf(`{"accessToken":{"token":%q,"validUntil":%q}}`, i.token(), now.Add(15*time.Minute).Format(time.RFC3339))
		return reply(200, "application/json", body, date...)(r)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+i.token() || i.revoked.Load() {
		i.refused++
		return reply(401, "application/problem+json", `{"status":401}`, date...)(r)
	}
	return reply(200, "application/json", `{"items":[]}`, date...)(r)
}

func (i *issuer) resume(t *testing.T, left time.Duration) *ksef.AuthenticatedClient {
	t.Helper()
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{HTTPClient: &http.Client{Transport: i}, Retry: &ksef.Backoff{}})
	if err != nil {
		t.Fatal(err)
	}
	return client.Authentication.Resume(ksef.Credentials{
		Access:  ksef.AccessToken{Token: "access-0", ValidUntil: time.Now().Add(left)},
		Refresh: ksef.AccessToken{Token: "refresh", ValidUntil: time.Now().Add(7 * 24 * time.Hour)},
	})
}

func use(ctx context.Context, auth *ksef.AuthenticatedClient) error {
	_, err := auth.Sessions.Query(ctx, nil)
	return err
}

func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		auth := i.resume(t, 15*time.Minute)
		for range 24 { // two hours
			if err := use(t.Context(), auth); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Minute)
		}
		if i.refreshes != 7 || i.refused != 0 {
			t.Errorf("%d renewals, %d refusals in two hours", i.refreshes, i.refused)
		}
		if got := auth.AccessToken().Token; got != "access-7" {
			t.Errorf("access token %q", got)
		}
	})
}

func TestRenewalSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{slow: time.Second}
		auth := i.resume(t, -time.Minute)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := use(t.Context(), auth); err != nil {
					t.Error(err)
				}
			})
		}
		// Who cannot wait is not held up by the renewal of others.
		hurried, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := use(hurried, auth); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 200*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		wg.Wait()
		if i.refreshes != 1 || i.refused != 0 {
			t.Errorf("%d renewals, %d refusals", i.refreshes, i.refused)
		}
	})
}

// A token that KSeF refuses before its end is renewed and the request replayed
// once.
func TestReplayAfter401(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		auth := i.resume(t, 15*time.Minute)
		i.revoked.Store(true)
		if err := use(t.Context(), auth); err != nil || i.refreshes != 1 || i.refused != 1 {
			t.Errorf("%d renewals, %d refusals: %v", i.refreshes, i.refused, err)
		}
		i.revoked.Store(true)
		// What is sent once is replayed too. The issuer knows nothing of tokens:
		// an answer without one leaves the outcome unknown.
		_, err := auth.Tokens.Generate(t.Context(), "a token", ksef.InvoiceRead)
		if !errors.Is(err, ksef.ErrMalformed) || !errors.Is(err, ksef.ErrUnknown) {
			t.Error(err)
		}
		if i.refreshes != 2 || i.refused != 2 {
			t.Errorf("%d renewals, %d refusals", i.refreshes, i.refused)
		}
	})
}

// While a token still lives, a renewal that fails is no reason to fail.
func TestRenewalEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		auth := i.resume(t, 20*time.Second)
		i.broken.Store(true)
		if err := use(t.Context(), auth); err == nil {
			t.Error("the issuer takes its newest token only") // access-1, which never arrived
		}
		if i.refused == 0 {
			t.Error("the living token was not used")
		}
		time.Sleep(time.Minute)
		before := i.refused
		if err := use(t.Context(), auth); err == nil || i.refused != before {
			t.Errorf("dead token used %d times: %v", i.refused-before, err)
		}
	})
}

// While a token still lives, a renewal that goes wrong holds up one caller for a
// moment, and nobody again for a while.
func TestRenewalEarlyStarvesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{slow: time.Hour}
		auth := i.resume(t, 25*time.Second)
		var wg sync.WaitGroup
		var late atomic.Int32
		start := time.Now()
		for range 40 {
			wg.Go(func() {
				if err := use(t.Context(), auth); err != nil {
					t.Error(err)
				}
				if time.Since(start) > 0 {
					late.Add(1)
				}
			})
		}
		wg.Wait()
		if d := time.Since(start); late.Load() > 1 || d > 5*time.Second {
			t.Errorf("%d callers were held up, up to %v", late.Load(), d)
		}
		start = time.Now()
		for range 10 {
			if err := use(t.Context(), auth); err != nil || time.Since(start) > 0 {
				t.Fatalf("after %v: %v", time.Since(start), err)
			}
		}
		time.Sleep(6 * time.Second)
		i.slow = 0
		if err := use(t.Context(), auth); err != nil || auth.AccessToken().Token != "access-1" {
			t.Errorf("not renewed when KSeF was there again: %v", err)
		}
	})
}

// A dead token cannot be used meanwhile: who waited for a renewal that failed
// has its error, and does not try all of it again.
func TestRenewalFailsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{slow: time.Second}
		i.broken.Store(true)
		auth := i.resume(t, -time.Minute)
		var wg sync.WaitGroup
		start := time.Now()
		for range 40 {
			wg.Go(func() {
				if e, ok := errors.AsType[*ksef.Error](use(t.Context(), auth)); !ok || e.StatusCode != 503 {
					t.Error(e)
				}
			})
		}
		wg.Wait()
		if d := time.Since(start); i.refreshes != 1 || d > time.Second {
			t.Errorf("%d renewals in %v", i.refreshes, d)
		}
	})
}

// Somebody kept a token without its term: it is tried, and renewed once KSeF refuses it.
func TestUnknownTerm(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{"items":[]}`))
	auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "mine"}})
	if err := use(t.Context(), auth); err != nil || len(s.seen) != 1 || s.seen[0].Header.Get("Authorization") != "Bearer mine" {
		t.Errorf("%d requests: %v", len(s.seen), err)
	}
	if text := auth.AccessToken().String(); text != "token of unknown term" {
		t.Error(text)
	}
	client, s = scripted(t, nil, reply(401, "application/problem+json", `{"status":401}`))
	auth = client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "mine"}})
	if err := use(t.Context(), auth); !errors.Is(err, ksef.ErrUnauthorized) || !strings.Contains(err.Error(), "authenticate anew") || len(s.seen) != 1 {
		t.Errorf("%d requests: %v", len(s.seen), err)
	}
}

// Nobody asks about an operation that there is not.
func TestNoOperation(t *testing.T) {
	client, s := scripted(t, nil, okChallenge)
	a := client.Authentication
	_, status := a.Status(t.Context(), nil)
	_, redeemed := a.Redeem(t.Context(), nil)
	for _, err := range []error{status, redeemed, a.Wait(t.Context(), nil)} {
		if _, ok := errors.AsType[*ksef.ArgumentError](err); !ok || len(s.seen) > 0 {
			t.Errorf("%d requests: %v", len(s.seen), err)
		}
	}
}

// A session that has ended is told by a 401, or by the code of a 400.
func TestSessionEnded(t *testing.T) {
	client, _ := scripted(t, nil, reply(401, "application/problem+json", `{"status":401,"detail":"Wymagane jest uwierzytelnienie."}`))
	_, err := client.Authentication.Refresh(t.Context(), "dead")
	if e, ok := errors.AsType[*ksef.Error](err); !ok || e.StatusCode != 401 || !strings.Contains(err.Error(), "the session has ended, authenticate anew") {
		t.Error(err)
	}
	for _, code := range []ksef.Code{ksef.CodeNotAuthorized, ksef.CodeNotAuthenticated, ksef.CodeDeceased} {
		client, s := scripted(t, nil, reply(400, "application/problem+json", fmt.Sprintf(`{"status":400,"errors":[{"code":%d,"description":"Brak autoryzacji."}]}`, code)))
		auth := client.Authentication.Resume(ksef.Credentials{Refresh: ksef.AccessToken{Token: "dead"}})
		_, refreshed := client.Authentication.Refresh(t.Context(), "dead")
		for _, err := range []error{use(t.Context(), auth), refreshed} {
			if e, ok := errors.AsType[*ksef.Error](err); !ok || e.StatusCode != 400 || !errors.Is(err, ksef.ErrUnauthorized) || !errors.Is(err, code) || len(s.seen) != 2 {
				t.Errorf("%d requests: %v", len(s.seen), err)
			}
		}
	}
}

// The token's end is KSeF's, not that of a machine whose clock is behind.
func TestRenewalWithWrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{ahead: time.Hour}
		auth := i.resume(t, time.Hour+15*time.Minute)
		if err := use(t.Context(), auth); err != nil {
			t.Fatal(err)
		}
		time.Sleep(16 * time.Minute)
		if err := use(t.Context(), auth); err != nil || i.refreshes != 1 || i.refused != 0 {
			t.Errorf("%d renewals, %d refusals: %v", i.refreshes, i.refused, err)
		}
	})
}

func TestNoRefreshToken(t *testing.T) {
	client, s := scripted(t, nil, okChallenge)
	auth := client.Authentication.Resume(ksef.Credentials{})
	if err := use(t.Context(), auth); !errors.Is(err, ksef.ErrUnauthorized) || len(s.seen) != 0 {
		t.Errorf("%d requests: %v", len(s.seen), err)
	}
}
