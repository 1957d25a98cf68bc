package sandbox

import (
	"io"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// maxFileName is how much of a file's name KSeF gives back, in characters.
const maxFileName = 128

// unpacking takes the invoices out of an archive and examines them: one reads, the others examine, so that all
// processors are busy and few documents are in memory at a time but those that are good.
type unpacking struct {
	x           *sending
	examination examination
	limit       int // of invoices; of more, only the number matters

	found []*unpacked
	count int
}

// unpacked is an invoice from an archive.
type unpacked struct {
	*invoice
	doc     []byte // until it was examined; then of a good one
	issuing agency
}

// run reads the archive. Its error is one of the archive, and then nothing in it counts.
func (u *unpacking) run(r *io.SectionReader) error {
	jobs := make(chan *unpacked, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(jobs)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range jobs {
				u.examine(i)
			}
		})
	}
	for entry, err := range archive.Entries(r, r.Size(), nil) {
		if err != nil {
			return err
		}
		u.count++
		if u.count > u.limit {
			u.found = nil
			if _, err := io.Copy(io.Discard, entry); err != nil {
				return err
			}
			continue
		}
		i, err := u.take(entry)
		if err != nil {
			return err
		}
		u.found = append(u.found, i)
		jobs <- i
	}
	return nil
}

// take reads a file. Of one that is too large to be an invoice no more than its hash is kept.
func (u *unpacking) take(entry *archive.Entry) (*unpacked, error) {
	x := u.x
	i := &unpacked{invoice: &invoice{sending: x, ordinal: u.count, fileName: firstCharacters(entry.Name, maxFileName), sent: x.opened}}
	most := max(u.examination.limits.size(), u.examination.limits.attachedSize())
	meter := seal.NewMeter()
	if entry.Size > most {
		if _, err := io.Copy(meter, entry); err != nil {
			return nil, err
		}
		i.result = tooLarge(entry.Size, most)
		i.hash = meter.Digest().Hash
		return i, nil
	}
	i.doc = make([]byte, entry.Size)
	if _, err := io.ReadFull(entry, i.doc); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, entry); err != nil { // the end, where the content is checked
		return nil, err
	}
	return i, nil
}

// examine does what can be done to an invoice alone.
func (u *unpacking) examine(i *unpacked) {
	if i.doc == nil {
		return
	}
	i.hash = seal.DigestOf(i.doc).Hash
	i.result, i.facts = u.examination.examine(i.doc)
	i.mode = invoicingMode(u.x.batch.offline, i.facts.IssueDate, i.sent)
	switch {
	case !i.result.ok():
		i.doc = nil
	case !sendsForItself(u.x.context(), i.facts.SellerNIP):
		i.issuing = readAgency(u.x.form, i.doc)
	}
}

// decideAll decides about the invoices that are good so far, letting others use the server now and then.
func (s *Server) decideAll(st *state, found []*unpacked, now time.Time) []*invoice {
	const atOnce = 100
	invoices := make([]*invoice, 0, len(found))
	for len(found) > 0 {
		n := min(atOnce, len(found))
		s.mu.Lock()
		for _, i := range found[:n] {
			i.reference = s.source.reference(kindInvoice, now)
			if i.result.ok() {
				s.decide(st, i.invoice, i.doc, i.issuing, now)
			}
			i.doc = nil
			st.sent[i.reference] = i.invoice
			invoices = append(invoices, i.invoice)
		}
		s.mu.Unlock()
		found = found[n:]
	}
	return invoices
}

// firstCharacters cuts a text.
func firstCharacters(s string, n int) string {
	for utf8.RuneCountInString(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
