package upo

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
)

func verified(t testing.TB, doc string) *Receipt {
	t.Helper()
	r, err := Verify(sign(t, doc, throwaway(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testInvoice(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProves(t *testing.T) {
	invoice := testInvoice(t)
	r := verified(t, session)
	d, err := r.Proves(invoice)
	if err != nil {
		t.Fatal(err)
	}
	if d != &r.Documents[0] {
		t.Errorf("proves %+v", d)
	}
	if d, err := r.Proves(append(invoice, '\n')); d != nil || !errors.Is(err, CheckCovered) {
		t.Errorf("another file: %v", err)
	}
	if d, err := r.Proves(nil); d != nil || !errors.Is(err, CheckCovered) {
		t.Errorf("no file: %v", err)
	}
	for _, doc := range [][]byte{[]byte(session), sign(t, session, throwaway(t))} {
		r, err := Parse(doc)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := r.Proves(invoice); d != nil || !errors.Is(err, CheckVerified) {
			t.Errorf("%s receipt: %v, %v", r.Trust, d, err)
		}
	}
}

// The ministry's own samples have a file that was accepted twice.
func TestProvesTheEarlierOfTwo(t *testing.T) {
	twice := change(t, session, "kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno=", invoiceHash)
	for _, c := range []struct {
		doc  string
		want int
	}{
		{twice, 0},
		{change(t, twice, "11:05:41.145", "11:05:41.044"), 1},
	} {
		r := verified(t, c.doc)
		if d, err := r.Proves(testInvoice(t)); err != nil || d != &r.Documents[c.want] {
			t.Errorf("proves %+v, %v", d, err)
		}
	}
}

func TestDocument(t *testing.T) {
	r := verified(t, session)
	if d, ok := r.Document("5265877635-20261201-02000009FF3E-9D"); !ok || d != &r.Documents[1] {
		t.Errorf("found %+v", d)
	}
	if d, ok := r.Document("5265877635-20261201-02000009FF3F-9D"); ok || d != nil {
		t.Errorf("found %+v", d)
	}
}

func TestEnvironment(t *testing.T) {
	for issuer, want := range map[string]Environment{
		"Ministerstwo Finansów":                                    Production,
		"Ministerstwo Finansów - środowisko testowe (TE)":          Test,
		"Ministerstwo Finansów - środowisko przedprodukcyjne (TR)": Demo,
		"SANDBOX - to nie jest Ministerstwo Finansów":              Sandbox,
		"Ministerstwo Finansów - środowisko jeszcze inne (TE)":     Unknown,
		"Ministerstwo Finansow":                                    Unknown,
		"":                                                         Unknown,
	} {
		if got := (&Receipt{Issuer: issuer}).Environment(); got != want {
			t.Errorf("%q is %s, want %s", issuer, got, want)
		}
	}
}

func TestHashInJSON(t *testing.T) {
	b, err := json.Marshal(verified(t, session).Documents[0].Hash)
	if err != nil || string(b) != `"`+invoiceHash+`"` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestTrustNames(t *testing.T) {
	for trust, want := range map[Trust]string{Unsigned: "unsigned", Trusted: "trusted", Trusted + 1: "unknown"} {
		if trust.String() != want {
			t.Errorf("%d is %s, want %s", trust, trust, want)
		}
	}
}
