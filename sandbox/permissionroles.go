package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// entityRole is a role of a taxpayer.
type entityRole struct {
	nip         string
	name        string
	parent      string // NIP of the taxpayer it is a unit of
	description string
	since       time.Time
}

// entityRoles are the roles of all taxpayers that have one, the newest first.
func (t *taxpayers) entityRoles(wanted func(entityRole) bool) []entityRole {
	var found []entityRole
	add := func(r entityRole) {
		if wanted(r) {
			found = append(found, r)
		}
	}
	for nip, s := range t.subjects {
		add(entityRole{nip, s.role, s.parent, s.description, s.created})
	}
	for nip, p := range t.persons {
		if p.bailiff {
			add(entityRole{nip, roleCourtBailiff, "", p.description, p.created})
		}
	}
	slices.SortFunc(found, func(a, b entityRole) int {
		return cmp.Or(b.since.Compare(a.since), strings.Compare(a.nip, b.nip), strings.Compare(a.name, b.name))
	})
	return found
}

// queryRoles answers GET /permissions/query/entities/roles: the context's.
func (s *Server) queryRoles(c *call) (any, error) {
	if err := c.need(ksef.CredentialsManage, ksef.CredentialsRead); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.state.entityRoles(func(r entityRole) bool { return context == identifier{ksef.KindNIP, r.nip} })
	type item struct {
		Parent      *identifier `json:"parentEntityIdentifier,omitempty"`
		Role        string      `json:"role"`
		Description string      `json:"description"`
		Since       timestamp   `json:"startDate"`
	}
	return answerPage("roles", found, page, func(r entityRole) any {
		out := item{nil, r.name, r.description, timestamp(r.since)}
		if r.parent != "" {
			out.Parent = &identifier{ksef.KindNIP, r.parent}
		}
		return out
	}), nil
}

// querySubordinates answers POST /permissions/query/subordinate-entities/roles: of the context's subordinate
// taxpayers. Who has none gets an empty list, whatever its role.
func (s *Server) querySubordinates(c *call) (any, error) {
	if err := c.need(ksef.CredentialsManage, ksef.CredentialsRead, ksef.SubunitManage); err != nil {
		return nil, err
	}
	var in struct {
		Subordinate *identifier `json:"subordinateEntityIdentifier"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	v.optionalIdentifier("subordinateEntityIdentifier", in.Subordinate, ksef.KindNIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.state.entityRoles(func(r entityRole) bool {
		return r.parent != "" && context == identifier{ksef.KindNIP, r.parent} && is(in.Subordinate, identifier{ksef.KindNIP, r.nip})
	})
	type item struct {
		Subordinate identifier `json:"subordinateEntityIdentifier"`
		Role        string     `json:"role"`
		Description string     `json:"description"`
		Since       timestamp  `json:"startDate"`
	}
	return answerPage("roles", found, page, func(r entityRole) any {
		return item{identifier{ksef.KindNIP, r.nip}, r.name, r.description, timestamp(r.since)}
	}), nil
}
