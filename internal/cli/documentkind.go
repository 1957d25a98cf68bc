package cli

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/schema"
)

// headSize is how much of a document is read to see what it is.
const headSize = 64 << 10

// kind is what the beginning of a document tells of it.
type kind struct {
	form schema.Form
	head []byte            // that beginning, of an invoice
	code schema.Code       // of what keeps it from being an invoice; "" when it is one
	flaw string            // the same in plain words
	at   *schema.Violation // where XML ends to be that, when it does
}

// invoice is the invoice, as far as its beginning goes.
func (k kind) invoice() schema.Invoice { return schema.ValidateBytes(k.head, k.form, nil).Invoice }

// kindOf looks what a document is.
func (a *app) kindOf(d document) (kind, error) {
	r, err := d.open()
	if err != nil {
		return kind{}, a.unusable(err)
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, headSize))
	if err != nil {
		return kind{}, err
	}
	form, err := schema.Detect(head)
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	unknown, none := errors.AsType[*schema.UnknownFormError](err)
	switch {
	case len(text) == 0:
		return kind{code: schema.CodeUnexpectedEnd, flaw: a.say.documentEmpty()}, nil
	case form == schema.UPO, none && unknown.Root == schema.UPO.Root(): // of whichever version
		return kind{form: form, code: schema.CodeForm, flaw: a.say.documentIsReceipt()}, nil
	case none && unknown.Root != "":
		return kind{code: schema.CodeForm, flaw: a.say.documentUnknown(unknown.Root, unknown.Namespace)}, nil
	case err != nil:
		k := kind{code: schema.CodeMarkup, flaw: a.say.documentNotXML()}
		if invalid, ok := errors.AsType[*schema.InvalidError](err); ok {
			k.at = &invalid.Violations[0]
			if k.code = k.at.Code; text[0] == '<' || isUTF16(head) {
				k.flaw = a.say.documentBadXML(k.at.Message(a.inSchema()))
			}
		}
		return k, nil
	case form.Code() == (schema.FormCode{}):
		return kind{form: form, code: schema.CodeForm, flaw: a.say.notAnInvoice(form.String())}, nil
	}
	return kind{form: form, head: head}, nil
}

// isUTF16 tells XML in the encoding of some Windows programs, which KSeF does not take.
func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// inSchema is the language of messages about documents.
func (a *app) inSchema() schema.Language {
	if a.say == polish {
		return schema.Polish
	}
	return schema.English
}

// sortOut notes which of the documents are no invoices, and returns the form of
// the others: a session takes those of one form.
func (a *app) sortOut(docs []document) (ksef.FormCode, error) {
	var common schema.Form
	var of string
	twins := a.newTwins()
	for i := range docs {
		k, err := a.kindOf(docs[i])
		if err != nil {
			return ksef.FormCode{}, err
		}
		if docs[i].flaw = k.flaw; k.flaw != "" {
			continue
		}
		if of == "" {
			common, of = k.form, docs[i].name
		}
		if k.form != common {
			return ksef.FormCode{}, &usageError{a.say.mixedForms(of, common.String(), docs[i].name, k.form.String()), ""}
		}
		twins.add(docs[i], k.invoice())
	}
	code := common.Code()
	return ksef.FormCode{System: code.SystemCode, Schema: code.SchemaVersion, Value: code.Value}, nil
}

// fit are the documents that are invoices.
func fit(docs []document) (out []document) {
	for _, d := range docs {
		if d.flaw == "" {
			out = append(out, d)
		}
	}
	return out
}

// twins notices documents that KSeF takes for the same invoice: those of one
// seller, kind and number (ksef-docs faktury/weryfikacja-faktury.md).
type twins struct {
	*app
	seen map[[3]string]document
}

func (a *app) newTwins() *twins { return &twins{a, map[[3]string]document{}} }

// add warns when another document, with other content, was the same invoice.
func (t *twins) add(d document, i schema.Invoice) {
	number := strings.TrimSpace(i.Number)
	if i.SellerNIP == "" || number == "" {
		return
	}
	key := [3]string{i.SellerNIP, i.Kind, number}
	first, ok := t.seen[key]
	if !ok {
		t.seen[key] = d
		return
	}
	one, err := first.hash()
	other, err2 := d.hash()
	if errors.Join(err, err2) == nil && one != other { // who cannot be read is no twin
		t.note(oneLine(t.say.twins(first.name, d.name, number)))
	}
}
