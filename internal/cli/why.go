package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/why"
	"github.com/ksef-go/ksef/schema"
)

type whyOptions struct {
	form     string
	original string
	limit    int
}

func (a *app) newWhy() *cobra.Command {
	var opts whyOptions
	cmd := &cobra.Command{
		Use:   "why " + a.say.filePlaceholder(),
		Short: a.say.whyShort(),
		Long:  a.say.whyLong(),
		Example: "  ksef why invoice.xml\n" +
			"  ksef why signed.xml --original request.xml\n" +
			"  ksef why batch.zip --json\n" +
			"  ksef why - < answer.json",
		Args: a.oneArg(a.say.aFile),
		RunE: func(_ *cobra.Command, args []string) error { return a.why(args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.form, "form", "", a.say.whyFormFlag())
	f.StringVar(&opts.original, "original", "", a.say.originalFlag())
	a.numberVar(f, &opts.limit, "limit", 0, noMost, a.say.whyLimitFlag())
	_ = cmd.RegisterFlagCompletionFunc("form", cobra.FixedCompletions(invoiceForms(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// why says why KSeF refuses what is in a file, without asking KSeF.
func (a *app) why(name string, opts whyOptions) error {
	o := &why.Options{Now: a.now(), Max: opts.limit}
	if environment := cmp.Or(a.flags.environment, a.variable("ENV")); environment == "" || environment == string(ksef.Test) {
		o.AnyNIP = environment != "" // asked about nothing in particular, the strictest answer is the right one
	}
	var err error
	if opts.form != "" {
		if o.Form, err = a.form(opts.form); err != nil {
			return err
		}
	}
	if opts.original != "" {
		if o.Original, err = a.readFile(opts.original); err != nil {
			return a.fault("original", opts.original, err)
		}
	}
	d, err := a.examine(name, o)
	if err != nil {
		return err
	}
	if a.flags.json {
		if err := a.writeJSON(d); err != nil {
			return err
		}
	} else {
		a.writeDiagnosis(d)
	}
	if n := len(d.Findings) + d.Omitted; n > 0 {
		text := a.say.whyRefused(n)
		switch d.Kind {
		case why.Answer:
			text = a.say.whyAnswered()
		case why.Foreign:
			return &usageError{a.say.whyForeign(), ""}
		case why.Receipt:
			text = a.say.whyProvesNothing()
		}
		return &outcomeError{exitRejected, text, ""}
	}
	return nil
}

// examine looks at a file without holding an archive in memory.
func (a *app) examine(name string, o *why.Options) (*why.Diagnosis, error) {
	if name == dash {
		all, err := io.ReadAll(a.stdin)
		if err != nil {
			return nil, err
		}
		return why.Examine(bytes.NewReader(all), int64(len(all)), o)
	}
	f, err := os.Open(a.path(name))
	if err != nil {
		return nil, a.unusable(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &usageError{a.say.notAFile(name), ""}
	}
	return why.Examine(f, info.Size(), o)
}

// writeDiagnosis writes what was found for people to read.
func (a *app) writeDiagnosis(d *why.Diagnosis) {
	if what := a.text(d.What); what != "" {
		fmt.Fprintln(a.stdout, what)
	}
	for _, f := range d.Findings {
		fmt.Fprintf(a.stdout, "\n%s %s\n", a.paint(a.stdoutTTY, red, a.place(f)), oneLine(a.text(f.Problem)))
		a.columns(func(row func(left, right string)) {
			for _, line := range []struct{ title, value string }{
				{a.say.whyWant(), a.say.words(f.Want)}, {a.say.whyGot(), a.say.words(f.Got)}, {a.say.whyByte(), byteOf(f)},
				{a.say.whyAnswer(), answerOf(f)}, {a.say.whyDo(), a.text(f.Advice)},
			} {
				if line.value != "" {
					row(line.title, oneLine(line.value))
				}
			}
		})
	}
	if d.Omitted > 0 {
		fmt.Fprintf(a.stdout, "\n%s\n", a.say.whyMore(d.Omitted))
	}
	if len(d.Findings) == 0 {
		fmt.Fprintln(a.stdout, a.paint(a.stdoutTTY, green, a.say.whyNothing()))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(a.stdout, "%s %s\n", a.paint(a.stdoutTTY, dim, "·"), oneLine(a.text(n)))
	}
}

// place is where a finding is, as editors write it: file:line:column: element.
func (a *app) place(f why.Finding) string {
	var parts []string
	if f.File != "" {
		parts = append(parts, oneLine(f.File))
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprint(f.Line))
	}
	if f.Column > 0 {
		parts = append(parts, fmt.Sprint(f.Column))
	}
	text := strings.Join(parts, ":")
	if f.Place != "" {
		text = strings.TrimSpace(text + " " + oneLine(f.Place))
	}
	if text == "" {
		return a.say.words(f.Check) + ":"
	}
	return text + ":"
}

// byteOf is the place as programs count it, from 0.
func byteOf(f why.Finding) string {
	if f.Byte == nil {
		return ""
	}
	return fmt.Sprint(*f.Byte)
}

// answerOf is what KSeF answers: an error code or a status.
func answerOf(f why.Finding) string {
	if f.Answer == 0 {
		return ""
	}
	return fmt.Sprint(f.Answer)
}

func (a *app) text(t why.Text) string { return a.say.pick(t.English, t.Polish) }

// invoiceForms are the forms of invoices as the program names them.
func invoiceForms() []string {
	var names []string
	for _, f := range schema.Forms() {
		if f.Code() != (schema.FormCode{}) {
			names = append(names, formName(f))
		}
	}
	return names
}

// formName is the name of a form without characters that a shell takes for its own: FA3, PEF_KOR3.
func formName(f schema.Form) string {
	return strings.NewReplacer("(", "", ")", "", " ", "").Replace(f.String())
}

// form finds a form by its name, with or without its parentheses.
func (a *app) form(name string) (schema.Form, error) {
	text, err := a.oneOf("form", strings.NewReplacer("(", "", ")", "", " ", "").Replace(name), invoiceForms())
	if err != nil {
		return schema.Any, err
	}
	for _, f := range schema.Forms() {
		if formName(f) == text {
			return f, nil
		}
	}
	return schema.Any, nil
}
