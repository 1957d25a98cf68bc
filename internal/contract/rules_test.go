package contract_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// walk visits every schema of the contract that holds constraints, with where
// it is.
func walk(c *contract.Contract, visit func(at string, s *contract.Schema)) {
	var inside func(at string, s *contract.Schema)
	inside = func(at string, s *contract.Schema) {
		visit(at, s)
		if s.Items != nil {
			inside(at+"[]", s.Items)
		}
		for name, p := range s.Properties {
			inside(at+"."+name, &p.Schema)
		}
	}
	for _, name := range c.Schemas() {
		inside(name, c.Schema(name))
	}
	for _, op := range c.Operations() {
		for _, p := range op.Parameters {
			inside(op.String()+" "+p.Name, p.Schema)
		}
	}
}

// Patterns are written for .NET and run by RE2. Each is tried on a text it must
// take and on texts that it must not, a trailing line end among them, which
// .NET's $ would let pass.
func TestPatterns(t *testing.T) {
	samples := map[string]struct{ good, bad []string }{
		"Nip":        {[]string{"5265877635"}, []string{"0265877635", "5005877635", "526587763", "52658776350", "526587763٥"}},
		"Pesel":      {[]string{"44051401359", "02270803628"}, []string{"44131401359", "44001401359", "4405140135"}},
		"InternalId": {[]string{"5265877635-12345"}, []string{"5265877635-1234", "526587763512345"}},
		"NipVatUe":   {[]string{"5265877635-ATU12345678", "5265877635-ESX1234567X", "5265877635-XIGD123", "5265877635-NLAB+*90123456"}, []string{"5265877635-ATU1234567", "5265877635-PL5265877635", "ATU12345678"}},
		"PeppolId":   {[]string{"PPL123456"}, []string{"P123456789", "PPL1234567", "XPPL123456"}},
		"KsefNumber": {[]string{"5265877635-20250826-0100001AF629-AF", "5265877635-20250826-010000-1AF629-AF"}, []string{"5265877635-20191326-0100001AF629-AF", "5265877635-20250826-0100001af629-AF"}},
		"EnrollCertificateRequest.certificateName":               {[]string{"Zażółć gęślą_jaźń - 1"}, []string{"a.b", "a\tb", "ü"}},
		"RetrieveCertificatesRequest.certificateSerialNumbers[]": {[]string{"0321C82DA41B4362"}, []string{"0321c82da41b4362", "0321C82DA41B436"}},
		"AllowedIps.ip4Addresses[]":                              {[]string{"0.0.0.0", "255.249.199.99"}, []string{"256.0.0.1", "01.0.0.1", "1.2.3", "1.2.3.4.5"}},
		"AllowedIps.ip4Ranges[]":                                 {[]string{"10.0.0.1-10.0.0.254"}, []string{"10.0.0.1", "10.0.0.1–10.0.0.254"}},
		"AllowedIps.ip4Masks[]":                                  {[]string{"172.16.0.0/16", "0.0.0.0/0"}, []string{"172.16.0.0/33", "172.16.0.0/016"}},
		"EuEntityPermissionsQueryRequest.vatUeIdentifier":        {[]string{"DE123456789"}, []string{"DE123456789012", "PL5265877635"}},
	}
	tried := map[string]bool{}
	used := map[string]string{}
	walk(load(t), func(at string, s *contract.Schema) {
		if s.Pattern == "" {
			return
		}
		used[s.Pattern] = at
		sample, ok := samples[at]
		if !ok {
			return
		}
		tried[s.Pattern] = true
		for _, text := range sample.good {
			if v := s.Validate([]byte(fmt.Sprintf("%q", text)), contract.InRequestBody); len(v) > 0 {
				t.Errorf("%s: %v", at, v)
			}
		}
		for _, text := range append(sample.bad, sample.good[0]+"\n") {
			v := s.Validate([]byte(fmt.Sprintf("%q", text)), contract.InRequestBody)
			if !slices.ContainsFunc(v, func(v contract.Violation) bool { return v.Rule == contract.Pattern }) {
				t.Errorf("%s takes %q", at, text)
			}
		}
		delete(samples, at)
	})
	if len(used) != len(tried) {
		for pattern, at := range used {
			if !tried[pattern] {
				t.Errorf("no sample for %s of %s", pattern, at)
			}
		}
	}
	if len(samples) > 0 {
		t.Error("samples without a pattern:", slices.Collect(maps.Keys(samples)))
	}
}

// rules is a contract with every rule, those that the KSeF API does not use at
// present among them.
const rules = `{"version": "1.0.0", "schemas": {
	"DateTime": {"type": "string", "format": "date-time"},
	"Date": {"type": "string", "format": "date"},
	"Byte": {"type": "string", "format": "byte", "minLength": 4, "maxLength": 8},
	"URI": {"type": "string", "format": "uri"},
	"UUID": {"type": "string", "format": "uuid"},
	"Int32": {"type": "integer", "format": "int32"},
	"Int64": {"type": "integer", "format": "int64"},
	"Double": {"type": "number", "format": "double"},
	"Inside": {"type": "number", "minimum": 0, "maximum": 1, "exclusiveMinimum": true, "exclusiveMaximum": true},
	"Between": {"type": "integer", "minimum": -1, "maximum": 5000000000},
	"Short": {"type": "string", "minLength": 2, "maxLength": 3},
	"Set": {"type": "array", "items": {}, "uniqueItems": true, "minItems": 1, "maxItems": 3},
	"Map": {"type": "object", "values": {"type": "string", "nullable": true}},
	"Bag": {"type": "object", "values": {"nullable": true}},
	"Closed": {"type": "object", "properties": {"a": {"type": "boolean", "required": true, "nullable": true}}},
	"Maybe": {"ref": "Closed", "nullable": true},
	"Any": {}}}`

func TestRules(t *testing.T) {
	c, err := contract.Parse([]byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		schema, value string
		want          contract.Rule
	}{
		{"DateTime", `"2026-01-02T03:04:05Z"`, ""},
		{"DateTime", `"2026-01-02T03:04:05+02:00"`, ""},
		{"DateTime", `"2026-01-02T03:04:05.1234567-11:30"`, ""},
		{"DateTime", `"2024-02-29T23:59:59.0Z"`, ""},
		{"DateTime", `"2026-01-02T03:04:05"`, contract.Format},
		{"DateTime", `"2026-01-02"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05.12345678Z"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05.Z"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05,1Z"`, contract.Format},
		{"DateTime", `"2026-01-02T3:04:05Z"`, contract.Format},
		{"DateTime", `"2026-01-02t03:04:05Z"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05z"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05+0200"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:05+02"`, contract.Format},
		{"DateTime", `"2026-01-02T24:00:00Z"`, contract.Format},
		{"DateTime", `"2026-01-02T03:04:60Z"`, contract.Format},
		{"DateTime", `"2026-02-29T03:04:05Z"`, contract.Format},
		{"DateTime", `""`, contract.Format},
		{"Date", `"2026-01-02"`, ""},
		{"Date", `"2026-1-2"`, contract.Format},
		{"Date", `"2026-13-01"`, contract.Format},
		{"Byte", `"AAAA"`, ""},
		{"Byte", `"AAAAAA=="`, ""}, // eight characters, four bytes
		{"Byte", `""`, contract.MinLength},
		{"Byte", `"AAAAAAAAAAAA"`, contract.MaxLength},
		{"Byte", `"AAAAA"`, contract.Format},
		{"Byte", `"A-_A"`, contract.Format},
		{"Byte", `"AAAA\r\n"`, contract.Format},
		{"URI", `"https://host/path?q=1"`, ""},
		{"URI", `"/path"`, contract.Format},
		{"URI", `"host/path"`, contract.Format},
		{"URI", `"https://host/%zz"`, contract.Format},
		{"UUID", `"a1b2c3d4-e5f6-4789-ab12-cd34ef567890"`, ""},
		{"UUID", `"a1b2c3d4e5f64789ab12cd34ef567890"`, contract.Format},
		{"UUID", `"a1b2c3d4-e5f6-4789-ab12-cd34ef56789g"`, contract.Format},
		{"UUID", `"a1b2c3d4-e5f6-4789-ab12_cd34ef567890"`, contract.Format},
		{"Int32", `-2147483648`, ""},
		{"Int32", `2147483648`, contract.Format},
		{"Int32", `1.0`, contract.Type},
		{"Int32", `1e2`, contract.Type},
		{"Int32", `"1"`, contract.Type},
		{"Int32", `true`, contract.Type},
		{"Int64", `9223372036854775807`, ""},
		{"Int64", `9223372036854775808`, contract.Format},
		{"Double", `1`, ""},
		{"Double", `-1.5e-3`, ""},
		{"Double", `1e400`, contract.Format},
		{"Inside", `0.5`, ""},
		{"Inside", `0`, contract.Minimum},
		{"Inside", `1.0`, contract.Maximum},
		{"Inside", `1e400`, contract.Format},
		{"Between", `-1`, ""},
		{"Between", `5000000000`, ""},
		{"Between", `-2`, contract.Minimum},
		{"Between", `5000000001`, contract.Maximum},
		{"Short", `"ąć"`, ""},
		{"Short", `"ą"`, contract.MinLength},
		{"Short", `"ąćę"`, ""},
		{"Short", `"ąćęł"`, contract.MaxLength},
		{"Short", `"😀"`, contract.MinLength},  // one character, though two UTF-16 units
		{"Short", `"😀😀"`, contract.MaxLength}, // four UTF-16 units, though two characters
		{"Set", `[1, "1", [1]]`, ""},
		{"Set", `[]`, contract.MinItems},
		{"Set", `[1, 2, 3, 4]`, contract.MaxItems},
		{"Set", `[{"a": [1]}, 2, {"a": [1]}]`, contract.UniqueItems},
		{"Set", `{}`, contract.Type},
		{"Map", `{"a": "b", "c": null}`, ""},
		{"Map", `{"a": 1}`, contract.Type},
		{"Bag", `{"a": {"b": [1, null]}}`, ""},
		{"Bag", `{"a": 1, "a": 2}`, contract.Duplicate},
		{"Closed", `{"a": null}`, ""},
		{"Closed", `{}`, contract.Required},
		{"Closed", `{"a": true, "A": true}`, contract.Unknown},
		{"Closed", `null`, contract.Null},
		{"Maybe", `null`, ""},
		{"Maybe", `{}`, contract.Required},
		{"Any", `null`, ""},
		{"Any", `{"a": 1}`, ""},
		{"Any", strings.Repeat("[", 64) + strings.Repeat("]", 64), ""},
		{"Any", strings.Repeat("[", 65) + strings.Repeat("]", 65), contract.Malformed},
		{"Any", ``, contract.Malformed},
		{"Any", `{"a" 1}`, contract.Malformed},
		{"Any", `1 2`, contract.Malformed},
	} {
		var got contract.Rule
		found := c.Schema(test.schema).Validate([]byte(test.value), contract.InRequestBody)
		if len(found) > 0 {
			got = found[0].Rule
		}
		if got != test.want || len(found) > 1 {
			t.Errorf("%s of %s: %v, want %q", test.value, test.schema, found, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct{ document, want string }{
		"not JSON":       {`{`, "unexpected end"},
		"reference":      {`{"schemas": {"A": {"ref": "B"}}}`, `no schema "B"`},
		"pattern":        {`{"schemas": {"A": {"type": "string", "pattern": "(?=a)"}}}`, "invalid or unsupported Perl syntax"},
		"format":         {`{"schemas": {"A": {"type": "string", "format": "ipv4"}}}`, `unknown format "ipv4"`},
		"usual answer":   {`{"operations": [{"method": "GET", "path": "/a", "usual": [400], "responses": {"204": {}}}]}`, "no usual answer 400"},
		"no success":     {`{"operations": [{"method": "GET", "path": "/a"}]}`, "GET /a: no answer of success"},
		"two successes":  {`{"operations": [{"method": "GET", "path": "/a", "responses": {"200": {}, "204": {}}}]}`, "GET /a: two answers of success, 20"},
		"in an answer":   {`{"operations": [{"method": "GET", "path": "/a", "responses": {"200": {"content": {"a/b": {"ref": "C"}}}}}]}`, `no schema "C"`},
		"in a parameter": {`{"operations": [{"method": "GET", "path": "/a", "parameters": [{"name": "b", "in": "query", "schema": {"ref": "D"}}]}]}`, `no schema "D"`},
	} {
		if _, err := contract.Parse([]byte(test.document)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// A violation must not carry secrets: values whose text is free are not shown.
func TestViolationsHideValues(t *testing.T) {
	secret := strings.Repeat("s3cret", 40)
	body := fmt.Sprintf(`{"referenceNumber": "20250514-EC-2DFC46C000-3AC6D5877F-D4", "token": %q, "extra": %[1]q}`, secret)
	found := load(t).Schema("GenerateTokenResponse").Validate([]byte(body), contract.InResponseBody)
	if len(found) != 2 {
		t.Errorf("want a token too long and an unknown property, got %v", found)
	}
	for _, v := range found {
		if strings.Contains(v.String(), "s3cret") {
			t.Errorf("secret shown: %v", v)
		}
	}
}
