package xades

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"testing"
)

// The baselines are the bare operations of the standard library, in the same run.

func BenchmarkSign(b *testing.B) {
	for _, key := range []string{"rsa", "p256"} {
		cert := load(b, key)
		digest := sha256.Sum256([]byte(request))
		b.Run(key+"/bare", func(b *testing.B) {
			for b.Loop() {
				if _, err := cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(key+"/xades", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Sign([]byte(request), cert, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, key := range []string{"rsa", "p256"} {
		cert := load(b, key)
		digest := sha256.Sum256([]byte(request))
		value, err := cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			b.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(cert.Certificate[0])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(key+"/bare", func(b *testing.B) {
			for b.Loop() {
				switch k := leaf.PublicKey.(type) {
				case *rsa.PublicKey:
					if err := rsa.VerifyPKCS1v15(k, crypto.SHA256, digest[:], value); err != nil {
						b.Fatal(err)
					}
				case *ecdsa.PublicKey:
					if !ecdsa.VerifyASN1(k, digest[:], value) {
						b.Fatal("does not verify")
					}
				}
			}
		})
		signed, err := Sign([]byte(request), cert, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(key+"/xades", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Verify(signed, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
