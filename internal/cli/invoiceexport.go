package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

type invoiceExportOptions struct {
	filterFlags
	out      string
	metadata bool
}

func (a *app) newInvoiceExport() *cobra.Command {
	var opts invoiceExportOptions
	cmd := &cobra.Command{
		Use:     "export",
		Short:   a.say.invoiceExportShort(),
		Long:    a.say.invoiceExportLong(),
		Example: "  ksef invoice export --role buyer --from 2026-02-01 --to 2026-02-28 --out february --json",
		Args:    a.noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.exportInvoices(cmd.Context(), opts) },
	}
	a.filterFlagsOf(cmd, &opts.filterFlags)
	cmd.Flags().StringVar(&opts.out, "out", "", a.say.outDirFlag())
	cmd.Flags().BoolVar(&opts.metadata, "only-metadata", false, a.say.onlyMetadataFlag())
	return cmd
}

// exporting is how far an export is: where another run of it goes on.
type exporting struct {
	From  time.Time `json:"from"` // date of the last document that is there
	file  string
	saved time.Time // when it was
}

// exportInvoices writes all invoices that match into a directory, one file each,
// and lists them. When it ends early, what is there is whole, and the same
// command goes on from the date of the last.
func (a *app) exportInvoices(ctx context.Context, opts invoiceExportOptions) error {
	filter, err := a.filter(opts.filterFlags)
	if err != nil {
		return err
	}
	if opts.out == "" && !opts.metadata {
		return &usageError{a.say.exportNeedsOut(), ""}
	}
	if opts.out != "" {
		if err := a.fault("out", opts.out, a.makeDir(opts.out)); err != nil {
			return err
		}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		e, err := a.resumeExport(s.account, filter, opts)
		if err != nil {
			return err
		}
		if !e.From.IsZero() {
			a.note(a.say.exportResumed(e.From.Local()))
			filter.From = e.From
		}
		err = list(a, a.exportColumns(opts.out), a.export(ctx, s, filter, opts, e))
		if err == nil {
			return e.finish()
		}
		return a.endedEarly(err, e)
	})
}

// endedEarly keeps how far the export is and says how to go on. What was only
// listed is kept by nobody, so that the listing ends where another one begins.
func (a *app) endedEarly(err error, e *exporting) error {
	_, pending := errors.AsType[*ksef.PendingError](err)
	switch {
	case e.From.IsZero() && !pending && !errors.Is(err, context.Canceled):
		return err
	case e.From.IsZero():
		return &hintedError{err, a.say.hintAnew()}
	case e.file == "":
		return &hintedError{err, a.say.hintFrom(e.From.Format(time.RFC3339Nano))}
	}
	if saved := e.save(); saved != nil {
		return errors.Join(err, saved)
	}
	return &hintedError{err, a.say.hintAgain()}
}

// exported is an invoice that was exported.
type exported struct {
	ksef.InvoiceMetadata
	file string
}

func (a *app) exportColumns(dir string) (columns []column[exported]) {
	for _, c := range a.invoiceColumns() {
		columns = append(columns, column[exported]{c.name, c.title, func(e exported) any { return c.value(e.InvoiceMetadata) }})
	}
	if dir != "" {
		columns = append(columns, column[exported]{"file", "", func(e exported) any { return e.file }})
	}
	return columns
}

// export yields the invoices as they are written.
func (a *app) export(ctx context.Context, s *signedIn, filter ksef.InvoiceFilter, opts invoiceExportOptions, e *exporting) func(func(exported, error) bool) {
	fetching := a.progress(a.say.fetching(), a.say.size)
	options := &ksef.DocumentsOptions{}
	options.OnlyMetadata = opts.metadata
	options.Progress = func(p ksef.PackageProgress) { fetching.set(p.Fetched, p.Bytes) }
	return func(yield func(exported, error) bool) {
		defer fetching.done()
		for doc, err := range s.Invoices.Documents(ctx, filter, options) {
			one := exported{doc.InvoiceMetadata, ""}
			if err == nil && doc.XML != nil {
				one.file = filepath.Join(opts.out, string(doc.KSeFNumber)+".xml")
				err = a.unwritten(opts.out, a.writeFile(one.file, doc.XML, 0o644))
			}
			if err == nil {
				e.reached(dateOf(doc.InvoiceMetadata, filter.By))
				err = e.saveNowAndThen(a.now())
			}
			fetching.done()
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// dateOf is the date of an invoice by which it was looked for.
func dateOf(i ksef.InvoiceMetadata, by ksef.DateField) time.Time {
	switch by {
	case ksef.Issued:
		t, _ := time.Parse(time.DateOnly, string(i.Issued)) // what is no date is before all of them
		return t
	case ksef.Entered:
		return i.Entered
	}
	return i.Stored
}

// resumeExport finds out how far an earlier run of the same export came.
func (a *app) resumeExport(account *account, filter ksef.InvoiceFilter, opts invoiceExportOptions) (*exporting, error) {
	if opts.out == "" {
		return &exporting{}, nil
	}
	if opts.from == "" { // of a moving window the beginning does not matter
		filter.From = time.Time{}
	}
	what, err := json.Marshal(struct {
		Account  string
		Filter   ksef.InvoiceFilter
		By       ksef.DateField
		From, To time.Time
		Complete bool
	}{account.key(), filter, filter.By, filter.From, filter.To, filter.Complete})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(what)
	e := &exporting{file: a.path(filepath.Join(opts.out, ".ksef-export-"+hex.EncodeToString(sum[:6])+".json"))}
	text, err := os.ReadFile(e.file)
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	if err == nil {
		err = json.Unmarshal(text, e)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.file, err)
	}
	return e, nil
}

// reached notes that all documents before a date are there.
func (e *exporting) reached(date time.Time) {
	if date.After(e.From) {
		e.From = date
	}
}

// saveNowAndThen remembers it for the case that nobody gets to say goodbye.
func (e *exporting) saveNowAndThen(now time.Time) error {
	const often = time.Second
	if e.file == "" || now.Sub(e.saved) < often {
		return nil
	}
	e.saved = now
	return e.save()
}

// save remembers it for another run.
func (e *exporting) save() error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return replaceFile(e.file, text, 0o600)
}

// finish forgets how far it was: all is there.
func (e *exporting) finish() error {
	if e.file == "" {
		return nil
	}
	err := os.Remove(e.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
