package ksef_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// loginSteps are the operations of a login with a certificate and of one with a
// token, in their order, and whether each may be sent again.
var loginSteps = []struct {
	operation string
	once      bool
	token     bool // of a login with a token only
	xades     bool // of a login with a certificate only
}{
	{operation: "POST /auth/challenge"},
	{operation: "POST /auth/xades-signature", once: true, xades: true},
	{operation: "GET /security/public-key-certificates", token: true},
	{operation: "POST /auth/ksef-token", once: true, token: true},
	{operation: "GET /auth/{referenceNumber}"},
	{operation: "POST /auth/token/redeem", once: true},
}

// Every step of both logins meets every fault, once and for ever. What must not
// be done twice is not, and the caller learns which of the conditions it is.
func TestLoginFaults(t *testing.T) {
	const forever = 0
	faults := []struct {
		name  string
		fault sandbox.Fault
		// passes: a single one goes unnoticed; for what is sent once, only when
		// nothing was done (ended says how the login ends otherwise)
		repeatable, once bool
	}{
		{"lost answer", sandbox.Fault{Lose: true}, true, false},
		{"lost request", sandbox.Fault{Drop: true}, true, false},
		{"cut answer", sandbox.Fault{Truncate: 5}, true, false},
		{"429", sandbox.Fault{Status: 429, RetryAfter: 2 * time.Second}, true, true},
		{"502", sandbox.Fault{Status: 502}, true, false},
		{"503", sandbox.Fault{Status: 503}, true, false},
		{"500", sandbox.Fault{Status: 500}, false, false},
		{"page", sandbox.Fault{Body: "<html>maintenance</html>"}, false, false},
		{"cut JSON", sandbox.Fault{Body: `{"challenge":"20`, ContentType: "application/json"}, false, false},
		{"megabyte", sandbox.Fault{Status: 502, Body: strings.Repeat("x", 1<<20)}, true, false},
	}
	for _, step := range loginSteps {
		for _, c := range faults {
			for _, times := range []int{1, forever} {
				for _, withToken := range []bool{false, true} {
					if step.token && !withToken || step.xades && withToken {
						continue
					}
					name := fmt.Sprintf("%s/%s/times=%d/token=%v", step.operation, c.name, times, withToken)
					t.Run(name, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							f := newFlow(t, nil, nil)
							f.lenient = true
							proof := prepare(t, f, withToken)
							fault := c.fault
							fault.Route, fault.Times = step.operation, times
							defer f.Inject(fault)()
							// A limit that is never lifted is waited out until the context ends.
							ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
							defer cancel()
							auth, err := proof(ctx)

							redeem := step.operation == "POST /auth/token/redeem"
							passes := times == 1 && (c.repeatable && !step.once || c.once || step.once && !redeem)
							if passes != (err == nil) || (auth == nil) != (err != nil) {
								t.Errorf("passes %v: %v", passes, err)
							}
							if err != nil && c.fault.Status != 429 {
								if unknown := errors.Is(err, ksef.ErrUnknown); unknown != step.once {
									t.Errorf("outcome unknown %v: %v", unknown, err)
								}
							}
							if err != nil && c.fault.Status == 429 && !errors.Is(err, ksef.ErrRateLimited) {
								t.Error(err)
							}
							if n := done(f, "POST /auth/token/redeem"); n > 1 {
								t.Errorf("redeemed %d times", n)
							}
							if err != nil && len(err.Error()) > 1000 {
								t.Errorf("error of %d bytes", len(err.Error()))
							}
						})
					})
				}
			}
		}
	}
}

// prepare returns a login, with all that it needs made already.
func prepare(t *testing.T, f *flow, withToken bool) func(context.Context) (*ksef.AuthenticatedClient, error) {
	t.Helper()
	if !withToken {
		cert := seal(t, someNIP, nil)
		return func(ctx context.Context) (*ksef.AuthenticatedClient, error) {
			return f.client.Authentication.WithXAdES(ctx, someNIP, cert, nil)
		}
	}
	token, err := login(t, f, someNIP).Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
	if err != nil {
		t.Fatal(err)
	}
	f.requestsBefore = len(f.Requests())
	return func(ctx context.Context) (*ksef.AuthenticatedClient, error) {
		return f.client.Authentication.WithToken(ctx, someNIP, token.Token, nil)
	}
}

// done counts how often KSeF proper did an operation since the test began.
func done(f *flow, operation string) int {
	n := 0
	for _, r := range f.Requests()[f.requestsBefore:] {
		if r.Route == operation && r.Done && r.Status/100 == 2 {
			n++
		}
	}
	return n
}

// A context that ends at any step ends the login there, and nothing is left.
func TestLoginCancelled(t *testing.T) {
	for _, step := range loginSteps {
		t.Run(step.operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFlow(t, nil, nil)
				proof := prepare(t, f, step.token)
				f.Inject(sandbox.Fault{Route: step.operation, Delay: time.Hour})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				_, err := proof(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Second {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				if errors.Is(err, ksef.ErrUnknown) != step.once {
					t.Error(err)
				}
				pending, ok := errors.AsType[*ksef.PendingError](err)
				if waiting := step.operation == "GET /auth/{referenceNumber}"; ok != waiting || ok && pending.Reference == "" {
					t.Error(err)
				}
			})
		})
	}
}

// A whole flow at the chattiest level: no secret in logs, errors or formats.
func TestSecretsDoNotPrint(t *testing.T) {
	var log bytes.Buffer
	var mu sync.Mutex
	f := newFlow(t, nil, &ksef.Options{Logger: slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return log.Write(p)
	}), &slog.HandlerOptions{Level: slog.LevelDebug - 4}))})
	f.lenient = true
	auth := login(t, f, someNIP)
	token, err := auth.Tokens.Generate(t.Context(), "for a test", ksef.InvoiceRead)
	if err != nil {
		t.Fatal(err)
	}
	other, err := f.client.Authentication.WithToken(t.Context(), someNIP, token.Token, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := f.client.Authentication
	op, err := a.SubmitXAdES(t.Context(), signed(t, f, someNIP, seal(t, someNIP, nil), nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	online, err := auth.OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := online.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	batch, err := auth.SubmitBatch(t.Context(), batchOf(f, 1), &ksef.BatchOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	processed, err := batch.WaitClosed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Key     string
		Uploads []struct{ URL string }
	}
	var keys []string
	for _, state := range []any{online.State(), batch.State()} {
		b, err := json.Marshal(state)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &kept); err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(kept.Key)
		if err != nil || len(raw) != 32 {
			t.Fatalf("key %q: %v", kept.Key, err)
		}
		keys = append(keys, kept.Key, string(raw), fmt.Sprintf("%x", raw), strings.Trim(fmt.Sprint(raw), "[]"))
	}
	keys = append(keys, kept.Uploads[0].URL, sent.UPODownloadURL, processed.UPO.Pages[0].DownloadURL)
	secrets := []string{auth.AccessToken().Token, auth.RefreshToken().Token, other.AccessToken().Token, token.Token, op.Token.Token}
	for _, s := range secrets { // the part of a JWT that makes it one
		secrets = append(secrets, s[len(s)-20:])
	}

	secrets = append(secrets, keys...)

	logger := slog.New(slog.NewJSONHandler(&log, nil))
	type holder struct{ client *ksef.AuthenticatedClient }
	for _, v := range []any{auth, *auth, holder{auth}} {
		for _, verb := range []string{"%p", "%t"} { // the wrong ones, by which fmt shows all it finds
			fmt.Fprintf(&log, verb+"\n", v)
		}
	}
	for _, v := range []any{auth, *auth, holder{auth}, []holder{{auth}}, auth.AccessToken(), auth.Credentials(), new(auth.Credentials()), token, *token, op, *op,
		online, online.State(), batch, batch.State(), batch.Batch(), *batch.Batch(), sent, *sent, processed, *processed} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&log, verb+"\n", v)
		}
		logger.Info("value", "it", v)
	}
	for _, operation := range []string{"POST /auth/token/refresh", "GET /auth/sessions", "POST /auth/ksef-token", "POST /auth/token/redeem", "GET /tokens/{referenceNumber}"} {
		for _, fault := range []sandbox.Fault{{Drop: true}, {Lose: true}, {Status: 400}, {Status: 401}, {Status: 500}, {Body: "<html>"}} {
			fault.Route = operation
			remove := f.Inject(fault)
			_, refreshed := a.Refresh(t.Context(), auth.RefreshToken().Token)
			_, byToken := a.WithToken(t.Context(), someNIP, token.Token, nil)
			_, redeemed := a.Redeem(t.Context(), op)
			_, got := auth.Tokens.Get(t.Context(), token.ReferenceNumber)
			for _, err := range []error{refreshed, byToken, redeemed, got, use(t.Context(), auth)} {
				fmt.Fprintf(&log, "%v\n%+v\n%#v\n", err, err, err)
			}
			remove()
		}
	}
	for _, s := range secrets {
		if i := strings.Index(log.String(), s); i >= 0 {
			t.Errorf("a secret of %d characters stands in: …%s", len(s), log.String()[max(0, i-200):i])
		}
	}
	if strings.Count(log.String(), "POST") < 20 {
		t.Error("nothing was logged")
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }
