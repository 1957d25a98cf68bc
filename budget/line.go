package budget

import (
	"slices"
	"sync"
)

// place is where one waits: for an account's group.
type place struct{ account, group string }

// lines are those who wait in this process. Who came first goes first, but what is
// bulk comes after all that is not.
type lines struct {
	mu sync.Mutex
	of map[place][]*waiter
}

// waiter is one who waits.
type waiter struct {
	bulk bool
	wake chan struct{} // that it may be first now, or that limits have changed
}

// empty reports whether nobody waits.
func (l *lines) empty(p place) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.of[p]) == 0
}

func (l *lines) join(p place, bulk bool) *waiter {
	w := &waiter{bulk, make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[place][]*waiter{}
	}
	line := l.of[p]
	at := len(line)
	if !bulk {
		if i := slices.IndexFunc(line, func(w *waiter) bool { return w.bulk }); i >= 0 {
			at = i
		}
	}
	l.of[p] = slices.Insert(line, at, w)
	return w
}

// first reports whether it is the waiter's turn.
func (l *lines) first(p place, w *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[p][0] == w
}

// leave takes a waiter out and wakes who is first then.
func (l *lines) leave(p place, w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := slices.DeleteFunc(l.of[p], func(o *waiter) bool { return o == w })
	if len(line) == 0 {
		delete(l.of, p)
		return
	}
	l.of[p] = line
	line[0].stir()
}

// stir wakes those who are first in the lines of an account.
func (l *lines) stir(account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p, line := range l.of {
		if p.account == account {
			line[0].stir()
		}
	}
}

func (w *waiter) stir() {
	select {
	case w.wake <- struct{}{}:
	default: // it has been told already
	}
}
