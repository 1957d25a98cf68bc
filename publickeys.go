package ksef

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync"
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
	return p.conn.key(ctx, usage)
}

// ErrNoKey reports that KSeF publishes no valid key for a usage.
var ErrNoKey = errors.New("ksef publishes no valid public key")

// keyring is the cache of the ministry's keys.
type keyring struct {
	gate gate // held while fetching

	mu      sync.Mutex
	keys    []PublicKey
	fetched time.Time // zero when the keys must be fetched anew
}

const keyringLife = 24 * time.Hour

func (c *conn) fetchKeys(ctx context.Context) ([]PublicKey, error) {
	var keys []PublicKey
	err := c.call(ctx, request{method: "GET", path: "/security/public-key-certificates", repeat: repeatable}, nil, &keys)
	return keys, err
}

// key returns the current key of a usage, fetching the keys when the cache is
// empty or old. Concurrent callers fetch once.
func (c *conn) key(ctx context.Context, usage KeyUsage) (*PublicKey, error) {
	if k, fresh := c.keys.current(usage, c.now()); fresh {
		return k, nil
	}
	if err := c.keys.gate.enter(ctx); err != nil {
		return nil, fmt.Errorf("ksef: public keys: %w", err)
	}
	defer c.keys.gate.leave()
	cached, fresh := c.keys.current(usage, c.now())
	if fresh {
		return cached, nil
	}
	keys, err := c.fetchKeys(ctx)
	if err != nil {
		if cached != nil { // old, but valid: better than not working
			return cached, nil
		}
		return nil, err
	}
	c.keys.store(keys, c.now())
	k, _ := c.keys.current(usage, c.now())
	if k == nil {
		return nil, fmt.Errorf("ksef: %w for %s", ErrNoKey, usage)
	}
	return k, nil
}

// current returns the best valid key, and whether the cache is fresh enough to
// use it without asking.
func (r *keyring) current(usage KeyUsage, now time.Time) (best *PublicKey, fresh bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	expiring := false
	for i, k := range r.keys {
		if now.Before(k.ValidFrom) || !now.Before(k.ValidTo) {
			continue
		}
		if slices.Contains(k.Usage, usage) && (best == nil || k.ValidFrom.After(best.ValidFrom)) {
			best = &r.keys[i]
			expiring = k.ValidTo.Sub(now) < keyringLife
		}
	}
	life := keyringLife
	if expiring { // its successor is announced by now
		life = time.Hour
	}
	return best, best != nil && !r.fetched.IsZero() && now.Sub(r.fetched) < life
}

func (r *keyring) store(keys []PublicKey, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.fetched = keys, now
}

// forget makes the next use fetch the keys anew, unless that happened since
// the key in question was read.
func (r *keyring) forget(refused *PublicKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = slices.DeleteFunc(slices.Clone(r.keys), func(k PublicKey) bool { return k.PublicKeyID == refused.PublicKeyID })
	r.fetched = time.Time{}
}

// withKey calls send with the current key of a usage. When KSeF does not know
// the key (it was withdrawn since it was read), the keys are read again and
// send is called once more: the refusal said that nothing was done
// (ksef-docs, emergency rotation).
func (c *conn) withKey(ctx context.Context, usage KeyUsage, send func(*PublicKey) error) error {
	k, err := c.key(ctx, usage)
	if err != nil {
		return err
	}
	err = send(k)
	if !errors.Is(err, CodeUnknownKey) {
		return err
	}
	c.keys.forget(k)
	if k, err = c.key(ctx, usage); err != nil {
		return err
	}
	return send(k)
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
