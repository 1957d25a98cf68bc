package certs_test

import (
	"crypto"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"testing"

	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/xades"
)

// card is a key that shows nothing but its public half, and signs.
type card struct{ key crypto.Signer }

func (c card) Public() crypto.PublicKey { return c.key.Public() }

func (c card) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return c.key.Sign(rand, digest, opts)
}

func TestPair(t *testing.T) {
	seal, err := certs.NewTestSeal("5261040828", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	other, err := certs.NewTestSeal("7762811692", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	certPEM, keyPEM, err := certs.EncodePEM(seal, "")
	if err != nil {
		t.Fatal(err)
	}
	otherPEM, _, err := certs.EncodePEM(other, "")
	if err != nil {
		t.Fatal(err)
	}
	key := seal.PrivateKey.(crypto.Signer)
	both := append(append([]byte{}, otherPEM...), certPEM...)
	all, err := certs.ParseCertificates(both)
	if err != nil || len(all) != 2 || !all[0].Equal(other.Leaf) || !all[1].Equal(seal.Leaf) {
		t.Fatalf("%d certificates: %v", len(all), err)
	}
	for name, data := range map[string][]byte{"PEM": certPEM, "DER": seal.Certificate[0], "among others": both, "beside the key": append(keyPEM, certPEM...)} {
		cert, err := certs.Pair(data, card{key})
		if err != nil || !cert.Leaf.Equal(seal.Leaf) || len(cert.Certificate) != 1 {
			t.Fatalf("%s: %v, %v", name, cert.Leaf, err)
		}
		signed, err := xades.Sign([]byte("<a/>"), cert, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := xades.Verify(signed, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	_, foreign, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	damaged := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})
	for name, test := range map[string]struct {
		data []byte
		key  crypto.Signer
		want error
	}{
		"another's": {otherPEM, key, certs.ErrKeyMismatch}, "of another kind": {certPEM, foreign, certs.ErrKeyMismatch},
		"no public half": {certPEM, card{mute{}}, certs.ErrKeyMismatch}, "no key": {certPEM, nil, certs.ErrNoKey},
		"no certificate": {keyPEM, key, certs.ErrNoCertificate}, "damaged": {damaged, key, certs.ErrFormat}, "nothing": {nil, key, certs.ErrFormat},
	} {
		if _, err := certs.Pair(test.data, test.key); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// mute is a key that does not say what its public half is.
type mute struct{ crypto.Signer }

func (mute) Public() crypto.PublicKey { return nil }
