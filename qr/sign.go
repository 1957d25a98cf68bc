package qr

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// Links are signed over the SHA-256 of their text (ksef-docs kody-qr.md, Algorytmy podpisu): with RSASSA-PSS, the
// same hash in its mask and a salt of 32 bytes, or with ECDSA on P-256.
const saltLength = 32

// coordinateSize is the size of R and of S on P-256.
const coordinateSize = 32

// Sign signs the link with a key and keeps the signature: that of ECDSA in the shorter of KSeF's two forms, IEEE
// P1363. Everything else of the link must be there. It fails with [ErrKey], with the key's own error, with a
// [*FieldError], or with [ErrSignature] when what the key made is no signature of the link.
func (l *CertificateLink) Sign(key crypto.Signer) error {
	text, err := l.SignedText()
	if err != nil {
		return err
	}
	if !suitable(key.Public()) {
		return ErrKey
	}
	var opts crypto.SignerOpts = crypto.SHA256
	_, onCurve := key.Public().(*ecdsa.PublicKey)
	if !onCurve {
		opts = &rsa.PSSOptions{SaltLength: saltLength, Hash: crypto.SHA256}
	}
	digest := sha256.Sum256([]byte(text))
	signature, err := key.Sign(rand.Reader, digest[:], opts)
	if err != nil {
		return fmt.Errorf("qr: signing the link: %w", err)
	}
	if onCurve {
		if signature, err = toP1363(signature); err != nil {
			return err
		}
	}
	// A card or service that signs in another way would print links that nobody can verify.
	if !verifies(key.Public(), text, signature) {
		return ErrSignature
	}
	l.Signature = signature
	return nil
}

// SignWith signs the link with the key of a KSeF certificate, whose serial number it fills in. It fails with
// [ErrCertificate] when the certificate is not of the type Offline, whose only key usage is nonRepudiation: KSeF
// takes no other (ksef-docs certyfikaty-KSeF.md). Whether it is valid or revoked it does not ask.
func (l *CertificateLink) SignWith(cert tls.Certificate) error {
	if len(cert.Certificate) == 0 {
		return fmt.Errorf("%w: there is none", ErrCertificate)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	if leaf.KeyUsage != x509.KeyUsageContentCommitment {
		return fmt.Errorf("%w: it is not of the type Offline", ErrCertificate)
	}
	key, ok := cert.PrivateKey.(crypto.Signer)
	if !ok {
		return fmt.Errorf("%w: there is no key that signs", ErrCertificate)
	}
	if own, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !own.Equal(key.Public()) {
		return fmt.Errorf("%w: the key is another one's", ErrCertificate)
	}
	signed := *l
	signed.Serial = SerialOf(leaf)
	if err := signed.Sign(key); err != nil {
		return err
	}
	*l = signed
	return nil
}

// SerialOf returns a certificate's serial number as links write it.
func SerialOf(cert *x509.Certificate) string { return fmt.Sprintf("%016X", cert.SerialNumber) }

// Verify checks the signature with the public key of the issuer's certificate. It takes what KSeF takes: of ECDSA
// both forms, IEEE P1363 and DER, and a text that begins with http:// or https://, as the official clients sign it
// for an emulator without TLS. It fails with [ErrSignature], [ErrKey] or a [*FieldError].
func (l *CertificateLink) Verify(key crypto.PublicKey) error {
	unsigned, err := l.unsigned()
	if err != nil {
		return err
	}
	if !suitable(key) {
		return ErrKey
	}
	if !verifies(key, withoutScheme(unsigned), l.Signature) && !verifies(key, unsigned, l.Signature) {
		return ErrSignature
	}
	return nil
}

// suitable reports whether links can be signed with the key.
func suitable(key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	}
	return false
}

func verifies(key crypto.PublicKey, text string, signature []byte) bool {
	digest := sha256.Sum256([]byte(text))
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: saltLength}) == nil
	case *ecdsa.PublicKey:
		if len(signature) == 2*coordinateSize {
			r, s := new(big.Int).SetBytes(signature[:coordinateSize]), new(big.Int).SetBytes(signature[coordinateSize:])
			return ecdsa.Verify(k, digest[:], r, s)
		}
		return ecdsa.VerifyASN1(k, digest[:], signature)
	}
	return false
}

// toP1363 turns a signature that a [crypto.Signer] made, in ASN.1, into R and S one behind the other.
func toP1363(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	const bits = 8 * coordinateSize
	if err != nil || len(rest) > 0 || sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.BitLen() > bits || sig.S.BitLen() > bits {
		return nil, fmt.Errorf("%w: the key did not make an ECDSA signature in ASN.1", ErrSignature)
	}
	out := make([]byte, 2*coordinateSize)
	sig.R.FillBytes(out[:coordinateSize])
	sig.S.FillBytes(out[coordinateSize:])
	return out, nil
}
