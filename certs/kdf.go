package certs

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"hash"
	"math"

	"golang.org/x/crypto/scrypt"
)

const (
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"
)

// hmacs are the pseudo-random functions of PBKDF2, RFC 8018 appendix B.1.
var hmacs = map[string]func() hash.Hash{
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.8":  sha256.New224,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.10": sha512.New384,
	"1.2.840.113549.2.11": sha512.New,
	"1.2.840.113549.2.12": sha512.New512_224,
	"1.2.840.113549.2.13": sha512.New512_256,
}

// derive makes a key of size bytes the way alg says.
func (s *secret) derive(alg pkix.AlgorithmIdentifier, size int) ([]byte, error) {
	switch alg.Algorithm.String() {
	case oidPBKDF2:
		return s.pbkdf2(alg, size)
	case oidScrypt:
		return s.scrypt(alg, size)
	}
	return nil, unknownAlgorithm("key derivation", alg)
}

// pbkdf2Params are PBKDF2-params, RFC 8018 appendix A.2.
type pbkdf2Params struct {
	Salt    []byte
	Rounds  int
	KeySize int                      `asn1:"optional"`
	PRF     pkix.AlgorithmIdentifier `asn1:"optional"`
}

func (s *secret) pbkdf2(alg pkix.AlgorithmIdentifier, size int) ([]byte, error) {
	var params pbkdf2Params
	if err := parameters(alg, &params); err != nil {
		return nil, err
	}
	prf := sha1.New // the default
	if params.PRF.Algorithm != nil {
		var ok bool
		if prf, ok = hmacs[params.PRF.Algorithm.String()]; !ok {
			return nil, unknownAlgorithm("pseudo-random function", params.PRF)
		}
	}
	if err := s.spend(params.Rounds); err != nil {
		return nil, err
	}
	return pbkdf2.Key(prf, s.utf8, params.Salt, params.Rounds, size)
}

// maxScryptMemory is four times what openssl uses by default and twice what it
// agrees to use.
const maxScryptMemory = 64 << 20

// scrypt follows RFC 7914 §7.
func (s *secret) scrypt(alg pkix.AlgorithmIdentifier, size int) ([]byte, error) {
	var params struct {
		Salt    []byte
		N, R, P int
		KeySize int `asn1:"optional"`
	}
	if err := parameters(alg, &params); err != nil {
		return nil, err
	}
	n, r, p := params.N, params.R, params.P
	if n < 2 || n&(n-1) != 0 || r < 1 || p < 1 {
		return nil, explain(ErrFormat, "scrypt with N=%d, r=%d, p=%d; the encrypted data is damaged", n, r, p)
	}
	// Floating point, because hostile factors overflow integers.
	if memory := 128 * float64(r) * (float64(n) + float64(p)); memory > maxScryptMemory {
		return nil, explain(ErrLimit, "scrypt with N=%d, r=%d, p=%d needs %.0f MiB, where %d are allowed; encrypt the key anew with less", n, r, p, memory/(1<<20), maxScryptMemory>>20)
	}
	// One step over a 128-byte unit takes as long as a round of PBKDF2.
	steps := float64(n) * float64(r) * float64(p)
	if err := s.spend(int(math.Min(steps, math.MaxInt32))); err != nil {
		return nil, err
	}
	return scrypt.Key([]byte(s.utf8), params.Salt, n, r, p, size)
}

// pbkdf1 follows RFC 8018 §5.1.
func pbkdf1(newHash func() hash.Hash, password string, salt []byte, rounds int) []byte {
	h := newHash()
	key := append([]byte(password), salt...)
	for range rounds {
		h.Reset()
		h.Write(key)
		key = h.Sum(key[:0])
	}
	return key
}

// What a key derived by pkcs12KDF is for, RFC 7292 appendix B.3.
const (
	forKey = 1
	forIV  = 2
	forMAC = 3
)

// pkcs12KDF follows RFC 7292 appendix B.2.
func pkcs12KDF(newHash func() hash.Hash, purpose byte, password, salt []byte, rounds, size int) []byte {
	h := newHash()
	v := h.BlockSize()
	diversifier := make([]byte, v)
	for i := range diversifier {
		diversifier[i] = purpose
	}
	blocks := append(fill(salt, v), fill(password, v)...)

	var key []byte
	for {
		h.Reset()
		h.Write(diversifier)
		h.Write(blocks)
		sum := h.Sum(nil)
		for range rounds - 1 {
			h.Reset()
			h.Write(sum)
			sum = h.Sum(sum[:0])
		}
		if key = append(key, sum...); len(key) >= size {
			return key[:size]
		}
		addend := fill(sum, v)[:v]
		for start := 0; start < len(blocks); start += v {
			// block = (block + addend + 1) mod 2^8v, big-endian
			carry := 1
			for i := v - 1; i >= 0; i-- {
				carry += int(blocks[start+i]) + int(addend[i])
				blocks[start+i] = byte(carry)
				carry >>= 8
			}
		}
	}
}

// fill repeats b to the next multiple of v bytes.
func fill(b []byte, v int) []byte {
	size := (len(b) + v - 1) / v * v
	filled := make([]byte, 0, size+len(b))
	for len(filled) < size {
		filled = append(filled, b...)
	}
	return filled[:size]
}
