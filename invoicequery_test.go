package ksef_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// begin is the time in a bubble of the tests of receiving.
var begin = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

func wakeUp() { time.Sleep(time.Until(begin)) }

// All gives each invoice of any span once, in order, whatever the date, the
// direction and where KSeF truncates.
func TestAll(t *testing.T) {
	for seed := range 60 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wakeUp()
				r := rand.New(rand.NewPCG(uint64(seed), 2))
				d := newDepot(t)
				d.cap = 250 * (1 + r.IntN(2))
				f := ksef.InvoiceFilter{Role: ksef.Buyer, By: []ksef.DateField{"", ksef.Stored, ksef.Entered, ksef.Issued}[r.IntN(4)]}
				days := 1 + r.IntN(500)
				f.From = begin.AddDate(0, 0, -days)
				if r.IntN(2) == 0 {
					f.To = begin.Add(-time.Duration(r.Int64N(int64(time.Hour) * 24)))
				}
				n, want := 0, map[ksef.KSeFNumber]bool{}
				for range r.IntN(40) {
					at := f.From.Add(time.Duration(r.Int64N(int64(days) * int64(24*time.Hour))))
					if r.IntN(5) == 0 {
						at = f.From.Add(89 * 24 * time.Hour) // on a boundary
					}
					for range 1 + r.IntN(30) { // several at once
						d.add(n, at.Add(time.Minute).Truncate(100*time.Nanosecond), "") // as fine as KSeF's moments are
						n++
					}
				}
				opts := &ksef.QueryOptions{Descending: r.IntN(2) == 0, PageSize: []int{0, 10, 50}[r.IntN(3)]}
				for _, doc := range d.invoices {
					at, from, to := dateOf(&doc, f.By), f.From, f.To
					if f.By == ksef.Issued {
						from = from.Truncate(24 * time.Hour)
					}
					if !at.Before(from) && (to.IsZero() && !at.After(begin) || !to.IsZero() && !at.After(to)) {
						want[doc.KSeFNumber] = true
					}
				}
				var last time.Time
				got := 0
				for i, err := range d.client(nil, nil).Invoices.All(t.Context(), f, opts) {
					if err != nil {
						t.Fatal(err)
					}
					if !want[i.KSeFNumber] {
						t.Fatalf("%s is there twice, or does not match", i.KSeFNumber)
					}
					delete(want, i.KSeFNumber)
					at := dateOf(&ksef.Document{InvoiceMetadata: i}, f.By)
					if got++; got > 1 && (opts.Descending && at.After(last) || !opts.Descending && at.Before(last)) {
						t.Errorf("%v after %v", at, last)
					}
					last = at
				}
				if len(want) > 0 {
					t.Errorf("%d of %d are missing", len(want), n)
				}
			})
		})
	}
}

// A hundred thousand cost 401 requests: 400 full pages, and one for the last
// invoice of each window being the first of the next.
func TestAllIsFrugal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		const invoices = 100_000
		d := newDepot(t)
		for n := range invoices {
			d.add(n, begin.Add(time.Duration(n-invoices)*time.Second), "")
		}
		got := 0
		for _, err := range d.client(nil, nil).Invoices.All(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: begin.AddDate(0, 0, -30)}, nil) {
			if err != nil {
				t.Fatal(err)
			}
			got++
		}
		if asked := d.asked["POST /invoices/query/metadata"]; got != invoices || asked != 401 {
			t.Errorf("%d invoices by %d requests", got, asked)
		}
	})
}

func TestAllEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d := newDepot(t)
		d.cap, d.lag = 250, time.Hour
		for n := range 600 {
			d.add(n, begin.AddDate(0, 0, -1), "")
		}
		invoices := d.client(nil, nil).Invoices
		collect := func(f ksef.InvoiceFilter) (n int, err error) {
			for _, err = range invoices.All(t.Context(), f, nil) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}
		if n, err := collect(ksef.InvoiceFilter{Role: ksef.Seller, From: begin.AddDate(0, 0, -2)}); n != 250 || err == nil || !strings.Contains(err.Error(), "same date") {
			t.Errorf("more invoices at one instant than KSeF shows: %d, %v", n, err)
		}
		if n, err := collect(ksef.InvoiceFilter{Role: ksef.Seller, From: begin.Add(-time.Minute), Complete: true}); n != 0 || err != nil {
			t.Errorf("beyond the mark: %d, %v", n, err)
		}
		if _, err := invoices.Query(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: begin.Add(-time.Minute), Complete: true}, nil); !errors.Is(err, ksef.CodeOutOfRange) {
			t.Errorf("beyond the mark: %v", err)
		}
		before := d.asked["POST /invoices/query/metadata"]
		for name, f := range map[string]ksef.InvoiceFilter{
			"no role": {From: begin}, "no date": {Role: ksef.Buyer},
			"backwards":         {Role: ksef.Buyer, From: begin, To: begin.Add(-1)},
			"complete by issue": {Role: ksef.Buyer, From: begin, By: ksef.Issued, Complete: true},
		} {
			if _, err := collect(f); err == nil {
				t.Errorf("%s: no error", name)
			}
			if _, err := invoices.Export(t.Context(), f, nil); err == nil {
				t.Errorf("%s: exported", name)
			}
		}
		if d.asked["POST /invoices/query/metadata"] != before {
			t.Error("what cannot be asked was asked")
		}
		for range invoices.All(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: begin.AddDate(0, 0, -2)}, nil) {
			break
		}
	})
}

// An answer that is none does not say that there are no invoices.
func TestNoAnswerIsNotNoInvoices(t *testing.T) {
	for _, body := range []string{`{}`, `null`, `{"title":"maintenance"}`} {
		client, _ := scripted(t, nil, reply(200, "application/json", body))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		if page, err := auth.Invoices.Query(t.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin}, nil); !errors.Is(err, ksef.ErrMalformed) {
			t.Errorf("%s: %v, %v", body, page, err)
		}
	}
}
