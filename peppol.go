package ksef

import (
	"context"
	"iter"
	"time"
)

// Peppol lists the Peppol service providers that KSeF knows. It needs no
// authentication.
type Peppol service

// PeppolProvider is a Peppol service provider, to which a taxpayer can grant
// the right to send PEF invoices for him.
type PeppolProvider struct {
	ID      PeppolID  `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"dateCreated"` // when KSeF got to know it
}

// Query returns one page of the providers, the newest first. KSeF takes page
// sizes from 10 to 100. Safe to repeat.
//
//ksef:op GET /peppol/query
func (p *Peppol) Query(ctx context.Context, opts *ListOptions) (*Page[PeppolProvider], error) {
	r := request{method: "GET", path: "/peppol/query", repeat: repeatable}
	next, err := r.numbered(opts)
	if err != nil {
		return nil, err
	}
	var out struct {
		Items []PeppolProvider `json:"peppolProviders"`
		More  bool             `json:"hasMore"`
	}
	if err := p.conn.call(ctx, r, nil, &out); err != nil {
		return nil, err
	}
	return numberedPage(&r, out.Items, out.More, next)
}

// All iterates over the providers, from the page opts name. After an error it
// stops.
func (p *Peppol) All(ctx context.Context, opts *ListOptions) iter.Seq2[PeppolProvider, error] {
	return walk(ctx, opts, maxListPage, p.Query)
}
