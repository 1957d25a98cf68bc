package certs

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestParsePEMText reads PEM in the states in which editors, mail and consoles
// leave it.
func TestParsePEMText(t *testing.T) {
	want, certPEM, keyPEM := pair(t)
	for name, change := range map[string]func([]byte) []byte{
		"as it is":          func(b []byte) []byte { return b },
		"CRLF":              func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) },
		"byte order mark":   func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) },
		"text before":       func(b []byte) []byte { return append([]byte("Bag Attributes\n  friendlyName: x\n"), b...) },
		"text after":        func(b []byte) []byte { return append(bytes.Clone(b), "\nthat was all\n"...) },
		"no final line end": bytes.TrimSpace,
		"UTF-16 from a BOM": func(b []byte) []byte {
			return inUTF16(b, func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} })
		},
		"UTF-16, big-endian": func(b []byte) []byte {
			return inUTF16(b, func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} })
		},
		"bare Base64": func(b []byte) []byte {
			lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
			return bytes.Join(lines[1:len(lines)-1], []byte("\r\n"))
		},
		"DER": func(b []byte) []byte {
			lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
			der, _ := base64.StdEncoding.DecodeString(string(bytes.Join(lines[1:len(lines)-1], nil)))
			return der
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParsePEM(change(certPEM), change(keyPEM), "a password that nothing needs")
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, got, 1)
			same(t, got, want)
		})
	}
	t.Run("one file, key last", func(t *testing.T) {
		got, err := ParsePEM(append(bytes.Clone(certPEM), keyPEM...), nil, "")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
	})
	t.Run("label of another form", func(t *testing.T) {
		relabelled := bytes.ReplaceAll(keyPEM, []byte("PRIVATE KEY"), []byte("RSA PRIVATE KEY"))
		got, err := ParsePEM(certPEM, relabelled, "")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
	})
}

func inUTF16(b []byte, encode func(uint16) []byte) []byte {
	out := encode(0xfeff)
	for _, u := range utf16.Encode([]rune(string(b))) {
		out = append(out, encode(u)...)
	}
	return out
}

func TestParsePEMErrors(t *testing.T) {
	_, certPEM, keyPEM := pair(t)
	_, otherCert, otherKey := pair(t)
	archive, err := os.ReadFile(throwaway("java.p12"))
	if err != nil {
		t.Fatal(err)
	}
	truncated := slices.Concat(keyPEM[:len(keyPEM)/2], []byte("\n"), certPEM)
	for name, c := range map[string]struct {
		cert, key []byte
		want      error
		says      string
	}{
		"nothing":             {nil, nil, ErrFormat, "empty"},
		"blank":               {[]byte("\r\n"), nil, ErrFormat, "empty"},
		"a web page":          {[]byte("<!DOCTYPE html>"), nil, ErrFormat, "HTML"},
		"noise":               {[]byte("\x00\x01\x02"), nil, ErrFormat, "unknown"},
		"PKCS#12":             {archive, nil, ErrFormat, "LoadP12"},
		"truncated block":     {truncated, nil, ErrFormat, "1 of 2 PEM blocks"},
		"indented":            {append([]byte("  "), certPEM...), nil, ErrFormat, "1 of 1 PEM blocks"},
		"only a certificate":  {certPEM, nil, ErrNoKey, `found "CERTIFICATE"`},
		"only a key":          {keyPEM, nil, ErrNoCertificate, `found "PRIVATE KEY"`},
		"only a request":      {armoured("CERTIFICATE REQUEST", []byte{0x30, 0}), nil, ErrNoCertificate, `found "CERTIFICATE REQUEST"`},
		"another key":         {certPEM, otherKey, ErrKeyMismatch, "Test Organisation"},
		"two other keys":      {certPEM, append(bytes.Clone(otherKey), otherKey...), ErrKeyMismatch, ""},
		"two other certs":     {append(bytes.Clone(otherCert), otherCert...), keyPEM, ErrKeyMismatch, "none of the 2"},
		"damaged certificate": {armoured("CERTIFICATE", []byte{0x30, 0}), keyPEM, ErrFormat, "certificate is damaged"},
		"damaged key":         {certPEM, armoured("PRIVATE KEY", []byte{0x30, 0}), ErrFormat, "key is damaged"},
		"OpenSSH":             {certPEM, armoured("OPENSSH PRIVATE KEY", []byte("openssh-key-v1")), ErrFormat, "ssh-keygen"},
		"unknown legacy cipher": {certPEM, []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: CAMELLIA-128-CBC,00000000000000000000000000000000\n\n" +
			base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n-----END RSA PRIVATE KEY-----\n"), ErrUnsupportedEncryption, "openssl pkcs8"},
		"megabytes":       {bytes.Repeat([]byte(" "), maxInput+1), nil, ErrLimit, "1048576"},
		"an enormous key": {certPEM, armoured("PRIVATE KEY", make([]byte, maxKey+1)), ErrLimit, "16384"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePEM(c.cert, c.key, "secret")
			wantError(t, err, c.want, "secret")
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}

// TestKeyAmongOthers finds the key in a file that also holds one that is not
// supported, and says what was wrong if there is no other.
func TestKeyAmongOthers(t *testing.T) {
	want, certPEM, keyPEM := pair(t)
	dsa, err := os.ReadFile(throwaway("dsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParsePEM(certPEM, append(bytes.Clone(dsa), keyPEM...), "")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)

	_, _, otherKey := pair(t)
	_, err = ParsePEM(certPEM, append(otherKey, dsa...), "")
	wantError(t, err, ErrUnsupportedKey)
}

// TestUnreadableIssuer keeps a certificate usable whose issuer crypto/x509 cannot
// read.
func TestUnreadableIssuer(t *testing.T) {
	want, certPEM, keyPEM := pair(t)
	got, err := ParsePEM(append(armoured("CERTIFICATE", []byte{0x30, 0}), certPEM...), keyPEM, "")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
}

func TestLoadPEMFiles(t *testing.T) {
	want, certPEM, keyPEM := pair(t)
	dir := t.TempDir()
	path := func(name string, content []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	cert, key := path("seal.crt", certPEM), path("seal.key", keyPEM)
	both := path("both.pem", append(bytes.Clone(keyPEM), certPEM...))
	for _, files := range [][2]string{{cert, key}, {both, ""}, {both, both}, {cert, both}, {both, key}} {
		got, err := LoadPEM(files[0], files[1], "")
		if err != nil {
			t.Fatalf("%v: %v", files, err)
		}
		same(t, got, want)
	}

	_, _, otherKey := pair(t)
	other := path("other.key", otherKey)
	for _, c := range []struct {
		cert, key string
		want      error
		names     string
	}{
		{"missing.crt", key, fs.ErrNotExist, "missing.crt"},
		{cert, "missing.key", fs.ErrNotExist, "missing.key"},
		{key, cert, ErrNoCertificate, "seal.key"},
		{cert, "", ErrNoKey, "seal.crt"},
		{cert, other, ErrKeyMismatch, "other.key"},
		{path("big", make([]byte, maxInput+1)), key, ErrLimit, "big"},
	} {
		_, err := LoadPEM(c.cert, c.key, "")
		wantError(t, err, c.want)
		if !strings.Contains(err.Error(), c.names) {
			t.Errorf("%v does not name %s", err, c.names)
		}
	}
	if _, err := LoadPEM(key, cert, ""); !strings.Contains(err.Error(), "swapped") {
		t.Errorf("%v does not guess that the files were swapped", err)
	}
	if _, err := LoadPEM(dir, key, ""); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a directory was read: %v", err)
	}
	if _, err := LoadP12("missing.p12", ""); err == nil || !strings.Contains(err.Error(), "missing.p12") {
		t.Errorf("a missing file was read: %v", err)
	}
}

func TestEncodeErrors(t *testing.T) {
	seal, _, _ := pair(t)
	withoutKey, withoutCert, card := seal, seal, seal
	withoutKey.PrivateKey = nil
	withoutCert.Certificate = nil
	card.PrivateKey = onlySigner{seal.PrivateKey}
	_, _, err := EncodePEM(withoutKey, "")
	wantError(t, err, ErrNoKey)
	_, err = EncodeP12(withoutKey, "")
	wantError(t, err, ErrNoKey)
	_, _, err = EncodePEM(withoutCert, "")
	wantError(t, err, ErrNoCertificate)
	_, err = EncodeP12(withoutCert, "")
	wantError(t, err, ErrNoCertificate)
	_, _, err = EncodePEM(card, "")
	wantError(t, err, ErrUnsupportedKey)
	_, err = EncodeP12(card, "")
	wantError(t, err, ErrUnsupportedKey)
	if _, err = EncodeP12(seal, "🔑"); err == nil || strings.Contains(err.Error(), "🔑") {
		t.Errorf("a password that PKCS#12 cannot hold: %v", err)
	}
}

// onlySigner is a key that signs and does not show itself, like a card's.
type onlySigner struct{ key any }

// TestManyWrongPasswords tries so many that some decrypt to what looks padded:
// those must not be taken for damage.
func TestManyWrongPasswords(t *testing.T) {
	for _, file := range []string{"ec-no-mac.p12", "ec-pkcs8-pbes1-3des.pem", "rsa-legacy-aes256.pem"} {
		data, err := os.ReadFile(throwaway(file))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 600 {
			password := fmt.Sprint("wrong password ", i)
			if strings.HasSuffix(file, ".p12") {
				_, err = ParseP12(data, password)
			} else {
				_, err = ParsePEM(data, nil, password)
			}
			wantError(t, err, ErrPassword, password)
		}
	}
}
