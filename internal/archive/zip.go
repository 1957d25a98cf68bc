package archive

import (
	"archive/zip"
	"context"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// packZip writes documents to dst as a zip. Each is compressed on its own.
func packZip(ctx context.Context, dst io.Writer, docs *intake) error {
	w := zip.NewWriter(dst)
	p := &pipeline{compress: deflateEntry, emit: func(j *job) error { return writeEntry(w, j) }}
	err := p.run(ctx, func() error {
		for doc, err := range docs.all() {
			if err != nil {
				return err
			}
			j, err := p.take()
			if err != nil {
				return err
			}
			j.name = doc.Name
			if j.in, err = docs.read(doc, j.in); err != nil {
				return err
			}
			p.submit(j)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Close()
}

func deflateEntry(w *flate.Writer, j *job) error {
	j.crc = crc32.ChecksumIEEE(j.in)
	j.out = slices.Grow(j.out, len(j.in)) // growing by and by leaves garbage of the size of documents
	w.Reset(j)
	if _, err := w.Write(j.in); err != nil {
		return err
	}
	return w.Close()
}

// writeEntry writes an entry whose sizes are known: unlike one with a data
// descriptor, it can be read front to back by anything.
func writeEntry(w *zip.Writer, j *job) error {
	const (
		version  = 20       // of the specification: deflate
		unix     = 3 << 8   // of another system unzip would convert even UTF-8 names
		mode     = 0o100644 // a regular file
		utf8Flag = 1 << 11  // the name is UTF-8 (APPNOTE.TXT 4.4.4)
		day      = 1<<5 | 1 // 1 January 1980, the first there is: the same input gives the same bytes
	)
	header := &zip.FileHeader{
		Name:               j.name,
		Method:             zip.Deflate,
		CreatorVersion:     unix | version,
		ReaderVersion:      version,
		ModifiedDate:       day, //nolint:staticcheck // CreateRaw writes this and not Modified
		ExternalAttrs:      mode << 16,
		CRC32:              j.crc,
		CompressedSize64:   uint64(len(j.out)),
		UncompressedSize64: uint64(len(j.in)),
	}
	if strings.ContainsFunc(j.name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		header.Flags = utf8Flag
	}
	entry, err := w.CreateRaw(header)
	if err == nil {
		_, err = entry.Write(j.out)
	}
	return err
}
