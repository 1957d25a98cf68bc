package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
)

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
	// Output: Pieczęć kwalifikowana true
}

// A fault: the first answer gets lost after the work was done.
func ExampleServer_Inject() {
	srv := sandbox.New(nil)
	srv.Inject(sandbox.Fault{Route: "POST /auth/challenge", Times: 1, Lose: true})

	client := &http.Client{Transport: srv.Transport()}
	_, err := client.Post("http://localhost/v2/auth/challenge", "", nil)
	fmt.Println(err)

	resp, err := client.Post("http://localhost/v2/auth/challenge", "", nil)
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(resp.Status)

	for _, r := range srv.Requests() {
		fmt.Println(r.Route, r.Status, "lost:", r.Lost)
	}
	// Output:
	// Post "http://localhost/v2/auth/challenge": unexpected EOF
	// 200 OK
	// POST /auth/challenge 200 lost: true
	// POST /auth/challenge 200 lost: false
}

// A refresh token is good for a week, which need not be waited for.
func ExampleServer_Advance() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	auth, err := srv.Client(nil).Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	refresh := auth.RefreshToken().Token

	srv.Advance(8 * 24 * time.Hour)
	_, err = srv.Client(nil).Authentication.Refresh(ctx, refresh)
	fmt.Println(errors.Is(err, ksef.ErrUnauthorized))
	// Output: true
}

// For programs in other languages: a server like any other, whose controls are
// on a listener of their own.
func ExampleServer_Admin() {
	srv := sandbox.New(nil)
	api, controls := httptest.NewServer(srv), httptest.NewServer(srv.Admin())
	defer api.Close()
	defer controls.Close()

	fault := `{"route": "POST /auth/challenge", "times": 1, "status": 503}`
	if _, err := http.Post(controls.URL+"/faults", "application/json", strings.NewReader(fault)); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		resp, err := http.Post(api.URL+"/v2/auth/challenge", "", nil)
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode)
	}
	// Output:
	// 503
	// 200
}

// KSeF fails by itself, as it does once in a while.
func ExampleServer_OnInvoice() {
	ctx := context.Background()
	srv := sandbox.New(nil)
	srv.OnInvoice(func(sandbox.Invoice) ksef.Status {
		return ksef.Status{Code: 550, Description: "Operacja została anulowana przez system"}
	})
	auth, err := srv.Client(nil).Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	session, err := auth.OpenOnlineSession(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	invoice := sample.Invoice{Seller: "5261040828", Buyer: "9876543210", Number: "FV/1", Issued: time.Now()}.XML()
	_, err = session.SendAndWait(ctx, invoice, nil)
	fmt.Println(errors.Is(err, ksef.AbortedByKSeF))
	// Output: true
}
