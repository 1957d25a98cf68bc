package sandbox

import (
	"cmp"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// certificateLife is how many years a certificate is good.
const certificateLife = 2

var (
	certificateTypes  = []ksef.CertificateType{ksef.AuthenticationCertificate, ksef.OfflineCertificate}
	certificateStates = []ksef.CertificateStatus{ksef.CertificateActive, ksef.CertificateBlocked, ksef.CertificateRevoked, ksef.CertificateExpired}
)

// certificates are the certificates that KSeF issued, and what led to them.
type certificates struct {
	enrollments  map[string]*enrollment        // by reference number
	issued       map[string]*issuedCertificate // by serial number
	keyCertified map[string]identifier         // for whom a public key was certified, by its SHA-256
}

func newCertificates() certificates {
	return certificates{map[string]*enrollment{}, map[string]*issuedCertificate{}, map[string]identifier{}}
}

// issuedCertificate is a certificate of KSeF's own. It belongs to a subject, not to a context, and carries no
// permissions.
type issuedCertificate struct {
	*enrollment
	cert       *x509.Certificate
	until      time.Time // not later than in cert
	used       time.Time
	revoked    bool
	revocation work
}

// there reports whether the certificate has been issued, as far as anybody is told.
func (k *issuedCertificate) there(now time.Time) bool { return k.work.done(now) }

// state is where the certificate stands now. One that is not valid yet is active.
func (k *issuedCertificate) state(now time.Time) ksef.CertificateStatus {
	switch {
	case k.revoked && k.revocation.done(now):
		return ksef.CertificateRevoked
	case k.revoked:
		return ksef.CertificateBlocked
	case !now.Before(k.until):
		return ksef.CertificateExpired
	}
	return ksef.CertificateActive
}

// defect says why nobody can log in with the certificate, in the words of status 460; "" when nothing is wrong.
func (k *issuedCertificate) defect(now time.Time) string {
	switch state := k.state(now); {
	case state == ksef.CertificateRevoked:
		return "Certyfikat odwołany"
	case state == ksef.CertificateBlocked:
		return "Certyfikat zawieszony"
	case state == ksef.CertificateExpired, now.Before(k.cert.NotBefore):
		return "Nieważny certyfikat"
	case k.kind != ksef.AuthenticationCertificate:
		return "Niepoprawny certyfikat"
	}
	return ""
}

// holder is who logs in with the certificate: the subject it was issued to, whatever it was known by.
func (k *issuedCertificate) holder() subject {
	return subject{k.subject, byInternal, readName(k.cert.Subject)}
}

// recognise returns the certificate if it is one of KSeF's own; nil otherwise.
func (r *certificates) recognise(cert *x509.Certificate, now time.Time) *issuedCertificate {
	k := r.issued[serialText(cert.SerialNumber)]
	if k == nil || !k.cert.Equal(cert) || !k.there(now) {
		return nil
	}
	return k
}

// own returns the certificate with a serial number if it is the caller's; nil otherwise. A PESEL and a NIP that
// are linked are one caller. To others it does not exist.
func (st *state) own(serial string, c *call) *issuedCertificate {
	k := st.issued[serial]
	if k == nil || !k.there(c.now) || !slices.Contains(st.aliases(c.by.session.subject.identifier), k.subject) {
		return nil
	}
	return k
}

// held is how many active certificates somebody has, and how many will have been issued.
func (st *state) held(who identifier, now time.Time) (active, issued int) {
	for _, k := range st.issued {
		if k.subject != who || k.state(now) != ksef.CertificateActive {
			continue
		}
		issued++
		if k.there(now) {
			active++
		}
	}
	return active, issued
}

// certificateItem is a certificate in an answer.
type certificateItem struct {
	Serial     string                 `json:"certificateSerialNumber"`
	Name       string                 `json:"name"`
	Type       ksef.CertificateType   `json:"type"`
	CommonName string                 `json:"commonName"`
	Status     ksef.CertificateStatus `json:"status"`
	Subject    identifier             `json:"subjectIdentifier"`
	From       timestamp              `json:"validFrom"`
	Until      timestamp              `json:"validTo"`
	Used       timestamp              `json:"lastUseDate,omitzero"`
	Requested  timestamp              `json:"requestDate"`
}

func (k *issuedCertificate) item(now time.Time) certificateItem {
	return certificateItem{k.serial, k.name, k.kind, k.cert.Subject.CommonName, k.state(now), k.subject,
		timestamp(k.cert.NotBefore), timestamp(k.until), timestamp(k.used), timestamp(k.asked)}
}

// queryCertificates answers POST /certificates/query: the caller's certificates, the last requested first.
func (s *Server) queryCertificates(c *call) (any, error) {
	var in struct {
		Serial       string `json:"certificateSerialNumber"`
		Name         string `json:"name"`
		Type         string `json:"type"`
		Status       string `json:"status"`
		ExpiresAfter *date  `json:"expiresAfter"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	query := c.r.URL.Query()
	var v validation
	if in.Type != "" {
		in.Type = v.oneOf("type", in.Type, names(certificateTypes)...)
	}
	if in.Status != "" {
		in.Status = v.oneOf("status", in.Status, names(certificateStates)...)
	}
	size, offset := v.pageSize(query, 50), v.pageOffset(query)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*issuedCertificate
	for serial := range s.state.issued {
		k := s.state.own(serial, c)
		if k != nil && (in.Serial == "" || in.Serial == serial) && (in.Type == "" || in.Type == string(k.kind)) &&
			(in.Status == "" || in.Status == string(k.state(c.now))) &&
			strings.Contains(strings.ToLower(k.name), strings.ToLower(in.Name)) &&
			(in.ExpiresAfter == nil || k.until.After(time.Time(*in.ExpiresAfter))) {
			found = append(found, k)
		}
	}
	slices.SortFunc(found, func(a, b *issuedCertificate) int {
		return cmp.Or(b.asked.Compare(a.asked), strings.Compare(a.serial, b.serial))
	})
	page, more := pageAt(found, offset, size)
	items := make([]certificateItem, len(page))
	for i, k := range page {
		items[i] = k.item(c.now)
		k.revocation.look()
	}
	return struct {
		Items []certificateItem `json:"certificates"`
		More  bool              `json:"hasMore"`
	}{items, more}, nil
}

// retrieveCertificates answers POST /certificates/retrieve. Serial numbers that are not the caller's are passed
// over.
func (s *Server) retrieveCertificates(c *call) (any, error) {
	var in struct {
		Serials []string `json:"certificateSerialNumbers"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.required("certificateSerialNumbers", len(in.Serials) > 0)
	v.atMostTen("certificateSerialNumbers", in.Serials, func(string) bool { return true })
	if err := v.err(); err != nil {
		return nil, err
	}
	type retrieved struct {
		Certificate []byte               `json:"certificate"`
		Name        string               `json:"certificateName"`
		Serial      string               `json:"certificateSerialNumber"`
		Type        ksef.CertificateType `json:"certificateType"`
	}
	items := []retrieved{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, serial := range in.Serials {
		if k := s.state.own(serial, c); k != nil {
			items = append(items, retrieved{k.cert.Raw, k.name, k.serial, k.kind})
		}
	}
	return struct {
		Items []retrieved `json:"certificates"`
	}{items}, nil
}

// revokeCertificate answers POST /certificates/{certificateSerialNumber}/revoke. The certificate is blocked at
// once, and revoked after a while.
func (s *Server) revokeCertificate(c *call) (any, error) {
	if by := c.by.session.subject.method; by == byToken {
		return nil, wrongMethod(by)
	}
	var in struct {
		Reason string `json:"revocationReason"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	if in.Reason != "" {
		v.oneOf("revocationReason", in.Reason, "Unspecified", "Superseded", "KeyCompromise")
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.state.own(c.values["certificateSerialNumber"], c)
	switch {
	case k == nil:
		return nil, bad(ksef.CodeNoCertificate)
	case k.state(c.now) != ksef.CertificateActive:
		return nil, bad(ksef.CodeNotRevocable)
	}
	k.revoked, k.revocation = true, s.accept(c.now)
	return nil, nil
}

// updateCertificate answers PUT /testdata/certificates/{serialNumber}: it shortens the life of a certificate, of
// which nothing shows in the certificate itself.
func (s *Server) updateCertificate(c *call) (any, error) {
	var in struct {
		Until *date `json:"validTo"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	if !v.required("validTo", in.Until != nil) {
		return nil, v.err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.state.own(c.values["serialNumber"], c)
	switch {
	case k == nil:
		return nil, bad(ksef.CodeNoCertificate)
	case in.Until.after(k.until):
		v.add("'validTo' must be less than or equal to '%s'.", k.until.UTC().Format(time.RFC3339))
		return nil, v.err()
	}
	k.until = time.Time(*in.Until)
	return nil, nil
}
