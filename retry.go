package ksef

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

// repeat says whether a request may be sent again when nobody knows whether it
// was carried out.
type repeat int

const (
	// once: a second time could do the work twice or take away the first
	// time's result. A lost answer is ErrUnknown.
	once repeat = iota
	// repeatable: reading, or doing again what is done already.
	repeatable
)

// repeated sends r as often as is safe, useful and allowed by the policy and
// the context.
func (c *conn) repeated(ctx context.Context, r *request) (*answer, error) {
	pace := &c.pace
	if r.acting != nil {
		pace = &r.acting.pace
	}
	for attempt := 1; ; { // refusals for exceeding a rate limit are not attempts
		err := pace.wait(ctx, r)
		if err == nil {
			err = ended(ctx)
		}
		if err != nil { // nothing was sent
			return nil, r.explain(ctx, err)
		}
		a, err := c.counted(ctx, r)
		if err == nil {
			return a, nil
		}
		again := false
		if refusal, ok := errors.AsType[*Error](err); ok && refusal.StatusCode == http.StatusTooManyRequests {
			// Refused for exceeding a rate limit means not processed: always
			// safe to repeat. The pacer holds the next attempt back for as long
			// as KSeF asked, and the context says how often that can be.
			pace.block(r, refusal)
			again = c.retry.Attempts > 1
		} else if attempt < c.retry.Attempts && r.mayRepeat(err) {
			over := c.retry.rest(ctx, attempt, err)
			if again = over == nil; !again {
				err = over
			}
			attempt++
		}
		if !again {
			return nil, r.explain(ctx, err)
		}
		method, path := r.name()
		c.logger.LogAttrs(ctx, slog.LevelInfo, "ksef: repeating",
			slog.String("method", method), slog.String("path", path), slog.Int("attempt", attempt), slog.String("error", err.Error()))
	}
}

// mayRepeat reports whether sending r again after err is safe and could help.
func (r *request) mayRepeat(err error) bool {
	if l, ok := errors.AsType[*lostError](err); ok {
		return (r.repeat == repeatable || !l.sent) && !hopeless(err)
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || r.repeat != repeatable {
		return false
	}
	switch e.StatusCode { // what stands between us and KSeF; a 500 is KSeF's own and comes back
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// explain makes err the error of the whole call: what was asked, and that the
// outcome is unknown where the request may have been carried out and must not
// be repeated.
func (r *request) explain(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		// A 5xx says nothing about what KSeF did before it.
		e.unknown = r.repeat == once && e.StatusCode >= http.StatusInternalServerError
		return err
	}
	method, path := r.name()
	err = withEnd(ctx, err)
	if l, ok := errors.AsType[*lostError](err); ok && l.sent && r.repeat == once {
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return fmt.Errorf("ksef: %s %s: %w", method, path, err)
}

// pause is how long to wait after the given attempt, counted from 1.
func (b Backoff) pause(attempt int) time.Duration {
	d := float64(b.Min)
	for range attempt - 1 {
		d = min(d*max(b.Factor, 1), float64(max(b.Max, b.Min)))
	}
	if b.Jitter > 0 { // spreads clients that failed at the same moment
		d *= 1 - min(b.Jitter, 1)*rand.Float64()
	}
	return time.Duration(d)
}

// rest waits after the given attempt, which failed with err. When ctx ends first
// there is no other, and rest returns both errors.
func (b Backoff) rest(ctx context.Context, attempt int, err error) error {
	over := sleep(ctx, b.pause(attempt))
	if over == nil {
		return nil
	}
	if errors.Is(err, context.Cause(ctx)) { // it has been said
		return err
	}
	return fmt.Errorf("%w (%w before it could be repeated)", err, over)
}

// sleep waits for d or the end of ctx, which it returns.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

// ended says why ctx is over, nil when it is not: [context.Canceled] or
// [context.DeadlineExceeded], and the cause that was given with it.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return withEnd(ctx, context.Cause(ctx))
}

// withEnd makes err also the end of ctx, where that has come.
func withEnd(ctx context.Context, err error) error {
	for _, end := range []error{context.Cause(ctx), ctx.Err()} {
		if end != nil && !errors.Is(err, end) {
			err = fmt.Errorf("%w: %w", end, err)
		}
	}
	return err
}
