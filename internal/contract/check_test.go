package contract_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// challenge answers POST /v2/auth/challenge rightly and everything else wrongly.
func challenge(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Echo", string(body))
	_, _ = io.WriteString(w, `{"challenge":"20250514-CR-226FB7B000-3ACF9BE4C0-10",`)
	w.Header().Set("X-Late", "not sent")
	_, _ = io.WriteString(w, `"timestamp":"2025-05-14T10:00:00+00:00","timestampMs":1747216800000,"clientIp":"127.0.0.1"}`)
}

func TestCheck(t *testing.T) {
	var got []*contract.Exchange
	var seen contract.Coverage
	h := load(t).Check(http.HandlerFunc(challenge), "/v2/", func(x *contract.Exchange) {
		got = append(got, x)
		seen.Add(x)
	})
	serve := func(method, target, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
		return w
	}

	w := serve("POST", "/v2/auth/challenge", "")
	find(t, got[0].Violations, "")
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"challenge"`) || w.Header().Get("X-Late") != "" {
		t.Errorf("answer altered: %d %s %v", w.Code, w.Body, w.Header())
	}
	if x := got[0]; x.Operation.String() != "POST /auth/challenge" || x.Method != "POST" || x.Path != "/v2/auth/challenge" || x.Status != 200 {
		t.Errorf("exchange %+v", x)
	}

	w = serve("POST", "/v2/auth/challenge?x=1", "body")
	find(t, got[1].Violations, "query x unknown; request body  unwanted")
	if w.Header().Get("X-Echo") != "body" {
		t.Error("the handler did not get the body")
	}

	serve("GET", "/v2/rate-limits", "")
	find(t, got[2].Violations[:1], "request header Authorization required")
	if len(got[2].Violations) < 10 {
		t.Errorf("answer of another operation: %v", got[2].Violations)
	}

	serve("GET", "/v2/auth/challenge/x", "")
	find(t, got[3].Violations, "request  operation")
	if got[3].Operation != nil || got[3].Status != 200 {
		t.Errorf("exchange %+v", got[3])
	}

	for _, outside := range []string{"/storage/part", "/v2", "/v22/auth/challenge"} {
		if w := serve("POST", outside, ""); w.Code != 200 || len(got) != 4 {
			t.Errorf("%s: %d, %d reports", outside, w.Code, len(got))
		}
	}

	op := operation(t, "POST", "/auth/challenge")
	missing := seen.Missing(load(t))
	if slices.Contains(missing, op) || !slices.Contains(missing, operation(t, "POST", "/auth/ksef-token")) {
		t.Errorf("missing: %v", missing)
	}
	if n := seen.Times(op, 200); n != 2 {
		t.Errorf("%s was answered %d times", op, n)
	}
}

// Faults of the sandbox abort the handler: what was asked is still reported and
// nothing is answered.
func TestCheckAbort(t *testing.T) {
	var got *contract.Exchange
	h := load(t).Check(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		panic(http.ErrAbortHandler)
	}), "", func(x *contract.Exchange) { got = x })
	w := httptest.NewRecorder()
	defer func() {
		if recover() != http.ErrAbortHandler || w.Body.Len() != 0 {
			t.Error("the panic did not get through")
		}
		if got == nil || got.Status != 0 {
			t.Fatalf("reported %+v", got)
		}
		find(t, got.Violations, "query x unknown")
	}()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/auth/challenge?x=", nil))
}

// A body that breaks off must break off for the handler too.
func TestCheckBrokenBody(t *testing.T) {
	broken := errors.New("connection reset")
	h := load(t).Check(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if string(body) != "<a" || err != broken {
			t.Errorf("read %q, %v", body, err)
		}
		w.WriteHeader(http.StatusBadRequest)
	}), "", func(x *contract.Exchange) {
		find(t, x.Violations, "response body  required")
	})
	body := io.MultiReader(strings.NewReader("<a"), readerFunc(func([]byte) (int, error) { return 0, broken }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/auth/xades-signature", body))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
