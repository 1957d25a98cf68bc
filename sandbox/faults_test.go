package sandbox

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

const challengeRoute = "POST /auth/challenge"

// post asks for a challenge over the in-process transport, with problem details.
func post(t *testing.T, client *http.Client, base string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequest("POST", base+"/v2/auth/challenge", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Error-Format", "problem-details")
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestFaultCounts(t *testing.T) {
	s := New(nil)
	client := &http.Client{Transport: s.Transport()}
	statuses := func(n int) (out []int) {
		for range n {
			status, _, _ := post(t, client, "http://localhost")
			out = append(out, status)
		}
		return out
	}
	s.Inject(Fault{Route: "POST /auth/token/redeem", Status: 500}) // another operation
	s.Inject(Fault{Route: challengeRoute, Skip: 2, Times: 2, Status: 503})
	if got := statuses(6); !slices.Equal(got, []int{200, 200, 503, 503, 200, 200}) {
		t.Errorf("%v", got)
	}
	remove := s.Inject(Fault{Status: 502})
	s.Inject(Fault{Route: challengeRoute, Times: 1, Status: 504})
	if got := statuses(2); !slices.Equal(got, []int{502, 502}) {
		t.Errorf("%v: the first fault comes first", got)
	}
	remove()
	remove()
	if got := statuses(2); !slices.Equal(got, []int{504, 200}) {
		t.Errorf("%v", got)
	}
}

func TestFaultAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  Fault
		status int
		body   []string
	}{
		{"400", Fault{Status: 400, Code: 21217, Details: []string{"A detail."}}, 400, []string{`"code":21217`, "Nieprawidłowe kodowanie znaków.", `"details":["A detail."]`}},
		{"400 without a code", Fault{Status: 400}, 400, []string{`"code":21405`}},
		{"400 with an unknown code", Fault{Status: 400, Code: 12345}, 400, []string{`"code":12345,"description":"Nieznany błąd."`}},
		{"401", Fault{Status: 401}, 401, []string{"Wymagane jest uwierzytelnienie."}},
		{"403", Fault{Status: 403}, 403, []string{`"reasonCode":"security-service-blocked"`, `"clientIp":"127.0.0.1"`, `"incidentId"`}},
		{"410", Fault{Status: 410}, 410, []string{"Operacja wygasła i nie jest już dostępna."}},
		{"429", Fault{Status: 429, RetryAfter: 1500 * time.Millisecond}, 429, []string{"Spróbuj ponownie po 2 sekundach."}},
		{"500", Fault{Status: 500}, 500, nil},
		{"page", Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, 502, []string{"<html>"}},
		{"page with 200", Fault{Body: "<html>"}, 200, []string{"<html>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(nil)
			s.Inject(tt.fault)
			status, body, err := post(t, &http.Client{Transport: s.Transport()}, "http://localhost")
			if err != nil || status != tt.status {
				t.Fatalf("%d %s, %v", status, body, err)
			}
			for _, want := range tt.body {
				if !strings.Contains(body, want) {
					t.Errorf("%s lacks %s", body, want)
				}
			}
			if tt.body == nil && body != "" {
				t.Errorf("body %q", body)
			}
			if len(s.state.challenges.made) != 0 {
				t.Error("the work was done")
			}
			if r := s.Requests()[0]; r.Done || r.Lost || r.Status != tt.status {
				t.Errorf("logged as %+v", r)
			}
		})
	}
}

// Faults of the connection, in the process and over a network.
func TestFaultsOfConnection(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault Fault
		work  int // how many challenges were made
		part  bool
	}{
		{"dropped", Fault{Drop: true}, 0, false},
		{"lost", Fault{Lose: true}, 1, false},
		{"cut off", Fault{Truncate: 10}, 1, true},
	} {
		for _, where := range []string{"process", "network"} {
			t.Run(tt.name+" in the "+where, func(t *testing.T) {
				s := New(nil)
				s.Inject(tt.fault)
				client, base, done := &http.Client{Transport: s.Transport()}, "http://localhost", func() {}
				if where == "network" {
					server := httptest.NewServer(s)
					client, base, done = server.Client(), server.URL, server.Close
				}
				status, body, err := post(t, client, base)
				done()
				if tt.part {
					if status != 200 || len(body) != 10 || !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Errorf("%d %q, %v", status, body, err)
					}
				} else if err == nil {
					t.Errorf("answered %d %q", status, body)
				}
				if n := len(s.state.challenges.made); n != tt.work {
					t.Errorf("made %d challenges, want %d", n, tt.work)
				}
				if r := s.Requests()[0]; r.Done != (tt.work > 0) || !r.Lost || (r.Status == 200) != (tt.work > 0) {
					t.Errorf("logged as %+v", r)
				}
			})
		}
	}
}

func TestTruncateBeyondTheEnd(t *testing.T) {
	s := New(nil)
	s.Inject(Fault{Truncate: 1 << 20})
	if status, _, err := post(t, &http.Client{Transport: s.Transport()}, "http://localhost"); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
}

func TestSenselessFaults(t *testing.T) {
	for _, f := range []Fault{
		{Route: "GET /nothing"}, {Route: "GET /auth/{ref}"}, {Skip: -1}, {Times: -1}, {Delay: -1}, {Truncate: -1},
		{Drop: true, Lose: true}, {Drop: true, Status: 500}, {Drop: true, Truncate: 1}, {Lose: true, Body: "x"}, {Lose: true, Truncate: 3},
		{Status: 42}, {Code: 21405}, {Code: 21405, Status: 429}, {Status: 500, Details: []string{"x"}},
		{RetryAfter: 1}, {Body: "x", RetryAfter: 1, Status: 429}, {Body: "x", Code: 1, Status: 400}, {ContentType: "text/plain"},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was taken", f)
				}
			}()
			New(nil).Inject(f)
		}()
	}
	New(nil).Inject(Fault{Route: "GET /invoices/ksef/{ksefNumber}", Status: 500}) // missing operations fail as well
}
