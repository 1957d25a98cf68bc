package contract_test

import (
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

func load(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func operation(t testing.TB, method, path string) *contract.Operation {
	t.Helper()
	op, _, ok := load(t).Match(method, path)
	if !ok {
		t.Fatalf("no operation %s %s", method, path)
	}
	return op
}

func TestLoad(t *testing.T) {
	c := load(t)
	base := 0
	for _, op := range c.Operations() {
		if op.Since == "" {
			base++
		}
	}
	if c.Version() != "2.7.0" || base != 83 {
		t.Errorf("version %s with %d operations, want 2.7.0 with 83", c.Version(), base)
	}
	if c.Schema("InvoiceMetadata") == nil || c.Schema("invoiceMetadata") != nil {
		t.Error("schemas are not found by their names")
	}
}

func TestMatch(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		method, path, want string
		values             map[string]string
	}{
		{"POST", "/auth/challenge", "POST /auth/challenge", nil},
		{"GET", "/auth/sessions", "GET /auth/sessions", nil},
		{"GET", "/auth/20250514-AU-2DFC46C000-3AC6D5877F-D4", "GET /auth/{referenceNumber}", map[string]string{"referenceNumber": "20250514-AU-2DFC46C000-3AC6D5877F-D4"}},
		{"DELETE", "/auth/sessions/current", "DELETE /auth/sessions/current", nil},
		{"DELETE", "/auth/sessions/a%2Fb", "DELETE /auth/sessions/{referenceNumber}", map[string]string{"referenceNumber": "a/b"}},
		{"GET", "/sessions/S/invoices/failed", "GET /sessions/{referenceNumber}/invoices/failed", map[string]string{"referenceNumber": "S"}},
		{"GET", "/sessions/S/invoices/I", "GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}", map[string]string{"referenceNumber": "S", "invoiceReferenceNumber": "I"}},
		{"GET", "/sessions/S/invoices/ksef/K/upo", "GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo", map[string]string{"referenceNumber": "S", "ksefNumber": "K"}},
		{"GET", "/certificates/enrollments/data", "GET /certificates/enrollments/data", nil},
		{"PATCH", "/auth/challenge", "", nil},
		{"POST", "/v2/auth/challenge", "", nil},
		{"POST", "/auth/challenge/", "", nil},
		{"GET", "/sessions//invoices", "", nil},
		{"GET", "/auth/%zz", "", nil},
		{"GET", "", "", nil},
	} {
		op, values, ok := c.Match(test.method, test.path)
		got := ""
		if ok {
			got = op.String()
		}
		if got != test.want {
			t.Errorf("%s %s: %q, want %q", test.method, test.path, got, test.want)
		}
		for name, want := range test.values {
			if values[name] != want {
				t.Errorf("%s %s: %s = %q, want %q", test.method, test.path, name, values[name], want)
			}
		}
	}
}
