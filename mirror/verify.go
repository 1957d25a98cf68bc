package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ksef-go/ksef"
)

// Difference is one thing that is not as it should be.
type Difference struct {
	Kind       DifferenceKind
	KSeFNumber ksef.KSeFNumber // "" for a file that is none of ours
	Role       ksef.Role       // in which KSeF and the mirror differ; "" for a file
	Path       string          // of the file; "" where there should be none
}

// String tells what differs.
func (d Difference) String() string {
	what := string(d.KSeFNumber)
	if what == "" || d.Role == "" {
		what = d.Path
	}
	if d.Role != "" {
		what += " as " + string(d.Role)
	}
	return string(d.Kind) + ": " + what
}

// DifferenceKind is in what way something is not as it should be.
type DifferenceKind string

// The kinds of differences.
const (
	MissingHere   DifferenceKind = "missing here"    // KSeF has it, the mirror does not
	MissingThere  DifferenceKind = "missing in KSeF" // the mirror has it, KSeF does not
	DifferentHash DifferenceKind = "different hash"  // both have it, with other documents
	MissingFile   DifferenceKind = "file missing"
	DamagedFile   DifferenceKind = "file damaged" // it is not what came from KSeF
	ExtraFile     DifferenceKind = "extra file"   // it is no invoice of the mirror's
)

// Verification is what [Mirror.Verify] found.
type Verification struct {
	Invoices    int // that the index has
	Differences []Difference
}

// Verify reads all files and compares them with the index, without KSeF: every
// file must be there with its hash, and no other. While a [Mirror.Sync] is at
// work, files that it brings may be called extra. An index that is damaged is
// an error.
func (m *Mirror) Verify(ctx context.Context) (*Verification, error) {
	v := new(Verification)
	err := m.checkIndex(ctx)
	if err == nil {
		v.Invoices, err = m.checkFiles(ctx, &v.Differences, "ORDER BY path")
	}
	if err == nil {
		err = m.checkExtra(ctx, &v.Differences)
	}
	if err != nil {
		return nil, fmt.Errorf("mirror: verify: %w", err)
	}
	return v, nil
}

// checkIndex has SQLite check its file.
func (m *Mirror) checkIndex(ctx context.Context) error {
	var verdict string
	if err := m.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: the index: %s", ErrDamaged, verdict)
	}
	return nil
}

// checkFiles reads the files of the invoices that a query returns, on all
// processors, and counts them.
func (m *Mirror) checkFiles(ctx context.Context, found *[]Difference, query string, args ...any) (n int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	invoices := make(chan Invoice, 16)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range invoices {
				d := Difference{KSeFNumber: i.KSeFNumber, Path: i.Path}
				switch _, err := m.read(&i); {
				case err == nil:
					continue
				case errors.Is(err, fs.ErrNotExist):
					d.Kind = MissingFile
				case errors.Is(err, ErrDamaged):
					d.Kind = DamagedFile
				}
				mu.Lock()
				*found = append(*found, d)
				mu.Unlock()
			}
		})
	}
	for i, e := range m.selected(ctx, query, args...) {
		if err = e; err != nil {
			break
		}
		n++
		invoices <- i
	}
	close(invoices)
	workers.Wait()
	return n, err
}

// checkExtra looks for files that the index does not know.
func (m *Mirror) checkExtra(ctx context.Context, found *[]Difference) error {
	known, err := m.db.PrepareContext(ctx, `SELECT count(*) FROM invoices WHERE ksef_number = ? AND path = ?`)
	if err != nil {
		return err
	}
	defer known.Close()
	return filepath.WalkDir(m.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if path == filepath.Join(m.dir, ownDir) {
				return fs.SkipDir
			}
			return nil
		}
		inside, err := filepath.Rel(m.dir, path)
		if err != nil {
			return err
		}
		var n int
		if err := known.QueryRowContext(ctx, numberOf(entry.Name()), filepath.ToSlash(inside)).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			*found = append(*found, Difference{Kind: ExtraFile, Path: path})
		}
		return nil
	})
}
