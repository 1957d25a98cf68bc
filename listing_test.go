package ksef_test

import (
	"context"
	"iter"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// twoPages answers for any listing: first one item and that there are more, then
// another one.
type twoPages struct {
	mu    sync.Mutex
	sizes []string
}

func (p *twoPages) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sizes = append(p.sizes, r.URL.Query().Get("pageSize"))
	const items = `"items":[{}],"tokens":[{}],"sessions":[{}],"invoices":[{}],"collectiveIdentifiers":[{}],"certificates":[{}],"peppolProviders":[{}],"roles":[{}]`
	more := `,"continuationToken":"second","hasMore":true`
	if r.Header.Get("X-Continuation-Token") != "" || r.URL.Query().Get("pageOffset") != "" {
		more = ""
	}
	return reply(200, "application/json", "{"+items+more+"}")(r)
}

func count[T any](all iter.Seq2[T, error]) func() (int, error) {
	return func() (n int, err error) {
		for _, err := range all {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
}

// All there is costs as few requests as KSeF allows, and can be walked over twice
// at the same time.
func TestListings(t *testing.T) {
	const session, number = "20250514-SO-226FB7B000-3ACF9BE4C0-10", "5265877635-20250826-0100001AF629-AF"
	type walks = func(context.Context, *ksef.Client, *ksef.AuthenticatedClient, *ksef.ListOptions) func() (int, error)
	for name, c := range map[string]struct {
		largest string
		walks   walks
	}{
		"auth sessions": {"100", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.Sessions.All(ctx, o))
		}},
		"tokens": {"100", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.Tokens.All(ctx, &ksef.TokenQuery{ListOptions: *o}))
		}},
		"certificates": {"50", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.Certificates.All(ctx, &ksef.CertificateQuery{ListOptions: *o}))
		}},
		"roles": {"100", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.Permissions.Roles.All(ctx, o))
		}},
		"providers": {"100", func(ctx context.Context, c *ksef.Client, _ *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(c.Peppol.All(ctx, o))
		}},
		"invoice sessions": {"1000", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.InvoiceSessions.All(ctx, &ksef.SessionQuery{ListOptions: *o}))
		}},
		"invoices of a session": {"1000", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.InvoiceSessions.Session(session).Invoices(ctx, o))
		}},
		"failed ones": {"1000", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.InvoiceSessions.Session(session).Failed(ctx, o))
		}},
		"collective identifiers": {"200", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.CollectiveIdentifiers.All(ctx, ksef.CollectiveQuery{ListOptions: *o, From: time.Now()}))
		}},
		"those of an invoice": {"200", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.CollectiveIdentifiers.ByInvoice(ctx, number, o))
		}},
		"invoices under them": {"500", func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient, o *ksef.ListOptions) func() (int, error) {
			return count(a.CollectiveIdentifiers.Invoices(ctx, []ksef.CollectiveIdentifier{"1111111111-IZ202607-65ED02180000-E7"}, o))
		}},
	} {
		for size, want := range map[int]string{0: c.largest, 20: "20"} {
			p := new(twoPages)
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{HTTPClient: &http.Client{Transport: p}})
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
			walk := c.walks(t.Context(), client, auth, &ksef.ListOptions{PageSize: size})
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					if n, err := walk(); n != 2 || err != nil {
						t.Errorf("%s: %d items, %v", name, n, err)
					}
				})
			}
			both.Wait()
			if len(p.sizes) != 4 {
				t.Errorf("%s: %d requests", name, len(p.sizes))
			}
			for _, got := range p.sizes {
				if got != want {
					t.Errorf("%s: pages of %q, want %s", name, got, want)
				}
			}
		}
	}
}
