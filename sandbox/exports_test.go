package sandbox

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// order is an export as who asked for it sees it.
type order struct {
	login
	key       seal.Key
	reference string
}

// export asks for an export.
func (l login) export(filters map[string]any, more ...any) order {
	l.t.Helper()
	key, encryption := l.harness.encryption()
	body := map[string]any{"encryption": encryption, "filters": filters}
	for i := 0; i < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return order{l, key, l.send("POST", "/invoices/exports", body).want(201).text("referenceNumber")}
}

func (p order) status() *reply {
	p.t.Helper()
	return p.send("GET", "/invoices/exports/"+p.reference, nil).want(200)
}

// done waits and demands how the export ends.
func (p order) done(code int) *reply {
	p.t.Helper()
	p.status().is("status.code", 100).is("completedDate", nil).is("package", nil)
	return p.status().is("status.code", code)
}

// archive downloads the parts, checks all that is told of them, opens and joins them.
func (p order) archive() (whole []byte, parts int) {
	p.t.Helper()
	var told struct {
		Package struct {
			Size  int64
			Parts []struct {
				OrdinalNumber               int
				PartName, Method, URL       string
				PartHash, EncryptedPartHash seal.Hash
				PartSize, EncryptedPartSize int64
			}
		}
	}
	p.status().is("status.code", 200).decode(&told)
	for i, part := range told.Package.Parts {
		if part.OrdinalNumber != i+1 || part.Method != "GET" || !strings.HasPrefix(part.PartName, fmt.Sprintf("%s-%03d.", p.reference, i+1)) {
			p.t.Errorf("part %d is told of as %+v", i+1, part)
		}
		r := p.raw("GET", part.URL, nil).want(200).hashed()
		if r.header.Get("Content-Type") != "application/octet-stream" || r.header.Get("Content-Length") != fmt.Sprint(part.EncryptedPartSize) {
			p.t.Errorf("part %d comes with %v", i+1, r.header)
		}
		plain, _, err := p.key.Open(nil, r.body, seal.Want{
			Plain:  &seal.Digest{Hash: part.PartHash, Size: part.PartSize},
			Sealed: &seal.Digest{Hash: part.EncryptedPartHash, Size: part.EncryptedPartSize},
		})
		if err != nil {
			p.t.Fatal(err)
		}
		whole = append(whole, plain...)
	}
	if int64(len(whole)) != told.Package.Size {
		p.t.Errorf("%d bytes, %d were told", len(whole), told.Package.Size)
	}
	return whole, len(told.Package.Parts)
}

// unzip and untar read archives with nothing but the standard library.
func unzip(t testing.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = read(t, r)
	}
	return files
}

func untar(t testing.TB, b []byte) map[string]string {
	t.Helper()
	g, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(g); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = read(t, r)
	}
}

// A package holds the invoices and what a query tells of them, in parts.
func TestExport(t *testing.T) {
	l := sender(t, &Options{ExportPartSize: 1000})
	numbers := l.stored(papers(30)...)
	documents := map[string]string{}
	for i := range l.Invoices() {
		documents[string(i.KSeFNumber)] = string(i.XML)
	}
	var want struct{ Invoices []any }
	l.query("?pageSize=250", filters("Subject1")).decode(&want)
	for _, c := range []struct {
		name   string
		more   []any
		suffix string
		open   func(testing.TB, []byte) map[string]string
		only   bool
	}{
		{"zip", nil, ".zip.aes", unzip, false},
		{"named zip", []any{"compressionType", "Zip", "onlyMetadata", false}, ".zip.aes", unzip, false},
		{"null", []any{"compressionType", nil}, ".zip.aes", unzip, false},
		{"tar.gz", []any{"compressionType", "TarGz"}, ".tar.gz.aes", untar, false},
		{"metadata", []any{"onlyMetadata", true}, ".zip.aes", unzip, true},
		{"metadata in tar.gz", []any{"onlyMetadata", true, "compressionType", "TarGz"}, ".tar.gz.aes", untar, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := l.export(filters("Subject1"), c.more...)
			r := p.done(200).is("package.invoiceCount", 30).is("package.isTruncated", false).is("package.lastPermanentStorageDate", nil).
				is("package.permanentStorageHwmDate", "2026-03-14T15:09:24.5358979+00:00").
				is("completedDate", "2026-03-14T15:09:26.5358979+00:00").is("package.parts.0.expirationDate", "2026-03-14T16:09:26.5358979+00:00")
			if name := r.text("package.parts.0.partName"); !strings.HasSuffix(name, "-001"+c.suffix) {
				t.Errorf("the first part is %s", name)
			}
			whole, parts := p.archive()
			if parts < 2 && !c.only {
				t.Errorf("%d parts of %d bytes", parts, len(whole))
			}
			files := c.open(t, whole)
			var got struct{ Invoices []any }
			if err := json.Unmarshal([]byte(files["_metadata.json"]), &got); err != nil {
				t.Fatalf("%v in %s", err, files["_metadata.json"])
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the package tells %v, a query %v", got, want)
			}
			delete(files, "_metadata.json")
			if c.only {
				numbers = nil
			}
			if len(files) != len(numbers) {
				t.Errorf("%d files", len(files))
			}
			for _, n := range numbers {
				if files[n+".xml"] != documents[n] {
					t.Errorf("%s.xml is %q", n, files[n+".xml"])
				}
			}
		})
	}
}

// Where nothing was found there are no parts.
func TestEmptyExport(t *testing.T) {
	l := sender(t, nil)
	p := l.export(filters("Subject2"))
	p.done(200).is("package.invoiceCount", 0).is("package.size", 0).is("package.parts", "[]").is("package.isTruncated", false)
}

// An export holds 10,000 invoices; its last date is where the next begins.
func TestTruncatedExport(t *testing.T) {
	l := sender(t, &Options{StorageLag: -1})
	if err := l.Store(bulk(maxFound + 5)); err != nil {
		t.Fatal(err)
	}
	for kind, last := range map[string]string{"Invoicing": "lastInvoicingDate", "PermanentStorage": "lastPermanentStorageDate", "Issue": "lastIssueDate"} {
		r := l.export(filters("Subject1", "dateRange", dates(kind, "2026-02-01T00:00:00Z", "2026-03-31T00:00:00Z")), "onlyMetadata", true).done(200).
			is("package.invoiceCount", maxFound).is("package.isTruncated", true)
		for _, name := range []string{"lastInvoicingDate", "lastPermanentStorageDate", "lastIssueDate"} {
			want := any(nil)
			switch {
			case name == last && kind == "Issue":
				want = "2026-02-01"
			case name == last:
				want = "2026-03-01T02:46:39.0000000+00:00"
			}
			r.is("package."+name, want)
		}
		if (r.at("package.permanentStorageHwmDate") != nil) != (kind == "PermanentStorage") {
			t.Errorf("%s: high-water mark %v", kind, r.at("package.permanentStorageHwmDate"))
		}
	}
	exact := filters("Subject1", "dateRange", dates("Invoicing", "2026-03-01T00:00:05Z", "2026-03-31T00:00:00Z"))
	l.export(exact, "onlyMetadata", true).done(200).is("package.invoiceCount", maxFound).is("package.isTruncated", false)
}

// A package ends before it gets too large, but never before the first invoice.
func TestExportSize(t *testing.T) {
	var one bytes.Buffer
	w, err := flate.NewWriter(&one, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(paper{issued: "2026-03-01"}.bytes())
	w.Close()
	for most, want := range map[int64]int{1: 1, int64(3*one.Len() + one.Len()/2): 3} {
		l := sender(t, &Options{ExportSize: most, StorageLag: -1})
		l.stored(papers(10)...)
		r := l.export(filters("Subject1")).done(200).is("package.isTruncated", true).is("package.invoiceCount", want)
		r.is("package.lastPermanentStorageDate", fmt.Sprintf("2026-03-01T%02d:00:00.0000000+00:00", want-1))
	}
}

// How exports fail that were begun.
func TestExportOutcomes(t *testing.T) {
	l := sender(t, nil)
	l.stored(paper{})
	_, encryption := l.harness.encryption()
	encryption["encryptedSymmetricKey"] = bytes.Repeat([]byte{1}, 256)
	bad := order{l, seal.Key{}, l.send("POST", "/invoices/exports", map[string]any{"encryption": encryption, "filters": filters("Subject1")}).
		want(201).text("referenceNumber")}
	bad.done(415).is("status.description", "Błąd odszyfrowania dostarczonego klucza").is("package", nil)

	beyond := filters("Subject1", "dateRange", dates("PermanentStorage", "2026-03-14T15:09:25Z", "", "restrictToPermanentStorageHwmDate", true))
	l.export(beyond).done(420).detail("Parametr dateRange.from jest późniejszy")

	p := l.export(filters("Subject1"))
	with := ksef.Status{Code: 550, Description: "Operacja została anulowana przez system", Details: []string{"Spróbuj ponownie"}}
	if err := l.FailExport(ksef.ReferenceNumber(p.reference), with); err != nil {
		t.Fatal(err)
	}
	p.status().is("status.code", 550).detail("Spróbuj ponownie").is("package", nil)
	if err := l.FailExport("20260314-EH-0000000000-0000000000-00", with); err == nil {
		t.Error("what does not exist failed")
	}
}

// Requests for exports that are refused.
func TestExportRefused(t *testing.T) {
	l := sender(t, nil)
	_, encryption := l.harness.encryption()
	bad := login{harness: l.sloppy()}
	body := func(filters any, more ...any) map[string]any {
		m := map[string]any{"encryption": encryption, "filters": filters}
		for i := 0; i < len(more); i += 2 {
			m[more[i].(string)] = more[i+1]
		}
		return m
	}
	bad.send("POST", "/invoices/exports", map[string]any{}).refused(21405, "'encryption'", "'filters'")
	bad.send("POST", "/invoices/exports", body(map[string]any{}, "compressionType", "Rar")).
		refused(21405, "'filters.subjectType'", "'filters.dateRange'", "'compressionType'")
	unknown := map[string]any{"encryptedSymmetricKey": encryption["encryptedSymmetricKey"], "initializationVector": encryption["initializationVector"],
		"publicKeyId": strings.Repeat("A", 43) + "="}
	l.send("POST", "/invoices/exports", body(filters("Subject1"), "encryption", unknown)).refused(21470)

	const unit = nipA + "-12345"
	l.Server.Grant(ksef.Identifier{Kind: ksef.KindInternalID, Value: unit}, ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.InvoiceRead)
	h := &harness{Server: l.Server, t: t, contract: l.contract, remote: "127.0.0.1:1"}
	doc := h.document(nipA)
	doc.context = "<InternalId>" + unit + "</InternalId>"
	inUnit := h.submit(doc.String(), sealFor(t, nipA)).operation(h).redeemed()
	inUnit.send("POST", "/invoices/exports", body(filters("Subject1"))).refused(21181,
		"Nie można wyeksportować paczki faktur dla wybranego podmiotu (Subject1) i zalogowanego identyfikatora kontekstu (InternalId).")
	inUnit.export(filters("Subject3")).done(200)

	l.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.Identifier{Kind: ksef.KindPESEL, Value: pesel}, ksef.InvoiceWrite)
	writer := h.login(nipA, personFor(t, pesel))
	writer.send("POST", "/invoices/exports", body(filters("Subject1"))).want(403)
	writer.send("GET", "/invoices/exports/"+l.export(filters("Subject1")).reference, nil).want(403)
}

// Ten exports may run at a time, of one subject in one context.
func TestTooManyExports(t *testing.T) {
	l := sender(t, nil)
	first := l.export(filters("Subject1"))
	for range 9 {
		l.export(filters("Subject1"))
	}
	_, encryption := l.harness.encryption()
	body := map[string]any{"encryption": encryption, "filters": filters("Subject1")}
	l.send("POST", "/invoices/exports", body).refused(21182, "maksymalny limit 10 równoczesnych eksportów")
	l.login2(nipB).export(filters("Subject1"))
	first.done(200)
	l.export(filters("Subject1"))
	l.send("POST", "/invoices/exports", body).refused(21182)
	l.Advance(unasked)
	l.export(filters("Subject1"))
}

// Addresses of parts end sooner than packages, and packages sooner than what is remembered of them.
func TestExportLives(t *testing.T) {
	l := sender(t, nil)
	l.stored(paper{})
	p := l.export(filters("Subject1"))
	url := p.done(200).is("packageExpirationDate", "2026-03-15T15:09:26.5358979+00:00").text("package.parts.0.url")
	l.raw("GET", url, nil).want(200).hashed()
	l.raw("GET", url, nil, "Authorization: Bearer "+l.access).want(401)
	l.raw("GET", strings.Replace(url, "-001.", "-002.", 1), nil).want(401)
	l.raw("PUT", url, nil).want(405)
	l.Advance(exportURLLife)
	l.raw("GET", url, nil).want(403)

	again := l.login2(nipA) // another authentication of the same subject
	p.login = again
	url = p.status().text("package.parts.0.url")
	l.raw("GET", url, nil).want(200)
	if stranger := l.login2(nipB); true {
		stranger.send("GET", "/invoices/exports/"+p.reference, nil).refused(21175)
	}
	again.send("GET", "/invoices/exports/20260314-EH-0000000000-0000000000-00", nil).refused(21175)
	login{harness: again.sloppy()}.send("GET", "/invoices/exports/1", nil).refused(21405, "'referenceNumber'")

	l.Advance(22*time.Hour + 30*time.Minute)
	p.login = l.login2(nipA)
	r := p.status().is("package.parts.0.expirationDate", "2026-03-15T15:09:26.5358979+00:00") // no later than the package
	l.Advance(30 * time.Minute)
	p.login = l.login2(nipA)
	p.status().is("status.code", 210).is("package", nil).is("packageExpirationDate", "2026-03-15T15:09:26.5358979+00:00")
	l.raw("GET", r.text("package.parts.0.url"), nil).want(403)
	l.Advance(6*24*time.Hour + time.Second)
	p.login = l.login2(nipA)
	p.send("GET", "/invoices/exports/"+p.reference, nil).want(410)
}

// A part whose transfer is cut is longer than what came.
func TestCutPart(t *testing.T) {
	l := sender(t, nil)
	l.stored(paper{})
	url := l.export(filters("Subject1")).done(200).text("package.parts.0.url")
	whole := l.raw("GET", url, nil).want(200)
	l.Inject(Fault{Route: "GET /storage/{referenceNumber}/invoice-part/{file}", Times: 1, Truncate: 10})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the transfer was not cut")
			}
		}()
		l.raw("GET", url, nil)
	}()
	l.raw("GET", url, nil).want(200).hashed()
	l.Reset()
	l.raw("GET", url, nil).want(404)
	if len(whole.body) < 100 {
		t.Errorf("a part of %d bytes", len(whole.body))
	}
}
