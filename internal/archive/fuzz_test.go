package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/archive"
)

// FuzzZip: what is accepted, the standard library reads the same way, and what
// comes out stays within the limits.
func FuzzZip(f *testing.F) {
	f.Add(zipWith(f, deflated("a.xml", strings.Repeat("abc", 100)), stored("luty/", ""), stored("luty/b.xml", "content")))
	f.Add(rawZip(f, "a.xml", "content"))
	f.Add(commented(f, "comment"))
	f.Add(afterDeflate(f))
	f.Add(between(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		limits := &archive.Limits{Entries: 50, EntrySize: 1 << 20, TotalSize: 2 << 20}
		got, err := readAll(t, entriesOf(content, limits))
		assertWithin(t, got, limits)
		if err != nil || len(content) < 2 || content[0] != 'P' {
			return
		}
		r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatalf("we read it, archive/zip says %v", err)
		}
		for _, entry := range r.File {
			if strings.HasSuffix(entry.Name, "/") {
				continue
			}
			body, err := entry.Open()
			if err != nil {
				t.Fatalf("%q: %v", entry.Name, err)
			}
			want, err := io.ReadAll(body)
			if err != nil || len(got) == 0 || got[0].name != strings.TrimPrefix(entry.Name, "./") || got[0].content != string(want) {
				t.Fatalf("%q: %d bytes, %v; we read %d files more", entry.Name, len(want), err, len(got))
			}
			got = got[1:]
		}
		if len(got) != 0 {
			t.Fatalf("we read %d files that archive/zip does not see", len(got))
		}
	})
}

// FuzzTar fuzzes the tar inside a gzip, whose checksum would keep it out.
func FuzzTar(f *testing.F) {
	f.Add(tarWith(f, reg("./a.xml"), tar.Header{Name: "luty/", Typeflag: tar.TypeDir}, reg("luty/ż.xml")))
	f.Add(tarWith(f, reg(strings.Repeat("n", 128))))
	f.Fuzz(func(t *testing.T, content []byte) {
		limits := &archive.Limits{Entries: 50, EntrySize: 1 << 20, TotalSize: 2 << 20}
		got, err := readAll(t, entriesOf(gz(t, content), limits))
		assertWithin(t, got, limits)
		if err != nil {
			return
		}
		r := tar.NewReader(bytes.NewReader(content))
		for {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("we read it, archive/tar says %v", err)
			}
			if h.Typeflag == tar.TypeDir {
				continue
			}
			want, err := io.ReadAll(r)
			if err != nil || len(got) == 0 || got[0].name != strings.TrimPrefix(h.Name, "./") || got[0].content != string(want) {
				t.Fatalf("%q: %d bytes, %v", h.Name, len(want), err)
			}
			got = got[1:]
		}
		if len(got) != 0 {
			t.Fatalf("we read %d files that archive/tar does not see", len(got))
		}
	})
}

// FuzzTarGz fuzzes the gzip around a tar.
func FuzzTarGz(f *testing.F) {
	f.Add(gz(f, tarWith(f, reg("a.xml"))))
	f.Add(gzNamed(f, tarWith(f, reg("a.xml"))))
	f.Fuzz(func(t *testing.T, content []byte) {
		limits := &archive.Limits{Entries: 50, EntrySize: 1 << 20, TotalSize: 2 << 20}
		got, _ := readAll(t, archive.TarGzEntries(bytes.NewReader(content), limits))
		assertWithin(t, got, limits)
	})
}

// assertWithin checks limits, names, and that none occurs twice.
func assertWithin(t *testing.T, files []file, limits *archive.Limits) {
	t.Helper()
	total := int64(0)
	for i, f := range files {
		total += int64(len(f.content))
		if int64(len(f.content)) > limits.EntrySize || total > limits.TotalSize || len(files) > limits.Entries {
			t.Fatal("over a limit")
		}
		same := func(other file) bool { return strings.EqualFold(f.name, other.name) }
		if slices.ContainsFunc(files[:i], same) || strings.ContainsAny(f.name, "\\\x00") || strings.HasPrefix(f.name, "/") || strings.Contains("/"+f.name+"/", "/../") {
			t.Fatalf("a hostile name: %q", f.name)
		}
	}
}
