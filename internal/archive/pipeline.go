package archive

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/klauspost/compress/flate"
)

// maxWorkers bounds the memory of a pipeline on large machines. More would
// only wait for the one goroutine that hashes and seals.
const maxWorkers = 8

// level is the level of compression. The next one that makes invoices smaller
// is 8, which takes twice the time for a thirtieth less.
const level = 6

// job is a piece of work on its way through a pipeline. Jobs and their buffers
// are used again and again.
type job struct {
	in      []byte        // plain
	out     []byte        // compressed
	entries []zipEntry    // of a zip: the documents in in and out
	dict    []byte        // of a tar.gz: what came before in
	last    bool          // of a tar.gz: nothing comes after in
	err     error         // of compression
	done    chan struct{} // receives when out and err are set
}

// Write appends to out: a job is what a compressor writes to.
func (j *job) Write(p []byte) (int, error) {
	j.out = append(j.out, p...)
	return len(p), nil
}

// pipeline compresses jobs on as many goroutines as there are processors, and
// emits them on one more, in the order in which they were submitted.
type pipeline struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	compress func(*flate.Writer, *job) error
	emit     func(*job) error

	free, work, order chan *job // each has room for all jobs there are
}

// errPanic stops the goroutines when the one that fills jobs panics, as a
// caller's iterator may.
var errPanic = errors.New("archive: panic while packing")

// run runs fill, which takes and submits jobs, and waits until all of them have
// been emitted, or dropped after a failure. It returns the first failure. No
// goroutine is left then, not even after a panic.
func (p *pipeline) run(ctx context.Context, fill func() error) (err error) {
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	workers := min(runtime.GOMAXPROCS(0), maxWorkers)

	// The number of jobs bounds the memory: one in the hands of each worker, one
	// at its door, one that is filled and one that is emitted.
	jobs := 2*workers + 2
	p.free, p.work, p.order = make(chan *job, jobs), make(chan *job, jobs), make(chan *job, jobs)
	for range jobs {
		p.free <- &job{done: make(chan struct{}, 1)}
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(p.worker)
	}
	wg.Go(p.emitter)

	err = errPanic
	defer func() {
		if err != nil {
			p.cancel(err)
		}
		close(p.work)
		close(p.order)
		wg.Wait()
		err = context.Cause(p.ctx)
		p.cancel(nil)
	}()
	err = fill()
	return err
}

// worker compresses jobs. After a failure it passes them on untouched.
func (p *pipeline) worker() {
	deflater, err := flate.NewWriter(nil, level)
	for j := range p.work {
		if j.err = err; err == nil && p.ctx.Err() == nil {
			j.err = p.compress(deflater, j)
		}
		j.done <- struct{}{}
	}
}

// emitter emits jobs, and frees them. After a failure it only frees them.
func (p *pipeline) emitter() {
	for j := range p.order {
		<-j.done
		err := j.err
		if err == nil && p.ctx.Err() == nil {
			err = p.emit(j)
		}
		if err != nil {
			p.cancel(err)
		}
		p.free <- j
	}
}

// take returns an empty job to be filled, or why no more is to be done.
func (p *pipeline) take() (*job, error) {
	select {
	case <-p.ctx.Done():
	case j := <-p.free:
		if p.ctx.Err() != nil {
			break // select chooses at random when there is both
		}
		*j = job{in: j.in[:0], out: j.out[:0], entries: j.entries[:0], dict: j.dict[:0], done: j.done}
		return j, nil
	}
	return nil, context.Cause(p.ctx)
}

// submit sends a job on its way.
func (p *pipeline) submit(j *job) {
	p.order <- j
	p.work <- j
}
