package ksef

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CollectiveIdentifiers groups invoices of one seller under one number, to be
// named in the title of a payment for them all. The methods need one of
// InvoiceRead, InvoiceWrite and CollectiveIdentifierManage.
type CollectiveIdentifiers authService

// CollectiveIdentifier is the number of such a group: the seller's NIP, the
// month in which it was made, twelve hexadecimal digits and a checksum,
// "1111111111-IZ202607-65ED02180000-E7".
type CollectiveIdentifier string

// ParseCollectiveIdentifier returns the number written in s. It checks the form,
// the month and the checksum.
func ParseCollectiveIdentifier(s string) (CollectiveIdentifier, error) {
	const what = "collective identifier"
	d := strings.ToUpper(strings.TrimSpace(s))
	p := strings.Split(d, "-")
	if len(p) != 4 || len(p[1]) != 8 || p[1][:2] != "IZ" || len(p[2]) != 12 || !isHex(p[2]) || len(p[3]) != 2 || !isHex(p[3]) {
		return "", &IdentifierError{what, s, `want 35 characters like "1111111111-IZ202607-65ED02180000-E7"`}
	}
	if reason := checkNIP(p[0]); reason != "" {
		return "", &IdentifierError{what, s, "the seller's NIP: " + reason}
	}
	if _, err := time.Parse("200601", p[1][2:]); err != nil {
		return "", &IdentifierError{what, s, p[1][2:] + " is no month"}
	}
	if reason := checkCRC(d, p[3]); reason != "" {
		return "", &IdentifierError{what, s, reason}
	}
	return CollectiveIdentifier(d), nil
}

// NIP returns the seller's number; "" when i is malformed.
func (i CollectiveIdentifier) NIP() NIP { return KSeFNumber(i).NIP() }

// Payment is what is paid for an invoice.
type Payment struct {
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency"` // ISO 4217
}

// CollectiveInvoice is an invoice to be put under a collective identifier.
type CollectiveInvoice struct {
	KSeFNumber  KSeFNumber `json:"ksefNumber"`
	Payment     *Payment   `json:"payment,omitempty"`     // nil for none
	Description string     `json:"description,omitempty"` // up to 512 characters
}

// How many invoices a collective identifier may have, unless a context has a
// limit of its own: see [ContextLimits].
const (
	minCollected = 2
	maxCollected = 500
)

// Create makes a collective identifier for 2 to 500 invoices of one seller, each
// one that the current context may see. An invoice may be under 132 of them in a
// context; beyond that the refusal is [CodeCollectedTooOften].
//
// [CodeNotCollectable] is also the refusal for invoices that KSeF accepted only
// just now, for some minutes longer than it shows them everywhere else. Nothing
// was made then: ask again after a pause.
//
// The request is sent once. After [ErrUnknown], look with ByInvoice for what was
// made in this context since, some minutes later, since listings lag; what was
// made twice cannot be taken away, but does no harm.
//
//ksef:op POST /collective-identifiers
func (c *CollectiveIdentifiers) Create(ctx context.Context, invoices []CollectiveInvoice) (CollectiveIdentifier, error) {
	switch n := len(invoices); {
	case n < minCollected:
		return "", &ArgumentError{"CollectiveIdentifiers.Create", fmt.Errorf("want at least %d invoices, got %d", minCollected, n)}
	case n > maxCollected && c.conn.env != Test: // where the limit can be set higher
		return "", &ArgumentError{"CollectiveIdentifiers.Create", fmt.Errorf("want at most %d invoices, got %d", maxCollected, n)}
	}
	var out createdCollective
	if err := c.conn.call(ctx, request{method: "POST", path: "/collective-identifiers"}, createCollective{invoices}, &out); err != nil {
		return "", err
	}
	return out.Number, nil
}

type createCollective struct {
	Invoices []CollectiveInvoice `json:"invoices"`
}

type createdCollective struct {
	Number CollectiveIdentifier `json:"collectiveIdentifierNumber"`
}

func (c *createdCollective) complete() bool { return c.Number != "" }

// CollectedInvoice is an invoice under a collective identifier.
type CollectedInvoice struct {
	Identifier CollectiveIdentifier `json:"collectiveIdentifierNumber,omitempty"`
	CollectiveInvoice

	// Hidden tells that payment and description are kept from the current
	// context, which neither made the identifier nor is a party to the invoice.
	Hidden bool `json:"detailsHidden"`
}

// maxNumbers is about how many collective identifiers KSeF can be asked at once,
// the others are the largest pages of its answers.
const (
	maxNumbers        = 10
	maxCollectedPage  = 500
	maxCollectivePage = 200
)

// QueryInvoices returns one page of the invoices under 1 to 10 collective
// identifiers, by descending KSeF number. KSeF takes page sizes from 10 to 500.
// Safe to repeat. It is an operation of KSeF 2.7.1.
//
//ksef:op POST /collective-identifiers/invoices
func (c *CollectiveIdentifiers) QueryInvoices(ctx context.Context, numbers []CollectiveIdentifier, opts *ListOptions) (*Page[CollectedInvoice], error) {
	if n := len(numbers); n == 0 || n > maxNumbers {
		return nil, &ArgumentError{"CollectiveIdentifiers.QueryInvoices", fmt.Errorf("want 1 to %d numbers, got %d", maxNumbers, n)}
	}
	r := request{method: "POST", path: "/collective-identifiers/invoices", repeat: repeatable}
	r.list(opts)
	var out struct {
		Next     Cursor             `json:"continuationToken"`
		Invoices []CollectedInvoice `json:"invoices"`
	}
	if err := c.conn.call(ctx, r, collectedQuery{numbers}, &out); err != nil {
		return nil, err
	}
	return cursorPage(&r, out.Invoices, out.Next)
}

type collectedQuery struct {
	Numbers []CollectiveIdentifier `json:"collectiveIdentifierNumbers"`
}

// Invoices iterates over the invoices under any number of collective
// identifiers, in pages of opts.PageSize; a cursor in opts does not count. After
// an error it stops.
func (c *CollectiveIdentifiers) Invoices(ctx context.Context, numbers []CollectiveIdentifier, opts *ListOptions) iter.Seq2[CollectedInvoice, error] {
	var o ListOptions
	if opts != nil {
		o.PageSize = opts.PageSize // a cursor is good for one query only
	}
	return func(yield func(CollectedInvoice, error) bool) {
		for some := range slices.Chunk(numbers, maxNumbers) {
			for i, err := range walk(ctx, &o, maxCollectedPage, func(ctx context.Context, o *ListOptions) (*Page[CollectedInvoice], error) {
				return c.QueryInvoices(ctx, some, o)
			}) {
				if !yield(i, err) || err != nil {
					return
				}
			}
		}
	}
}

// QueryByInvoice returns one page of the collective identifiers that an invoice
// is under. KSeF takes page sizes from 10 to 200. Safe to repeat.
//
//ksef:op GET /collective-identifiers/ksef/{ksefNumber}
func (c *CollectiveIdentifiers) QueryByInvoice(ctx context.Context, n KSeFNumber, opts *ListOptions) (*Page[CollectiveInfo], error) {
	r := request{
		method: "GET", path: "/collective-identifiers/ksef/" + url.PathEscape(string(n)),
		route: "/collective-identifiers/ksef/{ksefNumber}", repeat: repeatable,
	}
	r.list(opts)
	return c.page(ctx, r, nil)
}

// ByInvoice iterates over the collective identifiers that an invoice is under,
// from the page opts name. After an error it stops.
func (c *CollectiveIdentifiers) ByInvoice(ctx context.Context, n KSeFNumber, opts *ListOptions) iter.Seq2[CollectiveInfo, error] {
	return walk(ctx, opts, maxCollectivePage, func(ctx context.Context, o *ListOptions) (*Page[CollectiveInfo], error) {
		return c.QueryByInvoice(ctx, n, o)
	})
}
