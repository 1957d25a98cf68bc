package ksef

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// BatchFile is one invoice document of a batch.
type BatchFile struct {
	// Name is the document's name in the package, at most 128 characters. KSeF
	// gives it back as [SessionInvoice.FileName].
	Name string

	// Content is the document, unless Open is set, which opens it to be read
	// and closed.
	Content []byte
	Open    func() (io.ReadCloser, error)
}

// BatchFiles iterates over the files of fsys whose names end in .xml, those in
// subdirectories included.
func BatchFiles(fsys fs.FS) iter.Seq2[BatchFile, error] {
	return func(yield func(BatchFile, error) bool) {
		for doc, err := range archive.Files(fsys) {
			if !yield(BatchFile(doc), err) {
				return
			}
		}
	}
}

// Compression is the format of a package.
type Compression string

// The formats KSeF takes. Of invoices, which are alike, a tar.gz is several
// times smaller than a zip.
const (
	TarGz Compression = "TarGz"
	Zip   Compression = "Zip"
)

// BatchOptions adjusts a batch. A nil *BatchOptions means the defaults. What
// KSeF allows (ksef-docs sesja-wsadowa.md) is checked while packing: 10,000
// documents, 50 parts of 100 MB, 5 GB in all.
type BatchOptions struct {
	FormCode    FormCode    // of all documents; zero for FA3
	Offline     bool        // the documents were issued in an offline mode
	Compression Compression // "" for TarGz
	PartSize    int64       // bytes of a part before encryption; 0 for 100,000,000

	// Dir is where the package is kept until it is sent; "" for the system's
	// temporary directory. It takes as much space as the package.
	Dir string

	// Parallel is how many parts are uploaded at once; 0 for 4.
	Parallel int

	// Progress, when set, hears how far packing and uploading are, from
	// several goroutines at once.
	Progress func(BatchProgress)

	// Checkpoint, when set, is given the session's state whenever something
	// has happened that a process which takes over must know: one after another,
	// each knowing all that the one before knew. An error of it stops the work.
	Checkpoint func(BatchState) error
}

// BatchProgress is how far a batch is.
type BatchProgress struct {
	Packed          int   // documents read so far
	Uploaded, Bytes int64 // bytes of the package, uploaded and in all; 0 while packing
}

// Batch is a package ready to be sent: packed, cut into parts, encrypted with
// a key of its own and kept on disk. It prints without the key.
type Batch struct {
	pkg  archive.Package
	key  seal.Key
	form FormCode
	off  bool
}

// PackBatch packs documents, in one pass and never whole in memory. It sends
// nothing. Errors name the document; nothing is left on disk then. Remove the
// package when it is no longer needed.
func PackBatch(ctx context.Context, files iter.Seq2[BatchFile, error], opts *BatchOptions) (*Batch, error) {
	o := opts.orDefault()
	format := archive.TarGz
	switch o.Compression {
	case "", TarGz:
	case Zip:
		format = archive.Zip
	default:
		return nil, &ArgumentError{"BatchOptions.Compression", fmt.Errorf("want %q or %q, got %q", TarGz, Zip, o.Compression)}
	}
	key, err := seal.New(nil)
	if err != nil {
		return nil, fmt.Errorf("ksef: batch key: %w", err)
	}
	docs := func(yield func(archive.Document, error) bool) {
		n := 0
		for file, err := range files {
			if !yield(archive.Document(file), err) {
				return
			}
			if n++; o.Progress != nil {
				o.Progress(BatchProgress{Packed: n})
			}
		}
	}
	pkg, err := archive.Pack(ctx, key, docs, &archive.Options{Format: format, Dir: o.Dir, PartSize: o.PartSize})
	if err != nil {
		return nil, fmt.Errorf("ksef: batch: %w", err)
	}
	return &Batch{*pkg, key, o.FormCode.orDefault(), o.Offline}, nil
}

func (o *BatchOptions) orDefault() BatchOptions {
	var out BatchOptions
	if o != nil {
		out = *o
	}
	if out.Parallel <= 0 {
		out.Parallel = 4
	}
	return out
}

// Count is how many documents the batch has.
func (b *Batch) Count() int { return b.pkg.Count }

// Size is how many bytes are to be uploaded, in how many parts.
func (b *Batch) Size() (bytes int64, parts int) {
	for _, p := range b.pkg.Parts {
		bytes += p.Sealed.Size
	}
	return bytes, len(b.pkg.Parts)
}

// Remove removes the package from disk, and nothing that others have put beside
// it. Removing it again does nothing.
func (b *Batch) Remove() error { return b.pkg.Remove() }
