package sandbox

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/ksef-go/ksef/schema"
)

// Closing the session of a package of 10,000 invoices of about 5 KB, which is all the work that the server has
// with it, beside what it cannot do without: hashing, unpacking and validating, one after another.
func BenchmarkBatch(b *testing.B) {
	const invoices = 10_000
	l := sender(b, nil)
	n := 0
	archive := func() []byte {
		n++
		docs := make([]file, invoices)
		for i := range docs {
			docs[i] = file{fmt.Sprintf("%d.xml", i), paper{number: fmt.Sprintf("%d/%d", n, i), rows: 15}.bytes()}
		}
		return tarred(b, docs...)
	}
	b.Run("closed", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			l.Reset()
			l = l.anonymous().login(nipA, sealFor(b, nipA))
			v := l.announce(archive(), 2, nil)
			for i, part := range v.parcel.parts {
				v.upload(i+1, part).want(201)
			}
			runtime.GC()
			b.StartTimer()
			v.shut().want(204)
			b.StopTimer()
			v.outcome(200).is("successfulInvoiceCount", invoices)
			b.StartTimer()
		}
		b.ReportMetric(invoices*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
	})
	b.Run("bare", func(b *testing.B) {
		packed := archive()
		doc := paper{rows: 15}.bytes()
		for b.Loop() {
			sha256.Sum256(packed)
			r, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			for range invoices {
				sha256.Sum256(doc)
				if !schema.ValidateBytes(doc, schema.FA3, &schema.Options{Rules: &schema.Rules{AnyNIP: true}}).Valid() {
					b.Fatal("invalid")
				}
			}
		}
		b.ReportMetric(invoices*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
	})
}
