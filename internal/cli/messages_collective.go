package cli

import "fmt"

// Collective identifiers.

func (l language) collectiveShort() string {
	return l.pick("Group invoices under one number for payment", "Łączy faktury identyfikatorem zbiorczym")
}

func (l language) collectiveCreateShort() string {
	return l.pick("Make a collective identifier", "Tworzy identyfikator zbiorczy")
}

func (l language) collectiveCreateLong() string {
	return l.pick(`Makes a collective identifier for 2 to 500 invoices of one seller, to be named in
the title of one payment for them all. It cannot be taken back.
A file is CSV with a heading: ksefNumber and, as wanted, amount, currency and
description. Invoices can be grouped some minutes after KSeF accepted them.`,
		`Tworzy identyfikator zbiorczy dla 2 do 500 faktur jednego sprzedawcy, podawany
w tytule jednej płatności za wszystkie. Nie można go cofnąć.
Plik to CSV z nagłówkiem: ksefNumber oraz, w miarę potrzeby, amount, currency
i description. Faktury można łączyć kilka minut po ich przyjęciu przez KSeF.`)
}

func (l language) ksefNumbersPlaceholder() string {
	return l.pick("KSEF-NUMBER…", "NUMER-KSEF…")
}

func (l language) collectiveFileFlag() string {
	return l.pick("CSV `file` with the invoices; - is standard input", "`plik` CSV z fakturami; - to standardowe wejście")
}

func (l language) wantTwoInvoices() string {
	return l.pick("want two invoices or more", "podaj co najmniej dwie faktury")
}

func (l language) amountAndCurrency() string {
	return l.pick("amount and currency go together", "amount i currency podaje się razem")
}

func (l language) hintCollectiveUnknown(number string) string {
	return fmt.Sprintf(l.pick("the answer was lost: look with ksef collective of %s, some minutes later, whether it was made",
		"odpowiedź przepadła: sprawdź po kilku minutach poleceniem ksef collective of %s, czy identyfikator powstał"), number)
}

func (l language) hintNotCollectable() string {
	return l.pick("invoices that KSeF accepted only just now cannot be grouped yet: try again in some minutes",
		"faktur dopiero co przyjętych przez KSeF nie można jeszcze łączyć: spróbuj za kilka minut")
}

func (l language) collectiveListShort() string {
	return l.pick("List collective identifiers", "Wypisuje identyfikatory zbiorcze")
}

func (l language) collectiveFromFlag() string {
	return l.pick("`moment` from which they were made (100 days before the end without it)",
		"`chwila`, od której powstały (bez tego 100 dni przed końcem)")
}

func (l language) collectiveToFlag() string {
	return l.pick("`moment` until which they were made (now without it)", "`chwila`, do której powstały (bez tego teraz)")
}

func (l language) collectiveNumberFlag() string {
	return l.pick("only this `number`", "tylko ten `numer`")
}

func (l language) minInvoicesFlag() string {
	return l.pick("only those of this `number` of invoices or more", "najmniejsza `liczba` faktur")
}

func (l language) maxInvoicesFlag() string {
	return l.pick("only those of this `number` of invoices or less", "największa `liczba` faktur")
}

func (l language) ownCollectivesFlag() string {
	return l.pick("only those made here", "tylko utworzone tutaj")
}

func (l language) othersCollectivesFlag() string {
	return l.pick("only those made elsewhere", "tylko utworzone gdzie indziej")
}

func (l language) collectiveInvoicesShort() string {
	return l.pick("List the invoices under collective identifiers", "Wypisuje faktury o identyfikatorach zbiorczych")
}

func (l language) collectivesPlaceholder() string { return l.pick("NUMBER…", "NUMER…") }

func (l language) aCollective() string {
	return l.pick("a collective identifier", "identyfikator zbiorczy")
}

func (l language) collectiveOfShort() string {
	return l.pick("List the collective identifiers of an invoice", "Wypisuje identyfikatory zbiorcze faktury")
}

func (l language) colCollective() string {
	return l.pick("IDENTIFIER", "IDENTYFIKATOR")
}

func (l language) colAmount() string { return l.pick("AMOUNT", "KWOTA") }

func (l language) ksefNumberPlaceholder() string { return l.pick("KSEF-NUMBER", "NUMER-KSEF") }

func (l language) colOwn() string { return l.pick("MADE HERE", "UTWORZONY TUTAJ") }

// Files of rows.

func (l language) noRows() string {
	return l.pick("want rows under a heading", "podaj wiersze pod nagłówkiem")
}

func (l language) brokenRow(line int) string {
	return fmt.Sprintf(l.pick("line %d: want as many values as the heading has, and quotation marks in pairs",
		"wiersz %d: podaj tyle wartości, ile jest w nagłówku, a cudzysłowy parami"), line)
}

func (l language) notUTF8() string {
	return l.pick("it is not UTF-8: save it as such", "plik nie jest w UTF-8: zapisz go w tym kodowaniu")
}
