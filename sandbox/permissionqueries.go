package sandbox

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ksef-go/ksef"
)

// grantQuery is the body of one of the requests that list grants.
type grantQuery interface {
	check(v *validation)
	// match reports whether a grant is one of those asked for by the caller.
	match(st *state, by *session, g *grant) bool
	// item is a grant as the answer has it.
	item(st *state, by *session, g *grant) any
}

// querying is the operation that takes a query Q from who has one of the permissions, or from everybody where
// there are none, and lists the newest grants first.
func querying[Q any, P interface {
	*Q
	grantQuery
}](list string, anyOf ...ksef.Permission) func(*Server, *call) (any, error) {
	return func(s *Server, c *call) (any, error) {
		if len(anyOf) > 0 {
			if err := c.need(anyOf...); err != nil {
				return nil, err
			}
		}
		in := P(new(Q))
		if err := c.decodeOptional(in); err != nil {
			return nil, err
		}
		var v validation
		page := v.grantPage(c)
		in.check(&v)
		if err := v.err(); err != nil {
			return nil, err
		}
		by := c.by.session
		s.mu.Lock()
		defer s.mu.Unlock()
		s.carryOut(c.now)
		var found []*grant
		for _, g := range s.state.graph.byID {
			if in.match(s.state, by, g) {
				found = append(found, g)
			}
		}
		slices.SortFunc(found, func(a, b *grant) int {
			return cmp.Or(b.since.Compare(a.since), strings.Compare(a.id, b.id))
		})
		return answerPage(list, found, page, func(g *grant) any { return in.item(s.state, by, g) }), nil
	}
}

// grantPage is the page of a listing that a caller wants to see.
type grantPage struct{ offset, size int }

func (v *validation) grantPage(c *call) grantPage {
	query := c.r.URL.Query()
	return grantPage{v.pageOffset(query), v.pageSize(query, 100)}
}

// answerPage cuts a page out of what was found and sorted.
func answerPage[F any](list string, found []F, page grantPage, item func(F) any) any {
	found, more := pageAt(found, page.offset, page.size)
	items := make([]any, len(found))
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

// typeFilter are the permissions asked for; none means any.
type typeFilter struct {
	Types  []string `json:"permissionTypes"`
	wanted []ksef.Permission
}

func (f *typeFilter) check(v *validation, allowed []ksef.Permission) {
	f.wanted = v.permissions("permissionTypes", f.Types, allowed)
}

func (f *typeFilter) wants(p ksef.Permission) bool {
	return len(f.wanted) == 0 || slices.Contains(f.wanted, p)
}
