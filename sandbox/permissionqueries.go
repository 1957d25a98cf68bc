package sandbox

import (
	"cmp"
	"slices"
	"strings"

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

// readers are the permissions with which one may look at permissions.
var readers = []ksef.Permission{ksef.CredentialsManage, ksef.CredentialsRead}

// grantPage is the page of a listing that a caller wants to see.
type grantPage struct{ offset, size int }

func (v *validation) grantPage(c *call) grantPage {
	query := c.r.URL.Query()
	return grantPage{v.pageOffset(query), v.pageSize(query, 100)}
}

// listGrants answers a query: of all grants those that match, the newest first.
func listGrants[T any](s *Server, c *call, list string, page grantPage, match func(*grant) bool, item func(*grant) T) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	var found []*grant
	for _, g := range s.state.graph.byID {
		if match(g) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b *grant) int {
		return cmp.Or(b.since.Compare(a.since), strings.Compare(a.id, b.id))
	})
	return answerPage(list, found, page, item), nil
}

// answerPage cuts a page out of what was found and sorted.
func answerPage[F, T any](list string, found []F, page grantPage, item func(F) T) any {
	found, more := pageAt(found, page.offset, page.size)
	items := make([]T, len(found))
	for i, f := range found {
		items[i] = item(f)
	}
	return map[string]any{list: items, "hasMore": more}
}

// optionalIdentifier demands an identifier of one of the kinds, where there is one.
func (v *validation) optionalIdentifier(name string, id *identifier, kinds ...ksef.Kind) {
	if id != nil {
		v.identifier(name, id, kinds...)
	}
}

// is reports whether a value is the wanted one; nil wants any.
func is(wanted *identifier, value identifier) bool { return wanted == nil || *wanted == value }

// among reports whether a permission is one of the wanted; none wants any.
func among(wanted []ksef.Permission, p ksef.Permission) bool {
	return len(wanted) == 0 || slices.Contains(wanted, p)
}

// workFilter is what the queries for permissions to work in a context filter by.
type workFilter struct {
	Context *identifier `json:"contextIdentifier"`
	Target  *identifier `json:"targetIdentifier"`
	Types   []string    `json:"permissionTypes"`
	State   *string     `json:"permissionState"`
}

// check validates the filter and returns what it wants, seen from a context.
func (f *workFilter) check(v *validation, types []ksef.Permission) (match func(graph *permissionGraph, g *grant, from identifier) bool) {
	v.optionalIdentifier("contextIdentifier", f.Context, ksef.KindNIP, ksef.KindInternalID)
	if f.Target != nil {
		v.identifierOr("targetIdentifier", f.Target, kindAllPartners, ksef.KindNIP, ksef.KindInternalID)
	}
	wanted := v.permissions("permissionTypes", f.Types, types)
	state := ""
	if f.State != nil {
		state = v.oneOf("permissionState", *f.State, permissionActive, permissionInactive)
	}
	return func(graph *permissionGraph, g *grant, from identifier) bool {
		return is(f.Context, g.context()) && is(f.Target, g.in) && among(wanted, g.permission) &&
			(state == "" || state == graph.state(g, from))
	}
}

// context is the context that a grant is said to be in: of one given indirectly the intermediary's, since the
// client's is its target.
func (g *grant) context() identifier {
	if g.kind == indirect {
		return g.from
	}
	return g.in
}

// target is the client of a grant that was given indirectly.
func (g *grant) target() *identifier {
	if g.kind != indirect {
		return nil
	}
	return &g.in
}

// personalItem is one of one's own permissions in an answer.
type personalItem struct {
	ID          string          `json:"id"`
	Context     *identifier     `json:"contextIdentifier,omitempty"`
	To          *identifier     `json:"authorizedIdentifier,omitempty"` // who is not the caller's own identifier
	Target      *identifier     `json:"targetIdentifier,omitempty"`
	Permission  ksef.Permission `json:"permissionScope"`
	Description string          `json:"description"`
	Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
	Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
	State       string          `json:"permissionState"`
	Since       timestamp       `json:"startDate"`
	Delegable   bool            `json:"canDelegate"`
}

// queryPersonal answers POST /permissions/query/personal/grants.
func (s *Server) queryPersonal(c *call) (any, error) {
	var in workFilter
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	match := in.check(&v, append(personPermissions(), vatUEManage))
	if err := v.err(); err != nil {
		return nil, err
	}
	by := c.by.session
	return listGrants(s, c, "permissions", page,
		func(g *grant) bool { return s.state.personal(g, by) && match(&s.state.graph, g, by.context) },
		func(g *grant) personalItem {
			item := personalItem{g.id, nil, nil, g.target(), g.permission, g.description, g.person, g.entity,
				s.state.graph.state(g, by.context), timestamp(g.since), g.delegable}
			if context := g.context(); context.Type != ksef.KindVATUE {
				item.Context = &context
			}
			if g.to != by.subject.identifier {
				item.To = &g.to
			}
			return item
		})
}

// personal reports whether a grant is one of the caller's own in its context: given to it there, by a superior,
// or indirectly for or by it; and, for the owner, given to the owner's taxpayer by another.
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

// personsItem is a permission to work in a context in an answer.
type personsItem struct {
	ID          string          `json:"id"`
	To          identifier      `json:"authorizedIdentifier"`
	Context     *identifier     `json:"contextIdentifier,omitempty"` // of an administrator of a unit
	Target      *identifier     `json:"targetIdentifier,omitempty"`
	Author      identifier      `json:"authorIdentifier"`
	Permission  ksef.Permission `json:"permissionScope"`
	Description string          `json:"description"`
	Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
	Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
	State       string          `json:"permissionState"`
	Since       timestamp       `json:"startDate"`
	Delegable   bool            `json:"canDelegate"`
}

// The two lists of queryPersons.
const (
	inContext        = "PermissionsInCurrentContext"
	grantedInContext = "PermissionsGrantedInCurrentContext"
)

// queryPersons answers POST /permissions/query/persons/grants.
func (s *Server) queryPersons(c *call) (any, error) {
	if err := c.need(ksef.CredentialsManage, ksef.CredentialsRead, ksef.SubunitManage); err != nil {
		return nil, err
	}
	var in struct {
		workFilter
		Type   string      `json:"queryType"`
		Author *identifier `json:"authorIdentifier"`
		To     *identifier `json:"authorizedIdentifier"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	in.Type = v.oneOf("queryType", in.Type, inContext, grantedInContext)
	if in.Author != nil {
		v.identifierOr("authorIdentifier", in.Author, ksef.KindSystem, subjectKinds...)
	}
	v.optionalIdentifier("authorizedIdentifier", in.To, subjectKinds...)
	match := in.check(&v, personPermissions())
	if err := v.err(); err != nil {
		return nil, err
	}
	by := c.by.session
	list := (*state).workingIn
	if in.Type == grantedInContext {
		list = (*state).grantedBy
	}
	return listGrants(s, c, "permissions", page,
		func(g *grant) bool {
			return g.toWork() && list(s.state, g, by) && is(in.Author, g.author) && is(in.To, g.to) && match(&s.state.graph, g, by.context)
		},
		func(g *grant) personsItem {
			item := personsItem{g.id, g.to, nil, g.target(), g.author, g.permission, g.description, g.person, g.entity,
				s.state.graph.state(g, by.context), timestamp(g.since), g.delegable}
			if g.kind == subunitAdmin {
				item.Context = &g.in
			}
			return item
		})
}

// toWork reports whether a grant is one that queryPersons tells of at all. EU taxpayers have a query of their
// own, and so do authorizations.
func (g *grant) toWork() bool {
	return slices.Contains([]grantKind{toPerson, toEntity, indirect, subunitAdmin}, g.kind) && slices.Contains(personPermissions(), g.permission)
}

// workingIn reports whether a grant lets somebody work in the caller's context who is not an intermediary's
// person, or somebody work for its clients whom the context itself sent.
func (st *state) workingIn(g *grant, by *session) bool {
	if g.kind == indirect {
		return g.from == by.context
	}
	return g.in == by.context
}

// grantedBy reports whether the caller gave a grant in its context.
func (st *state) grantedBy(g *grant, by *session) bool {
	return g.from == by.context && slices.Contains(st.aliases(by.subject.identifier), g.author)
}
