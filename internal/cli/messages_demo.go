package cli

import (
	"fmt"
	"time"
)

func (l language) demoShort() string {
	return l.pick("Show how it works, against a KSeF in this process", "Pokazuje działanie na KSeF w tym procesie")
}

func (l language) demoLong() string {
	return l.pick(`Starts a sandbox, a KSeF inside this process that really checks what it is given, and
works with it as a taxpayer would. Nothing leaves this machine, nothing is left behind.
With --full it goes on to permissions, certificates, offline invoices, limits and the rest.
With --verbose it also lists the requests of each step.`,
		`Uruchamia piaskownicę, czyli KSeF w tym procesie, który naprawdę sprawdza, co dostaje,
i pracuje z nią jak podatnik. Nic nie opuszcza komputera i nic po pokazie nie zostaje.
Z --full pokazuje też uprawnienia, certyfikaty, faktury offline, limity i resztę.
Z --verbose wypisuje też żądania każdego kroku.`)
}

func (l language) demoTitle() string {
	return l.pick("KSeF at work: this client, and a sandbox in the same process",
		"KSeF przy pracy: ten klient i piaskownica w tym samym procesie")
}

func (l language) demoSubtitle() string {
	return l.pick("Signatures, encryption and refusals are real; the network and the taxpayers are not.",
		"Podpisy, szyfrowanie i odmowy są prawdziwe; sieć i podatnicy nie.")
}

func (l language) demoSummary(steps, requests int, took time.Duration) string {
	return fmt.Sprintf(l.pick("%s, %s, %s. Nothing is left behind.", "%s, %s, %s. Nic po tym nie zostaje."),
		l.count(steps, "step", "steps", "krok", "kroki", "kroków"),
		l.count(requests, "request", "requests", "żądanie", "żądania", "żądań"),
		l.duration(took))
}

// Authentication. Titles have at most 44 characters, results 36.

func (l language) demoAuthentication(nip string) string {
	return fmt.Sprintf(l.pick("Authenticate as the taxpayer with NIP %s", "Uwierzytelnianie podatnika o NIP %s"), nip)
}

func (l language) demoTestCertificate() string {
	return l.pick("with a test certificate made on the spot", "certyfikatem testowym, wystawionym teraz")
}

func (l language) demoPEM() string {
	return l.pick("with PEM files (RSA, the key encrypted)", "plikami PEM (RSA, klucz zaszyfrowany)")
}

func (l language) demoP12() string { return l.pick("with a .p12 file (ECDSA)", "plikiem .p12 (ECDSA)") }

func (l language) demoGenerate() string {
	return l.pick("KSeF token generated (InvoiceRead)", "wygenerowany token KSeF (InvoiceRead)")
}

func (l language) demoToken() string { return l.pick("with that KSeF token", "tym tokenem KSeF") }

// Sessions.

func (l language) demoSessions() string {
	return l.pick("Manage the authentication sessions", "Zarządzanie sesjami uwierzytelnienia")
}

func (l language) demoPrograms(n int) string {
	return fmt.Sprintf(l.pick("%d programs sign in with the token at once", "%d programów loguje się naraz tokenem"), n)
}

func (l language) demoLogins(n int) string {
	return l.count(n, "more session", "more sessions", "kolejna sesja", "kolejne sesje", "kolejnych sesji")
}

func (l language) demoPages() string {
	return l.pick("sessions in force listed, page by page", "lista czynnych sesji, strona po stronie")
}

func (l language) demoListed(sessions, pages int) string {
	return fmt.Sprintf(l.pick("%s on %s", "%s, %s"),
		l.count(sessions, "session", "sessions", "sesja", "sesje", "sesji"),
		l.count(pages, "page", "pages", "strona", "strony", "stron"))
}

func (l language) demoRefresh() string {
	return l.pick("access token refreshed", "token dostępowy odświeżony")
}

func (l language) demoValidUntil(t time.Time) string {
	return fmt.Sprintf(l.pick("valid until %s", "ważny do %s"), t.Format("15:04:05"))
}

func (l language) demoTerminate() string {
	return l.pick("session of the PEM files terminated", "sesja z plików PEM unieważniona")
}

func (l language) demoDead() string {
	return l.pick("its refresh token is dead", "jej token odświeżający jest martwy")
}

func (l language) demoRefused(code int) string {
	return fmt.Sprintf(l.pick("refused as it should be: %d", "odmowa, tak jak trzeba: %d"), code)
}

// Mistakes.

func (l language) demoMistakes() string {
	return l.pick("See a typical mistake caught", "Typowy błąd, wykryty")
}

func (l language) demoStranger() string {
	return l.pick("a seal of another NIP, without permissions", "pieczęć innego NIP, bez uprawnień")
}
