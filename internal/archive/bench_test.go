//go:build unix

package archive_test

import (
	"archive/tar"
	"bytes"
	"hash/crc32"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/ksef-go/ksef/internal/archive"
)

// bar is how many times as long as the compressor alone packing may take.
const bar = 1.2

// BenchmarkPack packs 10,000 invoices and, in turn, lets the compressor run
// alone over the same bytes, from memory to nowhere, on two goroutines.
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
			var shares, work, cores []float64
			var packed int64
			for b.Loop() {
				start, cpu := time.Now(), cpuTime()
				alone()
				base, baseCPU := time.Since(start), cpuTime()-cpu
				start, cpu = time.Now(), cpuTime()
				pkg, err := archive.Pack(b.Context(), key, values(docs), &opts)
				ours, oursCPU := time.Since(start), cpuTime()-cpu
				if err != nil {
					b.Fatal(err)
				}
				cores = append(cores, oursCPU.Seconds()/ours.Seconds())
				work = append(work, oursCPU.Seconds()/baseCPU.Seconds())
				shares = append(shares, ours.Seconds()/base.Seconds())
				packed = pkg.Archive.Size
				if err := pkg.Remove(); err != nil {
					b.Fatal(err)
				}
			}
			share := median(shares)
			b.ReportMetric(share, "times-compressor")
			b.ReportMetric(median(work), "times-compressor-cpu")
			b.ReportMetric(median(cores), "cores")
			b.ReportMetric(float64(size)/float64(packed), "compression")
			if len(shares) >= 10 && share > bar && !opts.Digests {
				b.Errorf("%.2f times as long as the compressor alone, want at most %.2f", share, bar)
			}
		}
	}
	b.Run("TarGz", benchmark(archive.Options{Format: archive.TarGz}, func() { gzipAlone(stream) }))
	b.Run("TarGz/digests", benchmark(archive.Options{Format: archive.TarGz, Digests: true}, func() { gzipAlone(stream) }))
	b.Run("Zip", benchmark(archive.Options{Format: archive.Zip}, func() { zipAlone(docs) }))
	b.Run("Zip/digests", benchmark(archive.Options{Format: archive.Zip, Digests: true}, func() { zipAlone(docs) }))
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

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
