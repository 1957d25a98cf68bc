package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/contract"
)

func TestUnknownRoutes(t *testing.T) {
	s := New(nil)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v2/nothing", 404, ""}, {"GET", "/", 404, ""}, {"GET", "/v2", 404, ""}, {"GET", "/v2/auth", 404, ""},
		{"POST", "/auth/challenge", 404, ""}, {"POST", "/v2//auth/challenge", 404, ""}, {"POST", "/v2/auth/challenge/", 404, ""},
		{"GET", "/v2/auth/", 404, ""}, {"POST", "/v2/auth/../auth/challenge", 404, ""},
		{"GET", "/v2/auth/challenge/more", 404, ""}, {"PUT", "/v2/tokens", 405, "GET, POST"}, {"HEAD", "/v2/tokens", 405, "GET, POST"},
		{"DELETE", "/v2/auth/challenge", 405, "POST"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(tt.method, "http://localhost/", nil)
		r.URL.Path, r.URL.RawPath = tt.path, tt.path
		s.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Allow") != tt.allow || w.Body.Len() > 0 {
			t.Errorf("%s %s: %d %v %q", tt.method, tt.path, w.Code, w.Header(), w.Body)
		}
	}
}

// Every operation of the contract has its route, and no other is there.
// KSEF_CONTRACT names a file with a newer contract (internal/gen/contract -diff).
func TestRoutesAreTheContract(t *testing.T) {
	c, err := contract.LoadFile(os.Getenv("KSEF_CONTRACT"))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, rt := range routes() {
		have = append(have, rt.operation)
	}
	for _, op := range c.Operations() {
		i := slices.Index(have, op.String())
		if i < 0 {
			t.Errorf("sandbox: %s: no route", op)
			continue
		}
		have = slices.Delete(have, i, i+1)
		// The request finds its own way, with the names of its values.
		path, names := prefix+op.Path, 0
		for strings.Contains(path, "{") {
			begin, end := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:begin] + "x" + path[end+1:]
			names++
		}
		r := httptest.NewRequest(op.Method, "http://localhost"+path, nil)
		rt, values := operations().find(op.Method, r.URL)
		if rt.operation != op.String() || len(values) != names {
			t.Errorf("%s %s leads to %q with %v", op.Method, path, rt.operation, values)
		}
		for name := range values {
			if !strings.Contains(op.Path, "{"+name+"}") {
				t.Errorf("%s has no value %s", op, name)
			}
		}
	}
	for _, operation := range have {
		t.Errorf("sandbox: %s is no operation of the API", operation)
	}
}

// Two of KSeF's paths match some requests both; the literal segment wins.
func TestPathsThatOverlap(t *testing.T) {
	for path, want := range map[string]string{
		"/collective-identifiers/ksef/invoices":     "GET /collective-identifiers/ksef/{ksefNumber}",
		"/collective-identifiers/other/invoices":    "GET /collective-identifiers/{collectiveIdentifierNumber}/invoices",
		"/collective-identifiers/ksef/1/invoices":   "",
		"/collective-identifiers/invoices/invoices": "GET /collective-identifiers/{collectiveIdentifierNumber}/invoices",
	} {
		if rt, _ := operations().find("GET", &url.URL{Path: prefix + path}); rt.operation != want {
			t.Errorf("%s is %q, want %q", path, rt.operation, want)
		}
	}
}

// Both envelopes of a refusal.
func TestEnvelopes(t *testing.T) {
	h := newHarness(t, nil).sloppy()
	r := h.send("POST", "/testdata/person/remove", json.RawMessage(`{}`)).want(400).
		is("exception.exceptionDetailList.0.exceptionCode", 21405).
		is("exception.exceptionDetailList.0.exceptionDescription", "Błąd walidacji danych wejściowych.").
		is("exception.exceptionDetailList.0.details", "['nip' must not be empty.]").is("exception.exceptionDetailList.1", nil).
		is("exception.serviceCtx", "srvSANDBOX").is("exception.serviceName", "Undefined").is("exception.timestamp", "2026-03-14T15:09:26.5358979")
	if code := r.text("exception.serviceCode"); len(code) != 55 || !strings.HasPrefix(code, "00-") || !strings.HasSuffix(code, "-00") {
		t.Errorf("serviceCode %q", code)
	}
	if got := r.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	modern := h.with("X-Error-Format: problem-details")
	r = modern.send("POST", "/testdata/person/remove", json.RawMessage(`{}`)).want(400).
		is("title", "Bad Request").is("status", 400).is("instance", "/v2/testdata/person/remove").is("detail", "Żądanie jest nieprawidłowe.").
		is("errors.0.code", 21405).is("errors.0.description", "Błąd walidacji danych wejściowych.").is("errors.0.details", "['nip' must not be empty.]").
		is("timestamp", "2026-03-14T15:09:26.5358979+00:00")
	if got := r.header.Get("Content-Type"); got != "application/problem+json; charset=utf-8" || len(r.text("traceId")) != 32 {
		t.Errorf("Content-Type %q, traceId %q", got, r.text("traceId"))
	}
	// These are problem details in any case.
	for _, h := range []*harness{h, modern} {
		h.send("GET", "/auth/sessions", nil).want(401).is("title", "Unauthorized")
	}
	h.Inject(Fault{Route: "GET /peppol/query", Status: 429, RetryAfter: 30 * time.Second})
	r = h.send("GET", "/peppol/query", nil).want(429).is("status.code", 429).is("status.description", "Too Many Requests").
		is("status.details.0", "Przekroczono limit 60 żądań na sekundę. Spróbuj ponownie po 30 sekundach.")
	modern.send("GET", "/peppol/query", nil).want(429).is("title", "Too Many Requests").
		is("detail", "Przekroczono limit 60 żądań na sekundę. Spróbuj ponownie po 30 sekundach.")
	if got := r.header.Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestSystemWarning(t *testing.T) {
	h := newHarness(t, nil)
	const warning = "[W1]: First | [W2]: Second"
	r := h.with("X-Test-System-Warning: "+warning).send("POST", "/auth/challenge", nil).want(200)
	if got := r.header.Get("X-System-Warning"); got != warning {
		t.Errorf("X-System-Warning %q", got)
	}
	r = h.sloppy().with("X-Test-System-Warning: "+warning).send("GET", "/auth/sessions", nil).want(401)
	if got := r.header.Values("X-System-Warning"); len(got) > 0 {
		t.Errorf("X-System-Warning %q with a refusal", got)
	}
}

// No secret gets into the log of requests, nor into that of the server.
func TestNoSecretsInLogs(t *testing.T) {
	var logged bytes.Buffer
	h := newHarness(t, &Options{Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	l := h.login(nipA, sealFor(t, nipA))
	_, token := l.generate("InvoiceRead")
	body := h.tokenBody(token)
	h.send("POST", "/auth/ksef-token", body).operation(h).redeemed()
	h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200)
	all := logged.String() + fmt.Sprintf("%+v", h.Requests())
	admin := httptest.NewRecorder()
	h.Admin().ServeHTTP(admin, httptest.NewRequest("GET", "/requests", nil))
	all += admin.Body.String()
	for _, secret := range []string{l.access, l.refresh, token, token[len(token)-64:], body["encryptedToken"].(string), "eyJ"} {
		if strings.Contains(all, secret) {
			t.Errorf("logged: %s", secret)
		}
	}
	if !strings.Contains(all, "/v2/auth/token/redeem") {
		t.Errorf("nothing was logged: %s", all)
	}
}

func TestRequestLog(t *testing.T) {
	h := newHarness(t, nil)
	h.send("POST", "/auth/challenge", nil)
	h.Advance(time.Second)
	h.sloppy().send("GET", "/auth/sessions?pageSize=10", nil)
	h.sloppy().send("GET", "/nothing", nil)
	at := h.opts.Now()
	want := []Request{
		{at, "POST", "/v2/auth/challenge", "POST /auth/challenge", 200, true, false},
		{at.Add(time.Second), "GET", "/v2/auth/sessions", "GET /auth/sessions", 401, true, false},
		{at.Add(time.Second), "GET", "/v2/nothing", "", 404, true, false},
	}
	if got := h.Requests(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	var l requestLog
	for i := range keptRequests + 3 {
		l.add(Request{Status: i})
	}
	if all := l.all(); len(all) != keptRequests || all[0].Status != 3 || all[len(all)-1].Status != keptRequests+2 {
		t.Errorf("%d requests from %d to %d", len(all), all[0].Status, all[len(all)-1].Status)
	}
}

// One session, used by many at once: for the race detector, and redeemed once.
func TestConcurrentUse(t *testing.T) {
	h := newHarness(t, nil)
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	op.outcome(200)
	other := h.login(nipA, sealFor(t, nipA))
	var redeemed atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if op.send("POST", "/auth/token/redeem", nil).status == 200 {
				redeemed.Add(1)
			}
		})
		for _, path := range []string{"/auth/sessions", "/tokens"} {
			wg.Go(func() { other.send("GET", path, nil) })
		}
		wg.Go(func() { op.send("GET", "/auth/"+op.reference, nil) })
		wg.Go(func() { h.bearer(other.refresh).send("POST", "/auth/token/refresh", nil) })
		wg.Go(func() {
			other.send("POST", "/tokens", map[string]any{"permissions": []string{"InvoiceRead"}, "description": "A token"})
		})
		wg.Go(func() { h.send("POST", "/testdata/person/remove", map[string]any{"nip": nipB}) })
	}
	wg.Wait()
	if n := redeemed.Load(); n != 1 {
		t.Errorf("redeemed %d times", n)
	}
}

// conversation is what a server answers to a few requests, save for what keys are in.
func conversation(t *testing.T, seed uint64) string {
	h := newHarness(t, &Options{Seed: seed})
	l := h.login(nipA, sealFor(t, nipA))
	_, token := l.generate("InvoiceRead")
	refused := h.sloppy().with("X-Error-Format: problem-details").send("GET", "/auth/sessions", nil)
	return strings.Join([]string{l.access, l.refresh, token, string(refused.body), string(l.send("GET", "/auth/sessions", nil).body)}, "\n")
}

func TestSeed(t *testing.T) {
	first := conversation(t, 1)
	if second := conversation(t, 1); first != second {
		t.Errorf("equal seeds:\n%s\n%s", first, second)
	}
	if second := conversation(t, 2); first == second {
		t.Error("the seed does not matter")
	}
}

func TestReset(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	_, token := l.generate("InvoiceRead")
	h.makePerson(false, true)
	h.Advance(time.Hour)
	key, _ := h.publicKey(tokenEncryption)
	h.Inject(Fault{Status: 500})
	h.Reset()
	if len(h.Requests()) > 0 || !h.Now().Equal(h.opts.Now()) {
		t.Errorf("%d requests, time %v", len(h.Requests()), h.Now())
	}
	if again, _ := h.publicKey(tokenEncryption); !again.Equal(key) {
		t.Error("the keys changed")
	}
	l.send("GET", "/auth/sessions", nil).want(401)
	h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).outcome(450, "Nieprawidłowy token")
	if again := h.login(nipA, sealFor(t, nipA)); again.reference == l.reference {
		t.Error("numbers repeat")
	}
}

func TestBodies(t *testing.T) {
	h := newHarness(t, nil).sloppy()
	send := func(contentType, body string) *reply {
		h := h.with("Content-Type: " + contentType)
		return h.send("POST", "/testdata/person/remove", json.RawMessage(body))
	}
	send("application/json", `{"NIP":"5261040828","Unknown":[1]}`).want(200) // names have no case, unknown ones are ignored
	send("application/json; charset=utf-8", `{"nip":"5261040828"}`).want(200)
	send("application/json", `{"nip":null}`).refused(21405, "'nip' must not be empty.")
	send("text/plain", `{"nip":"5261040828"}`).want(415)
	send("", `{"nip":"5261040828"}`).want(415)
	for _, body := range []string{"", "{", "nonsense", `{"nip":5261040828}`, `["nip"]`, `{"nip":"5261040828"}{}`, "{\"nip\":\"\xff\"}"} {
		send("application/json", body).refused(21001)
	}
	send("application/json", `{"nip":"`+strings.Repeat("1", maxBody)+`"}`).want(413)
}

func FuzzBinding(f *testing.F) {
	s := New(nil)
	for _, body := range []string{`{"nip":"5261040828","pesel":"88102341294","isBailiff":true,"description":"A person","createdDate":"2026-01-01T00:00:00Z"}`,
		`{"subjectNip":"5261040828","subjectType":"jst","description":"A town","subunits":[{"subjectNip":"7762811692","description":"A school"}]}`,
		`{"type":"Nip","value":"5261040828"}`, `{"contextIdentifier":{"type":"Nip","value":"1"},"authorizedIdentifier":null,"permissions":[null]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"person", "person/remove", "subject", "subject/remove", "permissions", "permissions/revoke", "context/block"} {
			r := httptest.NewRequest("POST", "http://localhost/v2/testdata/"+path, bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	})
}
