package cli

import "fmt"

// Receiving. Titles have at most 44 characters, results 36.

func (l language) demoReceiving(buyer string) string {
	return fmt.Sprintf(l.pick("Receive as the buyer, %s", "Odbiór przez nabywcę, %s"), buyer)
}

func (l language) demoBuyer() string {
	return l.pick("the buyer signs in", "nabywca się loguje")
}

func (l language) demoFind() string {
	return l.pick("the invoice found by seller and number", "faktura znaleziona po sprzedawcy i numerze")
}

func (l language) demoFound(number, gross, currency string) string {
	return fmt.Sprintf(l.pick("%s for %s %s", "%s na %s %s"), number, gross, currency)
}

func (l language) demoDownload() string {
	return l.pick("downloaded, its hash checked", "pobrana, skrót sprawdzony")
}

func (l language) demoSame(size int) string {
	return fmt.Sprintf(l.pick("%s, each as it was sent", "%s, każdy jak wysłano"),
		l.count(size, "byte", "bytes", "bajt", "bajty", "bajtów"))
}

func (l language) demoExport() string {
	return l.pick("all exported, decrypted, unpacked, checked", "wszystkie wyeksportowane i odszyfrowane")
}

func (l language) demoReceived(invoices, kB int) string {
	return fmt.Sprintf("%s, %d kB", l.count(invoices, "invoice", "invoices", "faktura", "faktury", "faktur"), kB)
}

func (l language) demoMirror() string {
	return l.pick("kept as files, with an index to search", "zapisane w plikach, z indeksem")
}

func (l language) demoKept(invoices int) string {
	return l.count(invoices, "file", "files", "plik", "pliki", "plików")
}

func (l language) demoProve() string {
	return l.pick("compared with KSeF, invoice by invoice", "porównane z KSeF, faktura po fakturze")
}

func (l language) demoEqual(invoices int) string {
	return fmt.Sprintf(l.pick("all %d there, no difference", "wszystkie %d, bez różnic"), invoices)
}
