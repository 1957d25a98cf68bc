package sandbox

import (
	"cmp"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

// Roles of taxpayers.
const (
	roleCourtBailiff         = "CourtBailiff"
	roleEnforcementAuthority = "EnforcementAuthority"
	roleVATGroup             = "VatGroupUnit"
	roleLocalGovernment      = "LocalGovernmentUnit"
)

// taxpayers are the subjects and persons that the test-data endpoints made, by NIP. Others need not be
// made: any well-formed NIP may log in as the owner of its context.
type taxpayers struct {
	subjects map[string]*testSubject
	persons  map[string]*testPerson
	blocked  map[identifier]bool // contexts in which nobody can authenticate
}

// testSubject is a taxpayer with a role.
type testSubject struct {
	role        string
	parent      string // NIP of the taxpayer it is a unit of
	description string
	created     time.Time
}

// testPerson links a NIP with a PESEL.
type testPerson struct {
	pesel             string
	bailiff, deceased bool
	description       string
	created           time.Time
}

func newTaxpayers() taxpayers {
	return taxpayers{map[string]*testSubject{}, map[string]*testPerson{}, map[identifier]bool{}}
}

// aliases returns all identifiers of who is identified by id: a NIP and a PESEL that are linked are one.
func (t *taxpayers) aliases(id identifier) []identifier {
	all := []identifier{id}
	for nip, p := range t.persons {
		switch id {
		case identifier{ksef.KindNIP, nip}:
			all = append(all, identifier{ksef.KindPESEL, p.pesel})
		case identifier{ksef.KindPESEL, p.pesel}:
			all = append(all, identifier{ksef.KindNIP, nip})
		}
	}
	return all
}

// deceased reports whether id belongs to somebody who died.
func (t *taxpayers) deceased(id identifier) bool {
	for nip, p := range t.persons {
		if p.deceased && (id == identifier{ksef.KindNIP, nip} || id == identifier{ksef.KindPESEL, p.pesel}) {
			return true
		}
	}
	return false
}

// roles returns the roles of a context.
func (t *taxpayers) roles(context identifier) []string {
	roles := []string{}
	if context.Type != ksef.KindNIP {
		return roles
	}
	if s := t.subjects[context.Value]; s != nil {
		roles = append(roles, s.role)
	}
	if p := t.persons[context.Value]; p != nil && p.bailiff {
		roles = append(roles, roleCourtBailiff)
	}
	return roles
}

// subjectRoles gives, for a type of subject, its role and its units'.
var subjectRoles = map[string][2]string{
	"EnforcementAuthority": {roleEnforcementAuthority, ""},
	"VatGroup":             {roleVATGroup, "VatGroupSubUnit"},
	"JST":                  {roleLocalGovernment, "LocalGovernmentSubUnit"},
}

// createSubject answers POST /testdata/subject.
func (s *Server) createSubject(c *call) (any, error) {
	var in struct {
		NIP         string `json:"subjectNip"`
		Type        string `json:"subjectType"`
		Description string `json:"description"`
		Created     *date  `json:"createdDate"`
		Subunits    []struct {
			NIP         string `json:"subjectNip"`
			Description string `json:"description"`
		} `json:"subunits"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("subjectNip", in.NIP)
	in.Type = v.oneOf("subjectType", in.Type, "EnforcementAuthority", "VatGroup", "JST")
	v.length("description", in.Description, 5, 256)
	for i, u := range in.Subunits {
		v.nip(index("subunits", i)+".subjectNip", u.NIP)
		v.length(index("subunits", i)+".description", u.Description, 5, 256)
	}
	if in.Type == "EnforcementAuthority" && len(in.Subunits) > 0 {
		v.add("'subunits' must be empty.")
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	subjects := s.state.subjects
	if old := subjects[in.NIP]; old != nil && !in.Created.after(old.created) {
		return nil, bad(ksef.CodeExists)
	}
	created := in.Created.or(c.now)
	removeUnits(subjects, in.NIP)
	subjects[in.NIP] = &testSubject{role: subjectRoles[in.Type][0], description: in.Description, created: created}
	for _, u := range in.Subunits {
		subjects[u.NIP] = &testSubject{role: subjectRoles[in.Type][1], parent: in.NIP, description: u.Description, created: created}
	}
	return nil, nil
}

// removeSubject answers POST /testdata/subject/remove. Removing what is not there changes nothing.
func (s *Server) removeSubject(c *call) (any, error) {
	var in struct {
		NIP string `json:"subjectNip"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("subjectNip", in.NIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	removeUnits(s.state.subjects, in.NIP)
	delete(s.state.subjects, in.NIP)
	return nil, nil
}

func removeUnits(subjects map[string]*testSubject, parent string) {
	for nip, s := range subjects {
		if s.parent == parent {
			delete(subjects, nip)
		}
	}
}

// createPerson answers POST /testdata/person.
func (s *Server) createPerson(c *call) (any, error) {
	var in struct {
		NIP         string `json:"nip"`
		PESEL       string `json:"pesel"`
		Bailiff     *bool  `json:"isBailiff"`
		Description string `json:"description"`
		Deceased    bool   `json:"isDeceased"`
		Created     *date  `json:"createdDate"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("nip", in.NIP)
	v.form("pesel", in.PESEL, isPESEL(in.PESEL))
	v.required("isBailiff", in.Bailiff != nil)
	v.length("description", in.Description, 5, 256)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	if old := s.state.persons[in.NIP]; old != nil && !in.Created.after(old.created) {
		return nil, bad(ksef.CodeExists)
	}
	s.state.persons[in.NIP] = &testPerson{in.PESEL, *in.Bailiff, in.Deceased, in.Description, in.Created.or(c.now)}
	return nil, nil
}

// removePerson answers POST /testdata/person/remove: the link, the role and all permissions go.
func (s *Server) removePerson(c *call) (any, error) {
	var in struct {
		NIP string `json:"nip"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("nip", in.NIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	if st.persons[in.NIP] == nil {
		return nil, nil
	}
	s.carryOut(c.now)
	aliases := st.aliases(identifier{ksef.KindNIP, in.NIP})
	st.graph.removeAll(func(g *grant) bool { return g.kind != authorizationGrant && slices.Contains(aliases, g.to) })
	delete(st.persons, in.NIP)
	return nil, nil
}

// permissionPair is whose permissions, and where.
type permissionPair struct {
	Context identifier `json:"contextIdentifier"`
	To      identifier `json:"authorizedIdentifier"`
}

func (p *permissionPair) check(v *validation) {
	v.identifier("contextIdentifier", &p.Context, ksef.KindNIP)
	v.identifier("authorizedIdentifier", &p.To, subjectKinds...)
}

// grantPermissions answers POST /testdata/permissions, which stands for the paper form ZAW-FA. It takes the
// permission by the contract's name, permissionType, and by that of the official Java client.
func (s *Server) grantPermissions(c *call) (any, error) {
	var in struct {
		permissionPair
		Permissions []struct {
			Description string `json:"description"`
			Type        string `json:"permissionType"`
			Java        string `json:"permission"`
		} `json:"permissions"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v)
	v.required("permissions", len(in.Permissions) > 0)
	for i := range in.Permissions {
		p := &in.Permissions[i]
		v.length(index("permissions", i)+".description", p.Description, 5, 256)
		p.Type = v.oneOf(index("permissions", i)+".permissionType", cmp.Or(p.Type, p.Java), names(personPermissions())...)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	for _, p := range in.Permissions {
		s.give(directGrant(in.Context, in.To, ksef.Permission(p.Type), p.Description), c.now)
	}
	return nil, nil
}

// revokePermissions answers POST /testdata/permissions/revoke: all that the one has in the other's context goes.
func (s *Server) revokePermissions(c *call) (any, error) {
	var in permissionPair
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	in.check(&v)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(c.now)
	s.state.graph.removeAll(func(g *grant) bool {
		return g.in == in.Context && g.to == in.To && g.kind != authorizationGrant
	})
	return nil, nil
}

// blockContext answers POST /testdata/context/block: authentications there end with status 480.
func (s *Server) blockContext(c *call) (any, error) {
	return nil, s.setBlocked(c, true)
}

// unblockContext answers POST /testdata/context/unblock.
func (s *Server) unblockContext(c *call) (any, error) {
	return nil, s.setBlocked(c, false)
}

// setBlocked takes the context in the contract's form, {"contextIdentifier": {…}}, and in that of the
// official clients, which send the identifier bare. Without either it is the caller's own.
func (s *Server) setBlocked(c *call, blocked bool) error {
	var in struct {
		identifier
		Wrapped *identifier `json:"contextIdentifier"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return err
	}
	context := in.identifier
	switch {
	case in.Wrapped != nil:
		context = *in.Wrapped
	case context == identifier{} && c.by != nil:
		context = c.by.session.context
	}
	var v validation
	v.identifier("contextIdentifier", &context, contextKinds...)
	if err := v.err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if blocked {
		s.state.blocked[context] = true
	} else {
		delete(s.state.blocked, context)
	}
	return nil
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
