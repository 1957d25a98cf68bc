package cli

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/ksef-go/ksef"
)

// answerTimeout is how long the head of an answer may take to come.
const answerTimeout = time.Minute

// signedIn is a client that acts for somebody, with what is to be kept of it.
type signedIn struct {
	*ksef.AuthenticatedClient
	account  *account
	kept     *kept
	resumed  bool          // it goes on with an earlier session
	answered *atomic.Int64 // requests that it was given an answer to
}

// authenticated does the work of a command that acts for somebody. It goes on
// with the session that was kept of an earlier command, or begins another one
// and keeps that; it renews what is kept when the work renewed it.
//
// When the session turns out to be dead before anything was done in it, another
// one is begun and do is called again.
func (a *app) authenticated(ctx context.Context, do func(context.Context, *signedIn) error) error {
	account, err := a.account()
	if err != nil {
		return err
	}
	v, err := a.openVault("")
	if err != nil {
		return err
	}
	s, err := a.signIn(ctx, account, v)
	if err != nil {
		return err
	}
	err = do(ctx, s)
	if s.resumed && dead(err) {
		if forgotten := v.put(account.key(), nil); forgotten != nil {
			return errors.Join(err, forgotten)
		}
		if s.answered.Load() == 0 {
			p, text, unable := a.choosable(account, s.kept)
			if unable != nil {
				return unable
			}
			a.note(a.say.sessionDead())
			if s, err = a.proveAndKeep(ctx, account, v, p, text, s.kept); err != nil {
				return err
			}
			err = do(ctx, s)
		}
	}
	if dead(err) || v == nil {
		return err
	}
	if now := s.Credentials(); now.Access.Token != s.kept.Credentials.Access.Token {
		s.kept.Credentials = now
		err = errors.Join(err, v.put(account.key(), s.kept))
	}
	return err
}

// dead reports whether err says that there is no session any more: its access
// token is refused, or its refresh token is.
func dead(err error) bool {
	refusal, ok := errors.AsType[*ksef.Error](err)
	return errors.Is(err, ksef.ErrUnauthorized) || ok && refusal.Path == "/auth/token/refresh" && refusal.StatusCode/100 == 4 &&
		!errors.Is(refusal, ksef.ErrRateLimited)
}

// signIn goes on with the session that is kept for the account, or begins one.
func (a *app) signIn(ctx context.Context, account *account, v *vault) (*signedIn, error) {
	k, err := a.keptFor(account, v)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return a.begin(ctx, account, v, new(kept))
	}
	if k.alive(a.now()) && a.sameProof(account.proof, k) {
		client, answered, err := a.client(account)
		if err != nil {
			return nil, err
		}
		return &signedIn{client.Authentication.Resume(k.Credentials), account, k, true, answered}, nil
	}
	return a.begin(ctx, account, v, k)
}

// keptFor returns what is kept for the account; nil when nothing is. Who logged
// in otherwise than the active profile says meant it for the commands that
// follow: between the two the later login counts, unless the profile is named. A
// profile cannot name a signature made elsewhere, so a session that one opened
// counts for its context where the profile has none.
func (a *app) keptFor(account *account, v *vault) (*kept, error) {
	k, err := v.get(account.key())
	if err != nil || account.profile == "" {
		return k, err
	}
	plain := *account
	plain.profile, plain.named, plain.proof = "", false, nil
	other, err := v.get(plain.key())
	if err != nil || other == nil || !other.alive(a.now()) {
		return k, err
	}
	later := !account.named && !other.Login.IsZero() && (k == nil || other.Login.After(k.Login))
	if !later && (k != nil || other.Method != byExternal) {
		return k, nil
	}
	*account = plain
	return other, nil
}

// sameProof reports whether the proof that was chosen is the one that k came
// from. No proof at all is any; neither is one whose secret is not here.
func (a *app) sameProof(p *proof, k *kept) bool {
	if p == nil || p.method != k.Method {
		return p == nil
	}
	if p.secret.file == dash {
		return false // reading it takes it away from the command
	}
	text, err := a.readSecret(p.secret)
	if err != nil {
		return true
	}
	id := p.identity(a.env, text)
	return id == "" || id == k.Identity
}

// begin signs in and keeps the session. Of the earlier login remains what was
// to be remembered.
func (a *app) begin(ctx context.Context, account *account, v *vault, earlier *kept) (*signedIn, error) {
	p, text, err := a.choosable(account, earlier)
	if err != nil {
		return nil, err
	}
	return a.proveAndKeep(ctx, account, v, p, text, earlier)
}

// choosable returns the proof to sign in by and its secret: what was chosen, or
// what is remembered where that cannot be read.
func (a *app) choosable(account *account, earlier *kept) (*proof, string, error) {
	if account.context == (ksef.Identifier{}) {
		return nil, "", &missingError{a.say.noContext(), a.say.hintNIP()}
	}
	p := account.proof
	if p == nil && earlier.Method == byToken && earlier.Secret != "" {
		p = &proof{method: byToken}
	}
	if p == nil && earlier.Method != "" {
		return nil, "", &missingError{a.say.sessionOver(account.context.String()), a.say.hintLoginAgain()}
	}
	if p == nil {
		return nil, "", &missingError{a.say.noProof(), a.say.hintMethods()}
	}
	text, err := a.readSecret(p.secret)
	unset := p.secret.variable != "" && err != nil
	if (unset || text == "") && p.method == earlier.Method && earlier.Secret != "" {
		text, err = earlier.Secret, nil
	}
	if err == nil && p.method == byToken {
		err = a.checkToken(p.secret, text)
	}
	return p, text, err
}

// proveAndKeep signs in by the proof p, whose secret is text, and keeps the
// session, with what of the earlier login is remembered.
func (a *app) proveAndKeep(ctx context.Context, account *account, v *vault, p *proof, text string, earlier *kept) (*signedIn, error) {
	if err := v.usable(); err != nil {
		return nil, err
	}
	client, answered, err := a.client(account)
	if err != nil {
		return nil, err
	}
	auth, err := a.prove(ctx, client, account.context, p, text, &ksef.AuthOptions{ByFingerprint: earlier.ByFingerprint})
	if err != nil {
		return nil, err
	}
	k := newKept(account, p.method, auth)
	k.Identity, k.Secret, k.ByFingerprint, k.Login = p.identity(a.env, text), earlier.Secret, earlier.ByFingerprint, earlier.Login
	return &signedIn{auth, account, k, false, answered}, v.put(account.key(), k)
}

func newKept(account *account, method string, auth *ksef.AuthenticatedClient) *kept {
	return &kept{
		Environment: account.environment,
		BaseURL:     account.baseURL,
		Context:     account.context,
		Profile:     account.profile,
		Method:      method,
		Credentials: auth.Credentials(),
	}
}

// prove authenticates by the proof p, whose secret is text.
func (a *app) prove(ctx context.Context, client *ksef.Client, in ksef.Identifier, p *proof, text string, opts *ksef.AuthOptions) (*ksef.AuthenticatedClient, error) {
	switch p.method {
	case byToken:
		return client.Authentication.WithToken(ctx, in, text, opts)
	case byTestCertificate:
		if in.Kind != ksef.KindNIP {
			return nil, &usageError{a.say.testCertificateContext(), ""}
		}
		return client.Authentication.WithTestCertificate(ctx, ksef.NIP(in.Value), opts)
	}
	cert, err := a.certificate(p, text)
	if err != nil {
		return nil, err
	}
	return client.Authentication.WithXAdES(ctx, in, cert, opts)
}
