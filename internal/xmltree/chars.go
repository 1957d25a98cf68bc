package xmltree

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a byte may be. A byte of a character beyond ASCII is none of these but perhaps suspect.
const (
	nameStart uint8 = 1 << iota // begins a name
	nameByte                    // continues a name
	space                       // white space
	textStop                    // ends a plain run of text
	attrStop                    // ends a plain run of an attribute value
	suspect                     // no character of XML, or perhaps the first byte of U+FFFE or U+FFFF
)

// class says what each byte may be. It is never written to.
var class = func() (t [256]uint8) {
	for c := range 0x20 {
		t[c] = textStop | attrStop | suspect
	}
	t['\t'] = space | attrStop
	t['\n'] = space | attrStop
	t['\r'] = space | textStop | attrStop
	t[' '] = space
	t['<'] = textStop | attrStop
	t['&'] = textStop | attrStop
	t[']'] = textStop
	t['"'] = attrStop
	t['\''] = attrStop
	t[0xEF] = textStop | attrStop | suspect
	for c := 'a'; c <= 'z'; c++ {
		t[c] = nameStart | nameByte
		t[c-'a'+'A'] = nameStart | nameByte
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = nameByte
	}
	t['_'] = nameStart | nameByte
	t['-'] = nameByte
	t['.'] = nameByte
	return t
}()

// isNameStart reports whether a name without a colon may begin with r, a character beyond ASCII (XML 1.0 §2.3 [4]).
func isNameStart(r rune) bool {
	switch {
	case r < 0x300:
		return r >= 0xC0 && r != 0xD7 && r != 0xF7
	case r < 0x2000:
		return r >= 0x370 && r != 0x37E
	case r < 0x3001:
		return r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF
	case r < 0x10000:
		return r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD
	}
	return r <= 0xEFFFF
}

// isNameChar reports whether a name may go on with r, a character beyond ASCII (XML 1.0 §2.3 [4a]).
func isNameChar(r rune) bool {
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// isChar reports whether a reference may stand for r (XML 1.0 §2.2 [2]).
func isChar(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r < 0xE000:
		return r < 0xD800
	case r < 0x10000:
		return r < 0xFFFE
	}
	return r <= utf8.MaxRune
}

// notChar reports whether the byte at off, of class suspect, is or begins something that is no character of XML.
func (p *parser) notChar(off int) bool {
	return p.src[off] < 0x20 || strings.HasPrefix(p.src[off:], "\uFFFE") || strings.HasPrefix(p.src[off:], "\uFFFF")
}

// checkChars refuses a stretch of the document that holds something that is no character of XML.
func (p *parser) checkChars(from, to int) error {
	for i := from; i < to; i++ {
		if class[p.src[i]]&suspect != 0 && p.notChar(i) {
			return p.failChar(i)
		}
	}
	return nil
}

func (p *parser) failChar(off int) error {
	r, _ := utf8.DecodeRuneInString(p.src[off:])
	return p.fail(off, "%U is not a character that XML allows", r)
}

// skipSpace moves past white space and reports whether there was any.
func (p *parser) skipSpace() bool {
	from := p.pos
	for p.pos < len(p.src) && class[p.src[p.pos]]&space != 0 {
		p.pos++
	}
	return p.pos > from
}

// at reports whether the document goes on with s.
func (p *parser) at(s string) bool { return strings.HasPrefix(p.src[p.pos:], s) }

// atByte reports whether the next byte is c.
func (p *parser) atByte(c byte) bool { return p.pos < len(p.src) && p.src[p.pos] == c }

// name reads a name without a colon (Namespaces in XML 1.0 §3, NCName).
func (p *parser) name() (string, error) {
	from := p.pos
	i := from
	if i < len(p.src) && class[p.src[i]]&nameStart != 0 {
		for i++; i < len(p.src) && class[p.src[i]]&nameByte != 0; i++ {
		}
	}
	for i < len(p.src) && p.src[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(p.src[i:])
		if i == from && !isNameStart(r) || !isNameChar(r) {
			break
		}
		for i += size; i < len(p.src) && class[p.src[i]]&nameByte != 0; i++ {
		}
	}
	if i == from {
		return "", p.fail(i, "expected a name, found %s", p.found())
	}
	p.pos = i
	return p.src[from:i], nil
}

// qname reads a name that may have a prefix.
func (p *parser) qname() (prefix, local string, err error) {
	if local, err = p.name(); err == nil && p.atByte(':') {
		p.pos++
		prefix = local
		local, err = p.name()
	}
	return prefix, local, err
}

// found describes what stands at the current position, for an error.
func (p *parser) found() string {
	if p.pos >= len(p.src) {
		return "the end of the document"
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return strconv.QuoteRune(r)
}

// newlines ends every line with LF (XML 1.0 §2.11).
func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
