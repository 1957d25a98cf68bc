package ksef

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/ksef-go/ksef/internal/archive"
)

// metadataName is the file in a package that describes the others.
const metadataName = "_metadata.json"

// Bounds of what is read out of a package: metadata of 10,000 invoices, and an
// invoice several times the size that KSeF takes at most.
const (
	maxMetadata = 256 << 20
	maxInvoice  = 16 << 20

	// heldBack is how much of documents is kept in memory when they precede
	// their metadata. Archives with more before it are read twice.
	heldBack = 16 << 20
)

// hashed is a document whose hash is on its way.
type hashed struct {
	Document
	sum chan [sha256.Size]byte
}

// documents yields the documents of the package, in their order. One goroutine
// unpacks, others hash what was unpacked, and the caller works meanwhile.
func (s *spool) documents(ctx context.Context, yield func(Document, error) bool) error {
	if len(s.arrived) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ready := make(chan hashed, 4)
	var unpacked error
	var unpacking sync.WaitGroup
	unpacking.Go(func() {
		defer close(ready)
		unpacked = s.unpack(func(d Document) error {
			h := hashed{d, make(chan [sha256.Size]byte, 1)}
			unpacking.Go(func() { h.sum <- sha256.Sum256(d.XML) })
			select {
			case ready <- h:
				return nil
			case <-ctx.Done():
				return ended(ctx)
			}
		})
	})
	defer func() { // also when yield panics
		cancel(errStopped)
		s.fail(errStopped) // nobody waits any more for parts
		for range ready {
		}
		unpacking.Wait()
	}()
	for d := range ready {
		if err := ended(ctx); err != nil {
			return fmt.Errorf("ksef: export %s: %w", s.pkg.export.state.ReferenceNumber, err)
		}
		if sum := <-d.sum; d.XML != nil && !bytes.Equal(sum[:], d.Hash) {
			return s.corrupt("invoice %s does not have the hash that its metadata states", d.KSeFNumber)
		}
		if !yield(d.Document, nil) {
			return errStopped
		}
	}
	return unpacked
}

// corrupt is the error of a package that is not what it is said to be.
func (s *spool) corrupt(format string, args ...any) error {
	return fmt.Errorf("ksef: export %s: %w: %s", s.pkg.export.state.ReferenceNumber, ErrCorrupt, fmt.Sprintf(format, args...))
}

// explain says what is wrong: with a part, if one could not be had, or with the
// archive.
func (s *spool) explain(err error) error {
	select {
	case <-s.broken:
		return s.failure
	default:
	}
	if _, ok := errors.AsType[*archive.Error](err); ok {
		return fmt.Errorf("ksef: export %s: %w: %w", s.pkg.export.state.ReferenceNumber, ErrCorrupt, err)
	}
	return err
}

// reading is what is known of a package while it is unpacked.
type reading struct {
	*spool
	state ExportState
	list  map[KSeFNumber]InvoiceMetadata // whose documents are to come; nil before the metadata
	early []Document                     // came before the metadata
	held  int64                          // bytes of early
	twice bool                           // too many came before: read again
	emit  func(Document) error
}

// unpack emits the documents of the archive.
func (s *spool) unpack(emit func(Document) error) error {
	r := &reading{spool: s, state: s.pkg.export.state, emit: emit}
	err := s.entries(func(e *archive.Entry) (more bool, err error) {
		if e.Name == metadataName {
			err = r.metadata(e)
		} else {
			err = r.entry(e)
		}
		return !r.twice || r.list == nil, err
	})
	if err != nil {
		return err
	}
	if r.list == nil {
		return s.corrupt("it has no %s", metadataName)
	}
	if r.twice {
		err := s.entries(func(e *archive.Entry) (more bool, err error) {
			if e.Name != metadataName {
				err = r.entry(e)
			}
			return true, err
		})
		if err != nil {
			return err
		}
	}
	for n := range r.list {
		return s.corrupt("of %d invoices %d are missing, %s among them", s.pkg.Count, len(r.list), n)
	}
	return nil
}

// entries reads the archive for as long as use wants more. At an error nobody waits
// any more for parts, also not what reads ahead.
func (s *spool) entries(use func(*archive.Entry) (more bool, err error)) error {
	for e, err := range archive.Entries(s, s.size, &archive.Limits{EntrySize: maxMetadata}) {
		more := false
		if err == nil {
			more, err = use(e)
		}
		if err != nil {
			err = s.explain(err)
			s.fail(err)
			return err
		}
		if !more {
			break
		}
	}
	return nil
}

// entry takes in a file that is to be an invoice.
func (r *reading) entry(e *archive.Entry) error {
	number, ok := strings.CutSuffix(e.Name, ".xml")
	switch {
	case !ok || r.state.OnlyMetadata:
		return r.corrupt("a file %q in it", e.Name)
	case e.Size > maxInvoice:
		return r.corrupt("invoice %s has %d bytes: want at most %d", number, e.Size, maxInvoice)
	case r.list == nil && r.held+e.Size > heldBack:
		r.twice, r.early = true, nil
	}
	if r.list == nil && r.twice {
		return nil
	}
	content := bytes.NewBuffer(make([]byte, 0, e.Size+bytes.MinRead))
	if _, err := content.ReadFrom(e); err != nil {
		return err
	}
	doc := Document{InvoiceMetadata: InvoiceMetadata{KSeFNumber: KSeFNumber(number)}, Role: r.state.Role, XML: content.Bytes()}
	if r.list == nil {
		r.early = append(r.early, doc)
		r.held += e.Size
		return nil
	}
	return r.match(doc)
}

// match emits a document together with its metadata.
func (r *reading) match(doc Document) error {
	m, ok := r.list[doc.KSeFNumber]
	if !ok {
		return r.corrupt("%s does not describe invoice %q", metadataName, doc.KSeFNumber)
	}
	delete(r.list, doc.KSeFNumber)
	doc.InvoiceMetadata = m
	return r.emit(doc)
}

// metadata reads the descriptions and emits the documents that came before
// them. If there are to be no documents, it emits the descriptions themselves.
func (r *reading) metadata(e io.Reader) error {
	file := &witness{Reader: e}
	all, err := readMetadata(file)
	if file.err != nil {
		return file.err
	}
	if err != nil {
		return r.corrupt("%s: %v", metadataName, err)
	}
	if len(all) != r.pkg.Count {
		return r.corrupt("%s describes %d invoices, KSeF counted %d", metadataName, len(all), r.pkg.Count)
	}
	r.list = make(map[KSeFNumber]InvoiceMetadata, len(all))
	for _, m := range all {
		if !m.KSeFNumber.safe() {
			return r.corrupt("%s describes an invoice %q, which is no KSeF number", metadataName, m.KSeFNumber)
		}
		r.list[m.KSeFNumber] = m
	}
	if len(r.list) != len(all) {
		return r.corrupt("%s describes an invoice twice", metadataName)
	}
	if r.state.OnlyMetadata {
		for _, m := range all {
			r.early = append(r.early, Document{InvoiceMetadata: m, Role: r.state.Role})
		}
	}
	for _, doc := range r.early {
		if err := r.match(doc); err != nil {
			return err
		}
	}
	r.early = nil
	return nil
}

// readMetadata reads the whole of a metadata file, {"invoices":[…]} with
// whatever else KSeF may come to put into it, one invoice after another.
func readMetadata(e io.Reader) (all []InvoiceMetadata, err error) {
	dec := json.NewDecoder(e)
	open := func(want json.Delim) {
		if t, failed := dec.Token(); err == nil && (failed != nil || t != want) {
			err = cmp.Or(failed, fmt.Errorf("%v where %v should be", t, want))
		}
	}
	open('{')
	for err == nil && dec.More() {
		var name json.Token
		if name, err = dec.Token(); err != nil {
			break
		}
		if name != "invoices" {
			err = dec.Decode(new(json.RawMessage))
			continue
		}
		for open('['); err == nil && dec.More(); {
			var m InvoiceMetadata
			err = dec.Decode(&m)
			all = append(all, m)
		}
		open(']')
	}
	open('}')
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF { // which also says that the archive was right
		return nil, cmp.Or(err, errors.New("more follows"))
	}
	return all, nil
}

// witness remembers what went wrong with a reader, whatever is made of it.
type witness struct {
	io.Reader
	err error
}

func (w *witness) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}
