package ksef_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/checksum"
)

func TestParseNIP(t *testing.T) {
	for _, in := range []string{"5261040828", "526-104-08-28", "PL5261040828", "PL 526-104-08-28", "pl526 104 08 28", " 5261040828\n"} {
		if got, err := ksef.ParseNIP(in); got != "5261040828" || err != nil {
			t.Errorf("ParseNIP(%q) = %q, %v", in, got, err)
		}
	}
	refused(t, "NIP", ksef.ParseNIP, map[string]string{
		"":             "want 10 digits, got 0",
		"526104082":    "want 10 digits, got 9",
		"52610408280":  "want 10 digits, got 11",
		"5261040827":   "wrong check digit",
		"526104O828":   "want 10 digits, found 'O'",
		"DE5261040828": "want 10 digits, found 'D'",
		"1001040828":   "no tax office has the prefix 100",
		"0261040828":   "no tax office has the prefix 026",
		"５261040828":   "want 10 digits, found '５'",
	})
}

func TestParsePESEL(t *testing.T) {
	if got, err := ksef.ParsePESEL(" 44051401359 "); got != "44051401359" || err != nil {
		t.Errorf("ParsePESEL = %q, %v", got, err)
	}
	refused(t, "PESEL", ksef.ParsePESEL, map[string]string{
		"4405140135":  "want 11 digits, got 10",
		"44051401358": "wrong check digit",
		"44133101359": "its first six digits are no date",
		"44023001359": "its first six digits are no date",
		"44x51401359": "want 11 digits, found 'x'",
	})
}

func TestParseInternalID(t *testing.T) {
	if got, err := ksef.ParseInternalID("6824515772-12343"); got != "6824515772-12343" || err != nil || got.NIP() != "6824515772" {
		t.Errorf("ParseInternalID = %q, %v", got, err)
	}
	refused(t, "internal identifier", ksef.ParseInternalID, map[string]string{
		"6824515772":        "want a NIP, a hyphen and five digits",
		"6824515773-12343":  "want a NIP before the hyphen",
		"6824515772-1234":   "want 5 digits, got 4",
		"6824515772-12344":  "wrong check digit",
		"6824515772-12343-": "want 5 digits, found '-'",
	})
}

func TestParseVATUE(t *testing.T) {
	for _, in := range []string{"5265877635-ATU12345678", "5265877635-de123456789", "5265877635-ESX1234567R", "5265877635-XIGD123"} {
		got, err := ksef.ParseVATUE(in)
		if string(got) != strings.ToUpper(in) || err != nil || got.NIP() != "5265877635" {
			t.Errorf("ParseVATUE(%q) = %q, %v", in, got, err)
		}
	}
	refused(t, "NIP and EU VAT number", ksef.ParseVATUE, map[string]string{
		"5265877635":                "want a NIP, a hyphen and an EU VAT number",
		"5265877636-ATU12345678":    "want a NIP before the hyphen",
		"5265877635-DE123456789012": "no country writes its EU VAT number like that",
		"5265877635-PL5265877635":   "no country writes its EU VAT number like that",
	})
}

func TestParsePeppolID(t *testing.T) {
	if got, err := ksef.ParsePeppolID("ppl123456"); got != "PPL123456" || err != nil {
		t.Errorf("ParsePeppolID = %q, %v", got, err)
	}
	for _, in := range []string{"", "PPL12345", "XPL123456", "PP1123456", "PPL12345A"} {
		if got, err := ksef.ParsePeppolID(in); err == nil {
			t.Errorf("ParsePeppolID(%q) = %q", in, got)
		}
	}
}

func TestParseFingerprint(t *testing.T) {
	want := ksef.Fingerprint(strings.Repeat("0A", 32))
	for _, in := range []string{string(want), strings.ToLower(string(want)), strings.TrimSuffix(strings.Repeat("0a:", 32), ":")} {
		if got, err := ksef.ParseFingerprint(in); got != want || err != nil {
			t.Errorf("ParseFingerprint(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", strings.Repeat("0", 40), strings.Repeat("0G", 32)} {
		if got, err := ksef.ParseFingerprint(in); err == nil {
			t.Errorf("ParseFingerprint(%q) = %q", in, got)
		}
	}
}

func TestParseReferenceNumber(t *testing.T) {
	const ref = "20250514-CR-226FB7B000-3ACF9BE4C0-10"
	if got, err := ksef.ParseReferenceNumber(ref); string(got) != ref || err != nil {
		t.Errorf("ParseReferenceNumber = %q, %v", got, err)
	}
	refused(t, "reference number", ksef.ParseReferenceNumber, map[string]string{
		"":                                     "want 36 characters",
		"20250514-CR-226FB7B000-3ACF9BE4C0-11": "wrong checksum: ends in 11, want 10",
		"20251514-CR-226FB7B000-3ACF9BE4C0-10": "20251514 is no date",
		"20250514-CR-226fb7b000-3ACF9BE4C0-10": "want 36 characters",
	})
}

func TestParseKSeFNumber(t *testing.T) {
	const number = "5265877635-20250826-0100001AF629-AF"
	if got, err := ksef.ParseKSeFNumber(number); string(got) != number || err != nil || got.NIP() != "5265877635" {
		t.Errorf("ParseKSeFNumber = %q, %v", got, err)
	}
	refused(t, "KSeF number", ksef.ParseKSeFNumber, map[string]string{
		"5265877635-20250826-0100001AF629-AE": "wrong checksum: ends in AE, want AF",
		"5265877635-20250832-0100001AF629-AF": "20250832 is no date",
		"526587763-20250826-0100001AF629-AF":  "the seller's NIP: want 10 digits, got 9",
		"5265877635-20250826-0100001AF62-AF":  "want 35 characters",
		"5265877635-20250826":                 "want 35 characters",
	})
}

// refused checks that parse refuses each text for its reason, as an
// IdentifierError that quotes the text.
func refused[T ~string](t *testing.T, what string, parse func(string) (T, error), reasons map[string]string) {
	t.Helper()
	for in, reason := range reasons {
		got, err := parse(in)
		e, ok := errors.AsType[*ksef.IdentifierError](err)
		if !ok || got != "" {
			t.Errorf("parse(%q) = %q, %v; want an IdentifierError", in, got, err)
			continue
		}
		if e.What != what || e.Value != in || !strings.Contains(e.Reason, reason) {
			t.Errorf("parse(%q): %v; want %s: …%s…", in, err, what, reason)
		}
	}
}

func TestGenerateNIP(t *testing.T) {
	seen := map[ksef.NIP]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		nip := ksef.GenerateNIP(r)
		if _, err := ksef.ParseNIP(string(nip)); err != nil {
			t.Fatal(err)
		}
		seen[nip] = true
	}
	if len(seen) < 1990 {
		t.Errorf("%d different numbers of 2000", len(seen))
	}
	if a, b := ksef.GenerateNIP(rand.New(rand.NewPCG(1, 2))), ksef.GenerateNIP(rand.New(rand.NewPCG(1, 2))); a != b {
		t.Errorf("equal seeds, different numbers: %s, %s", a, b)
	}
	if _, err := ksef.ParseNIP(string(ksef.GenerateNIP(nil))); err != nil {
		t.Error(err)
	}
}

func TestGeneratePESEL(t *testing.T) {
	for _, day := range []string{"1799-12-31", "2300-01-01"} {
		born, _ := time.Parse(time.DateOnly, day)
		if p, err := ksef.GeneratePESEL(nil, born); err == nil {
			t.Errorf("PESEL %s for somebody born on %s", p, day)
		}
	}
	for _, day := range []string{"1800-01-01", "1899-12-31", "1944-05-14", "2000-02-29", "2199-12-31", "2299-12-31"} {
		born, _ := time.Parse(time.DateOnly, day)
		p, err := ksef.GeneratePESEL(nil, born)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ksef.ParsePESEL(string(p)); err != nil {
			t.Error(err)
		}
		if got, ok := p.Born(); !ok || !got.Equal(born) {
			t.Errorf("%s is born on %v, want %s", p, got, day)
		}
	}
	for range 500 {
		p, err := ksef.GeneratePESEL(nil, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ksef.ParsePESEL(string(p)); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"PL 526-104-08-28", "44051401359", "6824515772-12343", "5265877635-ATU12345678", "PPL123456",
		"20250514-CR-226FB7B000-3ACF9BE4C0-10", "5265877635-20250826-0100001AF629-AF", strings.Repeat("0A:", 32),
		"1111111111-IZ202607-65ED02180000-E7", "0123456789abcdef"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		stable(t, ksef.ParseNIP, s)
		stable(t, ksef.ParsePESEL, s)
		stable(t, ksef.ParseInternalID, s)
		stable(t, ksef.ParseVATUE, s)
		stable(t, ksef.ParsePeppolID, s)
		stable(t, ksef.ParseFingerprint, s)
		stable(t, ksef.ParseReferenceNumber, s)
		stable(t, ksef.ParseKSeFNumber, s)
		stable(t, ksef.ParseCollectiveIdentifier, s)
		stable(t, ksef.ParseCertificateSerial, s)
	})
}

// stable checks that what was parsed parses to itself.
func stable[T ~string](t *testing.T, parse func(string) (T, error), s string) {
	first, err := parse(s)
	if err != nil {
		return
	}
	if again, err := parse(string(first)); err != nil || again != first {
		t.Errorf("%q parses to %q, which parses to %q, %v", s, first, again, err)
	}
}

// A checksum that is right does not make a form right.
func TestFormsWithRightChecksums(t *testing.T) {
	sealed := func(s string) string { return fmt.Sprintf("%s-%02X", s, checksum.CRC8(s)) }
	for _, s := range []string{"5265877635-20250826--0100001AF629", "5265877635-20250826-0-100001AF629", "5265877635-20190826-0100001AF629"} {
		if n, err := ksef.ParseKSeFNumber(sealed(s)); err == nil {
			t.Errorf("%s is a KSeF number", n)
		}
	}
	if _, err := ksef.ParseKSeFNumber(sealed("5265877635-20250826-010000-1AF629")); err != nil {
		t.Errorf("of KSeF 1.0: %v", err)
	}
	for _, s := range []string{"20250514-c!-226FB7B000-3ACF9BE4C0", "20250514-é-226FB7B000-3ACF9BE4C0", "20190514-CR-226FB7B000-3ACF9BE4C0"} {
		if n, err := ksef.ParseReferenceNumber(sealed(s)); err == nil {
			t.Errorf("%s is a reference number", n)
		}
	}
}
