package ksef

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is an amount as its author wrote it, "1234.50": exact, and with its
// trailing zeros. It is a number in JSON, and it is never a float. The empty
// Decimal is zero.
type Decimal string

// maxDecimal is longer than any amount: what is as long as a document must not
// be computed with.
const maxDecimal = 64

// ParseDecimal reads a number such as "-1234.50": digits, a point between
// digits, no exponent, no separators, at most 64 characters.
func ParseDecimal(s string) (Decimal, error) {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	switch {
	case len(s) > maxDecimal:
		return "", fmt.Errorf("ksef: a decimal number of %d characters: want at most %d", len(s), maxDecimal)
	case !digits(whole), point && !digits(fraction), len(whole) > 1 && whole[0] == '0':
		return "", fmt.Errorf("ksef: %q is not a decimal number: want one such as -1234.50", s)
	}
	return Decimal(s), nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Rat returns the exact value, to compute with. It is zero if d is not a number
// that [ParseDecimal] reads.
func (d Decimal) Rat() *big.Rat {
	r := new(big.Rat)
	if _, err := ParseDecimal(string(d)); err == nil {
		r.SetString(string(d))
	}
	return r
}

// MarshalJSON writes the number as it is.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("0"), nil
	}
	if _, err := ParseDecimal(string(d)); err != nil {
		return nil, err
	}
	return []byte(d), nil
}

// UnmarshalJSON keeps the number as it is written. A null leaves d alone.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	text := string(b)
	if text == "null" {
		return nil
	}
	if strings.ContainsAny(text, "eE") {
		text = plain(text)
	}
	n, err := ParseDecimal(text)
	if err != nil {
		return err
	}
	*d = n
	return nil
}

// plain writes a JSON number without its exponent, which JSON allows and
// amounts do not need. What is out of the range of amounts stays as it is.
func plain(text string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	n, err := strconv.Atoi(exponent)
	if err != nil || max(n, -n, len(mantissa)) > maxDecimal {
		return text
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	_, fraction, _ := strings.Cut(mantissa, ".")
	return r.FloatString(max(len(fraction)-n, 0))
}
