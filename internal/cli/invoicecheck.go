package cli

import (
	"cmp"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/schema"
)

func (a *app) newInvoiceCheck() *cobra.Command {
	return &cobra.Command{
		Use:     "check " + a.say.pathsPlaceholder(),
		Short:   a.say.invoiceCheckShort(),
		Long:    a.say.invoiceCheckLong(),
		Example: "  ksef invoice check invoice.xml\n  ksef invoice check outbox --json",
		Args:    a.someArgs(a.say.aDocument),
		RunE:    func(_ *cobra.Command, args []string) error { return a.checkInvoices(args) },
	}
}

// flaw is something wrong with a document.
type flaw struct {
	schema.Violation
	file string
	form schema.Form
	said string // what is wrong, when that is not for the schema to say
}

func (a *app) flawColumns() []column[flaw] {
	return []column[flaw]{
		{"file", a.say.colFile(), func(f flaw) any { return f.file }},
		{"line", a.say.colLine(), func(f flaw) any { return f.Line }},
		{"column", a.say.colColumn(), func(f flaw) any { return f.Column }},
		{"path", a.say.colPath(), func(f flaw) any { return f.Path }},
		{"message", a.say.colMessage(), func(f flaw) any { return cmp.Or(f.said, f.Message(a.inSchema())) }},
		{"code", "", func(f flaw) any { return string(f.Code) }},
		{"value", "", func(f flaw) any { return f.Value }},
		{"expected", "", func(f flaw) any { return f.Expected }},
		{"form", "", func(f flaw) any { return f.form.String() }},
	}
}

// checkInvoices checks documents as KSeF will, as far as that can be told from
// them alone, and lists what is wrong.
func (a *app) checkInvoices(names []string) error {
	docs, err := a.documents(names)
	if err != nil {
		return err
	}
	broken := 0
	if err := list(a, a.flawColumns(), a.flaws(docs, a.newTwins(), &broken)); err != nil {
		return err
	}
	if broken > 0 {
		return &outcomeError{exitRejected, a.say.checkFailed(broken, len(docs)), ""}
	}
	a.note(a.say.checkPassed(len(docs)))
	return nil
}

// checkBeforeSending sends nothing when a document would be rejected anyway, and
// lists why as checkInvoices does.
func (a *app) checkBeforeSending(docs []document) error {
	broken := 0
	var found []flaw
	for f, err := range a.flaws(docs, nil, &broken) {
		if err != nil {
			return err
		}
		found = append(found, f)
	}
	if broken == 0 {
		return nil
	}
	if err := list(a, a.flawColumns(), all(found)); err != nil {
		return err
	}
	return &outcomeError{exitRejected, a.say.nothingSent(a.say.checkFailed(broken, len(docs))), a.say.hintWithoutCheck()}
}

// flaws yields what is wrong with documents, and counts those with which something
// is. It warns of twins where that is not nil.
func (a *app) flaws(docs []document, twins *twins, broken *int) iter.Seq2[flaw, error] {
	return func(yield func(flaw, error) bool) {
		for _, d := range docs {
			k, err := a.kindOf(d)
			if err != nil {
				yield(flaw{}, err)
				return
			}
			if k.flaw != "" {
				*broken++
				v := schema.Violation{Code: k.code, Line: 1, Column: 1}
				if k.at != nil {
					v = *k.at
				}
				if !yield(flaw{v, d.name, k.form, k.flaw}, nil) {
					return
				}
				continue
			}
			report, err := a.validate(d)
			if err != nil {
				yield(flaw{}, err)
				return
			}
			if twins != nil {
				twins.add(d, report.Invoice)
			}
			if !report.Valid() {
				*broken++
			}
			for _, v := range report.Violations {
				if !yield(flaw{v, d.name, report.Form, ""}, nil) {
					return
				}
			}
		}
	}
}

// validate checks one document by its schema and KSeF's rules. The check digits
// of numbers do not matter in Test.
func (a *app) validate(d document) (*schema.Report, error) {
	r, err := d.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	account, err := a.account()
	if err != nil {
		return nil, err
	}
	report, err := schema.Validate(r, schema.Any, &schema.Options{
		Rules: &schema.Rules{Accepted: a.now(), AnyNIP: account.environment == ksef.Test},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.name, err)
	}
	return report, nil
}
