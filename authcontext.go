package ksef

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// BaseURL returns the root of the API this client uses.
func (a *AuthenticatedClient) BaseURL() string { return a.conn.base }

// Context returns the taxpayer this client acts for, as its access token tells
// without being asked to prove it; the zero Identifier if the token does not
// tell. It is for telling clients apart, not for granting anything. It sends
// nothing.
func (a *AuthenticatedClient) Context() Identifier { return a.conn.context() }

func (c *authConn) context() Identifier {
	var claims struct {
		Kind  Kind   `json:"cit"`
		Value string `json:"civ"`
	}
	_, rest, _ := strings.Cut(c.credentials().Access.Token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(text, &claims) != nil {
		return Identifier{}
	}
	return Identifier{claims.Kind, claims.Value}
}
