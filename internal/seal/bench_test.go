package seal_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
)

// bar is the least rate of sealing as a share of the rate of the three
// primitives it is made of, run one after another.
const bar = 0.85

// primitives does bare what sealing does: SHA-256, AES-256-CBC, SHA-256.
func primitives(key seal.Key, dst, plain []byte) {
	sha256.Sum256(plain)
	block, err := aes.NewCipher(key.Bytes())
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, key.IV()).CryptBlocks(dst, plain)
	sha256.Sum256(dst)
}

// compare runs baseline and subject in turn, so that both meet the same
// machine, and reports the share of the baseline's rate that subject reaches.
func compare(b *testing.B, size int, baseline, subject func()) {
	var base, ours time.Duration
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		baseline()
		middle := time.Now()
		subject()
		base += middle.Sub(start)
		ours += time.Since(middle)
	}
	n := float64(b.N)
	rate := func(d time.Duration) float64 { return float64(size) * n / d.Seconds() / 1e6 }
	b.ReportMetric(rate(base), "baseline-MB/s")
	b.ReportMetric(rate(ours), "ours-MB/s")
	share := rate(ours) / rate(base)
	b.ReportMetric(share, "ours/baseline")
	if share < bar && ours > 200*time.Millisecond { // shorter is noise
		b.Errorf("%.2f of the baseline's rate, want %.2f", share, bar)
	}
}

func BenchmarkSeal(b *testing.B) {
	key := newKey(b)
	for _, size := range []int{4 << 10, 64 << 10, 1 << 20, 64 << 20} {
		plain := content(size)
		bare, dst := make([]byte, size), make([]byte, 0, size+16)
		b.Run(fmt.Sprintf("oneshot/%dKiB", size>>10), func(b *testing.B) {
			compare(b, size, func() { primitives(key, bare, plain) }, func() { key.Seal(dst, plain) })
		})
		if size < 1<<20 {
			continue // streams are for parts of packages; their buffers would be the whole cost
		}
		out := bytes.NewBuffer(make([]byte, 0, size+16))
		b.Run(fmt.Sprintf("stream/%dKiB", size>>10), func(b *testing.B) {
			compare(b, size, func() { primitives(key, bare, plain) }, func() {
				out.Reset()
				w := key.NewWriter(out)
				w.Write(plain)
				w.Close()
			})
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	key := newKey(b)
	const size = 64 << 20
	plain := content(size)
	sealed, digests := key.Seal(nil, plain)
	want := seal.Want{Plain: &digests.Plain, Sealed: &digests.Sealed}
	bare := make([]byte, len(sealed))
	baseline := func() {
		sha256.Sum256(sealed)
		block, err := aes.NewCipher(key.Bytes())
		if err != nil {
			panic(err)
		}
		cipher.NewCBCDecrypter(block, key.IV()).CryptBlocks(bare, sealed)
		sha256.Sum256(bare[:size])
	}
	b.Run("oneshot", func(b *testing.B) {
		dst := make([]byte, 0, len(sealed))
		compare(b, size, baseline, func() {
			if _, _, err := key.Open(dst, sealed, want); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("stream", func(b *testing.B) {
		compare(b, size, baseline, func() {
			if _, err := io.Copy(io.Discard, key.NewReader(bytes.NewReader(sealed), want)); err != nil {
				b.Fatal(err)
			}
		})
	})
}
