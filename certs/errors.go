package certs

import (
	"errors"
	"fmt"
)

// Conditions to branch on with [errors.Is].
var (
	// ErrPassword means that the password does not open the key or the file.
	// Damage to the encrypted bytes looks the same.
	ErrPassword = errors.New("wrong password")

	// ErrPasswordRequired means that the key or the file is encrypted and no
	// password was given.
	ErrPasswordRequired = errors.New("password required")

	// ErrNoCertificate means that there is no certificate in the input.
	ErrNoCertificate = errors.New("no certificate")

	// ErrNoKey means that there is no private key in the input.
	ErrNoKey = errors.New("no private key")

	// ErrKeyMismatch means that the private key belongs to none of the
	// certificates.
	ErrKeyMismatch = errors.New("private key and certificate do not match")

	// ErrUnsupportedKey means a key that KSeF does not take: DSA, Ed25519, RSA
	// under 2048 bits, curves other than P-256, P-384 and P-521 (ksef-docs
	// auth/podpis-xades.md). When encoding, it means a key that cannot leave its
	// device.
	ErrUnsupportedKey = errors.New("unsupported key")

	// ErrUnsupportedEncryption means that the key or the file is encrypted with
	// an algorithm that this package does not know.
	ErrUnsupportedEncryption = errors.New("unsupported encryption")

	// ErrFormat means that the input is not what the function reads, or is
	// damaged.
	ErrFormat = errors.New("unreadable format")

	// ErrLimit means that reading the input would take more than an honest file
	// needs: over 1 MiB of input, 10 million rounds of key derivation or 64 MiB
	// of memory for scrypt.
	ErrLimit = errors.New("over the limit")
)

// explain adds to a condition what was found and what to do about it.
func explain(condition error, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{condition}, args...)...)
}
