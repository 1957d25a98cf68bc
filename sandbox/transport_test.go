package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func roundTrip(t *testing.T, h http.HandlerFunc, ctx context.Context, body io.Reader) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "POST", "http://example.com/v2/a%2Fb?x=1", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("A", "1")
	resp, err := NewTransport(h).RoundTrip(r)
	if r.Header.Get("A") != "1" || r.URL.Host != "example.com" {
		t.Error("the handler changed the caller's request")
	}
	return resp, err
}

// spy is a body that knows how it was treated.
type spy struct {
	io.Reader
	closed bool
}

func (s *spy) Close() error { s.closed = true; return nil }

func TestTransport(t *testing.T) {
	body := &spy{Reader: strings.NewReader("a long body")}
	resp, err := roundTrip(t, func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI != "/v2/a%2Fb?x=1" || r.Host != "example.com" || r.URL.Host != "" || r.URL.Path != "/v2/a/b" || r.RemoteAddr == "" {
			t.Errorf("arrived as %q at %q: %v from %q", r.RequestURI, r.Host, r.URL, r.RemoteAddr)
		}
		r.Header.Set("A", "2")
		w.Header().Set("B", "3")
		w.WriteHeader(202)
		w.WriteHeader(500)
		w.Header().Set("B", "4")
		io.WriteString(w, "done")
	}, t.Context(), body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 202 || resp.Status != "202 Accepted" || resp.Header.Get("B") != "3" || resp.ContentLength != 4 || read(t, resp.Body) != "done" {
		t.Errorf("%v", resp)
	}
	if n, _ := body.Read(make([]byte, 1)); n != 0 || !body.closed {
		t.Error("the body was not read to its end and closed")
	}
}

func TestTransportAnswersByItself(t *testing.T) {
	resp, err := roundTrip(t, func(http.ResponseWriter, *http.Request) {}, t.Context(), nil)
	if err != nil || resp.StatusCode != 200 || read(t, resp.Body) != "" {
		t.Errorf("%v, %v", resp, err)
	}
}

func TestTransportAborts(t *testing.T) {
	_, err := roundTrip(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "held back")
		panic(http.ErrAbortHandler)
	}, t.Context(), nil)
	if err != io.ErrUnexpectedEOF {
		t.Errorf("err = %v", err)
	}
	resp, err := roundTrip(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}, t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(resp.Body); string(b) != "half" || err != io.ErrUnexpectedEOF {
		t.Errorf("read %q, %v", b, err)
	}
	defer func() {
		if recover() != "bug" {
			t.Error("a panic that is a bug was hidden")
		}
	}()
	roundTrip(t, func(http.ResponseWriter, *http.Request) { panic("bug") }, t.Context(), nil)
}

func TestTransportContext(t *testing.T) {
	cause := errors.New("cause")
	for name, when := range map[string]func(cancel func()) http.HandlerFunc{
		"before": func(cancel func()) http.HandlerFunc {
			cancel()
			return func(http.ResponseWriter, *http.Request) { t.Error("served") }
		},
		"meanwhile": func(cancel func()) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				cancel()
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			}
		},
		"after the work": func(cancel func()) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { cancel() }
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			body := &spy{Reader: strings.NewReader("")}
			if _, err := roundTrip(t, when(func() { cancel(cause) }), ctx, body); err != cause {
				t.Errorf("err = %v", err)
			}
			if !body.closed {
				t.Error("the body was not closed")
			}
		})
	}
}

// The transport and the server start nothing that would have to end.
func TestNoGoroutines(t *testing.T) {
	h := newHarness(t, nil)
	before := runtime.NumGoroutine()
	client := &http.Client{Transport: h.Transport()}
	for range 10 {
		resp, err := client.Post("http://localhost/v2/auth/challenge", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Header.Get("Date") != "Sat, 14 Mar 2026 15:09:26 GMT" { // the server's clock
			t.Errorf("Date: %s", resp.Header.Get("Date"))
		}
		resp.Body.Close()
		if n := runtime.NumGoroutine(); n > before {
			t.Fatalf("%d goroutines, %d before", n, before)
		}
	}
}

func TestSynctest(t *testing.T) {
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		s := New(nil)
		s.Inject(Fault{Delay: time.Hour})
		client, start := &http.Client{Transport: s.Transport()}, time.Now()
		resp, err := client.Post("http://localhost/v2/auth/challenge", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if d := time.Since(start); d != time.Hour {
			t.Errorf("answered after %v", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, "POST", "http://localhost/v2/auth/challenge", nil)
		if _, err := client.Do(r); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v", err)
		}
		if d := time.Since(start); d != time.Hour+time.Minute {
			t.Errorf("gave up after %v", d)
		}
	})
	if d := time.Since(began); d > time.Hour/2 {
		t.Errorf("took %v of real time", d)
	}
}
