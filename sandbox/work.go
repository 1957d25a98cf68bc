package sandbox

import "time"

// unasked is how long accepted work takes when Options.Latency is zero and nobody asks how far it is.
const unasked = 5 * time.Second

// work is something KSeF has accepted and does in its own time. Whether it is done is computed when
// somebody asks; nothing runs meanwhile.
type work struct {
	due   time.Time
	quick bool // done as soon as it was asked for once
	asked bool
}

// accept starts work. Without a latency it is seen pending once, so that every client has to wait as it
// must for the real KSeF, and is done with the next look.
func (s *Server) accept(now time.Time) work {
	if s.opts.Latency > 0 {
		return work{due: now.Add(s.opts.Latency)}
	}
	return work{due: now.Add(unasked), quick: true}
}

// done reports whether the work is done, without counting as a look.
func (w *work) done(now time.Time) bool {
	return !now.Before(w.due) || w.quick && w.asked
}

// look counts somebody's asking: who asks next finds quick work done.
func (w *work) look() { w.asked = true }
