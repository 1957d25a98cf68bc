package sandbox

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

// BenchmarkLogin is what a complete login costs the server, the client's signature and the certificate
// aside. The bare verification beside it is the cryptography it cannot do without, of which
// BenchmarkLogin/xades is XML's share.
func BenchmarkLogin(b *testing.B) {
	cert, err := testcert.Seal(nipA, &testcert.Options{ECDSA: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("whole", func(b *testing.B) {
		s := New(nil)
		call := caller{b, &http.Client{Transport: s.Transport()}}
		for b.Loop() {
			challenge := call.do("POST", "/auth/challenge", "", "")["challenge"].(string)
			b.StopTimer()
			doc := request{authNamespace21, challenge, "<Nip>" + nipA + "</Nip>", "certificateSubject", ""}
			signed, err := xades.Sign([]byte(doc.String()), cert, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			op := call.do("POST", "/auth/xades-signature", "", string(signed))
			token := op["authenticationToken"].(map[string]any)["token"].(string)
			for range 2 {
				call.do("GET", "/auth/"+op["referenceNumber"].(string), token, "")
			}
			call.do("POST", "/auth/token/redeem", token, "")
		}
	})
	doc, err := xades.Sign([]byte(request{authNamespace21, aChallenge, "<Nip>" + nipA + "</Nip>", "certificateSubject", ""}.String()), cert, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("xades", func(b *testing.B) {
		for b.Loop() {
			if _, err := xades.Verify(doc, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		digest := sha256.Sum256(doc)
		sig, err := cert.PrivateKey.(crypto.Signer).Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			b.Fatal(err)
		}
		public := cert.PrivateKey.(*ecdsa.PrivateKey).PublicKey
		for b.Loop() {
			if !ecdsa.VerifyASN1(&public, digest[:], sig) {
				b.Fatal("does not verify")
			}
		}
	})
}

// caller makes requests in a benchmark.
type caller struct {
	b      *testing.B
	client *http.Client
}

func (c caller) do(method, path, bearer, body string) map[string]any {
	r, err := http.NewRequest(method, "http://localhost"+prefix+path, bytes.NewReader([]byte(body)))
	if err != nil {
		c.b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/xml")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.client.Do(r)
	if err != nil {
		c.b.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.b.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil || resp.StatusCode > 299 {
		c.b.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, raw)
	}
	return answer
}

// BenchmarkChallenge is the cheapest request there is: what a request costs as such. Its baseline is the
// transport alone.
func BenchmarkChallenge(b *testing.B) {
	for name, h := range map[string]http.Handler{
		"sandbox": New(nil),
		"transport": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{}`)
		}),
	} {
		b.Run(name, func(b *testing.B) {
			call := caller{b, &http.Client{Transport: NewTransport(h)}}
			for b.Loop() {
				call.do("POST", "/auth/challenge", "", "")
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(nil)
	}
}
