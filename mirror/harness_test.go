package mirror_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/contract"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

const (
	someNIP  = ksef.NIP("5261040828")
	otherNIP = ksef.NIP("7762811692")
)

// disk is where temporary files belong that are to be measured.
var disk = os.TempDir()

// TestMain puts temporary files into memory, where the system has such:
// hundreds of runs need not wait for a disk.
func TestMain(m *testing.M) {
	const memory = "/dev/shm"
	if os.Getenv(childOf) != "" { // whose environment is ours
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp(memory, "ksef-mirror-")
	if err == nil {
		os.Setenv("TMPDIR", dir)
	}
	code := m.Run()
	if err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// testKeys spares each of many sandboxes the making of its keys.
var testKeys sandbox.Keys

// world is a KSeF, a taxpayer and where their mirror is to be.
type world struct {
	*sandbox.Server
	t         testing.TB
	transport http.RoundTripper
	auth      *ksef.AuthenticatedClient
	dir       string
	stored    int
}

// newWorld makes one with the ministry's contract between client and sandbox.
// Faults may break it in answers.
func newWorld(t testing.TB, opts sandbox.Options) *world {
	t.Helper()
	opts.Keys = &testKeys
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Server: sandbox.New(&opts), t: t, dir: filepath.Join(t.TempDir(), "invoices")}
	w.transport = sandbox.NewTransport(c.Check(w.Server, "/v2", func(x *contract.Exchange) {
		for _, v := range x.Violations {
			if x.Status != 0 && x.Status < 500 {
				t.Errorf("%s %s: %d: %v", x.Method, x.Path, x.Status, v)
			}
		}
	}))
	w.auth = w.login(someNIP)
	return w
}

func (w *world) client(transport http.RoundTripper) *ksef.Client {
	w.t.Helper()
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: transport},
		Poll: &ksef.Backoff{}, Retry: &ksef.Backoff{Attempts: 3, Min: time.Millisecond, Factor: 1},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

func (w *world) login(nip ksef.NIP) *ksef.AuthenticatedClient {
	w.t.Helper()
	auth, err := w.client(w.transport).Authentication.WithTestCertificate(w.t.Context(), nip, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return auth
}

// store puts invoices into the repository, a second apart until a moment. The
// taxpayer sells two of three and buys the third.
func (w *world) store(n int, until time.Time) {
	w.t.Helper()
	err := w.Store(func(yield func(sandbox.Stored) bool) {
		for i := range n {
			at := until.Add(time.Duration(i-n) * time.Second)
			w.stored++
			in := sample.Invoice{Seller: string(someNIP), Buyer: string(otherNIP), Number: fmt.Sprintf("FV/%d", w.stored), Issued: at, Lines: 1 + w.stored%3}
			if w.stored%3 == 0 {
				in.Seller, in.Buyer = in.Buyer, in.Seller
			}
			if !yield(sandbox.Stored{XML: in.XML(), Acquired: at}) {
				return
			}
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open() *mirror.Mirror {
	w.t.Helper()
	m, err := mirror.Open(w.dir, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { m.Close() })
	return m
}

// from is where syncs begin: between two moments of KSeF's.
func (w *world) from() *mirror.SyncOptions {
	return &mirror.SyncOptions{From: w.Now().AddDate(0, 0, -200).Add(57)}
}

func (w *world) sync(m *mirror.Mirror) ksef.SyncReport {
	w.t.Helper()
	report, err := m.Sync(w.t.Context(), w.auth, w.from())
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// complete demands that the mirror has what KSeF has, once, and nothing else:
// as its own checks say, and as the files do.
func (w *world) complete(m *mirror.Mirror) {
	w.t.Helper()
	v, err := m.Verify(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	p, err := m.Prove(w.t.Context(), w.auth, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(v.Differences)+len(p.Differences) > 0 {
		w.t.Errorf("differences: %v, %v", v.Differences, p.Differences)
	}
	files := map[string]string{}
	for _, file := range filesIn(w.t, w.dir) {
		files[filepath.Base(file)] = file
	}
	n := 0
	for i := range w.Invoices() {
		if !bytes.Contains(i.XML, []byte(someNIP)) {
			continue
		}
		n++
		doc, err := os.ReadFile(files[string(i.KSeFNumber)+".xml"])
		if err != nil || !bytes.Equal(doc, i.XML) {
			w.t.Fatalf("%s: %d bytes of %d, %v", i.KSeFNumber, len(doc), len(i.XML), err)
		}
	}
	if n != v.Invoices || n != len(files) {
		w.t.Errorf("KSeF has %d invoices, the index %d, and there are %d files", n, v.Invoices, len(files))
	}
}

// filesIn are the files of a mirror that are not its own.
func filesIn(t testing.TB, dir string) (files []string) {
	t.Helper()
	for _, depth := range []string{"*", "*/*", "*/*/*"} {
		found, err := filepath.Glob(filepath.Join(dir, depth))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(f string) bool {
		info, err := os.Stat(f)
		return err != nil || info.IsDir() || strings.HasPrefix(f, filepath.Join(dir, ".mirror"))
	})
}

// sellToThemselves puts an invoice into the repository in which the taxpayer is
// both seller and buyer.
func (w *world) sellToThemselves() {
	w.t.Helper()
	at := w.Now().Add(-30 * time.Minute)
	in := sample.Invoice{Seller: string(someNIP), Buyer: string(someNIP), Number: "self", Issued: at}
	if err := w.Store(slices.Values([]sandbox.Stored{{XML: in.XML(), Acquired: at}})); err != nil {
		w.t.Fatal(err)
	}
}
