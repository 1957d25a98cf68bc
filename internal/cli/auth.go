package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newAuth() *cobra.Command {
	return a.withProof(a.group("auth", a.say.authShort(),
		a.newAuthLogin(),
		a.newAuthStatus(),
		a.newAuthRefresh(),
		a.newAuthToken(),
		a.newAuthLogout(),
		a.newAuthSessions(),
		a.newAuthEnd(),
	))
}

type loginOptions struct {
	remember    bool
	credentials string
	external    bool
	out         string
	signed      string
	fingerprint bool
}

func (a *app) newAuthLogin() *cobra.Command {
	var opts loginOptions
	cmd := &cobra.Command{
		Use:   "login",
		Short: a.say.loginShort(),
		Long:  a.say.loginLong(),
		Example: "  ksef auth login --test-cert --nip 5261040828\n" +
			"  ksef auth login --env production --nip 5261040828 --token-file - < token\n" +
			"  ksef auth login --env production --nip 5261040828 --p12 seal.p12 --password-env SEAL_PASSWORD\n" +
			"  ksef auth login --env production --nip 5261040828 --external --out request.xml\n" +
			"  ksef auth login --env production --signed request.signed.xml",
		Args: a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opts.remember, "remember", false, a.say.rememberFlag())
	a.choiceVar(f, &opts.credentials, "credentials", "", []string{inKeyring, inFile}, a.say.credentialsFlag())
	f.BoolVar(&opts.external, "external", false, a.say.externalFlag())
	f.StringVar(&opts.out, "out", dash, a.say.externalOutFlag())
	f.StringVar(&opts.signed, "signed", "", a.say.signedFlag())
	f.BoolVar(&opts.fingerprint, "by-fingerprint", false, a.say.byFingerprintFlag())
	return cmd
}

func (a *app) login(ctx context.Context, opts loginOptions) error {
	account, err := a.account()
	if err != nil {
		return err
	}
	if opts.external {
		return a.loginExternal(ctx, account, opts)
	}
	v, err := a.vaultForLogin(opts.credentials)
	if err != nil {
		return err
	}
	var s *signedIn
	if opts.signed != "" {
		s, err = a.loginSigned(ctx, account, v, opts.signed)
	} else {
		s, err = a.loginAnew(ctx, account, v, opts)
	}
	if err != nil {
		return err
	}
	if a.flags.quiet && !a.flags.json {
		return nil
	}
	return show(a, a.accountColumns(), a.accountStatus(s.kept, true, v))
}

// loginAnew signs in by the proof that was chosen, whatever is kept.
func (a *app) loginAnew(ctx context.Context, account *account, v *vault, opts loginOptions) (*signedIn, error) {
	earlier := &kept{ByFingerprint: opts.fingerprint, Login: a.now()}
	if !opts.remember {
		return a.begin(ctx, account, v, earlier)
	}
	p, text, err := a.choosable(account, earlier)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, &usageError{a.say.nothingToRemember(), ""}
	}
	earlier.Secret = text
	return a.proveAndKeep(ctx, account, v, p, text, earlier)
}

func (a *app) newAuthRefresh() *cobra.Command {
	return &cobra.Command{
		Use:   "refresh",
		Short: a.say.refreshShort(),
		Long:  a.say.refreshLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.refresh(cmd.Context()) },
	}
}

// refresh renews the access token now.
func (a *app) refresh(ctx context.Context) error {
	account, k, v, err := a.keptSession()
	if err != nil {
		return err
	}
	if k == nil || !k.alive(a.now()) {
		return a.notLoggedIn(account)
	}
	client, _, err := a.client(account)
	if err != nil {
		return err
	}
	fresh, err := client.Authentication.Refresh(ctx, k.Credentials.Refresh.Token)
	if err != nil {
		return err
	}
	k.Credentials.Access = *fresh
	if err := v.put(account.key(), k); err != nil {
		return err
	}
	return show(a, a.accountColumns(), a.accountStatus(k, true, v))
}

// keptSession returns the account with what is kept for it; nil when nothing is.
func (a *app) keptSession() (*account, *kept, *vault, error) {
	account, err := a.account()
	if err != nil {
		return nil, nil, nil, err
	}
	v, err := a.openVault("")
	if err != nil {
		return nil, nil, nil, err
	}
	k, err := a.keptFor(account, v)
	return account, k, v, err
}

func (a *app) newAuthToken() *cobra.Command {
	return &cobra.Command{
		Use:     "token",
		Short:   a.say.accessTokenShort(),
		Long:    a.say.accessTokenLong(),
		Example: "  curl -H \"Authorization: Bearer $(ksef auth token)\" https://api-test.ksef.mf.gov.pl/v2/sessions",
		Args:    a.noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.accessToken(cmd.Context()) },
	}
}

// accessToken writes an access token with some life left: what it is for.
func (a *app) accessToken(ctx context.Context) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		const enough = time.Minute
		if s.AccessToken().ValidUntil.Sub(a.now()) < enough {
			if _, err := s.Sessions.Query(ctx, nil); err != nil { // any request renews
				return err
			}
		}
		token := s.AccessToken()
		if a.flags.json {
			return a.writeJSON(ordered{{"accessToken", token.Token}, {"validUntil", token.ValidUntil}})
		}
		fmt.Fprintln(a.stdout, token.Token)
		return nil
	})
}

type logoutOptions struct{ local bool }

func (a *app) newAuthLogout() *cobra.Command {
	var opts logoutOptions
	cmd := &cobra.Command{
		Use:   "logout",
		Short: a.say.logoutShort(),
		Long:  a.say.logoutLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context(), opts) },
	}
	cmd.Flags().BoolVar(&opts.local, "local", false, a.say.logoutLocalFlag())
	return cmd
}

// logout ends the session and forgets it, and what was remembered with it. A
// session that is dead already is what was wanted.
func (a *app) logout(ctx context.Context, opts logoutOptions) error {
	if v, err := a.openVault(""); err == nil {
		if err := a.mend(v); err != nil {
			return err
		}
	}
	account, k, v, err := a.keptSession()
	if err != nil {
		return err
	}
	if k == nil {
		return a.notLoggedIn(account)
	}
	if k.alive(a.now()) && !opts.local {
		client, _, err := a.client(account)
		if err != nil {
			return err
		}
		err = client.Authentication.Resume(k.Credentials).Sessions.TerminateCurrent(ctx)
		if err != nil && !dead(err) {
			return &hintedError{err, a.say.hintLogoutLocal()}
		}
	}
	if err := v.put(account.key(), nil); err != nil {
		return err
	}
	return a.done(a.say.loggedOut(account.context.String()), member{"environment", account.environment},
		member{"contextType", account.context.Kind}, member{"context", account.context.Value}, member{"ended", !opts.local})
}

type authSessionsOptions struct{ limit int }

func (a *app) newAuthSessions() *cobra.Command {
	var opts authSessionsOptions
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: a.say.authSessionsShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authSessions(cmd.Context(), opts) },
	}
	a.limitVar(cmd.Flags(), &opts.limit)
	return cmd
}

func (a *app) authSessionColumns() []column[ksef.AuthSession] {
	return []column[ksef.AuthSession]{
		{"referenceNumber", a.say.colReference(), func(s ksef.AuthSession) any { return string(s.ReferenceNumber) }},
		{"current", a.say.colCurrent(), func(s ksef.AuthSession) any { return s.Current }},
		{"started", a.say.colStarted(), func(s ksef.AuthSession) any { return s.Started }},
		{"method", a.say.colMethod(), func(s ksef.AuthSession) any { return s.Method.Code }},
		{"methodCategory", "", func(s ksef.AuthSession) any { return s.Method.Category }},
		{"status", a.say.colStatus(), func(s ksef.AuthSession) any { return s.Status.Code }},
		{"statusDescription", "", func(s ksef.AuthSession) any { return s.Status.Description }},
		{"redeemed", "", func(s ksef.AuthSession) any { return s.Redeemed }},
		{"refreshed", a.say.colRefreshed(), func(s ksef.AuthSession) any { return s.Refreshed }},
		{"refreshValidUntil", a.say.colRefreshUntil(), func(s ksef.AuthSession) any { return s.RefreshValidUntil }},
	}
}

func (a *app) authSessions(ctx context.Context, opts authSessionsOptions) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.authSessionColumns(), first(opts.limit, s.Sessions.All(ctx, &ksef.ListOptions{PageSize: 100})))
	})
}

func (a *app) newAuthEnd() *cobra.Command {
	return &cobra.Command{
		Use:   "end " + a.say.referencePlaceholder(),
		Short: a.say.endShort(),
		Long:  a.say.endLong(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.endSession(cmd.Context(), args[0]) },
	}
}

// endSession ends another authentication session than the one of this command.
func (a *app) endSession(ctx context.Context, text string) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if err := s.Sessions.Close(ctx, ref); err != nil {
			return err
		}
		return a.done(a.say.sessionEnded(string(ref)), member{"referenceNumber", ref}, member{"ended", true})
	})
}
