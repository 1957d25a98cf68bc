package ksef_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

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
