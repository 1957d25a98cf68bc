package seal

import (
	"crypto/aes"
	"fmt"
	"slices"
)

// Seal appends the sealed form of plain to dst and returns it with the digests
// of both. The memory may be shared only if dst is plain[:0].
func (k Key) Seal(dst, plain []byte) ([]byte, Digests) {
	d := Digests{Plain: DigestOf(plain)}
	start := len(dst)
	dst = append(slices.Grow(dst, int(PaddedSize(int64(len(plain))))), plain...)
	dst = append(dst, padding(len(plain))...)
	sealed := dst[start:]
	k.encrypter().CryptBlocks(sealed, sealed)
	d.Sealed = DigestOf(sealed)
	return dst, d
}

// Want is what sealed content is checked against. A nil digest is not checked:
// of a batch part KSeF knows only the sealed one.
type Want struct {
	Plain, Sealed *Digest
}

// Open appends to dst what sealed hides and returns it with the digests of
// both. Nothing is decrypted before size and hash of the sealed bytes have been
// checked, and nothing is returned unless all checks passed; a failed one is an
// [*Error]. The memory may be shared only if dst is sealed[:0].
func (k Key) Open(dst, sealed []byte, want Want) ([]byte, Digests, error) {
	d := Digests{Sealed: DigestOf(sealed)}
	if err := checkSealed(d.Sealed, want.Sealed); err != nil {
		return nil, d, err
	}
	start := len(dst)
	dst = append(dst, sealed...)
	plain := dst[start:]
	k.decrypter().CryptBlocks(plain, plain)
	n, err := unpad(plain)
	if err == nil {
		d.Plain = DigestOf(plain[:n])
		err = checkPlain(d.Plain, want.Plain)
	}
	if err != nil {
		clear(plain)
		return nil, d, err
	}
	return dst[:start+n], d, nil
}

// checkSealed examines what can be known before decryption.
func checkSealed(found Digest, want *Digest) error {
	if want != nil {
		if found.Size != want.Size {
			return sizeError(SealedSize, want.Size, found.Size)
		}
		if found.Hash != want.Hash {
			return &Error{SealedHash, want.Hash.String(), found.Hash.String()}
		}
	}
	if found.Size == 0 || found.Size%aes.BlockSize != 0 {
		return &Error{SealedSize, "a positive multiple of 16 bytes", fmt.Sprintf("%d bytes", found.Size)}
	}
	return nil
}

// checkPlain examines what has been decrypted.
func checkPlain(found Digest, want *Digest) error {
	switch {
	case want == nil:
	case found.Size != want.Size:
		return sizeError(PlainSize, want.Size, found.Size)
	case found.Hash != want.Hash:
		return &Error{PlainHash, want.Hash.String(), found.Hash.String()}
	}
	return nil
}

func sizeError[N int | int64](check Check, want, found N) *Error {
	return &Error{check, fmt.Sprintf("%d bytes", want), fmt.Sprintf("%d bytes", found)}
}

// padding returns the PKCS#7 padding of content of n bytes.
func padding(n int) []byte {
	fill := aes.BlockSize - n%aes.BlockSize
	return slices.Repeat([]byte{byte(fill)}, fill)
}

// unpad returns the length of plain without its PKCS#7 padding. plain is a
// positive number of whole blocks. It takes its time from the content: the
// verdict itself is all there is to learn (see the package comment).
func unpad(plain []byte) (int, error) {
	fill := int(plain[len(plain)-1])
	n := len(plain) - fill
	if fill == 0 || fill > aes.BlockSize || slices.ContainsFunc(plain[n:], func(b byte) bool { return int(b) != fill }) {
		return 0, &Error{Check: Padding, Expected: "PKCS#7; key or initialization vector may be another's, or the content altered"}
	}
	return n, nil
}
