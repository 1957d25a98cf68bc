package ksef

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"time"
)

// QueryOptions adjusts a query for invoices. A nil *QueryOptions means the
// defaults.
type QueryOptions struct {
	Descending bool // the latest first
	PageSize   int  // 10 to 250; 0 for KSeF's default, 10, and in All for 250
	Page       int  // which page, from 0; All begins with the first
}

// The page sizes and the largest number of results that KSeF gives (ksef-docs
// pobieranie-faktur/pobieranie-faktur.md).
const (
	maxInvoicePage = 250
	maxResults     = 10_000
)

// InvoicePage is a page of the answer to a query.
type InvoicePage struct {
	Invoices []InvoiceMetadata `json:"invoices"`
	HasMore  bool              `json:"hasMore"`

	// Truncated tells that KSeF, which gives 10,000 results of a query at most,
	// gives no more of this one: ask again from the date of the last.
	Truncated bool `json:"isTruncated"`

	// HWM is the high-water mark: of the dates asked for, those up to this one
	// are complete. By Stored only.
	HWM time.Time `json:"permanentStorageHwmDate,omitzero"`
}

// Query returns one page of what KSeF says about the invoices that match,
// sorted by the date the filter is about. The dates may span 100 days, and at
// KSeF's up to 2.7.0 three months; [Invoices.All] has no such limits. Safe to
// repeat.
//
// With [InvoiceFilter.Complete] and a From after the high-water mark the
// refusal is [CodeOutOfRange]: there is nothing yet.
//
//ksef:op POST /invoices/query/metadata
func (s *Invoices) Query(ctx context.Context, f InvoiceFilter, opts *QueryOptions) (*InvoicePage, error) {
	in, err := f.wire()
	if err != nil {
		return nil, err
	}
	var o QueryOptions
	if opts != nil {
		o = *opts
	}
	r := request{method: "POST", path: "/invoices/query/metadata", query: url.Values{}, repeat: repeatable}
	if o.Descending {
		r.query.Set("sortOrder", "Desc")
	}
	if o.PageSize != 0 {
		r.query.Set("pageSize", strconv.Itoa(o.PageSize))
	}
	if o.Page != 0 {
		r.query.Set("pageOffset", strconv.Itoa(o.Page))
	}
	var out invoicePage
	if err := s.conn.call(ctx, r, in, &out); err != nil {
		return nil, err
	}
	out.InvoicePage.HasMore = *out.HasMore
	return &out.InvoicePage, nil
}

// invoicePage is the answer. One without a list, or that does not tell whether
// there is more, is no answer, and must not pass for one without invoices.
type invoicePage struct {
	InvoicePage
	HasMore *bool `json:"hasMore"`
}

func (p *invoicePage) complete() bool { return p.HasMore != nil && p.Invoices != nil }

// All iterates over what KSeF says about all invoices that match, whatever span
// From and To have, each once. It asks in windows that KSeF allows, goes on
// where KSeF truncates, and asks as seldom as the largest pages allow: still,
// KSeF answers 20 queries an hour, which are 5,000 invoices. For more, order
// [Invoices.Documents] with OnlyMetadata.
//
// The listing is no snapshot. Sorted by Stored with Complete it misses nothing
// that was there before its end. After an error it stops.
func (s *Invoices) All(ctx context.Context, f InvoiceFilter, opts *QueryOptions) iter.Seq2[InvoiceMetadata, error] {
	var o QueryOptions
	if opts != nil {
		o = *opts
	}
	if o.PageSize == 0 {
		o.PageSize = maxInvoicePage
	}
	return func(yield func(InvoiceMetadata, error) bool) {
		if _, err := f.wire(); err != nil {
			yield(InvoiceMetadata{}, err)
			return
		}
		var seen recent
		for w := newSpan(f, s.conn.now(), o.Descending); !w.done; {
			more, err := s.walk(ctx, w, o, &seen, yield)
			if err != nil {
				yield(InvoiceMetadata{}, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// walk yields the invoices of one window that were not seen, moves the window
// on, and reports whether more are wanted.
func (s *Invoices) walk(ctx context.Context, w *span, o QueryOptions, seen *recent, yield func(InvoiceMetadata, error) bool) (more bool, err error) {
	for o.Page = 0; ; o.Page++ {
		page, err := s.Query(ctx, w.window, &o)
		if w.window.Complete && errors.Is(err, CodeOutOfRange) {
			page, err = &InvoicePage{}, nil // beyond the high-water mark is nothing yet
		}
		if err != nil {
			return false, err
		}
		for _, i := range page.Invoices {
			if seen.add(i.KSeFNumber) && !yield(i, nil) {
				return false, nil
			}
		}
		switch {
		case !page.HasMore:
			seen.turn()
			w.next()
			return true, nil
		case len(page.Invoices) == 0:
			return false, fmt.Errorf("ksef: querying invoices: %w: more are announced after an empty page", ErrMalformed)
		case page.Truncated:
			seen.turn()
			return true, w.goOn(page.Invoices[len(page.Invoices)-1].date(w.window.By))
		}
	}
}

// date returns a date of the invoice; that of issue at midnight, which is on
// that day in UTC and in Poland.
func (i *InvoiceMetadata) date(by DateField) time.Time {
	switch by {
	case Issued:
		return i.Issued.midnight()
	case Entered:
		return i.Entered
	}
	return i.Stored
}

func (d Date) midnight() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // what is no date is before all of them
	return t
}

// recent knows the numbers of the last windows, which is where doubles come
// from: the first of a window are the last of the one before, and who pages
// through a listing that grows meets some twice.
type recent struct{ now, before map[KSeFNumber]bool }

// add reports whether n is new.
func (r *recent) add(n KSeFNumber) bool {
	if r.now[n] || r.before[n] {
		return false
	}
	if r.now == nil {
		r.now = map[KSeFNumber]bool{}
	}
	r.now[n] = true
	return true
}

// turn forgets the window before the last.
func (r *recent) turn() {
	if len(r.now) > 0 {
		r.now, r.before = nil, r.now
	}
}
