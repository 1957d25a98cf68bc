package certs

import "unicode/utf16"

// maxRounds is what one input may spend on deriving keys, over all its keys and
// tries: one and a half to four seconds of one core. Files made for strong protection spend
// about two million, those of openssl, Java and Windows a few thousand.
const maxRounds = 10_000_000

// A secret is a password in the encodings that key files want it in, and the
// work that may still be spent on deriving keys from it.
type secret struct {
	utf8   string // for PKCS#5
	bmp    []byte // for PKCS#12: UTF-16, big-endian, zero-terminated
	rounds int
}

func newSecret(password string) *secret {
	units := append(utf16.Encode([]rune(password)), 0)
	s := &secret{utf8: password, rounds: maxRounds}
	for _, u := range units {
		s.bmp = append(s.bmp, byte(u>>8), byte(u))
	}
	return s
}

// wrong is the error for a password that does not open what.
func (s *secret) wrong(what string) error {
	if s.utf8 == "" {
		return explain(ErrPasswordRequired, "%s is encrypted; give its password", what)
	}
	return explain(ErrPassword, "it does not open %s; check the password, capital letters and diacritics included", what)
}

// spend takes rounds from the work that is left.
func (s *secret) spend(rounds int) error {
	if rounds < 1 {
		return explain(ErrFormat, "key derivation in %d rounds; the encrypted data is damaged", rounds)
	}
	if rounds > s.rounds {
		return explain(ErrLimit, "key derivation in %d rounds, where %d are left of %d; encrypt the key anew with fewer rounds", rounds, s.rounds, maxRounds)
	}
	s.rounds -= rounds
	return nil
}
