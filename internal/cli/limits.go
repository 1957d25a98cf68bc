package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newLimits() *cobra.Command {
	cmd := a.group("limits", a.say.limitsShort(),
		a.newLimitsShow("context", a.say.limitsContextShort(), a.showContextLimits),
		a.newLimitsShow("subject", a.say.limitsSubjectShort(), a.showSubjectLimits),
		a.newLimitsShow("rates", a.say.limitsRatesShort(), a.showRates),
		a.newLimitsPlan(),
		a.newLimitsSet(),
		a.newLimitsReset(),
	)
	group := cmd.RunE
	cmd.Long = a.say.limitsLong()
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return group(cmd, args)
		}
		return a.authenticated(cmd.Context(), a.showLimits)
	}
	return a.withProof(cmd)
}

func (a *app) newLimitsShow(name, short string, run func(context.Context, *signedIn) error) *cobra.Command {
	return &cobra.Command{
		Use:   name,
		Short: short,
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authenticated(cmd.Context(), run) },
	}
}

// allLimits are the answers to the three questions about limits, in KSeF's own
// form: what is printed as JSON can be changed and set.
type allLimits struct {
	Context *ksef.ContextLimits `json:"context"`
	Subject subjectLimits       `json:"subject"`
	Rates   ksef.RateLimits     `json:"rates"`
}

// subjectLimits are the limits of who is signed in; null is what KSeF does not
// tell.
type subjectLimits struct {
	Enrollments  *int `json:"enrollments"`
	Certificates *int `json:"certificates"`
}

// showLimits shows all limits: three tables, or one object.
func (a *app) showLimits(ctx context.Context, s *signedIn) error {
	if !a.flags.json {
		return errors.Join(a.showContextLimits(ctx, s), a.showSubjectLimits(ctx, s), a.showRates(ctx, s))
	}
	var all allLimits
	var err error
	if all.Context, err = s.Limits.Context(ctx); err != nil {
		return err
	}
	subject, err := s.Limits.Subject(ctx)
	if err != nil {
		return err
	}
	all.Subject = subjectLimits(*subject)
	if all.Rates, err = s.Limits.Rates(ctx); err != nil {
		return err
	}
	return a.writeJSON(all)
}

// contextLimit is what is allowed of one kind of work; nil is what has no such
// limit.
type contextLimit struct {
	of                       string
	invoiceMB, attachmentsMB *int
	invoices                 int
}

func (a *app) showContextLimits(ctx context.Context, s *signedIn) error {
	limits, err := s.Limits.Context(ctx)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.writeJSON(limits)
	}
	rows := []contextLimit{
		{"onlineSession", &limits.Online.InvoiceMB, &limits.Online.AttachmentInvoiceMB, limits.Online.Invoices},
		{"batchSession", &limits.Batch.InvoiceMB, &limits.Batch.AttachmentInvoiceMB, limits.Batch.Invoices},
	}
	if n := limits.CollectiveIdentifier.Invoices; n > 0 {
		rows = append(rows, contextLimit{of: "collectiveIdentifier", invoices: n})
	}
	return list(a, []column[contextLimit]{
		{"limit", a.say.colLimitOf(), func(l contextLimit) any { return l.of }},
		{"invoiceMB", a.say.colInvoiceMB(), func(l contextLimit) any { return number(l.invoiceMB) }},
		{"attachmentInvoiceMB", a.say.colAttachmentMB(), func(l contextLimit) any { return number(l.attachmentsMB) }},
		{"invoices", a.say.colInvoices(), func(l contextLimit) any { return l.invoices }},
	}, all(rows))
}

// number is a number that may be absent.
func number(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func (a *app) showSubjectLimits(ctx context.Context, s *signedIn) error {
	limits, err := s.Limits.Subject(ctx)
	if err != nil {
		return err
	}
	return show(a, []column[*ksef.SubjectLimits]{
		{"enrollments", a.say.colEnrollments(), func(l *ksef.SubjectLimits) any { return number(l.Enrollments) }},
		{"certificates", a.say.colCertificates(), func(l *ksef.SubjectLimits) any { return number(l.Certificates) }},
	}, limits)
}

func (a *app) showRates(ctx context.Context, s *signedIn) error {
	rates, err := s.Limits.Rates(ctx)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.writeJSON(rates)
	}
	return list(a, []column[ksef.RateGroup]{
		{"group", a.say.colGroup(), func(g ksef.RateGroup) any { return string(g) }},
		{"perSecond", a.say.colPerSecond(), func(g ksef.RateGroup) any { return a.rate(rates[g].PerSecond) }},
		{"perMinute", a.say.colPerMinute(), func(g ksef.RateGroup) any { return a.rate(rates[g].PerMinute) }},
		{"perHour", a.say.colPerHour(), func(g ksef.RateGroup) any { return a.rate(rates[g].PerHour) }},
	}, all(slices.Sorted(maps.Keys(rates))))
}

// rate is a number of requests; people are not shown -1 for any number.
func (a *app) rate(n int) any {
	if n < 0 && a.stdoutTTY {
		return a.say.unlimited()
	}
	return n
}

// readJSON reads the file that --file names into v, and refuses members that v does not have:
// a limit that is misspelt is not one that is left alone.
func (a *app) readJSON(name string, v any) error {
	text, err := a.readFile(name)
	if err != nil {
		return a.fault("file", name, err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return a.notMeant("file", name, a.say.notLimits(a.say.errorText(err)))
	}
	return nil
}
