package ksef

import "context"

// Limits tells what KSeF allows the current taxpayer, and in the [Test]
// environment changes it. Elsewhere the methods that change something fail with
// [ErrNotTest] and send nothing. All methods are safe to repeat.
//
// What is set holds until it is reset, for everybody who works in the context
// (or, with SetSubject, is the same subject), and may take some seconds to be in
// force.
type Limits authService

// ContextLimits are the limits of a context (ksef-docs limity/limity.md).
type ContextLimits struct {
	Online SessionLimits `json:"onlineSession"`
	Batch  SessionLimits `json:"batchSession"`

	// CollectiveIdentifier is zero when KSeF does not tell, as before 2.7.1.
	CollectiveIdentifier CollectiveIdentifierLimits `json:"collectiveIdentifier,omitzero"`
}

// SessionLimits are the limits of sessions. A megabyte has 1,000,000 bytes.
type SessionLimits struct {
	InvoiceMB           int `json:"maxInvoiceSizeInMB"`
	AttachmentInvoiceMB int `json:"maxInvoiceWithAttachmentSizeInMB"` // of an invoice with attachments
	Invoices            int `json:"maxInvoices"`                      // in one session
}

// CollectiveIdentifierLimits are the limits of collective identifiers.
type CollectiveIdentifierLimits struct {
	Invoices int `json:"maxInvoices"` // in one identifier
}

// SubjectLimits are the limits of who is authenticated, in whatever context. Nil
// is what KSeF does not tell or, in setting, what stays as it is.
type SubjectLimits struct {
	Enrollments  *int // orders for certificates
	Certificates *int // certificates held
}

// subjectLimits is how they travel.
type subjectLimits struct {
	Kind        Kind                `json:"subjectIdentifierType,omitempty"` // when setting only
	Enrollment  *enrollmentLimits   `json:"enrollment,omitempty"`
	Certificate *certificatesLimits `json:"certificate,omitempty"`
}

type enrollmentLimits struct {
	Enrollments *int `json:"maxEnrollments,omitempty"`
}

type certificatesLimits struct {
	Certificates *int `json:"maxCertificates,omitempty"`
}

// Context returns the limits of the current context.
//
//ksef:op GET /limits/context
func (l *Limits) Context(ctx context.Context) (*ContextLimits, error) {
	out := new(ContextLimits)
	if err := l.conn.call(ctx, request{method: "GET", path: "/limits/context", repeat: repeatable}, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// SetContext sets the limits of the current context: sizes of up to 5 MB, with
// attachments 10, sessions of up to 100,000 invoices, and collective identifiers
// of 2 to 5,000, which stay as they are when zero. Start from what Context
// returns.
//
//ksef:op POST /testdata/limits/context/session
func (l *Limits) SetContext(ctx context.Context, limits ContextLimits) error {
	return l.change(ctx, "POST", "/testdata/limits/context/session", limits)
}

// ResetContext undoes [Limits.SetContext].
//
//ksef:op DELETE /testdata/limits/context/session
func (l *Limits) ResetContext(ctx context.Context) error {
	return l.change(ctx, "DELETE", "/testdata/limits/context/session", nil)
}

// Subject returns the limits of who is authenticated.
//
//ksef:op GET /limits/subject
func (l *Limits) Subject(ctx context.Context) (*SubjectLimits, error) {
	var in subjectLimits
	if err := l.conn.call(ctx, request{method: "GET", path: "/limits/subject", repeat: repeatable}, nil, &in); err != nil {
		return nil, err
	}
	out := new(SubjectLimits)
	if in.Enrollment != nil {
		out.Enrollments = in.Enrollment.Enrollments
	}
	if in.Certificate != nil {
		out.Certificates = in.Certificate.Certificates
	}
	return out, nil
}

// SetSubject sets the limits of who is authenticated, of whom kind says by which
// identifier he is known: KindNIP, KindPESEL or KindFingerprint; "" leaves that
// to KSeF.
//
//ksef:op POST /testdata/limits/subject/certificate
func (l *Limits) SetSubject(ctx context.Context, kind Kind, limits SubjectLimits) error {
	out := subjectLimits{Kind: kind}
	if limits.Enrollments != nil {
		out.Enrollment = &enrollmentLimits{limits.Enrollments}
	}
	if limits.Certificates != nil {
		out.Certificate = &certificatesLimits{limits.Certificates}
	}
	return l.change(ctx, "POST", "/testdata/limits/subject/certificate", out)
}

// ResetSubject undoes [Limits.SetSubject].
//
//ksef:op DELETE /testdata/limits/subject/certificate
func (l *Limits) ResetSubject(ctx context.Context) error {
	return l.change(ctx, "DELETE", "/testdata/limits/subject/certificate", nil)
}

func (l *Limits) change(ctx context.Context, method, path string, in any) error {
	r := request{method: method, path: path, repeat: repeatable}
	if err := l.conn.onlyInTest(&r); err != nil {
		return err
	}
	return l.conn.call(ctx, r, in, nil)
}
