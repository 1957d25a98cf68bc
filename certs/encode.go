package certs

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"
)

// encodingRounds makes guessing passwords slow, and opening the key take a tenth
// of a second. OWASP recommends it for PBKDF2 with SHA-256.
const encodingRounds = 600_000

// EncodePEM returns the certificate with its chain, and the private key in
// PKCS#8, each in PEM. Unless the password is empty, the key is encrypted with
// it (PBES2: PBKDF2 with SHA-256, AES-256), so that openssl and Java can read
// it. A key that only signs, such as that of a smart card, is
// [ErrUnsupportedKey].
func EncodePEM(cert tls.Certificate, password string) (certPEM, keyPEM []byte, err error) {
	der, err := encodable(cert)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cert.Certificate {
		certPEM = append(certPEM, pem.EncodeToMemory(&pem.Block{Type: labelCertificate, Bytes: c})...)
	}
	keyPEM, err = encodeKey(der, password)
	return certPEM, keyPEM, err
}

// EncodeKey returns a private key without a certificate as [EncodePEM] does: one
// that is to be kept before a certificate is ordered for it.
func EncodeKey(key crypto.PrivateKey, password string) ([]byte, error) {
	der, err := encodableKey(key)
	if err != nil {
		return nil, err
	}
	return encodeKey(der, password)
}

// encodeKey returns a PKCS#8 key in PEM, encrypted unless the password is empty.
func encodeKey(der []byte, password string) ([]byte, error) {
	label := labelKey
	if password != "" {
		var err error
		if der, err = encrypt(der, password); err != nil {
			return nil, err
		}
		label = "ENCRYPTED PRIVATE KEY"
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), nil
}

// EncodeP12 returns the certificate with its chain and the private key as a
// PKCS#12 archive, encrypted with AES-256, which openssl from 1.1.1, Java from 12
// and Windows from 2019 can read. An empty password protects nothing. Characters
// outside the Basic Multilingual Plane, such as emoji, are refused.
func EncodeP12(cert tls.Certificate, password string) ([]byte, error) {
	if _, err := encodable(cert); err != nil {
		return nil, err
	}
	var chain []*x509.Certificate
	for _, der := range cert.Certificate {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("certs: %w", explain(ErrFormat, "the certificate is damaged (%v)", err))
		}
		chain = append(chain, c)
	}
	archive, err := pkcs12.Modern2023.WithIterations(encodingRounds).Encode(cert.PrivateKey, chain[0], chain[1:], password)
	if err != nil {
		return nil, fmt.Errorf("certs: %w", err)
	}
	return archive, nil
}

// encodable returns the key of cert in PKCS#8, if there is something to encode.
func encodable(cert tls.Certificate) ([]byte, error) {
	der, err := encodableKey(cert.PrivateKey)
	if err == nil && len(cert.Certificate) == 0 {
		return nil, fmt.Errorf("certs: %w", ErrNoCertificate)
	}
	return der, err
}

// encodableKey returns a key in PKCS#8, if it can leave where it is.
func encodableKey(key crypto.PrivateKey) ([]byte, error) {
	switch key.(type) {
	case nil:
		return nil, fmt.Errorf("certs: %w", ErrNoKey)
	case *rsa.PrivateKey, *ecdsa.PrivateKey:
	default:
		return nil, fmt.Errorf("certs: %w", explain(ErrUnsupportedKey, "a %T cannot be written to a file; only RSA and ECDSA keys in memory can", key))
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("certs: %w", explain(ErrUnsupportedKey, "%v", err))
	}
	return der, nil
}

// encrypt returns a PKCS#8 key as EncryptedPrivateKeyInfo, RFC 5958 §3.
func encrypt(key []byte, password string) ([]byte, error) {
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	rand.Read(salt) // never fails
	rand.Read(iv)
	derived, err := pbkdf2.Key(sha256.New, password, salt, encodingRounds, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	padding := aes.BlockSize - len(key)%aes.BlockSize
	sealed := append(bytes.Clone(key), bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)

	var m marshaller
	prf := m.algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, asn1.NullRawValue)
	kdf := m.algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, pbkdf2Params{Salt: salt, Rounds: encodingRounds, PRF: prf})
	aes256 := m.algorithm(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, iv)
	pbes2 := m.algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, pbes2Params{kdf, aes256})
	der := m.marshal(encryptedKey{pbes2, sealed})
	return der, m.err
}

// A marshaller keeps the first error, so that nested structures read as such.
type marshaller struct{ err error }

func (m *marshaller) marshal(v any) []byte {
	der, err := asn1.Marshal(v)
	m.err = cmp.Or(m.err, err)
	return der
}

func (m *marshaller) algorithm(oid asn1.ObjectIdentifier, parameters any) pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.RawValue{FullBytes: m.marshal(parameters)}}
}
