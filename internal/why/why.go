// Package why says why KSeF refuses something: a signed login, an invoice, a
// receipt, a batch archive, or an answer that says no. It looks with the eyes of
// the sandbox, whose checks it calls, and adds what to do about it.
//
// It judges what is there by itself. Whether a challenge is still good, who holds
// which permission and what has been sent before, only KSeF knows.
package why

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/schema"
)

// Text is a sentence in both languages.
type Text struct {
	English string `json:"en"`
	Polish  string `json:"pl"`
}

// format makes a text with the same arguments in both languages.
func format(english, polish string, args ...any) Text {
	return Text{fmt.Sprintf(english, args...), fmt.Sprintf(polish, args...)}
}

// Kind is what was examined.
type Kind string

// The kinds.
const (
	Login   Kind = "login"   // a signed AuthTokenRequest
	Invoice Kind = "invoice" // of whichever form
	Receipt Kind = "receipt" // a UPO
	Archive Kind = "archive" // a batch of invoices, before encryption
	Answer  Kind = "answer"  // the body of a refusal, or a status, in JSON
	Foreign Kind = "foreign" // what somebody else than KSeF answered, in JSON or HTML
	Unknown Kind = "unknown"
)

// Diagnosis is what was found.
type Diagnosis struct {
	Kind      Kind      `json:"kind"`
	What      Text      `json:"what"`                // what it is, as far as it can be believed
	Documents int       `json:"documents,omitempty"` // looked at, in an archive
	Findings  []Finding `json:"findings"`            // why it is refused; none: nothing speaks against it
	Omitted   int       `json:"omitted,omitempty"`   // further findings, beyond Options.Max
	Notes     []Text    `json:"notes,omitempty"`     // what is no fault and can become one
}

// Finding is a reason to refuse.
type Finding struct {
	File   string `json:"file,omitempty"`   // in an archive
	Check  string `json:"check"`            // what failed: "digest", "pattern", "21111"
	Answer int    `json:"answer,omitempty"` // what KSeF says: an error code (five digits) or a status (three)
	Place  string `json:"place,omitempty"`  // the element at fault
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1, in characters
	Byte   *int64 `json:"byte,omitempty"`   // from 0, where that says more
	Want   string `json:"want,omitempty"`
	Got    string `json:"got,omitempty"`

	Problem Text `json:"problem"`
	Advice  Text `json:"advice"`
}

// Options adjusts an examination. A nil *Options means the defaults.
type Options struct {
	Form     schema.Form // that the session was opened for; Any for that of the first invoice
	Original []byte      // the document as it was before it was signed, to find what changed
	AnyNIP   bool        // leave out check digits, as the test environment does
	Now      time.Time   // zero for now
	Max      int         // findings to keep; 0 for 100
}

// maxDocument bounds what is read as one document: several times the largest that KSeF takes.
const maxDocument = 64 << 20

// Examine looks at size bytes of r. Its error is that of r; whatever is wrong with
// the content is a finding.
func Examine(r io.ReaderAt, size int64, opts *Options) (*Diagnosis, error) {
	x := newExamination(opts)
	if _, err := archive.Detect(r); err == nil {
		return x.archive(r, size)
	} else if _, content := errors.AsType[*archive.Error](err); !content {
		return nil, err
	}
	if size > maxDocument {
		x.kind(Unknown, format("%d bytes, too many for a document", "%d bajtów, za dużo na dokument", size))
		x.find(Finding{Check: "size", Got: fmt.Sprint(size), Want: fmt.Sprint(maxDocument), Problem: tooBig, Advice: adviceSize})
		return x.done(), nil
	}
	doc := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), doc); err != nil {
		return nil, err
	}
	x.document(doc)
	return x.done(), nil
}

// document examines what is no archive.
func (x *examination) document(doc []byte) {
	text := bytes.TrimLeft(bytes.TrimPrefix(doc, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		x.answer(text)
	case !bytes.HasPrefix(text, []byte("<")):
		x.foreign(doc)
	case isHTML(text):
		x.page()
	default:
		switch form, signed := recognise(doc); {
		case form == schema.UPO:
			x.receipt(doc)
		case signed, form == schema.AuthTokenRequest20, form == schema.AuthTokenRequest21:
			x.login(doc)
		default:
			x.kind(Invoice, Text{})
			x.invoice("", doc)
		}
	}
}

// isHTML tells a page for people from a document.
func isHTML(text []byte) bool {
	begin := bytes.ToLower(text[:min(len(text), 16)])
	return bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html"))
}

// page is about what gateways answer instead of KSeF.
func (x *examination) page() {
	x.kind(Foreign, Text{"a web page (HTML)", "strona internetowa (HTML)"})
	x.find(Finding{
		Check: "HTML", Problem: Text{"KSeF answers with JSON and XML: something before it answered instead", "KSeF odpowiada w JSON i XML: odpowiedziało coś, co stoi przed nim"},
		Advice: Text{"read the page: a proxy, a firewall or a maintenance announcement; ksef status tells whether KSeF works", "przeczytaj stronę: to serwer pośredniczący, zapora albo zapowiedź przerwy; ksef status mówi, czy KSeF działa"},
	})
}

// recognise tells the form of an XML document, and whether a signature stands around it.
func recognise(doc []byte) (form schema.Form, enveloping bool) {
	form, err := schema.Detect(doc)
	unknown, ok := errors.AsType[*schema.UnknownFormError](err)
	return form, ok && unknown.Namespace == "http://www.w3.org/2000/09/xmldsig#"
}

// foreign is about octets that are neither an archive nor text that KSeF takes.
func (x *examination) foreign(doc []byte) {
	x.kind(Unknown, format("%d bytes that begin with %q", "%d bajtów, które zaczynają się od %q", len(doc), doc[:min(len(doc), 8)]))
	f := Finding{
		Check: "kind", Problem: Text{"it is no XML, no JSON, no zip and no tar.gz", "to nie jest XML, JSON, zip ani tar.gz"},
		Advice: Text{"give the document itself, as it was before it was encoded or encrypted", "podaj sam dokument, sprzed zakodowania lub zaszyfrowania"},
	}
	switch {
	case len(doc) == 0:
		x.out.What = Text{"an empty file", "pusty plik"}
	case len(doc)%16 == 0:
		f.Advice = Text{
			"the size is a multiple of 16, as of what AES-CBC encrypted: give the document or archive as it was before encryption",
			"rozmiar jest wielokrotnością 16, jak po szyfrowaniu AES-CBC: podaj dokument lub archiwum sprzed szyfrowania",
		}
	}
	x.find(f)
}

// examination gathers a diagnosis.
type examination struct {
	Options
	out Diagnosis
}

func newExamination(opts *Options) *examination {
	x := &examination{out: Diagnosis{Findings: []Finding{}}}
	if opts != nil {
		x.Options = *opts
	}
	if x.Now.IsZero() {
		x.Now = time.Now()
	}
	if x.Max <= 0 {
		x.Max = 100
	}
	return x
}

func (x *examination) kind(k Kind, what Text) { x.out.Kind, x.out.What = k, what }

func (x *examination) find(f Finding) {
	if len(x.out.Findings) == x.Max {
		x.out.Omitted++
		return
	}
	x.out.Findings = append(x.out.Findings, f)
}

func (x *examination) note(t Text) { x.out.Notes = append(x.out.Notes, t) }

func (x *examination) done() *Diagnosis { return &x.out }
