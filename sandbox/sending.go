package sandbox

import (
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/schema"
)

// sendingLife is how long a session of sending stays open.
const sendingLife = 12 * time.Hour

// sending is a session in which invoices are sent.
type sending struct {
	reference string
	opener    *session // the authentication it was opened with
	form      schema.Form
	checkNIP  bool // check digits too, as production does
	opened    time.Time
	updated   time.Time // the last invoice or change of status

	key      seal.Key
	keyGood  bool // whether there is a key; a bad one is noticed later
	noticing work // of the bad key of an online session

	closed  time.Time // zero while it is open
	closing work      // processing what is left, and the receipt
	noted   bool      // that the processing is over
	outcome status    // of a processed package, or of a failure; zero when the invoices tell

	invoices   []*invoice
	successful int // of a session that was processed
	failed     int
	pages      []string // reference numbers of the receipt's pages

	batch *batch // nil for an online session
}

func (x *sending) validUntil() time.Time { return x.opened.Add(sendingLife) }

func (x *sending) context() identifier { return x.opener.context }

// processed reports whether all is over.
func (x *sending) processed(now time.Time) bool {
	return !x.closed.IsZero() && x.closing.done(now) && (x.batch == nil || x.outcome.Code != 0)
}

// invoice is an invoice that was sent, whatever became of it.
type invoice struct {
	sending   *sending
	ordinal   int // from 1
	reference string
	fileName  string    // in a batch
	hash      seal.Hash // as declared, online; of the document, in a batch
	sent      time.Time // invoicingDate
	work      work
	result    verdict // once the work is done

	facts    schema.Invoice // what could be read of it
	mode     ksef.InvoicingMode
	corrects *seal.Hash // of the rejected document that this one corrects technically

	// Of an accepted invoice.
	number    string // KSeF's
	document  []byte
	acquired  time.Time // when it got its number
	stored    time.Time // when the repository has it for good
	available time.Time // when it can be found there
}

// done reports whether the invoice's fate is known.
func (i *invoice) done(now time.Time) bool {
	if i.sending.batch != nil {
		return i.sending.processed(now)
	}
	return i.work.done(now) || i.sending.processed(now)
}

// accepted reports whether the invoice is known to have been accepted.
func (i *invoice) accepted(now time.Time) bool { return i.result.ok() && i.done(now) }

// verdict is the status of an invoice.
type verdict struct {
	status
	Extensions map[string]string `json:"extensions,omitempty"`
}

func (v *verdict) ok() bool { return v.Code == accepted.Code }

// What can become of an invoice. Code 200 is the only good one.
var (
	accepting  = verdict{status: status{100, "Faktura przyjęta do dalszego przetwarzania", nil}}
	processing = verdict{status: status{150, "Trwa przetwarzanie", nil}}
	accepted   = verdict{status: status{200, "Sukces", nil}}
)

func rejected(code int, details ...string) verdict {
	description := map[int]string{
		405: "Przetwarzanie anulowane z powodu błędu sesji",
		410: "Nieprawidłowy zakres uprawnień",
		415: "Brak możliwości wysyłania faktury z załącznikiem",
		430: "Błąd weryfikacji pliku faktury",
		435: "Błąd odszyfrowania pliku",
		440: "Duplikat faktury",
		450: "Błąd weryfikacji semantyki dokumentu faktury",
	}[code]
	return verdict{status: status{code, description, details}}
}
