package qr_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/qr"
)

var keys = sync.OnceValue(func() map[string]crypto.Signer {
	onCurve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	factors, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return map[string]crypto.Signer{"ECDSA": onCurve, "RSA": factors}
})

func unsigned(base qr.Base) *qr.CertificateLink {
	return &qr.CertificateLink{Base: base, Context: qr.Context{Type: qr.NIP, Value: "5261040828"}, SellerNIP: "7762811692",
		Serial: "01F20A5D352AE590", Hash: sha256.Sum256([]byte("invoice"))}
}

func TestSign(t *testing.T) {
	for name, size := range map[string]int{"ECDSA": 64, "RSA": 256} {
		key := keys()[name]
		for _, base := range []qr.Base{qr.Production, "http://127.0.0.1:8080"} {
			l := unsigned(base)
			if err := l.Sign(key); err != nil || len(l.Signature) != size {
				t.Fatalf("%s: %v, %d bytes", name, err, len(l.Signature))
			}
			url, err := l.URL()
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := qr.Parse(url)
			if err != nil {
				t.Fatal(err)
			}
			back := parsed.(*qr.CertificateLink)
			if err := back.Verify(key.Public()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for what, change := range map[string]func(*qr.CertificateLink){
				"base":      func(l *qr.CertificateLink) { l.Base = qr.Demo },
				"context":   func(l *qr.CertificateLink) { l.Context.Value = "7762811692" },
				"seller":    func(l *qr.CertificateLink) { l.SellerNIP = "5261040828" },
				"serial":    func(l *qr.CertificateLink) { l.Serial = "02F20A5D352AE590" },
				"hash":      func(l *qr.CertificateLink) { l.Hash[0]++ },
				"signature": func(l *qr.CertificateLink) { l.Signature = append([]byte{^l.Signature[0]}, l.Signature[1:]...) },
				"length":    func(l *qr.CertificateLink) { l.Signature = l.Signature[1:] },
			} {
				changed := *back
				change(&changed)
				if err := changed.Verify(key.Public()); !errors.Is(err, qr.ErrSignature) {
					t.Errorf("%s, another %s: %v", name, what, err)
				}
			}
		}
	}
	l := unsigned(qr.Test)
	if err := l.Sign(keys()["RSA"]); err != nil {
		t.Fatal(err)
	}
	if err := l.Verify(keys()["ECDSA"].Public()); !errors.Is(err, qr.ErrSignature) {
		t.Errorf("with another key: %v", err)
	}
}

// What others sign: in DER, and with the scheme left in the text by an emulator's user.
func TestVerifyWhatOthersSign(t *testing.T) {
	key := keys()["ECDSA"].(*ecdsa.PrivateKey)
	for _, withScheme := range []bool{false, true} {
		l := unsigned("http://127.0.0.1:8080")
		text, err := l.SignedText()
		if err != nil {
			t.Fatal(err)
		}
		if withScheme {
			text = "http://" + text
		}
		digest := sha256.Sum256([]byte(text))
		if l.Signature, err = ecdsa.SignASN1(rand.Reader, key, digest[:]); err != nil {
			t.Fatal(err)
		}
		if err := l.Verify(key.Public()); err != nil {
			t.Errorf("with scheme %v: %v", withScheme, err)
		}
	}
}

// broken is a key that does not do what it should.
type broken struct {
	crypto.Signer
	signature []byte
	err       error
}

func (b broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return b.signature, b.err }

func TestBadKeys(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	noCard := errors.New("no card in the reader")
	for name, c := range map[string]struct {
		key  crypto.Signer
		want error
	}{
		"Ed25519":        {edwards, qr.ErrKey},
		"P-384":          {other, qr.ErrKey},
		"no card":        {broken{keys()["ECDSA"], nil, noCard}, noCard},
		"no ASN.1":       {broken{keys()["ECDSA"], make([]byte, 64), nil}, qr.ErrSignature},
		"zero":           {broken{keys()["ECDSA"], []byte{0x30, 6, 2, 1, 0, 2, 1, 0}, nil}, qr.ErrSignature},
		"nothing signed": {broken{keys()["RSA"], make([]byte, 256), nil}, qr.ErrSignature},
	} {
		l := unsigned(qr.Test)
		if err := l.Sign(c.key); !errors.Is(err, c.want) || l.Signature != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := unsigned(qr.Test).Verify(edwards.Public()); !errors.Is(err, qr.ErrKey) {
		t.Errorf("verified with Ed25519: %v", err)
	}
}

// offlineCertificate is as KSeF issues them.
func offlineCertificate(t testing.TB, key crypto.Signer, usage x509.KeyUsage) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x01F20A5D352AE590), Subject: pkix.Name{CommonName: "Organisation"}, KeyUsage: usage,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestSignWith(t *testing.T) {
	key := keys()["ECDSA"]
	cert := offlineCertificate(t, key, x509.KeyUsageContentCommitment)
	l := unsigned(qr.Test)
	l.Serial = ""
	if err := l.SignWith(cert); err != nil || l.Serial != "01F20A5D352AE590" || l.Verify(key.Public()) != nil {
		t.Errorf("%v, serial number %q", err, l.Serial)
	}
	for name, bad := range map[string]tls.Certificate{
		"none":           {},
		"no certificate": {Certificate: [][]byte{{1}}, PrivateKey: key},
		"no key":         {Certificate: cert.Certificate},
		"another key":    {Certificate: cert.Certificate, PrivateKey: keys()["RSA"]},
		"Authentication": offlineCertificate(t, key, x509.KeyUsageDigitalSignature),
		"both":           offlineCertificate(t, key, x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment),
	} {
		l := unsigned(qr.Test)
		if err := l.SignWith(bad); !errors.Is(err, qr.ErrCertificate) || l.Signature != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	l = unsigned("nowhere")
	if err := l.SignWith(cert); err == nil || l.Signature != nil {
		t.Errorf("signed a link that leads nowhere: %v", err)
	}
}

// OpenSSL verifies what we sign.
func TestSignedForOpenSSL(t *testing.T) {
	openssl := judge.Program(t, "openssl")
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, options := range map[string][]string{
		"RSA":   {"-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"},
		"ECDSA": nil,
	} {
		l := unsigned(qr.Test)
		if err := l.Sign(keys()[name]); err != nil {
			t.Fatal(err)
		}
		text, err := l.SignedText()
		if err != nil {
			t.Fatal(err)
		}
		signature := l.Signature
		if name == "ECDSA" { // OpenSSL knows the other form only
			var err error
			signature, err = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])})
			if err != nil {
				t.Fatal(err)
			}
		}
		der, err := x509.MarshalPKIXPublicKey(keys()[name].Public())
		if err != nil {
			t.Fatal(err)
		}
		args := append([]string{"dgst", "-sha256"}, options...)
		args = append(args, "-verify", file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), "-signature", file("sig", signature), file("text", []byte(text)))
		if out, err := exec.Command(openssl, args...).CombinedOutput(); err != nil || !strings.Contains(string(out), "Verified OK") {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}
