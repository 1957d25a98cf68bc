package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/schema"
)

// Authorizations: what a seller lets another taxpayer or a Peppol provider do in its name.
const (
	selfInvoicing     ksef.Permission = "SelfInvoicing"
	rrInvoicing       ksef.Permission = "RRInvoicing"
	taxRepresentative ksef.Permission = "TaxRepresentative"
	pefInvoicing      ksef.Permission = "PefInvoicing"
)

// authorizedKind is who can have an authorization: a taxpayer or a Peppol provider.
func authorizedKind(what ksef.Permission) ksef.Kind {
	if what == pefInvoicing {
		return ksef.KindPeppolID
	}
	return ksef.KindNIP
}

// authorizations are all of them.
func authorizations() []ksef.Permission {
	return []ksef.Permission{selfInvoicing, rrInvoicing, taxRepresentative, pefInvoicing}
}

// Authorize lets a taxpayer or a Peppol provider send invoices of a seller, at once: SelfInvoicing, RRInvoicing,
// TaxRepresentative or PefInvoicing. It panics when one of them is malformed or none of these.
func (s *Server) Authorize(seller ksef.NIP, to ksef.Identifier, what ksef.Permission) {
	if err := s.authorize(seller, to, what); err != nil {
		panic("sandbox: " + err.Error())
	}
}

func (s *Server) authorize(seller ksef.NIP, to ksef.Identifier, what ksef.Permission) error {
	id := identifier{to.Kind, to.Value}
	kind := authorizedKind(what)
	if !slices.Contains(authorizations(), what) {
		return fmt.Errorf("authorization: %q is none: want SelfInvoicing, RRInvoicing, TaxRepresentative or PefInvoicing", what)
	}
	if !isNIP(string(seller)) {
		return fmt.Errorf("authorization: %q is no NIP", seller)
	}
	if id.Type != kind || !id.wellFormed() {
		return fmt.Errorf("authorization: %q cannot have %s: want a %s", to, what, kind)
	}
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(now)
	g := directGrant(id, id, what, "Authorized by the sandbox")
	g.kind, g.from = authorizationGrant, identifier{ksef.KindNIP, string(seller)}
	s.give(g, now)
	return nil
}

// agency is what an invoice says about who issues it in the seller's place.
type agency struct {
	selfInvoiced bool   // Adnotacje/P_17
	agent        string // NIP of PodmiotUpowazniony
	role         string // RolaPU: 1 enforcement authority, 2 court bailiff, 3 tax representative
}

// readAgency reads it from a document that is valid.
func readAgency(form schema.Form, doc []byte) agency {
	var a agency
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return a // deeper than the parser goes: nobody but the seller may send that
	}
	text := func(path ...string) string {
		n := tree.Root()
		for _, name := range path {
			if n = n.Child(form.Namespace(), name); n == nil {
				return ""
			}
		}
		return n.Text()
	}
	a.selfInvoiced = text("Fa", "Adnotacje", "P_17") == "1"
	a.agent = text("PodmiotUpowazniony", "DaneIdentyfikacyjne", "NIP")
	a.role = text("PodmiotUpowazniony", "RolaPU")
	return a
}

// sendsForItself reports whether the context is the seller's own: the taxpayer, one of its units, or the EU
// taxpayer whose invoices it issues. The NIP comes first in the identifiers of all of these.
func sendsForItself(context identifier, seller string) bool {
	nip, _, _ := strings.Cut(context.Value, "-")
	return context.Type != ksef.KindPeppolID && nip == seller
}

// maySend reports whether invoices of that seller may be sent in the session's context.
func (st *state) maySend(x *sending, i *invoice, a agency) bool {
	context, seller := x.context(), i.facts.SellerNIP
	given := func(what ksef.Permission) bool { return st.graph.authorized(seller, context, what) }
	switch {
	case sendsForItself(context, seller):
		return true
	case context.Type == ksef.KindPeppolID:
		return given(pefInvoicing)
	case context.Type != ksef.KindNIP:
		return false
	case i.facts.BuyerNIP == context.Value && (a.selfInvoiced && given(selfInvoicing) || x.form == schema.FARR && given(rrInvoicing)):
		return true
	case a.agent != context.Value:
		return false
	}
	switch a.role {
	case "1":
		return st.enforcing(x, roleEnforcementAuthority)
	case "2":
		return st.enforcing(x, roleCourtBailiff)
	case "3":
		return given(taxRepresentative)
	}
	return false
}

// enforcing reports whether a session is one of enforcement by who has a role.
func (st *state) enforcing(x *sending, role string) bool {
	return slices.Contains(st.roles(x.context()), role) &&
		slices.Contains(st.effective(st.granted(x.opener), x.context()), ksef.EnforcementOperations)
}
