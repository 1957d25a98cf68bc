package cli

import "fmt"

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
idzie dalej z tym samym zamówieniem.`)
}

func (l language) aCertName() string {
	return l.pick("a name for the certificate", "nazwę certyfikatu")
}

func (l language) enrollOutFlag() string {
	return l.pick("beginning of the names of the `files`", "początek nazw `plików`")
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

func (l language) rsaFlag() string {
	return l.pick("an RSA key instead of one on P-256", "klucz RSA zamiast klucza na P-256")
}

func (l language) certListShort() string {
	return l.pick("List certificates", "Wymienia certyfikaty")
}

func (l language) certSerialFlag() string {
	return l.pick("only the one with this serial `number`", "tylko o tym `numerze` seryjnym")
}

func (l language) certNameFlag() string {
	return l.pick("only those with this `text` in the name", "tylko z `tekstem` w nazwie")
}

func (l language) certTypeFlag() string {
	return l.pick("`type`: Authentication or Offline", "`rodzaj`: Authentication lub Offline")
}

func (l language) certStatusFlag() string {
	return l.pick("only those with a `status`: Active, Blocked, Revoked or Expired",
		"tylko o `statusie` Active, Blocked, Revoked lub Expired")
}

func (l language) certExpiresFlag() string {
	return l.pick("only those that end after a `moment`", "tylko kończące się po `chwili`")
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

// Permissions.

func (l language) permissionShort() string {
	return l.pick("Grant, list and revoke permissions", "Nadaje, wymienia i odbiera uprawnienia")
}

func (l language) permissionRevokeShort() string {
	return l.pick("Revoke a permission", "Odbiera uprawnienie")
}

func (l language) permissionRevokeLong() string {
	return l.pick("Revokes a permission by its ID, which the lists tell. Access tokens have it until they are renewed.",
		"Odbiera uprawnienie o podanym ID z listy. Tokeny dostępowe mają je do odświeżenia.")
}

func (l language) authorizationFlag() string {
	return l.pick("it is an authorization (ksef permission list authorizations)",
		"to uprawnienie podmiotowe (ksef permission list authorizations)")
}

func (l language) anID() string { return l.pick("the ID of a permission", "ID uprawnienia") }

func (l language) permissionRevoked(id string) string {
	return fmt.Sprintf(l.pick("revoked: %s", "odebrano: %s"), id)
}

func (l language) permissionStatusShort() string {
	return l.pick("Tell how far a grant or revocation is", "Podaje, co się dzieje z nadaniem lub odebraniem")
}

func (l language) attachmentsShort() string {
	return l.pick("Tell whether invoices may have attachments", "Podaje, czy faktury mogą mieć załączniki")
}

func (l language) permissionListShort() string {
	return l.pick("List permissions", "Wymienia uprawnienia")
}

func (l language) permissionListLong() string {
	return l.pick(`Lists permissions: of persons and taxpayers here (persons), your own (personal), those others gave
(received), to send invoices (authorizations), of administrators of units (subunits), for EU companies
(eu-entities); or roles, of this taxpayer and of those below it (subordinates).`,
		`Wymienia uprawnienia: osób i podmiotów w tym kontekście (persons), własne (personal), otrzymane
(received), podmiotowe (authorizations), administratorów jednostek (subunits), dla podmiotów z UE
(eu-entities); albo role, własne (roles) i podmiotów podrzędnych (subordinates).`)
}

func (l language) grantedFlag() string {
	return l.pick("of persons: those that you granted, instead of those in force",
		"persons: nadane zamiast obowiązujących")
}

func (l language) receivedFlag() string {
	return l.pick("of authorizations: those received, instead of granted",
		"authorizations: otrzymane zamiast nadanych")
}

func (l language) permissionFilterFlag() string {
	return l.pick("only this `permission`; several with commas", "tylko to `uprawnienie`; kilka po przecinku")
}

func (l language) grantShort() string { return l.pick("Grant permissions", "Nadaje uprawnienia") }

func (l language) grantPersonShort() string {
	return l.pick("Let somebody work here", "Pozwala komuś tu pracować")
}

func (l language) grantEntityShort() string {
	return l.pick("Let another taxpayer handle the invoices", "Pozwala innemu podmiotowi obsługiwać faktury")
}

func (l language) grantAuthorizationShort() string {
	return l.pick("Let another taxpayer send invoices in its own context",
		"Pozwala innemu podmiotowi wystawiać faktury we własnym kontekście")
}

func (l language) grantIndirectShort() string {
	return l.pick("Pass on to somebody what clients let you do",
		"Przekazuje komuś uprawnienia otrzymane od klientów")
}

func (l language) grantSubunitShort() string {
	return l.pick("Make somebody the administrator of a unit", "Ustanawia administratora jednostki")
}

func (l language) grantEUAdminShort() string {
	return l.pick("Make somebody the administrator for an EU company", "Ustanawia administratora podmiotu z UE")
}

func (l language) grantEUEntityShort() string {
	return l.pick("Let somebody act for an EU company", "Pozwala komuś działać za podmiot z UE")
}

func (l language) descriptionFlag() string {
	return l.pick("`text` that describes it, 5 to 256 characters", "`opis`, od 5 do 256 znaków")
}

func (l language) firstNameFlag() string { return l.pick("first `name`", "`imię`") }

func (l language) lastNameFlag() string { return l.pick("last `name`", "`nazwisko`") }

func (l language) bornFlag() string {
	return l.pick("`day` of birth of who has neither", "`dzień` urodzenia, gdy nie ma żadnego")
}

func (l language) documentTypeFlag() string {
	return l.pick("`type` of their identity document", "`rodzaj` dokumentu tożsamości")
}

func (l language) documentNumberFlag() string { return l.pick("its `number`", "jego `numer`") }

func (l language) documentCountryFlag() string {
	return l.pick("`country` that issued it, such as DE", "`kraj` wydania, np. DE")
}

func (l language) holderNameFlag() string {
	return l.pick("`name` of the company whose certificate it is", "`nazwa` firmy, której jest certyfikat")
}

func (l language) holderAddressFlag() string { return l.pick("its `address`", "jej `adres`") }

func (l language) entityNameFlag() string {
	return l.pick("`name` of the taxpayer or provider", "`nazwa` podmiotu lub dostawcy")
}

func (l language) authorizationNameFlag() string {
	return l.pick("`authorization`: SelfInvoicing, RRInvoicing, TaxRepresentative or PefInvoicing",
		"`uprawnienie`: SelfInvoicing, RRInvoicing, TaxRepresentative lub PefInvoicing")
}

func (l language) unitNameFlag() string {
	return l.pick("`name` of the unit", "`nazwa` jednostki")
}

func (l language) euEntityFlag() string {
	return l.pick("`number`: the NIP, a hyphen and the EU VAT number", "`numer`: NIP, łącznik i numer VAT UE")
}

func (l language) companyFlag() string { return l.pick("`name` of the company", "`nazwa` firmy") }

func (l language) companyAddressFlag() string {
	return l.pick("`address` of the company", "`adres` firmy")
}

func (l language) companyLabelFlag() string {
	return l.pick("name and address in a `line` (put together without it)",
		"nazwa i adres w jednym `wierszu` (bez tego złożone)")
}

func (l language) forAllFlag() string {
	return l.pick("for all clients there are and will be", "dla wszystkich klientów, obecnych i przyszłych")
}

func (l language) delegateFlag() string {
	return l.pick("it may be passed on", "można przekazać dalej")
}

func (l language) noWaitFlag() string {
	return l.pick("do not wait until it is in force", "nie czeka, aż zacznie obowiązywać")
}

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
	return l.pick("`file` with its key", "`plik` z jego kluczem")
}

func (l language) offlineP12Flag() string {
	return l.pick("`file` with both", "`plik` z jednym i drugim")
}

func (l language) qr2Needs() string {
	return l.pick("--qr2 needs --offline-cert or --offline-p12", "--qr2 wymaga --offline-cert lub --offline-p12")
}

func (l language) noSellerOrDate() string {
	return l.pick("it does not tell the seller and the date of issue",
		"nie wynika z niego sprzedawca i data wystawienia")
}
