package mirror_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

func TestSearch(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	put := func(in sample.Invoice, replace ...string) {
		t.Helper()
		at = at.Add(24 * time.Hour)
		in.Issued = at
		xml := strings.NewReplacer(replace...).Replace(string(in.XML()))
		if err := w.Store(slices.Values([]sandbox.Stored{{XML: []byte(xml), Acquired: at}})); err != nil {
			t.Fatal(err)
		}
	}
	me, you := string(someNIP), string(otherNIP)
	put(sample.Invoice{Seller: me, Buyer: you, Number: "1", Lines: 1})
	put(sample.Invoice{Seller: me, Buyer: you, Number: "FV 2/03", Lines: 2}, "Przykładowy nabywca", "Młyn nad Rzeką")
	put(sample.Invoice{Seller: you, Buyer: me, Number: "3", Lines: 3}, "Usługa przykładowa nr 2", "Oś młyńska, dębowa")
	put(sample.Invoice{Seller: me, Buyer: "5265877635", Number: "4"}, "123.00", "0.1", "100.00", "0.08", "23.00", "0.02")
	put(sample.Invoice{Seller: me, Buyer: you, Number: "5"}, "123.00", "-0.1", "PLN", "EUR", ">23.00</P_14_1>", ">23.00</P_14_1><P_14_1W>100</P_14_1W>")
	put(sample.Invoice{Seller: me, Buyer: you, Number: "6"}, "123.00", "9999999999999999.99")
	m := w.open()
	opts := &mirror.SyncOptions{From: at.AddDate(0, 0, -20)}
	if _, err := m.Sync(t.Context(), w.auth, opts); err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2026, 3, 1+n, 12, 0, 0, 0, time.UTC) }
	amount := func(of ksef.AmountType, from, to ksef.Decimal) *ksef.AmountRange {
		r := &ksef.AmountRange{Of: of}
		if from != "" {
			r.From = &from
		}
		if to != "" {
			r.To = &to
		}
		return r
	}
	tests := []struct {
		filter mirror.Filter
		want   string
	}{
		{mirror.Filter{}, "1|FV 2/03|3|4|5|6"},
		{mirror.Filter{Descending: true, Limit: 2}, "6|5"},
		{mirror.Filter{Role: ksef.Buyer}, "3"},
		{mirror.Filter{Role: ksef.ThirdParty}, ""},
		{mirror.Filter{Number: "FV 2/03"}, "FV 2/03"},
		{mirror.Filter{Number: "2/03"}, ""},
		{mirror.Filter{Currency: "EUR"}, "5"},
		{mirror.Filter{Party: "5265877635"}, "4"},
		{mirror.Filter{Party: "526587763"}, ""},
		{mirror.Filter{Party: me}, "1|FV 2/03|3|4|5|6"},
		{mirror.Filter{Party: "rzeka"}, "FV 2/03"},
		{mirror.Filter{Party: "rzek"}, ""},
		{mirror.Filter{Party: "RZEKĄ młyn"}, "FV 2/03"},
		{mirror.Filter{Party: "mlyn rzek*"}, "FV 2/03"},
		{mirror.Filter{Text: "mlynska"}, "3"},
		{mirror.Filter{Text: "dębowa oś"}, "3"},
		{mirror.Filter{Text: `"dębowa" OR NOT oś)`}, ""},
		{mirror.Filter{Text: "2/03"}, "FV 2/03"},
		{mirror.Filter{Text: "warszawa", Role: ksef.Buyer}, "3"},
		{mirror.Filter{From: day(2), To: day(3)}, "FV 2/03"}, // stored a moment later
		{mirror.Filter{By: ksef.Entered, From: day(2), To: day(3)}, "FV 2/03|3"},
		{mirror.Filter{By: ksef.Entered, From: day(2).Add(1), To: day(3).Add(-1)}, ""},
		{mirror.Filter{By: ksef.Issued, From: day(4), To: day(5)}, "4|5"},
		{mirror.Filter{Amount: amount(ksef.Gross, "0.1", "0.10")}, "4"},
		{mirror.Filter{Amount: amount(ksef.Gross, "", "0")}, "5"},
		{mirror.Filter{Amount: amount(ksef.Gross, "-0.1", "0.1")}, "4|5"},
		{mirror.Filter{Amount: amount(ksef.Gross, "9999999999999999.98", "")}, "6"},
		{mirror.Filter{Amount: amount(ksef.Gross, "9999999999999999.991", "")}, ""},
		{mirror.Filter{Amount: amount(ksef.Net, "100", "200.00")}, "1|FV 2/03|5|6"},
		{mirror.Filter{Amount: amount(ksef.VAT, "100", "")}, "5"},
	}
	for _, test := range tests {
		var got []string
		for i, err := range m.Search(t.Context(), test.filter) {
			if err != nil {
				t.Errorf("%+v: %v", test.filter, err)
			}
			got = append(got, i.Number)
		}
		if text := strings.Join(got, "|"); text != test.want {
			t.Errorf("%+v: got %q, want %q", test.filter, text, test.want)
		}
	}
	for _, f := range []mirror.Filter{{Text: "!"}, {Party: "*"}, {By: "x"}, {Amount: amount("x", "", "")}, {Amount: amount(ksef.Gross, "1e3", "")}} {
		n := 0
		for _, err := range m.Search(t.Context(), f) {
			if n++; err == nil {
				t.Errorf("%+v is no filter", f)
			}
		}
		if n != 1 {
			t.Errorf("%+v: %d times", f, n)
		}
	}
	for i := range w.Invoices() {
		found, doc, err := m.Get(t.Context(), i.KSeFNumber)
		if err != nil || string(doc) != string(i.XML) || found.Size != int64(len(doc)) || found.Gross == "" || found.Stored.IsZero() {
			t.Errorf("%+v, %v", found, err)
		}
	}
}
