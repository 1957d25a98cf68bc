package cli

import (
	"fmt"
	"strings"
)

func (l language) versionShort() string {
	return l.pick("Tell the version of this program and of the KSeF API", "Podaje wersję programu i API KSeF")
}

func (l language) jsonFlag() string { return l.pick("write JSON", "wypisuje JSON") }

func (l language) apiVersion(base, changes string) string {
	return fmt.Sprintf(l.pick("KSeF API %s, with the changes up to %s", "API KSeF %s, ze zmianami do %s"), base, changes)
}

func (l language) completionShort() string {
	return l.pick("Write the completion script of a shell", "Wypisuje skrypt dopełniania dla powłoki")
}

func (l language) completionLong() string {
	return l.pick("Writes the script that lets a shell complete commands and flags of ksef. That of bash\nneeds the package bash-completion.",
		"Wypisuje skrypt, dzięki któremu powłoka dopełnia polecenia i opcje ksef. Skrypt dla bash\nwymaga pakietu bash-completion.")
}

func (l language) wantShell(shells, got []string) string {
	text := l.pick("want one shell: ", "podaj jedną powłokę: ") + strings.Join(shells, ", ")
	if len(got) > 0 {
		text += fmt.Sprintf(l.pick(", got %q", ", jest %q"), strings.Join(got, " "))
	}
	return text
}

// The sandbox.

func (l language) sandboxShort() string {
	return l.pick("Run a KSeF of your own", "Uruchamia własny KSeF")
}

func (l language) serveShort() string {
	return l.pick("Serve a KSeF sandbox over HTTP and HTTPS", "Udostępnia piaskownicę KSeF przez HTTP i HTTPS")
}

func (l language) serveLong() string {
	return l.pick(`Serves a KSeF sandbox over HTTP and HTTPS, for clients in any language, until Ctrl-C.
It really checks what it is given, and forgets everything at its end.
Port 0 takes any that is free; an address can be off.`,
		`Udostępnia piaskownicę KSeF przez HTTP i HTTPS, dla klientów w każdym języku, aż do Ctrl-C.
Naprawdę sprawdza, co dostaje, i na koniec wszystko zapomina.
Port 0 to dowolny wolny; zamiast adresu może być off.`)
}

func (l language) listenFlag() string {
	return l.pick("`address` for HTTP", "`adres` dla HTTP")
}

func (l language) tlsListenFlag() string {
	return l.pick("`address` for HTTPS", "`adres` dla HTTPS")
}

func (l language) adminFlag() string {
	return l.pick("`address` of the controls: clock, faults, requests", "`adres` sterowania: zegar, awarie, żądania")
}

func (l language) allowRemoteFlag() string {
	return l.pick("allow addresses that other machines can reach", "dopuszcza adresy dostępne dla innych komputerów")
}

func (l language) caFileFlag() string {
	return l.pick("`file` to write the CA certificate to (a temporary one without it)",
		"`plik` na certyfikat CA (bez tej opcji tymczasowy)")
}

func (l language) seedFlag() string {
	return l.pick("`number` that all numbers given out come from", "`liczba`, z której biorą się nadawane numery")
}

func (l language) latencyFlag() string {
	return l.pick("`time` that accepted work takes (until the second look without it)",
		"`czas` przetwarzania (bez tej opcji do drugiego zapytania)")
}

func (l language) rateLimitsFlag() string {
	return l.pick("`whose` rate limits to enforce: production, test (ten times those) or off",
		"`czyje` limity żądań obowiązują: production, test (dziesięciokrotne) lub off")
}

func (l language) nothingToServe() string {
	return l.pick("--listen and --tls-listen are both off: nothing to serve", "--listen i --tls-listen mają wartość off: nie ma czego udostępniać")
}

func (l language) wantAddress() string {
	return l.pick("want an address such as 127.0.0.1:8080, or off", "podaj adres, np. 127.0.0.1:8080, albo off")
}

func (l language) wantOperation() string {
	return l.pick("want a method and a path, such as POST /auth/token/redeem", "podaj metodę i ścieżkę, np. POST /auth/token/redeem")
}

func (l language) wantMediaType() string {
	return l.pick("want a type such as text/html", "podaj typ, np. text/html")
}

func (l language) notLoopback() string {
	return l.pick("it could be reached from other machines: want one of this machine", "byłby dostępny dla innych komputerów: podaj adres tego komputera")
}

func (l language) hintAllowRemote() string {
	return l.pick("use a loopback address such as 127.0.0.1, or --allow-remote if that is what you want: a sandbox keeps no secrets",
		"użyj adresu lokalnego jak 127.0.0.1, a jeśli to świadomy zamiar, --allow-remote: piaskownica nie strzeże tajemnic")
}

func (l language) servingTitle() string {
	return l.pick("KSeF sandbox. Ctrl-C ends it, and it forgets everything.", "Piaskownica KSeF. Kończy ją Ctrl-C; wtedy wszystko zapomina.")
}

func (l language) pointingTitle() string {
	return l.pick("Point a client at it", "Tak wskazuje się ją klientowi")
}

func (l language) pointingTrustingTitle() string {
	return l.pick("Point a client at it, trusting its CA", "Tak wskazuje się ją klientowi, który ma ufać jej CA")
}

func (l language) trustingTitle() string {
	return l.pick("Or over HTTPS, trusting its CA", "Albo przez HTTPS, ufając jej CA")
}

func (l language) whichControls(base string) string {
	return fmt.Sprintf(l.pick("%s is not the sandbox that the default controls belong to: want --admin",
		"do piaskownicy %s nie należy domyślne sterowanie: podaj --admin"), base)
}

func (l language) hintControls() string {
	return l.pick("--admin ADDRESS or KSEF_SANDBOX_ADMIN, with the address that ksef sandbox serve calls Admin",
		"--admin ADRES lub KSEF_SANDBOX_ADMIN, z adresem, który ksef sandbox serve podaje jako Admin")
}
