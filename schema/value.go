package schema

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// verdict is what is wrong with a value; an empty code is nothing.
type verdict struct {
	code     Code
	expected string
}

// check normalises raw by the white space facet of t and checks it. The
// normalised value is good until the next call.
func (v *validator) check(t *simple, raw []byte) (value []byte, bad verdict) {
	value = raw
	if t.space != preserve {
		value = v.normalize(t.space, raw)
	}
	length := -1
	var number decimal
	var at moment
	ok := true
	switch t.kind {
	case decimalKind:
		number, ok = parseDecimal(value, t.form == integerForm)
	case dateKind, dateTimeKind, timeKind, yearKind:
		at, ok = parseMoment(t.kind, value)
	case booleanKind:
		switch string(value) {
		case "true", "false", "1", "0":
		default:
			ok = false
		}
	case base64Kind:
		length, ok = base64Length(value)
	case hexKind:
		length, ok = hexLength(value)
	case uriKind:
		ok = isURI(value)
	case unionKind:
		ok = v.checkMembers(t, raw)
	case stringKind:
		ok = t.form == noForm || t.form.matches(value)
	}
	if !ok {
		return value, verdict{CodeType, t.label}
	}
	if t.has&(hasMin|hasMax) != 0 {
		if bad = v.checkLength(t, value, length); bad.code != "" {
			return value, bad
		}
	}
	for _, p := range t.patterns {
		a := &p.net
		if v.options.Strict && p.strict != nil {
			a = p.strict
		}
		if !a.match(value) {
			return value, verdict{CodePattern, p.source}
		}
	}
	if t.values != nil && !t.listed(value, number) {
		return value, verdict{CodeEnumeration, list(t.values)}
	}
	if t.kind == decimalKind {
		return value, t.checkNumber(number)
	}
	if t.lower != nil || t.upper != nil {
		return value, t.checkRange(at)
	}
	return value, verdict{}
}

func (v *validator) checkMembers(t *simple, raw []byte) bool {
	for _, m := range t.members {
		if _, bad := v.check(v.table.simples[m], raw); bad.code == "" {
			return true
		}
	}
	return false
}

// checkLength checks the length facets; length is that of binary data, -1 to
// count characters.
func (v *validator) checkLength(t *simple, value []byte, length int) verdict {
	if length < 0 {
		length = v.length(value)
	}
	switch {
	case t.has&hasMin != 0 && length < t.min:
		if t.has&hasMax != 0 && t.min == t.max {
			return verdict{CodeLength, strconv.Itoa(t.min)}
		}
		return verdict{CodeMinLength, strconv.Itoa(t.min)}
	case t.has&hasMax != 0 && length > t.max:
		if t.has&hasMin != 0 && t.min == t.max {
			return verdict{CodeLength, strconv.Itoa(t.max)}
		}
		return verdict{CodeMaxLength, strconv.Itoa(t.max)}
	}
	return verdict{}
}

// length counts characters, or what .NET takes for them.
func (v *validator) length(value []byte) int {
	n := utf8.RuneCount(value)
	if v.options.UTF16 && n < len(value) {
		for _, c := range value {
			if c >= 0xF0 { // the start of a character past U+FFFF
				n++
			}
		}
	}
	return n
}

func (t *simple) checkNumber(n decimal) verdict {
	switch {
	case t.has&hasTotal != 0 && n.digits() > t.total:
		return verdict{CodeTotalDigits, strconv.Itoa(t.total)}
	case t.has&hasFraction != 0 && len(n.fraction) > t.fraction:
		return verdict{CodeFractionDigits, strconv.Itoa(t.fraction)}
	}
	if b := t.lower; b != nil {
		if c := n.compare(b.number); c < 0 || c == 0 && b.exclusive {
			return b.verdict(CodeMinInclusive, CodeMinExclusive)
		}
	}
	if b := t.upper; b != nil {
		if c := n.compare(b.number); c > 0 || c == 0 && b.exclusive {
			return b.verdict(CodeMaxInclusive, CodeMaxExclusive)
		}
	}
	return verdict{}
}

// checkRange checks the bounds of a type of moments. A comparison without an
// answer is not in the range.
func (t *simple) checkRange(at moment) verdict {
	if b := t.lower; b != nil {
		if c := at.compare(b.moment); c < 0 || c == 2 || c == 0 && b.exclusive {
			return b.verdict(CodeMinInclusive, CodeMinExclusive)
		}
	}
	if b := t.upper; b != nil {
		if c := at.compare(b.moment); c > 0 || c == 0 && b.exclusive {
			return b.verdict(CodeMaxInclusive, CodeMaxExclusive)
		}
	}
	return verdict{}
}

func (b *bound) verdict(inclusive, exclusive Code) verdict {
	if b.exclusive {
		return verdict{exclusive, b.text}
	}
	return verdict{inclusive, b.text}
}

// sortedFrom is the length from which the generator sorts an enumeration.
const sortedFrom = 17

// listed reports whether the enumeration of t has the value.
func (t *simple) listed(value []byte, n decimal) bool {
	if t.kind == decimalKind {
		for _, s := range t.values {
			if n.is(s) {
				return true
			}
		}
		return false
	}
	if len(t.values) >= sortedFrom {
		lo, hi := 0, len(t.values)
		for lo < hi {
			mid := int(uint(lo+hi) / 2)
			if t.values[mid] < string(value) {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		return lo < len(t.values) && t.values[lo] == string(value)
	}
	for _, s := range t.values {
		if s == string(value) {
			return true
		}
	}
	return false
}

// list writes the first values of an enumeration.
func list(values []string) string {
	const most = 24
	if len(values) > most {
		return strings.Join(values[:most], ", ") + ", …"
	}
	return strings.Join(values, ", ")
}

// normalize applies the white space facet. It copies only what changes.
func (v *validator) normalize(how space, s []byte) []byte {
	if how == replace {
		if !bytes.ContainsAny(s, "\t\n\r") {
			return s
		}
		out := append(v.normal[:0], s...)
		for i, c := range out {
			if isSpace(c) {
				out[i] = ' '
			}
		}
		v.normal = out
		return out
	}
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	for i, c := range s {
		if c <= ' ' && isSpace(c) && (c != ' ' || isSpace(s[i+1])) {
			return v.squeeze(s, i)
		}
	}
	return s
}

// squeeze makes one space of each run of white space from s[i] on.
func (v *validator) squeeze(s []byte, i int) []byte {
	out := append(v.normal[:0], s[:i]...)
	for ; i < len(s); i++ {
		if !isSpace(s[i]) {
			out = append(out, s[i])
		} else if out[len(out)-1] != ' ' {
			out = append(out, ' ')
		}
	}
	v.normal = out
	return out
}

// base64Length checks xs:base64Binary, which allows white space between its
// characters, and returns the number of bytes.
func base64Length(s []byte) (length int, ok bool) {
	digits, pad := 0, 0
	var last byte
	for _, c := range s {
		switch {
		case c == ' ':
		case c == '=':
			pad++
		case pad == 0 && (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'):
			digits++
			last = c
		default:
			return 0, false
		}
	}
	if (digits+pad)%4 != 0 || pad > 2 {
		return 0, false
	}
	switch pad { // the bits that code nothing are zero: XSD part 2 §3.2.16
	case 1:
		ok = strings.IndexByte("AEIMQUYcgkosw048", last) >= 0
	case 2:
		ok = strings.IndexByte("AQgw", last) >= 0
	default:
		ok = true
	}
	return digits * 3 / 4, ok
}

func hexLength(s []byte) (length int, ok bool) {
	for _, c := range s {
		if !isHex(c) {
			return 0, false
		}
	}
	return len(s) / 2, len(s)%2 == 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isURI checks xs:anyURI. Nearly every string is one once the characters that
// RFC 2396 excludes are escaped (XSD part 2 §3.2.17): what is left are broken
// escapes, a second fragment and a scheme without a name.
func isURI(s []byte) bool {
	for i, c := range s {
		if c == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	return !bytes.HasPrefix(s, []byte{':'}) && bytes.Count(s, []byte{'#'}) <= 1
}
