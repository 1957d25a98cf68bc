package cli

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// accountStatus is what there is to say of a login.
type accountStatus struct {
	*kept
	active bool
	place  string
	now    time.Time
}

// state is what a login is good for, as programs read it.
func (s accountStatus) state() string {
	switch {
	case s.Credentials.Access.ValidUntil.After(s.now):
		return "active"
	case s.alive(s.now):
		return "renewable" // with the next request
	case s.Secret != "":
		return "remembered" // a login of its own begins the next session
	}
	return "ended"
}

func (a *app) accountColumns() []column[accountStatus] {
	return []column[accountStatus]{
		{"environment", a.say.colEnvironment(), func(s accountStatus) any { return s.Environment }},
		{"baseUrl", a.say.colBaseURL(), func(s accountStatus) any { return cmp.Or(s.BaseURL, s.Environment.BaseURL()) }},
		{"contextType", a.say.colContextType(), func(s accountStatus) any { return s.Context.Kind }},
		{"context", a.say.colContext(), func(s accountStatus) any { return s.Context.Value }},
		{"profile", a.say.colProfile(), func(s accountStatus) any { return s.Profile }},
		{"method", a.say.colMethod(), func(s accountStatus) any { return s.Method }},
		{"referenceNumber", a.say.colReference(), func(s accountStatus) any { return string(s.Credentials.ReferenceNumber) }},
		{"accessValidUntil", a.say.colAccessUntil(), func(s accountStatus) any { return s.Credentials.Access.ValidUntil }},
		{"refreshValidUntil", a.say.colRefreshUntil(), func(s accountStatus) any { return s.Credentials.Refresh.ValidUntil }},
		{"kept", a.say.colKept(), func(s accountStatus) any { return s.place }},
		{"current", a.say.colCurrent(), func(s accountStatus) any { return s.active }},
		{"state", a.say.colState(), func(s accountStatus) any { return s.state() }},
	}
}

func (a *app) accountStatus(k *kept, current bool, v *vault) accountStatus {
	return accountStatus{k, current, v.place(), a.now()}
}

type statusOptions struct{ all, check bool }

func (a *app) newAuthStatus() *cobra.Command {
	var opts statusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: a.say.statusShort(),
		Long:  a.say.statusLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authStatus(cmd.Context(), opts) },
	}
	cmd.Flags().BoolVar(&opts.all, "all", false, a.say.statusAllFlag())
	cmd.Flags().BoolVar(&opts.check, "check", false, a.say.statusCheckFlag())
	return cmd
}

func (a *app) authStatus(ctx context.Context, opts statusOptions) error {
	account, k, v, err := a.keptSession()
	if err != nil {
		return err
	}
	if opts.all {
		return a.listAccounts(account, v)
	}
	if k == nil || !k.alive(a.now()) && k.Secret == "" {
		return a.notLoggedIn(account)
	}
	if opts.check {
		err := a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
			k = s.kept
			_, err := s.Sessions.Query(ctx, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	return show(a, a.accountColumns(), a.accountStatus(k, true, v))
}

// listAccounts lists all that is kept.
func (a *app) listAccounts(account *account, v *vault) error {
	all, err := v.all()
	if err != nil {
		return err
	}
	return list(a, a.accountColumns(), func(yield func(accountStatus, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(a.accountStatus(all[name], name == account.key(), v), nil) {
				return
			}
		}
	})
}

func (a *app) notLoggedIn(account *account) error {
	return &missingError{a.say.notLoggedIn(account.context.String(), string(account.environment)), a.say.hintLogin()}
}
