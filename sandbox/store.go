package sandbox

import (
	"fmt"
	"iter"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/schema"
)

// Stored is an invoice for [Server.Store].
type Stored struct {
	XML      []byte    // must not be changed afterwards
	Acquired time.Time // when it got its number; zero for now
}

// Store puts invoices into the repository as if they had been sent and accepted, so that tests of receiving
// have something to receive, 100,000 of them in a few seconds. Documents must follow their schemas and be no
// duplicates; nothing else is checked, and the invoices belong to no session that anybody can see.
//
// The order is that of acceptance. Times may lie in the past; invoices acquired in the future are there when the
// clock gets there. Store stops at the first error; what came before is stored.
func (s *Server) Store(invoices iter.Seq[Stored]) error {
	now := s.Now()
	senders := map[schema.Form]*sending{}
	n := 0
	for in := range invoices {
		n++
		if err := s.storeDocument(in, senders, now); err != nil {
			return fmt.Errorf("sandbox: invoice %d to be stored: %w", n, err)
		}
	}
	return nil
}

func (s *Server) storeDocument(in Stored, senders map[schema.Form]*sending, now time.Time) error {
	report := schema.ValidateBytes(in.XML, schema.Any, &schema.Options{Max: 1, UTF16: true})
	if err := report.Err(); err != nil {
		return err
	}
	if report.Form.Code() == (schema.FormCode{}) {
		return fmt.Errorf("a document of the form %s is no invoice", report.Form)
	}
	if senders[report.Form] == nil {
		senders[report.Form] = &sending{reference: s.source.reference(kindOnline, now), form: report.Form, opened: now}
	}
	at := in.Acquired
	if at.IsZero() {
		at = now
	}
	i := &invoice{
		sending: senders[report.Form], reference: s.source.reference(kindInvoice, at), hash: seal.DigestOf(in.XML).Hash,
		sent: at, mode: invoicingMode(false, report.Invoice.IssueDate, at), result: accepted, facts: report.Invoice,
		document: in.XML,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if original := s.state.originals[i.uniqueKey()]; original != nil {
		return fmt.Errorf("%q is the number of %s already", i.facts.Number, original.number)
	}
	s.file(s.state, i, at)
	return nil
}
