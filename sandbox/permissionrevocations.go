package sandbox

import (
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// revokers are the permissions that go with revoking grants of a kind: each is enough.
func (k grantKind) revokers() []ksef.Permission {
	switch k {
	case subunitAdmin:
		return []ksef.Permission{ksef.SubunitManage, ksef.CredentialsManage}
	case euAdmin:
		return []ksef.Permission{ksef.CredentialsManage, ksef.VATUEManage}
	case euRepresentative:
		return []ksef.Permission{ksef.VATUEManage}
	}
	return []ksef.Permission{ksef.CredentialsManage}
}

// revocable reports whether a grant can be revoked in a context: in the one it was given in and, an EU
// administrator's, in the one it is for.
func (g *grant) revocable(in identifier) bool {
	return g.from == in || g.kind == euAdmin && g.in == in
}

// revokeGrant answers DELETE /permissions/common/grants/{permissionId}.
func (s *Server) revokeGrant(c *call) (any, error) {
	return s.revoke(c, func(k grantKind) bool { return k != authorizationGrant }, ksef.CredentialsManage, ksef.VATUEManage, ksef.SubunitManage)
}

// revokeAuthorization answers DELETE /permissions/authorizations/grants/{permissionId}.
func (s *Server) revokeAuthorization(c *call) (any, error) {
	return s.revoke(c, func(k grantKind) bool { return k == authorizationGrant }, ksef.CredentialsManage)
}

// revoke accepts the revocation of one permission of some kinds.
func (s *Server) revoke(c *call, kinds func(grantKind) bool, need ...ksef.Permission) (any, error) {
	if err := c.need(need...); err != nil {
		return nil, err
	}
	id := c.values["permissionId"]
	var v validation
	v.length("permissionId", id, 36, 36)
	if err := v.err(); err != nil {
		return nil, err
	}
	by := c.by.session
	return s.acceptOperation(c, need, identifier{}, func(time.Time) status {
		st := s.state
		g := st.graph.byID[strings.ToLower(id)]
		switch {
		case g == nil || !g.revocable(by.context):
			return operationFailed
		case !kinds(g.kind):
			return wrongIdentifier
		case !st.holds(by, g.kind.revokers()):
			return rightsLost
		}
		st.graph.remove(g)
		return operationDone
	})
}
