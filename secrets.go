package ksef

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// AccessToken is a bearer token, access or refresh, with its term. It prints
// and logs without the secret; see Secrets in the package comment.
type AccessToken struct {
	Token      string    `json:"token"` // secret
	ValidUntil time.Time `json:"validUntil"`
}

// String tells the term of the token.
func (t AccessToken) String() string {
	if t.ValidUntil.IsZero() {
		return "token of unknown term"
	}
	return "token valid until " + t.ValidUntil.Format(time.RFC3339)
}

// Format implements [fmt.Formatter].
func (t AccessToken) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// LogValue implements [slog.LogValuer].
func (t AccessToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Credentials are what an [AuthenticatedClient] lives on. They print without
// the secrets and encode to JSON with them: keep that like a password.
type Credentials struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber,omitempty"` // of the session, where it is known
	Access          AccessToken     `json:"access"`
	Refresh         AccessToken     `json:"refresh"`
}

// String tells the terms of both tokens.
func (c Credentials) String() string {
	return fmt.Sprintf("access %v, refresh %v", c.Access, c.Refresh)
}

// Format implements [fmt.Formatter].
func (c Credentials) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue implements [slog.LogValuer].
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// AuthOperation is an authentication under way. Its token is good for asking
// how far it is and for redeeming it, for three quarters of an hour. It prints
// and logs without it and encodes to JSON with it, to be gone on with elsewhere.
type AuthOperation struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Token           AccessToken     `json:"authenticationToken"`
}

func (op *AuthOperation) complete() bool { return op.ReferenceNumber != "" && op.Token.Token != "" }

func (op *AuthOperation) check() error {
	if op == nil {
		return &ArgumentError{"AuthOperation", errors.New("is missing: want what SubmitXAdES or SubmitToken returned")}
	}
	return nil
}

// String tells the reference number of the operation.
func (op AuthOperation) String() string { return "authentication " + string(op.ReferenceNumber) }

// Format implements [fmt.Formatter].
func (op AuthOperation) Format(f fmt.State, _ rune) { fmt.Fprint(f, op.String()) }

// LogValue implements [slog.LogValuer].
func (op AuthOperation) LogValue() slog.Value { return slog.StringValue(op.String()) }

// NewToken is a KSeF token just made. KSeF shows its secret this once; it
// prints and logs without it.
type NewToken struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Token           string          `json:"token"` // secret: what WithToken takes
}

func (t *NewToken) complete() bool { return t.ReferenceNumber != "" && t.Token != "" }

// String tells the reference number of the token.
func (t NewToken) String() string { return "KSeF token " + string(t.ReferenceNumber) }

// Format implements [fmt.Formatter].
func (t NewToken) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// LogValue implements [slog.LogValuer].
func (t NewToken) LogValue() slog.Value { return slog.StringValue(t.String()) }
