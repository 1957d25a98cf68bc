package ksef

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Conditions to branch on with [errors.Is].
var (
	ErrUnauthorized = errors.New("unauthorized")        // 401
	ErrForbidden    = errors.New("forbidden")           // 403
	ErrGone         = errors.New("no longer available") // 410
	ErrRateLimited  = errors.New("rate limited")        // 429

	// ErrUnknown marks a request that must not be repeated blindly and whose
	// answer was lost: KSeF may or may not have done the work.
	ErrUnknown = errors.New("outcome unknown")

	// ErrMalformed marks an answer that is not what KSeF's contract promises,
	// such as a proxy's HTML page or JSON that was cut off.
	ErrMalformed = errors.New("malformed answer")

	// ErrCorrupt marks content that is not what was announced: another size or
	// hash, an archive that is damaged or whose files are not those it lists.
	ErrCorrupt = errors.New("content corrupted")

	// ErrState marks a kept state that cannot be gone on with: damaged, of another
	// kind or a later version, or made by hand and without its key.
	ErrState = errors.New("unusable state")

	// ErrDuplicate marks an invoice whose seller, kind and number an accepted
	// invoice has already (status 440).
	ErrDuplicate = errors.New("duplicate invoice")

	// ErrNotTest marks what only the Test environment offers.
	ErrNotTest = errors.New("only in the test environment")

	// What is looked for and is not there.
	ErrNotSent       = errors.New("not in the session")                    // the invoice: see OnlineSession.Resolve
	ErrNoBeginning   = errors.New("nobody knows where to begin")           // see SyncOptions.From
	ErrNoCertificate = errors.New("no such certificate")                   // see Certificates.Resume
	ErrNoKey         = errors.New("ksef publishes no valid public key")    // see PublicKeys.Current
	ErrNoLighthouse  = errors.New("no status service in this environment") // see Lighthouse
)

// A Code is a KSeF error code. Codes are errors, so they can be looked for:
//
//	if errors.Is(err, ksef.CodeInvalidInput) { … }
type Code int

// The codes of authentication, of sending and receiving, of certificates and
// collective identifiers, and of what is common to all areas.
const (
	CodeInvalidDocument    Code = 9101  // not a document that can be signed
	CodeNoSignature        Code = 9102  // the document has no signature
	CodeTooManySignatures  Code = 9103  // the document has more than one signature
	CodeInvalidSignature   Code = 9105  // the signature does not verify
	CodeUnreadable         Code = 21001 // the content cannot be read
	CodeInvalidChallenge   Code = 21111 // unknown, used or expired challenge
	CodeInvalidCertificate Code = 21115 // certificate without a usable identifier
	CodeWrongSubject       Code = 21117 // subject's identifier does not suit the kind of context
	CodeSessionFull        Code = 21155 // too many invoices in the session
	CodePartSize           Code = 21157 // wrong size of a part
	CodePartCount          Code = 21161 // too many parts
	CodeNoInvoice          Code = 21164 // no invoice with that number
	CodeNotStored          Code = 21165 // the invoice is not in the repository yet
	CodeCorrectionExists   Code = 21166 // a technical correction was accepted already
	CodeNotCorrectable     Code = 21167 // the invoice was accepted: nothing to correct technically
	CodeNoSession          Code = 21173 // no session with that number
	CodeNoExport           Code = 21175 // no export with that number
	CodeNoUPO              Code = 21178 // no receipt, or none yet
	CodeSessionStatus      Code = 21180 // the session's status does not allow it
	CodeExportRefused      Code = 21181 // no exports for that role in this kind of context
	CodeTooManyExports     Code = 21182 // ten exports are running
	CodeOutOfRange         Code = 21183 // the range of dates begins after the high-water mark
	CodeSessionUnavailable Code = 21184 // open another session
	CodeMissingPart        Code = 21205 // a declared part was not uploaded
	CodeUploadTimeout      Code = 21208 // parts came too late
	CodeInvalidEncoding    Code = 21217 // not UTF-8
	CodeNotAuthorized      Code = 21301 // tokens redeemed already, or the authentication's status forbids it
	CodeNotAuthenticated   Code = 21304 // no such authentication
	CodeDeceased           Code = 21308 // credentials of somebody who died
	CodeSchemaViolation    Code = 21401 // the document violates its XSD
	CodeContentSize        Code = 21402 // content is not of the declared size
	CodeContentHash        Code = 21403 // content does not have the declared hash
	CodeInvalidInput       Code = 21405 // a value of the request is not allowed; see the details
	CodeSignatureConflict  Code = 21406 // the signature does not suit the kind of authentication
	CodeInvalidCursor      Code = 21418 // malformed continuation token
	CodeUnknownKey         Code = 21470 // publicKeyId unknown or withdrawn
	CodeNoEnrollmentData   Code = 25001 // no certificates for who authenticated this way, such as with a token
	CodeEnrollmentRefused  Code = 25002 // the same, for orders
	CodeCSRSubject         Code = 25003 // the request's subject is not the one KSeF prescribes
	CodeInvalidCSR         Code = 25004 // not a certificate signing request, or its signature does not verify
	CodeNoEnrollment       Code = 25005 // no order with that number
	CodeEnrollmentLimit    Code = 25006 // too many orders
	CodeCertificateLimit   Code = 25007 // too many certificates
	CodeNoCertificate      Code = 25008 // no certificate with that serial number
	CodeNotRevocable       Code = 25009 // the certificate is revoked, blocked or not valid already
	CodeInvalidKey         Code = 25010 // no key of that kind or length is certified
	CodeCSRAlgorithm       Code = 25011 // signature algorithm of the request not allowed
	CodePermissionNotHeld  Code = 26001 // a token cannot have permissions its author lacks
	CodeContextWithoutKeys Code = 26002 // no tokens in this kind of context
	CodeExists             Code = 30001 // the subject or permission exists already
	CodeNotCollectable     Code = 71001 // an invoice cannot be put under a collective identifier, or not yet
	CodeCollectedTooOften  Code = 71002 // an invoice is under 132 collective identifiers already
	CodeSeveralSellers     Code = 71004 // invoices of different sellers
	CodeRepeatedInvoice    Code = 71005 // the same invoice twice
)

// Error makes a Code usable with [errors.Is].
func (c Code) Error() string { return fmt.Sprintf("ksef code %d", int(c)) }

// Error is a refusal: KSeF answered a request with a status outside 2xx. It
// matches the Err… condition of its status and the codes of its problems.
type Error struct {
	Method, Path string        // "POST", "/auth/ksef-token"
	StatusCode   int           // HTTP status
	Detail       string        // what KSeF said in general, in Polish
	Problems     []Problem     // what KSeF said is wrong; may be empty
	Denied       *Denial       // why access was denied, on a 403
	RetryAfter   time.Duration // of a 429
	TraceID      string        // to quote to the ministry
	Body         []byte        // the answer as received, at most 64 KiB

	unknown bool // the request must not be repeated and may have been carried out
}

// Problem is one complaint inside an [Error], in KSeF's own words.
type Problem struct {
	Code        Code     `json:"code"`
	Description string   `json:"description"`
	Details     []string `json:"details"`
}

// Denial tells why access was denied.
type Denial struct {
	Reason        string       // "missing-permissions", "ip-not-allowed", …
	RequiredAnyOf []Permission // permissions of which one is needed
	Present       []Permission // permissions held
	ClientIP      string       // the caller's address as KSeF saw it
	Method        string       // category of the authentication method that is not allowed
	ContextKind   Kind         // kind of context that is not allowed
	IncidentID    string       // to quote to the ministry
}

// Error says what was asked and what was answered.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("ksef: ")
	if asked := strings.TrimSpace(e.Method + " " + e.Path); asked != "" {
		b.WriteString(asked + ": ")
	}
	fmt.Fprintf(&b, "%d %s", e.StatusCode, http.StatusText(e.StatusCode))
	if e.unknown {
		b.WriteString(": " + ErrUnknown.Error())
	}
	for _, p := range e.Problems {
		fmt.Fprintf(&b, ": %s (%d)", strings.TrimSuffix(p.Description, "."), int(p.Code))
		if len(p.Details) > 0 {
			b.WriteString(": " + strings.Join(p.Details, "; "))
		}
	}
	if len(e.Problems) == 0 && e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if d := e.Denied; d != nil {
		fmt.Fprintf(&b, " (%s", d.Reason)
		if len(d.RequiredAnyOf) > 0 {
			fmt.Fprintf(&b, "; needs one of %v, has %v", d.RequiredAnyOf, d.Present)
		}
		for _, given := range []struct{ name, value string }{
			{"address", d.ClientIP}, {"method", d.Method}, {"context", string(d.ContextKind)}, {"incident", d.IncidentID},
		} {
			if given.value != "" {
				b.WriteString("; " + given.name + " " + given.value)
			}
		}
		b.WriteString(")")
	}
	if e.astray() {
		b.WriteString(": not what KSeF answers with; is the base URL right?")
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, " (retry after %v)", e.RetryAfter)
	}
	return b.String()
}

// astray reports that it was hardly KSeF that answered: it gives no reason, and
// neither redirects nor lacks an operation.
func (e *Error) astray() bool {
	return (e.StatusCode/100 == 3 || e.StatusCode == http.StatusNotFound) && e.Detail == "" && len(e.Problems) == 0 && e.Denied == nil
}

// Problem returns the complaint with the given code, or nil.
func (e *Error) Problem(code Code) *Problem {
	for i := range e.Problems {
		if e.Problems[i].Code == code {
			return &e.Problems[i]
		}
	}
	return nil
}

// Is matches the Err… conditions and every [Code] in e.Problems.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrForbidden:
		return e.StatusCode == http.StatusForbidden
	case ErrGone:
		return e.StatusCode == http.StatusGone
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrUnknown:
		return e.unknown
	}
	code, ok := target.(Code)
	return ok && e.Problem(code) != nil
}

// Operation names what KSeF works on after it has answered.
type Operation string

// The operations that are waited for.
const (
	OperationAuthentication Operation = "authentication"
	OperationToken          Operation = "token"
	OperationSession        Operation = "session"
	OperationInvoice        Operation = "invoice"
	OperationExport         Operation = "export"
	OperationEnrollment     Operation = "enrolment"
	OperationStorage        Operation = "storage of invoice" // its reference is the KSeF number
	OperationPermissions    Operation = "change of permissions"
)

// PendingError reports that nobody could say what became of an operation: the
// context ended first, KSeF asked to be left alone for longer than the context
// allows ([ErrRateLimited]), the session of who asked has ended ([ErrUnauthorized]),
// [Options.Budget] let nothing through, or KSeF did not answer or not legibly
// ([ErrMalformed]). Once KSeF has told of an operation, or taken it on in the same
// call, any refusal counts: it is one to tell more. The operation goes on; wait for
// Reference again to learn its end. (An authentication by one of the With… methods
// cannot be gone on with, for want of its token: authenticate anew, or use the
// steps.)
type PendingError struct {
	Operation Operation
	Reference ReferenceNumber
	Last      Status // the last one seen; zero when none was
	Err       error  // the context's, or that of the last question
}

// Error says what was being waited for.
func (e *PendingError) Error() string {
	last := ""
	if e.Last.Code != 0 {
		last = fmt.Sprintf(" (last status %s)", e.Last)
	}
	return fmt.Sprintf("ksef: waiting for %s %s%s: %v", e.Operation, e.Reference, last, e.Err)
}

// Unwrap returns e.Err.
func (e *PendingError) Unwrap() error { return e.Err }
