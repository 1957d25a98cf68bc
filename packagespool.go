package ksef

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/ksef-go/ksef/internal/seal"
)

// spool is a package on its way. Its parts are fetched to disk as fast as they
// come, since their URLs expire, and read in order while the next are still on
// their way. What can be read was checked.
type spool struct {
	pkg  *Package
	conn *authConn
	opts PackageOptions
	dir  string
	size int64 // of the archive: of all parts together

	next    atomic.Int64 // how many parts were begun
	fetched atomic.Int64 // bytes
	arrived []arrival    // by index of the part
	broken  chan struct{}
	fail    func(error) // closes broken, the first time
	failure error       // to be read when broken is closed

	mu    sync.Mutex    // held while URLs are fetched
	parts []PackagePart // with the latest URLs
	turns int           // how often they were fetched
}

// arrival is a part that is there, or will be when ready is closed.
type arrival struct {
	ready chan struct{}
	start int64 // in the archive
	file  *os.File
}

// read fetches the package while use reads it.
func (p *Package) read(ctx context.Context, opts *PackageOptions, use func(*spool) error) (err error) {
	if p.export == nil {
		return errors.New("ksef: a package of no export: get it from Export.Wait")
	}
	if p.export.state.key.IsZero() {
		return badState("export", errNoKey)
	}
	s := &spool{pkg: p, conn: p.export.conn, opts: opts.orDefault(), parts: slices.Clone(p.Parts), broken: make(chan struct{})}
	for _, part := range p.Parts {
		s.arrived = append(s.arrived, arrival{ready: make(chan struct{}), start: s.size})
		s.size += part.Size
	}
	if err := s.makeDir(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var once sync.Once
	s.fail = func(err error) {
		once.Do(func() {
			s.failure = err
			close(s.broken)
			cancel()
		})
	}
	var workers sync.WaitGroup
	defer func() { // also when use panics
		cancel()
		workers.Wait()
		if left := s.remove(err); left != nil {
			err = errors.Join(err, left)
		}
	}()
	for range min(s.opts.Parallel, len(s.parts)) {
		workers.Go(func() { s.work(ctx) })
	}
	return use(s)
}

func (s *spool) makeDir() (err error) {
	if s.opts.Dir == "" {
		s.dir, err = os.MkdirTemp("", "ksef-export-")
	} else {
		s.dir = filepath.Join(s.opts.Dir, "ksef-export-"+url.PathEscape(string(s.pkg.export.state.ReferenceNumber)))
		err = os.MkdirAll(s.dir, 0o700)
	}
	if err != nil {
		return fmt.Errorf("ksef: export %s: %w", s.pkg.export.state.ReferenceNumber, err)
	}
	return nil
}

// remove closes the parts and removes them, unless somebody may go on.
func (s *spool) remove(after error) error {
	for _, a := range s.arrived {
		if a.file != nil {
			a.file.Close()
		}
	}
	if s.opts.Dir != "" && after != nil && !errors.Is(after, errStopped) {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// work fetches one part after another: first the last, where a zip has its
// directory, so that reading can begin with the first.
func (s *spool) work(ctx context.Context) {
	for {
		i := int(s.next.Add(1)) - 2
		if i < 0 {
			i = len(s.arrived) - 1
		} else if i >= len(s.arrived)-1 {
			return
		}
		file, err := s.fetch(ctx, i)
		if err != nil {
			s.fail(err)
			return
		}
		s.arrived[i].file = file
		close(s.arrived[i].ready)
	}
}

// fetch brings the part to disk, unless it is there, and opens it.
func (s *spool) fetch(ctx context.Context, i int) (*os.File, error) {
	path := filepath.Join(s.dir, fmt.Sprintf("part-%04d", i+1))
	if file := openChecked(path, s.pkg.Parts[i].want().Plain); file != nil {
		s.report(s.pkg.Parts[i].Size)
		return file, nil
	}
	for attempt := 1; ; attempt++ {
		part, turn := s.part(i)
		err := s.conn.again(ctx, func() error { return s.transfer(ctx, part, path) })
		if err == nil {
			return os.Open(path)
		}
		t, ok := errors.AsType[*TransferError](err)
		if !ok || !t.expired() || attempt >= max(s.conn.retry.Attempts, 2) {
			return nil, err
		}
		if err := s.renewURLs(ctx, turn); err != nil {
			return nil, err
		}
	}
}

// openChecked opens a part that an earlier process left, if it is whole.
func openChecked(path string, want *seal.Digest) *os.File {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	meter := seal.NewMeter()
	if _, err := io.Copy(meter, file); err != nil || meter.Digest() != *want {
		file.Close()
		return nil
	}
	return file
}

// transfer fetches and decrypts a part to path, where it is only when it passed
// all checks.
func (s *spool) transfer(ctx context.Context, part PackagePart, path string) error {
	method := part.Method
	if method == "" {
		method = http.MethodGet
	}
	resp, err := s.conn.transfer(ctx, method, part.URL, http.Header{}, nil, 0, part.Ordinal)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	file, err := os.OpenFile(path+".partial", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("ksef: part %d: %w", part.Ordinal, err)
	}
	read := int64(0)
	body := counter{resp.Body, func(n int) { read += int64(n); s.report(int64(n)) }}
	_, err = io.Copy(file, s.pkg.export.state.key.NewReader(body, part.want()))
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(path+".partial", path)
	}
	if err == nil {
		s.report(part.Size - read) // padding is not content
		return nil
	}
	s.report(-read)
	if _, local := errors.AsType[*fs.PathError](err); local {
		return fmt.Errorf("ksef: part %d: %w", part.Ordinal, err)
	}
	if _, corrupt := errors.AsType[*seal.Error](err); corrupt {
		err = fmt.Errorf("%w: %w", ErrCorrupt, err)
	} else {
		err = lost(err)
	}
	if over := ended(ctx); over != nil {
		err = over
	}
	return &TransferError{Host: resp.Request.URL.Host, Part: part.Ordinal, Err: err}
}

func (s *spool) report(n int64) {
	if fetched := s.fetched.Add(n); s.opts.Progress != nil && n != 0 {
		s.opts.Progress(PackageProgress{Fetched: fetched, Bytes: s.size})
	}
}

func (s *spool) part(i int) (PackagePart, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parts[i], s.turns
}

// renewURLs asks KSeF for other URLs than those of a turn: who comes later with
// the same finds them.
func (s *spool) renewURLs(ctx context.Context, turn int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns != turn {
		return nil
	}
	again, err := s.pkg.export.Wait(ctx)
	if err != nil {
		return err
	}
	same := func(a, b PackagePart) bool { return slices.Equal(a.SealedHash, b.SealedHash) }
	if !slices.EqualFunc(again.Parts, s.pkg.Parts, same) {
		return fmt.Errorf("ksef: export %s: %w: it has become another package", s.pkg.export.state.ReferenceNumber, ErrCorrupt)
	}
	s.parts = again.Parts
	s.turns++
	return nil
}

// ReadAt implements [io.ReaderAt] of the archive. It waits for the parts.
func (s *spool) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) {
		i := s.index(at + int64(n))
		if i < 0 {
			return n, io.EOF
		}
		a := &s.arrived[i]
		select {
		case <-a.ready:
		case <-s.broken:
			return n, s.failure
		}
		m, err := a.file.ReadAt(p[n:], at+int64(n)-a.start)
		n += m
		if err != nil && err != io.EOF {
			return n, err
		}
		if m == 0 {
			return n, io.ErrUnexpectedEOF // the file has become shorter
		}
	}
	return n, nil
}

// index returns which part has the byte at an offset; -1 if none has.
func (s *spool) index(at int64) int {
	if at < 0 || at >= s.size {
		return -1
	}
	// Not slices.BinarySearch: it copies the arrivals, whose files come in meanwhile.
	return sort.Search(len(s.arrived), func(i int) bool { return s.arrived[i].start > at }) - 1
}
