package certs

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"

	"github.com/ksef-go/ksef/certs/internal/rc2"
)

const oidPBES2 = "1.2.840.113549.1.5.13"

// A blockCipher is a cipher by the size of its key.
type blockCipher struct {
	keySize int
	create  func(key []byte) (cipher.Block, error)
}

// pbes2Ciphers are the encryption schemes of PBES2, RFC 8018 appendix B.2.
var pbes2Ciphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// pkcs12Ciphers are the schemes of RFC 7292 appendix C, all with SHA-1.
var pkcs12Ciphers = map[string]blockCipher{
	"1.2.840.113549.1.12.1.3": {24, des.NewTripleDESCipher},
	"1.2.840.113549.1.12.1.4": {16, newTwoKeyTripleDES},
	"1.2.840.113549.1.12.1.5": {16, newRC2},
	"1.2.840.113549.1.12.1.6": {5, newRC2},
}

// pbes1Hashes are the hashes of PBES1 with DES, RFC 8018 appendix A.3: what
// `openssl pkcs8 -topk8` wrote before version 1.1.
var pbes1Hashes = map[string]func() hash.Hash{
	"1.2.840.113549.1.5.3":  md5.New,
	"1.2.840.113549.1.5.10": sha1.New,
}

func newTwoKeyTripleDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(append(key[:16:16], key[:8]...))
}

func newRC2(key []byte) (cipher.Block, error) { return rc2.New(key), nil }

// encryptedKey is EncryptedPrivateKeyInfo, RFC 5958 §3.
type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// decrypt opens data, which alg says how to open; what names it in errors.
func (s *secret) decrypt(what string, alg pkix.AlgorithmIdentifier, data []byte) ([]byte, error) {
	block, iv, err := s.cipher(alg)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, explain(ErrFormat, "%s is not a whole number of encrypted blocks; it is damaged", what)
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)

	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size {
		return nil, s.wrong(what)
	}
	plain, pad := plain[:len(plain)-padding], plain[len(plain)-padding:]
	if !bytes.Equal(pad, bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, s.wrong(what)
	}
	return plain, nil
}

func (s *secret) cipher(alg pkix.AlgorithmIdentifier) (block cipher.Block, iv []byte, err error) {
	oid := alg.Algorithm.String()
	if oid == oidPBES2 {
		return s.pbes2(alg)
	}
	var params struct {
		Salt   []byte
		Rounds int
	}
	pkcs12, isPKCS12 := pkcs12Ciphers[oid]
	pbes1, isPBES1 := pbes1Hashes[oid]
	if !isPKCS12 && !isPBES1 {
		return nil, nil, unknownAlgorithm("scheme", alg)
	}
	if err := parameters(alg, &params); err != nil {
		return nil, nil, err
	}
	if err := s.spend(params.Rounds); err != nil {
		return nil, nil, err
	}
	if isPBES1 {
		key := pbkdf1(pbes1, s.utf8, params.Salt, params.Rounds)
		block, err = des.NewCipher(key[:8])
		return block, key[8:16], err
	}
	key := pkcs12KDF(sha1.New, forKey, s.bmp, params.Salt, params.Rounds, pkcs12.keySize)
	iv = pkcs12KDF(sha1.New, forIV, s.bmp, params.Salt, params.Rounds, des.BlockSize)
	block, err = pkcs12.create(key)
	return block, iv, err
}

// pbes2Params are PBES2-params, RFC 8018 appendix A.4.
type pbes2Params struct{ KDF, Cipher pkix.AlgorithmIdentifier }

func (s *secret) pbes2(alg pkix.AlgorithmIdentifier) (block cipher.Block, iv []byte, err error) {
	var params pbes2Params
	if err := parameters(alg, &params); err != nil {
		return nil, nil, err
	}
	c, ok := pbes2Ciphers[params.Cipher.Algorithm.String()]
	if !ok {
		return nil, nil, unknownAlgorithm("cipher", params.Cipher)
	}
	if err := parameters(params.Cipher, &iv); err != nil {
		return nil, nil, err
	}
	key, err := s.derive(params.KDF, c.keySize)
	if err != nil {
		return nil, nil, err
	}
	block, err = c.create(key)
	return block, iv, err
}

// parameters reads the parameters of an algorithm.
func parameters(alg pkix.AlgorithmIdentifier, into any) error {
	if _, err := asn1.Unmarshal(alg.Parameters.FullBytes, into); err != nil {
		return explain(ErrFormat, "the parameters of algorithm %v are damaged (%v)", alg.Algorithm, err)
	}
	return nil
}

func unknownAlgorithm(role string, alg pkix.AlgorithmIdentifier) error {
	return explain(ErrUnsupportedEncryption, "unknown %s %v; encrypt the key anew with AES-256, as openssl 3 does by default", role, alg.Algorithm)
}
