package budget

import (
	"slices"
	"time"
)

// abandoned is how long a request can be under way. Of one that is longer nobody
// will tell any more: its process has died.
const abandoned = 5 * time.Minute

// forget is how long KSeF's refusals lower the limits.
const forget = time.Hour

// usage is what was requested of one counter. All times are nanoseconds on the
// store's clock.
type usage struct {
	Ended []int64   `json:"ended,omitempty"` // of requests that were answered, ascending
	Open  []request `json:"open,omitempty"`  // those that were not, yet

	RefusedAt  int64         `json:"refusedAt,omitempty"`
	RefusedFor time.Duration `json:"refusedFor,omitempty"`
	Lowered    Limits        `json:"lowered,omitzero"` // while the refusal is not forgotten
}

// request is a request that is under way.
type request struct {
	ID   uint64 `json:"id"`
	Sent int64  `json:"sent"`
}

// clamp takes what seems to lie in the future to be now, as when the clock was set
// back: too much is counted rather than too little. It reports whether there was any.
func (u *usage) clamp(now int64) (changed bool) {
	back := func(t *int64) {
		if *t > now {
			*t, changed = now, true
		}
	}
	back(&u.RefusedAt)
	for i := range u.Ended {
		back(&u.Ended[i])
	}
	for i := range u.Open {
		back(&u.Open[i].Sent)
	}
	return changed
}

// settle brings the usage up to the present.
func (u *usage) settle(now int64) {
	if u.RefusedFor > 0 && now-u.RefusedAt > int64(max(forget, u.RefusedFor)) {
		u.RefusedAt, u.RefusedFor, u.Lowered = 0, 0, Limits{}
	}
	u.Open = slices.DeleteFunc(u.Open, func(r request) bool {
		if now-r.Sent < int64(abandoned) {
			return false
		}
		u.end(r.Sent + int64(abandoned))
		return true
	})
	u.Ended = u.Ended[u.before(now-int64(time.Hour)):]
}

// before is how many requests ended at a time or earlier.
func (u *usage) before(t int64) int {
	n, _ := slices.BinarySearch(u.Ended, t+1)
	return n
}

// end counts a request that ended.
func (u *usage) end(at int64) { u.Ended = slices.Insert(u.Ended, u.before(at), at) }

// idle reports whether there is nothing to remember.
func (u *usage) idle() bool { return len(u.Ended)+len(u.Open) == 0 && u.RefusedFor == 0 }

// within is how many requests are in a window.
func (u *usage) within(w window, now int64) int {
	return len(u.Ended) - u.before(now-int64(w.length())) + len(u.Open)
}

// wait is how long no request may be sent for, at least; zero when one may be sent
// now. The usage must be settled.
func (u *usage) wait(now int64, l Limits) time.Duration {
	wait := time.Duration(max(0, u.RefusedAt+int64(u.RefusedFor)-now))
	for w := range windows {
		most := *l.most(w)
		if most < 1 || u.within(w, now) < most {
			continue
		}
		if k := most - len(u.Open); k > 0 { // when the k-th last of those that ended leaves the window
			wait = max(wait, time.Duration(u.Ended[len(u.Ended)-k]+int64(w.length())-now))
		} else { // none of those under way leaves it sooner than this, if it ends now
			wait = max(wait, w.length())
		}
	}
	return wait
}

// finish counts a request as answered. One that KSeF refused for a time counts no
// more; then a limit is lower than it was thought to be.
func (u *usage) finish(id uint64, now int64, refused time.Duration, l Limits) {
	i := slices.IndexFunc(u.Open, func(r request) bool { return r.ID == id })
	counted := i >= 0 // else it was without limits, or taken for abandoned
	if counted {
		u.Open = slices.Delete(u.Open, i, i+1)
	}
	if refused <= 0 {
		if counted {
			u.end(now)
		}
		return
	}
	l, w := l.min(u.Lowered), u.violated(now, refused)
	if n, most := max(1, u.within(w, now)), *l.most(w); counted && (most < 1 || n < most) {
		*u.Lowered.most(w) = n
	}
	if now+int64(refused) > u.RefusedAt+int64(u.RefusedFor) {
		u.RefusedAt, u.RefusedFor = now, refused
	}
}

// violated is the window that has no room, by how long KSeF refuses: until the oldest
// request leaves it. Where no window fits, somebody else makes requests, or KSeF
// refuses for longer since it was asked too often; then it is one of the shorter two,
// so that nobody is held back for an hour by mistake.
func (u *usage) violated(now int64, refused time.Duration) window {
	best, off := minute, 2*time.Second // by as much KSeF's whole seconds and the network can err
	if refused <= time.Second {
		best = second
	}
	for w := range windows {
		first := u.before(now - int64(w.length()))
		if first == len(u.Ended) {
			continue
		}
		leaves := time.Duration(u.Ended[first] + int64(w.length()) - now)
		if d := (leaves - refused).Abs(); d < off {
			best, off = w, d
		}
	}
	return best
}
