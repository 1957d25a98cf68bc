package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"io"
)

// blockSize is how much the Writer hands on and the Reader takes in at once.
// It fits the second-level cache, so that hashing and encrypting a block
// fetches it from memory once.
const blockSize = 128 << 10

// Writer seals what is written to it, in one pass and in fixed memory.
type Writer struct {
	dst           io.Writer
	cbc           cipher.BlockMode
	plain, sealed *Meter
	out           []byte // sealed, not yet handed on; its capacity is blockSize
	rest          []byte // plain, short of a cipher block
	err           error
}

// NewWriter returns a Writer that hands sealed content on to dst, in blocks of
// 128 KiB. Close it to write the end, the padding included; dst stays open.
func (k Key) NewWriter(dst io.Writer) *Writer {
	return &Writer{
		dst: dst, cbc: k.encrypter(), plain: NewMeter(), sealed: NewMeter(),
		out: make([]byte, 0, blockSize), rest: make([]byte, 0, aes.BlockSize),
	}
}

var errClosed = errors.New("seal: write after close")

// Write fails when writing to dst failed, then and ever after.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.plain.Add(p)
	if w.encrypt(p); w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// encrypt seals as many whole blocks of p as there are and keeps the rest.
func (w *Writer) encrypt(p []byte) {
	if len(w.rest) > 0 {
		n := min(len(p), aes.BlockSize-len(w.rest))
		w.rest = append(w.rest, p[:n]...)
		p = p[n:]
		if len(w.rest) < aes.BlockSize {
			return
		}
		w.crypt(w.rest)
		w.rest = w.rest[:0]
	}
	for len(p) >= aes.BlockSize && w.err == nil {
		n := min(len(p)/aes.BlockSize*aes.BlockSize, cap(w.out)-len(w.out))
		w.crypt(p[:n])
		p = p[n:]
	}
	w.rest = append(w.rest, p[:len(p)%aes.BlockSize]...)
}

// crypt seals whole blocks, for which there is room.
func (w *Writer) crypt(p []byte) {
	n := len(w.out)
	w.out = w.out[:n+len(p)]
	w.cbc.CryptBlocks(w.out[n:], p)
	if len(w.out) == cap(w.out) {
		w.flush()
	}
}

func (w *Writer) flush() {
	w.sealed.Add(w.out)
	if _, err := w.dst.Write(w.out); err != nil {
		w.err = err
	}
	w.out = w.out[:0]
}

// Close writes what is left and the padding. Closing again does nothing.
func (w *Writer) Close() error {
	if errors.Is(w.err, errClosed) {
		return nil
	}
	if w.err == nil {
		w.encrypt(padding(len(w.rest)))
		w.flush()
	}
	if w.err != nil {
		return w.err
	}
	w.err = errClosed
	return nil
}

// Digests returns the digests of what was written and what became of it. They
// are complete once Close succeeded.
func (w *Writer) Digests() Digests { return Digests{w.plain.Digest(), w.sealed.Digest()} }

// Meter returns a [Meter] that has seen what w has, before sealing. It goes on
// where another part follows, and spares hashing the first one twice.
func (w *Writer) Meter() *Meter { return w.plain.clone() }
