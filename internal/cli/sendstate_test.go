package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// A lock that is removed when it is given up still keeps others out, whenever they came.
func TestLockForNow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sending", "x.lock")
	var inside, most, times atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				unlock, err := lockForNow(name)
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n > most.Load() {
					most.Store(n)
				}
				times.Add(1)
				runtime.Gosched()
				inside.Add(-1)
				unlock()
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || times.Load() != 800 {
		t.Errorf("locked %d times, by %d at once at most", times.Load(), most.Load())
	}
	if _, err := os.Stat(name); runtime.GOOS != "windows" && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of the lock: %v", err)
	}
}
