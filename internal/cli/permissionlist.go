package cli

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

// permissionKinds are the lists of permissions there are.
func permissionKinds() []string {
	return []string{"persons", "personal", "received", "authorizations", "subunits", "eu-entities", "roles", "subordinates"}
}

type permissionListOptions struct {
	granted, received bool
	permissions       []string
	limit             int
}

func (a *app) newPermissionList() *cobra.Command {
	var opts permissionListOptions
	cmd := &cobra.Command{
		Use:       "list [" + strings.Join(permissionKinds(), " | ") + "]",
		Short:     a.say.permissionListShort(),
		Long:      a.say.permissionListLong(),
		ValidArgs: permissionKinds(),
		Args:      a.atMostOneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := "persons"
			if len(args) > 0 {
				kind = args[0]
			}
			return a.listPermissions(cmd.Context(), kind, opts)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opts.granted, "granted", false, a.say.grantedFlag())
	f.BoolVar(&opts.received, "received", false, a.say.receivedFlag())
	f.StringSliceVar(&opts.permissions, "permission", nil, a.say.permissionFilterFlag())
	f.IntVar(&opts.limit, "limit", 0, a.say.limitFlag())
	completeFlag(cmd, "permission", grantable())
	return cmd
}

// held is a permission of any kind, as all lists show it.
type held struct {
	id, permission, state string
	who, where, target    ksef.Identifier
	name, description     string
	canDelegate           bool
	since                 time.Time
}

func (a *app) heldColumns() []column[held] {
	return slices.Concat([]column[held]{
		{"id", "ID", func(h held) any { return h.id }},
		{"permission", a.say.colPermission(), func(h held) any { return h.permission }},
		{"state", a.say.colState(), func(h held) any { return h.state }},
	},
		identifierColumns("who", a.say.colWho(), func(h held) ksef.Identifier { return h.who }),
		[]column[held]{{"name", a.say.colName(), func(h held) any { return h.name }}},
		identifierColumns("where", a.say.colWhere(), func(h held) ksef.Identifier { return h.where }),
		identifierColumns("for", a.say.colFor(), func(h held) ksef.Identifier { return h.target }),
		[]column[held]{
			{"canDelegate", a.say.colCanDelegate(), func(h held) any { return h.canDelegate }},
			{"since", a.say.colSince(), func(h held) any { return h.since }},
			{"description", a.say.colDescription(), func(h held) any { return h.description }},
		})
}

// mapped yields what f makes of the items.
func mapped[T, U any](items iter.Seq2[T, error], f func(T) U) iter.Seq2[U, error] {
	return func(yield func(U, error) bool) {
		for item, err := range items {
			if !yield(f(item), err) {
				return
			}
		}
	}
}

func (a *app) listPermissions(ctx context.Context, kind string, opts permissionListOptions) error {
	kind, err := a.oneOf("list", kind, permissionKinds())
	if err != nil {
		return err
	}
	permissions, err := a.permissionsOf("permission", opts.permissions, grantable())
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.heldColumns(), first(opts.limit, heldBy(ctx, s.Permissions, kind, opts, permissions)))
	})
}

// heldBy is one of the lists.
func heldBy(ctx context.Context, p *ksef.Permissions, kind string, opts permissionListOptions, only []ksef.Permission) iter.Seq2[held, error] {
	page := ksef.ListOptions{PageSize: 100}
	switch kind {
	case "personal":
		return mapped(p.Personal.All(ctx, &ksef.PersonalQuery{ListOptions: page, Permissions: only}), heldByPerson)
	case "received":
		return mapped(p.Entities.All(ctx, &ksef.EntityQuery{ListOptions: page}), func(r ksef.ReceivedPermission) held {
			return held{id: string(r.ID), permission: string(r.Permission), where: r.Context, canDelegate: r.CanDelegate, description: r.Description, since: r.Since}
		})
	case "authorizations":
		q := &ksef.AuthorizationQuery{ListOptions: page, Received: opts.received}
		return mapped(p.Authorizations.All(ctx, q), func(r ksef.EntityAuthorization) held {
			return held{
				id: string(r.ID), permission: string(r.Authorization), who: r.Authorized, name: r.Entity.Name, where: r.Authorizing,
				description: r.Description, since: r.Since,
			}
		})
	case "subunits":
		return mapped(p.Subunits.All(ctx, &ksef.SubunitQuery{ListOptions: page}), func(r ksef.SubunitPermission) held {
			return held{
				id: string(r.ID), permission: string(r.Permission), who: r.Authorized, name: nameOf(r.Person, ksef.EntityDetails{}),
				where: r.Unit, description: r.Description, since: r.Since,
			}
		})
	case "eu-entities":
		q := &ksef.EUEntityQuery{ListOptions: page, Permissions: only}
		return mapped(p.EUEntities.All(ctx, q), func(r ksef.EUEntityPermission) held {
			return held{
				id: string(r.ID), permission: string(r.Permission), who: ksef.Identifier{Kind: ksef.KindFingerprint, Value: string(r.Authorized)},
				name: nameOf(r.Person, r.Entity), where: ksef.Identifier{Kind: "VatUe", Value: r.VATNumber}, description: r.Description, since: r.Since,
			}
		})
	case "roles":
		return mapped(p.Roles.All(ctx, &page), func(r ksef.EntityRole) held {
			return held{permission: string(r.Role), where: r.Parent, description: r.Description, since: r.Since}
		})
	case "subordinates":
		return mapped(p.SubordinateRoles.All(ctx, &ksef.SubordinateQuery{ListOptions: page}), func(r ksef.SubordinateRole) held {
			return held{permission: string(r.Role), who: r.Entity, description: r.Description, since: r.Since}
		})
	}
	q := &ksef.PersonQuery{ListOptions: page, Granted: opts.granted, Permissions: only}
	return mapped(p.Persons.All(ctx, q), heldByPerson)
}

func heldByPerson(r ksef.PersonPermission) held {
	return held{
		id: string(r.ID), permission: string(r.Permission), state: string(r.State), who: r.Authorized, name: nameOf(r.Person, r.Entity),
		where: r.Context, target: r.Target, canDelegate: r.CanDelegate, description: r.Description, since: r.Since,
	}
}

func nameOf(person ksef.PersonDetails, entity ksef.EntityDetails) string {
	if entity.Name != "" {
		return entity.Name
	}
	return strings.TrimSpace(person.FirstName + " " + person.LastName)
}
