package cli

import (
	"fmt"
	"time"
)

// Sending invoices.

func (l language) invoiceSendShort() string {
	return l.pick("Send invoices, each once", "Wysyła faktury, każdą dokładnie raz")
}

func (l language) invoiceSendLong(many int) string {
	return fmt.Sprintf(l.pick(`Sends documents and waits for their KSeF numbers, one by one or, from %d on, as a batch.
Each is sent exactly once, whatever happens to the network or to this program: when it ends early,
the same command goes on where it was. A document that KSeF had already is accepted with its number.
What is no invoice, or was edited after it was sent, is listed and not sent.`,
		`Wysyła dokumenty i czeka na ich numery KSeF: pojedynczo, a od %d wsadowo.
Każdy jest wysyłany dokładnie raz, cokolwiek się stanie z siecią lub programem: po przerwaniu
to samo polecenie podejmuje pracę tam, gdzie stanęła. Dokument, który KSeF już ma, jest przyjęty
pod swoim numerem. Co nie jest fakturą lub zmieniło się po wysłaniu, jest wypisane, a nie wysyłane.`), many)
}

func (l language) batchFlag() string { return l.pick("send them as a batch", "wysyła wsadowo") }

func (l language) onlineFlag() string {
	return l.pick("send them one by one", "wysyła pojedynczo")
}

func (l language) offlineFlag() string {
	return l.pick("they were issued in an offline mode", "wystawiono je w trybie offline")
}

func (l language) correctsFlag() string {
	return l.pick("SHA-256 `hash` of the rejected offline invoice that this one corrects technically",
		"`skrót` SHA-256 odrzuconej faktury offline, którą ta koryguje technicznie")
}

func (l language) sendCheckFlag() string {
	return l.pick("check them first; when one is wrong, list what ksef invoice check lists and send none",
		"najpierw sprawdza, a gdy jeden jest błędny, wypisuje to, co ksef invoice check, i nie wysyła żadnego")
}

func (l language) sendUPOFlag() string {
	return l.pick("`directory` to save official receipts (UPO) in", "`katalog` na UPO")
}

func (l language) sendStateFlag() string {
	return l.pick("`file` to keep the state of the sending in, for as long as it lasts",
		"`plik` na stan wysyłki, na czas jej trwania")
}

func (l language) hintSendState() string {
	return l.pick("what was sent is noted there, so that nothing is sent twice: name a file for it with --state, or a directory with XDG_STATE_HOME",
		"tam zapisuje się, co wysłano, aby nic nie poszło dwa razy: podaj plik opcją --state albo katalog zmienną XDG_STATE_HOME")
}

func (l language) wantHash() string {
	return l.pick("want a SHA-256 in 64 hexadecimal digits", "podaj SHA-256 w 64 cyfrach szesnastkowych")
}

func (l language) timeoutFlag() string {
	return l.pick("`time` to wait at most (without end without it)",
		"najdłuższy `czas` czekania (bez tego bez końca)")
}

func (l language) batchOrOnline() string {
	return l.pick("--batch and --online exclude each other", "--batch i --online wykluczają się")
}

func (l language) correctsNeeds() string {
	return l.pick("--corrects needs --offline, and no batch", "--corrects wymaga --offline i wysyłki pojedynczej")
}

func (l language) otherAccount(key string) string {
	return fmt.Sprintf(l.pick("it belongs to a sending for %q", "należy do wysyłki dla %q"), key)
}

func (l language) sendResumed() string {
	return l.pick("going on with what was begun earlier", "dalszy ciąg rozpoczętej wysyłki")
}

func (l language) sending() string { return l.pick("sending", "wysyłanie") }

func (l language) packing() string { return l.pick("packing", "pakowanie") }

func (l language) uploading() string { return l.pick("uploading", "przesyłanie") }

func (l language) batchSent(ref string) string {
	return fmt.Sprintf(l.pick("batch %s is with KSeF, which is working on it",
		"sesja wsadowa %s jest w KSeF i jest przetwarzana"), ref)
}

func (l language) receiptsMissing() string {
	return l.pick("accepted, but receipts could not be saved", "przyjęto, ale nie udało się zapisać UPO")
}

func (l language) hintReceipts() string {
	return l.pick("ksef session upo fetches them later", "później pobiera je ksef session upo")
}

func (l language) timeLeft(d time.Duration) string {
	return fmt.Sprintf(l.pick("%s left", "jeszcze %s"), d)
}

func (l language) documentCount(n int64) string { return fmt.Sprint(n) }

func (l language) documents(n int) string {
	return l.count(n, "document", "documents", "dokument", "dokumenty", "dokumentów")
}

func (l language) sendAccepted(n int) string {
	return fmt.Sprintf(l.pick("%s accepted", "przyjęto: %s"), l.documents(n))
}

// outcome says what became of a document.
func (l language) outcome(word string) string {
	switch word {
	case sentAccepted:
		return l.pick(word, "przyjęta")
	case sentRejected:
		return l.pick(word, "odrzucona")
	case sentPending:
		return l.pick(word, "w toku")
	case sentUnknown:
		return l.pick(word, "nieznany")
	case sentNot:
		return l.pick(word, "nie wysłano")
	case sentChanged:
		return l.pick(word, "zmieniona")
	}
	return word
}

func (l language) colNote() string { return l.pick("NOTE", "UWAGI") }

// changedSince says of a file what became of what it held before.
func (l language) changedSince(outcome string) string {
	became := l.pick("it is not known whether KSeF has it", "nie wiadomo, czy KSeF ją ma")
	switch outcome {
	case sentAccepted:
		became = l.pick("KSeF accepted that under this number", "KSeF przyjął ją pod tym numerem")
	case sentRejected:
		became = l.pick("KSeF rejected that", "KSeF ją odrzucił")
	case sentPending:
		became = l.pick("KSeF is working on that", "KSeF ją przetwarza")
	}
	return fmt.Sprintf(l.pick("edited since its earlier content was sent: %s; the present content was not sent",
		"plik zmieniono po wysłaniu poprzedniej treści: %s; obecnej treści nie wysłano"), became)
}

func (l language) fileGone() string {
	return l.pick("sent earlier; the file is no longer there", "wysłano wcześniej; pliku już nie ma")
}

func (l language) fileNew() string {
	return l.pick("not in the batch, which was begun earlier", "nie ma jej w paczce, którą przygotowano wcześniej")
}

func (l language) batchStale() string {
	return l.pick("the documents have changed since the batch was begun, and nothing of it was sent: it begins anew",
		"dokumenty zmieniły się po rozpoczęciu wysyłki wsadowej, a nic nie zostało jeszcze wysłane: zacznie się od nowa")
}

func (l language) hintRest() string {
	return l.pick("the same command again sends what is new", "to samo polecenie ponownie wyśle to, co nowe")
}

func (l language) hintChanged() string {
	return l.pick("the same command again sends what is new or edited; where the earlier content was accepted, KSeF takes no other under the same invoice number (440): issue a correcting invoice",
		"to samo polecenie ponownie wyśle to, co nowe lub zmienione; jeśli poprzednią treść przyjęto, KSeF nie przyjmie innej pod tym samym numerem faktury (440): wystaw fakturę korygującą")
}

func (l language) sendRejected(bad, n int) string {
	return fmt.Sprintf(l.pick("%d of %s not accepted", "nieprzyjęte: %d, razem %s"), bad, l.documents(n))
}

func (l language) nothingSent(why string) string {
	return fmt.Sprintf(l.pick("%s: nothing was sent", "%s: niczego nie wysłano"), why)
}

func (l language) noInvoices(n int) string {
	return fmt.Sprintf(l.pick("no invoice among %s", "ani jednej faktury, razem %s"), l.documents(n))
}

func (l language) hintWithoutCheck() string {
	return l.pick("correct them; without --check the others are sent, and what KSeF rejects is listed",
		"popraw je; bez --check pozostałe zostaną wysłane, a odrzucone przez KSeF wypisane")
}
