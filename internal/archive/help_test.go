package archive_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

var formats = []archive.Format{archive.TarGz, archive.Zip}

func newKey(t testing.TB) seal.Key {
	t.Helper()
	key, err := seal.New(rand.NewChaCha8([32]byte{2}))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// values iterates over documents.
func values(docs []archive.Document) iter.Seq2[archive.Document, error] {
	return func(yield func(archive.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}
}

// pack packs documents into a directory of the test.
func pack(t testing.TB, docs iter.Seq2[archive.Document, error], opts archive.Options) *archive.Package {
	t.Helper()
	opts.Dir = t.TempDir()
	pkg, err := archive.Pack(t.Context(), newKey(t), docs, &opts)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// unseal opens every part, checks it, and returns the archive.
func unseal(t testing.TB, pkg *archive.Package) []byte {
	t.Helper()
	var whole bytes.Buffer
	for _, part := range pkg.Parts {
		file, err := pkg.Open(part.Ordinal)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&whole, newKey(t).NewReader(file, seal.Want{Plain: &part.Plain, Sealed: &part.Sealed})); err != nil {
			t.Fatalf("part %d: %v", part.Ordinal, err)
		}
		file.Close()
	}
	if got := seal.DigestOf(whole.Bytes()); got != pkg.Archive {
		t.Fatalf("the archive is %v, Pack said %v", got, pkg.Archive)
	}
	return whole.Bytes()
}

// file is what a reader of archives finds.
type file struct {
	name    string
	content string
}

// readAll reads an archive to its end or to the first error, of an entry or of
// the archive. It fails the test if an entry is not as long as it says.
func readAll(t testing.TB, entries iter.Seq2[*archive.Entry, error]) (files []file, err error) {
	t.Helper()
	for entry, err := range entries {
		if err != nil {
			return files, err
		}
		content, err := io.ReadAll(entry)
		if err != nil {
			return files, err
		}
		if int64(len(content)) != entry.Size {
			t.Errorf("%s: %d bytes, declared as %d", entry.Name, len(content), entry.Size)
		}
		files = append(files, file{entry.Name, string(content)})
	}
	return files, nil
}

func entriesOf(content []byte, limits *archive.Limits) iter.Seq2[*archive.Entry, error] {
	return archive.Entries(bytes.NewReader(content), int64(len(content)), limits)
}

func assertFault(t testing.TB, what string, err error, want archive.Fault) {
	t.Helper()
	var got *archive.Error
	if !errors.As(err, &got) || !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// assertEmpty fails if anything is left in a directory.
func assertEmpty(t testing.TB, what, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("%s: left on disk: %v, %v", what, left, err)
	}
}

// assertNoGoroutines fails if there come to be more goroutines than there were.
func assertNoGoroutines(t testing.TB, what string, before int) {
	t.Helper()
	for range 100 { // those that are told to end need a moment for it
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%s: goroutines left:\n%s", what, buf[:runtime.Stack(buf, true)])
}

// watchHeap runs f and returns the most bytes that the heap held meanwhile,
// garbage included, above what it held before.
func watchHeap(f func()) uint64 {
	const name = "/memory/classes/heap/objects:bytes"
	heap := func() uint64 {
		sample := []metrics.Sample{{Name: name}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before, peak := heap(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			peak = max(peak, heap())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-stopped
	return peak - min(peak, before)
}
