package ksef_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
)

// stalled is a client of a depot whose packages have parts, of which the second
// never comes.
func stalled(t *testing.T) (*depot, *ksef.AuthenticatedClient) {
	d := newDepot(t)
	d.partSize = 500_000
	r := rand.NewChaCha8([32]byte{})
	for n := range 20 {
		noise := make([]byte, 100_000) // which does not compress
		r.Read(noise)
		d.addXML(n, begin.Add(-time.Hour), noise, "")
	}
	return d, d.client(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "/2/") {
				<-r.Context().Done()
				return nil, context.Cause(r.Context())
			}
			return next.RoundTrip(r)
		})
	}, nil)
}

// Who has had enough does not wait for the parts that are still to come.
func TestExportStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		_, auth := stalled(t)
		for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
			p := ordered(t, auth, &ksef.ExportOptions{Compression: format})
			if len(p.Parts) < 4 {
				t.Fatal(len(p.Parts))
			}
			start := time.Now()
			for _, err := range p.Documents(t.Context(), nil) {
				if err != nil {
					t.Error(err)
				}
				break
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("%s: stopped after %v", format, took)
			}
		}
	})
}

// Nor does the news that a package is not what it should be.
func TestExportCorruptAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d, auth := stalled(t)
		d.pack = func(list []ksef.Document, _ bool) []archive.Document {
			return slices.Insert(packNormally(list, false), 5, archive.Document{Name: "x.exe"}) // near the end of the first part
		}
		for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			start := time.Now()
			_, err := collect(ordered(t, auth, &ksef.ExportOptions{Compression: format}).Documents(ctx, nil))
			if took := time.Since(start); took > time.Minute || !errors.Is(err, ksef.ErrCorrupt) {
				t.Errorf("%s: after %v: %v", format, took, err)
			}
			cancel()
		}
	})
}
