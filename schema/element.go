package schema

import (
	"bytes"
	"strconv"
)

const signatureURI = "http://www.w3.org/2000/09/xmldsig#"

// maxMistakes is how many elements out of place are reported in one element:
// one mistake can put many out of place.
const maxMistakes = 3

// startElement reads a start tag and opens its element.
func (v *validator) startElement() bool {
	if !v.startTag() {
		return false
	}
	t := &v.tag
	switch {
	case len(v.frames) == 0 && v.ended:
		v.fail(CodeOutside, t.from, "", "")
		return false
	case len(v.frames) == maxDepth:
		v.fail(CodeLimit, t.from, "", "")
		return false
	case v.table == nil && !v.detect():
		return false
	}
	v.frames = append(v.frames, frame{name: len(v.names), counts: len(v.counts), bindings: len(v.bindings), space: v.space})
	v.names = append(v.names, v.buf[t.name:t.nameEnd]...)
	space, ok := v.resolveTag()
	if !ok {
		return false
	}
	name := v.table.find(v.buf[localStart(t.name, t.colon):t.nameEnd], t.sum, space)
	v.enterElement(name, space)
	f := &v.frames[len(v.frames)-1]
	f.steps = len(v.steps)
	if f.typ != nil {
		v.checkTag(f)
	}
	v.takeNotes()
	switch {
	case v.stopped:
		return false
	case t.closed:
		return v.closeElement(f, t.from)
	case f.typ != nil && f.typ.content == simpleContent:
		v.hold = t.from // the value and the place of its tag stay in the window
		v.hasValue = false
	}
	return true
}

// enterElement finds the declaration of the element opened last, by where it
// stands in its parent.
func (v *validator) enterElement(name, space uint16) {
	f := &v.frames[len(v.frames)-1]
	if len(v.frames) == 1 {
		v.enterRoot(f, name, space)
		return
	}
	parent := &v.frames[len(v.frames)-2]
	if parent.watch != 0 && name != 0 {
		if f.watch = v.table.child(parent.watch, name); f.watch != 0 && v.table.watches[f.watch].role == attachmentRole {
			v.report.Invoice.HasAttachment = true
		}
	}
	switch {
	case parent.typ == nil: // not validated, nor is what it contains
	case parent.typ.content == anyContent:
		v.declared(f, name, lax)
	case parent.typ.content <= simpleContent:
		if !parent.broken {
			parent.broken = true
			v.violate(CodeUnexpectedElement, v.tag.from, v.localName(f), "")
		}
	case len(v.frames) == 2 && v.options.Signed && !v.signed && v.localName(f) == "Signature" && v.uri(space) == signatureURI:
		v.signed = true
	default:
		v.enterChild(parent, f, name, space)
	}
}

func (v *validator) enterRoot(f *frame, name, space uint16) {
	info := &forms[v.report.Form]
	root := v.table.roots[info.which]
	if v.table.elements[root].name == name && name != 0 {
		f.watch = uint16(info.which) + 1
		v.declare(f, root)
		return
	}
	v.violate(CodeForm, v.tag.from, "{"+v.uri(space)+"}"+v.localName(f), "{"+info.namespace+"}"+info.root)
	v.stopped = true
}

// enterChild moves the content model of parent over the element f.
func (v *validator) enterChild(parent, f *frame, name, space uint16) {
	t := v.table
	after := v.signed && len(v.frames) == 2 // the signature
	if !after && v.advance(parent, name, space, false) {
		p := &t.particles[v.steps[len(v.steps)-1].particle]
		if p.kind == wild {
			v.declared(f, name, t.wildcards[p.term].process)
			return
		}
		v.number(parent, f, p)
		v.declare(f, p.term)
		return
	}
	var expected, missing string
	if parent.mistakes < maxMistakes {
		expected, missing = v.expected(parent), v.missing(parent)
	}
	known := v.childNamed(parent.typ, name)
	if known == nil {
		v.misplaced(parent, CodeUnexpectedElement, v.localName(f), expected)
		return
	}
	v.number(parent, f, known)
	v.declare(f, known.term)
	var last step
	if parent.steps < len(v.steps) {
		last = v.steps[len(v.steps)-1]
	}
	switch {
	case after:
		v.misplaced(parent, CodeUnexpectedElement, v.localName(f), "")
	case last.count > 1 && t.particles[last.particle].name == name:
		v.misplaced(parent, CodeTooMany, v.localName(f), strconv.Itoa(int(t.particles[last.particle].max)))
	case v.advance(parent, name, space, true):
		v.misplaced(parent, CodeMissingElement, v.localName(f), missing)
	default:
		v.misplaced(parent, CodeUnexpectedElement, v.localName(f), expected)
	}
}

// misplaced reports that the content of parent is wrong at the tag.
func (v *validator) misplaced(parent *frame, code Code, value, expected string) {
	if parent.mistakes++; parent.mistakes <= maxMistakes {
		v.violate(code, v.tag.from, value, expected)
	}
}

// childNamed finds the first leaf for the element called name in the content
// model of d, wherever it stands.
func (v *validator) childNamed(d *typeDef, name uint16) *particle {
	if d.root == 0 || name == 0 {
		return nil
	}
	for k, end := d.root, v.table.particles[d.root].end; k < end; k++ {
		if p := &v.table.particles[k]; p.kind == leaf && p.name == name {
			return p
		}
	}
	return nil
}

// number counts f among its siblings of the same name.
func (v *validator) number(parent, f *frame, p *particle) {
	n := &v.counts[parent.counts+int(p.slot)]
	*n++
	if p.repeats || *n > 1 {
		f.index = *n
	}
}

func (v *validator) declare(f *frame, element uint16) {
	f.elem = element
	f.typ = &v.table.types[v.table.elements[element].typ]
}

// declared takes the global declaration of the element, as a wildcard or
// xs:anyType asks for it.
func (v *validator) declared(f *frame, name uint16, p process) {
	global := uint16(0)
	if name != 0 {
		global = v.table.names[name].element
	}
	for which, root := range v.table.roots {
		if which != forms[v.report.Form].which && global != 0 &&
			v.table.names[v.table.elements[root].name].space == v.table.names[name].space {
			global = 0 // of another form that shares the table
		}
	}
	switch {
	case p == skip:
	case global != 0:
		v.declare(f, global)
	case p == lax:
		f.typ = &v.table.types[0]
	default:
		v.violate(CodeUndeclared, v.tag.from, v.localName(f), "")
	}
}

// endElement reads an end tag and closes its element.
func (v *validator) endElement() bool {
	f := &v.frames[len(v.frames)-1]
	if !v.endTag(v.names[f.name:]) {
		return false
	}
	at := v.tag.from
	if v.hold >= 0 {
		at = v.hold
	}
	return v.closeElement(f, at)
}

// closeElement checks what can be told at the end of the element f.
func (v *validator) closeElement(f *frame, at int) bool {
	if f.typ != nil {
		switch f.typ.content {
		case simpleContent:
			if !f.broken {
				v.checkValue(f, at)
			}
		case elementContent, mixedContent:
			if !v.complete(f) && f.mistakes < maxMistakes {
				v.violate(CodeMissingElement, at, "", v.missing(f))
			}
		}
	}
	v.hold = -1
	v.hasValue = false
	v.steps = v.steps[:f.steps]
	v.counts = v.counts[:f.counts]
	v.names = v.names[:f.name]
	if n := f.bindings; n < len(v.bindings) {
		v.prefixes = v.prefixes[:v.bindings[n].prefix.from]
		v.bindings = v.bindings[:n]
	}
	v.space = f.space
	v.frames = v.frames[:len(v.frames)-1]
	v.ended = len(v.frames) == 0
	return !v.stopped
}

// checkValue checks the value of the element f.
func (v *validator) checkValue(f *frame, at int) {
	t := v.table
	raw := v.takeValue()
	var fixed string
	if f.elem != 0 && t.elements[f.elem].fixed != 0 {
		fixed = t.texts[t.elements[f.elem].fixed]
		if len(raw) == 0 {
			return // the fixed value is also the default
		}
	}
	s := t.simples[f.typ.simple]
	value, bad := v.check(s, raw)
	switch {
	case bad.code != "":
		v.violate(bad.code, at, excerpt(value), bad.expected)
	case fixed != "" && string(value) != fixed:
		v.violate(CodeFixed, at, excerpt(value), fixed)
	case s.id:
		v.once("#", value, at)
	}
	if f.watch != 0 {
		v.watched(t.watches[f.watch].role, value, at, bad.code == "")
	}
}

// once reports a value that occurred before among those of the kind.
func (v *validator) once(kind string, value []byte, at int) {
	if v.seen == nil {
		v.seen = map[string]struct{}{}
	}
	v.key = append(append(v.key[:0], kind...), value...)
	if _, twice := v.seen[string(v.key)]; twice {
		v.violate(CodeDuplicate, at, excerpt(value), "")
		return
	}
	v.seen[string(v.key)] = struct{}{}
}

// localName returns the local name of the open element f.
func (v *validator) localName(f *frame) string {
	name := v.names[f.name:]
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return excerpt(name)
}

// path leads to the element opened last.
func (v *validator) path() string {
	var b []byte
	for i := range v.frames {
		end := len(v.names)
		if i+1 < len(v.frames) {
			end = v.frames[i+1].name
		}
		name := v.names[v.frames[i].name:end]
		if colon := bytes.IndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		b = append(append(b, '/'), excerpt(name)...)
		if n := v.frames[i].index; n > 0 {
			b = append(strconv.AppendUint(append(b, '['), uint64(n), 10), ']')
		}
	}
	return string(b)
}
