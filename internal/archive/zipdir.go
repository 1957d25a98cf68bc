package archive

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
)

// directory is where the central directory of a zip lies.
type directory struct {
	offset, size, entries uint64
}

// findDirectory reads the end of a zip. Programs look for it in different ways,
// so there must be one way only: the last end record there is, with a comment
// that reaches to the end of the file, right after the directory or, if there
// is one, the zip64 end record, which must say the same.
func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail, err := readAt(r, max(0, size-endLen-0xFFFF), int(min(size, endLen+0xFFFF)))
	if err != nil {
		return directory{}, err
	}
	at := bytes.LastIndex(tail, []byte(endMagic))
	if at < 0 {
		return directory{}, &Error{Fault: Truncated, Expected: "the end record of a zip"}
	}
	f := tail[at:]
	if len(f) < endLen {
		return directory{}, &Error{Fault: Truncated, Expected: "a whole end record"}
	}
	f.skip(4)
	disk, start, here, entries, dirSize, offset, comment := f.u16(), f.u16(), f.u16(), f.u16(), f.u32(), f.u32(), f.u16()
	if int(comment) != len(f) {
		return directory{}, &Error{Fault: Ambiguous, Expected: "the end record at the end, with its comment", Found: fmt.Sprintf("a comment of %d bytes, declared as %d", len(f), comment)}
	}
	if disk != 0 && disk != 0xFFFF || start != 0 && start != 0xFFFF || here != entries {
		return directory{}, &Error{Fault: Unsupported, Expected: "a zip in one piece"}
	}
	end := size - int64(len(tail)-at)
	dir := directory{uint64(offset), uint64(dirSize), uint64(entries)}
	wide, err := findDirectory64(r, end)
	if err != nil {
		return directory{}, err
	}
	if wide != nil {
		if !agree(dir.offset, wide.offset, 0xFFFFFFFF) || !agree(dir.size, wide.size, 0xFFFFFFFF) || !agree(dir.entries, wide.entries, 0xFFFF) {
			return directory{}, &Error{Fault: Ambiguous, Expected: "an end record that agrees with the zip64 end record"}
		}
		dir, end = *wide, end-locatorLen-end64Len
	}
	if dir.size > uint64(end) || dir.offset != uint64(end)-dir.size || dir.entries > dir.size/centralLen {
		return directory{}, &Error{Fault: Ambiguous, Expected: "a central directory that ends where its end record starts"}
	}
	return dir, nil
}

// agree tells whether a narrow field says the same as its wide one, or refers
// to it by being all ones.
func agree(narrow, wide, ones uint64) bool { return narrow == ones || narrow == wide }

// findDirectory64 reads the zip64 end record and its locator, which precede the
// end record, if they are there.
func findDirectory64(r io.ReaderAt, end int64) (*directory, error) {
	if end < locatorLen+end64Len {
		return nil, nil
	}
	f, err := readAt(r, end-locatorLen, locatorLen)
	if err != nil {
		return nil, err
	}
	if !f.magic(locatorMagic) {
		return nil, nil
	}
	start := end - locatorLen - end64Len
	disk, at, disks := f.u32(), f.u64(), f.u32()
	if disk != 0 || disks > 1 || at != uint64(start) {
		return nil, &Error{Fault: Ambiguous, Expected: "a zip64 end record right before its locator"}
	}
	if f, err = readAt(r, start, end64Len); err != nil {
		return nil, err
	}
	if !f.magic(end64Magic) || f.u64() != end64Len-12 {
		return nil, &Error{Fault: Malformed, Expected: "a zip64 end record of 56 bytes"}
	}
	f.skip(4) // versions
	disk, first, here := f.u32(), f.u32(), f.u64()
	entries, size, offset := f.u64(), f.u64(), f.u64()
	if disk != 0 || first != 0 || here != entries {
		return nil, &Error{Fault: Unsupported, Expected: "a zip in one piece"}
	}
	return &directory{offset, size, entries}, nil
}

// central reads the central directory, one header after the other.
type central struct {
	r    *bufio.Reader
	left uint64 // entries
	buf  []byte
}

func (d directory) open(r io.ReaderAt) *central {
	return &central{r: bufio.NewReaderSize(io.NewSectionReader(r, int64(d.offset), int64(d.size)), 32<<10), left: d.entries}
}

// next returns the next header, or nil after the last one.
func (c *central) next() (*zipHeader, error) {
	if c.left == 0 {
		if _, err := c.r.ReadByte(); err != io.EOF {
			return nil, &Error{Fault: Ambiguous, Expected: "as many headers in the central directory as the end record says", Found: "more"}
		}
		return nil, nil
	}
	c.left--
	f, err := c.take(centralLen)
	if err != nil {
		return nil, err
	}
	if !f.magic(centralMagic) {
		return nil, &Error{Fault: Malformed, Expected: "a header of the central directory"}
	}
	h := &zipHeader{}
	system := f.u16() >> 8
	f.skip(2) // version needed
	h.flags, h.method = f.u16(), f.u16()
	f.skip(4) // time
	h.crc, h.packed, h.size = f.u32(), uint64(f.u32()), uint64(f.u32())
	nameLen, extraLen, commentLen, disk := int(f.u16()), int(f.u16()), int(f.u16()), f.u16()
	f.skip(2) // internal attributes
	attributes := f.u32()
	h.offset = uint64(f.u32())
	if f, err = c.take(nameLen + extraLen + commentLen); err != nil {
		return nil, err
	}
	h.name = string(f[:nameLen])
	if disk != 0 {
		return nil, &Error{Fault: Unsupported, Name: h.name, Expected: "a zip in one piece"}
	}
	if system == 3 || system == 19 { // Unix, macOS: the mode is in the upper half
		h.kind = attributes >> 16 & 0xF000
	}
	return h, h.extra(f[nameLen:nameLen+extraLen], true)
}

// take returns the next n bytes, until the next call.
func (c *central) take(n int) (fields, error) {
	if cap(c.buf) < n {
		c.buf = make([]byte, n)
	}
	c.buf = c.buf[:n]
	if _, err := io.ReadFull(c.r, c.buf); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, &Error{Fault: Malformed, Expected: "as many headers in the central directory as the end record says", Found: "fewer"}
	} else if err != nil {
		return nil, readError(err)
	}
	return c.buf, nil
}

// check refuses what an entry may not be.
func (h *zipHeader) check() error {
	unsupported := func(found string, args ...any) error {
		return &Error{Fault: Unsupported, Name: h.name, Expected: "a regular file, stored or deflated, not encrypted", Found: fmt.Sprintf(found, args...)}
	}
	const directory, regular = 0x4000, 0x8000
	switch {
	case h.size > math.MaxInt64 || h.packed > math.MaxInt64:
		return &Error{Fault: Malformed, Name: h.name, Expected: "a size"}
	case h.flags&(flagEncrypted|flagStrong|flagMasked) != 0:
		return unsupported("encryption")
	case h.method != methodStore && h.method != methodDeflate:
		return unsupported("method %d", h.method)
	case h.method == methodStore && h.packed != h.size:
		return &Error{Fault: Malformed, Name: h.name, Expected: "stored content of one size", Found: fmt.Sprintf("%d and %d bytes", h.packed, h.size)}
	case h.kind != 0 && h.kind != regular && (h.kind != directory || !h.isDir()), h.kind == regular && h.isDir():
		return unsupported("a file of mode %#o", h.kind)
	}
	return nil
}
