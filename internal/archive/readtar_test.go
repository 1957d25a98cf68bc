package archive_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"

	"github.com/ksef-go/ksef/internal/archive"
)

// tarWith is a tar as the standard library writes it.
func tarWith(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range headers {
		content := strings.Repeat("x", int(h.Size))
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg || h.Typeflag == 0 {
			io.WriteString(w, content)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gz(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reg(name string) tar.Header { return tar.Header{Name: name, Size: 10, Mode: 0o644} }

func TestTarReads(t *testing.T) {
	content := strings.Repeat("x", 10)
	good := tarWith(t, reg("./a.xml"), tar.Header{Name: "./", Typeflag: tar.TypeDir}, tar.Header{Name: "luty/", Typeflag: tar.TypeDir}, reg("luty/ż.xml"))
	want := []file{{"a.xml", content}, {"luty/ż.xml", content}}
	members := append(gz(t, good[:700]), gz(t, good[700:])...)
	for name, archived := range map[string][]byte{
		"plain":          gz(t, good),
		"padded":         gz(t, append(slices.Clone(good), make([]byte, 20*512)...)),
		"two members":    members,
		"empty":          gz(t, make([]byte, 1024)),
		"empty member":   append(gz(t, nil), gz(t, good)...),
		"gzip with name": gzNamed(t, good),
	} {
		want := want
		if name == "empty" {
			want = nil
		}
		for _, src := range []io.Reader{bytes.NewReader(archived), iotest.OneByteReader(bytes.NewReader(archived)), iotest.DataErrReader(bytes.NewReader(archived))} {
			got, err := readAll(t, archive.TarGzEntries(src, nil))
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	}

	// Entries that nobody reads are passed over, and a loop may end early.
	n := 0
	for entry, err := range entriesOf(gz(t, good), nil) {
		if err != nil || entry.Size != 10 {
			t.Errorf("%v, %v", entry, err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d entries", n)
	}
	entries := entriesOf(gz(t, good), nil)
	for range entries {
		break
	}
	if got, err := readAll(t, entries); err != nil || !slices.Equal(got, want) {
		t.Errorf("the second time: %v, %v", got, err)
	}
}

// An entry that was kept beyond its loop says so, wherever the reading had come to.
func TestTarReadLate(t *testing.T) {
	h := reg("a.xml")
	h.Size = 1 << 20
	var kept *archive.Entry
	for entry, err := range entriesOf(gz(t, tarWith(t, h)), nil) {
		if err != nil {
			t.Fatal(err)
		}
		kept = entry
		break
	}
	if n, err := io.Copy(io.Discard, kept); err == nil {
		t.Errorf("%d bytes and no error", n)
	}
}

// An error is told before the source, read ahead, has answered what it was asked.
func TestTarTellsErrorsAtOnce(t *testing.T) {
	noise := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	packed := gz(t, append(tarWith(t, reg("a"), reg("a"))[:4*512], noise...))
	told := make(chan struct{})
	rest := readFunc(func([]byte) (int, error) {
		<-told
		return 0, io.EOF
	})
	for _, err := range archive.TarGzEntries(io.MultiReader(bytes.NewReader(packed[:100_000]), rest), nil) {
		if err != nil {
			close(told)
		}
	}
	select {
	case <-told:
	default:
		t.Error("no error")
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func gzNamed(t testing.TB, content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Name, w.Comment, w.Extra = "batch.tar", "made elsewhere", []byte{1, 2, 0, 0}
	w.Write(content)
	w.Close()
	return out.Bytes()
}

func TestTarRefuses(t *testing.T) {
	good := tarWith(t, reg("a.xml"), reg("b.xml"))
	alter := func(b []byte, at int) []byte {
		b = slices.Clone(b)
		b[at] ^= 0x55
		return b
	}
	packed := gz(t, good)
	name := func(n string) []byte { return gz(t, tarWith(t, reg("first.xml"), reg(n))) }
	kind := func(flag byte) []byte {
		return gz(t, tarWith(t, tar.Header{Name: "odd.xml", Linkname: "/etc/passwd", Typeflag: flag}))
	}
	tests := []struct {
		name    string
		archive []byte
		fault   archive.Fault
	}{
		{"nothing", nil, archive.NotArchive},
		{"text", []byte("<Faktura/>"), archive.NotArchive},
		{"header of a gzip", packed[:5], archive.Truncated},
		{"half a gzip", packed[:len(packed)/2], archive.Truncated},
		{"no trailer", packed[:len(packed)-8], archive.Truncated},
		{"half a trailer", packed[:len(packed)-4], archive.Truncated},
		{"wrong checksum", alter(packed, len(packed)-8), archive.Checksum},
		{"wrong length", alter(packed, len(packed)-4), archive.Checksum},
		{"bytes behind the gzip", append(slices.Clone(packed), "more bytes behind"...), archive.Malformed},
		{"zeros behind the gzip", append(slices.Clone(packed), make([]byte, 10)...), archive.Malformed},
		{"no deflate", append(slices.Clone(packed[:10]), bytes.Repeat([]byte{0xff}, 50)...), archive.Malformed},
		{"no tar", gz(t, bytes.Repeat([]byte("no tar "), 100)), archive.Malformed},
		{"empty tar", gz(t, nil), archive.Truncated},
		{"tar without end", gz(t, good[:len(good)-1024]), archive.Truncated},
		{"tar with half an end", gz(t, good[:len(good)-512]), archive.Truncated},
		{"tar cut in an entry", gz(t, good[:1024+512+5]), archive.Truncated},
		{"tar cut in a header", gz(t, good[:1024+100]), archive.Truncated},
		{"tar with a wrong header", gz(t, alter(good, 1024+30)), archive.Malformed},
		{"a tar behind the tar", gz(t, append(slices.Clone(good), good...)), archive.Ambiguous},
		{"bytes behind the tar", gz(t, append(append(slices.Clone(good), make([]byte, 600)...), 1)), archive.Ambiguous},
		{"same name", gz(t, tarWith(t, reg("a"), reg("a"))), archive.DuplicateName},
		{"same name, dressed up", gz(t, tarWith(t, reg("a"), reg("./a"))), archive.DuplicateName},
		{"same name but for case", gz(t, tarWith(t, reg("a"), reg("A"))), archive.CollidingName},
		{"up", name("../a"), archive.BadName},
		{"up inside", name("a/../../b"), archive.BadName},
		{"absolute", name("/etc/passwd"), archive.BadName},
		{"dressed absolute", name(".//etc/passwd"), archive.BadName},
		{"backslash", name(`..\a`), archive.BadName},
		{"drive", name("C:a"), archive.BadName},
		{"control", name("a\x1bb"), archive.BadName},
		{"not UTF-8", gz(t, rename(t, good, "a\xffb")), archive.BadName},
		{"directory up", gz(t, tarWith(t, tar.Header{Name: "../", Typeflag: tar.TypeDir})), archive.BadName},
		{"long name", name(strings.Repeat("n", 1025)), archive.LongName},
		{"symbolic link", kind(tar.TypeSymlink), archive.Unsupported},
		{"hard link", kind(tar.TypeLink), archive.Unsupported},
		{"device", kind(tar.TypeBlock), archive.Unsupported},
		{"pipe", kind(tar.TypeFifo), archive.Unsupported},
		{"global header", gz(t, tarWith(t, tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"path": "x"}})), archive.Unsupported},
		{"sparse", gz(t, sparse(t)), archive.Unsupported},
		{"bomb", gz(t, tarWith(t, tar.Header{Name: "zeros", Size: 30 << 20})), archive.Bomb},
		{"bomb behind the end", gz(t, append(slices.Clone(good), make([]byte, 30<<20)...)), archive.Bomb},
		{"large entry", gz(t, tarWith(t, reg("a"), tar.Header{Name: "b", Size: 101})), archive.LargeEntry},
		{"large in total", gz(t, tarWith(t, tar.Header{Name: "a", Size: 100}, tar.Header{Name: "b", Size: 100}, tar.Header{Name: "c", Size: 100}, reg("d"))), archive.LargeArchive},
		{"large by headers", gz(t, tarWith(t, slices.Repeat([]tar.Header{{Name: "d/", Typeflag: tar.TypeDir}}, 20)...)), archive.LargeArchive},
		{"many", gz(t, tarWith(t, reg("1"), reg("2"), reg("3"), reg("4"), reg("5"), reg("6"))), archive.TooManyEntries},
	}
	for _, test := range tests {
		limits := &archive.Limits{}
		switch {
		case test.fault == archive.LargeArchive:
			limits.TotalSize = 5000
		case test.fault == archive.LargeEntry:
			limits.EntrySize = 100
		case test.fault == archive.TooManyEntries:
			limits.Entries = 5
		case strings.HasPrefix(test.name, "bomb"):
			limits.Ratio = 100
		}
		_, err := readAll(t, entriesOf(test.archive, limits))
		assertFault(t, test.name, err, test.fault)
	}
}

// rename puts another name into the first header of a tar.
func rename(t testing.TB, archived []byte, name string) []byte {
	t.Helper()
	b := slices.Clone(archived)
	copy(b[:100], append([]byte(name), make([]byte, 100-len(name))...))
	sum := 0
	copy(b[148:156], "        ")
	for _, c := range b[:512] {
		sum += int(c)
	}
	copy(b[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

// sparse is a file that says to have a terabyte and brings nothing.
func sparse(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	// archive/tar does not write the GNU records; it writes what resembles them.
	err := w.WriteHeader(&tar.Header{Name: "sparse", Typeflag: tar.TypeReg, PAXRecords: map[string]string{"ABC.sparse.major": "0", "ABC.sparse.minor": "1", "ABC.sparse.numblocks": "0", "ABC.sparse.map": "", "ABC.sparse.size": "1099511627776", "ABC.sparse.name": "sparse"}})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	return bytes.ReplaceAll(out.Bytes(), []byte("ABC.sparse"), []byte("GNU.sparse"))
}

// TestSourceErrors: what a source says is not mistaken for what is in it.
func TestSourceErrors(t *testing.T) {
	broken := errors.New("the line went dead")
	packed := gz(t, tarWith(t, reg("a"), reg("b")))
	for _, cause := range []error{broken, io.ErrUnexpectedEOF} {
		for n := range packed {
			src := io.MultiReader(bytes.NewReader(packed[:n]), iotest.ErrReader(cause))
			_, err := readAll(t, archive.TarGzEntries(src, nil))
			if err != cause {
				t.Fatalf("%v after %d bytes became %v", cause, n, err)
			}
		}
	}
}
