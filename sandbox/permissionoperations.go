package sandbox

import (
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

// operationRetention is how long KSeF tells how an operation on permissions went.
const operationRetention = 30 * 24 * time.Hour

// permissionOperation is a grant or a revocation that KSeF has accepted. It is carried out when its work is
// done: what is wrong with it, and not with the request, shows then.
type permissionOperation struct {
	reference string
	accepted  time.Time
	by        *session
	need      []ksef.Permission // of which its author must still have one
	work      work
	do        func(at time.Time) status
	ruling    status // instead of what it does; zero leaves it to the rules
	result    status // zero while it is pending
}

// How operations on permissions end. Code 200 is the only good one.
var (
	operationPending = status{100, "Operacja przyjęta do realizacji", nil}
	operationDone    = status{200, "Operacja zakończona sukcesem", nil}
	operationFailed  = status{400, "Operacja zakończona niepowodzeniem", nil}
	wrongRelation    = status{410, "Podane identyfikatory są niezgodne lub pozostają w niewłaściwej relacji", nil}
	rightsLost       = status{420, "Użyte poświadczenia nie mają uprawnień do wykonania tej operacji", nil}
	wrongContextRole = status{430, "Kontekst identyfikatora nie odpowiada wymaganej roli lub uprawnieniom", nil}
	wrongTie         = status{440, "Operacja niedozwolona dla wskazanych powiązań identyfikatorów", nil}
	wrongIdentifier  = status{450, "Operacja niedozwolona dla wskazanego identyfikatora lub jego typu", nil}
)

// permissionOperations are those that KSeF remembers.
type permissionOperations struct {
	byReference map[string]*permissionOperation
	pending     []*permissionOperation // in the order in which they were accepted
}

func newPermissionOperations() permissionOperations {
	return permissionOperations{byReference: map[string]*permissionOperation{}}
}

// acceptOperation accepts an operation of the caller, who must still have one of the permissions when it is
// carried out. Subject is who is granted something.
func (s *Server) acceptOperation(c *call, need []ksef.Permission, subject identifier, do func(at time.Time) status) (any, error) {
	op := &permissionOperation{
		reference: s.source.reference(kindPermissions, c.now), accepted: c.now, by: c.by.session, need: need, work: s.accept(c.now), do: do,
	}
	op.ruling = s.rulings.operation.of(PermissionOperation{
		Reference: ksef.ReferenceNumber(op.reference), Route: c.operation,
		Context: public(op.by.context), Author: public(op.by.subject.identifier), Subject: public(subject),
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.operations.byReference[op.reference] = op
	s.state.operations.pending = append(s.state.operations.pending, op)
	return struct {
		Reference string `json:"referenceNumber"`
	}{op.reference}, nil
}

// carryOut carries out the operations whose work is done, in the order of their acceptance. Whoever looks at
// permissions does that first. The state must be locked.
func (s *Server) carryOut(now time.Time) {
	ops := &s.state.operations
	ops.pending = slices.DeleteFunc(ops.pending, func(op *permissionOperation) bool {
		if !op.work.done(now) {
			return false
		}
		at := op.work.due
		if now.Before(at) {
			at = now
		}
		switch {
		case op.ruling.Code != 0:
			op.result = op.ruling
		case !s.state.holds(op.by, op.need):
			op.result = rightsLost
		default:
			op.result = op.do(at)
		}
		return true
	})
}

// holds reports whether a session has one of the permissions now, whatever its access tokens say.
func (st *state) holds(a *session, anyOf []ksef.Permission) bool {
	held := st.effective(st.granted(a), a.context)
	return slices.ContainsFunc(anyOf, func(p ksef.Permission) bool { return slices.Contains(held, p) })
}

// permissionOperationStatus answers GET /permissions/operations/{referenceNumber}, in the context in which the
// operation was asked for.
func (s *Server) permissionOperationStatus(c *call) (any, error) {
	reference, err := c.reference()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	op := s.state.operations.byReference[reference]
	switch {
	case op == nil:
		return nil, bad(ksef.CodeInvalidInput, "Operation "+reference+" does not exist.")
	case op.by.context != c.by.session.context:
		return nil, foreign()
	case c.now.Sub(op.accepted) >= operationRetention:
		return nil, gone()
	}
	now := op.result
	if now.Code == 0 {
		now = operationPending
		op.work.look()
	}
	return struct {
		Status status `json:"status"`
	}{now}, nil
}
