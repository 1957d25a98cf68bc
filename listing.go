package ksef

import (
	"context"
	"iter"
)

// Listing is one of KSeF's lists, of items of type T that a query of type Q
// selects: a page of it with Query, all of it with All.
type Listing[Q, T any] struct {
	query func(context.Context, *Q) (*Page[T], error)
	all   func(context.Context, *Q) iter.Seq2[T, error]
}

// lister is a query that says which page to fetch: it embeds [ListOptions].
type lister[Q any] interface {
	*Q
	options() *ListOptions
}

func (o *ListOptions) options() *ListOptions { return o }

func newListing[Q, T any, P lister[Q]](query func(context.Context, *Q) (*Page[T], error)) Listing[Q, T] {
	return Listing[Q, T]{query, func(ctx context.Context, q *Q) iter.Seq2[T, error] { return walk[Q, T, P](ctx, q, maxListPage, query) }}
}

// Query returns one page of what q selects, the newest first. A nil q is the zero
// query: its type says what that selects. Safe to repeat.
func (l Listing[Q, T]) Query(ctx context.Context, q *Q) (*Page[T], error) {
	if q == nil {
		q = new(Q)
	}
	return l.query(ctx, q)
}

// All iterates over what q selects, page by page, from the page q names, and in
// KSeF's largest pages unless q says otherwise. After an error it stops. The
// listing is no snapshot: what is added or removed meanwhile moves the rest, so
// that an item may be met twice or not at all. So collect what you are going to
// revoke before you revoke it.
func (l Listing[Q, T]) All(ctx context.Context, q *Q) iter.Seq2[T, error] {
	return l.all(ctx, q)
}

// maxListPage is the largest page of most lists.
const maxListPage = 100

// walk iterates over what q selects, page by page, from the page q names and in
// pages of the largest size unless q says otherwise. A nil q selects all.
func walk[Q, T any, P lister[Q]](ctx context.Context, q *Q, largest int, query func(context.Context, *Q) (*Page[T], error)) iter.Seq2[T, error] {
	var own Q
	if q != nil {
		own = *q
	}
	o := P(&own).options()
	if o.PageSize == 0 && o.Cursor == "" { // a cursor may be good for one size only
		o.PageSize = largest
	}
	return all(ctx, o.Cursor, func(ctx context.Context, at Cursor) (*Page[T], error) {
		q := own // an iterator may be run twice, also at the same time
		P(&q).options().Cursor = at
		return query(ctx, &q)
	})
}
