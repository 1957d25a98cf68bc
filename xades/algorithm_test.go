package xades

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"testing"
)

// What is written by hand is what encoding/asn1 writes.
func TestSequence(t *testing.T) {
	numbers := map[string][]byte{
		"0": {}, "1": {0, 0, 1}, "127": {127}, "128": {0, 128}, "255": {255},
		"P-256": bytes.Repeat([]byte{0x81}, 32), "P-384": bytes.Repeat([]byte{0x7f}, 48),
		"P-521": append([]byte{1}, bytes.Repeat([]byte{0xff}, 65)...), "528 bits": bytes.Repeat([]byte{0xff}, 66),
	}
	for nameR, r := range numbers {
		for nameS, s := range numbers {
			want, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(r), new(big.Int).SetBytes(s)})
			if err != nil {
				t.Fatal(err)
			}
			if got := sequence(r, s); !bytes.Equal(got, want) {
				t.Errorf("%s and %s: %x, want %x", nameR, nameS, got, want)
			}
		}
	}
}
