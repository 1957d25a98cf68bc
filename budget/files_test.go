package budget

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// took is how long n requests take that are made one after the other.
func took(t *testing.T, b *Budget, n int) time.Duration {
	t.Helper()
	begin := time.Now()
	for range n {
		done, err := b.Take(t.Context(), "a", "invoiceSend")
		if err != nil {
			t.Fatal(err)
		}
		done(0)
	}
	return time.Since(begin)
}

// stateFile is the only state there is.
func stateFile(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("states %q, %v", found, err)
	}
	return found[0]
}

// A budget goes on where another process left off, limits learnt included.
func TestFilesRemember(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "for it")
	synctest.Test(t, func(t *testing.T) {
		o := &Options{Limits: only(Limits{-1, 10, -1}), Dir: dir}
		took(t, mustNew(t, o), 10)
		if d := took(t, mustNew(t, o), 1); d != time.Minute {
			t.Errorf("the next came after %v", d)
		}
		first := mustNew(t, o)
		if err := first.Learn(t.Context(), "a", map[string][3]int{"invoiceSend": {-1, 2, -1}}); err != nil {
			t.Fatal(err)
		}
		if d := took(t, mustNew(t, o), 2); d != time.Minute {
			t.Errorf("two within what was learnt came after %v", d)
		}
		done, _ := first.Take(t.Context(), "a", "invoiceSend")
		done(5 * time.Minute)
		if d := took(t, mustNew(t, o), 1); d != 5*time.Minute {
			t.Errorf("after a refusal the next came after %v", d)
		}
	})
	state := stateFile(t, dir)
	if name := filepath.Base(state); strings.Contains(name, "a.json") || len(name) != len("0123456789abcdef0123456789abcdef.json") {
		t.Errorf("the state's name is %s", name)
	}
	if i, err := os.Stat(state); err != nil || runtime.GOOS != "windows" && i.Mode().Perm()&0o077 != 0 {
		t.Errorf("the state is open to others: %v, %v", i.Mode(), err)
	}
}

// A damaged state lets no burst through, and heals.
func TestDamagedState(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut off":  func(b []byte) []byte { return b[:len(b)/2] },
		"empty":    func([]byte) []byte { return nil },
		"one byte": func(b []byte) []byte { b[len(b)-3] ^= 1; return b },
		"garbage":  func([]byte) []byte { return []byte("\x00\xff{}") },
		"not ours": func([]byte) []byte { return []byte(header([]byte("[]")) + "\n[]") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := &Options{Limits: only(Limits{10, 30, 120}), Dir: dir}
				took(t, mustNew(t, o), 5)
				state := stateFile(t, dir)
				raw, err := os.ReadFile(state)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(state, damage(raw), 0o600); err != nil {
					t.Fatal(err)
				}
				b := mustNew(t, o)
				if d := took(t, b, 1); d < 25*time.Second || d > 31*time.Second {
					t.Errorf("the first came after %v", d)
				}
				if d := took(t, mustNew(t, o), 10); d < 4*time.Minute || d > 6*time.Minute {
					t.Errorf("ten more came in %v", d)
				}
				time.Sleep(2 * time.Hour)
				if d := took(t, b, 10); d != 0 {
					t.Errorf("later ten came in %v", d)
				}
			})
		})
	}
}

// A request of a process that died counts for as long as it may have been under way.
func TestAbandoned(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := &Options{Limits: only(Limits{1, -1, -1}), Dir: dir}
		if _, err := mustNew(t, o).Take(t.Context(), "a", "invoiceSend"); err != nil { // and never done
			t.Fatal(err)
		}
		if d := took(t, mustNew(t, o), 1); d < abandoned || d > abandoned+3*time.Second {
			t.Errorf("the next came after %v", d)
		}
	})
	synctest.Test(t, func(t *testing.T) { // done after all, but too late
		b := mustNew(t, &Options{Limits: only(Limits{1, -1, -1})})
		done, _ := b.Take(t.Context(), "a", "invoiceSend")
		time.Sleep(abandoned + time.Hour)
		done(0)
		if d := took(t, b, 1); d != 0 {
			t.Errorf("the next came after %v", d)
		}
	})
}

// The clock that processes share can be set; neither way lets a burst through, and
// none makes anybody wait longer than a window.
func TestClockIsSet(t *testing.T) {
	for _, by := range []time.Duration{-100 * 24 * time.Hour, -time.Hour, -10 * time.Second, 10 * time.Second, 2 * time.Hour, 100 * 24 * time.Hour} {
		t.Run(by.String(), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				var set time.Duration
				b := mustNew(t, &Options{Limits: only(Limits{-1, 10, -1}), Dir: dir})
				f := b.store.(*files)
				f.wall = func() time.Time { return time.Now().Add(set) }
				took(t, b, 10)
				set = by
				if d := took(t, b, 1); d < time.Minute || d > 62*time.Second {
					t.Errorf("the next came after %v", d)
				}
			})
		})
	}
	t.Run("a refusal", func(t *testing.T) {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			var set time.Duration
			b := mustNew(t, &Options{Limits: only(Limits{-1, 10, -1}), Dir: dir})
			b.store.(*files).wall = func() time.Time { return time.Now().Add(set) }
			done, _ := b.Take(t.Context(), "a", "invoiceSend")
			done(30 * time.Second)
			set = -24 * time.Hour
			if d := took(t, b, 1); d < 30*time.Second || d > 32*time.Second {
				t.Errorf("the next came after %v", d)
			}
		})
	})
}

func TestDirectoryFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(&Options{Dir: file}); err == nil {
		t.Error("a file is taken for a directory")
	}
	dir := t.TempDir()
	b := mustNew(t, &Options{Dir: dir})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Take(t.Context(), "a", "invoiceSend"); err == nil {
		t.Error("a request was let through uncounted")
	}
	if _, err := b.Plan(t.Context(), "a", Online(1)); err == nil {
		t.Error("planned without a state")
	}
}

// A lock that somebody else holds is waited for, as long as the context allows.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	b := mustNew(t, &Options{Dir: dir})
	f := b.store.(*files).file("a")
	other := mustNew(t, &Options{Dir: dir}).store.(*files).file("a")
	if err := other.lock.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.Take(ctx, "a", "invoiceSend"); err == nil {
		t.Error("the lock is of no use")
	}
	time.AfterFunc(20*time.Millisecond, func() { other.lock.Unlock() })
	done, err := b.Take(t.Context(), "a", "invoiceSend")
	if err != nil {
		t.Fatal(err)
	}
	done(0)
	if f.lock.Locked() {
		t.Error("the lock is held on")
	}
}

// worker is what TestProcesses starts: a process that makes requests.
func TestMain(m *testing.M) {
	if url := os.Getenv("BUDGET_TEST_URL"); url != "" {
		if err := work(url, os.Getenv("BUDGET_TEST_DIR"), os.Getenv("BUDGET_TEST_REQUESTS")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func work(url, dir, requests string) error {
	n, err := strconv.Atoi(requests)
	if err != nil {
		return err
	}
	b, err := New(&Options{Limits: only(Limits{40, -1, -1}), Dir: dir})
	if err != nil {
		return err
	}
	for range n {
		done, err := b.Take(context.Background(), "a", "invoiceSend")
		if err != nil {
			return err
		}
		resp, err := http.Get(url)
		if err != nil {
			return err
		}
		resp.Body.Close()
		done(0)
		fmt.Println(resp.StatusCode)
	}
	return nil
}

// Real processes, on the real clock, one of which is killed on the way.
func TestProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	s := &server{limits: Limits{40, -1, -1}}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if s.arrive() > 0 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer h.Close()
	dir := t.TempDir()
	var all sync.WaitGroup
	for n := range 4 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "BUDGET_TEST_URL="+h.URL, "BUDGET_TEST_DIR="+dir, "BUDGET_TEST_REQUESTS=30")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			if n == 0 { // after its fifth request
				lines := bufio.NewScanner(out)
				for range 5 {
					lines.Scan()
				}
				cmd.Process.Kill()
			}
			_, _ = io.Copy(io.Discard, out)
			if err := cmd.Wait(); err != nil && n > 0 {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(s.seen) < 95 || s.refused > 0 {
		t.Errorf("%d requests, %d refused", len(s.seen), s.refused)
	}
}

// Whatever is in a state, it is read or given up, and lets requests through some day.
func FuzzState(f *testing.F) {
	for _, body := range []string{`{}`, `{"used":{"invoiceSend":{"ended":[1,2],"open":[{"id":1,"sent":3}],"refusedAt":4,"refusedFor":5}}}`, `{"recovered":7}`, `null`,
		`{"limits":{"other":{"perHour":1}},"used":{"invoiceSend":null}}`, `{"used":{"invoiceSend":{"ended":[9,-9,9223372036854775807]}}}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		dir := t.TempDir()
		b := mustNew(t, &Options{Limits: only(Limits{10, 30, 120}), Dir: dir})
		path := b.store.(*files).file("a").path
		if err := os.WriteFile(path, append([]byte(header(body)+"\n"), body...), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if done, err := b.Take(ctx, "a", "invoiceSend"); err == nil {
			done(0)
		}
	})
}
