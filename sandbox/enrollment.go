package sandbox

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// enrollmentMemory is how long KSeF tells what became of a request for a certificate.
const enrollmentMemory = 30 * 24 * time.Hour

// enrollment is a request for a certificate.
type enrollment struct {
	reference string
	subject   identifier
	name      string
	kind      ksef.CertificateType
	asked     time.Time
	work      work
	result    status // once the work is done
	serial    string // of what was issued; "" otherwise
}

// How far enrollments are. Code 200 is the only good one.
var (
	enrolling        = status{100, "Wniosek przyjęty do realizacji", nil}
	enrolled         = status{200, "Wniosek obsłużony (certyfikat wygenerowany)", nil}
	enrolledByOther  = status{400, "Wniosek odrzucony", []string{"Klucz publiczny został już certyfikowany przez inny podmiot."}}
	enrolledTooOften = status{400, "Wniosek odrzucony", []string{"Osiągnięto dopuszczalny limit posiadanych certyfikatów."}}
)

// mayEnroll reports whether a session's subject can have certificates: not after logging in with a token, and not
// if it is a Peppol provider.
func (a *session) mayEnroll() bool { return a.token == nil && a.subject.Type != ksef.KindPeppolID }

// enrollmentName is the name that a certificate of the subject has to have: a person's says nothing of an
// organisation, and an organisation's nothing of a person (ksef-docs certyfikaty-KSeF.md §2).
func (s *subject) enrollmentName() certificateName {
	n := s.name
	if n.person() {
		n.organization, n.organizationIdentity = "", ""
	} else {
		n.serialNumber = ""
	}
	return n
}

// attributes are the name as attributes of a certificate's subject.
func (n *certificateName) attributes() []pkix.AttributeTypeAndValue {
	var all []pkix.AttributeTypeAndValue
	add := func(oid asn1.ObjectIdentifier, value string) {
		if value != "" {
			all = append(all, pkix.AttributeTypeAndValue{Type: oid, Value: value})
		}
	}
	for _, given := range n.givenNames {
		add(oidGivenName, given)
	}
	add(oidSurname, n.surname)
	add(oidOrganization, n.organization)
	add(oidOrganizationID, n.organizationIdentity)
	add(oidSerialNumber, n.serialNumber)
	add(oidUniqueID, n.uniqueIdentifier)
	add(oidCommonName, n.commonName)
	add(oidCountry, n.country)
	return all
}

// is reports whether a name in a request has the same attributes with the same values. How they are encoded and in
// which order they come is no matter, nor whether several given names are one attribute or several.
func (n *certificateName) is(subject pkix.RDNSequence) bool {
	var flat []pkix.AttributeTypeAndValue
	for _, set := range subject {
		flat = append(flat, set...)
	}
	got, ok := attributeValues(flat)
	want, _ := attributeValues(n.attributes())
	return ok && maps.Equal(got, want)
}

// attributeValues are the values of attributes by their types. It fails when one is no text, and when one that is
// no given name is there twice.
func attributeValues(list []pkix.AttributeTypeAndValue) (map[string]string, bool) {
	values := map[string]string{}
	for _, a := range list {
		value, text := a.Value.(string)
		before, twice := values[a.Type.String()]
		if !text || twice && !a.Type.Equal(oidGivenName) {
			return nil, false
		}
		if twice {
			value = before + " " + value
		}
		values[a.Type.String()] = value
	}
	return values, true
}

// certificateLimits answers GET /certificates/limits.
func (s *Server) certificateLimits(c *call) (any, error) {
	type limit struct {
		Remaining int `json:"remaining"`
		Limit     int `json:"limit"`
	}
	a := c.by.session
	s.mu.Lock()
	defer s.mu.Unlock()
	limits := s.state.subjectLimitsOf(a.subject.identifier)
	active, _ := s.state.held(a.subject.identifier, c.now)
	enrollments := limit{max(0, limits.enrollments-s.state.requested(a.subject.identifier)), limits.enrollments}
	certificates := limit{max(0, limits.certificates-active), limits.certificates}
	return struct {
		CanRequest  bool  `json:"canRequest"`
		Enrollment  limit `json:"enrollment"`
		Certificate limit `json:"certificate"`
	}{a.mayEnroll() && enrollments.Remaining > 0 && certificates.Remaining > 0, enrollments, certificates}, nil
}

// requested is how often somebody has asked for a certificate.
func (r *certificates) requested(who identifier) (n int) {
	for _, e := range r.enrollments {
		if e.subject == who {
			n++
		}
	}
	return n
}

// enrollmentData answers GET /certificates/enrollments/data.
func (s *Server) enrollmentData(c *call) (any, error) {
	a := c.by.session
	if !a.mayEnroll() {
		return nil, bad(ksef.CodeNoEnrollmentData)
	}
	n := a.subject.enrollmentName()
	return struct {
		CommonName       string `json:"commonName"`
		Country          string `json:"countryName"`
		GivenName        string `json:"givenName,omitempty"`
		Surname          string `json:"surname,omitempty"`
		SerialNumber     string `json:"serialNumber,omitempty"`
		UniqueIdentifier string `json:"uniqueIdentifier,omitempty"`
		Organization     string `json:"organizationName,omitempty"`
		OrganizationID   string `json:"organizationIdentifier,omitempty"`
	}{n.commonName, n.country, strings.Join(n.givenNames, " "), n.surname, n.serialNumber, n.uniqueIdentifier,
		n.organization, n.organizationIdentity}, nil
}

var certificateNamePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]+$`)
})

// enroll answers POST /certificates/enrollments. What becomes of the request is decided at once, and told later.
func (s *Server) enroll(c *call) (any, error) {
	by := c.by.session
	if !by.mayEnroll() {
		return nil, bad(ksef.CodeEnrollmentRefused)
	}
	var in struct {
		Name string `json:"certificateName"`
		Type string `json:"certificateType"`
		CSR  string `json:"csr"`
		From *date  `json:"validFrom"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.length("certificateName", in.Name, 5, 100)
	if in.Name != "" && !certificateNamePattern().MatchString(in.Name) {
		v.add("'certificateName' is not in the correct format.")
	}
	kind := ksef.CertificateType(v.oneOf("certificateType", in.Type, names(certificateTypes)...))
	v.required("csr", in.CSR != "")
	if err := v.err(); err != nil {
		return nil, err
	}
	request, err := parseSigningRequest(in.CSR)
	if err != nil {
		return nil, err
	}
	n := by.subject.enrollmentName()
	if !n.is(request.subject) {
		return nil, bad(ksef.CodeCSRSubject)
	}
	ca, err := s.keys.authority()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{ExtraNames: n.attributes()},
		NotBefore:             validFrom(in.From, c.now),
		KeyUsage:              certificateUsage(kind),
		BasicConstraintsValid: true, // no authority
	}
	template.NotAfter = template.NotBefore.AddDate(certificateLife, 0, 0)
	if template.NotAfter.After(ca.cert.NotAfter) {
		v.add("'validFrom' must be less than or equal to '%s'.", ca.cert.NotAfter.AddDate(-certificateLife, 0, 0).Format(time.RFC3339))
		return nil, v.err()
	}
	e := &enrollment{
		reference: s.source.reference(kindEnrollment, c.now), subject: by.subject.identifier,
		name: in.Name, kind: kind, asked: c.now, work: s.accept(c.now), result: enrolled,
	}
	if err := s.takeEnrollment(e); err != nil {
		return nil, err
	}
	if err := s.decideEnrollment(e, ca, request, template); err != nil {
		return nil, err
	}
	return struct {
		Reference string    `json:"referenceNumber"`
		Timestamp timestamp `json:"timestamp"`
	}{e.reference, timestamp(c.now)}, nil
}

// validFrom is when a certificate that was asked for now begins: now, unless a later date was given. Certificates
// count in whole seconds.
func validFrom(asked *date, now time.Time) time.Time {
	from := now
	if asked.after(now) {
		from = time.Time(*asked)
	}
	return from.UTC().Truncate(time.Second)
}

// certificateUsage is what a certificate of that type is for (ksef-docs certyfikaty-KSeF.md).
func certificateUsage(kind ksef.CertificateType) x509.KeyUsage {
	if kind == ksef.OfflineCertificate {
		return x509.KeyUsageContentCommitment
	}
	return x509.KeyUsageDigitalSignature
}

// takeEnrollment counts a request, unless there are too many. Certificates that are still being issued do not
// count here, but do when theirs is decided.
func (s *Server) takeEnrollment(e *enrollment) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	limits := s.state.subjectLimitsOf(e.subject)
	if s.state.requested(e.subject) >= limits.enrollments {
		return bad(ksef.CodeEnrollmentLimit)
	}
	if active, _ := s.state.held(e.subject, e.asked); active >= limits.certificates {
		return bad(ksef.CodeCertificateLimit)
	}
	s.state.enrollments[e.reference] = e
	return nil
}

// decideEnrollment issues what a request asks for, unless it is to be rejected.
func (s *Server) decideEnrollment(e *enrollment, ca *authority, request *signingRequest, template *x509.Certificate) error {
	ruling := s.rulings.enrollment.of(Enrollment{ksef.ReferenceNumber(e.reference), public(e.subject), e.name, e.kind})
	s.mu.Lock()
	defer s.mu.Unlock()
	if ruling.Code != 0 {
		e.result = ruling
		return nil
	}
	st := s.state
	if first, certified := st.keyCertified[request.keyHash]; certified && !slices.Contains(st.aliases(first), e.subject) {
		e.result = enrolledByOther
		return nil
	}
	if _, issued := st.held(e.subject, e.asked); issued >= st.subjectLimitsOf(e.subject).certificates {
		e.result = enrolledTooOften
		return nil
	}
	serial := s.source.serial()
	number, _ := new(big.Int).SetString(serial, 16)
	cert, err := ca.signAs(number, template, request.key)
	if err != nil {
		return err
	}
	e.serial = serial
	st.keyCertified[request.keyHash] = e.subject
	st.issued[serial] = &issuedCertificate{enrollment: e, cert: cert, until: cert.NotAfter}
	return nil
}

// serialText is a serial number as KSeF writes it.
func serialText(n *big.Int) string { return fmt.Sprintf("%016X", n) }

// enrollmentStatus answers GET /certificates/enrollments/{referenceNumber}. To others the request does not exist.
func (s *Server) enrollmentStatus(c *call) (any, error) {
	reference, err := c.reference()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.state.enrollments[reference]
	switch {
	case e == nil || !slices.Contains(s.state.aliases(c.by.session.subject.identifier), e.subject):
		return nil, bad(ksef.CodeNoEnrollment)
	case c.now.Sub(e.asked) >= enrollmentMemory:
		return nil, gone()
	}
	out := struct {
		Requested timestamp `json:"requestDate"`
		Status    status    `json:"status"`
		Serial    string    `json:"certificateSerialNumber,omitempty"`
	}{Requested: timestamp(e.asked), Status: enrolling}
	if e.work.done(c.now) {
		out.Status, out.Serial = e.result, e.serial
	}
	e.work.look()
	return out, nil
}
