package ksef

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	PageSize int // items on a page; 0 for KSeF's default, 10, or the most there can be when all are iterated over
	Cursor   Cursor
}

// list puts paging by continuation token on r.
func (r *request) list(opts *ListOptions) {
	if opts == nil {
		return
	}
	r.pageSize(opts.PageSize)
	if opts.Cursor != "" {
		r.header = http.Header{"X-Continuation-Token": {string(opts.Cursor)}}
	}
}

func (r *request) pageSize(n int) {
	if n == 0 {
		return
	}
	if r.query == nil {
		r.query = url.Values{}
	}
	r.query.Set("pageSize", strconv.Itoa(n))
}

// defaultPage is how many items KSeF puts on a page unless asked otherwise.
const defaultPage = 10

// numbered puts paging by page number on r: cursors of such listings are the
// numbers, and the size of the pages that are counted. It returns the cursor of
// the page after.
func (r *request) numbered(opts *ListOptions) (next Cursor, err error) {
	var o ListOptions
	if opts != nil {
		o = *opts
	}
	var n uint64
	if o.Cursor != "" {
		number, of, sized := strings.Cut(string(o.Cursor), "/")
		n, err = strconv.ParseUint(number, 10, 31)
		size := o.PageSize
		if sized && err == nil {
			size, err = strconv.Atoi(of)
		}
		if err != nil || o.PageSize != 0 && o.PageSize != size { // the same page in another size is other items
			method, path := r.name()
			return "", fmt.Errorf("ksef: %s %s: cursor %q is of another listing", method, path, o.Cursor)
		}
		o.PageSize = size
		r.query = url.Values{"pageOffset": {number}}
	}
	r.pageSize(o.PageSize)
	return Cursor(fmt.Sprintf("%d/%d", n+1, cmp.Or(o.PageSize, defaultPage))), nil
}

// numberedPage returns a page of such a listing. More after an empty page would
// have no end.
func numberedPage[T any](r *request, items []T, more bool, next Cursor) (*Page[T], error) {
	switch {
	case items == nil:
		return nil, noList(r)
	case !more:
		next = ""
	case len(items) == 0:
		return nil, fmt.Errorf("ksef: page before %s: %w: more are announced after an empty page", next, ErrMalformed)
	}
	return &Page[T]{items, next}, nil
}

// cursorPage returns a page of a listing by continuation token.
func cursorPage[T any](r *request, items []T, next Cursor) (*Page[T], error) {
	if items == nil {
		return nil, noList(r)
	}
	return &Page[T]{items, next}, nil
}

// noList is about an answer without the list that was asked for, which must not
// pass for an empty one.
func noList(r *request) error {
	method, path := r.name()
	return fmt.Errorf("ksef: %s %s: %w: the list is missing", method, path, ErrMalformed)
}

// listAnswer is an answer that is a list as a whole.
type listAnswer[T any] []T

func (l *listAnswer[T]) complete() bool { return *l != nil }

// all walks the pages that query returns, from the page that start is on.
// After an error it stops; KSeF's listings are not snapshots, so what changes
// meanwhile may be seen or not.
func all[T any](ctx context.Context, start Cursor, query func(context.Context, Cursor) (*Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[Cursor]bool{}
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
			seen[cursor] = true
			if cursor = page.Next; seen[cursor] {
				yield(*new(T), fmt.Errorf("ksef: listing: %w: the page after this one was there before", ErrMalformed))
				return
			}
		}
	}
}
