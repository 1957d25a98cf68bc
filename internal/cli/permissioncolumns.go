package cli

import (
	"slices"

	"github.com/ksef-go/ksef"
)

// details are how somebody was described, in JSON; null where nobody was.
func details[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

func (a *app) personPermissionColumns() []column[ksef.PersonPermission] {
	type p = ksef.PersonPermission
	return slices.Concat(
		[]column[p]{
			{"id", a.say.colID(), func(p p) any { return string(p.ID) }},
			{"permission", a.say.colPermission(), func(p p) any { return string(p.Permission) }},
			{"state", a.say.colState(), func(p p) any { return string(p.State) }},
		},
		identifierColumns(a, "authorized", a.say.colHolder(), func(p p) ksef.Identifier { return p.Authorized }),
		[]column[p]{{"name", a.say.colName(), func(p p) any { return fullName(p.Person, p.Entity) }}},
		identifierColumns(a, "context", a.say.colContext(), func(p p) ksef.Identifier { return p.Context }),
		identifierColumns(a, "target", a.say.colClient(), func(p p) ksef.Identifier { return p.Target }),
		identifierColumns(a, "author", "", func(p p) ksef.Identifier { return p.Author }),
		[]column[p]{
			{"canDelegate", a.say.colDelegate(), func(p p) any { return p.CanDelegate }},
			{"description", a.say.colDescription(), func(p p) any { return p.Description }},
			{"since", a.say.colSince(), func(p p) any { return p.Since }},
			{"person", "", func(p p) any { return details(p.Person) }},
			{"entity", "", func(p p) any { return details(p.Entity) }},
		},
	)
}

func (a *app) receivedPermissionColumns() []column[ksef.ReceivedPermission] {
	type p = ksef.ReceivedPermission
	return slices.Concat(
		[]column[p]{
			{"id", a.say.colID(), func(p p) any { return string(p.ID) }},
			{"permission", a.say.colPermission(), func(p p) any { return string(p.Permission) }},
		},
		identifierColumns(a, "context", a.say.colContext(), func(p p) ksef.Identifier { return p.Context }),
		[]column[p]{
			{"canDelegate", a.say.colDelegate(), func(p p) any { return p.CanDelegate }},
			{"description", a.say.colDescription(), func(p p) any { return p.Description }},
			{"since", a.say.colSince(), func(p p) any { return p.Since }},
		},
	)
}

func (a *app) authorizationColumns() []column[ksef.EntityAuthorization] {
	type p = ksef.EntityAuthorization
	return slices.Concat(
		[]column[p]{
			{"id", a.say.colID(), func(p p) any { return string(p.ID) }},
			{"authorization", a.say.colPermission(), func(p p) any { return string(p.Authorization) }},
		},
		identifierColumns(a, "authorizing", a.say.colAuthorizing(), func(p p) ksef.Identifier { return p.Authorizing }),
		identifierColumns(a, "authorized", a.say.colHolder(), func(p p) ksef.Identifier { return p.Authorized }),
		identifierColumns(a, "author", "", func(p p) ksef.Identifier { return p.Author }),
		[]column[p]{
			{"name", a.say.colName(), func(p p) any { return p.Entity.Name }},
			{"description", a.say.colDescription(), func(p p) any { return p.Description }},
			{"since", a.say.colSince(), func(p p) any { return p.Since }},
			{"entity", "", func(p p) any { return details(p.Entity) }},
		},
	)
}

func (a *app) subunitPermissionColumns() []column[ksef.SubunitPermission] {
	type p = ksef.SubunitPermission
	return slices.Concat(
		[]column[p]{
			{"id", a.say.colID(), func(p p) any { return string(p.ID) }},
			{"permission", a.say.colPermission(), func(p p) any { return string(p.Permission) }},
		},
		identifierColumns(a, "unit", a.say.colUnit(), func(p p) ksef.Identifier { return p.Unit }),
		[]column[p]{{"unitName", a.say.colUnitName(), func(p p) any { return p.UnitName }}},
		identifierColumns(a, "authorized", a.say.colHolder(), func(p p) ksef.Identifier { return p.Authorized }),
		identifierColumns(a, "author", "", func(p p) ksef.Identifier { return p.Author }),
		[]column[p]{
			{"name", a.say.colName(), func(p p) any { return fullName(p.Person, ksef.EntityDetails{}) }},
			{"description", a.say.colDescription(), func(p p) any { return p.Description }},
			{"since", a.say.colSince(), func(p p) any { return p.Since }},
			{"person", "", func(p p) any { return details(p.Person) }},
		},
	)
}

func (a *app) euPermissionColumns() []column[ksef.EUEntityPermission] {
	type p = ksef.EUEntityPermission
	return slices.Concat(
		[]column[p]{
			{"id", a.say.colID(), func(p p) any { return string(p.ID) }},
			{"permission", a.say.colPermission(), func(p p) any { return string(p.Permission) }},
			{"vatNumber", a.say.colVATNumber(), func(p p) any { return p.VATNumber }},
			{"label", a.say.colCompany(), func(p p) any { return p.Label }},
			{"authorized", a.say.colHolder(), func(p p) any { return string(p.Authorized) }},
		},
		identifierColumns(a, "author", "", func(p p) ksef.Identifier { return p.Author }),
		[]column[p]{
			{"name", a.say.colName(), func(p p) any { return fullName(p.Person, p.Entity) }},
			{"description", a.say.colDescription(), func(p p) any { return p.Description }},
			{"since", a.say.colSince(), func(p p) any { return p.Since }},
			{"company", "", func(p p) any { return details(p.Company) }},
			{"person", "", func(p p) any { return details(p.Person) }},
			{"entity", "", func(p p) any { return details(p.Entity) }},
		},
	)
}

func (a *app) roleColumns() []column[ksef.EntityRole] {
	type r = ksef.EntityRole
	return slices.Concat(
		[]column[r]{{"role", a.say.colRole(), func(r r) any { return string(r.Role) }}},
		identifierColumns(a, "parent", a.say.colParent(), func(r r) ksef.Identifier { return r.Parent }),
		[]column[r]{
			{"description", a.say.colDescription(), func(r r) any { return r.Description }},
			{"since", a.say.colSince(), func(r r) any { return r.Since }},
		},
	)
}

func (a *app) subordinateRoleColumns() []column[ksef.SubordinateRole] {
	type r = ksef.SubordinateRole
	return slices.Concat(
		identifierColumns(a, "entity", a.say.colUnit(), func(r r) ksef.Identifier { return r.Entity }),
		[]column[r]{
			{"role", a.say.colRole(), func(r r) any { return string(r.Role) }},
			{"description", a.say.colDescription(), func(r r) any { return r.Description }},
			{"since", a.say.colSince(), func(r r) any { return r.Since }},
		},
	)
}
