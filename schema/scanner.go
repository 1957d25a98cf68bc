package schema

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// Limits that no real document comes near. They bound what an enemy's document
// costs.
const (
	maxDepth      = 256      // of elements
	maxAttributes = 256      // of one element
	maxSpaces     = 1024     // namespaces that the schema does not know
	maxBindings   = 256      // prefixes in scope
	maxToken      = 16 << 20 // bytes of one tag, value, comment or CDATA section
)

const firstRead = 64 << 10

// scanner reads XML 1.0 (fifth edition) with namespaces, in UTF-8, from a
// window of bytes that moves along the document. It checks all that makes a
// document well-formed and reads no document type definition.
//
// A token is read where it stands: pos stays at its first byte until it is
// complete, and when the window ends inside it, the window grows and the token
// is read anew. The window at least doubles each time, so the work stays
// linear.
type scanner struct {
	src   io.Reader
	buf   []byte
	own   []byte // buffer to use again
	pos   int
	hold  int // an earlier byte that must stay in the window, or -1
	ended bool
	err   error // of src

	limit        int64 // size from which on src is not read, 0: none
	offset       int64 // of buf[0] in the document
	mark         int   // an index of buf at or before all tokens to come …
	line, column int   // … and its place

	tag     tag
	problem problem
	noting  bool // somebody reads notes
	notes   []note
	carried bool // the last text has a carriage return to normalise
}

// problem is what makes the document not well-formed.
type problem struct {
	code            Code
	at              int
	value, expected string
}

// note is something that only the ministry's rules object to.
type note struct {
	code         Code
	line, column int
	value        rune
}

const maxNotes = 16 // kept of one token

func (s *scanner) note(code Code, at int, value rune) {
	if !s.noting || len(s.notes) == maxNotes {
		return
	}
	s.locate(s.pos)
	line, column := s.place(at)
	s.notes = append(s.notes, note{code, line, column, value})
}

// state is how far reading a token came.
type state uint8

const (
	done  state = iota
	short       // the window ends inside the token
	wrong       // problem says why
)

func (s *scanner) reset(src io.Reader, doc []byte) {
	*s = scanner{src: src, buf: doc, own: s.own, hold: -1, ended: src == nil, line: 1, column: 1,
		tag: tag{attrs: s.tag.attrs[:0]}, notes: s.notes[:0]}
	if src != nil {
		if s.own == nil {
			s.own = make([]byte, 0, firstRead)
		}
		s.buf = s.own[:0]
	}
}

// more moves the window on and reads at least as much as it holds. It reports
// false at the end of the document.
func (s *scanner) more() bool {
	if s.ended {
		return false
	}
	keep := s.pos
	s.locate(keep)
	if s.hold >= 0 {
		keep, s.hold = s.hold, 0
	}
	held := copy(s.buf, s.buf[keep:])
	s.mark = 0
	s.pos -= keep
	s.offset += int64(keep)
	s.buf = s.buf[:held]
	if held > maxToken {
		s.ended = true
		s.fail(CodeLimit, s.pos, "", "")
		return false
	}
	if s.limit > 0 && s.offset+int64(held) > s.limit {
		s.ended = true
		s.fail(CodeSize, s.pos, "> "+strconv.FormatInt(s.limit, 10), strconv.FormatInt(s.limit, 10))
		return false
	}
	if room := 2*held + firstRead/2; cap(s.buf) < room {
		s.buf = append(make([]byte, 0, 2*room), s.buf[:held]...)
		s.own = s.buf
	}
	s.buf = s.buf[:cap(s.buf)]
	n, err := io.ReadAtLeast(s.src, s.buf[held:], max(held, 1))
	s.buf = s.buf[:held+n]
	if err != nil {
		s.ended = true
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			s.err = err
		}
	}
	return n > 0
}

// locate moves mark on to the index p, or to what is held, so that no part of
// the document is counted often.
func (s *scanner) locate(p int) {
	if s.hold >= 0 {
		p = min(p, s.hold)
	}
	if p > s.mark {
		s.line, s.column = s.place(p)
		s.mark = p
	}
}

// place returns the line and column, in characters, of the index p of buf.
func (s *scanner) place(p int) (line, column int) {
	between := s.buf[s.mark:max(p, s.mark)]
	if last := bytes.LastIndexByte(between, '\n'); last >= 0 {
		return s.line + bytes.Count(between, []byte{'\n'}), utf8.RuneCount(between[last+1:]) + 1
	}
	return s.line, s.column + utf8.RuneCount(between)
}

// fail notes the first problem and ends reading.
func (s *scanner) fail(code Code, at int, value, expected string) state {
	if s.problem.code == "" {
		s.problem = problem{code, at, value, expected}
	}
	return wrong
}

// cut is the answer to a window that ends inside a token: a longer window, or
// the end of the document.
func (s *scanner) cut() bool {
	if s.more() {
		return true
	}
	if s.err == nil {
		s.fail(CodeUnexpectedEnd, len(s.buf), "", "")
	}
	return false
}

// complete reads a token, with as much of the document as it takes.
func (s *scanner) complete(read func(*scanner) state) bool {
	for {
		switch read(s) {
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

// Classes of bytes in text.
const (
	plain    uint8 = iota
	stop           // < and &
	carriage       // \r
	bracket        // ]
	other          // needs char
)

// textClass classes the bytes of character data.
var textClass = func() (class [256]uint8) {
	for c := range class {
		if c < 0x20 || c >= 0x7F {
			class[c] = other
		}
	}
	class['\t'], class['\n'] = plain, plain
	class['\r'] = carriage
	class['<'], class['&'] = stop, stop
	class[']'] = bracket
	return class
}()

// text reads character data up to the next < or &, or the end of the document.
func (s *scanner) text() bool {
	s.carried = false
	for {
		b, p := s.buf, s.pos
		for p < len(b) && textClass[b[p]] == plain {
			p++
		}
		s.pos = p
		if p == len(b) {
			if !s.more() {
				return s.problem.code == "" && s.err == nil
			}
			continue
		}
		switch textClass[b[p]] {
		case stop:
			return true
		case carriage:
			s.carried = true
			s.pos++
		case bracket:
			if len(b)-p < 3 && s.more() {
				continue
			}
			if bytes.HasPrefix(s.buf[s.pos:], []byte("]]>")) {
				s.fail(CodeMarkup, s.pos, "]]>", "")
				return false
			}
			s.pos++
		default:
			n, st := s.char(p)
			if st == wrong || st == short && !s.cut() {
				return false
			}
			s.pos += n
		}
	}
}

// char checks the character at p and returns its length.
func (s *scanner) char(p int) (int, state) {
	c := s.buf[p]
	if c >= 0xC3 && c < 0xE0 && p+1 < len(s.buf) && s.buf[p+1]&0xC0 == 0x80 {
		return 2, done // letters of Latin scripts and others up to U+07FF
	}
	if c < utf8.RuneSelf {
		if c == 0x7F {
			s.note(CodeDiscouraged, p, 0x7F)
		} else if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return 0, s.fail(CodeCharacter, p, codePoint(rune(c)), "")
		}
		return 1, done
	}
	if !utf8.FullRune(s.buf[p:]) {
		return 0, short
	}
	r, n := utf8.DecodeRune(s.buf[p:])
	if r == utf8.RuneError && n <= 1 {
		return 0, s.fail(CodeEncoding, p, "", "UTF-8")
	}
	return n, s.allow(r, p)
}

// allow checks a character from U+0080 on, written or referred to at p.
func (s *scanner) allow(r rune, p int) state {
	switch {
	case r == 0xFFFE, r == 0xFFFF:
		return s.fail(CodeCharacter, p, codePoint(r), "")
	case r < 0xA0 && r >= 0x7F && r != 0x85, r >= 0xFDD0 && r <= 0xFDEF, r > 0xFFFF && r&0xFFFE == 0xFFFE:
		s.note(CodeDiscouraged, p, r)
	}
	return done
}

// chars checks the characters of buf[from:to].
func (s *scanner) chars(from, to int) state {
	for p := from; p < to; {
		if textClass[s.buf[p]] != other {
			p++
			continue
		}
		n, st := s.char(p)
		if st != done {
			return s.fail(CodeEncoding, p, "", "UTF-8") // unless char said what
		}
		p += n
	}
	return done
}

// reference reads a character or entity reference at pos and leaves its place
// in tag.from.
func (s *scanner) reference() (rune, bool) {
	for {
		r, n, st := s.referenceAt(s.pos)
		switch {
		case st == done:
			s.tag.from = s.pos
			s.pos += n
			return r, true
		case st == wrong || !s.cut():
			return 0, false
		}
	}
}

// referenceAt reads the reference at p and returns its length.
func (s *scanner) referenceAt(p int) (rune, int, state) {
	b := s.buf[p:]
	n := 1
	for ; n < len(b) && b[n] != ';'; n++ {
		if n == maxReference || nameClass[b[n]] == notName && b[n] != '#' {
			return 0, 0, s.fail(CodeReference, p, excerpt(b[:n]), "")
		}
	}
	if n == len(b) {
		return 0, 0, short
	}
	name := b[1:n]
	switch string(name) {
	case "amp":
		return '&', n + 1, done
	case "lt":
		return '<', n + 1, done
	case "gt":
		return '>', n + 1, done
	case "quot":
		return '"', n + 1, done
	case "apos":
		return '\'', n + 1, done
	}
	r, ok := number(name)
	if !ok {
		return 0, 0, s.fail(CodeReference, p, excerpt(b[:n+1]), "")
	}
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || !utf8.ValidRune(r) {
		return 0, 0, s.fail(CodeCharacter, p, codePoint(r), "")
	}
	return r, n + 1, s.allow(r, p)
}

const maxReference = 64 // bytes; leading zeros are allowed

// number reads #123 or #x1F. Numbers past Unicode come back as such.
func number(name []byte) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, false
	}
	r := rune(0)
	for _, c := range digits {
		d := rune(99)
		switch {
		case c >= '0' && c <= '9':
			d = rune(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			d = rune(c|0x20-'a') + 10
		}
		if d >= base {
			return 0, false
		}
		r = min(r*base+d, utf8.MaxRune+1)
	}
	return r, true
}
