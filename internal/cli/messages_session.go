package cli

import "fmt"

// Sessions of sending.

func (l language) sessionShort() string {
	return l.pick("List, show and close sessions of sending", "Wypisuje, pokazuje i zamyka sesje wysyłki")
}

func (l language) sessionListShort() string {
	return l.pick("List sessions of sending", "Wypisuje sesje wysyłki")
}

func (l language) sessionTypeFlag() string {
	return l.pick("only those of a `type`: online or batch", "`rodzaj`: online lub batch")
}

func (l language) sessionStatusFlag() string {
	return l.pick("only those with a `status`: InProgress, Succeeded, Failed or Cancelled",
		"`status`: InProgress, Succeeded, Failed lub Cancelled")
}

func (l language) createdFromFlag() string {
	return l.pick("`moment` from which they were begun: 2026-02-01 or 2026-02-01T08:00",
		"`chwila`, od której powstały: 2026-02-01 lub 2026-02-01T08:00")
}

func (l language) createdToFlag() string {
	return l.pick("`moment` until which they were begun", "`chwila`, do której powstały")
}

func (l language) sessionShowShort() string {
	return l.pick("Show how far a session is", "Pokazuje, co się dzieje z sesją")
}

func (l language) waitFlag() string {
	return l.pick("wait until it is processed", "czeka na przetworzenie")
}

func (l language) sessionInvoicesShort() string {
	return l.pick("List the invoices of a session", "Wypisuje faktury sesji")
}

func (l language) failedFlag() string {
	return l.pick("only those that were rejected", "tylko odrzucone")
}

func (l language) sessionUPOShort() string {
	return l.pick("Fetch official receipts (UPO)", "Pobiera UPO")
}

func (l language) sessionUPOLong() string {
	return l.pick(`Fetches the official receipts of a session, or of one of its invoices.
Without --out they go to standard output.`,
		`Pobiera UPO sesji albo jednej z jej faktur.
Bez --out trafiają na standardowe wyjście.`)
}

func (l language) upoInvoiceFlag() string {
	return l.pick("reference `number` of the invoice", "`numer` referencyjny faktury")
}

func (l language) upoKSeFNumberFlag() string {
	return l.pick("KSeF `number` of the invoice", "`numer` KSeF faktury")
}

func (l language) upoOutFlag() string {
	return l.pick("`directory` to save them in", "`katalog` na UPO")
}

func (l language) invoiceOrNumber() string {
	return l.pick("--invoice and --ksef-number name one invoice in two ways",
		"--invoice i --ksef-number wskazują jedną fakturę na dwa sposoby")
}

func (l language) noUPO() string { return l.pick("there is no receipt", "nie ma UPO") }

func (l language) hintUPO() string {
	return l.pick("receipts come when the session is closed and processed: see --wait",
		"UPO powstaje po zamknięciu i przetworzeniu sesji: zobacz --wait")
}

func (l language) sessionCloseShort() string {
	return l.pick("Close a session of sending", "Zamyka sesję wysyłki")
}

func (l language) sessionClosed(ref string) string {
	return fmt.Sprintf(l.pick("closed: %s", "zamknięto: %s"), ref)
}

func (l language) notASendingSession(ref string) string {
	return fmt.Sprintf(l.pick("%s is not the number of a session of sending: want one such as 20250514-SO-226FB7B000-3ACF9BE4C0-5F",
		"%s nie jest numerem sesji wysyłki: podaj numer taki jak 20250514-SO-226FB7B000-3ACF9BE4C0-5F"), ref)
}

// The escape hatch.

func (l language) apiPlaceholder() string { return l.pick("METHOD PATH", "METODA ŚCIEŻKA") }

func (l language) apiShort() string {
	return l.pick("Send a request of your own", "Wysyła własne żądanie")
}

func (l language) apiLong() string {
	return l.pick(`Sends a request that no command is for and writes the answer as it came.
The path begins below the version: /sessions. Only GET is repeated after a fault.`,
		`Wysyła żądanie, dla którego nie ma polecenia, i wypisuje odpowiedź bez zmian.
Ścieżka zaczyna się za wersją: /sessions. Po awarii powtarzane jest tylko GET.`)
}

func (l language) apiInputFlag() string {
	return l.pick("`file` with the JSON to send; - is standard input",
		"`plik` z wysyłanym JSON; - to standardowe wejście")
}

func (l language) apiAnonymousFlag() string {
	return l.pick("without signing in", "bez uwierzytelnienia")
}

func (l language) wantMethodAndPath() string {
	return l.pick("want a method and a path", "podaj metodę i ścieżkę")
}

func (l language) notAMethod(method string) string {
	return fmt.Sprintf(l.pick("%q is no method of HTTP", "%q nie jest metodą HTTP"), method)
}

func (l language) notJSON() string {
	return l.pick("want a file of JSON", "podaj plik z JSON")
}

// The sandbox from outside.

func (l language) controlFlag() string {
	return l.pick("`address` of the controls of the sandbox", "`adres` sterowania piaskownicą")
}

func (l language) stateShort() string {
	return l.pick("Tell what a sandbox holds", "Podaje, co zawiera piaskownica")
}

func (l language) advanceShort() string {
	return l.pick("Move the clock of a sandbox forward", "Przesuwa zegar piaskownicy naprzód")
}

func (l language) durationPlaceholder() string { return l.pick("DURATION", "CZAS") }

func (l language) aDuration() string {
	return l.pick("a duration such as 15m", "czas, na przykład 15m")
}

func (l language) wantControls() string {
	return l.pick("want an address such as http://127.0.0.1:8081", "podaj adres, np. http://127.0.0.1:8081")
}

func (l language) notADuration(text string) string {
	return fmt.Sprintf(l.pick("%q is not a duration above zero, such as 90s, 15m or 48h",
		"%q nie jest dodatnim czasem, jak 90s, 15m lub 48h"), text)
}

func (l language) resetShort() string {
	return l.pick("Have a sandbox forget everything", "Każe piaskownicy wszystko zapomnieć")
}

func (l language) faultShort() string {
	return l.pick("Have a sandbox misbehave", "Każe piaskownicy zawodzić")
}

func (l language) faultLong() string {
	return l.pick(`Has a sandbox misbehave at requests, always the same way.
Without --drop, --status and --body requests are served as usual, after --delay.`,
		`Każe piaskownicy zawodzić przy żądaniach, zawsze tak samo.
Bez --drop, --status i --body żądania są obsługiwane jak zwykle, po czasie --delay.`)
}

func (l language) noFault() string {
	return l.pick("nothing says what is to go wrong", "nie wiadomo, co ma zawieść")
}

func (l language) faultRouteFlag() string {
	return l.pick("`operation` it strikes, such as \"POST /auth/token/redeem\" (all without it)",
		"`operacja`, np. \"POST /auth/token/redeem\" (bez tego każda)")
}

func (l language) faultSkipFlag() string {
	return l.pick("`number` of requests to spare first", "`liczba` żądań oszczędzonych na początku")
}

func (l language) faultTimesFlag() string {
	return l.pick("`number` of requests to strike (all without it)",
		"`liczba` żądań dotkniętych awarią (bez tego wszystkie)")
}

func (l language) faultDelayFlag() string {
	return l.pick("`time` to wait before anything else", "`czas` zwłoki")
}

func (l language) faultDropFlag() string {
	return l.pick("break the connection: nothing was done", "zrywa połączenie: nic nie zostało zrobione")
}

func (l language) faultLoseFlag() string {
	return l.pick("do the work, then break the connection", "robi swoje, po czym zrywa połączenie")
}

func (l language) faultTruncateFlag() string {
	return l.pick("break the connection after a `number` of bytes of the answer",
		"`liczba` bajtów odpowiedzi, po której zrywa połączenie")
}

func (l language) faultStatusFlag() string {
	return l.pick("HTTP `status` to answer instead", "`status` HTTP odpowiedzi")
}

func (l language) faultCodeFlag() string {
	return l.pick("`code` of a 400", "`kod` odpowiedzi 400")
}

func (l language) faultDetailFlag() string {
	return l.pick("`text` of a 400; can be repeated", "`tekst` odpowiedzi 400; można powtarzać")
}

func (l language) faultRetryAfterFlag() string {
	return l.pick("`time` in the Retry-After of a 429", "`czas` w Retry-After odpowiedzi 429")
}

func (l language) faultBodyFlag() string {
	return l.pick("`text` to answer as it is", "`treść` odpowiedzi, bez zmian")
}

func (l language) faultContentTypeFlag() string {
	return l.pick("content `type` of --body (text/html without it)", "`typ` treści --body (bez tego text/html)")
}

func (l language) faultClearFlag() string {
	return l.pick("take all faults away", "usuwa wszystkie awarie")
}

func (l language) hintServe() string {
	return l.pick("is it running? ksef sandbox serve tells its addresses; --admin takes another one",
		"czy działa? adresy podaje ksef sandbox serve; inny przyjmuje --admin")
}
