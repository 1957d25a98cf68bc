package ksef

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// lostError is an answer that did not come. Unless the request was never sent,
// nobody knows whether it was carried out.
type lostError struct {
	err  error
	sent bool
}

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// lost takes the error of an HTTP exchange. It strips the URL that net/http
// puts into it, since a query may hold secrets.
func lost(err error) *lostError {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	op, dialing := errors.AsType[*net.OpError](err)
	return &lostError{err: err, sent: !dialing || op.Op != "dial"}
}

// probe watches whether a request was given a connection: without one, nothing
// was sent, whatever went wrong on the way to it (names, proxies, TLS, the end of
// the context).
type probe struct{ asked, got atomic.Bool }

func (p *probe) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { p.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { p.got.Store(true) },
	})
}

// lost is the function of that name, for the exchange that was watched. A
// transport that is not net/http's may tell nothing.
func (p *probe) lost(err error) *lostError {
	l := lost(err)
	if p.asked.Load() && !p.got.Load() {
		l.sent = false
	}
	return l
}

// hopeless reports that the other side is not who it should be, or does not speak
// TLS as we do: the next attempt would find the same.
func hopeless(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error" // an alert of TLS
}
