package certs

import (
	"crypto"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// frugal is a secret that cannot buy more work than a fuzzer has time for, yet
// opens the golden files.
func frugal(password string) *secret {
	s := newSecret(password)
	s.rounds = 200_000
	return s
}

// check holds for whatever went in: either a complete pair came out, or an error
// of those documented that keeps the password to itself.
func check(t *testing.T, cert tls.Certificate, err error, password string) {
	if err != nil {
		if !slices.ContainsFunc(conditions, func(c error) bool { return errors.Is(err, c) }) {
			t.Errorf("undocumented error %v", err)
		}
		// Short passwords may be part of an innocent word.
		if len(password) > 8 && strings.Contains(err.Error(), password) && !strings.Contains("PRIVATE KEY CERTIFICATE", password) {
			t.Errorf("%v gives the password away", err)
		}
		return
	}
	if cert.Leaf == nil || len(cert.Certificate) == 0 {
		t.Fatal("no certificate and no error")
	}
	public := cert.PrivateKey.(crypto.Signer).Public().(interface{ Equal(crypto.PublicKey) bool })
	if !public.Equal(cert.Leaf.PublicKey) {
		t.Error("the key is not that of the certificate")
	}
}

// seed adds the golden files, whole and cut off.
func seed(f *testing.F, archives bool) {
	for _, g := range golden {
		if strings.HasSuffix(g.file, ".p12") != archives {
			continue
		}
		data, err := os.ReadFile(throwaway(g.file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, g.password)
		f.Add(data[:len(data)/2], "")
		// Keys in DER, where a changed byte is not lost in Base64.
		if block, _ := pem.Decode(data); block != nil && block.Headers["DEK-Info"] == "" {
			f.Add(block.Bytes, g.password)
		}
	}
}

func FuzzParsePEM(f *testing.F) {
	seed(f, false)
	_, certPEM, _ := pair(f)
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		cert, err := parsePEM("", "", data, data, frugal(password))
		check(t, cert, err, password)
		cert, err = parsePEM("", "", certPEM, data, frugal(password))
		check(t, cert, err, password)
	})
}

func FuzzParseP12(f *testing.F) {
	seed(f, true)
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		cert, err := parseP12("", data, frugal(password))
		check(t, cert, err, password)
	})
}
