package sandbox

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A library reads our tokens as we do.
func TestTokensAreJWTs(t *testing.T) {
	s := New(nil)
	now := s.Now()
	policy := `{"ip4Addresses":["192.0.2.7"]}`
	in := contextClaims{ContextType: "Nip", Context: nipA, Subject: `{"commonName":"<Żółć & Co>"}`, Permissions: `["Owner"]`, Policy: &policy}
	for kind, life := range map[kinds]time.Duration{operationToken: operationLife, accessToken: accessLife, refreshToken: refreshLife} {
		info := s.issue(kind, life, now, "20260314-AU-226FB7B000-3ACF9BE4C0-10", in)
		theirs := jwt.MapClaims{}
		parsed, err := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
			jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding()).
			ParseWithClaims(info.Token, theirs, func(*jwt.Token) (any, error) { return s.signer.key, nil })
		if err != nil || parsed.Header["typ"] != "JWT" {
			t.Fatalf("%v, header %v", err, parsed.Header)
		}
		ours, ok := s.signer.open(info.Token, now)
		if !ok {
			t.Fatalf("%s is not opened", info.Token)
		}
		end, err := theirs.GetExpirationTime()
		if err != nil || !end.Equal(time.Time(info.ValidUntil)) || end.Unix() != ours.Expires || theirs["typ"] != tokenType(kind) ||
			theirs["arn"] != ours.Reference || theirs["jti"] != ours.ID || theirs["sud"] != in.Subject || ours.Subject != in.Subject ||
			theirs["ipp"] != policy || ours.Policy == nil || *ours.Policy != policy {
			t.Errorf("a library reads %v, we %+v", theirs, ours)
		}
	}
}

// Tokens that hold what ours do, but were not made by us, or not like ours.
func TestForgedTokens(t *testing.T) {
	s := New(nil)
	now := s.Now()
	end := now.Add(time.Hour).Unix()
	good := func(claims jwt.MapClaims) jwt.MapClaims {
		all := jwt.MapClaims{"iss": issuer, "exp": end, "typ": "ContextToken", "arn": "20260314-AU-226FB7B000-3ACF9BE4C0-10"}
		for name, value := range claims {
			all[name] = value
		}
		return all
	}
	signed := func(method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
		token, err := jwt.NewWithClaims(method, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	ours := signed(jwt.SigningMethodHS256, s.signer.key, good(nil))
	if _, ok := s.signer.open(ours, now); !ok {
		t.Fatal("what is like ours is not opened")
	}
	head, rest, _ := strings.Cut(ours, ".")
	body, mac, _ := strings.Cut(rest, ".")
	withKey := jwt.NewWithClaims(jwt.SigningMethodHS256, good(nil))
	withKey.Header["kid"] = "1"
	other, err := withKey.SignedString(s.signer.key)
	if err != nil {
		t.Fatal(err)
	}
	last := mac[len(mac)-1] + 1 // the low two bits of it are none of the code's
	for name, token := range map[string]string{
		"other key":          signed(jwt.SigningMethodHS256, []byte("guessed"), good(nil)),
		"empty key":          signed(jwt.SigningMethodHS256, []byte{}, good(nil)),
		"HS512":              signed(jwt.SigningMethodHS512, s.signer.key, good(nil)),
		"none":               signed(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good(nil)),
		"none, our code":     base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + body + "." + mac,
		"another header":     other,
		"no code":            head + "." + body + ".",
		"no point":           head + "." + body,
		"half a code":        head + "." + body + "." + mac[:22],
		"code spelled anew":  head + "." + body + "." + mac[:len(mac)-1] + string(last),
		"code, line end":     ours + "\n",
		"code, padded":       ours + "=",
		"a fourth part":      ours + "." + mac,
		"other claims":       head + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"`+issuer+`","exp":9999999999,"typ":"ContextToken"}`)) + "." + mac,
		"other issuer":       signed(jwt.SigningMethodHS256, s.signer.key, good(jwt.MapClaims{"iss": "ksef-api-te"})),
		"ended":              signed(jwt.SigningMethodHS256, s.signer.key, good(jwt.MapClaims{"exp": now.Unix()})),
		"no end":             signed(jwt.SigningMethodHS256, s.signer.key, good(jwt.MapClaims{"exp": nil})),
		"an end of no sense": signed(jwt.SigningMethodHS256, s.signer.key, good(jwt.MapClaims{"exp": "tomorrow"})),
	} {
		if c, ok := s.signer.open(token, now); ok {
			t.Errorf("%s: %q opens: %+v", name, token, c)
		}
	}
	if _, ok := s.signer.open(ours, time.Unix(end, 0).Add(-time.Nanosecond)); !ok {
		t.Error("ended early")
	}
	if _, ok := s.signer.open(ours, time.Unix(end, 0)); ok {
		t.Error("did not end")
	}
}
