package ksef

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/checksum"
)

// Grant is a permission to give: a [PersonGrant], [EntityGrant],
// [AuthorizationGrant], [IndirectGrant], [SubunitGrant], [EUAdminGrant] or
// [EUEntityGrant]. Each has a Description of 5 to 256 characters, which KSeF
// shows wherever it lists the permission.
type Grant interface {
	grant() (path string, body any, err error)
}

// The lengths of descriptions and of the names of taxpayers.
const (
	leastText, mostText = 5, 256
	mostEntityName      = 90
)

// PersonGrant lets somebody work in the current context. To is a NIP, PESEL or
// Fingerprint.
//
// Any permission can be given but those that come by themselves;
// EnforcementOperations only where the taxpayer is a bailiff or an enforcement
// authority (status 430). To grant it, CredentialsManage must be held.
type PersonGrant struct {
	To          SubjectID
	Person      Person
	Permissions []Permission
	Description string
}

//ksef:op POST /permissions/persons/grants
func (g PersonGrant) grant() (string, any, error) {
	a := arguments{of: "PersonGrant"}
	a.permissions(g.Permissions, InvoiceRead, InvoiceWrite, CredentialsRead, CredentialsManage,
		Introspection, SubunitManage, EnforcementOperations, CollectiveIdentifierManage)
	body := personGrantRequest{a.grantToPerson(g.To, g.Person, g.Description), g.Permissions}
	return "/permissions/persons/grants", body, a.err
}

type personGrantRequest struct {
	grantToPerson
	Permissions []Permission `json:"permissions"`
}

// EntityGrant lets another taxpayer handle the current one's invoices: whoever
// authenticates with that taxpayer's own NIP, in the context of the current one.
//
// With CanDelegate that taxpayer can let its people do the same, by an
// [IndirectGrant]. InvoiceRead, InvoiceWrite and, since KSeF 2.8.1,
// CollectiveIdentifierManage can be given. To grant it, CredentialsManage must
// be held.
type EntityGrant struct {
	To          NIP
	Name        string // of that taxpayer; 5 to 90 characters
	Permissions []EntityPermission
	Description string
}

// EntityPermission is a permission together with the right to pass it on.
type EntityPermission struct {
	Permission  Permission `json:"type"`
	CanDelegate bool       `json:"canDelegate"`
}

//ksef:op POST /permissions/entities/grants
func (g EntityGrant) grant() (string, any, error) {
	a := arguments{of: "EntityGrant"}
	var permissions []Permission
	for _, p := range g.Permissions {
		permissions = append(permissions, p.Permission)
	}
	a.permissions(permissions, InvoiceRead, InvoiceWrite, CollectiveIdentifierManage)
	body := entityGrantRequest{a.grantToEntity(a.id("To", g.To, KindNIP), g.Name, g.Description), g.Permissions}
	return "/permissions/entities/grants", body, a.err
}

type entityGrantRequest struct {
	grantToEntity
	Permissions []EntityPermission `json:"permissions"`
}

// AuthorizationGrant lets a taxpayer send, in its own context, invoices that are
// about the current one; or a Peppol provider, with PEFInvoicing. KSeF looks
// whether it is there when such an invoice comes (status 410 of the invoice).
// To grant it, CredentialsManage must be held.
type AuthorizationGrant struct {
	To            EntityID // a NIP; a PeppolID for PEFInvoicing
	Name          string   // of the taxpayer or provider; 5 to 90 characters
	Authorization Authorization
	Description   string
}

//ksef:op POST /permissions/authorizations/grants
func (g AuthorizationGrant) grant() (string, any, error) {
	a := arguments{of: "AuthorizationGrant"}
	to := a.id("To", g.To, KindNIP, KindPeppolID)
	switch {
	case g.Authorization == "":
		a.fault("Authorization", "is missing: want %s", oneOf([]Authorization{SelfInvoicing, RRInvoicing, TaxRepresentative, PEFInvoicing}))
	case to.Kind == KindPeppolID && slices.Contains([]Authorization{SelfInvoicing, RRInvoicing, TaxRepresentative}, g.Authorization):
		a.fault("Authorization", "%s is for taxpayers: want PefInvoicing for a Peppol provider", g.Authorization)
	}
	body := authorizationGrantRequest{a.grantToEntity(to, g.Name, g.Description), g.Authorization}
	return "/permissions/authorizations/grants", body, a.err
}

type authorizationGrantRequest struct {
	grantToEntity
	Authorization Authorization `json:"permission"`
}

// IndirectGrant passes on what clients let the current taxpayer do, to one of its
// people: for one client, or for [AllPartners]. For says which; there is no
// default, because the wider one would be easy to give by mistake.
//
// It has effect where the client has granted the permission with CanDelegate.
// Until then, and after that is revoked, it is there and [PermissionInactive].
// InvoiceRead, InvoiceWrite and, since KSeF 2.8.1, CollectiveIdentifierManage can
// be passed on. To grant it, CredentialsManage must be held.
type IndirectGrant struct {
	To          SubjectID
	Person      Person
	For         TargetID // a NIP, an InternalID or AllPartners
	Permissions []Permission
	Description string
}

//ksef:op POST /permissions/indirect/grants
func (g IndirectGrant) grant() (string, any, error) {
	a := arguments{of: "IndirectGrant"}
	target := a.id("For", g.For, KindNIP, KindInternalID, KindAllPartners)
	a.permissions(g.Permissions, InvoiceRead, InvoiceWrite, CollectiveIdentifierManage)
	body := indirectGrantRequest{a.grantToPerson(g.To, g.Person, g.Description), wireTarget(target), g.Permissions}
	return "/permissions/indirect/grants", body, a.err
}

type indirectGrantRequest struct {
	grantToPerson
	Target      wireTarget   `json:"targetIdentifier"`
	Permissions []Permission `json:"permissions"`
}

// wireTarget is an identifier that may have no value. KSeF would take a missing
// target for all there are, so it is always sent.
type wireTarget struct {
	Kind  Kind   `json:"type"`
	Value string `json:"value,omitempty"`
}

// SubunitGrant makes somebody the administrator of a unit, where they hold
// CredentialsManage from then on.
//
// Unit is either the NIP of a member of this VAT group or of a unit of local
// government below this one, which KSeF knows; or an [InternalID] that begins
// with the current taxpayer's NIP, which this call brings into being under Name.
// To grant it, SubunitManage must be held.
type SubunitGrant struct {
	To          SubjectID
	Person      Person
	Unit        UnitID
	Name        string // of the unit; 5 to 256 characters; "" will do for a NIP
	Description string
}

//ksef:op POST /permissions/subunits/grants
func (g SubunitGrant) grant() (string, any, error) {
	a := arguments{of: "SubunitGrant"}
	unit := a.id("Unit", g.Unit, KindNIP, KindInternalID)
	if a.err == nil && unit.Kind == KindInternalID {
		// Here such a number comes into being, and KSeF looks at its digit.
		nip, number, _ := strings.Cut(unit.Value, "-")
		if digit, ok := checksum.InternalIDDigit(nip, number[:4]); !ok || digit != number[4] {
			a.refuse("Unit", &IdentifierError{"internal identifier", unit.Value, fmt.Sprintf("wrong check digit: want %s-%s%c", nip, number[:4], digit)})
		}
	}
	if unit.Kind == KindInternalID || g.Name != "" {
		a.text("Name", g.Name, leastText, mostText)
	}
	body := subunitGrantRequest{a.grantToPerson(g.To, g.Person, g.Description), unit, g.Name}
	return "/permissions/subunits/grants", body, a.err
}

type subunitGrantRequest struct {
	grantToPerson
	Unit Identifier `json:"contextIdentifier"`
	Name string     `json:"subunitName,omitempty"`
}

// EUAdminGrant makes somebody the administrator of what an EU company does
// together with the current taxpayer, in the context that both numbers make:
// they hold VATUEManage, InvoiceRead, InvoiceWrite and Introspection there. This
// call brings the context into being. To grant it, CredentialsManage must be
// held.
type EUAdminGrant struct {
	To          Fingerprint // of the administrator's certificate
	Holder      Holder      // whose certificate that is
	Entity      VATUE       // the current taxpayer's NIP and the company's number
	Company     Company     // the company
	Label       string      // name and address in a line, 5 to 256 characters; "" puts them together
	Description string
}

//ksef:op POST /permissions/eu-entities/administration/grants
func (g EUAdminGrant) grant() (string, any, error) {
	a := arguments{of: "EUAdminGrant"}
	entity := a.id("Entity", g.Entity, KindVATUE)
	g.Company.check(&a, "Company")
	label := g.Label
	if label == "" {
		label = g.Company.Name + ", " + g.Company.Address
	}
	a.text("Label", label, leastText, mostText)
	body := euAdminGrantRequest{a.grantToHolder(g.To, g.Holder, g.Description), entity, label, g.Company}
	return "/permissions/eu-entities/administration/grants", body, a.err
}

type euAdminGrantRequest struct {
	grantToPerson
	Entity  Identifier `json:"contextIdentifier"`
	Label   string     `json:"euEntityName"`
	Company Company    `json:"euEntityDetails"`
}

// EUEntityGrant lets somebody act for an EU company, in the context of that
// company and a taxpayer: the current one must be such. InvoiceRead and
// InvoiceWrite can be given. To grant it, VATUEManage must be held.
type EUEntityGrant struct {
	To          Fingerprint // of the representative's certificate
	Holder      Holder      // whose certificate that is
	Permissions []Permission
	Description string
}

//ksef:op POST /permissions/eu-entities/grants
func (g EUEntityGrant) grant() (string, any, error) {
	a := arguments{of: "EUEntityGrant"}
	a.permissions(g.Permissions, InvoiceRead, InvoiceWrite)
	body := euEntityGrantRequest{a.grantToHolder(g.To, g.Holder, g.Description), g.Permissions}
	return "/permissions/eu-entities/grants", body, a.err
}

type euEntityGrantRequest struct {
	grantToPerson
	Permissions []Permission `json:"permissions"`
}

// grantToPerson is what grants to people, and to holders of certificates, say.
type grantToPerson struct {
	Subject     Identifier     `json:"subjectIdentifier"`
	Details     subjectDetails `json:"subjectDetails"`
	Description string         `json:"description"`
}

func (a *arguments) grantToPerson(to SubjectID, who Person, description string) grantToPerson {
	subject := a.id("To", to, KindNIP, KindPESEL, KindFingerprint)
	a.text("Description", description, leastText, mostText)
	return grantToPerson{subject, who.details(a, "Person", subject), description}
}

func (a *arguments) grantToHolder(to Fingerprint, who Holder, description string) grantToPerson {
	subject := a.id("To", to, KindFingerprint)
	a.text("Description", description, leastText, mostText)
	return grantToPerson{subject, a.holder("Holder", who), description}
}

// grantToEntity is what grants to taxpayers say.
type grantToEntity struct {
	Subject     Identifier    `json:"subjectIdentifier"`
	Details     entityDetails `json:"subjectDetails"`
	Description string        `json:"description"`
}

type entityDetails struct {
	Name string `json:"fullName"`
}

func (a *arguments) grantToEntity(to Identifier, name, description string) grantToEntity {
	a.text("Name", name, leastText, mostEntityName)
	a.text("Description", description, leastText, mostText)
	return grantToEntity{to, entityDetails{name}, description}
}
