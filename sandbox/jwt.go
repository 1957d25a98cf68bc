package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strings"
	"sync"
	"time"

	quick "github.com/go-json-experiment/json" // docs/adr/0007

	"github.com/ksef-go/ksef"
)

// claims are what is inside a bearer token. Names are the short ones of the live system; its claims
// that hold lists or objects hold them as JSON in a string.
type claims struct {
	Issuer    string `json:"iss"`
	Expires   int64  `json:"exp"` // in whole seconds, as all times of a JWT here
	Issued    int64  `json:"iat"`
	ID        string `json:"jti"`
	Audience  string `json:"aud"`
	Type      string `json:"typ"`
	Reference string `json:"arn"`
	contextClaims
}

// contextClaims are what access tokens have in addition.
type contextClaims struct {
	ContextType ksef.Kind `json:"cit,omitempty"`
	Context     string    `json:"civ,omitempty"`
	Method      string    `json:"aum,omitempty"`
	Subject     string    `json:"sud,omitempty"` // subjectDetails
	Permissions string    `json:"per,omitempty"` // granted; Owner for the owner
	Excluded    string    `json:"pec,omitempty"`
	Roles       string    `json:"rol,omitempty"`
	Effective   string    `json:"pep,omitempty"` // what Permissions amount to
	Policy      *string   `json:"ipp,omitempty"` // ipPolicy; absent for any address
}

// signer makes and opens JSON Web Tokens in the compact form, authenticated with HMAC-SHA256 (RFC 7519, RFC 7515,
// RFC 7518 §3.2). A library would have to take what others issue; these are our own and have one form.
type signer struct {
	key  []byte
	macs *sync.Pool // of hash.Hash, into which the key has gone already
}

// newSigner takes the key from the seed, so that equal seeds give equal tokens. Nobody is kept out by it.
func newSigner(s *source) signer {
	key := []byte(s.hex(32))
	return signer{key, &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// tokenHead is the header of every token, {"alg":"HS256","typ":"JWT"}, encoded, with the point behind it.
const tokenHead = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."

// sign makes a token.
func (s signer) sign(c *claims) string {
	payload, err := json.Marshal(c)
	if err != nil {
		panic(err) // cannot happen: the claims are this package's own
	}
	enc := base64.RawURLEncoding
	token := make([]byte, 0, len(tokenHead)+enc.EncodedLen(len(payload))+len(".")+enc.EncodedLen(sha256.Size))
	token = enc.AppendEncode(append(token, tokenHead...), payload)
	mac := s.mac(token)
	return string(append(append(token, '.'), mac...))
}

// open returns the claims of a token that s made and that has not ended; false for every other. The header, and with
// it the algorithm, is no matter of choice for who presents a token.
func (s signer) open(token string, now time.Time) (*claims, bool) {
	rest, ours := strings.CutPrefix(token, tokenHead)
	payload, mac, _ := strings.Cut(rest, ".")
	if !ours || !hmac.Equal([]byte(mac), s.mac([]byte(token[:len(tokenHead)+len(payload)]))) {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return nil, false
	}
	c := new(claims)
	if err := quick.Unmarshal(raw, c); err != nil {
		return nil, false
	}
	return c, c.Issuer == issuer && now.Before(time.Unix(c.Expires, 0))
}

// mac authenticates what stands before the second point of a token. The result is encoded, so that comparing it leaves
// no other spelling of the same octets.
func (s signer) mac(signed []byte) []byte {
	h := s.macs.Get().(hash.Hash)
	defer s.macs.Put(h)
	h.Reset()
	h.Write(signed)
	return base64.RawURLEncoding.AppendEncode(nil, h.Sum(nil))
}
