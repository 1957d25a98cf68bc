package schema

import "unicode/utf8"

// Classes of bytes in names.
const (
	notName   uint8 = iota
	nameStart       // may begin a name
	nameRest        // may stand further on
	nameColon
	nameWide // the start of a character past ASCII
)

var nameClass = func() (class [256]uint8) {
	for c := range class {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			class[c] = nameStart
		case c >= '0' && c <= '9', c == '-', c == '.':
			class[c] = nameRest
		case c == ':':
			class[c] = nameColon
		case c >= utf8.RuneSelf:
			class[c] = nameWide
		}
	}
	return class
}()

// qname reads a qualified name at p: where it ends, where its colon is (-1 for
// none), and the sum of its local part for table.find.
func (s *scanner) qname(p int) (end, colon int, sum uint32, st state) {
	b := s.buf
	colon = -1
	next := true // what comes is the first of a name
	for p < len(b) {
		c, first := b[p], next
		next = false
		switch nameClass[c] {
		case nameStart:
		case nameRest:
			if first {
				return p, colon, 0, s.fail(CodeTag, p, "", "")
			}
		case nameColon:
			if first || colon >= 0 {
				return p, colon, 0, s.fail(CodeTag, p, "", "")
			}
			colon, sum = p, 0
			p++
			next = true
			if p == len(b) {
				return p, colon, 0, short
			}
			if class := nameClass[b[p]]; class != nameStart && class != nameWide {
				return p, colon, 0, s.fail(CodeTag, p, "", "")
			}
			continue
		case nameWide:
			if !utf8.FullRune(b[p:]) {
				return p, colon, 0, short
			}
			r, n := utf8.DecodeRune(b[p:])
			if !isNameRune(r, first) {
				return p, colon, 0, s.fail(CodeTag, p, "", "")
			}
			for _, c := range b[p : p+n] {
				sum = sum*31 + uint32(c)
			}
			p += n
			continue
		default:
			if first {
				return p, colon, 0, s.fail(CodeTag, p, "", "")
			}
			return p, colon, sum, done
		}
		sum = sum*31 + uint32(c)
		p++
	}
	return p, colon, 0, short
}

// isNameRune reports whether a character past ASCII may stand in a name: XML
// 1.0 §2.3.
func isNameRune(r rune, first bool) bool {
	switch {
	case r >= 0xC0 && r <= 0x2FF:
		return r != 0xD7 && r != 0xF7
	case r >= 0x370 && r <= 0x1FFF:
		return r != 0x37E
	case r >= 0x200C && r <= 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r < 0xFFFD,
		r >= 0x10000 && r <= 0xEFFFF:
		return true
	case r == 0xFFFD: // also what invalid UTF-8 decodes to
		return false
	}
	return !first && (r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040)
}

// sumOf is the sum that qname computes.
func sumOf(local []byte) (sum uint32) {
	for _, c := range local {
		sum = sum*31 + uint32(c)
	}
	return sum
}

// matches reports whether all of s has the form f, by the rules of XML names.
func (f form) matches(s []byte) bool {
	switch f {
	case noForm, integerForm:
		return true
	case languageForm:
		return isLanguage(s)
	}
	colons := 0
	first := f != nmtokenForm
	if len(s) == 0 {
		return false
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		ok := false
		switch {
		case r == ':':
			colons++
			ok = f == nameForm || f == nmtokenForm || f == qnameForm && !first && colons == 1 && i+1 < len(s)
			if f == qnameForm {
				i++
				first = true
				if !ok {
					return false
				}
				continue
			}
		case r < utf8.RuneSelf:
			class := nameClass[r]
			ok = class == nameStart || class == nameRest && !first
		default:
			ok = isNameRune(r, first)
		}
		if !ok {
			return false
		}
		first = false
		i += n
	}
	return true
}

// isLanguage checks [a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*.
func isLanguage(s []byte) bool {
	run, part := 0, 0
	for _, c := range s {
		switch {
		case c == '-':
			if run == 0 {
				return false
			}
			run = 0
			part++
			continue
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case c >= '0' && c <= '9' && part > 0:
		default:
			return false
		}
		if run++; run > 8 {
			return false
		}
	}
	return run > 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
