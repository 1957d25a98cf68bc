package cli

import "fmt"

// Mirrors of invoices.

func (l language) dirPlaceholder() string { return l.pick("DIR", "KATALOG") }

func (l language) aMirrorDir() string {
	return l.pick("the directory of a mirror", "katalog kopii faktur")
}

func (l language) invoiceSyncShort() string {
	return l.pick("Keep a copy of all invoices", "Utrzymuje kopię wszystkich faktur")
}

func (l language) invoiceSyncLong() string {
	return l.pick(`Keeps a copy of all invoices in a directory: a file each, and an index to search. It fetches what is new, up
to where KSeF says that it is complete, in every role. The first time it wants --from. It can be interrupted
at any moment, and goes on when it is called again.`,
		`Utrzymuje w katalogu kopię wszystkich faktur: plik na fakturę i indeks do przeszukiwania. Pobiera to, co nowe,
do chwili, do której KSeF ma komplet, w każdej roli. Za pierwszym razem potrzebuje --from. Można je przerwać
w każdej chwili; wywołane znowu podejmuje pracę.`)
}

func (l language) syncFromFlag() string {
	return l.pick("`moment` to begin at, the first time: 2026-02-01", "`chwila`, od której zacząć za pierwszym razem: 2026-02-01")
}

func (l language) syncRoleFlag() string {
	return l.pick("only in this `role`: seller, buyer, third-party or authorized (all without it)",
		"`rola`: seller, buyer, third-party lub authorized (bez tego wszystkie)")
}

func (l language) wantWord() string {
	return l.pick("want a word or a number", "podaj słowo lub liczbę")
}

func (l language) hintBeginMirror(dir string) string {
	return fmt.Sprintf(l.pick("ksef invoice sync %s --from 2026-02-01 begins one", "ksef invoice sync %s --from 2026-02-01 zakłada kopię"), dir)
}

func (l language) hintSyncFrom() string {
	return l.pick("say with --from from when on, or leave the role out with --role", "podaj w --from, od kiedy, albo pomiń tę rolę za pomocą --role")
}

func (l language) invoiceProveShort() string {
	return l.pick("Compare the copy with KSeF", "Porównuje kopię z KSeF")
}

func (l language) invoiceProveLong() string {
	return l.pick(`Compares a copy with what KSeF has now, invoice by invoice, and names every difference: invoices that one of
both lacks, other hashes, files that are gone, changed or no invoices. No difference is exit code 0.`,
		`Porównuje kopię z tym, co ma teraz KSeF, faktura po fakturze, i wypisuje każdą różnicę: brak faktury po
jednej ze stron, inny skrót, pliki zagubione, zmienione lub obce. Brak różnic to kod wyjścia 0.`)
}

func (l language) proveFromFlag() string {
	return l.pick("`moment` of storage to begin at (where the copy begins without it)", "`chwila` zapisu, od której (bez tego początek kopii)")
}

func (l language) proveToFlag() string {
	return l.pick("`moment` of storage to end at (where the copy ends without it)", "`chwila` zapisu, do której (bez tego koniec kopii)")
}

func (l language) proveLocalFlag() string {
	return l.pick("compare only the files with the index, without KSeF", "porównuje tylko pliki z indeksem, bez KSeF")
}

func (l language) mirrorProven(n int) string {
	return fmt.Sprintf(l.pick("%s compared, no difference", "porównano %s, brak różnic"),
		l.count(n, "invoice", "invoices", "fakturę", "faktury", "faktur"))
}

func (l language) mirrorDiffers(n int) string {
	return l.count(n, "difference", "differences", "różnica", "różnice", "różnic")
}

func (l language) invoiceSearchShort() string {
	return l.pick("Search the copy", "Przeszukuje kopię")
}

func (l language) invoiceSearchLong() string {
	return l.pick(`Looks for invoices in a copy, without KSeF. All that is given must be true. Neither case nor the marks on
letters matter in --text and --party, and a word that ends in * stands for all that begin so.`,
		`Szuka faktur w kopii, bez KSeF. Zgadzać się musi wszystko, co podano. W --text i --party wielkość liter i znaki
diakrytyczne nie mają znaczenia, a słowo zakończone * oznacza wszystkie, które się tak zaczynają.`)
}

func (l language) searchTextFlag() string {
	return l.pick("`words` in the invoice", "`słowa` na fakturze")
}

func (l language) searchPartyFlag() string {
	return l.pick("`NIP`, other identifier or name of somebody on the invoice", "`NIP`, inny identyfikator lub nazwa kogoś z faktury")
}

func (l language) searchFromFlag() string {
	return l.pick("`moment` to begin at: 2026-02-01 or 2026-02-01T08:00", "`chwila`, od której: 2026-02-01 lub 2026-02-01T08:00")
}

func (l language) searchToFlag() string { return l.pick("`moment` to end at", "`chwila`, do której") }

func (l language) searchCurrencyFlag() string {
	return l.pick("only in this `currency`", "`waluta`")
}

func (l language) colRole() string { return l.pick("ROLE", "ROLA") }

func (l language) colNew() string { return l.pick("NEW", "NOWE") }

func (l language) colThrough() string { return l.pick("COMPLETE UNTIL", "KOMPLET DO") }

func (l language) colDifference() string { return l.pick("DIFFERENCE", "RÓŻNICA") }
