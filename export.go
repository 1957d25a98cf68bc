package ksef

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
)

// ExportOptions adjusts an export. A nil *ExportOptions means the defaults.
type ExportOptions struct {
	OnlyMetadata bool        // no documents
	Compression  Compression // "" for TarGz, which is unpacked while it arrives
}

// Export is a package of invoices that was ordered. It is safe for concurrent
// use.
type Export struct {
	conn  *authConn
	state ExportState
}

// Export orders a package of the invoices that match, sorted by the date the
// filter is about: at most 10,000, or a gigabyte compressed, encrypted under a
// fresh key (ksef-docs pobieranie-faktur/pobieranie-faktur.md). The dates may
// span as many days as those of [Invoices.Query]; [Invoices.Documents] has no
// such limits.
//
// The request is repeated when its answer is lost: what remains then is a
// package that nobody fetches. KSeF makes ten packages at a time,
// [CodeTooManyExports], and 20 an hour.
//
//ksef:op POST /invoices/exports
func (s *Invoices) Export(ctx context.Context, f InvoiceFilter, opts *ExportOptions) (*Export, error) {
	filters, err := f.wire()
	if err != nil {
		return nil, err
	}
	in := exportRequest{Filters: filters, Compression: TarGz}
	if opts != nil {
		in.OnlyMetadata = opts.OnlyMetadata
	}
	if opts != nil && opts.Compression != "" {
		in.Compression = opts.Compression
	}
	key, err := seal.New(nil)
	if err != nil {
		return nil, fmt.Errorf("ksef: export key: %w", err)
	}
	var out exportOrdered
	err = s.conn.withKey(ctx, SymmetricKeyEncryption, func(k *PublicKey) error {
		if in.Encryption, err = wrapKey(key, k); err != nil {
			return err
		}
		return s.conn.call(ctx, request{method: "POST", path: "/invoices/exports", repeat: repeatable}, in, &out)
	})
	if err != nil {
		return nil, err
	}
	return s.ResumeExport(ExportState{out.ReferenceNumber, f.Role, in.OnlyMetadata, key}), nil
}

type exportRequest struct {
	Encryption   encryption    `json:"encryption"`
	OnlyMetadata bool          `json:"onlyMetadata,omitempty"`
	Filters      *invoiceQuery `json:"filters"`
	Compression  Compression   `json:"compressionType,omitempty"`
}

type exportOrdered struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
}

func (o *exportOrdered) complete() bool { return o.ReferenceNumber != "" }

// ResumeExport returns the export whose [Export.State] was kept. It sends
// nothing. Of a state made by hand the reference number is enough to ask how far
// the export is; fetching its package is [ErrState], for want of the key.
func (s *Invoices) ResumeExport(state ExportState) *Export {
	return &Export{s.conn, state}
}

// State returns what [Invoices.ResumeExport] needs.
func (e *Export) State() ExportState { return e.state }

// ReferenceNumber returns the number of the export.
func (e *Export) ReferenceNumber() ReferenceNumber { return e.state.ReferenceNumber }

// ExportStatus is how far an export is.
type ExportStatus struct {
	Status    Status    `json:"status"`
	Completed time.Time `json:"completedDate,omitzero"`
	Expires   time.Time `json:"packageExpirationDate,omitzero"` // until when the package can be fetched
	Package   *Package  `json:"package,omitempty"`              // once it is made
}

func (s *ExportStatus) complete() bool { return s.Status.Code != 0 }

// Status tells how far the export is, and with the package gives fresh URLs of
// its parts. KSeF knows an export for seven days; later is [ErrGone]. Safe to
// repeat.
//
//ksef:op GET /invoices/exports/{referenceNumber}
func (e *Export) Status(ctx context.Context) (*ExportStatus, error) {
	out := new(ExportStatus)
	r := request{
		method: "GET", path: "/invoices/exports/" + url.PathEscape(string(e.state.ReferenceNumber)),
		route: "/invoices/exports/{referenceNumber}", repeat: repeatable,
	}
	if err := e.conn.call(ctx, r, nil, out); err != nil {
		return nil, err
	}
	if out.Package != nil {
		out.Package.export = e
		if err := out.Package.check(); err != nil {
			return nil, fmt.Errorf("ksef: export %s: %w: %w", e.state.ReferenceNumber, ErrMalformed, err)
		}
	}
	return out, nil
}

// Wait waits until the package is made. A failed export is a [*FailedError] at
// once; it matches [ErrGone] when the package has expired and [CodeOutOfRange]
// when the range of dates began after the high-water mark. When ctx ends first,
// the error is a [*PendingError].
func (e *Export) Wait(ctx context.Context) (*Package, error) {
	var last *ExportStatus
	err := e.conn.wait(ctx, OperationExport, e.state.ReferenceNumber, func() (Status, error) {
		now, err := e.Status(ctx)
		if err != nil {
			return Status{}, err
		}
		last = now
		return now.Status, nil
	})
	const expired = 210
	switch {
	case err != nil:
		return nil, err
	case last.Status.Code == expired:
		return nil, &FailedError{Operation: OperationExport, Reference: e.state.ReferenceNumber, Status: last.Status}
	case last.Package == nil:
		return nil, fmt.Errorf("ksef: export %s: %w: done, and no package", e.state.ReferenceNumber, ErrMalformed)
	}
	return last.Package, nil
}
