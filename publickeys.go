package ksef

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// PublicKeys lists the ministry's encryption keys. The SDK encrypts with them
// by itself.
type PublicKeys service

// KeyUsage is what a public key may encrypt. Unknown ones survive decoding.
type KeyUsage string

// The usages of public keys.
const (
	KSeFTokenEncryption    KeyUsage = "KsefTokenEncryption"
	SymmetricKeyEncryption KeyUsage = "SymmetricKeyEncryption"
)

// PublicKey is a certificate of a key that KSeF decrypts with.
type PublicKey struct {
	Certificate   []byte     `json:"certificate"`   // X.509, DER
	CertificateID string     `json:"certificateId"` // Base64 of the SHA-256 of Certificate
	PublicKeyID   string     `json:"publicKeyId"`   // Base64 of the SHA-256 of the key; stays when a key is certified anew
	ValidFrom     time.Time  `json:"validFrom"`
	ValidTo       time.Time  `json:"validTo"`
	Usage         []KeyUsage `json:"usage"`
}

// Query returns the keys KSeF publishes now, of every usage and validity, from
// KSeF and not from the cache. Safe to repeat.
//
//ksef:op GET /security/public-key-certificates
func (p *PublicKeys) Query(ctx context.Context) ([]PublicKey, error) {
	return p.conn.fetchKeys(ctx)
}

// Current returns the key to encrypt with: of those valid now the one that
// became valid last. Keys are cached for a day, or until a day before the first
// of them ends; when they cannot be fetched anew, those that are still valid
// go on being used (ksef-docs, "Zarządzanie kluczami publicznymi"). When there
// is none it is [ErrNoKey].
func (p *PublicKeys) Current(ctx context.Context, usage KeyUsage) (*PublicKey, error) {
	k, err := p.conn.key(ctx, usage)
	if err != nil {
		return nil, err
	}
	own := *k.PublicKey // the caller's: the cache is not to be written to
	own.Certificate, own.Usage = bytes.Clone(own.Certificate), slices.Clone(own.Usage)
	return &own, nil
}

func (c *conn) fetchKeys(ctx context.Context) ([]PublicKey, error) {
	var keys listAnswer[PublicKey]
	err := c.call(ctx, request{method: "GET", path: "/security/public-key-certificates", repeat: repeatable}, nil, &keys)
	return keys, err
}

// encrypt seals a short secret for KSeF: RSAES-OAEP with SHA-256 and
// MGF1-SHA-256, no label (ksef-docs uwierzytelnianie.md).
func (k *PublicKey) encrypt(secret []byte) ([]byte, error) {
	pub, err := k.rsa()
	if err != nil {
		return nil, err
	}
	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, pub, secret, nil)
	if err != nil {
		return nil, fmt.Errorf("ksef: public key %s: %w", k.PublicKeyID, err)
	}
	return sealed, nil
}

// rsa returns the key itself. KSeF documents no other kind.
func (k *PublicKey) rsa() (*rsa.PublicKey, error) {
	cert, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return nil, fmt.Errorf("ksef: public key %s: %w", k.PublicKeyID, err)
	}
	pub, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("ksef: public key %s is %T: want an RSA key", k.PublicKeyID, cert.PublicKey)
	}
	return pub, nil
}
