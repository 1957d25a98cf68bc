package ksef_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
)

// collect reads a listing to its end.
func collect[T any](items iter.Seq2[T, error]) (all []T, err error) {
	for item, err := range items {
		if err != nil {
			return all, err
		}
		all = append(all, item)
	}
	return all, nil
}

// ordered exports all that is in the depot.
func ordered(t *testing.T, auth *ksef.AuthenticatedClient, opts *ksef.ExportOptions) *ksef.Package {
	t.Helper()
	e, err := auth.Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin.AddDate(0, 0, -2)}, opts)
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// full is a depot in a bubble with some hundred invoices, in small parts.
func full(t *testing.T) *depot {
	wakeUp()
	d := newDepot(t)
	d.partSize = 700
	for n := range 300 {
		d.add(n, begin.Add(time.Duration(n-1000)*time.Second), "")
	}
	return d
}

func TestExport(t *testing.T) {
	last := func(list []ksef.Document, only bool) []archive.Document {
		docs := packNormally(list, only)
		return append(docs[1:], docs[0])
	}
	for name, pack := range map[string]func([]ksef.Document, bool) []archive.Document{"metadata first": nil, "metadata last": last} {
		for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
			for _, only := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/only=%v", name, format, only), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						d := full(t)
						d.pack = pack
						p := ordered(t, d.client(nil, nil), &ksef.ExportOptions{OnlyMetadata: only, Compression: format})
						if p.Count != 300 || p.Truncated || !p.HWM.Equal(begin) || len(p.Parts) < 2 {
							t.Errorf("%v, %v, %v", p, p.Truncated, p.HWM)
						}
						var progress ksef.PackageProgress
						dir := t.TempDir()
						docs, err := collect(p.Documents(t.Context(), &ksef.PackageOptions{Dir: dir, Parallel: 1, Progress: func(p ksef.PackageProgress) { progress = p }}))
						if err != nil || len(docs) != 300 {
							t.Fatalf("%d documents, %v", len(docs), err)
						}
						for i, doc := range docs {
							if doc.KSeFNumber != d.invoices[i].KSeFNumber || doc.Role != ksef.Buyer || doc.Gross != "123.00" || only != (doc.XML == nil) || !only && !bytes.Equal(doc.XML, d.invoices[i].XML) {
								t.Fatalf("document %d: %+v", i, doc)
							}
						}
						if progress.Fetched != progress.Bytes || progress.Bytes == 0 {
							t.Errorf("%+v", progress)
						}
						if left, _ := os.ReadDir(dir); len(left) > 0 {
							t.Errorf("left on disk: %v", left)
						}
						var whole bytes.Buffer
						if err := p.DownloadTo(t.Context(), &whole, nil); err != nil || int64(whole.Len()) != p.Size {
							t.Errorf("%d bytes, %v", whole.Len(), err)
						}
					})
				})
			}
		}
	}
}

// More than is held in memory before its metadata comes.
func TestExportReadTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wakeUp()
		d := newDepot(t)
		d.pack = func(list []ksef.Document, _ bool) []archive.Document {
			docs := packNormally(list, false)
			return append(docs[1:], docs[0])
		}
		for n := range 20 {
			d.addXML(n, begin.Add(-time.Hour), bytes.Repeat([]byte(fmt.Sprintf("%d ", n)), 500_000), "")
		}
		for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
			docs, err := collect(ordered(t, d.client(nil, nil), &ksef.ExportOptions{Compression: format}).Documents(t.Context(), nil))
			if err != nil || len(docs) != 20 || !bytes.Equal(docs[19].XML, d.invoices[19].XML) {
				t.Errorf("%s: %d documents, %v", format, len(docs), err)
			}
		}
	})
}

// What a package must not be. Nothing of it may be kept.
func TestExportsThatLie(t *testing.T) {
	normal := func(list []ksef.Document) []archive.Document { return packNormally(list, false) }
	raw := func(name, content string) func([]ksef.Document) []archive.Document {
		return func(list []ksef.Document) []archive.Document {
			docs := normal(list)
			for i := range docs {
				if docs[i].Name == name {
					docs[i].Content = []byte(content)
				}
			}
			return docs
		}
	}
	renamed := func(n ksef.KSeFNumber) func([]ksef.Document) []archive.Document {
		return func(list []ksef.Document) []archive.Document {
			list = slices.Clone(list)
			list[7].KSeFNumber = n
			return normal(list)
		}
	}
	tests := map[string]struct {
		pack func([]ksef.Document) []archive.Document
		text string
	}{
		"a missing invoice":    {func(l []ksef.Document) []archive.Document { return normal(l)[:300] }, "of 300 invoices 1 are missing"},
		"an unknown invoice":   {func(l []ksef.Document) []archive.Document { return append(normal(l), archive.Document{Name: "x.xml"}) }, `does not describe invoice "x"`},
		"another file":         {func(l []ksef.Document) []archive.Document { return append(normal(l), archive.Document{Name: "x.exe"}) }, `a file "x.exe"`},
		"a changed invoice":    {raw("5261040828-20260201-000000000007-00.xml", "<other/>"), "does not have the hash"},
		"no metadata":          {func(l []ksef.Document) []archive.Document { return normal(l)[1:] }, "it has no _metadata.json"},
		"half of the metadata": {func(l []ksef.Document) []archive.Document { return append(normal(l[:150]), normal(l)[151:]...) }, "describes 150 invoices, KSeF counted 300"},
		"metadata twice": {func(l []ksef.Document) []archive.Document {
			return append([]archive.Document{metadataFile(append(l[:299:299], l[0]))}, normal(l)[1:]...)
		}, "describes an invoice twice"},
		"a device":               {renamed("CON"), `an invoice "CON", which is no KSeF number`},
		"a path":                 {renamed("5261040828/x"), "is no KSeF number"},
		"a number in lower case": {renamed("5261040828-20270101-00000000000a-00"), "is no KSeF number"},
		"no JSON":                {raw("_metadata.json", "<invoices/>"), "_metadata.json: invalid character"},
		"JSON cut off":           {raw("_metadata.json", `{"invoices":[{"ksefNumber":"1"}`), "_metadata.json: "},
		"more after the JSON":    {raw("_metadata.json", `{"invoices":[]} {}`), "more follows"},
		"something else":         {raw("_metadata.json", `[]`), "[ where { should be"},
		"an invoice of 17 MB":    {raw("5261040828-20260201-000000000007-00.xml", strings.Repeat("<12345678901234567890/>", 800_000)), "want at most"},
		"an unreadable amount":   {raw("_metadata.json", `{"invoices":[{"grossAmount":"12"}]}`), "is not a decimal number"},
		"amounts out of bounds":  {raw("_metadata.json", `{"invoices":[{"grossAmount":1e999999999}]}`), "is not a decimal number"},
	}
	for name, test := range tests {
		for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
			t.Run(name+"/"+string(format), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := full(t)
					d.partSize = 1 << 20
					d.pack = func(list []ksef.Document, _ bool) []archive.Document { return test.pack(list) }
					_, err := collect(ordered(t, d.client(nil, nil), &ksef.ExportOptions{Compression: format}).Documents(t.Context(), nil))
					if !errors.Is(err, ksef.ErrCorrupt) || !strings.Contains(err.Error(), test.text) {
						t.Errorf("got %v, want %s", err, test.text)
					}
				})
			})
		}
	}
}

// KSeF's ends of an export, each at once.
func TestExportsThatFail(t *testing.T) {
	status := func(code int) string {
		return fmt.Sprintf(`{"status":{"code":%d,"description":"koniec","details":["dlaczego"]}}`, code)
	}
	for code, is := range map[int]error{210: ksef.ErrGone, 415: nil, 420: ksef.CodeOutOfRange, 500: nil, 550: nil} {
		synctest.Test(t, func(t *testing.T) {
			d := full(t)
			d.status = func(string) string { return status(code) }
			e, err := d.client(nil, nil).Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin.AddDate(0, 0, -2)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = e.Wait(t.Context())
			f, ok := errors.AsType[*ksef.FailedError](err)
			if !ok || f.Status.Code != code || f.Status.Details[0] != "dlaczego" || is != nil && !errors.Is(err, is) || is == nil && (errors.Is(err, ksef.ErrGone) || errors.Is(err, ksef.CodeOutOfRange)) {
				t.Errorf("%d: %v", code, err)
			}
			if d.asked["GET /invoices/exports/"] != 1 {
				t.Errorf("%d: asked again after the end", code)
			}
		})
	}
	part := `{"ordinalNumber":%d,"partName":"p","method":"GET","url":"http://localhost/x","partSize":%d,"partHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","encryptedPartSize":%d,"encryptedPartHash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","expirationDate":"2026-11-02T10:00:00Z"}`
	for name, pkg := range map[string]string{
		"no package":   `null`,
		"no parts":     `{"invoiceCount":1,"size":1,"isTruncated":false,"parts":[]}`,
		"a gap":        `{"invoiceCount":1,"size":1,"isTruncated":false,"parts":[` + fmt.Sprintf(part, 2, 1, 16) + `]}`,
		"sizes":        `{"invoiceCount":1,"size":1,"isTruncated":false,"parts":[` + fmt.Sprintf(part, 1, 16, 16) + `]}`,
		"nothing":      `{"invoiceCount":1,"size":1,"isTruncated":false,"parts":[` + fmt.Sprintf(part, 1, 0, 16) + `]}`,
		"no hash":      `{"invoiceCount":1,"size":1,"isTruncated":false,"parts":[{"ordinalNumber":1,"partSize":1,"encryptedPartSize":16}]}`,
		"not a number": `{"invoiceCount":"1"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			d := full(t)
			d.status = func(string) string {
				return `{"status":{"code":200,"description":"dobrze"},"package":` + pkg + `}`
			}
			e, err := d.client(nil, nil).Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin.AddDate(0, 0, -2)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Wait(t.Context()); !errors.Is(err, ksef.ErrMalformed) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A process that dies goes on from the state of its export, with the parts that
// it has.
func TestResumeExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := full(t)
		e, err := d.client(nil, nil).Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: begin.AddDate(0, 0, -2)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := json.Marshal(e.State())
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		spoiled := &tamperer{kind: corruptedPart, from: 3, times: 1000}
		auth := d.client(spoiled.around, nil)
		p, err := auth.Invoices.ResumeExport(e.State()).Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if docs, err := collect(p.Documents(t.Context(), &ksef.PackageOptions{Dir: dir, Parallel: 1})); !errors.Is(err, ksef.ErrCorrupt) || len(docs) == 300 {
			t.Errorf("%d documents, %v", len(docs), err)
		}
		var state ksef.ExportState
		if err := json.Unmarshal(kept, &state); err != nil || state.Role != ksef.Seller {
			t.Fatal(state, err)
		}
		before := d.asked["GET /storage/"]
		if p, err = d.client(nil, nil).Invoices.ResumeExport(state).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		docs, err := collect(p.Documents(t.Context(), &ksef.PackageOptions{Dir: dir}))
		if err != nil || len(docs) != 300 {
			t.Errorf("%d documents, %v", len(docs), err)
		}
		if again := d.asked["GET /storage/"] - before; again != len(p.Parts)-3 {
			t.Errorf("%d of %d parts fetched again, 3 were there", again, len(p.Parts))
		}
		for name, text := range map[string]string{
			"a later version": `{"version":2}`, "no version": `{}`, "not a state": `[]`,
			"a short key":         `{"version":1,"referenceNumber":"r","key":"AAAA","iv":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
			"no reference number": `{"version":1,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","iv":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
		} {
			if err := json.Unmarshal([]byte(text), &state); err == nil {
				t.Errorf("%s was read", name)
			}
		}
		if _, err := json.Marshal(ksef.ExportState{}); err == nil {
			t.Error("a state of no export was written")
		}
	})
}

// Documents goes on where a package ends, over any span.
func TestDocuments(t *testing.T) {
	for _, by := range []ksef.DateField{ksef.Stored, ksef.Entered, ksef.Issued} {
		synctest.Test(t, func(t *testing.T) {
			wakeUp()
			d := newDepot(t)
			d.cap = 10
			for n := range 100 {
				d.add(n, begin.AddDate(0, 0, -2*n-1), "")
			}
			f := ksef.InvoiceFilter{Role: ksef.Buyer, By: by, From: begin.AddDate(0, 0, -300)}
			docs, err := collect(d.client(nil, nil).Invoices.Documents(t.Context(), f, nil))
			seen := map[ksef.KSeFNumber]bool{}
			for _, doc := range docs {
				seen[doc.KSeFNumber] = true
			}
			if err != nil || len(docs) != 100 || len(seen) != 100 {
				t.Errorf("%s: %d documents, %d different ones, %v", by, len(docs), len(seen), err)
			}
		})
	}
}

func TestDownload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := full(t)
		want := d.invoices[7]
		for kind := range kindsOfSpoiling {
			s := &tamperer{kind: kind, times: 2}
			doc, err := d.client(s.around, nil).Invoices.Download(t.Context(), want.KSeFNumber)
			if err != nil || !bytes.Equal(doc, want.XML) {
				t.Errorf("%s: %s, %v", spoilings[kind], doc, err)
			}
		}
		var out bytes.Buffer
		s := &tamperer{kind: wrongHash, times: 1000}
		err := d.client(s.around, nil).Invoices.DownloadTo(t.Context(), want.KSeFNumber, &out)
		if !errors.Is(err, ksef.ErrCorrupt) || out.Len() > 0 {
			t.Errorf("%q was believed: %v", out.String(), err)
		}
		auth := d.client(nil, nil)
		if err := auth.Invoices.DownloadTo(t.Context(), want.KSeFNumber, &out); err != nil || !bytes.Equal(out.Bytes(), want.XML) {
			t.Errorf("%q, %v", out.String(), err)
		}
		if _, err := auth.Invoices.Download(t.Context(), "5265877635-20250826-0100001AF629-AF"); !errors.Is(err, ksef.CodeNoInvoice) {
			t.Error(err)
		}
	})
}

func TestDownloadWhenReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := full(t)
		late := func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if time.Since(begin) < 3*time.Second {
					return reply(400, "application/problem+json", `{"status":400,"errors":[{"code":21165,"description":"Faktura o podanym numerze KSeF nie jest jeszcze dostępna."}]}`)(r)
				}
				return next.RoundTrip(r)
			})
		}
		auth := d.client(late, nil)
		ctx, cancel := timeout(t, time.Second)
		defer cancel()
		_, err := auth.Invoices.DownloadWhenReady(ctx, d.invoices[0].KSeFNumber)
		if p, ok := errors.AsType[*ksef.PendingError](err); !ok || p.Last.Description == "" || !strings.Contains(err.Error(), string(d.invoices[0].KSeFNumber)) {
			t.Errorf("too early: %v", err)
		}
		if doc, err := auth.Invoices.DownloadWhenReady(t.Context(), d.invoices[0].KSeFNumber); err != nil || !bytes.Equal(doc, d.invoices[0].XML) {
			t.Errorf("%s, %v", doc, err)
		}
		if _, err := auth.Invoices.DownloadWhenReady(t.Context(), "5265877635-20250826-0100001AF629-AF"); !errors.Is(err, ksef.CodeNoInvoice) {
			t.Error(err)
		}
	})
}
