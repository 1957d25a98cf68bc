package ksef

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Enrollment is an order for a certificate and, once it is issued, the
// certificate. It encodes to JSON with the key, so keep that like a password; it
// prints and logs without.
//
// A key of another kind than those of package crypto, such as one in a smart
// card, is not encoded: after decoding, put it into Certificate.PrivateKey.
type Enrollment struct {
	ReferenceNumber ReferenceNumber // "" when the answer to the order was lost
	Name            string
	Type            CertificateType
	Ordered         time.Time
	SerialNumber    CertificateSerial // "" until it is issued

	// Certificate has its PrivateKey from the beginning, and the certificate
	// itself once that is fetched. Then it can be given to
	// [Authentication.WithXAdES].
	Certificate tls.Certificate
}

// enrollmentVersion is the newest format this package writes.
const enrollmentVersion = 1

type enrollmentJSON struct {
	Version         int               `json:"version"`
	ReferenceNumber ReferenceNumber   `json:"referenceNumber,omitempty"`
	Name            string            `json:"name"`
	Type            CertificateType   `json:"type"`
	Ordered         time.Time         `json:"ordered,omitzero"`
	SerialNumber    CertificateSerial `json:"serialNumber,omitempty"`
	Certificate     []byte            `json:"certificate,omitempty"` // DER
	Key             []byte            `json:"key,omitempty"`         // PKCS#8
}

// MarshalJSON writes the enrolment with its key.
func (e Enrollment) MarshalJSON() ([]byte, error) {
	out := enrollmentJSON{
		Version: enrollmentVersion, ReferenceNumber: e.ReferenceNumber, Name: e.Name, Type: e.Type,
		Ordered: e.Ordered, SerialNumber: e.SerialNumber,
	}
	if len(e.Certificate.Certificate) > 0 {
		out.Certificate = e.Certificate.Certificate[0]
	}
	switch e.Certificate.PrivateKey.(type) {
	case *ecdsa.PrivateKey, *rsa.PrivateKey:
		key, err := x509.MarshalPKCS8PrivateKey(e.Certificate.PrivateKey)
		if err != nil {
			return nil, fmt.Errorf("ksef: enrolment %q: %w", e.Name, err)
		}
		out.Key = key
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads an enrolment that MarshalJSON wrote, of this version or an
// earlier one. Anything else is [ErrState].
func (e *Enrollment) UnmarshalJSON(b []byte) error {
	var in enrollmentJSON
	if err := readState("enrolment", enrollmentVersion, b, &in); err != nil {
		return err
	}
	out := Enrollment{
		ReferenceNumber: in.ReferenceNumber, Name: in.Name, Type: in.Type,
		Ordered: in.Ordered, SerialNumber: in.SerialNumber,
	}
	var err error
	if in.Key != nil {
		if out.Certificate.PrivateKey, err = x509.ParsePKCS8PrivateKey(in.Key); err != nil {
			return badState("enrolment", fmt.Errorf("key of %q: %w", in.Name, err))
		}
	}
	if in.Certificate != nil {
		out.Certificate.Certificate = [][]byte{in.Certificate}
		if out.Certificate.Leaf, err = x509.ParseCertificate(in.Certificate); err != nil {
			return badState("enrolment", fmt.Errorf("certificate of %q: %w", in.Name, err))
		}
	}
	*e = out
	return nil
}

// String tells the name of the enrolment and its numbers.
func (e Enrollment) String() string {
	return fmt.Sprintf("enrolment %q, reference %q, certificate %q", e.Name, e.ReferenceNumber, e.SerialNumber)
}

// Format implements [fmt.Formatter].
func (e Enrollment) Format(f fmt.State, _ rune) { fmt.Fprint(f, e.String()) }

// LogValue implements [slog.LogValuer].
func (e Enrollment) LogValue() slog.Value { return slog.StringValue(e.String()) }
