package sandbox

import (
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// maxFileName is how much of a file's name KSeF gives back, in characters.
const maxFileName = 128

// unpacking takes the invoices out of an archive and examines them: one reads, the others examine, so that all
// processors are busy, and few documents are in memory at a time but those that are good.
type unpacking struct {
	examination
	sending *sending

	found []*submission // unless there are more than the limit
	count int
}

// run reads the archive. Its error is one of the archive, and then nothing in it counts.
func (u *unpacking) run(r *io.SectionReader) error {
	jobs := make(chan *submission, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(jobs)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for in := range jobs {
				in.hash = seal.DigestOf(in.doc).Hash
				u.examine(in)
			}
		})
	}
	for entry, err := range archive.Entries(r, r.Size(), nil) {
		if err != nil {
			return err
		}
		u.count++
		if u.count > u.limits.invoices {
			u.found = nil // from here on only the number matters
			if _, err := io.Copy(io.Discard, entry); err != nil {
				return err
			}
			continue
		}
		in, err := u.take(entry)
		if err != nil {
			return err
		}
		u.found = append(u.found, in)
		if in.doc != nil {
			jobs <- in
		}
	}
	return nil
}

// take reads a file. Of one that is larger than any invoice, no more than its hash is kept.
func (u *unpacking) take(entry *archive.Entry) (*submission, error) {
	in := &submission{invoice: &invoice{
		sending: u.sending, ordinal: u.count, fileName: firstCharacters(entry.Name, maxFileName), sent: u.sending.opened,
	}}
	most := max(u.limits.size(), u.limits.attachedSize())
	if entry.Size > most {
		meter := seal.NewMeter()
		_, err := io.Copy(meter, entry)
		in.result, in.hash = tooLarge(entry.Size, most), meter.Digest().Hash
		return in, err
	}
	in.doc = make([]byte, entry.Size)
	if _, err := io.ReadFull(entry, in.doc); err != nil {
		return nil, err
	}
	_, err := io.Copy(io.Discard, entry) // the end, where the content is checked
	return in, err
}

// decideAll decides about all that was found, letting others use the server now and then.
func (s *Server) decideAll(st *state, found []*submission, now time.Time) []*invoice {
	const atOnce = 100
	invoices := make([]*invoice, len(found))
	for i, in := range found {
		if i%atOnce == 0 {
			s.mu.Lock()
		}
		in.reference = s.source.reference(kindInvoice, now)
		s.decide(st, in, now)
		st.sent[in.reference] = in.invoice
		invoices[i] = in.invoice
		found[i] = nil
		if i%atOnce == atOnce-1 || i == len(found)-1 {
			s.mu.Unlock()
		}
	}
	return invoices
}
