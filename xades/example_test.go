package xades_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/ksef-go/ksef/xades"
)

// A document is signed, and its receiver learns what was signed by whom.
func Example() {
	cert, err := tls.LoadX509KeyPair("testdata/keys/p256.pem", "testdata/keys/p256.key")
	if err != nil {
		fmt.Println(err)
		return
	}
	document := []byte(`<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"/>`)
	signed, err := xades.Sign(document, cert, &xades.SignOptions{SigningTime: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}

	signature, err := xades.Verify(signed, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(signature.Signed))
	fmt.Println(signature.Certificate.Subject.CommonName)
	fmt.Println(signature.SigningTime, signature.Packaging, signature.Profile)
	// Output:
	// <AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"></AuthTokenRequest>
	// Zażółć Gęślą-Jaźń, throw-away
	// 2026-12-01 12:00:00 +0000 UTC enveloped B
}

// The error of Verify says what failed, for a caller to branch on.
func ExampleVerify_error() {
	_, err := xades.Verify([]byte("<AuthTokenRequest/>"), nil)

	fmt.Println(errors.Is(err, xades.CheckNoSignature))
	if e, ok := errors.AsType[*xades.Error](err); ok {
		fmt.Println(e.Check)
	}
	fmt.Println(err)
	// Output:
	// true
	// xades: no signature
	// xades: no signature: the document has no ds:Signature
}
