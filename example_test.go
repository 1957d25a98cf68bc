package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

// The examples talk to a sandbox in the process; ksef.NewClient(ksef.Test, nil)
// talks to the ministry's test environment in the same way.
func Example() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)

	auth, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	for session, err := range auth.Sessions.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(session.Method.Name, session.Current)
	}
	// Output:
	// Pieczęć kwalifikowana true
}

// A certificate from PEM files, as it comes from KSeF or a trust service.
func ExampleAuthentication_WithXAdES() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	dir := madeUpFiles()
	defer os.RemoveAll(dir)

	cert, err := certs.LoadPEM(filepath.Join(dir, "company.pem"), filepath.Join(dir, "company.key"), "secret")
	if err != nil {
		log.Fatal(err)
	}
	auth, err := client.Authentication.WithXAdES(ctx, ksef.NIP("5261040828"), cert, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(auth.AccessToken().ValidUntil.Before(auth.RefreshToken().ValidUntil))
	// Output:
	// true
}

func ExampleAuthentication_WithToken() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	owner, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	token, err := owner.Tokens.Generate(ctx, "for the web shop", ksef.InvoiceRead, ksef.InvoiceWrite)
	if err != nil {
		log.Fatal(err)
	}

	shop, err := client.Authentication.WithToken(ctx, ksef.NIP("5261040828"), token.Token, nil)
	if err != nil {
		log.Fatal(err)
	}
	for session, err := range shop.Sessions.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(session.Method.Category, session.Current)
	}
	// Output:
	// Token true
	// XadesSignature false
}

// A signature made elsewhere: the document goes out unsigned and comes back
// signed, perhaps hours later and in another process.
func ExampleChallenge_Document() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)

	challenge, err := client.Authentication.Challenge(ctx)
	if err != nil {
		log.Fatal(err)
	}
	document, err := challenge.Document(ksef.NIP("5261040828"), nil)
	if err != nil {
		log.Fatal(err)
	}
	signed := signedElsewhere(document) // a signing desk, Profil Zaufany, …

	operation, err := client.Authentication.SubmitXAdES(ctx, signed, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Authentication.Wait(ctx, operation); err != nil {
		log.Fatal(err)
	}
	if _, err := client.Authentication.Redeem(ctx, operation); err != nil {
		log.Fatal(err)
	}
	fmt.Println("authenticated")
	// Output:
	// authenticated
}

// What a failed authentication tells.
func ExampleFailedError() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	stranger, err := certs.NewTestPerson("44051401359", &certs.TestOptions{ECDSA: true})
	if err != nil {
		log.Fatal(err)
	}

	_, err = client.Authentication.WithXAdES(ctx, ksef.NIP("5261040828"), stranger, nil)
	if failed, ok := errors.AsType[*ksef.FailedError](err); ok {
		fmt.Println(failed.Status.Code, failed.Status.Details)
	}
	// Output:
	// 415 [Brak przypisanych uprawnień]
}

func ExampleParseNIP() {
	nip, err := ksef.ParseNIP("PL 526-104-08-28")
	fmt.Println(nip, err)
	_, err = ksef.ParseNIP("526-104-08-27")
	fmt.Println(err)
	// Output:
	// 5261040828 <nil>
	// ksef: "526-104-08-27" is not a valid NIP: wrong check digit
}
