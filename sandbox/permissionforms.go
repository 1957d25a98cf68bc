package sandbox

import (
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/checksum"
)

// givenPermissions are those that may be handed on: to taxpayers, and by them to persons.
var givenPermissions = []ksef.Permission{ksef.InvoiceWrite, ksef.InvoiceRead, ksef.CollectiveIdentifierManage}

// euAdminPermissions are what an administrator of an EU taxpayer's context gets, all at once.
var euAdminPermissions = []ksef.Permission{ksef.VATUEManage, ksef.InvoiceWrite, ksef.InvoiceRead, ksef.Introspection}

// The types of subjectDetails of persons, and of who is known by fingerprint.
var (
	personTypes      = []string{personByIdentifier, personByFingerprint, personByFingerprintAlone}
	fingerprintTypes = []string{personByFingerprint, personByFingerprintAlone, entityByFingerprint}
)

// each is a grant like g for each of the permissions.
func (g grant) each(permissions []ksef.Permission) []*grant {
	out := make([]*grant, len(permissions))
	for i, p := range permissions {
		one := g
		one.permission = p
		out[i] = &one
	}
	return out
}

// personsForm is the body of POST /permissions/persons/grants.
type personsForm struct {
	grantRequest
	Permissions []string      `json:"permissions"`
	Details     *subjectGiven `json:"subjectDetails"`
}

func (in *personsForm) grants(v *validation) []*grant {
	in.check(v, subjectKinds...)
	permissions := v.somePermissions(in.Permissions, personPermissions())
	person, _ := in.Details.check(v, personTypes...)
	return grant{kind: toPerson, person: person}.each(permissions)
}

// entitiesForm is the body of POST /permissions/entities/grants.
type entitiesForm struct {
	grantRequest
	Permissions []struct {
		Type        string `json:"type"`
		CanDelegate bool   `json:"canDelegate"`
	} `json:"permissions"`
	Details *entityGiven `json:"subjectDetails"`
}

func (in *entitiesForm) grants(v *validation) []*grant {
	in.check(v, ksef.KindNIP)
	var types []string
	for _, p := range in.Permissions {
		types = append(types, p.Type)
	}
	permissions := v.somePermissions(types, givenPermissions)
	grants := grant{kind: toEntity, entity: in.Details.check(v)}.each(permissions)
	for i, g := range grants {
		g.delegable = in.Permissions[i].CanDelegate
	}
	return grants
}

// authorizationForm is the body of POST /permissions/authorizations/grants.
type authorizationForm struct {
	grantRequest
	Permission string       `json:"permission"`
	Details    *entityGiven `json:"subjectDetails"`
}

func (in *authorizationForm) grants(v *validation) []*grant {
	in.check(v, ksef.KindNIP, ksef.KindPeppolID)
	what := ksef.Permission(v.oneOf("permission", in.Permission, names(authorizations())...))
	return []*grant{{kind: authorizationGrant, permission: what, entity: in.Details.check(v)}}
}

// indirectForm is the body of POST /permissions/indirect/grants. Without a target it is general.
type indirectForm struct {
	grantRequest
	Target      *identifier   `json:"targetIdentifier"`
	Permissions []string      `json:"permissions"`
	Details     *subjectGiven `json:"subjectDetails"`
}

func (in *indirectForm) grants(v *validation) []*grant {
	in.check(v, subjectKinds...)
	target := allPartners
	if in.Target != nil {
		target = *in.Target
	}
	v.identifierOr("targetIdentifier", &target, ksef.KindAllPartners, ksef.KindNIP, ksef.KindInternalID)
	permissions := v.somePermissions(in.Permissions, givenPermissions)
	person, _ := in.Details.check(v, personTypes...)
	return grant{kind: indirect, in: target, person: person}.each(permissions)
}

// subunitForm is the body of POST /permissions/subunits/grants. A unit comes into being with its administrator.
type subunitForm struct {
	grantRequest
	Unit    identifier    `json:"contextIdentifier"`
	Name    *string       `json:"subunitName"`
	Details *subjectGiven `json:"subjectDetails"`
}

func (in *subunitForm) grants(v *validation) []*grant {
	in.check(v, subjectKinds...)
	v.identifier("contextIdentifier", &in.Unit, ksef.KindInternalID, ksef.KindNIP)
	internal := in.Unit.Type == ksef.KindInternalID
	if internal && in.Unit.wellFormed() {
		v.checkDigit("contextIdentifier.value", in.Unit.Value)
	}
	g := &grant{kind: subunitAdmin, in: in.Unit, permission: ksef.CredentialsManage}
	if in.Name != nil {
		g.unit = *in.Name
	}
	if internal || in.Name != nil {
		v.length("subunitName", g.unit, 5, 256)
	}
	g.person, _ = in.Details.check(v, personTypes...)
	return []*grant{g}
}

// checkDigit demands that an internal identifier ends in the right digit (the algorithm is in the ministry's
// OpenAPI document, at this operation).
func (v *validation) checkDigit(name, internalID string) {
	nip, unit, _ := strings.Cut(internalID, "-")
	if want, _ := checksum.InternalIDDigit(nip, unit[:4]); unit[4] != want {
		v.add("'%s' has an invalid check digit: the last digit must be %c.", name, want)
	}
}

// euAdminForm is the body of POST /permissions/eu-entities/administration/grants. The context comes into being
// with its administrator.
type euAdminForm struct {
	grantRequest
	Context identifier    `json:"contextIdentifier"`
	Name    string        `json:"euEntityName"`
	Details *subjectGiven `json:"subjectDetails"`
	EU      *euDetails    `json:"euEntityDetails"`
}

func (in *euAdminForm) grants(v *validation) []*grant {
	in.check(v, ksef.KindFingerprint)
	v.identifier("contextIdentifier", &in.Context, ksef.KindVATUE)
	v.length("euEntityName", in.Name, 5, 256)
	person, entity := in.Details.check(v, fingerprintTypes...)
	if v.required("euEntityDetails", in.EU != nil) {
		in.EU.check(v, "euEntityDetails")
	}
	return grant{kind: euAdmin, in: in.Context, person: person, entity: entity, euName: in.Name, eu: in.EU}.each(euAdminPermissions)
}

// euRepresentativeForm is the body of POST /permissions/eu-entities/grants.
type euRepresentativeForm struct {
	grantRequest
	Permissions []string      `json:"permissions"`
	Details     *subjectGiven `json:"subjectDetails"`
}

func (in *euRepresentativeForm) grants(v *validation) []*grant {
	in.check(v, ksef.KindFingerprint)
	permissions := v.somePermissions(in.Permissions, []ksef.Permission{ksef.InvoiceWrite, ksef.InvoiceRead})
	person, entity := in.Details.check(v, fingerprintTypes...)
	return grant{kind: euRepresentative, person: person, entity: entity}.each(permissions)
}
