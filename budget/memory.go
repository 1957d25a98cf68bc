package budget

import (
	"context"
	"sync"
	"time"
)

// store keeps accounts.
type store interface {
	// update has do look at an account and, if it returns true, keeps what do changed.
	update(ctx context.Context, name string, do func(a *ledger, now int64) bool) error
	// fresh is how long others need to hear of a change; zero when there are none.
	fresh() time.Duration
}

// memory is the store of one process. Its clock cannot be set.
type memory struct {
	mu       sync.Mutex
	begin    time.Time
	accounts map[string]*ledger
	settled  int64
}

func newMemory() *memory { return &memory{begin: time.Now(), accounts: map[string]*ledger{}} }

func (m *memory) fresh() time.Duration { return 0 }

func (m *memory) update(_ context.Context, name string, do func(*ledger, int64) bool) error {
	now := int64(time.Since(m.begin))
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[name]
	if a == nil {
		a = new(ledger)
		m.accounts[name] = a
	}
	do(a, now)
	m.tidy(now)
	return nil
}

// tidy forgets accounts that have not been used for an hour, now and then.
func (m *memory) tidy(now int64) {
	if now-m.settled < int64(time.Hour) {
		return
	}
	m.settled = now
	for name, a := range m.accounts {
		if a.settle(now); len(a.Used) == 0 && a.Limits == nil {
			delete(m.accounts, name)
		}
	}
}
