// Package checksum holds the check digits and checksums of the identifiers
// that KSeF uses. The functions look at the digits alone: an argument of
// another length or with other characters has no valid checksum.
package checksum

// NIP reports whether s is ten digits of which the last checks the others
// (weights 6, 5, 7, 2, 3, 4, 5, 6, 7, modulo 11).
func NIP(s string) bool {
	d, ok := NIPDigit(s)
	return ok && len(s) == 10 && s[9] == d
}

// NIPDigit returns the digit that checks the first nine digits of s. There is
// none, and the number is never assigned, when the sum modulo 11 is ten.
func NIPDigit(s string) (digit byte, ok bool) {
	if len(s) < 9 {
		return 0, false
	}
	sum, ok := weigh(s[:9], 6, 5, 7, 2, 3, 4, 5, 6, 7)
	sum %= 11
	return byte('0' + sum), ok && sum < 10
}

// PESEL reports whether s is eleven digits of which the last checks the others
// (weights 1, 3, 7, 9 repeated, modulo 10). It does not look at the date.
func PESEL(s string) bool {
	d, ok := PESELDigit(s)
	return ok && len(s) == 11 && s[10] == d
}

// PESELDigit returns the digit that checks the first ten digits of s.
func PESELDigit(s string) (digit byte, ok bool) {
	if len(s) < 10 {
		return 0, false
	}
	sum, ok := weigh(s[:10], 1, 3, 7, 9)
	return byte('0' + (10-sum%10)%10), ok
}

// InternalIDDigit returns the digit that checks an internal identifier: nip is
// the NIP, unit the four digits between the hyphen and the check digit
// (weights 1, 3 repeated over all fourteen digits, modulo 10).
func InternalIDDigit(nip, unit string) (digit byte, ok bool) {
	if len(nip) != 10 || len(unit) != 4 {
		return 0, false
	}
	sum, ok := weigh(nip+unit, 1, 3)
	return byte('0' + sum%10), ok
}

// weigh sums the digits of s, each times its weight; the weights repeat.
func weigh(s string, weights ...int) (sum int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		sum += weights[i%len(weights)] * int(s[i]-'0')
	}
	return sum, true
}

// CRC8 is the checksum at the end of KSeF numbers, reference numbers and
// collective identifiers: polynomial 0x07, initial value 0, no reflection, no
// final xor. Its argument is everything before the last hyphen.
func CRC8(s string) byte {
	var crc byte
	for i := range len(s) {
		crc = crc8[crc^s[i]]
	}
	return crc
}

// crc8 is what becomes of each value of a byte. It is never written to.
var crc8 = func() (table [256]byte) {
	for i := range table {
		crc := byte(i)
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 0x07
			} else {
				crc <<= 1
			}
		}
		table[i] = crc
	}
	return table
}()
