package sandbox

import (
	"sync"
	"time"
)

// keptRequests is how many requests the log holds; older ones are forgotten.
const keptRequests = 1 << 14

// Request is what the server remembers of a request. It holds no tokens and no bodies.
type Request struct {
	Time   time.Time // on the server's clock, when it arrived
	Method string
	Path   string // with the values in it: "/v2/auth/20250514-AU-2DFC46C000-3AC6D5877F-D4"
	Route  string // the operation: "GET /auth/{referenceNumber}"; empty when KSeF has none
	Status int    // of the answer; zero when the request was dropped
	Done   bool   // whether it reached KSeF proper, rather than a fault
	Lost   bool   // whether the answer did not arrive, or only in part
}

// Requests returns the last 16,384 requests in the order in which they were answered. Those answered by
// a fault are among them.
func (s *Server) Requests() []Request { return s.log.all() }

// requestLog is a ring of requests.
type requestLog struct {
	mu   sync.Mutex
	ring []Request
	next int // where the next one goes, once the ring is full
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ring) < keptRequests {
		l.ring = append(l.ring, r)
		return
	}
	l.ring[l.next] = r
	l.next = (l.next + 1) % keptRequests
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(append([]Request{}, l.ring[l.next:]...), l.ring[:l.next]...)
}

func (l *requestLog) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ring)
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next = nil, 0
}
