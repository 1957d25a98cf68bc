package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/ksef-go/ksef"
)

// The frame of the program.

func (l language) errorWord() string { return l.pick("error", "błąd") }
func (l language) hintWord() string  { return l.pick("hint", "wskazówka") }

func (l language) rootShort() string {
	return l.pick("Work with KSeF, Poland's national e-invoicing system",
		"Praca z KSeF, Krajowym Systemem e-Faktur")
}

func (l language) rootLong() string {
	return l.pick(`Work with KSeF, Poland's national e-invoicing system.
Not affiliated with the Ministry of Finance.

To see it work, offline and within seconds: ksef demo
What can be set by variables: ksef help environment`,
		`Praca z KSeF, Krajowym Systemem e-Faktur.
Program nie jest związany z Ministerstwem Finansów.

Aby zobaczyć go przy pracy, bez sieci i w kilka sekund: ksef demo
Co można ustawić zmiennymi: ksef help environment`)
}

func (l language) helpShort() string { return l.pick("Explain a command", "Objaśnia polecenie") }

func (l language) langFlag() string {
	return l.pick("`language` of messages: en or pl", "`język` komunikatów: en lub pl")
}

func (l language) verboseFlag() string {
	return l.pick("tell more about what is done", "więcej o tym, co się dzieje")
}

func (l language) usageHeading() string    { return l.pick("Usage", "Użycie") }
func (l language) commandsHeading() string { return l.pick("Commands", "Polecenia") }
func (l language) flagsHeading() string    { return l.pick("Flags", "Opcje") }
func (l language) examplesHeading() string { return l.pick("Examples", "Przykłady") }

func (l language) globalFlagsHeading() string { return l.pick("Global flags", "Opcje wspólne") }

func (l language) flagsPlaceholder() string   { return l.pick("[flags]", "[opcje]") }
func (l language) commandPlaceholder() string { return l.pick("<command>", "<polecenie>") }

func (l language) defaultValue(value string) string {
	return fmt.Sprintf(l.pick("(default %s)", "(domyślnie %s)"), value)
}

// Wrong usage.

func (l language) unknownCommand(name, parent string) string {
	return fmt.Sprintf(l.pick("%s has no command %q", "%s nie ma polecenia %q"), parent, name)
}

func (l language) unexpectedArgument(arg string) string {
	return fmt.Sprintf(l.pick("unexpected argument %q", "zbędny argument %q"), arg)
}

func (l language) unknownFlag(name string) string {
	return fmt.Sprintf(l.pick("unknown flag %s", "nieznana opcja %s"), name)
}

func (l language) flagWithoutValue(name string) string {
	return fmt.Sprintf(l.pick("flag --%s needs a value", "opcja --%s wymaga wartości"), name)
}

func (l language) flagValue(name, value string, cause error) string {
	return fmt.Sprintf(l.pick("flag --%s cannot be %q: %s", "opcja --%s nie może mieć wartości %q: %s"), name, value, l.reason(cause))
}

func (l language) wantBool() string { return l.pick("want true or false", "możliwe są true i false") }

func (l language) wantLanguage() string { return l.pick("want en or pl", "możliwe są en i pl") }

func (l language) hintSeeHelp(command string) string {
	return fmt.Sprintf(l.pick("see %s --help", "zobacz %s --help"), command)
}

func (l language) hintDidYouMean(commands string) string {
	return fmt.Sprintf(l.pick("did you mean %s?", "może chodziło o %s?"), commands)
}

// What to do about failures.

func (l language) interrupted() string { return l.pick("interrupted", "przerwano") }

// hintPending tells how to ask for what KSeF works on: by which command, where there
// is one for its reference alone.
func (l language) hintPending(e *ksef.PendingError) string {
	ask := l.pick("ask again later", "zapytaj później")
	if errors.Is(e, ksef.ErrUnauthorized) {
		ask = l.pick("authenticate anew and ask", "uwierzytelnij się ponownie i zapytaj")
	}
	how := l.pick(" for %s", " o %s")
	switch e.Operation {
	case ksef.OperationSession:
		how = ": ksef session show %s --wait"
	case ksef.OperationToken:
		how = ": ksef token show %s"
	case ksef.OperationPermissions:
		how = ": ksef permission status %s --wait"
	case ksef.OperationStorage:
		how = ": ksef invoice get %s --wait"
	}
	return l.pick("KSeF is still working on it: ", "KSeF nadal to przetwarza: ") + ask + fmt.Sprintf(how, e.Reference)
}

// hintAuthentication is about the status of a failed authentication
// (ksef-docs uwierzytelnianie.md).
func (l language) hintAuthentication(status int) string {
	switch status {
	case 415:
		return l.pick("whoever signed has no permission in this context: have one granted there, or use the certificate of its owner",
			"podpisujący nie ma uprawnień w tym kontekście: trzeba je nadać albo użyć certyfikatu właściciela")
	case 425:
		return l.pick("the session was terminated: authenticate anew", "sesja została unieważniona: uwierzytelnij się ponownie")
	case 450:
		return l.pick("check that the KSeF token is active and was made in this context",
			"sprawdź, czy token KSeF jest aktywny i czy powstał w tym kontekście")
	case 460:
		return l.pick("check the validity and the issuer of the certificate; self-signed ones are for the test environment only",
			"sprawdź ważność i wystawcę certyfikatu; samopodpisane są tylko dla środowiska testowego")
	case 480:
		return l.pick("the context is blocked: only the Ministry of Finance can unblock it",
			"kontekst jest zablokowany: odblokować go może tylko Ministerstwo Finansów")
	}
	return ""
}

func (l language) hintNotTest() string {
	return l.pick("this works in the test environment only", "to działa tylko w środowisku testowym")
}

func (l language) hintUnknown() string {
	return l.pick("the answer was lost: find out whether KSeF did the work before trying again",
		"odpowiedź przepadła: przed ponowieniem sprawdź, czy KSeF wykonał polecenie")
}

func (l language) hintMalformed() string {
	return l.pick("it was not KSeF who answered so: check the base URL and any proxy in between",
		"tak nie odpowiada KSeF: sprawdź adres bazowy i pośredniczące proxy")
}

func (l language) hintUnauthorized() string {
	return l.pick("authenticate anew", "uwierzytelnij się ponownie")
}

func (l language) hintAddress(ip string) string {
	return fmt.Sprintf(l.pick("the tokens are bound to other addresses than %s", "tokeny związano z innymi adresami niż %s"), ip)
}

func (l language) hintForbidden() string {
	return l.pick("have the permission granted, then authenticate anew: a token keeps the permissions it was issued with",
		"po nadaniu uprawnienia uwierzytelnij się ponownie: tokeny zachowują uprawnienia z chwili wydania")
}

func (l language) hintGone() string {
	return l.pick("KSeF keeps the state of operations for days only", "KSeF przechowuje stan operacji tylko przez kilka dni")
}

func (l language) hintRateLimited(after time.Duration) string {
	if after <= 0 {
		return l.pick("try again later", "spróbuj później")
	}
	return fmt.Sprintf(l.pick("try again in %s", "spróbuj za %s"), after)
}

func (l language) hintChallenge() string {
	return l.pick("a challenge is good for one login within ten minutes: begin anew",
		"wyzwanie służy jednemu uwierzytelnieniu w ciągu dziesięciu minut: zacznij od nowa")
}

func (l language) hintCertificate() string {
	return l.pick("the certificate must name its holder: VATPL- in organizationIdentifier of a seal, PNOPL- or TINPL- in serialNumber of a person",
		"certyfikat musi wskazywać posiadacza: VATPL- w organizationIdentifier pieczęci, PNOPL- lub TINPL- w serialNumber osoby")
}

func (l language) hintServer() string {
	return l.pick("the fault is on KSeF's side: try again later", "błąd jest po stronie KSeF: spróbuj później")
}

func (l language) hintUnreachable() string {
	return l.pick("check the base URL and the connection to the network", "sprawdź adres bazowy i połączenie z siecią")
}

func (l language) hintUntrusted() string {
	return l.pick("nothing was sent; SSL_CERT_FILE names the CA file to trust: that which ksef sandbox serve names, or that of your proxy",
		"nic nie wysłano; SSL_CERT_FILE wskazuje plik CA, któremu ufać: ten, który podaje ksef sandbox serve, albo plik twojego proxy")
}

func (l language) hintState() string {
	return l.pick("name another directory to keep it in with XDG_STATE_HOME", "podaj inny katalog na te dane zmienną XDG_STATE_HOME")
}

func (l language) hintDamaged(profiles bool) string {
	if profiles {
		return l.pick("mend the file there, or move it away: ksef profile create writes another one",
			"popraw plik w tym miejscu albo usuń go: nowy zapisze ksef profile create")
	}
	return l.pick("log in again: ksef auth login puts the file aside and begins another one",
		"zaloguj się ponownie: ksef auth login odkłada ten plik na bok i zaczyna nowy")
}

func (l language) putAside(file, aside string) string {
	return fmt.Sprintf(l.pick("warning: %s is damaged and was put aside as %s: sessions kept in it are lost",
		"uwaga: plik %s jest uszkodzony i został odłożony jako %s: zapamiętane w nim sesje przepadły"), file, aside)
}

func (l language) hintPassword() string {
	return l.pick("--password-env VARIABLE or --password-file FILE say where it is", "hasło wskazuje --password-env ZMIENNA lub --password-file PLIK")
}

func (l language) hintPortTaken() string {
	return l.pick("another program listens there: choose another port, or 0 for any that is free",
		"na tym porcie nasłuchuje inny program: wybierz inny port albo 0, czyli dowolny wolny")
}

func (l language) hintPortForbidden() string {
	return l.pick("ports below 1024 need special rights: choose a higher one, or 0 for any that is free",
		"porty poniżej 1024 wymagają uprawnień: wybierz wyższy albo 0, czyli dowolny wolny")
}
