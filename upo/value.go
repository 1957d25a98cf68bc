package upo

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ksef-go/ksef/internal/checksum"
)

// whiteSpace is what XML calls so.
const whiteSpace = " \t\r\n"

// collapse makes one space of every run of white space and none at the ends, as XML Schema does with
// tokens, numbers and dates (XSD 1.0 part 2 §4.3.6).
func collapse(s string) string {
	if !strings.ContainsAny(s, whiteSpace) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(whiteSpace, r) }), " ")
}

// The forms of the values, from upo-v4-3.xsd.
var (
	name240       = form{"1 to 240 characters", func(s string) bool { return length(s, 240) }}
	invoiceNumber = form{"1 to 256 characters", func(s string) bool { return length(s, 256) }}
	nip           = form{"a NIP: ten digits", isNIP}
	internalID    = form{"a NIP, a hyphen and five digits", func(s string) bool { return shaped(s, "dddddddddd-ddddd") && isNIP(s[:10]) }}
	vatUE         = form{"a NIP, a hyphen and a VAT UE number", isVATUE}
	peppolID      = form{"P, two capital letters and six digits", func(s string) bool { return shaped(s, "PAAdddddd") }}
	reference     = form{"a reference number, like 20250514-SO-226FB7B000-3ACF9BE4C0-10", func(s string) bool {
		return shaped(s, "dddddddd-XX-HHHHHHHHHH-HHHHHHHHHH-HH") && isDay(s[:8])
	}}
	ksefNumber = form{"a KSeF number, like 5265877635-20250826-0100001AF629-AF", func(s string) bool {
		return (shaped(s, "dddddddddd-dddddddd-HHHHHHHHHHHH-HH") || shaped(s, "dddddddddd-dddddddd-HHHHHH-HHHHHH-HH")) &&
			isNIP(s[:10]) && isDay(s[11:19])
	}}
	instant = form{"date, time and offset from UTC since 2021-10-01, like 2025-09-16T11:05:40.841+02:00", func(s string) bool {
		_, ok := parseMoment(s)
		return ok
	}}
	issueDate = form{"a date since 2006, like 2025-09-16", isDate}
)

// shaped compares s with a mask: d stands for a digit, H for an upper-case hexadecimal digit, A for a capital letter,
// X for a digit or capital letter, and anything else for itself.
func shaped(s, mask string) bool {
	if len(s) != len(mask) {
		return false
	}
	for i := range len(mask) {
		c := s[i]
		digit := c >= '0' && c <= '9'
		capital := c >= 'A' && c <= 'Z'
		ok := c == mask[i]
		switch mask[i] {
		case 'd':
			ok = digit
		case 'H':
			ok = digit || capital && c <= 'F'
		case 'A':
			ok = capital
		case 'X':
			ok = digit || capital
		}
		if !ok {
			return false
		}
	}
	return true
}

func length(s string, most int) bool {
	return s != "" && (len(s) <= most || utf8.RuneCountInString(s) <= most)
}

// isNIP looks at the form alone, as the schema does: the test environment takes numbers whose last digit
// does not check the others.
func isNIP(s string) bool {
	return shaped(s, "dddddddddd") && s[0] != '0' && s[1:3] != "00"
}

// isVATUE leaves what the countries want to KSeF: their rules change without a new version of receipts.
func isVATUE(s string) bool {
	const least, most = len("5265877635-RO12"), len("5265877635-NL123456789B01")
	return len(s) >= least && len(s) <= most && isNIP(s[:10]) && shaped(s[10:13], "-AA") &&
		strings.Trim(s[13:], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*") == ""
}

// isDay looks at the day in reference and KSeF numbers as the schema does: 2020 or later, any month with
// up to 31 days.
func isDay(s string) bool {
	return s[:4] >= "2020" && s[4:6] >= "01" && s[4:6] <= "12" && s[6:8] >= "01" && s[6:8] <= "31"
}

// isDate is xsd:date since 2006. The schema lets it have a time zone; a day in one is the same day.
func isDate(s string) bool {
	if len(s) < len(time.DateOnly) || !isZone(s[10:]) && s[10:] != "" || !shaped(s[:10], "dddd-dd-dd") {
		return false
	}
	_, err := time.Parse(time.DateOnly, s[:10])
	return err == nil && s[:4] >= "2006"
}

// isZone is the time zone of XML Schema.
func isZone(s string) bool {
	if s == "Z" {
		return true
	}
	if !shaped(s, "+dd:dd") && !shaped(s, "-dd:dd") {
		return false
	}
	return s[1:3] < "14" && s[4:6] <= "59" || s[1:] == "14:00"
}

// date returns a calendar day without its time zone.
func (c *cursor) date(local string) string {
	s := c.value(local, issueDate)
	return s[:min(len(s), len(time.DateOnly))]
}

// moment returns an xsd:dateTime since October 2021. Without an offset it would be no moment, so there
// must be one.
func (c *cursor) moment(local string) time.Time {
	s, n := c.token(local, instant)
	if n == nil {
		return time.Time{}
	}
	t, _ := parseMoment(s)
	return t
}

func parseMoment(s string) (time.Time, bool) {
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || !shaped(s[:seconds], "dddd-dd-ddTdd:dd:dd") {
		return time.Time{}, false
	}
	zone := s[seconds:]
	if fraction, ok := strings.CutPrefix(zone, "."); ok {
		zone = strings.TrimLeft(fraction, "0123456789")
		if len(zone) == len(fraction) {
			return time.Time{}, false
		}
	}
	if !isZone(zone) {
		return time.Time{}, false
	}
	// In UTC, so that the result does not depend on the machine's own time zone.
	t, err := time.ParseInLocation(time.RFC3339Nano, s, time.UTC)
	return t, err == nil && !t.Before(time.Date(2021, 10, 1, 0, 0, 0, 0, time.UTC))
}

// positive returns an xsd:positiveInteger.
func (c *cursor) positive(local string) int {
	const most = 1_000_000_000 // far more than the documents of a session
	s, n := c.text(local)
	if n == nil {
		return 0
	}
	s = collapse(s)
	digits := strings.TrimPrefix(s, "+")
	i, err := strconv.Atoi(digits)
	if err != nil || i < 1 || i > most || strings.Trim(digits, "0123456789") != "" {
		c.fail(n, &Error{Check: CheckValue, Want: "a number from 1", Got: quote(s)})
		return 0
	}
	return i
}

// hash returns a SHA-256 in base64.
func (c *cursor) hash(local string) (h Hash) {
	const encoded = (len(h) + 2) / 3 * 4
	s, n := c.text(local)
	if n == nil {
		return h
	}
	s = collapse(s)
	if len(s) == encoded {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err == nil && len(b) == len(h) {
			return Hash(b)
		}
	}
	c.fail(n, &Error{Check: CheckValue, Want: "a SHA-256 in base64: 44 characters", Got: quote(s)})
	return h
}

// number returns a KSeF number, whose last two digits check the others (ksef-docs numer-ksef.md).
func (c *cursor) number(local string) string {
	s, n := c.token(local, ksefNumber)
	if n == nil {
		return ""
	}
	rest, found := s[:len(s)-3], s[len(s)-2:]
	if want := fmt.Sprintf("%02X", checksum.CRC8(rest)); found != want {
		c.fail(n, &Error{Check: CheckChecksum, Message: "the last two digits of " + s + " do not check the others", Want: want, Got: found})
		return ""
	}
	return strings.Clone(s)
}

// mode returns how a document was sent. This one is no token: white space counts.
func (c *cursor) mode(local string) Mode {
	s, n := c.text(local)
	switch {
	case n == nil:
		return ""
	case s == string(Online):
		return Online
	case s == string(Offline):
		return Offline
	}
	c.fail(n, &Error{Check: CheckValue, Want: "Online or Offline", Got: quote(s)})
	return ""
}
