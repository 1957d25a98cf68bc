package schema

import (
	"cmp"
	"unsafe"
)

// decimal is a decimal number as its digits, without leading zeros before and
// trailing zeros after the point. Its strings may share memory with a document.
type decimal struct {
	negative        bool
	whole, fraction string
}

// parseDecimal reads an xs:decimal, or an xs:integer.
func parseDecimal(s []byte, integer bool) (d decimal, ok bool) {
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	point := len(s)
	for i, c := range s {
		if c == '.' && point == len(s) && !integer {
			point = i
		} else if c < '0' || c > '9' {
			return d, false
		}
	}
	whole, fraction := s[:point], s[min(point+1, len(s)):]
	if len(whole)+len(fraction) == 0 {
		return d, false
	}
	for len(whole) > 0 && whole[0] == '0' {
		whole = whole[1:]
	}
	for n := len(fraction); n > 0 && fraction[n-1] == '0'; n-- {
		fraction = fraction[:n-1]
	}
	d.whole, d.fraction = view(whole), view(fraction)
	if len(whole)+len(fraction) == 0 {
		d.negative = false
	}
	return d, true
}

// view lends b as a string, for as long as b does not change.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (d decimal) digits() int { return max(len(d.whole)+len(d.fraction), 1) }

func (d decimal) compare(o decimal) int {
	if d.negative != o.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	c := cmp.Or(cmp.Compare(len(d.whole), len(o.whole)), cmp.Compare(d.whole, o.whole), cmp.Compare(d.fraction, o.fraction))
	if d.negative {
		return -c
	}
	return c
}

// is reports whether d is the number that canon writes in canonical form.
func (d decimal) is(canon string) bool {
	if d.negative {
		if len(canon) == 0 || canon[0] != '-' {
			return false
		}
		canon = canon[1:]
	}
	whole := d.whole
	if whole == "" {
		whole = "0"
	}
	if len(canon) < len(whole) || canon[:len(whole)] != whole {
		return false
	}
	canon = canon[len(whole):]
	if d.fraction == "" {
		return canon == ""
	}
	return len(canon) == 1+len(d.fraction) && canon[0] == '.' && canon[1:] == d.fraction
}
