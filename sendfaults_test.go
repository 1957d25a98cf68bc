package ksef_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// What can happen to a request on its way.
const (
	lostRequest = iota // nothing arrives, the connection breaks
	lostAnswer         // the work is done, the connection breaks
	cutAnswer          // the work is done, half of the answer arrives
	tooManyRequests
	badGateway     // refused before anything was done
	gatewayTimeout // done, but a gateway answers
	delayed        // not answered before the deadline; done
	killedBefore   // the process dies before sending
	killedAfter    // the process dies before it sees the answer
	kindsOfMischief
)

var mischiefNames = [kindsOfMischief]string{
	"lost request", "lost answer", "cut answer", "429", "502", "504 after the work", "delay past the deadline", "killed before", "killed after",
}

// mischief does something to the requests from the n-th on, so often.
type mischief struct {
	next  http.RoundTripper
	kind  int
	from  int
	times int
	kill  context.CancelFunc // of the process that is running

	seen int
}

var errReset = errors.New("connection reset by peer")

func (m *mischief) RoundTrip(r *http.Request) (*http.Response, error) {
	m.seen++
	if m.seen <= m.from || m.seen > m.from+m.times {
		return m.next.RoundTrip(r)
	}
	do := func() (*http.Response, []byte) {
		resp, err := m.next.RoundTrip(r)
		if err != nil {
			return nil, nil
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp, body
	}
	switch m.kind {
	case lostRequest:
		return nil, errReset
	case lostAnswer:
		do()
		return nil, errReset
	case cutAnswer:
		resp, body := do()
		if resp == nil {
			return nil, errReset
		}
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), failing{}))
		return resp, nil
	case tooManyRequests:
		return reply(429, "application/problem+json", tooMany, "Retry-After", "2")(r)
	case badGateway:
		return reply(502, "text/html", "<h1>Bad gateway</h1>")(r)
	case gatewayTimeout:
		do()
		return reply(504, "text/html", "<h1>Gateway timeout</h1>")(r)
	case delayed:
		do()
		<-r.Context().Done()
	case killedBefore:
		m.kill()
	case killedAfter:
		do()
		m.kill()
	}
	return nil, context.Cause(r.Context())
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A world is a KSeF, a taxpayer and the weather between them.
type world struct {
	flow *flow
	m    *mischief
	auth ksef.Credentials
	docs [][]byte
	disk []byte // what the processes have kept of the session
	dir  string
}

func newWorld(t *testing.T, documents int) *world {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC))) // bubbles begin in 2000, when there was no FA(3)
	f := newFlow(t, nil, nil)
	f.lenient = true
	w := &world{flow: f, auth: login(t, f, someNIP).Credentials(), dir: t.TempDir()}
	for i := range documents {
		w.docs = append(w.docs, invoice(f, fmt.Sprintf("FV/%d", i)))
	}
	return w
}

// process runs one life of the sending program: until it is done, gives up, or
// is killed. It has a minute.
func (w *world) process(t *testing.T, live func(context.Context, *ksef.AuthenticatedClient) error) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w.m.kill = cancel
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL:    "http://localhost/v2",
		HTTPClient: &http.Client{Transport: w.m},
		Poll:       &ksef.Backoff{Min: 10 * time.Millisecond, Max: time.Second, Factor: 2},
		Retry:      &ksef.Backoff{Attempts: 3, Min: 100 * time.Millisecond, Factor: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	return live(ctx, client.Authentication.Resume(w.auth))
}

// sendOnline is a life of a program that sends online, one invoice after
// another. It returns how many it knows to be accepted.
func (w *world) sendOnline(numbers []ksef.KSeFNumber) func(context.Context, *ksef.AuthenticatedClient) error {
	return func(ctx context.Context, auth *ksef.AuthenticatedClient) error {
		var s *ksef.OnlineSession
		if w.disk == nil {
			var err error
			if s, err = auth.OpenOnlineSession(ctx, nil); err != nil {
				return err
			}
			if w.disk, err = json.Marshal(s.State()); err != nil {
				return err
			}
		} else {
			var state ksef.SessionState
			if err := json.Unmarshal(w.disk, &state); err != nil {
				return err
			}
			s = auth.ResumeOnlineSession(state)
		}
		for i, doc := range w.docs {
			if numbers[i] != "" {
				continue
			}
			// Another life may have sent it without learning of it.
			sent, err := s.Resolve(ctx, doc)
			switch {
			case err == nil:
				sent, err = s.Wait(ctx, sent.ReferenceNumber)
			case errors.Is(err, ksef.ErrNotSent):
				sent, err = s.SendAndWait(ctx, doc, nil)
			}
			if err != nil {
				return err
			}
			numbers[i] = sent.KSeFNumber
		}
		return s.Close(ctx)
	}
}

// sendBatch is a life of a program that sends a batch.
func (w *world) sendBatch(ctx context.Context, auth *ksef.AuthenticatedClient) error {
	keep := func(s ksef.BatchState) (err error) {
		w.disk, err = json.Marshal(s)
		return err
	}
	opts := &ksef.BatchOptions{Dir: w.dir, PartSize: 1000, Parallel: 1, Checkpoint: keep}
	if w.disk == nil {
		files := func(yield func(ksef.BatchFile, error) bool) {
			for i, doc := range w.docs {
				if !yield(ksef.BatchFile{Name: fmt.Sprintf("%d.xml", i), Content: doc}, nil) {
					return
				}
			}
		}
		s, err := auth.SubmitBatch(ctx, files, opts)
		if err != nil {
			return err
		}
		_, err = s.WaitClosed(ctx)
		return err
	}
	var state ksef.BatchState
	if err := json.Unmarshal(w.disk, &state); err != nil {
		return err
	}
	s := auth.ResumeBatchSession(state, opts)
	if !state.Closed() {
		if err := s.Upload(ctx); err != nil {
			return err
		}
		if err := s.Close(ctx); err != nil {
			return err
		}
	}
	_, err := s.WaitClosed(ctx)
	return err
}

// Every request of sending meets every mischief; the program lives again until
// it is done. Then each invoice is in KSeF's repository exactly once, and the
// program knows the number of each.
func TestSendingExactlyOnce(t *testing.T) {
	const documents, lives = 3, 12
	runs := 0
	for _, batch := range []bool{false, true} {
		for kind := range kindsOfMischief {
			for times := 1; times <= 3; times++ {
				for from := 0; ; from++ {
					reached := true
					name := fmt.Sprintf("batch=%v/%s/from=%d/times=%d", batch, mischiefNames[kind], from, times)
					t.Run(name, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							reached = sendThrough(t, documents, lives, batch, &mischief{kind: kind, from: from, times: times})
						})
					})
					runs++
					if !reached || t.Failed() {
						break
					}
				}
			}
		}
	}
	t.Logf("%d runs", runs)
}

// And so do they at random, several kinds after one another.
func TestSendingThroughStorms(t *testing.T) {
	storms := 1500
	if testing.Short() {
		storms = 100
	}
	for seed := range storms {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(seed), 1))
				m := &mischief{kind: r.IntN(kindsOfMischief), from: r.IntN(20), times: 1 + r.IntN(4)}
				for range r.IntN(3) {
					m = &mischief{next: m, kind: r.IntN(kindsOfMischief), from: r.IntN(20), times: 1 + r.IntN(4)}
				}
				sendThrough(t, 1+r.IntN(5), 40, r.IntN(2) == 0, m)
			})
		})
	}
}

// sendThrough lets programs live until the work is done and checks what they
// leave. It reports whether there were enough requests for the mischief.
func sendThrough(t *testing.T, documents, lives int, batch bool, m *mischief) (reached bool) {
	t.Helper()
	w := newWorld(t, documents)
	innermost := m
	for {
		next, ok := innermost.next.(*mischief)
		if !ok {
			break
		}
		innermost = next
	}
	innermost.next = sandbox.NewTransport(w.flow.Server)
	w.m = m
	numbers := make([]ksef.KSeFNumber, documents)
	live := w.sendOnline(numbers)
	if batch {
		live = w.sendBatch
	}
	var err error
	for range lives {
		err = w.process(t, func(ctx context.Context, auth *ksef.AuthenticatedClient) error {
			for inner := m; inner != nil; inner, _ = inner.next.(*mischief) {
				inner.kill = w.m.kill
			}
			return live(ctx, auth)
		})
		if err == nil {
			break
		}
	}
	if err != nil {
		t.Fatalf("not done after %d lives: %v", lives, err)
	}
	accepted := w.flow.accepted()
	for i, doc := range w.docs {
		if n := accepted[sha256.Sum256(doc)]; n != 1 {
			t.Errorf("document %d is in the repository %d times", i, n)
		}
		if !batch && numbers[i] == "" {
			t.Errorf("document %d has no number", i)
		}
	}
	if len(accepted) != documents {
		t.Errorf("%d documents in the repository", len(accepted))
	}
	if left, _ := os.ReadDir(w.dir); batch && len(left) > 1 {
		t.Logf("%d packages left on disk", len(left))
	}
	return m.seen > m.from
}
