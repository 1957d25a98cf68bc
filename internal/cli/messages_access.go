package cli

import (
	"fmt"
	"time"
)

// Certificates.

func (l language) certShort() string {
	return l.pick("Order and manage KSeF certificates", "Zamawia certyfikaty KSeF i nimi zarządza")
}

func (l language) enrollShort() string {
	return l.pick("Order a certificate", "Zamawia certyfikat")
}

func (l language) enrollLong() string {
	return l.pick(`Orders a KSeF certificate for whoever is signed in, by a certificate and not by a token, and writes it
and its key to OUT.pem and OUT.key. The key is kept before the order goes out; when anything fails,
the same command goes on with that order.`,
		`Zamawia certyfikat KSeF dla uwierzytelnionego (certyfikatem, nie tokenem) i zapisuje go z kluczem
w OUT.pem i OUT.key. Klucz jest zapisywany przed zamówieniem; gdy coś zawiedzie, to samo polecenie
podejmuje to samo zamówienie.`)
}

func (l language) aCertName() string {
	return l.pick("a name for the certificate", "nazwę certyfikatu")
}

func (l language) enrollOutFlag() string {
	return l.pick("beginning of the names of the `files`", "`pliki`: początek ich nazw")
}

func (l language) enrollResumed() string {
	return l.pick("going on with the order that was begun earlier", "dalszy ciąg rozpoczętego zamówienia")
}

func (l language) enrollNotYet(until time.Time) string {
	return fmt.Sprintf(l.pick("KSeF may still be issuing the certificate whose order got no answer: it is not there yet; after %s the order counts as one that never arrived, and is made anew",
		"KSeF być może jeszcze wydaje certyfikat, na którego zamówienie nie odpowiedział: na razie go nie ma; po %s zamówienie uchodzi za niedostarczone i jest składane od nowa"), until.Format(time.TimeOnly))
}

func (l language) enrollNeedsOut() string { return l.pick("want --out", "podaj --out") }

func (l language) fileExists(file string) string {
	return fmt.Sprintf(l.pick("%s is there already", "%s już istnieje"), file)
}

func (l language) otherEnrollment(file, name string) string {
	return fmt.Sprintf(l.pick("%s holds another order, for %q", "%s zawiera inne zamówienie, na %q"), file, name)
}

func (l language) validFromFlag() string {
	return l.pick("`moment` from which it is valid (at once without it)",
		"`chwila` początku ważności (bez tego od razu)")
}

func (l language) useKeyFlag() string {
	return l.pick("`file` with the key to be certified, on P-256 or RSA of 2048 bits (a fresh one without it)",
		"`plik` z kluczem do certyfikatu, na P-256 lub RSA 2048 bitów (bez tego nowy klucz)")
}

func (l language) hintUseKey(file string) string {
	return fmt.Sprintf(l.pick("--use-key %s orders a certificate for it", "--use-key %s zamawia certyfikat dla niego"), file)
}

func (l language) rsaFlag() string {
	return l.pick("an RSA key instead of one on P-256", "klucz RSA zamiast klucza na P-256")
}

func (l language) certListShort() string {
	return l.pick("List certificates", "Wypisuje certyfikaty")
}

func (l language) certSerialFlag() string {
	return l.pick("only the one with this serial `number`", "`numer` seryjny certyfikatu")
}

func (l language) certNameFlag() string {
	return l.pick("only those with this `text` in the name", "`tekst`, który jest w nazwie")
}

func (l language) certTypeFlag() string {
	return l.pick("`type`: Authentication or Offline", "`rodzaj`: Authentication lub Offline")
}

func (l language) certStatusFlag() string {
	return l.pick("only those with a `status`: Active, Blocked, Revoked or Expired",
		"`status`: Active, Blocked, Revoked lub Expired")
}

func (l language) certExpiresFlag() string {
	return l.pick("only those that end after a `moment`", "`chwila`, po której się kończą")
}

func (l language) serialsPlaceholder() string { return l.pick("SERIAL…", "NUMER…") }

func (l language) aSerial() string { return l.pick("a serial number", "numer seryjny") }

func (l language) certGetShort() string {
	return l.pick("Fetch certificates, in PEM", "Pobiera certyfikaty w PEM")
}

func (l language) certOutDirFlag() string {
	return l.pick("`directory` to save them in", "`katalog` na certyfikaty")
}

func (l language) noCertificate(serial string) string {
	return fmt.Sprintf(l.pick("KSeF has no certificate %s", "KSeF nie ma certyfikatu %s"), serial)
}

func (l language) certRevokeShort() string {
	return l.pick("Revoke a certificate", "Unieważnia certyfikat")
}

func (l language) certReasonFlag() string {
	return l.pick("`reason`: Unspecified, Superseded or KeyCompromise",
		"`powód`: Unspecified, Superseded lub KeyCompromise")
}

func (l language) certRevoked(serial string) string {
	return fmt.Sprintf(l.pick("revoked: %s", "unieważniono: %s"), serial)
}

func (l language) certLimitsShort() string {
	return l.pick("Tell how many certificates may still be ordered",
		"Podaje, ile certyfikatów można jeszcze zamówić")
}

func (l language) certDataShort() string {
	return l.pick("Show the subject that a certificate would have", "Podaje dane, które miałby certyfikat")
}

func (l language) certTestShort() string {
	return l.pick("Make a self-signed certificate for the test environment", "Wystawia samopodpisany certyfikat dla środowiska testowego")
}

func (l language) certTestLong() string {
	return l.pick(`Makes a self-signed certificate, which only the test environment takes: a seal for
a NIP, with --person a person's for a NIP or PESEL, a provider's for a Peppol
identifier. It is written with its key to OUT.pem and OUT.key, or to OUT.p12.`,
		`Wystawia samopodpisany certyfikat, przyjmowany tylko w środowisku testowym: pieczęć
dla NIP, z --person certyfikat osoby o numerze NIP lub PESEL, a dla identyfikatora
Peppol certyfikat dostawcy. Trafia z kluczem do OUT.pem i OUT.key albo do OUT.p12.`)
}

func (l language) testPersonFlag() string { return l.pick("a person's", "certyfikat osoby") }

func (l language) testP12Flag() string {
	return l.pick("one .p12 instead of two files in PEM", "jeden .p12 zamiast dwóch plików PEM")
}

func (l language) aHolder() string {
	return l.pick("a NIP, PESEL or Peppol identifier", "NIP, PESEL lub identyfikator Peppol")
}

func (l language) colFingerprint() string { return l.pick("FINGERPRINT", "ODCISK") }

// Links.

func (l language) invoiceLinkShort() string {
	return l.pick("Make the links and QR codes of an invoice", "Tworzy linki i kody QR faktury")
}

func (l language) invoiceLinkLong() string {
	return l.pick(`Makes the link of code I, which leads to an invoice, from its document exactly as it is sent; and
with a certificate of type Offline the one of code II, which vouches for its issuer. No network is needed.`,
		`Tworzy link kodu I, prowadzący do faktury, z dokumentu dokładnie takiego, jak wysyłany; a z certyfikatem
typu Offline także kodu II, który potwierdza wystawcę. Nie trzeba do tego sieci.`)
}

func (l language) linkNumberFlag() string {
	return l.pick("KSeF `number` to stand under the code (OFFLINE without it)",
		"`numer` KSeF pod kodem (bez tego OFFLINE)")
}

func (l language) qrFlag() string {
	return l.pick("`file` for QR code I, .png or .svg", "`plik` na kod QR I, .png lub .svg")
}

func (l language) qr2Flag() string {
	return l.pick("`file` for QR code II", "`plik` na kod QR II")
}

func (l language) offlineCertFlag() string {
	return l.pick("`file` with a certificate of type Offline", "`plik` z certyfikatem typu Offline")
}

func (l language) offlineKeyFlag() string {
	return l.pick("`file` with that certificate's key", "`plik` z kluczem tego certyfikatu")
}

func (l language) offlineP12Flag() string {
	return l.pick("`file` with certificate and key", "`plik` z certyfikatem i kluczem")
}

func (l language) qrBaseFlag() string {
	return l.pick("`URL` of the pages that links lead to (the environment's without it; those of a sandbox beside its API)",
		"`URL` stron, do których prowadzą linki (bez tego środowiska, a piaskownicy obok jej API)")
}

func (l language) qr2Needs() string {
	return l.pick("--qr2 needs --offline-cert or --offline-p12", "--qr2 wymaga --offline-cert lub --offline-p12")
}

func (l language) noSellerOrDate() string {
	return l.pick("it does not tell the seller and the date of issue",
		"nie wynika z niego sprzedawca i data wystawienia")
}
