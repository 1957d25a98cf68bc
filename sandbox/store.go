package sandbox

import (
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
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
	next, stop := iter.Pull(invoices)
	defer stop()
	for {
		some := examineSome(next)
		if len(some) == 0 {
			return nil
		}
		for _, in := range some {
			n++
			if err := s.storeOne(in, senders, now); err != nil {
				return fmt.Errorf("sandbox: invoice %d to be stored: %w", n, err)
			}
		}
	}
}

// examined is an invoice to be stored and what was found in it.
type examined struct {
	Stored
	report *schema.Report
	hash   seal.Hash
}

// examineSome takes the next invoices and examines them on all processors; none at the end.
func examineSome(next func() (Stored, bool)) []examined {
	const most = 512
	some := make([]examined, 0, most)
	for len(some) < most {
		in, ok := next()
		if !ok {
			break
		}
		some = append(some, examined{Stored: in})
	}
	inParallel(len(some), func(n int) {
		in := &some[n]
		in.report = schema.ValidateBytes(in.XML, schema.Any, &schema.Options{Max: 1, UTF16: true})
		in.hash = seal.DigestOf(in.XML).Hash
	})
	return some
}

func (s *Server) storeOne(in examined, senders map[schema.Form]*sending, now time.Time) error {
	if err := in.report.Err(); err != nil {
		return err
	}
	form := in.report.Form
	if form.Code() == (schema.FormCode{}) {
		return fmt.Errorf("a document of the form %s is no invoice", form)
	}
	if senders[form] == nil {
		senders[form] = &sending{reference: s.source.reference(kindOnline, now), form: form, opened: now}
	}
	at := in.Acquired
	if at.IsZero() {
		at = now
	}
	i := &invoice{
		sending: senders[form], reference: s.source.reference(kindInvoice, at), hash: in.hash, document: in.XML, sent: at,
		mode: invoicingMode(false, in.report.Invoice.IssueDate, at), result: accepted, facts: in.report.Invoice,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if original := s.state.originals[i.uniqueKey()]; original != nil {
		return fmt.Errorf("%q is the number of %s already", i.facts.Number, original.number)
	}
	s.file(s.state, i, at)
	return nil
}

// inParallel calls do with every number below n, on all processors.
func inParallel(n int, do func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}
