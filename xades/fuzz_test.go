package xades

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzVerify starts from signed documents, without their keys. Whatever is accepted under one of their
// certificates must be one of their contents.
func FuzzVerify(f *testing.F) {
	signed := map[string]bool{}
	certificates := map[string]bool{}
	files, err := filepath.Glob("testdata/*/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/golden-v1.xml", "testdata/golden-v2.xml") {
		doc, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		got, err := Verify(doc, nil)
		if err != nil {
			f.Fatal(err)
		}
		signed[string(got.Signed)], certificates[string(got.Certificate.Raw)] = true, true
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := Verify(doc, nil)
		if err != nil {
			return
		}
		if certificates[string(got.Certificate.Raw)] && !signed[string(got.Signed)] {
			t.Errorf("nobody signed %s", got.Signed)
		}
	})
}

// FuzzSign signs what it can, and that verifies.
func FuzzSign(f *testing.F) {
	for _, doc := range contexts {
		f.Add([]byte(doc))
	}
	cert := load(f, "p256")
	f.Fuzz(func(t *testing.T, doc []byte) {
		signed, err := Sign(doc, cert, nil)
		if err != nil {
			return
		}
		got, err := Verify(signed, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, signed)
		}
		if string(got.Signed) != canonical(t, strings.TrimPrefix(string(doc), "\ufeff")) {
			t.Errorf("signed %s", got.Signed)
		}
	})
}
