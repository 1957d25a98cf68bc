package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"strings"
)

// signedLink reports whether the link that a call came by was signed with the certificate's key. What is signed is
// the link before the signature, without its scheme; but the official clients take away https:// alone, so that
// http:// stays in what they sign for an emulator. The host is the one that the call came to, or Options.QRBase's.
func (s *Server) signedLink(c *call, cert *x509.Certificate) bool {
	signature, err := base64.RawURLEncoding.DecodeString(c.values["signature"])
	if err != nil {
		return false
	}
	path := c.r.URL.EscapedPath()
	path = path[:strings.LastIndexByte(path, '/')]
	texts := []string{c.r.Host + path, "http://" + c.r.Host + path, "https://" + c.r.Host + path}
	if base := strings.TrimSuffix(s.opts.QRBase, "/"); base != "" {
		_, bare, _ := strings.Cut(base, "://")
		texts = append(texts, base+path, bare+path)
	}
	for _, text := range texts {
		if signedText(cert.PublicKey, text, signature) {
			return true
		}
	}
	return false
}

// signedText verifies a signature of the kinds that code II can have (ksef-docs kody-qr.md, Algorytmy podpisu).
func signedText(key crypto.PublicKey, text string, signature []byte) bool {
	digest := sha256.Sum256([]byte(text))
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: sha256.Size}) == nil
	case *ecdsa.PublicKey:
		const half = 32
		if len(signature) == 2*half { // IEEE P1363
			return ecdsa.Verify(k, digest[:], new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
		}
		return ecdsa.VerifyASN1(k, digest[:], signature)
	}
	return false
}
