package ksef

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// authConn is a connection that acts for somebody: it puts the access token on
// every request and renews it. Rate limits count by taxpayer, so the memory of
// refusals is its own.
type authConn struct {
	*conn
	pace     pacer
	renewing gate // held while renewing: one renewal at a time

	// creds is a pointer also because package fmt, asked for the wrong verb,
	// shows all that is not behind one.
	creds atomic.Pointer[Credentials]
}

// renewalMargin is how long before its end an access token is renewed: longer
// than a request takes, short against its quarter of an hour.
const renewalMargin = 30 * time.Second

func (c *authConn) credentials() Credentials { return *c.creds.Load() }

// call sends r with in as its JSON body, as the authenticated taxpayer, and
// decodes the answer into out.
func (c *authConn) call(ctx context.Context, r request, in, out any) error {
	if err := r.encode(in); err != nil {
		return err
	}
	r.pace = &c.pace
	token, err := c.freshToken(ctx)
	if err != nil {
		return err
	}
	r.bearer = token
	a, err := c.repeated(ctx, &r)
	if errors.Is(err, ErrUnauthorized) {
		// Refused before anything was done, so a replay is safe whatever the
		// request. Once: a second refusal is about something else.
		if r.bearer, err = c.renew(ctx, token); err != nil {
			return err
		}
		a, err = c.repeated(ctx, &r)
	}
	if err != nil {
		return err
	}
	return r.decode(a, out)
}

// freshToken returns an access token with some life left.
func (c *authConn) freshToken(ctx context.Context) (string, error) {
	access := c.credentials().Access
	left := access.ValidUntil.Sub(c.now())
	if left > renewalMargin {
		return access.Token, nil
	}
	token, err := c.renew(ctx, access.Token)
	if err != nil && left > 0 && ctx.Err() == nil { // early, so there is time for KSeF to recover
		return access.Token, nil
	}
	return token, err
}

// renew returns another access token than the stale one. Who comes while a
// renewal is under way waits for it and takes its result.
func (c *authConn) renew(ctx context.Context, stale string) (string, error) {
	if err := c.renewing.enter(ctx); err != nil {
		return "", fmt.Errorf("ksef: renewing the access token: %w", err)
	}
	defer c.renewing.leave()
	creds := c.credentials()
	if creds.Access.Token != stale {
		return creds.Access.Token, nil
	}
	if creds.Refresh.Token == "" {
		return "", fmt.Errorf("ksef: the access token has ended and there is no refresh token: authenticate anew: %w", ErrUnauthorized)
	}
	t, err := (*Authentication)(&service{c.conn}).Refresh(ctx, creds.Refresh.Token)
	if err != nil {
		return "", fmt.Errorf("%w (renewing the access token)", err)
	}
	creds.Access = *t
	c.creds.Store(&creds)
	return t.Token, nil
}
