package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/internal/seal"
)

// Package is an archive that has been cut, sealed and written to disk. It
// encodes to JSON and back, so that a program that died can send what another
// has packed; it holds no secret.
type Package struct {
	Dir       string      `json:"dir"` // where the parts are
	Format    Format      `json:"format"`
	Archive   seal.Digest `json:"archive"`             // before it was cut and sealed
	Parts     []Part      `json:"parts"`               // in order
	Count     int         `json:"count"`               // of documents
	Documents []Packed    `json:"documents,omitempty"` // in order, if Options.Digests was set
}

// Part is one part of a package, in a file of its own.
type Part struct {
	Ordinal int    `json:"ordinal"` // from 1
	File    string `json:"file"`    // name of the file in the package's Dir
	seal.Digests
}

// Packed is a document in a package.
type Packed struct {
	Name string `json:"name"`
	seal.Digest
}

// Open opens the sealed content of the part with an ordinal.
func (p *Package) Open(ordinal int) (*os.File, error) {
	if ordinal < 1 || ordinal > len(p.Parts) {
		return nil, fmt.Errorf("archive: opening part %d of a package of %d parts: %w", ordinal, len(p.Parts), os.ErrNotExist)
	}
	return os.Open(filepath.Join(p.Dir, p.Parts[ordinal-1].File))
}

// Check reports what keeps p, decoded from JSON, from being a package that Pack
// has made. It does not look at the disk.
func (p *Package) Check() error {
	if !filepath.IsAbs(p.Dir) || len(p.Parts) == 0 {
		return fmt.Errorf("archive: no package: %d parts in %q", len(p.Parts), p.Dir)
	}
	for i, part := range p.Parts {
		if part.Ordinal != i+1 || part.File != partName(part.Ordinal, p.Format) {
			return fmt.Errorf("archive: no package: part %d is number %d, in file %q", i+1, part.Ordinal, part.File)
		}
	}
	return nil
}

// Remove removes the package from disk, and nothing that is not its own: what
// else is in its directory stays, and is an error. Removing it again does
// nothing.
func (p *Package) Remove() error {
	var errs []error
	for _, part := range p.Parts {
		errs = append(errs, remove(filepath.Join(p.Dir, part.File)))
	}
	return errors.Join(append(errs, remove(p.Dir))...)
}

func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Pack packs documents into an archive, cut into parts that are each sealed
// with key, in a fresh directory inside opts.Dir. The caller removes the package
// when it is no longer needed. The files are not synced to disk: they survive
// the process, not the machine.
//
// What KSeF would refuse stops it as soon as it is seen: too many documents,
// parts or bytes, names that are not allowed, occur twice or differ in case
// alone. Such an [*Error] names the document and its [Fault]. Nothing is left
// on disk after a failure, and no goroutine after the call. It ends with the
// context's error soon after ctx does, unless the iterator or the reading of a
// document hangs.
//
// On two processors it works with about 6 MB for a tar.gz, and with six times
// the size of a large document, plain and compressed, for a zip; besides the
// names, and of a zip the headers, of all documents.
func Pack(ctx context.Context, key seal.Key, docs iter.Seq2[Document, error], opts *Options) (_ *Package, err error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Dir, "ksef-package-")
	if err == nil {
		dir, err = filepath.Abs(dir) // who sends it may work elsewhere
	}
	if err != nil {
		return nil, spoolError(err)
	}
	s := &spool{dir: dir, key: key, opts: o}
	done := false
	defer func() {
		if done {
			return
		}
		if left := s.abandon(); left != nil {
			err = errors.Join(err, left)
		}
	}()
	in := &intake{docs: docs, opts: o, names: names{}}
	if o.Format == Zip {
		err = packZip(ctx, s, in)
	} else {
		err = packTarGz(ctx, s, in)
	}
	if err == nil {
		err = s.endPart()
	}
	if err != nil {
		return nil, err
	}
	done = true
	return &Package{
		Dir: dir, Format: o.Format, Archive: s.digest(), Parts: s.parts,
		Count: len(in.names), Documents: in.packed,
	}, nil
}
