package budget

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// server counts as KSeF does: every request at the moment at which it arrives.
type server struct {
	mu      sync.Mutex
	limits  Limits
	seen    []time.Time
	refused int
}

// arrive counts a request; one that is too many is refused for as long as it takes.
func (s *server) arrive() (refused time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for w := range windows {
		most := *s.limits.most(w)
		if most < 1 || len(s.seen) < most {
			continue
		}
		if left := s.seen[len(s.seen)-most].Add(w.length()).Sub(now); left > 0 {
			refused = max(refused, left)
		}
	}
	if refused > 0 {
		s.refused++
		return refused
	}
	s.seen = append(s.seen, now)
	return 0
}

type taker interface {
	Take(ctx context.Context, account, group string) (func(time.Duration), error)
}

// request takes, travels there and back, and reports.
func (s *server) request(t testing.TB, ctx context.Context, b taker, network *rand.Rand) {
	t.Helper()
	done, err := b.Take(ctx, "test nip-5261040828", "invoiceSend")
	if err != nil {
		t.Error(err)
		return
	}
	travel(network)
	refused := s.arrive()
	travel(network)
	done(refused)
}

func travel(network *rand.Rand) {
	if network != nil {
		time.Sleep(time.Duration(network.Int64N(int64(700 * time.Millisecond))))
	}
}

func mustNew(t testing.TB, o *Options) *Budget {
	t.Helper()
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func only(l Limits) Table { return Table{"invoiceSend": l, "other": {10, 30, 120}} }
