package ksef

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
)

// DocumentsOptions adjusts [Invoices.Documents]. A nil *DocumentsOptions means
// the defaults.
type DocumentsOptions struct {
	ExportOptions
	PackageOptions
}

// Documents iterates over the documents of all invoices that match, whatever
// span From and To have, each once, sorted by the date the filter is about
// within the order of packages. It orders one export after another, in windows
// that KSeF allows and, where KSeF truncates a package, from where that ended:
// 10,000 invoices or a gigabyte each, 20 an hour. While KSeF makes ten others it
// waits, for as long as ctx allows, and [Options.Logger] is told. See
// [Package.Documents] for what is checked. After an error it stops; From of
// another call is then the date of the last document; [Invoices.Sync] remembers.
func (s *Invoices) Documents(ctx context.Context, f InvoiceFilter, opts *DocumentsOptions) iter.Seq2[Document, error] {
	var o DocumentsOptions
	if opts != nil {
		o = *opts
	}
	return func(yield func(Document, error) bool) {
		if _, err := f.wire(); err != nil {
			yield(Document{}, err)
			return
		}
		var seen recent
		for w := newSpan(f, s.conn.now(), false); !w.done; seen.turn() {
			more, err := s.exportWindow(ctx, w, &o, &seen, yield)
			if err != nil {
				yield(Document{}, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// exportWindow yields the documents of one window that were not seen, moves the
// window on, and reports whether more are wanted.
func (s *Invoices) exportWindow(ctx context.Context, w *span, o *DocumentsOptions, seen *recent, yield func(Document, error) bool) (more bool, err error) {
	e, err := s.exportInTurn(ctx, w.window, &o.ExportOptions)
	if err != nil {
		return false, err
	}
	p, err := e.Wait(ctx)
	if errors.Is(err, CodeOutOfRange) {
		p, err = &Package{export: e}, nil // beyond the high-water mark is nothing yet
	}
	if err != nil {
		return false, err
	}
	for doc, err := range p.Documents(ctx, &o.PackageOptions) {
		if err != nil {
			return false, err
		}
		if seen.add(doc.KSeFNumber) && !yield(doc, nil) {
			return false, nil
		}
	}
	last, more := p.next(w.window.By)
	if more {
		return true, w.goOn(last)
	}
	w.next()
	return true, nil
}

// exportInTurn orders an export. While KSeF makes ten others, which may be some
// that a process ordered and died, it waits until one of them is done, with
// long pauses: orders that are refused count among the 20 an hour.
func (s *Invoices) exportInTurn(ctx context.Context, f InvoiceFilter, opts *ExportOptions) (*Export, error) {
	pauses := Backoff{Min: 6 * s.conn.poll.Max, Max: 60 * s.conn.poll.Max, Factor: 2}
	for attempt := 1; ; attempt++ {
		e, err := s.Export(ctx, f, opts)
		if !errors.Is(err, CodeTooManyExports) {
			return e, err
		}
		s.conn.logger.LogAttrs(ctx, slog.LevelWarn, "ksef: ten exports are running, perhaps of processes that died: waiting for one of them to be done",
			slog.String("subjectType", string(f.Role)), slog.Int("attempt", attempt))
		if over := pauses.rest(ctx, attempt, err); over != nil {
			return nil, fmt.Errorf("ksef: waiting for one of ten exports, perhaps of processes that died: %w", over)
		}
	}
}
