package ksef_test

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	sealed "github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/sandbox"
)

// A depot is a KSeF of nothing but invoices, whose limits are as small as a
// test wants them, which packs as a test wants it, and which has as many
// invoices as a benchmark wants. Rules are the sandbox's business.
type depot struct {
	t        testing.TB
	invoices []ksef.Document // all visible to everybody in Role, or in every role if it is ""
	cap      int             // results of a query, invoices of a package
	lag      time.Duration   // of the high-water mark
	partSize int64
	pack     func(list []ksef.Document, only bool) []archive.Document // nil: metadata, then invoices
	raw      func(list []ksef.Document) []byte                        // an archive that Pack would not make
	status   func(ref string) string                                  // of exports; nil: pending once, then made
	busy     int                                                      // how many orders are refused since ten exports are running
	hwm      bool                                                     // say it

	mu      sync.Mutex
	key     *rsa.PrivateKey
	cert    []byte
	exports map[string]*depotExport
	lastKey sealed.Key
	asked   map[string]int
	window  string          // the last one, and
	found   []ksef.Document // what was in it
	dir     string
	base    string
}

type depotExport struct {
	request depotQuery
	polls   int
	urls    int
	pkg     *archive.Package
	list    []ksef.Document
	more    bool
	hwm     time.Time
}

type depotQuery struct {
	Role  ksef.Role `json:"subjectType"`
	Dates struct {
		By       ksef.DateField `json:"dateType"`
		From     time.Time      `json:"from"`
		To       *time.Time     `json:"to"`
		Complete bool           `json:"restrictToPermanentStorageHwmDate"`
	} `json:"dateRange"`
}

// depotKey spares each of many depots the making of a key.
var depotKey = sync.OnceValues(func() (*rsa.PrivateKey, []byte) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return key, cert
})

func newDepot(t testing.TB) *depot {
	d := &depot{t: t, base: "http://localhost", cap: 10_000, partSize: 1 << 20, hwm: true, exports: map[string]*depotExport{}, asked: map[string]int{}, dir: t.TempDir()}
	d.key, d.cert = depotKey()
	return d
}

// add puts an invoice into the depot.
func (d *depot) add(n int, stored time.Time, role ksef.Role) {
	d.addXML(n, stored, fmt.Appendf(nil, "<Faktura>%d %s</Faktura>", n, strings.Repeat("x", n%50)), role)
}

func (d *depot) addXML(n int, stored time.Time, xml []byte, role ksef.Role) {
	sum := sha256.Sum256(xml)
	doc := ksef.Document{XML: xml, Role: role}
	doc.KSeFNumber = ksef.KSeFNumber(fmt.Sprintf("5261040828-20260201-%012X-00", n))
	doc.Number, doc.Hash, doc.Stored = fmt.Sprintf("FV/%d", n), sum[:], stored
	doc.Entered, doc.Acquired, doc.Issued = stored.Add(-time.Minute), stored.Add(-time.Second), ksef.Date(stored.UTC().Format(time.DateOnly))
	doc.Gross, doc.Currency = "123.00", "PLN"
	d.mu.Lock()
	defer d.mu.Unlock()
	d.invoices = append(d.invoices, doc)
}

// client returns a client of the depot, through a transport around it.
func (d *depot) client(around func(http.RoundTripper) http.RoundTripper, opts *ksef.Options) *ksef.AuthenticatedClient {
	o := ksef.Options{Poll: &ksef.Backoff{Min: time.Millisecond, Factor: 1}, Retry: &ksef.Backoff{Attempts: 3, Min: time.Millisecond, Factor: 1}}
	if opts != nil {
		o = *opts
	}
	transport := sandbox.NewTransport(d)
	if around != nil {
		transport = around(transport)
	}
	o.BaseURL, o.HTTPClient = d.base+"/v2", &http.Client{Transport: transport}
	c, err := ksef.NewClient(ksef.Test, &o)
	if err != nil {
		d.t.Fatal(err)
	}
	return c.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(1e6 * time.Hour)}})
}

func (d *depot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/v2")
	route, rest := r.Method+" "+path, ""
	for _, prefix := range []string{"/invoices/exports/", "/invoices/ksef/", "/storage/"} {
		if strings.HasPrefix(path, prefix) {
			route, rest = r.Method+" "+prefix, strings.TrimPrefix(path, prefix)
		}
	}
	d.asked[route]++
	switch route {
	case "GET /security/public-key-certificates":
		answer(w, []ksef.PublicKey{{Certificate: d.cert, PublicKeyID: "k", ValidFrom: time.Unix(0, 0), ValidTo: time.Unix(1<<33, 0), Usage: []ksef.KeyUsage{ksef.SymmetricKeyEncryption}}})
	case "POST /invoices/query/metadata":
		d.query(w, r)
	case "GET /invoices/ksef/":
		i := slices.IndexFunc(d.invoices, func(doc ksef.Document) bool { return string(doc.KSeFNumber) == rest })
		if i < 0 {
			refuse(w, 21164)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("X-Ms-Meta-Hash", base64.StdEncoding.EncodeToString(d.invoices[i].Hash))
		w.Write(d.invoices[i].XML)
	case "POST /invoices/exports":
		d.order(w, r)
	case "GET /invoices/exports/":
		d.exportStatus(w, rest)
	case "GET /storage/":
		d.serve(w, r, rest)
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"status":400,"detail":"refused","errors":[{"code":%d,"description":"refused"}]}`, code)
}

func dateOf(doc *ksef.Document, by ksef.DateField) time.Time {
	switch by {
	case ksef.Issued:
		t, _ := time.Parse(time.DateOnly, string(doc.Issued))
		return t
	case ksef.Entered:
		return doc.Entered
	}
	return doc.Stored
}

// find selects; code is that of a refusal.
func (d *depot) find(q depotQuery) (found []ksef.Document, hwm time.Time, code int) {
	from, to := q.Dates.From, time.Now()
	if q.Dates.To != nil {
		to = *q.Dates.To
	}
	if to.After(from.AddDate(0, 3, 0)) || from.After(to) && q.Dates.To != nil {
		return nil, hwm, 21405
	}
	hwm = time.Now().Add(-d.lag)
	if q.Dates.Complete && from.After(hwm) {
		return nil, hwm, 21183
	}
	if q.Dates.Complete && to.After(hwm) {
		to = hwm
	}
	if to.Before(hwm) {
		hwm = to
	}
	window := fmt.Sprint(q.Role, q.Dates.By, from, to, len(d.invoices))
	if d.window == window { // paging through many
		return d.found, hwm, 0
	}
	if q.Dates.By == ksef.Issued {
		from = from.UTC().Truncate(24 * time.Hour)
	}
	for _, doc := range d.invoices {
		at := dateOf(&doc, q.Dates.By)
		if (doc.Role == "" || doc.Role == q.Role) && !at.Before(from) && !at.After(to) {
			found = append(found, doc)
		}
	}
	slices.SortStableFunc(found, func(a, b ksef.Document) int {
		return cmp.Or(dateOf(&a, q.Dates.By).Compare(dateOf(&b, q.Dates.By)), strings.Compare(string(a.KSeFNumber), string(b.KSeFNumber)))
	})
	d.window, d.found = window, found
	return found, hwm, 0
}

func (d *depot) query(w http.ResponseWriter, r *http.Request) {
	var q depotQuery
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		d.t.Error(err)
	}
	found, hwm, code := d.find(q)
	if code != 0 {
		refuse(w, code)
		return
	}
	if r.URL.Query().Get("sortOrder") == "Desc" {
		found = slices.Clone(found)
		slices.Reverse(found)
	}
	size, _ := strconv.Atoi(cmp.Or(r.URL.Query().Get("pageSize"), "10"))
	page, _ := strconv.Atoi(r.URL.Query().Get("pageOffset"))
	if size < 10 || size > 250 {
		refuse(w, 21405)
		return
	}
	out := ksef.InvoicePage{Invoices: []ksef.InvoiceMetadata{}}
	if q.Dates.By == ksef.Stored && d.hwm {
		out.HWM = hwm
	}
	total := len(found)
	start := min(page*size, total)
	end := min(start+size, d.cap, total)
	for _, doc := range found[start:max(start, end)] {
		out.Invoices = append(out.Invoices, doc.InvoiceMetadata)
	}
	out.HasMore = end < total
	out.Truncated = end == d.cap && end < total
	answer(w, out)
}

func (d *depot) order(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Encryption struct {
			Key []byte `json:"encryptedSymmetricKey"`
			IV  []byte `json:"initializationVector"`
		} `json:"encryption"`
		Filters     depotQuery       `json:"filters"`
		Only        bool             `json:"onlyMetadata"`
		Compression ksef.Compression `json:"compressionType"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		d.t.Error(err)
	}
	key, err := sealed.Unwrap(d.key, in.Encryption.Key, in.Encryption.IV)
	if err != nil {
		d.t.Error(err)
	}
	if d.busy > 0 {
		d.busy--
		refuse(w, 21182)
		return
	}
	ref := fmt.Sprintf("20261102-EH-%010d", len(d.exports))
	e := &depotExport{request: in.Filters}
	d.lastKey = key
	d.exports[ref] = e
	found, hwm, code := d.find(in.Filters)
	e.hwm = hwm
	switch {
	case code == 21183:
	case code != 0:
		refuse(w, code)
		return
	default:
		e.more = len(found) > d.cap
		e.list = found[:min(d.cap, len(found))]
		docs := d.pack
		if docs == nil {
			docs = packNormally
		}
		format := archive.Zip
		if in.Compression == ksef.TarGz {
			format = archive.TarGz
		}
		all := func(yield func(archive.Document, error) bool) {
			for _, doc := range docs(e.list, in.Only) {
				if !yield(doc, nil) {
					return
				}
			}
		}
		if d.raw != nil {
			e.pkg = d.sealRaw(key, d.raw(e.list))
			break
		}
		if e.pkg, err = archive.Pack(r.Context(), key, all, &archive.Options{Format: format, Dir: d.dir, PartSize: d.partSize, MaxParts: 10_000, MaxDocuments: 200_000, MaxDocumentSize: 64 << 20}); err != nil {
			d.t.Error(err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"referenceNumber":%q}`, ref)
}

// sealRaw makes a package in one part of whatever it is given.
func (d *depot) sealRaw(key sealed.Key, content []byte) *archive.Package {
	encrypted, digests := key.Seal(nil, content)
	if err := os.WriteFile(filepath.Join(d.dir, "raw"), encrypted, 0o600); err != nil {
		d.t.Error(err)
	}
	return &archive.Package{Dir: d.dir, Archive: digests.Plain, Parts: []archive.Part{{Ordinal: 1, File: "raw", Digests: digests}}}
}

func metadataFile(list []ksef.Document) archive.Document {
	out := struct {
		Invoices []ksef.InvoiceMetadata `json:"invoices"`
	}{[]ksef.InvoiceMetadata{}}
	for _, doc := range list {
		out.Invoices = append(out.Invoices, doc.InvoiceMetadata)
	}
	content, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return archive.Document{Name: "_metadata.json", Content: content}
}

func packNormally(list []ksef.Document, only bool) []archive.Document {
	docs := []archive.Document{metadataFile(list)}
	if !only {
		for _, doc := range list {
			docs = append(docs, archive.Document{Name: string(doc.KSeFNumber) + ".xml", Content: doc.XML})
		}
	}
	return docs
}

func (d *depot) exportStatus(w http.ResponseWriter, ref string) {
	e := d.exports[ref]
	if e == nil {
		refuse(w, 21175)
		return
	}
	e.polls++
	if d.status != nil {
		if text := d.status(ref); text != "" {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, text)
			return
		}
	}
	out := ksef.ExportStatus{Status: ksef.Status{Code: 100, Description: "Eksport faktur w toku"}}
	switch {
	case e.polls == 1:
	case e.pkg == nil:
		out.Status = ksef.Status{Code: 420, Description: "Zakres filtrowania wykracza poza dostępny zakres danych"}
	default:
		e.urls++
		out.Status = ksef.Status{Code: 200, Description: "Eksport faktur zakończony sukcesem"}
		p := &ksef.Package{Count: len(e.list), Size: e.pkg.Archive.Size, Truncated: e.more}
		if e.request.Dates.By == ksef.Stored && d.hwm {
			p.HWM = e.hwm
		}
		if e.more {
			last := e.list[len(e.list)-1]
			switch e.request.Dates.By {
			case ksef.Stored:
				p.LastStored = last.Stored
			case ksef.Entered:
				p.LastEntered = last.Entered
			case ksef.Issued:
				p.LastIssued = last.Issued
			}
		}
		for _, part := range e.pkg.Parts {
			p.Parts = append(p.Parts, ksef.PackagePart{
				Ordinal: part.Ordinal, Name: part.File, Method: "GET", Expires: time.Now().Add(time.Hour),
				URL:  fmt.Sprintf("%s/storage/%s/%d/%d", d.base, ref, part.Ordinal, e.urls),
				Size: part.Plain.Size, Hash: part.Plain.Hash[:], SealedSize: part.Sealed.Size, SealedHash: part.Sealed.Hash[:],
			})
		}
		out.Package = p
	}
	answer(w, out)
}

// serve gives a part.
func (d *depot) serve(w http.ResponseWriter, r *http.Request, rest string) {
	if r.Header.Get("Authorization") != "" {
		d.t.Error("a token went to the storage")
	}
	ref, ordinal, _ := strings.Cut(rest, "/")
	ordinal, _, _ = strings.Cut(ordinal, "/")
	n, _ := strconv.Atoi(ordinal)
	part, err := d.exports[ref].pkg.Open(n)
	if err != nil {
		d.t.Error(err)
		return
	}
	defer part.Close()
	d.mu.Unlock()
	defer d.mu.Lock()
	if info, err := os.Stat(part.Name()); err == nil {
		w.Header().Set("Content-Length", fmt.Sprint(info.Size()))
	}
	io.Copy(w, part)
}
