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
