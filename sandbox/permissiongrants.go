package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/checksum"
)

// givenPermissions are those that may be handed on: to taxpayers, and by them to persons.
var givenPermissions = []ksef.Permission{ksef.InvoiceWrite, ksef.InvoiceRead, ksef.CollectiveIdentifierManage}

// euAdminPermissions are what an administrator of an EU taxpayer's context gets, all at once.
var euAdminPermissions = []ksef.Permission{vatUEManage, ksef.InvoiceWrite, ksef.InvoiceRead, ksef.Introspection}

// entitled refuses a caller who lacks the permission to grant, or who is in a kind of context in which such
// grants are not made.
func (c *call) entitled(need ksef.Permission, contexts ...ksef.Kind) error {
	if err := c.need(need); err != nil {
		return err
	}
	if kind := c.by.session.context.Type; !slices.Contains(contexts, kind) {
		return unsuitable(kind)
	}
	return nil
}

// grantRequest is what all requests to grant something have in common.
type grantRequest struct {
	To          identifier `json:"subjectIdentifier"`
	Description string     `json:"description"`
}

func (in *grantRequest) check(v *validation, kinds ...ksef.Kind) {
	v.identifier("subjectIdentifier", &in.To, kinds...)
	v.length("description", in.Description, 5, 256)
}

// grant begins a grant of the caller's.
func (in *grantRequest) grant(c *call, kind grantKind, p ksef.Permission) *grant {
	by := c.by.session
	return &grant{
		kind: kind, from: by.context, in: by.context, to: in.To, permission: p,
		author: by.subject.identifier, description: in.Description,
	}
}

// acceptGrants accepts an operation that puts grants into force: all of them, or none if KSeF has an objection
// to one.
func (s *Server) acceptGrants(c *call, need ksef.Permission, grants []*grant) (any, error) {
	return s.acceptOperation(c, []ksef.Permission{need}, grants[0].to, func(at time.Time) status {
		for _, g := range grants {
			if no := s.state.objection(g); no.Code != 0 {
				return no
			}
		}
		for _, g := range grants {
			s.give(g, at)
		}
		return operationDone
	})
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

// grantPersons answers POST /permissions/persons/grants.
func (s *Server) grantPersons(c *call) (any, error) {
	if err := c.entitled(ksef.CredentialsManage, ksef.KindNIP, ksef.KindInternalID); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Permissions []string      `json:"permissions"`
		Details     *subjectGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, subjectKinds...)
	v.required("permissions", len(in.Permissions) > 0)
	permissions := v.permissions("permissions", in.Permissions, personPermissions())
	person, _ := in.Details.check(&v, personByIdentifier, personByFingerprint, personByFingerprintAlone)
	if err := v.err(); err != nil {
		return nil, err
	}
	var grants []*grant
	for _, p := range permissions {
		g := in.grant(c, toPerson, p)
		g.person = person
		grants = append(grants, g)
	}
	return s.acceptGrants(c, ksef.CredentialsManage, grants)
}

// grantEntities answers POST /permissions/entities/grants.
func (s *Server) grantEntities(c *call) (any, error) {
	if err := c.entitled(ksef.CredentialsManage, ksef.KindNIP, ksef.KindInternalID); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Permissions []struct {
			Type        string `json:"type"`
			CanDelegate bool   `json:"canDelegate"`
		} `json:"permissions"`
		Details *entityGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, ksef.KindNIP)
	v.required("permissions", len(in.Permissions) > 0)
	var types []string
	for _, p := range in.Permissions {
		types = append(types, p.Type)
	}
	permissions := v.permissions("permissions", types, givenPermissions)
	entity := in.Details.check(&v)
	if err := v.err(); err != nil {
		return nil, err
	}
	var grants []*grant
	for i, p := range permissions {
		g := in.grant(c, toEntity, p)
		g.entity, g.delegable = entity, in.Permissions[i].CanDelegate
		grants = append(grants, g)
	}
	return s.acceptGrants(c, ksef.CredentialsManage, grants)
}

// grantAuthorization answers POST /permissions/authorizations/grants.
func (s *Server) grantAuthorization(c *call) (any, error) {
	if err := c.entitled(ksef.CredentialsManage, ksef.KindNIP); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Permission string       `json:"permission"`
		Details    *entityGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, ksef.KindNIP, ksef.KindPeppolID)
	in.Permission = v.oneOf("permission", in.Permission, names(authorizations())...)
	entity := in.Details.check(&v)
	if err := v.err(); err != nil {
		return nil, err
	}
	g := in.grant(c, authorizationGrant, ksef.Permission(in.Permission))
	g.in, g.entity = in.To, entity // it holds where the other one sends
	return s.acceptGrants(c, ksef.CredentialsManage, []*grant{g})
}

// grantIndirectly answers POST /permissions/indirect/grants. Without a target it is general.
func (s *Server) grantIndirectly(c *call) (any, error) {
	if err := c.entitled(ksef.CredentialsManage, ksef.KindNIP); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Target      *identifier   `json:"targetIdentifier"`
		Permissions []string      `json:"permissions"`
		Details     *subjectGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, subjectKinds...)
	if in.Target == nil {
		in.Target = &identifier{Type: kindAllPartners}
	}
	v.identifierOr("targetIdentifier", in.Target, kindAllPartners, ksef.KindNIP, ksef.KindInternalID)
	v.required("permissions", len(in.Permissions) > 0)
	permissions := v.permissions("permissions", in.Permissions, givenPermissions)
	person, _ := in.Details.check(&v, personByIdentifier, personByFingerprint, personByFingerprintAlone)
	if err := v.err(); err != nil {
		return nil, err
	}
	var grants []*grant
	for _, p := range permissions {
		g := in.grant(c, indirect, p)
		g.in, g.person = *in.Target, person
		grants = append(grants, g)
	}
	return s.acceptGrants(c, ksef.CredentialsManage, grants)
}

// grantSubunit answers POST /permissions/subunits/grants. A unit comes into being with its administrator.
func (s *Server) grantSubunit(c *call) (any, error) {
	if err := c.entitled(ksef.SubunitManage, ksef.KindNIP); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Unit    identifier    `json:"contextIdentifier"`
		Name    *string       `json:"subunitName"`
		Details *subjectGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, subjectKinds...)
	v.identifier("contextIdentifier", &in.Unit, ksef.KindInternalID, ksef.KindNIP)
	if in.Unit.Type == ksef.KindInternalID && in.Unit.wellFormed() {
		v.checkDigit("contextIdentifier.value", in.Unit.Value)
	}
	var name string
	if in.Name != nil {
		name = *in.Name
	}
	if in.Name != nil || in.Unit.Type == ksef.KindInternalID {
		v.length("subunitName", name, 5, 256)
	}
	person, _ := in.Details.check(&v, personByIdentifier, personByFingerprint, personByFingerprintAlone)
	if err := v.err(); err != nil {
		return nil, err
	}
	g := in.grant(c, subunitAdmin, ksef.CredentialsManage)
	g.in, g.unit, g.person = in.Unit, name, person
	return s.acceptGrants(c, ksef.SubunitManage, []*grant{g})
}

// checkDigit demands that an internal identifier ends in the right digit (ksef-docs uprawnienia.md).
func (v *validation) checkDigit(name, internalID string) {
	nip, unit, _ := strings.Cut(internalID, "-")
	if want, _ := checksum.InternalIDDigit(nip, unit[:4]); unit[4] != want {
		v.add("'%s' has an invalid check digit: the last digit must be %c.", name, want)
	}
}

// grantEUAdmin answers POST /permissions/eu-entities/administration/grants. The context comes into being with
// its administrator.
func (s *Server) grantEUAdmin(c *call) (any, error) {
	if err := c.entitled(ksef.CredentialsManage, ksef.KindNIP); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Context identifier    `json:"contextIdentifier"`
		Name    string        `json:"euEntityName"`
		Details *subjectGiven `json:"subjectDetails"`
		EU      *euDetails    `json:"euEntityDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, ksef.KindFingerprint)
	v.identifier("contextIdentifier", &in.Context, ksef.KindVATUE)
	v.length("euEntityName", in.Name, 5, 256)
	person, entity := in.Details.check(&v, personByFingerprint, personByFingerprintAlone, entityByFingerprint)
	if v.required("euEntityDetails", in.EU != nil) {
		in.EU.check(&v, "euEntityDetails")
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	var grants []*grant
	for _, p := range euAdminPermissions {
		g := in.grant(c, euAdmin, p)
		g.in, g.person, g.entity, g.euName, g.eu = in.Context, person, entity, in.Name, in.EU
		grants = append(grants, g)
	}
	return s.acceptGrants(c, ksef.CredentialsManage, grants)
}

// grantEURepresentative answers POST /permissions/eu-entities/grants.
func (s *Server) grantEURepresentative(c *call) (any, error) {
	if err := c.entitled(vatUEManage, ksef.KindVATUE); err != nil {
		return nil, err
	}
	var in struct {
		grantRequest
		Permissions []string      `json:"permissions"`
		Details     *subjectGiven `json:"subjectDetails"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v, ksef.KindFingerprint)
	v.required("permissions", len(in.Permissions) > 0)
	permissions := v.permissions("permissions", in.Permissions, []ksef.Permission{ksef.InvoiceWrite, ksef.InvoiceRead})
	person, entity := in.Details.check(&v, personByFingerprint, personByFingerprintAlone, entityByFingerprint)
	if err := v.err(); err != nil {
		return nil, err
	}
	name, eu := s.euTaxpayer(c.by.session.context)
	var grants []*grant
	for _, p := range permissions {
		g := in.grant(c, euRepresentative, p)
		g.person, g.entity, g.euName, g.eu = person, entity, name, eu
		grants = append(grants, g)
	}
	return s.acceptGrants(c, vatUEManage, grants)
}

// euTaxpayer is what the last administrator of an EU taxpayer's context was appointed with, or its number if
// none was.
func (s *Server) euTaxpayer(context identifier) (name string, eu *euDetails) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = context.Value
	for _, g := range s.state.graph.in[context] {
		if g.kind == euAdmin {
			name, eu = g.euName, g.eu
		}
	}
	return name, eu
}
