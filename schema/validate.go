package schema

import (
	"bytes"
	"io"
	"sync"
)

// Validate checks the document that r reads against the schema of form; with
// Any, of the form that its document element names. It reads as it goes and
// keeps a window of the document, not the document.
//
// Everything that is wrong with the document is a violation; with Any, also
// that it is of no known form. The error is that of r; the report then says
// what was found so far.
func Validate(r io.Reader, form Form, options *Options) (*Report, error) {
	return validate(r, nil, form, options)
}

// ValidateBytes is [Validate] for a document in memory.
func ValidateBytes(doc []byte, form Form, options *Options) *Report {
	report, _ := validate(nil, doc, form, options) // there is no reader to fail
	return report
}

// Detect tells the form of a document by its document element. It reads no
// further than the start tag of that. The error is an *UnknownFormError, or an
// *InvalidError for what is not XML.
func Detect(doc []byte) (Form, error) {
	v := validators.Get().(*validator)
	defer v.release()
	v.begin(nil, doc, Any, &Options{})
	v.detecting = true
	v.run()
	if v.unknown != nil {
		return Any, v.unknown
	}
	return v.report.Form, v.report.Err()
}

// validators keeps the memory of validators for the next document.
var validators = sync.Pool{New: func() any { return new(validator) }}

func validate(r io.Reader, doc []byte, form Form, options *Options) (*Report, error) {
	if options == nil {
		options = &Options{}
	}
	v := validators.Get().(*validator)
	defer v.release()
	v.begin(r, doc, form, options)
	v.run()
	return v.report, v.err
}

// validator is the state of one validation.
type validator struct {
	scanner
	options   Options
	max       int
	table     *table
	report    *Report
	unknown   *UnknownFormError
	detecting bool
	ended     bool // the document element is complete
	signed    bool // the signature was passed over
	stopped   bool

	frames   []frame
	steps    []step
	counts   []uint32
	names    []byte // qualified names of the open elements
	bindings []binding
	prefixes []byte // of bindings
	spaces   []span // namespaces that the table does not know …
	uris     []byte // … and their names
	space    uint16 // default namespace

	hasValue bool // of the simple content being read
	copied   bool // it is in joined, else in buf at hold+from:hold+to
	from, to int
	joined   []byte
	normal   []byte // scratch of normalize
	attrText []byte // scratch of attribute values
	key      []byte // scratch of once
	seen     map[string]struct{}
}

type span struct{ from, to int }

// binding is a namespace declaration in scope.
type binding struct {
	prefix span
	space  uint16
}

// frame is an open element.
type frame struct {
	typ      *typeDef // nil: not validated
	elem     uint16
	watch    uint16
	space    uint16 // default namespace outside
	index    uint32 // place among siblings of the same name, 0 if there are none
	name     int    // start in names
	steps    int    // start in steps
	counts   int    // start in counts
	bindings int    // start in bindings
	mistakes int    // elements out of place in it
	broken   bool   // its text is wrong, which has been said
}

func (v *validator) begin(r io.Reader, doc []byte, form Form, options *Options) {
	v.scanner.reset(r, doc)
	v.options = *options
	if options.Rules != nil {
		v.limit = options.Rules.maxSize(true)
		v.noting = !options.Rules.AnyCharacter
	}
	v.max = options.Max
	if v.max <= 0 {
		v.max = 100
	}
	v.report = &Report{Form: form}
	v.table = forms[form].table
	v.unknown, v.detecting, v.ended, v.signed, v.stopped = nil, false, false, false, false
	v.frames, v.steps, v.counts, v.names = v.frames[:0], v.steps[:0], v.counts[:0], v.names[:0]
	v.bindings, v.prefixes, v.spaces, v.uris, v.space = v.bindings[:0], v.prefixes[:0], v.spaces[:0], v.uris[:0], noSpace
	v.hasValue = false
	clear(v.seen)
}

// release gives the validator back without what belongs to the caller.
func (v *validator) release() {
	v.scanner.reset(nil, nil)
	v.report, v.options, v.unknown = nil, Options{}, nil
	if cap(v.own) > maxKept || cap(v.joined) > maxKept {
		return
	}
	validators.Put(v)
}

const maxKept = 1 << 20 // bytes of a buffer worth keeping

// run reads the document.
func (v *validator) run() {
	mark, ok := v.declaration()
	if ok {
		if mark && v.options.Rules != nil {
			v.add(Violation{Code: CodeByteOrderMark, Line: 1, Column: 1})
		}
		for !v.stopped && v.next() {
		}
	}
	if p := v.problem; p.code != "" && !v.stopped {
		v.violate(p.code, p.at, p.value, p.expected)
	}
	v.report.Size = v.offset + int64(v.pos)
	v.checkSize()
}

// next reads one piece of the document; false ends reading.
func (v *validator) next() bool {
	if v.pos == len(v.buf) && !v.more() {
		if v.err == nil && !v.ended {
			v.fail(CodeUnexpectedEnd, v.pos, "", "")
		}
		return false
	}
	if v.buf[v.pos] != '<' {
		return v.characters()
	}
	if v.pos+1 == len(v.buf) && !v.cut() {
		return false
	}
	switch v.buf[v.pos+1] {
	case '/':
		if len(v.frames) == 0 {
			v.fail(CodeOutside, v.pos, "", "")
			return false
		}
		return v.endElement()
	case '?':
		if !v.instruction() {
			return false
		}
		v.takeNotes()
		return true
	case '!':
		return v.declarationOrText()
	}
	return v.startElement()
}

// violate reports a violation in the open element, at the index at of buf.
func (v *validator) violate(code Code, at int, value, expected string) {
	v.locate(min(at, v.tag.from)) // there may be more in the same tag
	line, column := v.place(at)
	v.add(Violation{Code: code, Path: v.path(), Line: line, Column: column, Value: value, Expected: expected})
}

func (v *validator) add(x Violation) {
	if len(v.report.Violations) == v.max {
		v.report.Truncated = true
		v.stopped = true
		return
	}
	v.report.Violations = append(v.report.Violations, x)
}

// detect chooses the form by the document element, whose tag has been read.
func (v *validator) detect() bool {
	t := &v.tag
	prefix := []byte(nil)
	if t.colon >= 0 {
		prefix = v.buf[t.name:t.colon]
	}
	namespace := ""
	for i := range t.attrs {
		if p, ok := v.isDeclaration(&t.attrs[i]); ok && bytes.Equal(p, prefix) {
			namespace = string(v.value(&t.attrs[i]))
		}
	}
	root := string(v.buf[localStart(t.name, t.colon):t.nameEnd])
	v.report.Form = formFor(namespace, root)
	v.table = forms[v.report.Form].table
	if v.report.Form == Any {
		v.unknown = &UnknownFormError{Root: excerpt([]byte(root)), Namespace: excerpt([]byte(namespace))}
		v.violate(CodeForm, t.from, "{"+v.unknown.Namespace+"}"+v.unknown.Root, "")
	}
	return v.report.Form != Any && !v.detecting
}
