package schema

import "bytes"

// declarationOrText reads what begins with <!.
func (v *validator) declarationOrText() bool {
	for len(v.buf)-v.pos < len("<![CDATA[") && v.more() {
	}
	switch b := v.buf[v.pos:]; {
	case bytes.HasPrefix(b, []byte("<!--")):
		if !v.comment() {
			return false
		}
		v.takeNotes()
		return true
	case bytes.HasPrefix(b, []byte("<![CDATA[")) && len(v.frames) > 0:
		from, to, ok := v.section()
		if !ok {
			return false
		}
		v.takeNotes()
		v.addText(from, to, bytes.IndexByte(v.buf[from:to], '\r') >= 0)
		return true
	case bytes.HasPrefix(b, []byte("<!DOCTYPE")):
		v.fail(CodeDoctype, v.pos, "", "")
	default:
		v.fail(CodeMarkup, v.pos, excerpt(b[:min(len(b), 9)]), "")
	}
	return false
}

// characters reads character data or a reference.
func (v *validator) characters() bool {
	if len(v.frames) == 0 {
		v.pos = v.skipSpace(v.pos)
		if v.pos < len(v.buf) && v.buf[v.pos] != '<' {
			v.fail(CodeOutside, v.pos, "", "")
			return false
		}
		return true
	}
	f := &v.frames[len(v.frames)-1]
	if v.buf[v.pos] == '&' {
		r, ok := v.reference()
		if !ok {
			return false
		}
		v.takeNotes()
		v.addRune(f, r)
		return true
	}
	if f.typ != nil && f.typ.content == elementContent {
		v.pos = v.skipSpace(v.pos)
		if v.pos == len(v.buf) || v.buf[v.pos] == '<' || v.buf[v.pos] == '&' {
			return true
		}
	}
	if f.typ == nil || f.typ.content >= mixedContent || f.broken {
		ok := v.text()
		v.takeNotes()
		return ok
	}
	if f.typ.content != simpleContent {
		v.hold = v.pos
		defer func() { v.hold = -1 }()
	}
	from := v.pos - v.hold
	if !v.text() {
		return false
	}
	v.takeNotes()
	v.addText(v.hold+from, v.pos, v.carried)
	return true
}

// addText takes the text buf[from:to] into the content of the open element.
func (v *validator) addText(from, to int, carried bool) {
	f := &v.frames[len(v.frames)-1]
	switch {
	case f.typ == nil || f.broken || f.typ.content >= mixedContent:
	case f.typ.content == simpleContent:
		v.addValue(from, to, carried)
	case f.typ.content == noContent || len(bytes.Trim(v.buf[from:to], " \t\r\n")) > 0:
		f.broken = true
		v.violate(CodeUnexpectedText, from, excerpt(bytes.TrimSpace(v.buf[from:to])), "")
	}
}

// addRune takes a reference into the content of f.
func (v *validator) addRune(f *frame, r rune) {
	switch {
	case f.typ == nil || f.broken || f.typ.content >= mixedContent:
	case f.typ.content == simpleContent:
		v.join()
		v.joined = append(v.joined, string(r)...)
	case f.typ.content == noContent || r > ' ' || !isSpace(byte(r)):
		f.broken = true
		v.violate(CodeUnexpectedText, v.tag.from, string(r), "")
	}
}

// addValue takes buf[from:to] into the value being read. The first piece stays
// where it is; a second one makes a copy.
func (v *validator) addValue(from, to int, carried bool) {
	if !v.hasValue && !carried {
		v.hasValue, v.copied = true, false
		v.from, v.to = from-v.hold, to-v.hold
		return
	}
	v.join()
	for s := v.buf[from:to]; len(s) > 0; {
		n := bytes.IndexByte(s, '\r')
		if n < 0 {
			v.joined = append(v.joined, s...)
			break
		}
		v.joined = append(append(v.joined, s[:n]...), '\n') // XML 1.0 §2.11
		s = s[n+1:]
		if len(s) > 0 && s[0] == '\n' {
			s = s[1:]
		}
	}
}

// join copies the value so far.
func (v *validator) join() {
	switch {
	case !v.hasValue:
		v.joined = v.joined[:0]
	case !v.copied:
		v.joined = append(v.joined[:0], v.buf[v.hold+v.from:v.hold+v.to]...)
	}
	v.hasValue, v.copied = true, true
}

// takeValue returns the value read, as it stands in the document.
func (v *validator) takeValue() []byte {
	switch {
	case !v.hasValue:
		return nil
	case v.copied:
		return v.joined
	}
	return v.buf[v.hold+v.from : v.hold+v.to]
}
