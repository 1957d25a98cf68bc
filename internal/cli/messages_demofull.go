package cli

import (
	"fmt"
	"time"
)

// The chapters of the full demonstration. Titles have at most 44 characters,
// results 36.

func (l language) demoFullFlag() string {
	return l.pick("walk through all areas: permissions, certificates, offline invoices, limits and the rest",
		"przejdź przez wszystkie obszary: uprawnienia, certyfikaty, faktury offline, limity i resztę")
}

func (l language) demoInvoices(n int) string {
	return l.count(n, "invoice", "invoices", "faktura", "faktury", "faktur")
}

// A bookkeeping office.

func (l language) demoOffice(nip string) string {
	return fmt.Sprintf(l.pick("Let a bookkeeping office in, %s", "Biuro rachunkowe, %s"), nip)
}

func (l language) demoOfficeLetIn() string {
	return l.pick("the office may read, and pass that on", "biuro może przeglądać i przekazać to dalej")
}

func (l language) demoOfficePassOn() string {
	return l.pick("it passes that on to one of its people", "przekazuje to swojej pracownicy")
}

func (l language) demoOfficeReads() string {
	return l.pick("she signs in here and reads the invoice", "loguje się tutaj i pobiera fakturę")
}

func (l language) demoOfficeOversteps() string {
	return l.pick("she tries to let a friend in", "próbuje nadać uprawnienie znajomemu")
}

func (l language) demoOfficeLetGo() string {
	return l.pick("the office is let go, and she is out", "biuro traci uprawnienie, a ona dostęp")
}

// A VAT group and a bailiff.

func (l language) demoUnits() string {
	return l.pick("Run a VAT group, and enforce as a bailiff", "Grupa VAT i komornik")
}

func (l language) demoMakeUnits() string {
	return l.pick("made up as test data: a group and a bailiff", "utworzone dane testowe: grupa i komornik")
}

func (l language) demoUnitsMade(group, bailiff string) string {
	return fmt.Sprintf(l.pick("%s and %s", "%s i %s"), group, bailiff)
}

func (l language) demoAppoint() string {
	return l.pick("an administrator appointed for its member", "wyznaczony administrator jej członka")
}

func (l language) demoHire() string {
	return l.pick("who signs in there and hires a clerk", "loguje się tam i zatrudnia pracownicę")
}

func (l language) demoPermissions(n int) string {
	return l.count(n, "permission", "permissions", "uprawnienie", "uprawnienia", "uprawnień")
}

func (l language) demoEnforceNot() string {
	return l.pick("enforcement, granted by who does not enforce", "egzekucja, nadana przez nieuprawnionego")
}

func (l language) demoEnforce() string {
	return l.pick("enforcement, granted by the bailiff", "egzekucja, nadana przez komornika")
}

// KSeF certificates.

func (l language) demoCertificates() string {
	return l.pick("Have KSeF issue a certificate", "Certyfikat KSeF")
}

func (l language) demoEnroll() string {
	return l.pick("key made, certified, certificate fetched", "klucz wygenerowany, certyfikat wydany")
}

func (l language) demoOwnLogin() string {
	return l.pick("signed in with it", "uwierzytelnienie tym certyfikatem")
}

func (l language) demoOwnListed() string {
	return l.pick("listed as active and used", "na liście: aktywny i używany")
}

func (l language) demoValidTo(t time.Time) string {
	return fmt.Sprintf(l.pick("valid until %s", "ważny do %s"), t.Format(time.DateOnly))
}

func (l language) demoRevoke() string {
	return l.pick("revoked, as if the key had leaked", "unieważniony, jakby klucz wyciekł")
}

func (l language) demoRevoked() string {
	return l.pick("signing in with it again", "ponowne uwierzytelnienie tym certyfikatem")
}

// An invoice issued offline.

func (l language) demoOffline() string {
	return l.pick("Issue an invoice without a connection", "Faktura wystawiona offline")
}

func (l language) demoOfflineEnroll() string {
	return l.pick("certificate for offline invoices ordered", "certyfikat do faktur offline")
}

func (l language) demoCodes() string {
	return l.pick("invoice issued, both QR codes drawn", "faktura wystawiona, oba kody QR gotowe")
}

func (l language) demoIssuerPage() string {
	return l.pick("code II followed: who issued it", "kod II sprawdzony: wystawca")
}

func (l language) demoInvoicePageEmpty() string {
	return l.pick("code I followed: not sent yet", "kod I sprawdzony: jeszcze nie wysłana")
}

func (l language) demoOfflineSent() string {
	return l.pick("connection back: sent as an offline invoice", "łączność wraca: wysłana jako offline")
}

func (l language) demoInvoicePage() string {
	return l.pick("code I followed again", "kod I sprawdzony ponownie")
}

// Attachments and Peppol.

func (l language) demoAttachments() string {
	return l.pick("Send attachments in invoices", "Załączniki w fakturach")
}

func (l language) demoAttachmentRefused() string {
	return l.pick("an invoice with one, without consent", "faktura z załącznikiem, bez zgody")
}

func (l language) demoConsent() string {
	return l.pick("consent registered, and seen by KSeF", "zgoda zgłoszona i widoczna w KSeF")
}

func (l language) demoAllowed() string { return l.pick("allowed", "dozwolone") }

func (l language) demoNotAllowed() string { return l.pick("not allowed", "niedozwolone") }

func (l language) demoAttachmentTaken() string {
	return l.pick("another one, with consent", "następna, za zgodą")
}

func (l language) demoPeppol() string {
	return l.pick("Let a Peppol provider issue invoices", "Dostawca usług Peppol")
}

func (l language) demoPeppolLogin() string {
	return l.pick("the provider signs in with its seal", "dostawca loguje się pieczęcią")
}

func (l language) demoPeppolListed() string {
	return l.pick("which puts it on KSeF's list", "przez co jest na liście KSeF")
}

func (l language) demoPeppolAuthorized() string {
	return l.pick("the taxpayer authorizes it", "podatnik go upoważnia")
}

// Collective identifiers.

func (l language) demoCollective() string {
	return l.pick("Pay invoices together", "Identyfikator zbiorczy")
}

func (l language) demoCollect() string {
	return l.pick("two invoices under one number", "dwie faktury pod jednym numerem")
}

func (l language) demoCollected() string {
	return l.pick("found again by one of them", "znalezione po jednej z nich")
}

func (l language) demoCollectTwice() string {
	return l.pick("an invoice twice in one payment", "faktura dwa razy w jednej płatności")
}

// Limits.

func (l language) demoLimits() string {
	return l.pick("Meet the limits", "Limity")
}

func (l language) demoLimitsTold() string {
	return l.pick("what one session may hold", "ile mieści jedna sesja")
}

func (l language) demoOneInvoice() string {
	return l.pick("set to one invoice, and two sent", "limit jednej faktury, wysłane dwie")
}

func (l language) demoTooFast() string {
	return l.pick("two requests where one a second is allowed", "dwa żądania przy jednym na sekundę")
}

func (l language) demoWaited() string {
	return l.pick("refused (429), waited, made again", "odmowa (429), odczekane, powtórzone")
}

func (l language) demoLimitsReset() string {
	return l.pick("all limits set back", "wszystkie limity przywrócone")
}

func (l language) demoPerHour(n int) string {
	return fmt.Sprintf(l.pick("%s an hour", "%s na godzinę"), l.demoInvoices(n))
}

// The status service.

func (l language) demoLighthouse() string {
	return l.pick("Ask whether KSeF is down", "Czy KSeF działa")
}

func (l language) demoAvailable() string {
	return l.pick("the status service on a good day", "Latarnia w zwykły dzień")
}

func (l language) demoOutage() string {
	return l.pick("a failure is announced", "ogłoszona awaria")
}

func (l language) demoOutageEnded() string {
	return l.pick("its end is announced", "ogłoszony jej koniec")
}

// Cleaning up.

func (l language) demoCleaning() string {
	return l.pick("Remove the test data", "Usunięcie danych testowych")
}

func (l language) demoScopeClosed() string {
	return l.pick("all that was made up, in one go", "wszystko, co utworzono, naraz")
}

func (l language) demoConsentGone() string {
	return l.pick("attachments, looked at again", "załączniki, sprawdzone ponownie")
}

func (l language) demoRoleGone() string {
	return l.pick("the group is an ordinary taxpayer again", "grupa jest znów zwykłym podatnikiem")
}
