// Package conformance names what this project relies on KSeF to do. Each
// behaviour is a scenario: with a name, and runnable against the sandbox, which
// happens in every test, and against the ministry's test environment, which
// happens when asked:
//
//	go test ./internal/conformance
//	go test ./internal/conformance -live
//
// When both pass, the sandbox and the ministry agree on them. All of them
// together exercise every operation of the contract.
package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/sample"
)

// A Scenario is a behaviour of KSeF: what Do does goes as it does there, or
// fails the world.
type Scenario struct {
	Name string
	Do   func(context.Context, *World)

	// Former marks what newer releases of KSeF have no more.
	Former bool
}

// Scenarios are all of them, in the order in which a reader meets KSeF.
func Scenarios() []Scenario {
	return slices.Concat(authentication(), sending(), receiving(), permissions(), certificates(), limits(), collective(), testData(), lighthouse())
}

// T hears of failures. It is what scenarios need of testing.T.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A World is a KSeF in which scenarios run. Nothing is known of what it holds,
// so everybody in a scenario is made up in it.
type World struct {
	T
	Client *ksef.Client

	// Pause lies between looks at what KSeF takes its time to show.
	Pause time.Duration
}

// owner logs in as the owner of a new taxpayer's context.
func (w *World) owner(ctx context.Context) (*ksef.AuthenticatedClient, ksef.NIP) {
	w.Helper()
	nip := ksef.GenerateNIP(nil)
	auth, err := w.Client.Authentication.WithTestCertificate(ctx, nip, nil)
	w.ok(err)
	return auth, nip
}

// person makes up somebody with a certificate.
func (w *World) person() (ksef.PESEL, tls.Certificate) {
	w.Helper()
	pesel, err := ksef.GeneratePESEL(nil, time.Time{})
	w.ok(err)
	cert, err := certs.NewTestPerson(string(pesel), &certs.TestOptions{ECDSA: true})
	w.ok(err)
	return pesel, cert
}

// enter logs in with a certificate.
func (w *World) enter(ctx context.Context, in ksef.ContextID, cert tls.Certificate, opts *ksef.AuthOptions) *ksef.AuthenticatedClient {
	w.Helper()
	auth, err := w.Client.Authentication.WithXAdES(ctx, in, cert, opts)
	w.ok(err)
	return auth
}

// barred demands that a certificate opens no context.
func (w *World) barred(ctx context.Context, in ksef.ContextID, cert tls.Certificate) {
	w.Helper()
	_, err := w.Client.Authentication.WithXAdES(ctx, in, cert, nil)
	w.failed(err, 415)
}

// invoice is a document of a seller, issued today, for a buyer.
func invoice(seller, buyer ksef.NIP, number string) []byte {
	return sample.Invoice{Seller: string(seller), Buyer: string(buyer), Number: number, Issued: time.Now()}.XML()
}

// ok demands success.
func (w *World) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v", err)
	}
}

// refused demands a refusal with a code.
func (w *World) refused(err error, code ksef.Code) {
	w.Helper()
	if !errors.Is(err, code) {
		w.Fatalf("%v, want a refusal with code %d", err, code)
	}
}

// forbidden demands a refusal for want of permissions.
func (w *World) forbidden(err error) {
	w.Helper()
	if !errors.Is(err, ksef.ErrForbidden) {
		w.Fatalf("%v, want a refusal for want of permissions", err)
	}
}

// failed demands that what was accepted ended with a status.
func (w *World) failed(err error, status int) {
	w.Helper()
	if e, ok := errors.AsType[*ksef.FailedError](err); !ok || e.Status.Code != status {
		w.Fatalf("%v, want status %d", err, status)
	}
}

// equal demands a value.
func equal[V comparable](w *World, what string, got, want V) {
	w.Helper()
	if got != want {
		w.Fatalf("%s: %v, want %v", what, got, want)
	}
}

// eventually looks until there is what is looked for, and fails when KSeF
// refuses to tell or the context ends.
func (w *World) eventually(ctx context.Context, what string, look func() (bool, error)) {
	w.Helper()
	for {
		there, err := look()
		w.ok(err)
		if there {
			return
		}
		select {
		case <-ctx.Done():
			w.Fatalf("%s: still not so: %v", what, ctx.Err())
		case <-time.After(w.Pause):
		}
	}
}

// listed waits until a list has so many items, and returns them.
func listed[V any](ctx context.Context, w *World, what string, n int, list iter.Seq2[V, error]) (items []V) {
	w.Helper()
	w.eventually(ctx, fmt.Sprintf("%d %s", n, what), func() (bool, error) {
		items = nil
		for item, err := range list {
			if err != nil {
				return false, err
			}
			items = append(items, item)
		}
		return len(items) == n, nil
	})
	return items
}
