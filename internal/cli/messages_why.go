package cli

import "fmt"

// Finding out what is wrong.

func (l language) filePlaceholder() string { return l.pick("<file>", "<plik>") }

func (l language) aFile() string { return l.pick("a file", "pliku") }

func (l language) notAFile(name string) string {
	return fmt.Sprintf(l.pick("%s is a directory", "%s jest katalogiem"), name)
}

func (l language) whyShort() string {
	return l.pick("Say why KSeF refuses a document, and what to do", "Mówi, dlaczego KSeF odrzuca dokument i co zrobić")
}

func (l language) whyLong() string {
	return l.pick(
		`Says why KSeF refuses what is in a file, which check fails and where, and what to
do about it: a signed login (AuthTokenRequest), an invoice, a receipt (UPO), a
batch archive (zip, tar.gz) before encryption, or the JSON of an error or status
that KSeF answered. The checks are those of the sandbox; nothing is sent. "-" is
standard input.

Ends with code 5 when there are objections to the document, with 0 when there are
none.`,
		`Mówi, dlaczego KSeF odrzuca zawartość pliku, która kontrola i gdzie zawodzi oraz co
z tym zrobić: podpisane żądanie uwierzytelnienia (AuthTokenRequest), fakturę, UPO,
archiwum wsadowe (zip, tar.gz) przed szyfrowaniem albo JSON błędu lub statusu
z odpowiedzi KSeF. Kontrole są te same co w piaskownicy; nic nie jest wysyłane.
„-” to standardowe wejście.

Kończy się kodem 5, gdy są zastrzeżenia, a kodem 0, gdy ich nie ma.`)
}

func (l language) whyFormFlag() string {
	return l.pick("`form` that the session was opened for, such as FA3", "`forma`, dla której otwarto sesję, np. FA3")
}

func (l language) whyLimitFlag() string {
	return l.pick("at most this `number` of findings (100 without it)", "najwyżej taka `liczba` zastrzeżeń (bez tego 100)")
}

func (l language) originalFlag() string {
	return l.pick("`file` with the document before it was signed, to find what changed", "`plik` z dokumentem sprzed podpisania, by znaleźć zmianę")
}

func (l language) whyWant() string   { return l.pick("expected", "oczekiwano") }
func (l language) whyGot() string    { return l.pick("found", "znaleziono") }
func (l language) whyByte() string   { return l.pick("at byte", "bajt") }
func (l language) whyAnswer() string { return l.pick("KSeF answers", "KSeF odpowiada") }
func (l language) whyDo() string     { return l.pick("what to do", "co zrobić") }

func (l language) whyMore(n int) string {
	return fmt.Sprintf(l.pick("and %d more (--limit)", "i %d innych (--limit)"), n)
}

func (l language) whyNothing() string {
	return l.pick("no objections", "brak zastrzeżeń")
}

func (l language) whyRefused(n int) string {
	return l.pick("KSeF would refuse this: ", "KSeF to odrzuci: ") + l.count(n, "reason", "reasons", "powód", "powody", "powodów")
}

func (l language) whyProvesNothing() string {
	return l.pick("this receipt proves nothing", "to UPO niczego nie dowodzi")
}

func (l language) whyForeign() string {
	return l.pick("it says nothing of KSeF: want the body of an answer of KSeF", "to nie mówi nic o KSeF: podaj treść odpowiedzi KSeF")
}

func (l language) whyAnswered() string {
	return l.pick("KSeF has refused", "KSeF odmówił")
}

// Looking for what is wrong with the installation.

func (l language) doctorShort() string {
	return l.pick("Check the way to KSeF, the clock, the keys and the account", "Sprawdza drogę do KSeF, zegar, klucze i konto")
}

func (l language) doctorLong() string {
	return l.pick(
		`Checks, one after another, what the other commands need: whether KSeF works and can
be reached, whether this machine's clock is right, whether its encryption keys are
valid, and, when an account is chosen, whether it can sign in, for how long its
certificate lives, what it may do and how much. Nothing is changed at KSeF but
that a session may be begun.`,
		`Sprawdza po kolei to, czego potrzebują inne polecenia: czy KSeF działa i jest
osiągalny, czy zegar komputera jest dobry, czy klucze szyfrujące są ważne, a gdy
wybrano konto, czy może się uwierzytelnić, jak długo ważny jest certyfikat, co
konto może i ile. W KSeF nic się nie zmienia poza tym, że może powstać sesja.`)
}

func (l language) doctorProfiles() string    { return l.pick("profiles", "profile") }
func (l language) doctorCredentials() string { return l.pick("kept sessions", "zapamiętane sesje") }
func (l language) doctorService() string     { return l.pick("service status", "stan systemu") }
func (l language) doctorReach() string       { return l.pick("connection", "połączenie") }
func (l language) doctorClock() string       { return l.pick("clock", "zegar") }
func (l language) doctorKeys() string        { return l.pick("encryption keys", "klucze szyfrujące") }
func (l language) doctorCertificate() string { return l.pick("certificate", "certyfikat") }
func (l language) doctorSignIn() string      { return l.pick("signing in", "uwierzytelnienie") }
func (l language) doctorPermissions() string { return l.pick("permissions", "uprawnienia") }
func (l language) doctorLimits() string      { return l.pick("limits", "limity") }

func (l language) doctorFailed(n int) string {
	return l.count(n, "check failed", "checks failed", "kontrola zawiodła", "kontrole zawiodły", "kontroli zawiodło")
}

func (l language) doctorNoService() string {
	return l.pick("this environment has no status service", "to środowisko nie ma usługi statusu")
}

func (l language) doctorMilliseconds(ms int64) string {
	return fmt.Sprintf(l.pick("%s answers in %d ms", "%s odpowiada w %d ms"), "KSeF", ms)
}

func (l language) doctorSkew(seconds string) string {
	return fmt.Sprintf(l.pick("differs from KSeF's by %s", "różni się od zegara KSeF o %s"), seconds)
}

func (l language) doctorClockWrong(seconds string) string {
	return fmt.Sprintf(l.pick("differs from KSeF's by %s: set it, or signatures and tokens will be refused",
		"różni się od zegara KSeF o %s: ustaw go, bo podpisy i tokeny będą odrzucane"), seconds)
}

func (l language) hintAdvanced() string {
	return l.pick("or the sandbox was advanced: ksef sandbox reset has it begin anew", "albo przesunięto zegar piaskownicy: ksef sandbox reset zaczyna od nowa")
}

func (l language) doctorUntil(date string) string {
	return fmt.Sprintf(l.pick("valid until %s", "ważne do %s"), date)
}

func (l language) doctorSoon(date string) string {
	return fmt.Sprintf(l.pick("valid until %s only: get another one", "ważny tylko do %s: postaraj się o następny"), date)
}

func (l language) doctorNoAccount() string {
	return l.pick("no account chosen (--nip and a way to sign in, or --profile)", "nie wybrano konta (--nip i sposób uwierzytelnienia albo --profile)")
}

func (l language) doctorOwner() string {
	return l.pick("owner, or none listed", "właściciel albo brak na liście")
}

func (l language) doctorInvoices(online, hour int) string {
	return fmt.Sprintf(l.pick("%d invoices a session, %d single ones an hour", "%d faktur w sesji, %d pojedynczych na godzinę"), online, hour)
}

func (l language) colCheck() string  { return l.pick("CHECK", "KONTROLA") }
func (l language) colOK() string     { return l.pick("OK", "OK") }
func (l language) colDetail() string { return l.pick("DETAIL", "SZCZEGÓŁY") }
