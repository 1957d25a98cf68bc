package sandbox

import (
	"iter"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// repository holds the accepted invoices.
type repository struct {
	accepted  []*invoice // in the order of acceptance
	byNumber  map[string]*invoice
	byHash    map[seal.Hash]*invoice
	originals map[uniqueKey]*invoice
	corrected map[seal.Hash]*invoice // the technical corrections, by the hash of what they correct
	index     *register
}

// uniqueKey is what no two invoices have in common (ksef-docs faktury/weryfikacja-faktury.md).
type uniqueKey struct{ seller, kind, number string }

func (i *invoice) uniqueKey() uniqueKey {
	return uniqueKey{i.facts.SellerNIP, i.facts.Kind, i.facts.Number}
}

func newRepository() repository {
	return repository{nil, map[string]*invoice{}, map[seal.Hash]*invoice{}, map[uniqueKey]*invoice{}, map[seal.Hash]*invoice{}, newRegister()}
}

// keep takes in an accepted invoice, which has its number.
func (r *repository) keep(i *invoice) {
	r.accepted = append(r.accepted, i)
	r.byNumber[i.number] = i
	r.byHash[i.hash] = i
	r.originals[i.uniqueKey()] = i
	if i.corrects != nil {
		r.corrected[*i.corrects] = i
	}
}

// Invoice is an invoice that the server accepted. It must not be changed.
type Invoice struct {
	KSeFNumber ksef.KSeFNumber
	Session    ksef.ReferenceNumber // in which it was sent
	Reference  ksef.ReferenceNumber // its own
	FileName   string               // in the package of a batch
	Hash       [32]byte             // SHA-256 of XML
	XML        []byte               // as it was sent
}

// Invoices iterates over the accepted invoices in the order of their acceptance: what a client must find
// there exactly once, whatever happened on the way. Invoices accepted while it runs are left out. An invoice
// is there as soon as its request was served, also while its status is still pending.
func (s *Server) Invoices() iter.Seq[Invoice] {
	return func(yield func(Invoice) bool) {
		s.mu.Lock()
		all := s.state.accepted // appended to, but never changed
		s.mu.Unlock()
		for _, i := range all {
			if !yield(i.public()) {
				return
			}
		}
	}
}

func (i *invoice) public() Invoice {
	return Invoice{ksef.KSeFNumber(i.number), ksef.ReferenceNumber(i.sending.reference), ksef.ReferenceNumber(i.reference),
		i.fileName, i.hash, i.document}
}
