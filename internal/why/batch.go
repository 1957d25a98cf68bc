package why

import (
	"errors"
	"fmt"
	"io"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/translate"
	"github.com/ksef-go/ksef/schema"
)

// What a batch may be (ksef-docs sesja-wsadowa.md).
const (
	maxInvoices    = 10_000
	maxArchive     = 5_000_000_000
	maxInvoiceSize = 3_000_000
)

// archive examines a batch before encryption, one document in memory at a time.
func (x *examination) archive(r io.ReaderAt, size int64) (*Diagnosis, error) {
	x.kind(Archive, format("an archive of %d bytes", "archiwum o rozmiarze %d B", size))
	if size > maxArchive {
		x.find(Finding{Check: string(archive.LargeArchive), Answer: int(codePartSize), Want: fmt.Sprint(maxArchive), Got: fmt.Sprint(size),
			Problem: Text{"the archive is larger than KSeF takes", "archiwum jest większe niż przyjmuje KSeF"},
			Advice:  Text{"send the invoices in several batches", "wyślij faktury w kilku paczkach"}})
	}
	seen := map[schema.Invoice]string{} // the first file with a seller, kind and number
	for entry, err := range archive.Entries(r, size, nil) {
		if err != nil {
			return x.archiveBroken(err)
		}
		x.out.Documents++
		if err := x.entry(entry, seen); err != nil {
			return x.archiveBroken(err)
		}
	}
	x.out.What = format("an archive of %[2]d bytes, documents: %[1]d", "archiwum o rozmiarze %[2]d B, dokumentów: %[1]d", x.out.Documents, size)
	switch n := x.out.Documents; {
	case n == 0:
		x.find(Finding{Check: "empty", Answer: 440, Problem: Text{"there is no invoice in the archive", "w archiwum nie ma faktur"},
			Advice: Text{"put the invoices in it as files", "umieść w nim faktury jako pliki"}})
	case n > maxInvoices:
		x.find(Finding{Check: string(archive.TooManyEntries), Answer: 420, Want: fmt.Sprint(maxInvoices), Got: fmt.Sprint(n),
			Problem: Text{"there are more invoices than a batch may hold", "faktur jest więcej, niż może mieć paczka"},
			Advice:  Text{"send the invoices in several batches", "wyślij faktury w kilku paczkach"}})
	}
	return x.done(), nil
}

// entry examines a document of the archive. The error is one of the archive.
func (x *examination) entry(entry *archive.Entry, seen map[schema.Invoice]string) error {
	if entry.Size > maxInvoiceSize {
		x.find(Finding{File: entry.Name, Check: "size", Answer: 430, Want: fmt.Sprint(maxInvoiceSize), Got: fmt.Sprint(entry.Size), Problem: tooBig, Advice: adviceSize})
		_, err := io.Copy(io.Discard, entry)
		return err
	}
	doc, err := io.ReadAll(entry)
	if err != nil {
		return err
	}
	report := x.invoice(entry.Name, doc)
	if x.Form == schema.Any && report.Form.Code() != (schema.FormCode{}) {
		x.Form = report.Form // one session, one form
	}
	if !report.Valid() {
		return nil
	}
	// The key of uniqueness: seller, kind and number (ksef-docs faktury/weryfikacja-faktury.md).
	key := schema.Invoice{SellerNIP: report.Invoice.SellerNIP, Kind: report.Invoice.Kind, Number: report.Invoice.Number}
	if first, twice := seen[key]; twice {
		x.find(Finding{File: entry.Name, Check: "duplicate", Answer: 440, Got: key.Number,
			Problem: format("the invoice has the seller, kind and number of %s", "faktura ma sprzedawcę, rodzaj i numer taki jak %s", first),
			Advice:  Text{"take one of the two out, or give it a number of its own", "usuń jedną z nich albo nadaj jej własny numer"}})
		return nil
	}
	seen[key] = entry.Name
	return nil
}

// archiveBroken is about an archive that cannot be trusted: nothing in it counts. Other errors are of reading.
func (x *examination) archiveBroken(err error) (*Diagnosis, error) {
	failed, ok := errors.AsType[*archive.Error](err)
	if !ok {
		return nil, err
	}
	x.find(Finding{File: failed.Name, Check: string(failed.Fault), Answer: 430, Want: failed.Expected, Got: failed.Found,
		Problem: Text{failed.Error(), translate.Polish(failed)}, Advice: faultAdvice(failed.Fault)})
	x.note(format("KSeF rejects the package as a whole; what comes behind this place was not looked at (documents before it: %d)",
		"KSeF odrzuca całą paczkę; tego, co następuje za tym miejscem, nie sprawdzono (dokumentów przed nim: %d)", x.out.Documents))
	return x.done(), nil
}

func faultAdvice(f archive.Fault) Text {
	switch f {
	case archive.Truncated, archive.Checksum, archive.Malformed:
		return Text{"make the archive again: it was damaged or cut off on its way", "utwórz archiwum ponownie: zostało uszkodzone lub ucięte"}
	case archive.Unsupported, archive.Ambiguous:
		return Text{"make a plain zip (stored or deflated, no password) or a tar.gz with regular files", "utwórz zwykły zip (bez hasła) albo tar.gz ze zwykłymi plikami"}
	case archive.BadName, archive.LongName, archive.DuplicateName, archive.CollidingName:
		return Text{"give every file a short name of its own, without directories that lead elsewhere", "nadaj każdemu plikowi własną, krótką nazwę, bez ścieżek wychodzących z archiwum"}
	case archive.Bomb, archive.LargeEntry, archive.LargeArchive, archive.TooManyEntries:
		return Text{"put nothing into the archive but invoices", "umieszczaj w archiwum wyłącznie faktury"}
	}
	return Text{"make the archive anew", "utwórz archiwum ponownie"}
}
