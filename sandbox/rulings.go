package sandbox

import (
	"fmt"
	"sync/atomic"

	"github.com/ksef-go/ksef"
)

// rulings are what a test wants to become of invoices that nothing is wrong with, of operations on permissions, and of
// requests for certificates.
type rulings struct {
	invoice    atomic.Pointer[func(Invoice) ksef.Status]
	operation  atomic.Pointer[func(PermissionOperation) ksef.Status]
	enrollment atomic.Pointer[func(Enrollment) ksef.Status]
}

// OnInvoice has decide choose what becomes of each invoice whose document is good: the zero Status leaves it to
// KSeF's rules, any other is its status. That is the way to failures for which the sandbox has no reason of
// its own: 500, 550. The invoice has no KSeF number yet. Many may be decided at a time, and decide may use the
// server. Nil takes it away.
func (s *Server) OnInvoice(decide func(Invoice) ksef.Status) {
	if decide == nil {
		s.rulings.invoice.Store(nil)
		return
	}
	s.rulings.invoice.Store(&decide)
}

// rule asks for a ruling about an invoice whose document is good.
func (r *rulings) rule(i *invoice, doc []byte) verdict {
	decide := r.invoice.Load()
	if decide == nil {
		return accepted
	}
	in := i.public()
	in.XML = doc
	out := (*decide)(in)
	if out.Code == 0 {
		return accepted
	}
	return verdict{status: status{out.Code, out.Description, out.Details}}
}

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
	if decide == nil {
		s.rulings.operation.Store(nil)
		return
	}
	s.rulings.operation.Store(&decide)
}

// ruleOperation asks for a ruling about an operation; the zero status when there is none.
func (r *rulings) ruleOperation(op PermissionOperation) status {
	decide := r.operation.Load()
	if decide == nil {
		return status{}
	}
	out := (*decide)(op)
	return status{out.Code, out.Description, out.Details}
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
func (s *Server) OnEnrollment(decide func(Enrollment) ksef.Status) {
	if decide == nil {
		s.rulings.enrollment.Store(nil)
		return
	}
	s.rulings.enrollment.Store(&decide)
}

// ruleEnrollment asks for a ruling about a request; the zero status when there is none.
func (r *rulings) ruleEnrollment(e *enrollment) status {
	decide := r.enrollment.Load()
	if decide == nil {
		return status{}
	}
	out := (*decide)(Enrollment{ksef.ReferenceNumber(e.reference), public(e.subject), e.name, e.kind})
	return status{out.Code, out.Description, out.Details}
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
