package seal

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Key is what content is sealed with: an AES-256 key and an initialization
// vector. It does not print, log or marshal; code that keeps a session writes
// Bytes and IV where it knows they are secret. Only New, FromBytes and Unwrap
// make one; the zero Key panics when used.
type Key struct {
	// A func, because of one package fmt shows the address and nothing else,
	// whatever the verb. Unexported fields of other types it prints without
	// asking them, and behind pointers with a verb that does not fit.
	secret func() material
}

type material struct {
	key [32]byte
	iv  [aes.BlockSize]byte
}

// IsZero reports whether k is no key.
func (k Key) IsZero() bool { return k.secret == nil }

func newKey(m material) Key { return Key{func() material { return m }} }

// New makes a fresh key and IV from random, or from [rand.Reader] if it is nil.
func New(random io.Reader) (Key, error) {
	if random == nil {
		random = rand.Reader
	}
	var m material
	if _, err := io.ReadFull(random, m.key[:]); err != nil {
		return Key{}, fmt.Errorf("seal: making a key: %w", err)
	}
	if _, err := io.ReadFull(random, m.iv[:]); err != nil {
		return Key{}, fmt.Errorf("seal: making an initialization vector: %w", err)
	}
	return newKey(m), nil
}

// FromBytes puts a key together from its parts. Wrong lengths fail with an
// [*Error] of [KeySize] or [IVSize].
func FromBytes(key, iv []byte) (Key, error) {
	var m material
	if len(key) != len(m.key) {
		return Key{}, sizeError(KeySize, len(m.key), len(key))
	}
	if len(iv) != len(m.iv) {
		return Key{}, sizeError(IVSize, len(m.iv), len(iv))
	}
	copy(m.key[:], key)
	copy(m.iv[:], iv)
	return newKey(m), nil
}

// Bytes returns a copy of the AES key, 32 bytes. It is secret.
func (k Key) Bytes() []byte {
	m := k.secret()
	return m.key[:]
}

// IV returns a copy of the initialization vector, 16 bytes. It travels in the
// open, beside the wrapped key.
func (k Key) IV() []byte {
	m := k.secret()
	return m.iv[:]
}

// oaep is KSeF's way to wrap keys: RSAES-OAEP with SHA-256, MGF1 with SHA-256
// and no label (ksef-docs sesja-interaktywna.md).
func oaep() *rsa.OAEPOptions {
	return &rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA256}
}

// Wrap encrypts the AES key, without the IV, for the holder of the public key.
// Every call gives other bytes. It fails only with a public key too small to
// carry 32 bytes, below 784 bits, or one that crypto/rsa refuses.
func (k Key) Wrap(public *rsa.PublicKey) ([]byte, error) {
	wrapped, err := rsa.EncryptOAEPWithOptions(rand.Reader, public, k.Bytes(), oaep())
	if err != nil {
		return nil, fmt.Errorf("seal: wrapping the key for an RSA key of %d bits: %w", public.Size()*8, err)
	}
	return wrapped, nil
}

// Unwrap is the reverse of [Key.Wrap]. The private key may live in hardware;
// it must be an RSA key. Every way in which wrapped can be wrong is the same
// [*Error] of [WrappedKey], since telling them apart would help a forger
// (Manger's attack on OAEP); a wrong IV is one of [IVSize].
func Unwrap(private crypto.Decrypter, wrapped, iv []byte) (Key, error) {
	key, err := private.Decrypt(rand.Reader, wrapped, oaep())
	if err != nil && !errors.Is(err, rsa.ErrDecryption) {
		return Key{}, fmt.Errorf("seal: unwrapping a key: %w", err) // the private key is at fault, not the content
	}
	if err != nil || len(key) != len(material{}.key) {
		return Key{}, &Error{Check: WrappedKey, Expected: "an AES-256 key under RSA-OAEP (SHA-256, MGF1 with SHA-256) for this RSA key"}
	}
	return FromBytes(key, iv)
}

func (k Key) encrypter() cipher.BlockMode {
	m := k.secret()
	return cipher.NewCBCEncrypter(m.block(), m.iv[:])
}

func (k Key) decrypter() cipher.BlockMode {
	m := k.secret()
	return cipher.NewCBCDecrypter(m.block(), m.iv[:])
}

func (m material) block() cipher.Block {
	b, err := aes.NewCipher(m.key[:])
	if err != nil {
		panic(err) // AES refuses lengths only, and this one is fixed
	}
	return b
}

// redacted is what a Key shows of itself.
const redacted = "seal.Key(redacted)"

// String hides the key.
func (k Key) String() string { return redacted }

// Format hides the key from every verb. It implements [fmt.Formatter].
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// LogValue hides the key. It implements [slog.LogValuer].
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText fails: a key written by accident is a leak, and a placeholder in
// its stead would be a session lost.
func (k Key) MarshalText() ([]byte, error) {
	return nil, errors.New("seal: a key does not marshal; write Bytes and IV where they are safe")
}
