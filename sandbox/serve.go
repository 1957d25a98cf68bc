package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// maxBody is the largest body that most routes read.
const maxBody = 4 << 20

// maxBody is the largest body that the route reads: invoices and parts of packages are larger than others.
func (rt route) maxBody() int64 {
	switch rt.operation {
	case "POST /sessions/online/{referenceNumber}/invoices":
		return 16 << 20 // 10 MB, to which the limit can be raised, in Base64
	case "PUT /storage/{referenceNumber}/batch-parts/{ordinalNumber}":
		return maxOpenedPart
	}
	return maxBody
}

// call is one request while it is being answered.
type call struct {
	s         *Server
	r         *http.Request
	header    http.Header       // of the answer, unless a handler brings its own
	operation string            // as the contract names it
	values    map[string]string // of the path's named segments
	now       time.Time         // one instant for all that the request causes
	by        *bearer           // nil when nobody is authenticated
}

// answer is what goes back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	content *io.SectionReader // the body, if it is too large to be held
}

// size is how many bytes the body has.
func (a *answer) size() int64 {
	if a.content != nil {
		return a.content.Size()
	}
	return int64(len(a.body))
}

// write writes the first n bytes of the body.
func (a *answer) write(w io.Writer, n int64) {
	// A caller who has gone is no concern of ours; a body that cannot be read ends too early, which callers notice.
	if a.content != nil {
		_, _ = io.CopyN(w, a.content, n)
		return
	}
	_, _ = w.Write(a.body[:n])
}

// json sets the body to v. It returns a, for chaining.
func (a *answer) json(contentType string, v any) *answer {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // cannot happen: what is encoded is this package's own
	}
	a.header.Set("Content-Type", contentType+"; charset=utf-8")
	a.body = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	return a
}

// ServeHTTP answers requests below /v2 as KSeF does, below /storage as the storage that KSeF hands out addresses
// of, and below /latarnia as the ministry's status service. It implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt, values := operations().find(r.Method, r.URL)
	seen := Request{Time: s.Now(), Method: r.Method, Path: r.URL.Path, Route: rt.operation}
	fault := s.faults.strike(rt.operation)
	if !pause(r, fault.Delay) || fault.Drop {
		seen.Lost = true
		s.record(r, seen)
		panic(http.ErrAbortHandler)
	}
	c := &call{s: s, r: r, header: w.Header(), operation: rt.operation, values: values, now: s.Now()}
	a := fault.answer(c)
	if a == nil {
		r.Body = http.MaxBytesReader(w, r.Body, rt.maxBody())
		a, seen.Done = c.run(rt), true
	}
	cut := fault.Truncate > 0 && int64(fault.Truncate) < a.size()
	seen.Status, seen.Lost = a.status, fault.Lose || cut
	s.record(r, seen) // before the answer, so that who has it finds the request in the log
	if fault.Lose {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	if a.content != nil {
		w.Header().Set("Content-Length", strconv.FormatInt(a.size(), 10))
	}
	w.WriteHeader(a.status)
	if !cut {
		a.write(w, a.size())
		return
	}
	a.write(w, int64(fault.Truncate))
	http.NewResponseController(w).Flush() // or the server would drop what it holds
	panic(http.ErrAbortHandler)
}

// record puts a request into both logs.
func (s *Server) record(r *http.Request, seen Request) {
	s.log.add(seen)
	if !s.opts.Logger.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	s.opts.Logger.LogAttrs(r.Context(), slog.LevelDebug, "request", slog.String("method", seen.Method),
		slog.String("path", seen.Path), slog.Int("status", seen.Status), slog.Bool("lost", seen.Lost),
		slog.Duration("took", s.Now().Sub(seen.Time)))
}

// pause waits and reports whether the caller has waited as well.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// run has the route do its work. It is the one place where answers and refusals are made.
func (c *call) run(rt route) *answer {
	body, err := c.do(rt)
	if refused, ok := errors.AsType[*refusal](err); ok {
		return c.refused(refused)
	}
	if err != nil {
		c.s.opts.Logger.ErrorContext(c.r.Context(), "request failed", "operation", rt.operation, "error", err)
		return c.refused(bare(http.StatusInternalServerError))
	}
	a := &answer{status: rt.status, header: c.header}
	if text := c.r.Header.Get("X-Test-System-Warning"); text != "" {
		a.header.Set("X-System-Warning", text)
	}
	if body == nil {
		return a
	}
	if raw, ok := body.(*answer); ok {
		maps.Copy(raw.header, a.header)
		return raw
	}
	return a.json("application/json", body)
}

func (c *call) do(rt route) (any, error) {
	if rt.accepts != 0 {
		var err error
		if c.by, err = c.authorize(rt.accepts); err != nil {
			return nil, err
		}
	}
	if err := c.countRequest(rt); err != nil {
		return nil, err
	}
	return rt.do(c.s, c)
}

// address is where the call comes from; the zero Addr when that cannot be told.
func (c *call) address() netip.Addr {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		host = c.r.RemoteAddr
	}
	addr, _ := netip.ParseAddr(host)
	return addr.Unmap()
}

func (c *call) clientIP() string {
	if addr := c.address(); addr.IsValid() {
		return addr.String()
	}
	return ""
}
