package sandbox

import (
	"slices"

	"github.com/ksef-go/ksef"
)

// prefix is where the API begins, as on the ministry's hosts.
const prefix = "/v2"

// A route is one operation of the contract.
type route struct {
	operation string // as the contract names it: "GET /auth/{referenceNumber}"
	accepts   kinds  // kinds of bearer tokens that open it; zero for anybody
	status    int    // of success
	do        func(*Server, *call) (any, error)
}

// routes are the operations that the sandbox answers.
func routes() []route {
	return slices.Concat(authenticationRoutes(), sendingRoutes(), invoiceRoutes(), collectiveRoutes(), permissionRoutes(), certificateRoutes(), limitRoutes(), publicRoutes(), testDataRoutes())
}

// authenticationRoutes are logging in, its sessions and KSeF tokens.
func authenticationRoutes() []route {
	return []route{
		{"POST /auth/challenge", 0, 200, (*Server).challenge},
		{"POST /auth/xades-signature", 0, 202, (*Server).submitXAdES},
		{"POST /auth/ksef-token", 0, 202, (*Server).submitToken},
		{"GET /auth/{referenceNumber}", operationToken, 200, (*Server).authenticationStatus},
		{"POST /auth/token/redeem", operationToken, 200, (*Server).redeem},
		{"POST /auth/token/refresh", refreshToken, 200, (*Server).refresh},
		{"GET /auth/sessions", accessToken, 200, (*Server).listSessions},
		{"DELETE /auth/sessions/current", accessToken | refreshToken, 204, (*Server).endCurrentSession},
		{"DELETE /auth/sessions/{referenceNumber}", accessToken, 204, (*Server).endSession},
		{"POST /tokens", accessToken, 202, (*Server).generateToken},
		{"GET /tokens", accessToken, 200, (*Server).listTokens},
		{"GET /tokens/{referenceNumber}", accessToken, 200, (*Server).tokenStatus},
		{"DELETE /tokens/{referenceNumber}", accessToken, 204, (*Server).revokeToken},
	}
}

// sendingRoutes are sessions of sending.
func sendingRoutes() []route {
	return []route{
		{"POST /sessions/online", accessToken, 201, (*Server).openOnline},
		{"POST /sessions/online/{referenceNumber}/invoices", accessToken, 202, (*Server).sendInvoice},
		{"POST /sessions/online/{referenceNumber}/close", accessToken, 204, (*Server).closeOnline},
		{"POST /sessions/batch", accessToken, 201, (*Server).openBatch},
		{"POST /sessions/batch/{referenceNumber}/close", accessToken, 204, (*Server).closeBatch},
		{"GET /sessions", accessToken, 200, (*Server).listSendings},
		{"GET /sessions/{referenceNumber}", accessToken, 200, (*Server).sendingStatus},
		{"GET /sessions/{referenceNumber}/invoices", accessToken, 200, (*Server).listInvoices},
		{"GET /sessions/{referenceNumber}/invoices/failed", accessToken, 200, (*Server).listFailedInvoices},
		{"GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}", accessToken, 200, (*Server).invoiceStatus},
		{"GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo", accessToken, 200, (*Server).invoiceUPO},
		{"GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo", accessToken, 200, (*Server).ksefNumberUPO},
		{"GET /sessions/{referenceNumber}/upo/{upoReferenceNumber}", accessToken, 200, (*Server).sessionUPO},
	}
}

// invoiceRoutes are finding and fetching invoices.
func invoiceRoutes() []route {
	return []route{
		{"GET /invoices/ksef/{ksefNumber}", accessToken, 200, (*Server).downloadInvoice},
		{"POST /invoices/query/metadata", accessToken, 200, (*Server).queryInvoices},
		{"POST /invoices/exports", accessToken, 201, (*Server).startExport},
		{"GET /invoices/exports/{referenceNumber}", accessToken, 200, (*Server).exportStatus},
	}
}

// collectiveRoutes are collective identifiers, with both forms of listing their invoices: 2.7.1's and 2.7.0's.
func collectiveRoutes() []route {
	return []route{
		{"POST /collective-identifiers", accessToken, 201, (*Server).createCollective},
		{"POST /collective-identifiers/query", accessToken, 200, (*Server).queryCollectives},
		{"POST /collective-identifiers/invoices", accessToken, 200, (*Server).listCollectiveInvoices},
		{"GET /collective-identifiers/{collectiveIdentifierNumber}/invoices", accessToken, 200, (*Server).listInvoicesOfCollective},
		{"GET /collective-identifiers/ksef/{ksefNumber}", accessToken, 200, (*Server).listCollectivesOfInvoice},
	}
}

// permissionRoutes are who may do what.
func permissionRoutes() []route {
	return []route{
		{"POST /permissions/persons/grants", accessToken, 202, granting[personsForm](ksef.CredentialsManage, ksef.KindNIP, ksef.KindInternalID)},
		{"POST /permissions/entities/grants", accessToken, 202, granting[entitiesForm](ksef.CredentialsManage, ksef.KindNIP, ksef.KindInternalID)},
		{"POST /permissions/authorizations/grants", accessToken, 202, granting[authorizationForm](ksef.CredentialsManage, ksef.KindNIP)},
		{"POST /permissions/indirect/grants", accessToken, 202, granting[indirectForm](ksef.CredentialsManage, ksef.KindNIP)},
		{"POST /permissions/subunits/grants", accessToken, 202, granting[subunitForm](ksef.SubunitManage, ksef.KindNIP)},
		{"POST /permissions/eu-entities/administration/grants", accessToken, 202, granting[euAdminForm](ksef.CredentialsManage, ksef.KindNIP)},
		{"POST /permissions/eu-entities/grants", accessToken, 202, granting[euRepresentativeForm](ksef.VATUEManage, ksef.KindVATUE)},
		{"DELETE /permissions/common/grants/{permissionId}", accessToken, 202, (*Server).revokeGrant},
		{"DELETE /permissions/authorizations/grants/{permissionId}", accessToken, 202, (*Server).revokeAuthorization},
		{"GET /permissions/operations/{referenceNumber}", accessToken, 200, (*Server).permissionOperationStatus},
		{"GET /permissions/attachments/status", accessToken, 200, (*Server).attachmentStatus},
		{"POST /permissions/query/personal/grants", accessToken, 200, querying[personalQuery]("permissions")},
		{"POST /permissions/query/persons/grants", accessToken, 200, querying[personsQuery]("permissions", ksef.CredentialsManage, ksef.CredentialsRead, ksef.SubunitManage)},
		{"POST /permissions/query/subunits/grants", accessToken, 200, querying[subunitsQuery]("permissions", ksef.CredentialsManage, ksef.CredentialsRead, ksef.SubunitManage)},
		{"POST /permissions/query/entities/grants", accessToken, 200, querying[entitiesQuery]("permissions", ksef.CredentialsManage, ksef.CredentialsRead)},
		{"GET /permissions/query/entities/roles", accessToken, 200, (*Server).queryRoles},
		{"POST /permissions/query/subordinate-entities/roles", accessToken, 200, (*Server).querySubordinates},
		{"POST /permissions/query/authorizations/grants", accessToken, 200, querying[authorizationsQuery]("authorizationGrants", ksef.CredentialsManage, ksef.CredentialsRead, ksef.PEFInvoiceWrite)},
		{"POST /permissions/query/eu-entities/grants", accessToken, 200, querying[euEntitiesQuery]("permissions", ksef.CredentialsManage, ksef.CredentialsRead, ksef.VATUEManage)},
	}
}

// certificateRoutes are KSeF certificates.
func certificateRoutes() []route {
	return []route{
		{"GET /certificates/limits", accessToken, 200, (*Server).certificateLimits},
		{"GET /certificates/enrollments/data", accessToken, 200, (*Server).enrollmentData},
		{"POST /certificates/enrollments", accessToken, 202, (*Server).enroll},
		{"GET /certificates/enrollments/{referenceNumber}", accessToken, 200, (*Server).enrollmentStatus},
		{"POST /certificates/retrieve", accessToken, 200, (*Server).retrieveCertificates},
		{"POST /certificates/{certificateSerialNumber}/revoke", accessToken, 204, (*Server).revokeCertificate},
		{"POST /certificates/query", accessToken, 200, (*Server).queryCertificates},
		{"PUT /testdata/certificates/{serialNumber}", accessToken, 200, (*Server).updateCertificate},
	}
}

// limitRoutes are limits, and how tests change them.
func limitRoutes() []route {
	return []route{
		{"GET /limits/context", accessToken, 200, (*Server).showContextLimits},
		{"GET /limits/subject", accessToken, 200, (*Server).showSubjectLimits},
		{"GET /rate-limits", accessToken, 200, (*Server).showRateLimits},
		{"POST /testdata/limits/context/session", accessToken, 200, (*Server).setContextLimits},
		{"DELETE /testdata/limits/context/session", accessToken, 200, (*Server).resetContextLimits},
		{"POST /testdata/limits/subject/certificate", accessToken, 200, (*Server).setSubjectLimits},
		{"DELETE /testdata/limits/subject/certificate", accessToken, 200, (*Server).resetSubjectLimits},
		{"POST /testdata/rate-limits", accessToken, 200, (*Server).setRateLimits},
		{"DELETE /testdata/rate-limits", accessToken, 200, (*Server).resetRateLimits},
		{"POST /testdata/rate-limits/production", accessToken, 200, (*Server).setProductionRateLimits},
	}
}

// publicRoutes are what needs no authentication.
func publicRoutes() []route {
	return []route{
		{"GET /security/public-key-certificates", 0, 200, (*Server).publicKeys},
		{"GET /peppol/query", 0, 200, (*Server).listProviders},
	}
}

// testDataRoutes are made-up taxpayers.
func testDataRoutes() []route {
	return []route{
		{"POST /testdata/subject", 0, 200, (*Server).createSubject},
		{"POST /testdata/subject/remove", 0, 200, (*Server).removeSubject},
		{"POST /testdata/person", 0, 200, (*Server).createPerson},
		{"POST /testdata/person/remove", 0, 200, (*Server).removePerson},
		{"POST /testdata/permissions", 0, 200, (*Server).grantPermissions},
		{"POST /testdata/permissions/revoke", 0, 200, (*Server).revokePermissions},
		{"POST /testdata/attachment", 0, 200, (*Server).allowAttachments},
		{"POST /testdata/attachment/revoke", 0, 200, (*Server).forbidAttachments},
		{"POST /testdata/context/block", accessToken | optional, 200, (*Server).blockContext},
		{"POST /testdata/context/unblock", accessToken | optional, 200, (*Server).unblockContext},
	}
}
