package ber

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func TestToDER(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"DER":                      {"3003020101", "3003020101"},
		"primitive":                {"020101", "020101"},
		"what follows is dropped":  {"020101ff", "020101"},
		"indefinite":               {"30800201010000", "3003020101"},
		"indefinite in indefinite": {"3080308002010100000000", "30053003020101"},
		"indefinite in definite":   {"300730800201010000", "30053003020101"},
		"long length":              {"308400000003020101", "3003020101"},
		"pieces":                   {"2480040161040262630000", "0403616263"},
		"pieces of pieces":         {"24802480040161000004026263" + "0000", "0403616263"},
		"definite pieces":          {"2406040161040162", "04026162"},
		"no pieces":                {"24800000", "0400"},
		"pieces under a tag":       {"a080040161040162" + "0000", "a006040161040162"},
		"long tag":                 {"bf818001800201010000", "bf818001" + "03020101"},
		"opaque octets":            {"04043080" + "0000", "040430800000"},
		"150 bytes":                {"2480048196" + strings.Repeat("00", 150) + "0000", "048196" + strings.Repeat("00", 150)},
		"300 bytes":                {"24800482012c" + strings.Repeat("00", 300) + "0000", "0482012c" + strings.Repeat("00", 300)},
	} {
		in, want := unhex(t, c.in), unhex(t, c.want)
		if got, err := ToDER(in); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %x, %v, want %x", name, got, err, want)
		}
	}
}

func TestToDERErrors(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":              "",
		"no length":            "30",
		"unfinished tag":       "3f81",
		"unfinished length":    "308201",
		"enormous length":      "3084ffffffff",
		"longest length":       "30ff" + strings.Repeat("ff", 127),
		"truncated":            "30030201",
		"truncated primitive":  "040261",
		"no end":               "3080020101",
		"half an end":          "308002010100",
		"primitive indefinite": "04800000",
		"wrong pieces":         "24800201010000",
		"deep":                 strings.Repeat("3080", 10_000),
	} {
		if got, err := ToDER(unhex(t, in)); err == nil {
			t.Errorf("%s: became %x", name, got)
		}
	}
}

func FuzzToDER(f *testing.F) {
	for _, seed := range []string{"3003020101", "30800201010000", "2480040161040262630000", "bf818001800201010000"} {
		b, _ := hex.DecodeString(seed)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		der, err := ToDER(in)
		if err != nil {
			return
		}
		again, err := ToDER(der)
		if err != nil || !bytes.Equal(again, der) {
			t.Errorf("%x became %x, and that became %x, %v", in, der, again, err)
		}
	})
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
