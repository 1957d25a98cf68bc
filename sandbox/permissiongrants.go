package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// grantForm is the body of one of the seven requests that grant something.
type grantForm interface {
	common() *grantRequest
	// grants validates the form and returns what it asks for. What all have in common is filled in later.
	grants(v *validation) []*grant
}

// grantRequest is what all forms have in common.
type grantRequest struct {
	To          identifier `json:"subjectIdentifier"`
	Description string     `json:"description"`
}

func (in *grantRequest) common() *grantRequest { return in }

// check validates what all forms have in common; kinds are those of who can be granted something.
func (in *grantRequest) check(v *validation, kinds ...ksef.Kind) {
	v.identifier("subjectIdentifier", &in.To, kinds...)
	v.length("description", in.Description, 5, 256)
}

// granting is the operation that takes a form F from who has a permission, in contexts of some kinds.
func granting[F any, P interface {
	*F
	grantForm
}](need ksef.Permission, contexts ...ksef.Kind) func(*Server, *call) (any, error) {
	return func(s *Server, c *call) (any, error) {
		if err := c.need(need); err != nil {
			return nil, err
		}
		by := c.by.session
		if !slices.Contains(contexts, by.context.Type) {
			return nil, unsuitable(by.context.Type)
		}
		in := P(new(F))
		if err := c.decode(in); err != nil {
			return nil, err
		}
		var v validation
		grants := in.grants(&v)
		if err := v.err(); err != nil {
			return nil, err
		}
		for _, g := range grants {
			g.from, g.author = by.context, by.subject.identifier
			g.to, g.description = in.common().To, in.common().Description
			switch {
			case g.kind == authorizationGrant:
				g.in = g.to // it holds where the other one sends
			case g.in == identifier{}:
				g.in = by.context
			}
		}
		return s.acceptOperation(c, []ksef.Permission{need}, in.common().To, func(at time.Time) status { return s.giveAll(grants, at) })
	}
}

// giveAll puts grants into force: all of them, or none if KSeF has an objection to one. The state must be locked.
func (s *Server) giveAll(grants []*grant, at time.Time) status {
	for _, g := range grants {
		if no := s.state.objection(g); no.Code != 0 {
			return no
		}
	}
	for _, g := range grants {
		if g.kind == euRepresentative {
			g.euName, g.eu = s.state.euTaxpayer(g.in)
		}
		s.give(g, at)
	}
	return operationDone
}

// objection is why a grant is not put into force, although nothing is wrong with its form; the zero status
// when there is no reason.
func (st *state) objection(g *grant) status {
	switch g.kind {
	case toPerson:
		if g.permission == ksef.EnforcementOperations && !st.enforces(g.in) {
			return wrongContextRole
		}
	case toEntity:
		if g.to == g.from {
			return wrongTie
		}
	case indirect:
		if g.in == g.from {
			return wrongTie
		}
	case authorizationGrant:
		switch {
		case g.to == g.from:
			return wrongTie
		case g.to.Type != authorizedKind(g.permission):
			return wrongIdentifier
		}
	case subunitAdmin:
		switch {
		case g.in.Type == ksef.KindNIP && !st.superior(g.from):
			return wrongContextRole
		case !st.subordinate(g.in, g.from):
			return wrongRelation
		}
	case euAdmin:
		if !st.subordinate(g.in, g.from) {
			return wrongRelation
		}
	}
	if st.deceased(g.to) {
		return wrongIdentifier
	}
	return status{}
}

// superior reports whether a taxpayer has a role that has subordinate taxpayers.
func (st *state) superior(context identifier) bool {
	return slices.ContainsFunc(st.roles(context), func(role string) bool { return role == roleVATGroup || role == roleLocalGovernment })
}

// subordinate reports whether a context belongs to a taxpayer: its unit or EU taxpayer, by the NIP in the
// identifier, or a taxpayer that is a unit of it.
func (st *state) subordinate(context, to identifier) bool {
	if context.Type == ksef.KindNIP {
		unit := st.subjects[context.Value]
		return unit != nil && unit.parent == to.Value
	}
	nip, _, _ := strings.Cut(context.Value, "-")
	return nip == to.Value
}

// euTaxpayer is what the last administrator of an EU taxpayer's context was appointed with, or the context's
// identifier where none was.
func (st *state) euTaxpayer(context identifier) (name string, eu *euDetails) {
	name = context.Value
	for _, g := range st.graph.in[context] {
		if g.kind == euAdmin {
			name, eu = g.euName, g.eu
		}
	}
	return name, eu
}
