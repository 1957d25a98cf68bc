package ksef

// Permission is something one may be allowed to do. Unknown ones survive
// decoding.
type Permission string

// The permissions a person, an entity or a token can be given.
const (
	InvoiceRead                Permission = "InvoiceRead"
	InvoiceWrite               Permission = "InvoiceWrite"
	CredentialsRead            Permission = "CredentialsRead"
	CredentialsManage          Permission = "CredentialsManage"
	Introspection              Permission = "Introspection"
	SubunitManage              Permission = "SubunitManage"
	EnforcementOperations      Permission = "EnforcementOperations"
	CollectiveIdentifierManage Permission = "CollectiveIdentifierManage"
)
