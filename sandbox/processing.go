package sandbox

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// process opens a package and does with what is in it what KSeF does, in its order: the key, the hashes of the
// parts, their encryption, the hash of the whole, the archive, the number of invoices, every invoice. Nothing
// but the fates of the invoices needs the server's lock, and those take it for a moment now and then.
func (s *Server) process(st *state, x *sending, limits sessionLimits, now time.Time) ([]*invoice, status) {
	if !x.keyGood {
		return nil, keyUnreadable
	}
	for i, p := range x.batch.parts {
		if p.arrived.digest.Hash != p.declared.Hash {
			return nil, batchFailed(405, fmt.Sprintf("Skrót SHA-256 części: '%d' nie zgadza się z zadeklarowanym skrótem: '%s'.", i+1, p.declared.Hash))
		}
	}
	whole, failure := x.join()
	defer whole.discard()
	if failure.Code != 0 {
		return nil, failure
	}
	if format, err := archive.Detect(whole.reader()); err != nil || format != x.batch.format {
		return nil, unpackable(fmt.Errorf("the package is not a %s archive", x.batch.format))
	}
	u := unpacking{examination: examination{limits, now, x.batch.offline, &s.rulings}, sending: x}
	if err := u.run(whole.reader()); err != nil {
		return nil, unpackable(err)
	}
	switch {
	case u.count > limits.invoices:
		return nil, batchFailed(420, fmt.Sprintf("Przekroczono dopuszczalną liczbę faktur w paczce: '%d'. Liczba faktur w paczce: '%d'.", limits.invoices, u.count))
	case u.count == 0:
		return nil, nothingSent
	}
	invoices := s.decideAll(st, u.found, now)
	return invoices, summarize(invoices, batchProcessed)
}

// join decrypts the parts into one archive and compares it with what was announced.
func (x *sending) join() (whole *spool, failure status) {
	whole = new(spool)
	meter := seal.NewMeter()
	for i, p := range x.batch.parts {
		_, err := io.Copy(io.MultiWriter(whole, meter), x.key.NewReader(p.arrived.content.reader(), seal.Want{}))
		if _, ok := errors.AsType[*seal.Error](err); ok {
			return whole, batchFailed(435, fmt.Sprintf("Nie można odszyfrować części '%d'.", i+1))
		}
		if err != nil {
			return whole, status{500, fmt.Sprintf("Nieznany błąd (%d)", 500), []string{err.Error()}}
		}
	}
	switch found := meter.Digest(); {
	case found.Hash != x.batch.whole.Hash:
		return whole, batchFailed(430, fmt.Sprintf("Skrót SHA-256 przesłanej paczki faktur nie jest zgodny z zadeklarowanym skrótem: '%s'.", x.batch.whole.Hash))
	case found.Size != x.batch.whole.Size:
		return whole, batchFailed(430, fmt.Sprintf("Rozmiar przesłanej paczki faktur nie jest zgodny z zadeklarowanym rozmiarem: '%d'.", x.batch.whole.Size))
	}
	return whole, status{}
}

func unpackable(err error) status { return batchFailed(430, err.Error()) }

func batchFailed(code int, detail string) status {
	description := map[int]string{
		405: "Błąd weryfikacji poprawności dostarczonych elementów paczki",
		420: "Przekroczony limit faktur w sesji",
		430: "Błąd dekompresji pierwotnego archiwum",
		435: "Błąd odszyfrowania zaszyfrowanych części archiwum",
	}[code]
	return status{code, description, []string{detail}}
}
