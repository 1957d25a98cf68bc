package cli

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
)

type invoiceSyncOptions struct {
	from  string
	roles []string
}

func (a *app) newInvoiceSync() *cobra.Command {
	var opts invoiceSyncOptions
	cmd := &cobra.Command{
		Use:     "sync " + a.say.dirPlaceholder(),
		Short:   a.say.invoiceSyncShort(),
		Long:    a.say.invoiceSyncLong(),
		Example: "  ksef invoice sync invoices --from 2026-02-01",
		Args:    a.oneArg(a.say.aMirrorDir),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.syncInvoices(cmd.Context(), args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.from, "from", "", a.say.syncFromFlag())
	f.StringSliceVar(&opts.roles, "role", nil, a.say.syncRoleFlag())
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(mirrorRoles(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func mirrorRoles() []string { return []string{"seller", "buyer", "third-party", "authorized"} }

// roles reads the values of --role; none are nil.
func (a *app) roles(texts []string) (roles []ksef.Role, err error) {
	for _, text := range texts {
		role, err := worded(a, "role", text, roleWords)
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	return roles, nil
}

// syncInvoices brings a mirror up to date, or begins one.
func (a *app) syncInvoices(ctx context.Context, dir string, opts invoiceSyncOptions) error {
	from, err := a.moment("from", opts.from)
	if err != nil {
		return err
	}
	roles, err := a.roles(opts.roles)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return a.withMirror(dir, from.IsZero(), func(m *mirror.Mirror) error {
			fetching := a.progress(a.say.fetching(), a.say.size)
			report, err := m.Sync(ctx, s.AuthenticatedClient, &mirror.SyncOptions{
				Roles: roles, From: from,
				Progress: func(p ksef.PackageProgress) { fetching.set(p.Fetched, p.Bytes) },
			})
			fetching.done()
			state, unread := m.State(context.WithoutCancel(ctx))
			if unread != nil {
				return errors.Join(err, unread)
			}
			if err == nil || len(report.Windows) > 0 { // else nothing has come
				err = errors.Join(err, list(a, a.syncedColumns(), all(summarize(report, state))))
			}
			if errors.Is(err, ksef.ErrNoBeginning) {
				return &hintedError{err, a.say.hintSyncFrom()}
			}
			if _, pending := errors.AsType[*ksef.PendingError](err); pending || errors.Is(err, context.Canceled) || err != nil && len(report.Windows) > 0 {
				return &hintedError{err, a.say.hintAgain()}
			}
			return err
		})
	})
}

// withMirror opens a mirror for a while.
func (a *app) withMirror(dir string, mustExist bool, do func(*mirror.Mirror) error) error {
	m, err := mirror.Open(a.path(dir), &mirror.Options{MustExist: mustExist})
	if errors.Is(err, mirror.ErrNoMirror) {
		return &hintedError{err, a.say.hintBeginMirror(dir)}
	}
	if err != nil {
		return err
	}
	return errors.Join(do(m), m.Close())
}

// synced is what came in a role.
type synced struct {
	role    ksef.Role
	counted int
	new     int
	through time.Time
}

// summarize adds up the windows of each role.
func summarize(report ksef.SyncReport, state ksef.SyncState) (all []synced) {
	for _, role := range ksef.Roles() {
		one := synced{role: role, through: state.Through(role)}
		for _, w := range report.Windows {
			if w.Role == role {
				one.counted += w.Counted
				one.new += w.New
			}
		}
		if !one.through.IsZero() {
			all = append(all, one)
		}
	}
	return all
}

func (a *app) syncedColumns() []column[synced] {
	return []column[synced]{
		{"role", a.say.colRole(), func(s synced) any { return roleWord(s.role) }},
		{"counted", "", func(s synced) any { return s.counted }},
		{"new", a.say.colNew(), func(s synced) any { return s.new }},
		{"through", a.say.colThrough(), func(s synced) any { return s.through }},
	}
}

// roleWord is our word for a role.
func roleWord(role ksef.Role) string {
	i := slices.Index(ksef.Roles(), role)
	if i < 0 {
		return string(role)
	}
	return mirrorRoles()[i]
}

type invoiceProveOptions struct {
	from, to string
	roles    []string
	local    bool
}

func (a *app) newInvoiceProve() *cobra.Command {
	var opts invoiceProveOptions
	cmd := &cobra.Command{
		Use:   "prove " + a.say.dirPlaceholder(),
		Short: a.say.invoiceProveShort(),
		Long:  a.say.invoiceProveLong(),
		Example: "  ksef invoice prove invoices --from 2026-02-01 --to 2026-02-28\n" +
			"  ksef invoice prove invoices --local",
		Args: a.oneArg(a.say.aMirrorDir),
		RunE: func(cmd *cobra.Command, args []string) error { return a.proveInvoices(cmd.Context(), args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.from, "from", "", a.say.proveFromFlag())
	f.StringVar(&opts.to, "to", "", a.say.proveToFlag())
	f.StringSliceVar(&opts.roles, "role", nil, a.say.syncRoleFlag())
	f.BoolVar(&opts.local, "local", false, a.say.proveLocalFlag())
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(mirrorRoles(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// proveInvoices lists what differs between a mirror and KSeF, or, local, between
// its files and its index. Differences are a failure.
func (a *app) proveInvoices(ctx context.Context, dir string, opts invoiceProveOptions) error {
	var period mirror.Period
	var err error
	for _, read := range []func() error{
		func() (err error) { period.From, err = a.moment("from", opts.from); return err },
		func() (err error) { period.To, err = a.moment("to", opts.to); return err },
		func() (err error) { period.Roles, err = a.roles(opts.roles); return err },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	if len(opts.to) == len(time.DateOnly) { // a day is meant to its end
		period.To = period.To.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	var invoices int
	var differences []mirror.Difference
	if opts.local {
		err = a.withMirror(dir, true, func(m *mirror.Mirror) error {
			v, err := m.Verify(ctx)
			if err == nil {
				invoices, differences = v.Invoices, v.Differences
			}
			return err
		})
	} else {
		err = a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
			return a.withMirror(dir, true, func(m *mirror.Mirror) error {
				p, err := m.Prove(ctx, s.AuthenticatedClient, &period)
				if err != nil {
					return err
				}
				differences = p.Differences
				for _, r := range p.Roles {
					invoices += r.There
				}
				return nil
			})
		})
	}
	if err != nil {
		return err
	}
	return a.listDifferences(invoices, differences)
}

func (a *app) listDifferences(invoices int, differences []mirror.Difference) error {
	type d = mirror.Difference
	columns := []column[d]{
		{"difference", a.say.colDifference(), func(x d) any { return a.word(string(x.Kind), a.say.words(string(x.Kind))) }},
		{"ksefNumber", a.say.colKSeFNumber(), func(x d) any { return string(x.KSeFNumber) }},
		{"role", a.say.colRole(), func(x d) any { return roleWord(x.Role) }},
		{"file", a.say.colFile(), func(x d) any { return x.Path }},
	}
	if len(differences) == 0 {
		a.note(a.say.mirrorProven(invoices))
		if !a.flags.json {
			return nil
		}
	}
	err := list(a, columns, func(yield func(d, error) bool) {
		for _, x := range differences {
			if !yield(x, nil) {
				return
			}
		}
	})
	if err == nil && len(differences) > 0 {
		return &outcomeError{exitFailed, a.say.mirrorDiffers(len(differences)), ""}
	}
	return err
}
