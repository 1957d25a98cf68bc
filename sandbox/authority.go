package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// authority is a certificate authority made for one server and thrown away with it.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority makes an authority. It is good for a century around any clock a test may have.
func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("sandbox: key of the authority: %w", err)
	}
	a := &authority{key: key}
	name := sandboxName("KSeF SANDBOX CA")
	a.cert, err = a.sign(&x509.Certificate{
		Subject: name, Issuer: name,
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:  time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA:      true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key.Public())
	return a, err
}

func sandboxName(common string) pkix.Name {
	return pkix.Name{CommonName: common, Organization: []string{"SANDBOX, not the Ministry of Finance"}, Country: []string{"PL"}}
}

// sign issues a certificate with a random serial number.
func (a *authority) sign(template *x509.Certificate, key crypto.PublicKey) (*x509.Certificate, error) {
	serial := make([]byte, 8) // 16 digits, as KSeF's own certificates have
	rand.Read(serial)
	serial[0] = serial[0]&0x7f | 1
	return a.signAs(new(big.Int).SetBytes(serial), template, key)
}

// signAs issues a certificate with that serial number.
func (a *authority) signAs(serial *big.Int, template *x509.Certificate, key crypto.PublicKey) (*x509.Certificate, error) {
	template.SerialNumber = serial
	parent := a.cert
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("sandbox: certificate of %s: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// lazyAuthority is made when it is first needed.
type lazyAuthority struct {
	once sync.Once
	ca   *authority
	err  error
}

func (l *lazyAuthority) authority() (*authority, error) {
	l.once.Do(func() { l.ca, l.err = newAuthority() })
	return l.ca, l.err
}

// TLSCertificate returns a new certificate with its key, for serving s over HTTPS on this machine:
// localhost, 127.0.0.1 and ::1, for 397 days on the clock of Options.Now. Clients must trust
// [Server.CA].
func (s *Server) TLSCertificate() (tls.Certificate, error) {
	ca, err := s.keys.authority()
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sandbox: TLS key: %w", err)
	}
	now := s.opts.Now() // TLS libraries know nothing of Advance
	leaf, err := ca.sign(&x509.Certificate{
		Subject:     sandboxName("localhost"),
		NotBefore:   now.Add(-time.Hour),
		NotAfter:    now.Add(397 * 24 * time.Hour),
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, key.Public())
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw, ca.cert.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// CA returns, in PEM, the certificate of the authority behind [Server.TLSCertificate], behind the keys
// that the server publishes and behind the KSeF certificates that it issues. It is made on first use and is another one in every server.
func (s *Server) CA() ([]byte, error) {
	ca, err := s.keys.authority()
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw}), nil
}
