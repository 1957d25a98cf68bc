package cli

import (
	"fmt"
	"time"
)

// Invoices.

func (l language) invoiceShort() string {
	return l.pick("Send, find, fetch and check invoices", "Wysyła, znajduje, pobiera i sprawdza faktury")
}

func (l language) pathsPlaceholder() string {
	return l.pick("FILE|DIRECTORY|-…", "PLIK|KATALOG|-…")
}

func (l language) aDocument() string {
	return l.pick("a file or directory, or - for standard input",
		"plik lub katalog albo - dla standardowego wejścia")
}

func (l language) numbersPlaceholder() string { return l.pick("KSEF-NUMBER…", "NUMER-KSEF…") }

func (l language) aKSeFNumber() string { return l.pick("a KSeF number", "numer KSeF") }

func (l language) invoiceGetShort() string {
	return l.pick("Fetch invoices by their KSeF numbers", "Pobiera faktury o podanych numerach KSeF")
}

func (l language) invoiceGetLong() string {
	return l.pick("Fetches invoices, byte for byte as they were sent. KSeF lets 64 an hour be fetched so; for more there is ksef invoice export.",
		"Pobiera faktury, co do bajtu takie, jak wysłano. KSeF pozwala tak pobrać 64 na godzinę; więcej pobiera ksef invoice export.")
}

func (l language) outDirFlag() string {
	return l.pick("`directory` to save them in, a file for each KSeF number",
		"`katalog` na faktury, plik na każdy numer KSeF")
}

func (l language) storedWaitFlag() string {
	return l.pick("wait until the invoice is in the repository", "czeka, aż faktura będzie w repozytorium")
}

func (l language) severalNeedOut() string {
	return l.pick("several invoices need --out", "kilka faktur wymaga --out")
}

func (l language) invoiceListShort() string { return l.pick("List invoices", "Wypisuje faktury") }

func (l language) invoiceListLong() string {
	return l.pick(`Lists what KSeF says about invoices, whatever span of time it is.
KSeF answers 20 queries an hour, of 250 invoices each; for more there is ksef invoice export --only-metadata.`,
		`Wypisuje, co KSeF wie o fakturach, z dowolnie długiego okresu.
KSeF odpowiada na 20 zapytań na godzinę, po 250 faktur; więcej podaje ksef invoice export --only-metadata.`)
}

func (l language) newestFlag() string { return l.pick("the latest first", "najpierw najnowsze") }

func (l language) roleFlag() string {
	return l.pick("your `part` in the invoices: seller, buyer, third-party or authorized",
		"`rola` podatnika: seller, buyer, third-party lub authorized")
}

func (l language) filterFromFlag(days int) string {
	return fmt.Sprintf(l.pick("`moment` from which: 2026-02-01 or 2026-02-01T08:00 (%d days ago without it)",
		"`chwila` początkowa: 2026-02-01 lub 2026-02-01T08:00 (bez tego %d dni temu)"), days)
}

func (l language) filterToFlag() string {
	return l.pick("`moment` until which; a day is meant to its end (now without it)",
		"`chwila` końcowa; dzień liczy się do końca (bez tego teraz)")
}

func (l language) byFlag() string {
	return l.pick("`date` that is meant: stored, entered or issued",
		"`data`, o którą chodzi: stored, entered lub issued")
}

func (l language) completeFlag() string {
	return l.pick("leave out what is too recent to be complete", "pomija najnowsze, jeszcze niekompletne")
}

func (l language) filterKSeFNumberFlag() string {
	return l.pick("only the one with this KSeF `number`", "`numer` KSeF faktury")
}

func (l language) filterNumberFlag() string {
	return l.pick("only those with this `number` of the seller's",
		"`numer` nadany przez sprzedawcę")
}

func (l language) filterSellerFlag() string {
	return l.pick("only those of the seller with this `NIP`", "`NIP` sprzedawcy")
}

func (l language) filterBuyerFlag() string {
	return l.pick("only those to the buyer with this `number`", "`numer` nabywcy")
}

func (l language) filterBuyerTypeFlag() string {
	return l.pick("`kind` of that number: Nip, VatUe, Other or None",
		"`rodzaj` tego numeru: Nip, VatUe, Other lub None")
}

func (l language) filterCurrencyFlag() string {
	return l.pick("only in a `currency`, such as PLN; several with commas",
		"`waluta`, np. PLN; kilka po przecinku")
}

func (l language) filterTypeFlag() string {
	return l.pick("only of a `type`, such as Vat or Kor; several with commas",
		"`rodzaj`, np. Vat lub Kor; kilka po przecinku")
}

func (l language) filterFormFlag() string {
	return l.pick("only of a `form`: FA, PEF or FA_RR", "`formularz`: FA, PEF lub FA_RR")
}

func (l language) filterModeFlag() string {
	return l.pick("only those issued in a `mode`: Online or Offline",
		"`tryb`: Online lub Offline")
}

func (l language) filterAttachmentFlag() string {
	return l.pick("with an attachment: `yes` or no", "z załącznikiem: `yes` lub no")
}

func (l language) filterSelfInvoicingFlag() string {
	return l.pick("issued by the buyer: `yes` or no", "wystawione przez nabywcę: `yes` lub no")
}

func (l language) filterAmountFromFlag() string {
	return l.pick("only from this `amount` on", "najmniejsza `kwota`")
}

func (l language) filterAmountToFlag() string {
	return l.pick("only up to this `amount`", "największa `kwota`")
}

func (l language) filterAmountFlag() string {
	return l.pick("`amount` that is meant: gross, net or vat", "`kwota`, o którą chodzi: gross, net lub vat")
}

func (l language) fromAfterTo() string {
	return l.pick("--from is after --to", "--from jest po --to")
}

func (l language) invoiceExportShort() string {
	return l.pick("Fetch all invoices that match", "Pobiera wszystkie pasujące faktury")
}

func (l language) invoiceExportLong() string {
	return l.pick(`Fetches all invoices that match into a directory, and lists them as they come. KSeF makes packages
of up to 10,000, 20 an hour. When it ends early, the same command goes on from there.`,
		`Pobiera do katalogu wszystkie pasujące faktury i wypisuje je po kolei. KSeF przygotowuje paczki
po 10 000, 20 na godzinę. Po przerwaniu to samo polecenie podejmuje pracę w tym miejscu.`)
}

func (l language) onlyMetadataFlag() string {
	return l.pick("only list them", "tylko je wypisuje")
}

func (l language) exportNeedsOut() string {
	return l.pick("want --out, or --only-metadata", "podaj --out albo --only-metadata")
}

func (l language) fetching() string { return l.pick("fetching", "pobieranie") }

func (l language) hintAgain() string {
	return l.pick("nothing is lost: the same command goes on from there",
		"nic nie przepadło: to samo polecenie podejmie pracę od tego miejsca")
}

func (l language) completeNeedsStored() string {
	return l.pick("--complete goes with --by stored only", "--complete wymaga --by stored")
}

func (l language) hintAnew() string {
	return l.pick("nothing has come yet: the same command begins anew", "nic jeszcze nie przyszło: to samo polecenie zacznie od nowa")
}

func (l language) hintFrom(moment string) string {
	return fmt.Sprintf(l.pick("what is listed is complete: the same command with --from %s lists the rest",
		"lista jest pełna do tego miejsca: resztę wypisze to samo polecenie z --from %s"), moment)
}

func (l language) invoiceCheckShort() string {
	return l.pick("Check documents as KSeF will", "Sprawdza dokumenty tak jak KSeF")
}

func (l language) invoiceCheckLong() string {
	return l.pick(`Checks documents by their schema and the ministry's rules beyond it, without any network, and lists
what is wrong. With --env test the check digits of numbers do not matter.`,
		`Sprawdza dokumenty według schematu i pozostałych reguł Ministerstwa, bez sieci, i wypisuje błędy.
Z --env test cyfry kontrolne numerów się nie liczą.`)
}

func (l language) noDocuments() string {
	return l.pick("there are no .xml files in it", "nie ma w nim plików .xml")
}

func (l language) notAnInvoice(form string) string {
	return fmt.Sprintf(l.pick("%s is not an invoice", "%s to nie faktura"), form)
}

func (l language) mixedForms(a, aForm, b, bForm string) string {
	return fmt.Sprintf(l.pick("%s is %s and %s is %s: send them separately",
		"%s to %s, a %s to %s: wyślij je osobno"), a, aForm, b, bForm)
}

func (l language) hintCheck() string {
	return l.pick("ksef invoice check lists all that is wrong", "wszystkie błędy podaje ksef invoice check")
}

func (l language) exportResumed(from time.Time) string {
	return fmt.Sprintf(l.pick("going on from %s", "dalszy ciąg od %s"), from.Format(time.DateTime))
}

func (l language) checkPassed(n int) string {
	return fmt.Sprintf(l.pick("%s, nothing wrong", "%s, bez błędów"), l.documents(n))
}

func (l language) checkFailed(broken, n int) string {
	return fmt.Sprintf(l.pick("%d of %s would be rejected", "do odrzucenia: %d, razem %s"), broken, l.documents(n))
}

func (l language) documentEmpty() string { return l.pick("the file is empty", "plik jest pusty") }

func (l language) documentNotXML() string {
	return l.pick("this is not XML, and so not an invoice", "to nie jest XML, a więc nie faktura")
}

func (l language) documentBadXML(why string) string {
	return fmt.Sprintf(l.pick("this is not well-formed XML: %s", "to nie jest poprawny XML: %s"), why)
}

func (l language) documentUnknown(root, namespace string) string {
	if namespace == "" {
		return fmt.Sprintf(l.pick("not an invoice of KSeF: its document element is %s, in no namespace",
			"to nie faktura KSeF: element główny to %s, bez przestrzeni nazw"), root)
	}
	return fmt.Sprintf(l.pick("not an invoice of KSeF: its document element is %s in the namespace %s",
		"to nie faktura KSeF: element główny to %s w przestrzeni nazw %s"), root, namespace)
}

func (l language) documentIsReceipt() string {
	return l.pick("this is an official receipt (UPO), not an invoice: ksef why checks it",
		"to jest UPO, a nie faktura: sprawdza je ksef why")
}

// twins warns of two documents that are one invoice to KSeF.
func (l language) twins(a, b, number string) string {
	return fmt.Sprintf(l.pick("warning: %s and %s have the same seller, kind and number %s: KSeF will accept only one of them",
		"uwaga: %s i %s mają tego samego sprzedawcę, rodzaj i numer %s: KSeF przyjmie tylko jedną z nich"), a, b, number)
}
