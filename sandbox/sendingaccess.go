package sandbox

import (
	"github.com/ksef-go/ksef"
)

// Who may send, and who may see what was sent.
var (
	sendingPermissions = []ksef.Permission{ksef.InvoiceWrite, ksef.PEFInvoiceWrite, ksef.EnforcementOperations}
	batchPermissions   = []ksef.Permission{ksef.InvoiceWrite, ksef.EnforcementOperations}
	readingPermissions = []ksef.Permission{ksef.InvoiceWrite, ksef.Introspection, ksef.PEFInvoiceWrite, ksef.EnforcementOperations}
	overseeingSendings = []ksef.Permission{ksef.Introspection, ksef.EnforcementOperations}
	listingPermissions = []ksef.Permission{ksef.InvoiceWrite, ksef.Introspection, ksef.EnforcementOperations}
)

// need refuses a caller who has none of the permissions.
func (c *call) need(anyOf ...ksef.Permission) error {
	if !c.by.may(anyOf...) {
		return lacking(c.by.effective, anyOf...)
	}
	return nil
}

// sendingToRead returns the session that the path names, settled, if the caller may read it: its opener, the
// owner of the context, and who may see all of the context's sessions.
func (s *Server) sendingToRead(c *call) (*sending, error) {
	x, err := s.findSending(c, "znaleziona")
	if err != nil {
		return nil, err
	}
	if !x.readable(c.by) {
		return nil, foreign()
	}
	return x, nil
}

// sendingToChange returns the session that the path names, settled, if the caller may change it: its opener,
// under whatever authentication, and the owner of the context.
func (s *Server) sendingToChange(c *call, batch bool) (*sending, error) {
	found := "odnaleziona"
	if batch {
		found = "znaleziona"
	}
	x, err := s.findSending(c, found)
	switch {
	case err != nil:
		return nil, err
	case batch != (x.batch != nil):
		return nil, noSending(x.reference, found)
	case !x.changeable(c.by):
		return nil, foreign()
	}
	return x, nil
}

func (s *Server) findSending(c *call, found string) (*sending, error) {
	reference, err := c.reference()
	if err != nil {
		return nil, err
	}
	x := s.state.sendings[reference]
	if x == nil {
		return nil, noSending(reference, found)
	}
	s.settle(x, c.now)
	return x, nil
}

// noSending refuses an unknown session. KSeF has two words for it.
func noSending(reference, found string) error {
	return bad(ksef.CodeNoSession, "Sesja o numerze referencyjnym "+reference+" nie została "+found+".")
}

func (x *sending) changeable(by *bearer) bool {
	return by.session.context == x.context() && (mine(by.session, x.opener) || by.may(ksef.Owner))
}

func (x *sending) readable(by *bearer) bool {
	return x.changeable(by) || by.session.context == x.context() && by.may(overseeingSendings...)
}
