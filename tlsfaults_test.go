package ksef_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// What goes wrong before there is a connection was never sent: its outcome is
// known, also of what must be sent once. What the next attempt would find again
// is not repeated.
func TestNothingWasSent(t *testing.T) {
	var calls, conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewServer(server.Config.Handler)
	plain.Config.ErrorLog = server.Config.ErrorLog
	defer plain.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	port := server.URL[strings.LastIndex(server.URL, ":"):]

	for _, c := range []struct {
		name     string
		base     string
		config   *tls.Config
		hopeless bool
	}{
		{"unknown authority", server.URL, nil, true},
		{"another host", "https://localhost" + port, &tls.Config{RootCAs: trusted}, true},
		{"expired", server.URL, &tls.Config{RootCAs: trusted, Time: func() time.Time { return time.Now().AddDate(200, 0, 0) }}, true},
		{"no TLS", "https" + strings.TrimPrefix(plain.URL, "http"), nil, true},
		{"old TLS", server.URL, &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, true},
		{"no answer", "https://" + silent.Addr().String(), nil, false},
		{"no name", "https://ksef.invalid", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			conns.Store(0)
			patience := 50 * time.Millisecond
			if c.hopeless { // which takes its time on a busy machine
				patience = time.Minute
			}
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{
				BaseURL: c.base + "/v2",
				HTTPClient: &http.Client{Transport: &http.Transport{
					TLSClientConfig: c.config, TLSHandshakeTimeout: patience, DisableKeepAlives: true, Proxy: nil,
				}},
				Retry: &ksef.Backoff{Attempts: 3, Min: time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Authentication.SubmitXAdES(t.Context(), []byte("<x/>"), nil)
			if err == nil || errors.Is(err, ksef.ErrUnknown) {
				t.Errorf("once: %v", err)
			}
			if n := conns.Load(); c.hopeless && n > 1 {
				t.Errorf("%d connections", n)
			}
			if _, err := client.Authentication.Challenge(t.Context()); err == nil {
				t.Error("answered")
			}
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}

	// The end of the context while connecting is known, too.
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "https://" + silent.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.Authentication.SubmitXAdES(ctx, []byte("<x/>"), nil); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ksef.ErrUnknown) {
		t.Errorf("while connecting: %v", err)
	}
}

// What was sent over a connection and not answered may have been done.
func TestConnectionLost(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}))
	defer server.Close()
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Authentication.SubmitXAdES(t.Context(), []byte("<x/>"), nil); !errors.Is(err, ksef.ErrUnknown) {
		t.Error(err)
	}
}
