package archive

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"iter"
)

// zipEntries iterates over a zip. The central directory leads; the file is read
// front to back beside it, as a program would that knows no directory, and must
// show it the same: every byte before the directory belongs to an entry, in the
// directory's order. That leaves nothing to be hidden between entries or before
// them, and no bytes that are unpacked twice.
func zipEntries(r io.ReaderAt, size int64, limits *Limits) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		g := newGate(limits)
		dir, err := findDirectory(r, size)
		if err == nil && dir.entries > uint64(g.Entries) {
			err = &Error{Fault: TooManyEntries, Expected: fmt.Sprintf("at most %d in an archive", g.Entries), Found: fmt.Sprint(dir.entries)}
		}
		if err == nil {
			z := &zipStream{gate: g, src: source{r: io.NewSectionReader(r, 0, int64(dir.offset))}}
			z.data = bufio.NewReaderSize(&z.src, 64<<10)
			err = z.each(dir.open(r), dir.offset, func(e *Entry) bool { return yield(e, nil) })
		}
		if err != nil && err != errStopped {
			yield(nil, err)
		}
	}
}

// zipStream is a zip up to its central directory, read front to back.
type zipStream struct {
	gate
	src    source
	data   *bufio.Reader
	pos    uint64 // where the header that is read next starts
	packed int64  // bytes of all entries so far
	body   zipBody
}

// each yields the entries, which end at end, until there are no more. If yield
// returns false, it returns errStopped.
func (z *zipStream) each(headers *central, end uint64, yield func(*Entry) bool) error {
	h, err := headers.next()
	for err == nil && h != nil {
		var next *zipHeader
		if next, err = headers.next(); err != nil {
			break
		}
		stop := end
		if next != nil {
			stop = next.offset
		}
		err = z.entry(h, stop, end, yield)
		h = next
	}
	if err == nil && z.pos != end {
		return &Error{Fault: Ambiguous, Expected: "entries from the start to the central directory", Found: fmt.Sprintf("%d bytes of something else", end-z.pos)}
	}
	return err
}

// entry yields an entry, unless it is a directory, and reads up to stop, where
// the next header starts or the directory does.
func (z *zipStream) entry(h *zipHeader, stop, end uint64, yield func(*Entry) bool) error {
	if err := h.check(); err != nil {
		return err
	}
	start := z.pos
	if h.offset != start {
		return &Error{Fault: Ambiguous, Name: h.name, Expected: fmt.Sprintf("an entry at byte %d, where the one before ends", start), Found: fmt.Sprintf("byte %d", h.offset)}
	}
	headerLen, err := z.local(h)
	if err != nil {
		return z.src.explain(h.name, err)
	}
	start += headerLen
	if stop > end || stop < start || stop-start < h.packed {
		return &Error{Fault: Ambiguous, Name: h.name, Expected: "entries that do not overlap"}
	}
	packed := &io.LimitedReader{R: z.data, N: int64(h.packed)}
	if err := z.content(h, packed, yield); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return z.src.explain(h.name, err)
	}
	if err := z.descriptor(h, stop-start-h.packed); err != nil {
		return z.src.explain(h.name, err)
	}
	z.pos = stop
	return nil
}

// content yields an entry whose header has been checked.
func (z *zipStream) content(h *zipHeader, packed *io.LimitedReader, yield func(*Entry) bool) error {
	if h.isDir() {
		return z.passDirectory(h.name, int64(h.size))
	}
	name, err := z.admit(h.name, int64(h.size))
	if err != nil {
		return err
	}
	z.packed += int64(h.packed)
	if err := z.checkRatio(name, z.packed, z.total); err != nil {
		return err
	}
	z.body.open(name, h, packed, &z.src)
	if !yield(&Entry{Name: name, Size: int64(h.size), body: &z.body}) {
		return errStopped
	}
	return nil
}

// local reads the local header and compares it with the central one. It returns
// its length.
func (z *zipStream) local(h *zipHeader) (uint64, error) {
	f, err := z.take(localLen)
	if err != nil {
		return 0, err
	}
	disagree := func(what string) error {
		return &Error{Fault: Ambiguous, Name: h.name, Expected: "the same " + what + " in both headers"}
	}
	if !f.magic(localMagic) {
		return 0, disagree("entry")
	}
	f.skip(2) // version needed
	l := zipHeader{flags: f.u16(), method: f.u16()}
	f.skip(4) // time
	l.crc, l.packed, l.size = f.u32(), uint64(f.u32()), uint64(f.u32())
	nameLen, extraLen := int(f.u16()), int(f.u16())
	if f, err = z.take(nameLen + extraLen); err != nil {
		return 0, err
	}
	l.name = string(f[:nameLen])
	if err := l.extra(f[nameLen:], false); err != nil {
		return 0, err
	}
	const flags = flagEncrypted | flagDescriptor | flagUTF8
	switch {
	case l.name != h.name:
		return 0, disagree("name")
	case l.method != h.method:
		return 0, disagree("method")
	case l.flags&flags != h.flags&flags:
		return 0, disagree("flags")
	}
	if l.flags&flagDescriptor != 0 { // a zero here says: see there
		l.crc, l.packed, l.size = cmp.Or(l.crc, h.crc), cmp.Or(l.packed, h.packed), cmp.Or(l.size, h.size)
	}
	if l.crc != h.crc || l.packed != h.packed || l.size != h.size {
		return 0, disagree("sizes and checksum")
	}
	return uint64(localLen + nameLen + extraLen), nil
}

// descriptor reads the n bytes after the content: if there is a descriptor, it
// and nothing else. Its signature is optional and its sizes have 4 or 8 bytes,
// which its length tells apart (APPNOTE.TXT 4.3.9).
func (z *zipStream) descriptor(h *zipHeader, n uint64) error {
	if h.flags&flagDescriptor == 0 {
		if n != 0 {
			return &Error{Fault: Ambiguous, Name: h.name, Expected: "nothing after the content", Found: fmt.Sprintf("%d bytes", n)}
		}
		return nil
	}
	bad := &Error{Fault: Ambiguous, Name: h.name, Expected: "a data descriptor that agrees with the headers"}
	if n != 12 && n != 16 && n != 20 && n != 24 {
		return bad
	}
	f, err := z.take(int(n))
	if err != nil {
		return err
	}
	if n%8 == 0 && !f.magic(descriptorMagic) {
		return bad
	}
	crc, packed, size := f.u32(), uint64(0), uint64(0)
	if len(f) == 16 {
		packed, size = f.u64(), f.u64()
	} else {
		packed, size = uint64(f.u32()), uint64(f.u32())
	}
	if crc != h.crc || packed != h.packed || size != h.size {
		return bad
	}
	return nil
}

// take reads the next n bytes.
func (z *zipStream) take(n int) (fields, error) {
	buf := make([]byte, n)
	if _, err := io.ReadFull(z.data, buf); err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	return buf, nil
}
