package certs

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

// polish is a password with what breaks wrong encodings.
const polish = "Zażółć gęślą jaźń"

// conditions are all that errors of this package may be.
var conditions = []error{
	ErrPassword, ErrPasswordRequired, ErrNoCertificate, ErrNoKey, ErrKeyMismatch,
	ErrUnsupportedKey, ErrUnsupportedEncryption, ErrFormat, ErrLimit,
}

// wantError fails unless err is the condition and no other, and its text is fit
// to be shown.
func wantError(t *testing.T, err, condition error, secrets ...string) {
	t.Helper()
	if !errors.Is(err, condition) {
		t.Fatalf("got error %v, want %v", err, condition)
	}
	for _, other := range conditions {
		if other != condition && errors.Is(err, other) {
			t.Errorf("%v is also %q", err, other)
		}
	}
	if !strings.HasPrefix(err.Error(), "certs: ") {
		t.Errorf("%v does not say who speaks", err)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("%v gives away a secret", err)
		}
	}
}

// wantPair fails unless cert is complete: a leaf, whose key signs, and a chain of
// the length given in which each certificate signed the one before it.
func wantPair(t *testing.T, cert tls.Certificate, chain int) {
	t.Helper()
	if len(cert.Certificate) != chain {
		t.Fatalf("got %d certificates, want %d", len(cert.Certificate), chain)
	}
	if cert.Leaf == nil || !bytes.Equal(cert.Leaf.Raw, cert.Certificate[0]) {
		t.Fatal("Leaf is not the first certificate")
	}
	digest := sha256.Sum256([]byte("signed"))
	sig, err := cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	switch public := cert.Leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		err = rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], sig)
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(public, digest[:], sig) {
			err = errors.New("the signature does not verify")
		}
	default:
		t.Fatalf("unexpected %T", public)
	}
	if err != nil {
		t.Fatal(err)
	}
	last := cert.Leaf
	for _, der := range cert.Certificate[1:] {
		issuer, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := last.CheckSignatureFrom(issuer); err != nil {
			t.Errorf("the chain is out of order: %v", err)
		}
		last = issuer
	}
}

// same fails unless both pairs have the same leaf and key.
func same(t *testing.T, got, want tls.Certificate) {
	t.Helper()
	if !got.Leaf.Equal(want.Leaf) {
		t.Errorf("got the certificate of %v, want that of %v", got.Leaf.Subject, want.Leaf.Subject)
	}
	if key, ok := want.PrivateKey.(interface{ Equal(crypto.PrivateKey) bool }); !ok || !key.Equal(got.PrivateKey) {
		t.Error("got another key")
	}
}

// pair makes a certificate on P-256, and its PEM.
func pair(t testing.TB) (cert tls.Certificate, certPEM, keyPEM []byte) {
	t.Helper()
	cert, err := NewTestSeal("5261040828", &TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	if certPEM, keyPEM, err = EncodePEM(cert, ""); err != nil {
		t.Fatal(err)
	}
	return cert, certPEM, keyPEM
}

// armoured returns one PEM block.
func armoured(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// A workshop is a directory in which openssl works.
type workshop struct {
	t       testing.TB
	openssl string
	dir     string
}

func newWorkshop(t testing.TB, dir string) *workshop {
	t.Helper()
	return &workshop{t: t, openssl: judge.Program(t, "openssl"), dir: dir}
}

// run runs openssl with the words of the command; the password is in the
// environment as PW. It returns what openssl printed.
func (w *workshop) run(command string) string {
	w.t.Helper()
	cmd := exec.Command(w.openssl, strings.Fields(command)...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "PW="+polish)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("openssl %s: %v\n%s", command, err, out)
	}
	return string(out)
}

func (w *workshop) path(name string) string { return filepath.Join(w.dir, name) }

func (w *workshop) read(name string) []byte {
	w.t.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

func (w *workshop) write(name string, parts ...[]byte) {
	w.t.Helper()
	if err := os.WriteFile(w.path(name), bytes.Join(parts, nil), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// selfSigned makes name.key, by the arguments of genpkey, and name.crt for it.
func (w *workshop) selfSigned(name, genpkey string) {
	w.t.Helper()
	w.run("genpkey " + genpkey + " -out " + name + ".key")
	w.run("req -x509 -key " + name + ".key -days 3650 -subj /C=PL/CN=" + name + " -out " + name + ".crt")
}

// issued makes name.key on P-256 and name.crt, signed by issuer.
func (w *workshop) issued(name, issuer string, ca bool) {
	w.t.Helper()
	constraint := "CA:FALSE"
	if ca {
		constraint = "CA:TRUE"
	}
	w.write("extensions", []byte("basicConstraints=critical,"+constraint+"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"))
	w.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + name + ".key")
	w.run("req -new -key " + name + ".key -subj /C=PL/CN=" + name + " -out " + name + ".csr")
	w.run("x509 -req -in " + name + ".csr -CA " + issuer + ".crt -CAkey " + issuer + ".key -CAcreateserial -days 3650 -extfile extensions -out " + name + ".crt")
}
