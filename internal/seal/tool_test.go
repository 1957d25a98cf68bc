package seal_test

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/internal/seal"
)

func run(t *testing.T, stdin []byte, path string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.Bytes())
	}
	return out
}

func TestOpenSSLCipher(t *testing.T) {
	openssl := judge.Program(t, "openssl")
	key := newKey(t)
	cipher := []string{"-aes-256-cbc", "-K", hex.EncodeToString(key.Bytes()), "-iv", hex.EncodeToString(key.IV())}
	for _, n := range sizes {
		plain := content(n)
		sealed, digests := stream(t, key, plain)
		if got := run(t, sealed, openssl, append([]string{"enc", "-d"}, cipher...)...); !bytes.Equal(got, plain) {
			t.Errorf("openssl opens our seal of %d bytes to something else", n)
		}
		theirs := run(t, plain, openssl, append([]string{"enc", "-e"}, cipher...)...)
		if !bytes.Equal(theirs, sealed) {
			t.Errorf("openssl seals %d bytes differently", n)
		}
		hash := run(t, sealed, openssl, "dgst", "-sha256", "-binary")
		if !bytes.Equal(hash, digests.Sealed.Hash[:]) {
			t.Errorf("openssl hashes the seal of %d bytes differently", n)
		}
	}
}

func TestOpenSSLKeyWrapping(t *testing.T) {
	openssl := judge.Program(t, "openssl")
	private := rsaKey(t, 2048)
	dir := t.TempDir()
	file := func(name, kind string, der []byte, err error) string {
		path := filepath.Join(dir, name)
		if err == nil {
			err = os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	privateFile := file("private.pem", "PRIVATE KEY", der, err)
	der, err = x509.MarshalPKIXPublicKey(&private.PublicKey)
	publicFile := file("public.pem", "PUBLIC KEY", der, err)
	oaep := []string{"-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256"}

	key := newKey(t)
	ours, err := key.Wrap(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, ours, openssl, append([]string{"pkeyutl", "-decrypt", "-inkey", privateFile}, oaep...)...); !bytes.Equal(got, key.Bytes()) {
		t.Error("openssl unwraps our key to something else")
	}
	theirs := run(t, key.Bytes(), openssl, append([]string{"pkeyutl", "-encrypt", "-pubin", "-inkey", publicFile}, oaep...)...)
	if back, err := seal.Unwrap(private, theirs, key.IV()); err != nil || !same(back, key) {
		t.Errorf("we unwrap openssl's key to something else: %v", err)
	}
}
