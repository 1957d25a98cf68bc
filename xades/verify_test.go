package xades

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// load reads one of the throw-away keys of testdata/keys.
func load(t testing.TB, name string) tls.Certificate {
	t.Helper()
	c, err := tls.LoadX509KeyPair("testdata/keys/"+name+".pem", "testdata/keys/"+name+".key")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var at = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func TestSignedDocumentVerifies(t *testing.T) {
	for _, key := range []string{"rsa", "p256", "p384", "p521", "issued"} {
		out, err := Sign([]byte("<a><b/></a>"), load(t, key), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Verify(out, nil)
		if err != nil {
			t.Fatal(err)
		}
		if string(s.Signed) != "<a><b></b></a>" {
			t.Errorf("%s", s.Signed)
		}
	}
}

func TestVectors(t *testing.T) {
	files, _ := filepath.Glob("testdata/vectors/*.xml")
	for _, f := range files {
		b, _ := os.ReadFile(f)
		s, err := Verify(b, nil)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		t.Log(f, s.Packaging, s.Profile, s.Method, s.SigningTime, len(s.Chain))
	}
}
