package sandbox

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// file is a file in a package.
type file struct {
	name string
	doc  []byte
}

func files(docs ...[]byte) []file {
	out := make([]file, len(docs))
	for i, doc := range docs {
		out[i] = file{fmt.Sprintf("%d.xml", i+1), doc}
	}
	return out
}

func zipped(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(f.doc)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.doc)), Format: tar.FormatPAX}); err != nil {
			t.Fatal(err)
		}
		w.Write(f.doc)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parcel is a package and how it is announced.
type parcel struct {
	key         seal.Key
	parts       [][]byte // sealed
	description map[string]any
}

// pack cuts an archive into n parts and seals them.
func pack(key seal.Key, archive []byte, n int) parcel {
	p := parcel{key: key}
	var parts []map[string]any
	size := (len(archive) + n - 1) / n
	for i := range n {
		sealed, d := key.Seal(nil, archive[min(i*size, len(archive)):min((i+1)*size, len(archive))])
		p.parts = append(p.parts, sealed)
		parts = append(parts, map[string]any{"ordinalNumber": i + 1, "fileSize": d.Sealed.Size, "fileHash": d.Sealed.Hash})
	}
	whole := seal.DigestOf(archive)
	p.description = map[string]any{"fileSize": whole.Size, "fileHash": whole.Hash, "fileParts": parts}
	return p
}

// van is a session of sending a package.
type van struct {
	box
	parcel parcel
	opened *reply
}

// announce opens a session for an archive.
func (l login) announce(archive []byte, parts int, change func(p *parcel, request map[string]any)) van {
	l.t.Helper()
	key, encryption := l.encryption()
	p := pack(key, archive, parts)
	request := map[string]any{"formCode": fa3, "batchFile": p.description, "encryption": encryption}
	if archive[0] == 0x1f {
		p.description["compressionType"] = "TarGz"
	}
	if change != nil {
		change(&p, request)
	}
	r := l.send("POST", "/sessions/batch", request).want(201)
	return van{box{l, key, r.text("referenceNumber")}, p, r}
}

// upload uploads a part.
func (v van) upload(part int, content []byte) *reply {
	v.t.Helper()
	return v.raw("PUT", v.opened.text(fmt.Sprintf("partUploadRequests.%d.url", part-1)), content, "x-ms-blob-type: BlockBlob")
}

// delivered uploads all parts and closes the session.
func (v van) delivered() van {
	v.t.Helper()
	for i, part := range v.parcel.parts {
		v.upload(i+1, part).want(201)
	}
	v.shut().want(204)
	return v
}

func (v van) shut() *reply {
	v.t.Helper()
	return v.send("POST", "/sessions/batch/"+v.reference+"/close", nil)
}

// outcome waits and demands how the session ends.
func (v van) outcome(code int) *reply {
	v.t.Helper()
	v.status().is("status.code", 150).is("status.description", "Trwa przetwarzanie").is("invoiceCount", nil)
	return v.status().is("status.code", code)
}

func (v van) invoices(query string) *reply {
	v.t.Helper()
	return v.send("GET", "/sessions/"+v.reference+"/invoices"+query, nil).want(200)
}

func TestBatch(t *testing.T) {
	for name, archive := range map[string]func(testing.TB, ...file) []byte{"Zip": zipped, "TarGz": tarred} {
		t.Run(name, func(t *testing.T) {
			l := sender(t, nil)
			docs := files(paper{number: "1"}.bytes(), paper{number: "2"}.bytes(), []byte("rejected"), paper{number: "1"}.bytes(), paper{issued: "2026-03-15"}.bytes())
			docs[1].name = "ä/" + strings.Repeat("n", 130) + ".xml"
			v := l.announce(archive(t, docs...), 3, nil)
			v.status().is("status.code", 100).is("status.description", "Sesja wsadowa rozpoczęta")
			v.delivered()
			v.invoices("").is("invoices.0", nil)
			r := v.outcome(200).is("status.description", "Sesja wsadowa przetworzona pomyślnie").
				is("invoiceCount", 5).is("successfulInvoiceCount", 2).is("failedInvoiceCount", 3).is("validUntil", "2026-03-15T03:09:26.5358979+00:00")
			v.raw("GET", r.text("upo.pages.0.downloadUrl"), nil).want(200).hashed()
			all := v.invoices("").is("invoices.0.status.code", 200).is("invoices.0.invoiceFileName", "1.xml").is("invoices.0.ordinalNumber", 1).
				is("invoices.1.status.code", 200).is("invoices.1.invoiceFileName", docs[1].name[:len("ä/")+126]).
				is("invoices.2.status.code", 430).is("invoices.2.invoiceHash", digest([]byte("rejected"))).
				is("invoices.3.status.code", 440).is("invoices.3.status.extensions.originalSessionReferenceNumber", v.reference).
				is("invoices.4.status.code", 450).is("invoices.5", nil)
			failed := v.send("GET", "/sessions/"+v.reference+"/invoices/failed", nil).want(200).is("invoices.0.ordinalNumber", 3).is("invoices.3", nil)
			v.send("GET", "/sessions/"+v.reference+"/invoices/"+failed.text("invoices.2.referenceNumber"), nil).want(200).is("status.code", 450)
			v.send("GET", "/sessions/"+v.reference+"/invoices/ksef/"+all.text("invoices.1.ksefNumber")+"/upo", nil).want(200).hashed()
			var kept []string
			for i := range l.Invoices() {
				kept = append(kept, i.FileName)
			}
			if len(kept) != 2 {
				t.Errorf("the repository holds %q", kept)
			}
			v.shut().refused(21180, "Status sesji 200 uniemożliwia jej zamknięcie.")
			v.upload(1, v.parcel.parts[0]).want(403)
		})
	}
}

func TestOpenBatchRefused(t *testing.T) {
	l := sender(t, nil)
	_, encryption := l.encryption()
	hash := digest(nil)
	parts := func(n int, size int64) (out []map[string]any) {
		for i := range n {
			out = append(out, map[string]any{"ordinalNumber": i + 1, "fileSize": size, "fileHash": hash})
		}
		return out
	}
	archive := func(size int64, parts []map[string]any) map[string]any {
		return map[string]any{"fileSize": size, "fileHash": hash, "fileParts": parts}
	}
	pef := map[string]any{"systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "PEF"}
	for _, test := range []struct {
		name   string
		form   any
		file   any
		code   int
		detail string
	}{
		{"no package", fa3, nil, 21405, "'batchFile' must not be empty."},
		{"no parts", fa3, archive(1, nil), 21405, "'batchFile.fileParts' must not be empty."},
		{"Peppol form", pef, archive(1, parts(1, 16)), 21405, "Wskazany kod formularza nie jest wspierany."},
		{"nothing", fa3, archive(0, parts(1, 16)), 21405, "'batchFile.fileSize' must be greater than or equal to '1'."},
		{"too large", fa3, archive(5_000_000_001, parts(1, 16)), 21405, "'fileSize' must be less than or equal to '5000000000'."},
		{"too many parts", fa3, archive(1, parts(51, 16)), 21161, "Liczba części pliku musi być mniejsza lub równa niż 50."},
		{"part too large", fa3, archive(1, parts(1, 100<<20+17)), 21157, "Rozmiar części 1 przekroczył dozwolony rozmiar 100MB."},
		{"part of nothing", fa3, archive(1, parts(1, 0)), 21405, "fileParts[0].fileSize"},
		{"parts out of order", fa3, archive(1, parts(2, 16)[1:]), 21405, "ordinalNumber"},
		{"part twice", fa3, archive(1, append(parts(2, 16)[:1], parts(1, 16)...)), 21405, "ordinalNumber"},
		{"bad hash", fa3, map[string]any{"fileSize": 1, "fileHash": "x", "fileParts": parts(1, 16)}, 21405, "fileHash"},
		{"unknown compression", fa3, map[string]any{"fileSize": 1, "fileHash": hash, "compressionType": "Rar", "fileParts": parts(1, 16)}, 21405, "compressionType"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l.harness.sloppy().send("POST", "/sessions/batch", map[string]any{"formCode": test.form, "batchFile": test.file, "encryption": encryption}).
				refused(test.code, test.detail)
		})
	}
	t.Run("all at once", func(t *testing.T) {
		request := map[string]any{"formCode": fa3, "batchFile": archive(5_000_000_001, parts(51, 100<<20+17)), "encryption": encryption}
		l.harness.sloppy().send("POST", "/sessions/batch", request).want(400).
			is("exception.exceptionDetailList.0.exceptionCode", 21405).
			is("exception.exceptionDetailList.1.exceptionCode", 21157).is("exception.exceptionDetailList.1.details.50", "Rozmiar części 51 przekroczył dozwolony rozmiar 100MB.").
			is("exception.exceptionDetailList.2.exceptionCode", 21161).is("exception.exceptionDetailList.2.exceptionDescription", "Przekroczono dozwoloną liczbę części pakietów.")
		l.harness.sloppy().with("X-Error-Format: problem-details").send("POST", "/sessions/batch", request).want(400).
			is("errors.0.code", 21405).is("errors.1.code", 21157).is("errors.2.code", 21161)
	})
	t.Run("without permission", func(t *testing.T) {
		p := l.anonymous()
		provider := p.submit(request{authNamespace21, p.newChallenge(), "<PeppolId>PPL123456</PeppolId>", "certificateSubject", ""}.String(), peppolSeal(t, "PPL123456")).operation(p).redeemed()
		provider.send("POST", "/sessions/batch", map[string]any{"formCode": fa3, "batchFile": archive(1, parts(1, 16)), "encryption": encryption}).want(403)
	})
}

// How a package that arrived can fail, in the order of KSeF's checks.
func TestBatchFails(t *testing.T) {
	l := sender(t, nil)
	good := zipped(t, files(paper{}.bytes())...)
	damaged := bytes.Clone(good)
	damaged[60] ^= 1 // in the compressed invoice
	bomb := zipped(t, file{"bomb.xml", make([]byte, 65<<20)})
	for _, test := range []struct {
		name    string
		archive []byte
		change  func(*parcel, map[string]any)
		code    int
		detail  string
	}{
		{"key", good, func(_ *parcel, r map[string]any) {
			r["encryption"].(map[string]any)["encryptedSymmetricKey"] = make([]byte, 256)
		}, 415, "Rozszyfrowania klucza symetrycznego zakończone błędem"},
		{"hash of a part", good, func(p *parcel, _ map[string]any) {
			p.description["fileParts"].([]map[string]any)[0]["fileHash"] = digest(nil)
		}, 405, "Skrót SHA-256 części: '1' nie zgadza się z zadeklarowanym skrótem: '" + digest(nil) + "'"},
		{"padding", good, func(p *parcel, _ map[string]any) {
			p.parts[0][len(p.parts[0])-17] ^= 0x80 // in CBC: the last plain byte
			p.description["fileParts"].([]map[string]any)[0]["fileHash"] = digest(p.parts[0])
		}, 435, "'1'"},
		{"IV", good, func(_ *parcel, r map[string]any) {
			r["encryption"].(map[string]any)["initializationVector"] = make([]byte, 16)
		}, 430, "Skrót SHA-256 przesłanej paczki faktur nie jest zgodny z zadeklarowanym skrótem:"},
		{"hash of the archive", good, func(p *parcel, _ map[string]any) { p.description["fileHash"] = digest(nil) }, 430,
			"Skrót SHA-256 przesłanej paczki faktur nie jest zgodny z zadeklarowanym skrótem: '" + digest(nil) + "'"},
		{"size of the archive", good, func(p *parcel, _ map[string]any) { p.description["fileSize"] = 1 }, 430, "Rozmiar"},
		{"not an archive", []byte("not an archive"), nil, 430, "not a Zip archive"},
		{"another archive", good, func(p *parcel, _ map[string]any) { p.description["compressionType"] = "TarGz" }, 430, "not a TarGz archive"},
		{"a broken archive", good[:len(good)-30], nil, 430, "archive"},
		{"a damaged invoice", damaged, nil, 430, "1.xml"},
		{"bomb", bomb, nil, 430, "too large"},
		{"nothing in it", zipped(t), nil, 440, "Nie przesłano faktur"},
		{"all rejected", zipped(t, files([]byte("no invoice"))...), nil, 445, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := l.announce(test.archive, 1, test.change).delivered()
			r := v.outcome(test.code).is("upo", nil)
			// Of a package that was refused as a whole nothing is counted: the official Java suite looks.
			for name, of := range map[string]any{"invoiceCount": 1, "successfulInvoiceCount": 0, "failedInvoiceCount": 1} {
				if test.code != 445 {
					of = nil
				}
				r.is(name, of)
			}
			if test.detail != "" {
				r.detail(test.detail)
			}
		})
	}
	for range l.Invoices() {
		t.Error("the repository holds an invoice of a failed package")
	}
}

// A part of more than 100 MB is refused when the session is closed, if it was not when it was opened: the
// official Java suite opens one with a part of 100.1 MB.
func TestBatchClosedWithPartTooLarge(t *testing.T) {
	l := sender(t, nil)
	v := l.announce(zipped(t, files(paper{}.bytes())...), 1, func(p *parcel, _ map[string]any) {
		p.parts[0] = make([]byte, maxSealedPart+16)
		part := p.description["fileParts"].([]map[string]any)[0]
		part["fileSize"], part["fileHash"] = len(p.parts[0]), digest(p.parts[0])
	})
	v.upload(1, v.parcel.parts[0]).want(201)
	v.shut().refused(21157, "Rozmiar części 1 przekroczył dozwolony rozmiar 100MB.")
}

func TestBatchOfTooMany(t *testing.T) {
	l := sender(t, nil)
	limits := defaultLimits()
	limits.batch.invoices = 2
	limits.batch.invoiceMB, limits.batch.attachedInvoiceMB = 0, 1
	l.state.contextLimits[identifier{ksef.KindNIP, nipA}] = limits
	l.announce(zipped(t, files(paper{number: "1"}.bytes(), paper{number: "2"}.bytes(), paper{number: "3"}.bytes())...), 1, nil).delivered().
		outcome(420).is("failedInvoiceCount", nil).is("status.description", "Przekroczony limit faktur w sesji").
		is("status.details.0", "Przekroczono dopuszczalną liczbę faktur w paczce: '2'. Liczba faktur w paczce: '3'.")
	v := l.announce(zipped(t, files(paper{number: "1"}.bytes(), paper{padding: 2_000_000}.bytes())...), 1, nil).delivered()
	v.outcome(445).is("invoiceCount", 2)
	v.invoices("").is("invoices.0.status.code", 430).is("invoices.1.status.code", 430).is("invoices.1.invoiceHash", digest(paper{padding: 2_000_000}.bytes()))
}

func TestCloseBatchRefused(t *testing.T) {
	l := sender(t, nil)
	archive := zipped(t, files(paper{}.bytes())...)
	t.Run("missing part", func(t *testing.T) {
		v := l.announce(archive, 2, nil)
		v.upload(1, v.parcel.parts[0]).want(201)
		v.shut().refused(21205, "Nie przesłano zadeklarowanej '2' części pliku.")
		v.upload(2, v.parcel.parts[1]).want(201)
		v.shut().want(204)
	})
	t.Run("wrong size", func(t *testing.T) {
		v := l.announce(archive, 1, nil)
		v.upload(1, v.parcel.parts[0][16:]).want(201)
		v.shut().refused(21157, "Zadeklarowany rozmiar części '1' nie zgadza się z rzeczywistym.")
		v.upload(1, v.parcel.parts[0]).want(201) // in place of the other
		v.shut().want(204)
		v.shut().refused(21180, "Status sesji 150 uniemożliwia jej zamknięcie.")
	})
	t.Run("unknown", func(t *testing.T) {
		l.send("POST", "/sessions/batch/20260314-SB-0000000000-0000000000-00/close", nil).refused(21173, "nie została znaleziona.")
		l.send("POST", "/sessions/batch/"+l.open().reference+"/close", nil).refused(21173)
		v := l.announce(archive, 1, nil)
		l.send("POST", "/sessions/online/"+v.reference+"/close", nil).refused(21173)
	})
}

func TestBatchComesTooLate(t *testing.T) {
	l := sender(t, nil)
	archive := zipped(t, files(paper{}.bytes())...)
	missing, complete := l.announce(archive, 2, nil), l.announce(archive, 2, nil)
	l.Advance(40*time.Minute - time.Second)
	for i, part := range complete.parcel.parts {
		complete.upload(i+1, part).want(201)
	}
	l.Advance(time.Second)
	missing.upload(1, missing.parcel.parts[0]).want(403)
	l = l.again()
	missing.login, complete.login = l, l
	missing.status().is("status.code", 100)
	missing.shut().refused(21208, "Sesja anulowana, przekroczony czas wysyłki.")
	missing.status().is("status.code", 440).is("status.details.0", "Przekroczono czas wysyłki")
	missing.shut().refused(21208)

	l.Advance(sendingLife)
	l = l.again()
	complete.login = l
	complete.status().is("status.code", 440).is("status.details.0", "Przekroczono czas wysyłki").is("dateUpdated", "2026-03-15T03:09:26.5358979+00:00")
	complete.shut().refused(21208)
	complete.upload(1, complete.parcel.parts[0]).want(403)
}

func TestAttachments(t *testing.T) {
	l := sender(t, nil)
	fate := func(code int, number string) *reply {
		t.Helper()
		v := l.announce(zipped(t, files(paper{number: number, extra: attachment}.bytes(), paper{number: number + "bis"}.bytes())...), 1, nil).delivered()
		v.outcome(200)
		return v.invoices("").is("invoices.0.status.code", code)
	}
	fate(410, "1").is("invoices.0.status.details.0", "Sprzedawca "+nipA+" nie posiada zgody do wysyłania faktur z załącznikami")
	l.send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA}).want(200) // nothing to revoke
	fate(410, "2")
	l.send("POST", "/testdata/attachment", map[string]any{"nip": nipA}).want(200)
	fate(200, "3")
	l.open().fate(415, paper{extra: attachment}.bytes())
	l.send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA, "expectedEndDate": "2026-03-15"}).want(200)
	fate(200, "4")
	l.Advance(8*time.Hour + 50*time.Minute + 34*time.Second) // midnight in UTC
	l = l.again()
	fate(410, "5")
	l.send("POST", "/testdata/attachment", map[string]any{"nip": nipA}).want(200)
	fate(200, "6")
	l.send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA}).want(200)
	fate(410, "7")
	for _, path := range []string{"/testdata/attachment", "/testdata/attachment/revoke"} {
		l.harness.sloppy().send("POST", path, map[string]any{"nip": "x"}).refused(21405, "'nip' is not in the correct format.")
	}
	l.harness.sloppy().send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA, "expectedEndDate": "soon"}).refused(21001)
}
