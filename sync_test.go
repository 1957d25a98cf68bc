package ksef_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/sandbox"
)

// A copy is what a program keeps on its disk: documents, once each in a role,
// and how far it is.
type copyOf struct {
	t         *testing.T
	documents map[string]bool // durable
	state     []byte          // durable, together with the documents
	atOnce    bool            // keeps each document as it comes, and says what it knows
	open      map[string]bool // kept with the next state
}

func newCopy(t *testing.T, atOnce bool) *copyOf {
	return &copyOf{t: t, documents: map[string]bool{}, atOnce: atOnce, open: map[string]bool{}}
}

func nameIn(role ksef.Role, n ksef.KSeFNumber) string { return string(role) + " " + string(n) }

// live is one life of the program that keeps the copy.
func (c *copyOf) live(ctx context.Context, auth *ksef.AuthenticatedClient, opts ksef.SyncOptions) (*ksef.Sync, error) {
	clear(c.open) // was not kept
	var state ksef.SyncState
	if c.state != nil {
		if err := json.Unmarshal(c.state, &state); err != nil {
			return nil, err
		}
	}
	opts.From = begin.AddDate(0, 0, -200)
	opts.Checkpoint = func(s ksef.SyncState) (err error) {
		if ctx.Err() != nil {
			return ctx.Err() // the dead keep nothing
		}
		for name := range c.open {
			c.documents[name] = true
		}
		clear(c.open)
		c.state, err = json.Marshal(s)
		return err
	}
	if c.atOnce {
		opts.Known = func(role ksef.Role, n ksef.KSeFNumber) (bool, error) { return c.documents[nameIn(role, n)], nil }
	}
	s := auth.Invoices.Sync(state, &opts)
	for doc, err := range s.Documents(ctx) {
		if err != nil {
			return s, err
		}
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		name := nameIn(doc.Role, doc.KSeFNumber)
		if c.documents[name] || c.open[name] {
			c.t.Errorf("%s comes twice", name)
		}
		if c.atOnce {
			c.documents[name] = true
		} else {
			c.open[name] = true
		}
	}
	return s, nil
}

// check compares the copy with the depot, up to the mark.
func (c *copyOf) check(d *depot, roles []ksef.Role) {
	c.t.Helper()
	want, missing := 0, 0
	for _, doc := range d.invoices {
		for _, role := range roles {
			if (doc.Role == "" || doc.Role == role) && !doc.Stored.After(time.Now().Add(-d.lag)) {
				want++
				if !c.documents[nameIn(role, doc.KSeFNumber)] {
					missing++
				}
			}
		}
	}
	if missing > 0 || len(c.documents) != want {
		c.t.Errorf("%d of %d are missing, %d are there", missing, want, len(c.documents))
	}
}

// scatter puts invoices into the depot, some of them at the same instant, up to
// a date.
func scatter(r *rand.Rand, d *depot, invoices int, from, to time.Time) {
	roles := append(ksef.Roles(), "")
	at := from
	for range invoices {
		if r.IntN(4) > 0 {
			at = from.Add(time.Duration(r.Int64N(int64(to.Sub(from))))).Truncate(100 * time.Nanosecond)
		}
		d.add(len(d.invoices), at, roles[r.IntN(len(roles))])
	}
}

func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		r := rand.New(rand.NewPCG(1, 1))
		d := newDepot(t)
		d.cap, d.lag = 40, time.Minute
		scatter(r, d, 500, begin.AddDate(0, 0, -200), begin)
		auth := d.client(nil, nil)
		c := newCopy(t, false)
		s, err := c.live(t.Context(), auth, ksef.SyncOptions{})
		if err != nil {
			t.Fatal(err)
		}
		c.check(d, ksef.Roles())
		truncated := 0
		for _, w := range s.Report().Windows {
			if w.Counted != w.New+w.Known || w.Through.IsZero() || w.From.IsZero() {
				t.Errorf("%+v", w)
			}
			if w.Truncated {
				truncated++
			}
		}
		if truncated == 0 {
			t.Error("no package was truncated")
		}
		if through := s.State().Through(ksef.Buyer); through.Before(begin.Add(-time.Minute)) || through.After(begin) {
			t.Errorf("through %v", through)
		}

		clear(d.asked) // nothing new
		if s, err = c.live(t.Context(), auth, ksef.SyncOptions{}); err != nil {
			t.Fatal(err)
		}
		if len(d.asked) != 1 || d.asked["POST /invoices/query/metadata"] != 4 || len(s.Report().Windows) != 4 {
			t.Errorf("with nothing new: %v, %+v", d.asked, s.Report())
		}

		for range 20 { // time goes on
			time.Sleep(time.Duration(r.Int64N(int64(time.Hour))))
			scatter(r, d, r.IntN(30), time.Now().Add(-10*time.Second), time.Now())
			if _, err := c.live(t.Context(), auth, ksef.SyncOptions{Roles: []ksef.Role{ksef.Buyer, ksef.Seller, ksef.Authorized, ksef.ThirdParty}}); err != nil {
				t.Fatal(err)
			}
			c.check(d, ksef.Roles())
		}
		if len(c.state) > 100_000 {
			t.Errorf("the state has become large: %d bytes", len(c.state))
		}
	})
}

// A loop that is left gets its window again, without what it has kept; a state
// that could not be kept is not gone on from.
func TestSyncLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d := newDepot(t)
		for n := range 10 {
			d.add(n, begin.Add(-time.Hour), ksef.Buyer)
		}
		full := errors.New("disk full")
		var refuse bool
		s := d.client(nil, nil).Invoices.Sync(ksef.SyncState{}, &ksef.SyncOptions{
			Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1),
			Checkpoint: func(s ksef.SyncState) error {
				if refuse {
					return full
				}
				return nil
			},
		})
		seen := map[ksef.KSeFNumber]int{}
		for doc := range s.Documents(t.Context()) {
			seen[doc.KSeFNumber]++
			if len(seen) == 4 {
				break
			}
		}
		if !s.State().Through(ksef.Buyer).IsZero() {
			t.Error("a window counts that was left")
		}
		refuse = true
		if docs, err := collect(s.Documents(t.Context())); !errors.Is(err, full) || len(docs) != 7 {
			t.Errorf("%d documents, %v", len(docs), err) // the fourth again: the loop did not go on after it
		}
		refuse = false
		if docs, err := collect(s.Documents(t.Context())); err != nil || len(docs) != 0 {
			t.Errorf("%d documents, %v", len(docs), err)
		}
		if w := s.Report().Windows; len(w) != 1 || w[0].Counted != 10 || w[0].New+w[0].Known != 10 {
			t.Errorf("%+v", w)
		}
		if n := d.asked["POST /invoices/exports"]; n != 1 {
			t.Errorf("%d exports", n)
		}

		if _, err := collect(d.client(nil, nil).Invoices.Sync(ksef.SyncState{}, nil).Documents(t.Context())); err == nil {
			t.Error("began nowhere")
		}
		if _, err := collect(d.client(nil, nil).Invoices.Sync(s.State(), &ksef.SyncOptions{Overlap: 25 * time.Hour}).Documents(t.Context())); err == nil {
			t.Error("an overlap of more than a day")
		}
		var state ksef.SyncState
		for name, text := range map[string]string{
			"a later version": `{"version":2}`, "no version": `{}`, "not a state": `[]`, "no beginning": `{"version":1,"roles":{"Subject1":{}}}`,
			"a broken export": `{"version":1,"roles":{"Subject1":{"next":"2026-01-01T00:00:00Z","pending":{"export":{}}}}}`,
		} {
			if err := json.Unmarshal([]byte(text), &state); err == nil {
				t.Errorf("%s was read", name)
			}
		}
	})
}

// What a condemned package gave is taken back, and comes again from the next.
func TestSyncRetracts(t *testing.T) {
	for _, retract := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			wakeUp()
			d := newDepot(t)
			for n := range 20 {
				d.add(n, begin.Add(-time.Hour), ksef.Buyer)
			}
			d.pack = func(list []ksef.Document, only bool) []archive.Document {
				docs := packNormally(list, only)
				docs[15].Content = []byte("<other/>")
				return docs
			}
			taken := map[ksef.KSeFNumber]bool{}
			opts := &ksef.SyncOptions{Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1)}
			if retract {
				opts.Retract = func(role ksef.Role) error {
					if role != ksef.Buyer || len(taken) != 14 {
						t.Errorf("retracted %d in %s", len(taken), role)
					}
					clear(taken)
					return nil
				}
			}
			s := d.client(nil, nil).Invoices.Sync(ksef.SyncState{}, opts)
			for range 2 {
				var err error
				for doc, e := range s.Documents(t.Context()) {
					if err = e; err != nil {
						break
					}
					if taken[doc.KSeFNumber] {
						t.Errorf("%s comes twice", doc.KSeFNumber)
					}
					taken[doc.KSeFNumber] = true
				}
				if errors.Is(err, ksef.ErrCorrupt) != (d.pack != nil) {
					t.Error(err)
				}
				d.pack = nil
			}
			if len(taken) != 20 {
				t.Errorf("%d documents", len(taken))
			}
		})
	}
}

// More invoices at one instant than a package takes: an error, not a loop.
func TestSyncStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d := newDepot(t)
		d.cap = 5
		for n := range 11 {
			d.add(n, begin.Add(-time.Hour), ksef.Buyer)
		}
		s := d.client(nil, nil).Invoices.Sync(ksef.SyncState{}, &ksef.SyncOptions{Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1)})
		if _, err := collect(s.Documents(t.Context())); err == nil {
			t.Error("no error")
		}
	})
}

// Where a role begins is in the state before anything has come; whoever asks for
// more until then gets more, and nobody less.
func TestSyncBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d := newDepot(t)
		d.add(1, begin.Add(-50*time.Hour), ksef.Buyer)
		d.add(2, begin.Add(-time.Hour), ksef.Buyer)
		invoices := d.client(nil, nil).Invoices
		roles := []ksef.Role{ksef.Seller, ksef.Buyer}
		dead, cancel := context.WithCancel(t.Context())
		cancel()
		first := invoices.Sync(ksef.SyncState{}, &ksef.SyncOptions{Roles: roles, From: begin.AddDate(0, 0, -1)})
		if _, err := collect(first.Documents(dead)); !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, want %v", err, context.Canceled)
		}
		for _, c := range []struct {
			from time.Time
			want int
		}{{time.Time{}, 1}, {begin, 1}, {begin.AddDate(0, 0, -3), 2}} {
			s := invoices.Sync(first.State(), &ksef.SyncOptions{Roles: roles, From: c.from})
			if docs, err := collect(s.Documents(t.Context())); err != nil || len(docs) != c.want {
				t.Errorf("from %v: %d documents, want %d, %v", c.from, len(docs), c.want, err)
			}
		}
		s := invoices.Sync(first.State(), &ksef.SyncOptions{Roles: []ksef.Role{ksef.ThirdParty}})
		if _, err := collect(s.Documents(t.Context())); !errors.Is(err, ksef.ErrNoBeginning) {
			t.Errorf("%v, want %v", err, ksef.ErrNoBeginning)
		}
	})
}

// What KSeF says to do again is done again; what it does not, fails at once.
func TestSyncThroughFailedExports(t *testing.T) {
	for _, test := range []struct {
		code, exports int
		ok            bool
	}{{550, 2, true}, {500, 2, true}, {210, 2, true}, {415, 1, false}} {
		synctest.Test(t, func(t *testing.T) {
			wakeUp()
			d := newDepot(t)
			d.add(1, begin.Add(-time.Hour), ksef.Buyer)
			var first string
			d.status = func(ref string) string {
				if first == "" || first == ref {
					first = ref
					return fmt.Sprintf(`{"status":{"code":%d,"description":"koniec"}}`, test.code)
				}
				return ""
			}
			s := d.client(nil, nil).Invoices.Sync(ksef.SyncState{}, &ksef.SyncOptions{Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1)})
			docs, err := collect(s.Documents(t.Context()))
			if (err == nil) != test.ok || test.ok && len(docs) != 1 || d.asked["POST /invoices/exports"] != test.exports {
				t.Errorf("%d: %d documents, %d exports, %v", test.code, len(docs), d.asked["POST /invoices/exports"], err)
			}
		})
	}
}

// While ten exports are running, ordered perhaps by processes that died, one
// waits for its turn, without using up the orders of an hour, until ctx ends.
func TestExportInTurn(t *testing.T) {
	for name, documents := range map[string]func(context.Context, *ksef.Invoices) iter.Seq2[ksef.Document, error]{
		"sync": func(ctx context.Context, i *ksef.Invoices) iter.Seq2[ksef.Document, error] {
			return i.Sync(ksef.SyncState{}, &ksef.SyncOptions{Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1)}).Documents(ctx)
		},
		"documents": func(ctx context.Context, i *ksef.Invoices) iter.Seq2[ksef.Document, error] {
			return i.Documents(ctx, ksef.InvoiceFilter{Role: ksef.Buyer, From: begin.AddDate(0, 0, -1)}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wakeUp()
				d := newDepot(t)
				d.add(1, begin.Add(-time.Hour), ksef.Buyer)
				d.busy = 10
				var told bytes.Buffer
				start := time.Now()
				docs, err := collect(documents(t.Context(), d.client(nil, &ksef.Options{Logger: slog.New(slog.NewTextHandler(&told, nil))}).Invoices))
				if err != nil || len(docs) != 1 || d.asked["POST /invoices/exports"] != 11 {
					t.Errorf("%d documents, %d orders, %v", len(docs), d.asked["POST /invoices/exports"], err)
				}
				if took := time.Since(start); took < 30*time.Minute || took > time.Hour {
					t.Errorf("ten orders were refused in %v", took)
				}
				if n := strings.Count(told.String(), "ten exports are running"); n != 10 {
					t.Errorf("told %d times: %s", n, &told)
				}
				d.busy = 1 << 20
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				_, err = collect(documents(ctx, d.client(nil, &ksef.Options{}).Invoices))
				if !errors.Is(err, ksef.CodeTooManyExports) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "waiting for one of ten exports") {
					t.Errorf("at the end of ctx: %v", err)
				}
			})
		})
	}
}

// Every request of receiving meets every mischief, and its content is spoiled in
// every way; the program lives again until it is done. Then it has each invoice
// once in each role.
func TestReceivingExactlyOnce(t *testing.T) {
	runs := 0
	for _, atOnce := range []bool{false, true} {
		for kind := range kindsOfMischief + kindsOfSpoiling {
			for _, times := range []int{1, 3} {
				for from := 0; ; from++ {
					reached := true
					t.Run(fmt.Sprintf("atOnce=%v/kind=%d/from=%d/times=%d", atOnce, kind, from, times), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							reached = receiveThrough(t, atOnce, uint64(from), []trouble{{kind, from, times}})
						})
					})
					runs++
					if !reached || t.Failed() {
						break
					}
				}
			}
		}
	}
	t.Logf("%d runs", runs)
}

// And so do they at random, several kinds after one another.
func TestReceivingThroughStorms(t *testing.T) {
	storms := 150
	if testing.Short() {
		storms = 30
	}
	for seed := range storms {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(seed), 3))
				var all []trouble
				for range 1 + r.IntN(4) {
					all = append(all, trouble{r.IntN(kindsOfMischief + kindsOfSpoiling), r.IntN(30), 1 + r.IntN(4)})
				}
				receiveThrough(t, r.IntN(2) == 0, uint64(seed), all)
			})
		})
	}
}

// receivers are the roles in which the fault suite receives.
var receivers = []ksef.Role{ksef.Buyer, ksef.Seller}

// trouble is one kind of mischief or of spoiling.
type trouble struct{ kind, from, times int }

// receiveThrough lets programs live until the work is done and checks what they
// have. It reports whether there were enough requests for the last trouble.
func receiveThrough(t *testing.T, atOnce bool, seed uint64, all []trouble) (reached bool) {
	wakeUp()
	d := newDepot(t)
	d.cap, d.partSize, d.lag = 6, 700, time.Second
	scatter(rand.New(rand.NewPCG(seed, 4)), d, 16, begin.AddDate(0, 0, -100), begin.Add(-time.Minute))
	transport := sandbox.NewTransport(d)
	var mischiefs []*mischief
	for _, tr := range all {
		if tr.kind < kindsOfMischief {
			m := &mischief{next: transport, kind: tr.kind, from: tr.from, times: tr.times}
			mischiefs = append(mischiefs, m)
			transport = m
			reached = true
			defer func() { reached = m.seen > m.from }()
			continue
		}
		s := &tamperer{kind: tr.kind - kindsOfMischief, from: tr.from, times: tr.times}
		transport = s.around(transport)
		defer func() { reached = s.seen > s.from }()
	}
	c := newCopy(t, atOnce)
	dir := t.TempDir()
	var err error
	for range 40 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		for _, m := range mischiefs {
			m.kill = cancel
		}
		auth := d.client(func(http.RoundTripper) http.RoundTripper { return transport }, &ksef.Options{
			Poll:  &ksef.Backoff{Min: 10 * time.Millisecond, Max: time.Second, Factor: 2},
			Retry: &ksef.Backoff{Attempts: 3, Min: 100 * time.Millisecond, Factor: 2},
		})
		opts := ksef.SyncOptions{Roles: receivers}
		opts.Dir, opts.Parallel = dir, 1
		if _, err = c.live(ctx, auth, opts); err == nil && ctx.Err() == nil {
			cancel()
			break
		}
		cancel()
	}
	if err != nil {
		t.Fatalf("not done: %v", err)
	}
	c.check(d, receivers)
	return reached
}
