package ksef

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/ksef-go/ksef/internal/csr"
)

// EnrollmentData is the subject that a certificate must have: that of the
// certificate its owner authenticated with.
type EnrollmentData struct {
	CommonName             string `json:"commonName"`
	CountryName            string `json:"countryName"`
	GivenName              string `json:"givenName,omitempty"`    // of people, like Surname and SerialNumber
	Surname                string `json:"surname,omitempty"`      //
	SerialNumber           string `json:"serialNumber,omitempty"` // the PESEL or NIP, such as "PNOPL-44051401359"
	UniqueIdentifier       string `json:"uniqueIdentifier,omitempty"`
	OrganizationName       string `json:"organizationName,omitempty"`       // of seals, like OrganizationIdentifier
	OrganizationIdentifier string `json:"organizationIdentifier,omitempty"` // such as "VATPL-5261040828"
}

func (d *EnrollmentData) complete() bool { return d.CommonName != "" && d.CountryName != "" }

// CSR makes a certificate signing request (PKCS#10, DER) with exactly this
// subject, for a key on the curve P-256 or an RSA key of 2048 bits: KSeF
// certifies no other (ksef-docs certyfikaty-KSeF.md §3).
func (d *EnrollmentData) CSR(key crypto.Signer) ([]byte, error) {
	der, err := csr.New(csr.Subject{
		CommonName:             d.CommonName,
		Surname:                d.Surname,
		GivenName:              d.GivenName,
		Organization:           d.OrganizationName,
		OrganizationIdentifier: d.OrganizationIdentifier,
		Country:                d.CountryName,
		SerialNumber:           d.SerialNumber,
		UniqueIdentifier:       d.UniqueIdentifier,
	}, key)
	if err != nil {
		return nil, fmt.Errorf("ksef: certificate signing request: %w", err)
	}
	return der, nil
}

// EnrollmentData returns the subject to order a certificate for. Safe to repeat.
//
//ksef:op GET /certificates/enrollments/data
func (c *Certificates) EnrollmentData(ctx context.Context) (*EnrollmentData, error) {
	out := new(EnrollmentData)
	if err := c.conn.call(ctx, request{method: "GET", path: "/certificates/enrollments/data", repeat: repeatable}, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// EnrollmentOrder is what is asked of KSeF.
type EnrollmentOrder struct {
	Name      string          `json:"certificateName"`    // 5 to 100 letters (Polish ones too), digits, spaces, hyphens and underscores
	Type      CertificateType `json:"certificateType"`    // "" for AuthenticationCertificate
	CSR       []byte          `json:"csr"`                // PKCS#10, DER
	ValidFrom time.Time       `json:"validFrom,omitzero"` // zero for the moment of issue
}

// StartEnrollment orders a certificate. Each order counts against
// [Certificates.Limits], so it is sent once: after [ErrUnknown] look among the
// certificates for one of that name and with the key that was to be certified,
// before ordering anew; [Certificates.Resume] does that.
//
//ksef:op POST /certificates/enrollments
func (c *Certificates) StartEnrollment(ctx context.Context, order EnrollmentOrder) (ReferenceNumber, error) {
	if order.Type == "" {
		order.Type = AuthenticationCertificate
	}
	order.ValidFrom = order.ValidFrom.Truncate(wireTick)
	var out enrollmentOrdered
	if err := c.conn.call(ctx, request{method: "POST", path: "/certificates/enrollments"}, order, &out); err != nil {
		return "", err
	}
	return out.ReferenceNumber, nil
}

type enrollmentOrdered struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Timestamp       time.Time       `json:"timestamp"`
}

func (o *enrollmentOrdered) complete() bool { return o.ReferenceNumber != "" }

// EnrollmentStatus is where an order stands.
type EnrollmentStatus struct {
	Requested    time.Time         `json:"requestDate"`
	Status       Status            `json:"status"`
	SerialNumber CertificateSerial `json:"certificateSerialNumber,omitempty"` // once issued
}

func (s *EnrollmentStatus) complete() bool { return s.Status.Code != 0 }

// EnrollmentStatus returns where an order stands. After 30 days KSeF answers
// with [ErrGone]. Safe to repeat.
//
//ksef:op GET /certificates/enrollments/{referenceNumber}
func (c *Certificates) EnrollmentStatus(ctx context.Context, ref ReferenceNumber) (*EnrollmentStatus, error) {
	out := new(EnrollmentStatus)
	r := request{
		method: "GET", path: "/certificates/enrollments/" + url.PathEscape(string(ref)),
		route: "/certificates/enrollments/{referenceNumber}", repeat: repeatable,
	}
	if err := c.conn.call(ctx, r, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// WaitEnrollment waits until a certificate is issued, and returns its serial
// number. An order that KSeF turned down is a [*FailedError]: 400 when the key
// is certified for somebody else, or too many certificates are held; when ctx
// ends first, a [*PendingError].
func (c *Certificates) WaitEnrollment(ctx context.Context, ref ReferenceNumber) (CertificateSerial, error) {
	var serial CertificateSerial
	err := c.conn.wait(ctx, OperationEnrollment, ref, func() (Status, error) {
		s, err := c.EnrollmentStatus(ctx, ref)
		if err != nil {
			return Status{}, err
		}
		serial = s.SerialNumber
		return s.Status, nil
	})
	switch {
	case err != nil:
		return "", err
	case serial == "":
		return "", fmt.Errorf("ksef: enrolment %s: %w: issued without a serial number", ref, ErrMalformed)
	}
	return serial, nil
}

// EnrollOptions adjusts an enrolment. A nil *EnrollOptions means the defaults.
type EnrollOptions struct {
	Type      CertificateType // "" for AuthenticationCertificate
	ValidFrom time.Time       // zero for the moment of issue

	// Key is the key to be certified, on P-256 or RSA of 2048 bits; it may live
	// in a smart card or a key service. Nil means a fresh one.
	Key crypto.Signer

	// RSA makes the fresh key an RSA one. KSeF recommends P-256.
	RSA bool
}

// Enroll orders a certificate under a name of the caller's choice, of 5 to 100
// letters, digits, spaces, hyphens and underscores, waits for it and fetches it.
// Its Certificate is what [Authentication.WithXAdES] takes; package certs writes
// it to files.
//
// When the order went out, or may have, Enroll returns the enrolment along with
// the error, whatever happened then. It holds the key: keep it, and have
// [Certificates.Resume] go on with it, in this process or another. (Who cannot
// bear a crash at that very moment makes the key himself, keeps that first and
// gives it in Key.) After a [*FailedError] there is nothing to go on with: KSeF
// turned the order down. Ordering is not safe to repeat, see
// [Certificates.StartEnrollment].
func (c *Certificates) Enroll(ctx context.Context, name string, opts *EnrollOptions) (*Enrollment, error) {
	var o EnrollOptions
	if opts != nil {
		o = *opts
	}
	if o.Type == "" {
		o.Type = AuthenticationCertificate
	}
	if o.Key == nil {
		key, err := csr.NewKey(o.RSA)
		if err != nil {
			return nil, fmt.Errorf("ksef: key to be certified: %w", err)
		}
		o.Key = key
	}
	data, err := c.EnrollmentData(ctx)
	if err != nil {
		return nil, err
	}
	order := EnrollmentOrder{Name: name, Type: o.Type, ValidFrom: o.ValidFrom}
	if order.CSR, err = data.CSR(o.Key); err != nil {
		return nil, err
	}
	e := &Enrollment{Name: name, Type: o.Type, Ordered: c.conn.now()}
	e.Certificate.PrivateKey = o.Key
	e.ReferenceNumber, err = c.StartEnrollment(ctx, order)
	switch {
	case errors.Is(err, ErrUnknown):
		return e, err
	case err != nil: // refused, or never sent
		return nil, err
	}
	return e, begun(OperationEnrollment, e.ReferenceNumber, c.Resume(ctx, e))
}

// Resume goes on with an enrolment that Enroll returned with an error: it waits
// for the certificate, fetches it and puts it into e. What is complete already
// stays as it is. Safe to repeat.
//
// Without a reference number, or when KSeF has forgotten it, Resume looks among
// the certificates for the key. When there is none it fails with
// [ErrNoCertificate]: the certificate is not issued yet, or the order never
// arrived. An order that left its outcome unknown is settled within minutes;
// then order anew, with the same key.
func (c *Certificates) Resume(ctx context.Context, e *Enrollment) error {
	key, ok := e.Certificate.PrivateKey.(crypto.Signer)
	switch {
	case !ok:
		return errors.New("ksef: enrolment without its key: put it into Certificate.PrivateKey")
	case len(e.Certificate.Certificate) > 0:
		return nil
	}
	issued, err := c.issued(ctx, e, key)
	if err != nil {
		return err
	}
	pair, err := issued.Pair(key)
	if err != nil {
		return err
	}
	e.SerialNumber, e.Certificate = issued.SerialNumber, pair
	return nil
}

// issued waits for the certificate of e and fetches it.
func (c *Certificates) issued(ctx context.Context, e *Enrollment, key crypto.Signer) (*IssuedCertificate, error) {
	if e.ReferenceNumber == "" {
		return c.find(ctx, e, key)
	}
	serial, err := c.WaitEnrollment(ctx, e.ReferenceNumber)
	switch {
	case errors.Is(err, ErrGone):
		return c.find(ctx, e, key)
	case err != nil:
		return nil, err
	}
	list, err := c.Retrieve(ctx, serial)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].SerialNumber == serial {
			return &list[i], nil
		}
	}
	return nil, fmt.Errorf("ksef: certificate %s: %w", serial, ErrNoCertificate)
}

// find looks for the certificate of a key among those of the name that were
// ordered with e or later, the latest first.
func (c *Certificates) find(ctx context.Context, e *Enrollment, key crypto.Signer) (*IssuedCertificate, error) {
	const clocks = time.Minute // how far apart they may be
	var serials []CertificateSerial
	for info, err := range c.All(ctx, &CertificateQuery{Name: e.Name, Type: e.Type}) {
		if err != nil {
			return nil, err
		}
		if info.Requested.Before(e.Ordered.Add(-clocks)) {
			break
		}
		serials = append(serials, info.SerialNumber)
	}
	for len(serials) > 0 { // one request for as many as it gives; usually one is enough
		n := min(len(serials), maxRetrieve)
		list, err := c.Retrieve(ctx, serials[:n]...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if _, err := list[i].Pair(key); err == nil {
				return &list[i], nil
			}
		}
		serials = serials[n:]
	}
	return nil, fmt.Errorf("ksef: enrolment %q: %w of its key", e.Name, ErrNoCertificate)
}
