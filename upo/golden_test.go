package upo

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not as expected; run with -update if it should be\n%s", file, got)
	}
}

// The golden receipts are those of this file, signed with the throw-away key, which signs alike every time.
func TestGoldenReceipts(t *testing.T) {
	golden(t, "receipt.xml", sign(t, single(t), throwaway(t)))
	golden(t, "session.xml", sign(t, session, throwaway(t)))
}

// What receipts of every kind are said to prove, in both languages.
func TestExplain(t *testing.T) {
	signed := func(doc string, trust Trust) *Receipt {
		r := verified(t, doc)
		r.Trust = trust
		return r
	}
	parsed := func(doc string) *Receipt {
		r, err := Parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	from := func(issuer string) string {
		return change(t, single(t), "Ministerstwo Finansów - środowisko testowe (TE)", issuer)
	}
	var b strings.Builder
	for _, c := range []struct {
		name     string
		r        *Receipt
		document int // -1: the whole receipt
	}{
		{"one invoice, trusted, production", signed(from("Ministerstwo Finansów"), Trusted), 0},
		{"one invoice, intact, test", signed(single(t), Intact), 0},
		{"offline, intact, test", signed(session, Intact), 1},
		{"a page, trusted, test", signed(session, Trusted), -1},
		{"one invoice, whole, demo", signed(from("Ministerstwo Finansów - środowisko przedprodukcyjne (TR)"), Intact), -1},
		{"unverified, sandbox", parsed(string(sign(t, from("SANDBOX"), throwaway(t)))), 0},
		{"unsigned, of somebody", parsed(from("Me &#x202E;and my \"friends\"")), 0},
	} {
		var d *Document
		if c.document >= 0 {
			d = &c.r.Documents[c.document]
		}
		fmt.Fprintf(&b, "# %s\n%s\n%s\n\n", c.name, c.r.Explain(d, English), c.r.Explain(d, Polish))
	}
	golden(t, "explain.txt", []byte(b.String()))
}
