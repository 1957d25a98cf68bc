package upo

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/ksef-go/ksef/xades"
)

// The baselines, in the same run: the tokens of the standard library's parser without looking at any, and
// the signature alone.

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1, maxDocuments} {
		doc := []byte(many(b, n, "FV/2026/12/12345"))
		b.Run(fmt.Sprintf("%d/encoding_xml_RawToken", n), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				d := xml.NewDecoder(bytes.NewReader(doc))
				for {
					if token, _ := d.RawToken(); token == nil {
						break
					}
				}
			}
		})
		b.Run(fmt.Sprintf("%d/upo", n), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, n := range []int{1, maxDocuments} {
		doc := sign(b, many(b, n, "FV/2026/12/12345"), throwaway(b))
		b.Run(fmt.Sprintf("%d/xades", n), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := xades.Verify(doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%d/upo", n), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Verify(doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The last of 10,000 documents is found by looking at all of them.
func BenchmarkProves(b *testing.B) {
	invoice := testInvoice(b)
	doc := change(b, many(b, maxDocuments, "FV/2026/12/12345"), Hash(sha256.Sum256([]byte("5265877635-20261201-02000000270F"))).String(), invoiceHash)
	r := verified(b, doc)
	b.Run("sha256", func(b *testing.B) {
		for b.Loop() {
			sha256.Sum256(invoice)
		}
	})
	b.Run("upo", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.Proves(invoice); err != nil {
				b.Fatal(err)
			}
		}
	})
}
