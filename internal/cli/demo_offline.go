package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/qr"
)

// offline is an invoice that the buyer has on paper before KSeF has it.
type offline struct {
	*demo
	order  *ksef.Enrollment
	doc    []byte
	link   qr.InvoiceLink     // code I: to the invoice
	issuer qr.CertificateLink // code II: vouches for the issuer
	number ksef.KSeFNumber
}

func (d *demo) offline() chapter {
	o := &offline{demo: d}
	return chapter{d.say.demoOffline(), []step{
		{d.say.demoOfflineEnroll(), o.enroll},
		{d.say.demoCodes(), o.codes},
		{d.say.demoIssuerPage(), o.issuerPage},
		{d.say.demoInvoicePageEmpty(), o.invoicePageEmpty},
		{d.say.demoOfflineSent(), o.send},
		{d.say.demoInvoicePage(), o.invoicePage},
	}}
}

func (o *offline) enroll(ctx context.Context) (out outcome, err error) {
	opts := &ksef.EnrollOptions{Type: ksef.OfflineCertificate}
	if o.order, err = o.seal.Certificates.Enroll(ctx, "ksef demo offline", opts); err != nil {
		return out, err
	}
	return outcome{result: string(o.order.SerialNumber)}, nil
}

// codes makes both codes of the paper as pictures.
func (o *offline) codes(context.Context) (out outcome, err error) {
	const base = qr.Base("http://localhost") // where this sandbox is
	o.doc = o.invoice("OFF/1")
	hash := sha256.Sum256(o.doc)
	o.link = qr.InvoiceLink{Base: base, SellerNIP: string(o.nip), Issued: sample.Invoice{Issued: o.issued}.Day(), Hash: hash}
	o.issuer = qr.CertificateLink{Base: base, Context: qr.Context{Type: qr.NIP, Value: string(o.nip)}, SellerNIP: string(o.nip), Hash: hash}
	if err := o.issuer.SignWith(o.order.Certificate); err != nil {
		return out, err
	}
	first, err := o.link.Symbol("") // it has no KSeF number yet
	if err != nil {
		return out, err
	}
	second, err := o.issuer.Symbol()
	if err != nil {
		return out, err
	}
	for i, symbol := range []*qr.Symbol{first, second} {
		png, err := symbol.PNG(nil)
		if err != nil {
			return out, err
		}
		if err := os.WriteFile(filepath.Join(o.dir, fmt.Sprintf("code%d.png", i+1)), png, 0o600); err != nil {
			return out, err
		}
	}
	return outcome{result: first.Caption() + ", " + second.Caption()}, nil
}

// page follows a code, as the buyer's telephone does, and demands what it says.
func (o *offline) page(ctx context.Context, link qr.Link, says ...string) (quote string, err error) {
	url, err := link.URL()
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	answer, err := (&http.Client{Transport: o.server.Transport()}).Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	for _, s := range says {
		if !strings.Contains(string(text), s) {
			return "", fmt.Errorf("the page does not say %q: %s", s, text)
		}
	}
	return strings.Join(says, "; "), nil
}

func (o *offline) issuerPage(ctx context.Context) (outcome, error) {
	quote, err := o.page(ctx, &o.issuer, "Certyfikat jest aktywny", "Podpis wystawcy jest prawidłowy")
	return outcome{o.issuer.Serial, quote}, err
}

func (o *offline) invoicePageEmpty(ctx context.Context) (outcome, error) {
	quote, err := o.page(ctx, &o.link, "Faktura nie została znaleziona w KSeF")
	return outcome{quote: quote}, err
}

func (o *offline) send(ctx context.Context) (out outcome, err error) {
	session, err := o.seal.OpenOnlineSession(ctx, nil)
	if err != nil {
		return out, err
	}
	sent, err := session.SendAndWait(ctx, o.doc, &ksef.SendOptions{Offline: true})
	if err != nil {
		return out, err
	}
	if sent.Mode != ksef.Offline {
		return out, fmt.Errorf("KSeF has it as %q", sent.Mode)
	}
	o.number = sent.KSeFNumber
	return outcome{result: string(o.number)}, session.Close(ctx)
}

func (o *offline) invoicePage(ctx context.Context) (outcome, error) {
	quote, err := o.page(ctx, &o.link, "Faktura znajduje się w KSeF", string(o.number))
	return outcome{quote: quote}, err
}
