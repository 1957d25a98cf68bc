package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// Fault is a misbehaviour. It strikes the requests of Route, after sparing Skip of them, Times times.
// Which requests it strikes depends on their order alone.
//
// Without any of Drop, Status and Body the request is served as usual, after Delay.
type Fault struct {
	Route string // an operation such as "GET /auth/{referenceNumber}"; "" for every request
	Skip  int    // how many requests to spare first
	Times int    // how many to strike; 0 for all

	Delay time.Duration // before anything else happens, in real time; ends early with the request's context

	Drop     bool // break the connection: nothing was done
	Lose     bool // do the work, then break the connection instead of answering
	Truncate int  // do the work, send this many bytes of the body, then break the connection; 0 for all

	// Status is answered instead of doing the work: 400, 401, 403, 410 and 429 as KSeF writes them, others
	// without a body.
	Status     int
	Code       ksef.Code     // of a 400; 0 means CodeInvalidInput
	Details    []string      // of a 400
	RetryAfter time.Duration // of a 429, in whole seconds; less than one means one

	// Body is answered as it is instead of doing the work, with Status (0 means 200): a proxy's error page,
	// JSON that was cut off.
	Body        string
	ContentType string // of Body; "" means "text/html"
}

// Inject adds a fault and returns what takes it away. When several could strike a request, the one
// injected first does. Inject panics when the fault makes no sense, as http.ServeMux does for patterns.
func (s *Server) Inject(f Fault) (remove func()) {
	if err := f.check(); err != nil {
		panic("sandbox: " + err.Error())
	}
	return s.faults.add(f)
}

// check says what is wrong with a fault.
func (f *Fault) check() error {
	instead := f.Status != 0 || f.Body != ""
	switch {
	case f.Route != "" && !knownOperation(f.Route):
		return fmt.Errorf("fault: KSeF has no operation %q: want one like %q", f.Route, "GET /auth/{referenceNumber}")
	case f.Skip < 0 || f.Times < 0 || f.Delay < 0 || f.Truncate < 0 || f.RetryAfter < 0:
		return errors.New("fault: negative number")
	case f.Drop && (instead || f.Lose || f.Truncate > 0):
		return errors.New("fault: Drop leaves nothing to answer with")
	case f.Lose && (instead || f.Truncate > 0):
		return errors.New("fault: Lose leaves nothing to answer with")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("fault: %d is no status of an answer", f.Status)
	case f.Body != "" && (f.Code != 0 || len(f.Details) > 0 || f.RetryAfter > 0):
		return errors.New("fault: Body is answered as it is; Code, Details and RetryAfter have no place in it")
	case (f.Code != 0 || len(f.Details) > 0) && f.Status != http.StatusBadRequest:
		return errors.New("fault: Code and Details belong to Status 400")
	case f.RetryAfter > 0 && f.Status != http.StatusTooManyRequests:
		return errors.New("fault: RetryAfter belongs to Status 429")
	case f.ContentType != "" && f.Body == "":
		return errors.New("fault: ContentType belongs to Body")
	}
	return nil
}

func knownOperation(operation string) bool {
	return slices.ContainsFunc(slices.Concat(routes(), besideRoutes()), func(rt route) bool { return rt.operation == operation })
}

// answer is what the fault has answered instead of KSeF; nil when it lets KSeF answer.
func (f *Fault) answer(c *call) *answer {
	switch {
	case f.Body != "":
		contentType := f.ContentType
		if contentType == "" {
			contentType = "text/html"
		}
		a := &answer{status: f.Status, header: http.Header{"Content-Type": {contentType}}, body: []byte(f.Body)}
		if a.status == 0 {
			a.status = http.StatusOK
		}
		return a
	case f.Status == 0:
		return nil
	}
	r := &refusal{status: f.Status}
	switch f.Status {
	case http.StatusBadRequest:
		r.code, r.details = f.Code, f.Details
		if r.code == 0 {
			r.code = ksef.CodeInvalidInput
		}
	case http.StatusForbidden:
		r.reason, r.detail = "security-service-blocked", "A fault that was injected into the sandbox."
		r.security = map[string]any{"incidentId": c.s.source.uuid(), "clientIp": c.clientIP()}
	case http.StatusTooManyRequests:
		r.retryAfter = f.RetryAfter
		r.detail = fmt.Sprintf("Przekroczono limit 60 żądań na sekundę. Spróbuj ponownie po %d sekundach.", seconds(f.RetryAfter))
	}
	return c.refused(r)
}

// faults are the faults in force.
type faults struct {
	mu   sync.Mutex
	list []*Fault
}

func (l *faults) add(f Fault) (remove func()) {
	f.Details = slices.Clone(f.Details)
	p := &f
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, p)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.drop(p)
	}
}

func (l *faults) drop(p *Fault) {
	l.list = slices.DeleteFunc(l.list, func(f *Fault) bool { return f == p })
}

// strike returns the fault that strikes a request of the operation; the zero Fault when none does.
func (l *faults) strike(operation string) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.list {
		if f.Route != "" && f.Route != operation {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				l.drop(f)
			}
		}
		return hit
	}
	return Fault{}
}

func (l *faults) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.list)
}

func (l *faults) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}
