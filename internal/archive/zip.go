package archive

import (
	"archive/zip"
	"bufio"
	"context"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// zipBatch is how much of documents a job takes. The smaller they are, the more
// it costs to hand each to another goroutine.
const zipBatch = 128 << 10

// zipEntry is a document on its way into a zip.
type zipEntry struct {
	name         string
	size, packed int // bytes
	crc          uint32
}

// packZip writes documents to dst as a zip. Each is compressed on its own.
func packZip(ctx context.Context, dst io.Writer, docs *intake) error {
	w := zip.NewWriter(bufio.NewWriterSize(dst, 64<<10)) // which zip.Writer takes for its own and flushes
	p := &pipeline{compress: deflateEntries, emit: func(j *job) error { return writeEntries(w, j) }}
	if err := p.run(ctx, func() error { return fillZip(p, docs) }); err != nil {
		return err
	}
	return w.Close()
}

// fillZip gathers documents into jobs.
func fillZip(p *pipeline, docs *intake) error {
	j, err := p.take()
	if err != nil {
		return err
	}
	for doc, err := range docs.all() {
		if err != nil {
			return err
		}
		if len(j.in) >= zipBatch {
			p.submit(j)
			if j, err = p.take(); err != nil {
				return err
			}
		}
		start := len(j.in)
		if j.in, err = docs.read(doc, j.in); err != nil {
			return err
		}
		j.entries = append(j.entries, zipEntry{name: doc.Name, size: len(j.in) - start})
	}
	p.submit(j)
	return nil
}

func deflateEntries(w *flate.Writer, j *job) error {
	j.out = slices.Grow(j.out, len(j.in)) // growing by and by leaves garbage of the size of documents
	in := j.in
	for i := range j.entries {
		e := &j.entries[i]
		content, start := in[:e.size], len(j.out)
		in = in[e.size:]
		e.crc = crc32.ChecksumIEEE(content)
		w.Reset(j)
		if _, err := w.Write(content); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		e.packed = len(j.out) - start
	}
	return nil
}

func writeEntries(w *zip.Writer, j *job) error {
	out := j.out
	for _, e := range j.entries {
		if err := writeEntry(w, e, out[:e.packed]); err != nil {
			return err
		}
		out = out[e.packed:]
	}
	return nil
}

// writeEntry writes an entry whose sizes are known: unlike one with a data
// descriptor, it can be read front to back by anything.
func writeEntry(w *zip.Writer, e zipEntry, packed []byte) error {
	const (
		version  = 20       // of the specification: deflate
		unix     = 3 << 8   // of another system unzip would convert even UTF-8 names
		mode     = 0o100644 // a regular file
		utf8Flag = 1 << 11  // the name is UTF-8 (APPNOTE.TXT 4.4.4)
		day      = 1<<5 | 1 // 1 January 1980, the first there is: the same input gives the same bytes
	)
	header := &zip.FileHeader{
		Name:               e.name,
		Method:             zip.Deflate,
		CreatorVersion:     unix | version,
		ReaderVersion:      version,
		ModifiedDate:       day, //nolint:staticcheck // CreateRaw writes this and not Modified
		ExternalAttrs:      mode << 16,
		CRC32:              e.crc,
		CompressedSize64:   uint64(e.packed),
		UncompressedSize64: uint64(e.size),
	}
	if strings.ContainsFunc(e.name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		header.Flags = utf8Flag
	}
	entry, err := w.CreateRaw(header)
	if err == nil {
		_, err = entry.Write(packed)
	}
	return err
}
