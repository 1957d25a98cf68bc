package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newSession() *cobra.Command {
	return a.withProof(a.group("session", a.say.sessionShort(),
		a.newSessionList(),
		a.newSessionShow(),
		a.newSessionInvoices(),
		a.newSessionUPO(),
		a.newSessionClose(),
	))
}

type sessionListOptions struct {
	kind     string
	statuses []string
	from, to string
	limit    int
}

func sessionStages() []string {
	return texts([]ksef.SessionStage{ksef.SessionInProgress, ksef.SessionSucceeded, ksef.SessionFailed, ksef.SessionCancelled})
}

func (a *app) newSessionList() *cobra.Command {
	var opts sessionListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.sessionListShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listSessions(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.kind, "type", "", a.say.sessionTypeFlag())
	f.StringSliceVar(&opts.statuses, "status", nil, a.say.sessionStatusFlag())
	f.StringVar(&opts.from, "from", "", a.say.createdFromFlag())
	f.StringVar(&opts.to, "to", "", a.say.createdToFlag())
	a.limitVar(f, &opts.limit)
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions([]string{"online", "batch"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(sessionStages(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) listSessions(ctx context.Context, opts sessionListOptions) error {
	q := ksef.SessionQuery{ListOptions: ksef.ListOptions{PageSize: 100}}
	var err error
	if q.CreatedFrom, err = a.moment("from", opts.from); err != nil {
		return err
	}
	if q.CreatedTo, err = a.moment("to", opts.to); err != nil {
		return err
	}
	for _, text := range opts.statuses {
		stage, err := a.oneOf("status", text, sessionStages())
		if err != nil {
			return err
		}
		q.Stages = append(q.Stages, ksef.SessionStage(stage))
	}
	types := []ksef.SessionType{ksef.OnlineType, ksef.BatchType}
	if opts.kind != "" {
		kind, err := a.oneOf("type", opts.kind, texts(types))
		if err != nil {
			return err
		}
		types = []ksef.SessionType{ksef.SessionType(kind)}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.sessionColumns(), first(opts.limit, func(yield func(listedSession, error) bool) {
			for _, kind := range types {
				own := q
				own.Type = kind
				for one, err := range s.InvoiceSessions.All(ctx, &own) {
					if !yield(listedSession{one, kind}, err) || err != nil {
						return
					}
				}
			}
		}))
	})
}

// moment reads a day, which begins at midnight here, or an exact time. "" is no
// moment.
func (a *app) moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.DateTime, time.RFC3339Nano} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, a.notMeant(flag, text, a.say.wantMoment())
}

// listedSession is a session of sending with its kind.
type listedSession struct {
	ksef.SessionSummary
	kind ksef.SessionType
}

// kindOf reads the kind of a session from its number.
func kindOf(ref ksef.ReferenceNumber) ksef.SessionType {
	switch {
	case strings.Contains(string(ref), "-SB-"):
		return ksef.BatchType
	case strings.Contains(string(ref), "-SO-"):
		return ksef.OnlineType
	}
	return ""
}

func (a *app) sessionColumns() []column[listedSession] {
	return []column[listedSession]{
		{"referenceNumber", a.say.colReference(), func(s listedSession) any { return string(s.ReferenceNumber) }},
		{"type", a.say.colType(), func(s listedSession) any { return string(s.kind) }},
		{"status", a.say.colStatus(), func(s listedSession) any { return s.Status.Code }},
		{"statusDescription", a.say.colDescription(), func(s listedSession) any { return s.Status.Description }},
		{"statusDetails", "", func(s listedSession) any { return s.Status.Details }},
		{"created", a.say.colCreated(), func(s listedSession) any { return s.Created }},
		{"updated", "", func(s listedSession) any { return s.Updated }},
		{"validUntil", "", func(s listedSession) any { return s.ValidUntil }},
		{"invoices", a.say.colInvoices(), func(s listedSession) any { return s.Invoices }},
		{"successful", a.say.colSuccessful(), func(s listedSession) any { return s.Successful }},
		{"failed", a.say.colFailed(), func(s listedSession) any { return s.Failed }},
	}
}

type sessionShowOptions struct{ wait bool }

func (a *app) newSessionShow() *cobra.Command {
	var opts sessionShowOptions
	cmd := &cobra.Command{
		Use:   "show " + a.say.referencePlaceholder(),
		Short: a.say.sessionShowShort(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showSession(cmd.Context(), args[0], opts) },
	}
	cmd.Flags().BoolVar(&opts.wait, "wait", false, a.say.waitFlag())
	return cmd
}

func (a *app) showSession(ctx context.Context, text string, opts sessionShowOptions) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		session := s.InvoiceSessions.Session(ref)
		var status *ksef.SessionStatus
		if opts.wait {
			status, err = session.WaitClosed(ctx)
		} else {
			status, err = session.Status(ctx)
		}
		if status == nil {
			return err
		}
		if shown := a.showSessionStatus(ref, status); shown != nil {
			return shown
		}
		return err
	})
}

func (a *app) showSessionStatus(ref ksef.ReferenceNumber, status *ksef.SessionStatus) error {
	columns := append(a.sessionColumns(), column[listedSession]{
		"upoPages", a.say.colUPOPages(), func(listedSession) any {
			pages := make([]string, len(status.UPO.Pages))
			for i, p := range status.UPO.Pages {
				pages[i] = string(p.ReferenceNumber)
			}
			return pages
		},
	})
	return show(a, columns, listedSession{ksef.SessionSummary{
		ReferenceNumber: ref, Status: status.Status, Created: status.Created, Updated: status.Updated,
		ValidUntil: status.ValidUntil, Invoices: status.Invoices, Successful: status.Successful, Failed: status.Failed,
	}, kindOf(ref)})
}

type sessionInvoicesOptions struct {
	failed bool
	limit  int
}

func (a *app) newSessionInvoices() *cobra.Command {
	var opts sessionInvoicesOptions
	cmd := &cobra.Command{
		Use:   "invoices " + a.say.referencePlaceholder(),
		Short: a.say.sessionInvoicesShort(),
		Args:  a.oneArg(a.say.aReference),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.listSessionInvoices(cmd.Context(), args[0], opts)
		},
	}
	cmd.Flags().BoolVar(&opts.failed, "failed", false, a.say.failedFlag())
	a.limitVar(cmd.Flags(), &opts.limit)
	return cmd
}

func (a *app) sessionInvoiceColumns() []column[ksef.SessionInvoice] {
	return []column[ksef.SessionInvoice]{
		{"ordinal", a.say.colOrdinal(), func(i ksef.SessionInvoice) any { return i.Ordinal }},
		{"referenceNumber", a.say.colReference(), func(i ksef.SessionInvoice) any { return string(i.ReferenceNumber) }},
		{"status", a.say.colStatus(), func(i ksef.SessionInvoice) any { return i.Status.Code }},
		{"statusDescription", a.say.colDescription(), func(i ksef.SessionInvoice) any { return i.Status.Description }},
		{"statusDetails", a.say.colDetails(), func(i ksef.SessionInvoice) any { return i.Status.Details }},
		{"ksefNumber", a.say.colKSeFNumber(), func(i ksef.SessionInvoice) any { return string(i.KSeFNumber) }},
		{"invoiceNumber", a.say.colInvoiceNumber(), func(i ksef.SessionInvoice) any { return i.InvoiceNumber }},
		{"fileName", a.say.colFile(), func(i ksef.SessionInvoice) any { return i.FileName }},
		{"hash", "", func(i ksef.SessionInvoice) any { return i.Hash }},
		{"mode", "", func(i ksef.SessionInvoice) any { return string(i.Mode) }},
		{"sent", "", func(i ksef.SessionInvoice) any { return i.Sent }},
		{"acquired", "", func(i ksef.SessionInvoice) any { return i.Acquired }},
		{"stored", "", func(i ksef.SessionInvoice) any { return i.Stored }},
		{"originalKsefNumber", "", func(i ksef.SessionInvoice) any { return i.Status.Extensions["originalKsefNumber"] }},
	}
}

func (a *app) listSessionInvoices(ctx context.Context, text string, opts sessionInvoicesOptions) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		session := s.InvoiceSessions.Session(ref)
		invoices := session.Invoices
		if opts.failed {
			invoices = session.Failed
		}
		return list(a, a.sessionInvoiceColumns(), first(opts.limit, invoices(ctx, &ksef.ListOptions{PageSize: 1000})))
	})
}

func (a *app) newSessionClose() *cobra.Command {
	var opts sessionShowOptions
	cmd := &cobra.Command{
		Use:   "close " + a.say.referencePlaceholder(),
		Short: a.say.sessionCloseShort(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.closeSession(cmd.Context(), args[0], opts) },
	}
	cmd.Flags().BoolVar(&opts.wait, "wait", false, a.say.waitFlag())
	return cmd
}

func (a *app) closeSession(ctx context.Context, text string, opts sessionShowOptions) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	kind := kindOf(ref)
	if kind == "" {
		return &usageError{a.say.notASendingSession(string(ref)), ""}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		// Closing needs no key, so the number is state enough.
		close := s.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: ref}).Close
		if kind == ksef.BatchType {
			close = s.ResumeBatchSession(ksef.BatchState{ReferenceNumber: ref}, nil).Close
		}
		if err := close(ctx); err != nil {
			return err
		}
		if !opts.wait {
			return a.done(a.say.sessionClosed(string(ref)), member{"referenceNumber", ref}, member{"type", kind}, member{"closed", true})
		}
		a.note(a.say.sessionClosed(string(ref)))
		status, err := s.InvoiceSessions.Session(ref).WaitClosed(ctx)
		if status != nil {
			if shown := a.showSessionStatus(ref, status); shown != nil {
				return shown
			}
		}
		return err
	})
}
