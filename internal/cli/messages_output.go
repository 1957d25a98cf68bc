package cli

import (
	"fmt"
	"strings"
)

// What is common to tables and lists.

func (l language) nothingFound() string { return l.pick("nothing found", "nic nie znaleziono") }

func (l language) limitFlag() string {
	return l.pick("at most this `number` (all without it)", "najwyżej taka `liczba` (bez tego wszystko)")
}

func (l language) referencePlaceholder() string { return l.pick("REFERENCE", "NUMER") }

func (l language) aReference() string { return l.pick("a reference number", "numer referencyjny") }

func (l language) missingArgument(what string) string {
	return fmt.Sprintf(l.pick("want %s", "podaj %s"), what)
}

func (l language) wantMoment() string {
	return l.pick("want a day such as 2026-02-01, or a moment such as 2026-02-01T08:00",
		"podaj dzień, np. 2026-02-01, albo chwilę, np. 2026-02-01T08:00")
}

// Titles of columns.

func (l language) colName() string { return l.pick("NAME", "NAZWA") }

func (l language) colActive() string { return l.pick("ACTIVE", "CZYNNY") }

func (l language) colEnvironment() string { return l.pick("ENVIRONMENT", "ŚRODOWISKO") }

func (l language) colBaseURL() string { return l.pick("URL", "URL") }

func (l language) colContext() string { return l.pick("CONTEXT", "KONTEKST") }

func (l language) colContextType() string { return l.pick("CONTEXT TYPE", "RODZAJ KONTEKSTU") }

func (l language) colProfile() string { return l.pick("PROFILE", "PROFIL") }

func (l language) colMethod() string { return l.pick("METHOD", "METODA") }

func (l language) colReference() string { return l.pick("REFERENCE", "NUMER REFERENCYJNY") }

func (l language) colAccessUntil() string { return l.pick("ACCESS UNTIL", "DOSTĘP DO") }

func (l language) colRefreshUntil() string { return l.pick("SESSION UNTIL", "SESJA DO") }

func (l language) colKept() string { return l.pick("KEPT IN", "PRZECHOWYWANA W") }

func (l language) colCurrent() string { return l.pick("CURRENT", "BIEŻĄCA") }

func (l language) colState() string { return l.pick("STATE", "STAN") }

func (l language) colStarted() string { return l.pick("STARTED", "ROZPOCZĘTA") }

func (l language) colStatus() string { return l.pick("STATUS", "STATUS") }

func (l language) colRefreshed() string { return l.pick("RENEWED", "ODŚWIEŻONA") }

func (l language) colDescription() string { return l.pick("DESCRIPTION", "OPIS") }

func (l language) colDetails() string { return l.pick("DETAILS", "SZCZEGÓŁY") }

func (l language) colPermissions() string { return l.pick("PERMISSIONS", "UPRAWNIENIA") }

func (l language) colCreated() string { return l.pick("CREATED", "UTWORZONO") }

func (l language) colLastUsed() string { return l.pick("LAST USED", "OSTATNIO UŻYTY") }

func (l language) colAuthor() string { return l.pick("AUTHOR", "AUTOR") }

func (l language) colFile() string { return l.pick("FILE", "PLIK") }

func (l language) colSize() string { return l.pick("SIZE", "ROZMIAR") }

func (l language) colType() string { return l.pick("TYPE", "RODZAJ") }

func (l language) colInvoices() string { return l.pick("INVOICES", "FAKTURY") }

func (l language) colSuccessful() string { return l.pick("ACCEPTED", "PRZYJĘTE") }

func (l language) colFailed() string { return l.pick("REJECTED", "ODRZUCONE") }

func (l language) colUPOPages() string { return l.pick("UPO", "UPO") }

func (l language) colOrdinal() string { return l.pick("NO.", "LP.") }

func (l language) colKSeFNumber() string { return l.pick("KSEF NUMBER", "NUMER KSEF") }

func (l language) colInvoiceNumber() string { return l.pick("INVOICE", "FAKTURA") }

func (l language) colClock() string { return l.pick("CLOCK", "ZEGAR") }

func (l language) colChallenges() string { return l.pick("CHALLENGES", "WYZWANIA") }

func (l language) colAuthSessions() string { return l.pick("LOGINS", "UWIERZYTELNIENIA") }

func (l language) colTokens() string { return l.pick("TOKENS", "TOKENY") }

func (l language) colSendings() string { return l.pick("SESSIONS", "SESJE") }

func (l language) colFaults() string { return l.pick("FAULTS", "AWARIE") }

func (l language) colRequests() string { return l.pick("REQUESTS", "ŻĄDANIA") }

func (l language) colIssued() string { return l.pick("ISSUED", "WYSTAWIONA") }

func (l language) colSeller() string { return l.pick("SELLER", "SPRZEDAWCA") }

func (l language) colBuyer() string { return l.pick("BUYER", "NABYWCA") }

func (l language) colGross() string { return l.pick("GROSS", "BRUTTO") }

func (l language) colCurrency() string { return l.pick("CURRENCY", "WALUTA") }

func (l language) colStored() string { return l.pick("STORED", "W REPOZYTORIUM") }

func (l language) colLine() string { return l.pick("LINE", "WIERSZ") }

func (l language) colColumn() string { return l.pick("COLUMN", "KOLUMNA") }

func (l language) colPath() string { return l.pick("PATH", "ŚCIEŻKA") }

func (l language) colMessage() string { return l.pick("MESSAGE", "KOMUNIKAT") }

func (l language) colOutcome() string { return l.pick("OUTCOME", "WYNIK") }

func (l language) colSession() string { return l.pick("SESSION", "SESJA") }

func (l language) colSerial() string { return l.pick("SERIAL", "NUMER SERYJNY") }

func (l language) colValidFrom() string { return l.pick("VALID FROM", "WAŻNY OD") }

func (l language) colValidTo() string { return l.pick("VALID TO", "WAŻNY DO") }

func (l language) colCanRequest() string { return l.pick("CAN ORDER", "MOŻNA ZAMÓWIĆ") }

func (l language) colOrdersLeft() string { return l.pick("ORDERS LEFT", "POZOSTAŁO ZAMÓWIEŃ") }

func (l language) colOrdersLimit() string { return l.pick("ORDERS", "ZAMÓWIENIA") }

func (l language) colCertsLeft() string {
	return l.pick("CERTIFICATES LEFT", "POZOSTAŁO CERTYFIKATÓW")
}

func (l language) colCertsLimit() string { return l.pick("CERTIFICATES", "CERTYFIKATY") }

func (l language) colCertFile() string { return l.pick("CERTIFICATE", "CERTYFIKAT") }

func (l language) colKeyFile() string { return l.pick("KEY", "KLUCZ") }

func (l language) colAllowed() string { return l.pick("ALLOWED", "DOZWOLONE") }

func (l language) colPermission() string { return l.pick("PERMISSION", "UPRAWNIENIE") }

func (l language) colSince() string { return l.pick("SINCE", "OD") }

func (l language) colKind() string { return l.pick("CODE", "KOD") }

func (l language) yesNo(yes bool) string {
	if yes {
		return l.pick("yes", "tak")
	}
	return l.pick("no", "nie")
}

func (l language) wantNumber(least, most int) string {
	if most == noMost {
		return fmt.Sprintf(l.pick("want a whole number from %d on", "podaj liczbę całkowitą od %d"), least)
	}
	return fmt.Sprintf(l.pick("want a whole number from %d to %d", "podaj liczbę całkowitą od %d do %d"), least, most)
}

func (l language) wantSpan() string {
	return l.pick("want a time such as 90s, 15m or 48h", "podaj czas, np. 90s, 15m albo 48h")
}

func (l language) wantCharacters(least, most, got int) string {
	if most == noMost {
		return fmt.Sprintf(l.pick("want %d characters or more, got %d", "potrzeba co najmniej %d znaków, jest %d"), least, got)
	}
	return fmt.Sprintf(l.pick("want %d to %d characters, got %d", "potrzeba od %d do %d znaków, jest %d"), least, most, got)
}

func (l language) wantURL(example string) string {
	return fmt.Sprintf(l.pick("want an http or https URL such as %s", "podaj adres http lub https, np. %s"), example)
}

func (l language) wantAmount() string {
	return l.pick("want an amount such as 1234.50", "podaj kwotę, np. 1234.50")
}

func (l language) wantCurrency() string {
	return l.pick("want a code such as PLN", "podaj kod, np. PLN")
}

func (l language) wantImage() string {
	return l.pick("want a name that ends in .png or .svg", "podaj nazwę z końcówką .png albo .svg")
}

func (l language) wantOneOf(values []string) string {
	return l.pick("want one of ", "możliwe są ") + strings.Join(values, ", ")
}
