package ksef_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// acting returns a client that acts for somebody by a script.
func acting(t *testing.T, opts *ksef.Options, steps ...func(*http.Request) (*http.Response, error)) (*ksef.AuthenticatedClient, *script) {
	t.Helper()
	client, s := scripted(t, opts, steps...)
	return client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(1e6 * time.Hour)}}), s
}

const someSerial = "0123456789ABCDEF"

// A body goes out whether there is something to say or not, and what is revoked
// already is no error.
func TestRevoke(t *testing.T) {
	refused := reply(400, "application/problem+json", `{"title":"Bad Request","status":400,"errors":[{"code":25009,"description":"Nie można odwołać wskazanego certyfikatu."}]}`)
	listed := func(status string) func(*http.Request) (*http.Response, error) {
		return reply(200, "application/json", `{"certificates":[{"certificateSerialNumber":"`+someSerial+`","status":"`+status+`"}],"hasMore":false}`)
	}
	for _, c := range []struct {
		name   string
		reason ksef.RevocationReason
		body   string
		steps  []func(*http.Request) (*http.Response, error)
		want   error
	}{
		{"no reason", "", "{}", []func(*http.Request) (*http.Response, error){reply(204, "", "")}, nil},
		{"reason", ksef.ReasonKeyCompromise, `{"revocationReason":"KeyCompromise"}`, []func(*http.Request) (*http.Response, error){reply(204, "", "")}, nil},
		{"revoked", "", "{}", []func(*http.Request) (*http.Response, error){refused, listed("Revoked")}, nil},
		{"being revoked", "", "{}", []func(*http.Request) (*http.Response, error){fail(errReset), refused, listed("Blocked")}, nil},
		{"expired", "", "{}", []func(*http.Request) (*http.Response, error){refused, listed("Expired")}, ksef.CodeNotRevocable},
		{"not listed", "", "{}", []func(*http.Request) (*http.Response, error){refused, reply(200, "application/json", `{"certificates":[]}`)}, ksef.CodeNotRevocable},
		{"no list", "", "{}", []func(*http.Request) (*http.Response, error){refused, reply(500, "", "")}, ksef.CodeNotRevocable},
	} {
		auth, s := acting(t, &ksef.Options{Retry: &ksef.Backoff{Attempts: 2}}, c.steps...)
		if err := auth.Certificates.Revoke(t.Context(), someSerial, c.reason); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		r := s.seen[0]
		body, _ := io.ReadAll(r.Body)
		if string(body) != c.body || r.Method != "POST" || !strings.HasSuffix(r.URL.Path, "/certificates/"+someSerial+"/revoke") || len(s.seen) != len(c.steps) {
			t.Errorf("%s: %s %s %s, %d requests", c.name, r.Method, r.URL, body, len(s.seen))
		}
	}
}

func TestCertificateEndInTestOnly(t *testing.T) {
	s := &script{steps: []func(*http.Request) (*http.Response, error){fail(errReset)}}
	client, err := ksef.NewClient(ksef.Demo, &ksef.Options{HTTPClient: &http.Client{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(time.Hour)}})
	if err := auth.Certificates.SetEnd(t.Context(), someSerial, time.Now()); !errors.Is(err, ksef.ErrNotTest) || len(s.seen) > 0 {
		t.Errorf("%v after %d requests", err, len(s.seen))
	}
}

func TestCertificateSerial(t *testing.T) {
	for _, s := range []string{someSerial, "01:23:45:67:89:ab:cd:ef", " 0123456789abcdef\n"} {
		if got, err := ksef.ParseCertificateSerial(s); err != nil || got != someSerial {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "0123456789ABCDE", "0123456789ABCDEG", "0123456789ABCDEF0"} {
		if got, err := ksef.ParseCertificateSerial(s); err == nil {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// An order whose answer is lost goes out once, and its key is not lost.
func TestEnrollLostAnswer(t *testing.T) {
	data := reply(200, "application/json", `{"commonName":"Firma","countryName":"PL","organizationName":"Firma","organizationIdentifier":"VATPL-5261040828"}`)
	for name, c := range map[string]struct {
		step func(*http.Request) (*http.Response, error)
		kept bool
	}{
		"lost":      {fail(errReset), true},
		"gateway":   {reply(504, "text/html", ""), true},
		"cut":       {reply(202, "application/json", `{"referenceNumber":`), true},
		"empty":     {reply(202, "application/json", `{}`), true},
		"refused":   {reply(400, "application/problem+json", `{"errors":[{"code":25007}]}`), false},
		"forbidden": {reply(403, "application/problem+json", `{}`), false},
	} {
		auth, s := acting(t, &ksef.Options{Retry: &ksef.Backoff{Attempts: 3}}, data, c.step)
		e, err := auth.Certificates.Enroll(t.Context(), "web shop", nil)
		if err == nil || errors.Is(err, ksef.ErrUnknown) != c.kept || (e != nil) != c.kept || len(s.seen) != 2 {
			t.Errorf("%s: %v, %v, %d requests", name, e, err, len(s.seen))
			continue
		}
		if c.kept && (e.Certificate.PrivateKey == nil || e.ReferenceNumber != "" || e.Name != "web shop") {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// What is kept is what was ordered, key included, and does not show it.
func TestEnrollmentState(t *testing.T) {
	cert, err := certs.NewTestSeal("5261040828", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	want := ksef.Enrollment{ReferenceNumber: "R", Name: "web shop", Type: ksef.OfflineCertificate, Ordered: time.Unix(1, 0).UTC(), SerialNumber: someSerial, Certificate: cert}
	kept, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got ksef.Enrollment
	if err := json.Unmarshal(kept, &got); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got)
	if err != nil || string(again) != string(kept) || !got.Certificate.Leaf.Equal(cert.Leaf) {
		t.Errorf("%s, want %s; %v", again, kept, err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		for _, v := range []any{want, &want} {
			if text := fmt.Sprintf(verb, v); text != want.String() {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
	for _, bad := range []string{`{}`, `[]`, `{"version":2}`, `{"version":1,"key":"AA=="}`, `{"version":1,"certificate":"AA=="}`} {
		if err := json.Unmarshal([]byte(bad), new(ksef.Enrollment)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	auth, s := acting(t, nil, fail(errReset))
	if err := auth.Certificates.Resume(t.Context(), &ksef.Enrollment{Name: "web shop"}); err == nil || len(s.seen) > 0 {
		t.Errorf("without a key: %v, %d requests", err, len(s.seen))
	}
	if err := auth.Certificates.Resume(t.Context(), &got); err != nil || len(s.seen) > 0 {
		t.Errorf("complete already: %v, %d requests", err, len(s.seen))
	}
}

func TestEnrollmentMalformed(t *testing.T) {
	auth, s := acting(t, nil, reply(200, "application/json", `{"requestDate":"2026-01-01T00:00:00Z","status":{"code":200,"description":""}}`))
	if _, err := auth.Certificates.WaitEnrollment(t.Context(), "R"); !errors.Is(err, ksef.ErrMalformed) {
		t.Errorf("without a serial number: %v", err)
	}
	for _, ref := range []ksef.ReferenceNumber{"", "data"} {
		n := len(s.seen)
		if _, err := auth.Certificates.EnrollmentStatus(t.Context(), ref); err == nil || len(s.seen) > n {
			t.Errorf("%q: %v", ref, err)
		}
	}
}
