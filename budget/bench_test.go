package budget

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// benchmark takes when so many requests have been made in the last hour.
func benchmark(b *testing.B, o *Options, made int) {
	o.Limits = only(Limits{-1, -1, 1 << 40})
	budget := mustNew(b, o)
	fill := func(a *ledger, now int64) bool {
		u := a.usage("invoiceSend", Limits{}, now)
		u.Ended = u.Ended[:0]
		for n := range made {
			u.Ended = append(u.Ended, now-int64(made-n))
		}
		return true
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%100 == 0 { // before there are too many
			if err := budget.store.update(context.Background(), "a", fill); err != nil {
				b.Fatal(err)
			}
		}
		done, err := budget.Take(context.Background(), "a", "invoiceSend")
		if err != nil {
			b.Fatal(err)
		}
		done(0)
	}
}

func BenchmarkTake(b *testing.B) { benchmark(b, new(Options), 1200) }

// The state is read and written twice for a request, and larger the more were made in the last hour. The baseline
// does with files what that takes.
func BenchmarkTakeShared(b *testing.B) {
	b.Run("baseline", func(b *testing.B) {
		path, state := filepath.Join(b.TempDir(), "state"), make([]byte, 20*120)
		for b.Loop() {
			for range 2 {
				_, _ = os.ReadFile(path)
				if err := errors.Join(os.WriteFile(path+".lock", nil, 0o600), os.WriteFile(path+".new", state, 0o600), os.Rename(path+".new", path)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("120", func(b *testing.B) { benchmark(b, &Options{Dir: b.TempDir()}, 120) })
	b.Run("1200", func(b *testing.B) { benchmark(b, &Options{Dir: b.TempDir()}, 1200) })
}

func BenchmarkPlan(b *testing.B) {
	for b.Loop() {
		Plan(Online(10_000), nil)
	}
}
