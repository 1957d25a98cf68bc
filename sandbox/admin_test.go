package sandbox

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

func admin(t *testing.T, s *Server, method, path, body string) *reply {
	t.Helper()
	w := httptest.NewRecorder()
	s.Admin().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return &reply{t, w.Code, w.Header(), w.Body.Bytes()}
}

func TestAdmin(t *testing.T) {
	h := newHarness(t, nil)
	h.login(nipA, sealFor(t, nipA))
	admin(t, h.Server, "GET", "/state", "").want(200).is("sessions", 1).is("challenges", 1).is("tokens", 0).is("faults", 0).is("requests", 5).
		is("now", "2026-03-14T15:09:26.5358979Z")
	admin(t, h.Server, "POST", "/advance", `{"by":"1h30m"}`).want(200).is("now", "2026-03-14T16:39:26.5358979Z")
	admin(t, h.Server, "GET", "/requests", "").want(200).is("0.route", "POST /auth/challenge").is("0.status", 200).is("0.done", true).is("0.lost", false).
		is("0.time", "2026-03-14T15:09:26.5358979Z").is("2.path", h.Requests()[2].Path)

	admin(t, h.Server, "POST", "/faults", `{"route":"POST /auth/challenge","skip":1,"times":1,"status":429,"retryAfter":"30s"}`).want(200).is("faults", 1)
	h.send("POST", "/auth/challenge", nil).want(200)
	if r := h.send("POST", "/auth/challenge", nil).want(429); r.header.Get("Retry-After") != "30" {
		t.Errorf("%v", r.header)
	}
	admin(t, h.Server, "POST", "/faults", `{"status":503,"body":"<html>","contentType":"text/plain"}`).want(200)
	if r := h.sloppy().send("GET", "/nothing", nil).want(503); r.header.Get("Content-Type") != "text/plain" {
		t.Errorf("%v", r.header)
	}
	admin(t, h.Server, "DELETE", "/faults", "").want(200).is("faults", 0)

	admin(t, h.Server, "POST", "/grants", `{"context":{"type":"Nip","value":"`+nipB+`"},"to":{"type":"Nip","value":"`+nipA+`"},"permissions":["InvoiceRead"]}`).want(200)
	h.login(nipB, sealFor(t, nipA))
	_, before := h.publicKey(tokenEncryption)
	admin(t, h.Server, "POST", "/keys/rotate", `{"overlap":"0s"}`).want(200)
	if _, after := h.publicKey(tokenEncryption); before == after {
		t.Error("the key is the same")
	}
	admin(t, h.Server, "POST", "/reset", "").want(200).is("sessions", 0).is("requests", 0)
}

// What a test in Go decides by a function, one in another language does by a
// ruling.
func TestAdminRulings(t *testing.T) {
	const with = `,"times":1,"status":{"code":550,"description":"Operacja została anulowana przez system","details":["później"]}}`
	h := newHarness(t, nil)
	admin(t, h.Server, "POST", "/rulings", `{"on":"authentication"`+with).want(200)
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	op.send("GET", "/auth/"+op.reference, nil)
	op.send("GET", "/auth/"+op.reference, nil).want(200).is("status.code", 550).is("status.details.0", "później")

	l := h.login(nipA, sealFor(t, nipA)) // the next is left alone
	admin(t, h.Server, "POST", "/rulings", `{"on":"permission"`+with).want(200)
	body := toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead")
	l.ends(l.ask("POST", "persons/grants", body), 550, "Operacja została anulowana przez system")
	l.grants("persons", body)

	admin(t, h.Server, "POST", "/rulings", `{"on":"enrollment"`+with).want(200)
	reference := l.request("To be refused", "Offline", newECKey(t))
	l.enrollment(reference)
	l.enrollment(reference).is("status.code", 550)
	l.enroll("Left alone", "Offline", newECKey(t))

	admin(t, h.Server, "POST", "/rulings", `{"on":"invoice","status":{"code":500}}`).want(200)
	for range 2 { // all of them
		if got := h.rulings.invoice.of(Invoice{}); got.Code != 500 {
			t.Errorf("ruled %+v", got)
		}
	}
	admin(t, h.Server, "DELETE", "/rulings", "").want(200)
	if got := h.rulings.invoice.of(Invoice{}); got.Code != 0 {
		t.Errorf("after all were taken away: %+v", got)
	}
}

func TestAdminRefuses(t *testing.T) {
	s := New(nil)
	for _, tt := range []struct{ path, body, want string }{
		{"/advance", ``, "EOF"}, {"/advance", `{"by":"soon"}`, `"soon" is not a duration`}, {"/advance", `{"by":"-1h"}`, "above zero"}, {"/advance", `{"by":5}`, "number"},
		{"/advance", `{"to":"1h"}`, `unknown field`}, {"/faults", `{"route":"GET /x"}`, "no operation"}, {"/faults", `{"drop":true,"lose":true}`, "Drop"},
		{"/faults", `{"delay":"x"}`, "duration"}, {"/grants", `{"context":{"type":"Nip","value":"1"}}`, "no context"},
		{"/grants", `{"context":{"type":"Nip","value":"5261040828"},"to":{"type":"PeppolId","value":"PPL123456"}}`, "cannot hold a permission"},
		{"/keys/rotate", `{`, "EOF"}, {"/exports/fail", `{"referenceNumber":"x"}`, "no export x"}, {"/sessions/fail", `{"referenceNumber":"x"}`, "no session x"},
		{"/rulings", `{"on":"weather","status":{"code":500}}`, `"weather"`}, {"/rulings", `{"on":"invoice"}`, "not the code of a failure"},
		{"/rulings", `{"on":"invoice","status":{"code":500},"times":-1}`, "times"},
	} {
		r := admin(t, s, "POST", tt.path, tt.body).want(400)
		if got := r.text("error"); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s: %q, want %q", tt.path, tt.body, got, tt.want)
		}
	}
	w := httptest.NewRecorder()
	s.Admin().ServeHTTP(w, httptest.NewRequest("POST", "/v2/auth/challenge", nil))
	if w.Code != 404 {
		t.Errorf("the API answers %d beside the controls", w.Code)
	}
}

func TestGrantPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Grant took a context that is none")
		}
	}()
	New(nil).Grant(ksef.Identifier{Kind: "Pesel", Value: pesel}, ksef.Identifier{Kind: "Nip", Value: nipA})
}

func TestTLS(t *testing.T) {
	s := New(nil)
	s.Advance(5 * 365 * 24 * time.Hour) // clients of TLS go by their own clock
	cert, err := s.TLSCertificate()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := s.CA()
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("%s", ca)
	}
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.StartTLS()
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	for _, host := range []string{"localhost", "127.0.0.1"} {
		resp, err := client.Post("https://"+host+port+"/v2/auth/challenge", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("%s: %d", host, resp.StatusCode)
		}
	}
	if err := cert.Leaf.VerifyHostname("::1"); err != nil {
		t.Error(err)
	}
	other, err := New(nil).CA()
	if err != nil || string(other) == string(ca) {
		t.Errorf("two servers share an authority, or: %v", err)
	}
}
