package sandbox

import (
	"fmt"
	"strings"
	"time"

	"github.com/ksef-go/ksef/internal/checksum"
)

// ksefNumber returns a number for an invoice that is accepted now: the seller, the day in Poland, twelve
// hexadecimal digits and their CRC-8 (ksef-docs faktury/numer-ksef.md).
func (s *source) ksefNumber(seller string, now time.Time) string {
	n := seller + "-" + inWarsaw(now).Format("20060102") + "-" + strings.ToUpper(s.hex(6))
	return fmt.Sprintf("%s-%02X", n, checksum.CRC8(n))
}

// collectiveNumber returns a number for a collective identifier that is made now.
func (s *source) collectiveNumber(seller string, now time.Time) string {
	n := seller + "-IZ" + inWarsaw(now).Format("200601") + "-" + strings.ToUpper(s.hex(6))
	return fmt.Sprintf("%s-%02X", n, checksum.CRC8(n))
}
