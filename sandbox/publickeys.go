package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
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

// keyBits is the size of the ministry's keys: its clients expect 256 bytes of ciphertext.
const keyBits = 2048

// keyring holds the encryption keys. They are made when first needed.
type keyring struct {
	lazyAuthority
	mu   sync.Mutex
	keys []*encryptionKey // the newest last
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

// current returns the keys that are published now. Where one of a usage is wanting, as at first or after
// all have expired, it is made; both at once, because making them takes a while.
func (r *keyring) current(now time.Time) ([]*encryptionKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = slices.DeleteFunc(r.keys, func(k *encryptionKey) bool { return !now.Before(k.until) })
	var wanting []string
	for _, usage := range []string{tokenEncryption, symmetricEncryption} {
		if !slices.ContainsFunc(r.keys, func(k *encryptionKey) bool { return k.usage == usage }) {
			wanting = append(wanting, usage)
		}
	}
	err := r.add(now, wanting...)
	return slices.Clone(r.keys), err
}

// add makes a key for each usage.
func (r *keyring) add(now time.Time, usages ...string) error {
	if len(usages) == 0 {
		return nil
	}
	ca, err := r.authority()
	if err != nil {
		return err
	}
	made := make([]*encryptionKey, len(usages))
	errs := make([]error, len(usages))
	var wg sync.WaitGroup
	for i, usage := range usages {
		wg.Go(func() { made[i], errs[i] = newEncryptionKey(ca, usage, now) })
	}
	wg.Wait()
	for i := range usages {
		if errs[i] != nil {
			return errs[i]
		}
	}
	r.keys = append(r.keys, made...)
	return nil
}

func newEncryptionKey(ca *authority, usage string, now time.Time) (*encryptionKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("sandbox: key for %s: %w", usage, err)
	}
	from := now.UTC().Truncate(time.Second)
	cert, err := ca.sign(&x509.Certificate{
		Subject:   sandboxName("SANDBOX " + usage),
		NotBefore: from,
		NotAfter:  from.AddDate(2, 0, 0), // as the ministry's
		KeyUsage:  x509.KeyUsageKeyEncipherment,
	}, key.Public())
	if err != nil {
		return nil, err
	}
	return &encryptionKey{usage, key, cert, cert.NotAfter}, nil
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
	return r.add(now, tokenEncryption, symmetricEncryption)
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
