package ksef_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ksef-go/ksef"
)

func TestDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0.00": "-0.00", "43.60": "43.60", "12345678901234567890.12": "12345678901234567890.12",
		"1.5E3": "1500", "125e-2": "1.25", "1E-7": "0.0000001", "-2.50e1": "-25.0",
	} {
		var d ksef.Decimal
		if err := json.Unmarshal([]byte(text), &d); err != nil || string(d) != want {
			t.Errorf("%s: %q, %v", text, d, err)
			continue
		}
		out, err := json.Marshal(d)
		if err != nil || string(out) != want {
			t.Errorf("%s: written as %s, %v", text, out, err)
		}
	}
	for _, text := range []string{`"1"`, `true`, `[]`, `1e65`, `1e999999999`, `1e-999999999`, strings.Repeat("9", 65)} {
		var d ksef.Decimal
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%.80s: read as %q", text, d)
		}
	}
	for _, text := range []string{"", "-", "1,5", " 1", "+1", "01", "1.", ".5", "1e3", "0x1", "1_0"} {
		if d, err := ksef.ParseDecimal(text); err == nil {
			t.Errorf("%q: read as %q", text, d)
		}
	}
	if out, err := json.Marshal(ksef.Decimal("1 000")); err == nil {
		t.Errorf("written as %s", out)
	}
	if out, err := json.Marshal(ksef.Decimal("")); err != nil || string(out) != "0" {
		t.Errorf("nothing is written as %s, %v", out, err)
	}
	if r := ksef.Decimal("0.10").Rat(); r.RatString() != "1/10" {
		t.Errorf("value %v", r)
	}
	if r := ksef.Decimal("1e9").Rat(); r.Sign() != 0 {
		t.Errorf("value %v", r)
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-1.50", "1e3", "1E-07", `"1"`, "null", "1e99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d ksef.Decimal
		if json.Unmarshal([]byte(s), &d) != nil || d == "" {
			return
		}
		if _, err := ksef.ParseDecimal(string(d)); err != nil && len(d) <= 64 {
			t.Fatalf("%q was read as %q: %v", s, d, err)
		}
		out, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("%q was read as %q: %v", s, d, err)
		}
		var again ksef.Decimal
		if err := json.Unmarshal(out, &again); err != nil || again.Rat().Cmp(d.Rat()) != 0 {
			t.Fatalf("%q, then %q: %v", d, again, err)
		}
	})
}
