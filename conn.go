package ksef

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// conn is the connection to one environment. A call goes down the chain
//
//	renewed (authconn.go) → repeated (retry.go, pace.go) → roundTrip (here)
//
// and each link does one thing. A conn has no state but what KSeF told it: its
// clock, its keys and whom it asked to slow down.
type conn struct {
	env       Environment
	base      string
	http      *http.Client
	header    http.Header
	retry     Backoff
	poll      Backoff
	logger    *slog.Logger
	warning   func(context.Context, Warning)
	pace      pacer // of anonymous requests
	keys      keyring
	clockSkew atomic.Int64 // nanoseconds KSeF's clock is ahead of ours
}

// request is one call, before it becomes one or several HTTP requests.
type request struct {
	method, path string
	query        url.Values
	route        string // the operation without identifiers; "" when it is the path
	repeat       repeat
	header       http.Header
	bearer       string // secret
	accept       string // "" for JSON
	contentType  string
	body         []byte
	pace         *pacer // nil for the connection's own
}

// name is how errors and logs call the request: no query, no host.
func (r *request) name() (method, path string) {
	path, _, _ = strings.Cut(r.path, "?")
	return r.method, path
}

// answer is what came back with a status of 2xx.
type answer struct {
	header http.Header
	body   []byte
}

// Sizes that nothing KSeF sends in JSON comes near.
const (
	maxAnswer    = 64 << 20
	maxErrorBody = 64 << 10
)

// How KSeF writes moments, and how finely.
const (
	wireTime = "2006-01-02T15:04:05.9999999Z07:00"
	wireTick = 100 * time.Nanosecond
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

// now is KSeF's time as far as we know it: what expires, expires there.
func (c *conn) now() time.Time { return time.Now().Add(time.Duration(c.clockSkew.Load())) }

// call sends r with in as its JSON body and decodes the answer into out: from
// JSON, or as it is if out is a *[]byte or a function.
func (c *conn) call(ctx context.Context, r request, in, out any) error {
	if err := r.encode(in); err != nil {
		return err
	}
	a, err := c.repeated(ctx, &r)
	if err != nil {
		return err
	}
	return r.decode(a, out)
}

// completer is an answer that is of no use without some of its members.
type completer interface{ complete() bool }

// encode makes in the body of r. Nil leaves the body that r has.
func (r *request) encode(in any) error {
	if in == nil {
		return nil
	}
	body, err := json.Marshal(in)
	if err != nil {
		method, path := r.name()
		return fmt.Errorf("ksef: %s %s: %w", method, path, err)
	}
	r.body, r.contentType = body, "application/json"
	return nil
}

// decode reads the body of a into out. When KSeF did what must not be repeated
// and said so illegibly, the outcome is lost like an answer that never came.
func (r *request) decode(a *answer, out any) error {
	var err error
	switch out := out.(type) {
	case nil:
	case *[]byte:
		*out = a.body
	case func(*answer) error:
		err = out(a)
	default:
		err = json.Unmarshal(a.body, out)
		if c, ok := out.(completer); ok && err == nil && !c.complete() {
			err = errors.New("members are missing")
		}
	}
	if err == nil {
		return nil
	}
	method, path := r.name()
	err = fmt.Errorf("%w of %s: %w", ErrMalformed, describe(a.header, len(a.body)), err)
	if r.repeat == once {
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return fmt.Errorf("ksef: %s %s: %w", method, path, err)
}

func describe(h http.Header, n int) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if kind == "" {
		kind = "no stated type"
	}
	return fmt.Sprintf("%d bytes of %s", n, kind)
}

// roundTrip makes one HTTP exchange. An answer outside 2xx is an [*Error].
func (c *conn) roundTrip(ctx context.Context, r *request) (*answer, error) {
	if !strings.HasPrefix(r.path, "/") { // it could move the request, token and all, to another host
		return nil, errors.New("want a path that begins with a slash")
	}
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
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
		err = lost(err)
		c.logExchange(ctx, r, started, slog.String("error", err.Error()))
		return nil, err
	}
	defer resp.Body.Close()
	c.setClock(resp.Header)
	limit := int64(maxAnswer)
	if resp.StatusCode/100 != 2 {
		limit = maxErrorBody
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
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

// setClock learns KSeF's time from the Date of an answer, so that tokens are
// renewed in time on a machine whose clock is wrong.
func (c *conn) setClock(h http.Header) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	skew := time.Until(date)
	if skew.Abs() < 2*time.Second { // Date has whole seconds; no skew worth having
		skew = 0
	}
	c.clockSkew.Store(int64(skew))
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
