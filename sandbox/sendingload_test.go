package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/schema"
)

// While a package is processed the server answers everybody: who asks is asked from within.
func TestBatchKeepsNobodyWaiting(t *testing.T) {
	l := sender(t, nil)
	v := l.announce(zipped(t, files(paper{number: "1"}.bytes(), paper{number: "2"}.bytes())...), 1, nil)
	other := l.open()
	asked := 0
	var one sync.Mutex
	l.OnInvoice(func(i Invoice) ksef.Status {
		if string(i.Session) == v.reference {
			one.Lock()
			defer one.Unlock()
			asked++
			v.status().is("status.code", 150)
			v.shut().refused(21180, "Status sesji 150")
			v.upload(1, v.parcel.parts[0]).want(403)
			other.post(paper{number: fmt.Sprint("other ", asked)}.bytes()).want(202)
		}
		return ksef.Status{}
	})
	v.delivered().status().is("status.code", 200) // asked before
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// Many send at once into one session, and nothing is lost, doubled or above the limit.
func TestSendingAtOnce(t *testing.T) {
	l := sender(t, nil)
	limits := defaultLimits()
	limits.online.invoices = 50
	l.state.contextLimits[identifier{ksef.KindNIP, nipA}] = limits
	b := l.open()
	var wg sync.WaitGroup
	codes := make([]int, 80)
	for i := range codes {
		wg.Go(func() { codes[i] = b.post(paper{number: fmt.Sprint(i % 40)}.bytes()).status })
	}
	wg.Wait()
	taken := strings.Count(fmt.Sprint(codes), "202")
	b.close()
	b.status()
	r := b.status().is("invoiceCount", 50)
	kept := map[string]bool{}
	for i := range l.Invoices() {
		kept[string(i.XML)] = true
	}
	if taken != 50 || float64(len(kept)) != r.at("successfulInvoiceCount") {
		t.Errorf("%d requests were accepted, %d invoices are there, and KSeF says %s", taken, len(kept), r.body)
	}
	ordinals := map[any]bool{}
	list := b.send("GET", "/sessions/"+b.reference+"/invoices?pageSize=100", nil)
	for i := range 50 {
		ordinals[list.at(fmt.Sprintf("invoices.%d.ordinalNumber", i))] = true
	}
	if len(ordinals) != 50 {
		t.Errorf("ordinal numbers occur twice: %v", ordinals)
	}
}

// A session of more than 10,000 invoices has a receipt of several pages.
func TestReceiptOfManyPages(t *testing.T) {
	x := &sending{reference: "20260314-SB-0000000000-0000000000-00", opener: &session{context: identifier{ksef.KindNIP, nipA}, document: digest(nil)}, form: schema.FA3}
	const number = 20_001
	for i := range number {
		x.invoices = append(x.invoices, &invoice{sending: x, ordinal: i + 1, number: fmt.Sprintf("n%d", i), result: accepted})
	}
	x.pages = []string{"a", "b", "c"}
	for page, want := range []receiptPage{{1, 3, 1, 10_000, number}, {2, 3, 10_001, 20_000, number}, {3, 3, 20_001, 20_001, number}} {
		r := sessionReceipt(x, page)
		if *r.Page != want || len(r.Documents) != want.To-want.From+1 || r.Documents[0].Number != fmt.Sprintf("n%d", want.From-1) {
			t.Errorf("page %d is %+v with %d documents", page, r.Page, len(r.Documents))
		}
	}
}

func TestStorageFaults(t *testing.T) {
	l := sender(t, nil)
	v := l.announce(zipped(t, files(paper{}.bytes())...), 1, nil)
	l.Inject(Fault{Route: "PUT /storage/{referenceNumber}/batch-parts/{ordinalNumber}", Times: 1, Status: 502})
	v.upload(1, v.parcel.parts[0]).want(502)
	v.shut().refused(21205)
	v.delivered().outcome(200)
	for _, r := range l.Requests() {
		if strings.Contains(r.Path, "sig=") {
			t.Errorf("the log holds a signed URL: %s", r.Path)
		}
	}
}

// No URL but those that were signed opens the storage.
func FuzzStorage(f *testing.F) {
	s := New(&Options{Keys: &sharedKeys})
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	c := &call{s: s, r: httptest.NewRequest("GET", "http://localhost/v2/sessions", nil), now: now}
	const path = "/storage/a/invoice-upo/upo_b.xml"
	signed, err := url.Parse(c.signedURL("GET", path, now.Add(downloadLife)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("GET", path, signed.RawQuery)
	f.Add("PUT", path, signed.RawQuery)
	f.Add("GET", "/storage/a/batch-parts/1", strings.Replace(signed.RawQuery, "sp=r", "sp=w", 1))
	f.Add("GET", path, "sp=r&sig=%zz&sig=&se=")
	f.Fuzz(func(t *testing.T, method, p, query string) {
		c := &call{s: s, r: &http.Request{Method: method, URL: &url.URL{Path: p, RawQuery: query}, Header: http.Header{}}, now: now}
		if c.storageAccess() == nil && (method == "PUT" || p != path || c.r.URL.Query().Get("sig") != signed.Query().Get("sig")) {
			t.Errorf("%s %s?%s was let in", method, p, query)
		}
	})
}

// What is inside an envelope can be anything: the answer is a status, never a failure of the server, and only
// valid invoices get a number.
func FuzzSend(f *testing.F) {
	l := sender(f, nil)
	limits := defaultLimits()
	limits.online.invoices = 1 << 30
	l.state.contextLimits[identifier{ksef.KindNIP, nipA}] = limits
	b := l.open()
	f.Add(paper{}.bytes(), true)
	f.Add([]byte(`<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"/>`), false)
	f.Add(paper{extra: attachment, before: "<PodmiotUpowazniony/>", seller: nipB}.bytes(), false)
	f.Fuzz(func(t *testing.T, doc []byte, sealed bool) {
		if len(doc) == 0 {
			t.Skip()
		}
		b := b.in(t)
		request := b.envelope(doc)
		if !sealed {
			sum := sha256.Sum256(doc)
			request["encryptedInvoiceContent"], request["encryptedInvoiceSize"] = doc, len(doc)
			request["encryptedInvoiceHash"] = base64.StdEncoding.EncodeToString(sum[:])
		}
		r := b.send("POST", b.path("/invoices"), request)
		reference := r.want(202).text("referenceNumber")
		b.invoice(reference)
		i := b.invoice(reference)
		valid := schema.ValidateBytes(doc, schema.FA3, &schema.Options{Rules: &schema.Rules{Accepted: l.Now(), AnyNIP: true}}).Valid()
		if i.at("ksefNumber") != nil && !(valid && sealed) {
			t.Errorf("an invalid document was accepted: %s", i.body)
		}
	})
}

// in is the same session for another test.
func (b box) in(t testing.TB) box {
	h := *b.harness
	h.t = t
	h.judge(false)
	b.harness = &h
	return b
}
