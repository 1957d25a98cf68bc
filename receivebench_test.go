package ksef_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	sealed "github.com/ksef-go/ksef/internal/seal"
)

// exportBar is the least rate of receiving a package as a share of the rate of
// the slowest of its stages alone.
const exportBar = 0.70

// Receiving a package of 150 MB: download, decryption, hashes and unpacking,
// against the slowest of these on the same bytes.
func BenchmarkExport(b *testing.B) {
	for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
		b.Run(string(format), func(b *testing.B) {
			d := newDepot(b)
			d.partSize = 20 << 20
			r := rand.NewChaCha8([32]byte{})
			noise := make([]byte, 12<<10)
			for n := range 10_000 {
				r.Read(noise)
				d.addXML(n, time.Now().Add(-time.Hour), []byte(base64.StdEncoding.EncodeToString(noise)), "")
			}
			server := httptest.NewServer(d) // whose memory is small, unlike that of a transport in the process
			defer server.Close()
			d.base = server.URL
			auth := d.client(func(http.RoundTripper) http.RoundTripper { return http.DefaultTransport }, nil)
			e, err := auth.Invoices.Export(b.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: time.Now().AddDate(0, 0, -1)}, &ksef.ExportOptions{Compression: format})
			if err != nil {
				b.Fatal(err)
			}
			p, err := e.Wait(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			stages := exportStages(b, d, p)
			receive := func() {
				n := 0
				for _, err := range p.Documents(b.Context(), &ksef.PackageOptions{Dir: d.dir}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != p.Count {
					b.Fatal(n)
				}
			}
			peak := peakHeap(3, receive)
			var total, slowest time.Duration
			spent := make([]time.Duration, len(stages))
			b.SetBytes(p.Size)
			for b.Loop() {
				for i, stage := range stages {
					start := time.Now()
					stage()
					spent[i] += time.Since(start)
				}
				start := time.Now()
				receive()
				total += time.Since(start)
			}
			for i, name := range []string{"download", "decrypt", "hash", "unpack"} {
				slowest = max(slowest, spent[i])
				b.ReportMetric(float64(p.Size)*float64(b.N)/spent[i].Seconds()/1e6, name+"-MB/s")
			}
			share := slowest.Seconds() / total.Seconds()
			b.ReportMetric(share, "ours/slowest")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			if share < exportBar {
				b.Errorf("%.2f of the rate of the slowest stage, want %.2f", share, exportBar)
			}
			if peak > 64<<20 {
				b.Errorf("%d MiB of memory, want at most 64", peak>>20)
			}
		})
	}
}

// A package as large as KSeF makes them, in parts of the same size as KSeF's: its
// memory. It takes minutes.
func BenchmarkExportGiB(b *testing.B) {
	const invoices, size = 10_000, 108 << 10
	d := newDepot(b)
	d.partSize = 50_000_000
	r := rand.NewChaCha8([32]byte{})
	noise := make([]byte, size)
	for n := range invoices {
		r.Read(noise)
		d.addXML(n, time.Now().Add(-time.Hour), []byte(base64.StdEncoding.EncodeToString(noise)), "")
	}
	server := httptest.NewServer(d)
	defer server.Close()
	d.base = server.URL
	auth := d.client(func(http.RoundTripper) http.RoundTripper { return http.DefaultTransport }, nil)
	for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
		b.Run(string(format), func(b *testing.B) {
			e, err := auth.Invoices.Export(b.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: time.Now().AddDate(0, 0, -1)}, &ksef.ExportOptions{Compression: format})
			if err != nil {
				b.Fatal(err)
			}
			p, err := e.Wait(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if p.Size < 1<<30 {
				b.Fatalf("%d bytes", p.Size)
			}
			b.SetBytes(p.Size)
			for b.Loop() {
				peak := peakHeap(1, func() {
					n := 0
					for _, err := range p.Documents(b.Context(), &ksef.PackageOptions{Dir: d.dir}) {
						if err != nil {
							b.Fatal(err)
						}
						n++
					}
					if n != invoices {
						b.Fatal(n)
					}
				})
				b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
				if peak > 64<<20 {
					b.Errorf("%d MiB of memory, want at most 64", peak>>20)
				}
			}
		})
	}
}

// exportStages are the stages of receiving a package, each alone.
func exportStages(b *testing.B, d *depot, p *ksef.Package) []func() {
	plain, err := os.Create(d.dir + "/plain")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { plain.Close() })
	if err := p.DownloadTo(b.Context(), plain, nil); err != nil {
		b.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	sealedParts := d.exports["20261102-EH-0000000000"].pkg
	return []func(){
		func() {
			for _, part := range p.Parts {
				resp, err := http.Get(part.URL)
				must(err)
				_, err = io.Copy(io.Discard, resp.Body)
				must(err)
				resp.Body.Close()
			}
		},
		func() {
			for _, part := range p.Parts {
				file, err := sealedParts.Open(part.Ordinal)
				must(err)
				_, err = io.Copy(io.Discard, d.lastKey.NewReader(file, sealed.Want{}))
				must(err)
				file.Close()
			}
		},
		func() { // the parts twice, and the documents
			for range 2 {
				h := sha256.New()
				_, err := io.Copy(h, io.NewSectionReader(plain, 0, p.Size))
				must(err)
			}
			for _, doc := range d.invoices {
				sha256.Sum256(doc.XML)
			}
		},
		func() {
			for e, err := range archive.Entries(plain, p.Size, &archive.Limits{EntrySize: 1 << 28}) {
				must(err)
				_, err = io.Copy(io.Discard, e)
				must(err)
			}
		},
	}
}

// peakHeap returns by how much the heap grew at most while f ran. Garbage is
// collected when it comes to so many percent, since the depot's invoices, which
// are in the heap, would allow for much of it.
func peakHeap(percent int, f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(percent))
	before := heap()
	var done atomic.Bool
	peak := make(chan uint64)
	go func() {
		most := uint64(0)
		for !done.Load() {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			time.Sleep(5 * time.Millisecond)
		}
		peak <- most
	}()
	f()
	done.Store(true)
	if most := <-peak; most > before {
		return most - before
	}
	return 0
}

// All over a hundred thousand invoices, and the requests it takes.
func BenchmarkAll(b *testing.B) {
	const invoices = 100_000
	d := newDepot(b)
	start := time.Now().Add(-invoices * time.Second).Truncate(time.Microsecond) // KSeF's times are no finer than 100 ns
	for n := range invoices {
		d.add(n, start.Add(time.Duration(n)*time.Second), "")
	}
	list := d.client(nil, nil).Invoices
	for b.Loop() {
		clear(d.asked)
		n := 0
		for _, err := range list.All(b.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: start, To: start.Add(invoices * time.Second)}, nil) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if asked := d.asked["POST /invoices/query/metadata"]; n != invoices || asked != 401 {
			b.Fatalf("%d invoices by %d requests", n, asked)
		}
	}
	b.ReportMetric(float64(d.asked["POST /invoices/query/metadata"]), "requests")
	b.ReportMetric(float64(invoices)*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
}
