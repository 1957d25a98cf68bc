package certs

import (
	"crypto/tls"
	"fmt"
	"time"

	"github.com/ksef-go/ksef/internal/testcert"
)

// TestOptions shape a test certificate. The zero value, and nil, mean the
// defaults.
type TestOptions struct {
	ECDSA        bool      // P-256 instead of RSA with 2048 bits; hundreds of times faster to make
	Organization string    // of a seal; "Test Organisation" if empty
	GivenName    string    // of a person; "Test" if empty
	Surname      string    // of a person; "Person" if empty
	NotBefore    time.Time // an hour ago if zero
	NotAfter     time.Time // a year after NotBefore if zero
}

// NewTestSeal makes a self-signed certificate in the shape of an organisation's
// qualified seal, with a new key: O, organizationIdentifier "VATPL-" and the
// NIP, CN and C (ksef-docs auth/podpis-xades.md). Only KSeF's test environment
// takes it. The NIP must have ten digits; its check digit is not looked at, so
// that KSeF's refusal can be tested too.
func NewTestSeal(nip string, opts *TestOptions) (tls.Certificate, error) {
	return made(testcert.Seal(nip, (*testcert.Options)(opts)))
}

// NewTestPerson makes a self-signed certificate in the shape of a person's
// qualified one: GN, SN, serialNumber, CN and C. number is a PESEL of eleven
// digits or a NIP of ten, and becomes "PNOPL-…" or "TINPL-…". Otherwise it is
// like [NewTestSeal].
func NewTestPerson(number string, opts *TestOptions) (tls.Certificate, error) {
	return made(testcert.Person(number, (*testcert.Options)(opts)))
}

// NewTestPeppol makes a self-signed certificate in the shape of a Peppol service
// provider's seal: O, the provider's identifier, such as "PPL123456", as CN, and
// C. Otherwise it is like [NewTestSeal].
func NewTestPeppol(id string, opts *TestOptions) (tls.Certificate, error) {
	return made(testcert.Peppol(id, (*testcert.Options)(opts)))
}

func made(cert tls.Certificate, err error) (tls.Certificate, error) {
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certs: test certificate: %w", err)
	}
	return cert, nil
}
