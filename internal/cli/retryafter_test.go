package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/sandbox"
)

// Who waits because KSeF asked for it knows what for. It goes to standard error, once,
// and not to who wants quiet.
func TestAskedToWait(t *testing.T) {
	for _, test := range []struct {
		args string
		wait time.Duration
		want string
	}{
		{"", 5 * time.Minute, "ksef: KSeF allows no more requests for now and asks to wait 5m0s"},
		{"--lang pl", 5 * time.Minute, "ksef: KSeF chwilowo nie przyjmuje więcej żądań i każe czekać 5m0s"},
		{"--quiet", 5 * time.Minute, ""},
	} {
		server := sandbox.New(nil)
		server.Inject(sandbox.Fault{Route: "POST /invoices/query/metadata", Status: 429, RetryAfter: test.wait})
		e, stdout, stderr := world(t, []string{"KSEF_BASE_URL=http://localhost/v2", "KSEF_NIP=5261040828", "XDG_STATE_HOME=state", "XDG_CONFIG_HOME=config"},
			strings.Fields("invoice list --test-cert --json "+test.args)...)
		e.transport = server.Transport()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // which the client knows to be too short
		code := run(ctx, e)
		cancel()
		if code != exitRejected || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, wrote %q", test.args, code, stdout)
		}
		if n := strings.Count(stderr.String(), "5m0s"); !strings.Contains(stderr.String(), test.want) || test.want == "" && strings.Contains(stderr.String(), "asks to wait") {
			t.Errorf("%s: told %d times: %q", test.args, n, stderr)
		}
	}
}

// What is short is not worth a line, and what is refused together is one wait.
func TestPatience(t *testing.T) {
	e, _, stderr := world(t, nil)
	now := time.Now()
	e.now = func() time.Time { return now }
	p := &patience{app: &app{env: e}}
	tell := func(wait time.Duration, want bool) {
		t.Helper()
		stderr.Reset()
		if p.tell(wait); bytes.Contains(stderr.Bytes(), []byte("wait")) != want {
			t.Errorf("%v: said %q", wait, stderr)
		}
	}
	tell(2*time.Second, false)
	tell(time.Minute, true)
	tell(time.Minute, false)
	tell(59*time.Second, false)
	tell(5*time.Minute, true)
	now = now.Add(5 * time.Minute)
	tell(time.Minute, true)

	for text, want := range map[string]time.Duration{
		"300": 5 * time.Minute, now.Add(time.Hour).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"): time.Hour, "": 0, "soon": 0,
	} {
		if got := retryAfter(text, now.Truncate(time.Second)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
