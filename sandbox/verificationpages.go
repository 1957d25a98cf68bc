package sandbox

import (
	"encoding/base64"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// The pages that the QR codes on invoices lead to (ksef-docs kody-qr.md) are no part of the API. The ministry has
// them on a host of their own.
const (
	invoicePagePrefix     = "/invoice"
	certificatePagePrefix = "/certificate"
)

// verificationRoutes are the verification pages. They are open to everybody.
func verificationRoutes() []route {
	return []route{
		{"GET " + invoicePagePrefix + "/{nip}/{date}/{hash}", 0, 200, (*Server).invoiceVerification},
		{"GET " + certificatePagePrefix + "/{type}/{context}/{nip}/{serial}/{hash}/{signature}", 0, 200, (*Server).certificateVerification},
	}
}

// invoiceVerification answers code I: whether there is such an invoice. A technical correction is found by the link of
// what it corrects, too.
func (s *Server) invoiceVerification(c *call) (any, error) {
	i := s.linkedInvoice(c)
	if i == nil {
		return htmlPage("Weryfikacja faktury", "Faktura nie została znaleziona w KSeF"), nil
	}
	return htmlPage("Weryfikacja faktury", "Faktura znajduje się w KSeF", "Numer KSeF: "+i.number, "Numer faktury: "+i.facts.Number,
		"NIP sprzedawcy: "+i.facts.SellerNIP, "Data wystawienia: "+i.issued()), nil
}

// linkedInvoice returns the accepted invoice that a link names; nil when there is none, or not yet.
func (s *Server) linkedInvoice(c *call) *invoice {
	raw, err := base64.RawURLEncoding.DecodeString(c.values["hash"])
	date, noDate := time.Parse("02-01-2006", c.values["date"])
	if err != nil || noDate != nil || len(raw) != len(seal.Hash{}) {
		return nil
	}
	hash := seal.Hash(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	there := func(i *invoice) bool {
		return i != nil && i.accepted(c.now) && !c.now.Before(i.acquired) && i.facts.SellerNIP == c.values["nip"]
	}
	if i := s.state.byHash[hash]; there(i) && i.issued() == date.Format(time.DateOnly) {
		return i
	}
	if i := s.state.corrected[hash]; there(i) { // what its original said of the date is not kept
		return i
	}
	return nil
}

// issued is the day of issue.
func (i *invoice) issued() string { return firstCharacters(i.facts.IssueDate, len(time.DateOnly)) }

// certificateVerification answers code II: whether the issuer's certificate, signature and permissions are good. The
// invoice need not be there.
func (s *Server) certificateVerification(c *call) (any, error) {
	const title = "Weryfikacja wystawcy"
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.state.issued[c.values["serial"]]
	if k == nil || !k.there(c.now) {
		return htmlPage(title, "Certyfikat nie istnieje"), nil
	}
	lines := []string{"Certyfikat istnieje"}
	say := func(good bool, yes, no string) {
		if good {
			no = yes
		}
		lines = append(lines, no)
	}
	say(k.usableOffline(c.now), "Certyfikat jest aktywny", "Certyfikat nie jest aktywny lub nie jest typu Offline")
	say(s.signedLink(c, k.cert), "Podpis wystawcy jest prawidłowy", "Podpis wystawcy jest nieprawidłowy")
	s.carryOut(c.now)
	context := identifier{ksef.Kind(c.values["type"]), c.values["context"]}
	say(slices.Contains(contextKinds, context.Type) && context.wellFormed() && s.state.mayIssue(k.subject, context, c.values["nip"]),
		"Wystawca posiada uprawnienia do wystawienia faktury", "Wystawca nie posiada uprawnień do wystawienia faktury")
	return htmlPage(title, lines...), nil
}

// usableOffline reports whether the certificate vouches for its subject now.
func (k *issuedCertificate) usableOffline(now time.Time) bool {
	return k.kind == ksef.OfflineCertificate && k.state(now) == ksef.CertificateActive && !now.Before(k.cert.NotBefore)
}

// mayIssue reports whether somebody may issue invoices of a seller in a context, as far as that can be told without
// the invoice (see maySend).
func (st *state) mayIssue(who, context identifier, seller string) bool {
	held := st.effective(st.permissions(who, context), context)
	given := func(what ksef.Permission) bool { return st.graph.authorized(seller, context, what) }
	switch {
	case st.enforces(context) && slices.Contains(held, ksef.EnforcementOperations):
		return true
	case !slices.Contains(held, ksef.InvoiceWrite) && !slices.Contains(held, ksef.PEFInvoiceWrite):
		return false
	}
	return sendsForItself(context, seller) || slices.ContainsFunc(authorizations(), given)
}

// htmlPage is a page of the verification service: a heading and a line for each finding.
func htmlPage(title string, lines ...string) *answer {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="pl"><head><meta charset="utf-8"><title>` + title + ` (SANDBOX)</title></head><body><h1>` + title + ` (SANDBOX)</h1><ul>`)
	for _, line := range lines {
		b.WriteString("<li>" + html.EscapeString(line) + "</li>")
	}
	b.WriteString("</ul></body></html>\n")
	return &answer{status: http.StatusOK, body: []byte(b.String()), header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}}
}
