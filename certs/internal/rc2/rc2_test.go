package rc2

import (
	"encoding/hex"
	"testing"
)

// The vectors of RFC 2268 §5 whose effective key length is that of the key.
func TestVectors(t *testing.T) {
	for _, v := range []struct{ key, plain, sealed string }{
		{"ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{"88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
	} {
		c := New(unhex(t, v.key))
		got := make([]byte, BlockSize)
		if c.Encrypt(got, unhex(t, v.plain)); hex.EncodeToString(got) != v.sealed {
			t.Errorf("key %s: encrypted %s to %x, want %s", v.key, v.plain, got, v.sealed)
		}
		if c.Decrypt(got, unhex(t, v.sealed)); hex.EncodeToString(got) != v.plain {
			t.Errorf("key %s: decrypted %s to %x, want %s", v.key, v.sealed, got, v.plain)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
