package ksef

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Certificates orders and manages KSeF certificates: those that authenticate,
// and those that sign what is printed on invoices issued offline (KOD II). They
// belong to who is authenticated, not to the context he acts in, and carry no
// permissions (ksef-docs certyfikaty-KSeF.md). Who authenticated with a token
// cannot use them: the refusal is [CodeNoEnrollmentData] or
// [CodeEnrollmentRefused].
//
// [Certificates.Enroll] runs the whole enrolment. Its steps are EnrollmentData,
// [EnrollmentData.CSR], StartEnrollment, WaitEnrollment and Retrieve, for a
// request made elsewhere.
type Certificates authService

// CertificateSerial is the serial number of a KSeF certificate: 16 upper-case
// hexadecimal digits.
type CertificateSerial string

// SerialOf returns the serial number of a KSeF certificate.
func SerialOf(cert *x509.Certificate) CertificateSerial {
	return CertificateSerial(fmt.Sprintf("%016X", cert.SerialNumber))
}

// ParseCertificateSerial returns the serial number written in s, in either case
// and with or without colons.
func ParseCertificateSerial(s string) (CertificateSerial, error) {
	d := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), ":", ""))
	if len(d) != 16 || !isHex(d) {
		return "", &IdentifierError{"certificate serial number", s, "want 16 hexadecimal digits"}
	}
	return CertificateSerial(d), nil
}

// CertificateType is what a certificate is for: one thing only. Unknown ones
// survive decoding.
type CertificateType string

// The types of certificates.
const (
	AuthenticationCertificate CertificateType = "Authentication" // for WithXAdES; key usage digitalSignature
	OfflineCertificate        CertificateType = "Offline"        // for KOD II; key usage nonRepudiation
)

// CertificateStatus is the stage of a certificate's life. Unknown ones survive
// decoding.
type CertificateStatus string

// The stages of a certificate's life.
const (
	CertificateActive  CertificateStatus = "Active"
	CertificateBlocked CertificateStatus = "Blocked" // being revoked: not usable any more
	CertificateRevoked CertificateStatus = "Revoked"
	CertificateExpired CertificateStatus = "Expired"
)

// CertificateInfo describes a certificate. Revoked and expired ones stay listed.
type CertificateInfo struct {
	SerialNumber CertificateSerial `json:"certificateSerialNumber"`
	Name         string            `json:"name"` // as it was ordered
	Type         CertificateType   `json:"type"`
	CommonName   string            `json:"commonName"`
	Status       CertificateStatus `json:"status"`
	Subject      Identifier        `json:"subjectIdentifier"` // a NIP, PESEL or fingerprint
	ValidFrom    time.Time         `json:"validFrom"`
	ValidTo      time.Time         `json:"validTo"`
	LastUsed     time.Time         `json:"lastUseDate,omitzero"`
	Requested    time.Time         `json:"requestDate"`
}

// CertificateLimits tells how many certificates may still be ordered and held.
type CertificateLimits struct {
	CanRequest  bool  `json:"canRequest"`  // another one may be ordered
	Enrollment  Quota `json:"enrollment"`  // orders
	Certificate Quota `json:"certificate"` // certificates that are neither revoked nor expired
}

// Quota is a limit and what is left of it.
type Quota struct {
	Remaining int `json:"remaining"`
	Limit     int `json:"limit"`
}

// Limits tells how many certificates may still be ordered. Safe to repeat.
//
//ksef:op GET /certificates/limits
func (c *Certificates) Limits(ctx context.Context) (*CertificateLimits, error) {
	out := new(CertificateLimits)
	if err := c.conn.call(ctx, request{method: "GET", path: "/certificates/limits", repeat: repeatable}, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// IssuedCertificate is a certificate itself.
type IssuedCertificate struct {
	Certificate  []byte            `json:"certificate"` // X.509, DER
	SerialNumber CertificateSerial `json:"certificateSerialNumber"`
	Name         string            `json:"certificateName"`
	Type         CertificateType   `json:"certificateType"`
}

// Pair joins the certificate with its private key, for
// [Authentication.WithXAdES] and for files. It fails with [ErrCorrupt] when
// they do not belong together.
func (i *IssuedCertificate) Pair(key crypto.Signer) (tls.Certificate, error) {
	leaf, err := x509.ParseCertificate(i.Certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("ksef: certificate %s: %w: %w", i.SerialNumber, ErrMalformed, err)
	}
	if pub, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !pub.Equal(key.Public()) {
		return tls.Certificate{}, fmt.Errorf("ksef: certificate %s: %w: it is of another key", i.SerialNumber, ErrCorrupt)
	}
	return tls.Certificate{Certificate: [][]byte{i.Certificate}, PrivateKey: key, Leaf: leaf}, nil
}

// maxRetrieve is how many certificates KSeF gives at once.
const maxRetrieve = 10

// Retrieve returns the certificates with the given serial numbers, any number of
// them, in no particular order. Serial numbers that KSeF does not know are left
// out. Safe to repeat.
//
//ksef:op POST /certificates/retrieve
func (c *Certificates) Retrieve(ctx context.Context, serials ...CertificateSerial) ([]IssuedCertificate, error) {
	var all []IssuedCertificate
	for some := range slices.Chunk(serials, maxRetrieve) {
		var out struct {
			Certificates []IssuedCertificate `json:"certificates"`
		}
		r := request{method: "POST", path: "/certificates/retrieve", repeat: repeatable}
		if err := c.conn.call(ctx, r, retrieveRequest{some}, &out); err != nil {
			return nil, err
		}
		if out.Certificates == nil {
			return nil, noList(&r)
		}
		all = append(all, out.Certificates...)
	}
	return all, nil
}

type retrieveRequest struct {
	Serials []CertificateSerial `json:"certificateSerialNumbers"`
}

// RevocationReason tells why a certificate is revoked. Unknown ones survive
// decoding.
type RevocationReason string

// The reasons for revoking.
const (
	ReasonUnspecified   RevocationReason = "Unspecified"
	ReasonSuperseded    RevocationReason = "Superseded"
	ReasonKeyCompromise RevocationReason = "KeyCompromise"
)

// Revoke makes a certificate void for good; an empty reason counts as
// unspecified. What was authenticated with it keeps its access tokens until they
// end.
//
// Safe to repeat: one that is revoked or being revoked already is no error. An
// expired one is [CodeNotRevocable], an unknown or somebody else's one
// [CodeNoCertificate].
//
//ksef:op POST /certificates/{certificateSerialNumber}/revoke
func (c *Certificates) Revoke(ctx context.Context, serial CertificateSerial, reason RevocationReason) error {
	r := request{
		method: "POST", path: "/certificates/" + url.PathEscape(string(serial)) + "/revoke",
		route: "/certificates/{certificateSerialNumber}/revoke", repeat: repeatable,
	}
	// KSeF wants a body even when it says nothing.
	err := c.conn.call(ctx, r, revokeRequest{reason}, nil)
	if !errors.Is(err, CodeNotRevocable) {
		return err
	}
	// Perhaps what refused was the second of two requests whose first had lost
	// its answer.
	page, queryErr := c.Query(ctx, &CertificateQuery{SerialNumber: serial})
	if queryErr != nil {
		return err // the refusal says more
	}
	for _, i := range page.Items {
		if i.SerialNumber == serial && (i.Status == CertificateRevoked || i.Status == CertificateBlocked) {
			return nil
		}
	}
	return err
}

type revokeRequest struct {
	Reason RevocationReason `json:"revocationReason,omitempty"`
}

// SetEnd makes a certificate end earlier, in the [Test] environment; elsewhere
// it fails with [ErrNotTest] and sends nothing. Safe to repeat.
//
//ksef:op PUT /testdata/certificates/{serialNumber}
func (c *Certificates) SetEnd(ctx context.Context, serial CertificateSerial, validTo time.Time) error {
	r := request{
		method: "PUT", path: "/testdata/certificates/" + url.PathEscape(string(serial)),
		route: "/testdata/certificates/{serialNumber}", repeat: repeatable,
	}
	if err := c.conn.onlyInTest(&r); err != nil {
		return err
	}
	return c.conn.call(ctx, r, setEndRequest{validTo.Truncate(wireTick)}, nil)
}

type setEndRequest struct {
	ValidTo time.Time `json:"validTo"`
}

// CertificateQuery selects certificates. A nil *CertificateQuery means all of
// them.
type CertificateQuery struct {
	ListOptions
	SerialNumber CertificateSerial
	Name         string // part of the name
	Type         CertificateType
	Status       CertificateStatus
	ExpiresAfter time.Time
}

type certificateFilter struct {
	SerialNumber CertificateSerial `json:"certificateSerialNumber,omitempty"`
	Name         string            `json:"name,omitempty"`
	Type         CertificateType   `json:"type,omitempty"`
	Status       CertificateStatus `json:"status,omitempty"`
	ExpiresAfter time.Time         `json:"expiresAfter,omitzero"`
}

// Query returns one page of the certificates q selects, the last ordered first.
// KSeF takes page sizes from 10 to 50. Safe to repeat.
//
//ksef:op POST /certificates/query
func (c *Certificates) Query(ctx context.Context, q *CertificateQuery) (*Page[CertificateInfo], error) {
	if q == nil {
		q = new(CertificateQuery)
	}
	r := request{method: "POST", path: "/certificates/query", repeat: repeatable}
	next, err := r.numbered(&q.ListOptions)
	if err != nil {
		return nil, err
	}
	in := certificateFilter{q.SerialNumber, q.Name, q.Type, q.Status, q.ExpiresAfter.Truncate(wireTick)}
	var out struct {
		Items []CertificateInfo `json:"certificates"`
		More  bool              `json:"hasMore"`
	}
	if err := c.conn.call(ctx, r, in, &out); err != nil {
		return nil, err
	}
	return numberedPage(&r, out.Items, out.More, next)
}

// All iterates over the certificates q selects, from the page q names. After an
// error it stops.
func (c *Certificates) All(ctx context.Context, q *CertificateQuery) iter.Seq2[CertificateInfo, error] {
	const largest = 50
	return walk(ctx, q, largest, c.Query)
}
