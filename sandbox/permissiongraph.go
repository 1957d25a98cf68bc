package sandbox

import (
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

var (
	allPartners = identifier{Type: ksef.KindAllPartners} // all clients of an intermediary
	system      = identifier{Type: ksef.KindSystem}      // the author of what was not granted through KSeF
)

// grantKind is by which of KSeF's ways a permission came about.
type grantKind int

const (
	toPerson           grantKind = iota // directly, to work in the context
	toEntity                            // to a taxpayer that deals with the context's invoices, and may delegate that
	indirect                            // by such a taxpayer, to work in the context of a client or of all clients
	subunitAdmin                        // to manage credentials in a unit or a subordinate taxpayer
	euAdmin                             // to manage an EU taxpayer's context
	euRepresentative                    // by its administrator, to work there
	authorizationGrant                  // to a taxpayer or a Peppol provider that issues invoices in one's name
)

// grant is one permission that somebody holds. It lives until it is revoked.
type grant struct {
	id          string
	kind        grantKind
	from        identifier // the context in which it was given
	in          identifier // the context in which it holds; allPartners for all clients, the holder's own for an authorization
	to          identifier
	permission  ksef.Permission
	delegable   bool
	author      identifier
	description string
	since       time.Time

	person *personDetails // of whom it was given to, as far as told
	entity *entityDetails
	unit   string // name of the unit, of a subunitAdmin
	euName string // of the EU taxpayer, of euAdmin and euRepresentative
	eu     *euDetails
}

// directGrant is one by KSeF itself, about whose holder nothing more is known.
func directGrant(in, to identifier, p ksef.Permission, description string) *grant {
	return &grant{kind: toPerson, from: in, in: in, to: to, permission: p, author: system, description: description}
}

// same reports whether two grants give the same, so that one of them is enough.
func (g *grant) same(h *grant) bool {
	return g.kind == h.kind && g.from == h.from && g.in == h.in && g.to == h.to && g.permission == h.permission && g.delegable == h.delegable
}

// permissionGraph is who may do what where.
type permissionGraph struct {
	byID map[string]*grant
	in   map[identifier][]*grant // by where they hold, in the order in which they were given
}

func newPermissionGraph() permissionGraph {
	return permissionGraph{map[string]*grant{}, map[identifier][]*grant{}}
}

// give puts a grant into force. Giving what is held already changes nothing. The state must be locked.
func (s *Server) give(g *grant, now time.Time) {
	graph := &s.state.graph
	if slices.ContainsFunc(graph.in[g.in], g.same) {
		return
	}
	g.id, g.since = s.source.uuid(), now
	graph.byID[g.id] = g
	graph.in[g.in] = append(graph.in[g.in], g)
}

// remove takes a grant away.
func (graph *permissionGraph) remove(g *grant) {
	delete(graph.byID, g.id)
	left := slices.DeleteFunc(graph.in[g.in], func(h *grant) bool { return h == g })
	if graph.in[g.in] = left; len(left) == 0 {
		delete(graph.in, g.in)
	}
}

// removeAll takes all grants of which that is true away.
func (graph *permissionGraph) removeAll(gone func(*grant) bool) {
	for _, g := range graph.byID {
		if gone(g) {
			graph.remove(g)
		}
	}
}

// permissions are what somebody, who goes by any of the identifiers, was granted in a context: in it, by
// itself or by a superior, or as one whom an intermediary lets work for its clients. What an intermediary gave
// holds as long as the client lets it.
func (graph *permissionGraph) permissions(who []identifier, in identifier) []ksef.Permission {
	var held []ksef.Permission
	for _, here := range []identifier{in, allPartners} {
		for _, g := range graph.in[here] {
			if slices.Contains(who, g.to) && !slices.Contains(held, g.permission) &&
				(g.kind != indirect || graph.delegates(in, g.from, g.permission)) {
				held = append(held, g.permission)
			}
		}
	}
	return held
}

// delegates reports whether a client lets an intermediary hand on a permission.
func (graph *permissionGraph) delegates(client, intermediary identifier, p ksef.Permission) bool {
	return slices.ContainsFunc(graph.in[client], func(base *grant) bool {
		return base.kind == toEntity && base.to == intermediary && base.permission == p && base.delegable
	})
}

// active reports whether a grant has any effect, seen from a context: what is general and indirect is
// active for a client that delegates, and for the intermediary if one of its clients does.
func (graph *permissionGraph) active(g *grant, from identifier) bool {
	switch {
	case g.kind != indirect:
		return true
	case g.in != allPartners:
		return graph.delegates(g.in, g.from, g.permission)
	case from != g.from:
		return graph.delegates(from, g.from, g.permission)
	}
	for client := range graph.in {
		if graph.delegates(client, g.from, g.permission) {
			return true
		}
	}
	return false
}

// authorized reports whether a seller lets somebody do that in its name.
func (graph *permissionGraph) authorized(seller string, to identifier, what ksef.Permission) bool {
	return slices.ContainsFunc(graph.in[to], func(g *grant) bool {
		return g.kind == authorizationGrant && g.permission == what && g.from.Value == seller
	})
}
