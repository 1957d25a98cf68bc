package upo

import (
	"fmt"
	"time"
)

// Language is a language of [Receipt.Explain].
type Language uint8

// The languages.
const (
	English Language = iota
	Polish
)

func (l Language) pick(english, polish string) string {
	if l == Polish {
		return polish
	}
	return english
}

// Explain says in a few sentences what the receipt says of one of its documents, and what that is worth:
// whether it is signed, by whom, whether that was checked, and whether it means anything in law. For a
// nil document it speaks of the whole receipt.
func (r *Receipt) Explain(d *Document, l Language) string {
	content := r.documents(l)
	if d != nil {
		content = r.document(d, l)
	}
	return content + " " + r.worth(l) + " " + r.standing(l)
}

// document tells what became of a document.
func (r *Receipt) document(d *Document, l Language) string {
	mode := l.pick("online", "w trybie online")
	if d.Mode == Offline {
		mode = l.pick("in offline mode", "w trybie offline")
	}
	return fmt.Sprintf(l.pick(
		"According to this receipt, KSeF (%[1]s) received invoice %[2]q of seller %[3]s, issued on %[4]s and sent %[5]s on %[6]s in session %[7]s, "+
			"and gave it the number %[8]s on %[9]s. The receipt is of the file with the SHA-256 %[10]s, byte for byte.",
		"Według tego poświadczenia KSeF (%[1]s) przyjął fakturę %[2]q sprzedawcy %[3]s, wystawioną %[4]s i przesłaną %[5]s %[6]s w sesji %[7]s, "+
			"i nadał jej numer %[8]s dnia %[9]s. Poświadczenie dotyczy pliku o skrócie SHA-256 %[10]s, bajt w bajt.",
	), r.Environment().in(l), d.InvoiceNumber, d.SellerNIP, d.IssueDate, mode, clock(d.Sent),
		r.SessionReference, d.KSeFNumber, clock(d.Acquired), d.Hash)
}

// documents tells what the receipt is of.
func (r *Receipt) documents(l Language) string {
	page := ""
	if p := r.Page; p != nil {
		page = fmt.Sprintf(l.pick(" (page %d of %d; on all pages: %d)", " (strona %d z %d; na wszystkich stronach: %d)"), p.Number, p.Of, p.Total)
	}
	return fmt.Sprintf(l.pick(
		"According to this receipt, KSeF (%[1]s) accepted in session %[2]s documents of form %[3]q, number of documents: %[4]d%[5]s.",
		"Według tego poświadczenia KSeF (%[1]s) przyjął w sesji %[2]s dokumenty o kodzie formularza %[3]q, liczba dokumentów: %[4]d%[5]s.",
	), r.Environment().in(l), r.SessionReference, r.FormCode, len(r.Documents), page)
}

// worth tells what the signature is worth.
func (r *Receipt) worth(l Language) string {
	switch {
	case r.Trust == Unsigned:
		return l.pick("It is not signed, so it proves nothing.", "Nie jest ono podpisane, więc niczego nie dowodzi.")
	case r.Trust == Unverified || r.Signature == nil:
		return l.pick("Its signature has not been verified, so it proves nothing yet.", "Jego podpisu nie zweryfikowano, więc na razie niczego nie dowodzi.")
	}
	checked := l.pick("whether the signer can be trusted has not been checked", "nie sprawdzono, czy podpisującemu można ufać")
	if r.Trust == Trusted {
		checked = l.pick("the signer's certificate is trusted", "certyfikat podpisującego jest zaufany")
	}
	return fmt.Sprintf(l.pick("It was signed on %s by %s and has not changed since; %s.", "Zostało podpisane %s przez: %s i od tego czasu nie uległo zmianie; %s."),
		clock(r.Signature.Time), signerName(r.Signature.Certificate), checked)
}

// standing tells what the environment means for the law.
func (r *Receipt) standing(l Language) string {
	switch r.Environment() {
	case Production:
		return l.pick("It names KSeF's production environment as its issuer.", "Jako wystawcę wskazuje środowisko produkcyjne KSeF.")
	case Unknown:
		return fmt.Sprintf(l.pick("Its issuer, %s, is no known environment of KSeF.", "Jego wystawca, %s, nie jest znanym środowiskiem KSeF."), quote(r.Issuer))
	}
	return l.pick("Receipts of this environment have no legal effect.", "Poświadczenia tego środowiska nie mają skutków prawnych.")
}

// in names an environment in a language.
func (e Environment) in(l Language) string {
	switch e {
	case Production:
		return l.pick("production environment", "środowisko produkcyjne")
	case Test:
		return l.pick("test environment", "środowisko testowe")
	case Demo:
		return l.pick("demo environment", "środowisko przedprodukcyjne")
	case Sandbox:
		return l.pick("sandbox", "piaskownica")
	}
	return l.pick("unknown environment", "nieznane środowisko")
}

func clock(t time.Time) string { return t.Format("2006-01-02 15:04:05 -07:00") }
