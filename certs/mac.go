package certs

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"hash"
)

// macData is MacData of RFC 7292 §4.
type macData struct {
	Digest struct {
		Algorithm pkix.AlgorithmIdentifier
		Value     []byte
	}
	Salt   []byte
	Rounds int `asn1:"optional,default:1"`
}

const oidPBMAC1 = "1.2.840.113549.1.5.14"

// digests are the hashes of PKCS#12 MACs.
var digests = map[string]func() hash.Hash{
	"1.2.840.113549.2.5":     md5.New,
	"1.3.14.3.2.26":          sha1.New,
	"2.16.840.1.101.3.4.2.4": sha256.New224,
	"2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.2": sha512.New384,
	"2.16.840.1.101.3.4.2.3": sha512.New,
}

// verify checks the MAC over content, which tells a wrong password from damage
// and says how the archive spells an empty password.
func (s *secret) verify(mac macData, content []byte) error {
	if mac.Digest.Algorithm.Algorithm.String() == oidPBMAC1 {
		return s.verifyPBMAC1(mac, content)
	}
	newHash, ok := digests[mac.Digest.Algorithm.Algorithm.String()]
	if !ok {
		return unknownAlgorithm("MAC", mac.Digest.Algorithm)
	}
	// An empty password is two zero bytes to most programs and no bytes at all
	// to some.
	spellings := [][]byte{s.bmp}
	if s.utf8 == "" {
		spellings = append(spellings, nil)
	}
	for _, spelling := range spellings {
		if err := s.spend(mac.Rounds); err != nil {
			return err
		}
		key := pkcs12KDF(newHash, forMAC, spelling, mac.Salt, mac.Rounds, newHash().Size())
		if authentic(newHash, key, mac, content) {
			s.bmp = spelling
			return nil
		}
	}
	return s.wrong("the archive")
}

// verifyPBMAC1 follows RFC 9879.
func (s *secret) verifyPBMAC1(mac macData, content []byte) error {
	var params struct{ KDF, MAC pkix.AlgorithmIdentifier }
	if err := parameters(mac.Digest.Algorithm, &params); err != nil {
		return err
	}
	newHash, ok := hmacs[params.MAC.Algorithm.String()]
	if !ok {
		return unknownAlgorithm("MAC", params.MAC)
	}
	var kdf pbkdf2Params
	if err := parameters(params.KDF, &kdf); err != nil {
		return err
	}
	// RFC 9879 §8 demands the size and advises against short ones; no hash has
	// a longer block than 128 bytes.
	if kdf.KeySize < 20 || kdf.KeySize > 128 {
		return explain(ErrFormat, "a MAC key of %d bytes, where 20 to 128 are usual; export the archive anew", kdf.KeySize)
	}
	key, err := s.derive(params.KDF, kdf.KeySize)
	if err != nil {
		return err
	}
	if !authentic(newHash, key, mac, content) {
		return s.wrong("the archive")
	}
	return nil
}

func authentic(newHash func() hash.Hash, key []byte, mac macData, content []byte) bool {
	h := hmac.New(newHash, key)
	h.Write(content)
	return hmac.Equal(h.Sum(nil), mac.Digest.Value)
}
