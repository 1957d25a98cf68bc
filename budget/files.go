package budget

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// files is the store that processes share: a file for every account, and beside it
// one that is locked while the other is read and replaced.
type files struct {
	dir  string
	wall func() time.Time     // the clock that processes share, and that can be set
	mono func() time.Duration // one that cannot

	mu   sync.Mutex
	open map[string]*file
}

// file is the state of an account.
type file struct {
	turn chan struct{} // held by who uses what follows
	path string
	lock *flock.Flock

	seen     time.Time // when this process last looked, on both clocks
	seenMono time.Duration
}

func newFiles(dir string) (*files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("budget: %w", err)
	}
	begin := time.Now()
	return &files{dir: dir, wall: time.Now, mono: func() time.Duration { return time.Since(begin) }, open: map[string]*file{}}, nil
}

// patience is how long another process may hold a lock, which takes milliseconds.
const patience = 30 * time.Second

// fresh is how often a file is looked at while one waits.
func (s *files) fresh() time.Duration { return time.Second }

// file is the file of an account, whose name does not tell whose it is.
func (s *files) file(name string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.open[name]
	if f == nil {
		sum := sha256.Sum256([]byte(name))
		path := filepath.Join(s.dir, hex.EncodeToString(sum[:16]))
		f = &file{turn: make(chan struct{}, 1), path: path + ".json", lock: flock.New(path + ".lock")}
		s.open[name] = f
	}
	return f
}

func (s *files) update(ctx context.Context, name string, do func(*ledger, int64) bool) error {
	f := s.file(name)
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := f.lock.TryLockContext(ctx, time.Millisecond); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	defer func() { _ = f.lock.Unlock() }() // it fails only where there is no lock
	now := s.wall()
	a, changed, err := f.load(now)
	if err != nil {
		return err
	}
	if by := f.setAhead(now, s.mono()); by > 0 {
		a.shift(int64(by))
		changed = true
	}
	changed = a.clamp(now.UnixNano()) || changed
	if do(a, now.UnixNano()) || changed {
		a.settle(now.UnixNano())
		return f.save(a)
	}
	return nil
}

// setAhead is how far the clock was set ahead since this process last looked, or
// the machine slept: time in which KSeF's windows may not have moved on. When
// several processes notice, too much is counted rather than too little.
func (f *file) setAhead(now time.Time, mono time.Duration) time.Duration {
	const drift = time.Second // what clocks that are kept right differ by
	ahead := now.Round(0).Sub(f.seen) - (mono - f.seenMono)
	first := f.seen.IsZero()
	f.seen, f.seenMono = now.Round(0), mono
	if first || ahead < drift {
		return 0
	}
	return ahead
}

// version is how a file begins; the checksum of the rest follows.
const version = "ksef-budget 1 "

// load reads the state. One that is damaged is given up: nobody knows what was
// requested then, and nobody needs to be asked.
func (f *file) load(now time.Time) (a *ledger, recovered bool, err error) {
	a = new(ledger)
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return a, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	head, body, _ := bytes.Cut(raw, []byte("\n"))
	if string(head) == header(body) && json.Unmarshal(body, a) == nil && a.sound() {
		return a, false, nil
	}
	return &ledger{Recovered: now.UnixNano()}, true, nil
}

func header(body []byte) string { return fmt.Sprintf("%s%08x", version, crc32.ChecksumIEEE(body)) }

// save replaces the state: whoever dies on the way leaves the old one.
func (f *file) save(a *ledger) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	raw := append([]byte(header(body)+"\n"), body...)
	if err := os.WriteFile(f.path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(f.path+".new", f.path)
}
