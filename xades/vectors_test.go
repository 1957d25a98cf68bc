package xades

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVectors verifies what EU DSS (the library of the ministry's Java client) and signxml (that of
// ksef2) made of one request. internal/conformance/vectors says how.
func TestVectors(t *testing.T) {
	request, err := os.ReadFile("testdata/request.xml")
	if err != nil {
		t.Fatal(err)
	}
	want := canonical(t, string(request))
	for _, v := range []struct {
		file   string
		key    string
		method string
		chain  int
	}{
		{"dss-rsa-v1", "rsa", rsa256, 0},
		{"dss-rsa-v2", "rsa", rsa256, 0},
		{"dss-p256-v1", "p256", ecdsa256, 0},
		{"dss-p256-v2", "p256", ecdsa256, 0},
		{"dss-p384-v1", "p384", more2001 + "ecdsa-sha384", 0},
		{"dss-p384-v2", "p384", more2001 + "ecdsa-sha384", 0},
		{"dss-p521-v1", "p521", more2001 + "ecdsa-sha512", 0},
		{"dss-p521-v2", "p521", more2001 + "ecdsa-sha512", 0},
		{"dss-issued-v1", "issued", rsa256, 1},
		{"dss-issued-v2", "issued", rsa256, 1},
		{"dss-pss", "rsa", more2007 + "sha256-rsa-MGF1", 0},
		{"dss-enveloping-xml", "rsa", rsa256, 0},
		{"dss-enveloping-base64", "rsa", rsa256, 0},
		{"signxml-rsa", "rsa", rsa256, 0},
		{"signxml-p256", "p256", ecdsa256, 0},
		{"signxml-enveloping", "rsa", rsa256, 0},
		{"signxml-c14n-comments", "rsa", rsa256, 0},
		{"signxml-ecdsa-sha384", "p384", more2001 + "ecdsa-sha384", 0},
		{"signxml-ecdsa-sha512", "p521", more2001 + "ecdsa-sha512", 0},
		{"signxml-ecdsa-sha3-256", "p256", more2021 + "ecdsa-sha3-256", 0},
		{"signxml-ecdsa-sha3-384", "p384", more2021 + "ecdsa-sha3-384", 0},
		{"signxml-ecdsa-sha3-512", "p521", more2021 + "ecdsa-sha3-512", 0},
		{"signxml-sha1-mgf1", "rsa", more2007 + "sha1-rsa-MGF1", 0},
		{"signxml-sha256-mgf1", "rsa", more2007 + "sha256-rsa-MGF1", 0},
		{"signxml-sha384-mgf1", "rsa", more2007 + "sha384-rsa-MGF1", 0},
		{"signxml-sha512-mgf1", "rsa", more2007 + "sha512-rsa-MGF1", 0},
		{"signxml-sha3-256-mgf1", "rsa", more2007 + "sha3-256-rsa-MGF1", 0},
		{"signxml-sha3-384-mgf1", "rsa", more2007 + "sha3-384-rsa-MGF1", 0},
		{"signxml-sha3-512-mgf1", "rsa", more2007 + "sha3-512-rsa-MGF1", 0},
	} {
		t.Run(v.file, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join("testdata", "vectors", v.file+".xml"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			if signed := canonical(t, string(got.Signed)); signed != want {
				t.Errorf("signed %s", signed)
			}
			if string(got.Certificate.Raw) != string(load(t, v.key).Certificate[0]) || len(got.Chain) != v.chain {
				t.Errorf("certificate %v, chain of %d", got.Certificate.Subject, len(got.Chain))
			}
			packaging := Enveloped
			if strings.Contains(v.file, "enveloping") {
				packaging = Enveloping
			}
			if got.Method != v.method || got.Packaging != packaging || got.Profile != ProfileB {
				t.Errorf("method %q, packaging %q, profile %q", got.Method, got.Packaging, got.Profile)
			}
			if got.SigningTime.Before(got.Certificate.NotBefore) || got.SigningTime.After(got.Certificate.NotAfter) {
				t.Errorf("signing time %v", got.SigningTime)
			}
		})
	}
}
