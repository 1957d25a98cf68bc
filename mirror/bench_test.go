package mirror_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// syncBar is how many invoices a second come into a mirror at least, where the
// file system alone makes twice as many files; elsewhere half of what it makes.
const syncBar = 10_000

// A hundred thousand invoices come into a mirror from the sandbox in the same
// process, which packs and encrypts them while the mirror waits; then nothing
// new does. The baseline is as many files that are made, written and renamed,
// one after another, half of them before and half after: file systems differ in
// that by a hundred times, and one that was told to delete much of late may be
// slow, here and there (ext4 without a journal).
func BenchmarkSync(b *testing.B) {
	const invoices = 100_000
	server := sandbox.New(&sandbox.Options{Keys: &testKeys})
	begin := server.Now().Add(-invoices * time.Second)
	err := server.Store(func(yield func(sandbox.Stored) bool) {
		for n := range invoices {
			at := begin.Add(time.Duration(n) * 900 * time.Millisecond)
			in := sample.Invoice{Seller: string(otherNIP), Buyer: string(someNIP), Number: fmt.Sprintf("FV/%d", n), Issued: at}
			if !yield(sandbox.Stored{XML: in.XML(), Acquired: at}) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	packing := &stopwatch{RoundTripper: sandbox.NewTransport(server), path: "/invoices/exports"}
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: packing}, Poll: &ksef.Backoff{}})
	if err != nil {
		b.Fatal(err)
	}
	auth, err := client.Authentication.WithTestCertificate(b.Context(), someNIP, nil)
	if err != nil {
		b.Fatal(err)
	}
	// The sandbox reads what was stored when it is first asked, KSeF before.
	if _, err := auth.Invoices.Query(b.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin}, nil); err != nil {
		b.Fatal(err)
	}
	dir, err := os.MkdirTemp(disk, "ksef-mirror-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	files := makeFiles(b, filepath.Join(dir, "before"), invoices/2)
	packing.total.Store(0)
	run := 0
	var first, second time.Duration
	for b.Loop() {
		run++
		m, err := mirror.Open(filepath.Join(dir, fmt.Sprint(run)), nil)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		report, err := m.Sync(b.Context(), auth, &mirror.SyncOptions{From: begin.Add(-time.Hour)})
		if err != nil {
			b.Fatal(err)
		}
		first += time.Since(start)
		kept := 0
		for _, w := range report.Windows {
			kept += w.New
		}
		if kept != invoices {
			b.Fatalf("%d invoices", kept)
		}
		start = time.Now()
		before := len(server.Requests())
		if _, err := m.Sync(b.Context(), auth, nil); err != nil {
			b.Fatal(err)
		}
		second += time.Since(start)
		if n := len(server.Requests()) - before; n != 4 {
			b.Fatalf("%d requests with nothing new", n)
		}
		if err := m.Close(); err != nil {
			b.Fatal(err)
		}
	}
	rate := float64(invoices) * float64(b.N) / first.Seconds()
	b.ReportMetric(rate, "invoices/s")
	b.ReportMetric(float64(invoices)*float64(b.N)/(first-time.Duration(packing.total.Load())).Seconds(), "mirror-alone/s")
	files += makeFiles(b, filepath.Join(dir, "after"), invoices/2)
	alone := invoices / files.Seconds()
	b.ReportMetric(alone, "files-alone/s")
	b.ReportMetric(second.Seconds()*1e3/float64(b.N), "ms-nothing-new")
	if want := min(syncBar, alone/2); rate < want {
		b.Errorf("%.0f invoices a second, want %.0f; of files alone %.0f", rate, want, alone)
	}
}

// makeFiles makes so many files of an invoice's size, as a mirror does, and
// tells how long that took. They stay: to delete them would slow what follows.
func makeFiles(b *testing.B, dir string, n int) time.Duration {
	b.Helper()
	content := sample.Invoice{Seller: string(otherNIP), Buyer: string(someNIP), Number: "FV/1", Issued: time.Now()}.XML()
	in, out := filepath.Join(dir, "incoming"), filepath.Join(dir, "files")
	start := time.Now()
	for _, d := range []string{in, out} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			b.Fatal(err)
		}
	}
	for i := range n {
		name := fmt.Sprintf("%s-20260201-%012X-AF.xml", otherNIP, i)
		if err := os.WriteFile(filepath.Join(in, name), content, 0o600); err != nil {
			b.Fatal(err)
		}
		if err := os.Rename(filepath.Join(in, name), filepath.Join(out, name)); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// stopwatch measures how long the answers to POST requests of a path take.
type stopwatch struct {
	http.RoundTripper
	path  string
	total atomic.Int64 // nanoseconds
}

func (s *stopwatch) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, s.path) {
		defer func(start time.Time) { s.total.Add(int64(time.Since(start))) }(time.Now())
	}
	return s.RoundTripper.RoundTrip(r)
}
