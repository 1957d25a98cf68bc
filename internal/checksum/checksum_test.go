package checksum_test

import (
	"testing"

	"github.com/ksef-go/ksef/internal/checksum"
)

func TestNIP(t *testing.T) {
	for s, want := range map[string]bool{
		"5261040828": true, "5260250274": true, "1111111111": true,
		"5261040827": false, "526104082": false, "52610408280": false, "52610408a8": false, "": false,
	} {
		if got := checksum.NIP(s); got != want {
			t.Errorf("NIP(%q) = %v", s, got)
		}
	}
}

// A sum of ten modulo eleven has no digit: no NIP begins like that.
func TestNIPWithoutDigit(t *testing.T) {
	if d, ok := checksum.NIPDigit("100000016"); ok {
		t.Errorf("digit %q", d)
	}
}

func TestPESEL(t *testing.T) {
	for s, want := range map[string]bool{
		"44051401359": true, "02070803628": true, "44051401358": false, "4405140135": false, "4405140135x": false,
	} {
		if got := checksum.PESEL(s); got != want {
			t.Errorf("PESEL(%q) = %v", s, got)
		}
	}
}

func TestInternalIDDigit(t *testing.T) {
	if d, ok := checksum.InternalIDDigit("6824515772", "1234"); !ok || d != '3' {
		t.Errorf("digit %c, %v; want 3", d, ok)
	}
	for _, in := range [][2]string{{"682451577", "1234"}, {"6824515772", "12345"}, {"6824515772", "12x4"}} {
		if _, ok := checksum.InternalIDDigit(in[0], in[1]); ok {
			t.Errorf("InternalIDDigit(%q, %q) succeeded", in[0], in[1])
		}
	}
}

func TestCRC8(t *testing.T) {
	for s, want := range map[string]byte{
		"":                                 0,
		"123456789":                        0xF4, // the check value of CRC-8 in the catalogues
		"1111111111-IZ202607-65ED02180000": 0xE7,
	} {
		if got := checksum.CRC8(s); got != want {
			t.Errorf("CRC8(%q) = %02X, want %02X", s, got, want)
		}
	}
}
