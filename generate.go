package ksef

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ksef-go/ksef/internal/checksum"
)

// GenerateNIP makes up a well-formed NIP, for tests. It takes its randomness
// from r; nil means a source that is different each time. The number may
// belong to somebody: use it in test environments only.
func GenerateNIP(r *rand.Rand) NIP {
	for {
		digits := fmt.Sprintf("%09d", 100_000_000+between(r, 0, 899_999_999))
		if d, ok := checksum.NIPDigit(digits); ok && checkNIP(digits+"0") == "" {
			return NIP(digits + string(rune(d)))
		}
	}
}

// GeneratePESEL makes up a well-formed PESEL of somebody born on the given day,
// for tests. The zero time means some day from 1930 to 2005. Randomness comes
// from r; nil means a source that is different each time. It fails when born
// lies outside the years 1800 to 2299, which no PESEL can express.
func GeneratePESEL(r *rand.Rand, born time.Time) (PESEL, error) {
	if born.IsZero() {
		born = time.Date(1930, 1, 1+between(r, 0, 76*365), 0, 0, 0, 0, time.UTC)
	}
	for i, century := range peselCenturies {
		if born.Year()/100*100 != century {
			continue
		}
		digits := fmt.Sprintf("%02d%02d%02d%04d", born.Year()%100, int(born.Month())+20*i, born.Day(), between(r, 0, 9999))
		d, _ := checksum.PESELDigit(digits) // ten digits always have one
		return PESEL(digits + string(rune(d))), nil
	}
	return "", fmt.Errorf("ksef: no PESEL for somebody born in %d: want a year from 1800 to 2299", born.Year())
}

func between(r *rand.Rand, low, high int) int {
	if r == nil {
		return low + rand.IntN(high-low+1)
	}
	return low + r.IntN(high-low+1)
}
