package sandbox

import (
	"fmt"
	"sync/atomic"

	"github.com/ksef-go/ksef"
)

// rulings are what a test wants to become of invoices that nothing is wrong with.
type rulings struct {
	invoice atomic.Pointer[func(Invoice) ksef.Status]
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
