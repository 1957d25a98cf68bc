package cli

import (
	"fmt"

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
}

func (a *app) flawColumns() []column[flaw] {
	in := schema.English
	if a.say == polish {
		in = schema.Polish
	}
	return []column[flaw]{
		{"file", a.say.colFile(), func(f flaw) any { return f.file }},
		{"line", a.say.colLine(), func(f flaw) any { return f.Line }},
		{"column", a.say.colColumn(), func(f flaw) any { return f.Column }},
		{"path", a.say.colPath(), func(f flaw) any { return f.Path }},
		{"message", a.say.colMessage(), func(f flaw) any { return f.Message(in) }},
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
	err = list(a, a.flawColumns(), func(yield func(flaw, error) bool) {
		for _, d := range docs {
			report, err := a.validate(d)
			if err != nil {
				yield(flaw{}, err)
				return
			}
			if !report.Valid() {
				broken++
			}
			for _, v := range report.Violations {
				if !yield(flaw{v, d.name, report.Form}, nil) {
					return
				}
			}
		}
	})
	switch {
	case err != nil:
		return err
	case broken > 0:
		return &outcomeError{exitRejected, a.say.checkFailed(broken, len(docs)), ""}
	}
	a.note(a.say.checkPassed(len(docs)))
	return nil
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
