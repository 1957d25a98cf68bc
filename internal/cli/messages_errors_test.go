package cli

import (
	"regexp"
	"testing"

	"github.com/ksef-go/ksef"
)

// What is wrong with an identifier is said in Polish wholly, whatever it is.
func TestIdentifiersInPolish(t *testing.T) {
	english := regexp.MustCompile(`\b(want|wrong|ends|digits|got|found|no|is|the|valid|like|number)\b`)
	parse := map[string]func(string) error{
		"NIP":         func(s string) error { _, err := ksef.ParseNIP(s); return err },
		"PESEL":       func(s string) error { _, err := ksef.ParsePESEL(s); return err },
		"KSeF number": func(s string) error { _, err := ksef.ParseKSeFNumber(s); return err },
		"reference":   func(s string) error { _, err := ksef.ParseReferenceNumber(s); return err },
		"internal ID": func(s string) error { _, err := ksef.ParseInternalID(s); return err },
		"VAT UE":      func(s string) error { _, err := ksef.ParseVATUE(s); return err },
		"Peppol":      func(s string) error { _, err := ksef.ParsePeppolID(s); return err },
		"fingerprint": func(s string) error { _, err := ksef.ParseFingerprint(s); return err },
	}
	for _, value := range []string{
		"", "1", "123456789x", "1234567890", "0000000000", "44051401459", "99999999999",
		"5265877635-20250826-0100001AF629-00", "5265877635-20259926-0100001AF629-AF", "0000000000-20250826-0100001AF629-AF",
		"20250514-AU-226FB7B000-3ACF9BE4C0-11", "20259914-AU-226FB7B000-3ACF9BE4C0-10",
		"5261040828-1", "5261040828-00009", "x-00001", "5261040828-XX1", "5261040828-DE1", "x-DE123456789",
	} {
		for name, p := range parse {
			err := p(value)
			if err == nil {
				continue
			}
			if text := polish.errorText(err); english.MatchString(text) {
				t.Errorf("%s %q: %s", name, value, text)
			}
		}
	}
}
