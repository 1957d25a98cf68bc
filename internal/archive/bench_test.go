//go:build unix

package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"github.com/ksef-go/ksef/internal/archive"
)

// BenchmarkPack packs 10,000 invoices and, in turn, lets the compressor run
// alone over the same bytes, from memory to nowhere, on two goroutines. On two
// idle processors packing is to take at most 1.2 times as long.
func BenchmarkPack(b *testing.B) {
	var docs []archive.Document
	size := int64(0)
	for doc := range invoices(10_000) {
		docs = append(docs, doc)
		size += int64(len(doc.Content))
	}
	stream := tarOf(docs)
	benchmark := func(opts archive.Options, alone func()) func(*testing.B) {
		return func(b *testing.B) {
			b.SetBytes(size)
			key := newKey(b)
			opts.Dir = b.TempDir()
			// Of each the best run counts: the others tell what else the machine had to do.
			var packed int64
			bestAlone, bestPack := effort{time.Hour, time.Hour}, effort{time.Hour, time.Hour}
			for b.Loop() {
				bestAlone.measure(alone)
				var pkg *archive.Package
				bestPack.measure(func() {
					var err error
					if pkg, err = archive.Pack(b.Context(), key, values(docs), &opts); err != nil {
						b.Fatal(err)
					}
				})
				packed = pkg.Archive.Size
				if err := pkg.Remove(); err != nil {
					b.Fatal(err)
				}
			}
			share := bestPack.wall.Seconds() / bestAlone.wall.Seconds()
			b.ReportMetric(share, "times-compressor")
			b.ReportMetric(bestPack.cpu.Seconds()/bestAlone.cpu.Seconds(), "times-compressor-cpu")
			b.ReportMetric(bestPack.cpu.Seconds()/bestPack.wall.Seconds(), "cores")
			b.ReportMetric(float64(size)/bestPack.wall.Seconds()/1e6, "best-MB/s")
			b.ReportMetric(float64(size)/float64(packed), "compression")
		}
	}
	b.Run("TarGz", benchmark(archive.Options{Format: archive.TarGz}, func() { gzipAlone(stream) }))
	b.Run("TarGz/digests", benchmark(archive.Options{Format: archive.TarGz, Digests: true}, func() { gzipAlone(stream) }))
	b.Run("Zip", benchmark(archive.Options{Format: archive.Zip}, func() { zipAlone(docs) }))
	b.Run("Zip/digests", benchmark(archive.Options{Format: archive.Zip, Digests: true}, func() { zipAlone(docs) }))
}

// BenchmarkLarge packs 10,000 documents of 215 KB, 2 GiB, as invoices with
// attachments would be: base64 of what does not compress. Run it once.
func BenchmarkLarge(b *testing.B) {
	const count, size = 10_000, 2 << 30 / 10_000
	noise := make([]byte, 6<<20)
	rand.NewChaCha8([32]byte{5}).Read(noise)
	text := base64.StdEncoding.AppendEncode(nil, noise)
	docs := func(yield func(archive.Document, error) bool) {
		for i := range count {
			at := i * 7919 % (len(text) - size)
			if !yield(archive.Document{Name: fmt.Sprint(i, ".xml"), Content: text[at : at+size]}, nil) {
				return
			}
		}
	}
	for _, format := range formats {
		b.Run(string(format), func(b *testing.B) {
			b.SetBytes(count * size)
			for b.Loop() {
				var pkg *archive.Package
				start, cpu := time.Now(), cpuTime()
				peak := watchHeap(func() { pkg = pack(b, docs, archive.Options{Format: format}) })
				b.ReportMetric((cpuTime()-cpu).Seconds()/time.Since(start).Seconds(), "cores")
				b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
				b.ReportMetric(float64(len(pkg.Parts)), "parts")
				if err := pkg.Remove(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFiles packs 10,000 invoices from a directory.
func BenchmarkFiles(b *testing.B) {
	dir, size := b.TempDir(), int64(0)
	for doc := range invoices(10_000) {
		if err := os.WriteFile(filepath.Join(dir, doc.Name), doc.Content, 0o600); err != nil {
			b.Fatal(err)
		}
		size += int64(len(doc.Content))
	}
	b.SetBytes(size)
	for b.Loop() {
		if err := pack(b, archive.Files(os.DirFS(dir)), archive.Options{}).Remove(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEntries reads an archive of 10,000 invoices and, in turn, lets the
// decompressor run alone.
func BenchmarkEntries(b *testing.B) {
	for _, format := range formats {
		b.Run(string(format), func(b *testing.B) {
			pkg := pack(b, invoices(10_000), archive.Options{Format: format})
			whole := unseal(b, pkg)
			alone := func() {
				r, err := gzip.NewReader(bytes.NewReader(whole))
				if err == nil {
					_, err = io.Copy(io.Discard, r)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			if format == archive.Zip {
				alone = func() {
					r, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
					if err != nil {
						b.Fatal(err)
					}
					r.RegisterDecompressor(zip.Deflate, flate.NewReader)
					for _, f := range r.File {
						body, err := f.Open()
						if err == nil {
							_, err = io.Copy(io.Discard, body)
						}
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			ours, base := effort{time.Hour, time.Hour}, effort{time.Hour, time.Hour}
			size := int64(0)
			for b.Loop() {
				base.measure(alone)
				ours.measure(func() {
					size = 0
					for entry, err := range entriesOf(whole, nil) {
						n, copyErr := io.Copy(io.Discard, entry)
						if size += n; err != nil || copyErr != nil {
							b.Fatal(err, copyErr)
						}
					}
				})
			}
			b.SetBytes(size)
			b.ReportMetric(float64(size)/ours.wall.Seconds()/1e6, "best-MB/s")
			b.ReportMetric(ours.wall.Seconds()/base.wall.Seconds(), "times-baseline")
			b.ReportMetric(ours.cpu.Seconds()/base.cpu.Seconds(), "times-baseline-cpu")
		})
	}
}

// zipAlone deflates documents on two goroutines, and takes their checksums.
func zipAlone(docs []archive.Document) {
	twice(func(i int) {
		var out counter
		w, _ := flate.NewWriter(&out, 6)
		for ; i < len(docs); i += 2 {
			w.Reset(&out)
			crc32.ChecksumIEEE(docs[i].Content)
			w.Write(docs[i].Content)
			w.Close()
		}
	})
}

// gzipAlone deflates blocks that know the one before on two goroutines, as any
// parallel gzip does, and takes their checksums.
func gzipAlone(stream []byte) {
	const block, window = 512 << 10, 32 << 10
	twice(func(i int) {
		var out counter
		w, _ := flate.NewWriter(&out, 6)
		for at := i * block; at < len(stream); at += 2 * block {
			w.ResetDict(&out, stream[max(0, at-window):at])
			in := stream[at:min(at+block, len(stream))]
			crc32.ChecksumIEEE(in)
			w.Write(in)
			w.Flush()
		}
	})
}

func twice(f func(i int)) {
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func tarOf(docs []archive.Document) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, doc := range docs {
		w.WriteHeader(&tar.Header{Name: doc.Name, Size: int64(len(doc.Content)), Mode: 0o644})
		w.Write(doc.Content)
	}
	w.Close()
	return out.Bytes()
}

// effort is what a run took.
type effort struct{ wall, cpu time.Duration }

// measure runs f and keeps what was less than before.
func (r *effort) measure(f func()) {
	start, cpu := time.Now(), cpuTime()
	f()
	r.wall = min(r.wall, time.Since(start))
	r.cpu = min(r.cpu, cpuTime()-cpu)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
