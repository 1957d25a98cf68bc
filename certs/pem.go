package certs

import (
	"crypto"
	"crypto/tls"
)

// LoadPEM reads a certificate and its private key from files, as [ParsePEM]
// does. keyFile may be the same file, or "" for the same.
func LoadPEM(certFile, keyFile, password string) (tls.Certificate, error) {
	certs, err := readFile(certFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	if keyFile == "" || keyFile == certFile {
		return parsePEM(certFile, certFile, certs, certs, newSecret(password))
	}
	keys, err := readFile(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	return parsePEM(certFile, keyFile, certs, keys, newSecret(password))
}

// ParsePEM reads certificates from certPEM and private keys from keyPEM, and
// returns the first key that belongs to a certificate, with that certificate and
// its chain. keyPEM may be nil when certPEM holds the key too. Either may be in
// DER instead.
func ParsePEM(certPEM, keyPEM []byte, password string) (tls.Certificate, error) {
	if keyPEM == nil {
		keyPEM = certPEM
	}
	return parsePEM("", "", certPEM, keyPEM, newSecret(password))
}

// ParseKey reads the first private key in data, which needs no certificate: one
// for which a certificate is to be ordered. It may be in PEM or DER.
func ParseKey(data []byte, password string) (crypto.Signer, error) {
	var keys container
	if err := keys.openPEM(data); err != nil {
		return nil, keys.fail(err)
	}
	blocks := keys.only(isKey)
	if len(blocks) == 0 {
		return nil, keys.fail(explain(ErrNoKey, "found %s", keys.holds()))
	}
	key, err := newSecret(password).privateKey(blocks[0])
	if err != nil {
		return nil, keys.fail(err)
	}
	return key, nil
}

func parsePEM(certName, keyName string, certPEM, keyPEM []byte, s *secret) (tls.Certificate, error) {
	certs, keys := container{name: certName}, container{name: keyName}
	if err := certs.openPEM(certPEM); err != nil {
		return tls.Certificate{}, certs.fail(err)
	}
	if err := keys.openPEM(keyPEM); err != nil {
		return tls.Certificate{}, keys.fail(err)
	}
	return join(certs, keys, s)
}
