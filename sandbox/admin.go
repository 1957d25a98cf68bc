package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ksef-go/ksef"
)

// Admin returns the handler that does over HTTP what methods of [Server] do in Go. It belongs on a
// listener of its own, which nobody but tests can reach. Bodies are JSON; durations are texts such as "90s".
//
//	GET    /state           what the server holds
//	POST   /advance         {"by": "15m"}
//	GET    /requests        as [Server.Requests]
//	GET    /invoices        as [Server.Invoices], without the documents
//	POST   /faults          a [Fault]: {"route": "POST /auth/token/redeem", "times": 1, "lose": true}
//	DELETE /faults          takes all faults away
//	POST   /grants          {"context": {"type", "value"}, "to": {"type", "value"}, "permissions": [..]}
//	POST   /authorizations  {"seller": NIP, "to": {"type", "value"}, "permission": "SelfInvoicing"}
//	POST   /outages         an [Outage]: {"category": "FAILURE", "title", "text", "start", "end"}; answers {"eventId"}
//	POST   /outages/end     {"eventId"}
//	POST   /sessions/fail   {"referenceNumber", "status": {"code", "description", "details": [..]}}
//	POST   /exports/fail    the same of an export
//	POST   /rulings         {"on": "invoice", "times": 1, "status": {"code", "description", "details": [..]}}
//	DELETE /rulings         leaves everything to KSeF's rules again
//	POST   /keys/rotate     {"overlap": "1h"}
//	POST   /reset           as [Server.Reset]
//
// A ruling is what [Server.OnAuthentication], [Server.OnInvoice], [Server.OnPermission] and
// [Server.OnEnrollment] decide, "on": "authentication", "invoice", "permission" or "enrollment": so many of
// those that come next, or all of them without "times", end with the status of a failure. It takes the place of
// the one before.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	control := func(pattern string, do func(body *json.Decoder) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
			d.DisallowUnknownFields()
			answer, err := do(d)
			w.Header().Set("Content-Type", "application/json")
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				answer = map[string]string{"error": err.Error()}
			}
			_ = json.NewEncoder(w).Encode(answer) // who asked may have gone
		})
	}
	control("GET /state", func(*json.Decoder) (any, error) { return s.summary(), nil })
	control("POST /advance", func(body *json.Decoder) (any, error) {
		var in struct {
			By duration `json:"by"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		if in.By <= 0 {
			return nil, errors.New("by: want a duration above zero")
		}
		s.Advance(time.Duration(in.By))
		return s.summary(), nil
	})
	control("GET /requests", func(*json.Decoder) (any, error) { return requestItems(s.Requests()), nil })
	control("POST /faults", func(body *json.Decoder) (any, error) {
		var in faultItem
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		f := in.fault()
		if err := f.check(); err != nil {
			return nil, err
		}
		s.faults.add(f)
		return s.summary(), nil
	})
	control("DELETE /faults", func(*json.Decoder) (any, error) {
		s.faults.clear()
		return s.summary(), nil
	})
	control("POST /grants", func(body *json.Decoder) (any, error) {
		var in struct {
			Context     ksef.Identifier   `json:"context"`
			To          ksef.Identifier   `json:"to"`
			Permissions []ksef.Permission `json:"permissions"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		return s.summary(), s.grant(in.Context, in.To, in.Permissions)
	})
	control("POST /authorizations", func(body *json.Decoder) (any, error) {
		var in struct {
			Seller     ksef.NIP        `json:"seller"`
			To         ksef.Identifier `json:"to"`
			Permission ksef.Permission `json:"permission"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		return s.summary(), s.authorize(in.Seller, in.To, in.Permission)
	})
	control("GET /invoices", func(*json.Decoder) (any, error) { return s.invoiceItems(), nil })
	control("POST /outages", func(body *json.Decoder) (any, error) {
		var in struct {
			Category ksef.MessageCategory `json:"category"`
			Title    string               `json:"title"`
			Text     string               `json:"text"`
			Start    time.Time            `json:"start"`
			End      time.Time            `json:"end"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		id, err := s.Announce(Outage(in))
		return map[string]string{"eventId": id}, err
	})
	control("POST /outages/end", func(body *json.Decoder) (any, error) {
		var in struct {
			Event string `json:"eventId"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		return s.summary(), s.EndOutage(in.Event)
	})
	for path, fail := range map[string]func(ksef.ReferenceNumber, ksef.Status) error{"sessions": s.FailSession, "exports": s.FailExport} {
		control("POST /"+path+"/fail", func(body *json.Decoder) (any, error) {
			var in struct {
				Reference ksef.ReferenceNumber `json:"referenceNumber"`
				Status    ksef.Status          `json:"status"`
			}
			if err := body.Decode(&in); err != nil {
				return nil, err
			}
			return s.summary(), fail(in.Reference, in.Status)
		})
	}
	control("POST /rulings", func(body *json.Decoder) (any, error) {
		var in struct {
			On     string      `json:"on"`
			Times  int         `json:"times"`
			Status ksef.Status `json:"status"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		return s.summary(), s.rule(in.On, in.Times, in.Status)
	})
	control("DELETE /rulings", func(*json.Decoder) (any, error) {
		s.rulings.clear()
		return s.summary(), nil
	})
	control("POST /keys/rotate", func(body *json.Decoder) (any, error) {
		var in struct {
			Overlap duration `json:"overlap"`
		}
		if err := body.Decode(&in); err != nil {
			return nil, err
		}
		return s.summary(), s.RotateKeys(time.Duration(in.Overlap))
	})
	control("POST /reset", func(*json.Decoder) (any, error) {
		s.Reset()
		return s.summary(), nil
	})
	return mux
}

// summary is what the server holds, in numbers.
type summary struct {
	Now        time.Time `json:"now"`
	Challenges int       `json:"challenges"`
	Sessions   int       `json:"sessions"`
	Tokens     int       `json:"tokens"`
	Sendings   int       `json:"invoiceSessions"`
	Invoices   int       `json:"invoices"`
	Faults     int       `json:"faults"`
	Requests   int       `json:"requests"`
}

func (s *Server) summary() summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	return summary{s.Now(), len(s.state.challenges.made), len(s.state.sessions), len(s.state.tokens), len(s.state.sendings), len(s.state.accepted),
		s.faults.len(), s.log.len()}
}

// acceptedItem is an [Invoice] in an answer.
type acceptedItem struct {
	KSeFNumber ksef.KSeFNumber      `json:"ksefNumber"`
	Session    ksef.ReferenceNumber `json:"sessionReferenceNumber"`
	Reference  ksef.ReferenceNumber `json:"referenceNumber"`
	FileName   string               `json:"fileName,omitempty"`
	Hash       []byte               `json:"hash"`
}

func (s *Server) invoiceItems() []acceptedItem {
	out := []acceptedItem{}
	for i := range s.Invoices() {
		out = append(out, acceptedItem{i.KSeFNumber, i.Session, i.Reference, i.FileName, i.Hash[:]})
	}
	return out
}

// duration is a duration written as text.
type duration time.Duration

// UnmarshalText reads d.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration: want one like \"90s\"", text)
	}
	*d = duration(v)
	return nil
}

// faultItem is a [Fault] in a request.
type faultItem struct {
	Route       string    `json:"route"`
	Skip        int       `json:"skip"`
	Times       int       `json:"times"`
	Delay       duration  `json:"delay"`
	Drop        bool      `json:"drop"`
	Lose        bool      `json:"lose"`
	Truncate    int       `json:"truncate"`
	Status      int       `json:"status"`
	Code        ksef.Code `json:"code"`
	Details     []string  `json:"details"`
	RetryAfter  duration  `json:"retryAfter"`
	Body        string    `json:"body"`
	ContentType string    `json:"contentType"`
}

func (i *faultItem) fault() Fault {
	return Fault{
		Route: i.Route, Skip: i.Skip, Times: i.Times, Delay: time.Duration(i.Delay), Drop: i.Drop, Lose: i.Lose,
		Truncate: i.Truncate, Status: i.Status, Code: i.Code, Details: i.Details,
		RetryAfter: time.Duration(i.RetryAfter), Body: i.Body, ContentType: i.ContentType,
	}
}

// requestItem is a [Request] in an answer.
type requestItem struct {
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Route  string    `json:"route,omitempty"`
	Status int       `json:"status,omitempty"`
	Done   bool      `json:"done"`
	Lost   bool      `json:"lost"`
}

func requestItems(requests []Request) []requestItem {
	out := make([]requestItem, len(requests))
	for i, r := range requests {
		out[i] = requestItem(r)
	}
	return out
}
