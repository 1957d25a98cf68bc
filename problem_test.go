package ksef

import (
	"net/http"
	"testing"
)

// Whatever stands in a refusal, it becomes an error that can be read.
func FuzzReadError(f *testing.F) {
	for _, body := range []string{
		`{"title":"Bad Request","status":400,"detail":"d","errors":[{"code":21405,"description":"x","details":["y"]}],"traceId":"t"}`,
		`{"exception":{"exceptionDetailList":[{"exceptionCode":21405,"exceptionDescription":"x","details":null}],"serviceCode":"00-a-b-00"}}`,
		`{"status":{"code":429,"description":"Too Many Requests","details":["x"]}}`,
		`{"status":403,"reasonCode":"missing-permissions","security":{"requiredAnyOfPermissions":["Owner"],"presentPermissions":null}}`,
		`<html>`, `null`, `[]`, ``,
	} {
		f.Add(400, body, "7", "Fri, 01 May 2026 10:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, status int, body, after, date string) {
		resp := &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {after}, "Date": {date}}}
		e := readError(&request{method: "GET", path: "/x?secret=1"}, resp, []byte(body))
		if e.Error() == "" || e.Path != "/x" || e.RetryAfter < 0 || string(e.Body) != body {
			t.Errorf("%+v", e)
		}
		for _, p := range e.Problems {
			if !e.Is(p.Code) {
				t.Errorf("does not match its own code %d", p.Code)
			}
		}
	})
}

// A body from a log becomes the error it was.
func TestParseError(t *testing.T) {
	for body, want := range map[string]string{
		`{"title":"Bad Request","status":400,"instance":"/v2/tokens","errors":[{"code":21405,"description":"Zła wartość.","details":["y"]}]}`:                         "ksef: /v2/tokens: 400 Bad Request: Zła wartość (21405): y",
		`{"exception":{"exceptionDetailList":[{"exceptionCode":21111,"exceptionDescription":"Złe wyzwanie."}]}}`:                                                      "ksef: 400 Bad Request: Złe wyzwanie (21111)",
		`{"status":403,"reasonCode":"ip-not-allowed","security":{"clientIp":"192.0.2.1"}}`:                                                                            "ksef: 403 Forbidden (ip-not-allowed; address 192.0.2.1)",
		`{"status":403,"reasonCode":"security-service-blocked","security":{"incidentId":"I-1","authenticationMethodCategory":"Token","contextIdentifierType":"Nip"}}`: "ksef: 403 Forbidden (security-service-blocked; method Token; context Nip; incident I-1)",
	} {
		if got := ParseError(0, []byte(body)).Error(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", body, got, want)
		}
	}
	if e := ParseError(503, []byte("<html>")); e.StatusCode != 503 || string(e.Body) != "<html>" {
		t.Errorf("%+v", e)
	}
}
