package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/ksef-go/ksef/internal/seal"
)

// sizes lie around every edge: the cipher block, the Reader's and Writer's
// block of 128 KiB, and the holding back of the last cipher block.
var sizes = []int{0, 1, 15, 16, 17, 31, 32, 6480, 128<<10 - 17, 128<<10 - 16, 128<<10 - 1, 128 << 10, 128<<10 + 1, 256<<10 - 16, 256 << 10, 1_000_003}

// content returns n bytes that are the same in every run.
func content(n int) []byte {
	out := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(out)
	return out
}

func newKey(t testing.TB) seal.Key {
	t.Helper()
	key, err := seal.New(rand.NewChaCha8([32]byte{2}))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// stream seals through a Writer, in pieces of uneven sizes.
func stream(t testing.TB, key seal.Key, plain []byte) ([]byte, seal.Digests) {
	t.Helper()
	var out bytes.Buffer
	w := key.NewWriter(&out)
	for i := 0; len(plain) > 0; i++ {
		n := min(len(plain), []int{1, 16, 7, 4096, 33, 300_000}[i%6])
		if _, err := w.Write(plain[:n]); err != nil {
			t.Fatal(err)
		}
		plain = plain[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), w.Digests()
}

func TestRoundTrip(t *testing.T) {
	key := newKey(t)
	for _, n := range sizes {
		plain := content(n)
		sealed, digests := key.Seal(nil, plain)
		if want := (seal.Digests{Plain: seal.DigestOf(plain), Sealed: seal.DigestOf(sealed)}); digests != want {
			t.Errorf("%d bytes: digests %v, want %v", n, digests, want)
		}
		if got := int64(len(sealed)); got != seal.PaddedSize(int64(n)) {
			t.Errorf("%d bytes: sealed into %d, PaddedSize says %d", n, got, seal.PaddedSize(int64(n)))
		}
		streamed, streamedDigests := stream(t, key, plain)
		if !bytes.Equal(streamed, sealed) || streamedDigests != digests {
			t.Errorf("%d bytes: the stream differs from the one-shot", n)
		}

		want := seal.Want{Plain: &digests.Plain, Sealed: &digests.Sealed}
		opened, openedDigests, err := key.Open(nil, sealed, want)
		if err != nil || !bytes.Equal(opened, plain) || openedDigests != digests {
			t.Errorf("%d bytes: Open: %v, digests %v", n, err, openedDigests)
		}
		for name, src := range map[string]io.Reader{
			"whole": bytes.NewReader(sealed),
			"half":  iotest.HalfReader(bytes.NewReader(sealed)),
			"eager": iotest.DataErrReader(bytes.NewReader(sealed)),
		} {
			r := key.NewReader(src, want)
			opened, err := io.ReadAll(iotest.OneByteReader(r))
			if err != nil || !bytes.Equal(opened, plain) || r.Digests() != digests {
				t.Errorf("%d bytes, %s: Read: %v", n, name, err)
			}
		}
		var copied bytes.Buffer
		if m, err := key.NewReader(bytes.NewReader(sealed), want).WriteTo(&copied); err != nil || m != int64(n) || !bytes.Equal(copied.Bytes(), plain) {
			t.Errorf("%d bytes: WriteTo: %d, %v", n, m, err)
		}
	}
}

func TestAppends(t *testing.T) {
	key := newKey(t)
	sealed, _ := key.Seal([]byte("before"), []byte("plain"))
	if !bytes.HasPrefix(sealed, []byte("before")) {
		t.Fatalf("Seal overwrote dst: %q", sealed)
	}
	opened, _, err := key.Open([]byte("before "), sealed[len("before"):], seal.Want{})
	if err != nil || string(opened) != "before plain" {
		t.Errorf("Open gave %q, %v", opened, err)
	}
	in := append(make([]byte, 0, 64), "in place"...)
	sealed, _ = key.Seal(in[:0], in)
	if opened, _, err := key.Open(sealed[:0], sealed, seal.Want{}); err != nil || string(opened) != "in place" {
		t.Errorf("in place: %q, %v", opened, err)
	}
}

// TestOpenRefuses says of each defect which check finds it, by Open and by the
// Reader alike. Sandbox and client tell the defects apart by it.
func TestOpenRefuses(t *testing.T) {
	key := newKey(t)
	for _, n := range []int{20, 300_000} {
		plain := content(n)
		sealed, good := key.Seal(nil, plain)
		wrongPadding := flip(sealed, len(sealed)-17) // in CBC: the last plain byte
		other := seal.Digest{Hash: seal.Hash{1}, Size: 1}
		tests := []struct {
			name   string
			sealed []byte
			want   seal.Want
			check  seal.Check
		}{
			{"empty", nil, seal.Want{}, seal.SealedSize},
			{"cut inside a block", sealed[:len(sealed)-1], seal.Want{}, seal.SealedSize},
			{"cut", sealed[:len(sealed)-16], seal.Want{Sealed: &good.Sealed}, seal.SealedSize},
			{"longer", append(slices.Clone(sealed), sealed[:16]...), seal.Want{Sealed: &good.Sealed}, seal.SealedSize},
			{"altered", flip(sealed, 3), seal.Want{Sealed: &good.Sealed}, seal.SealedHash},
			{"padding behind a wrong hash", wrongPadding, seal.Want{Sealed: &good.Sealed}, seal.SealedHash},
			{"padding", wrongPadding, seal.Want{Plain: &good.Plain}, seal.Padding},
			{"padding of zero", lastPlainByte(key, sealed, 0), seal.Want{}, seal.Padding},
			{"padding over a block", lastPlainByte(key, sealed, 17), seal.Want{}, seal.Padding},
			{"plain size", sealed, seal.Want{Plain: &other}, seal.PlainSize},
			{"plain hash", sealed, seal.Want{Plain: &seal.Digest{Hash: other.Hash, Size: good.Plain.Size}}, seal.PlainHash},
			{"altered and unknown", flip(sealed, 3), seal.Want{Plain: &good.Plain}, seal.PlainHash},
		}
		for _, test := range tests {
			opened, _, err := key.Open(nil, test.sealed, test.want)
			assertCheck(t, test.name+": Open", err, test.check)
			if opened != nil {
				t.Errorf("%s: Open returned %d bytes beside the error", test.name, len(opened))
			}
			r := key.NewReader(bytes.NewReader(test.sealed), test.want)
			_, err = io.Copy(io.Discard, r)
			assertCheck(t, test.name+": Reader", err, test.check)
			if _, again := r.Read(make([]byte, 1)); again != err {
				t.Errorf("%s: the error did not last: %v", test.name, again)
			}
		}
	}
}

func assertCheck(t *testing.T, name string, err error, want seal.Check) {
	t.Helper()
	var got *seal.Error
	if !errors.As(err, &got) || !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 0x80
	return b
}

// lastPlainByte alters sealed so that the last byte of padding becomes fill.
func lastPlainByte(key seal.Key, sealed []byte, fill byte) []byte {
	opened, _, err := key.Open(nil, sealed, seal.Want{})
	if err != nil {
		panic(err)
	}
	was := byte(len(sealed) - len(opened))
	sealed = slices.Clone(sealed)
	sealed[len(sealed)-17] ^= was ^ fill
	return sealed
}

// TestReaderHoldsBack: of content whose sealed hash is wrong, the last buffer
// never comes out, and content over its size stops at once.
func TestReaderHoldsBack(t *testing.T) {
	key := newKey(t)
	sealed, good := key.Seal(nil, content(1000))
	n, err := io.Copy(io.Discard, key.NewReader(bytes.NewReader(flip(sealed, 3)), seal.Want{Sealed: &good.Sealed}))
	if n != 0 || !errors.Is(err, seal.SealedHash) {
		t.Errorf("short content gave %d bytes before %v", n, err)
	}
	endless := io.MultiReader(bytes.NewReader(sealed), iotest.ErrReader(errors.New("read on")))
	if _, err := io.Copy(io.Discard, key.NewReader(io.LimitReader(rand.NewChaCha8([32]byte{}), 1<<40), seal.Want{Sealed: &good.Sealed})); !errors.Is(err, seal.SealedSize) {
		t.Errorf("a terabyte instead of a kilobyte: %v", err)
	}
	if _, err := io.Copy(io.Discard, key.NewReader(endless, seal.Want{})); err == nil || err.Error() != "read on" {
		t.Errorf("the error of the source became %v", err)
	}
}

// TestCutBody: a source that says it was cut off is not content that ended.
func TestCutBody(t *testing.T) {
	key := newKey(t)
	sealed, _ := key.Seal(nil, content(1000))
	src := io.MultiReader(bytes.NewReader(sealed), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := io.ReadAll(key.NewReader(src, seal.Want{})); err != io.ErrUnexpectedEOF {
		t.Errorf("got %v, want io.ErrUnexpectedEOF", err)
	}
}

func TestWriterErrors(t *testing.T) {
	key := newKey(t)
	full := errors.New("disk full")
	w := key.NewWriter(failing{full})
	if _, err := w.Write(content(200_000)); err != full {
		t.Errorf("Write: %v, want %v", err, full)
	}
	if _, err := w.Write([]byte{1}); err != full {
		t.Errorf("Write after a failure: %v, want %v", err, full)
	}
	if err := w.Close(); err != full {
		t.Errorf("Close: %v, want %v", err, full)
	}
	if err := key.NewWriter(failing{full}).Close(); err != full {
		t.Errorf("Close of nothing: %v, want %v", err, full)
	}

	var out bytes.Buffer
	w = key.NewWriter(&out)
	for range 2 {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if out.Len() != 16 {
		t.Errorf("closing twice wrote %d bytes, want 16", out.Len())
	}
	if _, err := w.Write([]byte{1}); err == nil {
		t.Error("Write after Close succeeded")
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriterAllocatesNothingPerBlock(t *testing.T) {
	w := newKey(t).NewWriter(io.Discard)
	block := content(300_000)
	if n := testing.AllocsPerRun(20, func() { w.Write(block) }); n != 0 {
		t.Errorf("%v allocations a write, want none", n)
	}
}

func TestHashText(t *testing.T) {
	digest := seal.DigestOf([]byte("abc"))
	text, err := json.Marshal(digest)
	const want = `{"hash":"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=","size":3}`
	if err != nil || string(text) != want {
		t.Fatalf("%s, %v; want %s", text, err, want)
	}
	var back seal.Digest
	if err := json.Unmarshal(text, &back); err != nil || back != digest {
		t.Errorf("%v, %v", back, err)
	}
	for _, bad := range []string{"", "AAAA", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1="} {
		var h seal.Hash
		if err := h.UnmarshalText([]byte(bad)); !errors.Is(err, seal.HashText) || h != (seal.Hash{}) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	key := newKey(f)
	sealed, _ := key.Seal(nil, content(100))
	f.Add(sealed, uint16(1))
	f.Add(sealed[:99], uint16(40))
	f.Add([]byte{}, uint16(7))
	f.Fuzz(func(t *testing.T, sealed []byte, piece uint16) {
		opened, digests, err := key.Open(nil, sealed, seal.Want{})
		var streamed bytes.Buffer
		r := key.NewReader(iotest.HalfReader(bytes.NewReader(sealed)), seal.Want{})
		_, streamErr := io.CopyBuffer(struct{ io.Writer }{&streamed}, struct{ io.Reader }{r}, make([]byte, int(piece)+1))
		if (err == nil) != (streamErr == nil) || err != nil && err.Error() != streamErr.Error() {
			t.Fatalf("Open says %v, Reader says %v", err, streamErr)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(opened, streamed.Bytes()) || r.Digests() != digests {
			t.Fatal("Open and Reader disagree")
		}
		if again, _ := key.Seal(nil, opened); !bytes.Equal(again, sealed) {
			t.Fatal("sealing again gives other bytes")
		}
	})
}
