package ksef

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
)

// Download returns the document of an invoice, byte for byte as it was sent,
// having checked its hash. Numbers of KSeF 1.0 are good too. Safe to repeat.
//
// No invoice with that number, or none that concerns the current taxpayer, is
// [CodeNoInvoice]; one that is not in the repository yet is [CodeNotStored]:
// see [Invoices.DownloadWhenReady].
//
//ksef:op GET /invoices/ksef/{ksefNumber}
func (s *Invoices) Download(ctx context.Context, n KSeFNumber) ([]byte, error) {
	r := request{
		method: "GET", path: "/invoices/ksef/" + url.PathEscape(string(n)), route: "/invoices/ksef/{ksefNumber}",
		repeat: repeatable, accept: "application/xml, application/problem+json",
	}
	for attempt := 1; ; attempt++ {
		var doc []byte
		err := s.conn.call(ctx, r, nil, func(a *answer) error {
			doc = a.body
			return checkHash(a.header.Get("X-Ms-Meta-Hash"), a.body)
		})
		switch {
		case err == nil:
			return doc, nil
		case !errors.Is(err, ErrCorrupt) || attempt >= s.conn.retry.Attempts:
			return nil, err
		}
		if over := s.conn.retry.rest(ctx, attempt, err); over != nil {
			return nil, over
		}
	}
}

// DownloadTo is [Invoices.Download] into w. Nothing is written before the hash
// has been checked; an invoice has a few megabytes at most.
func (s *Invoices) DownloadTo(ctx context.Context, n KSeFNumber, w io.Writer) error {
	doc, err := s.Download(ctx, n)
	if err != nil {
		return err
	}
	if _, err := w.Write(doc); err != nil {
		return fmt.Errorf("ksef: writing invoice %s: %w", n, err)
	}
	return nil
}

// DownloadWhenReady is [Invoices.Download] for an invoice that has just got its
// number: it asks until the invoice is in the repository. When ctx ends first,
// the error is a [*PendingError].
func (s *Invoices) DownloadWhenReady(ctx context.Context, n KSeFNumber) (doc []byte, err error) {
	const pending = 100
	err = s.conn.wait(ctx, OperationStorage, ReferenceNumber(n), func() (Status, error) {
		var err error
		doc, err = s.Download(ctx, n)
		if refusal, ok := errors.AsType[*Error](err); ok && errors.Is(err, CodeNotStored) {
			return Status{Code: pending, Description: refusal.Problem(CodeNotStored).Description}, nil
		}
		return Status{Code: 200}, err
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}
