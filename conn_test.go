package ksef_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// script answers requests one after another, each with the next of its steps;
// the last step repeats.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	seen  []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	step := s.steps[min(len(s.seen), len(s.steps)-1)]
	s.seen = append(s.seen, r)
	return step(r)
}

func reply(status int, contentType, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {contentType}}
		for i := 0; i < len(header); i += 2 {
			h.Add(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func fail(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var okChallenge = reply(200, "application/json", `{"challenge":"20250514-CR-226FB7B000-3ACF9BE4C0-10","timestamp":"2025-05-14T12:23:56.0154302+00:00","timestampMs":1747225436015,"clientIp":"127.0.0.1","new":{"in":"3.0"}}`)

func scripted(t *testing.T, opts *ksef.Options, steps ...func(*http.Request) (*http.Response, error)) (*ksef.Client, *script) {
	t.Helper()
	var o ksef.Options
	if opts != nil {
		o = *opts
	}
	s := &script{steps: steps}
	o.HTTPClient = &http.Client{Transport: s}
	c, err := ksef.NewClient(ksef.Test, &o)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

func TestNewClient(t *testing.T) {
	for _, c := range []struct {
		env  ksef.Environment
		base string
		want string // part of the error; "" for none
	}{
		{ksef.Test, "", ""},
		{ksef.Demo, "", ""},
		{ksef.Production, "", ""},
		{ksef.Production, "https://proxy.example/v2/", ""},
		{ksef.Production, "http://127.0.0.1:8080/v2", ""},
		{ksef.Production, "http://[::1]:8080/v2", ""},
		{ksef.Production, "http://localhost/v2", ""},
		{ksef.Test, "http://ksef-sandbox:8080/v2", ""},
		{ksef.Production, "http://proxy.example/v2", "plain text"},
		{ksef.Production, "http://localhost.example/v2", "plain text"},
		{ksef.Production, "ftp://proxy.example", "want an http or https URL"},
		{ksef.Production, "https://user:secret@proxy.example", "want no user"},
		{ksef.Production, "proxy.example", "want an http or https URL"},
		{"", "", "unknown environment"},
		{"prod", "https://proxy.example", "unknown environment"},
	} {
		_, err := ksef.NewClient(c.env, &ksef.Options{BaseURL: c.base})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q %q: %v", c.env, c.base, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%q %q: error %v, want …%s…", c.env, c.base, err, c.want)
		}
	}
}

func TestRequestHeaders(t *testing.T) {
	client, s := scripted(t, &ksef.Options{UserAgent: "shop/1.0", Header: http.Header{"X-Ksef-Feature": {"a"}}}, okChallenge)
	ch, err := client.Authentication.Challenge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if ch.TimestampMS != ch.Timestamp.UnixMilli() {
		t.Errorf("time stamp %v is not %d ms", ch.Timestamp, ch.TimestampMS)
	}
	r := s.seen[0]
	if got := r.URL.String(); got != "https://api-test.ksef.mf.gov.pl/v2/auth/challenge" {
		t.Error(got)
	}
	for name, want := range map[string]string{"X-Error-Format": "problem-details", "X-Ksef-Feature": "a", "User-Agent": "shop/1.0 ksef-go", "Authorization": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// What each fault becomes, for a request that may be repeated and for one that
// must not be.
func TestFaults(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	refusedDial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	for _, c := range []struct {
		name          string
		step          func(*http.Request) (*http.Response, error)
		reads, writes int   // requests sent
		want, never   error // of the request that must not be repeated
	}{
		{"reset", fail(reset), 3, 1, ksef.ErrUnknown, nil},
		{"no connection", fail(refusedDial), 3, 3, refusedDial, ksef.ErrUnknown},
		{"502", reply(502, "text/html", "<h1>Bad gateway</h1>"), 3, 1, ksef.ErrUnknown, nil},
		{"503", reply(503, "", ""), 3, 1, ksef.ErrUnknown, nil},
		{"504", reply(504, "", ""), 3, 1, ksef.ErrUnknown, nil},
		{"500", reply(500, "application/json", "{}"), 1, 1, ksef.ErrUnknown, nil},
		{"400", reply(400, "application/problem+json", `{"errors":[{"code":21405}]}`), 1, 1, ksef.CodeInvalidInput, ksef.ErrUnknown},
		{"HTML", reply(200, "text/html; charset=utf-8", "<html>"), 1, 1, ksef.ErrUnknown, nil},
		{"truncated", reply(200, "application/json", `{"challenge":"2025`), 1, 1, ksef.ErrMalformed, nil},
		{"empty", reply(200, "application/json", ``), 1, 1, ksef.ErrMalformed, nil},
		{"redirect", reply(307, "", "", "Location", "https://elsewhere.example/"), 1, 1, nil, ksef.ErrUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := &ksef.Options{Retry: &ksef.Backoff{Attempts: 3, Min: time.Second}}
				client, s := scripted(t, opts, c.step)
				if _, err := client.Authentication.Challenge(t.Context()); err == nil || errors.Is(err, ksef.ErrUnknown) {
					t.Errorf("read: %v", err)
				}
				if len(s.seen) != c.reads {
					t.Errorf("read sent %d times, want %d", len(s.seen), c.reads)
				}
				client, s = scripted(t, opts, c.step)
				_, err := client.Authentication.SubmitXAdES(t.Context(), []byte("<x/>"), nil)
				if err == nil || c.want != nil && !errors.Is(err, c.want) || c.never != nil && errors.Is(err, c.never) {
					t.Errorf("write: %v; want %v", err, c.want)
				}
				if len(s.seen) != c.writes {
					t.Errorf("write sent %d times, want %d", len(s.seen), c.writes)
				}
				for _, r := range s.seen {
					if body, err := io.ReadAll(r.Body); string(body) != "<x/>" || err != nil || r.URL.Host != "api-test.ksef.mf.gov.pl" {
						t.Errorf("sent %q to %s", body, r.URL)
					}
				}
			})
		})
	}
}

// A fault that passes is not noticed.
func TestRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, s := scripted(t, nil, fail(io.ErrUnexpectedEOF), reply(503, "", ""), okChallenge)
		start := time.Now()
		if _, err := client.Authentication.Challenge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); len(s.seen) != 3 || d < time.Second || d > 2*time.Second {
			t.Errorf("%d requests in %v", len(s.seen), d)
		}
	})
}

var tooMany = `{"title":"Too Many Requests","status":429,"detail":"Przekroczono limit 20 żądań na minutę. Spróbuj ponownie po 30 sekundach.","traceId":"0123456789abcdef0123456789abcdef"}`

func TestRateLimit(t *testing.T) {
	slow := reply(429, "application/problem+json", tooMany, "Retry-After", "30")

	t.Run("waited out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client, s := scripted(t, nil, slow, slow, okChallenge)
			start := time.Now()
			if _, err := client.Authentication.Challenge(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d != time.Minute || len(s.seen) != 3 {
				t.Errorf("%d requests in %v, want 3 in a minute", len(s.seen), d)
			}
		})
	})
	t.Run("not counted as attempts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			gateway := reply(502, "", "")
			client, s := scripted(t, nil, slow, slow, slow, slow, gateway, slow, gateway, gateway, okChallenge)
			if _, err := client.Authentication.Challenge(t.Context()); err != nil || len(s.seen) != 9 {
				t.Errorf("%d requests: %v", len(s.seen), err)
			}
			client, s = scripted(t, nil, slow, slow, gateway)
			if _, err := client.Authentication.Challenge(t.Context()); err == nil || len(s.seen) != 6 {
				t.Errorf("%d requests: %v", len(s.seen), err)
			}
		})
	})
	t.Run("even for what is sent once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client, s := scripted(t, nil, slow, reply(202, "application/json", `{"referenceNumber":"r","authenticationToken":{"token":"t"}}`))
			if _, err := client.Authentication.SubmitXAdES(t.Context(), nil, nil); err != nil || len(s.seen) != 2 {
				t.Errorf("%d requests: %v", len(s.seen), err)
			}
		})
	})
	t.Run("beyond the deadline", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client, s := scripted(t, nil, slow)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			for range 3 { // the second and third are not sent
				_, err := client.Authentication.Challenge(ctx)
				e, ok := errors.AsType[*ksef.Error](err)
				if !ok || !errors.Is(err, ksef.ErrRateLimited) || e.RetryAfter != 30*time.Second || e.TraceID == "" {
					t.Fatalf("error %v", err)
				}
			}
			if d := time.Since(start); d != 0 || len(s.seen) != 1 {
				t.Errorf("%d requests in %v, want 1 at once", len(s.seen), d)
			}
			// All that is anonymous is counted together.
			if _, err := client.PublicKeys.Query(ctx); !errors.Is(err, ksef.ErrRateLimited) || len(s.seen) != 1 {
				t.Errorf("%d requests: %v", len(s.seen), err)
			}
		})
	})
	t.Run("forms of Retry-After", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			for header, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "Fri, 01 May 2026 10:00:30 GMT": 30 * time.Second} {
				client, _ := scripted(t, &ksef.Options{Retry: &ksef.Backoff{}},
					reply(429, "application/json", `{"status":{"code":429,"description":"Too Many Requests","details":["Powoli."]}}`,
						"Retry-After", header, "Date", "Fri, 01 May 2026 10:00:00 GMT"))
				_, err := client.Authentication.Challenge(t.Context())
				if e, ok := errors.AsType[*ksef.Error](err); !ok || e.RetryAfter != want || e.Detail != "Too Many Requests: Powoli." {
					t.Errorf("%q: %v", header, err)
				}
			}
		})
	})
}

func TestErrorFormats(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		want                    string
		match                   []error
	}{
		{"problem details", "application/problem+json",
			`{"title":"Bad Request","status":400,"detail":"Żądanie jest nieprawidłowe.","errors":[{"code":21111,"description":"Nieprawidłowe wyzwanie autoryzacyjne.","details":["a","b"]}],"traceId":"0123456789abcdef0123456789abcdef"}`,
			400, "ksef: POST /auth/challenge: 400 Bad Request: Nieprawidłowe wyzwanie autoryzacyjne (21111): a; b", []error{ksef.CodeInvalidChallenge}},
		{"legacy", "application/json",
			`{"exception":{"exceptionDetailList":[{"exceptionCode":21405,"exceptionDescription":"Błąd walidacji danych wejściowych.","details":["x"]},{"exceptionCode":21418,"exceptionDescription":"y"}],"serviceCode":"00-0123456789abcdef0123456789abcdef-0123456789abcdef-00","timestamp":"2026-05-01T10:00:00"}}`,
			400, "ksef: POST /auth/challenge: 400 Bad Request: Błąd walidacji danych wejściowych (21405): x: y (21418)", []error{ksef.CodeInvalidInput, ksef.CodeInvalidCursor}},
		{"forbidden", "application/problem+json",
			`{"title":"Forbidden","status":403,"detail":"Brak wymaganych uprawnień.","reasonCode":"missing-permissions","security":{"requiredAnyOfPermissions":["CredentialsManage"],"presentPermissions":["InvoiceRead"]},"traceId":"0123456789abcdef0123456789abcdef"}`,
			403, "ksef: POST /auth/challenge: 403 Forbidden: Brak wymaganych uprawnień. (missing-permissions; needs one of [CredentialsManage], has [InvoiceRead])", []error{ksef.ErrForbidden}},
		{"gone", "application/problem+json", `{"title":"Gone","status":410,"detail":"Operacja wygasła i nie jest już dostępna."}`,
			410, "ksef: POST /auth/challenge: 410 Gone: Operacja wygasła i nie jest już dostępna.", []error{ksef.ErrGone}},
		{"unauthorized", "application/problem+json", `{"title":"Unauthorized","status":401,"detail":"Wymagane jest uwierzytelnienie."}`,
			401, "ksef: POST /auth/challenge: 401 Unauthorized: Wymagane jest uwierzytelnienie.", []error{ksef.ErrUnauthorized}},
		{"members of other types", "application/problem+json", `{"status":400,"detail":17,"errors":[{"code":21405,"details":"none"}],"traceId":"0123"}`,
			400, "ksef: POST /auth/challenge: 400 Bad Request:  (21405)", []error{ksef.CodeInvalidInput}},
		{"a page", "text/html", "<html>", 404, "ksef: POST /auth/challenge: 404 Not Found: not what KSeF answers with; is the base URL right?", nil},
		{"nothing", "", "", 418, "ksef: POST /auth/challenge: 418 I'm a teapot", nil},
		{"null", "application/json", "null", 400, "ksef: POST /auth/challenge: 400 Bad Request", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := scripted(t, nil, reply(c.status, c.contentType, c.body))
			_, err := client.Authentication.Challenge(t.Context())
			e, ok := errors.AsType[*ksef.Error](err)
			if !ok || e.StatusCode != c.status || string(e.Body) != c.body {
				t.Fatalf("error %#v", err)
			}
			if err.Error() != c.want {
				t.Errorf("%q\nwant %q", err, c.want)
			}
			if strings.Contains(c.body, "0123456789abcdef0123456789abcdef") && e.TraceID != "0123456789abcdef0123456789abcdef" {
				t.Errorf("trace %q", e.TraceID)
			}
			for _, target := range c.match {
				if !errors.Is(err, target) {
					t.Errorf("not %v", target)
				}
			}
			if errors.Is(err, ksef.CodeExists) || errors.Is(err, ksef.ErrUnknown) {
				t.Error("matches what it is not")
			}
		})
	}
}

// A megabyte of error is not kept.
func TestErrorBodyBounded(t *testing.T) {
	client, _ := scripted(t, nil, reply(400, "text/html", strings.Repeat("x", 1<<20)))
	_, err := client.Authentication.Challenge(t.Context())
	if e, ok := errors.AsType[*ksef.Error](err); !ok || len(e.Body) != 64<<10 || len(e.Error()) > 100 {
		t.Errorf("error of %d bytes", len(err.Error()))
	}
}

func TestCancelledBeforeSending(t *testing.T) {
	client, s := scripted(t, nil, okChallenge)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("shop closed")
	cancel(why)
	_, err := client.Authentication.SubmitXAdES(ctx, nil, nil)
	if !errors.Is(err, why) || errors.Is(err, ksef.ErrUnknown) || len(s.seen) != 0 {
		t.Errorf("%d requests, error %v", len(s.seen), err)
	}
}

func TestCancelledWhileSending(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, s := scripted(t, nil, func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	_, err := client.Authentication.SubmitXAdES(ctx, nil, nil)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ksef.ErrUnknown) || len(s.seen) != 1 {
		t.Errorf("%d requests, error %v", len(s.seen), err)
	}
}

func TestSystemWarning(t *testing.T) {
	var got []ksef.Warning
	var log bytes.Buffer
	client, _ := scripted(t, &ksef.Options{
		Logger:  slog.New(slog.NewTextHandler(&log, nil)),
		Warning: func(_ context.Context, w ksef.Warning) { got = append(got, w) },
	}, reply(200, "application/json", "[]", "X-System-Warning", "[maintenance]: Przerwa o 16:00 | [x-1]: second", "X-System-Warning", "plain"))
	if _, err := client.PublicKeys.Query(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := "[{GET /security/public-key-certificates maintenance Przerwa o 16:00} {GET /security/public-key-certificates x-1 second} {GET /security/public-key-certificates  plain}]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v\nwant %s", got, want)
	}
	if strings.Count(log.String(), "level=WARN") != 3 {
		t.Error(log.String())
	}
}

func TestDo(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{"a":1}`))
	var out struct{ A int }
	if err := client.Do(t.Context(), "POST", "/new/operation?x=1", map[string]int{"b": 2}, &out); err != nil || out.A != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	var raw []byte
	if err := client.Do(t.Context(), "GET", "/new/operation", nil, &raw); err != nil || string(raw) != `{"a":1}` {
		t.Errorf("%s, %v", raw, err)
	}
	r := s.seen[0]
	body, _ := io.ReadAll(r.Body)
	if r.Method != "POST" || r.URL.String() != "https://api-test.ksef.mf.gov.pl/v2/new/operation?x=1" || string(body) != `{"b":2}` || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s %s", r.Method, r.URL, body)
	}
	if err := client.Do(t.Context(), "POST", "/x", make(chan int), nil); err == nil {
		t.Error("a channel was encoded")
	}
}

// A path cannot take the request, and the token on it, to another host, and an
// error does not show its query.
func TestDoStaysOnTheHost(t *testing.T) {
	for _, path := range []string{"@evil.example/x?secret=hush", ".evil.example/x?secret=hush", "", "/x\n?secret=hush"} {
		client, s := scripted(t, &ksef.Options{BaseURL: "https://api-test.ksef.mf.gov.pl"}, okChallenge)
		err := client.Do(t.Context(), "GET", path, nil, nil)
		if err == nil || len(s.seen) != 0 || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %d requests, %v", path, len(s.seen), err)
		}
	}
}
