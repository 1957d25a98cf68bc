package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/ksef-go/ksef/internal/checksum"
)

// Two letters in a reference number tell what it names.
const (
	kindChallenge      = "CR"
	kindAuthentication = "AU"
	kindToken          = "EC"
	kindOnline         = "SO"
	kindBatch          = "SB"
	kindInvoice        = "EE"
	kindReceipt        = "EU"
	kindExport         = "EH"
	kindEnrollment     = "EH" // both of the ministry's examples have it
	kindPermissions    = "EG"
)

// source makes everything that looks random. Equal seeds give equal series.
type source struct {
	mu  sync.Mutex
	rng *rand.ChaCha8
}

func newSource(seed uint64) *source {
	var key [32]byte
	copy(key[:], "ksef sandbox")
	binary.LittleEndian.PutUint64(key[24:], seed)
	return &source{rng: rand.NewChaCha8(key)}
}

// hex returns n bytes in lower-case hexadecimal digits.
func (s *source) hex(n int) string {
	b := make([]byte, n)
	s.mu.Lock()
	s.rng.Read(b)
	s.mu.Unlock()
	return hex.EncodeToString(b)
}

// reference returns a new reference number. As in all of KSeF's, the first block of digits ends in
// 000, and the number ends in the CRC-8 of what stands before the last hyphen.
func (s *source) reference(kind string, at time.Time) string {
	d := strings.ToUpper(s.hex(9))
	n := at.UTC().Format("20060102") + "-" + kind + "-" + d[:7] + "000-" + d[8:] + "-"
	return n + strings.ToUpper(hex.EncodeToString([]byte{checksum.CRC8(n[:len(n)-1])}))
}

// serial returns the serial number of a certificate: 16 upper-case hexadecimal digits, the first byte of which is
// 01, 02 or 03, as in the ministry's examples.
func (s *source) serial() string {
	d := strings.ToUpper(s.hex(8))
	return "0" + string('1'+d[0]%3) + d[2:]
}

// uuid returns a random UUID (RFC 9562, version 4).
func (s *source) uuid() string {
	d := s.hex(16)
	variant := "89ab"[d[16]%4:][:1]
	return d[:8] + "-" + d[8:12] + "-4" + d[13:16] + "-" + variant + d[17:20] + "-" + d[20:]
}
