package sandbox

import (
	"fmt"
	"sync/atomic"

	"github.com/ksef-go/ksef"
)

// rulings are what a test wants to become of what nothing is wrong with.
type rulings struct {
	authentication ruling[Authentication]
	invoice        ruling[Invoice]
	operation      ruling[PermissionOperation]
	enrollment     ruling[Enrollment]
}

// ruling decides what becomes of something; a nil one decides nothing.
type ruling[T any] struct {
	decide atomic.Pointer[func(T) ksef.Status]
}

func (r *ruling[T]) set(decide func(T) ksef.Status) {
	if decide == nil {
		r.decide.Store(nil)
		return
	}
	r.decide.Store(&decide)
}

// of asks for the status of in; the zero one leaves it to KSeF's rules.
func (r *ruling[T]) of(in T) status {
	decide := r.decide.Load()
	if decide == nil {
		return status{}
	}
	out := (*decide)(in)
	return status{out.Code, out.Description, out.Details}
}

func (r *rulings) clear() {
	r.authentication.set(nil)
	r.invoice.set(nil)
	r.operation.set(nil)
	r.enrollment.set(nil)
}

// Authentication is an attempt to authenticate, with a certificate or a token that nothing is wrong with.
type Authentication struct {
	Reference        ksef.ReferenceNumber
	Context, Subject ksef.Identifier // who wants to act for whom
	Method           ksef.AuthMethod
}

// OnAuthentication has decide choose what becomes of each attempt to authenticate whose proof is good: the zero
// Status leaves it to KSeF's rules, any other is its status. That is the way to those for which the sandbox has
// no reason of its own: 400, 500, 550, and some of 460. Many may be decided at a time, and decide may use the
// server. Nil takes it away.
func (s *Server) OnAuthentication(decide func(Authentication) ksef.Status) {
	s.rulings.authentication.set(decide)
}

// OnInvoice has decide choose what becomes of each invoice whose document is good: the zero Status leaves it to
// KSeF's rules, any other is its status. That is the way to failures for which the sandbox has no reason of
// its own: 500, 550. The invoice has no KSeF number yet. Many may be decided at a time, and decide may use the
// server. Nil takes it away.
func (s *Server) OnInvoice(decide func(Invoice) ksef.Status) { s.rulings.invoice.set(decide) }

// PermissionOperation is a grant or a revocation of permissions that somebody asked for.
type PermissionOperation struct {
	Reference       ksef.ReferenceNumber
	Route           string          // as the contract names it: "POST /permissions/persons/grants"
	Context, Author ksef.Identifier // where and by whom it was asked for
	Subject         ksef.Identifier // to whom something is granted; zero for a revocation
}

// OnPermission has decide choose what becomes of each operation on permissions: the zero Status leaves it to
// KSeF's rules, any other is its status, and nothing is granted or revoked. That is the way to 500 and 550, for
// which the sandbox has no reason of its own. Many may be decided at a time, and decide may use the server. Nil
// takes it away.
func (s *Server) OnPermission(decide func(PermissionOperation) ksef.Status) {
	s.rulings.operation.set(decide)
}

// Enrollment is a request for a certificate.
type Enrollment struct {
	Reference ksef.ReferenceNumber
	Subject   ksef.Identifier // whose certificate it is to be
	Name      string
	Type      ksef.CertificateType
}

// OnEnrollment has decide choose what becomes of each request for a certificate that was accepted, as OnInvoice
// does of invoices: the zero Status leaves it to KSeF's rules, any other is the request's status, and no
// certificate is issued. That is the way to 500 and 550. Nil takes it away.
func (s *Server) OnEnrollment(decide func(Enrollment) ksef.Status) { s.rulings.enrollment.set(decide) }

// rule has so many of what comes next of a kind fail with a status, or all of it if times is 0.
func (s *Server) rule(on string, times int, with ksef.Status) error {
	if with.Code < 400 {
		return fmt.Errorf("status: %d is not the code of a failure", with.Code)
	}
	if times < 0 {
		return fmt.Errorf("times: %d: want how many, or 0 for all", times)
	}
	var ruled atomic.Int64
	next := func() ksef.Status {
		if times > 0 && ruled.Add(1) > int64(times) {
			return ksef.Status{}
		}
		return with
	}
	switch on {
	case "authentication":
		s.OnAuthentication(func(Authentication) ksef.Status { return next() })
	case "invoice":
		s.OnInvoice(func(Invoice) ksef.Status { return next() })
	case "permission":
		s.OnPermission(func(PermissionOperation) ksef.Status { return next() })
	case "enrollment":
		s.OnEnrollment(func(Enrollment) ksef.Status { return next() })
	default:
		return fmt.Errorf("on: %q: want authentication, invoice, permission or enrollment", on)
	}
	return nil
}

// FailSession ends a session of sending with a status, at once: 500, which the sandbox has no reason of its own
// to give. Invoices that were accepted stay accepted. It fails when there is no such session.
func (s *Server) FailSession(reference ksef.ReferenceNumber, with ksef.Status) error {
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.state.sendings[string(reference)]
	if x == nil {
		return fmt.Errorf("sandbox: there is no session %s", reference)
	}
	x.close(now, work{due: now})
	x.outcome = status{with.Code, with.Description, with.Details}
	return nil
}
