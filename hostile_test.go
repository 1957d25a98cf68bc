package ksef_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/mirror"
)

// zipOf and tarOf write archives that nobody has looked at.
func zipOf(docs []archive.Document) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, d := range docs {
		f, err := w.Create(d.Name)
		if err == nil {
			_, err = f.Write(d.Content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func tarOf(docs []archive.Document) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, d := range docs {
		err := w.WriteHeader(&tar.Header{Name: d.Name, Size: int64(len(d.Content)), Mode: 0o600})
		if err == nil {
			_, err = w.Write(d.Content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// hostile are files that somebody slips into a package, and what is said.
var hostile = []struct {
	what string
	name string // of a file beside the good ones, after them
	size int    // of its content, all zeros
	text string // what the refusal says
}{
	{"up and out", "../../evil.xml", 1, "name not allowed"},
	{"up and out within", "x/../../evil.xml", 1, "name not allowed"},
	{"absolute", "/etc/cron.d/evil.xml", 1, "name not allowed"},
	{"a drive", `C:evil.xml`, 1, "name not allowed"},
	{"another system's path", `..\evil.xml`, 1, "name not allowed"},
	{"a zero", "5261040828\x00.xml", 1, "name not allowed"},
	{"a device", "CON.xml", 1, `does not describe invoice "CON"`},
	{"a device within", "aux/x.xml", 1, "does not describe invoice"},
	{"other case", "5261040828-20260201-00000000000a-00.xml", 1, "differs from another in case alone"},
	{"twice", "5261040828-20260201-000000000001-00.xml", 1, "name occurs twice"},
	{"a program", "setup.exe", 1, `a file "setup.exe"`},
	{"a bomb", "5261040828-20260201-0000000000FF-00.xml", 60 << 20, "want at most 16777216"},
}

// What somebody slips into a package is refused with a reason, before or after
// the good invoices that came with it, and a mirror keeps none of them.
func TestHostilePackages(t *testing.T) {
	for _, h := range hostile {
		for format, pack := range map[ksef.Compression]func([]archive.Document) []byte{ksef.Zip: zipOf, ksef.TarGz: tarOf} {
			if h.name == "5261040828\x00.xml" && format == ksef.TarGz {
				h.name, h.text = "5261040828\x01.xml", "name not allowed" // tar ends names at a zero
			}
			t.Run(h.what+"/"+string(format), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					wakeUp()
					d := newDepot(t)
					for n := range 12 {
						d.add(n, begin.Add(-time.Hour), ksef.Buyer)
					}
					d.raw = func(list []ksef.Document) []byte {
						return pack(append(packNormally(list, false), archive.Document{Name: h.name, Content: make([]byte, h.size)}))
					}
					auth := d.client(nil, nil)
					_, err := collect(ordered(t, auth, &ksef.ExportOptions{Compression: format}).Documents(t.Context(), nil))
					if !errors.Is(err, ksef.ErrCorrupt) || !strings.Contains(err.Error(), h.text) {
						t.Errorf("got %v, want %s", err, h.text)
					}

					m, err := mirror.Open(t.TempDir(), nil)
					if err != nil {
						t.Fatal(err)
					}
					defer m.Close()
					opts := &mirror.SyncOptions{Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1), Compression: format}
					if _, err = m.Sync(t.Context(), auth, opts); !errors.Is(err, ksef.ErrCorrupt) || !strings.Contains(err.Error(), h.text) {
						t.Errorf("the mirror: got %v, want %s", err, h.text)
					}
					demandMirror(t, m, 0)
					d.raw = nil
					if _, err := m.Sync(t.Context(), auth, opts); err != nil {
						t.Errorf("the next, which is good: %v", err)
					}
					demandMirror(t, m, 12)
				})
			})
		}
	}
}

// demandMirror demands that a mirror is whole and has so many invoices.
func demandMirror(t *testing.T, m *mirror.Mirror, invoices int) {
	t.Helper()
	v, err := m.Verify(t.Context())
	if err != nil || v.Invoices != invoices || len(v.Differences) > 0 {
		t.Errorf("%+v, %v, want %d invoices", v, err, invoices)
	}
}
