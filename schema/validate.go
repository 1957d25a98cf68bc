package schema

import (
	"bytes"
	"io"
	"sync"
)

// Options are what one may ask of a validation. A nil *Options and the zero
// Options are the defaults; options are not changed or kept.
type Options struct {
	// Max is how many violations are reported at most; 0 means 100. The
	// document is not read further once there are as many.
	Max int
	// Rules adds the ministry's rules beyond the schema. Nil: the schema alone.
	Rules *Rules
	// Signed lets an enveloped XML signature stand as the last child of the
	// document element, as in signed authentication requests and receipts. The
	// signature is no part of their schemas; it is passed over, not verified.
	Signed bool
	// Strict reads patterns by the letter of XSD, where ^ and $ are ordinary
	// characters. The patterns of the authentication schemas use them as
	// anchors, so that by the letter no PeppolId and no NipVatUe is valid;
	// KSeF, whose platform reads them as anchors, accepts them. Patterns that
	// XSD does not allow at all (\b, in version 2.0) are always read as KSeF
	// reads them.
	Strict bool
	// UTF16 counts characters past U+FFFF as two in the length of values, as
	// .NET does. XSD counts them as one.
	UTF16 bool
}

// Report is what a validation found.
type Report struct {
	// Form is the form that the document was checked against.
	Form Form
	// Violations stand in the order in which they were found, which is that
	// of the document but for those that need its end.
	Violations []Violation
	// Truncated says that Options.Max was reached: there may be more.
	Truncated bool
	// Size is the number of bytes read: the whole document, unless it is not
	// well-formed or of another form, or the report is truncated.
	Size int64
	// Invoice is what the rules of KSeF look at in an invoice.
	Invoice Invoice
}

// Invoice is what KSeF looks at in an invoice beyond its schema. Of an invalid
// document the values may be missing or wrong. Of the Peppol forms, SellerNIP
// and BuyerNIP are the first PartyTaxScheme/CompanyID without the letters PL.
type Invoice struct {
	SellerNIP     string
	BuyerNIP      string
	Number        string
	Kind          string // RodzajFaktury: "VAT", "KOR", …; InvoiceTypeCode
	IssueDate     string // YYYY-MM-DD
	HasAttachment bool
}

// Valid reports whether there are no violations.
func (r *Report) Valid() bool { return len(r.Violations) == 0 }

// Err returns nil for a valid document, and otherwise an *InvalidError.
func (r *Report) Err() error {
	if r.Valid() {
		return nil
	}
	return &InvalidError{Form: r.Form, Violations: r.Violations}
}

// InvalidError says that a document breaks its schema or the ministry's rules.
type InvalidError struct {
	Form       Form
	Violations []Violation // at least one
}

// Error implements error; it shows the first violation.
func (e *InvalidError) Error() string {
	text := "schema: not a valid " + e.Form.String() + ": " + e.Violations[0].Error()
	if e.Form == Any {
		text = "schema: not well-formed: " + e.Violations[0].Error()
	}
	if n := len(e.Violations) - 1; n > 0 {
		text += " (and more)"
	}
	return text
}

// Unwrap returns the violations.
func (e *InvalidError) Unwrap() []error {
	errs := make([]error, len(e.Violations))
	for i, v := range e.Violations {
		errs[i] = v
	}
	return errs
}

// Validate checks the document that r reads against the schema of form; with
// Any, of the form that its document element names. It reads as it goes and
// keeps a window of the document, not the document.
//
// Everything that is wrong with the document is a violation. The error is that
// of r, or an *UnknownFormError with Any; the report then says what was found
// so far.
func Validate(r io.Reader, form Form, options *Options) (*Report, error) {
	return validate(r, nil, form, options)
}

// ValidateBytes is Validate for a document in memory. With Any, a document of
// no known form has a violation with CodeForm.
func ValidateBytes(doc []byte, form Form, options *Options) *Report {
	report, err := validate(nil, doc, form, options)
	if unknown, ok := err.(*UnknownFormError); ok && report.Valid() {
		report.Violations = []Violation{{Code: CodeForm, Line: 1, Column: 1, Value: unknown.Root}}
	}
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
	switch {
	case v.err != nil:
		return v.report, v.err
	case v.unknown != nil:
		return v.report, v.unknown
	}
	return v.report, nil
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
		at := v.pos
		r, ok := v.reference()
		if !ok {
			return false
		}
		v.takeNotes()
		v.addRune(f, r, at)
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
func (v *validator) addRune(f *frame, r rune, at int) {
	switch {
	case f.typ == nil || f.broken || f.typ.content >= mixedContent:
	case f.typ.content == simpleContent:
		v.join()
		v.joined = append(v.joined, string(r)...)
	case f.typ.content == noContent || r > ' ' || !isSpace(byte(r)):
		f.broken = true
		v.violate(CodeUnexpectedText, min(at, v.pos), string(r), "")
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

// violate reports a violation in the open element, at the index at of buf.
func (v *validator) violate(code Code, at int, value, expected string) {
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
	}
	return v.report.Form != Any && !v.detecting
}
