package ksef

import "time"

// PersonPermission is a permission that somebody has.
type PersonPermission struct {
	ID         PermissionID    `json:"id"`
	Authorized Identifier      `json:"authorizedIdentifier,omitzero"` // who has it; zero in Personal when it is the caller
	Context    Identifier      `json:"contextIdentifier,omitzero"`    // where; of administrators of units, and in Personal
	Target     Identifier      `json:"targetIdentifier,omitzero"`     // for which clients; of indirect ones
	Author     Identifier      `json:"authorIdentifier,omitzero"`     // who gave it; not told in Personal
	Permission Permission      `json:"permissionScope"`
	State      PermissionState `json:"permissionState"`

	// CanDelegate tells whether the taxpayer that has it may pass it on.
	CanDelegate bool          `json:"canDelegate"`
	Description string        `json:"description"`
	Person      PersonDetails `json:"subjectPersonDetails,omitzero"` // of a person
	Entity      EntityDetails `json:"subjectEntityDetails,omitzero"` // of a taxpayer
	Since       time.Time     `json:"startDate"`
}

// PersonQuery selects permissions. A nil *PersonQuery means all that hold in the
// current context, in either state: of everybody who can work there, and of those
// to whom the current taxpayer has given indirect ones.
type PersonQuery struct {
	ListOptions

	// Granted selects, instead of what holds in the context, what was granted: here,
	// for units, and indirectly. The ministry's document says by the caller, but its
	// Java client's tests find what others have granted; Author tells them apart.
	Granted bool

	Author      SubjectID       // who gave it; Identifier{Kind: KindSystem} for KSeF itself
	Authorized  SubjectID       // who has it
	Context     UnitID          // where
	Target      TargetID        // for which clients; AllPartners for the general ones
	Permissions []Permission    // any of these; none for all
	State       PermissionState // "" for any
}

func (q *PersonQuery) wire() (any, error) {
	a := arguments{of: "PersonQuery"}
	w := personQuery{
		Type:        "PermissionsInCurrentContext",
		Author:      (*wireTarget)(a.mayID("Author", q.Author, KindNIP, KindPESEL, KindFingerprint, KindSystem)),
		Authorized:  a.mayID("Authorized", q.Authorized, KindNIP, KindPESEL, KindFingerprint),
		Context:     a.mayID("Context", q.Context, KindNIP, KindInternalID),
		Target:      (*wireTarget)(a.mayID("Target", q.Target, KindNIP, KindInternalID, KindAllPartners)),
		Permissions: q.Permissions,
		State:       q.State,
	}
	if q.Granted {
		w.Type = "PermissionsGrantedInCurrentContext"
	}
	return w, a.err
}

type personQuery struct {
	Type        string          `json:"queryType"`
	Author      *wireTarget     `json:"authorIdentifier,omitempty"`
	Authorized  *Identifier     `json:"authorizedIdentifier,omitempty"`
	Context     *Identifier     `json:"contextIdentifier,omitempty"`
	Target      *wireTarget     `json:"targetIdentifier,omitempty"`
	Permissions []Permission    `json:"permissionTypes,omitempty"`
	State       PermissionState `json:"permissionState,omitempty"`
}

// PersonalQuery selects permissions of the caller. A nil *PersonalQuery means all
// of them.
type PersonalQuery struct {
	ListOptions
	Context     UnitID          // who gave it
	Target      TargetID        // for which clients; AllPartners for the general ones
	Permissions []Permission    // any of these; none for all
	State       PermissionState // "" for any
}

func (q *PersonalQuery) wire() (any, error) {
	a := arguments{of: "PersonalQuery"}
	w := personalQuery{
		a.mayID("Context", q.Context, KindNIP, KindInternalID),
		(*wireTarget)(a.mayID("Target", q.Target, KindNIP, KindInternalID, KindAllPartners)),
		q.Permissions, q.State,
	}
	return w, a.err
}

type personalQuery struct {
	Context     *Identifier     `json:"contextIdentifier,omitempty"`
	Target      *wireTarget     `json:"targetIdentifier,omitempty"`
	Permissions []Permission    `json:"permissionTypes,omitempty"`
	State       PermissionState `json:"permissionState,omitempty"`
}

// ReceivedPermission is a permission that another taxpayer has given to the
// current one.
type ReceivedPermission struct {
	ID          PermissionID `json:"id"`
	Context     Identifier   `json:"contextIdentifier"` // who gave it, and where it holds
	Permission  Permission   `json:"permissionScope"`
	CanDelegate bool         `json:"canDelegate"` // an IndirectGrant can pass it on
	Description string       `json:"description"`
	Since       time.Time    `json:"startDate"`
}

// EntityQuery selects permissions that other taxpayers have given to the current
// one. A nil *EntityQuery means all of them.
type EntityQuery struct {
	ListOptions
	Context UnitID // who gave it
}

func (q *EntityQuery) wire() (any, error) {
	a := arguments{of: "EntityQuery"}
	w := entityQuery{a.mayID("Context", q.Context, KindNIP, KindInternalID)}
	return w, a.err
}

type entityQuery struct {
	Context *Identifier `json:"contextIdentifier,omitempty"`
}

// EntityAuthorization is an authorization that was granted.
type EntityAuthorization struct {
	ID            AuthorizationID `json:"id"`
	Author        Identifier      `json:"authorIdentifier,omitzero"`     // who gave it; not told to who received it
	Authorizing   Identifier      `json:"authorizingEntityIdentifier"`   // whom the invoices are about
	Authorized    Identifier      `json:"authorizedEntityIdentifier"`    // who may send them
	Entity        EntityDetails   `json:"subjectEntityDetails,omitzero"` // of who may send them
	Authorization Authorization   `json:"authorizationScope"`
	Description   string          `json:"description"`
	Since         time.Time       `json:"startDate"`
}

// AuthorizationQuery selects authorizations. A nil *AuthorizationQuery means all
// that the current taxpayer has granted.
type AuthorizationQuery struct {
	ListOptions
	Received       bool            // those it has received, instead of granted
	Authorizing    *NIP            // who granted it
	Authorized     EntityID        // who received it
	Authorizations []Authorization // any of these; none for all
}

func (q *AuthorizationQuery) wire() (any, error) {
	a := arguments{of: "AuthorizationQuery"}
	w := authorizationQuery{
		Type:           "Granted",
		Authorizing:    a.mayNIP("Authorizing", q.Authorizing),
		Authorized:     a.mayID("Authorized", q.Authorized, KindNIP, KindPeppolID),
		Authorizations: q.Authorizations,
	}
	if q.Received {
		w.Type = "Received"
	}
	return w, a.err
}

type authorizationQuery struct {
	Type           string          `json:"queryType"`
	Authorizing    *Identifier     `json:"authorizingIdentifier,omitempty"`
	Authorized     *Identifier     `json:"authorizedIdentifier,omitempty"`
	Authorizations []Authorization `json:"permissionTypes,omitempty"`
}

// SubunitPermission is what makes somebody the administrator of a unit.
type SubunitPermission struct {
	ID          PermissionID  `json:"id"`
	Authorized  Identifier    `json:"authorizedIdentifier"` // the administrator
	Unit        Identifier    `json:"subunitIdentifier"`
	UnitName    string        `json:"subunitName,omitempty"`
	Author      Identifier    `json:"authorIdentifier"` // who appointed them
	Permission  Permission    `json:"permissionScope"`  // CredentialsManage
	Description string        `json:"description"`
	Person      PersonDetails `json:"subjectPersonDetails,omitzero"`
	Since       time.Time     `json:"startDate"`
}

// SubunitQuery selects administrators of units. A nil *SubunitQuery means those
// of all units.
type SubunitQuery struct {
	ListOptions
	Unit UnitID
}

func (q *SubunitQuery) wire() (any, error) {
	a := arguments{of: "SubunitQuery"}
	w := subunitQuery{a.mayID("Unit", q.Unit, KindNIP, KindInternalID)}
	return w, a.err
}

type subunitQuery struct {
	Unit *Identifier `json:"subunitIdentifier,omitempty"`
}

// EUEntityPermission is a permission of an administrator or a representative of
// an EU company.
type EUEntityPermission struct {
	ID          PermissionID  `json:"id"`
	Authorized  Fingerprint   `json:"authorizedFingerprintIdentifier"`
	VATNumber   string        `json:"vatUeIdentifier"` // of the company, as KSeF writes it
	Label       string        `json:"euEntityName"`    // its name and address in a line
	Company     Company       `json:"euEntityDetails,omitzero"`
	Author      Identifier    `json:"authorIdentifier"`
	Permission  Permission    `json:"permissionScope"`
	Description string        `json:"description"`
	Person      PersonDetails `json:"subjectPersonDetails,omitzero"` // whose certificate it is, a person's
	Entity      EntityDetails `json:"subjectEntityDetails,omitzero"` // or a company's
	Since       time.Time     `json:"startDate"`
}

// EUEntityQuery selects permissions of administrators and representatives of EU
// companies. A nil *EUEntityQuery means all of them.
type EUEntityQuery struct {
	ListOptions
	VATNumber   *string      // of the company, with its country: "DE123456789"
	Fingerprint *string      // part of the certificate's
	Permissions []Permission // any of these; none for all
}

func (q *EUEntityQuery) wire() (any, error) {
	a := arguments{of: "EUEntityQuery"}
	if q.VATNumber != nil && !vatNumber().MatchString(*q.VATNumber) {
		a.refuse("VATNumber", &IdentifierError{"EU VAT number", *q.VATNumber, "no country writes its own like that"})
	}
	if q.Fingerprint != nil && (*q.Fingerprint == "" || !isHex(*q.Fingerprint)) {
		a.refuse("Fingerprint", &IdentifierError{"part of a fingerprint", *q.Fingerprint, "want upper-case hexadecimal digits"})
	}
	return euEntityQuery{q.VATNumber, q.Fingerprint, q.Permissions}, a.err
}

type euEntityQuery struct {
	VATNumber   *string      `json:"vatUeIdentifier,omitempty"`
	Fingerprint *string      `json:"authorizedFingerprintIdentifier,omitempty"`
	Permissions []Permission `json:"permissionTypes,omitempty"`
}

// EntityRole is a role of the current taxpayer.
type EntityRole struct {
	Role        EntityRoleType `json:"role"`
	Parent      Identifier     `json:"parentEntityIdentifier,omitzero"` // of a subunit
	Description string         `json:"description"`
	Since       time.Time      `json:"startDate"`
}

// SubordinateRole is the role of a member of the current VAT group, or of a unit
// below the current one of local government.
type SubordinateRole struct {
	Entity      Identifier     `json:"subordinateEntityIdentifier"`
	Role        EntityRoleType `json:"role"`
	Description string         `json:"description"`
	Since       time.Time      `json:"startDate"`
}

// SubordinateQuery selects roles of subordinate taxpayers. A nil
// *SubordinateQuery means those of all of them.
type SubordinateQuery struct {
	ListOptions
	Entity *NIP
}

func (q *SubordinateQuery) wire() (any, error) {
	a := arguments{of: "SubordinateQuery"}
	w := subordinateQuery{a.mayNIP("Entity", q.Entity)}
	return w, a.err
}

type subordinateQuery struct {
	Entity *Identifier `json:"subordinateEntityIdentifier,omitempty"`
}

// noFilter is the body of a query without one.
func noFilter(*ListOptions) (any, error) { return nil, nil }
