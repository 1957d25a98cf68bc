package ksef

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// envelope is the four formats of KSeF's refusals laid over one another: problem
// details and the legacy formats of 400 and 429 (ksef-docs, "Format błędów").
type envelope struct {
	Detail     string    `json:"detail"`
	Errors     []Problem `json:"errors"`
	ReasonCode string    `json:"reasonCode"`
	TraceID    string    `json:"traceId"`
	Security   struct {
		RequiredAnyOf []Permission `json:"requiredAnyOfPermissions"`
		Present       []Permission `json:"presentPermissions"`
		ClientIP      string       `json:"clientIp"`
		Method        string       `json:"authenticationMethodCategory"`
		ContextKind   Kind         `json:"contextIdentifierType"`
		IncidentID    string       `json:"incidentId"`
	} `json:"security"`

	Exception struct { // legacy 400
		Details []struct {
			Code        Code     `json:"exceptionCode"`
			Description string   `json:"exceptionDescription"`
			Details     []string `json:"details"`
		} `json:"exceptionDetailList"`
		ServiceCode string `json:"serviceCode"`
	} `json:"exception"`
}

// legacyStatus is the legacy format of 429, apart because problem details
// have a number under the same name.
type legacyStatus struct {
	Status Status `json:"status"`
}

// readError makes one shape of whatever came with a status outside 2xx. A body
// that is none of KSeF's formats is kept as it is: a proxy's page, too, tells
// who answered.
func readError(r *request, resp *http.Response, body []byte) *Error {
	e := &Error{StatusCode: resp.StatusCode, Body: body}
	e.Method, e.Path = r.name()
	e.RetryAfter = retryAfter(resp.Header)
	if !json.Valid(body) {
		return e
	}
	var in envelope
	_ = json.Unmarshal(body, &in) // a member of an unexpected type must not cost the others
	e.Detail, e.Problems, e.TraceID = in.Detail, in.Errors, in.TraceID
	for _, d := range in.Exception.Details {
		e.Problems = append(e.Problems, Problem(d))
	}
	if e.TraceID == "" {
		e.TraceID = traceID(in.Exception.ServiceCode)
	}
	if in.ReasonCode != "" {
		s := in.Security
		e.Denied = &Denial{in.ReasonCode, s.RequiredAnyOf, s.Present, s.ClientIP, s.Method, s.ContextKind, s.IncidentID}
	}
	var legacy legacyStatus
	if json.Unmarshal(body, &legacy) == nil && e.Detail == "" && legacy.Status.Description != "" {
		e.Detail = strings.Join(append([]string{legacy.Status.Description}, legacy.Status.Details...), ": ")
	}
	return e
}

// ParseError makes an [*Error] of the body of a refusal that was kept, such as in
// a log, in any of KSeF's formats. Status is HTTP's; 0 takes what the body says, and
// 400 where it says nothing.
func ParseError(status int, body []byte) *Error {
	var in struct {
		Instance string          `json:"instance"`
		Status   json.RawMessage `json:"status"`
	}
	_ = json.Unmarshal(body, &in) // what is no body of KSeF's is kept as it is
	if status == 0 {
		status = http.StatusBadRequest
		var legacy Status
		if n, err := strconv.Atoi(string(in.Status)); err == nil {
			status = n
		} else if json.Unmarshal(in.Status, &legacy) == nil && legacy.Code != 0 {
			status = legacy.Code
		}
	}
	return readError(&request{path: in.Instance}, &http.Response{StatusCode: status, Header: http.Header{}}, body)
}

// traceID takes the trace out of a W3C traceparent, "00-<trace>-<span>-00".
func traceID(parent string) string {
	if p := strings.Split(parent, "-"); len(p) == 4 {
		return p[1]
	}
	return ""
}

// retryAfter reads the header in both of its forms, seconds and a date.
func retryAfter(h http.Header) time.Duration {
	const longest = 30 * 24 * time.Hour // no block lasts that long, and a duration holds it
	text := h.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(n)*time.Second, longest)
	}
	if at, err := http.ParseTime(text); err == nil {
		now, err := http.ParseTime(h.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		return min(max(at.Sub(now), 0), longest)
	}
	return 0
}
