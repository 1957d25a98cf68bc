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
	pace pacer

	renewing gate          // held while renewing: one renewal at a time
	failures atomic.Uint32 // renewals that failed, for reasons that are not one caller's
	failure  error         // of the last of them; what is in the gate
	failed   time.Time     // when a renewal failed last; in the gate, too

	// creds is a pointer also because package fmt, asked for the wrong verb,
	// shows all that is not behind one.
	creds atomic.Pointer[Credentials]
}

const (
	// renewalMargin is how long before its end an access token is renewed: longer
	// than a request takes, short against its quarter of an hour.
	renewalMargin = 30 * time.Second

	// renewalPatience is how long an early renewal may hold its caller up, and
	// renewalPause the time from one that failed to the next.
	renewalPatience = 3 * time.Second
	renewalPause    = 5 * time.Second
)

func (c *authConn) credentials() Credentials { return *c.creds.Load() }

// call sends r with in as its JSON body, as the authenticated taxpayer, and
// decodes the answer into out.
func (c *authConn) call(ctx context.Context, r request, in, out any) error {
	if err := r.prepare(in); err != nil {
		return err
	}
	r.acting = c
	token, err := c.freshToken(ctx)
	if err != nil {
		return err
	}
	r.bearer = token
	a, err := c.repeated(ctx, &r)
	if errors.Is(err, ErrUnauthorized) {
		// Refused before anything was done, so a replay is safe whatever the
		// request. Once: a second refusal is about something else.
		if r.bearer, err = c.renew(ctx, r.bearer); err != nil {
			return err
		}
		a, err = c.repeated(ctx, &r)
	}
	if err != nil {
		return err
	}
	return r.decode(a, out)
}

// freshToken returns an access token with some life left. Renewing it early is
// the business of one caller, and not for long; the others use it meanwhile, and
// so does he when KSeF does not renew it now.
func (c *authConn) freshToken(ctx context.Context) (string, error) {
	access := c.credentials().Access
	left := access.ValidUntil.Sub(c.now())
	switch {
	case access.Token != "" && access.ValidUntil.IsZero(): // nobody told; a 401 will
		return access.Token, nil
	case left > renewalMargin:
		return access.Token, nil
	case left <= 0:
		return c.renew(ctx, access.Token)
	}
	if !c.renewing.tryEnter() {
		return access.Token, nil
	}
	defer c.renewing.leave()
	if time.Since(c.failed) < renewalPause {
		return access.Token, nil
	}
	early, cancel := context.WithTimeout(ctx, min(renewalPatience, left))
	defer cancel()
	token, err := c.exchange(early, access.Token)
	if err != nil && ctx.Err() == nil {
		return access.Token, nil
	}
	return token, err
}

// renew returns another access token than the stale one. Who comes while a
// renewal is under way waits for it and takes its result, be it a failure.
func (c *authConn) renew(ctx context.Context, stale string) (string, error) {
	failures := c.failures.Load()
	if err := c.renewing.enter(ctx); err != nil {
		return "", fmt.Errorf("ksef: renewing the access token: %w", err)
	}
	defer c.renewing.leave()
	if c.failures.Load() != failures {
		return "", c.failure
	}
	return c.exchange(ctx, stale)
}

// exchange gets another access token than the stale one. Who calls it is in the
// gate.
func (c *authConn) exchange(ctx context.Context, stale string) (string, error) {
	creds := c.credentials()
	if creds.Access.Token != stale {
		return creds.Access.Token, nil
	}
	if creds.Refresh.Token == "" {
		return "", fmt.Errorf("ksef: the access token has ended and there is no refresh token: authenticate anew: %w", ErrUnauthorized)
	}
	t, err := (*Authentication)(&service{c.conn}).Refresh(ctx, creds.Refresh.Token)
	if err != nil {
		err = fmt.Errorf("%w (renewing the access token)", err)
		c.failed = time.Now()
		if ctx.Err() == nil && !errors.Is(err, ErrRateLimited) { // else it is about this caller's time
			c.failure = err
			c.failures.Add(1)
		}
		return "", err
	}
	creds.Access = *t
	c.creds.Store(&creds)
	return t.Token, nil
}
