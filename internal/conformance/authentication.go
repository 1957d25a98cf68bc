package conformance

import (
	"context"
	"slices"

	"github.com/ksef-go/ksef"
)

func authentication() []Scenario {
	return []Scenario{
		{Name: "login/a seal opens its own context and no other", Do: sealOpensItsOwn},
		{Name: "login/access tokens are refreshed until the session ends", Do: refreshing},
		{Name: "sessions/any session of a context ends another", Do: sessionsEnd},
		{Name: "tokens/a token logs in with its permissions until it is revoked", Do: tokenLife},
		{Name: "keys/there is one for tokens and one for invoices", Do: publicKeys},
	}
}

func sealOpensItsOwn(ctx context.Context, w *World) {
	auth, nip := w.owner(ctx)
	equal(w, "context", auth.Context().Value, string(nip))
	_, stranger := w.person()
	w.barred(ctx, nip, stranger)
}

func refreshing(ctx context.Context, w *World) {
	auth, _ := w.owner(ctx)
	fresh, err := w.Client.Authentication.Refresh(ctx, auth.RefreshToken().Token)
	w.ok(err)
	if fresh.Token == auth.AccessToken().Token {
		w.Fatalf("the same access token")
	}
	w.ok(auth.Sessions.TerminateCurrent(ctx))
	_, err = w.Client.Authentication.Refresh(ctx, auth.RefreshToken().Token)
	w.refused(err, ksef.CodeNotAuthorized)
}

func sessionsEnd(ctx context.Context, w *World) {
	first, nip := w.owner(ctx)
	second, err := w.Client.Authentication.WithTestCertificate(ctx, nip, nil)
	w.ok(err)
	for _, s := range listed(ctx, w, "sessions", 2, first.Sessions.All(ctx, nil)) {
		equal(w, "current", s.Current, s.ReferenceNumber == first.ReferenceNumber())
	}
	w.ok(first.Sessions.Close(ctx, second.ReferenceNumber()))
	_, err = w.Client.Authentication.Refresh(ctx, second.RefreshToken().Token)
	w.refused(err, ksef.CodeNotAuthorized)
}

func tokenLife(ctx context.Context, w *World) {
	owner, nip := w.owner(ctx)
	made, err := owner.Tokens.Generate(ctx, "conformance", ksef.InvoiceRead)
	w.ok(err)
	w.ok(owner.Tokens.Wait(ctx, made.ReferenceNumber))
	holder, err := w.Client.Authentication.WithToken(ctx, nip, made.Token, nil)
	w.ok(err)
	_, err = holder.OpenOnlineSession(ctx, nil) // needs InvoiceWrite
	w.forbidden(err)
	tokens := listed(ctx, w, "tokens", 1, owner.Tokens.All(ctx, nil))
	equal(w, "token", tokens[0].ReferenceNumber, made.ReferenceNumber)
	w.ok(owner.Tokens.Revoke(ctx, made.ReferenceNumber))
	w.eventually(ctx, "revoked", func() (bool, error) {
		t, err := owner.Tokens.Get(ctx, made.ReferenceNumber)
		return err == nil && t.Status == ksef.TokenRevoked, err
	})
	_, err = w.Client.Authentication.WithToken(ctx, nip, made.Token, nil)
	w.failed(err, 450)
}

func publicKeys(ctx context.Context, w *World) {
	for _, usage := range []ksef.KeyUsage{ksef.KSeFTokenEncryption, ksef.SymmetricKeyEncryption} {
		key, err := w.Client.PublicKeys.Current(ctx, usage)
		w.ok(err)
		equal(w, "usage", slices.Contains(key.Usage, usage), true)
	}
}
