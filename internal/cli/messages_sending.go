package cli

import "fmt"

// Sending. Titles have at most 44 characters, results 36.

func (l language) demoOnline() string {
	return l.pick("Send invoices one by one", "Wysyłka faktur pojedynczo")
}

func (l language) demoOpen() string {
	return l.pick("online session opened under a fresh AES key", "sesja interaktywna, świeży klucz AES")
}

func (l language) demoSend() string {
	return l.pick("FA(3) invoice sent and accepted", "faktura FA(3) wysłana i przyjęta")
}

func (l language) demoReceipt() string {
	return l.pick("its official receipt (UPO) verified", "jej UPO sprawdzone")
}

func (l language) demoProven(size int) string {
	return fmt.Sprintf(l.pick("%s, signed, of this document", "%s, podpisane, tej faktury"),
		l.count(size, "byte", "bytes", "bajt", "bajty", "bajtów"))
}

func (l language) demoAgain() string {
	return l.pick("the same invoice sent once more by mistake", "ta sama faktura wysłana omyłkowo znowu")
}

func (l language) demoOnce() string {
	return l.pick("recognised: it has its one number", "rozpoznana: ma swój jeden numer")
}

func (l language) demoRejected() string {
	return l.pick("an invoice with a comma in an amount", "faktura z przecinkiem w kwocie")
}

func (l language) demoClose() string {
	return l.pick("session closed and processed", "sesja zamknięta i przetworzona")
}

func (l language) demoCounts(accepted, rejected int) string {
	return fmt.Sprintf(l.pick("%d accepted, %d rejected", "przyjęte: %d, odrzucone: %d"), accepted, rejected)
}

func (l language) demoBatch() string {
	return l.pick("Send invoices all at once", "Wysyłka wsadowa")
}

func (l language) demoSubmit(n int) string {
	return fmt.Sprintf(l.pick("%d invoices packed, encrypted, uploaded", "%d faktur spakowanych i wysłanych"), n)
}

func (l language) demoPacked(plain, sealed int) string {
	return fmt.Sprintf(l.pick("%d kB became %d kB", "z %d kB zrobiło się %d kB"), plain, sealed)
}

func (l language) demoProcessed() string {
	return l.pick("batch processed, a result for every file", "paczka przetworzona, wynik każdego pliku")
}
