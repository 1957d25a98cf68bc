// Package seal encrypts what goes to KSeF and opens what comes from it:
// AES-256-CBC with PKCS#7 padding, under a key that is itself wrapped with
// RSA-OAEP, and SHA-256 and size of both the plain and the sealed bytes. The
// client seals invoices and parts of packages and opens exports; the sandbox
// does the reverse.
//
// # What the cipher does not protect
//
// CBC hides content and does not authenticate it, and KSeF reuses one key and
// one IV for all invoices of a session and all parts of a package (ksef-docs
// sesja-interaktywna.md, sesja-wsadowa.md). What protects integrity is the
// pair of hashes that travels beside the content over TLS, so whoever knows
// them passes them as [Want] and believes nothing before the last check.
//
// # Padding oracles
//
// CBC leaks plaintext to whoever may submit ciphertexts of his choice and
// learn whether their padding was right. Opening therefore checks size and
// hash of the sealed bytes before it looks at the padding: with a hash from
// the API, content altered in storage always fails as [SealedHash], and the
// padding of a forged ciphertext is never examined. Without Want.Sealed, or
// with one that came from the sender of the content, [Padding] is an oracle.
// The sandbox is in that position as KSeF itself is: it answers 435 for
// padding and 430 for content, because the protocol tells the two apart. Its
// keys guard test data.
package seal

import (
	"crypto/aes"
	"crypto/sha256"
	"encoding/base64"
	"hash"
)

// PaddedSize returns the size of what n plain bytes become when sealed: PKCS#7
// adds 1 to 16 bytes up to a full block.
func PaddedSize(n int64) int64 { return n/aes.BlockSize*aes.BlockSize + aes.BlockSize }

// Hash is a SHA-256 hash. Its text form is KSeF's: standard base64 with
// padding, 44 characters.
type Hash [sha256.Size]byte

// String returns the hash as KSeF writes it.
func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// MarshalText implements [encoding.TextMarshaler].
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. Text that is not a hash
// fails with an [*Error] of [HashText].
func (h *Hash) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil || len(raw) != len(h) {
		return &Error{HashText, "44 characters of base64", shorten(text)}
	}
	copy(h[:], raw)
	return nil
}

// Digest is what KSeF wants to know of content: how long it is and its hash.
type Digest struct {
	Hash Hash  `json:"hash"`
	Size int64 `json:"size"` // bytes
}

// DigestOf returns the digest of content.
func DigestOf(content []byte) Digest {
	return Digest{sha256.Sum256(content), int64(len(content))}
}

// Digests are the digests of content before and after sealing.
type Digests struct {
	Plain  Digest `json:"plain"`
	Sealed Digest `json:"sealed"`
}

// Meter is an [io.Writer] that takes the digest of what is written to it.
type Meter struct {
	hash hash.Hash
	size int64
}

// NewMeter returns a Meter that has seen nothing.
func NewMeter() *Meter { return &Meter{hash: sha256.New()} }

// Write never fails.
func (m *Meter) Write(p []byte) (int, error) {
	m.Add(p)
	return len(p), nil
}

// Add is Write for those who need no [io.Writer].
func (m *Meter) Add(p []byte) {
	m.size += int64(len(p))
	m.hash.Write(p)
}

// Digest returns the digest of what was written so far.
func (m *Meter) Digest() Digest {
	d := Digest{Size: m.size}
	m.hash.Sum(d.Hash[:0])
	return d
}

// clone returns a Meter that has seen what m has and goes its own way.
func (m *Meter) clone() *Meter {
	clone, err := m.hash.(hash.Cloner).Clone()
	if err != nil {
		panic(err) // crypto/sha256 can
	}
	return &Meter{clone, m.size}
}
