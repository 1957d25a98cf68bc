package upo_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/ksef-go/ksef/upo"
)

// A receipt is verified with a certificate that is known to be the signer's, and asked about an invoice.
func Example() {
	file, err := os.ReadFile("testdata/receipt.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice, err := os.ReadFile("testdata/invoice.xml")
	if err != nil {
		fmt.Println(err)
		return
	}

	receipt, err := upo.Verify(file, &upo.VerifyOptions{Pinned: []*x509.Certificate{signer()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := receipt.Proves(invoice)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(document.KSeFNumber, receipt.Trust, receipt.Environment())
	fmt.Println(receipt.Explain(document, upo.English))
	// Output:
	// 5265877635-20261201-0200A0D6723E-A4 trusted test
	// According to this receipt, KSeF (test environment) received invoice "FV/2026/12/1" of seller 5265877635, issued on 2026-12-01 and sent online on 2026-12-01 11:05:40 +01:00 in session 20261201-SB-3E82C21000-79A8625CF8-53, and gave it the number 5265877635-20261201-0200A0D6723E-A4 on 2026-12-01 11:05:41 +01:00. The receipt is of the file with the SHA-256 k3g7pBGS/VMse+/TJNreSKzzlqTMHBeOoG9jDmde46U=, byte for byte. It was signed on 2026-12-01 10:05:42 +00:00 by "Throw-away signer" ("VATPL-1111111111") and has not changed since; the signer's certificate is trusted. Receipts of this environment have no legal effect.
}

func signer() *x509.Certificate {
	file, err := os.ReadFile("testdata/throwaway.pem")
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(file)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		panic(err)
	}
	return cert
}

// Errors say what failed, for a caller to branch on.
func ExampleVerify_error() {
	file, err := os.ReadFile("testdata/session.xml")
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = upo.Verify(file, &upo.VerifyOptions{Pinned: []*x509.Certificate{}})
	fmt.Println(errors.Is(err, upo.CheckSigner))
	fmt.Println(err)
	// Output:
	// true
	// upo: signer: the certificate is none of the pinned ones, found "Throw-away signer" ("VATPL-1111111111") with the SHA-256 FD6BEAEFCEF361B3C2D3C070B812F900303A42C41DCF5B7445A1E18CD592328B
}

// A receipt is read without looking at its signature.
func ExampleParse() {
	file, err := os.ReadFile("testdata/session.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := upo.Parse(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(receipt.Trust, receipt.Page.Number, "of", receipt.Page.Of)
	for _, d := range receipt.Documents {
		fmt.Println(d.KSeFNumber, d.InvoiceNumber, d.IssueDate, d.Mode)
	}
	// Output:
	// unverified 1 of 1
	// 5265877635-20261201-0200A0D6723E-A4 FV/2026/12/1 2026-12-01 Online
	// 5265877635-20261201-02000009FF3E-9D FV/2026/12/2 2026-11-30 Offline
}
