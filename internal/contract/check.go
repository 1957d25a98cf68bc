package contract

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strings"
)

// An Exchange is a request, its answer, and what was wrong with them.
type Exchange struct {
	// Operation is nil when the contract has none for the request.
	Operation *Operation
	Method    string
	Path      string // as requested, without the query
	// Status is zero when the handler panicked instead of answering, as
	// http.ErrAbortHandler does on purpose.
	Status     int
	Violations []Violation
}

// Check wraps a handler so that every exchange below the base path, such as
// "/v2", is validated and reported, also one without violations. What is not
// below it passes unseen: uploads to storage and the sandbox's controls are no
// part of the contract.
//
// Bodies are held in memory, and the answer is sent on only after report has
// returned, so that a test which has its answer has also been told what was
// wrong with it. The answer itself is not altered, but the handler can neither
// flush nor hijack; it may panic. report is called from the goroutine of the
// request, thus from many at once.
func (c *Contract) Check(next http.Handler, base string, report func(*Exchange)) http.Handler {
	base = strings.TrimSuffix(base, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.EscapedPath(), base)
		if !ok || !strings.HasPrefix(path, "/") {
			next.ServeHTTP(w, r)
			return
		}
		x := &Exchange{Method: r.Method, Path: r.URL.Path}
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failure{err}))
		x.Operation, _, ok = c.Match(r.Method, path)
		if !ok {
			x.Violations = []Violation{{InRequest, "", NoOperation, "an operation of the contract", r.Method + " " + path}}
		} else if err == nil {
			x.Violations = x.Operation.ValidateRequest(r, body)
		}
		answer := &recorder{header: http.Header{}}
		defer func() {
			if answer.returned {
				x.Status = answer.status
				if x.Operation != nil {
					found := x.Operation.ValidateResponse(answer.status, answer.sent, answer.body.Bytes())
					x.Violations = append(x.Violations, found...)
				}
			}
			report(x)
			if answer.returned {
				answer.send(w)
			}
		}()
		next.ServeHTTP(answer, r)
		answer.WriteHeader(http.StatusOK)
		answer.returned = true
	})
}

// failure is the end of a body that could not be read to its end.
type failure struct{ err error }

func (f failure) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// A recorder holds an answer back.
type recorder struct {
	header   http.Header // what the handler works on
	sent     http.Header // what it was at the first WriteHeader
	status   int
	body     bytes.Buffer
	returned bool
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.sent)
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) // a client that has gone is no concern of the contract
}
