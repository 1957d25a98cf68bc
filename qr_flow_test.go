package ksef_test

import (
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/qr"
	"github.com/ksef-go/ksef/sandbox"
)

// An invoice issued offline: printed with both codes first, sent afterwards.
func TestOfflineInvoiceFlow(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
	if err != nil {
		t.Fatal(err)
	}
	order, err := auth.Certificates.Enroll(t.Context(), "Drukarka 1", &ksef.EnrollOptions{Type: ksef.OfflineCertificate})
	if err != nil {
		t.Fatal(err)
	}
	document := invoice(f, "OFF/1")
	_, day, _ := strings.Cut(string(document), "<P_1>")
	issued, err := time.Parse(time.DateOnly, day[:len(time.DateOnly)])
	if err != nil {
		t.Fatal(err)
	}
	link := &qr.InvoiceLink{Base: "http://localhost", SellerNIP: string(someNIP), Issued: issued, Hash: sha256.Sum256(document)}
	issuer := &qr.CertificateLink{
		Base: link.Base, Context: qr.Context{Type: qr.NIP, Value: string(someNIP)}, SellerNIP: link.SellerNIP, Hash: link.Hash,
	}
	if err := issuer.SignWith(order.Certificate); err != nil {
		t.Fatal(err)
	}
	shows := func(link qr.Link, phrases ...string) {
		t.Helper()
		url, err := link.URL()
		if err != nil {
			t.Fatal(err)
		}
		client := http.Client{Transport: sandbox.NewTransport(f)}
		answer, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, phrase := range phrases {
			if !strings.Contains(string(body), phrase) {
				t.Errorf("%s lacks %q: %s", url, phrase, body)
			}
		}
	}
	shows(issuer, "Certyfikat istnieje", "Certyfikat jest aktywny", "Podpis wystawcy jest prawid", "Wystawca posiada uprawnienia do wystawienia faktury")
	shows(link, "Faktura nie została znaleziona w KSeF")

	session, err := auth.OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := session.SendAndWait(t.Context(), document, &ksef.SendOptions{Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	shows(link, "Faktura znajduje się w KSeF", string(sent.KSeFNumber))
}
