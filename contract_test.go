package ksef

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

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

	"SubjectCreateRequest":             {typ: reflect.TypeFor[TestSubject]()},
	"PersonCreateRequest":              {typ: reflect.TypeFor[TestPerson]()},
	"TestDataPermissionsGrantRequest":  {typ: reflect.TypeFor[testGrant]()},
	"TestDataPermissionsRevokeRequest": {typ: reflect.TypeFor[testPair]()},

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

func TestTypesAreTheWire(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range wire {
		s := c.Schema(name)
		if s == nil {
			t.Errorf("%s: not in the contract", name)
			continue
		}
		met := map[string]bool{}
		for _, d := range contract.Compare(s, w.typ) {
			if w.except[d.Path] != "" {
				met[d.Path] = true
				continue
			}
			if w.answer && (d.Rule == contract.Omitted || d.Rule == contract.Always) {
				continue
			}
			t.Errorf("%s, %v: %v", name, w.typ, d)
		}
		for path := range w.except {
			if !met[path] {
				t.Errorf("%s%s: an exception without a difference", name, path)
			}
		}
	}
}

// The groups of rate limits are those of the contract, though the type is a map.
func TestRateGroups(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := ProductionRates()
	for _, schema := range []string{"EffectiveApiRateLimits", "ApiRateLimitsOverride"} {
		for group := range c.Schema(schema).Properties {
			if _, ok := known[RateGroup(group)]; !ok {
				t.Errorf("%s.%s: not a known group", schema, group)
			}
		}
	}
	for group := range known {
		if c.Schema("EffectiveApiRateLimits").Properties[string(group)] == nil {
			t.Errorf("%s: no group of KSeF's", group)
		}
	}
}

// Every method says which operation it is, and no operation has two methods.
func TestOperationsAreClaimed(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, op := range c.Operations() {
		known[op.String()] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	claim := regexp.MustCompile(`(?m)^\t*//ksef:op (.+)$`)
	claimed := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range claim.FindAllStringSubmatch(string(src), -1) {
			switch op := m[1]; {
			case !known[op]:
				t.Errorf("%s: %s is no operation of the API", file, op)
			case claimed[op] != "":
				t.Errorf("%s: %s is claimed in %s already", file, op, claimed[op])
			default:
				claimed[op] = file
			}
		}
	}
	t.Logf("%d of %d operations have a method", len(claimed), len(known))
}
