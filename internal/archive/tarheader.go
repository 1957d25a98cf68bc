package archive

import (
	"archive/tar"
	"bytes"
)

// A header of a tar as of 1988 (POSIX ustar) is a block of fields in text.
const (
	tarBlock    = 512
	tarNameEnd  = 100 // the name is at the start
	tarSizeAt   = 124 // octal, 11 digits
	tarSumAt    = 148 // octal, 6 digits and a zero: the sum of all bytes, with 8 blanks here
	tarSizeMost = 1<<33 - 1
)

// tarHeaders makes headers of regular files: those that [tar.Writer] makes, in
// a fraction of the time, which would be a twentieth of all of packing. The
// time in them is that of Unix, zero: the same input gives the same bytes.
type tarHeaders struct {
	blank []byte // the header of an empty file without a name
	sum   int    // of blank
	buf   bytes.Buffer
}

func newTarHeaders() (*tarHeaders, error) {
	t := &tarHeaders{}
	blank, err := t.any("", 0)
	if err != nil {
		return nil, err
	}
	t.blank = bytes.Clone(blank)
	copy(t.blank[tarSumAt:], "        ")
	for _, b := range t.blank {
		t.sum += int(b)
	}
	return t, nil
}

// header returns the header of a file, until the next call.
func (t *tarHeaders) header(name string, size int64) ([]byte, error) {
	if len(name) > tarNameEnd || size > tarSizeMost || !isASCII(name) {
		return t.any(name, size)
	}
	t.buf.Reset()
	t.buf.Write(t.blank)
	h := t.buf.Bytes()
	sum := t.sum
	for i := range copy(h, name) {
		sum += int(h[i])
	}
	for i := tarSizeAt + 10; size > 0; i-- {
		h[i] += byte(size & 7)
		sum += int(size & 7)
		size >>= 3
	}
	for i := tarSumAt + 5; i >= tarSumAt; i-- {
		h[i] = '0' + byte(sum&7)
		sum >>= 3
	}
	h[tarSumAt+6] = 0
	return h, nil
}

// any makes a header of any kind: some names need records of their own.
func (t *tarHeaders) any(name string, size int64) ([]byte, error) {
	t.buf.Reset()
	err := tar.NewWriter(&t.buf).WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644})
	return t.buf.Bytes(), err
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
