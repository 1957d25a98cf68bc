package ksef

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/ksef-go/ksef/internal/checksum"
)

// IdentifierError reports a text that is not the identifier it should be.
type IdentifierError struct {
	What   string // "NIP", "PESEL", "KSeF number", …
	Value  string // the text as it was given
	Reason string // what is wrong with it
}

// Error says what is wrong.
func (e *IdentifierError) Error() string {
	return fmt.Sprintf("ksef: %q is not a valid %s: %s", e.Value, e.What, e.Reason)
}

// ParseNIP returns the NIP written in s, with or without hyphens, spaces and a
// leading "PL". It checks the check digit. Its error is an [*IdentifierError].
func ParseNIP(s string) (NIP, error) {
	d := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if len(d) >= 2 && strings.EqualFold(d[:2], "PL") {
		d = d[2:]
	}
	if reason := checkNIP(d); reason != "" {
		return "", &IdentifierError{"NIP", s, reason}
	}
	if !checksum.NIP(d) {
		return "", &IdentifierError{"NIP", s, "wrong check digit"}
	}
	return NIP(d), nil
}

// checkNIP says what is wrong with the form of a NIP; it leaves the check digit
// alone, because test environments accept any.
func checkNIP(d string) string {
	switch reason := checkDigits(d, 10); {
	case reason != "":
		return reason
	case d[0] == '0' || d[1] == '0' && d[2] == '0':
		return "no tax office has the prefix " + d[:3]
	}
	return ""
}

func checkDigits(s string, want int) string {
	for _, r := range s {
		if r < '0' || r > '9' {
			return fmt.Sprintf("want %d digits, found %q", want, r)
		}
	}
	if len(s) != want {
		return fmt.Sprintf("want %d digits, got %d", want, len(s))
	}
	return ""
}

// ParsePESEL returns the PESEL written in s; surrounding spaces are ignored. It
// checks the birth date in it and the check digit.
func ParsePESEL(s string) (PESEL, error) {
	d := strings.TrimSpace(s)
	if reason := checkDigits(d, 11); reason != "" {
		return "", &IdentifierError{"PESEL", s, reason}
	}
	if _, ok := PESEL(d).Born(); !ok {
		return "", &IdentifierError{"PESEL", s, "its first six digits are no date"}
	}
	if !checksum.PESEL(d) {
		return "", &IdentifierError{"PESEL", s, "wrong check digit"}
	}
	return PESEL(d), nil
}

// peselCenturies gives the centuries that a PESEL writes by adding 20 to the
// month for each step.
var peselCenturies = [5]int{1900, 2000, 2100, 2200, 1800}

// Born returns the date of birth written in p, and whether it is a date.
func (p PESEL) Born() (time.Time, bool) {
	if checkDigits(string(p), 11) != "" {
		return time.Time{}, false
	}
	yy, _ := strconv.Atoi(string(p[0:2])) // digits, as checked above
	mm, _ := strconv.Atoi(string(p[2:4]))
	dd, _ := strconv.Atoi(string(p[4:6]))
	day := time.Date(peselCenturies[mm/20]+yy, time.Month(mm%20), dd, 0, 0, 0, 0, time.UTC)
	return day, day.Day() == dd && int(day.Month()) == mm%20
}

// ParseInternalID returns the internal identifier written in s. It checks both
// check digits, the NIP's and its own (ksef-docs uprawnienia.md).
func ParseInternalID(s string) (InternalID, error) {
	const what = "internal identifier"
	d := strings.TrimSpace(s)
	nip, unit, ok := strings.Cut(d, "-")
	if !ok {
		return "", &IdentifierError{what, s, "want a NIP, a hyphen and five digits"}
	}
	if _, err := ParseNIP(nip); err != nil || len(nip) != 10 {
		return "", &IdentifierError{what, s, "want a NIP before the hyphen"}
	}
	if reason := checkDigits(unit, 5); reason != "" {
		return "", &IdentifierError{what, s, "after the hyphen: " + reason}
	}
	if digit, ok := checksum.InternalIDDigit(nip, unit[:4]); !ok || digit != unit[4] {
		return "", &IdentifierError{what, s, "wrong check digit"}
	}
	return InternalID(d), nil
}

// NIP returns the taxpayer the unit belongs to; "" when i is malformed.
func (i InternalID) NIP() NIP {
	nip, _, _ := strings.Cut(string(i), "-")
	return NIP(nip)
}

// ParseVATUE returns the pair of a NIP and an EU VAT number written in s. The
// form of the VAT number is checked by country.
func ParseVATUE(s string) (VATUE, error) {
	const what = "NIP and EU VAT number"
	d := strings.ToUpper(strings.TrimSpace(s))
	nip, vat, ok := strings.Cut(d, "-")
	if !ok {
		return "", &IdentifierError{what, s, "want a NIP, a hyphen and an EU VAT number"}
	}
	if _, err := ParseNIP(nip); err != nil || len(nip) != 10 {
		return "", &IdentifierError{what, s, "want a NIP before the hyphen"}
	}
	if !vatNumber().MatchString(vat) {
		return "", &IdentifierError{what, s, "no country writes its EU VAT number like that"}
	}
	return VATUE(d), nil
}

// NIP returns the Polish half of v; "" when v is malformed.
func (v VATUE) NIP() NIP {
	nip, _, _ := strings.Cut(string(v), "-")
	return NIP(nip)
}

// vatNumber matches an EU VAT number with its country, as the schema of
// AuthTokenRequest does.
var vatNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(ATU\d{8}|BE[01]\d{9}|BG\d{9,10}|CY\d{8}[A-Z]|CZ\d{8,10}|DE\d{9}|DK\d{8}|EE\d{9}|EL\d{9}` +
		`|ES([A-Z]\d{8}|\d{8}[A-Z]|[A-Z]\d{7}[A-Z])|FI\d{8}|FR[A-Z0-9]{2}\d{9}|HR\d{11}|HU\d{8}|IE(\d{7}[A-Z]{2}|\d[A-Z0-9+*]\d{5}[A-Z])` +
		`|IT\d{11}|LT(\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}|NL[A-Z0-9+*]{12}|PT\d{9}|RO\d{2,10}|SE\d{12}|SI\d{8}|SK\d{10}` +
		`|XI(\d{9}|\d{12}|(GD|HA)\d{3}))$`)
})

// ParsePeppolID returns the Peppol provider written in s: "P", two letters of
// the country and six digits.
func ParsePeppolID(s string) (PeppolID, error) {
	d := strings.ToUpper(strings.TrimSpace(s))
	ok := len(d) == 9 && d[0] == 'P' && d[1] >= 'A' && d[1] <= 'Z' && d[2] >= 'A' && d[2] <= 'Z'
	if !ok || checkDigits(d[3:], 6) != "" {
		return "", &IdentifierError{"Peppol identifier", s, `want "P", two letters and six digits`}
	}
	return PeppolID(d), nil
}

// ParseFingerprint returns the SHA-256 certificate fingerprint written in s, in
// either case and with or without colons.
func ParseFingerprint(s string) (Fingerprint, error) {
	d := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), ":", ""))
	if len(d) != 64 || !isHex(d) {
		return "", &IdentifierError{"certificate fingerprint", s, "want the SHA-256 in 64 hexadecimal digits"}
	}
	return Fingerprint(d), nil
}

// isHex reports whether s has upper-case hexadecimal digits only.
func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// ParseReferenceNumber returns the reference number written in s. It checks the
// form, the date and the checksum, which KSeF does not document but all of its
// numbers have.
func ParseReferenceNumber(s string) (ReferenceNumber, error) {
	const what = "reference number"
	d := strings.TrimSpace(s)
	p := strings.Split(d, "-")
	ok := len(d) == 36 && len(p) == 5 && len(p[0]) == 8 && len(p[1]) == 2 && !strings.ContainsFunc(p[1], notIdentifying) &&
		len(p[2]) == 10 && isHex(p[2]) && len(p[3]) == 10 && isHex(p[3]) && len(p[4]) == 2 && isHex(p[4])
	if !ok {
		return "", &IdentifierError{what, s, `want 36 characters like "20250514-AU-226FB7B000-3ACF9BE4C0-10"`}
	}
	if !isDay(p[0]) {
		return "", &IdentifierError{what, s, p[0] + " is no date"}
	}
	if reason := checkCRC(d, p[4]); reason != "" {
		return "", &IdentifierError{what, s, reason}
	}
	return ReferenceNumber(d), nil
}

// ParseKSeFNumber returns the KSeF number written in s. It checks the form, the
// date and the checksum, and takes the 36-character numbers of KSeF 1.0 too
// (ksef-docs faktury/numer-ksef.md).
func ParseKSeFNumber(s string) (KSeFNumber, error) {
	const what = "KSeF number"
	d := strings.ToUpper(strings.TrimSpace(s))
	p := strings.Split(d, "-")
	if len(p) == 5 && len(p[2]) == 6 { // KSeF 1.0 wrote the twelve digits as six and six
		p = []string{p[0], p[1], p[2] + p[3], p[4]}
	}
	if len(p) != 4 || len(p[1]) != 8 || len(p[2]) != 12 || !isHex(p[2]) || len(p[3]) != 2 || !isHex(p[3]) || len(d) > 36 {
		return "", &IdentifierError{what, s, `want 35 characters like "5265877635-20250826-0100001AF629-AF"`}
	}
	if reason := checkNIP(p[0]); reason != "" {
		return "", &IdentifierError{what, s, "the seller's NIP: " + reason}
	}
	if !isDay(p[1]) {
		return "", &IdentifierError{what, s, p[1] + " is no date"}
	}
	if reason := checkCRC(d, p[3]); reason != "" {
		return "", &IdentifierError{what, s, reason}
	}
	return KSeFNumber(d), nil
}

// isDay reports whether s is a date that numbers of KSeF can have: there was no
// KSeF before 2020.
func isDay(s string) bool {
	day, err := time.Parse("20060102", s)
	return err == nil && day.Year() >= 2020
}

func notIdentifying(c rune) bool { return !isIdentifying(c) }

// checkCRC checks the two digits at the end of a number against the rest.
func checkCRC(number, digits string) string {
	if want := fmt.Sprintf("%02X", checksum.CRC8(number[:len(number)-3])); want != digits {
		return fmt.Sprintf("wrong checksum: ends in %s, want %s", digits, want)
	}
	return ""
}
