package schema

import (
	"bytes"
	"unicode/utf8"
)

// tag is the start tag read last; its positions are indexes of buf.
type tag struct {
	from, name, colon, nameEnd int
	sum                        uint32 // of the local name
	closed                     bool   // an empty-element tag
	attrs                      []attr
}

// attr is an attribute as written.
type attr struct {
	name, colon, nameEnd int // colon < 0: no prefix
	value, valueEnd      int
	sum                  uint32
	verbatim             bool // the value is what is written
	space                uint16
	id                   uint16 // name in the table
}

func (a *attr) local() int { return localStart(a.name, a.colon) }

func localStart(name, colon int) int {
	if colon < 0 {
		return name
	}
	return colon + 1
}

// startTag reads the start tag at pos; pos then stands after it.
func (s *scanner) startTag() bool { return s.complete((*scanner).readStartTag) }

func (s *scanner) readStartTag() state {
	t := &s.tag
	t.attrs = t.attrs[:0]
	t.from, t.name = s.pos, s.pos+1
	s.notes = s.notes[:0]
	var st state
	if t.nameEnd, t.colon, t.sum, st = s.qname(t.name); st != done {
		return st
	}
	p := t.nameEnd
	for {
		before := p
		for p < len(s.buf) && isSpace(s.buf[p]) {
			p++
		}
		if p+1 >= len(s.buf) && (p >= len(s.buf) || s.buf[p] == '/') {
			return short
		}
		switch c := s.buf[p]; {
		case c == '>':
			t.closed = false
			s.pos = p + 1
			return done
		case c == '/' && s.buf[p+1] == '>':
			t.closed = true
			s.pos = p + 2
			return done
		case p == before:
			return s.fail(CodeTag, p, "", "")
		}
		if len(t.attrs) == maxAttributes {
			return s.fail(CodeLimit, p, "", "")
		}
		if p, st = s.attribute(p); st != done {
			return st
		}
	}
}

// attribute reads one attribute at p and returns where it ends.
func (s *scanner) attribute(p int) (int, state) {
	a := attr{name: p, verbatim: true}
	var st state
	if a.nameEnd, a.colon, a.sum, st = s.qname(p); st != done {
		return p, st
	}
	p = s.skipSpace(a.nameEnd)
	if p == len(s.buf) {
		return p, short
	}
	if s.buf[p] != '=' {
		return p, s.fail(CodeTag, p, "", "")
	}
	p = s.skipSpace(p + 1)
	if p == len(s.buf) {
		return p, short
	}
	quote := s.buf[p]
	if quote != '"' && quote != '\'' {
		return p, s.fail(CodeTag, p, "", "")
	}
	p++
	a.value = p
	for {
		if p == len(s.buf) {
			return p, short
		}
		switch c := s.buf[p]; {
		case c == quote:
			a.valueEnd = p
			s.tag.attrs = append(s.tag.attrs, a)
			return p + 1, done
		case c == '<':
			return p, s.fail(CodeTag, p, "", "")
		case c == '&':
			a.verbatim = false
			_, n, st := s.referenceAt(p)
			if st != done {
				return p, st
			}
			p += n
		case c == '\t' || c == '\n' || c == '\r':
			a.verbatim = false
			p++
		case textClass[c] == other:
			n, st := s.char(p)
			if st != done {
				return p, st
			}
			p += n
		default:
			p++
		}
	}
}

// appendValue appends the value of a as an application sees it: XML 1.0 §3.3.3.
func (s *scanner) appendValue(dst []byte, a *attr) []byte {
	for p := a.value; p < a.valueEnd; {
		switch c := s.buf[p]; c {
		case '&':
			r, n, _ := s.referenceAt(p)
			dst = utf8.AppendRune(dst, r)
			p += n
		case '\r':
			if p+1 < a.valueEnd && s.buf[p+1] == '\n' {
				p++
			}
			dst = append(dst, ' ')
			p++
		case '\t', '\n':
			dst = append(dst, ' ')
			p++
		default:
			dst = append(dst, c)
			p++
		}
	}
	return dst
}

func (s *scanner) skipSpace(p int) int {
	for p < len(s.buf) && isSpace(s.buf[p]) {
		p++
	}
	return p
}

// endTag reads the end tag at pos, which must carry the name open. It leaves
// its place in tag.from.
func (s *scanner) endTag(open []byte) bool {
	for {
		switch s.readEndTag(open) {
		case done:
			return true
		case wrong:
			return false
		}
		if !s.cut() {
			return false
		}
	}
}

func (s *scanner) readEndTag(open []byte) state {
	from := s.pos + 2
	end := from + len(open)
	s.tag.from = s.pos
	if end < len(s.buf) && s.buf[end] == '>' && bytes.Equal(s.buf[from:end], open) {
		s.pos = end + 1
		return done
	}
	end, _, _, st := s.qname(from)
	if st != done {
		return st
	}
	p := s.skipSpace(end)
	switch {
	case p == len(s.buf):
		return short
	case s.buf[p] != '>':
		return s.fail(CodeTag, p, "", "")
	case !bytes.Equal(s.buf[from:end], open):
		return s.fail(CodeEndTag, s.pos, excerpt(s.buf[from:end]), excerpt(open))
	}
	s.pos = p + 1
	return done
}

// comment reads the comment at pos.
func (s *scanner) comment() bool {
	return s.complete(func(s *scanner) state {
		b := s.buf[s.pos:]
		n := bytes.Index(b[min(4, len(b)):], []byte("--"))
		if n < 0 || len(b) < 4+n+3 {
			return short
		}
		if b[4+n+2] != '>' {
			return s.fail(CodeMarkup, s.pos+4+n, "--", "-->")
		}
		st := s.chars(s.pos+4, s.pos+4+n)
		s.pos += 4 + n + 3
		return st
	})
}

// instruction reads the processing instruction at pos.
func (s *scanner) instruction() bool {
	return s.complete(func(s *scanner) state {
		end, _, _, st := s.qname(s.pos + 2)
		if st != done {
			return st
		}
		if bytes.EqualFold(s.buf[s.pos+2:end], []byte("xml")) {
			return s.fail(CodeDeclaration, s.pos, "", "")
		}
		n := bytes.Index(s.buf[end:], []byte("?>"))
		switch {
		case n < 0:
			return short
		case n > 0 && !isSpace(s.buf[end]):
			return s.fail(CodeMarkup, end, "", "?>")
		}
		s.note(CodeInstruction, s.pos, 0)
		st = s.chars(end, end+n)
		s.pos = end + n + 2
		return st
	})
}

// section reads the CDATA section at pos and returns the limits of its text,
// which may hold carriage returns.
func (s *scanner) section() (from, to int, ok bool) {
	const open = len("<![CDATA[")
	ok = s.complete(func(s *scanner) state {
		n := bytes.Index(s.buf[min(s.pos+open, len(s.buf)):], []byte("]]>"))
		if n < 0 {
			return short
		}
		from, to = s.pos+open, s.pos+open+n
		st := s.chars(from, to)
		s.pos = to + 3
		return st
	})
	return from, to, ok
}

// declaration reads the byte order mark and the XML declaration at the start
// of the document. mark tells that there is a byte order mark.
func (s *scanner) declaration() (mark, ok bool) {
	const longest = "\xEF\xBB\xBF<?xml "
	for len(s.buf) < len(longest) && s.more() {
	}
	if bytes.HasPrefix(s.buf, []byte("\xFF\xFE")) || bytes.HasPrefix(s.buf, []byte("\xFE\xFF")) {
		s.fail(CodeEncoding, 0, "UTF-16", "UTF-8")
		return false, false
	}
	if mark = bytes.HasPrefix(s.buf, []byte("\xEF\xBB\xBF")); mark {
		s.pos, s.mark = 3, 3 // it has no column
	}
	if b := s.buf[s.pos:]; len(b) < 6 || string(b[:5]) != "<?xml" || !isSpace(b[5]) {
		return mark, s.err == nil
	}
	return mark, s.complete((*scanner).readDeclaration)
}

func (s *scanner) readDeclaration() state {
	n := bytes.Index(s.buf[s.pos:], []byte("?>"))
	if n < 0 {
		return short
	}
	rest := s.buf[s.pos+5 : s.pos+n]
	seen := 0 // version, encoding, standalone: in this order, version always
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			break
		}
		name, value, ok := bytes.Cut(trimmed, []byte("="))
		name, value = bytes.TrimSpace(name), bytes.TrimLeft(value, " \t\r\n")
		if !ok || len(trimmed) == len(rest) || len(value) < 2 || value[0] != '"' && value[0] != '\'' {
			return s.fail(CodeDeclaration, s.pos, "", "")
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return s.fail(CodeDeclaration, s.pos, "", "")
		}
		value, rest = value[1:1+end], value[2+end:]
		switch {
		case string(name) == "version" && seen == 0:
			if string(value) != "1.0" {
				return s.fail(CodeDeclaration, s.pos, excerpt(value), "1.0")
			}
			seen = 1
		case string(name) == "encoding" && seen == 1:
			if !bytes.EqualFold(value, []byte("utf-8")) {
				return s.fail(CodeEncoding, s.pos, excerpt(value), "UTF-8")
			}
			seen = 2
		case string(name) == "standalone" && (seen == 1 || seen == 2):
			if string(value) != "yes" && string(value) != "no" {
				return s.fail(CodeDeclaration, s.pos, excerpt(value), "yes, no")
			}
			seen = 3
		default:
			return s.fail(CodeDeclaration, s.pos, excerpt(name), "")
		}
	}
	if seen == 0 {
		return s.fail(CodeDeclaration, s.pos, "", "version")
	}
	s.pos += n + 2
	return done
}
