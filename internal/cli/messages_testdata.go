package cli

import (
	"fmt"
	"strings"

	"github.com/ksef-go/ksef"
)

// Flags of identifiers, and what several nouns have in common.

func (l language) identifierFlag(flag string, kind ksef.Kind) string {
	what := map[ksef.Kind]string{
		ksef.KindNIP:         l.pick("NIP of", "NIP"),
		ksef.KindPESEL:       l.pick("PESEL of", "PESEL"),
		ksef.KindFingerprint: l.pick("fingerprint of the certificate of", "odcisk palca certyfikatu"),
		ksef.KindInternalID:  l.pick("internal identifier of", "identyfikator wewnętrzny"),
		ksef.KindPeppolID:    l.pick("Peppol identifier of", "identyfikator Peppol"),
	}[kind]
	role, _, _ := strings.Cut(flag, "-")
	whose := map[string]string{
		"to":     l.pick("who is to have it", "tego, kto ma je otrzymać"),
		"from":   l.pick("who has it", "tego, kto je ma"),
		"for":    l.pick("the one client it is for", "klienta, którego ma dotyczyć"),
		"unit":   l.pick("the unit", "jednostki"),
		"id":     l.pick("the holder of the certificate", "posiadacza certyfikatu"),
		"by":     l.pick("who gave it", "tego, kto je nadał"),
		"in":     l.pick("where it holds", "kontekstu, w którym obowiązuje"),
		"holder": l.pick("who holds it", "tego, kto je ma"),
	}[role]
	return fmt.Sprintf("`%s` – %s %s", l.pick("number", "numer"), what, whose)
}

func (l language) oneOfFlags(flags []string) string {
	return fmt.Sprintf(l.pick("only one of %s can be given", "można podać tylko jedną z opcji %s"), strings.Join(flags, ", "))
}

func (l language) wantFlag(flags []string) string {
	if len(flags) == 1 {
		return fmt.Sprintf(l.pick("%s is missing", "brak opcji %s"), flags[0])
	}
	return fmt.Sprintf(l.pick("one of %s is missing", "brak jednej z opcji %s"), strings.Join(flags, ", "))
}

func (l language) permissionFlag(known []string) string {
	return l.pick("`permissions`, with commas between: ", "`uprawnienia`, oddzielone przecinkami: ") + strings.Join(known, ", ")
}

func (l language) wantDay() string {
	return l.pick("want a day such as 2026-02-01", "podaj dzień, np. 2026-02-01")
}

func (l language) aNIP() string { return l.pick("a NIP", "NIP") }

func (l language) contextPlaceholder() string { return l.pick("NUMBER", "NUMER") }

func (l language) aContext() string { return l.pick("the number of a context", "numer kontekstu") }

func (l language) granted() string { return l.pick("granted", "nadano") }

func (l language) revoked() string { return l.pick("revoked", "odebrano") }

// Test data.

func (l language) testdataShort() string {
	return l.pick("Make up taxpayers in the test environment", "Zakłada podatników w środowisku testowym")
}

func (l language) testSubjectShort() string {
	return l.pick("Taxpayers with a role", "Podatnicy z rolą")
}

func (l language) testSubjectCreateShort() string {
	return l.pick("Make up a taxpayer with a role, and its units", "Zakłada podatnika z rolą i jego jednostki")
}

func (l language) testSubjectRemoveShort() string {
	return l.pick("Take the roles of a taxpayer and its units away", "Odbiera role podatnikowi i jego jednostkom")
}

func (l language) testSubjectTypeFlag(types []string) string {
	return l.pick("what it is, a `type`: ", "`rodzaj` podatnika: ") + strings.Join(types, ", ")
}

func (l language) testDescriptionFlag() string {
	return l.pick("`text` of 5 to 256 characters", "`tekst`, od 5 do 256 znaków")
}

func (l language) testSubunitFlag() string {
	return l.pick("a member or unit, `NIP=description`; can be repeated", "członek lub jednostka, `NIP=opis`; można powtarzać")
}

func (l language) testCreatedFlag() string {
	return l.pick("`moment` since when it exists (now without it)", "`chwila`, od której istnieje (bez tego teraz)")
}

func (l language) wantSubunit() string { return l.pick("want NIP=description", "podaj NIP=opis") }

func (l language) testPersonShort() string {
	return l.pick("Sole traders", "Osoby prowadzące działalność")
}

func (l language) testPersonCreateShort() string {
	return l.pick("Make up a sole trader", "Zakłada osobę prowadzącą działalność")
}

func (l language) testPersonRemoveShort() string {
	return l.pick("Remove a sole trader, with role and permissions", "Usuwa osobę, z rolą i uprawnieniami")
}

func (l language) testPESELFlag() string {
	return l.pick("`number` of the person", "`numer` osoby")
}

func (l language) testBailiffFlag() string {
	return l.pick("a court bailiff", "komornik sądowy")
}

func (l language) testDeceasedFlag() string {
	return l.pick("dead: signing in fails with status 470", "osoba zmarła: uwierzytelnienie kończy się statusem 470")
}

func (l language) testPermissionsShort() string {
	return l.pick("Permissions given as by the paper form ZAW-FA", "Uprawnienia nadane tak jak formularzem ZAW-FA")
}

func (l language) testPermissionsGrantShort() string {
	return l.pick("Let somebody act for a taxpayer", "Pozwala komuś działać za podatnika")
}

func (l language) testPermissionsRevokeShort() string {
	return l.pick("Take away all that somebody may do for a taxpayer", "Odbiera wszystkie uprawnienia do działania za podatnika")
}

func (l language) testAttachmentsShort() string {
	return l.pick("Consent to invoices with attachments", "Zgoda na faktury z załącznikami")
}

func (l language) testAttachmentsAllowShort() string {
	return l.pick("Let a taxpayer send invoices with attachments", "Pozwala podatnikowi wysyłać faktury z załącznikami")
}

func (l language) testAttachmentsForbidShort() string {
	return l.pick("Undo that, at once or from a day on", "Wycofuje tę zgodę, od razu albo od podanego dnia")
}

func (l language) testForbidFromFlag() string {
	return l.pick("`day` from which it holds (at once without it)", "`dzień`, od którego obowiązuje (bez tego od razu)")
}

func (l language) testBlockShort() string {
	return l.pick("Make every login in a context fail", "Sprawia, że w kontekście nie można się uwierzytelnić")
}

func (l language) testUnblockShort() string {
	return l.pick("Let logins in a context succeed again", "Znów pozwala uwierzytelnić się w kontekście")
}

func (l language) testCreated(nip string) string { return l.pick("made: ", "założono: ") + nip }

func (l language) testRemoved(nip string) string { return l.pick("removed: ", "usunięto: ") + nip }

func (l language) testAllowed(nip string) string {
	return l.pick("attachments allowed: ", "załączniki dozwolone: ") + nip
}

func (l language) testForbidden(nip string) string {
	return l.pick("attachments forbidden: ", "załączniki niedozwolone: ") + nip
}

func (l language) testBlocked(verb, value string) string {
	if verb == "block" {
		return l.pick("blocked: ", "zablokowano: ") + value
	}
	return l.pick("unblocked: ", "odblokowano: ") + value
}
