package ksef

// Permission is something one may be allowed to do. Unknown ones survive
// decoding.
type Permission string

// The permissions.
const (
	// A person, an entity or a token can be given these.

	InvoiceRead                Permission = "InvoiceRead"                // find and fetch invoices
	InvoiceWrite               Permission = "InvoiceWrite"               // send invoices
	CredentialsRead            Permission = "CredentialsRead"            // see who may do what
	CredentialsManage          Permission = "CredentialsManage"          // grant and revoke
	Introspection              Permission = "Introspection"              // see everybody's sessions, and their receipts
	SubunitManage              Permission = "SubunitManage"              // appoint administrators of units
	EnforcementOperations      Permission = "EnforcementOperations"      // a bailiff's work; only where there is such a role
	CollectiveIdentifierManage Permission = "CollectiveIdentifierManage" // collective identifiers

	// These come by themselves, and are only reported.

	Owner           Permission = "Owner"           // everything, in one's own context
	VATUEManage     Permission = "VatUeManage"     // grant and revoke for an EU company; its administrators have it
	PEFInvoiceWrite Permission = "PefInvoiceWrite" // send PEF invoices; Peppol providers have it
)

// knownPermissions are those above.
func knownPermissions() []Permission {
	return []Permission{
		InvoiceRead, InvoiceWrite, CredentialsRead, CredentialsManage, Introspection, SubunitManage, EnforcementOperations, CollectiveIdentifierManage,
		Owner, VATUEManage, PEFInvoiceWrite,
	}
}

// Authorization is something one taxpayer may do for another in its own context.
// Unknown ones survive decoding.
type Authorization string

// The authorizations a taxpayer can be given, and the one of a Peppol provider.
const (
	SelfInvoicing     Authorization = "SelfInvoicing"     // the buyer sends the seller's invoices
	RRInvoicing       Authorization = "RRInvoicing"       // the buyer sends the invoices of a flat-rate farmer
	TaxRepresentative Authorization = "TaxRepresentative" // a tax representative sends them
	PEFInvoicing      Authorization = "PefInvoicing"      // a Peppol provider sends them
)

// PermissionState tells whether a permission has effect. Unknown ones survive
// decoding.
type PermissionState string

// The states of a permission.
const (
	PermissionActive PermissionState = "Active"

	// PermissionInactive is an indirect one that has nothing to stand on: the
	// client has not let its permission be passed on, or not any more.
	PermissionInactive PermissionState = "Inactive"
)

// EntityRoleType is a role of a taxpayer. Unknown ones survive decoding.
type EntityRoleType string

// The roles of taxpayers.
const (
	RoleCourtBailiff           EntityRoleType = "CourtBailiff"
	RoleEnforcementAuthority   EntityRoleType = "EnforcementAuthority"
	RoleLocalGovernmentUnit    EntityRoleType = "LocalGovernmentUnit"
	RoleLocalGovernmentSubunit EntityRoleType = "LocalGovernmentSubUnit"
	RoleVATGroup               EntityRoleType = "VatGroupUnit"
	RoleVATGroupMember         EntityRoleType = "VatGroupSubUnit"
)
