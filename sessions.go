package ksef

import (
	"context"
	"iter"
	"net/url"
)

// Sessions manages the authentication sessions of the current taxpayer: each
// authentication begins one, and its refresh token lives as long as it does.
type Sessions authService

// AuthSession is an authentication that is in force.
type AuthSession struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Current         bool            `json:"isCurrent,omitempty"` // the one this client lives on
	AuthStatus
}

// AuthMethod is how somebody authenticated. Unknown values survive decoding.
type AuthMethod struct {
	Category string `json:"category"`    // "XadesSignature", "NationalNode", "Token" or "Other"
	Code     string `json:"code"`        // such as "xades.qualified-seal"
	Name     string `json:"displayName"` // in Polish
}

// Query returns one page of the sessions in force, the newest first. KSeF
// takes page sizes from 10 to 100. Safe to repeat.
//
//ksef:op GET /auth/sessions
func (s *Sessions) Query(ctx context.Context, opts *ListOptions) (*Page[AuthSession], error) {
	r := request{method: "GET", path: "/auth/sessions", repeat: repeatable}
	r.list(opts)
	var out struct {
		Next  Cursor        `json:"continuationToken"`
		Items []AuthSession `json:"items"`
	}
	if err := s.conn.call(ctx, r, nil, &out); err != nil {
		return nil, err
	}
	return cursorPage(&r, out.Items, out.Next)
}

// All iterates over the sessions in force, page by page, from the page opts
// name. After an error it stops.
func (s *Sessions) All(ctx context.Context, opts *ListOptions) iter.Seq2[AuthSession, error] {
	return walk(ctx, opts, maxListPage, s.Query)
}

// TerminateCurrent ends the session this client lives on: its refresh token is
// dead, and its access token works until its own end. Safe to repeat.
//
//ksef:op DELETE /auth/sessions/current
func (s *Sessions) TerminateCurrent(ctx context.Context) error {
	return s.conn.call(ctx, request{method: "DELETE", path: "/auth/sessions/current", repeat: repeatable}, nil, nil)
}

// Close ends the session with the given number, in the same way. Safe to
// repeat.
//
//ksef:op DELETE /auth/sessions/{referenceNumber}
func (s *Sessions) Close(ctx context.Context, ref ReferenceNumber) error {
	return s.conn.call(ctx, request{
		method: "DELETE", path: "/auth/sessions/" + url.PathEscape(string(ref)), route: "/auth/sessions/{referenceNumber}",
		repeat: repeatable,
	}, nil, nil)
}
