package sandbox

import (
	"fmt"
	"slices"

	"github.com/ksef-go/ksef"
)

// personPermissions are those a person can be granted.
func personPermissions() []ksef.Permission {
	return []ksef.Permission{
		ksef.InvoiceRead, ksef.InvoiceWrite, ksef.Introspection, ksef.CredentialsRead, ksef.CredentialsManage,
		ksef.EnforcementOperations, ksef.SubunitManage, ksef.CollectiveIdentifierManage,
	}
}

// permissions returns what somebody is permitted in a context, as the claim per has it: for the owner it
// is Owner alone. Nothing means that logging in is refused.
func (st *state) permissions(who, in identifier) []ksef.Permission {
	switch {
	case in.Type == ksef.KindPeppolID && who == in:
		return []ksef.Permission{ksef.PEFInvoiceWrite}
	case st.owns(who, in):
		return []ksef.Permission{ksef.Owner}
	}
	return st.graph.permissions(st.aliases(who), in)
}

// owns reports whether somebody is the owner of a context: by the NIP itself or by a PESEL linked to it.
func (st *state) owns(who, in identifier) bool {
	return in.Type == ksef.KindNIP && slices.Contains(st.aliases(who), in)
}

// effective returns what permissions amount to in a context: an owner has all, save what belongs to
// others' contexts and what takes a role that the context lacks.
func (st *state) effective(granted []ksef.Permission, in identifier) []ksef.Permission {
	if !slices.Contains(granted, ksef.Owner) {
		return granted
	}
	all := append([]ksef.Permission{ksef.Owner}, personPermissions()...)
	return slices.DeleteFunc(all, func(p ksef.Permission) bool {
		return p == ksef.EnforcementOperations && !st.enforces(in)
	})
}

// enforces reports whether a context has a role that goes with EnforcementOperations.
func (st *state) enforces(in identifier) bool {
	return slices.ContainsFunc(st.roles(in), func(r string) bool { return r == roleCourtBailiff || r == roleEnforcementAuthority })
}

// Grant gives permissions at once and directly, also those that no test-data endpoint can give: in the
// contexts of units and EU taxpayers. Giving what is held already changes nothing. It panics when one of the
// identifiers is malformed.
func (s *Server) Grant(in, to ksef.Identifier, permissions ...ksef.Permission) {
	if err := s.grant(in, to, permissions); err != nil {
		panic("sandbox: " + err.Error())
	}
}

func (s *Server) grant(in, to ksef.Identifier, permissions []ksef.Permission) error {
	context, subject := identifier{in.Kind, in.Value}, identifier{to.Kind, to.Value}
	if !context.wellFormed() || !slices.Contains(contextKinds, context.Type) {
		return fmt.Errorf("grant: %q is no context", in)
	}
	if !subject.wellFormed() || !slices.Contains(subjectKinds, subject.Type) {
		return fmt.Errorf("grant: %q cannot hold a permission", to)
	}
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(now)
	for _, p := range permissions {
		s.give(directGrant(context, subject, p, "Granted by the sandbox"), now)
	}
	return nil
}
