package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// NewTransport returns a transport that hands requests to h in the goroutine of the caller: no
// listener, no port, nothing to close, and nothing that [testing/synctest] would have to wait for.
//
// It keeps to what a network does. A request whose context has ended fails with the context's cause,
// also when h has done its work meanwhile. A handler that panics with [http.ErrAbortHandler] breaks the
// connection: the request fails with [io.ErrUnexpectedEOF], or, when the handler has flushed part of
// the answer, reading the body does. The handler sees a copy of the request, from 127.0.0.1.
//
// [Server.Transport] is the same for a server. Use NewTransport to put a handler of your own around it.
func NewTransport(h http.Handler) http.RoundTripper { return transport{h} }

// Transport returns a transport whose requests all go to s, whatever host they name.
func (s *Server) Transport() http.RoundTripper { return NewTransport(s) }

type transport struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close()
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	w := &recorder{header: http.Header{}}
	aborted := t.serve(w, arriving(r, body))
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	w.WriteHeader(http.StatusOK)
	header := w.sent
	if header == nil {
		header = w.header
	}
	var content io.Reader = &w.body
	length := int64(w.body.Len())
	if aborted {
		if !w.flushed {
			return nil, io.ErrUnexpectedEOF
		}
		content, length = io.MultiReader(content, broken{}), -1
	} else {
		_, _ = io.Copy(io.Discard, body) // what the handler left, as a server does before it answers
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: length, Request: r,
		Body: io.NopCloser(content),
	}, nil
}

// serve runs the handler and reports whether it broke off.
func (t transport) serve(w *recorder, r *http.Request) (aborted bool) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			aborted = true
		default:
			panic(v)
		}
	}()
	t.handler.ServeHTTP(w, r)
	return false
}

// arriving is r as a server sees it.
func arriving(r *http.Request, body io.ReadCloser) *http.Request {
	in := r.WithContext(r.Context()) // not Clone, most of whose copies would be replaced here
	in.Header = r.Header.Clone()
	in.Body = body
	in.RequestURI = r.URL.RequestURI()
	in.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	in.RemoteAddr = "127.0.0.1:1"
	return in
}

// recorder holds an answer.
type recorder struct {
	header  http.Header // what the handler works on
	sent    http.Header // what it was when the status was written, if the handler has asked for it since
	status  int
	flushed bool
	body    bytes.Buffer
}

func (w *recorder) Header() http.Header {
	if w.status != 0 && w.sent == nil {
		w.sent = w.header.Clone()
	}
	return w.header
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush implements [http.Flusher].
func (w *recorder) Flush() {
	w.WriteHeader(http.StatusOK)
	w.flushed = true
}

// broken is the rest of a body after the connection broke.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
