package ksef_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

func TestParseCollectiveIdentifier(t *testing.T) {
	const sample = "1111111111-IZ202607-65ED02180000-E7" // of the ministry's documentation
	for _, s := range []string{sample, " " + strings.ToLower(sample) + "\n"} {
		got, err := ksef.ParseCollectiveIdentifier(s)
		if err != nil || got != sample || got.NIP() != "1111111111" {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for s, want := range map[string]string{
		"":                                     "want 35 characters",
		"1111111111-IZ202607-65ED02180000-E8":  "wrong checksum",
		"1111111111-IZ202613-65ED02180000-E7":  "no month",
		"1111111111-XZ202607-65ED02180000-E7":  "want 35 characters",
		"1111111111-20260701-65ED02180000-E7":  "want 35 characters",
		"1111111111-IZ202607-65ED0218000G-E7":  "want 35 characters",
		"1111111111-IZ202607-65ED02180000-E70": "want 35 characters",
		"0111111111-IZ202607-65ED02180000-E7":  "seller's NIP",
	} {
		if got, err := ksef.ParseCollectiveIdentifier(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

// accepted sends invoices and waits, in the sandbox's time, until they can be
// put under a collective identifier.
func accepted(t *testing.T, f *flow, n int) (numbers []ksef.KSeFNumber) {
	t.Helper()
	session := openOnline(t, f)
	for i := range n {
		sent, err := session.SendAndWait(t.Context(), invoice(f, fmt.Sprintf("IZ/%d", i)), nil)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, sent.KSeFNumber)
	}
	return numbers
}

func TestCollectiveIdentifierFlow(t *testing.T) {
	f := newFlow(t, nil, nil)
	n := accepted(t, f, 12)
	seller := login(t, f, someNIP).CollectiveIdentifiers
	began := f.Now()
	order := []ksef.CollectiveInvoice{
		{KSeFNumber: n[0], Payment: &ksef.Payment{Amount: "123.40", Currency: "PLN"}, Description: "the first"},
		{KSeFNumber: n[1], Payment: &ksef.Payment{Amount: "0.10", Currency: "EUR"}},
	}
	for _, i := range n[2:] {
		order = append(order, ksef.CollectiveInvoice{KSeFNumber: i})
	}
	if _, err := seller.Create(t.Context(), order); !errors.Is(err, ksef.CodeNotCollectable) {
		t.Errorf("at once: %v", err)
	}
	f.Advance(time.Hour)
	number, err := seller.Create(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ksef.ParseCollectiveIdentifier(string(number)); err != nil || number.NIP() != someNIP {
		t.Errorf("%s: %v", number, err)
	}
	if _, err := seller.Create(t.Context(), append(slices.Clone(order), order[0])); !errors.Is(err, ksef.CodeRepeatedInvoice) {
		t.Errorf("twice the same: %v", err)
	}
	buyer := login(t, f, otherNIP).CollectiveIdentifiers
	second, err := buyer.Create(t.Context(), order[:2])
	if err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Hour)
	seller = login(t, f, someNIP).CollectiveIdentifiers // hears what time it is now

	for who, want := range map[*ksef.CollectiveIdentifiers][]ksef.CollectiveInfo{
		seller: {{Number: number, Invoices: 12, Own: true}, {Number: second, Invoices: 2}},
		buyer:  {{Number: second, Invoices: 2, Own: true}},
	} {
		got, err := collect(who.All(t.Context(), ksef.CollectiveQuery{From: began}))
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i].Created.Before(began) {
				t.Errorf("%+v", got[i])
			}
			got[i].Created = time.Time{}
		}
		byNumber := func(a, b ksef.CollectiveInfo) int { return strings.Compare(string(a.Number), string(b.Number)) }
		slices.SortFunc(got, byNumber)
		slices.SortFunc(want, byNumber)
		if !slices.Equal(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	for want, q := range map[ksef.CollectiveIdentifier]ksef.CollectiveQuery{
		number: {From: began, MinInvoices: 3, Own: new(true)},
		second: {From: began, To: f.Now(), MaxInvoices: 2, Own: new(false), Number: second},
	} {
		if got, err := seller.Query(t.Context(), q); err != nil || len(got.Items) != 1 || got.Items[0].Number != want {
			t.Errorf("%+v, %v, want %s", got, err, want)
		}
	}

	invoices, err := collect(seller.Invoices(t.Context(), []ksef.CollectiveIdentifier{number}, &ksef.ListOptions{PageSize: 10}))
	if err != nil || len(invoices) != 12 || f.asked("POST /collective-identifiers/invoices") != 2 {
		t.Errorf("%d invoices, %v", len(invoices), err)
	}
	for _, i := range invoices {
		at := slices.Index(n, i.KSeFNumber)
		if at < 0 || i.Identifier != number || i.Hidden || i.Description != order[at].Description || (i.Payment == nil) != (order[at].Payment == nil) {
			t.Errorf("%+v", i)
		} else if p := i.Payment; p != nil && (p.Amount.Rat().Cmp(order[at].Payment.Amount.Rat()) != 0 || p.Currency != order[at].Payment.Currency) {
			t.Errorf("%s: %+v", i.KSeFNumber, p)
		}
	}
	under, err := collect(seller.ByInvoice(t.Context(), n[0], nil))
	if err != nil || len(under) != 2 {
		t.Errorf("%+v, %v", under, err)
	}
	if under, err := seller.QueryByInvoice(t.Context(), n[5], nil); err != nil || len(under.Items) != 1 || under.Items[0].Number != number || !under.Items[0].Own {
		t.Errorf("%+v, %v", under, err)
	}
}

// The answer gets lost: what was made is found by one of its invoices, as the
// documentation of Create says.
func TestCollectiveIdentifierLosesItsAnswer(t *testing.T) {
	f := newFlow(t, nil, nil)
	n := accepted(t, f, 2)
	f.Advance(time.Hour)
	c := login(t, f, someNIP).CollectiveIdentifiers
	f.Inject(sandbox.Fault{Route: "POST /collective-identifiers", Times: 1, Lose: true})
	_, err := c.Create(t.Context(), []ksef.CollectiveInvoice{{KSeFNumber: n[0]}, {KSeFNumber: n[1]}})
	if !errors.Is(err, ksef.ErrUnknown) || f.asked("POST /collective-identifiers") != 1 {
		t.Errorf("%v after %d requests", err, f.asked("POST /collective-identifiers"))
	}
	f.Advance(time.Hour)
	c = login(t, f, someNIP).CollectiveIdentifiers
	if found, err := collect(c.ByInvoice(t.Context(), n[1], nil)); err != nil || len(found) != 1 || !found[0].Own {
		t.Errorf("%+v, %v", found, err)
	}
}

// More identifiers than one request can name, and more days than one query can
// span: each comes once, also what lies where two windows touch.
func TestManyCollectiveIdentifiers(t *testing.T) {
	f := newFlow(t, nil, nil)
	n := accepted(t, f, 2)
	seller := login(t, f, someNIP).CollectiveIdentifiers
	f.Advance(time.Hour)
	var numbers []ksef.CollectiveIdentifier
	for range 23 {
		number, err := seller.Create(t.Context(), []ksef.CollectiveInvoice{{KSeFNumber: n[0]}, {KSeFNumber: n[1]}})
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, number)
		f.Advance(time.Second)
	}
	f.Advance(time.Hour)
	invoices, err := collect(seller.Invoices(t.Context(), numbers, nil))
	if err != nil || len(invoices) != 46 {
		t.Errorf("%d invoices, %v", len(invoices), err)
	}
	if got, err := collect(seller.Invoices(t.Context(), nil, nil)); err != nil || len(got) != 0 {
		t.Errorf("of none: %v, %v", got, err)
	}
	middle, err := seller.Query(t.Context(), ksef.CollectiveQuery{From: f.Now().Add(-24 * time.Hour), Number: numbers[11]})
	if err != nil || len(middle.Items) != 1 {
		t.Fatal(middle, err)
	}
	at := middle.Items[0].Created
	f.Advance(300 * 24 * time.Hour)
	seller = login(t, f, someNIP).CollectiveIdentifiers
	for _, to := range []time.Time{{}, at.Add(89 * 24 * time.Hour)} { // a window of 89 days begins there
		got, err := collect(seller.All(t.Context(), ksef.CollectiveQuery{From: at.Add(-24 * time.Hour), To: to}))
		if err != nil || len(got) != len(numbers) {
			t.Errorf("to %v: %d identifiers, %v", to, len(got), err)
		}
		for i := range got {
			if got[i].Number != numbers[len(numbers)-1-i] {
				t.Errorf("to %v: %d is %s", to, i, got[i].Number)
			}
		}
	}
}

func TestCollectiveIdentifiersNotSent(t *testing.T) {
	auth, s := acting(t, nil, fail(errReset))
	c := auth.CollectiveIdentifiers
	_, noFrom := collect(c.All(t.Context(), ksef.CollectiveQuery{}))
	_, one := c.Create(t.Context(), make([]ksef.CollectiveInvoice, 1))
	_, none := c.QueryInvoices(t.Context(), nil, nil)
	_, many := c.QueryInvoices(t.Context(), make([]ksef.CollectiveIdentifier, 11), nil)
	for _, err := range []error{noFrom, one, none, many} {
		if err == nil || errors.Is(err, errReset) {
			t.Error(err)
		}
	}
	if len(s.seen) > 0 {
		t.Errorf("%d requests went out", len(s.seen))
	}
	// Making one goes out once, whatever happens to it.
	if _, err := c.Create(t.Context(), make([]ksef.CollectiveInvoice, 2)); !errors.Is(err, ksef.ErrUnknown) || len(s.seen) != 1 {
		t.Errorf("%v after %d requests", err, len(s.seen))
	}
}
