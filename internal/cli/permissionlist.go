package cli

import (
	"context"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// newListing makes a command that lists what flags select.
func (a *app) newListing(name, short string, define func(*pflag.FlagSet), run func(ctx context.Context, limit int) error) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   name,
		Short: short,
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), limit) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	define(f)
	a.limitVar(f, &limit)
	for name, values := range map[string][]string{
		"permission": allPermissions(), "state": permissionStates(), "authorization": authorizations(),
	} {
		if f.Lookup(name) != nil {
			completeFlag(cmd, name, values)
		}
	}
	return cmd
}

// listPermissions lists what one of KSeF's eight lists has.
func listPermissions[Q, T any](ctx context.Context, a *app, limit int, columns []column[T], q *Q, of func(*ksef.Permissions) ksef.Listing[Q, T]) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, columns, first(limit, of(s.Permissions).All(ctx, q)))
	})
}

// allPermissions are those that lists can be asked for.
func allPermissions() []string {
	return permissionNames(ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CredentialsRead, ksef.CredentialsManage, ksef.Introspection,
		ksef.SubunitManage, ksef.EnforcementOperations, ksef.CollectiveIdentifierManage, ksef.Owner, ksef.VATUEManage, ksef.PEFInvoiceWrite)
}

func permissionStates() []string {
	return texts([]ksef.PermissionState{ksef.PermissionActive, ksef.PermissionInactive})
}

// scopeFlags narrow lists of permissions.
type scopeFlags struct {
	in          identifierFlags
	client      *targetFlags
	permissions []string
	state       string
}

func newScopeFlags() *scopeFlags {
	return &scopeFlags{in: identifiersOf("in", ksef.KindNIP, ksef.KindInternalID), client: newTargetFlags()}
}

func (s *scopeFlags) define(f *pflag.FlagSet, say language) {
	s.in.define(f, say)
	s.client.define(f, say)
	f.StringSliceVar(&s.permissions, "permission", nil, say.permissionFlag(allPermissions()))
	f.StringVar(&s.state, "state", "", say.permissionStateFlag(strings.Join(permissionStates(), ", ")))
}

// query reads the flags into a query with all their fields.
func (s *scopeFlags) query(a *app) (*ksef.PersonalQuery, error) {
	q := new(ksef.PersonalQuery)
	in, err := s.in.value(a.say)
	if err != nil {
		return nil, err
	}
	if in != nil {
		q.Context = *in
	}
	if q.Target, err = s.client.value(a.say); err != nil {
		return nil, err
	}
	if q.Permissions, err = a.permissionsOf(s.permissions, allPermissions()); err != nil {
		return nil, err
	}
	q.State, err = optional[ksef.PermissionState](a, "state", s.state, permissionStates())
	return q, err
}

func (a *app) newPermissionList() *cobra.Command {
	scope := newScopeFlags()
	by := identifiersOf("by", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	holder := identifiersOf("holder", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	var granted, bySystem bool
	return a.newListing("list", a.say.permissionListShort(), func(f *pflag.FlagSet) {
		f.BoolVar(&granted, "granted", false, a.say.grantedFlag())
		holder.define(f, a.say)
		by.define(f, a.say)
		f.BoolVar(&bySystem, "by-ksef", false, a.say.bySystemFlag())
		scope.define(f, a.say)
	}, func(ctx context.Context, limit int) error {
		common, err := scope.query(a)
		if err != nil {
			return err
		}
		q := &ksef.PersonQuery{Granted: granted, Context: common.Context, Target: common.Target, Permissions: common.Permissions, State: common.State}
		author, err := by.value(a.say)
		if err != nil {
			return err
		}
		switch {
		case author != nil && bySystem:
			return &usageError{a.say.oneOfFlags(append(by.names(), "--by-ksef")), ""}
		case author != nil:
			q.Author = *author
		case bySystem:
			q.Author = ksef.Identifier{Kind: ksef.KindSystem}
		}
		who, err := holder.value(a.say)
		if err != nil {
			return err
		}
		if who != nil {
			q.Authorized = *who
		}
		return listPermissions(ctx, a, limit, a.personPermissionColumns(), q,
			func(p *ksef.Permissions) ksef.Listing[ksef.PersonQuery, ksef.PersonPermission] { return p.Persons })
	})
}

func (a *app) newPermissionMine() *cobra.Command {
	scope := newScopeFlags()
	return a.newListing("mine", a.say.permissionMineShort(), func(f *pflag.FlagSet) { scope.define(f, a.say) },
		func(ctx context.Context, limit int) error {
			q, err := scope.query(a)
			if err != nil {
				return err
			}
			return listPermissions(ctx, a, limit, a.personPermissionColumns(), q,
				func(p *ksef.Permissions) ksef.Listing[ksef.PersonalQuery, ksef.PersonPermission] { return p.Personal })
		})
}

func (a *app) newPermissionReceived() *cobra.Command {
	in := identifiersOf("in", ksef.KindNIP, ksef.KindInternalID)
	return a.newListing("received", a.say.permissionReceivedShort(), func(f *pflag.FlagSet) { in.define(f, a.say) },
		func(ctx context.Context, limit int) error {
			q := new(ksef.EntityQuery)
			id, err := in.value(a.say)
			if err != nil {
				return err
			}
			if id != nil {
				q.Context = *id
			}
			return listPermissions(ctx, a, limit, a.receivedPermissionColumns(), q,
				func(p *ksef.Permissions) ksef.Listing[ksef.EntityQuery, ksef.ReceivedPermission] { return p.Entities })
		})
}

func (a *app) newPermissionAuthorizations() *cobra.Command {
	by := identifiersOf("by", ksef.KindNIP)
	holder := identifiersOf("holder", ksef.KindNIP, ksef.KindPeppolID)
	var received bool
	var kinds []string
	return a.newListing("authorizations", a.say.permissionAuthorizationsShort(), func(f *pflag.FlagSet) {
		f.BoolVar(&received, "received", false, a.say.receivedFlag())
		by.define(f, a.say)
		holder.define(f, a.say)
		f.StringSliceVar(&kinds, "authorization", nil, a.say.authorizationFlag(authorizations()))
	}, func(ctx context.Context, limit int) error {
		q := &ksef.AuthorizationQuery{Received: received}
		author, err := by.value(a.say)
		if err != nil {
			return err
		}
		if author != nil {
			q.Authorizing = new(ksef.NIP(author.Value))
		}
		who, err := holder.value(a.say)
		if err != nil {
			return err
		}
		if who != nil {
			q.Authorized = *who
		}
		for _, text := range kinds {
			kind, err := a.oneOf("authorization", text, authorizations())
			if err != nil {
				return err
			}
			q.Authorizations = append(q.Authorizations, ksef.Authorization(kind))
		}
		return listPermissions(ctx, a, limit, a.authorizationColumns(), q,
			func(p *ksef.Permissions) ksef.Listing[ksef.AuthorizationQuery, ksef.EntityAuthorization] {
				return p.Authorizations
			})
	})
}

func (a *app) newPermissionSubunits() *cobra.Command {
	unit := unitFlags()
	return a.newListing("subunits", a.say.permissionSubunitsShort(), func(f *pflag.FlagSet) { unit.define(f, a.say) },
		func(ctx context.Context, limit int) error {
			q := new(ksef.SubunitQuery)
			id, err := unit.value(a.say)
			if err != nil {
				return err
			}
			if id != nil {
				q.Unit = *id
			}
			return listPermissions(ctx, a, limit, a.subunitPermissionColumns(), q,
				func(p *ksef.Permissions) ksef.Listing[ksef.SubunitQuery, ksef.SubunitPermission] { return p.Subunits })
		})
}

// The forms of what companies and certificates of the EU are looked for by;
// KSeF knows how each country writes its numbers.
var (
	vatNumber   = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z+*]{2,12}$`)
	hexadecimal = regexp.MustCompile(`^[0-9A-Fa-f]{1,64}$`)
)

func (a *app) newPermissionEU() *cobra.Command {
	var number, fingerprint string
	var permissions []string
	return a.newListing("eu", a.say.permissionEUShort(), func(f *pflag.FlagSet) {
		patternVar(f, &number, "vat-number", a.say.vatNumberFlag(), vatNumber, a.say.wantVATNumber())
		patternVar(f, &fingerprint, "fingerprint", a.say.fingerprintPartFlag(), hexadecimal, a.say.wantHexadecimal())
		f.StringSliceVar(&permissions, "permission", nil, a.say.permissionFlag(allPermissions()))
	}, func(ctx context.Context, limit int) error {
		q := new(ksef.EUEntityQuery)
		if number != "" {
			q.VATNumber = &number
		}
		if fingerprint != "" {
			q.Fingerprint = new(strings.ToUpper(fingerprint))
		}
		var err error
		if q.Permissions, err = a.permissionsOf(permissions, allPermissions()); err != nil {
			return err
		}
		return listPermissions(ctx, a, limit, a.euPermissionColumns(), q,
			func(p *ksef.Permissions) ksef.Listing[ksef.EUEntityQuery, ksef.EUEntityPermission] {
				return p.EUEntities
			})
	})
}

func (a *app) newPermissionRoles() *cobra.Command {
	var subordinate bool
	var of string
	return a.newListing("roles", a.say.permissionRolesShort(), func(f *pflag.FlagSet) {
		f.BoolVar(&subordinate, "subordinate", false, a.say.subordinateFlag())
		parsedVar(f, &of, "of", a.say.subordinateOfFlag(), ksef.ParseNIP)
	}, func(ctx context.Context, limit int) error {
		if !subordinate && of == "" {
			return listPermissions(ctx, a, limit, a.roleColumns(), nil,
				func(p *ksef.Permissions) ksef.Listing[ksef.ListOptions, ksef.EntityRole] { return p.Roles })
		}
		q := new(ksef.SubordinateQuery)
		if of != "" {
			q.Entity = new(ksef.NIP(of))
		}
		return listPermissions(ctx, a, limit, a.subordinateRoleColumns(), q,
			func(p *ksef.Permissions) ksef.Listing[ksef.SubordinateQuery, ksef.SubordinateRole] {
				return p.SubordinateRoles
			})
	})
}
