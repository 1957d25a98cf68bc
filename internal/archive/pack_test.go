package archive_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// odd are documents at the edges: names that a tar header has no room for,
// other alphabets, no content, content over several blocks of compression.
func odd() []archive.Document {
	random := make([]byte, 1_700_000)
	rand.NewChaCha8([32]byte{3}).Read(random)
	return []archive.Document{
		{Name: "a.xml", Content: []byte("<a/>")},
		{Name: "empty.xml"},
		{Name: "faktury/luty/żółw.xml", Content: []byte("zażółć gęślą jaźń")},
		{Name: strings.Repeat("n", 124) + ".xml", Content: []byte("a long name")},
		{Name: "発票/" + strings.Repeat("票", 60) + "/" + strings.Repeat("票", 59) + ".xml", Content: []byte("a long name of long letters")},
		{Name: "random.bin", Content: random},
		{Name: "zeros.bin", Content: make([]byte, 1<<20+1)},
		{Name: "opened.xml", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.OneByteReader(strings.NewReader(strings.Repeat("opened ", 1000)))), nil
		}},
		{Name: "block.bin", Content: random[:512<<10]},
		{Name: "_metadata.json", Content: []byte(`{"invoices":[]}`)},
	}
}

// contents returns what the documents hold.
func contents(t testing.TB, docs []archive.Document) (files []file) {
	t.Helper()
	for _, doc := range docs {
		content := doc.Content
		if doc.Open != nil {
			src, err := doc.Open()
			if err != nil {
				t.Fatal(err)
			}
			if content, err = io.ReadAll(src); err != nil {
				t.Fatal(err)
			}
		}
		files = append(files, file{doc.Name, string(content)})
	}
	return files
}

func TestRoundTrip(t *testing.T) {
	want := contents(t, odd())
	for _, format := range formats {
		for _, partSize := range []int64{0, 1 << 20, 100_000, 65_537} {
			t.Run(fmt.Sprintf("%s/%d", format, partSize), func(t *testing.T) {
				pkg := pack(t, values(odd()), archive.Options{Format: format, PartSize: partSize, Digests: true})
				whole := unseal(t, pkg)
				got, err := readAll(t, entriesOf(whole, nil))
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("read back: %v, %d files, want %d", err, len(got), len(want))
				}
				if partSize == 0 {
					partSize = 100_000_000
				}
				for i, part := range pkg.Parts {
					size := min(partSize, pkg.Archive.Size-int64(i)*partSize)
					if part.Ordinal != i+1 || part.Plain.Size != size {
						t.Errorf("part %d is number %d of %d bytes, want %d", i+1, part.Ordinal, part.Plain.Size, size)
					}
				}
				if n := (pkg.Archive.Size + partSize - 1) / partSize; int64(len(pkg.Parts)) != n {
					t.Errorf("%d parts, want %d", len(pkg.Parts), n)
				}
				if pkg.Format != format || pkg.Count != len(want) || len(pkg.Documents) != len(want) {
					t.Fatalf("format %s, %d documents, %d digests", pkg.Format, pkg.Count, len(pkg.Documents))
				}
				for i, doc := range pkg.Documents {
					if doc.Name != want[i].name || doc.Digest != seal.DigestOf([]byte(want[i].content)) {
						t.Errorf("document %d: %+v", i, doc)
					}
				}
			})
		}
	}
}

// TestFromStream reads a tar.gz without ever having it in one place.
func TestFromStream(t *testing.T) {
	pkg := pack(t, values(odd()), archive.Options{PartSize: 100_000})
	var parts []io.Reader
	for _, part := range pkg.Parts {
		f, err := pkg.Open(part.Ordinal)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		parts = append(parts, newKey(t).NewReader(f, seal.Want{Sealed: &part.Sealed}))
	}
	got, err := readAll(t, archive.TarGzEntries(io.MultiReader(parts...), nil))
	if err != nil || !slices.Equal(got, contents(t, odd())) {
		t.Errorf("%v, %d files", err, len(got))
	}

	parts[0] = newKey(t).NewReader(strings.NewReader("sixteen bytes or"), seal.Want{})
	_, err = readAll(t, archive.TarGzEntries(io.MultiReader(parts...), nil))
	if !errors.Is(err, seal.Padding) {
		t.Errorf("a part that does not open became %v", err)
	}
}

// TestDeterministic packs the same on one, two and five processors.
func TestDeterministic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, format := range formats {
		var want *archive.Package
		for _, procs := range []int{1, 2, 5, 2} {
			runtime.GOMAXPROCS(procs)
			pkg := pack(t, invoices(700), archive.Options{Format: format, PartSize: 100_000})
			pkg.Dir = ""
			if want == nil {
				want = pkg
			}
			if !reflect.DeepEqual(pkg, want) {
				t.Errorf("%s: %d processors make another package:\n%+v\n%+v", format, procs, pkg, want)
			}
		}
	}
}

// TestReusedBuffer: what an iterator does to Content afterwards is its affair.
func TestReusedBuffer(t *testing.T) {
	for _, format := range formats {
		pkg := pack(t, func(yield func(archive.Document, error) bool) {
			buf := make([]byte, 1000)
			for i := range 100 {
				for j := range buf {
					buf[j] = byte(i)
				}
				if !yield(archive.Document{Name: fmt.Sprint(i), Content: buf}, nil) {
					return
				}
			}
		}, archive.Options{Format: format})
		files, err := readAll(t, entriesOf(unseal(t, pkg), nil))
		if err != nil || len(files) != 100 {
			t.Fatalf("%s: %d files, %v", format, len(files), err)
		}
		for i, f := range files {
			if f.content != strings.Repeat(string([]byte{byte(i)}), 1000) {
				t.Errorf("%s: document %d changed after it was yielded", format, i)
			}
		}
	}
}

// TestPackageSurvives takes a package through JSON, as a program does that
// packs, dies, and uploads when it is back.
func TestPackageSurvives(t *testing.T) {
	pkg := pack(t, values(odd()), archive.Options{PartSize: 1 << 20, Digests: true})
	text, err := json.Marshal(pkg)
	if err != nil {
		t.Fatal(err)
	}
	back := new(archive.Package)
	if err := json.Unmarshal(text, back); err != nil || !reflect.DeepEqual(back, pkg) {
		t.Fatalf("%v: %s", err, text)
	}
	unseal(t, back)
	for _, ordinal := range []int{0, len(pkg.Parts) + 1} {
		if _, err := back.Open(ordinal); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("part %d: %v", ordinal, err)
		}
	}
	for range 2 {
		if err := back.Remove(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(pkg.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed, but %v", err)
	}
}

var errSource = errors.New("the source is broken")

// TestPackRefuses names the fault and the document, leaves no file and no
// goroutine.
func TestPackRefuses(t *testing.T) {
	doc := func(name string) archive.Document {
		return archive.Document{Name: name, Content: []byte("<a/>")}
	}
	some := func(docs ...archive.Document) iter.Seq2[archive.Document, error] { return values(docs) }
	opened := func(open func() (io.ReadCloser, error)) iter.Seq2[archive.Document, error] {
		return some(doc("a.xml"), archive.Document{Name: "bad.xml", Open: open})
	}
	noise := archive.Document{Name: "noise", Content: make([]byte, 1_000_000)}
	rand.NewChaCha8([32]byte{}).Read(noise.Content)
	tests := []struct {
		name  string
		docs  iter.Seq2[archive.Document, error]
		opts  archive.Options
		fault archive.Fault
		doc   string
	}{
		{"nothing", some(), archive.Options{}, archive.NoDocuments, ""},
		{"format", some(doc("a")), archive.Options{Format: "rar"}, archive.BadOption, ""},
		{"part size", some(doc("a")), archive.Options{PartSize: 100_000_001}, archive.BadOption, ""},
		{"negative part size", some(doc("a")), archive.Options{PartSize: -1}, archive.BadOption, ""},
		{"count", invoices(11), archive.Options{MaxDocuments: 10}, archive.TooManyEntries, "FV_2026_02_00011.xml"},
		{"default count", tiny(10_001), archive.Options{}, archive.TooManyEntries, "10000"},
		{"document size", some(doc("a"), archive.Document{Name: "big.xml", Content: make([]byte, 3_000_001)}), archive.Options{}, archive.LargeEntry, "big.xml"},
		{"opened size", opened(func() (io.ReadCloser, error) { return io.NopCloser(endless{}), nil }), archive.Options{}, archive.LargeEntry, "bad.xml"},
		{"archive size", some(noise), archive.Options{MaxSize: 900_000}, archive.LargeArchive, ""},
		{"parts", some(noise), archive.Options{PartSize: 10_000}, archive.TooManyParts, ""},
		{"same name", some(doc("a.xml"), doc("b.xml"), doc("a.xml")), archive.Options{}, archive.DuplicateName, "a.xml"},
		{"same name but for case", some(doc("faktura-Ł.xml"), doc("FAKTURA-ł.xml")), archive.Options{}, archive.CollidingName, "FAKTURA-ł.xml"},
		{"name", some(doc("../a.xml")), archive.Options{}, archive.BadName, "../a.xml"},
		{"long name", some(doc(strings.Repeat("ż", 129))), archive.Options{}, archive.LongName, strings.Repeat("ż", 129)},
		{"long name in UTF-16", some(doc(strings.Repeat("😀", 65))), archive.Options{}, archive.LongName, strings.Repeat("😀", 65)},
		{"iterator", func(yield func(archive.Document, error) bool) {
			_ = yield(doc("a.xml"), nil) && yield(archive.Document{Name: "bad.xml"}, errSource)
		}, archive.Options{}, archive.Unreadable, "bad.xml"},
		{"open", opened(func() (io.ReadCloser, error) { return nil, errSource }), archive.Options{}, archive.Unreadable, "bad.xml"},
		{"read", opened(func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errSource)), nil }), archive.Options{}, archive.Unreadable, "bad.xml"},
	}
	for _, test := range tests {
		for _, format := range formats {
			what := test.name + ", " + string(format)
			if test.opts.Format != "rar" {
				test.opts.Format = format
			}
			test.opts.Dir = t.TempDir()
			before := runtime.NumGoroutine()
			pkg, err := archive.Pack(t.Context(), newKey(t), test.docs, &test.opts)
			assertFault(t, what, err, test.fault)
			var e *archive.Error
			if errors.As(err, &e) && e.Name != test.doc || pkg != nil {
				t.Errorf("%s: the error names %q, want %q; package %v", what, e.Name, test.doc, pkg)
			}
			if test.fault == archive.Unreadable && !errors.Is(err, errSource) {
				t.Errorf("%s: the cause is lost: %v", what, err)
			}
			assertEmpty(t, what, test.opts.Dir)
			assertNoGoroutines(t, what, before)
		}
	}
}

// tiny iterates over n documents of a byte.
func tiny(n int) iter.Seq2[archive.Document, error] {
	return func(yield func(archive.Document, error) bool) {
		for i := range n {
			if !yield(archive.Document{Name: fmt.Sprint(i), Content: []byte{'x'}}, nil) {
				return
			}
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestLimitsAreInclusive: what is as large as the limit passes.
func TestLimitsAreInclusive(t *testing.T) {
	pack(t, tiny(10_000), archive.Options{})
	pack(t, values([]archive.Document{{Name: strings.Repeat("😀", 64), Content: make([]byte, 3_000_000)}}), archive.Options{})
	pkg := pack(t, values(odd()), archive.Options{})
	size := pkg.Archive.Size
	pack(t, values(odd()), archive.Options{MaxSize: size, PartSize: (size + 1) / 2, MaxParts: 2})
}

func TestNames(t *testing.T) {
	good := []string{"a", "a.xml", "a/b/c.xml", "...", "a..b", ".hidden", "zażółć.xml", "1:2.xml", "FV 1,2;3 (kopia).xml", "con"}
	bad := []string{"", "/a", "a/", "/", "a//b", ".", "..", "./a", "a/.", "../a", "a/../b", "a/..", `a\b`, `..\a`, "C:a", "c:/a", "a\x00b", "a\nb", "a\x7fb", "a\u0085b", "\xff", "a\xc5"}
	for _, name := range good {
		pack(t, values([]archive.Document{{Name: name}}), archive.Options{})
	}
	for _, name := range bad {
		_, err := archive.Pack(t.Context(), newKey(t), values([]archive.Document{{Name: name}}), &archive.Options{Dir: t.TempDir()})
		assertFault(t, fmt.Sprintf("%q", name), err, archive.BadName)
		if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
			t.Errorf("%q breaks the line of its error: %q", name, err)
		}
	}
	for _, pair := range [][2]string{{"a.xml", "A.xml"}, {"stra\u017fse", "STRASSE"}, {"\u212a", "k"}, {"\u2126", "\u03c9"}, {"\u03a3", "\u03c2"}} { // long s, Kelvin, Ohm, final sigma
		_, err := archive.Pack(t.Context(), newKey(t), values([]archive.Document{{Name: pair[0]}, {Name: pair[1]}}), &archive.Options{Dir: t.TempDir()})
		assertFault(t, fmt.Sprintf("%q", pair), err, archive.CollidingName)
	}
}

func TestCancel(t *testing.T) {
	cause := errors.New("the user changed his mind")
	for _, format := range formats {
		for _, after := range []int{0, 1, 500} {
			ctx, cancel := context.WithCancelCause(t.Context())
			before := runtime.NumGoroutine()
			taken := 0
			docs := func(yield func(archive.Document, error) bool) {
				for doc := range invoices(10_000) {
					if taken == after {
						cancel(cause)
					}
					if taken++; !yield(doc, nil) {
						return
					}
				}
			}
			dir := t.TempDir()
			pkg, err := archive.Pack(ctx, newKey(t), docs, &archive.Options{Format: format, Dir: dir})
			if pkg != nil || !errors.Is(err, cause) {
				t.Errorf("%s after %d: %v, want %v", format, after, err, cause)
			}
			if taken > after+200 { // a block of compression has some 100
				t.Errorf("%s after %d: went on to take %d documents", format, after, taken)
			}
			assertEmpty(t, string(format), dir)
			assertNoGoroutines(t, string(format), before)
		}
	}
}

func TestPanicInIterator(t *testing.T) {
	for _, format := range formats {
		dir, before := t.TempDir(), runtime.NumGoroutine()
		func() {
			defer func() {
				if p := recover(); p != "iterator" {
					t.Errorf("%s: recovered %v", format, p)
				}
			}()
			archive.Pack(t.Context(), newKey(t), func(yield func(archive.Document, error) bool) {
				for doc := range invoices(50) {
					yield(doc, nil)
				}
				panic("iterator")
			}, &archive.Options{Format: format, Dir: dir})
		}()
		assertEmpty(t, string(format), dir)
		assertNoGoroutines(t, string(format), before)
	}
}

// TestSpoolFails takes the directory away while parts are written to it.
func TestSpoolFails(t *testing.T) {
	_, err := archive.Pack(t.Context(), newKey(t), tiny(1), &archive.Options{Dir: filepath.Join(t.TempDir(), "missing")})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	for _, format := range formats {
		dir, before := t.TempDir(), runtime.NumGoroutine()
		noise := rand.NewChaCha8([32]byte{})
		docs := func(yield func(archive.Document, error) bool) {
			for i := range 1000 {
				content := make([]byte, 100_000)
				noise.Read(content)
				if i == 20 {
					spools, _ := filepath.Glob(filepath.Join(dir, "*"))
					for os.RemoveAll(spools[0]) != nil { // a part was begun in it meanwhile
					}
				}
				if !yield(archive.Document{Name: fmt.Sprint(i), Content: content}, nil) {
					return
				}
			}
		}
		_, err := archive.Pack(t.Context(), newKey(t), docs, &archive.Options{Format: format, Dir: dir, PartSize: 200_000, MaxParts: 1000})
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", format, err)
		}
		assertEmpty(t, string(format), dir)
		assertNoGoroutines(t, string(format), before)
	}
}

func TestFiles(t *testing.T) {
	fsys := fstest.MapFS{
		"b.xml":          {Data: []byte("b")},
		"a.XML":          {Data: []byte("a")},
		"notes.txt":      {Data: []byte("no invoice")},
		"luty/c.xml":     {Data: []byte("c")},
		"luty/xml":       {Data: []byte("no invoice")},
		"dir.xml/d.xml":  {Data: []byte("d")},
		"dir.xml/e.json": {Data: []byte("no invoice")},
	}
	want := []file{{"a.XML", "a"}, {"b.xml", "b"}, {"dir.xml/d.xml", "d"}, {"luty/c.xml", "c"}}
	for _, format := range formats {
		pkg := pack(t, archive.Files(fsys), archive.Options{Format: format})
		got, err := readAll(t, entriesOf(unseal(t, pkg), nil))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", format, got, err)
		}
	}

	fsys["pipe.xml"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	_, err := archive.Pack(t.Context(), newKey(t), archive.Files(fsys), &archive.Options{Dir: t.TempDir()})
	assertFault(t, "pipe", err, archive.Unreadable)
	if err == nil || !strings.Contains(err.Error(), "pipe.xml") {
		t.Errorf("the error does not name the pipe: %v", err)
	}
	_, err = archive.Pack(t.Context(), newKey(t), archive.Files(os.DirFS(filepath.Join(t.TempDir(), "missing"))), &archive.Options{Dir: t.TempDir()})
	if assertFault(t, "missing", err, archive.Unreadable); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
	for range archive.Files(fsys) {
		break
	}
}

// TestMemory watches the heap while 10,000 invoices are packed, none of which
// exists before it is asked for, and while the largest documents are that there
// may be, of what does not compress.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("packs 500 MB")
	}
	const largest = 3_000_000
	// Each of two jobs for a processor, of which eight are used, and of two more has a document, plain and compressed.
	jobs := 2*min(runtime.GOMAXPROCS(0), 8) + 2
	most := uint64(jobs*2*largest + 16<<20)
	large := func(yield func(archive.Document, error) bool) {
		content, noise := make([]byte, largest), rand.NewChaCha8([32]byte{})
		for i := range 70 {
			noise.Read(content)
			if !yield(archive.Document{Name: fmt.Sprint(i), Content: content}, nil) {
				return
			}
		}
	}
	for _, format := range formats {
		for name, docs := range map[string]iter.Seq2[archive.Document, error]{"invoices": invoices(10_000), "large documents": large} {
			peak := watchHeap(func() { pack(t, docs, archive.Options{Format: format, Digests: true}) })
			t.Logf("%s, %s: peak heap %.1f MiB", format, name, float64(peak)/(1<<20))
			if peak > most {
				t.Errorf("%s, %s: the heap grew to %d bytes, want at most %d", format, name, peak, most)
			}
		}
	}
}
