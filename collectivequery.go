package ksef

import (
	"context"
	"errors"
	"iter"
	"time"
)

// CollectiveInfo describes a collective identifier.
type CollectiveInfo struct {
	Number   CollectiveIdentifier `json:"collectiveIdentifierNumber"`
	Created  time.Time            `json:"dateCreated"`
	Invoices int                  `json:"invoiceCount,omitempty"` // ByInvoice leaves it zero
	Own      bool                 `json:"createdInCurrentContext"`
}

// CollectiveQuery selects collective identifiers. From is required.
type CollectiveQuery struct {
	ListOptions
	From, To    time.Time // when they were made; To is zero for now
	Number      CollectiveIdentifier
	MinInvoices int   // 0 for any
	MaxInvoices int   // 0 for any
	Own         *bool // made in the current context, or not; nil for both
}

type collectiveFilter struct {
	Number      CollectiveIdentifier `json:"collectiveIdentifierNumber,omitempty"`
	From        time.Time            `json:"dateCreatedFrom"`
	To          time.Time            `json:"dateCreatedTo"`
	MinInvoices int                  `json:"invoiceCountFrom,omitempty"`
	MaxInvoices int                  `json:"invoiceCountTo,omitempty"`
	Own         *bool                `json:"createdInCurrentContext,omitempty"`
}

// Query returns one page of the collective identifiers q selects, the newest
// first: those made in the current context and, in that of a NIP, those of its
// own invoices made elsewhere. From and To may be 100 days apart;
// [CollectiveIdentifiers.All] has no such limit. Listings lag behind
// [CollectiveIdentifiers.Create] by minutes. KSeF takes page sizes from 10 to
// 200. Safe to repeat.
//
//ksef:op POST /collective-identifiers/query
func (c *CollectiveIdentifiers) Query(ctx context.Context, q CollectiveQuery) (*Page[CollectiveInfo], error) {
	if err := c.prepare(&q); err != nil {
		return nil, err
	}
	r := request{method: "POST", path: "/collective-identifiers/query", repeat: repeatable}
	r.list(&q.ListOptions)
	return c.page(ctx, r, collectiveFilter{q.Number, q.From.Truncate(wireTick), q.To.Truncate(wireTick), q.MinInvoices, q.MaxInvoices, q.Own})
}

func (c *CollectiveIdentifiers) prepare(q *CollectiveQuery) error {
	if q.From.IsZero() {
		return &ArgumentError{"CollectiveQuery.From", errors.New("is missing: want when the first of them was made")}
	}
	if q.To.IsZero() {
		q.To = c.conn.now()
	}
	return nil
}

func (c *CollectiveIdentifiers) page(ctx context.Context, r request, in any) (*Page[CollectiveInfo], error) {
	var out struct {
		Next  Cursor           `json:"continuationToken"`
		Items []CollectiveInfo `json:"collectiveIdentifiers"`
	}
	if err := c.conn.call(ctx, r, in, &out); err != nil {
		return nil, err
	}
	return cursorPage(&r, out.Items, out.Next)
}

// All iterates over the collective identifiers q selects, the newest first and
// each once, whatever span From and To have. After an error it stops.
func (c *CollectiveIdentifiers) All(ctx context.Context, q CollectiveQuery) iter.Seq2[CollectiveInfo, error] {
	return func(yield func(CollectiveInfo, error) bool) {
		q := q // so that now is another one when the listing is walked again
		if err := c.prepare(&q); err != nil {
			yield(CollectiveInfo{}, err)
			return
		}
		seen := map[CollectiveIdentifier]bool{} // on the boundary of two windows, which is in both
		for w := q; ; w.To, w.Cursor = w.From, "" {
			w.From = q.From
			if w.To.Sub(w.From) > maxSpan {
				w.From = w.To.Add(-maxSpan).Truncate(wireTick)
			}
			for i, err := range walk(ctx, &w, maxCollectivePage, func(ctx context.Context, w *CollectiveQuery) (*Page[CollectiveInfo], error) {
				return c.Query(ctx, *w)
			}) {
				switch {
				case err == nil && seen[i.Number]:
					continue
				case err == nil && i.Created.Equal(w.From):
					seen[i.Number] = true
				}
				if !yield(i, err) || err != nil {
					return
				}
			}
			if !w.From.After(q.From) {
				return
			}
		}
	}
}
