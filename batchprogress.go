package ksef

import (
	"io"
	"sync/atomic"
)

// progress counts what several uploads send.
type progress struct {
	report func(BatchProgress)
	packed int
	total  int64
	sent   atomic.Int64
}

// progress starts counting with what has arrived already.
func (s *BatchSession) progress() *progress {
	p := &progress{report: s.opts.Progress, packed: s.state.batch.Count()}
	p.total, _ = s.state.batch.Size()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, part := range s.state.batch.pkg.Parts {
		if s.state.arrived[part.Ordinal] {
			p.sent.Add(part.Sealed.Size)
		}
	}
	return p
}

func (p *progress) add(n int64) {
	if sent := p.sent.Add(n); p.report != nil && n != 0 {
		p.report(BatchProgress{Packed: p.packed, Uploaded: sent, Bytes: p.total})
	}
}

// counter reports how much is read through it.
type counter struct {
	io.Reader
	read func(int)
}

func (c counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read(n)
	return n, err
}
