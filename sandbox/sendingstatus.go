package sandbox

import (
	"slices"
	"time"
)

// How far sessions of sending are.
var (
	onlineOpen      = status{100, "Sesja interaktywna otwarta", nil}
	onlineClosed    = status{170, "Sesja interaktywna zamknięta", nil}
	onlineProcessed = status{200, "Sesja interaktywna przetworzona pomyślnie", nil}
	batchOpen       = status{100, "Sesja wsadowa rozpoczęta", nil}
	batchProcessing = status{150, "Trwa przetwarzanie", nil}
	batchProcessed  = status{200, "Sesja wsadowa przetworzona pomyślnie", nil}
	keyUnreadable   = status{415, "Błąd odszyfrowania dostarczonego klucza", []string{"Rozszyfrowania klucza symetrycznego zakończone błędem"}}
	nothingSent     = status{440, "Sesja anulowana", []string{"Nie przesłano faktur"}}
	sentTooLate     = status{440, "Sesja anulowana", []string{"Przekroczono czas wysyłki"}}
	allRejected     = status{445, "Błąd weryfikacji, brak poprawnych faktur", nil}
)

// status is how far the session is.
func (x *sending) status(now time.Time) status {
	if x.batch != nil {
		return x.batchStatus(now)
	}
	switch {
	case x.outcome.Code != 0:
		return x.outcome
	case !x.closed.IsZero() && len(x.invoices) == 0:
		return nothingSent
	case !x.keyGood && (x.noticing.done(now) || x.processed(now)):
		return keyUnreadable
	case x.closed.IsZero():
		return onlineOpen
	case !x.closing.done(now):
		return onlineClosed
	}
	return summarize(x.invoices, onlineProcessed)
}

// summarize is the status of a session whose invoices were processed: good, unless all were rejected.
func summarize(invoices []*invoice, good status) status {
	if slices.ContainsFunc(invoices, func(i *invoice) bool { return i.result.ok() }) {
		return good
	}
	return allRejected
}

// stage sums up a status, as the filter of the listing has it.
func stage(s status) string {
	switch {
	case s.Code < 200:
		return "InProgress"
	case s.Code == 200:
		return "Succeeded"
	case s.Code == 440:
		return "Cancelled"
	}
	return "Failed"
}

// settle does what time alone brings about: sessions that nobody closed end, and work that is done is noted.
// Who reads or changes a session settles it first.
func (s *Server) settle(x *sending, now time.Time) {
	if end := x.validUntil(); x.closed.IsZero() && !now.Before(end) {
		switch {
		case x.batch != nil:
			x.cancel(end)
		case x.keyGood: // otherwise it has ended long ago
			x.close(end, s.accept(end))
		}
	}
	if x.noted || !x.processed(now) {
		return
	}
	x.noted = true
	if x.updated = x.closing.due; now.Before(x.updated) {
		x.updated = now
	}
	x.successful, x.failed = x.count(now)
	if x.status(now).Code != onlineProcessed.Code {
		return
	}
	for range (x.successful + upoPage - 1) / upoPage {
		x.pages = append(x.pages, s.source.reference(kindReceipt, x.updated))
	}
}

// count tells how many invoices are known to have been accepted and rejected.
func (x *sending) count(now time.Time) (successful, failed int) {
	for _, i := range x.invoices {
		switch {
		case !i.done(now):
		case i.result.ok():
			successful++
		default:
			failed++
		}
	}
	return successful, failed
}

// look counts as asking for all that the session's status tells.
func (x *sending) look() {
	x.noticing.look()
	x.closing.look()
	for _, i := range x.invoices {
		i.work.look()
	}
}
