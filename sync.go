package ksef

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
)

// SyncOptions adjusts a [Sync]. A nil *SyncOptions means the defaults, which
// will do when the state knows where to go on.
type SyncOptions struct {
	Roles []Role // nil for all four

	// From is where to begin in a role of which nothing was received yet: a date
	// of storage. It becomes part of the state; of several that were given until
	// something comes, the earliest counts.
	From time.Time

	// Overlap is how far before the last mark a window begins; 0 for a minute,
	// negative for nothing, at most a day. KSeF promises that nothing appears
	// behind its mark; this is for the day it does.
	Overlap time.Duration

	// Known, when set, tells what is kept already: those invoices are not given
	// again, though a process died between keeping them and its next
	// checkpoint.
	Known func(Role, KSeFNumber) (bool, error)

	// Checkpoint, when set, is given the state whenever it has changed: an
	// export was ordered, or all invoices of a window were given. What was given
	// until then must be kept for good before the state is, or together with
	// it. An error of it stops the work.
	Checkpoint func(SyncState) error

	// Retract, when set, is called when a package turned out not to be what it
	// should, before the checkpoint that gives it up: what was given in the role
	// since its last checkpoint is not to be believed and comes again. Without
	// it that counts as kept, since each document had its hash.
	Retract func(Role) error

	DocumentsOptions
}

// Sync keeps a copy of the taxpayer's invoices up to date, by KSeF's high-water
// mark, up to which the repository is complete (ksef-docs
// pobieranie-faktur/przyrostowe-pobieranie-faktur.md). It is for one goroutine.
type Sync struct {
	invoices *Invoices
	opts     SyncOptions
	state    SyncState
	given    map[Role]map[KSeFNumber]time.Time // of windows that are not done, with the dates of storage
	failures int                               // of exports, one after another
	report   SyncReport
}

// Roles returns all roles.
func Roles() []Role { return []Role{Seller, Buyer, ThirdParty, Authorized} }

// Sync goes on from state; the zero SyncState is the beginning. It sends
// nothing.
func (s *Invoices) Sync(state SyncState, opts *SyncOptions) *Sync {
	y := &Sync{invoices: s, state: state.clone(), given: map[Role]map[KSeFNumber]time.Time{}}
	if opts != nil {
		y.opts = *opts
	}
	if y.opts.Roles == nil {
		y.opts.Roles = Roles()
	}
	switch {
	case y.opts.Overlap == 0:
		y.opts.Overlap = time.Minute
	case y.opts.Overlap < 0:
		y.opts.Overlap = 0
	}
	for _, role := range y.opts.Roles {
		y.begin(role)
	}
	return y
}

// begin puts where a role begins into the state.
func (s *Sync) begin(role Role) {
	from := s.opts.From.Truncate(wireTick) // KSeF's mark at the end of a window is no finer, and must not seem to be before it
	r, begun := s.state.roles[role]
	if from.IsZero() || begun && (!r.Through.IsZero() || !from.Before(r.Next)) {
		return
	}
	s.state.roles[role] = syncRole{Next: from, Known: r.Known}
}

// Documents iterates over the invoices that are new, in one role after another,
// up to the high-water mark. Where nothing is new it makes one request for a
// role. An invoice in which the taxpayer has several roles comes once in each.
//
// A window counts as kept when the iteration goes on after its last invoice: a
// loop that is left, or an error, leaves the state where it was, and so does
// the death of the process. Then the next Documents, here or elsewhere, gives
// the window again, without what is [SyncOptions.Known] and, here, without what
// was kept. An export that was ordered before is fetched, not ordered again; while
// KSeF makes ten others, perhaps of processes that died before they could keep
// which, Documents waits for as long as ctx allows, and [Options.Logger] is told.
// What is checked is said at [Package.Documents]; a window is never done without
// all that KSeF counted in it.
func (s *Sync) Documents(ctx context.Context) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		if s.opts.Overlap > day {
			yield(Document{}, fmt.Errorf("ksef: sync: an overlap of %v: want at most a day", s.opts.Overlap))
			return
		}
		for _, role := range s.opts.Roles {
			for more := true; more; {
				var err error
				more, err = s.window(ctx, role, yield)
				if errors.Is(err, errStopped) {
					return
				}
				if err != nil {
					yield(Document{}, err)
					return
				}
			}
		}
	}
}

// State returns how far Documents has got, without the window that is being
// given.
func (s *Sync) State() SyncState { return s.state.clone() }

// Report returns what happened so far.
func (s *Sync) Report() SyncReport { return SyncReport{slices.Clone(s.report.Windows)} }

// SyncReport tells what was found, window by window.
type SyncReport struct {
	Windows []SyncWindow
}

// SyncWindow is a span of dates of storage that is done. Counted is always New
// and Known together.
type SyncWindow struct {
	Role      Role
	From, To  time.Time       // as asked for; a zero To is the time of asking
	Through   time.Time       // up to where it is complete
	Export    ReferenceNumber // "" when a query showed that nothing is new
	Truncated bool            // KSeF made another package of the rest
	Counted   int             // invoices in the window, by KSeF's count
	New       int             // of these, given
	Known     int             // of these, received before
}

// window does what comes next in a role and reports whether there is more.
func (s *Sync) window(ctx context.Context, role Role, yield func(Document, error) bool) (more bool, err error) {
	r, err := s.role(role)
	if err != nil {
		return false, err
	}
	if r.Pending == nil {
		f := InvoiceFilter{Role: role, From: r.Next, Complete: true}
		if s.invoices.conn.now().Sub(f.From) > maxSpan {
			f.To = f.From.Add(maxSpan)
		}
		if !r.More {
			done, more, err := s.nothingNew(ctx, r, f)
			if done || err != nil {
				return more, err
			}
		}
		e, err := s.invoices.exportInTurn(ctx, f, &s.opts.ExportOptions)
		if err != nil {
			return false, err
		}
		r.Pending = &syncPending{e.State(), f.From, f.To}
		if err := s.checkpoint(role, r); err != nil {
			return false, err
		}
	}
	return s.receive(ctx, r, yield)
}

// role returns how far a role is.
func (s *Sync) role(role Role) (syncRole, error) {
	r, begun := s.state.roles[role]
	if !begun {
		return r, fmt.Errorf("ksef: sync of %s: %w", role, ErrNoBeginning)
	}
	return r, nil
}

// nothingNew asks for the first page of a window. If there is nothing on it that
// is not known, and it is the only one, the window is done.
func (s *Sync) nothingNew(ctx context.Context, r syncRole, f InvoiceFilter) (done, more bool, err error) {
	page, err := s.invoices.Query(ctx, f, &QueryOptions{PageSize: maxInvoicePage})
	if errors.Is(err, CodeOutOfRange) { // beyond the high-water mark is nothing yet
		return true, false, nil
	}
	if err != nil || page.HasMore {
		return false, false, err
	}
	for _, i := range page.Invoices {
		if _, known := r.Known[i.KSeFNumber]; !known {
			return false, false, nil
		}
	}
	w := SyncWindow{Role: f.Role, From: f.From, To: f.To, Counted: len(page.Invoices), Known: len(page.Invoices)}
	more, err = s.advance(r, w, page.HWM, nil)
	return true, more, err
}

// receive gives the invoices of the window whose export was ordered.
func (s *Sync) receive(ctx context.Context, r syncRole, yield func(Document, error) bool) (more bool, err error) {
	e := s.invoices.ResumeExport(r.Pending.Export)
	role := r.Pending.Export.Role
	p, err := e.Wait(ctx)
	if err != nil {
		return s.failed(ctx, role, r, err)
	}
	w := SyncWindow{Role: role, From: r.Pending.From, To: r.Pending.To, Export: e.ReferenceNumber(), Truncated: p.Truncated, Counted: p.Count}
	received := map[KSeFNumber]time.Time{}
	for doc, err := range p.Documents(ctx, &s.opts.PackageOptions) {
		if err != nil {
			return s.failed(ctx, role, r, err)
		}
		received[doc.KSeFNumber] = doc.Stored
		known, err := s.known(role, r, doc.KSeFNumber)
		switch {
		case err != nil:
			return false, err
		case known:
			w.Known++
			continue
		case !yield(doc, nil):
			return false, errStopped
		}
		w.New++
		if s.given[role] == nil {
			s.given[role] = map[KSeFNumber]time.Time{}
		}
		s.given[role][doc.KSeFNumber] = doc.Stored
	}
	s.failures = 0
	through := p.HWM
	if p.Truncated {
		through = p.LastStored
		if !through.After(w.From) {
			return false, fmt.Errorf("ksef: sync of %s: export %s is full of invoices stored at %v and does not go on", role, w.Export, w.From)
		}
	}
	return s.advance(r, w, through, received)
}

// known reports whether an invoice was kept before.
func (s *Sync) known(role Role, r syncRole, n KSeFNumber) (bool, error) {
	_, before := r.Known[n]
	_, now := s.given[role][n]
	if before || now {
		return true, nil
	}
	if s.opts.Known == nil {
		return false, nil
	}
	known, err := s.opts.Known(role, n)
	if err != nil {
		return false, fmt.Errorf("ksef: sync of %s: asking whether %s is known: %w", role, n, err)
	}
	return known, nil
}

// failed decides what becomes of an export that brought nothing: one that
// cannot be had any more, or of which KSeF says to try again, is ordered anew.
func (s *Sync) failed(ctx context.Context, role Role, r syncRole, err error) (again bool, _ error) {
	const unknown, cancelled = 500, 550
	f, failed := errors.AsType[*FailedError](err)
	empty := errors.Is(err, CodeOutOfRange)
	gone := errors.Is(err, ErrGone) || errors.Is(err, CodeNoExport)
	switch {
	case failed, gone, errors.Is(err, ErrCorrupt):
		if err := s.retract(role); err != nil {
			return false, err
		}
		r.Pending, r.Known = nil, union(r.Known, s.given[role]) // a checkpoint keeps what was given
	default: // it is there still
		return false, err
	}
	if err := s.checkpoint(role, r); err != nil {
		return false, err
	}
	if empty {
		return false, nil
	}
	s.failures++
	again = gone || failed && (f.Status.Code == unknown || f.Status.Code == cancelled)
	if !again || s.failures >= s.invoices.conn.retry.Attempts {
		return false, err
	}
	over := s.invoices.conn.retry.rest(ctx, s.failures, err)
	return over == nil, over
}

// retract takes back what was given of a window, if somebody forgets it.
func (s *Sync) retract(role Role) error {
	if s.opts.Retract == nil || len(s.given[role]) == 0 {
		return nil
	}
	if err := s.opts.Retract(role); err != nil {
		return fmt.Errorf("ksef: sync of %s: retracting: %w", role, err)
	}
	delete(s.given, role)
	return nil
}

// advance ends a window that is complete up to a date, and reports whether there
// are more windows. A zero date is the end of the window.
func (s *Sync) advance(r syncRole, w SyncWindow, through time.Time, received map[KSeFNumber]time.Time) (more bool, err error) {
	if through.IsZero() || !w.To.IsZero() && w.To.Before(through) {
		through = w.To
	}
	next := through
	if !w.Truncated {
		next = through.Add(-s.opts.Overlap).Truncate(wireTick)
	}
	if next.Before(w.From) {
		next = w.From
	}
	if through.Before(r.Through) {
		through = r.Through
	}
	w.Through = through
	known := union(r.Known, received)
	maps.DeleteFunc(known, func(_ KSeFNumber, stored time.Time) bool { return stored.Before(next) })
	if err := s.checkpoint(w.Role, syncRole{Next: next, Known: known, Through: through, More: w.Truncated}); err != nil {
		return false, err
	}
	delete(s.given, w.Role)
	s.report.Windows = append(s.report.Windows, w)
	return w.Truncated || !w.To.IsZero() && !through.Before(w.To), nil
}

func union(a, b map[KSeFNumber]time.Time) map[KSeFNumber]time.Time {
	u := make(map[KSeFNumber]time.Time, len(a)+len(b))
	maps.Copy(u, a)
	maps.Copy(u, b)
	return u
}

// checkpoint keeps the state of a role.
func (s *Sync) checkpoint(role Role, r syncRole) error {
	before := s.state
	s.state = before.clone()
	s.state.roles[role] = r
	if s.opts.Checkpoint == nil {
		return nil
	}
	if err := s.opts.Checkpoint(s.State()); err != nil {
		s.state = before
		return fmt.Errorf("ksef: sync of %s: keeping the state: %w", role, err)
	}
	return nil
}
