package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"io"
)

// Reader opens sealed content as a stream, in fixed memory.
//
// What it returns before [io.EOF] has been decrypted but not checked: it may
// be anything, made by anybody. Put it where nobody believes it yet, such as
// a temporary file, and use it after io.EOF; any other error condemns all of
// it. Content that fits into memory is safer with [Key.Open], which returns
// nothing unchecked.
type Reader struct {
	src           io.Reader
	cbc           cipher.BlockMode
	want          Want
	plain, sealed *Meter
	buf           []byte // sealed bytes, decrypted in place
	held          []byte // the end of buf, still sealed: it may be the last block
	out           []byte // decrypted, not yet returned
	err           error  // what comes after out
}

// NewReader returns a Reader of what src, read to its end, hides. Checks are
// made in the order of their constants and fail as an [*Error] in place of
// io.EOF, or sooner where the size tells: the padding is not looked at before
// the sealed bytes have been found to be the expected ones. Errors of src are
// returned as they are.
func (k Key) NewReader(src io.Reader, want Want) *Reader {
	return &Reader{
		src: src, cbc: k.decrypter(), want: want, plain: NewMeter(), sealed: NewMeter(),
		buf: make([]byte, blockSize),
	}
}

// Read implements [io.Reader].
func (r *Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// WriteTo implements [io.WriterTo], which spares [io.Copy] a buffer.
func (r *Reader) WriteTo(w io.Writer) (written int64, err error) {
	for {
		if len(r.out) > 0 {
			n, err := w.Write(r.out)
			written += int64(n)
			if r.out = r.out[n:]; err != nil {
				return written, err
			}
		}
		switch r.err {
		case nil:
			r.fill()
		case io.EOF:
			return written, nil
		default:
			return written, r.err
		}
	}
}

// Digests returns the digests of what was read and what it hid. They are
// complete after io.EOF.
func (r *Reader) Digests() Digests { return Digests{r.plain.Digest(), r.sealed.Digest()} }

// fill reads and decrypts the next blocks into r.out, or sets r.err, or both.
func (r *Reader) fill() {
	held := copy(r.buf, r.held)
	n, err := readFull(r.src, r.buf[held:])
	r.sealed.Add(r.buf[held : held+n])
	if want := r.want.Sealed; want != nil && r.sealed.size > want.Size {
		r.err = sizeError(SealedSize, want.Size, r.sealed.size)
		return
	}
	switch sealed := r.buf[:held+n]; err {
	case nil:
		r.err = r.middle(sealed)
	case io.EOF:
		r.err = r.last(sealed)
	default:
		r.err = err
	}
}

// middle decrypts a full buffer but for its last block, which is the one with
// the padding if nothing follows.
func (r *Reader) middle(sealed []byte) error {
	n := len(sealed) - aes.BlockSize
	r.held = sealed[n:]
	r.cbc.CryptBlocks(sealed[:n], sealed[:n])
	r.plain.Add(sealed[:n])
	if want := r.want.Plain; want != nil && r.plain.size > want.Size {
		return sizeError(PlainSize, want.Size, r.plain.size)
	}
	r.out = sealed[:n]
	return nil
}

// last makes the checks and decrypts what is left.
func (r *Reader) last(sealed []byte) error {
	if err := checkSealed(r.sealed.Digest(), r.want.Sealed); err != nil {
		return err
	}
	r.cbc.CryptBlocks(sealed, sealed)
	n, err := unpad(sealed)
	if err != nil {
		return err
	}
	r.plain.Add(sealed[:n])
	if err := checkPlain(r.plain.Digest(), r.want.Plain); err != nil {
		return err
	}
	r.out = sealed[:n]
	return io.EOF
}

// readFull fills buf, or returns io.EOF with what there was before the end.
// Unlike [io.ReadFull] it does not say io.ErrUnexpectedEOF, which is what a
// body says that was cut off.
func readFull(src io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = src.Read(buf[n:])
		n += m
	}
	if n == len(buf) {
		return n, nil
	}
	return n, err
}
