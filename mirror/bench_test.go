package mirror_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// syncBar is how many invoices a second come into a mirror at least.
const syncBar = 10_000

// A hundred thousand invoices come into a mirror from the sandbox in the same
// process, which packs and encrypts them meanwhile; then nothing new does.
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
	auth, err := server.Client(&ksef.Options{Poll: &ksef.Backoff{}}).Authentication.WithTestCertificate(b.Context(), someNIP, nil)
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
	b.ReportMetric(second.Seconds()*1e3/float64(b.N), "ms-nothing-new")
	if rate < syncBar {
		b.Errorf("%.0f invoices a second, want %d", rate, syncBar)
	}
}
