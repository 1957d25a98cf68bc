package ksef

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// conn is the connection to one environment. A call goes down the chain
//
//	renewed (authconn.go) → repeated (retry.go, pace.go) → counted (budget.go) → roundTrip (here)
//
// and each link does one thing. A conn has no state but what KSeF told it: its
// clock, its keys and whom it asked to slow down.
type conn struct {
	env     Environment
	base    string
	http    *http.Client
	header  http.Header
	retry   Backoff
	poll    Backoff
	logger  *slog.Logger
	warning func(context.Context, Warning)
	budget  Budget // nil for none
	pace    pacer  // of anonymous requests
	keys    keyring
	clock
}

// Sizes that nothing KSeF sends in JSON comes near.
const (
	maxAnswer    = 64 << 20
	maxErrorBody = 64 << 10
)

func newConn(env Environment, base string, o Options) *conn {
	c := &conn{
		env:     env,
		base:    base,
		header:  o.Header.Clone(),
		retry:   Backoff{Attempts: 4, Min: 500 * time.Millisecond, Max: 8 * time.Second, Factor: 2, Jitter: 0.2},
		poll:    Backoff{Min: 250 * time.Millisecond, Max: 5 * time.Second, Factor: 1.6, Jitter: 0.1},
		logger:  o.Logger,
		warning: o.Warning,
		budget:  o.Budget,
		keys:    keyring{gate: newGate()},
	}
	if o.Retry != nil {
		c.retry = *o.Retry
	}
	if o.Poll != nil {
		c.poll = *o.Poll
	}
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	if c.header == nil {
		c.header = http.Header{}
	}
	c.header.Set("User-Agent", strings.TrimSpace(o.UserAgent+" "+userAgent()))
	c.header.Set("Accept", "application/json, application/problem+json")
	c.header.Set("X-Error-Format", "problem-details")

	client := http.Client{}
	if o.HTTPClient != nil {
		client = *o.HTTPClient
	} else if t, ok := http.DefaultTransport.(*http.Transport); ok {
		t = t.Clone()
		t.ResponseHeaderTimeout = time.Minute // an idle connection must not hang a call without a deadline
		client.Transport = t
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &client
	return c
}

// userAgent names this module in the version that was built.
var userAgent = sync.OnceValue(func() string {
	const module = "github.com/ksef-go/ksef"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "ksef-go"
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == module && m.Version != "" && m.Version != "(devel)" {
			return "ksef-go/" + m.Version
		}
	}
	return "ksef-go"
})

// call sends r with in as its JSON body and decodes the answer into out: from
// JSON, or as it is if out is a *[]byte or a function.
func (c *conn) call(ctx context.Context, r request, in, out any) error {
	if err := r.prepare(in); err != nil {
		return err
	}
	a, err := c.repeated(ctx, &r)
	if err != nil {
		return err
	}
	return r.decode(a, out)
}

// roundTrip makes one HTTP exchange. An answer outside 2xx is an [*Error].
func (c *conn) roundTrip(ctx context.Context, r *request) (*answer, error) {
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	var way probe
	req, err := http.NewRequestWithContext(way.watch(ctx), r.method, target, bytes.NewReader(r.body))
	if err != nil { // its text shows the query, which may be secret
		return nil, errors.New("the path or method cannot be sent")
	}
	maps.Copy(req.Header, c.header)
	maps.Copy(req.Header, r.header)
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+r.bearer)
	}

	started := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		err = way.lost(err)
		c.logExchange(ctx, r, started, slog.String("error", err.Error()))
		return nil, err
	}
	defer resp.Body.Close()
	if r.method != http.MethodGet || r.bearer != "" { // no cache answers that
		c.learn(resp.Header, started)
	}
	limit := int64(maxAnswer)
	if resp.StatusCode/100 != 2 {
		limit = maxErrorBody
	}
	var content bytes.Buffer
	content.Grow(int(min(max(resp.ContentLength, 0), maxErrorBody)) + bytes.MinRead) // what is announced may not come
	_, err = content.ReadFrom(io.LimitReader(resp.Body, limit+1))
	body := content.Bytes()
	switch {
	case resp.StatusCode/100 != 2: // what was read of it will do
		refusal := readError(r, resp, body[:min(len(body), maxErrorBody)])
		c.logExchange(ctx, r, started, slog.Int("status", resp.StatusCode), slog.String("trace", refusal.TraceID))
		return nil, refusal
	case err != nil:
		err = lost(err)
		c.logExchange(ctx, r, started, slog.Int("status", resp.StatusCode), slog.String("error", err.Error()))
		return nil, err
	case len(body) > maxAnswer:
		return nil, lost(fmt.Errorf("answer of more than %d bytes", maxAnswer))
	}
	c.logExchange(ctx, r, started, slog.Int("status", resp.StatusCode))
	c.warn(ctx, r, resp.Header)
	return &answer{header: resp.Header, body: body}, nil
}

// logExchange writes what happened, without queries, bodies and headers: those
// may hold secrets.
func (c *conn) logExchange(ctx context.Context, r *request, started time.Time, attrs ...slog.Attr) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	method, path := r.name()
	attrs = append(attrs, slog.String("method", method), slog.String("path", path), slog.Duration("took", time.Since(started)))
	c.logger.LogAttrs(ctx, slog.LevelDebug, "ksef: request", attrs...)
}

// warn reports the warnings of an answer: "[code]: text | [code]: text".
func (c *conn) warn(ctx context.Context, r *request, h http.Header) {
	method, path := r.name()
	for _, line := range h.Values("X-System-Warning") {
		for item := range strings.SplitSeq(line, "|") {
			w := Warning{Method: method, Path: path, Text: strings.TrimSpace(item)}
			if rest, ok := strings.CutPrefix(w.Text, "["); ok {
				if code, text, ok := strings.Cut(rest, "]:"); ok {
					w.Code, w.Text = code, strings.TrimSpace(text)
				}
			}
			c.logger.LogAttrs(ctx, slog.LevelWarn, "ksef: system warning",
				slog.String("method", method), slog.String("path", path), slog.String("code", w.Code), slog.String("text", w.Text))
			if c.warning != nil {
				c.warning(ctx, w)
			}
		}
	}
}
