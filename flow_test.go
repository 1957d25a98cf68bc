package ksef_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/contract"
	"github.com/ksef-go/ksef/sandbox"
)

// A flow is a client and a sandbox, with the ministry's contract between them:
// what either sends that the contract does not know fails the test.
type flow struct {
	*sandbox.Server
	client *ksef.Client

	lenient        bool // the test sends or injects what breaks the contract, on purpose
	requestsBefore int  // made by preparations
}

// testKeys spares each of many sandboxes the making of its keys.
var testKeys sandbox.Keys

func newFlow(t *testing.T, server *sandbox.Options, opts *ksef.Options) *flow {
	t.Helper()
	var so sandbox.Options
	if server != nil {
		so = *server
	}
	so.Keys = &testKeys
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := &flow{Server: sandbox.New(&so)}
	judge := c.Check(f.Server, "/v2", func(x *contract.Exchange) {
		for _, v := range x.Violations {
			injected := x.Status == 0 || x.Status >= 500
			if !injected && !f.lenient {
				t.Errorf("%s %s: %d: %v", x.Method, x.Path, x.Status, v)
			}
		}
	})
	var o ksef.Options
	if opts != nil {
		o = *opts
	}
	o.BaseURL, o.LighthouseURL = "http://localhost/v2", "http://localhost/latarnia"
	o.HTTPClient = &http.Client{Transport: sandbox.NewTransport(judge)}
	if o.Poll == nil {
		o.Poll = &ksef.Backoff{Min: time.Millisecond, Factor: 1}
	}
	if o.Retry == nil {
		o.Retry = &ksef.Backoff{Attempts: 3, Min: time.Millisecond, Factor: 1}
	}
	if f.client, err = ksef.NewClient(ksef.Test, &o); err != nil {
		t.Fatal(err)
	}
	return f
}

// asked counts the requests of an operation.
func (f *flow) asked(operation string) int {
	n := 0
	for _, r := range f.Requests() {
		if r.Route == operation {
			n++
		}
	}
	return n
}
