package mirror

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/ksef-go/ksef"
)

// SyncOptions adjusts [Mirror.Sync]. A nil *SyncOptions means the defaults,
// which will do when the mirror knows where to go on.
type SyncOptions struct {
	Roles []ksef.Role // nil for all four

	// From is where to begin in a role of which the mirror has nothing yet: a date
	// of storage. The mirror remembers it, also when Sync ends before anything
	// comes; of several the earliest counts.
	From time.Time

	Compression ksef.Compression // of the packages; "" for TarGz
	Parallel    int              // how many parts are fetched at once; 0 for 4

	// Progress, when set, hears how far fetching a package is, from several
	// goroutines at once.
	Progress func(ksef.PackageProgress)
}

// Sync brings the mirror up to KSeF's high-water mark by [ksef.Sync]. Where
// nothing is new it makes one request for a role.
//
// Whatever ends it early, errors, ctx, the death of the process, leaves a whole
// mirror; the windows that were done are kept, and the next Sync goes on. It is
// safe to repeat. While another Sync is at work, here or in another process, it
// is [ErrLocked]; a client of another taxpayer or KSeF than the first is
// [ErrTaxpayer]. The report tells of the windows that this call kept.
func (m *Mirror) Sync(ctx context.Context, client *ksef.AuthenticatedClient, opts *SyncOptions) (report ksef.SyncReport, err error) {
	var o SyncOptions
	if opts != nil {
		o = *opts
	}
	unlock, err := m.lock()
	if err != nil {
		return report, fmt.Errorf("mirror: sync: %w", err)
	}
	defer unlock()
	s := &syncing{m: m, ctx: ctx}
	err = s.run(client, &o)
	if s.sync != nil {
		report = s.sync.Report()
	}
	if err != nil {
		return report, fmt.Errorf("mirror: sync: %w", err)
	}
	return report, nil
}

// begin remembers where the roles begin that have not begun yet, and puts it
// into the state.
func (s *syncing) begin(client *ksef.AuthenticatedClient, state ksef.SyncState, o *SyncOptions) (ksef.SyncState, error) {
	roles := o.Roles
	if roles == nil {
		roles = ksef.Roles()
	}
	for _, role := range roles {
		if !state.Through(role).IsZero() {
			continue
		}
		from, err := s.m.began(s.ctx, role)
		if err != nil {
			return state, err
		}
		if !o.From.IsZero() && (from.IsZero() || o.From.Before(from)) {
			from = o.From
			if err := putFact(s.m.db, "from "+string(role), from.UTC().Format(time.RFC3339Nano)); err != nil {
				return state, err
			}
		}
		state = client.Invoices.Sync(state, &ksef.SyncOptions{Roles: []ksef.Role{role}, From: from}).State()
	}
	return state, nil
}

// began tells where a role began; the zero time when it never has.
func (m *Mirror) began(ctx context.Context, role ksef.Role) (time.Time, error) {
	text, err := m.fact(ctx, "from "+string(role))
	if err != nil || text == "" {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, text)
}

// syncing is a Sync under way.
type syncing struct {
	m     *Mirror
	ctx   context.Context
	sync  *ksef.Sync
	batch *batch // nil until something comes

	turn     int
	settling chan error // what becomes of moving the files of the last batch; nil if none are moved
}

func (s *syncing) run(client *ksef.AuthenticatedClient, o *SyncOptions) (err error) {
	if err := s.m.emptyIncoming(); err != nil {
		return err
	}
	if err := s.m.belongsTo(s.ctx, client, true); err != nil {
		return err
	}
	state, err := s.m.State(s.ctx)
	if err != nil {
		return err
	}
	if state, err = s.begin(client, state, o); err != nil {
		return err
	}
	so := &ksef.SyncOptions{Roles: o.Roles, Checkpoint: s.checkpoint, Retract: s.retract}
	so.Compression, so.Parallel, so.Progress = o.Compression, o.Parallel, o.Progress
	so.Dir = s.m.own(partsDir)
	s.sync = client.Invoices.Sync(state, so)
	defer func() { err = errors.Join(err, s.settled(), s.retract("")) }()
	for doc, err := range s.sync.Documents(s.ctx) {
		if err != nil {
			return err
		}
		if err := s.add(doc); err != nil {
			return err
		}
	}
	return os.RemoveAll(s.m.own(partsDir)) // of packages that nobody will ask for again
}

// open begins a batch. It takes turns with the one before, whose files may
// still be on their way.
func (s *syncing) open() (err error) {
	if s.batch == nil {
		s.turn = 1 - s.turn
		s.batch, err = s.m.newBatch(s.ctx, strconv.Itoa(s.turn))
	}
	return err
}

func (s *syncing) add(doc ksef.Document) error {
	if err := s.open(); err != nil {
		return err
	}
	return s.batch.add(doc)
}

// checkpoint makes what came until now part of the mirror. Its files are moved
// while the next come.
func (s *syncing) checkpoint(state ksef.SyncState) error {
	if s.batch == nil {
		return putState(s.m.db, state)
	}
	if err := s.batch.commit(state); err != nil {
		return err // and discarded with the rest
	}
	b := s.batch
	s.batch = nil
	if err := s.settled(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- s.m.settle(b.dir, b.moves) }()
	s.settling = done
	return nil
}

// settled waits until the files of the last batch are in their places.
func (s *syncing) settled() error {
	if s.settling == nil {
		return nil
	}
	err := <-s.settling
	s.settling = nil
	return err
}

// retract forgets what came since the last checkpoint.
func (s *syncing) retract(ksef.Role) error {
	if s.batch == nil {
		return nil
	}
	b := s.batch
	s.batch = nil
	return errors.Join(s.settled(), b.discard())
}

// belongsTo makes sure that a client acts for the taxpayer of the mirror, at
// the KSeF of the mirror: a mark of one says nothing about another, and whoever
// went on from it would miss invoices. The first sync decides.
func (m *Mirror) belongsTo(ctx context.Context, client *ksef.AuthenticatedClient, decide bool) error {
	for _, fact := range []struct{ name, value string }{
		{"taxpayer", client.Context().String()},
		{"ksef", client.BaseURL()},
	} {
		known, err := m.fact(ctx, fact.name)
		switch {
		case err != nil:
			return err
		case known == fact.value:
		case known != "":
			return fmt.Errorf("%w: it holds invoices of %s, the client is of %s", ErrTaxpayer, known, fact.value)
		case decide:
			if err := putFact(m.db, fact.name, fact.value); err != nil {
				return err
			}
		}
	}
	return nil
}
