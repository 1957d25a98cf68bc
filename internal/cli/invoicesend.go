package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

type invoiceSendOptions struct {
	batch, online bool
	offline       bool
	corrects      string
	check         bool
	upo           string
	state         string
	timeout       time.Duration
}

// batchFrom is the number of documents from which they go as a batch: KSeF
// limits how many go one by one in an hour (ksef-docs limity/limity-api.md).
const batchFrom = 30

func (a *app) newInvoiceSend() *cobra.Command {
	var opts invoiceSendOptions
	cmd := &cobra.Command{
		Use:   "send " + a.say.pathsPlaceholder(),
		Short: a.say.invoiceSendShort(),
		Long:  a.say.invoiceSendLong(batchFrom),
		Example: "  ksef invoice send invoice.xml\n" +
			"  ksef invoice send outbox --check --upo receipts --json > results.json\n" +
			"  my-program | ksef invoice send -",
		Args: a.someArgs(a.say.aDocument),
		RunE: func(cmd *cobra.Command, args []string) error { return a.sendInvoices(cmd.Context(), args, opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opts.batch, "batch", false, a.say.batchFlag())
	f.BoolVar(&opts.online, "online", false, a.say.onlineFlag())
	f.BoolVar(&opts.offline, "offline", false, a.say.offlineFlag())
	checkedVar(f, &opts.corrects, "corrects", "", a.say.correctsFlag(), func(text string) error {
		if hash, err := hex.DecodeString(text); err != nil || len(hash) != sha256.Size {
			return errors.New(a.say.wantHash())
		}
		return nil
	})
	f.BoolVar(&opts.check, "check", false, a.say.sendCheckFlag())
	f.StringVar(&opts.upo, "upo", "", a.say.sendUPOFlag())
	f.StringVar(&opts.state, "state", "", a.say.sendStateFlag())
	a.spanVar(f, &opts.timeout, "timeout", a.say.timeoutFlag())
	return cmd
}

// What became of a document, as programs read it.
const (
	sentAccepted = "accepted"
	sentRejected = "rejected"
	sentPending  = "pending"  // KSeF has it and works on it
	sentUnknown  = "unknown"  // it may have arrived, or not
	sentNot      = "not sent" // it did not arrive
	sentChanged  = "changed"  // edited since: KSeF has, or judged, what the file held before
)

// sentResult is what became of one document.
type sentResult struct {
	document
	outcome   string
	number    ksef.KSeFNumber
	session   ksef.ReferenceNumber
	reference ksef.ReferenceNumber
	status    ksef.Status
	receipt   string // file of the UPO
	note      string // what people are to know beside

	// changed says that the file is not as it was when it was sent, and all else of
	// the result is about what it held then.
	changed bool

	before string // SHA-256 of what an earlier run sent of this file, when that is something else
	gone   bool   // and the file is no longer there
}

// word is the outcome for a document as it is now.
func (r sentResult) word() string {
	if r.changed {
		return sentChanged
	}
	return r.outcome
}

// earlier is the outcome for what a changed document held before.
func (r sentResult) earlier() any {
	if r.changed {
		return r.outcome
	}
	return absent{}
}

func (a *app) sentColumns() []column[sentResult] {
	return []column[sentResult]{
		{"file", a.say.colFile(), func(r sentResult) any { return r.name }},
		{"outcome", a.say.colOutcome(), func(r sentResult) any { return a.word(r.word(), a.say.outcome(r.word())) }},
		{"earlierOutcome", "", sentResult.earlier},
		{"ksefNumber", a.say.colKSeFNumber(), func(r sentResult) any { return string(r.number) }},
		{"referenceNumber", "", func(r sentResult) any { return string(r.reference) }},
		{"sessionReferenceNumber", a.say.colSession(), func(r sentResult) any { return string(r.session) }},
		{"status", a.say.colStatus(), sentResult.code},
		{"statusDescription", a.say.colDescription(), func(r sentResult) any { return r.status.Description }},
		{"statusDetails", a.say.colDetails(), func(r sentResult) any { return r.status.Details }},
		{"upo", "", func(r sentResult) any { return r.receipt }},
		{"note", a.say.colNote(), func(r sentResult) any { return a.noteOn(r) }},
	}
}

// noteOn is what people are to know of a result.
func (a *app) noteOn(r sentResult) string {
	if r.changed {
		return a.say.changedSince(r.outcome)
	}
	return r.note
}

// code is KSeF's status of the document, absent when KSeF has said nothing.
func (r sentResult) code() any {
	if r.status.Code == 0 {
		return absent{}
	}
	return r.status.Code
}

// sending is one run of sending documents.
type sending struct {
	*app
	*signedIn
	opts  invoiceSendOptions
	state *sendState
	form  ksef.FormCode
	docs  []document

	late bool // there are documents that came after the batch was packed

	mu        sync.Mutex
	noReceipt error // why a receipt could not be saved; the document is accepted all the same
}

// sendInvoices sends documents and lists what became of them. When it ends early
// the state of the sending is kept, and the same command goes on with it.
func (a *app) sendInvoices(ctx context.Context, names []string, opts invoiceSendOptions) error {
	if err := a.checkSend(opts); err != nil {
		return err
	}
	docs, err := a.documents(names)
	if err != nil {
		return err
	}
	if opts.check {
		if err := a.checkBeforeSending(docs); err != nil {
			return err
		}
	}
	form, err := a.sortOut(docs)
	if err != nil {
		return err
	}
	if opts.upo != "" {
		if err := a.fault("upo", opts.upo, a.makeWritable(opts.upo)); err != nil {
			return err
		}
	}
	if len(fit(docs)) == 0 && !a.sendBegun(names, docs, opts.state) {
		return a.nothingToSend(docs)
	}
	if opts.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opts.timeout)
		defer cancel()
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		state, unlock, err := a.openSendState(s.account, names, docs, opts.state)
		if err != nil {
			return err
		}
		defer unlock()
		if state.begun() {
			a.note(a.say.sendResumed())
		}
		return (&sending{app: a, signedIn: s, opts: opts, state: state, form: form, docs: docs}).run(ctx)
	})
}

// checkSend refuses what cannot be meant.
func (a *app) checkSend(opts invoiceSendOptions) error {
	switch {
	case opts.batch && opts.online:
		return &usageError{a.say.batchOrOnline(), ""}
	case opts.corrects != "" && (!opts.offline || opts.batch):
		return &usageError{a.say.correctsNeeds(), ""}
	}
	return nil
}

// nothingToSend lists documents of which none is an invoice, and nothing was begun
// with.
func (a *app) nothingToSend(docs []document) error {
	var results []sentResult
	for _, d := range docs {
		results = append(results, sentResult{document: d, outcome: sentNot, note: d.flaw})
	}
	if err := list(a, a.sentColumns(), all(results)); err != nil {
		return err
	}
	return &outcomeError{exitRejected, a.say.nothingSent(a.say.noInvoices(len(docs))), ""}
}

// run sends what is to be sent, one way or the other, and lists the results.
func (s *sending) run(ctx context.Context) error {
	send := s.sendOnline
	peppol := s.form == ksef.PEF3 || s.form == ksef.PEFKOR // not in batches
	if s.state.Batch != nil || s.state.Session == nil && (s.opts.batch || !s.opts.online && !peppol && s.opts.corrects == "" && len(fit(s.docs)) >= batchFrom) {
		send = s.sendBatch
	}
	results, err := send(ctx)
	if dead(err) && s.answered.Load() == 0 {
		return err // nothing happened, and perhaps another session is begun
	}
	if len(results) > 0 || err == nil {
		if listed := list(s.app, s.sentColumns(), all(results)); listed != nil {
			return errors.Join(err, listed)
		}
	}
	if err != nil {
		if s.state.begun() {
			return &hintedError{err, s.say.hintAgain()}
		}
		return err
	}
	if err := s.state.finish(); err != nil {
		return err
	}
	count := map[string]int{}
	for _, r := range results {
		count[r.word()]++
	}
	if accepted := count[sentAccepted]; accepted < len(results) {
		hint := ""
		switch {
		case count[sentChanged] > 0:
			hint = s.say.hintChanged()
		case s.late:
			hint = s.say.hintRest()
		}
		return &outcomeError{exitRejected, s.say.sendRejected(len(results)-accepted, len(results)), hint}
	}
	s.note(s.say.sendAccepted(len(results)))
	if s.noReceipt != nil {
		return &hintedError{fmt.Errorf("%s: %w", s.say.receiptsMissing(), s.noReceipt), s.say.hintReceipts()}
	}
	return nil
}

// missReceipt remembers that a receipt could not be saved, unless it is all over
// anyway.
func (s *sending) missReceipt(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noReceipt = cmp.Or(s.noReceipt, err)
	return nil
}

// all yields the items of a slice.
func all[T any](items []T) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// accept fills in that KSeF has accepted the document.
func (r *sentResult) accept(i *ksef.SessionInvoice) {
	r.outcome, r.number, r.session, r.reference, r.status = sentAccepted, i.KSeFNumber, i.Session, i.ReferenceNumber, i.Status.Status
}

// failed fills in why KSeF has not accepted the document, and returns what is
// more than a rejection of it.
func (r *sentResult) failed(err error) error {
	if rejection, ok := errors.AsType[*ksef.FailedError](err); ok && rejection.Operation == ksef.OperationInvoice {
		r.outcome, r.reference, r.status = sentRejected, rejection.Reference, rejection.Status
		if original := rejection.Extensions["originalKsefNumber"]; original != "" {
			r.status.Details = append(slices.Clone(r.status.Details), "originalKsefNumber: "+original)
		}
		return nil
	}
	if pending, ok := errors.AsType[*ksef.PendingError](err); ok {
		r.outcome, r.reference, r.status = sentPending, pending.Reference, pending.Last
	} else if errors.Is(err, ksef.ErrUnknown) {
		r.outcome = sentUnknown
	}
	return err
}

// saveReceipt saves the UPO of an accepted document. Right after acceptance KSeF
// may not have it yet.
func (s *sending) saveReceipt(ctx context.Context, r *sentResult) error {
	const pause = 500 * time.Millisecond
	session := s.InvoiceSessions.Session(r.session)
	for {
		doc, err := session.UPO(ctx, r.reference)
		if err == nil {
			r.receipt = filepath.Join(s.opts.upo, "upo-"+string(r.number)+".xml")
			return s.writeFile(r.receipt, doc, 0o644)
		}
		if !errors.Is(err, ksef.CodeNoUPO) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
