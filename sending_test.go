package ksef_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/upo"
)

// invoice makes up a valid document of someNIP.
func invoice(f *flow, number string) []byte {
	return sample.Invoice{Seller: string(someNIP), Buyer: string(otherNIP), Number: number, Issued: f.Now()}.XML()
}

func openOnline(t *testing.T, f *flow) *ksef.OnlineSession {
	t.Helper()
	s, err := login(t, f, someNIP).OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOnlineSession(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	if left := s.ValidUntil().Sub(f.Now()); left < 11*time.Hour || left > 13*time.Hour {
		t.Errorf("open for %v", left)
	}
	doc := invoice(f, "FV/1")
	sent, err := s.SendAndWait(t.Context(), doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(doc)
	if _, err := ksef.ParseKSeFNumber(string(sent.KSeFNumber)); err != nil || sent.KSeFNumber.NIP() != someNIP {
		t.Errorf("number %q: %v", sent.KSeFNumber, err)
	}
	if sent.InvoiceNumber != "FV/1" || sent.Ordinal != 1 || string(sent.Hash) != string(sum[:]) || sent.Mode != ksef.Online || sent.Session != s.ReferenceNumber() {
		t.Errorf("%#v", sent)
	}
	status, err := s.Status(t.Context())
	if err != nil || status.Status.Code != 100 || status.Invoices != 1 || status.Successful != 1 || status.Failed != 0 || status.UPO.Pages != nil {
		t.Errorf("open: %+v, %v", status, err)
	}
	byRef, err := s.UPO(t.Context(), sent.ReferenceNumber)
	if err != nil {
		t.Fatal(err)
	}
	byNumber, err := s.UPOByKSeFNumber(t.Context(), sent.KSeFNumber)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][]byte{byRef, byNumber} {
		receipt, err := upo.Verify(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		proven, err := receipt.Proves(doc)
		if err != nil || proven.KSeFNumber != string(sent.KSeFNumber) || receipt.Environment() != upo.Sandbox {
			t.Errorf("%+v, %v", proven, err)
		}
	}
	for range 2 { // closing what is closed changes nothing
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	closed, err := s.WaitClosed(t.Context())
	if err != nil || closed.Status.Code != 200 || len(closed.UPO.Pages) != 1 {
		t.Fatalf("closed: %+v, %v", closed, err)
	}
	page, err := s.SessionUPO(t.Context(), closed.UPO.Pages[0].ReferenceNumber)
	if err != nil {
		t.Fatal(err)
	}
	if receipt, err := upo.Verify(page, nil); err != nil || receipt.SessionReference != string(s.ReferenceNumber()) || len(receipt.Documents) != 1 {
		t.Errorf("%+v, %v", receipt, err)
	}
	if _, err := s.Send(t.Context(), invoice(f, "FV/2"), nil); !errors.Is(err, ksef.CodeSessionStatus) {
		t.Errorf("sending into a closed session: %v", err)
	}
}

// When an invoice cannot be sent again, what was sent first is unknown still: it
// may be on its way.
func TestSendingAgainFails(t *testing.T) {
	const send = "POST /sessions/online/{referenceNumber}/invoices"
	for name, fault := range map[string]sandbox.Fault{
		"refused":       {Route: send, Status: 400, Code: ksef.CodeSessionFull, Times: 1},
		"no time":       {Route: send, Status: 429, RetryAfter: time.Hour, Times: 1},
		"no permission": {Route: send, Status: 403, Times: 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			f.lenient = true
			s := openOnline(t, f)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			f.Inject(sandbox.Fault{Route: send, Drop: true, Times: 1})
			f.Inject(fault)
			_, err := s.SendAndWait(ctx, invoice(f, "FV/1"), nil)
			refusal, ok := errors.AsType[*ksef.Error](err)
			if !errors.Is(err, ksef.ErrUnknown) || !ok || refusal.StatusCode != fault.Status {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A process that dies goes on from the state of its session.
func TestResumeOnlineSession(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	s, err := auth.OpenOnlineSession(t.Context(), &ksef.SessionOptions{FormCode: ksef.FA3})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(s.State())
	if err != nil {
		t.Fatal(err)
	}
	var state ksef.SessionState
	if err := json.Unmarshal(kept, &state); err != nil {
		t.Fatal(err)
	}
	again := f.client.Authentication.Resume(auth.Credentials()).ResumeOnlineSession(state)
	sent, err := again.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := again.Resolve(t.Context(), invoice(f, "FV/1"))
	if err != nil || found.ReferenceNumber != sent.ReferenceNumber {
		t.Errorf("%v, %v", found, err)
	}
	if _, err := again.Resolve(t.Context(), invoice(f, "FV/2")); !errors.Is(err, ksef.ErrNotSent) {
		t.Errorf("never sent: %v", err)
	}
	for name, text := range map[string]string{
		"a later version":   `{"version":2}`,
		"no version":        `{}`,
		"a short key":       `{"version":1,"referenceNumber":"r","key":"AAAA","iv":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
		"not a state":       `[]`,
		"no session at all": `{"version":1,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","iv":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
	} {
		if err := json.Unmarshal([]byte(text), &state); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

// The second of two documents with one number is a duplicate; the same document
// sent twice is not an error.
func TestDuplicates(t *testing.T) {
	f := newFlow(t, nil, nil)
	first := openOnline(t, f)
	doc := invoice(f, "FV/1")
	original, err := first.SendAndWait(t.Context(), doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := openOnline(t, f)
	again, err := second.SendAndWait(t.Context(), doc, nil)
	if err != nil || again.KSeFNumber != original.KSeFNumber || again.Session != first.ReferenceNumber() {
		t.Errorf("the same document: %v, %v", again, err)
	}
	f.Advance(time.Second) // another time of making, so another document
	_, err = second.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
	failed, ok := errors.AsType[*ksef.FailedError](err)
	if !ok || !errors.Is(err, ksef.ErrDuplicate) || failed.Extensions["originalKsefNumber"] != string(original.KSeFNumber) ||
		failed.Extensions["originalSessionReferenceNumber"] != string(first.ReferenceNumber()) {
		t.Errorf("another document with the number: %v", err)
	}
	if n := f.accepted(); len(n) != 1 {
		t.Errorf("%d invoices accepted", len(n))
	}
}

// accepted returns how often each document is in KSeF's repository.
func (f *flow) accepted() map[[32]byte]int {
	n := map[[32]byte]int{}
	for i := range f.Invoices() {
		n[sha256.Sum256(i.XML)]++
	}
	return n
}

func TestRejectedInvoices(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	for _, c := range []struct {
		name string
		doc  []byte
		code int
	}{
		{"not an invoice", []byte("<a/>"), 450},
		{"not XML", []byte("hello"), 430},
		{"another's", sample.Invoice{Seller: string(otherNIP), Buyer: string(someNIP), Number: "FV/1", Issued: f.Now()}.XML(), 410},
		{"from the future", sample.Invoice{Seller: string(someNIP), Buyer: string(otherNIP), Number: "FV/2", Issued: f.Now().Add(48 * time.Hour)}.XML(), 450},
	} {
		_, err := s.SendAndWait(t.Context(), c.doc, nil)
		failed, ok := errors.AsType[*ksef.FailedError](err)
		if !ok || failed.Operation != "invoice" || failed.Status.Code != c.code || failed.Reference == "" {
			t.Errorf("%s: %v; want status %d", c.name, err, c.code)
		}
	}
	rejected := 0
	for i, err := range s.Failed(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if rejected++; i.Status.OK() || i.KSeFNumber != "" {
			t.Errorf("%v", i)
		}
	}
	if rejected != 4 {
		t.Errorf("%d rejected", rejected)
	}
	if _, err := s.Send(t.Context(), nil, nil); err == nil {
		t.Error("sent nothing")
	}
	if _, err := s.Send(t.Context(), []byte("x"), &ksef.SendOptions{Corrects: make([]byte, 32)}); err == nil {
		t.Error("a technical correction that is not offline")
	}
	if _, err := s.Send(t.Context(), []byte("x"), &ksef.SendOptions{Offline: true, Corrects: make([]byte, 31)}); err == nil {
		t.Error("a hash of 31 bytes")
	}
}

// An offline invoice that was rejected is corrected technically.
func TestTechnicalCorrection(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	wrong := append(invoice(f, "FV/1"), "<!-- -->&"...)
	if _, err := s.SendAndWait(t.Context(), wrong, &ksef.SendOptions{Offline: true}); err == nil {
		t.Fatal("accepted")
	}
	sum := sha256.Sum256(wrong)
	sent, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), &ksef.SendOptions{Offline: true, Corrects: sum[:]})
	if err != nil || sent.Mode != ksef.Offline {
		t.Errorf("%v, %v", sent, err)
	}
}

func TestInvoiceSessions(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	var refs []ksef.ReferenceNumber
	for i := range 12 {
		s, err := auth.OpenOnlineSession(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil); err != nil {
				t.Fatal(err)
			}
		}
		if i < 6 {
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		refs = append(refs, s.ReferenceNumber())
		f.Advance(time.Second)
	}
	slices.Reverse(refs)
	var seen []ksef.ReferenceNumber
	for s, err := range auth.InvoiceSessions.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, s.ReferenceNumber)
	}
	if !slices.Equal(seen, refs) {
		t.Errorf("%v\nwant %v", seen, refs)
	}
	for stage, want := range map[ksef.SessionStage]int{ksef.SessionInProgress: 6, ksef.SessionSucceeded: 1, ksef.SessionCancelled: 5, ksef.SessionFailed: 0} {
		page, err := auth.InvoiceSessions.Query(t.Context(), &ksef.SessionQuery{
			ListOptions: ksef.ListOptions{PageSize: 100}, Stages: []ksef.SessionStage{stage}, CreatedFrom: f.Now().Add(-time.Hour),
		})
		if err != nil || len(page.Items) != want {
			t.Errorf("%s: %d sessions, want %d: %v", stage, len(page.Items), want, err)
		}
	}
	// A moment that KSeF told can be asked about.
	told, err := auth.InvoiceSessions.Query(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := told.Items[0].Created
	exactly, err := auth.InvoiceSessions.Query(t.Context(), &ksef.SessionQuery{CreatedFrom: at, CreatedTo: at})
	if err != nil || len(exactly.Items) != 1 {
		t.Errorf("%v, %v", exactly, err)
	}
	page, err := auth.InvoiceSessions.Query(t.Context(), &ksef.SessionQuery{Type: ksef.BatchType})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("%v, %v", page, err)
	}
	status, err := auth.InvoiceSessions.Session(refs[len(refs)-1]).Status(t.Context())
	if err != nil || status.Successful != 1 {
		t.Errorf("%+v, %v", status, err)
	}
}

func batchOf(f *flow, n int) func(func(ksef.BatchFile, error) bool) {
	return func(yield func(ksef.BatchFile, error) bool) {
		for i := range n {
			if !yield(ksef.BatchFile{Name: fmt.Sprintf("%03d.xml", i), Content: invoice(f, fmt.Sprintf("B/%d", i))}, nil) {
				return
			}
		}
	}
}

// A folder of documents is a batch, under their paths; what is no document stays.
func TestBatchFiles(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	files := ksef.BatchFiles(fstest.MapFS{
		"a.xml":      {Data: invoice(f, "F/1")},
		"sub/b.XML":  {Data: invoice(f, "F/2")},
		"notes.txt":  {Data: []byte("no invoice")},
		"sub/.x.txt": {Data: []byte("no invoice")},
	})
	batch, err := auth.SubmitBatch(t.Context(), files, &ksef.BatchOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := batch.WaitClosed(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, err := range batch.Invoices(t.Context(), nil) {
		if err != nil || i.Status.Code != 200 {
			t.Fatalf("%v, %v", i, err)
		}
		names = append(names, i.FileName)
	}
	if slices.Sort(names); fmt.Sprint(names) != "[a.xml sub/b.XML]" {
		t.Errorf("%v", names)
	}
}

func TestSubmitBatch(t *testing.T) {
	for _, c := range []ksef.BatchOptions{{}, {Compression: ksef.Zip}, {PartSize: 1000, Parallel: 3}, {Compression: ksef.Zip, PartSize: 5000, Offline: true}} {
		t.Run(fmt.Sprintf("%s/%d", c.Compression, c.PartSize), func(t *testing.T) {
			f := newFlow(t, nil, nil)
			c.Dir = t.TempDir()
			last := ksef.BatchProgress{}
			if c.Parallel == 0 {
				c.Parallel = 1 // in order, for the test of progress
				c.Progress = func(p ksef.BatchProgress) { last = p }
			}
			s, err := login(t, f, someNIP).SubmitBatch(t.Context(), batchOf(f, 25), &c)
			if err != nil {
				t.Fatal(err)
			}
			status, err := s.WaitClosed(t.Context())
			if err != nil || status.Successful != 25 || status.Failed != 0 || len(status.UPO.Pages) != 1 {
				t.Fatalf("%+v, %v", status, err)
			}
			names := map[string]bool{}
			for i, err := range s.Invoices(t.Context(), nil) {
				if err != nil {
					t.Fatal(err)
				}
				names[i.FileName] = i.KSeFNumber != "" && (i.Mode == ksef.Offline) == c.Offline
			}
			for i := range 25 {
				if !names[fmt.Sprintf("%03d.xml", i)] {
					t.Errorf("%03d.xml: not accepted as it should be", i)
				}
			}
			if c.Progress != nil && (last.Packed != 25 || last.Uploaded != last.Bytes || last.Bytes == 0) {
				t.Errorf("%+v", last)
			}
			if left := s.Batch().Remove(); left != nil {
				t.Error(left)
			}
		})
	}
}

// A batch goes on in another process from the state kept at any moment.
func TestResumeBatchSession(t *testing.T) {
	f := newFlow(t, nil, &ksef.Options{Retry: &ksef.Backoff{}})
	auth := login(t, f, someNIP)
	var states [][]byte
	opts := &ksef.BatchOptions{Dir: t.TempDir(), PartSize: 1000, Parallel: 1, Checkpoint: func(s ksef.BatchState) error {
		kept, err := json.Marshal(s)
		states = append(states, kept)
		return err
	}}
	b, err := ksef.PackBatch(t.Context(), batchOf(f, 10), opts)
	if err != nil {
		t.Fatal(err)
	}
	s, err := auth.OpenBatchSession(t.Context(), b, opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); !errors.Is(err, ksef.CodeMissingPart) {
		t.Errorf("closing before uploading: %v", err)
	}
	if err := s.Upload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, parts := b.Size(); len(states) != parts+2 {
		t.Fatalf("%d states of %d parts", len(states), parts)
	}
	for i, kept := range states {
		var state ksef.BatchState
		if err := json.Unmarshal(kept, &state); err != nil {
			t.Fatal(err)
		}
		again := auth.ResumeBatchSession(state, nil)
		err := again.Upload(t.Context())
		if left := len(states) - 2 - i; left > 0 && err == nil {
			t.Errorf("state %d: uploaded %d parts into a closed session", i, left)
		}
		if err := again.Close(t.Context()); err != nil {
			t.Errorf("state %d: %v", i, err)
		}
	}
	if _, err := s.WaitClosed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := f.accepted(); len(n) != 10 {
		t.Errorf("%d invoices accepted", len(n))
	}
}

// What KSeF would refuse is refused before anything is sent.
func TestBadBatches(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	before := len(f.Requests())
	file := func(name string, content []byte) ksef.BatchFile { return ksef.BatchFile{Name: name, Content: content} }
	boom := errors.New("boom")
	for name, files := range map[string]func(func(ksef.BatchFile, error) bool){
		"empty":      func(func(ksef.BatchFile, error) bool) {},
		"names":      slices2(file("a.xml", []byte("a")), file("A.xml", []byte("b"))),
		"a hostile":  slices2(file("../a.xml", []byte("a"))),
		"too large":  slices2(file("a.xml", make([]byte, 3_000_001))),
		"the source": func(yield func(ksef.BatchFile, error) bool) { yield(ksef.BatchFile{}, boom) },
	} {
		dir := t.TempDir()
		s, err := auth.SubmitBatch(t.Context(), files, &ksef.BatchOptions{Dir: dir})
		if err == nil || s != nil {
			t.Errorf("%s: submitted", name)
		}
		if name == "the source" && !errors.Is(err, boom) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(f.Requests()); n != before {
		t.Errorf("%d requests", n-before)
	}
}

func slices2(files ...ksef.BatchFile) func(func(ksef.BatchFile, error) bool) {
	return func(yield func(ksef.BatchFile, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// storageOnly strikes the transfers to storage and looks at what they carry.
type storageOnly struct {
	next   http.RoundTripper
	strike func(n int) *http.Response // of the n-th transfer; nil lets it pass
	seen   int
	bearer bool
}

func (s *storageOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		return s.next.RoundTrip(r)
	}
	s.seen++
	s.bearer = s.bearer || r.Header.Get("Authorization") != ""
	if resp := s.strike(s.seen); resp != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		return resp, nil
	}
	return s.next.RoundTrip(r)
}

func status(code int) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody}
}

// A transfer that fails is made again; one that is refused is not. None carries
// the bearer token.
func TestStorageFaults(t *testing.T) {
	for _, c := range []struct {
		name     string
		strike   func(int) *http.Response
		code     int // of the TransferError; 0 for success
		transfer int // how many
	}{
		{"none", func(int) *http.Response { return nil }, 0, 1},
		{"two 503", func(n int) *http.Response { return map[bool]*http.Response{true: status(503)}[n <= 2] }, 0, 3},
		{"503 for ever", func(int) *http.Response { return status(503) }, 503, 3},
		{"too late", func(int) *http.Response { return status(403) }, 403, 1},
		{"a redirect", func(int) *http.Response {
			resp := status(307)
			resp.Header.Set("Location", "https://elsewhere.example/x?sig=1")
			return resp
		}, 307, 1},
		{"429", func(n int) *http.Response { return map[bool]*http.Response{true: status(429)}[n <= 1] }, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			storage := &storageOnly{next: sandbox.NewTransport(f.Server), strike: c.strike}
			client, err := ksef.NewClient(ksef.Test, &ksef.Options{
				BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: storage},
				Retry: &ksef.Backoff{Attempts: 3, Min: time.Millisecond}, Poll: &ksef.Backoff{Min: time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(login(t, f, someNIP).Credentials())
			s, err := auth.SubmitBatch(t.Context(), batchOf(f, 3), &ksef.BatchOptions{Dir: t.TempDir()})
			transfer, failed := errors.AsType[*ksef.TransferError](err)
			if failed != (c.code != 0) || failed && (transfer.StatusCode != c.code || transfer.Part != 1 || transfer.Host != "localhost") || !failed && err != nil {
				t.Fatalf("%#v: %v", transfer, err)
			}
			if storage.seen != c.transfer || storage.bearer {
				t.Errorf("%d transfers, bearer %v", storage.seen, storage.bearer)
			}
			if failed && strings.Contains(err.Error(), "sig=") {
				t.Errorf("the signed URL shows: %v", err)
			}
			if failed { // the package is there still, for another session
				if s, err = auth.OpenBatchSession(t.Context(), s.Batch(), nil); err != nil {
					t.Fatal(err)
				}
				storage.strike = func(int) *http.Response { return nil }
				if err := errors.Join(s.Upload(t.Context()), s.Close(t.Context())); err != nil {
					t.Fatal(err)
				}
			}
			if status, err := s.WaitClosed(t.Context()); err != nil || status.Successful != 3 {
				t.Errorf("%+v, %v", status, err)
			}
		})
	}
}

// Invoices do not go wherever an answer says.
func TestStorageHosts(t *testing.T) {
	for base, urls := range map[string]map[string]bool{
		"https://api.ksef.mf.gov.pl/v2": {
			"https://ksefstorage.blob.example.net/x?sig=1": true,
			"https://api.ksef.mf.gov.pl/storage/x?sig=1":   true,
			"http://ksefstorage.blob.example.net/x?sig=1":  false,
			"https://127.0.0.1/x?sig=1":                    false,
			"http://localhost:9/x?sig=1":                   false,
			"https://10.1.2.3/x?sig=1":                     false,
			"https://[::1]/x?sig=1":                        false,
			"https://[::ffff:127.0.0.1]/x?sig=1":           false,
			"https://[fe80::1%25eth0]/x?sig=1":             false,
			"https://localhost./x?sig=1":                   false,
			"https://LOCALHOST./x?sig=1":                   false,
			"https://a.localhost/x?sig=1":                  false,
			"https://127.1/x?sig=1":                        false,
			"https://127.0.0.1./x?sig=1":                   false,
			"https://0x7f.0.0.1/x?sig=1":                   false,
			"https://127.0.0.0x1/x?sig=1":                  false,
			"https://0177.0.0.01/x?sig=1":                  false,
			"https://2130706433/x?sig=1":                   false,
			"https://storage.example.:8443/x?sig=1":        true,
			"https://./x?sig=1":                            false,
			"https://api.ksef.mf.gov.pl@evil.example/?s=1": false,
			"ftp://storage.example/x?sig=1":                false,
			"//storage.example/x?sig=1":                    false,
			"/x?sig=1":                                     false,
			"https://intranet/x?sig=1":                     false,
			"https://user@host.example/x?sig=1":            false,
			"file:///etc/passwd?sig=1":                     false,
			"::sig=":                                       false,
		},
		"http://127.0.0.1:8080/v2": {
			"http://127.0.0.1:8080/storage?sig=1": true,
			"http://localhost:9/storage?sig=1":    true,
			"http://10.1.2.3/storage?sig=1":       false,
			"http://[::1]:9/storage?sig=1":        true,
			"http://storage.example/x?sig=1":      false,
			"http://localhost@evil.example/?s=1":  false,
		},
	} {
		for target, allowed := range urls {
			b, err := ksef.PackBatch(t.Context(), slices2(ksef.BatchFile{Name: "a.xml", Content: []byte("a")}), &ksef.BatchOptions{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			sent := false
			client, err := ksef.NewClient(ksef.Production, &ksef.Options{BaseURL: base, Retry: &ksef.Backoff{}, HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				switch {
				case r.Method == "PUT":
					sent = true
					return status(201), nil
				case strings.HasSuffix(r.URL.Path, "/public-key-certificates"):
					return testKeyAnswer(t)(r)
				}
				return reply(201, "application/json", fmt.Sprintf(`{"referenceNumber":"r","partUploadRequests":[{"ordinalNumber":1,"method":"PUT","url":%q,"headers":{"Authorization":"Bearer x"}}]}`, target))(r)
			})}})
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(time.Hour)}})
			s, err := auth.OpenBatchSession(t.Context(), b, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = s.Upload(t.Context())
			if sent != allowed || (err == nil) != allowed || err != nil && strings.Contains(err.Error(), "sig=") {
				t.Errorf("%s: %s: sent %v, %v", base, target, sent, err)
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// testKeyAnswer is the ministry's answer with the keys of a sandbox.
func testKeyAnswer(t *testing.T) roundTrip {
	return sandbox.NewTransport(sandbox.New(&sandbox.Options{Keys: &testKeys})).RoundTrip
}
