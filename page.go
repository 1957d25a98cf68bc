package ksef

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Page is one page of a listing.
type Page[T any] struct {
	Items []T
	Next  Cursor // where the next page starts; "" on the last one
}

// Cursor marks a place in a listing. It is opaque and good for the same query
// only.
type Cursor string

// ListOptions says which page to fetch. A nil *ListOptions means the first page
// in KSeF's default size.
type ListOptions struct {
	PageSize int // items on a page; 0 for KSeF's default, 10
	Cursor   Cursor
}

// list puts paging by continuation token on r.
func (r *request) list(opts *ListOptions) {
	if opts == nil {
		return
	}
	if opts.PageSize != 0 {
		if r.query == nil {
			r.query = url.Values{}
		}
		r.query.Set("pageSize", strconv.Itoa(opts.PageSize))
	}
	if opts.Cursor != "" {
		r.header = http.Header{"X-Continuation-Token": {string(opts.Cursor)}}
	}
}

// all walks the pages that query returns, from the page that start is on.
// After an error it stops; KSeF's listings are not snapshots, so what changes
// meanwhile may be seen or not.
func all[T any](ctx context.Context, start Cursor, query func(context.Context, Cursor) (*Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for cursor := start; ; {
			page, err := query(ctx, cursor)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			cursor = page.Next
		}
	}
}
