package mirror

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ksef-go/ksef"
)

// batch is what becomes part of the mirror at once: files that are being
// written to the directory of what is coming in, and an open transaction.
// Documents go through three hands: some read them, some write them to files,
// one fills the index.
type batch struct {
	m      *Mirror
	dir    string          // of the files, in the directory of what is coming in
	ctx    context.Context // ends when any of it fails
	cancel context.CancelCauseFunc
	tx     *sql.Tx

	docs    chan ksef.Document
	read    chan *row
	written chan *row
	hands   [3]sync.WaitGroup
	joining sync.Once
	moves   []move // of the files that are written; the hand that fills the index has them
}

// row is what the index comes to know of an invoice.
type row struct {
	ksef.Document
	name, path     string
	metadata       []byte
	parties, words string
}

// move is a file's way into the mirror.
type move struct{ name, path string }

// newBatch begins a batch whose files are kept in a directory of their own.
func (m *Mirror) newBatch(ctx context.Context, dir string) (*batch, error) {
	if err := os.MkdirAll(m.incoming(dir, ""), 0o700); err != nil {
		return nil, err
	}
	tx, err := m.db.Begin() // not with ctx, at whose end it would be over behind our back
	if err != nil {
		return nil, err
	}
	b := &batch{m: m, dir: dir, tx: tx, docs: make(chan ksef.Document, 4), read: make(chan *row, 4), written: make(chan *row, 64)}
	b.ctx, b.cancel = context.WithCancelCause(ctx)
	for range runtime.GOMAXPROCS(0) {
		b.hands[0].Go(func() { hand(b, b.docs, b.read, readRow) })
	}
	for range writers {
		b.hands[1].Go(func() { hand(b, b.read, b.written, b.write) })
	}
	b.hands[2].Go(b.fill)
	return b, nil
}

// add takes a document in.
func (b *batch) add(doc ksef.Document) error {
	select {
	case b.docs <- doc:
		return nil
	case <-b.ctx.Done():
		return context.Cause(b.ctx)
	}
}

// hand does something with all that comes and hands it on. When anything has
// failed it lets the rest pass by.
func hand[In, Out any](b *batch, in <-chan In, out chan<- Out, do func(In) (Out, error)) {
	for x := range in {
		if b.ctx.Err() != nil {
			continue
		}
		y, err := do(x)
		if err != nil {
			b.cancel(err)
			continue
		}
		select {
		case out <- y:
		case <-b.ctx.Done():
		}
	}
}

// readRow reads what the index wants.
func readRow(doc ksef.Document) (*row, error) {
	name, err := fileName(doc.KSeFNumber)
	if err != nil {
		return nil, err
	}
	r := &row{Document: doc, name: name}
	if r.path, err = filePath(doc.Role, name); err != nil {
		return nil, err
	}
	if r.metadata, err = json.Marshal(&doc.InvoiceMetadata); err != nil {
		return nil, fmt.Errorf("invoice %s: %w", doc.KSeFNumber, err)
	}
	r.parties, r.words = partyWords(&doc.InvoiceMetadata), documentWords(doc.XML)
	return r, nil
}

// write writes a document to the directory of what is coming in.
func (b *batch) write(r *row) (*row, error) {
	f, err := os.OpenFile(b.m.incoming(b.dir, r.name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(r.XML); err != nil {
		f.Close()
		return nil, err
	}
	return r, finish(f)
}

func (m *Mirror) incoming(dir, name string) string {
	return filepath.Join(m.own(incomingDir), dir, name)
}

// fill puts rows into the index.
func (b *batch) fill() {
	in, err := newInserter(b.tx)
	if err != nil {
		b.cancel(err)
	}
	for r := range b.written {
		if b.ctx.Err() != nil {
			continue
		}
		path, err := in.insert(r)
		if err != nil {
			b.cancel(fmt.Errorf("invoice %s: %w", r.KSeFNumber, err))
			continue
		}
		b.moves = append(b.moves, move{r.name, path})
	}
}

// join waits until all documents are taken in, or none will be.
func (b *batch) join() error {
	b.joining.Do(func() {
		close(b.docs)
		b.hands[0].Wait()
		close(b.read)
		b.hands[1].Wait()
		close(b.written)
		b.hands[2].Wait()
	})
	return context.Cause(b.ctx)
}

// commit makes the batch part of the mirror, together with the state, but for
// the places of its files: settle them. When it fails, discard the batch.
func (b *batch) commit(state ksef.SyncState) error {
	if err := b.join(); err != nil {
		return err
	}
	b.cancel(nil)
	return b.makeDurable(state)
}

func (b *batch) makeDurable(state ksef.SyncState) error {
	if err := putState(b.tx, state); err != nil {
		return err
	}
	if len(b.moves) > 0 {
		if err := stabilize(b.m.incoming(b.dir, "")); err != nil {
			return err
		}
	}
	return b.tx.Commit()
}

// discard ends a batch as if it had never been. Of a commit that failed nobody
// knows whether it happened: then the files stay, and who opens the mirror next
// finds out.
func (b *batch) discard() error {
	b.cancel(errors.New("discarded"))
	_ = b.join() // says the same, or what is known
	if err := b.tx.Rollback(); err != nil {
		if errors.Is(err, sql.ErrTxDone) {
			return nil
		}
		return err
	}
	return b.m.emptyIncoming()
}

// settle moves files to their places. Where there is one already it is replaced
// by the same, which heals a damaged one.
func (m *Mirror) settle(dir string, moves []move) error {
	made := map[string]bool{}
	for _, v := range moves {
		to := filepath.Join(m.dir, filepath.FromSlash(v.path))
		if parent := filepath.Dir(to); !made[parent] {
			if err := os.MkdirAll(parent, 0o700); err != nil {
				return err
			}
			made[parent] = true
		}
		if err := os.Rename(m.incoming(dir, v.name), to); err != nil {
			return err
		}
	}
	return nil
}

// recover puts in order what an interrupted run left, unless somebody is at
// work.
func (m *Mirror) recover() error {
	left, err := filepath.Glob(m.incoming("*", "*"))
	if err != nil || len(left) == 0 {
		return err
	}
	unlock, err := m.lock()
	if errors.Is(err, ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unlock()
	return m.emptyIncoming()
}

// emptyIncoming moves the files that the index knows to their places and
// removes the others. The caller is the only writer.
func (m *Mirror) emptyIncoming() error {
	dirs, err := os.ReadDir(m.own(incomingDir))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		left, err := os.ReadDir(m.incoming(dir.Name(), ""))
		if err != nil {
			return err
		}
		for _, file := range left {
			if err := m.decide(dir.Name(), file.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// decide moves a file to its place or removes it.
func (m *Mirror) decide(dir, name string) error {
	doc, err := os.ReadFile(m.incoming(dir, name))
	if err != nil {
		return err
	}
	v := move{name: name}
	var hash []byte
	err = m.db.QueryRow(`SELECT path, hash FROM invoices WHERE ksef_number = ?`, numberOf(name)).Scan(&v.path, &hash)
	sum := sha256.Sum256(doc)
	switch {
	case err == nil && bytes.Equal(sum[:], hash):
		return m.settle(dir, []move{v})
	case err == nil, errors.Is(err, sql.ErrNoRows):
		return os.Remove(m.incoming(dir, name))
	}
	return err
}
