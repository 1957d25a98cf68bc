package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

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

func tokenType(kind kinds) string {
	switch kind {
	case operationToken:
		return "OperationToken"
	case refreshToken:
		return "RefreshToken"
	}
	return "ContextToken"
}

// tokenInfo is a bearer token in an answer.
type tokenInfo struct {
	Token      string    `json:"token"`
	ValidUntil timestamp `json:"validUntil"`
}

// issue makes a token of the given kind for a session.
func (s *Server) issue(kind kinds, life time.Duration, now time.Time, reference string, in contextClaims) tokenInfo {
	issued := now.Truncate(time.Second) // JWTs count in whole seconds
	end := issued.Add(life)
	token := s.signer.sign(&claims{
		Issuer:        issuer,
		Expires:       end.Unix(),
		Issued:        issued.Unix(),
		ID:            s.source.uuid(), // two tokens of one second differ
		Audience:      issuer,
		Type:          tokenType(kind),
		Reference:     reference,
		contextClaims: in,
	})
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
	cl, ok := s.signer.open(raw, now)
	if !ok {
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
