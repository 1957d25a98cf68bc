package cli

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// patience tells people that KSeF asks to wait before more is sent (429), which the
// client does: a command that says nothing for minutes looks like one that hangs.
type patience struct {
	http.RoundTripper
	app *app

	mu    sync.Mutex
	until time.Time // what was told last
}

// shortWait is what people need not be told of.
const shortWait = 3 * time.Second

func (p *patience) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := p.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		p.tell(retryAfter(resp.Header.Get("Retry-After"), p.app.now()))
	}
	return resp, err
}

// tell says it once of requests that are refused at the same time.
func (p *patience) tell(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.app.now().Add(wait); wait > shortWait && until.Sub(p.until) > shortWait {
		p.until = until
		p.app.note(p.app.say.askedToWait(wait.Round(time.Second)))
	}
}

// retryAfter reads a header of RFC 9110 §10.2.3: seconds, or a moment.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return at.Sub(now)
	}
	return 0
}
