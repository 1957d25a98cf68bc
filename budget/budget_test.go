package budget

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Whatever the network delays, and however many make requests, none is refused; and
// without delays nobody waits longer than the limits demand.
func TestNobodyIsRefused(t *testing.T) {
	for _, test := range []struct {
		name     string
		limits   Limits
		budgets  int  // that share a directory; 1 without
		requests int  // of each of four callers
		network  bool // delays
	}{
		{"production", Limits{10, 30, 180}, 1, 60, false},
		{"delays", Limits{10, 30, 180}, 1, 100, true},
		{"a second", Limits{2, -1, -1}, 1, 20, true},
		{"shared", Limits{10, 30, 180}, 3, 25, false},
		{"shared, delays", Limits{5, 12, 40}, 3, 20, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := ""
			if test.budgets > 1 {
				dir = t.TempDir()
			}
			synctest.Test(t, func(t *testing.T) {
				s := &server{limits: test.limits}
				begin := time.Now()
				var all sync.WaitGroup
				total := 0
				for n := range test.budgets {
					b := mustNew(t, &Options{Limits: only(test.limits), Dir: dir})
					for k := range 4 {
						var network *rand.Rand
						if test.network {
							network = rand.New(rand.NewPCG(uint64(n), uint64(k)))
						}
						total += test.requests
						all.Go(func() {
							for range test.requests {
								s.request(t, t.Context(), b, network)
							}
						})
					}
				}
				all.Wait()
				if s.refused > 0 || len(s.seen) != total {
					t.Errorf("%d refused, %d let through of %d", s.refused, len(s.seen), total)
				}
				took := time.Since(begin)
				planned := Plan(Job{Steps: []Step{{"invoiceSend", total}}}, only(test.limits)).Duration
				slack := time.Duration(0) // looking at the file again takes a second
				if dir != "" {
					slack = time.Duration(total) * time.Second
				}
				if !test.network && (took < planned || took > planned+slack) {
					t.Errorf("took %v, planned %v", took, planned)
				}
				t.Logf("%d requests in %v", total, took)
			})
		})
	}
}

// Bulk requests come after all others, and leave them a part of the limits.
func TestBulk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{-1, 10, -1}), Reserve: 0.2})
		bulk, s := b.Bulk(), &server{limits: Limits{-1, 10, -1}}
		for range 8 {
			s.request(t, t.Context(), bulk, nil)
			time.Sleep(time.Second) // so that each is over at a time of its own, and those who go then cannot overtake
		}
		begin := time.Now()
		var order []string
		var mu sync.Mutex
		goes := func(name string, b taker) {
			s.request(t, t.Context(), b, nil)
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
		}
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { goes("bulk", bulk) })
		}
		synctest.Wait()
		for range 2 {
			s.request(t, t.Context(), b, nil) // at once
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("waited %v behind bulk", took)
		}
		for range 4 {
			all.Go(func() { goes("other", b) })
			synctest.Wait()
		}
		all.Wait()
		if want := []string{"other", "other", "other", "other", "bulk", "bulk"}; !slices.Equal(order, want) || s.refused > 0 {
			t.Errorf("order is %q, %d refused", order, s.refused)
		}
	})
}

// Who came first goes first.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{1, -1, -1}), Reserve: -1})
		var order []int
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() {
				done, err := b.Take(t.Context(), "a", "invoiceSend")
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, n) // they come a second apart
				done(0)
			})
			synctest.Wait()
		}
		all.Wait()
		if !slices.IsSorted(order) {
			t.Errorf("order is %v", order)
		}
	})
}

func TestTakeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{-1, -1, 1})})
		take := func(ctx context.Context) error {
			done, err := b.Take(ctx, "test nip-5261040828", "invoiceSend")
			if err == nil {
				done(0)
			}
			return err
		}
		if err := take(t.Context()); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := take(ctx)
		w, ok := errors.AsType[*WaitError](err)
		if !ok || w.Wait != time.Hour || w.Group != "invoiceSend" || !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 0 {
			t.Errorf("failed with %v after %v", err, time.Since(begin))
		}
		if want := "budget: the limits of invoiceSend (test nip-5261040828) allow the next request in 1h0m0s, after the deadline"; err.Error() != want {
			t.Errorf("says %v", err)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		cause := errors.New("no more")
		var all sync.WaitGroup
		for range 2 { // the first in the line, and another
			all.Go(func() {
				if err := take(ctx); !errors.Is(err, cause) {
					t.Errorf("failed with %v", err)
				}
			})
		}
		synctest.Wait()
		stop(cause)
		all.Wait()
		if err := take(ctx); !errors.Is(err, cause) {
			t.Errorf("failed with %v", err)
		}
		if len(b.lines.of) != 0 {
			t.Error("somebody is still waiting")
		}
		if err := take(t.Context()); err != nil || time.Since(begin) != time.Hour {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

// Contexts and groups are counted apart; operations without a group, each for itself.
func TestCountedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: Table{"onlineSession": {1, -1, -1}, "other": {1, -1, -1}}})
		begin := time.Now()
		for _, p := range []place{{"a", "onlineSession"}, {"b", "onlineSession"}, {"a", "GET /tokens"}, {"a", "GET /limits/context"}} {
			done, err := b.Take(t.Context(), p.account, p.group)
			if err != nil {
				t.Fatal(err)
			}
			done(0)
		}
		if time.Since(begin) != 0 {
			t.Errorf("waited %v", time.Since(begin))
		}
		for n, group := range []string{"GET /tokens", "onlineSessionClose"} { // which counts as opening here
			done, _ := b.Take(t.Context(), "b", group)
			done(0)
			if took := time.Since(begin); took != time.Duration(n)*time.Second {
				t.Errorf("%s after %v", group, took)
			}
		}
	})
}

// A limit that is not told is not taken for none.
func TestLimitsThatAreNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tables := mustNew(t, &Options{Limits: Table{"invoiceSend": {-1, -1, -1}}})
		learnt := mustNew(t, nil)
		if err := learnt.Learn(t.Context(), "a", map[string][3]int{}); err != nil {
			t.Fatal(err)
		}
		for _, b := range []*Budget{tables, learnt} {
			begin := time.Now()
			for range 11 { // ten a second, in production
				done, err := b.Take(t.Context(), "a", "GET /tokens")
				if err != nil {
					t.Fatal(err)
				}
				done(0)
			}
			if d := time.Since(begin); d != time.Second {
				t.Errorf("took %v", d)
			}
		}
	})
}

// What KSeF refuses lowers the limits, until an hour has passed or others are learnt.
func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, nil)
		s := &server{limits: Limits{-1, 12, -1}} // less than is thought
		for range 12 {
			s.request(t, t.Context(), b, nil)
		}
		s.request(t, t.Context(), b, nil) // is refused
		begin := time.Now()
		for range 40 {
			s.request(t, t.Context(), b, nil)
		}
		if s.refused != 1 || time.Since(begin) > 4*time.Minute {
			t.Errorf("%d refused, %v", s.refused, time.Since(begin))
		}
		time.Sleep(time.Hour + time.Minute)
		before := s.refused
		for range 13 {
			s.request(t, t.Context(), b, nil)
		}
		if s.refused != before+1 {
			t.Error("the limits are low for ever")
		}
		s.limits = Limits{-1, 100, -1}
		if err := b.Learn(t.Context(), "test nip-5261040828", map[string][3]int{"invoiceSend": {-1, 100, -1}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		begin = time.Now()
		for range 80 {
			s.request(t, t.Context(), b, nil)
		}
		if s.refused != before+1 || time.Since(begin) != 0 {
			t.Errorf("%d refused, %v", s.refused-before-1, time.Since(begin))
		}
	})
}

// Where there are no limits, refusals are waited out all the same.
func TestRefusedWithoutLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{-1, -1, -1})})
		begin := time.Now()
		for _, refused := range []time.Duration{0, 0, 20 * time.Second, 0, 0} {
			done, err := b.Take(t.Context(), "a", "invoiceSend")
			if err != nil {
				t.Fatal(err)
			}
			done(refused)
		}
		if d := time.Since(begin); d != 20*time.Second {
			t.Errorf("took %v", d)
		}
	})
}

// Whoever waits hears of new limits.
func TestLearnWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{-1, -1, 1})})
		s := &server{}
		s.request(t, t.Context(), b, nil)
		begin := time.Now()
		var all sync.WaitGroup
		all.Go(func() { s.request(t, t.Context(), b, nil) })
		time.Sleep(time.Minute)
		if err := b.Learn(t.Context(), "test nip-5261040828", map[string][3]int{"invoiceSend": {}}); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if took := time.Since(begin); took != time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

func TestPlanFromNowOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, &Options{Limits: only(Limits{-1, 10, -1})})
		job := Job{Steps: []Step{{"invoiceSend", 10}}}
		for range 4 {
			done, _ := b.Take(t.Context(), "a", "invoiceSend")
			done(0)
		}
		time.Sleep(20 * time.Second)
		f, err := b.Plan(t.Context(), "a", job)
		if err != nil || f.Duration != 40*time.Second {
			t.Errorf("planned %v, %v", f, err)
		}
		done, _ := b.Take(t.Context(), "a", "invoiceSend")
		done(5 * time.Minute)
		if f, _ := b.Plan(t.Context(), "a", job); f.Duration <= 5*time.Minute {
			t.Errorf("planned %v in spite of a refusal", f)
		}
	})
}

func TestMemoryForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mustNew(t, nil)
		for _, account := range []string{"a", "b"} {
			done, _ := b.Take(t.Context(), account, "invoiceSend")
			done(0)
			time.Sleep(time.Hour + time.Second)
		}
		done, _ := b.Take(t.Context(), "c", "invoiceSend")
		done(0)
		if n := len(b.store.(*memory).accounts); n > 2 {
			t.Errorf("%d accounts are remembered", n)
		}
	})
}
