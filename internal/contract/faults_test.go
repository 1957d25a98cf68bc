package contract_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// metadata is an answer of POST /invoices/query/metadata with one invoice.
const metadata = `{
	"hasMore": false, "isTruncated": false, "permanentStorageHwmDate": "2026-07-01T10:00:00.1234567+00:00",
	"invoices": [{
		"ksefNumber": "5265877635-20250826-0100001AF629-AF",
		"invoiceNumber": "FA/1", "issueDate": "2025-08-26",
		"invoicingDate": "2025-08-28T09:22:13.388+00:00", "acquisitionDate": "2025-08-28T09:22:56Z",
		"permanentStorageDate": "2025-08-28T09:23:00+02:00",
		"seller": {"nip": "5265877635", "name": "Seller"},
		"buyer": {"identifier": {"type": "Nip", "value": "7352765225"}, "name": "Buyer"},
		"netAmount": 35.260000, "grossAmount": 43.37, "vatAmount": 8.11, "currency": "PLN",
		"invoicingMode": "Offline", "invoiceType": "Vat",
		"formCode": {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"},
		"isSelfInvoicing": false, "hasAttachment": false,
		"invoiceHash": "mkht+3m5trnfxlTYhq3QFn74LkEO69MFNlsMAkCDSPA="
	}]
}`

// find fails the test unless the violations are those wanted, in that order.
func find(t *testing.T, found []contract.Violation, want string) {
	t.Helper()
	var got []string
	for _, v := range found {
		got = append(got, fmt.Sprintf("%s %s %s", v.Where, v.Path, v.Rule))
	}
	if strings.Join(got, "; ") != want {
		t.Errorf("got  %q\nwant %q\n%v", strings.Join(got, "; "), want, found)
	}
}

// Each case changes one thing in a correct answer.
func TestResponseFaults(t *testing.T) {
	op := operation(t, "POST", "/invoices/query/metadata")
	const body = "response body "
	for name, test := range map[string]struct{ old, new, want string }{
		"none":                 {"", "", ""},
		"missing property":     {`"currency": "PLN",`, ``, body + "/invoices/0/currency required"},
		"unknown property":     {`"hasMore"`, `"next": 1, "hasMore"`, body + "/next unknown"},
		"unknown, nested":      {`"name": "Buyer"`, `"name": "Buyer", "a/b~c": null`, body + "/invoices/0/buyer/a~1b~0c unknown"},
		"other case":           {`"isTruncated"`, `"IsTruncated"`, body + "/IsTruncated unknown; " + body + "/isTruncated required"},
		"duplicate":            {`"hasMore": false`, `"hasMore": false, "hasMore": true`, body + "/hasMore duplicate"},
		"string for number":    {`43.37`, `"43.37"`, body + "/invoices/0/grossAmount type"},
		"number for string":    {`"FA/1"`, `1`, body + "/invoices/0/invoiceNumber type"},
		"string for bool":      {`"hasMore": false`, `"hasMore": "false"`, body + "/hasMore type"},
		"object for array":     {`"invoices": [{`, `"invoices": {"a": [{`, "response body  malformed"},
		"null":                 {`"hasMore": false`, `"hasMore": null`, body + "/hasMore null"},
		"null where allowed":   {`"2026-07-01T10:00:00.1234567+00:00"`, `null`, ""},
		"enum":                 {`"Offline"`, `"offline"`, body + "/invoices/0/invoicingMode enum"},
		"pattern":              {`-0100001AF629-`, `-0100001af629-`, body + "/invoices/0/ksefNumber pattern"},
		"length and pattern":   {`-AF"`, `-AF00"`, body + "/invoices/0/ksefNumber maxLength; " + body + "/invoices/0/ksefNumber pattern"},
		"nip checks by shape":  {`{"nip": "5265877635"`, `{"nip": "0265877635"`, body + "/invoices/0/seller/nip pattern"},
		"hash too long":        {`DSPA=`, `DSPAAAAAA`, body + "/invoices/0/invoiceHash maxLength"},
		"hash not base64":      {`mkht+`, `mkht_`, body + "/invoices/0/invoiceHash format"},
		"hash with line end":   {`mkht+3m5`, `mkht\n3m5`, body + "/invoices/0/invoiceHash format"},
		"date-time no offset":  {`09:22:56Z`, `09:22:56`, body + "/invoices/0/acquisitionDate format"},
		"date-time 8 digits":   {`13.388+`, `13.38812345+`, body + "/invoices/0/invoicingDate format"},
		"date-time 7 digits":   {`13.388+`, `13.3881234+`, ""},
		"date-time with space": {`28T09:22:13`, `28 09:22:13`, body + "/invoices/0/invoicingDate format"},
		"date-time impossible": {`2025-08-28T09:22:13`, `2025-02-29T09:22:13`, body + "/invoices/0/invoicingDate format"},
		"date with time":       {`"2025-08-26"`, `"2025-08-26T00:00:00Z"`, body + "/invoices/0/issueDate format"},
		"not JSON":             {`}]`, `}`, "response body  malformed"},
		"two values":           {"\n\t}]\n}", "}]} {}", "response body  malformed"},
		"not UTF-8":            {"Seller", "Sell\xffer", "response body  malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(metadata, test.old) {
				t.Fatalf("nothing to replace: %q", test.old)
			}
			text := strings.Replace(metadata, test.old, test.new, 1)
			header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
			find(t, op.ValidateResponse(200, header, []byte(text)), test.want)
		})
	}
}

func TestResponseEnvelopeFaults(t *testing.T) {
	problem := `{"title":"Gone","status":410,"instance":"/v2/x","detail":"d","timestamp":"2026-01-01T00:00:00Z","traceId":"0af7651916cd43dd8448eb211c80319c"}`
	limited := `{"status":{"code":429,"description":"Too Many Requests","details":["x"]}}`
	for name, test := range map[string]struct {
		method, path string
		status       int
		media        string
		retryAfter   string
		body         string
		want         string
	}{
		"gone":             {"GET", "/invoices/exports/x", 410, "application/problem+json", "", problem, ""},
		"wrong media type": {"GET", "/invoices/exports/x", 410, "application/json", "", problem, "response header Content-Type media type"},
		"no media type":    {"GET", "/invoices/exports/x", 410, "", "", problem, "response header Content-Type media type"},
		"other charset":    {"GET", "/invoices/exports/x", 410, "application/problem+json; charset=iso-8859-2", "", problem, "response header Content-Type media type"},
		"server error":     {"GET", "/invoices/exports/x", 500, "text/html", "", "<html>", "response  status"},
		"not found":        {"GET", "/invoices/exports/x", 404, "", "", "", "response  status"},
		"wrong success":    {"POST", "/auth/challenge", 201, "application/json", "", "{}", "response  status"},
		"no body":          {"POST", "/auth/challenge", 200, "application/json", "", "", "response body  required"},
		"body on 204":      {"DELETE", "/auth/sessions/current", 204, "application/json", "", "{}", "response body  unwanted"},
		"204":              {"DELETE", "/auth/sessions/current", 204, "", "", "", ""},
		"limited":          {"POST", "/auth/challenge", 429, "application/json", "30", limited, ""},
		"retry after date": {"POST", "/auth/challenge", 429, "application/json", "Wed, 21 Oct 2026 07:28:00 GMT", limited, "response header Retry-After type"},
		"retry after 1.5":  {"POST", "/auth/challenge", 429, "application/json", "1.5", limited, "response header Retry-After type"},
		"int32":            {"POST", "/auth/challenge", 429, "application/json", "3000000000", limited, "response header Retry-After format"},
		"XML":              {"GET", "/invoices/ksef/x", 200, "application/xml", "", "<a><b/></a>", ""},
		"broken XML":       {"GET", "/invoices/ksef/x", 200, "application/xml", "", "<a><b></a>", "response body  malformed"},
		"JSON for XML":     {"GET", "/invoices/ksef/x", 200, "application/xml", "", `{}`, "response body  malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if test.media != "" {
				header.Set("Content-Type", test.media)
			}
			if test.retryAfter != "" {
				header.Set("Retry-After", test.retryAfter)
			}
			op := operation(t, test.method, test.path)
			find(t, op.ValidateResponse(test.status, header, []byte(test.body)), test.want)
		})
	}
}

func TestRequestFaults(t *testing.T) {
	const (
		list    = "GET /v2/auth/sessions"
		token   = "POST /v2/auth/ksef-token"
		metaOp  = "POST /v2/invoices/query/metadata"
		tokens  = "GET /v2/tokens"
		session = "GET /v2/sessions"
		ref     = "20250514-AU-2DFC46C000-3AC6D5877F-D4"

		loginBody  = `{"challenge":"20250514-CR-226FB7B000-3ACF9BE4C0-10","contextIdentifier":{"type":"Nip","value":"5265877635"},"encryptedToken":"AAAA"}`
		filterBody = `{"subjectType":"Subject1","dateRange":{"dateType":"Issue","from":"2026-01-01T00:00:00+00:00"}}`
		amount     = `{"subjectType":"Subject1","dateRange":{"dateType":"Issue","from":"2026-01-01T00:00:00+00:00"},"amount":{"type":"Brutto","from":%s}}`
		retrieve   = "POST /v2/certificates/retrieve"
		policy     = `{"challenge":"20250514-CR-226FB7B000-3ACF9BE4C0-10","contextIdentifier":{"type":"Nip","value":"5265877635"},"encryptedToken":"AAAA","authorizationPolicy":{"allowedIps":{"ip4Addresses":[%s]}}}`
	)
	elevenIPs := strings.TrimSuffix(strings.Repeat(`"192.168.0.1",`, 11), ",")
	for name, test := range map[string]struct {
		request string // method, path and query
		media   string
		body    string
		want    string
	}{
		"list":                    {list + "?pageSize=10", "", "", ""},
		"below minimum":           {list + "?pageSize=9", "", "", "query pageSize minimum"},
		"above maximum":           {list + "?pageSize=101", "", "", "query pageSize maximum"},
		"not an integer":          {list + "?pageSize=ten", "", "", "query pageSize type"},
		"fraction":                {list + "?pageSize=10.0", "", "", "query pageSize type"},
		"empty":                   {list + "?pageSize=", "", "", "query pageSize type"},
		"repeated":                {list + "?pageSize=10&pageSize=20", "", "", "query pageSize duplicate"},
		"unknown parameter":       {list + "?page_size=10", "", "", "query page_size unknown"},
		"parameter in other case": {list + "?PageSize=10", "", "", "query PageSize unknown"},
		"broken query":            {list + "?pageSize=%zz", "", "", "query  malformed"},
		"body on GET":             {list, "application/json", "{}", "request body  unwanted"},
		"required parameter":      {session, "", "", "query sessionType required"},
		"enum parameter":          {session + "?sessionType=online", "", "", "query sessionType enum"},
		"date-time parameter":     {session + "?sessionType=Online&dateCreatedFrom=2026-01-01", "", "", "query dateCreatedFrom format"},
		"plus not escaped":        {session + "?sessionType=Online&dateCreatedFrom=2026-01-01T00:00:00+01:00", "", "", "query dateCreatedFrom format"},
		"array parameter":         {tokens + "?status=Active&status=Revoked", "", "", ""},
		"array with commas":       {tokens + "?status=Active,Revoked", "", "", "query status/0 enum"},
		"too short parameter":     {tokens + "?description=ab", "", "", "query description minLength"},
		"boolean parameter":       {"POST /v2/auth/xades-signature?verifyCertificateChain=1", "application/xml", "<a/>", "query verifyCertificateChain type"},
		"path parameter":          {"GET /v2/auth/short", "", "", "path referenceNumber minLength"},
		"path pattern":            {"GET /v2/invoices/ksef/" + strings.Repeat("1", 35), "", "", "path ksefNumber pattern"},
		"no prefix":               {"GET /auth/" + ref, "", "", ""},

		"login":               {token, "application/json", loginBody, ""},
		"no body":             {token, "application/json", "", "request body  required"},
		"no media type":       {token, "", loginBody, "request header Content-Type media type"},
		"form":                {token, "application/x-www-form-urlencoded", "a=b", "request header Content-Type media type"},
		"Pascal case":         {token, "application/json", strings.Replace(loginBody, "challenge", "Challenge", 1), "request body /Challenge unknown; request body /challenge required"},
		"missing":             {token, "application/json", strings.Replace(loginBody, `,"encryptedToken":"AAAA"`, "", 1), "request body /encryptedToken required"},
		"enum":                {token, "application/json", strings.Replace(loginBody, `"Nip"`, `"nip"`, 1), "request body /contextIdentifier/type enum"},
		"not base64":          {token, "application/json", strings.Replace(loginBody, "AAAA", "AAA", 1), "request body /encryptedToken format"},
		"key id 44":           {token, "application/json", strings.Replace(loginBody, "{", `{"publicKeyId":"AAAA",`, 1), "request body /publicKeyId minLength"},
		"null in place of id": {token, "application/json", strings.Replace(loginBody, "{", `{"publicKeyId":null,`, 1), ""},
		"eleven addresses":    {token, "application/json", fmt.Sprintf(policy, elevenIPs), "request body /authorizationPolicy/allowedIps/ip4Addresses maxItems"},
		"address":             {token, "application/json", fmt.Sprintf(policy, `"192.168.0.256"`), "request body /authorizationPolicy/allowedIps/ip4Addresses/0 pattern"},

		"query":           {metaOp + "?sortOrder=Asc", "application/json", filterBody, ""},
		"amount":          {metaOp, "application/json", fmt.Sprintf(amount, "1.5"), ""},
		"amount as text":  {metaOp, "application/json", fmt.Sprintf(amount, `"1.5"`), "request body /amount/from type"},
		"amount too big":  {metaOp, "application/json", fmt.Sprintf(amount, `1e999`), "request body /amount/from format"},
		"array for query": {metaOp, "application/json", `[]`, "request body  type"},
		"null for query":  {metaOp, "application/json", `null`, "request body  null"},
		"no items":        {retrieve, "application/json", `{"certificateSerialNumbers":[]}`, "request body /certificateSerialNumbers minItems"},
		"optional body":   {"POST /v2/permissions/query/personal/grants", "", "", ""},
		"not well-formed": {"POST /v2/auth/xades-signature", "application/xml", "<a>", "request body  malformed"},
		"other operation": {"GET /v2/auth/challenge/x", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			method, target, _ := strings.Cut(test.request, " ")
			r := httptest.NewRequest(method, target, strings.NewReader(test.body))
			r.Header.Set("Authorization", "Bearer token")
			if test.media != "" {
				r.Header.Set("Content-Type", test.media)
			}
			if name == "other operation" {
				find(t, operation(t, "GET", "/rate-limits").ValidateRequest(r, nil), "path  operation")
				return
			}
			op := operation(t, method, strings.TrimPrefix(r.URL.EscapedPath(), "/v2"))
			find(t, op.ValidateRequest(r, []byte(test.body)), test.want)
		})
	}
}

func TestBearer(t *testing.T) {
	for header, want := range map[string]string{
		"":               "request header Authorization required",
		"Bearer":         "request header Authorization required",
		"Bearer ":        "request header Authorization required",
		"Basic dXNlcjo=": "request header Authorization required",
		"bearer x":       "",
	} {
		r := httptest.NewRequest("GET", "/rate-limits", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		find(t, operation(t, "GET", "/rate-limits").ValidateRequest(r, nil), want)
	}
	r := httptest.NewRequest("POST", "/auth/challenge", nil)
	find(t, operation(t, "POST", "/auth/challenge").ValidateRequest(r, nil), "")
}
