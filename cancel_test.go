package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// Wherever the end of a context finds a call, both what the context says and the
// cause can be asked for.
func TestCancelCause(t *testing.T) {
	why := errors.New("shop closed")
	for name, step := range map[string]func(context.CancelCauseFunc) func(*http.Request) (*http.Response, error){
		"under way": func(cancel context.CancelCauseFunc) func(*http.Request) (*http.Response, error) {
			return func(r *http.Request) (*http.Response, error) {
				cancel(why)
				return nil, context.Cause(r.Context()) // as net/http has it
			}
		},
		"before a repetition": func(cancel context.CancelCauseFunc) func(*http.Request) (*http.Response, error) {
			return func(r *http.Request) (*http.Response, error) {
				time.AfterFunc(time.Millisecond, func() { cancel(why) })
				return reply(503, "", "")(r)
			}
		},
		"during a block": func(cancel context.CancelCauseFunc) func(*http.Request) (*http.Response, error) {
			return func(r *http.Request) (*http.Response, error) {
				time.AfterFunc(time.Millisecond, func() { cancel(why) })
				return reply(429, "", "", "Retry-After", "5")(r)
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			client, _ := scripted(t, nil, step(cancel))
			_, err := client.Authentication.Challenge(ctx)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, why) || errors.Is(err, ksef.ErrUnknown) || !strings.Contains(fmt.Sprint(err), "POST /auth/challenge") {
				t.Errorf("%s: %v", name, err)
			}
			if strings.Count(fmt.Sprint(err), why.Error()) != 1 {
				t.Errorf("%s: said more than once: %v", name, err)
			}
			if _, err := client.PublicKeys.Current(ctx, ksef.KSeFTokenEncryption); !errors.Is(err, context.Canceled) || !errors.Is(err, why) {
				t.Errorf("%s: afterwards: %v", name, err)
			}
		})
	}
}

// So they can after the pause before another attempt at a whole flow, along with
// what failed.
func TestCancelledBetweenAttempts(t *testing.T) {
	why := errors.New("shop closed")
	for _, step := range []string{"/auth/xades-signature", "/invoices"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			opened := openOnline(t, f)
			ctx, cancel := context.WithCancelCause(t.Context())
			next := sandbox.NewTransport(f.Server)
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "http://localhost/v2", HTTPClient: &http.Client{
				Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					if strings.HasSuffix(r.URL.Path, step) && r.Method == http.MethodPost {
						time.AfterFunc(time.Millisecond, func() { cancel(why) })
						return nil, io.ErrUnexpectedEOF
					}
					return next.RoundTrip(r)
				}),
			}})
			if err != nil {
				t.Fatal(err)
			}
			if step == "/invoices" {
				auth := client.Authentication.Resume(login(t, f, someNIP).Credentials())
				_, err = auth.ResumeOnlineSession(opened.State()).SendAndWait(ctx, invoice(f, "FV/1"), nil)
			} else {
				_, err = client.Authentication.WithXAdES(ctx, someNIP, seal(t, someNIP, nil), nil)
			}
			if !errors.Is(err, context.Canceled) || !errors.Is(err, why) || !errors.Is(err, ksef.ErrUnknown) || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: %v", step, err)
			}
		})
	}
}
