package archive

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// zipBody is the content of the current entry of a zip. Its parts are used for
// one entry after another.
type zipBody struct {
	name   string
	src    *source
	packed *io.LimitedReader
	input  *bufio.Reader // of what is packed
	flate  io.ReadCloser
	r      io.Reader // the content: input or flate
	left   int64     // bytes still to come
	crc    uint32    // so far
	want   uint32
	err    error // after the end: io.EOF or what is wrong
}

// open starts with another entry.
func (b *zipBody) open(name string, h *zipHeader, packed *io.LimitedReader, src *source) {
	if b.input == nil {
		b.input = bufio.NewReaderSize(nil, 16<<10)
		b.flate = flate.NewReader(nil)
	}
	b.name, b.src, b.packed = name, src, packed
	b.left, b.crc, b.want, b.err = int64(h.size), 0, h.crc, nil
	b.input.Reset(packed)
	b.r = b.input
	if h.method == methodDeflate {
		b.err = b.flate.(flate.Resetter).Reset(b.input, nil)
		b.r = b.flate
	}
}

func (b *zipBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if b.left == 0 {
		b.err = b.end()
		return 0, b.err
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.crc = crc32.Update(b.crc, crc32.IEEETable, p[:n])
	b.left -= int64(n)
	switch {
	case err == io.EOF && b.left > 0:
		b.err = b.wrong(fmt.Sprintf("%d bytes fewer", b.left))
	case err != nil && err != io.EOF:
		b.err = b.src.explain(b.name, err)
	}
	return n, b.err
}

// end checks that there is no more content, no more that is packed, and that
// the checksum is right.
func (b *zipBody) end() error {
	var one [1]byte
	switch n, err := io.ReadFull(b.r, one[:]); {
	case n > 0:
		return b.wrong("more bytes")
	case err != io.EOF:
		return b.src.explain(b.name, err)
	case b.input.Buffered() > 0 || b.packed.N > 0:
		return &Error{Fault: Ambiguous, Name: b.name, Expected: "nothing after the end of the deflated content"}
	case b.crc != b.want:
		return &Error{Fault: Checksum, Name: b.name, Expected: fmt.Sprintf("%08x", b.want), Found: fmt.Sprintf("%08x", b.crc)}
	default:
		return io.EOF
	}
}

func (b *zipBody) wrong(found string) error {
	return &Error{Fault: Malformed, Name: b.name, Expected: "content of the size the headers say", Found: found}
}
