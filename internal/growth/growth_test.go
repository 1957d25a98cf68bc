package growth_test

import (
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/growth"
)

// failing is a test that may fail.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper()               {}
func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestLinear(t *testing.T) {
	steps := func(n int) func() {
		return func() {
			sum := 0
			for i := range n {
				sum = sum*31 + i
			}
			if sum == 1 {
				t.Log(sum)
			}
		}
	}
	const n = 5_000
	busy := 0
	sometimes := func() { // what else the machine does
		if busy++; busy%3 == 1 {
			time.Sleep(20 * time.Millisecond)
		}
		steps(n * growth.Times)()
	}
	for name, c := range map[string]struct {
		large func()
		fails bool
	}{
		"linear":    {steps(n * growth.Times), false},
		"hindered":  {sometimes, false},
		"quadratic": {steps(n * growth.Times * growth.Times), true},
	} {
		f := &failing{TB: t}
		growth.Linear(f, steps(n), c.large)
		if f.failed != c.fails {
			t.Errorf("%s: failed %v", name, f.failed)
		}
	}
}
