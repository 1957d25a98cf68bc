package cli

import (
	"fmt"
	"strings"
)

// Permissions.

func (l language) permissionShort() string {
	return l.pick("Grant, list and revoke permissions", "Nadaje, wypisuje i odbiera uprawnienia")
}

func (l language) permissionLong() string {
	return l.pick(`Grants, lists and revokes what others may do for the taxpayer.
KSeF takes a change and carries it out later: the commands wait for that, unless
told not to. Lists may show a change a minute later. Who is signed in already
gets a new permission, or loses one, when the access token is renewed.`,
		`Nadaje, wypisuje i odbiera uprawnienia do działania za podatnika.
KSeF przyjmuje zmianę i wykonuje ją później: polecenia na to czekają, o ile się im
nie zabroni. Listy mogą pokazać zmianę minutę później. Kto jest już uwierzytelniony,
zyskuje lub traci uprawnienie wraz z odnowieniem tokenu dostępu.`)
}

func (l language) permissionGrantShort() string {
	return l.pick("Grant permissions", "Nadaje uprawnienia")
}

func (l language) grantPersonShort() string {
	return l.pick("Let somebody work here", "Pozwala osobie działać w tym kontekście")
}

func (l language) grantEntityShort() string {
	return l.pick("Let another taxpayer, such as an accounting office, handle the invoices",
		"Pozwala innemu podatnikowi, np. biuru rachunkowemu, obsługiwać faktury")
}

func (l language) grantAuthorizationShort() string {
	return l.pick("Let another taxpayer send invoices that are about this one",
		"Pozwala innemu podatnikowi wystawiać faktury dotyczące tego podatnika")
}

func (l language) grantIndirectShort() string {
	return l.pick("Let one of the people here handle a client's invoices",
		"Pozwala osobie obsługiwać faktury klienta")
}

func (l language) grantSubunitShort() string {
	return l.pick("Make somebody the administrator of a unit", "Ustanawia administratora jednostki")
}

func (l language) grantEUAdminShort() string {
	return l.pick("Make somebody the administrator of an EU company", "Ustanawia administratora podmiotu unijnego")
}

func (l language) grantEUEntityShort() string {
	return l.pick("Let somebody act for an EU company", "Ustanawia reprezentanta podmiotu unijnego")
}

func (l language) noWaitFlag() string {
	return l.pick("do not wait until it is in force; print its reference", "nie czeka na wykonanie; wypisuje numer referencyjny")
}

func (l language) descriptionFlag() string {
	return l.pick("what it is for, a `text` of 5 to 256 characters, which lists show", "`opis` od 5 do 256 znaków, widoczny na listach")
}

func (l language) entityNameFlag() string {
	return l.pick("`name` of who is to have it, 5 to 90 characters", "`nazwa` tego, kto ma je otrzymać, od 5 do 90 znaków")
}

func (l language) delegateFlag() string {
	return l.pick("it can be passed on to people: see ksef permission grant indirect",
		"można je przekazywać osobom: zobacz ksef permission grant indirect")
}

func (l language) authorizationFlag(known []string) string {
	return l.pick("`authorization`: ", "`uprawnienie`: ") + strings.Join(known, ", ")
}

func (l language) allClientsFlag() string {
	return l.pick("for all clients, also those to come", "dla wszystkich klientów, także przyszłych")
}

func (l language) hintAllClients() string {
	return l.pick("--for-all-clients is for all of them, also those to come", "--for-all-clients dotyczy wszystkich, także przyszłych")
}

func (l language) firstNameFlag() string { return l.pick("first `name`", "`imię`") }

func (l language) lastNameFlag() string { return l.pick("last `name`", "`nazwisko`") }

func (l language) bornFlag() string {
	return l.pick("`day` of birth, of who has no such number", "`data` urodzenia osoby bez takiego numeru")
}

func (l language) documentTypeFlag() string {
	return l.pick("`kind` of the document that shows who it is, such as passport", "`rodzaj` dokumentu tożsamości, np. paszport")
}

func (l language) documentNumberFlag() string {
	return l.pick("its `number`", "jego `numer`")
}

func (l language) wantCountry() string {
	return l.pick("want two capital letters such as DE", "podaj dwie wielkie litery, np. DE")
}

func (l language) documentCountryFlag() string {
	return l.pick("the `country` that issued it, such as DE", "`kraj` wydania, np. DE")
}

func (l language) holderNameFlag() string {
	return l.pick("`name` of the company that holds the certificate, instead of a person", "`nazwa` firmy, która posiada certyfikat, zamiast osoby")
}

func (l language) holderAddressFlag() string {
	return l.pick("its `address`", "jej `adres`")
}

func (l language) personOrCompany() string {
	return l.pick("a certificate is held by a person or by a company, not both", "certyfikat posiada osoba albo firma, nie obie")
}

func (l language) unitNameFlag() string {
	return l.pick("`name` of the unit, 5 to 256 characters", "`nazwa` jednostki, od 5 do 256 znaków")
}

func (l language) euEntityFlag() string {
	return l.pick("`number` of this taxpayer and the company: 5261040828-DE123456789", "`numer` podatnika i firmy: 5261040828-DE123456789")
}

func (l language) companyNameFlag() string {
	return l.pick("`name` of the company", "`nazwa` firmy")
}

func (l language) companyAddressFlag() string {
	return l.pick("`address` of the company", "`adres` firmy")
}

func (l language) companyLabelFlag() string {
	return l.pick("name and address of the company in one `line` (put together without it)",
		"`wiersz` z nazwą i adresem firmy (bez tego składany)")
}

func (l language) hintGrantUnknown(command string) string {
	return fmt.Sprintf(l.pick("the answer was lost: look with %s, a minute later, whether it was granted before granting again",
		"odpowiedź przepadła: sprawdź po minucie poleceniem %s, czy uprawnienie nadano, zanim nadasz je ponownie"), command)
}

// Lists.

func (l language) permissionListShort() string {
	return l.pick("List permissions of people and taxpayers here", "Wypisuje uprawnienia osób i podatników")
}

func (l language) permissionMineShort() string {
	return l.pick("List one's own permissions", "Wypisuje własne uprawnienia")
}

func (l language) permissionReceivedShort() string {
	return l.pick("List what other taxpayers let this one do", "Wypisuje uprawnienia otrzymane od innych podatników")
}

func (l language) permissionAuthorizationsShort() string {
	return l.pick("List authorizations, such as for self-invoicing", "Wypisuje uprawnienia podmiotowe, np. do samofakturowania")
}

func (l language) permissionSubunitsShort() string {
	return l.pick("List administrators of units", "Wypisuje administratorów jednostek")
}

func (l language) permissionEUShort() string {
	return l.pick("List administrators and representatives of EU companies", "Wypisuje administratorów i reprezentantów podmiotów unijnych")
}

func (l language) permissionRolesShort() string {
	return l.pick("List the roles of this taxpayer, or of those below it", "Wypisuje role podatnika albo podmiotów podrzędnych")
}

func (l language) grantedFlag() string {
	return l.pick("what was granted from here, instead of what is in force here", "nadane stąd, zamiast obowiązujących tutaj")
}

func (l language) bySystemFlag() string {
	return l.pick("given by KSeF itself", "nadane przez sam KSeF")
}

func (l language) permissionStateFlag(states string) string {
	return l.pick("only those in a `state`: ", "`stan`: ") + states
}

func (l language) receivedFlag() string {
	return l.pick("those received, instead of granted", "otrzymane zamiast nadanych")
}

func (l language) vatNumberFlag() string {
	return l.pick("`number` of the company, such as DE123456789", "`numer` firmy, np. DE123456789")
}

func (l language) wantVATNumber() string {
	return l.pick("want an EU VAT number such as DE123456789", "podaj numer VAT UE, np. DE123456789")
}

func (l language) wantHexadecimal() string {
	return l.pick("want hexadecimal digits", "podaj cyfry szesnastkowe")
}

func (l language) fingerprintPartFlag() string {
	return l.pick("`part` of the fingerprint of a certificate", "`część` odcisku palca certyfikatu")
}

func (l language) subordinateFlag() string {
	return l.pick("members of this VAT group or units below this one of local government",
		"członkowie tej grupy VAT albo jednostki podrzędne JST")
}

func (l language) subordinateOfFlag() string {
	return l.pick("only the member or unit with this `NIP`", "`NIP` członka lub jednostki")
}

// Changes.

func (l language) permissionRevokeShort() string {
	return l.pick("Take a permission back", "Odbiera uprawnienie")
}

func (l language) permissionRevokeLong() string {
	return l.pick(`Takes back one permission, whose ID the lists tell. Those that ksef permission
authorizations lists need --authorization.`,
		`Odbiera jedno uprawnienie o identyfikatorze z list. Te z listy ksef permission
authorizations wymagają --authorization.`)
}

func (l language) revokeAuthorizationFlag() string {
	return l.pick("it is an authorization, such as for self-invoicing", "to uprawnienie podmiotowe, np. do samofakturowania")
}

func (l language) aPermissionID() string {
	return l.pick("the ID of a permission", "identyfikator uprawnienia")
}

func (l language) permissionStatusShort() string {
	return l.pick("Show how far a change is", "Pokazuje, co się dzieje ze zmianą")
}

func (l language) permissionAttachmentsShort() string {
	return l.pick("Tell whether invoices with attachments may be sent", "Podaje, czy można wysyłać faktury z załącznikami")
}

func (l language) colDone() string { return l.pick("DONE", "WYKONANO") }

func (l language) colID() string { return l.pick("ID", "IDENTYFIKATOR") }

func (l language) colHolder() string { return l.pick("HOLDER", "UPRAWNIONY") }

func (l language) colClient() string { return l.pick("CLIENT", "KLIENT") }

func (l language) colDelegate() string { return l.pick("CAN PASS ON", "MOŻE PRZEKAZAĆ") }

func (l language) colAuthorizing() string { return l.pick("GIVEN BY", "NADAJĄCY") }

func (l language) colUnit() string { return l.pick("UNIT", "JEDNOSTKA") }

func (l language) colUnitName() string { return l.pick("NAME OF UNIT", "NAZWA JEDNOSTKI") }

func (l language) colVATNumber() string { return l.pick("VAT NUMBER", "NUMER VAT UE") }

func (l language) colCompany() string { return l.pick("COMPANY", "FIRMA") }

func (l language) colParent() string { return l.pick("PARENT", "NADRZĘDNY") }
