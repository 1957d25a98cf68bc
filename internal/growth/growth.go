// Package growth tells, in tests, work that grows with its input from work that
// grows with the square of it. A bound in seconds would fail on a busy machine
// and pass on a quick one.
package growth

import (
	"testing"
	"time"
)

const (
	// Times is how much larger the larger input has to be.
	Times = 64

	// most is how much longer it may take. Linear work takes 64 times as long,
	// sorting and what leaves the processor's caches twice or three times that,
	// and quadratic work 4096 times.
	most = 16 * Times

	// attempts is how often both are tried. Others' use of the machine only
	// makes times longer, so the shortest are believed, and one good attempt
	// says enough.
	attempts = 8
)

// Linear fails t when large takes out of proportion longer than small, which
// does the same with an input [Times] smaller. It returns the shortest time that
// large took.
func Linear(t testing.TB, small, large func()) time.Duration {
	t.Helper()
	little, much := time.Duration(1<<62), time.Duration(1<<62)
	for range attempts {
		for range 3 {
			little = min(little, took(small))
		}
		much = min(much, took(large))
		if much <= most*little {
			return much
		}
	}
	t.Errorf("%v grew to %v with an input %d times larger", little, much, Times)
	return much
}

func took(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}
