package ksef

import (
	"encoding/json"
	"strings"
	"testing"
)

// Whatever a metadata file holds, reading it ends, in an error or in invoices
// that are written and read again as the same.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"invoices":[]}`, `{}`, `[]`, `{"invoices":{}}`, `{"invoices":[1]}`, `{"invoices":[{}],"invoices":[{}]}`, `{"invoices":null}`,
		`{"other":{"invoices":[{}]},"invoices":[{"ksefNumber":"5265877635-20250826-0100001AF629-AF","grossAmount":12.50,"netAmount":-1e2,"invoiceHash":"AAAA"}]}`,
		`{"invoices":[{"grossAmount":1e999999999}]}`, `{"invoices":[{"issueDate":"x","invoicingDate":"2026-02-01T00:00:00.1234567+01:00"}]}`,
		`{"invoices":[{"thirdSubjects":[{"identifier":{"type":"None"},"role":0}],"authorizedSubject":{"nip":"1","role":3}}]} x`,
		strings.Repeat("[", 20_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := readMetadata(strings.NewReader(string(file)))
		if err != nil {
			if all != nil {
				t.Error("invoices beside an error")
			}
			return
		}
		written, err := json.Marshal(struct {
			Invoices []InvoiceMetadata `json:"invoices"`
		}{append([]InvoiceMetadata{}, all...)})
		if err != nil {
			t.Skip(err) // a year that JSON has no room for
		}
		again, err := readMetadata(strings.NewReader(string(written)))
		if err != nil || len(again) != len(all) {
			t.Fatalf("%s is read as %d invoices, written %s, read again as %d: %v", file, len(all), written, len(again), err)
		}
		for i := range all {
			if a, b := all[i], again[i]; a.KSeFNumber != b.KSeFNumber || a.Gross.Rat().Cmp(b.Gross.Rat()) != 0 || !a.Stored.Equal(b.Stored) || string(a.Hash) != string(b.Hash) {
				t.Errorf("%+v has become %+v", a, b)
			}
		}
	})
}
