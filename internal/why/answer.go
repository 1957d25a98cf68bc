package why

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/translate"
)

// answer examines what KSeF said: the body of a refusal in any of its formats, or a status that failed.
func (x *examination) answer(body []byte) {
	x.kind(Answer, Text{"an answer of KSeF", "odpowiedź KSeF"})
	var in struct {
		Status     json.RawMessage `json:"status"`
		Exception  json.RawMessage `json:"exception"`
		ReasonCode string          `json:"reasonCode"`
		Errors     json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		problem := Text{"it is no JSON object", "to nie jest obiekt JSON"}
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			problem = Text{problem.English + ": " + syntax.Error(), problem.Polish + ": " + translate.Polish(syntax)}
		}
		x.kind(Foreign, Text{"JSON that is no answer of KSeF", "JSON, który nie jest odpowiedzią KSeF"})
		x.find(Finding{Check: "JSON", Problem: problem,
			Advice: Text{"give the whole body of the answer", "podaj całą treść odpowiedzi"}})
		return
	}
	var status ksef.InvoiceStatus
	if json.Unmarshal(in.Status, &status) == nil && status.Code != 0 && status.Code != http.StatusTooManyRequests {
		x.status(status)
		return
	}
	if in.Status == nil && in.Exception == nil {
		if json.Unmarshal(body, &status) != nil || status.Code == 0 {
			x.kind(Foreign, Text{"JSON that is no answer of KSeF", "JSON, który nie jest odpowiedzią KSeF"})
			x.find(Finding{Check: "format", Problem: Text{"it is none of KSeF's error formats, and no status", "to żaden z formatów błędów KSeF ani status"},
				Advice: Text{"give the whole body of the answer", "podaj całą treść odpowiedzi"}})
			return
		}
		x.status(status)
		return
	}
	x.refusal(ksef.ParseError(0, body))
}

func (x *examination) refusal(e *ksef.Error) {
	status := Text{http.StatusText(e.StatusCode), translate.HTTPStatus(e.StatusCode)}
	x.out.What = Text{fmt.Sprintf("a refusal with %d %s", e.StatusCode, status.English), fmt.Sprintf("odmowa %d (%s)", e.StatusCode, status.Polish)}
	for _, p := range e.Problems {
		x.find(Finding{Check: fmt.Sprint(int(p.Code)), Answer: int(p.Code), Place: e.Path, Got: strings.Join(p.Details, "; "),
			Problem: Text{codeMeaning(p.Code), p.Description}, Advice: codeAdvice(p.Code)})
	}
	if len(e.Problems) > 0 {
		return
	}
	f := Finding{Check: fmt.Sprint(e.StatusCode), Answer: e.StatusCode, Place: e.Path, Problem: Text{status.English, cmp.Or(e.Detail, status.Polish)}}
	switch d := e.Denied; {
	case d != nil:
		f.Check = d.Reason
		f.Want, f.Got = join(d.RequiredAnyOf), join(d.Present)
		f.Advice = reasonAdvice(d)
	default:
		f.Advice = httpAdvice(e.StatusCode)
	}
	x.find(f)
}

func (x *examination) status(s ksef.InvoiceStatus) {
	x.out.What = format("status %d %q", "status %d „%s”", s.Code, s.Description)
	if s.Code < 400 && s.Code != 210 {
		return
	}
	f := Finding{Check: fmt.Sprint(s.Code), Answer: s.Code, Got: strings.Join(s.Details, "; "), Problem: Text{s.Description, s.Description}}
	f.Advice = statusAdvice(s.Code, s.Description)
	for _, name := range []string{"originalKsefNumber", "originalSessionReferenceNumber"} {
		if value := s.Extensions[name]; value != "" {
			f.Got += " " + name + "=" + value
		}
	}
	f.Got = strings.TrimSpace(f.Got)
	x.find(f)
}

func join(list []ksef.Permission) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}
