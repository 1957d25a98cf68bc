package sandbox

import (
	"encoding/json"
	"testing"
	"time"
)

func TestPerson(t *testing.T) {
	h := newHarness(t, nil)
	human := personFor(t, pesel)
	login := func() operation { return h.submit(h.document(nipA).String(), human).operation(h) }
	login().outcome(415)
	h.makePerson(false, false)
	l := login().redeemed()
	if per := inside(t, l.access)["per"]; per != `["Owner"]` {
		t.Errorf("a linked person has %v", per)
	}
	t.Run("exists", func(t *testing.T) {
		body := map[string]any{"nip": nipA, "pesel": pesel, "isBailiff": true, "description": "A person"}
		h.send("POST", "/testdata/person", body).refused(30001)
		body["createdDate"] = "2026-03-14T15:09:26Z" // earlier than the one there
		h.send("POST", "/testdata/person", body).refused(30001)
		body["createdDate"] = "2026-03-14T15:09:27Z"
		h.send("POST", "/testdata/person", body).want(200)
		claims := inside(t, login().redeemed().access)
		if claims["rol"] != `["CourtBailiff"]` {
			t.Errorf("roles of a bailiff: %v", claims["rol"])
		}
		h.login(nipA, human).generateNamed("Bailiff's", "EnforcementOperations")
	})
	t.Run("removed", func(t *testing.T) {
		h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipB}, identifier{"Pesel", pesel}, "InvoiceRead")).want(200)
		h.send("POST", "/testdata/person/remove", map[string]any{"nip": nipA}).want(200)
		h.send("POST", "/testdata/person/remove", map[string]any{"nip": nipA}).want(200) // nothing to remove
		login().outcome(415)
		h.submit(h.document(nipB).String(), human).operation(h).outcome(415)
		h.makePerson(false, false)
	})
}

func TestSubject(t *testing.T) {
	h := newHarness(t, nil)
	roles := func(nip string) any { return inside(t, h.login(nip, sealFor(t, nip)).access)["rol"] }
	group := map[string]any{"subjectNip": nipA, "subjectType": "vatgroup", "description": "A group",
		"subunits": []map[string]any{{"subjectNip": nipB, "description": "A member"}}}
	h = h.sloppy()
	h.send("POST", "/testdata/subject", group).want(200)
	if a, b := roles(nipA), roles(nipB); a != `["VatGroupUnit"]` || b != `["VatGroupSubUnit"]` {
		t.Errorf("roles %v and %v", a, b)
	}
	h.send("POST", "/testdata/subject", group).refused(30001)
	group["createdDate"] = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	group["subunits"] = nil
	group["subjectType"] = "JST"
	h.send("POST", "/testdata/subject", group).want(200)
	if a, b := roles(nipA), roles(nipB); a != `["LocalGovernmentUnit"]` || b != `[]` {
		t.Errorf("roles %v and %v", a, b)
	}
	group["createdDate"] = time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	h.send("POST", "/testdata/subject", group).refused(30001)
	h.send("POST", "/testdata/subject/remove", map[string]any{"subjectNip": nipA}).want(200)
	if a := roles(nipA); a != `[]` {
		t.Errorf("role after removal: %v", a)
	}
	h.send("POST", "/testdata/subject", map[string]any{"subjectNip": nipB, "subjectType": "EnforcementAuthority", "description": "Office"}).want(200)
	h.login(nipB, sealFor(t, nipB)).generateNamed("Enforcement", "EnforcementOperations")
}

func TestPermissions(t *testing.T) {
	h := newHarness(t, nil)
	human, context, who := personFor(t, pesel), identifier{"Nip", nipB}, identifier{"Pesel", pesel}
	h.send("POST", "/testdata/permissions", permissions(context, who, "InvoiceRead", "Introspection")).want(200)
	h.send("POST", "/testdata/permissions", permissions(context, who, "InvoiceRead")).want(200)
	if per := inside(t, h.login(nipB, human).access)["per"]; per != `["InvoiceRead","Introspection"]` {
		t.Errorf("permissions %v", per)
	}
	h.submit(h.document(nipA).String(), human).operation(h).outcome(415) // only there
	h.send("POST", "/testdata/permissions/revoke", map[string]any{"contextIdentifier": context, "authorizedIdentifier": who}).want(200)
	h.submit(h.document(nipB).String(), human).operation(h).outcome(415)
	// Enumerations may be in lower case, as the ministry's own examples have them.
	h.sloppy().send("POST", "/testdata/permissions", permissions(identifier{"nip", nipB}, identifier{"pesel", pesel}, "invoicewrite")).want(200)
	if per := inside(t, h.login(nipB, human).access)["per"]; per != `["InvoiceWrite"]` {
		t.Errorf("permissions %v", per)
	}
	// The official Java client has another name for the permission.
	body := json.RawMessage(`{"contextIdentifier":{"type":"Nip","value":"` + nipB + `"},"authorizedIdentifier":{"type":"Pesel","value":"` + pesel + `"},
		"permissions":[{"description":"From Java","permission":"Introspection"}]}`)
	h.sloppy().send("POST", "/testdata/permissions", body).want(200)
	if per := inside(t, h.login(nipB, human).access)["per"]; per != `["InvoiceWrite","Introspection"]` {
		t.Errorf("permissions %v", per)
	}
}

func TestBlockedContext(t *testing.T) {
	h := newHarness(t, nil)
	own := h.login(nipA, sealFor(t, nipA))
	is := func(code int) {
		t.Helper()
		h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h).outcome(code)
	}
	wrapped, bare := map[string]any{"contextIdentifier": identifier{"Nip", nipA}}, identifier{"nip", nipA}
	for name, tt := range map[string]struct {
		caller *harness
		body   any
	}{
		"wrapped":    {h, wrapped},
		"bare":       {h.sloppy(), bare}, // as the official clients send it
		"own":        {own.harness.sloppy(), nil},
		"own, null":  {own.harness, map[string]any{"contextIdentifier": nil}},
		"with token": {own.harness, wrapped},
	} {
		t.Run(name, func(t *testing.T) {
			tt.caller.send("POST", "/testdata/context/block", tt.body).want(200)
			is(480)
			tt.caller.send("POST", "/testdata/context/unblock", tt.body).want(200)
			is(200)
		})
	}
	h.sloppy().send("POST", "/testdata/context/block", nil).refused(21405, "'contextIdentifier.type' must not be empty.")
	h.bearer("abc").send("POST", "/testdata/context/unblock", wrapped).want(200)
}

// What is wrong with a request is told all at once.
func TestTestDataValidation(t *testing.T) {
	h := newHarness(t, nil).sloppy()
	for _, tt := range []struct {
		path, body string
		details    []string
	}{
		{"/testdata/person", `{}`, []string{"'nip' must not be empty.", "'pesel' must not be empty.", "'isBailiff' must not be empty.", "'description' must not be empty."}},
		{"/testdata/person", `{"nip":"5261040828","pesel":"88132341294","isBailiff":false,"description":"abc"}`,
			[]string{"'pesel' is not in the correct format.", "'description' must be between 5 and 256 characters. You entered 3 characters."}},
		{"/testdata/person/remove", `{"nip":"0261040828"}`, []string{"'nip' is not in the correct format."}},
		{"/testdata/subject", `{"subjectType":"Other","subunits":[{}]}`, []string{"'subjectNip' must not be empty.",
			"'subjectType' has a range of values which does not include 'Other'.", "'subunits[0].subjectNip' must not be empty.", "'subunits[0].description' must not be empty."}},
		{"/testdata/subject", `{"subjectNip":"5261040828","subjectType":"EnforcementAuthority","description":"Office","subunits":[{"subjectNip":"7762811692","description":"A unit"}]}`,
			[]string{"'subunits' must be empty."}},
		{"/testdata/subject/remove", `{}`, []string{"'subjectNip' must not be empty."}},
		{"/testdata/permissions", `{}`, []string{"'contextIdentifier.type' must not be empty.", "'contextIdentifier.value' must not be empty.",
			"'authorizedIdentifier.type' must not be empty.", "'permissions' must not be empty."}},
		{"/testdata/permissions", `{"contextIdentifier":{"type":"InternalId","value":"5261040828-12345"},"authorizedIdentifier":{"type":"Fingerprint","value":"ab"},
			"permissions":[{"permissionType":"Owner","description":"Everything"}]}`,
			[]string{"'contextIdentifier.type' has a range of values which does not include 'InternalId'.", "'authorizedIdentifier.value' is not in the correct format.",
				"'permissions[0].permissionType' has a range of values which does not include 'Owner'."}},
		{"/testdata/permissions/revoke", `{}`, []string{"'authorizedIdentifier.value' must not be empty."}},
		{"/testdata/context/block", `{"type":"Pesel","value":"88102341294"}`, []string{"'contextIdentifier.type' has a range of values which does not include 'Pesel'."}},
	} {
		h.send("POST", tt.path, json.RawMessage(tt.body)).refused(21405, tt.details...)
	}
}

func TestPeppol(t *testing.T) {
	h := newHarness(t, nil)
	h.send("GET", "/peppol/query", nil).want(200).is("peppolProviders", "[]").is("hasMore", false)
	for i, id := range []string{"PPL000001", "PPL000002", "PPL000003"} {
		h.Advance(time.Duration(i) * time.Second)
		doc := request{authNamespace21, h.newChallenge(), "<PeppolId>" + id + "</PeppolId>", "certificateSubject", ""}
		h.submit(doc.String(), peppolSeal(t, id)).operation(h).outcome(200)
	}
	h.send("GET", "/peppol/query?pageSize=10&pageOffset=0", nil).want(200).
		is("peppolProviders.0.id", "PPL000003").is("peppolProviders.0.name", "Organisation").
		is("peppolProviders.2.dateCreated", "2026-03-14T15:09:26.5358979+00:00").is("hasMore", false)
	h.send("GET", "/peppol/query?pageOffset=1", nil).want(200).is("peppolProviders", "[]")
	h = h.sloppy()
	h.send("GET", "/peppol/query?pageOffset=-1", nil).refused(21405, "'pageOffset' must be greater than or equal to '0'.")
	h.send("GET", "/peppol/query?pageOffset=9223372036854775807", nil).want(200).is("peppolProviders", "[]")
	// Another provider's context is not one's own.
	doc := request{authNamespace21, h.newChallenge(), "<PeppolId>PPL000009</PeppolId>", "certificateSubject", ""}
	h.submit(doc.String(), peppolSeal(t, "PPL000001")).operation(h).outcome(415)
}
