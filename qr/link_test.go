package qr_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/qr"
)

// The ministry's examples (ksef-docs kody-qr.md).
const (
	exampleHash    = "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
	exampleInvoice = "https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/" + exampleHash
	exampleSigned  = "qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/1111111111/01F20A5D352AE590/" + exampleHash
	exampleOffline = "https://" + exampleSigned + "/mSkm_XmM9fq7PgAJwiL32L9ujhyguOEV48cDB0ncemD2r9TMGa3lr0iRoFk588agCi8QPsOuscUY1rZ7ff76STbGquO-gZtQys5_fHdf2HUfDqPqVTnUS6HknBu0zLkyf9ygoW7WbH06Ty_8BgQTlOmJFzNWSt9WZa7tAGuAE9JOooNps-KG2PYkkIP4q4jPMp3FKypAygHVnXtS0RDGgOxhhM7LWtFP7D-dWINbh5yXD8Lr-JVbeOpyQjHa6WmMYavCDQJ3X_Z-iS01LZu2s1B3xuOykl1h0sLObCdADrbxOONsXrvQa61Xt_rxyprVraj2Uf9pANQgR4-12HEcMw"
)

func exampleDigest(t testing.TB) [sha256.Size]byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(exampleHash)
	if err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(raw)
}

func TestMinistrysExamples(t *testing.T) {
	warsaw := time.FixedZone("", 3600)
	invoice := &qr.InvoiceLink{Base: qr.Test, SellerNIP: "1111111111", Issued: time.Date(2026, 2, 1, 0, 30, 0, 0, warsaw), Hash: exampleDigest(t)}
	if got, err := invoice.URL(); got != exampleInvoice || err != nil {
		t.Errorf("code I is %s, %v", got, err)
	}
	certificate := &qr.CertificateLink{Base: qr.Test, Context: qr.Context{Type: qr.NIP, Value: "1111111111"}, SellerNIP: "1111111111", Serial: "01F20A5D352AE590", Hash: exampleDigest(t)}
	if got, err := certificate.SignedText(); got != exampleSigned || err != nil {
		t.Errorf("signed is %s, %v", got, err)
	}
	for _, want := range []string{exampleInvoice, exampleOffline} {
		link, err := qr.Parse(want)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		if got, err := link.URL(); got != want || err != nil {
			t.Errorf("%s came back as %s, %v", want, got, err)
		}
	}
}

func TestContexts(t *testing.T) {
	for _, c := range []struct {
		context qr.Context
		good    bool
	}{
		{qr.Context{Type: qr.NIP, Value: "5261040828"}, true},
		{qr.Context{Type: qr.NIP, Value: "0261040828"}, false},
		{qr.Context{Type: qr.NIP, Value: "5261040828-12345"}, false},
		{qr.Context{Type: qr.InternalID, Value: "5261040828-12345"}, true},
		{qr.Context{Type: qr.InternalID, Value: "5261040828-1234"}, false},
		{qr.Context{Type: qr.NIPVATUE, Value: "5261040828-ATU12345678"}, true},
		{qr.Context{Type: qr.NIPVATUE, Value: "5261040828-NL+*3456789B01"}, true},
		{qr.Context{Type: qr.NIPVATUE, Value: "5261040828-AT/12345678"}, false},
		{qr.Context{Type: qr.PeppolID, Value: "PPL123456"}, true},
		{qr.Context{Type: qr.PeppolID, Value: "ppl123456"}, false},
		{qr.Context{Type: "nip", Value: "5261040828"}, false},
		{qr.Context{}, false},
	} {
		l := &qr.CertificateLink{Base: qr.Demo, Context: c.context, SellerNIP: "5261040828", Serial: "01F20A5D352AE590", Signature: []byte("s")}
		url, err := l.URL()
		if (err == nil) != c.good {
			t.Errorf("%v: %v", c.context, err)
		}
		if err != nil {
			continue
		}
		back, err := qr.Parse(url)
		if err != nil || back.(*qr.CertificateLink).Context != c.context {
			t.Errorf("%v came back as %v, %v", c.context, back, err)
		}
	}
}

func TestFieldErrors(t *testing.T) {
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		field string
		link  qr.Link
	}{
		{"base", &qr.InvoiceLink{SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "qr.ksef.mf.gov.pl", SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "https://qr.ksef.mf.gov.pl/", SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "https://u:p@qr.ksef.mf.gov.pl", SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "https://qr.ksef.mf.gov.pl?x", SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "https://", SellerNIP: "5261040828", Issued: day}},
		{"base", &qr.InvoiceLink{Base: "ftp://qr.ksef.mf.gov.pl", SellerNIP: "5261040828", Issued: day}},
		{"seller's NIP", &qr.InvoiceLink{Base: qr.Test, SellerNIP: "526-104-08-28", Issued: day}},
		{"date of issue", &qr.InvoiceLink{Base: qr.Test, SellerNIP: "5261040828"}},
		{"date of issue", &qr.InvoiceLink{Base: qr.Test, SellerNIP: "5261040828", Issued: day.AddDate(9000, 0, 0)}},
		{"signature", &qr.CertificateLink{Base: qr.Test}},
		{"certificate's serial number", &qr.CertificateLink{Base: qr.Test, Context: qr.Context{Type: qr.NIP, Value: "5261040828"}, SellerNIP: "5261040828", Serial: "01f20a5d352ae590", Signature: []byte("s")}},
	} {
		_, err := c.link.URL()
		if e, ok := errors.AsType[*qr.FieldError](err); !ok || e.Field != c.field || !strings.Contains(err.Error(), c.field) {
			t.Errorf("%+v: %v, want an error of the %s", c.link, err, c.field)
		}
	}
}

func TestParse(t *testing.T) {
	for link, field := range map[string]string{ // "" means ErrNotLink
		"":                                  "",
		"///":                               "",
		"https://qr.ksef.mf.gov.pl":         "",
		"https://qr.ksef.mf.gov.pl/invoice": "",
		strings.Replace(exampleInvoice, "/i", "", 1):                     "",
		exampleInvoice + strings.Repeat("/", 4096):                       "",
		"invoice/1111111111/01-02-2026/" + exampleHash:                   "",
		"/invoice/1111111111/01-02-2026/" + exampleHash:                  "base",
		"qr.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/" + exampleHash: "base",
		strings.Replace(exampleInvoice, "01-02-2026", "2026-02-01", 1):   "date of issue",
		strings.Replace(exampleInvoice, "01-02-2026", "31-02-2026", 1):   "date of issue",
		strings.Replace(exampleInvoice, "01-02-2026", "1-2-2026", 1):     "date of issue",
		strings.Replace(exampleInvoice, "/1111111111", "/111111111", 1):  "seller's NIP",
		exampleInvoice + "=":                                        "hash",
		exampleInvoice[:len(exampleInvoice)-1]:                      "hash",
		exampleInvoice[:len(exampleInvoice)-1] + "F":                "hash", // bits that mean nothing must be zero
		exampleInvoice + "?x=1":                                     "hash",
		exampleOffline + "=":                                        "signature",
		strings.Replace(exampleOffline, "/Nip/", "/Pesel/", 1):      "context type",
		strings.Replace(exampleOffline, "01F20A5D352AE590", "1", 1): "certificate's serial number",
	} {
		got, err := qr.Parse(link)
		e, isField := errors.AsType[*qr.FieldError](err)
		switch {
		case err == nil:
			t.Errorf("%s: parsed to %v", link, got)
		case field == "" && !errors.Is(err, qr.ErrNotLink), field != "" && (!isField || e.Field != field):
			t.Errorf("%s: %v, want an error of %q", link, err, field)
		}
	}
	for _, link := range []string{exampleInvoice + "/", "http://127.0.0.1:8080/invoice/1111111111/01-02-2026/" + exampleHash,
		"https://example.com/qr/codes/invoice/1111111111/01-02-2026/" + exampleHash} {
		got, err := qr.Parse(link)
		if err != nil {
			t.Errorf("%s: %v", link, err)
			continue
		}
		if url, err := got.URL(); url != strings.TrimSuffix(link, "/") || err != nil {
			t.Errorf("%s came back as %s, %v", link, url, err)
		}
	}
}

// Whatever is taken for a link is written again as it was.
func FuzzParse(f *testing.F) {
	f.Add(exampleInvoice)
	f.Add(exampleOffline + "/")
	f.Add("http://[::1]:80/a/certificate/NipVatUe/5261040828-IE1+12345A/5261040828/01F20A5D352AE590/" + exampleHash + "/AA")
	f.Fuzz(func(t *testing.T, s string) {
		link, err := qr.Parse(s)
		if err != nil {
			return
		}
		url, err := link.URL()
		if err != nil || url != strings.TrimSuffix(s, "/") {
			t.Fatalf("%q came back as %q, %v", s, url, err)
		}
		if l, ok := link.(*qr.CertificateLink); ok {
			if text, err := l.SignedText(); err != nil || !strings.Contains(url, text+"/") {
				t.Fatalf("%q has the signed text %q, %v", s, text, err)
			}
		}
	})
}
