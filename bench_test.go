package ksef_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

// A complete login with a given certificate against the sandbox in the process,
// both sides included, without the pauses between polls. Its baseline is what
// cannot be spared: signing once and verifying once.
func BenchmarkWithXAdES(b *testing.B) {
	for name, opts := range map[string]*certs.TestOptions{"RSA2048": {}, "P256": {ECDSA: true}} {
		cert, err := certs.NewTestSeal(string(someNIP), opts)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/login", func(b *testing.B) {
			client := sandbox.New(nil).Client(&ksef.Options{Poll: &ksef.Backoff{}})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Authentication.WithXAdES(b.Context(), someNIP, cert, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/cryptography", func(b *testing.B) {
			digest := sha256.Sum256([]byte("what is signed"))
			for b.Loop() {
				signAndVerify(b, cert, digest[:])
			}
		})
	}
}

func signAndVerify(b *testing.B, cert tls.Certificate, digest []byte) {
	signature, err := cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}
	switch key := cert.Leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, signature)
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(key, digest, signature) {
			err = fmt.Errorf("does not verify")
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

// A thousand taxpayers log in through one client at once. Nothing is left
// running.
func TestManyTaxpayers(t *testing.T) {
	const taxpayers = 1000
	f := newFlow(t, nil, nil)
	before := runtime.NumGoroutine()
	clients := make([]*ksef.AuthenticatedClient, taxpayers)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			auth, err := f.client.Authentication.WithTestCertificate(t.Context(), ksef.GenerateNIP(nil), nil)
			if err == nil {
				err = use(t.Context(), auth)
			}
			if err != nil {
				t.Error(err)
			}
			clients[i] = auth
		})
	}
	wg.Wait()
	after := runtime.NumGoroutine()
	for range 100 { // those of wg have done their work, and some are still ending
		if after <= before {
			break
		}
		time.Sleep(20 * time.Millisecond)
		after = runtime.NumGoroutine()
	}
	if after > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines before, %d after:\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
	}
	tokens := map[string]bool{}
	for _, c := range clients {
		tokens[c.AccessToken().Token] = true
	}
	if len(tokens) != taxpayers {
		t.Errorf("%d different access tokens", len(tokens))
	}
}

// What one more taxpayer costs, tokens included.
func TestMemoryPerTaxpayer(t *testing.T) {
	const taxpayers, most = 4000, 8 << 10
	f := newFlow(t, nil, nil)
	creds := login(t, f, someNIP).Credentials()
	clients := make([]*ksef.AuthenticatedClient, taxpayers)
	before := heap()
	for i := range clients {
		own := creds
		own.Access.Token, own.Refresh.Token = strings.Clone(own.Access.Token), strings.Clone(own.Refresh.Token)
		clients[i] = f.client.Authentication.Resume(own)
	}
	each := (heap() - before) / taxpayers
	runtime.KeepAlive(clients)
	t.Logf("%d bytes each, of which %d are tokens", each, len(creds.Access.Token)+len(creds.Refresh.Token))
	if each > most {
		t.Errorf("%d bytes each, want at most %d", each, most)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
