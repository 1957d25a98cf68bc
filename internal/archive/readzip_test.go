package archive_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/archive"
)

// zipEntry is what goes into a zip.
type zipEntry struct {
	zip.FileHeader
	content string
}

func deflated(name, content string) zipEntry {
	return zipEntry{zip.FileHeader{Name: name, Method: zip.Deflate}, content}
}

func stored(name, content string) zipEntry {
	return zipEntry{zip.FileHeader{Name: name, Method: zip.Store}, content}
}

// zipWith is a zip as the standard library writes it, with data descriptors.
func zipWith(t testing.TB, entries ...zipEntry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		f, err := w.CreateHeader(&e.FileHeader)
		if err == nil {
			_, err = io.WriteString(f, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func commented(t testing.TB, comment string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.SetComment(comment)
	w.Close()
	return out.Bytes()
}

func TestZipReads(t *testing.T) {
	got, err := readAll(t, entriesOf(zipWith(t, deflated("a.xml", strings.Repeat("abc", 10_000)), stored("luty/", ""), stored("luty/ż.xml", "zażółć"), deflated("empty", ""), stored("empty2", "")), nil))
	want := []file{{"a.xml", strings.Repeat("abc", 10_000)}, {"luty/ż.xml", "zażółć"}, {"empty", ""}, {"empty2", ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, comment := range []string{"", "made elsewhere", strings.Repeat("c", 0xFFFF)} {
		if got, err := readAll(t, entriesOf(commented(t, comment), nil)); err != nil || len(got) != 0 {
			t.Errorf("empty with a comment of %d bytes: %v, %v", len(comment), got, err)
		}
	}

	// Entries that nobody reads, or not to the end, are passed over.
	n := 0
	for entry, err := range entriesOf(zipWith(t, deflated("a", strings.Repeat("abc", 100_000)), stored("b", strings.Repeat("abc", 100_000)), deflated("c", "c")), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			entry.Read(make([]byte, 10))
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d entries", n)
	}
}

// put overwrites what is at an offset from a signature, counted from the n-th.
func put(b []byte, magic string, n, offset int, value ...byte) []byte {
	b = slices.Clone(b)
	at := 0
	for range n {
		at += bytes.Index(b[at:], []byte(magic)) + 1
	}
	copy(b[at-1+offset:], value)
	return b
}

const (
	local      = "PK\x03\x04"
	descriptor = "PK\x07\x08"
	central    = "PK\x01\x02"
	end        = "PK\x05\x06"
)

// TestZipRefuses alters zips byte by byte. Offsets are those of APPNOTE.TXT.
func TestZipRefuses(t *testing.T) {
	good := zipWith(t, deflated("a.xml", strings.Repeat("abc", 100)), stored("b.xml", "content"))
	if _, err := readAll(t, entriesOf(good, nil)); err != nil {
		t.Fatal(err)
	}
	raw := rawZip(t, "a.xml", "content")
	if _, err := readAll(t, entriesOf(raw, nil)); err != nil {
		t.Fatal(err)
	}
	name := func(n string) []byte { return zipWith(t, deflated("first", ""), deflated(n, "")) }
	unix := func(mode uint32) []byte {
		return zipWith(t, zipEntry{FileHeader: zip.FileHeader{Name: "odd", CreatorVersion: 3 << 8, ExternalAttrs: mode << 16}})
	}
	tests := []struct {
		name    string
		archive []byte
		fault   archive.Fault
	}{
		{"start", good[:20], archive.Truncated},
		{"half", good[:len(good)/2], archive.Truncated},
		{"no end record", good[:len(good)-22], archive.Truncated},
		{"half an end record", good[:len(good)-5], archive.Truncated},
		{"bytes behind", append(slices.Clone(good), "behind"...), archive.Ambiguous},
		{"end record in the comment", commented(t, "look: "+end+strings.Repeat("\x00", 30)), archive.Ambiguous},
		{"bytes in front", append([]byte(local), good...), archive.Ambiguous},
		{"several disks", put(good, end, 1, 4, 1), archive.Unsupported},
		{"fewer entries than headers", put(good, end, 1, 8, 1, 0, 1, 0), archive.Ambiguous},
		{"more entries than headers", put(good, end, 1, 8, 3, 0, 3, 0), archive.Ambiguous},
		{"directory shorter", put(good, end, 1, 12, good[bytes.Index(good, []byte(end))+12]-1), archive.Ambiguous},
		{"directory elsewhere", put(good, end, 1, 16, good[bytes.Index(good, []byte(end))+16]-1), archive.Ambiguous},
		{"no central header", put(good, central, 2, 0, 'x'), archive.Malformed},
		{"no local header", put(good, local, 2, 0, 'x'), archive.Ambiguous},
		{"other name", put(raw, local, 1, 30, 'b'), archive.Ambiguous},
		{"other method", put(raw, local, 1, 8, 0), archive.Ambiguous},
		{"other checksum", put(raw, local, 1, 14, 1, 2, 3, 4), archive.Ambiguous},
		{"other packed size", put(raw, local, 1, 18, 1), archive.Ambiguous},
		{"other size", put(raw, local, 1, 22, 1), archive.Ambiguous},
		{"other flags", put(good, local, 1, 6, 0), archive.Ambiguous},
		{"sizes only later, without a descriptor", put(raw, local, 1, 14, make([]byte, 12)...), archive.Ambiguous},
		{"size 0 in both", put(put(raw, local, 1, 22, 0), central, 1, 24, 0), archive.Malformed},
		{"smaller in both", put(put(raw, local, 1, 22, 6), central, 1, 24, 6), archive.Malformed},
		{"larger in both", put(put(raw, local, 1, 22, 8), central, 1, 24, 8), archive.Malformed},
		{"wrong checksum in both", put(put(raw, local, 1, 14, 0, 0, 0, 0), central, 1, 16, 0, 0, 0, 0), archive.Checksum},
		{"stored with two sizes", put(good, central, 2, 24, 1), archive.Malformed},
		{"descriptor", put(good, descriptor, 1, 4, 0, 0, 0, 0), archive.Ambiguous},
		{"descriptor's size", put(good, descriptor, 1, 12, 0, 0, 0, 0), archive.Ambiguous},
		{"descriptor's signature", put(good, descriptor, 1, 0, 'x'), archive.Ambiguous},
		{"no descriptor", withoutDescriptor(t), archive.Ambiguous},
		{"overlapping", put(good, central, 2, 42, 0, 0, 0, 0), archive.Ambiguous},
		{"starts in the directory", put(good, central, 2, 42, 0xff, 0xff), archive.Ambiguous},
		{"bytes between entries", between(t), archive.Ambiguous},
		{"bytes after the deflate", afterDeflate(t), archive.Ambiguous},
		{"deflate cut off", shortDeflate(t), archive.Truncated},
		{"no deflate", put(raw, local, 1, 35, 0xff, 0xff, 0xff), archive.Malformed},
		{"encrypted", put(put(raw, local, 1, 6, 1), central, 1, 8, 1), archive.Unsupported},
		{"LZMA", put(put(raw, local, 1, 8, 14), central, 1, 10, 14), archive.Unsupported},
		{"symbolic link", unix(0o120777), archive.Unsupported},
		{"pipe", unix(0o010644), archive.Unsupported},
		{"a directory with the name of a file", unix(0o040755), archive.Unsupported},
		{"a directory with content", put(rawZip(t, "dir/", "content"), central, 1, 38, 0, 0, 0, 0), archive.Malformed},
		{"other Unicode path", extra(t, 0x7075, append([]byte{1, 0, 0, 0, 0}, "other.xml"...)), archive.Ambiguous},
		{"short Unicode path", extra(t, 0x7075, []byte{1}), archive.Ambiguous},
		{"extra field over the end", put(extra(t, 0x4444, []byte{1, 2}), "\x44\x44", 1, 2, 99), archive.Malformed},
		{"zip64 without its field", put(put(raw, local, 1, 18, 0xff, 0xff, 0xff, 0xff), central, 1, 20, 0xff, 0xff, 0xff, 0xff), archive.Malformed},
		{"same name", zipWith(t, deflated("a", ""), deflated("a", "")), archive.DuplicateName},
		{"same name, dressed up", zipWith(t, deflated("a", ""), deflated("./a", "")), archive.DuplicateName},
		{"same name but for case", zipWith(t, deflated("a", ""), deflated("A", "")), archive.CollidingName},
		{"up", name("../a"), archive.BadName},
		{"up inside", name("a/../../b"), archive.BadName},
		{"absolute", name("/etc/passwd"), archive.BadName},
		{"backslash", name(`..\a`), archive.BadName},
		{"drive", name("C:a"), archive.BadName},
		{"zero", name("a\x00.xml"), archive.BadName},
		{"no name", name(""), archive.BadName},
		{"not UTF-8", name("\xb3.xml"), archive.BadName},
		{"directory up", name("../"), archive.BadName},
		{"long name", name(strings.Repeat("n", 1025)), archive.LongName},
		{"bomb", zipWith(t, deflated("zeros", strings.Repeat("\x00", 30<<20))), archive.Bomb},
		{"large entry", zipWith(t, stored("a", "a"), stored("b", strings.Repeat("b", 101))), archive.LargeEntry},
		{"large in total", zipWith(t, stored("a", strings.Repeat("a", 100)), stored("b", strings.Repeat("b", 101))), archive.LargeArchive},
		{"many", zipWith(t, stored("1", ""), stored("2", ""), stored("3", ""), stored("4", ""), stored("5", ""), stored("6", "")), archive.TooManyEntries},
	}
	for _, test := range tests {
		limits := &archive.Limits{}
		switch test.fault {
		case archive.LargeArchive:
			limits.TotalSize = 200
		case archive.LargeEntry:
			limits.EntrySize = 100
		case archive.Bomb:
			limits.Ratio = 100
		case archive.TooManyEntries:
			limits.Entries = 5
		}
		_, err := readAll(t, entriesOf(test.archive, limits))
		assertFault(t, test.name, err, test.fault)
	}
}

// rawZip is a zip of one deflated entry without a data descriptor.
func rawZip(t testing.TB, name, content string) []byte {
	t.Helper()
	pkg := pack(t, values([]archive.Document{{Name: strings.ReplaceAll(name, "/", "_"), Content: []byte(content)}}), archive.Options{Format: archive.Zip})
	return bytes.ReplaceAll(unseal(t, pkg), []byte(strings.ReplaceAll(name, "/", "_")), []byte(name))
}

// splice replaces n bytes before the k-th of a signature by others, and moves
// what the end record says of the directory.
func splice(b []byte, magic string, k, n int, more string) []byte {
	at := -1
	for range k {
		at += 1 + bytes.Index(b[at+1:], []byte(magic))
	}
	b = slices.Replace(slices.Clone(b), at-n, at, []byte(more)...)
	return add(b, bytes.LastIndex(b, []byte(end))+16, len(more)-n)
}

// add adds n to the number at an offset.
func add(b []byte, at, n int) []byte {
	binary.LittleEndian.PutUint32(b[at:], binary.LittleEndian.Uint32(b[at:])+uint32(n))
	return b
}

// packedSize adds n to the packed size that both headers say.
func packedSize(b []byte, n int) []byte {
	return add(add(b, bytes.Index(b, []byte(local))+18, n), bytes.Index(b, []byte(central))+20, n)
}

// between hides bytes between two entries, for a reader of local headers only.
func between(t testing.TB) []byte {
	b := splice(zipWith(t, stored("a", "a"), stored("b", "b")), local, 2, 0, "hidden")
	return add(b, bytes.LastIndex(b, []byte(central))+42, len("hidden"))
}

// afterDeflate makes packed content longer than the deflate stream in it.
func afterDeflate(t testing.TB) []byte {
	return packedSize(splice(rawZip(t, "a.xml", "content"), central, 1, 0, "hidden"), len("hidden"))
}

// shortDeflate takes the end of the deflate stream away.
func shortDeflate(t testing.TB) []byte {
	return packedSize(splice(rawZip(t, "a.xml", "content"), central, 1, 3, ""), -3)
}

// withoutDescriptor sets the flag for one in both headers and brings none.
func withoutDescriptor(t testing.TB) []byte {
	return put(put(rawZip(t, "a.xml", "content"), local, 1, 6, 8), central, 1, 8, 8)
}

// extra is a zip with an extra field in its central header.
func extra(t testing.TB, id uint16, field []byte) []byte {
	f := binary.LittleEndian.AppendUint16(nil, id)
	f = binary.LittleEndian.AppendUint16(f, uint16(len(field)))
	return zipWith(t, zipEntry{FileHeader: zip.FileHeader{Name: "a.xml", Extra: append(f, field...)}})
}

// holes is a file whose zeros take no room.
type holes struct {
	size int64
	data map[int64][]byte // by offset
}

var zeros = make([]byte, 1<<20)

func (h *holes) Write(p []byte) (int, error) {
	if !bytes.Equal(p, zeros[:len(p)]) {
		h.data[h.size] = slices.Clone(p)
	}
	h.size += int64(len(p))
	return len(p), nil
}

func (h *holes) ReadAt(p []byte, off int64) (int, error) {
	n := int(min(int64(len(p)), h.size-off))
	clear(p[:n])
	for at, data := range h.data {
		if at < off+int64(n) && off < at+int64(len(data)) {
			copy(p[max(0, at-off):n], data[max(0, off-at):])
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// TestZip64 reads a zip of more than four gigabytes, nearly all of them zeros.
func TestZip64(t *testing.T) {
	if testing.Short() {
		t.Skip("reads five gigabytes")
	}
	const size int64 = 5 << 30
	file := &holes{data: map[int64][]byte{}}
	w := zip.NewWriter(file)
	large, err := w.CreateHeader(&zip.FileHeader{Name: "large.bin", Method: zip.Store})
	for range size / int64(len(zeros)) {
		if err == nil {
			_, err = large.Write(zeros)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	small, err := w.Create("small.xml") // its offset and its descriptor are wide
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(small, "content")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	var names []string
	for entry, err := range archive.Entries(file, file.size, &archive.Limits{EntrySize: size}) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, entry.Name)
		if entry.Size == size {
			continue
		}
		if content, err := io.ReadAll(entry); err != nil || string(content) != "content" {
			t.Errorf("%q, %v", content, err)
		}
	}
	if !slices.Equal(names, []string{"large.bin", "small.xml"}) {
		t.Errorf("entries %q", names)
	}

	record := file.size - 22 - 20 - 56
	for at, data := range file.data { // the zip64 end record says another offset
		if i := bytes.Index(data, []byte("PK\x06\x06")); i >= 0 && at+int64(i) == record {
			data[i+48]++
		}
	}
	_, err = readAll(t, archive.Entries(file, file.size, nil))
	assertFault(t, "zip64 end record", err, archive.Ambiguous)
}

// TestZipSourceErrors: what a source says is not mistaken for what is in it.
func TestZipSourceErrors(t *testing.T) {
	good := zipWith(t, deflated("a.xml", strings.Repeat("abc", 100)), stored("b.xml", "content"))
	broken := errors.New("the disk is broken")
	for from := range good {
		_, err := readAll(t, archive.Entries(brokenAt{bytes.NewReader(good), int64(from), broken}, int64(len(good)), nil))
		if !errors.Is(err, broken) {
			t.Fatalf("a disk broken from byte %d gave %v", from, err)
		}
	}
	_, err := readAll(t, archive.Entries(bytes.NewReader(good[:100]), int64(len(good)), nil))
	assertFault(t, "shorter than promised", err, archive.Truncated)
}

// brokenAt cannot be read beyond an offset.
type brokenAt struct {
	r    io.ReaderAt
	from int64
	err  error
}

func (b brokenAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= b.from {
		return b.r.ReadAt(p, off)
	}
	n, _ := b.r.ReadAt(p[:max(0, b.from-off)], off)
	return n, b.err
}
