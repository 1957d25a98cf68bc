package conformance

import (
	"context"
	"flag"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/contract"
	"github.com/ksef-go/ksef/sandbox"
)

// Every scenario goes against the sandbox as it should, every request and answer
// is as the contract has it, and every operation of the contract succeeds in one.
func TestSandbox(t *testing.T) {
	theContract, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	var coverage contract.Coverage
	var running testing.TB = t
	server := sandbox.New(&sandbox.Options{StorageLag: -1})
	judge := theContract.Check(server, "/v2", func(x *contract.Exchange) {
		coverage.Add(x)
		for _, v := range x.Violations {
			running.Errorf("%s %s: %d: %v", x.Method, x.Path, x.Status, v)
		}
	})
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL:       "http://localhost/v2",
		LighthouseURL: "http://localhost/latarnia",
		HTTPClient:    &http.Client{Transport: sandbox.NewTransport(judge)},
		Poll:          &ksef.Backoff{},
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			ran++
			running = t
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			s.Do(ctx, &World{T: t, Client: client, Pause: time.Millisecond})
		})
	}
	if t.Failed() || ran < len(Scenarios()) { // -run may choose some
		return
	}
	for _, op := range coverage.Missing(theContract) {
		t.Errorf("no scenario has %s succeed", op)
	}
}

var live = flag.Bool("live", false, "run the scenarios against the ministry's test environment, which remembers them")

// What the sandbox does is what the ministry does. Everybody in a scenario is
// made up, so no credentials are needed: the test environment takes self-signed
// certificates.
func TestLive(t *testing.T) {
	if !*live {
		t.Skip("runs with -live only")
	}
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: os.Getenv("KSEF_LIVE_URL"), LighthouseURL: os.Getenv("KSEF_LIVE_LIGHTHOUSE_URL")})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Scenarios() {
		if s.Former {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			s.Do(ctx, &World{T: t, Client: client, Pause: 5 * time.Second})
		})
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scenarios() {
		if s.Name == "" || seen[s.Name] {
			t.Errorf("%q names two scenarios or none", s.Name)
		}
		seen[s.Name] = true
	}
}
