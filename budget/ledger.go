package budget

import (
	"slices"
	"time"
)

// ledger is all that is known of a context.
type ledger struct {
	Limits Table             `json:"limits,omitempty"` // learnt; nil for those of the budget
	Used   map[string]*usage `json:"used,omitempty"`   // by counter

	// Recovered is when a state that could not be read was given up.
	Recovered int64 `json:"recovered,omitempty"`
}

// table is the limits in force.
func (a *ledger) table(otherwise Table) Table {
	if a.Limits != nil {
		return a.Limits
	}
	return otherwise
}

// usage returns the usage of a counter, settled. After a state was lost it cannot
// be known: then the hour before is taken to have been used up at an even pace,
// so that no burst gets through.
func (a *ledger) usage(counter string, l Limits, now int64) *usage {
	if u := a.Used[counter]; u != nil {
		u.settle(now)
		return u
	}
	u := new(usage)
	if a.Recovered != 0 {
		u.fill(l, a.Recovered)
	}
	if a.Used == nil {
		a.Used = map[string]*usage{}
	}
	a.Used[counter] = u
	u.settle(now)
	return u
}

// maxFilled is the largest limit that is worth keeping after a state was lost.
const maxFilled = 1 << 16

// fill takes as many requests as the longest window has room for to have been made
// at an even pace until a time.
func (u *usage) fill(l Limits, until int64) {
	for w := hour; w >= second; w-- {
		most := *l.most(w)
		if most < 1 || most > maxFilled {
			continue
		}
		u.Ended = make([]int64, most)
		for i := range most {
			u.Ended[i] = until - int64(w.length())*int64(most-1-i)/int64(most)
		}
		return
	}
}

// sound reports whether a state that was read can be one.
func (a *ledger) sound() bool {
	for _, u := range a.Used {
		if u == nil || !slices.IsSorted(u.Ended) {
			return false
		}
	}
	return true
}

// clamp takes what seems to lie in the future to be now, and reports whether there
// was any.
func (a *ledger) clamp(now int64) (changed bool) {
	if a.Recovered > now {
		a.Recovered, changed = now, true
	}
	for _, u := range a.Used {
		changed = u.clamp(now) || changed
	}
	return changed
}

// settle forgets what is over.
func (a *ledger) settle(now int64) {
	if now-a.Recovered > int64(time.Hour) {
		a.Recovered = 0
	}
	for counter, u := range a.Used {
		if u.settle(now); u.idle() && a.Recovered == 0 {
			delete(a.Used, counter)
		}
	}
}

// shift moves all that happened by how far the clock was set ahead.
func (a *ledger) shift(by int64) {
	if a.Recovered != 0 {
		a.Recovered += by
	}
	for _, u := range a.Used {
		for i := range u.Ended {
			u.Ended[i] += by
		}
		for i := range u.Open {
			u.Open[i].Sent += by
		}
		if u.RefusedFor > 0 {
			u.RefusedAt += by
		}
	}
}
