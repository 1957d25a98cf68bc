package mirror

import (
	"fmt"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// sortable writes an amount so that texts compare as the amounts do, exactly,
// however many digits there are: a sign, how many digits the whole part has,
// and the digits without zeros at the end. Of negative ones all is turned
// round, and they end in what is greater than any digit.
func sortable(d ksef.Decimal) string {
	text, negative := strings.CutPrefix(string(d), "-")
	whole, fraction, _ := strings.Cut(text, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" && fraction == "" {
		negative = false // there is one zero
	}
	key := fmt.Sprintf("%02d%s.%s", len(whole), whole, fraction)
	if !negative {
		return "+" + key
	}
	return "!" + strings.Map(func(r rune) rune {
		if r == '.' {
			return r
		}
		return '0' + '9' - r
	}, key) + "~"
}

// tick is as fine as KSeF's times are.
const tick = 100 * time.Nanosecond

// ticks is a moment as the index keeps it; one between two of KSeF's is the
// earlier.
func ticks(t time.Time) int64 {
	return t.Unix()*int64(time.Second/tick) + int64(t.Nanosecond())/int64(tick)
}

// ticksFrom is the first moment of KSeF's that is not before t.
func ticksFrom(t time.Time) int64 { return ticks(t.Add(tick - 1)) }
