package archive_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/judge"
)

func run(t *testing.T, dir, path string, args ...string) string {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", cmd.Args, err, out, stderr.Bytes())
	}
	return string(out)
}

// listing is what every tool is made to say of an archive: names and hashes.
func listing(files []file) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%x %s\n", sha256.Sum256([]byte(f.content)), f.name)
	}
	return b.String()
}

// packTo packs documents and writes the archive, unsealed, to a file.
func packTo(t *testing.T, docs []archive.Document, format archive.Format, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, unseal(t, pack(t, values(docs), archive.Options{Format: format, PartSize: 1_000_000})), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPythonReads has Python read what Pack writes, name by name.
func TestPythonReads(t *testing.T) {
	python := judge.Program(t, "python3")
	for format, script := range map[archive.Format]string{
		archive.Zip: `
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for i in z.infolist():
        assert i.date_time == (1980, 1, 1, 0, 0, 0), i.date_time
        print(hashlib.sha256(z.read(i)).hexdigest(), i.filename)
`,
		archive.TarGz: `
import gzip, hashlib, sys, tarfile
with gzip.open(sys.argv[1]) as g:
    while g.read(1 << 20): pass
with tarfile.open(sys.argv[1], "r:gz") as t:
    for m in t:
        assert m.isreg() and m.mtime == 0 and m.mode == 0o644, m
        print(hashlib.sha256(t.extractfile(m).read()).hexdigest(), m.name)
`,
	} {
		path := packTo(t, odd(), format, "package")
		if got, want := run(t, "", python, "-X", "utf8", "-c", script, path), listing(contents(t, odd())); got != want {
			t.Errorf("%s: Python reads\n%s, want\n%s", format, got, want)
		}
	}
}

// TestPythonWrites reads what Python writes: to a file and to a pipe, where a
// zip needs data descriptors, stored and deflated, and every kind of tar.
func TestPythonWrites(t *testing.T) {
	python := judge.Program(t, "python3")
	const script = `
import io, sys, tarfile, zipfile
files = [("a.xml", b"<a/>" * 1000), ("luty/żółw.xml", "zażółć".encode()), ("empty.xml", b""), ("n" * 124 + ".xml", b"long"), ("発票" * 60 + ".xml", b"longer")]
kind, path = sys.argv[1:]
class Pipe(io.RawIOBase):
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open(path, "wb") as f:
    if kind.startswith("zip"):
        method = zipfile.ZIP_STORED if "stored" in kind else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(Pipe(f) if "pipe" in kind else f, "w", method) as z:
            z.mkdir("luty")
            for name, content in files:
                with z.open(zipfile.ZipInfo(name) if "stored" in kind else name, "w", force_zip64="wide" in kind) as e: e.write(content)
    else:
        with tarfile.open(fileobj=f, mode="w:gz", format={"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}[kind]) as t:
            for name, content in files:
                if kind == "ustar" and len(name.encode()) > 100: continue
                i = tarfile.TarInfo(name); i.size = len(content); i.mtime = 1767225600.5
                t.addfile(i, io.BytesIO(content))
`
	want := []file{{"a.xml", strings.Repeat("<a/>", 1000)}, {"luty/żółw.xml", "zażółć"}, {"empty.xml", ""}, {strings.Repeat("n", 124) + ".xml", "long"}, {strings.Repeat("発票", 60) + ".xml", "longer"}}
	for _, kind := range []string{"zip", "zip stored", "zip pipe", "zip pipe stored", "zip wide", "zip pipe wide", "ustar", "gnu", "pax"} {
		path := filepath.Join(t.TempDir(), "package")
		run(t, "", python, "-X", "utf8", "-c", script, kind, path)
		want := want
		if kind == "ustar" {
			want = want[:3]
		}
		assertReads(t, kind, path, want)
	}
}

func assertReads(t *testing.T, what, path string, want []file) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readAll(t, entriesOf(content, nil))
	slices.SortFunc(got, func(a, b file) int { return strings.Compare(a.name, b.name) })
	want = slices.SortedFunc(slices.Values(want), func(a, b file) int { return strings.Compare(a.name, b.name) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %v\n%s, want\n%s", what, err, listing(got), listing(want))
	}
}

// TestUnix has gzip, tar, zip and unzip read what Pack writes, and reads what
// they write of a directory.
func TestUnix(t *testing.T) {
	for _, name := range []string{"gunzip", "tar"} {
		judge.Program(t, name)
	}
	docs := odd()
	want := contents(t, docs)
	path := packTo(t, docs, archive.TarGz, "package.tar.gz")
	run(t, "", "gunzip", "-t", path)
	dir := t.TempDir()
	run(t, dir, "tar", "xzf", path)
	assertFiles(t, "tar", dir, want)
	for _, args := range [][]string{{"czf", "../gnu.tar.gz", "."}, {"czf", "../pax.tar.gz", "--format=pax", "."}, {"cf", "../fast.tar.gz", "-I", "gzip -1", "."}} {
		run(t, dir, "tar", args...)
		assertReads(t, strings.Join(args, " "), filepath.Join(dir, args[1]), want)
	}
}

func TestInfoZip(t *testing.T) {
	judge.Program(t, "unzip")
	docs := odd()
	want := contents(t, docs)
	path := packTo(t, docs, archive.Zip, "package.zip")
	run(t, "", "unzip", "-tq", path)
	dir := t.TempDir()
	run(t, dir, "unzip", "-q", path)
	assertFiles(t, "unzip", dir, want)

	judge.Program(t, "zip")
	for _, args := range [][]string{{"-qr", "../seek.zip", "."}, {"-qr0", "../stored.zip", "."}, {"-qrfd", "../described.zip", "."}, {"-qrfz", "../wide.zip", "."}, {"-qrD", "../files.zip", "."}} {
		run(t, dir, "zip", args...)
		assertReads(t, strings.Join(args, " "), filepath.Join(dir, args[1]), want)
	}
}

// assertFiles compares what a tool has unpacked.
func assertFiles(t *testing.T, what, dir string, want []file) {
	t.Helper()
	for _, f := range want {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.name)))
		if err != nil || string(content) != f.content {
			t.Errorf("%s: %s: %d bytes, %v", what, f.name, len(content), err)
		}
	}
}
