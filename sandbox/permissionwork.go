package sandbox

import (
	"slices"

	"github.com/ksef-go/ksef"
)

// Whether a grant has any effect. Only one given indirectly may have none.
const (
	permissionActive   = "Active"
	permissionInactive = "Inactive"
)

// state is the grant's, seen from a context.
func (graph *permissionGraph) state(g *grant, from identifier) string {
	if graph.active(g, from) {
		return permissionActive
	}
	return permissionInactive
}

// workFilter is what the queries for permissions to work in a context filter by.
type workFilter struct {
	Context *identifier `json:"contextIdentifier"`
	Target  *identifier `json:"targetIdentifier"`
	State   string      `json:"permissionState"`
	typeFilter
}

func (f *workFilter) check(v *validation, allowed []ksef.Permission) {
	v.optionalIdentifier("contextIdentifier", f.Context, ksef.KindNIP, ksef.KindInternalID)
	if f.Target != nil {
		v.identifierOr("targetIdentifier", f.Target, ksef.KindAllPartners, ksef.KindNIP, ksef.KindInternalID)
	}
	f.typeFilter.check(v, allowed)
	if f.State != "" {
		f.State = v.oneOf("permissionState", f.State, permissionActive, permissionInactive)
	}
}

// lets reports whether a grant, seen from a context, passes the filter.
func (f *workFilter) lets(graph *permissionGraph, g *grant, from identifier) bool {
	return is(f.Context, g.context()) && is(f.Target, g.in) && f.wants(g.permission) && (f.State == "" || f.State == graph.state(g, from))
}

// context is the context that a grant is said to be in: of one given indirectly the intermediary's, since the
// client's is its target.
func (g *grant) context() identifier {
	if g.kind == indirect {
		return g.from
	}
	return g.in
}

// workItem is a permission to work in a context in an answer.
type workItem struct {
	ID          string          `json:"id"`
	To          *identifier     `json:"authorizedIdentifier,omitempty"`
	Context     *identifier     `json:"contextIdentifier,omitempty"`
	Target      *identifier     `json:"targetIdentifier,omitempty"` // the client
	Author      *identifier     `json:"authorIdentifier,omitempty"`
	Permission  ksef.Permission `json:"permissionScope"`
	Description string          `json:"description"`
	Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
	Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
	State       string          `json:"permissionState"`
	Since       timestamp       `json:"startDate"`
	Delegable   bool            `json:"canDelegate"`
}

// workItem is a grant, seen from a context, with what both queries tell of it.
func (graph *permissionGraph) workItem(g *grant, from identifier) workItem {
	item := workItem{ID: g.id, Permission: g.permission, Description: g.description, Person: g.person, Entity: g.entity,
		State: graph.state(g, from), Since: timestamp(g.since), Delegable: g.delegable}
	if g.kind == indirect {
		item.Target = &g.in
	}
	return item
}

// personalQuery is the body of POST /permissions/query/personal/grants: what the caller may do itself.
type personalQuery struct{ workFilter }

func (in *personalQuery) check(v *validation) {
	in.workFilter.check(v, append(personPermissions(), ksef.VATUEManage))
}

// match finds what was given to the caller in its context, there, by a superior, or indirectly for or by it; and,
// for the owner, to the owner's taxpayer by another.
func (in *personalQuery) match(st *state, by *session, g *grant) bool {
	return st.personal(g, by) && in.lets(&st.graph, g, by.context)
}

func (st *state) personal(g *grant, by *session) bool {
	switch {
	case g.kind == authorizationGrant:
		return false
	case g.kind == toEntity && g.to == by.context:
		return st.owns(by.subject.identifier, by.context)
	case !slices.Contains(st.aliases(by.subject.identifier), g.to):
		return false
	case g.in == allPartners:
		return g.from == by.context || st.graph.delegates(by.context, g.from, g.permission)
	}
	return g.in == by.context || g.kind == indirect && g.from == by.context
}

func (in *personalQuery) item(st *state, by *session, g *grant) any {
	item := st.graph.workItem(g, by.context)
	if context := g.context(); context.Type != ksef.KindVATUE { // of which the contract knows nothing here
		item.Context = &context
	}
	if g.to != by.subject.identifier {
		item.To = &g.to
	}
	return item
}

// The lists of personsQuery.
const (
	inContext        = "PermissionsInCurrentContext"
	grantedInContext = "PermissionsGrantedInCurrentContext"
)

// personsQuery is the body of POST /permissions/query/persons/grants: who may work in the context, or what was
// granted there.
type personsQuery struct {
	workFilter
	Type   string      `json:"queryType"`
	Author *identifier `json:"authorIdentifier"`
	To     *identifier `json:"authorizedIdentifier"`
}

func (in *personsQuery) check(v *validation) {
	in.Type = v.oneOf("queryType", in.Type, inContext, grantedInContext)
	if in.Author != nil {
		v.identifierOr("authorIdentifier", in.Author, ksef.KindSystem, subjectKinds...)
	}
	v.optionalIdentifier("authorizedIdentifier", in.To, subjectKinds...)
	in.workFilter.check(v, personPermissions())
}

func (in *personsQuery) match(st *state, by *session, g *grant) bool {
	listed := g.letsWork(by.context)
	if in.Type == grantedInContext {
		listed = g.grantedIn(by.context)
	}
	return listed && g.toWork() && is(in.Author, g.author) && is(in.To, g.to) && in.lets(&st.graph, g, by.context)
}

// toWork reports whether a grant is one that personsQuery tells of at all. EU taxpayers have a query of their
// own, and so do authorizations.
func (g *grant) toWork() bool {
	return slices.Contains([]grantKind{toPerson, toEntity, indirect, subunitAdmin}, g.kind) && slices.Contains(personPermissions(), g.permission)
}

// letsWork reports whether a grant lets somebody work in a context, unless an intermediary sent them, or work
// for its clients whom the context itself sent.
func (g *grant) letsWork(context identifier) bool { return g.context() == context }

// grantedIn reports whether a grant was given in a context, by whomever but KSeF itself.
func (g *grant) grantedIn(context identifier) bool { return g.from == context && g.author != system }

func (in *personsQuery) item(st *state, by *session, g *grant) any {
	item := st.graph.workItem(g, by.context)
	item.To, item.Author = &g.to, &g.author
	if g.kind == subunitAdmin {
		item.Context = &g.in
	}
	return item
}
