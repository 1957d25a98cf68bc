package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// RateLimits says how many requests a server takes in a time.
type RateLimits string

// The limits of KSeF's environments (ksef-docs limity/limity-api.md).
const (
	NoRateLimits         RateLimits = ""           // as many as come, though KSeF tells production's, unless a context is given limits by the test-data endpoints
	ProductionRateLimits RateLimits = "production" // those of production
	TestRateLimits       RateLimits = "test"       // ten times those of production, as the ministry says of its test environment
)

// rateLimit is how many requests of a group may come in a second, a minute and an hour; -1 for any number.
type rateLimit struct {
	PerSecond int `json:"perSecond"`
	PerMinute int `json:"perMinute"`
	PerHour   int `json:"perHour"`
}

// window is one of the times over which requests are counted.
type window struct {
	length time.Duration
	unit   string // as KSeF's text names it
	most   func(rateLimit) int
}

var windows = []window{
	{time.Second, "sekundę", func(l rateLimit) int { return l.PerSecond }},
	{time.Minute, "minutę", func(l rateLimit) int { return l.PerMinute }},
	{time.Hour, "godzinę", func(l rateLimit) int { return l.PerHour }},
}

// unlimited is any number of requests.
var unlimited = rateLimit{-1, -1, -1}

// Groups of operations that do not share their limits with the rest.
const (
	otherGroup     = "other"     // every operation for itself
	anonymousGroup = "anonymous" // of who has no access token yet
	globalGroup    = "global"    // of an address; planned, and not in force
)

// productionLimits are production's, by group.
func productionLimits() map[string]rateLimit {
	return map[string]rateLimit{
		anonymousGroup: {60, -1, -1}, globalGroup: unlimited, "onlineSessionClose": {20, 60, 240}, "batchSessionClose": {20, 40, 120},
		"onlineSession": {10, 30, 120}, "batchSession": {10, 20, 60}, "invoiceSend": {10, 30, 180}, "invoiceStatus": {30, 120, 1200},
		"sessionList": {5, 10, 60}, "sessionInvoiceList": {10, 20, 200}, "sessionMisc": {10, 120, 1200},
		"invoiceMetadata": {8, 16, 20}, "invoiceExport": {8, 16, 20}, "invoiceExportStatus": {10, 60, 600}, "invoiceDownload": {8, 16, 64},
		"collectiveIdentifier": {20, 120, 240}, otherGroup: {10, 30, 120},
	}
}

// limitGroup is the group of an operation that takes access tokens.
func limitGroup(operation string) string {
	method, path, _ := strings.Cut(operation, " ")
	switch {
	case operation == "POST /sessions/online/{referenceNumber}/invoices":
		return "invoiceSend"
	case operation == "POST /sessions/online/{referenceNumber}/close":
		return "onlineSessionClose"
	case operation == "POST /sessions/batch/{referenceNumber}/close":
		return "batchSessionClose"
	case strings.HasPrefix(path, "/sessions/online"):
		return "onlineSession"
	case strings.HasPrefix(path, "/sessions/batch"):
		return "batchSession"
	case operation == "GET /sessions":
		return "sessionList"
	case operation == "GET /sessions/{referenceNumber}/invoices", operation == "GET /sessions/{referenceNumber}/invoices/failed":
		return "sessionInvoiceList"
	case operation == "GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}":
		return "invoiceStatus"
	case method == http.MethodGet && strings.HasPrefix(path, "/sessions/"):
		return "sessionMisc"
	case path == "/invoices/query/metadata":
		return "invoiceMetadata"
	case path == "/invoices/exports":
		return "invoiceExport"
	case strings.HasPrefix(path, "/invoices/exports/"):
		return "invoiceExportStatus"
	case strings.HasPrefix(path, "/invoices/ksef/"):
		return "invoiceDownload"
	case strings.HasPrefix(path, "/collective-identifiers"):
		return "collectiveIdentifier"
	}
	return otherGroup
}

// limit is the limit of a group. The anonymous have the same in all environments.
func (r RateLimits) limit(group string) rateLimit {
	if r == NoRateLimits {
		return unlimited
	}
	l := productionLimits()[group]
	if r == TestRateLimits && group != anonymousGroup && group != globalGroup {
		return rateLimit{10 * l.PerSecond, 10 * l.PerMinute, 10 * l.PerHour}
	}
	return l
}

// counter tells apart the requests that are counted together.
type counter struct {
	context identifier // zero for the anonymous
	address string
	group   string // an operation, of the group other
}

// limiter counts requests.
type limiter struct {
	mu   sync.Mutex
	seen map[counter][]time.Time             // of the last hour, the oldest first
	own  map[identifier]map[string]rateLimit // limits of contexts that have others than the server's
}

// countRequest refuses a call that is one too many. Every call counts that gets past authentication and is not
// refused here, where there are limits; those do not count that are no operations of the API.
func (c *call) countRequest(rt route) error {
	k := counter{group: anonymousGroup}
	if c.by != nil && c.by.kind == accessToken {
		k.context, k.group = c.by.session.context, limitGroup(rt.operation)
	}
	limit := c.s.limiter.limit(k.context, k.group, c.s.opts.RateLimits)
	if _, path, _ := strings.Cut(rt.operation, " "); limit == unlimited || path == "" || isBeside(path) {
		return nil
	}
	if k.address = c.clientIP(); k.group == otherGroup {
		k.group = rt.operation
	}
	return c.s.limiter.count(k, limit, c.now)
}

// limit is the limit of a group in a context: its own, or that of all.
func (l *limiter) limit(context identifier, group string, all RateLimits) rateLimit {
	l.mu.Lock()
	defer l.mu.Unlock()
	if own, ok := l.own[context][group]; ok {
		return own
	}
	return all.limit(group)
}

// count counts a request, unless there were too many.
func (l *limiter) count(k counter, limit rateLimit, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.seen[k]
	seen = seen[after(seen, now.Add(-time.Hour)):]
	for _, w := range windows {
		most := w.most(limit)
		begin := after(seen, now.Add(-w.length))
		if most < 0 || len(seen)-begin < most {
			continue
		}
		wait := seen[len(seen)-most].Add(w.length).Sub(now)
		return &refusal{status: http.StatusTooManyRequests, retryAfter: wait, detail: fmt.Sprintf(
			"Przekroczono limit %d żądań na %s. Spróbuj ponownie po %d sekundach.", most, w.unit, seconds(wait))}
	}
	if l.seen == nil {
		l.seen = map[counter][]time.Time{}
	}
	l.seen[k] = append(seen, now)
	return nil
}

// after is the index of the first instant later than t.
func after(times []time.Time, t time.Time) int {
	n, _ := slices.BinarySearchFunc(times, t, func(a, t time.Time) int {
		if a.After(t) {
			return 1
		}
		return -1
	})
	return n
}

func (l *limiter) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen, l.own = nil, nil
}
