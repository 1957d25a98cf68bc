package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// A token for a program that may do less than its owner.
func ExampleTokens_Generate() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	owner := signIn(srv, "5261040828")
	token, err := owner.Tokens.Generate(ctx, "reports", ksef.InvoiceRead)
	if err != nil {
		log.Fatal(err)
	}
	program, err := srv.Client(&ksef.Options{Poll: &ksef.Backoff{}}).Authentication.WithToken(ctx, ksef.NIP("5261040828"), token.Token, nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = program.OpenOnlineSession(ctx, nil)
	fmt.Println("may send:", !errors.Is(err, ksef.ErrForbidden))

	if err := owner.Tokens.Revoke(ctx, token.ReferenceNumber); err != nil {
		log.Fatal(err)
	}
	// Output:
	// may send: false
}

// The time is up before KSeF is done: nothing is lost, and what is under way can
// be waited for again.
func ExamplePendingError() {
	ctx := context.Background()
	srv := sandbox.New(&sandbox.Options{Latency: time.Minute})
	auth := signInSlowly(srv)
	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}

	sent, err := session.Send(ctx, someInvoice("FV/1"), nil)
	if err != nil {
		log.Fatal(err)
	}
	soon, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_, err = session.Wait(soon, sent)
	pending, ok := errors.AsType[*ksef.PendingError](err)
	if !ok {
		log.Fatal(err)
	}
	srv.Advance(time.Minute)
	invoice, err := session.Wait(ctx, pending.Reference)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(invoice.InvoiceNumber, invoice.Status.Code)
	// Output:
	// FV/1 200
}

// signInSlowly signs in where all work takes a minute.
func signInSlowly(srv *sandbox.Server) *ksef.AuthenticatedClient {
	ctx := context.Background()
	client := srv.Client(nil)
	challenge, err := client.Authentication.Challenge(ctx)
	if err != nil {
		log.Fatal(err)
	}
	document, err := challenge.Document(ksef.NIP("5261040828"), nil)
	if err != nil {
		log.Fatal(err)
	}
	operation, err := client.Authentication.SubmitXAdES(ctx, signedElsewhere(document), nil)
	if err != nil {
		log.Fatal(err)
	}
	srv.Advance(time.Minute)
	auth, err := client.Authentication.Redeem(ctx, operation)
	if err != nil {
		log.Fatal(err)
	}
	return auth
}

// An operation that has no method is reached all the same, with the client's
// retries, limits and errors.
func ExampleAuthenticatedClient_Do() {
	ctx := context.Background()
	auth := signIn(sandbox.New(nil), "5261040828")
	var limits struct {
		OnlineSession struct{ MaxInvoices int }
	}
	if err := auth.Do(ctx, http.MethodGet, "/limits/context", nil, &limits); err != nil {
		log.Fatal(err)
	}
	fmt.Println(limits.OnlineSession.MaxInvoices)
	// Output:
	// 10000
}

// The keys that things are encrypted with for KSeF.
func ExamplePublicKeys_Query() {
	client := sandbox.New(nil).Client(nil)
	keys, err := client.PublicKeys.Query(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, key := range keys {
		fmt.Println(key.Usage, key.ValidTo.After(time.Now()))
	}
	// Unordered output:
	// [KsefTokenEncryption] true
	// [SymmetricKeyEncryption] true
}

// Amounts are exact, and stay as they were written.
func ExampleParseDecimal() {
	price, err := ksef.ParseDecimal("1234.5600")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(price, price.Rat().FloatString(2))
	// Output:
	// 1234.5600 1234.56
}
