package sandbox

import (
	"strings"

	"github.com/ksef-go/ksef"
)

// subunitItem is an administrator of a unit in an answer.
type subunitItem struct {
	ID          string          `json:"id"`
	To          identifier      `json:"authorizedIdentifier"`
	Unit        identifier      `json:"subunitIdentifier"`
	Author      identifier      `json:"authorIdentifier"`
	Permission  ksef.Permission `json:"permissionScope"`
	Description string          `json:"description"`
	Person      *personDetails  `json:"subjectPersonDetails,omitempty"`
	Name        string          `json:"subunitName,omitempty"`
	Since       timestamp       `json:"startDate"`
}

// querySubunits answers POST /permissions/query/subunits/grants: the administrators that the context gave its
// units and subordinate taxpayers.
func (s *Server) querySubunits(c *call) (any, error) {
	if err := c.need(ksef.CredentialsManage, ksef.CredentialsRead, ksef.SubunitManage); err != nil {
		return nil, err
	}
	var in struct {
		Unit *identifier `json:"subunitIdentifier"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	v.optionalIdentifier("subunitIdentifier", in.Unit, ksef.KindInternalID, ksef.KindNIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	return listGrants(s, c, "permissions", page,
		func(g *grant) bool { return g.kind == subunitAdmin && g.from == context && is(in.Unit, g.in) },
		func(g *grant) subunitItem {
			return subunitItem{g.id, g.to, g.in, g.author, g.permission, g.description, g.person, g.unit, timestamp(g.since)}
		})
}

// entityItem is a permission that a taxpayer has from another in an answer.
type entityItem struct {
	ID          string          `json:"id"`
	From        identifier      `json:"contextIdentifier"`
	Permission  ksef.Permission `json:"permissionScope"`
	Description string          `json:"description"`
	Since       timestamp       `json:"startDate"`
	Delegable   bool            `json:"canDelegate"`
}

// queryEntities answers POST /permissions/query/entities/grants: what the context has from other taxpayers.
func (s *Server) queryEntities(c *call) (any, error) {
	if err := c.need(readers...); err != nil {
		return nil, err
	}
	var in struct {
		From *identifier `json:"contextIdentifier"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	v.optionalIdentifier("contextIdentifier", in.From, ksef.KindNIP, ksef.KindInternalID)
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	return listGrants(s, c, "permissions", page,
		func(g *grant) bool { return g.kind == toEntity && g.to == context && is(in.From, g.from) },
		func(g *grant) entityItem {
			return entityItem{g.id, g.from, g.permission, g.description, timestamp(g.since), g.delegable}
		})
}

// authorizationItem is an authorization in an answer.
type authorizationItem struct {
	ID          string          `json:"id"`
	Author      *identifier     `json:"authorIdentifier,omitempty"`
	To          identifier      `json:"authorizedEntityIdentifier"`
	From        identifier      `json:"authorizingEntityIdentifier"`
	Permission  ksef.Permission `json:"authorizationScope"`
	Description string          `json:"description"`
	Entity      *entityDetails  `json:"subjectEntityDetails,omitempty"`
	Since       timestamp       `json:"startDate"`
}

// queryAuthorizations answers POST /permissions/query/authorizations/grants: what the context gave others, or
// has from them. Both filters hold for both lists.
func (s *Server) queryAuthorizations(c *call) (any, error) {
	if err := c.need(append(readers, pefInvoiceWrite)...); err != nil {
		return nil, err
	}
	var in struct {
		Type  string      `json:"queryType"`
		From  *identifier `json:"authorizingIdentifier"`
		To    *identifier `json:"authorizedIdentifier"`
		Types []string    `json:"permissionTypes"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	in.Type = v.oneOf("queryType", in.Type, "Granted", "Received")
	v.optionalIdentifier("authorizingIdentifier", in.From, ksef.KindNIP)
	v.optionalIdentifier("authorizedIdentifier", in.To, ksef.KindNIP, ksef.KindPeppolID)
	types := v.permissions("permissionTypes", in.Types, authorizations())
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	return listGrants(s, c, "authorizationGrants", page,
		func(g *grant) bool {
			side := g.from
			if in.Type == "Received" {
				side = g.to
			}
			return g.kind == authorizationGrant && side == context && is(in.From, g.from) && is(in.To, g.to) && among(types, g.permission)
		},
		func(g *grant) authorizationItem {
			item := authorizationItem{g.id, &g.author, g.to, g.from, g.permission, g.description, g.entity, timestamp(g.since)}
			if g.author == system {
				item.Author = nil // the contract knows no such author here
			}
			return item
		})
}

// euItem is a permission in an EU taxpayer's context in an answer.
type euItem struct {
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
}

// queryEUEntities answers POST /permissions/query/eu-entities/grants: in the context of a taxpayer the
// administrators of its EU taxpayers, in an EU taxpayer's also the representatives.
func (s *Server) queryEUEntities(c *call) (any, error) {
	if err := c.need(append(readers, vatUEManage)...); err != nil {
		return nil, err
	}
	var in struct {
		VAT         *string  `json:"vatUeIdentifier"`
		Fingerprint *string  `json:"authorizedFingerprintIdentifier"`
		Types       []string `json:"permissionTypes"`
	}
	if err := c.decodeOptional(&in); err != nil {
		return nil, err
	}
	var v validation
	page := v.grantPage(c)
	if in.VAT != nil {
		v.form("vatUeIdentifier", *in.VAT, vatPattern().MatchString(*in.VAT))
	}
	part := ""
	if in.Fingerprint != nil {
		part = strings.ToUpper(*in.Fingerprint)
	}
	types := v.permissions("permissionTypes", in.Types, euAdminPermissions)
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	return listGrants(s, c, "permissions", page,
		func(g *grant) bool {
			there := g.kind == euAdmin && (g.from == context || g.in == context) || g.kind == euRepresentative && g.in == context
			return there && (in.VAT == nil || *in.VAT == g.vat()) && strings.Contains(g.to.Value, part) && among(types, g.permission)
		},
		func(g *grant) euItem {
			return euItem{g.id, g.author, g.vat(), g.euName, g.to.Value, g.permission, g.description, g.person, g.entity, g.eu, timestamp(g.since)}
		})
}

// vat is the number of the EU taxpayer in whose context a grant holds.
func (g *grant) vat() string {
	_, number, _ := strings.Cut(g.in.Value, "-")
	return number
}
