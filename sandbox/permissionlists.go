package sandbox

import (
	"strings"

	"github.com/ksef-go/ksef"
)

// subunitsQuery is the body of POST /permissions/query/subunits/grants: the administrators that the context gave
// its units and subordinate taxpayers.
type subunitsQuery struct {
	Unit *identifier `json:"subunitIdentifier"`
}

func (in *subunitsQuery) check(v *validation) {
	v.optionalIdentifier("subunitIdentifier", in.Unit, ksef.KindInternalID, ksef.KindNIP)
}

func (in *subunitsQuery) match(_ *state, by *session, g *grant) bool {
	return g.kind == subunitAdmin && g.from == by.context && is(in.Unit, g.in)
}

func (in *subunitsQuery) item(_ *state, _ *session, g *grant) any {
	return struct {
		ID          string          `json:"id"`
		To          identifier      `json:"authorizedIdentifier"`
		Unit        identifier      `json:"subunitIdentifier"`
		Author      identifier      `json:"authorIdentifier"`
		Permission  ksef.Permission `json:"permissionScope"`
		Description string          `json:"description"`
		Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
		Name        string          `json:"subunitName,omitempty"`
		Since       timestamp       `json:"startDate"`
	}{g.id, g.to, g.in, g.author, g.permission, g.description, g.person, g.unit, timestamp(g.since)}
}

// entitiesQuery is the body of POST /permissions/query/entities/grants: what the context has from other taxpayers.
type entitiesQuery struct {
	From *identifier `json:"contextIdentifier"`
}

func (in *entitiesQuery) check(v *validation) {
	v.optionalIdentifier("contextIdentifier", in.From, ksef.KindNIP, ksef.KindInternalID)
}

func (in *entitiesQuery) match(_ *state, by *session, g *grant) bool {
	return g.kind == toEntity && g.to == by.context && is(in.From, g.from)
}

func (in *entitiesQuery) item(_ *state, _ *session, g *grant) any {
	return struct {
		ID          string          `json:"id"`
		From        identifier      `json:"contextIdentifier"`
		Permission  ksef.Permission `json:"permissionScope"`
		Description string          `json:"description"`
		Since       timestamp       `json:"startDate"`
		Delegable   bool            `json:"canDelegate"`
	}{g.id, g.from, g.permission, g.description, timestamp(g.since), g.delegable}
}

// authorizationsQuery is the body of POST /permissions/query/authorizations/grants: what the context gave others,
// or has from them. Both filters hold for both lists.
type authorizationsQuery struct {
	Type string      `json:"queryType"`
	From *identifier `json:"authorizingIdentifier"`
	To   *identifier `json:"authorizedIdentifier"`
	typeFilter
}

func (in *authorizationsQuery) check(v *validation) {
	in.Type = v.oneOf("queryType", in.Type, "Granted", "Received")
	v.optionalIdentifier("authorizingIdentifier", in.From, ksef.KindNIP)
	v.optionalIdentifier("authorizedIdentifier", in.To, ksef.KindNIP, ksef.KindPeppolID)
	in.typeFilter.check(v, authorizations())
}

func (in *authorizationsQuery) match(_ *state, by *session, g *grant) bool {
	side := g.from
	if in.Type == "Received" {
		side = g.to
	}
	return g.kind == authorizationGrant && side == by.context && is(in.From, g.from) && is(in.To, g.to) && in.wants(g.permission)
}

func (in *authorizationsQuery) item(_ *state, _ *session, g *grant) any {
	author := &g.author
	if *author == system {
		author = nil // the contract knows no such author here
	}
	return struct {
		ID          string          `json:"id"`
		Author      *identifier     `json:"authorIdentifier,omitempty"`
		To          identifier      `json:"authorizedEntityIdentifier"`
		From        identifier      `json:"authorizingEntityIdentifier"`
		Permission  ksef.Permission `json:"authorizationScope"`
		Description string          `json:"description"`
		Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
		Since       timestamp       `json:"startDate"`
	}{g.id, author, g.to, g.from, g.permission, g.description, g.entity, timestamp(g.since)}
}

// euEntitiesQuery is the body of POST /permissions/query/eu-entities/grants: in the context of a taxpayer the
// administrators of its EU taxpayers, in an EU taxpayer's also the representatives.
type euEntitiesQuery struct {
	VAT         *string `json:"vatUeIdentifier"`
	Fingerprint string  `json:"authorizedFingerprintIdentifier"` // a part of it
	typeFilter
}

func (in *euEntitiesQuery) check(v *validation) {
	if in.VAT != nil {
		v.form("vatUeIdentifier", *in.VAT, vatPattern().MatchString(*in.VAT))
	}
	in.typeFilter.check(v, euAdminPermissions)
}

func (in *euEntitiesQuery) match(_ *state, by *session, g *grant) bool {
	there := g.kind == euAdmin && g.from == by.context || (g.kind == euAdmin || g.kind == euRepresentative) && g.in == by.context
	return there && (in.VAT == nil || *in.VAT == g.vat()) && strings.Contains(g.to.Value, strings.ToUpper(in.Fingerprint)) && in.wants(g.permission)
}

func (in *euEntitiesQuery) item(_ *state, _ *session, g *grant) any {
	return struct {
		ID          string          `json:"id"`
		Author      identifier      `json:"authorIdentifier"`
		VAT         string          `json:"vatUeIdentifier"`
		Name        string          `json:"euEntityName"`
		Fingerprint string          `json:"authorizedFingerprintIdentifier"`
		Permission  ksef.Permission `json:"permissionScope"`
		Description string          `json:"description"`
		Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
		Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
		EU          *euDetails      `json:"euEntityDetails,omitempty"`
		Since       timestamp       `json:"startDate"`
	}{g.id, g.author, g.vat(), g.euName, g.to.Value, g.permission, g.description, g.person, g.entity, g.eu, timestamp(g.since)}
}

// vat is the number of the EU taxpayer in whose context a grant holds.
func (g *grant) vat() string {
	_, number, _ := strings.Cut(g.in.Value, "-")
	return number
}
