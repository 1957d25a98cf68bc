package ksef

import (
	"context"
	"fmt"
	"log/slog"
)

// AuthenticatedClient acts for one taxpayer. It renews its access token by
// itself, for as long as its refresh token lives, and is safe for concurrent
// use.
type AuthenticatedClient struct {
	Sessions        *Sessions        // sessions of authentication
	InvoiceSessions *InvoiceSessions // sessions of sending, online and batch
	Invoices        *Invoices        // finding and fetching invoices
	Tokens          *Tokens          // KSeF tokens
	Certificates    *Certificates    // KSeF certificates
	Limits          *Limits          // what KSeF allows
	Permissions     *Permissions     // who may do what

	CollectiveIdentifiers *CollectiveIdentifiers // numbers for paying several invoices at once

	conn *authConn
}

// authService is what the areas behind authentication are made of.
type authService struct{ conn *authConn }

func newAuthenticated(c *conn, creds Credentials) *AuthenticatedClient {
	ac := &authConn{conn: c, renewing: newGate()}
	ac.creds.Store(&creds)
	s := &authService{ac}
	return &AuthenticatedClient{
		Sessions:        (*Sessions)(s),
		InvoiceSessions: (*InvoiceSessions)(s),
		Invoices:        (*Invoices)(s),
		Tokens:          (*Tokens)(s),
		Certificates:    (*Certificates)(s),
		Limits:          (*Limits)(s),
		Permissions:     newPermissions(ac),

		CollectiveIdentifiers: (*CollectiveIdentifiers)(s),

		conn: ac,
	}
}

// ReferenceNumber returns the number of the session this client lives on, by
// which [Sessions.Close] knows it; "" after a resumption without it.
func (a *AuthenticatedClient) ReferenceNumber() ReferenceNumber {
	return a.conn.credentials().ReferenceNumber
}

// AccessToken returns the current access token. After it ends, the next call
// brings another one.
func (a *AuthenticatedClient) AccessToken() AccessToken { return a.conn.credentials().Access }

// RefreshToken returns the refresh token. It stays the same.
func (a *AuthenticatedClient) RefreshToken() AccessToken { return a.conn.credentials().Refresh }

// Credentials returns what [Authentication.Resume] needs.
func (a *AuthenticatedClient) Credentials() Credentials { return a.conn.credentials() }

// String tells the terms of the tokens.
func (a *AuthenticatedClient) String() string {
	return "ksef client: " + a.conn.credentials().String()
}

// Format implements [fmt.Formatter].
func (a *AuthenticatedClient) Format(f fmt.State, _ rune) { fmt.Fprint(f, a.String()) }

// LogValue implements [slog.LogValuer].
func (a *AuthenticatedClient) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Do sends a request this package has no method for, as this taxpayer. See
// [Client.Do].
func (a *AuthenticatedClient) Do(ctx context.Context, method, path string, in, out any) error {
	r, err := custom(method, path)
	if err != nil {
		return err
	}
	return a.conn.call(ctx, r, in, out)
}
