package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/ksef-go/ksef"
)

// kinds is a set of kinds of bearer tokens. They are not interchangeable.
type kinds uint8

const (
	operationToken kinds = 1 << iota // asks how far an authentication is, and redeems it
	accessToken                      // opens everything else
	refreshToken                     // gets access tokens
	optional                         // a bearer token may also be absent
)

// How long tokens live.
const (
	operationLife = 45 * time.Minute
	accessLife    = 15 * time.Minute
	refreshLife   = 7 * 24 * time.Hour
)

// issuer is who issues the tokens and whom they are for. The test environment says ksef-api-te.
const issuer = "ksef-api-sandbox"

// claims are what is inside a bearer token. Names are the short ones of the live system; its claims
// that hold lists or objects hold them as JSON in a string.
type claims struct {
	jwt.RegisteredClaims
	Audience  string `json:"aud"` // one string, where RegisteredClaims would write a list
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

func tokenType(kind kinds) string {
	switch kind {
	case operationToken:
		return "OperationToken"
	case refreshToken:
		return "RefreshToken"
	}
	return "ContextToken"
}

// signer issues and checks bearer tokens.
type signer struct{ key []byte }

// newSigner takes the key from the seed, so that equal seeds give equal tokens. Nobody is kept out by it.
func newSigner(s *source) signer { return signer{[]byte(s.hex(32))} }

// tokenInfo is a bearer token in an answer.
type tokenInfo struct {
	Token      string    `json:"token"`
	ValidUntil timestamp `json:"validUntil"`
}

// issue makes a token of the given kind for a session.
func (s *Server) issue(kind kinds, life time.Duration, now time.Time, reference string, in contextClaims) tokenInfo {
	issued := now.Truncate(time.Second) // JWTs count in whole seconds
	end := issued.Add(life)
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			ID:        s.source.uuid(), // two tokens of one second differ
			IssuedAt:  jwt.NewNumericDate(issued),
			ExpiresAt: jwt.NewNumericDate(end),
		},
		Audience:      issuer,
		Type:          tokenType(kind),
		Reference:     reference,
		contextClaims: in,
	}).SignedString(s.signer.key)
	if err != nil {
		panic(err) // cannot happen: the claims are this package's own, and the key suits the method
	}
	return tokenInfo{token, timestamp(end)}
}

// bearer is who makes a call.
type bearer struct {
	kind      kinds
	reference string
	session   *session          // nil when KSeF has forgotten it
	granted   []ksef.Permission // as of when an access token was issued
	effective []ksef.Permission // what granted amounts to
}

// may reports whether the bearer holds one of the permissions.
func (b *bearer) may(anyOf ...ksef.Permission) bool {
	return slices.ContainsFunc(anyOf, func(p ksef.Permission) bool { return slices.Contains(b.effective, p) })
}

// authorize finds out who makes the call. Its refusals are 401, which gives no reason, and 403 for an
// address that the token's policy does not allow. Where a token is optional, a bad one is as none.
func (c *call) authorize(accepted kinds) (*bearer, error) {
	b, err := c.authenticate(accepted)
	if err != nil && accepted&optional != 0 {
		return nil, nil
	}
	return b, err
}

func (c *call) authenticate(accepted kinds) (*bearer, error) {
	raw, ok := bearerToken(c.r.Header)
	if !ok {
		return nil, unauthorized()
	}
	b, err := c.s.verify(raw, accepted, c.now)
	if err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	b.session = c.s.state.sessions[b.reference]
	c.s.mu.Unlock()
	if b.kind != accessToken {
		return b, nil
	}
	if b.session == nil {
		return nil, unauthorized()
	}
	if p := b.session.policy; p != nil && !p.allows(c.address()) {
		return nil, outside(c.clientIP())
	}
	return b, nil
}

// bearerToken returns the credentials of the scheme Bearer (RFC 6750).
func bearerToken(h http.Header) (string, bool) {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// verify checks a token's signature, kind and life.
func (s *Server) verify(raw string, accepted kinds, now time.Time) (*bearer, error) {
	var cl claims
	_, err := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Name}),
		jwt.WithExpirationRequired(),
		jwt.WithIssuer(issuer),
		jwt.WithTimeFunc(func() time.Time { return now }),
	).ParseWithClaims(raw, &cl, func(*jwt.Token) (any, error) { return s.signer.key, nil })
	if err != nil {
		return nil, unauthorized()
	}
	b := &bearer{reference: cl.Reference}
	for _, kind := range []kinds{operationToken, accessToken, refreshToken} {
		if cl.Type == tokenType(kind) {
			b.kind = kind
		}
	}
	if b.kind&accepted == 0 {
		return nil, unauthorized()
	}
	if b.kind == accessToken {
		// Our own signature vouches for the claims.
		_ = json.Unmarshal([]byte(cl.Permissions), &b.granted)
		_ = json.Unmarshal([]byte(cl.Effective), &b.effective)
	}
	return b, nil
}

// text is v as JSON in a string.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // cannot happen: what is encoded is this package's own
	}
	return string(b)
}
