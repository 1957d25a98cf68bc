package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// The status service and Peppol.

func (l language) serviceShort() string {
	return l.pick("Tell whether KSeF works, and what is announced", "Podaje, czy KSeF działa i co zapowiedziano")
}

func (l language) serviceLong() string {
	return l.pick(`Tells what the ministry's status service (Latarnia) says: whether KSeF works,
whether invoices are to be issued offline and sent later, or need not be sent at all.
It answers also when KSeF does not.`,
		`Podaje, co mówi Latarnia ministerstwa: czy KSeF działa, czy faktury wystawia się
offline i wysyła później, czy może wcale nie trzeba ich wysyłać.
Odpowiada także wtedy, gdy KSeF milczy.`)
}

// systemStatus is the state of KSeF and what is announced about it.
func (l language) systemStatus(s *ksef.SystemStatus) string {
	text := string(s.State)
	for _, m := range s.Messages {
		text += "; " + l.announcement(m)
	}
	return text
}

func (l language) announcement(m ksef.LighthouseMessage) string {
	term := fmt.Sprintf(l.pick("from %s", "od %s"), m.Start.Format(time.RFC3339))
	if !m.End.IsZero() {
		term += fmt.Sprintf(l.pick(" to %s", " do %s"), m.End.Format(time.RFC3339))
	}
	return fmt.Sprintf("%s %s (%s)", m.Type, strings.TrimSpace(m.Title), term)
}

func (l language) serviceMessagesFlag() string {
	return l.pick("list all announcements, also planned and past ones", "wypisuje wszystkie komunikaty, także o planach i przeszłości")
}

func (l language) colAvailable() string { return l.pick("AVAILABLE", "DZIAŁA") }

func (l language) colOffline() string { return l.pick("ISSUE OFFLINE", "TRYB OFFLINE") }

func (l language) colSuspended() string { return l.pick("NO DUTY TO SEND", "BEZ OBOWIĄZKU WYSYŁKI") }

func (l language) colMessages() string { return l.pick("MESSAGES", "KOMUNIKATY") }

func (l language) colCategory() string { return l.pick("CATEGORY", "KATEGORIA") }

func (l language) colStart() string { return l.pick("FROM", "OD") }

func (l language) colEnd() string { return l.pick("TO", "DO") }

func (l language) colTitle() string { return l.pick("TITLE", "TYTUŁ") }

func (l language) askedToWait(d time.Duration) string {
	return fmt.Sprintf(l.pick("KSeF allows no more requests for now and asks to wait %s; Ctrl-C gives up",
		"KSeF chwilowo nie przyjmuje więcej żądań i każe czekać %s; Ctrl-C przerywa"), d)
}

func (l language) peppolShort() string {
	return l.pick("Look up Peppol service providers", "Podaje dostawców usług Peppol")
}

func (l language) peppolListShort() string {
	return l.pick("List the Peppol service providers that KSeF knows", "Wypisuje dostawców usług Peppol znanych KSeF")
}

func (l language) colPeppolID() string { return l.pick("PEPPOL ID", "IDENTYFIKATOR PEPPOL") }
