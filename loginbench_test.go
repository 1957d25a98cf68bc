package ksef_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/xades"
)

// loginBar is how many times as long as its cryptography alone a login takes at most.
const loginBar = 2.0

// A complete login with a given certificate against the sandbox in the process,
// both sides included. Waits are aside: the client does not pause between polls,
// and the sandbox takes no longer than the clock needs to move, so that the first
// poll finds the work done and nobody asks twice. The baseline is the
// cryptography of that login.
func BenchmarkWithXAdES(b *testing.B) {
	for name, opts := range map[string]*certs.TestOptions{"RSA2048": {}, "P256": {ECDSA: true}} {
		cert, err := certs.NewTestSeal(string(someNIP), opts)
		if err != nil {
			b.Fatal(err)
		}
		client := sandbox.New(&sandbox.Options{Latency: 1}).Client(&ksef.Options{Poll: &ksef.Backoff{}})
		login := func() {
			if _, err := client.Authentication.WithXAdES(b.Context(), someNIP, cert, nil); err != nil {
				b.Fatal(err)
			}
		}
		bare := recordLogin(b, client, cert)
		b.Run(name+"/login", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				login()
			}
		})
		b.Run(name+"/cryptography", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bare.repeat(b)
			}
		})
		b.Run(name+"/compared", func(b *testing.B) {
			// In turns, and the best of each: other work on the machine must not
			// fall on one of them alone.
			const turn = 20
			best := [2]time.Duration{time.Hour, time.Hour}
			for b.Loop() {
				for i, do := range []func(){login, func() { bare.repeat(b) }} {
					start := time.Now()
					for range turn {
						do()
					}
					best[i] = min(best[i], time.Since(start)/turn)
				}
			}
			ratio := best[0].Seconds() / best[1].Seconds()
			b.ReportMetric(best[0].Seconds()*1e6, "µs-login")
			b.ReportMetric(best[1].Seconds()*1e6, "µs-cryptography")
			b.ReportMetric(ratio, "times")
			b.ReportMetric(0, "ns/op")
			if ratio > loginBar {
				b.Errorf("a login takes %v, %.2f times as long as its cryptography (%v), want at most %.1f times", best[0], ratio, best[1], loginBar)
			}
		})
	}
}

// loginOctets are what the cryptography of a login works on.
type loginOctets struct {
	cert       tls.Certificate
	point      []byte // the public key of a certificate on P-256, as it stands in it
	document   []byte // without the signature, canonical
	properties []byte // xades:SignedProperties
	info       []byte // ds:SignedInfo
	signed     []byte // as it was sent
	operation  []byte // what is authenticated of the three tokens
	access     []byte
	refresh    []byte
	random     *mathrand.ChaCha8 // the sandbox's kind
}

// recordLogin logs in, step by step.
func recordLogin(b *testing.B, client *ksef.Client, cert tls.Certificate) *loginOctets {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	ch, err := client.Authentication.Challenge(ctx)
	must(err)
	doc, err := ch.Document(someNIP, nil)
	must(err)
	signed, err := xades.Sign(doc, cert, nil)
	must(err)
	verified, err := xades.Verify(signed, nil)
	must(err)
	op, err := client.Authentication.SubmitXAdES(ctx, signed, nil)
	must(err)
	must(client.Authentication.Wait(ctx, op))
	auth, err := client.Authentication.Redeem(ctx, op)
	must(err)
	input := func(token string) []byte { return []byte(token[:strings.LastIndexByte(token, '.')]) }
	o := &loginOctets{
		random: mathrand.NewChaCha8([32]byte{}),
		cert:   cert, document: verified.Signed, signed: signed,
		properties: between(signed, "<xades:SignedProperties ", "</xades:SignedProperties>"),
		info:       between(signed, "<ds:SignedInfo ", "</ds:SignedInfo>"),
		operation:  input(op.Token.Token), access: input(auth.AccessToken().Token), refresh: input(auth.RefreshToken().Token),
	}
	if key, ok := cert.Leaf.PublicKey.(*ecdsa.PublicKey); ok {
		o.point, err = key.Bytes()
		must(err)
	}
	return o
}

func between(b []byte, from, to string) []byte {
	i, j := bytes.Index(b, []byte(from)), bytes.Index(b, []byte(to))
	return b[i : j+len(to)]
}

// repeat does what a login needs done, with nothing around it:
//   - the client digests the document, the signed properties, its certificate and
//     the ds:SignedInfo, and signs that digest;
//   - the sandbox digests these again, takes the public key out of the
//     certificate (is it a point of the curve?), verifies the signature, and
//     digests the whole that was sent;
//   - it authenticates the token of the operation, checks it for the status and
//     for the redemption, and authenticates the two tokens that are redeemed
//     (HMAC-SHA256);
//   - it draws two reference numbers and the identifiers of three tokens.
func (o *loginOctets) repeat(b *testing.B) {
	for _, octets := range [][]byte{o.document, o.cert.Certificate[0], o.properties} {
		sha256.Sum256(octets)
	}
	digest := sha256.Sum256(o.info)
	signature, err := o.cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		b.Fatal(err)
	}

	for _, octets := range [][]byte{o.document, o.cert.Certificate[0], o.properties, o.signed} {
		sha256.Sum256(octets)
	}
	digest = sha256.Sum256(o.info)
	if o.point != nil {
		if _, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), o.point); err != nil {
			b.Fatal(err)
		}
	}
	switch key := o.cert.Leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(key, digest[:], signature) {
			b.Fatal("does not verify")
		}
	}
	key := make([]byte, 64)
	for _, token := range [][]byte{o.operation, o.operation, o.operation, o.access, o.refresh} {
		mac := hmac.New(sha256.New, key)
		mac.Write(token)
		mac.Sum(nil)
	}
	var number [16]byte
	for _, size := range []int{9, 9, 16, 16, 16} {
		o.random.Read(number[:size])
	}
}
