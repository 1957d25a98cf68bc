package contract_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever an answer holds, validating it ends without a panic, says the same
// twice, and takes nothing for valid that encoding/json cannot read.
func FuzzValidateResponse(f *testing.F) {
	f.Add("POST", "/invoices/query/metadata", 200, "application/json", []byte(metadata))
	f.Add("GET", "/auth/20250514-AU-2DFC46C000-3AC6D5877F-D4", 400, "application/problem+json; charset=utf-8", []byte(`{"title":"Bad Request","status":400}`))
	f.Add("GET", "/invoices/ksef/x", 200, "application/xml", []byte(`<a xmlns:b="c"><b:d/></a>`))
	f.Add("DELETE", "/auth/sessions/current", 204, "", []byte{})
	f.Add("POST", "/auth/challenge", 429, "application/json", []byte(`{"status":{"code":1e9}}`))
	f.Add("POST", "/auth/challenge", 200, "application/json", []byte(strings.Repeat("[", 10000)))
	c := load(f)
	f.Fuzz(func(t *testing.T, method, path string, status int, media string, body []byte) {
		op, values, ok := c.Match(method, path)
		if !ok {
			return
		}
		for name, value := range values {
			if value == "" {
				t.Errorf("%s: %s is empty in %q", op, name, path)
			}
		}
		header := http.Header{"Content-Type": {media}, "Retry-After": {string(body)}}
		found := op.ValidateResponse(status, header, body)
		if again := op.ValidateResponse(status, header, body); len(again) != len(found) {
			t.Errorf("first %v, then %v", found, again)
		}
		for _, v := range found {
			_ = v.String()
		}
		if len(found) == 0 && len(body) > 0 && strings.Contains(media, "json") && !json.Valid(body) {
			t.Errorf("%q is valid", body)
		}
	})
}

func FuzzValidateRequest(f *testing.F) {
	f.Add("POST", "/v2/auth/ksef-token", "", "application/json", []byte(`{"challenge":null}`))
	f.Add("GET", "/v2/sessions", "sessionType=Online&statuses=InProgress&pageSize=-", "", []byte{})
	f.Add("POST", "/v2/auth/xades-signature", "verifyCertificateChain=true", "application/xml", []byte("<a>&lt;</a>"))
	c := load(f)
	f.Fuzz(func(t *testing.T, method, path, query, media string, body []byte) {
		op, _, ok := c.Match(method, strings.TrimPrefix(path, "/v2"))
		if !ok {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL = &url.URL{Path: path, RawQuery: query}
		r.Header.Set("Content-Type", media)
		for _, v := range op.ValidateRequest(r, body) {
			if !v.Where.Request() {
				t.Errorf("%v is not in the request", v)
			}
		}
	})
}
