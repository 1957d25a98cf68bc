package ksef

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/url"
	"time"
)

// InvoiceSession is a session of sending, online or batch, as seen by reading:
// how far it is, what became of its invoices, their receipts. It needs no key,
// so [InvoiceSessions.Session] gives it for any reference number.
type InvoiceSession struct {
	ref  ReferenceNumber
	conn *authConn
}

// ReferenceNumber returns the number of the session.
func (s *InvoiceSession) ReferenceNumber() ReferenceNumber { return s.ref }

// String tells the number of the session.
func (s *InvoiceSession) String() string { return "session " + string(s.ref) }

// Format implements [fmt.Formatter]: sessions for sending hold keys.
func (s *InvoiceSession) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// SessionStatus is how far a session of sending is. Counts are what KSeF says;
// it says nothing of some before the session is closed, and then they are zero.
type SessionStatus struct {
	Status     Status    `json:"status"`
	Created    time.Time `json:"dateCreated"`
	Updated    time.Time `json:"dateUpdated"`
	ValidUntil time.Time `json:"validUntil,omitzero"`
	Invoices   int       `json:"invoiceCount,omitempty"`
	Successful int       `json:"successfulInvoiceCount,omitempty"`
	Failed     int       `json:"failedInvoiceCount,omitempty"`
	UPO        UPO       `json:"upo,omitzero"` // once the session is processed
}

func (s *SessionStatus) complete() bool { return s.Status.Code != 0 }

// String tells the status and the counts.
func (s SessionStatus) String() string {
	return fmt.Sprintf("%v, %d invoices, %d successful, %d failed", s.Status, s.Invoices, s.Successful, s.Failed)
}

// LogValue implements [slog.LogValuer] without the URLs of the receipt.
func (s SessionStatus) LogValue() slog.Value { return slog.StringValue(s.String()) }

// UPO is the official receipt of a session, in pages of at most 10,000
// invoices.
type UPO struct {
	Pages []UPOPage `json:"pages"`
}

// UPOPage is one page of a session's receipt. Fetch it with
// [InvoiceSession.SessionUPO], or by anybody from DownloadURL until it expires:
// the URL is a secret.
type UPOPage struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	DownloadURL     string          `json:"downloadUrl"`
	ExpiresAt       time.Time       `json:"downloadUrlExpirationDate"`
}

// String tells the reference number of the page.
func (p UPOPage) String() string { return "UPO page " + string(p.ReferenceNumber) }

// Format implements [fmt.Formatter] without the URL.
func (p UPOPage) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// LogValue implements [slog.LogValuer].
func (p UPOPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// InvoiceStatus is where an invoice stands. Extensions hold what belongs to the
// code, such as the numbers of the original of a duplicate.
type InvoiceStatus struct {
	Status
	Extensions map[string]string `json:"extensions,omitempty"`
}

// SessionInvoice is an invoice seen from its session.
type SessionInvoice struct {
	Ordinal         int             `json:"ordinalNumber"` // in the session, from 1
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	InvoiceNumber   string          `json:"invoiceNumber,omitempty"` // the seller's
	KSeFNumber      KSeFNumber      `json:"ksefNumber,omitempty"`    // "" until accepted
	Hash            []byte          `json:"invoiceHash"`             // SHA-256 of the document
	FileName        string          `json:"invoiceFileName,omitempty"`
	Sent            time.Time       `json:"invoicingDate"`
	Acquired        time.Time       `json:"acquisitionDate,omitzero"` // when it got its KSeF number
	Stored          time.Time       `json:"permanentStorageDate,omitzero"`
	Mode            InvoicingMode   `json:"invoicingMode,omitempty"`
	UPODownloadURL  string          `json:"upoDownloadUrl,omitempty"` // for anybody, until it expires: a secret
	UPOExpiresAt    time.Time       `json:"upoDownloadUrlExpirationDate,omitzero"`
	Status          InvoiceStatus   `json:"status"`

	Session ReferenceNumber `json:"-"` // where it is
}

func (i *SessionInvoice) complete() bool { return i.ReferenceNumber != "" && i.Status.Code != 0 }

// String tells the numbers and the status of the invoice.
func (i SessionInvoice) String() string {
	return fmt.Sprintf("invoice %s %s: %v", i.ReferenceNumber, i.KSeFNumber, i.Status.Status)
}

// Format implements [fmt.Formatter] without the download URL.
func (i SessionInvoice) Format(f fmt.State, _ rune) { fmt.Fprint(f, i.String()) }

// InvoicingMode is how an invoice was issued. Unknown ones survive decoding.
type InvoicingMode string

// The modes of issuing.
const (
	Online  InvoicingMode = "Online"
	Offline InvoicingMode = "Offline"
)

// LogValue implements [slog.LogValuer].
func (i SessionInvoice) LogValue() slog.Value { return slog.StringValue(i.String()) }

// Status tells how far the session is. Safe to repeat.
//
//ksef:op GET /sessions/{referenceNumber}
func (s *InvoiceSession) Status(ctx context.Context) (*SessionStatus, error) {
	out := new(SessionStatus)
	if err := s.conn.call(ctx, s.get("", ""), nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// WaitClosed waits until a closed session is processed and its receipt is
// ready. A session that failed as a whole is a [*FailedError]; one of which
// every invoice was rejected is too (445). When ctx ends first, the error is a
// [*PendingError]. An online session that nobody closed stays open for hours,
// and so does WaitClosed.
func (s *InvoiceSession) WaitClosed(ctx context.Context) (*SessionStatus, error) {
	var last *SessionStatus
	err := s.conn.wait(ctx, OperationSession, s.ref, func() (Status, error) {
		now, err := s.Status(ctx)
		if err != nil {
			return Status{}, err
		}
		last = now
		return now.Status, nil
	})
	return last, err
}

// Wait waits until an invoice has its KSeF number. A rejected one is a
// [*FailedError]. A duplicate (440) matches [ErrDuplicate], unless its original
// is the same document: then the invoice was sent twice and accepted once, and
// Wait returns the original, in its own [SessionInvoice.Session]. When nobody
// can be asked about the original now, or ctx ends first, the error is a
// [*PendingError].
func (s *InvoiceSession) Wait(ctx context.Context, ref ReferenceNumber) (*SessionInvoice, error) {
	var last *SessionInvoice
	err := s.conn.wait(ctx, OperationInvoice, ref, func() (Status, error) {
		now, err := s.Invoice(ctx, ref)
		if err != nil {
			return Status{}, err
		}
		last = now
		return now.Status.Status, nil
	})
	if err == nil {
		return last, nil
	}
	failed, ok := errors.AsType[*FailedError](err)
	if !ok {
		return nil, err
	}
	failed.Extensions = last.Status.Extensions
	if !errors.Is(failed, ErrDuplicate) {
		return nil, failed
	}
	original, err := s.original(ctx, last)
	if err != nil && !errors.Is(err, errNoOriginal) && unanswered(err) {
		return nil, &PendingError{OperationInvoice, ref, last.Status.Status, err}
	}
	if err != nil {
		return nil, fmt.Errorf("%w; comparing it with the original: %w", failed, err)
	}
	if !bytes.Equal(original.Hash, last.Hash) {
		return nil, failed
	}
	return original, nil
}

// errNoOriginal says that a duplicate's original is nowhere to be found.
var errNoOriginal = errors.New("no original")

// original finds the invoice of which i is a duplicate.
func (s *InvoiceSession) original(ctx context.Context, i *SessionInvoice) (*SessionInvoice, error) {
	number := KSeFNumber(i.Status.Extensions["originalKsefNumber"])
	session := InvoiceSession{ReferenceNumber(i.Status.Extensions["originalSessionReferenceNumber"]), s.conn}
	if number == "" || session.ref == "" {
		return nil, fmt.Errorf("%w: KSeF does not name it", errNoOriginal)
	}
	var under ReferenceNumber
	for o, err := range session.Invoices(ctx, nil) {
		if err != nil {
			return nil, err
		}
		if o.KSeFNumber == number {
			return &o, nil
		}
		if o.Status.Pending() && o.ReferenceNumber != i.ReferenceNumber && bytes.Equal(o.Hash, i.Hash) {
			under = o.ReferenceNumber
		}
	}
	if under != "" { // it has its number, and does not show it yet
		o, err := session.Wait(ctx, under)
		if _, failed := errors.AsType[*FailedError](err); !failed {
			return o, err
		}
	}
	return nil, fmt.Errorf("%w: session %s has no invoice %s", errNoOriginal, session.ref, number)
}

// maxSessionPage is the largest page of sessions, and of invoices in one.
const maxSessionPage = 1000

// Invoice tells what became of one invoice. Safe to repeat.
//
//ksef:op GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}
func (s *InvoiceSession) Invoice(ctx context.Context, ref ReferenceNumber) (*SessionInvoice, error) {
	out := new(SessionInvoice)
	if err := s.conn.call(ctx, s.get("/invoices/"+url.PathEscape(string(ref)), "/invoices/{invoiceReferenceNumber}"), nil, out); err != nil {
		return nil, err
	}
	out.Session = s.ref
	return out, nil
}

// Invoices iterates over all invoices of the session, in the order in which
// they arrived. Pages have 10 to 1000 items, and 1000 unless opts say otherwise.
// After an error it stops.
//
//ksef:op GET /sessions/{referenceNumber}/invoices
func (s *InvoiceSession) Invoices(ctx context.Context, opts *ListOptions) iter.Seq2[SessionInvoice, error] {
	return s.list(ctx, "/invoices", opts, func(now *SessionStatus) int { return now.Invoices })
}

// Failed iterates over the invoices that were rejected, like
// [InvoiceSession.Invoices].
//
//ksef:op GET /sessions/{referenceNumber}/invoices/failed
func (s *InvoiceSession) Failed(ctx context.Context, opts *ListOptions) iter.Seq2[SessionInvoice, error] {
	return s.list(ctx, "/invoices/failed", opts, func(now *SessionStatus) int { return now.Failed })
}

// list lists invoices, of which count tells how many there are.
func (s *InvoiceSession) list(ctx context.Context, path string, opts *ListOptions, count func(*SessionStatus) int) iter.Seq2[SessionInvoice, error] {
	return walk(ctx, opts, maxSessionPage, func(ctx context.Context, o *ListOptions) (*Page[SessionInvoice], error) {
		r := s.get(path, path)
		r.list(o)
		var out struct {
			Next     Cursor           `json:"continuationToken"`
			Invoices []SessionInvoice `json:"invoices"`
		}
		if err := s.conn.call(ctx, r, nil, &out); err != nil {
			return nil, err
		}
		if out.Invoices == nil && o.Cursor == "" {
			// In spite of its contract KSeF leaves out a list of none: its own tests
			// for Java want that of failed invoices. So let the session say it.
			now, err := s.Status(ctx)
			if err != nil {
				return nil, err
			}
			if count(now) == 0 {
				return new(Page[SessionInvoice]), nil
			}
		}
		for i := range out.Invoices {
			out.Invoices[i].Session = s.ref
		}
		return cursorPage(&r, out.Invoices, out.Next)
	})
}

// UPO returns the official receipt of one accepted invoice, as signed XML whose
// hash was checked. Right after acceptance KSeF may not have it yet:
// [CodeNoUPO]. Safe to repeat.
//
//ksef:op GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo
func (s *InvoiceSession) UPO(ctx context.Context, ref ReferenceNumber) ([]byte, error) {
	return s.upo(ctx, "/invoices/"+url.PathEscape(string(ref))+"/upo", "/invoices/{invoiceReferenceNumber}/upo")
}

// UPOByKSeFNumber is [InvoiceSession.UPO] for the invoice with a KSeF number.
//
//ksef:op GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo
func (s *InvoiceSession) UPOByKSeFNumber(ctx context.Context, n KSeFNumber) ([]byte, error) {
	return s.upo(ctx, "/invoices/ksef/"+url.PathEscape(string(n))+"/upo", "/invoices/ksef/{ksefNumber}/upo")
}

// SessionUPO returns one page of the session's receipt. [SessionStatus.UPO]
// names the pages.
//
//ksef:op GET /sessions/{referenceNumber}/upo/{upoReferenceNumber}
func (s *InvoiceSession) SessionUPO(ctx context.Context, page ReferenceNumber) ([]byte, error) {
	return s.upo(ctx, "/upo/"+url.PathEscape(string(page)), "/upo/{upoReferenceNumber}")
}

func (s *InvoiceSession) upo(ctx context.Context, path, route string) ([]byte, error) {
	r := s.get(path, route)
	r.accept = "application/xml, application/problem+json"
	var doc []byte
	err := s.conn.call(ctx, r, nil, func(a *answer) error {
		doc = a.body
		return checkHash(a.header.Get("X-Ms-Meta-Hash"), a.body)
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// close closes the session at path. That it is closed already, by an earlier
// request whose answer was lost or by KSeF, is what was wanted.
func (s *InvoiceSession) close(ctx context.Context, path, route string) error {
	err := s.conn.call(ctx, request{method: "POST", path: path, route: route, repeat: repeatable}, nil, nil)
	if !errors.Is(err, CodeSessionStatus) {
		return err
	}
	const open = 100
	if now, lookup := s.Status(ctx); lookup != nil || now.Status.Code == open {
		return err
	}
	return nil
}

// get is a reading request about the session.
func (s *InvoiceSession) get(path, route string) request {
	const session = "/sessions/"
	return request{
		method: "GET", path: session + url.PathEscape(string(s.ref)) + path, route: session + "{referenceNumber}" + route,
		repeat: repeatable,
	}
}

// checkHash compares content with the Base64 of its SHA-256. Without a hash
// there is nothing to compare.
func checkHash(want string, content []byte) error {
	sum := sha256.Sum256(content)
	got := base64.StdEncoding.EncodeToString(sum[:])
	if want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 0 {
		return fmt.Errorf("%w: its SHA-256 is %s, announced was %s", ErrCorrupt, got, want)
	}
	return nil
}
