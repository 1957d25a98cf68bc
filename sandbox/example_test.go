package sandbox_test

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
