package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// What can happen on the way to and from the sandbox.
const (
	lost      = iota // the work is done, the answer is not there
	dropped          // nothing is done
	limited          // 429, for an hour
	gateway          // 502
	cut              // the answer ends early
	corrupted        // a bit of a document or part is another
	wrongHash        // the header of a document says something else
	expired          // an hour passes before a part is asked for
	killed           // the process dies
	kindsOfTrouble
)

var troubles = [kindsOfTrouble]string{"lost", "dropped", "limited", "gateway", "cut", "corrupted", "wrong hash", "expired", "killed"}

// trouble strikes so many requests that it is about, after sparing some.
type trouble struct {
	kind, from, times int
	seen              int
}

func (tr *trouble) String() string {
	return fmt.Sprintf("%s from=%d times=%d", troubles[tr.kind], tr.from, tr.times)
}

// strikes counts a request and reports whether it is struck.
func (tr *trouble) strikes(r *http.Request) bool {
	part := strings.Contains(r.URL.Path, "/invoice-part/")
	document := strings.Contains(r.URL.Path, "/invoices/ksef/")
	switch tr.kind {
	case corrupted:
		if !part && !document {
			return false
		}
	case wrongHash:
		if !document {
			return false
		}
	case expired:
		if !part {
			return false
		}
	}
	tr.seen++
	return tr.seen > tr.from && tr.seen <= tr.from+tr.times
}

// life is what a process has of a network, until it is killed.
type life struct {
	w        *world
	troubles []*trouble
	kill     context.CancelFunc
	dead     bool
}

var errNetwork = errors.New("connection reset")

func (l *life) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.dead {
		return nil, errNetwork
	}
	for _, tr := range l.troubles {
		if tr.strikes(r) {
			return l.struck(r, tr.kind)
		}
	}
	return l.w.transport.RoundTrip(r)
}

func (l *life) struck(r *http.Request, kind int) (*http.Response, error) {
	switch kind {
	case dropped:
		return nil, errNetwork
	case limited:
		return canned(r, 429, http.Header{"Retry-After": {"3600"}}), nil
	case gateway:
		return canned(r, 502, nil), nil
	case expired:
		l.w.Advance(61 * time.Minute)
	}
	resp, err := l.w.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	switch kind {
	case killed: // whether the work was done it will never know
		l.dead = true
		l.kill()
		return nil, errNetwork
	case lost:
		resp.Body.Close()
		return nil, errNetwork
	case wrongHash:
		resp.Header.Set("X-Ms-Meta-Hash", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	case cut, corrupted:
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), broken{}))
		if kind == corrupted && len(body) > 0 && resp.StatusCode == 200 {
			body[len(body)/2] ^= 1
			resp.Body = io.NopCloser(bytes.NewReader(body))
		}
	}
	return resp, nil
}

func canned(r *http.Request, status int, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("")), Request: r}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// task is work that is begun again in each life until it is done. It must not
// believe what is not true in any of them.
type task func(ctx context.Context, w *world, auth *ksef.AuthenticatedClient) error

var tasks = map[string]task{
	"query":    queryAll,
	"download": downloadAll,
	"export":   exportAll,
	"sync":     syncMirror,
}

// Every request of receiving meets every trouble. In the end everything is
// there, once and right, and until then nothing is believed that is wrong.
func TestThroughTroubles(t *testing.T) {
	var runs atomic.Int64
	t.Run("all", func(t *testing.T) {
		for name, do := range tasks {
			for kind := range kindsOfTrouble {
				t.Run(name+"/"+troubles[kind], func(t *testing.T) {
					t.Parallel()
					for _, times := range []int{1, 4} { // with four no repetition helps, another life does
						for from := 0; ; from += times {
							tr := &trouble{kind: kind, from: from, times: times}
							through(t, do, tr)
							if runs.Add(1); tr.seen <= from || t.Failed() || testing.Short() && from > 6 {
								break
							}
						}
					}
				})
			}
		}
	})
	t.Logf("%d runs", runs.Load())
}

// And so do they several at once, in places that the seed of each run decides.
func TestThroughStorms(t *testing.T) {
	for seed := range 40 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			var all []*trouble
			for range 2 + r.IntN(4) {
				all = append(all, &trouble{kind: r.IntN(kindsOfTrouble), from: r.IntN(30), times: 1 + r.IntN(5)})
			}
			through(t, syncMirror, all...)
		})
	}
}

// through lives until the task is done.
func through(t *testing.T, do task, all ...*trouble) {
	t.Helper()
	w := newWorld(t, sandbox.Options{ExportPartSize: 900, StorageLag: time.Second})
	w.store(3, w.Now().AddDate(0, 0, -95))
	w.store(6, w.Now().Add(-time.Hour))
	creds := w.auth.Credentials()
	var err error
	for range 12 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		l := &life{w: w, troubles: all, kill: cancel}
		err = do(ctx, w, w.client(l).Authentication.Resume(creds))
		cancel()
		if err == nil && !l.dead {
			return
		}
		if errors.Is(err, errWrong) {
			break
		}
	}
	t.Errorf("%v: not done: %v", all, err)
}

// errWrong marks what must never happen.
var errWrong = errors.New("believed what is wrong")

func (w *world) filter(role ksef.Role) ksef.InvoiceFilter {
	return ksef.InvoiceFilter{Role: role, From: w.Now().AddDate(0, 0, -100)}
}

// truth are the documents that the sandbox has.
func (w *world) truth() map[ksef.KSeFNumber][]byte {
	truth := map[ksef.KSeFNumber][]byte{}
	for i := range w.Invoices() {
		truth[i.KSeFNumber] = i.XML
	}
	return truth
}

func queryAll(ctx context.Context, w *world, auth *ksef.AuthenticatedClient) error {
	truth := w.truth()
	for _, role := range []ksef.Role{ksef.Seller, ksef.Buyer} {
		for i, err := range auth.Invoices.All(ctx, w.filter(role), &ksef.QueryOptions{PageSize: 10}) {
			if err != nil {
				return err
			}
			if truth[i.KSeFNumber] == nil {
				return fmt.Errorf("%w: %s again", errWrong, i.KSeFNumber)
			}
			delete(truth, i.KSeFNumber)
		}
	}
	if len(truth) > 0 {
		return fmt.Errorf("%w: %d are missing", errWrong, len(truth))
	}
	return nil
}

func downloadAll(ctx context.Context, w *world, auth *ksef.AuthenticatedClient) error {
	for n, doc := range w.truth() {
		got, err := auth.Invoices.Download(ctx, n)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, doc) {
			return fmt.Errorf("%w: %q", errWrong, got)
		}
	}
	return nil
}

func exportAll(ctx context.Context, w *world, auth *ksef.AuthenticatedClient) error {
	for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
		truth := w.truth()
		for _, role := range []ksef.Role{ksef.Seller, ksef.Buyer} {
			opts := &ksef.DocumentsOptions{ExportOptions: ksef.ExportOptions{Compression: format}, PackageOptions: ksef.PackageOptions{Parallel: 1}}
			for doc, err := range auth.Invoices.Documents(ctx, w.filter(role), opts) {
				if err != nil {
					return err
				}
				if !bytes.Equal(truth[doc.KSeFNumber], doc.XML) {
					return fmt.Errorf("%w: %s", errWrong, doc.KSeFNumber)
				}
				delete(truth, doc.KSeFNumber)
			}
		}
		if len(truth) > 0 {
			return fmt.Errorf("%w: %d are missing", errWrong, len(truth))
		}
	}
	return nil
}

// syncMirror looks after every life whether the mirror is whole, and at the end
// whether it is complete.
func syncMirror(ctx context.Context, w *world, auth *ksef.AuthenticatedClient) error {
	m, err := mirror.Open(w.dir, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errWrong, err)
	}
	defer m.Close()
	opts := &mirror.SyncOptions{From: w.Now().AddDate(0, 0, -100), Roles: []ksef.Role{ksef.Seller, ksef.Buyer}, Parallel: 1}
	_, failed := m.Sync(ctx, auth, opts)
	v, err := m.Verify(w.t.Context())
	if err != nil || len(v.Differences) > 0 {
		return fmt.Errorf("%w: %v, %w after %w", errWrong, v, err, failed)
	}
	if failed == nil && v.Invoices != len(w.truth()) {
		return fmt.Errorf("%w: %d invoices of %d", errWrong, v.Invoices, len(w.truth()))
	}
	return failed
}
