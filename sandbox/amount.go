package sandbox

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// amount is an amount of money in hundredths. The forms of invoices have no finer ones, and none of more than
// sixteen digits; what of Peppol's is finer is rounded.
type amount int64

// parseAmount reads a decimal number of an invoice, an xsd:decimal: "-1234.50".
func parseAmount(s string) (amount, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, part, _ := strings.Cut(digits, ".")
	if whole+part == "" || len(whole) > 16 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt("0"+whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, false
	}
	if len(part) > 2 && part[2] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return amount(n), true
}

// MarshalJSON writes a as KSeF does: without zeros at the end.
func (a amount) MarshalJSON() ([]byte, error) {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	s := fmt.Sprintf("%s%d.%02d", sign, a/100, a%100)
	return []byte(strings.TrimSuffix(strings.TrimRight(s, "0"), ".")), nil
}

// bound is one end of a range of amounts in a request, which may be finer than amounts are.
type bound struct {
	floor, ceiling amount
}

// UnmarshalJSON reads a number.
func (b *bound) UnmarshalJSON(text []byte) error {
	const most = 1e18 // hundredths
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("%s is not a number", text)
	}
	if f = min(max(f*100, -most), most); f == most || f == -most {
		*b = bound{amount(f), amount(f)} // beyond what any invoice has; and too large to write out exactly
		return nil
	}
	exact, ok := new(big.Rat).SetString(string(text))
	if !ok {
		return fmt.Errorf("%s is not a number", text)
	}
	exact.Mul(exact, big.NewRat(100, 1))
	floor := new(big.Int).Div(exact.Num(), exact.Denom()) // Euclidean, and the denominator is positive
	b.floor, b.ceiling = amount(floor.Int64()), amount(floor.Int64())
	if !exact.IsInt() {
		b.ceiling++
	}
	return nil
}
