package ksef_test

import (
	"context"
	"errors"
	"fmt"
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

// listing is one of KSeF's lists, and how many items its largest page has.
type listing struct {
	largest string
	walk    func(context.Context, *ksef.Client, *ksef.AuthenticatedClient, *ksef.ListOptions) func() (int, error)
}

func listings() map[string]listing {
	const session, number = "20250514-SO-226FB7B000-3ACF9BE4C0-10", "5265877635-20250826-0100001AF629-AF"
	return map[string]listing{
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
	}
}

// All there is costs as few requests as KSeF allows, and can be walked over twice
// at the same time.
func TestListings(t *testing.T) {
	for name, c := range listings() {
		for size, want := range map[int]string{0: c.largest, 20: "20"} {
			p := new(twoPages)
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{HTTPClient: &http.Client{Transport: p}})
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
			walk := c.walk(t.Context(), client, auth, &ksef.ListOptions{PageSize: size})
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

// A listing by continuation tokens that goes round in circles is not followed for
// ever.
func TestRepeatingCursor(t *testing.T) {
	round := func(next ...string) func(*http.Request) (*http.Response, error) {
		n := 0
		return func(r *http.Request) (*http.Response, error) {
			n++
			return reply(200, "application/json", fmt.Sprintf(`{"items":[],"tokens":[],"sessions":[],"invoices":[],"collectiveIdentifiers":[],"continuationToken":%q}`, next[n%len(next)]))(r)
		}
	}
	tokens := listings()
	for _, numbered := range []string{"certificates", "roles", "providers"} {
		delete(tokens, numbered)
	}
	for _, next := range [][]string{{"a"}, {"a", "b", "c"}} {
		for name, c := range tokens {
			client, s := scripted(t, nil, round(next...))
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
			if _, err := c.walk(t.Context(), client, auth, new(ksef.ListOptions))(); !errors.Is(err, ksef.ErrMalformed) || len(s.seen) != len(next)+1 {
				t.Errorf("%s: %d requests: %v", name, len(s.seen), err)
			}
		}
	}
}

// An answer without the list that was asked for is no answer, and an empty list is
// one: only that tells that there is nothing.
func TestNoList(t *testing.T) {
	begin := time.Now()
	all := listings()
	for name, walk := range map[string]func(context.Context, *ksef.Client, *ksef.AuthenticatedClient) func() (int, error){
		"metadata": func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient) func() (int, error) {
			return count(a.Invoices.All(ctx, ksef.InvoiceFilter{Role: ksef.Seller, From: begin.Add(-time.Hour)}, nil))
		},
		"certificates by number": func(ctx context.Context, _ *ksef.Client, a *ksef.AuthenticatedClient) func() (int, error) {
			return func() (int, error) {
				list, err := a.Certificates.Retrieve(ctx, someSerial)
				return len(list), err
			}
		},
		"public keys": func(ctx context.Context, c *ksef.Client, _ *ksef.AuthenticatedClient) func() (int, error) {
			return func() (int, error) {
				keys, err := c.PublicKeys.Query(ctx)
				return len(keys), err
			}
		},
		"announcements": func(ctx context.Context, c *ksef.Client, _ *ksef.AuthenticatedClient) func() (int, error) {
			return func() (int, error) {
				messages, err := c.Lighthouse.Messages(ctx)
				return len(messages), err
			}
		},
	} {
		all[name] = listing{"", func(ctx context.Context, c *ksef.Client, a *ksef.AuthenticatedClient, _ *ksef.ListOptions) func() (int, error) {
			return walk(ctx, c, a)
		}}
	}
	const (
		null  = `{"items":null,"tokens":null,"sessions":null,"invoices":null,"collectiveIdentifiers":null,"certificates":null,"peppolProviders":null,"roles":null,"hasMore":false}`
		empty = `{"items":[],"tokens":[],"sessions":[],"invoices":[],"collectiveIdentifiers":[],"certificates":[],"peppolProviders":[],"roles":[],"hasMore":false}`
	)
	for _, body := range []string{`{}`, `{"hasMore":false}`, `null`, null, empty} {
		for name, c := range all {
			answer := body
			if whole := name == "public keys" || name == "announcements"; whole && body == empty {
				answer = `[]`
			}
			client, s := scripted(t, nil, reply(200, "application/json", answer))
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: begin.Add(time.Hour)}})
			n, err := c.walk(t.Context(), client, auth, new(ksef.ListOptions))()
			if n != 0 || len(s.seen) == 0 || errors.Is(err, ksef.ErrMalformed) == (body == empty) {
				t.Errorf("%s: %s: %d items, %v", name, answer, n, err)
			}
		}
	}
}

// Of the invoices of a session KSeF leaves out an empty list: then the session says
// whether there are any.
func TestSessionWithoutList(t *testing.T) {
	const some = `{"status":{"code":200},"invoiceCount":2,"failedInvoiceCount":1}`
	list := func(ref ksef.ReferenceNumber, next string) string {
		return `{"invoices":[{"referenceNumber":"` + string(ref) + `","status":{"code":200}}],"continuationToken":` + next + `}`
	}
	for _, c := range []struct {
		name          string
		answers       []string // to what is asked, one after another
		invoices      int
		good, failing bool // whether all invoices, and those that failed, are told
	}{
		{"none", []string{`{}`, `{"status":{"code":100},"invoiceCount":null,"failedInvoiceCount":null}`}, 0, true, true},
		{"none, and no status", []string{`{}`, `{}`}, 0, false, false},
		{"none failed", []string{`{"invoices":null}`, `{"status":{"code":200},"invoiceCount":2,"failedInvoiceCount":0}`}, 0, false, true},
		{"some", []string{`{}`, some}, 0, false, false},
		{"the second page", []string{list("20250514-EE-226FB7B000-3ACF9BE4C0-10", `"next"`), `{}`, `{"status":{"code":100}}`}, 1, false, false},
	} {
		for failed, good := range map[bool]bool{false: c.good, true: c.failing} {
			var steps []func(*http.Request) (*http.Response, error)
			for _, body := range c.answers {
				steps = append(steps, reply(200, "application/json", body))
			}
			client, _ := scripted(t, nil, steps...)
			session := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}}).
				InvoiceSessions.Session("20250514-SO-226FB7B000-3ACF9BE4C0-10")
			walk := session.Invoices
			if failed {
				walk = session.Failed
			}
			n, err := count(walk(t.Context(), nil))()
			if n != c.invoices || (err == nil) != good || err != nil && !errors.Is(err, ksef.ErrMalformed) {
				t.Errorf("%s: failed ones %v: %d invoices, %v", c.name, failed, n, err)
			}
		}
	}
}
