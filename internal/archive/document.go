package archive

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
)

// Document is one file to be packed.
type Document struct {
	// Name is the name in the archive: a path with slashes, of at most 128
	// characters by default. KSeF gives it back as invoiceFileName.
	Name string

	// Content is the content, unless Open is set. Pack does not use it after
	// the iterator has gone on.
	Content []byte

	// Open, if set, opens the content for Pack to read and close.
	Open func() (io.ReadCloser, error)
}

// append appends the content to dst. Of one that is larger than most it appends
// no more than it takes to know.
func (d *Document) append(dst []byte, most int64) ([]byte, error) {
	if d.Open == nil {
		if int64(len(d.Content)) > most {
			return dst, overLimit(LargeEntry, d.Name, most, int64(len(d.Content)), "bytes")
		}
		return append(dst, d.Content...), nil
	}
	src, err := d.Open()
	if err != nil {
		return dst, &Error{Fault: Unreadable, Name: d.Name, Err: err}
	}
	defer src.Close()
	start := len(dst)
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := src.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if size := int64(len(dst) - start); size > most {
			return dst, overLimit(LargeEntry, d.Name, most, size, "bytes")
		}
		if err == io.EOF {
			return dst, nil
		}
		if err != nil {
			return dst, &Error{Fault: Unreadable, Name: d.Name, Err: err}
		}
	}
}

// errIrregular is why a directory or a pipe named *.xml is not packed.
var errIrregular = errors.New("not a regular file")

// Files iterates over the files of fsys whose names end in .xml, in any case,
// those in subdirectories included, in lexical order. Other files are passed
// over. A name is the path in fsys.
func Files(fsys fs.FS) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
			doc := Document{Name: name}
			switch {
			case err != nil:
			case entry.IsDir() || !strings.EqualFold(path.Ext(name), ".xml"):
				return nil
			default:
				doc.Open = func() (io.ReadCloser, error) { return openRegular(fsys, name) }
			}
			if !yield(doc, err) || err != nil {
				return fs.SkipAll
			}
			return nil
		})
		_ = err // the function returns nothing else than nil and SkipAll
	}
}

// openRegular opens a file. What is not a regular one, once links have been
// followed, is refused: reading a pipe might never end.
func openRegular(fsys fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errIrregular}
	}
	return fsys.Open(name)
}
