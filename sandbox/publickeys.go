package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// What the ministry's keys are for.
const (
	tokenEncryption     = "KsefTokenEncryption"
	symmetricEncryption = "SymmetricKeyEncryption"
)

// usages has one key each.
var usages = [...]string{tokenEncryption, symmetricEncryption}

// keyBits is the size of the ministry's keys: its clients expect 256 bytes of ciphertext.
const keyBits = 2048

// Keys are private keys that servers may share as their first encryption keys, because making them takes
// the better part of a second. The zero Keys is ready to use; the keys are made when first needed. Each
// server certifies and rotates them for itself.
type Keys struct {
	once    sync.Once
	private []*rsa.PrivateKey
	err     error
}

// take returns a key for each usage.
func (k *Keys) take() ([]*rsa.PrivateKey, error) {
	k.once.Do(func() { k.private, k.err = newPrivateKeys() })
	return k.private, k.err
}

// newPrivateKeys makes a key for each usage, all at once.
func newPrivateKeys() ([]*rsa.PrivateKey, error) {
	keys, errs := make([]*rsa.PrivateKey, len(usages)), make([]error, len(usages))
	var wg sync.WaitGroup
	for i := range usages {
		wg.Go(func() { keys[i], errs[i] = rsa.GenerateKey(rand.Reader, keyBits) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("sandbox: encryption keys: %w", err)
	}
	return keys, nil
}

// keyring holds the encryption keys of a server. They are made when first needed.
type keyring struct {
	lazyAuthority
	shared *Keys // for the first generation; nil when it is not shared
	mu     sync.Mutex
	keys   []*encryptionKey // the newest last
}

// encryptionKey is one of the ministry's keys.
type encryptionKey struct {
	usage   string
	private *rsa.PrivateKey
	cert    *x509.Certificate
	until   time.Time // end of its publication
}

// id is the publicKeyId: the SHA-256 of the SubjectPublicKeyInfo.
func (k *encryptionKey) id() string { return digest(k.cert.RawSubjectPublicKeyInfo) }

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// current returns the keys that are published now. When there are none, as at first and after all have
// expired, they are made.
func (r *keyring) current(now time.Time) ([]*encryptionKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.keys == nil
	r.keys = slices.DeleteFunc(r.keys, func(k *encryptionKey) bool { return !now.Before(k.until) })
	if len(r.keys) > 0 {
		return slices.Clone(r.keys), nil
	}
	take := newPrivateKeys
	if first && r.shared != nil {
		take = r.shared.take
	}
	err := r.add(now, take)
	return slices.Clone(r.keys), err
}

// add adds a generation of keys, one for each usage.
func (r *keyring) add(now time.Time, take func() ([]*rsa.PrivateKey, error)) error {
	ca, err := r.authority()
	if err != nil {
		return err
	}
	private, err := take()
	if err != nil {
		return err
	}
	from := now.UTC().Truncate(time.Second).AddDate(0, 0, -1) // clocks differ
	made := make([]*encryptionKey, len(usages))
	for i, usage := range usages {
		cert, err := ca.sign(&x509.Certificate{
			Subject:   sandboxName("SANDBOX " + usage),
			NotBefore: from,
			NotAfter:  from.AddDate(2, 0, 0), // as the ministry's
			KeyUsage:  x509.KeyUsageKeyEncipherment,
		}, private[i].Public())
		if err != nil {
			return err
		}
		made[i] = &encryptionKey{usage, private[i], cert, cert.NotAfter}
	}
	r.keys = append(r.keys, made...)
	return nil
}

// RotateKeys replaces the encryption keys, as KSeF does now and then. The old ones are published and
// accepted beside the new ones for the given time; with zero they are refused at once, as in an
// emergency. It fails only when no keys can be made.
func (s *Server) RotateKeys(overlap time.Duration) error {
	now := s.Now()
	r := &s.keys
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.keys {
		if end := now.Add(overlap); end.Before(k.until) {
			k.until = end
		}
	}
	return r.add(now, newPrivateKeys)
}

// open decrypts what was encrypted with a key of the given usage (RSAES-OAEP with SHA-256). With an id it
// must be that key's, and a key that is unknown, withdrawn or for something else is refused; without,
// every key is tried.
func (r *keyring) open(usage string, id *string, ciphertext []byte, now time.Time) (plain []byte, opened bool, err error) {
	keys, err := r.current(now)
	if err != nil {
		return nil, false, err
	}
	keys = slices.DeleteFunc(keys, func(k *encryptionKey) bool { return k.usage != usage || id != nil && k.id() != *id })
	if id != nil && len(keys) == 0 {
		return nil, false, bad(ksef.CodeUnknownKey, "Klucz o identyfikatorze "+*id+" nie jest wspierany.")
	}
	for _, k := range slices.Backward(keys) { // the newest first
		if plain, err := rsa.DecryptOAEP(sha256.New(), nil, k.private, ciphertext, nil); err == nil {
			return plain, true, nil
		}
	}
	return nil, false, nil
}

// publicKeys answers GET /security/public-key-certificates.
func (s *Server) publicKeys(c *call) (any, error) {
	keys, err := s.keys.current(c.now)
	if err != nil {
		return nil, err
	}
	type published struct {
		Certificate   []byte    `json:"certificate"`
		CertificateID string    `json:"certificateId"`
		PublicKeyID   string    `json:"publicKeyId"`
		ValidFrom     timestamp `json:"validFrom"`
		ValidTo       timestamp `json:"validTo"`
		Usage         []string  `json:"usage"`
	}
	out := make([]published, len(keys))
	for i, k := range keys {
		out[i] = published{k.cert.Raw, digest(k.cert.Raw), k.id(), timestamp(k.cert.NotBefore), timestamp(k.cert.NotAfter), []string{k.usage}}
	}
	return out, nil
}
