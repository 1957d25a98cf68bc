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

	// most is how much longer it may take than as many small ones as make up its
	// size: linear work takes as long, sorting and what leaves the processor's
	// caches two or three times as long, and quadratic work 64 times.
	most = 16

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
		little = min(little, took(func() { // as long as large, so that others take as much of both
			for range Times {
				small()
			}
		}))
		much = min(much, took(large))
		if much <= most*little {
			return much
		}
	}
	t.Errorf("%d small inputs take %v, one as large as all of them %v", Times, little, much)
	return much
}

func took(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}
