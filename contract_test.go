package ksef

import "reflect"

// wire pairs the schemas of the ministry's OpenAPI document with the types that
// are them. Where a type departs on purpose, the place is named with its reason.
var wire = map[string]struct {
	typ    reflect.Type
	answer bool // read only: what may be absent matters not
	except map[string]string
}{
	"AuthenticationChallengeResponse": {typ: reflect.TypeFor[Challenge](), answer: true},
	"AuthenticationInitResponse":      {typ: reflect.TypeFor[AuthOperation](), answer: true},
	"InitTokenAuthenticationRequest": {typ: reflect.TypeFor[tokenRequest](), except: map[string]string{
		".authorizationPolicy.allowedIps": "a policy without addresses is refused before",
	}},
	"AuthenticationOperationStatusResponse": {typ: reflect.TypeFor[AuthStatus](), answer: true, except: map[string]string{
		".authenticationMethod": "deprecated for authenticationMethodInfo",
	}},
	"AuthenticationListItem": {typ: reflect.TypeFor[AuthSession](), answer: true, except: map[string]string{
		".authenticationMethod": "deprecated for authenticationMethodInfo",
	}},
	"AuthenticationTokensResponse":        {typ: reflect.TypeFor[tokensAnswer](), answer: true},
	"AuthenticationTokenRefreshResponse":  {typ: reflect.TypeFor[tokenAnswer](), answer: true},
	"StatusInfo":                          {typ: reflect.TypeFor[Status](), answer: true},
	"PublicKeyCertificate":                {typ: reflect.TypeFor[PublicKey](), answer: true},
	"PeppolProvider":                      {typ: reflect.TypeFor[PeppolProvider](), answer: true},
	"TokenStatusResponse":                 {typ: reflect.TypeFor[Token](), answer: true},
	"QueryTokensResponseItem":             {typ: reflect.TypeFor[Token](), answer: true},
	"GenerateTokenRequest":                {typ: reflect.TypeFor[newTokenRequest]()},
	"GenerateTokenResponse":               {typ: reflect.TypeFor[NewToken](), answer: true},
	"EncryptionInfo":                      {typ: reflect.TypeFor[encryption]()},
	"OpenOnlineSessionRequest":            {typ: reflect.TypeFor[openOnlineRequest]()},
	"OpenOnlineSessionResponse":           {typ: reflect.TypeFor[openedSession](), answer: true},
	"OpenBatchSessionRequest":             {typ: reflect.TypeFor[openBatchRequest](), except: map[string]string{".offlineMode": "false says so", ".batchFile.compressionType": "always said"}},
	"OpenBatchSessionResponse":            {typ: reflect.TypeFor[openedBatch](), answer: true},
	"SendInvoiceRequest":                  {typ: reflect.TypeFor[sendRequest](), except: map[string]string{".offlineMode": "false says so"}},
	"FormCode":                            {typ: reflect.TypeFor[FormCode]()},
	"SessionStatusResponse":               {typ: reflect.TypeFor[SessionStatus](), answer: true},
	"SessionInvoiceStatusResponse":        {typ: reflect.TypeFor[SessionInvoice](), answer: true},
	"InvoiceStatusInfo":                   {typ: reflect.TypeFor[InvoiceStatus](), answer: true},
	"SessionsQueryResponseItem":           {typ: reflect.TypeFor[SessionSummary](), answer: true},
	"UpoResponse":                         {typ: reflect.TypeFor[UPO](), answer: true},
	"UpoPageResponse":                     {typ: reflect.TypeFor[UPOPage](), answer: true},
	"InvoiceQueryFilters":                 {typ: reflect.TypeFor[invoiceQuery]()},
	"QueryInvoicesMetadataResponse":       {typ: reflect.TypeFor[InvoicePage](), answer: true},
	"InvoiceMetadata":                     {typ: reflect.TypeFor[InvoiceMetadata](), answer: true},
	"InvoiceExportRequest":                {typ: reflect.TypeFor[exportRequest]()},
	"ExportInvoicesResponse":              {typ: reflect.TypeFor[exportOrdered](), answer: true},
	"InvoiceExportStatusResponse":         {typ: reflect.TypeFor[ExportStatus](), answer: true},
	"InvoicePackage":                      {typ: reflect.TypeFor[Package](), answer: true},
	"InvoicePackagePart":                  {typ: reflect.TypeFor[PackagePart](), answer: true},
	"CertificateLimitsResponse":           {typ: reflect.TypeFor[CertificateLimits](), answer: true},
	"CertificateEnrollmentDataResponse":   {typ: reflect.TypeFor[EnrollmentData](), answer: true},
	"EnrollCertificateRequest":            {typ: reflect.TypeFor[EnrollmentOrder]()},
	"EnrollCertificateResponse":           {typ: reflect.TypeFor[enrollmentOrdered](), answer: true},
	"CertificateEnrollmentStatusResponse": {typ: reflect.TypeFor[EnrollmentStatus](), answer: true},
	"RetrieveCertificatesRequest":         {typ: reflect.TypeFor[retrieveRequest]()},
	"RetrieveCertificatesListItem":        {typ: reflect.TypeFor[IssuedCertificate](), answer: true},
	"RevokeCertificateRequest":            {typ: reflect.TypeFor[revokeRequest]()},
	"QueryCertificatesRequest":            {typ: reflect.TypeFor[certificateFilter]()},
	"CertificateListItem":                 {typ: reflect.TypeFor[CertificateInfo](), answer: true},
	"TestDataUpdateCertificateRequest":    {typ: reflect.TypeFor[setEndRequest]()},
	"EffectiveContextLimits":              {typ: reflect.TypeFor[ContextLimits](), answer: true},
	"SetSessionLimitsRequest":             {typ: reflect.TypeFor[ContextLimits]()},
	"EffectiveSubjectLimits":              {typ: reflect.TypeFor[subjectLimits](), answer: true, except: map[string]string{".subjectIdentifierType": "of the request only"}},
	"SetSubjectLimitsRequest":             {typ: reflect.TypeFor[subjectLimits]()},
	"EffectiveApiRateLimits":              {typ: reflect.TypeFor[RateLimits](), answer: true, except: map[string]string{"": "a map, for groups to come: see TestRateGroups"}},
	"EffectiveApiRateLimitValues":         {typ: reflect.TypeFor[RateLimit](), answer: true},
	"SetRateLimitsRequest":                {typ: reflect.TypeFor[setRatesRequest](), except: map[string]string{".rateLimits": "a map, for groups to come: see TestRateGroups"}},
	"ApiRateLimitValuesOverride":          {typ: reflect.TypeFor[RateLimit]()},

	"GenerateCollectiveIdentifierRequest":                {typ: reflect.TypeFor[createCollective]()},
	"GenerateCollectiveIdentifierResponse":               {typ: reflect.TypeFor[createdCollective](), answer: true},
	"CollectiveIdentifiersQueryRequest":                  {typ: reflect.TypeFor[collectiveFilter]()},
	"CollectiveIdentifiersQueryResponseItem":             {typ: reflect.TypeFor[CollectiveInfo](), answer: true},
	"CollectiveIdentifiersByKsefNumberQueryResponseItem": {typ: reflect.TypeFor[CollectiveInfo](), answer: true, except: map[string]string{".invoiceCount": "of the other listing"}},
	"CollectiveIdentifierInvoicesQueryRequest":           {typ: reflect.TypeFor[collectedQuery]()},
	"CollectiveIdentifierInvoicesQueryResponseItem":      {typ: reflect.TypeFor[CollectedInvoice](), answer: true},

	"SubjectCreateRequest":                    {typ: reflect.TypeFor[TestSubject]()},
	"PersonCreateRequest":                     {typ: reflect.TypeFor[TestPerson]()},
	"TestDataAuthenticationContextIdentifier": {typ: reflect.TypeFor[Identifier]()},
	"TestDataPermissionsGrantRequest":         {typ: reflect.TypeFor[testGrant]()},
	"TestDataPermissionsRevokeRequest":        {typ: reflect.TypeFor[testPair]()},

	"PersonPermissionsGrantRequest": {typ: reflect.TypeFor[personGrantRequest](), except: ofEUEntities},
	"EntityPermissionsGrantRequest": {typ: reflect.TypeFor[entityGrantRequest](), except: map[string]string{
		".permissions[].canDelegate": "false says so",
	}},
	"EntityAuthorizationPermissionsGrantRequest": {typ: reflect.TypeFor[authorizationGrantRequest]()},
	"IndirectPermissionsGrantRequest": {typ: reflect.TypeFor[indirectGrantRequest](), except: map[string]string{
		".subjectDetails.entityByFp": ofEUEntities[".subjectDetails.entityByFp"],
		".targetIdentifier":          "missing means all clients, so it is always said",
	}},
	"SubunitPermissionsGrantRequest":                {typ: reflect.TypeFor[subunitGrantRequest](), except: ofEUEntities},
	"EuEntityAdministrationPermissionsGrantRequest": {typ: reflect.TypeFor[euAdminGrantRequest](), except: ofPeople},
	"EuEntityPermissionsGrantRequest":               {typ: reflect.TypeFor[euEntityGrantRequest](), except: ofPeople},
	"PermissionsOperationResponse":                  {typ: reflect.TypeFor[changeStarted](), answer: true},
	"PermissionsOperationStatusResponse":            {typ: reflect.TypeFor[changeStatus](), answer: true},
	"AttachmentPermissionRevokeRequest":             {typ: reflect.TypeFor[forbidAttachments]()},
	"CheckAttachmentPermissionStatusResponse":       {typ: reflect.TypeFor[AttachmentConsent](), answer: true},
	"PersonPermissionsQueryRequest":                 {typ: reflect.TypeFor[personQuery]()},
	"QueryPersonPermissionsResponse":                {typ: reflect.TypeFor[permissionPage[PersonPermission]](), answer: true, except: pageOfPermissions()},
	"PersonalPermissionsQueryRequest":               {typ: reflect.TypeFor[personalQuery]()},
	"QueryPersonalPermissionsResponse": {typ: reflect.TypeFor[permissionPage[PersonPermission]](), answer: true, except: pageOfPermissions(
		".permissions[].authorIdentifier", "the type of Persons serves, which tells the author",
	)},
	"EntityPermissionsQueryRequest":              {typ: reflect.TypeFor[entityQuery]()},
	"QueryEntityPermissionsResponse":             {typ: reflect.TypeFor[permissionPage[ReceivedPermission]](), answer: true, except: pageOfPermissions()},
	"EntityAuthorizationPermissionsQueryRequest": {typ: reflect.TypeFor[authorizationQuery]()},
	"QueryEntityAuthorizationPermissionsResponse": {typ: reflect.TypeFor[permissionPage[EntityAuthorization]](), answer: true, except: map[string]string{
		".permissions": oneShape, ".roles": oneShape,
		".authorizationGrants[].subjectEntityDetails.address": "the type of other lists serves",
	}},
	"SubunitPermissionsQueryRequest":      {typ: reflect.TypeFor[subunitQuery]()},
	"QuerySubunitPermissionsResponse":     {typ: reflect.TypeFor[permissionPage[SubunitPermission]](), answer: true, except: pageOfPermissions()},
	"EuEntityPermissionsQueryRequest":     {typ: reflect.TypeFor[euEntityQuery]()},
	"QueryEuEntityPermissionsResponse":    {typ: reflect.TypeFor[permissionPage[EUEntityPermission]](), answer: true, except: pageOfPermissions()},
	"QueryEntityRolesResponse":            {typ: reflect.TypeFor[permissionPage[EntityRole]](), answer: true, except: pageOfRoles},
	"SubordinateEntityRolesQueryRequest":  {typ: reflect.TypeFor[subordinateQuery]()},
	"QuerySubordinateEntityRolesResponse": {typ: reflect.TypeFor[permissionPage[SubordinateRole]](), answer: true, except: pageOfRoles},
}

// Pages of lists of permissions have one shape, and so have descriptions of
// those who are granted something: of each, a part is in use.
const oneShape = "of other lists"

var (
	ofEUEntities = map[string]string{".subjectDetails.entityByFp": "of EU companies' grants"}
	ofPeople     = map[string]string{".subjectDetails.personById": "of people's grants"}
	pageOfRoles  = map[string]string{".permissions": oneShape, ".authorizationGrants": oneShape}
)

// pageOfPermissions takes more exceptions: place, reason.
func pageOfPermissions(more ...string) map[string]string {
	m := map[string]string{".roles": oneShape, ".authorizationGrants": oneShape}
	for i := 0; i < len(more); i += 2 {
		m[more[i]] = more[i+1]
	}
	return m
}

// inline are schemas that a function writes or reads without a type of its own:
// all of their properties, those that it uses and those that it leaves alone.
var inline = map[string]struct{ where, used, left string }{
	"AuthenticationListResponse":                     {where: "Sessions.Query", used: "continuationToken items"},
	"QueryTokensResponse":                            {where: "Tokens.Query", used: "continuationToken tokens"},
	"SessionsQueryResponse":                          {where: "InvoiceSessions.Query", used: "continuationToken sessions"},
	"SessionInvoicesResponse":                        {where: "InvoiceSession.list", used: "continuationToken invoices"},
	"QueryCertificatesResponse":                      {where: "Certificates.Query", used: "certificates hasMore"},
	"RetrieveCertificatesResponse":                   {where: "Certificates.Retrieve", used: "certificates"},
	"QueryPeppolProvidersResponse":                   {where: "Peppol.Query", used: "hasMore peppolProviders"},
	"CollectiveIdentifiersQueryResponse":             {where: "CollectiveIdentifiers.Query", used: "collectiveIdentifiers continuationToken"},
	"CollectiveIdentifiersByKsefNumberQueryResponse": {where: "CollectiveIdentifiers.QueryByInvoice", used: "collectiveIdentifiers continuationToken"},
	"CollectiveIdentifierInvoicesQueryResponse":      {where: "CollectiveIdentifiers.QueryInvoices", used: "continuationToken invoices"},
	"SendInvoiceResponse":                            {where: "OnlineSession.Send", used: "referenceNumber"},

	"SubjectRemoveRequest":                {where: "TestData.RemoveSubject", used: "subjectNip"},
	"PersonRemoveRequest":                 {where: "TestData.RemovePerson", used: "nip"},
	"AttachmentPermissionGrantRequest":    {where: "TestData.AllowAttachments", used: "nip"},
	"BlockContextAuthenticationRequest":   {where: "TestData.BlockContext", used: "contextIdentifier"},
	"UnblockContextAuthenticationRequest": {where: "TestData.UnblockContext", used: "contextIdentifier"},

	// What refusals say besides is what HTTP says (status, title), what the
	// caller knows (instance) or when it was said.
	"BadRequestProblemDetails":      {where: "readError", used: "detail errors traceId", left: "instance status timestamp title"},
	"UnauthorizedProblemDetails":    {where: "readError", used: "detail traceId", left: "instance status timestamp title"},
	"ForbiddenProblemDetails":       {where: "readError", used: "detail reasonCode security traceId", left: "instance status timestamp title"},
	"GoneProblemDetails":            {where: "readError", used: "detail traceId", left: "instance status timestamp title"},
	"TooManyRequestsProblemDetails": {where: "readError", used: "detail traceId", left: "instance status timestamp title"},
	"TooManyRequestsResponse":       {where: "readError", used: "status"},
	"ApiError":                      {where: "readError", used: "code description details"},
	"ExceptionResponse":             {where: "readError", used: "exception"},
	"ExceptionInfo":                 {where: "readError", used: "exceptionDetailList serviceCode", left: "referenceNumber serviceCtx serviceName timestamp"},
	"ExceptionDetails":              {where: "readError", used: "details exceptionCode exceptionDescription"},
}

// elsewhere are the schemas of parameters, headers and paths that have a type,
// or none: then it says where they went.
var elsewhere = map[string]struct {
	typ   reflect.Type
	where string
}{
	"InternalId":           {typ: reflect.TypeFor[InternalID]()},
	"NipVatUe":             {typ: reflect.TypeFor[VATUE]()},
	"SessionType":          {typ: reflect.TypeFor[SessionType]()},
	"CommonSessionStatus":  {typ: reflect.TypeFor[SessionStage]()},
	"SortOrder":            {where: "QueryOptions.Descending"},
	"RetryAfter":           {where: "Error.RetryAfter"},
	"SystemWarning":        {where: "Warning"},
	"AuthenticationMethod": {where: "deprecated for AuthMethod"},
}

// texts are enumerations that have no constants, with the reason.
var texts = map[string]string{
	"CurrencyCode":                 "ISO 4217",
	"AuthenticationMethodCategory": "AuthMethod names them; a program has the code",
	"PersonPermissionsQueryType":   "PersonQuery.Granted",
	"QueryType":                    "AuthorizationQuery.Received",
}
