package mirror

import (
	"cmp"
	"strings"
	"testing"

	"github.com/ksef-go/ksef"
)

// Texts compare as the amounts do.
func FuzzSortable(f *testing.F) {
	for _, a := range []string{"-0.55", "-0.5", "0", "-0.00", "0.10", "1.5", "10", "9.99", "-10", "-9.99", strings.Repeat("9", 64)} {
		f.Add(a, "0.1")
		f.Add(a, "-100")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, err := ksef.ParseDecimal(a)
		y, other := ksef.ParseDecimal(b)
		if err != nil || other != nil {
			return
		}
		if got, want := cmp.Compare(sortable(x), sortable(y)), x.Rat().Cmp(y.Rat()); got != want {
			t.Errorf("%s and %s compare as %d, want %d: %q, %q", a, b, got, want, sortable(x), sortable(y))
		}
	})
}
