package budget

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"
)

// Options configures a [Budget]. A nil *Options, like the zero Options, means the
// defaults.
type Options struct {
	// Limits are those of contexts that have not been learnt; nil means
	// [Production].
	Limits Table

	// Reserve is the part of every limit that bulk requests leave to others, 0 to
	// 1. Zero means a tenth, less than zero none.
	Reserve float64

	// Dir is a directory in which processes of this machine share the budget; it is
	// made if need be, for its owner alone. It must be local: locks of network
	// file systems cannot be relied on. "" means that this process is alone.
	Dir string
}

// Budget holds requests back until KSeF's limits allow them. It is safe for
// concurrent use, starts no goroutine and needs no closing.
type Budget struct {
	store   store
	lines   lines
	limits  Table
	reserve float64
}

// New returns a budget. It fails when the directory cannot be made.
func New(opts *Options) (*Budget, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	b := &Budget{limits: maps.Clone(o.Limits), reserve: min(max(0, o.Reserve), 1)}
	if b.limits == nil {
		b.limits = Production()
	}
	if o.Reserve == 0 {
		b.reserve = 0.1
	}
	if o.Dir == "" {
		b.store = newMemory()
		return b, nil
	}
	var err error
	b.store, err = newFiles(o.Dir)
	return b, err
}

// Take returns when a request of the group may be sent for the account, and counts
// it. An account is whatever KSeF counts together: an environment and a context;
// for requests without a context, the environment alone. A group has one of KSeF's
// names, or that of an operation: see [Table].
//
// The caller sends the request at once and calls done when it was answered, or will
// not be any more: with zero, or, when KSeF refused it with 429, with what
// Retry-After says. Every call of Take that succeeds must be followed by one of
// done; of a process that died before it a request counts as under way for five
// minutes.
//
// When the context would end before the request may be sent, Take fails at once
// with a [*WaitError]. When the shared directory cannot be used, it fails as well:
// nothing is sent uncounted.
func (b *Budget) Take(ctx context.Context, account, group string) (done func(refused time.Duration), err error) {
	return b.take(ctx, account, group, false)
}

// Bulk returns the same budget for requests that can wait: nightly exports, batches,
// whatever is not to keep others from working. They come after all other requests
// and leave [Options.Reserve] of every limit to those.
func (b *Budget) Bulk() *Bulk { return &Bulk{b} }

// Bulk is a [Budget] as seen by requests that can wait.
type Bulk struct{ budget *Budget }

// Take is [Budget.Take] for requests that can wait.
func (k *Bulk) Take(ctx context.Context, account, group string) (done func(refused time.Duration), err error) {
	return k.budget.take(ctx, account, group, true)
}

// Learn replaces the limits of an account by what KSeF says they are (GET
// /rate-limits): of each group the requests a second, a minute and an hour, below 1
// for any number. All processes that share the budget learn them.
func (b *Budget) Learn(ctx context.Context, account string, rates map[string][3]int) error {
	limits := Table{}
	for group, most := range rates {
		limits[group] = Limits{most[second], most[minute], most[hour]}
	}
	err := b.store.update(ctx, account, func(a *ledger, _ int64) bool {
		a.Limits = limits
		for _, u := range a.Used {
			u.Lowered = Limits{}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("budget: %w", err)
	}
	b.lines.stir(account)
	return nil
}

// Learn is [Budget.Learn].
func (k *Bulk) Learn(ctx context.Context, account string, rates map[string][3]int) error {
	return k.budget.Learn(ctx, account, rates)
}

// WaitError reports that a request may not be sent before the context ends. It is
// [context.DeadlineExceeded] to errors.Is.
type WaitError struct {
	Account, Group string
	Wait           time.Duration // at least, from when the error was returned
}

// Error implements error.
func (e *WaitError) Error() string {
	return fmt.Sprintf("budget: the limits of %s (%s) allow the next request in %v, after the deadline", e.Group, e.Account, e.Wait)
}

// Is reports whether target is [context.DeadlineExceeded].
func (e *WaitError) Is(target error) bool { return target == context.DeadlineExceeded }

func (b *Budget) take(ctx context.Context, account, group string, bulk bool) (func(time.Duration), error) {
	p := place{account, group}
	if b.lines.empty(p) {
		if done, wait, err := b.try(ctx, p, bulk); wait == 0 || err != nil {
			return done, err
		}
	}
	w := b.lines.join(p, bulk)
	defer b.lines.leave(p, w)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var wait time.Duration
		var later <-chan time.Time // nil unless it is the waiter's turn
		if b.lines.first(p, w) {
			var done func(time.Duration)
			var err error
			if done, wait, err = b.try(ctx, p, bulk); wait == 0 || err != nil {
				return done, err
			}
			if end, ok := ctx.Deadline(); ok && time.Until(end) <= wait {
				return nil, &WaitError{account, group, wait}
			}
			if fresh := b.store.fresh(); fresh > 0 {
				wait = min(wait, fresh)
			}
			timer.Reset(wait)
			later = timer.C
		}
		select {
		case <-later:
		case <-w.wake:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// try counts a request if it may be sent, and otherwise says how long it may not.
func (b *Budget) try(ctx context.Context, p place, bulk bool) (done func(time.Duration), wait time.Duration, err error) {
	if ctx.Err() != nil {
		return nil, 0, context.Cause(ctx)
	}
	id := rand.Uint64()
	free := false
	err = b.store.update(ctx, p.account, func(a *ledger, now int64) bool {
		counter, l := a.table(b.limits).find(p.group)
		u := a.usage(counter, l, now)
		l = l.min(u.Lowered)
		if bulk {
			l = l.less(b.reserve)
		}
		wait = u.wait(now, l)
		if free = l.unlimited(); free || wait > 0 {
			return false
		}
		u.Open = append(u.Open, request{id, now})
		return true
	})
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("budget: %w", err)
	case wait > 0:
		return nil, wait, nil
	case free: // and so of interest only if it is refused after all
		return func(refused time.Duration) {
			if refused > 0 {
				b.finish(p, id, refused)
			}
		}, 0, nil
	}
	return func(refused time.Duration) { b.finish(p, id, refused) }, 0, nil
}

// finish counts a request as answered. What cannot be written down stays under way
// until it is taken for abandoned, which counts too much rather than too little.
func (b *Budget) finish(p place, id uint64, refused time.Duration) {
	_ = b.store.update(context.Background(), p.account, func(a *ledger, now int64) bool {
		counter, l := a.table(b.limits).find(p.group)
		a.usage(counter, l, now).finish(id, now, refused, l)
		return true
	})
}
