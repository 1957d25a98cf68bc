package cli

import (
	"fmt"
	"strings"
)

// Limits.

func (l language) limitsShort() string {
	return l.pick("Show what KSeF allows, and set it in the test environment", "Podaje limity, a w środowisku testowym je zmienia")
}

func (l language) limitsLong() string {
	return l.pick(`Shows the limits of the taxpayer, of who is signed in, and of requests.
In the test environment they can be set and reset; that takes some seconds.`,
		`Podaje limity podatnika, uwierzytelnionego i żądań.
W środowisku testowym można je zmieniać i przywracać; trwa to kilka sekund.`)
}

func (l language) limitsContextShort() string {
	return l.pick("Show the limits of the taxpayer's sessions", "Podaje limity sesji podatnika")
}

func (l language) limitsSubjectShort() string {
	return l.pick("Show the limits of who is signed in", "Podaje limity uwierzytelnionego")
}

func (l language) limitsRatesShort() string {
	return l.pick("Show how many requests KSeF takes", "Podaje, ile żądań przyjmuje KSeF")
}

func (l language) limitsSetShort() string {
	return l.pick("Set limits, in the test environment", "Zmienia limity w środowisku testowym")
}

func (l language) limitsSetContextShort() string {
	return l.pick("Set the limits of the taxpayer's sessions", "Zmienia limity sesji podatnika")
}

func (l language) limitsSetContextLong() string {
	return l.pick("Sets the limits of the taxpayer's sessions. What is not given stays as it is.",
		"Zmienia limity sesji podatnika. Niepodane pozostają bez zmian.")
}

func (l language) limitsSetSubjectShort() string {
	return l.pick("Set the limits of who is signed in", "Zmienia limity uwierzytelnionego")
}

func (l language) limitsSetRatesShort() string {
	return l.pick("Set how many requests KSeF takes", "Zmienia liczbę żądań, które przyjmuje KSeF")
}

func (l language) limitsSetRatesLong() string {
	return l.pick(`Sets how many requests KSeF takes, by groups of operations: up to ten times
production's. Groups that are not given stay as they are; those without a limit
get production's.`,
		`Zmienia liczbę żądań, które przyjmuje KSeF, według grup operacji: do dziesięciu
razy więcej niż na produkcji. Niepodane grupy pozostają bez zmian, a te
bez limitu dostają limity produkcji.`)
}

func (l language) limitsResetShort() string {
	return l.pick("Undo what was set; all of it, unless a name is given", "Przywraca limity; wszystkie, o ile nie podano nazwy")
}

func (l language) limitsFileFlag(command string) string {
	return fmt.Sprintf(l.pick("`file` of JSON as %s writes it; - is standard input", "`plik` JSON, jak z %s; - to standardowe wejście"), command)
}

func (l language) invoiceMBFlag(of string) string {
	return fmt.Sprintf(l.pick("`size` of an invoice, in MB of 1,000,000 bytes (%s)", "`rozmiar` faktury w MB po 1 000 000 bajtów (%s)"), of)
}

func (l language) attachmentMBFlag(of string) string {
	return fmt.Sprintf(l.pick("`size` of an invoice with attachments, in MB (%s)", "`rozmiar` faktury z załącznikami w MB (%s)"), of)
}

func (l language) sessionInvoicesLimitFlag(of string) string {
	return fmt.Sprintf(l.pick("`number` of invoices in a session (%s)", "`liczba` faktur w sesji (%s)"), of)
}

func (l language) collectiveInvoicesFlag() string {
	return l.pick("`number` of invoices in a collective identifier", "`liczba` faktur w identyfikatorze zbiorczym")
}

func (l language) enrollmentsFlag() string {
	return l.pick("`number` of orders for certificates", "`liczba` wniosków o certyfikaty")
}

func (l language) certificatesFlag() string {
	return l.pick("`number` of certificates held", "`liczba` posiadanych certyfikatów")
}

func (l language) subjectKindFlag() string {
	return l.pick("`kind` of number by which one is known: Nip, Pesel or Fingerprint", "`rodzaj` identyfikatora: Nip, Pesel lub Fingerprint")
}

func (l language) rateGroupFlag() string {
	return l.pick("requests in a second, minute and hour, `group=10/30/120`; can be repeated",
		"liczba żądań na sekundę, minutę i godzinę, `grupa=10/30/120`; można powtarzać")
}

func (l language) productionRatesFlag() string {
	return l.pick("those of production", "takie jak na produkcji")
}

func (l language) productionAlone() string {
	return l.pick("--production sets all groups: give it alone", "--production dotyczy wszystkich grup: podaj samą tę opcję")
}

func (l language) nothingToSet() string {
	return l.pick("nothing says what to set", "nie wiadomo, co zmienić")
}

func (l language) limitsChanged() string {
	return l.pick("limits changed", "zmieniono limity")
}

func (l language) notLimits(why string) string {
	return fmt.Sprintf(l.pick("want the JSON that ksef limits writes with --json: %s", "podaj JSON, jaki wypisuje ksef limits z --json: %s"), why)
}

func (l language) wantRate(group string) string {
	return fmt.Sprintf(l.pick("want three numbers such as %s=10/30/120", "podaj trzy liczby, np. %s=10/30/120"), group)
}

func (l language) unlimited() string { return l.pick("any", "dowolnie") }

func (l language) colLimitOf() string { return l.pick("LIMIT", "LIMIT") }

func (l language) colInvoiceMB() string { return l.pick("INVOICE MB", "FAKTURA MB") }

func (l language) colAttachmentMB() string {
	return l.pick("WITH ATTACHMENTS MB", "Z ZAŁĄCZNIKAMI MB")
}

func (l language) colEnrollments() string { return l.pick("ORDERS", "WNIOSKI") }

func (l language) colCertificates() string { return l.pick("CERTIFICATES", "CERTYFIKATY") }

func (l language) colGroup() string { return l.pick("GROUP", "GRUPA") }

func (l language) colPerSecond() string { return l.pick("PER SECOND", "NA SEKUNDĘ") }

func (l language) colPerMinute() string { return l.pick("PER MINUTE", "NA MINUTĘ") }

func (l language) colPerHour() string { return l.pick("PER HOUR", "NA GODZINĘ") }

// Plans.

func (l language) countPlaceholder() string { return l.pick("INVOICES", "FAKTURY") }

func (l language) aCount() string { return l.pick("a number of invoices", "liczbę faktur") }

func (l language) wrongCount(text string, most int) string {
	return fmt.Sprintf(l.pick("%q is not a number of invoices from 1 to %d", "%q nie jest liczbą faktur od 1 do %d"), text, most)
}

func (l language) limitsPlanShort() string {
	return l.pick("Tell how long work with many invoices will take", "Podaje, ile potrwa praca z wieloma fakturami")
}

func (l language) limitsPlanLong() string {
	return l.pick(`Tells how long it takes to send or to fetch a number of invoices in each way, as far as
KSeF's limits of requests hold it back: without what the network and KSeF itself take,
and when nothing was requested in the hour before. No network is needed, unless --own.`,
		`Podaje, ile trwa wysłanie lub pobranie liczby faktur każdym ze sposobów, o ile wstrzymują
je limity żądań KSeF: bez czasu sieci i samego KSeF, i gdy w ostatniej godzinie o nic nie
pytano. Sieć nie jest potrzebna, chyba że z --own.`)
}

func (l language) planOwnFlag() string {
	return l.pick("with the limits that KSeF tells for this taxpayer, instead of production's",
		"z limitami, które KSeF podaje dla tego podatnika, zamiast produkcyjnych")
}

func (l language) planOnline() string { return l.pick("send one by one", "wysłanie pojedynczo") }
func (l language) planBatch() string  { return l.pick("send in batches", "wysłanie wsadowe") }
func (l language) planList() string   { return l.pick("list metadata", "lista metadanych") }
func (l language) planGet() string {
	return l.pick("list, fetch one by one", "lista i pobranie pojedynczo")
}
func (l language) planExport() string { return l.pick("fetch in packages", "pobranie w paczkach") }

// planLimit is a limit as the planner writes it: "180 an hour".
func (l language) planLimit(limit string) string {
	if l != polish {
		return limit
	}
	return strings.NewReplacer("a second", "na sekundę", "a minute", "na minutę", "an hour", "na godzinę").Replace(limit)
}

func (l language) colCommand() string    { return l.pick("COMMAND", "POLECENIE") }
func (l language) colWhat() string       { return l.pick("TO", "CO") }
func (l language) colTakes() string      { return l.pick("TAKES", "TRWA") }
func (l language) colHeldBackBy() string { return l.pick("HELD BACK BY", "WSTRZYMUJE") }
func (l language) colLimit() string      { return l.pick("LIMIT", "LIMIT") }
