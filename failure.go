package ksef

import (
	"fmt"
	"strconv"
)

// FailedError is a failure of an operation that KSeF had accepted: the
// requests went well, the work did not.
type FailedError struct {
	Operation  Operation
	Reference  ReferenceNumber
	Status     Status
	Extensions map[string]string // of an invoice: what belongs to the code
}

// Is matches the [Failure] that e is. It matches [ErrDuplicate] of an invoice,
// and of an export [ErrGone] when its package has expired and [CodeOutOfRange]
// when it began after the high-water mark.
func (e *FailedError) Is(target error) bool {
	if f, ok := target.(Failure); ok {
		return f.is(e.Operation, e.Status)
	}
	switch target {
	case ErrDuplicate:
		return e.Operation == OperationInvoice && e.Status.Code == 440
	case ErrGone:
		return e.Operation == OperationExport && e.Status.Code == 210
	case CodeOutOfRange:
		return e.Operation == OperationExport && e.Status.Code == 420
	}
	return false
}

// Error says what failed and why.
func (e *FailedError) Error() string {
	return fmt.Sprintf("ksef: %s %s failed: %s", e.Operation, e.Reference, e.Status)
}

// Failure is a way in which KSeF fails an operation that it had accepted: the
// [Operation] and the code of its final [Status], "authentication 415". Failures
// are errors, so they can be looked for in what a method returned:
//
//	if errors.Is(err, ksef.AuthBlocked) { … }
//
// A [*FailedError] matches its own. The names here are those of authentication
// (ksef-docs uwierzytelnianie.md), of sending (ksef-docs sesja-interaktywna.md,
// sesja-wsadowa.md) and of all operations; any other code can be had by
// conversion. A duplicate invoice is [ErrDuplicate], and what else has a name of
// its own is listed at [FailedError.Is].
type Failure string

// Ways to fail.
const (
	// How authentications fail.

	AuthFailed             Failure = "authentication 400" // for a reason that no other code has
	AuthWithoutPermission  Failure = "authentication 415" // the subject may do nothing in the context
	AuthRevoked            Failure = "authentication 425" // terminated by the user
	AuthInvalidToken       Failure = "authentication 450" // the KSeF token; details say why
	AuthInvalidCertificate Failure = "authentication 460" // expired, revoked or not trusted; details say which
	AuthDeceased           Failure = "authentication 470" // the subject has died
	AuthBlocked            Failure = "authentication 480" // a security incident is suspected: contact the ministry

	// How sessions of sending fail. None of their invoices was accepted.

	SessionInvalidPart     Failure = "session 405" // a part is not what was declared
	SessionInvalidKey      Failure = "session 415" // its symmetric key cannot be decrypted
	SessionTooManyInvoices Failure = "session 420"
	SessionInvalidArchive  Failure = "session 430" // not what was declared, or cannot be unpacked
	SessionInvalidCipher   Failure = "session 435" // parts cannot be decrypted
	SessionNothingSent     Failure = "session 440" // no invoice came, or not in time
	SessionAllRejected     Failure = "session 445" // no invoice was good

	// Why invoices are rejected.

	InvoiceOfFailedSession Failure = "invoice 405" // the session failed
	InvoiceNotPermitted    Failure = "invoice 410" // the sender may not send for this seller
	InvoiceWithAttachment  Failure = "invoice 415" // attachments go in batches only, and with consent
	InvoiceInvalidFile     Failure = "invoice 430" // not what was declared, or not XML
	InvoiceInvalidCipher   Failure = "invoice 435" // it cannot be decrypted
	InvoiceInvalid         Failure = "invoice 450" // it violates the schema or the rules; details say where

	// How operations of every kind fail for reasons of KSeF's own: try again.

	InternalFailure Failure = "500" // an unknown error
	AbortedByKSeF   Failure = "550" // processing was interrupted
)

// Error says which operation failed with which status.
func (f Failure) Error() string { return "ksef failed with status: " + string(f) }

// is reports whether an operation that ended in s failed in the way of f.
func (f Failure) is(o Operation, s Status) bool {
	code := strconv.Itoa(s.Code)
	return string(f) == code || string(f) == string(o)+" "+code
}
