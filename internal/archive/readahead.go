package archive

import (
	"io"
	"sync"
)

// How much is unpacked ahead of who reads it: enough to keep two goroutines from
// waiting for each other, little beside an invoice of the largest size.
const (
	aheadChunk  = 64 << 10
	aheadChunks = 4
)

// readAhead reads r in a goroutine of its own, so that inflating, which nothing
// makes quicker, goes on while what was inflated is put to use.
type readAhead struct {
	full chan chunk  // what was read, in order; closed at the end
	free chan []byte // to read into
	stop chan struct{}
	done sync.WaitGroup

	now  chunk // being read from
	left []byte
}

// chunk is a piece of what was read, and what the reading of it said.
type chunk struct {
	content []byte
	packed  source // as it was then
	err     error
}

// newReadAhead starts reading r, which itself reads packed. Whoever calls it must
// call close, and leave packed alone.
func newReadAhead(r io.Reader, packed *source) *readAhead {
	a := &readAhead{full: make(chan chunk, aheadChunks), free: make(chan []byte, aheadChunks), stop: make(chan struct{})}
	for range aheadChunks {
		a.free <- nil // made when needed: most archives are small
	}
	a.done.Go(func() {
		defer close(a.full)
		for {
			select {
			case buf := <-a.free:
				if buf == nil {
					buf = make([]byte, aheadChunk)
				}
				n, err := r.Read(buf)
				a.full <- chunk{buf[:n], *packed, err} // has room for all chunks there are
				if err != nil {
					return
				}
			case <-a.stop:
				return
			}
		}
	})
	return a
}

// Read implements [io.Reader].
func (a *readAhead) Read(p []byte) (int, error) {
	for len(a.left) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.content != nil {
			a.free <- a.now.content[:aheadChunk]
		}
		var ok bool
		if a.now, ok = <-a.full; !ok {
			a.now.err = io.ErrClosedPipe // read after close
		}
		a.left = a.now.content
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

// close ends the reading, when the source has answered what it was asked last.
func (a *readAhead) close() {
	close(a.stop)
	a.done.Wait()
}
