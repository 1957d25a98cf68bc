package sandbox

import (
	"slices"

	"github.com/ksef-go/ksef"
)

// subjectLimits are how many certificates somebody may apply for, and how many have at a time.
type subjectLimits struct {
	enrollments, certificates int
}

// subjectLimitsOf are the limits of a subject, whatever context it is in (ksef-docs certyfikaty-KSeF.md).
func (st *state) subjectLimitsOf(who identifier) subjectLimits {
	if l, ok := st.subjectLimits[who]; ok {
		return l
	}
	if who.Type == ksef.KindNIP {
		return subjectLimits{300, 100}
	}
	return subjectLimits{12, 6}
}

// enrollmentLimitItem and certificateLimitItem are [subjectLimits] in requests and answers.
type enrollmentLimitItem struct {
	Most *int `json:"maxEnrollments"`
}

type certificateLimitItem struct {
	Most *int `json:"maxCertificates"`
}

// showSubjectLimits answers GET /limits/subject.
func (s *Server) showSubjectLimits(c *call) (any, error) {
	s.mu.Lock()
	l := s.state.subjectLimitsOf(c.by.session.subject.identifier)
	s.mu.Unlock()
	return struct {
		Enrollment  enrollmentLimitItem  `json:"enrollment"`
		Certificate certificateLimitItem `json:"certificate"`
	}{enrollmentLimitItem{&l.enrollments}, certificateLimitItem{&l.certificates}}, nil
}

// setSubjectLimits answers POST /testdata/limits/subject/certificate. What is not given stays as it was.
func (s *Server) setSubjectLimits(c *call) (any, error) {
	var in struct {
		Type        *string               `json:"subjectIdentifierType"`
		Enrollment  *enrollmentLimitItem  `json:"enrollment"`
		Certificate *certificateLimitItem `json:"certificate"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	who := c.by.session.subject.identifier
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Type != nil {
		kind := ksef.Kind(v.oneOf("subjectIdentifierType", *in.Type, names(subjectKinds)...))
		known := s.state.aliases(who)
		i := slices.IndexFunc(known, func(id identifier) bool { return id.Type == kind })
		switch {
		case i >= 0:
			who = known[i]
		case len(v) == 0:
			v.add("'subjectIdentifierType' must be '%s'. You entered '%s'.", who.Type, kind)
		}
	}
	l := s.state.subjectLimitsOf(who)
	if in.Enrollment != nil {
		l.enrollments = v.orElse("enrollment.maxEnrollments", in.Enrollment.Most, l.enrollments)
	}
	if in.Certificate != nil {
		l.certificates = v.orElse("certificate.maxCertificates", in.Certificate.Most, l.certificates)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.state.subjectLimits[who] = l
	return nil, nil
}

// orElse demands a number of zero or more, and is otherwise without one.
func (v *validation) orElse(name string, n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	if *n < 0 {
		v.add("'%s' must be greater than or equal to '0'.", name)
	}
	return *n
}

// resetSubjectLimits answers DELETE /testdata/limits/subject/certificate: of whoever the caller is.
func (s *Server) resetSubjectLimits(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.state.aliases(c.by.session.subject.identifier) {
		delete(s.state.subjectLimits, id)
	}
	return nil, nil
}
