package archive

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"
)

const (
	// gzipBlock is how much of a tar is compressed at once. Smaller blocks keep
	// all processors busy to the end, larger ones spend less time on windows.
	gzipBlock = 512 << 10

	// gzipWindow is how far back deflate can refer (RFC 1951 §2).
	gzipWindow = 32 << 10
)

// packTarGz writes documents to dst as a tar in gzip. The tar is compressed in
// blocks, side by side; each block knows the end of the one before and ends on
// a byte, so that together they are one ordinary gzip member.
func packTarGz(ctx context.Context, dst io.Writer, docs *intake) error {
	// No name, no time, maximum compression not claimed, system unknown: the
	// same input gives the same bytes (RFC 1952 §2.3).
	if _, err := dst.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}); err != nil {
		return err
	}
	var crc, size uint32
	p := &pipeline{compress: deflateBlock, emit: func(j *job) error {
		crc = crc32.Update(crc, crc32.IEEETable, j.in)
		size += uint32(len(j.in)) // modulo 2³², as the format wants it
		_, err := dst.Write(j.out)
		return err
	}}
	err := p.run(ctx, func() error { return writeTar(&blocks{pipeline: p}, docs) })
	if err != nil {
		return err
	}
	trailer := binary.LittleEndian.AppendUint32(nil, crc)
	_, err = dst.Write(binary.LittleEndian.AppendUint32(trailer, size))
	return err
}

// writeTar writes documents to dst as a tar.
func writeTar(dst *blocks, docs *intake) error {
	headers, err := newTarHeaders()
	if err != nil {
		return err
	}
	var content []byte
	zeros := make([]byte, 2*tarBlock)
	for doc, err := range docs.all() {
		if err != nil {
			return err
		}
		if content, err = docs.read(doc, content[:0]); err != nil {
			return err
		}
		header, err := headers.header(doc.Name, int64(len(content)))
		if err != nil {
			return err
		}
		padding := (tarBlock - len(content)%tarBlock) % tarBlock
		for _, p := range [][]byte{header, content, zeros[:padding]} {
			if err := dst.write(p); err != nil {
				return err
			}
		}
	}
	if err := dst.write(zeros); err != nil { // two empty blocks are the end
		return err
	}
	dst.close()
	return nil
}

func deflateBlock(w *flate.Writer, j *job) error {
	w.ResetDict(j, j.dict)
	if _, err := w.Write(j.in); err != nil {
		return err
	}
	if j.last {
		return w.Close()
	}
	return w.Flush()
}

// blocks cuts what is written to it into jobs of a pipeline.
type blocks struct {
	*pipeline
	job *job // being filled
}

func (b *blocks) write(p []byte) error {
	for len(p) > 0 {
		if b.job == nil || len(b.job.in) == gzipBlock {
			if err := b.next(); err != nil {
				return err
			}
		}
		n := min(len(p), gzipBlock-len(b.job.in))
		b.job.in = append(b.job.in, p[:n]...)
		p = p[n:]
	}
	return nil
}

// next submits a full block, now that it is known not to be the last one, and
// takes another.
func (b *blocks) next() error {
	j, err := b.take()
	if err != nil {
		return err
	}
	j.in = slices.Grow(j.in, gzipBlock)
	if b.job != nil {
		j.dict = append(j.dict, b.job.in[gzipBlock-gzipWindow:]...)
		b.submit(b.job)
	}
	b.job = j
	return nil
}

// close submits the last block. A tar is never empty, so there is one.
func (b *blocks) close() {
	b.job.last = true
	b.submit(b.job)
}
