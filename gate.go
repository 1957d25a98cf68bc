package ksef

import "context"

// gate is a lock that can be given up waiting for: who enters does the work,
// who waited finds it done. So concurrent callers fetch once, and none of them
// waits longer than its context.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

// tryEnter enters unless somebody is in.
func (g gate) tryEnter() bool {
	select {
	case g <- struct{}{}:
		return true
	default:
		return false
	}
}

func (g gate) leave() { <-g }
