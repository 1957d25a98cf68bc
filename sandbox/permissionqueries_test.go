package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// with returns a copy of a body with one more member.
func with(body map[string]any, name string, value any) map[string]any {
	out := map[string]any{name: value}
	for k, v := range body {
		if k != name {
			out[k] = v
		}
	}
	return out
}

var (
	inCurrent = map[string]any{"queryType": "PermissionsInCurrentContext"}
	given     = map[string]any{"queryType": "PermissionsGrantedInCurrentContext"}
)

// A direct grant is found by both filters set to the context it was made in, and not by another's: the official
// suites ask so.
func TestDirectGrantsAreFoundByTheirContext(t *testing.T) {
	h := newHarness(t, nil)
	owner := h.login(nipA, sealFor(t, nipA))
	certificate := foreigner(t, "Somebody")
	grantees := map[string]identifier{"Pesel": {"Pesel", pesel}, "Nip": {"Nip", nipB}, "Fingerprint": {"Fingerprint", fingerprint(certificate.Leaf)}}
	for _, to := range grantees {
		owner.grants("persons", toPersonBody(to, "InvoiceRead", "InvoiceWrite"))
	}
	here := map[string]any{"contextIdentifier": identifier{"Nip", nipA}, "targetIdentifier": identifier{"Nip", nipA}, "permissionState": "Active"}
	for kind, to := range grantees {
		for _, base := range []map[string]any{inCurrent, given} {
			filter := with(with(here, "queryType", base["queryType"]), "authorizedIdentifier", to)
			rows := owner.rows("persons/grants", filter)
			if got := column(rows, "permissionScope"); !slices.Equal(got, []string{"InvoiceRead", "InvoiceWrite"}) {
				t.Errorf("%s: %v", kind, rows)
			}
			for _, name := range []string{"contextIdentifier", "targetIdentifier"} {
				if rows := owner.rows("persons/grants", with(filter, name, identifier{"Nip", nipC})); len(rows) != 0 {
					t.Errorf("%s, another %s: %v", kind, name, rows)
				}
			}
		}
	}
	person := h.login(nipA, personFor(t, pesel))
	rows := person.rows("personal/grants", here)
	if len(rows) != 2 || rows[0]["permissionState"] != "Active" || rows[0]["authorizedIdentifier"] != nil || rows[0]["description"] != "To a person" ||
		rows[0]["subjectPersonDetails"].(map[string]any)["lastName"] != "Kowalska" || rows[0]["subjectEntityDetails"] != nil {
		t.Errorf("personal: %v", rows)
	}
	for _, name := range []string{"contextIdentifier", "targetIdentifier"} {
		if rows := person.rows("personal/grants", with(here, name, identifier{"Nip", nipC})); len(rows) != 0 {
			t.Errorf("personal, another %s: %v", name, rows)
		}
	}
}

// What an entity received: seen by its owner at home, by itself at the grantor's, and by the grantor.
func TestEntityGrants(t *testing.T) {
	h := newHarness(t, nil)
	grantor, second := h.login(nipA, sealFor(t, nipA)), h.login(nipC, sealFor(t, nipC))
	grantor.grants("entities", toEntityBody(nipB, "InvoiceRead+", "InvoiceWrite"))
	home := h.login(nipB, sealFor(t, nipB))
	check := func(name string, rows []row, context string) {
		t.Helper()
		if len(rows) != 2 {
			t.Fatalf("%s: %v", name, rows)
		}
		for _, r := range rows {
			if got, _ := r["contextIdentifier"].(map[string]any); context != "" && got["value"] != context {
				t.Errorf("%s: context %v", name, got)
			}
			if entity, _ := r["subjectEntityDetails"].(map[string]any); entity["fullName"] != "Biuro Rachunkowe" || entity["subjectDetailsType"] != "EntityByIdentifier" {
				t.Errorf("%s: details %v", name, entity)
			}
			if r["permissionState"] != "Active" || r["description"] != "To an entity" || r["startDate"] == nil || r["canDelegate"] != (r["permissionScope"] == "InvoiceRead") {
				t.Errorf("%s: %v", name, r)
			}
		}
	}
	check("at home", home.rows("personal/grants", nil), nipA)
	check("the grantor", grantor.rows("persons/grants", given), "")
	second.grants("entities", toEntityBody(nipB, "InvoiceRead", "InvoiceWrite"))
	if rows := home.rows("personal/grants", nil); len(rows) != 4 {
		t.Errorf("at home, of both: %v", rows)
	}
	check("at home, filtered", home.rows("personal/grants", map[string]any{"contextIdentifier": identifier{"Nip", nipA}}), nipA)
	check("at the grantor's", h.login(nipA, sealFor(t, nipB)).rows("personal/grants", nil), nipA)

	received := home.rows("entities/grants", nil)
	if len(received) != 4 {
		t.Errorf("received: %v", received)
	}
	received = home.rows("entities/grants", map[string]any{"contextIdentifier": identifier{"Nip", nipC}})
	if len(received) != 2 || received[0]["canDelegate"] != false || column(received, "contextIdentifier")[0] != nipC {
		t.Errorf("received, filtered: %v", received)
	}
	// An employee who looks after credentials sees what the taxpayer has among the taxpayer's, not as its own.
	home.grants("persons", toPersonBody(identifier{"Pesel", pesel}, "CredentialsRead"))
	employee := h.login(nipB, personFor(t, pesel))
	if rows := employee.rows("personal/grants", nil); len(rows) != 1 || rows[0]["permissionScope"] != "CredentialsRead" {
		t.Errorf("an employee's own: %v", rows)
	}
	if rows := employee.rows("entities/grants", nil); len(rows) != 4 {
		t.Errorf("an employee sees %v", rows)
	}
	// A linked person is the owner, too, but goes by another identifier.
	h.send("POST", "/testdata/person", map[string]any{"nip": nipB, "pesel": pesel2, "isBailiff": false, "description": "The owner"}).want(200)
	rows := h.login(nipB, personFor(t, pesel2)).rows("personal/grants", nil)
	if len(rows) != 4 || column(rows, "authorizedIdentifier")[0] != nipB {
		t.Errorf("the linked owner's: %v", rows)
	}
}

// What was handed on without the client's leave is there, inactive, and can be revoked.
func TestIndirectGrants(t *testing.T) {
	h := newHarness(t, nil)
	office, client := h.login(nipB, sealFor(t, nipB)), h.login(nipA, sealFor(t, nipA))
	office.grants("indirect", indirectBody(identifier{"Pesel", pesel}, identifier{"Nip", nipA}, "InvoiceRead", "InvoiceWrite"))
	office.grants("indirect", indirectBody(identifier{"Pesel", pesel2}, identifier{Type: "AllPartners"}, "InvoiceRead"))
	office.grants("persons", toPersonBody(identifier{"Pesel", pesel}, "Introspection"))
	inactive := with(given, "permissionState", "Inactive")
	if rows := office.rows("persons/grants", inactive); len(rows) != 3 || rows[0]["canDelegate"] != false {
		t.Errorf("inactive: %v", rows)
	}
	if rows := office.rows("persons/grants", given); len(rows) != 4 {
		t.Errorf("all: %v", rows)
	}
	client.grants("entities", toEntityBody(nipB, "InvoiceRead+"))
	for _, tt := range []struct {
		name, value any
		scopes      string
	}{
		{"permissionState", "Inactive", "[InvoiceWrite]"},
		{"permissionState", "Active", "[Introspection InvoiceRead InvoiceRead]"},
		{"targetIdentifier", identifier{"Nip", nipA}, "[InvoiceRead InvoiceWrite]"},
		{"targetIdentifier", identifier{Type: "AllPartners"}, "[InvoiceRead]"},
		{"targetIdentifier", identifier{"Nip", nipB}, "[Introspection]"},
		{"permissionTypes", []string{"InvoiceRead", "Introspection"}, "[Introspection InvoiceRead InvoiceRead]"},
		{"authorizedIdentifier", identifier{"Pesel", pesel2}, "[InvoiceRead]"},
		{"authorIdentifier", identifier{"Nip", nipB}, "[Introspection InvoiceRead InvoiceRead InvoiceWrite]"},
		{"authorIdentifier", identifier{"Pesel", pesel}, "[]"},
	} {
		rows := office.rows("persons/grants", with(given, tt.name.(string), tt.value))
		if got := fmt.Sprint(column(rows, "permissionScope")); got != tt.scopes {
			t.Errorf("%s %v: %s, want %s", tt.name, tt.value, got, tt.scopes)
		}
	}
	general := office.rows("persons/grants", with(given, "targetIdentifier", identifier{Type: "AllPartners"}))[0]
	if target := general["targetIdentifier"].(map[string]any); target["type"] != "AllPartners" || target["value"] != nil || general["contextIdentifier"] != nil {
		t.Errorf("general: %v", general)
	}
	// The client sees whom it let in, not whom they sent.
	if rows := client.rows("persons/grants", inCurrent); len(rows) != 1 || column(rows, "authorizedIdentifier")[0] != nipB {
		t.Errorf("the client sees %v", rows)
	}
	// The employee sees it at the client's and, working for the office, at home.
	for _, tt := range []struct {
		context, pesel, scopes string
	}{
		{nipA, pesel, "[InvoiceRead InvoiceWrite]"},
		{nipB, pesel, "[Introspection InvoiceRead InvoiceWrite]"},
		{nipA, pesel2, "[InvoiceRead]"},
	} {
		rows := h.login(tt.context, personFor(t, tt.pesel)).rows("personal/grants", nil)
		if got := fmt.Sprint(column(rows, "permissionScope")); got != tt.scopes {
			t.Errorf("%s in %s sees %s", tt.pesel, tt.context, got)
		}
	}
	office.revokes("common", ids(office.rows("persons/grants", inactive))...)
	if rows := office.rows("persons/grants", inactive); len(rows) != 0 {
		t.Errorf("left inactive: %v", rows)
	}
}

// Who may look sees all that holds in the context and all that was given there, whoever gave it: the official
// Java suite has somebody with CredentialsRead find what the owner gave.
func TestWhoGranted(t *testing.T) {
	h := newHarness(t, nil)
	context := identifier{"Nip", nipA}
	h.send("POST", "/testdata/permissions", permissions(context, identifier{"Pesel", pesel}, "CredentialsManage")).want(200)
	owner, admin := h.login(nipA, sealFor(t, nipA)), h.login(nipA, personFor(t, pesel))
	owner.grants("persons", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceRead"))
	admin.grants("persons", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceWrite"))
	for _, l := range []login{owner, admin} {
		if got := fmt.Sprint(column(l.rows("persons/grants", inCurrent), "permissionScope")); got != "[CredentialsManage InvoiceRead InvoiceWrite]" {
			t.Errorf("in the context: %s", got)
		}
	}
	owner.grants("persons", toPersonBody(identifier{"Pesel", pesel2}, "CredentialsRead"))
	for _, l := range []login{owner, admin, h.login(nipA, personFor(t, pesel2))} {
		if got := fmt.Sprint(column(l.rows("persons/grants", given), "permissionScope")); got != "[CredentialsRead InvoiceRead InvoiceWrite]" {
			t.Errorf("given: %s", got)
		}
	}
	// What stands for the paper form is KSeF's own doing, and nobody's details are known.
	rows := owner.rows("persons/grants", with(inCurrent, "authorIdentifier", map[string]any{"type": "System"}))
	if len(rows) != 1 || rows[0]["permissionScope"] != "CredentialsManage" || rows[0]["description"] != "A permission" || rows[0]["subjectPersonDetails"] != nil {
		t.Errorf("by the system: %v", rows)
	}
	// With a KSeF token the author is who made the token.
	_, token := admin.generate("CredentialsManage")
	byToken := h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).redeemed()
	byToken.grants("persons", toPersonBody(identifier{"Nip", nipD}, "Introspection"))
	byAdmin := with(given, "authorIdentifier", identifier{"Pesel", pesel})
	if got := fmt.Sprint(column(admin.rows("persons/grants", byAdmin), "permissionScope")); got != "[Introspection InvoiceWrite]" {
		t.Errorf("by the token, the administrator gave %s", got)
	}
	// It is worth what its author has left.
	owner.revokes("common", ids(rows)...)
	h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).outcome(415)
}

// Pages are cut from the newest on; what began at the same moment comes by identifier.
func TestPermissionPages(t *testing.T) {
	h := newHarness(t, nil)
	owner := h.login(nipA, sealFor(t, nipA))
	for i := range 12 {
		h.Advance(time.Second)
		owner.grants("persons", toPersonBody(identifier{"Pesel", fmt.Sprintf("900101%05d", i)}, "InvoiceRead", "InvoiceWrite"))
	}
	var all []row
	for page, size := range []int{10, 10, 4, 0} {
		r := owner.send("POST", fmt.Sprintf("/permissions/query/persons/grants?pageSize=10&pageOffset=%d", page), inCurrent).want(200).is("hasMore", page < 2)
		var list struct{ Permissions []row }
		r.decode(&list)
		if len(list.Permissions) != size {
			t.Errorf("page %d has %d rows", page, len(list.Permissions))
		}
		all = append(all, list.Permissions...)
	}
	sorted := slices.IsSortedFunc(all, func(a, b row) int {
		if c := strings.Compare(b["startDate"].(string), a["startDate"].(string)); c != 0 {
			return c
		}
		return strings.Compare(a["id"].(string), b["id"].(string))
	})
	if len(all) != 24 || !sorted {
		t.Errorf("%d rows, sorted: %v", len(all), sorted)
	}
	owner.harness.sloppy().send("POST", "/permissions/query/subunits/grants?pageSize=9&pageOffset=-1", nil).refused(21405,
		"'pageSize' must be between 10 and 100. You entered 9.", "'pageOffset' must be greater than or equal to '0'.")
}

// The consent to attachments, and until when it lasts.
func TestAttachmentStatus(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	status := func() *reply { return l.send("GET", "/permissions/attachments/status", nil).want(200) }
	status().is("isAttachmentAllowed", false).is("revokedDate", nil)
	h.send("POST", "/testdata/attachment", map[string]any{"nip": nipA}).want(200)
	status().is("isAttachmentAllowed", true).is("revokedDate", nil)
	h.send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA, "expectedEndDate": "2026-03-20"}).want(200)
	status().is("isAttachmentAllowed", true).is("revokedDate", "2026-03-20T00:00:00.0000000+00:00")
	h.send("POST", "/testdata/attachment/revoke", map[string]any{"nip": nipA}).want(200)
	status().is("isAttachmentAllowed", false).is("revokedDate", "2026-03-14T15:09:26.5358979+00:00")
	h.send("POST", "/testdata/attachment", map[string]any{"nip": nipB}).want(200)
	unit := identifier{"InternalId", nipB + "-12347"}
	h.Grant(public(unit), ksef.Identifier{Kind: "Pesel", Value: pesel}, ksef.CredentialsRead)
	h.in(unit, personFor(t, pesel)).redeemed().send("GET", "/permissions/attachments/status", nil).want(200).is("isAttachmentAllowed", true)
}

// What is wrong with a request is told all at once, in FluentValidation's words.
func TestPermissionValidation(t *testing.T) {
	h := newHarness(t, nil)
	fp := fingerprint(foreigner(t, "Administrator").Leaf)
	h.Grant(ksef.Identifier{Kind: "NipVatUe", Value: euA}, ksef.Identifier{Kind: "Fingerprint", Value: fp}, ksef.VATUEManage)
	owner := h.login(nipA, sealFor(t, nipA)).sloppyLogin()
	eu := h.in(identifier{"NipVatUe", euA}, foreigner(t, "Administrator")).redeemed().sloppyLogin()
	long := strings.Repeat("ż", 91)
	subject := `"subjectIdentifier":{"type":"Pesel","value":"` + pesel + `"},"description":"Enough","permissions":["InvoiceRead"],`
	for _, tt := range []struct {
		by      login
		path    string
		body    string
		details []string
	}{
		{owner, "persons/grants", `{}`, []string{"'subjectIdentifier.type' must not be empty.", "'subjectIdentifier.value' must not be empty.",
			"'description' must not be empty.", "'permissions' must not be empty.", "'subjectDetails' must not be empty."}},
		{owner, "persons/grants", `{"subjectIdentifier":{"type":"PeppolId","value":"PPL000001"},"description":"abcd","permissions":["InvoiceRead","VatUeManage","invoiceread"],"subjectDetails":{}}`,
			[]string{"'subjectIdentifier.type' has a range of values which does not include 'PeppolId'.",
				"'description' must be between 5 and 256 characters. You entered 4 characters.",
				"'permissions[1]' has a range of values which does not include 'VatUeManage'.", "'permissions' must contain unique values.",
				"'subjectDetails.subjectDetailsType' must not be empty."}},
		{owner, "persons/grants", `{"subjectIdentifier":{"type":"Pesel","value":"88132341294"},"subjectDetails":{"subjectDetailsType":"EntityByFingerprint"}}`,
			[]string{"'subjectIdentifier.value' is not in the correct format.", "'subjectDetails.subjectDetailsType' has a range of values which does not include 'EntityByFingerprint'."}},
		{owner, "persons/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByIdentifier"}}`, []string{"'subjectDetails.personById' must not be empty."}},
		{owner, "persons/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"A","lastName":"` + long + `"}}}`,
			[]string{"'subjectDetails.personById.firstName' must be between 2 and 30 characters. You entered 1 characters.",
				"'subjectDetails.personById.lastName' must be between 2 and 81 characters. You entered 91 characters."}},
		{owner, "persons/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithIdentifier"}}`, []string{"'subjectDetails.personByFpWithId' must not be empty."}},
		{owner, "persons/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithIdentifier","personByFpWithId":{"firstName":"Jan","identifier":{"type":"Fingerprint","value":"1"}}}}`,
			[]string{"'subjectDetails.personByFpWithId.lastName' must not be empty.", "'subjectDetails.personByFpWithId.identifier.type' has a range of values which does not include 'Fingerprint'."}},
		{owner, "persons/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithoutIdentifier"}}`, []string{"'subjectDetails.personByFpNoId' must not be empty."}},
		{owner, "indirect/grants", `{` + subject + `"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithoutIdentifier","personByFpNoId":{"firstName":"Jan","lastName":"Nowak",
			"idDocument":{"type":"` + long[:42] + `","number":"","country":"pl"}}}}`,
			[]string{"'subjectDetails.personByFpNoId.birthDate' must not be empty.",
				"The length of 'subjectDetails.personByFpNoId.idDocument.type' must be 20 characters or fewer. You entered 21 characters.",
				"'subjectDetails.personByFpNoId.idDocument.number' must not be empty.", "'subjectDetails.personByFpNoId.idDocument.country' is not in the correct format."}},
		{owner, "indirect/grants", `{"targetIdentifier":{"type":"AllPartners","value":"` + nipA + `"}}`, []string{"'targetIdentifier.value' must be empty."}},
		{owner, "indirect/grants", `{"targetIdentifier":{"type":"Nip"},"permissions":["Introspection"]}`,
			[]string{"'targetIdentifier.value' must not be empty.", "'permissions[0]' has a range of values which does not include 'Introspection'."}},
		{owner, "indirect/grants", `{"targetIdentifier":{"type":"","value":""}}`, []string{"'targetIdentifier.type' must not be empty."}},
		{owner, "indirect/grants", `{"targetIdentifier":{"type":"NipVatUe","value":"` + euA + `"}}`, []string{"'targetIdentifier.type' has a range of values which does not include 'NipVatUe'."}},
		{owner, "entities/grants", `{"subjectIdentifier":{"type":"Pesel","value":"` + pesel + `"},"permissions":[{"type":"InvoiceRead"},{"type":"InvoiceRead","canDelegate":true},{"type":"Introspection"}],"subjectDetails":{"fullName":"` + long + `"}}`,
			[]string{"'subjectIdentifier.type' has a range of values which does not include 'Pesel'.", "'permissions' must contain unique values.",
				"'permissions[2]' has a range of values which does not include 'Introspection'.",
				"'subjectDetails.fullName' must be between 5 and 90 characters. You entered 91 characters."}},
		{owner, "authorizations/grants", `{"subjectIdentifier":{"type":"PeppolId","value":"PL1"},"permission":"InvoiceRead","subjectDetails":{"fullName":"abc"}}`,
			[]string{"'subjectIdentifier.value' is not in the correct format.", "'permission' has a range of values which does not include 'InvoiceRead'.",
				"'subjectDetails.fullName' must be between 5 and 90 characters. You entered 3 characters."}},
		{owner, "authorizations/grants", `{}`, []string{"'permission' must not be empty.", "'subjectDetails' must not be empty."}},
		{owner, "subunits/grants", `{"contextIdentifier":{"type":"InternalId","value":"` + nipA + `-12345"}}`,
			[]string{"'contextIdentifier.value' has an invalid check digit: the last digit must be 4.", "'subunitName' must not be empty."}},
		{owner, "subunits/grants", `{"contextIdentifier":{"type":"Nip","value":"` + nipB + `"},"subunitName":"Unit"}`, []string{"'subunitName' must be between 5 and 256 characters. You entered 4 characters."}},
		{owner, "subunits/grants", `{"contextIdentifier":{"type":"InternalId","value":"` + nipA + `-1234"}}`, []string{"'contextIdentifier.value' is not in the correct format."}},
		{owner, "eu-entities/administration/grants", `{"subjectIdentifier":{"type":"Nip","value":"` + nipA + `"},"contextIdentifier":{"type":"NipVatUe","value":"` + nipA + `-DE1"},"euEntityName":"GmbH",
			"subjectDetails":{"subjectDetailsType":"PersonByIdentifier"},"euEntityDetails":{"address":"` + strings.Repeat("a", 513) + `"}}`,
			[]string{"'subjectIdentifier.type' has a range of values which does not include 'Nip'.", "'contextIdentifier.value' is not in the correct format.",
				"'euEntityName' must be between 5 and 256 characters. You entered 4 characters.",
				"'subjectDetails.subjectDetailsType' has a range of values which does not include 'PersonByIdentifier'.",
				"'euEntityDetails.fullName' must not be empty.", "The length of 'euEntityDetails.address' must be 512 characters or fewer. You entered 513 characters."}},
		{eu, "eu-entities/grants", `{"subjectIdentifier":{"type":"Fingerprint","value":"` + strings.ToLower(fp) + `"},"permissions":["VatUeManage"],"subjectDetails":{"subjectDetailsType":"EntityByFingerprint","entityByFp":{}}}`,
			[]string{"'subjectIdentifier.value' is not in the correct format.", "'permissions[0]' has a range of values which does not include 'VatUeManage'.",
				"'subjectDetails.entityByFp.fullName' must not be empty.", "'subjectDetails.entityByFp.address' must not be empty."}},
		{eu, "eu-entities/grants", `{"subjectDetails":{"subjectDetailsType":"EntityByFingerprint"}}`, []string{"'subjectDetails.entityByFp' must not be empty."}},

		{owner, "query/persons/grants", `{}`, []string{"'queryType' must not be empty."}},
		{owner, "query/persons/grants", `{"queryType":"All","permissionState":"Idle","permissionTypes":["Owner"],"authorIdentifier":{"type":"System","value":"1"},"authorizedIdentifier":{"type":"Pesel","value":"1"},
			"contextIdentifier":{"type":"Pesel","value":"1"},"targetIdentifier":{"type":"InternalId","value":"1"}}`,
			[]string{"'queryType' has a range of values which does not include 'All'.", "'permissionState' has a range of values which does not include 'Idle'.",
				"'permissionTypes[0]' has a range of values which does not include 'Owner'.", "'authorIdentifier.value' must be empty.", "'authorizedIdentifier.value' is not in the correct format.",
				"'contextIdentifier.type' has a range of values which does not include 'Pesel'.", "'targetIdentifier.value' is not in the correct format."}},
		{owner, "query/personal/grants", `{"permissionTypes":["SelfInvoicing"]}`, []string{"'permissionTypes[0]' has a range of values which does not include 'SelfInvoicing'."}},
		{owner, "query/subunits/grants", `{"subunitIdentifier":{"type":"NipVatUe","value":"1"}}`, []string{"'subunitIdentifier.type' has a range"}},
		{owner, "query/entities/grants", `{"contextIdentifier":{"type":"InternalId","value":"1"}}`, []string{"'contextIdentifier.value' is not in the correct format."}},
		{owner, "query/subordinate-entities/roles", `{"subordinateEntityIdentifier":{"type":"Pesel","value":"1"}}`, []string{"'subordinateEntityIdentifier.type' has a range"}},
		{owner, "query/authorizations/grants", `{"authorizingIdentifier":{"type":"PeppolId","value":"1"},"permissionTypes":["InvoiceRead"]}`,
			[]string{"'queryType' must not be empty.", "'authorizingIdentifier.type' has a range", "'permissionTypes[0]' has a range"}},
		{owner, "query/eu-entities/grants", `{"vatUeIdentifier":"DE1","permissionTypes":["SubunitManage"]}`, []string{"'vatUeIdentifier' is not in the correct format.", "'permissionTypes[0]' has a range"}},
	} {
		tt.by.send("POST", "/permissions/"+tt.path, json.RawMessage(tt.body)).refused(21405, tt.details...)
	}
	owner.send("POST", "/permissions/persons/grants", json.RawMessage(`{"permissions":"InvoiceRead"}`)).refused(21001)
	// Names and enumerations are taken in any case, as the official C# client has them.
	owner.ask("POST", "persons/grants", json.RawMessage(`{"SubjectIdentifier":{"Type":"pesel","Value":"`+pesel+`"},"Permissions":["invoiceread"],"Description":"Enough",
		"SubjectDetails":{"SubjectDetailsType":"personByIdentifier","PersonById":{"FirstName":"Jan","LastName":"Nowak"}}}`))
	h.Advance(unasked)
	rows := owner.rows("persons/grants", inCurrent)
	if len(rows) != 1 || rows[0]["permissionScope"] != "InvoiceRead" || rows[0]["subjectPersonDetails"].(map[string]any)["subjectDetailsType"] != "PersonByIdentifier" {
		t.Errorf("rows %v", rows)
	}
}

// The details of a holder come back as they were given.
func TestSubjectDetails(t *testing.T) {
	h := newHarness(t, nil)
	owner := h.login(nipA, sealFor(t, nipA))
	for name, tt := range map[string]struct {
		given map[string]any
		want  string
	}{
		"by identifier":       {byIDDetails, `{"firstName":"Anna","lastName":"Kowalska","subjectDetailsType":"PersonByIdentifier"}`},
		"by fingerprint":      {byFPDetails, `{"firstName":"Anna","lastName":"Kowalska","personIdentifier":{"type":"Pesel","value":"88102341294"},"subjectDetailsType":"PersonByFingerprintWithIdentifier"}`},
		"by fingerprint only": {byFPAlone, `{"birthDate":"1990-02-28","firstName":"Anna","idDocument":{"country":"DE","number":"AB1234567","type":"Passport"},"lastName":"Kowalska","subjectDetailsType":"PersonByFingerprintWithoutIdentifier"}`},
	} {
		to := identifier{"Fingerprint", fingerprint(foreigner(t, name).Leaf)}
		owner.grants("persons", with(toPersonBody(to, "InvoiceRead"), "subjectDetails", tt.given))
		owner.grants("eu-entities/administration", euAdminBody(to.Value, euA, map[bool]map[string]any{true: entityByFP, false: tt.given}[name == "by identifier"]))
		rows := owner.rows("persons/grants", with(inCurrent, "authorizedIdentifier", to))
		if got := text(rows[0]["subjectPersonDetails"]); got != tt.want {
			t.Errorf("%s: %s", name, got)
		}
		eu := owner.rows("eu-entities/grants", map[string]any{"authorizedFingerprintIdentifier": to.Value, "permissionTypes": []string{"VatUeManage"}})
		if (eu[0]["subjectPersonDetails"] == nil) == (eu[0]["subjectEntityDetails"] == nil) {
			t.Errorf("%s: not one of the two: %v", name, eu)
		}
	}
}
