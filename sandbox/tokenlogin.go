package sandbox

import (
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ksef-go/ksef"
)

// submitToken answers POST /auth/ksef-token. A challenge KSeF never made is refused at once; all that is
// wrong with the token itself, or with the challenge's age, shows in the status later.
func (s *Server) submitToken(c *call) (any, error) {
	var in struct {
		Challenge string     `json:"challenge"`
		Context   identifier `json:"contextIdentifier"`
		Encrypted string     `json:"encryptedToken"`
		KeyID     *string    `json:"publicKeyId"`
		Policy    *struct {
			Allowed *ipPolicy `json:"allowedIps"`
		} `json:"authorizationPolicy"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.length("challenge", in.Challenge, 36, 36)
	v.identifier("contextIdentifier", &in.Context, contextKinds...)
	ciphertext, err := base64.StdEncoding.DecodeString(in.Encrypted)
	v.form("encryptedToken", in.Encrypted, err == nil)
	if in.KeyID != nil {
		v.length("publicKeyId", *in.KeyID, 44, 44)
	}
	a := &session{context: in.Context, subject: subject{method: byToken}}
	if in.Policy != nil && in.Policy.Allowed != nil {
		a.policy = in.Policy.Allowed
		v.atMostTen("authorizationPolicy.allowedIps.ip4Addresses", a.policy.Addresses, isIP4)
		v.atMostTen("authorizationPolicy.allowedIps.ip4Ranges", a.policy.Ranges, isIP4Range)
		v.atMostTen("authorizationPolicy.allowedIps.ip4Masks", a.policy.Masks, isIP4Mask)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	plain, opened, err := s.keys.open(tokenEncryption, in.KeyID, ciphertext, c.now)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	made, good := s.state.challenges.use(in.Challenge, c.now)
	known := !made.IsZero()
	if known {
		if t, failure := s.state.tokenIn(plain, opened, in.Context, made, c.now); failure != "" {
			a.result = badToken(failure)
		} else {
			a.token, a.subject.identifier, a.subject.name = t, t.author.identifier, t.author.name
		}
		if !good {
			a.result = badToken("Nieprawidłowe wyzwanie autoryzacyjne")
		}
	}
	s.mu.Unlock()
	if !known {
		return nil, bad(ksef.CodeInvalidChallenge)
	}
	return s.start(c.now, a), nil
}

// tokenIn returns the token in what was decrypted, or says in KSeF's words why there is none to log in with.
func (st *state) tokenIn(plain []byte, opened bool, context identifier, challenged time.Time, now time.Time) (*token, string) {
	if !opened {
		return nil, "Nieprawidłowe szyfrowanie tokena"
	}
	text := string(plain)
	bar := strings.LastIndexByte(text, '|') // a token has two of its own
	if bar < 0 || !utf8.ValidString(text) {
		return nil, "Nieprawidłowe kodowanie tokena"
	}
	at, err := strconv.ParseInt(text[bar+1:], 10, 64)
	if err != nil {
		return nil, "Nieprawidłowe kodowanie tokena"
	}
	if at != challenged.UnixMilli() {
		return nil, "Nieprawidłowy czas tokena"
	}
	reference, _, _ := strings.Cut(text, "|")
	t := st.tokens[reference]
	if t == nil || subtle.ConstantTimeCompare([]byte(t.value), []byte(text[:bar])) == 0 {
		return nil, "Nieprawidłowy token"
	}
	switch {
	case t.context != context:
		return nil, "Token nie może być użyty w kontekście " + context.String()
	case t.revoked:
		return nil, "Token unieważniony"
	case t.status(now) != tokenActive:
		return nil, "Token nieaktywny"
	}
	return t, ""
}
