package sandbox

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/qr"
)

// The phrases that the official Java suite looks for.
const (
	invoiceThere      = "Faktura znajduje się w KSeF"
	invoiceNotThere   = "Faktura nie została znaleziona w KSeF"
	certificateThere  = "Certyfikat istnieje"
	certificateActive = "Certyfikat jest aktywny"
	signatureGood     = "Podpis wystawcy jest prawid"
	issuerPermitted   = "Wystawca posiada uprawnienia do wystawienia faktury"
)

// pages serves the harness's server over HTTP.
func (h *harness) pages() qr.Base {
	srv := httptest.NewServer(h.Server)
	h.t.Cleanup(srv.Close)
	return qr.Base(srv.URL)
}

// visit fetches a page without being anybody, and demands which of the phrases it has: as many letters as there are
// phrases, + for there.
func (h *harness) visit(url, want string, phrases ...string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), "GET", url, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("X-Error-Format", "problem-details")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" || !utf8.Valid(body) {
		h.t.Fatalf("%s: %d, %s, %v: %s", url, answer.StatusCode, answer.Header.Get("Content-Type"), err, body)
	}
	var got strings.Builder
	for _, p := range phrases {
		if bytes.Contains(body, []byte(p)) {
			got.WriteByte('+')
		} else {
			got.WriteByte('-')
		}
	}
	if got.String() != want {
		h.t.Errorf("%s: %s of %q, want %s, in %s", url, got.String(), phrases, want, body)
	}
}

func (h *harness) visitInvoice(link qr.Link, want string) {
	h.t.Helper()
	h.visit(h.url(link), want, invoiceThere, invoiceNotThere)
}

func (h *harness) visitCertificate(link qr.Link, want string) {
	h.t.Helper()
	h.visit(h.url(link), want, certificateThere, certificateActive, signatureGood, issuerPermitted)
}

func (h *harness) url(link qr.Link) string {
	h.t.Helper()
	url, err := link.URL()
	if err != nil {
		h.t.Fatal(err)
	}
	return url
}

func TestInvoicePage(t *testing.T) {
	h := newHarness(t, nil)
	base := h.pages()
	b := h.login(nipA, sealFor(t, nipA)).open()
	day := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	link := func(doc []byte) *qr.InvoiceLink {
		return &qr.InvoiceLink{Base: base, SellerNIP: nipA, Issued: day, Hash: sha256.Sum256(doc)}
	}
	doc := paper{number: "QR/<1>"}.bytes()
	doc = bytes.Replace(doc, []byte("QR/<1>"), []byte("QR/&lt;1&gt;"), 1)
	h.visitInvoice(link(doc), "-+")
	reference := b.post(doc).want(202).text("referenceNumber")
	h.visitInvoice(link(doc), "-+") // sent, and not accepted yet
	b.invoice(reference)
	b.invoice(reference).is("status.code", 200)
	h.visitInvoice(link(doc), "+-")
	h.visit(h.url(link(doc)), "++", "Numer faktury: QR/&lt;1&gt;", "NIP sprzedawcy: "+nipA)

	other := link(doc)
	other.SellerNIP = nipB
	h.visitInvoice(other, "-+")
	other = link(doc)
	other.Issued = day.AddDate(0, 0, 1)
	h.visitInvoice(other, "-+")
	h.visitInvoice(link([]byte("another")), "-+")
	for _, path := range []string{"/invoice/1/2/3", "/invoice/" + nipA + "/14-03-2026/AAAA", "/invoice/" + nipA + "/2026-03-14/" + strings.Repeat("A", 43)} {
		h.visit(string(base)+path, "-+", invoiceThere, invoiceNotThere)
	}

	// The page knows an invoice as soon as the session counts it.
	counted := paper{number: "QR/3"}.bytes()
	b.sent(counted)
	b.status()
	b.status().is("successfulInvoiceCount", 2)
	h.visitInvoice(link(counted), "+-")

	// A rejected invoice is not there until its technical correction is, which the old link then finds.
	wrong := paper{number: "QR/2", issued: "2026-03-15"}.bytes()
	b.fate(450, wrong, "offlineMode", true)
	old := link(wrong)
	old.Issued = day.AddDate(0, 0, 1)
	h.visitInvoice(old, "-+")
	right := paper{number: "QR/2"}.bytes()
	b.fate(200, right, "offlineMode", true, "hashOfCorrectedInvoice", digest(wrong))
	h.visitInvoice(old, "+-")
	h.visitInvoice(link(right), "+-")
}

// offline is a link of code II in the making.
func offline(base qr.Base, context qr.Context, seller string) *qr.CertificateLink {
	return &qr.CertificateLink{Base: base, Context: context, SellerNIP: seller, Hash: sha256.Sum256([]byte("not sent yet"))}
}

func (h *harness) signed(link *qr.CertificateLink, cert tls.Certificate) *qr.CertificateLink {
	h.t.Helper()
	if err := link.SignWith(cert); err != nil {
		h.t.Fatal(err)
	}
	return link
}

func TestCertificatePage(t *testing.T) {
	h := newHarness(t, nil)
	base := h.pages()
	own := qr.Context{Type: qr.NIP, Value: nipA}
	l := h.login(nipA, sealFor(t, nipA))
	for _, key := range []crypto.Signer{newECKey(t), sharedRSA()} {
		cert := l.enroll("For code II", "Offline", key)
		link := h.signed(offline(base, own, nipA), cert)
		h.visitCertificate(link, "++++")
		changed := *link
		changed.Hash[0]++
		h.visitCertificate(&changed, "++-+")
		changed = *link
		changed.SellerNIP = nipB // for whom the context may not issue
		h.visitCertificate(&changed, "++--")
		changed = *link
		changed.Serial = "0000000000000000"
		h.visitCertificate(&changed, "----")
		changed = *link
		changed.Context.Value = nipB
		h.visitCertificate(&changed, "++--")
	}

	// As the official Java client signs, in DER, and as all of them do when they leave the scheme where it is.
	key := newECKey(t)
	cert := l.enroll("For the others", "Offline", key)
	for _, scheme := range []string{"", "http://"} {
		link := offline(base, own, nipA)
		link.Serial = qr.SerialOf(cert.Leaf)
		text, err := link.SignedText()
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(scheme + text))
		if link.Signature, err = ecdsa.SignASN1(rand.Reader, key, sum[:]); err != nil {
			t.Fatal(err)
		}
		h.visitCertificate(link, "++++")
	}

	// Certificates that vouch for nobody.
	login := l.enroll("For logging in", "Authentication", key)
	link := offline(base, own, nipA)
	link.Serial = qr.SerialOf(login.Leaf)
	if err := link.Sign(key); err != nil {
		t.Fatal(err)
	}
	h.visitCertificate(link, "+-++")
	link = h.signed(offline(base, own, nipA), cert)
	l.send("PUT", "/testdata/certificates/"+link.Serial, map[string]any{"validTo": h.Now().Add(time.Minute)}).want(200)
	h.visitCertificate(link, "++++")
	h.Advance(time.Minute)
	h.visitCertificate(link, "+-++")
	revoked := l.enroll("To be revoked", "Offline", newECKey(t))
	link = h.signed(offline(base, own, nipA), revoked)
	l.revoke(revoked).want(204)
	h.visitCertificate(link, "+-++")
}

// Whom the page permits to issue follows the permissions, as they are now.
func TestCertificatePagePermissions(t *testing.T) {
	h := newHarness(t, nil)
	base := h.pages()
	context, subject := identifier{"Nip", nipB}, identifier{"Pesel", pesel}
	there := qr.Context{Type: qr.NIP, Value: nipB}
	h.send("POST", "/testdata/permissions", permissions(context, subject, "InvoiceRead")).want(200)
	person := h.login(nipB, personFor(t, pesel)).enroll("Of the person", "Offline", newECKey(t))
	link := h.signed(offline(base, there, nipB), person)
	h.visitCertificate(link, "+++-")
	h.send("POST", "/testdata/permissions", permissions(context, subject, "InvoiceWrite")).want(200)
	h.visitCertificate(link, "++++")
	h.send("POST", "/testdata/permissions/revoke", map[string]any{"contextIdentifier": context, "authorizedIdentifier": subject}).want(200)
	h.visitCertificate(link, "+++-")

	// For another seller.
	boss := h.login(nipB, sealFor(t, nipB)).enroll("Of the boss", "Offline", newECKey(t))
	link = h.signed(offline(base, there, nipA), boss)
	h.visitCertificate(link, "+++-")
	h.Authorize(nipA, ksef.Identifier{Kind: "Nip", Value: nipB}, "SelfInvoicing")
	h.visitCertificate(link, "++++")

	// In the contexts of a unit and of an EU taxpayer.
	for _, c := range []qr.Context{{Type: qr.InternalID, Value: nipB + "-12345"}, {Type: qr.NIPVATUE, Value: nipB + "-DE123456789"}} {
		link := h.signed(offline(base, c, nipB), person)
		h.visitCertificate(link, "+++-")
		h.Grant(ksef.Identifier{Kind: ksef.Kind(c.Type), Value: c.Value}, ksef.Identifier{Kind: "Pesel", Value: pesel}, "InvoiceWrite")
		h.visitCertificate(link, "++++")
	}
	h.visitCertificate(h.signed(offline(base, qr.Context{Type: qr.PeppolID, Value: "PPL123456"}, nipB), boss), "+++-")

	// A bailiff issues for whom he has to.
	const bailiff = "1111111111"
	h.send("POST", "/testdata/person", map[string]any{"nip": bailiff, "pesel": "90010112349", "isBailiff": true, "description": "Bailiff"}).want(200)
	cert := h.login(bailiff, sealFor(t, bailiff)).enroll("Of the bailiff", "Offline", newECKey(t))
	h.visitCertificate(h.signed(offline(base, qr.Context{Type: qr.NIP, Value: bailiff}, nipA), cert), "++++")
}

// Links lead to the server by one name and are signed for another.
func TestQRBase(t *testing.T) {
	for _, qrBase := range []string{"", string(qr.Test), string(qr.Test) + "/", "http://qr.example.test"} {
		h := newHarness(t, &Options{QRBase: qrBase})
		base := h.pages()
		cert := h.login(nipA, sealFor(t, nipA)).enroll("For code II", "Offline", newECKey(t))
		for _, signedFor := range []qr.Base{base, qr.Test, "http://qr.example.test"} {
			link := h.signed(offline(signedFor, qr.Context{Type: qr.NIP, Value: nipA}, nipA), cert)
			link.Base = base // where it is opened
			want := "++-+"
			if signedFor == base || string(signedFor) == strings.TrimSuffix(qrBase, "/") {
				want = "++++"
			}
			h.visitCertificate(link, want)
		}
	}
}
