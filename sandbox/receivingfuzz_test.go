package sandbox

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/schema"
)

// Amounts are read and written without loss, and bounds enclose what was asked for.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "12.5", "-1234.567", "+.5", "1.", "9999999999999999.99", "99999999999999999", "1e3", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := parseAmount(s); ok {
			raw, err := json.Marshal(a)
			if again, ok := parseAmount(string(raw)); err != nil || !ok || again != a {
				t.Errorf("%q is %d, written %s", s, a, raw)
			}
			exact, ok := new(big.Rat).SetString(s)
			if !ok {
				t.Fatalf("%q is no number", s)
			}
			off := new(big.Rat).Sub(exact, big.NewRat(int64(a), 100))
			if off.Abs(off).Cmp(big.NewRat(1, 200)) > 0 {
				t.Errorf("%q is %s", s, raw)
			}
		}
		var b bound
		if json.Unmarshal([]byte(s), &b) == nil && (b.floor > b.ceiling || b.ceiling-b.floor > 1) {
			t.Errorf("%q is between %d and %d", s, b.floor, b.ceiling)
		}
	})
}

func TestAmount(t *testing.T) {
	for s, want := range map[string]string{"10.00": "10", "-0.50": "-0.5", "0.07": "0.07", "-0.005": "-0.01", "+3": "3", ".5": "0.5"} {
		a, ok := parseAmount(s)
		if got, err := a.MarshalJSON(); !ok || err != nil || string(got) != want {
			t.Errorf("%s is %s", s, got)
		}
	}
	for _, s := range []string{"", "-", ".", "1,5", "1e3", "12345678901234567", "--1", "+-1"} {
		if a, ok := parseAmount(s); ok {
			t.Errorf("%q is %d", s, a)
		}
	}
}

// Whatever a document is, reading what it tells ends, and what it tells of a valid one is what validation saw.
func FuzzMetadata(f *testing.F) {
	forms := []schema.Form{schema.FA2, schema.FA3, schema.FARR, schema.PEF, schema.PEFKOR}
	f.Add(byte(1), paper{}.bytes())
	f.Add(byte(1), paper{before: thirdXML("<NIP>5252248481</NIP>", "<Rola>1</Rola>") + agentXML, extra: attachment}.bytes())
	f.Add(byte(3), []byte(`<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>`))
	f.Fuzz(func(t *testing.T, which byte, doc []byte) {
		form := forms[int(which)%len(forms)]
		m, err := readMetadata(form, doc)
		if report := schema.ValidateBytes(doc, form, &schema.Options{Max: 1}); report.Valid() {
			if err != nil || m.Number != strings.TrimSpace(report.Invoice.Number) || m.Seller.NIP != report.Invoice.SellerNIP || m.Attachment != report.Invoice.HasAttachment {
				t.Errorf("%v: %+v of %+v", err, m, report.Invoice)
			}
		}
	})
}

// Dates without an offset are those of Polish clocks.
func FuzzWarsawDate(f *testing.F) {
	for _, s := range []string{"2026-03-14", "2026-03-29T02:30:00", "2026-10-25T02:30:00.1234567", "2026-07-01T12:00:00+02:00", "2026-01-01T00:00Z", "soon"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := parseWarsawDate(s)
		if !ok {
			return
		}
		if naive, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
			if off := naive.Sub(at); off != time.Hour && off != 2*time.Hour {
				t.Errorf("%s is %v", s, at)
			}
		}
	})
}

func TestWarsawDate(t *testing.T) {
	for s, want := range map[string]string{
		"2026-03-14":                 "2026-03-13T23:00:00Z",
		"2026-07-01T12:00:00":        "2026-07-01T10:00:00Z",
		"2026-07-01T12:00":           "2026-07-01T10:00:00Z",
		"2026-10-25T02:30:00":        "2026-10-25T00:30:00Z", // the first of two
		"2026-10-25T03:00:00":        "2026-10-25T02:00:00Z",
		"2026-03-29T03:00:00":        "2026-03-29T01:00:00Z",
		"2026-07-01T12:00:00.5Z":     "2026-07-01T12:00:00.5Z",
		"2026-07-01T12:00:00+05:30":  "2026-07-01T06:30:00Z",
		"2026-07-01T12:00:00.1-1:00": "",
	} {
		at, ok := parseWarsawDate(s)
		if got := at.Format(time.RFC3339Nano); ok != (want != "") || ok && got != want {
			t.Errorf("%s is %s, %v; want %s", s, got, ok, want)
		}
	}
}

// Each sort of what comes in order, nearly in order and in disorder leaves order, first come first.
func TestShelf(t *testing.T) {
	s := new(shelf)
	var want []*record
	for round := range 5 {
		for i := range 40 {
			r := &record{keys: [dateTypes]int64{int64((i * 7 * (round + 1)) % 23)}}
			s.by[byIssue] = append(s.by[byIssue], r)
			want = append(want, r)
		}
		s.sort(byIssue)
		slices.SortStableFunc(want, func(a, b *record) int { return int(a.keys[byIssue] - b.keys[byIssue]) })
		if !slices.Equal(s.by[byIssue], want) {
			t.Fatalf("round %d is out of order", round)
		}
	}
}

// What looking costs among 100,000 invoices: pages at both ends of a query, and one invoice among all.
func BenchmarkQuery(b *testing.B) {
	const total = 100_000
	l := sender(b, &Options{StorageLag: -1})
	if err := l.Store(bulk(total)); err != nil {
		b.Fatal(err)
	}
	context := l.state.sessions[l.reference].context
	from, to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	q := search{invoiceFilters: &invoiceFilters{}, date: byStorage, from: from, to: to}
	rare := search{invoiceFilters: &invoiceFilters{InvoiceNumber: "99999"}, date: byStorage, from: from, to: to}
	for name, look := range map[string]func() int{
		"first page": func() int { return len(l.register().page(&q, context, l.Now(), false, 0, 250).records) },
		"last page":  func() int { return len(l.register().page(&q, context, l.Now(), true, 39, 250).records) },
		"needle":     func() int { return len(l.register().page(&rare, context, l.Now(), false, 0, 250).records) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if look() == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}
