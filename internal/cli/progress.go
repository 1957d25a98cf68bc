package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// bar shows on a terminal how far long work is, at what rate it goes on and how
// long it will take. A nil *bar shows nothing: there is no terminal, or nobody
// wants to know. It is safe for concurrent use.
type bar struct {
	*app
	label  string
	amount func(int64) string // writes an amount of what is counted

	mu    sync.Mutex
	began time.Time // when counting began, with first done already
	first int64
	last  [2]int64 // what was done, and of how much
	shown time.Time
	drawn bool
}

// Of a bar: how often it is drawn, how wide it is, and how long it is watched
// before it dares to foretell.
const (
	barPause = 100 * time.Millisecond
	barWidth = 24
	barTrial = 500 * time.Millisecond
)

// In a window too narrow for it a bar is cut off: wrapped, each drawing of it
// would leave a line behind (DECAWM).
const (
	noWrap = "\x1b[?7l"
	wrap   = "\x1b[?7h"
)

// progress begins a bar. End it with done.
func (a *app) progress(label string, amount func(int64) string) *bar {
	if !a.stderrTTY || a.flags.quiet || a.get("TERM") == "dumb" {
		return nil
	}
	return &bar{app: a, label: label, amount: amount}
}

// set says that n of total are done; a total of zero is not known.
func (b *bar) set(n, total int64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.began.IsZero() || n < b.last[0] || total != b.last[1] { // another one begins
		b.began, b.first, b.shown = now, n, time.Time{}
	}
	b.last = [2]int64{n, total}
	if b.drawn && now.Sub(b.shown) < barPause && n < total {
		return
	}
	b.shown, b.drawn = now, true
	fmt.Fprintf(b.stderr, "\r\x1b[K"+noWrap+"%s"+wrap, b.line(n, total, now.Sub(b.began)))
}

// line is the bar after some time of work.
func (b *bar) line(n, total int64, took time.Duration) string {
	parts := []string{b.label}
	if total > 0 {
		full := int(min(n, total) * barWidth / total)
		parts = append(parts, "["+strings.Repeat("#", full)+strings.Repeat(".", barWidth-full)+"]",
			fmt.Sprintf("%d%%", min(n, total)*100/total))
	}
	parts = append(parts, b.amount(n))
	done := n - b.first
	if took < barTrial || done <= 0 {
		return strings.Join(parts, " ")
	}
	rate := float64(done) / took.Seconds()
	parts = append(parts, b.amount(int64(rate))+"/s")
	if total > n {
		left := time.Duration(float64(total-n) / rate * float64(time.Second))
		parts = append(parts, b.say.timeLeft(left.Round(time.Second)))
	}
	return strings.Join(parts, " ")
}

// done takes the bar away: what follows stands in its place.
func (b *bar) done() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		fmt.Fprint(b.stderr, "\r\x1b[K")
		b.drawn = false
	}
}

// size writes an amount of bytes in powers of a thousand.
func (l language) size(n int64) string {
	v, unit := float64(n), 0
	units := []string{"B", "kB", "MB", "GB", "TB"}
	for v >= 999.5 && unit < len(units)-1 {
		v, unit = v/1000, unit+1
	}
	s := fmt.Sprintf("%.0f %s", v, units[unit])
	if unit > 0 && v < 99.95 {
		s = fmt.Sprintf("%.1f %s", v, units[unit])
	}
	if l == polish {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}
