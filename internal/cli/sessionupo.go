package cli

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

type sessionUPOOptions struct {
	invoice, ksefNumber string
	out                 string
	wait                bool
}

func (a *app) newSessionUPO() *cobra.Command {
	var opts sessionUPOOptions
	cmd := &cobra.Command{
		Use:   "upo " + a.say.referencePlaceholder(),
		Short: a.say.sessionUPOShort(),
		Long:  a.say.sessionUPOLong(),
		Example: "  ksef session upo 20260801-SO-2E07A73000-5E4EE0B5A3-6D --out upo\n" +
			"  ksef session upo 20260801-SO-2E07A73000-5E4EE0B5A3-6D \\\n" +
			"    --ksef-number 5261040828-20260801-010020A7B3C4-5E > upo.xml",
		Args: a.oneArg(a.say.aReference),
		RunE: func(cmd *cobra.Command, args []string) error { return a.fetchUPO(cmd.Context(), args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	parsedVar(f, &opts.invoice, "invoice", a.say.upoInvoiceFlag(), ksef.ParseReferenceNumber)
	parsedVar(f, &opts.ksefNumber, "ksef-number", a.say.upoKSeFNumberFlag(), ksef.ParseKSeFNumber)
	f.StringVar(&opts.out, "out", "", a.say.upoOutFlag())
	f.BoolVar(&opts.wait, "wait", false, a.say.waitFlag())
	return cmd
}

// receipt is an official receipt that was fetched.
type receipt struct {
	reference string // of the page, or what the invoice was asked for by
	document  []byte
	file      string
}

// fetchUPO writes receipts: of one invoice, or all pages of the session's.
func (a *app) fetchUPO(ctx context.Context, text string, opts sessionUPOOptions) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	number, invoice := ksef.KSeFNumber(opts.ksefNumber), ksef.ReferenceNumber(opts.invoice)
	if invoice != "" && number != "" {
		return &usageError{a.say.invoiceOrNumber(), ""}
	}
	if opts.out != "" {
		if err := a.fault("out", opts.out, a.makeDir(opts.out)); err != nil {
			return err
		}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		session := s.InvoiceSessions.Session(ref)
		switch {
		case number != "":
			doc, err := session.UPOByKSeFNumber(ctx, number)
			return a.writeReceipts(opts.out, one(receipt{reference: string(number), document: doc}, err))
		case invoice != "":
			doc, err := session.UPO(ctx, invoice)
			return a.writeReceipts(opts.out, one(receipt{reference: string(invoice), document: doc}, err))
		}
		return a.writeReceipts(opts.out, a.sessionReceipts(ctx, session, opts.wait))
	})
}

// one yields one item, or one error.
func one[T any](item T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { yield(item, err) }
}

// sessionReceipts yields the pages of a session's receipt.
func (a *app) sessionReceipts(ctx context.Context, session *ksef.InvoiceSession, wait bool) iter.Seq2[receipt, error] {
	return func(yield func(receipt, error) bool) {
		var status *ksef.SessionStatus
		var err error
		if wait {
			status, err = session.WaitClosed(ctx)
		} else {
			status, err = session.Status(ctx)
		}
		if err == nil && len(status.UPO.Pages) == 0 {
			err = &hintedError{fmt.Errorf("%s: %v", a.say.noUPO(), status.Status), a.say.hintUPO()}
		}
		if err != nil {
			yield(receipt{}, err)
			return
		}
		for _, page := range status.UPO.Pages {
			doc, err := session.SessionUPO(ctx, page.ReferenceNumber)
			if !yield(receipt{reference: string(page.ReferenceNumber), document: doc}, err) || err != nil {
				return
			}
		}
	}
}

// writeReceipts saves receipts in a directory that is there and lists them; without one it
// writes them to standard output: as they are, or in the list for programs.
func (a *app) writeReceipts(dir string, receipts iter.Seq2[receipt, error]) error {
	columns := []column[receipt]{
		{"referenceNumber", a.say.colReference(), func(r receipt) any { return r.reference }},
		{"file", a.say.colFile(), func(r receipt) any { return r.file }},
		{"size", a.say.colSize(), func(r receipt) any { return len(r.document) }},
	}
	if dir == "" && a.flags.json {
		columns[1] = column[receipt]{"document", "", func(r receipt) any { return string(r.document) }}
		return list(a, columns, receipts)
	}
	if dir == "" {
		for r, err := range receipts {
			if err != nil {
				return err
			}
			if err := a.writeFile(dash, r.document, 0); err != nil {
				return err
			}
		}
		return nil
	}
	return list(a, columns, func(yield func(receipt, error) bool) {
		for r, err := range receipts {
			if err == nil {
				r.file = filepath.Join(dir, "upo-"+r.reference+".xml")
				err = a.unwritten(dir, a.writeFile(r.file, r.document, 0o644))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	})
}
