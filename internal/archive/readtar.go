package archive

import (
	"archive/tar"
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// packedBuffer is how much of a tar.gz is read at once.
const packedBuffer = 64 << 10

// TarGzEntries is [Entries] for a tar.gz that comes as a stream, such as the
// parts of a package opened one after another. Errors of r are returned as they
// are.
func TarGzEntries(r io.Reader, limits *Limits) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		t := &tarStream{gate: newGate(limits)}
		defer t.close() // when an error is told: who hears of it may have to keep r from waiting
		if err := t.each(r, func(e *Entry) bool { return yield(e, nil) }); err != nil && err != errStopped {
			yield(nil, err)
		}
	}
}

// tarStream is the tar inside a gzip. It counts what goes in and what comes
// out: neither the headers of a tar nor its padding can hide a bomb.
type tarStream struct {
	gate
	ahead  *readAhead
	packed source // as it was when what is read now was unpacked
	n      int64  // bytes unpacked, as far as they were read
	name   string // of the entry that is being read
}

// Read reads the tar.
func (t *tarStream) Read(p []byte) (int, error) {
	n, err := t.ahead.Read(p)
	t.packed = t.ahead.now.packed
	if t.n += int64(n); t.n > t.TotalSize {
		return n, overLimit(LargeArchive, t.name, t.TotalSize, t.n, "bytes unpacked")
	}
	if err := t.checkRatio(t.name, t.packed.n, t.n); err != nil {
		return n, err
	}
	return n, t.packed.explain(t.name, err)
}

// close ends the reading ahead.
func (t *tarStream) close() {
	if t.ahead != nil {
		t.ahead.close()
	}
}

// each yields the entries of r until there are no more. If yield returns false, it
// returns errStopped.
func (t *tarStream) each(r io.Reader, yield func(*Entry) bool) error {
	packed := &source{r: r}
	unpacked, err := gzip.NewReader(bufio.NewReaderSize(packed, packedBuffer))
	switch err {
	case nil:
	case io.EOF:
		return &Error{Fault: Truncated, Expected: "a gzip", Found: "nothing"}
	default:
		return packed.explain("", err)
	}
	t.ahead = newReadAhead(unpacked, packed)
	entries := tar.NewReader(t)
	end := int64(0) // of the last entry with its padding
	for {
		header, err := entries.Next()
		if err == io.EOF {
			return t.checkEnd(end)
		}
		if err != nil {
			return t.packed.explain(t.name, err)
		}
		end = t.n + (header.Size+511)/512*512
		entry, err := t.entry(header)
		if err != nil {
			return err
		}
		if entry == nil {
			continue
		}
		entry.body = &tarBody{t, entries}
		if !yield(entry) {
			return errStopped
		}
	}
}

// entry returns the entry of a header, or nil if it is a directory.
func (t *tarStream) entry(header *tar.Header) (*Entry, error) {
	t.name = header.Name
	for record := range header.PAXRecords {
		if strings.HasPrefix(record, "GNU.sparse.") {
			return nil, &Error{Fault: Unsupported, Name: header.Name, Expected: "a regular file", Found: "a sparse one"}
		}
	}
	switch header.Typeflag {
	case tar.TypeReg:
		name, err := t.admit(header.Name, header.Size)
		if err != nil {
			return nil, err
		}
		return &Entry{Name: name, Size: header.Size}, nil
	case tar.TypeDir:
		return nil, t.passDirectory(header.Name, header.Size)
	default:
		return nil, &Error{Fault: Unsupported, Name: header.Name, Expected: "a regular file", Found: fmt.Sprintf("type %q", header.Typeflag)}
	}
}

// checkEnd checks what follows the last entry: two blocks of zeros, which
// [tar.Reader] does not insist on, then nothing but zeros, since another
// program might take what is there for entries, and the end of the gzip.
func (t *tarStream) checkEnd(end int64) error {
	t.name = ""
	if t.n-end < 1024 {
		return &Error{Fault: Truncated, Expected: "two blocks of zeros at the end of the tar"}
	}
	buf := make([]byte, 8<<10)
	for {
		n, err := t.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return &Error{Fault: Ambiguous, Expected: "zeros after the end of the tar"}
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// tarBody is the content of the current entry.
type tarBody struct {
	stream *tarStream
	r      *tar.Reader
}

func (b *tarBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	return n, b.stream.packed.explain(b.stream.name, err)
}
