package certs

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strings"
)

// Fingerprint returns the SHA-256 of the certificate's DER form in 64 upper-case
// hexadecimal digits, as KSeF names certificates without a NIP or PESEL
// (ksef-docs uwierzytelnianie.md).
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// ParseCertificates reads the certificates in data, in PEM or DER, in the order in
// which they stand there. Private keys beside them are passed over.
func ParseCertificates(data []byte) ([]*x509.Certificate, error) {
	var c container
	if err := c.openPEM(data); err != nil {
		return nil, c.fail(err)
	}
	blocks := c.only(isCertificate)
	if len(blocks) == 0 {
		return nil, c.fail(explain(ErrNoCertificate, "found %s; add the certificate", c.holds()))
	}
	certs, err := parseAll(blocks)
	if err != nil {
		return nil, c.fail(err)
	}
	return certs, nil
}

// Pair puts a key that is in no file, but on a smart card or in a key service,
// together with its certificate and its chain, which it reads from data, in PEM or
// DER. The key is asked for its public half and not used.
func Pair(data []byte, key crypto.Signer) (tls.Certificate, error) {
	var none tls.Certificate
	pool, err := ParseCertificates(data)
	if err != nil {
		return none, err
	}
	if key == nil {
		return none, container{}.fail(explain(ErrNoKey, "there is none to pair the certificate with"))
	}
	i := slices.IndexFunc(pool, belongsTo(key))
	if i < 0 {
		return none, container{}.fail(mismatch(pool))
	}
	return certificate(chain(pool, i), key), nil
}

// join pairs the first key that belongs to a certificate with that certificate
// and its chain. The two containers may be one.
func join(certs, keys container, s *secret) (tls.Certificate, error) {
	var none tls.Certificate
	certBlocks, keyBlocks := certs.only(isCertificate), keys.only(isKey)
	switch {
	case len(certBlocks) == 0 && certs.name != keys.name && len(certs.only(isKey)) > 0:
		return none, certs.fail(explain(ErrNoCertificate, "the file holds a private key; were the two files swapped?"))
	case len(certBlocks) == 0:
		return none, certs.fail(explain(ErrNoCertificate, "found %s; add the certificate", certs.holds()))
	case len(keyBlocks) == 0:
		return none, keys.fail(explain(ErrNoKey, "found %s; add the key that the certificate was made for", keys.holds()))
	}
	pool, certErr := parseAll(certBlocks)
	var keyErr error
	for _, b := range keyBlocks {
		key, err := s.privateKey(b)
		if err != nil {
			keyErr = cmp.Or(keyErr, err)
			continue
		}
		if i := slices.IndexFunc(pool, belongsTo(key)); i >= 0 {
			return certificate(chain(pool, i), key), nil
		}
	}
	switch {
	case keyErr != nil:
		return none, keys.fail(keyErr)
	case certErr != nil:
		return none, certs.fail(certErr)
	}
	return none, keys.fail(mismatch(pool))
}

func mismatch(pool []*x509.Certificate) error {
	return explain(ErrKeyMismatch, "the key belongs to none of the %d certificates, the first of which is for %.64q; take the key that was made with the certificate", len(pool), pool[0].Subject.CommonName)
}

// parseAll returns the certificates that can be read, and the first error. An
// issuer on an exotic curve should not keep its subject from being used.
func parseAll(blocks []*pem.Block) (certs []*x509.Certificate, first error) {
	for _, b := range blocks {
		cert, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			first = cmp.Or(first, explain(ErrFormat, "the certificate is damaged (%v)", err))
			continue
		}
		certs = append(certs, cert)
	}
	return certs, first
}

func belongsTo(key crypto.Signer) func(*x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }) // of all that crypto/x509 knows
	return func(cert *x509.Certificate) bool { return ok && public.Equal(cert.PublicKey) }
}

// chain returns pool[leaf] and its issuers, nearest first, as far as they are in
// the pool. It takes what it returns out of the pool.
func chain(pool []*x509.Certificate, leaf int) []*x509.Certificate {
	var ordered []*x509.Certificate
	for i := leaf; i >= 0; {
		last := pool[i]
		ordered = append(ordered, last)
		pool = slices.Delete(pool, i, i+1)
		i = slices.IndexFunc(pool, func(cert *x509.Certificate) bool {
			return issued(cert, last) && !cert.Equal(last)
		})
	}
	return ordered
}

// issued tells whether issuer, by its name and key identifier, issued cert. The
// signature is for the reader of the chain to check.
func issued(issuer, cert *x509.Certificate) bool {
	return bytes.Equal(issuer.RawSubject, cert.RawIssuer) &&
		(len(issuer.SubjectKeyId) == 0 || len(cert.AuthorityKeyId) == 0 || bytes.Equal(issuer.SubjectKeyId, cert.AuthorityKeyId))
}

func certificate(chain []*x509.Certificate, key crypto.Signer) tls.Certificate {
	cert := tls.Certificate{PrivateKey: key, Leaf: chain[0]}
	for _, c := range chain {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	return cert
}
