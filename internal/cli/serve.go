package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// doors are the addresses at which a program answers.
type doors []door

type door struct {
	listener net.Listener
	handler  http.Handler
	cert     *tls.Certificate // nil for plain HTTP
}

// open begins to listen and returns the address at which clients on this
// machine find the door: with the port it really got, and no wildcard.
func (d *doors) open(ctx context.Context, listen func(context.Context, string, string) (net.Listener, error),
	address string, handler http.Handler, cert *tls.Certificate) (string, error) {
	l, err := listen(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	*d = append(*d, door{l, handler, cert})
	if at, ok := l.Addr().(*net.TCPAddr); ok && at.IP.IsUnspecified() {
		_, port, err := net.SplitHostPort(at.String())
		return net.JoinHostPort("127.0.0.1", port), err
	}
	return l.Addr().String(), nil
}

// close ends the listening, also of what was never served.
func (d *doors) close() {
	for _, door := range *d {
		door.listener.Close() // again, where it was served: that is no error worth telling
	}
}

// grace is how long requests under way may take when the program ends.
const grace = 3 * time.Second

// serve answers at all doors until ctx ends or one of them breaks, and then
// lets requests under way finish.
func (d *doors) serve(ctx context.Context, logger *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, door := range *d {
		s := &http.Server{
			Handler:           door.handler,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       5 * time.Minute, // a batch part has up to 100 MB
			WriteTimeout:      5 * time.Minute,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		}
		serve := func() error { return s.Serve(door.listener) }
		if door.cert != nil {
			s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*door.cert}, MinVersion: tls.VersionTLS12}
			serve = func() error { return s.ServeTLS(door.listener, "", "") }
		}
		group.Go(func() error {
			if err := serve(); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
			defer cancel()
			if s.Shutdown(last) != nil {
				return s.Close()
			}
			return nil
		})
	}
	return group.Wait()
}
