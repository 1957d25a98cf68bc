package ksef

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"time"
)

// Tokens manages KSeF tokens: secrets with permissions of their own, to
// authenticate programs with [Authentication.WithToken].
type Tokens authService

// TokenStatus is the stage of a token's life. Unknown ones survive decoding.
type TokenStatus string

// The stages of a token's life.
const (
	TokenPending  TokenStatus = "Pending"  // made, not yet usable
	TokenActive   TokenStatus = "Active"   // usable
	TokenRevoking TokenStatus = "Revoking" // being revoked
	TokenRevoked  TokenStatus = "Revoked"  // not usable any more
	TokenFailed   TokenStatus = "Failed"   // could not be activated
)

// Token describes a KSeF token, without its secret.
type Token struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Author          Identifier      `json:"authorIdentifier"`
	Context         Identifier      `json:"contextIdentifier"`
	Description     string          `json:"description"`
	Permissions     []Permission    `json:"requestedPermissions"`
	Created         time.Time       `json:"dateCreated"`
	LastUsed        time.Time       `json:"lastUseDate,omitzero"`
	Status          TokenStatus     `json:"status"`
	StatusDetails   []string        `json:"statusDetails,omitempty"`
}

func (t *Token) complete() bool { return t.ReferenceNumber != "" && t.Status != "" }

// Generate makes a token with the given permissions, of which the caller must
// hold each, and waits until it is active. The description has 5 to 256
// characters.
//
// KSeF shows the token's secret once. So the request is sent once: after
// [ErrUnknown], look for the description among the tokens and revoke what
// nobody has the secret of. And when the token is made but waiting for it
// fails, Generate returns it along with the error.
//
//ksef:op POST /tokens
func (t *Tokens) Generate(ctx context.Context, description string, permissions ...Permission) (*NewToken, error) {
	if len(permissions) == 0 {
		return nil, &ArgumentError{"Tokens.Generate", errors.New("want at least one permission")}
	}
	out := new(NewToken)
	if err := t.conn.call(ctx, request{method: "POST", path: "/tokens"}, newTokenRequest{permissions, description}, out); err != nil {
		return nil, err
	}
	return out, begun(OperationToken, out.ReferenceNumber, t.Wait(ctx, out.ReferenceNumber))
}

type newTokenRequest struct {
	Permissions []Permission `json:"permissions"`
	Description string       `json:"description"`
}

// Wait waits until a token is active. One that failed or was revoked is a
// [*FailedError]; when ctx ends first, a [*PendingError].
func (t *Tokens) Wait(ctx context.Context, ref ReferenceNumber) error {
	return t.conn.wait(ctx, OperationToken, ref, func() (Status, error) {
		token, err := t.Get(ctx, ref)
		if err != nil {
			return Status{}, err
		}
		return token.progress(), nil
	})
}

// progress puts the stage of t on the scale of all other operations.
func (t *Token) progress() Status {
	s := Status{Description: string(t.Status), Details: t.StatusDetails}
	switch t.Status {
	case TokenPending:
		s.Code = 100
	case TokenActive:
		s.Code = 200
	default:
		s.Code = 400
	}
	return s
}

// Get returns one token. Safe to repeat.
//
//ksef:op GET /tokens/{referenceNumber}
func (t *Tokens) Get(ctx context.Context, ref ReferenceNumber) (*Token, error) {
	out := new(Token)
	if err := t.conn.call(ctx, tokenRequestFor("GET", ref), nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Revoke makes a token void for good. What was authenticated with it keeps its
// access tokens until they end. Safe to repeat.
//
//ksef:op DELETE /tokens/{referenceNumber}
func (t *Tokens) Revoke(ctx context.Context, ref ReferenceNumber) error {
	return t.conn.call(ctx, tokenRequestFor("DELETE", ref), nil, nil)
}

func tokenRequestFor(method string, ref ReferenceNumber) request {
	return request{
		method: method, path: "/tokens/" + url.PathEscape(string(ref)), route: "/tokens/{referenceNumber}",
		repeat: repeatable,
	}
}

// TokenQuery selects tokens. A nil *TokenQuery means all of them. Texts match
// in part and need three characters or more.
type TokenQuery struct {
	ListOptions
	Statuses    []TokenStatus // any of these; none for all
	Description string        // part of the description
	Author      string        // part of the author's number
	AuthorKind  Kind          // KindNIP, KindPESEL or KindFingerprint
}

// Query returns one page of the tokens q selects, the newest first. Safe to
// repeat.
//
//ksef:op GET /tokens
func (t *Tokens) Query(ctx context.Context, q *TokenQuery) (*Page[Token], error) {
	r := request{method: "GET", path: "/tokens", query: url.Values{}, repeat: repeatable}
	if q != nil {
		for _, s := range q.Statuses {
			r.query.Add("status", string(s))
		}
		for name, value := range map[string]string{
			"description": q.Description, "authorIdentifier": q.Author, "authorIdentifierType": string(q.AuthorKind),
		} {
			if value != "" {
				r.query.Set(name, value)
			}
		}
		r.list(&q.ListOptions)
	}
	var out struct {
		Next  Cursor  `json:"continuationToken"`
		Items []Token `json:"tokens"`
	}
	if err := t.conn.call(ctx, r, nil, &out); err != nil {
		return nil, err
	}
	return cursorPage(&r, out.Items, out.Next)
}

// All iterates over the tokens q selects, from the page q names. After an error
// it stops.
func (t *Tokens) All(ctx context.Context, q *TokenQuery) iter.Seq2[Token, error] {
	return walk(ctx, q, maxListPage, t.Query)
}
