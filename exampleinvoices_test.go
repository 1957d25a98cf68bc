package ksef_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/upo"
)

// someInvoice returns a document as an accounting program would.
func someInvoice(number string) []byte {
	return sample.Invoice{Seller: "5261040828", Buyer: "9876543210", Number: number, Issued: time.Now()}.XML()
}

// signIn returns the client of somebody who is signed in to srv. Nothing but an
// example has no pauses between its questions.
func signIn(srv *sandbox.Server, nip ksef.NIP) *ksef.AuthenticatedClient {
	client := srv.Client(&ksef.Options{Poll: &ksef.Backoff{}})
	auth, err := client.Authentication.WithTestCertificate(context.Background(), nip, nil)
	if err != nil {
		log.Fatal(err)
	}
	return auth
}

// The answer to the invoice gets lost, and still it is sent exactly once.
func ExampleOnlineSession_SendAndWait() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	auth := signIn(srv, "5261040828")
	srv.Inject(sandbox.Fault{Route: "POST /sessions/online/{referenceNumber}/invoices", Times: 1, Lose: true})

	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	invoice := someInvoice("FV/1")
	sent, err := session.SendAndWait(ctx, invoice, nil)
	if err != nil {
		log.Fatal(err)
	}
	receipt, err := session.UPO(ctx, sent.ReferenceNumber)
	if err != nil {
		log.Fatal(err)
	}
	if err := session.Close(ctx); err != nil {
		log.Fatal(err)
	}

	read, err := upo.Verify(receipt, nil) // without roots: unchanged, whoever signed
	if err != nil {
		log.Fatal(err)
	}
	document, err := read.Proves(invoice)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sent.KSeFNumber.NIP(), document.KSeFNumber == string(sent.KSeFNumber))
	fmt.Println(len(slices.Collect(srv.Invoices())), "invoice at KSeF")
	// Output:
	// 5261040828 true
	// 1 invoice at KSeF
}

// A rejected invoice says why, in KSeF's words.
func ExampleFailure() {
	ctx := context.Background()
	auth := signIn(sandbox.New(nil), "9876543210") // who is not the seller
	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = session.SendAndWait(ctx, someInvoice("FV/1"), nil)
	if failed, ok := errors.AsType[*ksef.FailedError](err); ok {
		fmt.Println(errors.Is(err, ksef.InvoiceNotPermitted), failed.Status)
	}
	// Output:
	// true 410 Nieprawidłowy zakres uprawnień (Kontekst nip-9876543210 nie jest uprawniony do wystawiania faktur sprzedawcy 5261040828)
}

// What an open session lives on is kept, and another process goes on with it.
func ExampleAuthenticatedClient_ResumeOnlineSession() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	auth := signIn(srv, "5261040828")
	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	kept, err := json.Marshal(session.State()) // with the key: to a file that nobody else can read
	if err != nil {
		log.Fatal(err)
	}

	var state ksef.SessionState
	if err := json.Unmarshal(kept, &state); err != nil {
		log.Fatal(err)
	}
	again := signIn(srv, "5261040828").ResumeOnlineSession(state)
	sent, err := again.SendAndWait(ctx, someInvoice("FV/1"), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.ReferenceNumber() == session.ReferenceNumber(), sent.InvoiceNumber)
	// Output:
	// true FV/1
}

// Documents go out as one package; one that is bad does not spoil the others.
func ExampleAuthenticatedClient_SubmitBatch() {
	ctx := context.Background()
	auth := signIn(sandbox.New(nil), "5261040828")
	files := func(yield func(ksef.BatchFile, error) bool) {
		for _, number := range []string{"FV/1", "FV/2", "FV/3"} {
			if !yield(ksef.BatchFile{Name: number[3:] + ".xml", Content: someInvoice(number)}, nil) {
				return
			}
		}
		yield(ksef.BatchFile{Name: "bad.xml", Content: []byte("<Faktura/>")}, nil)
	}

	batch, err := auth.SubmitBatch(ctx, files, nil)
	if err != nil {
		log.Fatal(err)
	}
	status, err := batch.WaitClosed(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Successful, "accepted")
	for invoice, err := range batch.Failed(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(invoice.FileName, invoice.Status.Code)
	}
	// Output:
	// 3 accepted
	// bad.xml 450
}

// withInvoices returns a KSeF in which the seller has sent three invoices.
func withInvoices() *sandbox.Server {
	ctx := context.Background()
	srv := sandbox.New(&sandbox.Options{StorageLag: -1})
	session, err := signIn(srv, "5261040828").OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, number := range []string{"FV/1", "FV/2", "FV/3"} {
		if _, err := session.SendAndWait(ctx, someInvoice(number), nil); err != nil {
			log.Fatal(err)
		}
	}
	return srv
}

func ExampleInvoices_All() {
	ctx := context.Background()
	buyer := signIn(withInvoices(), "9876543210")
	filter := ksef.InvoiceFilter{Role: ksef.Buyer, From: time.Now().Add(-time.Hour)}
	for invoice, err := range buyer.Invoices.All(ctx, filter, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(invoice.Number, invoice.Seller.NIP, invoice.Gross, invoice.Currency)
	}
	// Output:
	// FV/1 5261040828 123 PLN
	// FV/2 5261040828 123 PLN
	// FV/3 5261040828 123 PLN
}

// The documents of all invoices that match, by as many exports as it takes.
func ExampleInvoices_Documents() {
	ctx := context.Background()
	buyer := signIn(withInvoices(), "9876543210")
	filter := ksef.InvoiceFilter{Role: ksef.Buyer, From: time.Now().Add(-time.Hour)}
	for doc, err := range buyer.Invoices.Documents(ctx, filter, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(doc.Number, len(doc.XML) > 1000)
	}
	// Output:
	// FV/1 true
	// FV/2 true
	// FV/3 true
}

// A copy of one's own: what was given and the state are kept together, and the
// next run goes on from there.
func ExampleInvoices_Sync() {
	ctx := context.Background()
	buyer := signIn(withInvoices(), "9876543210")
	var kept []byte                // both stand for
	archive := map[string][]byte{} // what is in a database

	run := func() int {
		var state ksef.SyncState
		if kept != nil {
			if err := json.Unmarshal(kept, &state); err != nil {
				log.Fatal(err)
			}
		}
		window := map[string][]byte{}
		sync := buyer.Invoices.Sync(state, &ksef.SyncOptions{
			Roles: []ksef.Role{ksef.Buyer},
			From:  time.Now().Add(-time.Hour),
			Known: func(_ ksef.Role, number ksef.KSeFNumber) (bool, error) { return archive[string(number)] != nil, nil },
			Checkpoint: func(state ksef.SyncState) (err error) {
				kept, err = json.Marshal(state) // in the transaction that keeps the documents
				maps.Copy(archive, window)
				return err
			},
		})
		given := 0
		for doc, err := range sync.Documents(ctx) {
			if err != nil {
				log.Fatal(err)
			}
			window[string(doc.KSeFNumber)] = doc.XML
			given++
		}
		return given
	}
	fmt.Println(run(), "new,", len(archive), "kept")
	fmt.Println(run(), "new,", len(archive), "kept")
	// Output:
	// 3 new, 3 kept
	// 0 new, 3 kept
}
