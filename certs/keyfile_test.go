package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"testing"

	"github.com/ksef-go/ksef/certs"
)

// A key is read as it was written, with its password and no other.
func TestKeyRoundTrip(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	onRSA, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "zażółć"} {
		for _, key := range []any{ec, onRSA} {
			text, err := certs.EncodeKey(key, password)
			if err != nil {
				t.Fatal(err)
			}
			if encrypted := bytes.Contains(text, []byte("ENCRYPTED")); encrypted != (password != "") {
				t.Errorf("%T with password %q: encrypted is %v", key, password, encrypted)
			}
			got, err := certs.ParseKey(text, password)
			if err != nil {
				t.Fatal(err)
			}
			switch key := key.(type) {
			case *ecdsa.PrivateKey:
				if !key.Equal(got) {
					t.Error("another key came back")
				}
			case *rsa.PrivateKey:
				if !key.Equal(got) {
					t.Error("another key came back")
				}
			}
		}
	}
}

func TestKeyRefused(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text, err := certs.EncodeKey(key, "secret")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := certs.NewTestSeal("5261040828", &certs.TestOptions{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	certPEM, _, err := certs.EncodePEM(cert, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data     []byte
		password string
		want     error
	}{
		"no password":    {text, "", certs.ErrPasswordRequired},
		"wrong password": {text, "public", certs.ErrPassword},
		"a certificate":  {certPEM, "", certs.ErrNoKey},
		"nonsense":       {[]byte("nonsense"), "", certs.ErrFormat},
	} {
		if _, err := certs.ParseKey(test.data, test.password); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if _, err := certs.EncodeKey(nil, ""); !errors.Is(err, certs.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
	if _, err := certs.EncodeKey("a key", ""); !errors.Is(err, certs.ErrUnsupportedKey) {
		t.Errorf("no key that is known: %v", err)
	}
}
