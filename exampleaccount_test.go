package ksef_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
)

// A certificate from KSeF, with which a program logs in from then on.
func ExampleCertificates_Enroll() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	owner, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	enrolled, err := owner.Certificates.Enroll(ctx, "web shop", nil)
	if err != nil {
		log.Fatal(err)
	}
	certPEM, keyPEM, err := certs.EncodePEM(enrolled.Certificate, "password")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(certPEM) > 0, len(keyPEM) > 0) // for files

	shop, err := client.Authentication.WithXAdES(ctx, ksef.NIP("5261040828"), enrolled.Certificate, nil)
	if err != nil {
		log.Fatal(err)
	}
	for c, err := range shop.Certificates.All(ctx, &ksef.CertificateQuery{Status: ksef.CertificateActive}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Name, c.Type, c.SerialNumber == enrolled.SerialNumber)
	}
	// Output:
	// true true
	// web shop Authentication true
}

// KSeF fell silent while it was at work. What Enroll returned is kept, and another
// process goes on with it.
func ExampleCertificates_Resume() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	owner, err := srv.Client(&ksef.Options{Retry: &ksef.Backoff{}}).Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	undo := srv.Inject(sandbox.Fault{Route: "GET /certificates/enrollments/{referenceNumber}", Status: 503})

	enrollment, err := owner.Certificates.Enroll(ctx, "web shop", nil)
	if enrollment == nil { // nothing was ordered
		log.Fatal(err)
	}
	var kept []byte
	if err != nil {
		if kept, err = json.Marshal(enrollment); err != nil { // with the key: to a file that nobody else can read
			log.Fatal(err)
		}
	}

	undo()
	var back ksef.Enrollment
	if err := json.Unmarshal(kept, &back); err != nil {
		log.Fatal(err)
	}
	if err := owner.Certificates.Resume(ctx, &back); err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Certificate.Leaf.Subject.CommonName)
	// Output:
	// Test Organisation
}

// Fewer requests than usual, to see what a program does then.
func ExampleLimits_SetRates() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	auth, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	rates := ksef.ProductionRates()
	rates[ksef.RateInvoiceMetadata] = ksef.RateLimit{PerSecond: 1, PerMinute: 2, PerHour: 2}
	if err := auth.Limits.SetRates(ctx, rates); err != nil {
		log.Fatal(err)
	}
	got, err := auth.Limits.Rates(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got[ksef.RateInvoiceMetadata], got[ksef.RateInvoiceSend])
	if err := auth.Limits.ResetRates(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {1 2 2} {10 30 180}
}

// Two invoices that are paid with one transfer.
func ExampleCollectiveIdentifiers_Create() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	auth, err := srv.Client(nil).Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	var together []ksef.CollectiveInvoice
	for _, number := range []string{"FV/1", "FV/2"} {
		doc := sample.Invoice{Seller: "5261040828", Buyer: "7010002137", Number: number, Issued: srv.Now()}.XML()
		sent, err := session.SendAndWait(ctx, doc, nil)
		if err != nil {
			log.Fatal(err)
		}
		together = append(together, ksef.CollectiveInvoice{
			KSeFNumber: sent.KSeFNumber,
			Payment:    &ksef.Payment{Amount: "123.00", Currency: "PLN"},
		})
	}

	_, err = auth.CollectiveIdentifiers.Create(ctx, together)
	fmt.Println("too early:", errors.Is(err, ksef.CodeNotCollectable))
	srv.Advance(10 * time.Minute)
	number, err := auth.CollectiveIdentifiers.Create(ctx, together)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(number.NIP(), len(number))
	// Output:
	// too early: true
	// 5261040828 35
}

// Whether invoices are to be issued offline today.
func ExampleLighthouse_Status() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	client := srv.Client(nil)
	if _, err := srv.Announce(sandbox.Outage{Category: ksef.CategoryFailure}); err != nil {
		log.Fatal(err)
	}

	status, err := client.Lighthouse.Status(ctx)
	if err != nil {
		log.Fatal(err)
	}
	switch {
	case status.State.Offline():
		fmt.Println("send later, with SendOptions.Offline:", status.Messages[0].Title)
	case status.State.Suspended():
		fmt.Println("issue outside KSeF")
	}
	// Output:
	// send later, with SendOptions.Offline: Awaria KSeF
}

// Asking before ordering.
func ExampleCertificates_Limits() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	auth, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := auth.Limits.SetSubject(ctx, ksef.KindNIP, ksef.SubjectLimits{Certificates: new(0)}); err != nil {
		log.Fatal(err)
	}

	limits, err := auth.Certificates.Limits(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(limits.CanRequest, limits.Certificate)
	_, err = auth.Certificates.Enroll(ctx, "one too many", nil)
	fmt.Println(errors.Is(err, ksef.CodeCertificateLimit))
	// Output:
	// false {0 0}
	// true
}
