package archive

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestTarHeaders compares with the standard library, whose headers they are.
func TestTarHeaders(t *testing.T) {
	headers, err := newTarHeaders()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "FV_2026_02_00001.xml", strings.Repeat("~", 100), strings.Repeat("n", 101), "luty/" + strings.Repeat("n", 100), "żółw.xml"} {
		for _, size := range []int64{0, 1, 7, 8, 511, 4850, 3_000_000, 1<<33 - 1, 1 << 33} {
			var want bytes.Buffer
			if err := tar.NewWriter(&want).WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644}); err != nil {
				t.Fatal(err)
			}
			if got, err := headers.header(name, size); err != nil || !bytes.Equal(got, want.Bytes()) {
				t.Errorf("%q of %d bytes: %v, another header", name, size, err)
			}
		}
	}
}

func BenchmarkTarHeader(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		headers, err := newTarHeaders()
		for b.Loop() {
			if err == nil {
				_, err = headers.header("FV_2026_02_00001.xml", 4850)
			}
		}
		if err != nil {
			b.Fatal(err)
		}
	})
	b.Run("baseline", func(b *testing.B) {
		w := tar.NewWriter(io.Discard)
		for b.Loop() {
			w.WriteHeader(&tar.Header{Name: "FV_2026_02_00001.xml", Mode: 0o644})
		}
	})
}
