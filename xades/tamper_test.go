package xades

import (
	"bytes"
	"testing"
)

// TestTamper flips a bit of every byte of signed documents. Verify refuses the result, or what it says
// is signed is what was signed: comments, white space between tags, prefixes of unsigned elements and
// the like may change.
func TestTamper(t *testing.T) {
	for name, template := range map[string]string{"enveloped": enveloped, "enveloping": enveloping, "base64": inBase64} {
		t.Run(name, func(t *testing.T) {
			doc := complete(t, template, load(t, "rsa"))
			want, err := Verify(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			accepted := 0
			for i := range doc {
				flip := []byte{0x01, 0x04, 0x20, 0x80}[i%4]
				doc[i] ^= flip
				got, err := Verify(doc, nil)
				doc[i] ^= flip
				if err != nil {
					continue
				}
				accepted++
				if !bytes.Equal(got.Signed, want.Signed) || !got.Certificate.Equal(want.Certificate) || !got.SigningTime.Equal(want.SigningTime) {
					t.Fatalf("byte %d flipped by %#x (%q): signed %s", i, flip, doc[max(0, i-20):min(len(doc), i+20)], got.Signed)
				}
			}
			t.Logf("%d of %d changes do not touch what is signed", accepted, len(doc))
		})
	}
}
