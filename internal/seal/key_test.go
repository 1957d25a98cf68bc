package seal_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ksef-go/ksef/internal/seal"
)

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func same(a, b seal.Key) bool {
	return bytes.Equal(a.Bytes(), b.Bytes()) && bytes.Equal(a.IV(), b.IV())
}

func TestWrap(t *testing.T) {
	for _, bits := range []int{2048, 3072} { // KSeF has used 2048 and 4096
		private := rsaKey(t, bits)
		key := newKey(t)
		wrapped, err := key.Wrap(&private.PublicKey)
		if err != nil || len(wrapped) != bits/8 {
			t.Fatalf("%d bits: %d bytes, %v", bits, len(wrapped), err)
		}
		back, err := seal.Unwrap(private, wrapped, key.IV())
		if err != nil || !same(back, key) {
			t.Errorf("%d bits: unwrapped to another key: %v", bits, err)
		}
		again, _ := key.Wrap(&private.PublicKey)
		if bytes.Equal(again, wrapped) {
			t.Errorf("%d bits: wrapping twice gave the same bytes", bits)
		}
	}
}

// hardware is a private key that shows nothing but crypto.Decrypter.
type hardware struct{ crypto.Decrypter }

func TestUnwrapRefuses(t *testing.T) {
	private, other := rsaKey(t, 2048), rsaKey(t, 2048)
	key := newKey(t)
	good, _ := key.Wrap(&private.PublicKey)
	with := func(wrapped []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return wrapped
	}
	public := &private.PublicKey
	tests := []struct {
		name    string
		wrapped []byte
		iv      []byte
		check   seal.Check
	}{
		{"nothing", nil, key.IV(), seal.WrappedKey},
		{"altered", flip(good, 100), key.IV(), seal.WrappedKey},
		{"cut", good[:255], key.IV(), seal.WrappedKey},
		{"for another", with(key.Wrap(&other.PublicKey)), key.IV(), seal.WrappedKey},
		{"OAEP with SHA-1", with(rsa.EncryptOAEP(sha1.New(), rand.Reader, public, key.Bytes(), nil)), key.IV(), seal.WrappedKey},
		{"OAEP with a label", with(rsa.EncryptOAEP(sha256.New(), rand.Reader, public, key.Bytes(), []byte("label"))), key.IV(), seal.WrappedKey},
		{"MGF1 with SHA-1", with(rsa.EncryptOAEPWithOptions(rand.Reader, public, key.Bytes(), &rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA1})), key.IV(), seal.WrappedKey},
		{"AES-128", with(rsa.EncryptOAEP(sha256.New(), rand.Reader, public, key.Bytes()[:16], nil)), key.IV(), seal.WrappedKey},
		{"no IV", good, nil, seal.IVSize},
		{"long IV", good, make([]byte, 17), seal.IVSize},
	}
	texts := map[string]bool{}
	for _, test := range tests {
		_, err := seal.Unwrap(hardware{private}, test.wrapped, test.iv)
		assertCheck(t, test.name, err, test.check)
		if test.check == seal.WrappedKey {
			texts[err.Error()] = true
		}
	}
	if len(texts) != 1 {
		t.Errorf("the ways a wrapped key can be wrong can be told apart: %v", texts)
	}
}

// broken is hardware that does not answer.
type broken struct{ crypto.Decrypter }

func (broken) Decrypt(io.Reader, []byte, crypto.DecrypterOpts) ([]byte, error) {
	return nil, errNoCard
}

var errNoCard = errors.New("no card in the reader")

func TestUnwrapBlamesHardware(t *testing.T) {
	_, err := seal.Unwrap(broken{}, make([]byte, 256), make([]byte, 16))
	if !errors.Is(err, errNoCard) || errors.Is(err, seal.WrappedKey) {
		t.Errorf("got %v, want the hardware's own error", err)
	}
}

func TestFromBytes(t *testing.T) {
	key := newKey(t)
	back, err := seal.FromBytes(key.Bytes(), key.IV())
	if err != nil || !same(back, key) {
		t.Errorf("another key: %v", err)
	}
	_, err = seal.FromBytes(key.Bytes()[:31], key.IV())
	assertCheck(t, "short key", err, seal.KeySize)
	_, err = seal.FromBytes(key.Bytes(), key.IV()[:15])
	assertCheck(t, "short IV", err, seal.IVSize)
}

func TestNew(t *testing.T) {
	a, err := seal.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal.New(nil)
	if err != nil || bytes.Equal(a.Bytes(), b.Bytes()) || bytes.Equal(a.IV(), b.IV()) {
		t.Errorf("two keys have something in common: %v", err)
	}
	for _, n := range []int64{0, 31, 32, 47} {
		if _, err := seal.New(io.LimitReader(rand.Reader, n)); err == nil {
			t.Errorf("a key from %d random bytes", n)
		}
	}
	if _, err := seal.New(iotest.ErrReader(errNoCard)); !errors.Is(err, errNoCard) {
		t.Errorf("the error of the source became %v", err)
	}
}

// TestKeyIsRedacted prints a key in every way a program might by accident.
func TestKeyIsRedacted(t *testing.T) {
	key := newKey(t)
	type holder struct {
		Name   string
		Key    seal.Key
		Ptr    *seal.Key
		hidden seal.Key
		behind *seal.Key
	}
	h := holder{"name", key, &key, key, &key}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%c", "%T"} {
		for _, arg := range []any{key, &key, h, &h, []seal.Key{key}, map[string]seal.Key{"k": key}, fmt.Errorf("wrapped %v", key)} {
			fmt.Fprintf(&out, verb+"\n", arg)
		}
	}
	for _, logger := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		logger.Info("key", "key", key, "pointer", &key, "holder", h)
	}
	text, err := json.Marshal(h)
	if err == nil {
		t.Errorf("a key marshals: %s", text)
	}
	out.Write(text)
	for name, secret := range map[string]string{
		"raw": string(key.Bytes()[:8]), "hex": hex.EncodeToString(key.Bytes()[:8]), "HEX": fmt.Sprintf("%X", key.Bytes()[:8]),
		"base64": base64.StdEncoding.EncodeToString(key.Bytes()[:6]), "bytes": strings.Trim(fmt.Sprint(key.Bytes()[:4]), "[]"),
		"Go bytes": strings.Trim(strings.TrimPrefix(fmt.Sprintf("%#v", key.Bytes()[:4]), "[]byte"), "{}"),
	} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the key shows as %s", name)
		}
	}
	if !strings.Contains(out.String(), "redacted") {
		t.Error("nothing says that something was redacted")
	}
}
