package qr_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"image/png"
	"log"
	"time"

	"github.com/ksef-go/ksef/qr"
)

// An invoice that KSeF has accepted: its number stands under the symbol.
func ExampleInvoiceLink() {
	document := []byte("<Faktura>…</Faktura>") // exactly as it was sent
	link := &qr.InvoiceLink{
		Base:      qr.Test,
		SellerNIP: "5265877635",
		Issued:    time.Date(2025, 8, 26, 0, 0, 0, 0, time.UTC),
		Hash:      sha256.Sum256(document),
	}
	url, err := link.URL()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(url)

	symbol, err := link.Symbol("5265877635-20250826-0100001AF629-AF")
	if err != nil {
		log.Fatal(err)
	}
	image, err := symbol.PNG(nil)
	if err != nil {
		log.Fatal(err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(image))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(symbol.Caption(), size.Width, size.Height)
	// Output:
	// https://qr-test.ksef.mf.gov.pl/invoice/5265877635/26-08-2025/4LzdICr7a3u7JQK4-IUbH3AtFbsR_3SE6x1ZzAV5Aok
	// 5265877635-20250826-0100001AF629-AF 426 412
}

// An invoice issued offline has a second code, signed by its issuer. With a certificate at hand SignWith does that.
func ExampleCertificateLink() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // or a smart card's
	if err != nil {
		log.Fatal(err)
	}
	link := &qr.CertificateLink{
		Base:      qr.Test,
		Context:   qr.Context{Type: qr.NIP, Value: "5265877635"},
		SellerNIP: "5265877635",
		Serial:    "01F20A5D352AE590",
		Hash:      sha256.Sum256([]byte("<Faktura>…</Faktura>")),
	}
	if err := link.Sign(key); err != nil {
		log.Fatal(err)
	}
	symbol, err := link.Symbol()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(symbol.Caption(), len(link.Signature), link.Verify(key.Public()))
	// Output: CERTYFIKAT 64 <nil>
}

func ExampleParse() {
	link, err := qr.Parse("https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE")
	if err != nil {
		log.Fatal(err)
	}
	if invoice, ok := link.(*qr.InvoiceLink); ok {
		fmt.Println(invoice.Base == qr.Test, invoice.SellerNIP, invoice.Issued.Format(time.DateOnly))
	}
	// Output: true 1111111111 2026-02-01
}
