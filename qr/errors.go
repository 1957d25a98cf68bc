package qr

import (
	"errors"
	"fmt"
)

// FieldError tells which part of a link is missing or malformed.
type FieldError struct {
	Field string // "base", "context type", "context", "seller's NIP", "date of issue", …
	Value string // as it is
	Want  string // what it should be
}

// Error returns all of it.
func (e *FieldError) Error() string {
	return fmt.Sprintf("qr: %s %q: want %s", e.Field, e.Value, e.Want)
}

var (
	// ErrNotLink reports a text that is no link of either kind.
	ErrNotLink = errors.New("qr: not a verification link of KSeF")

	// ErrSignature reports a signature that does not verify: the link was changed, or the key is another one.
	ErrSignature = errors.New("qr: the signature of the link does not verify")

	// ErrKey reports a key that cannot sign links. They are signed with RSA of 2048 bits or more, or with ECDSA on
	// P-256.
	ErrKey = errors.New("qr: not a key for links: want RSA with 2048 bits or more, or EC on P-256")

	// ErrCertificate reports a certificate that cannot vouch for an issuer: it is not of the type Offline, or the key
	// is not its own.
	ErrCertificate = errors.New("qr: not a certificate for links")

	// ErrCaption reports a caption with other characters than capital letters without accents, digits, hyphens and
	// blanks.
	ErrCaption = errors.New("qr: a caption has capital letters A to Z, digits, hyphens and blanks only")
)
