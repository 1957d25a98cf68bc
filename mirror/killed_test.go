package mirror_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// childOf tells this program that it is the one to be killed.
const childOf = "KSEF_MIRROR_CHILD"

// order is what the child is to do.
type order struct {
	URL, Dir    string
	From        time.Time
	Credentials ksef.Credentials
}

// A process that keeps a mirror is killed, without any chance to tidy up, again
// and again at moments that nobody chose. Whenever somebody looks the mirror is
// whole, and in the end complete.
func TestKilled(t *testing.T) {
	if text := os.Getenv(childOf); text != "" {
		if err := child(text); err != nil {
			t.Fatal(err)
		}
		return
	}
	w := newWorld(t, sandbox.Options{ExportSize: 20_000, ExportPartSize: 10_000})
	w.store(900, w.Now().Add(-time.Hour))
	server := httptest.NewServer(w.Server)
	defer server.Close()
	text, err := json.Marshal(order{server.URL + "/v2", w.dir, w.from().From, w.auth.Credentials()})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	kept, killed := 0, 0
	longest := 150 * time.Millisecond // of a life; longer where the machine is slow and nothing comes of them
	for done := false; !done; {
		killed++
		if killed > 200 {
			t.Fatalf("%d lives were not enough for %d invoices", killed, kept)
		}
		w.Advance(10 * time.Second) // exports end that were ordered and forgotten, of which ten may run
		done = live(t, string(text), time.Duration(r.Int64N(int64(longest))))
		m := w.open()
		v, err := m.Verify(t.Context())
		if err != nil || len(v.Differences) > 0 || v.Invoices < kept {
			t.Fatalf("after %d lives: %+v, %v, and there were %d before", killed, v, err, kept)
		}
		if v.Invoices == kept {
			longest += longest / 4
		}
		kept = v.Invoices
		m.Close()
	}
	t.Logf("killed %d times", killed-1)
	if killed < 3 {
		t.Errorf("done after %d lives", killed)
	}
	m := w.open()
	auth, err := resumed(server.URL+"/v2", w.auth.Credentials())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Sync(t.Context(), auth, nil); err != nil {
		t.Fatal(err)
	}
	if v, err := m.Verify(t.Context()); err != nil || v.Invoices != 900 {
		t.Errorf("%+v, %v", v, err)
	}
}

// live lets a child work for so long and reports whether it was done.
func live(t *testing.T, text string, d time.Duration) (done bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), childOf+"="+text)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	timer := time.AfterFunc(d, func() { cmd.Process.Kill() })
	defer timer.Stop()
	rest, _ := io.ReadAll(said) // until it is dead
	err = cmd.Wait()
	if err != nil && cmd.ProcessState.Exited() {
		t.Fatalf("it failed by itself: %v: %s", err, rest)
	}
	return err == nil
}

// child is the life of a process that will be killed.
func child(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	auth, err := resumed(o.URL, o.Credentials)
	if err != nil {
		return err
	}
	fmt.Println("begun")
	m, err := mirror.Open(o.Dir, nil)
	if err != nil {
		return err
	}
	defer m.Close()
	_, err = m.Sync(context.Background(), auth, &mirror.SyncOptions{From: o.From})
	return err
}

func resumed(url string, creds ksef.Credentials) (*ksef.AuthenticatedClient, error) {
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: url, Poll: &ksef.Backoff{Min: time.Millisecond, Factor: 1}})
	if err != nil {
		return nil, err
	}
	return client.Authentication.Resume(creds), nil
}
