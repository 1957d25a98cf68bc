package archive

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// The records of a zip (PKWARE APPNOTE.TXT 4.3) and what is needed of them.
const (
	localMagic      = "PK\x03\x04"
	descriptorMagic = "PK\x07\x08"
	centralMagic    = "PK\x01\x02"
	endMagic        = "PK\x05\x06"
	end64Magic      = "PK\x06\x06"
	locatorMagic    = "PK\x06\x07"

	localLen   = 30
	centralLen = 46
	endLen     = 22
	end64Len   = 56
	locatorLen = 20

	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13

	methodStore   = 0
	methodDeflate = 8

	extraZip64 = 0x0001
	extraPath  = 0x7075 // Info-ZIP's Unicode path (APPNOTE.TXT 4.6.9)

	ones32 = 0xFFFFFFFF // says: look in the zip64 extra field
)

// fields takes little-endian numbers off the front of a record.
type fields []byte

func (f *fields) skip(n int) { *f = (*f)[n:] }

// magic takes a signature off, and tells whether it is the one expected.
func (f *fields) magic(want string) bool {
	got := string((*f)[:4])
	f.skip(4)
	return got == want
}

func (f *fields) u16() uint16 {
	v := binary.LittleEndian.Uint16(*f)
	f.skip(2)
	return v
}

func (f *fields) u32() uint32 {
	v := binary.LittleEndian.Uint32(*f)
	f.skip(4)
	return v
}

func (f *fields) u64() uint64 {
	v := binary.LittleEndian.Uint64(*f)
	f.skip(8)
	return v
}

// zipHeader is what a central or a local header says of an entry.
type zipHeader struct {
	name          string
	flags, method uint16
	crc           uint32
	packed, size  uint64
	offset        uint64 // central: of the local header
	kind          uint32 // central: of file, as in a Unix mode; 0 if not known
}

func (h *zipHeader) isDir() bool { return strings.HasSuffix(h.name, "/") }

// extra applies the extra fields of a header.
func (h *zipHeader) extra(f fields, isCentral bool) error {
	seen := false
	for len(f) >= 4 { // shorter is padding, which some programs leave
		id, n := f.u16(), int(f.u16())
		if n > len(f) {
			return &Error{Fault: Malformed, Name: h.name, Expected: "whole extra fields"}
		}
		field := f[:n]
		f.skip(n)
		switch id {
		case extraZip64:
			if seen || !h.widen(field, isCentral) {
				return &Error{Fault: Malformed, Name: h.name, Expected: "one whole zip64 extra field"}
			}
			seen = true
		case extraPath:
			if n < 5 || string(field[5:]) != h.name {
				return &Error{Fault: Ambiguous, Name: h.name, Expected: "the same name in the Unicode path field"}
			}
		}
	}
	if !seen && (h.size == ones32 || h.packed == ones32 || isCentral && h.offset == ones32) {
		return &Error{Fault: Malformed, Name: h.name, Expected: "a zip64 extra field"}
	}
	return nil
}

// widen takes from a zip64 extra field what did not fit into the header, in
// the order of the specification, and tells whether all of it was there.
func (h *zipHeader) widen(f fields, isCentral bool) bool {
	narrow := []*uint64{&h.size, &h.packed, &h.offset}
	if !isCentral {
		narrow = narrow[:2]
	}
	for _, v := range narrow {
		if *v != ones32 {
			continue
		}
		if len(f) < 8 {
			return false
		}
		*v = f.u64()
	}
	return true
}

// readAt reads n bytes that the archive promises to have.
func readAt(r io.ReaderAt, offset int64, n int) (fields, error) {
	buf := make([]byte, n)
	switch m, err := r.ReadAt(buf, offset); {
	case m == n:
		return buf, nil
	case err == io.EOF:
		return nil, &Error{Fault: Truncated}
	default:
		return nil, readError(err)
	}
}

func readError(err error) error { return fmt.Errorf("archive: reading: %w", err) }
