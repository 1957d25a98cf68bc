package ksef_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// Many logins meet the withdrawal of a key, and learn of it one after another:
// the keys are read again once.
func TestKeyRotationOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, nil, nil)
		token, err := login(t, f, someNIP).Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
		if err != nil {
			t.Fatal(err)
		}
		var submitted atomic.Int64
		next := sandbox.NewTransport(f.Server)
		client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "http://localhost/v2", HTTPClient: &http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/ksef-token") {
					time.Sleep(time.Duration(submitted.Add(1)) * time.Second)
				}
				return next.RoundTrip(r)
			}),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.PublicKeys.Current(t.Context(), ksef.KSeFTokenEncryption); err != nil {
			t.Fatal(err)
		}
		if err := f.RotateKeys(0); err != nil {
			t.Fatal(err)
		}
		before := f.asked("GET /security/public-key-certificates")
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if _, err := client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := f.asked("GET /security/public-key-certificates") - before; n != 1 {
			t.Errorf("keys fetched %d times", n)
		}
	})
}

// Who gets a key may do with it what he likes.
func TestCurrentKeyIsTheCallers(t *testing.T) {
	f := newFlow(t, nil, nil)
	keys := f.client.PublicKeys
	k, err := keys.Current(t.Context(), ksef.SymmetricKeyEncryption)
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Clone(k.Certificate)
	clear(k.Certificate)
	k.PublicKeyID = "another"
	again, err := keys.Current(t.Context(), ksef.SymmetricKeyEncryption)
	if err != nil || !bytes.Equal(again.Certificate, want) || again.PublicKeyID == "another" {
		t.Errorf("%+v, %v", again, err)
	}
}

// While KSeF does not give its keys, those that are valid are used, and it is not
// asked with every use.
func TestKeysCannotBeFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, nil, nil)
		keys := f.client.PublicKeys
		if _, err := keys.Current(t.Context(), ksef.SymmetricKeyEncryption); err != nil {
			t.Fatal(err)
		}
		time.Sleep(25 * time.Hour)
		remove := f.Inject(sandbox.Fault{Route: "GET /security/public-key-certificates", Status: 500})
		for range 20 {
			if _, err := keys.Current(t.Context(), ksef.SymmetricKeyEncryption); err != nil {
				t.Fatal(err)
			}
		}
		if n := f.asked("GET /security/public-key-certificates"); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
		remove()
		time.Sleep(2 * time.Minute)
		if _, err := keys.Current(t.Context(), ksef.SymmetricKeyEncryption); err != nil || f.asked("GET /security/public-key-certificates") != 3 {
			t.Errorf("asked %d times: %v", f.asked("GET /security/public-key-certificates"), err)
		}
	})
}
