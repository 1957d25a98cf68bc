package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

const (
	textDone         = "Operacja zakończona sukcesem"
	textFailed       = "Operacja zakończona niepowodzeniem"
	textRelation     = "Podane identyfikatory są niezgodne lub pozostają w niewłaściwej relacji"
	textRightsLost   = "Użyte poświadczenia nie mają uprawnień do wykonania tej operacji"
	textContext      = "Kontekst identyfikatora nie odpowiada wymaganej roli lub uprawnieniom"
	textTie          = "Operacja niedozwolona dla wskazanych powiązań identyfikatorów"
	textIdentifier   = "Operacja niedozwolona dla wskazanego identyfikatora lub jego typu"
	textUnknownError = "Nieznany błąd"
)

// Every way in which a grant fails after it was accepted.
func TestObjections(t *testing.T) {
	h := newHarness(t, nil)
	h.send("POST", "/testdata/subject", map[string]any{"subjectNip": nipB, "subjectType": "VatGroup", "description": "A group",
		"subunits": []map[string]any{{"subjectNip": nipC, "description": "A member"}}}).want(200)
	h.send("POST", "/testdata/subject", map[string]any{"subjectNip": nipD, "subjectType": "EnforcementAuthority", "description": "An authority"}).want(200)
	h.send("POST", "/testdata/person", map[string]any{"nip": "2222222222", "pesel": pesel2, "isBailiff": false, "isDeceased": true, "description": "The late one"}).want(200)
	plain, group, authority := h.login(nipA, sealFor(t, nipA)), h.login(nipB, sealFor(t, nipB)), h.login(nipD, sealFor(t, nipD))
	person, fp := identifier{"Pesel", pesel}, fingerprint(foreigner(t, "Administrator").Leaf)
	otherUnit := identifier{"InternalId", nipB + "-12347"}
	for _, tt := range []struct {
		name string
		by   login
		path string
		body map[string]any
		code int
		text string
	}{
		{"enforcement without a role", plain, "persons", toPersonBody(person, "EnforcementOperations"), 430, textContext},
		{"enforcement by a group", group, "persons", toPersonBody(person, "EnforcementOperations"), 430, textContext},
		{"enforcement by an authority", authority, "persons", toPersonBody(person, "EnforcementOperations"), 200, textDone},
		{"a deceased person", plain, "persons", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceRead"), 450, textIdentifier},
		{"a deceased person's NIP", plain, "persons", toPersonBody(identifier{"Nip", "2222222222"}, "InvoiceRead"), 450, textIdentifier},
		{"a deceased person for a client", plain, "indirect", indirectBody(identifier{"Pesel", pesel2}, identifier{}, "InvoiceRead"), 450, textIdentifier},
		{"to itself as an entity", plain, "entities", toEntityBody(nipA, "InvoiceRead"), 440, textTie},
		{"an authorization of itself", plain, "authorizations", authorizationBody(identifier{"Nip", nipA}, "SelfInvoicing"), 440, textTie},
		{"itself as the client", plain, "indirect", indirectBody(person, identifier{"Nip", nipA}, "InvoiceRead"), 440, textTie},
		{"PEF to a taxpayer", plain, "authorizations", authorizationBody(identifier{"Nip", nipB}, "PefInvoicing"), 450, textIdentifier},
		{"self-invoicing to a provider", plain, "authorizations", authorizationBody(identifier{"PeppolId", "PPL000001"}, "SelfInvoicing"), 450, textIdentifier},
		{"another's unit", plain, "subunits", subunitBody(person, otherUnit), 410, textRelation},
		{"its own unit", group, "subunits", subunitBody(person, otherUnit), 200, textDone},
		{"a NIP without a group", plain, "subunits", subunitBody(person, identifier{"Nip", nipC}), 430, textContext},
		{"itself without a group", plain, "subunits", subunitBody(person, identifier{"Nip", nipA}), 430, textContext},
		{"a NIP that is no member", group, "subunits", subunitBody(person, identifier{"Nip", nipA}), 410, textRelation},
		{"a member", group, "subunits", subunitBody(person, identifier{"Nip", nipC}), 200, textDone},
		{"another's EU entity", group, "eu-entities/administration", euAdminBody(fp, euA, entityByFP), 410, textRelation},
		{"its own EU entity", plain, "eu-entities/administration", euAdminBody(fp, euA, byFPAlone), 200, textDone},
		{"a client that never delegated", plain, "indirect", indirectBody(person, identifier{"Nip", nipD}, "InvoiceRead"), 200, textDone},
		{"a unit as the client", plain, "indirect", indirectBody(person, otherUnit, "InvoiceRead"), 200, textDone},
		{"everything since 2.8.1", plain, "entities", toEntityBody(nipB, "InvoiceRead+", "InvoiceWrite", "CollectiveIdentifierManage+"), 200, textDone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			by := tt.by
			by.t = t
			before := len(h.state.graph.byID)
			by.ends(by.ask("POST", tt.path+"/grants", tt.body), tt.code, tt.text)
			if granted := len(h.state.graph.byID) > before; granted != (tt.code == 200) {
				t.Errorf("granted: %v", granted)
			}
		})
	}
}

// Granting what is held already changes nothing.
func TestGrantedTwice(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	for range 2 {
		l.grants("persons", toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead"))
		l.grants("entities", toEntityBody(nipB, "InvoiceRead"))
		h.Advance(time.Minute)
	}
	rows := l.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"})
	if len(rows) != 2 || rows[0]["startDate"] != "2026-03-14T15:09:26.5358979+00:00" {
		t.Errorf("rows %v", rows)
	}
	l.grants("entities", toEntityBody(nipB, "InvoiceRead+")) // another thing
	if rows := l.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}); len(rows) != 3 {
		t.Errorf("rows %v", rows)
	}
}

// What is in force is what was carried out: neither before nor half.
func TestGrantsTakeTime(t *testing.T) {
	h := newHarness(t, &Options{Latency: 10 * time.Second})
	opening := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	h.Advance(10 * time.Second)
	r := opening.send("POST", "/auth/token/redeem", nil).want(200)
	l := login{operation: opening}
	l.harness = opening.harness.bearer(r.text("accessToken.token"))
	begun := h.Now()
	reference := l.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead"))
	all := map[string]any{"queryType": "PermissionsInCurrentContext"}
	status := func() *reply { return l.send("GET", "/permissions/operations/"+reference, nil).want(200) }
	h.Advance(10*time.Second - 1)
	status().is("status.code", 100)
	status().is("status.code", 100) // asking does not make it faster
	if rows := l.rows("persons/grants", all); len(rows) != 0 {
		t.Errorf("before its time: %v", rows)
	}
	early := h.submit(h.document(nipA).String(), personFor(t, pesel)).operation(h)
	h.Advance(10 * time.Minute)
	early.status().is("status.code", 415)
	rows := l.rows("persons/grants", all)
	if len(rows) != 1 || rows[0]["startDate"] != begun.Add(10*time.Second).Format("2006-01-02T15:04:05.0000000+00:00") {
		t.Errorf("after: %v, want a beginning ten seconds after %v", rows, begun)
	}
	status().is("status.code", 200).is("status.details", nil)
	other := l.ask("DELETE", "common/grants/"+rows[0]["id"].(string), nil)
	if len(l.rows("persons/grants", all)) != 1 {
		t.Error("revoked before its time")
	}
	h.Advance(10 * time.Second)
	l.send("GET", "/permissions/operations/"+other, nil).want(200).is("status.code", 200)
	if len(l.rows("persons/grants", all)) != 0 {
		t.Error("not revoked")
	}
}

// Without a latency an operation is carried out when somebody asks twice, or after five seconds.
func TestGrantsUnasked(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	l.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead"))
	h.in(identifier{"Nip", nipA}, personFor(t, pesel)).outcome(415)
	h.Advance(unasked)
	if got := h.login(nipA, personFor(t, pesel)).per(); got != "InvoiceRead" {
		t.Errorf("has %q", got)
	}
}

// Who lost the permission to grant finds out afterwards: the access token goes on saying that it is there.
func TestRightsLost(t *testing.T) {
	h := newHarness(t, nil)
	context, who := identifier{"Nip", nipA}, identifier{"Pesel", pesel}
	h.send("POST", "/testdata/permissions", permissions(context, who, "CredentialsManage", "InvoiceRead")).want(200)
	admin := h.login(nipA, personFor(t, pesel))
	pending := admin.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceRead"))
	h.send("POST", "/testdata/permissions/revoke", map[string]any{"contextIdentifier": context, "authorizedIdentifier": who}).want(200)
	admin.ends(pending, 420, textRightsLost)
	admin.ends(admin.ask("POST", "entities/grants", toEntityBody(nipB, "InvoiceRead")), 420, textRightsLost)
	if n := len(h.state.graph.byID); n != 0 {
		t.Errorf("%d grants", n)
	}
	admin.refreshed().send("POST", "/permissions/persons/grants", toPersonBody(who, "InvoiceRead")).want(403)
}

// What counts is what there was when an operation was due, not when somebody looked.
func TestObjectionsAreOfTheirTime(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipB, sealFor(t, nipB))
	group := map[string]any{"subjectNip": nipB, "subjectType": "VatGroup", "description": "A group", "subunits": []map[string]any{{"subjectNip": nipC, "description": "A member"}}}
	ask := func(unit string) string {
		return l.ask("POST", "subunits/grants", subunitBody(identifier{"Pesel", pesel}, identifier{"Nip", unit}))
	}
	is := func(reference string, code int) {
		t.Helper()
		l.send("GET", "/permissions/operations/"+reference, nil).want(200).is("status.code", code)
	}
	tooEarly := ask(nipC)
	h.Advance(unasked)
	h.send("POST", "/testdata/subject", group).want(200)
	is(tooEarly, 430)
	inTime := ask(nipC)
	h.Advance(unasked)
	h.send("POST", "/testdata/subject/remove", map[string]any{"subjectNip": nipB}).want(200)
	is(inTime, 200)
	late := l.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel}, "EnforcementOperations"))
	h.Advance(unasked)
	h.send("POST", "/testdata/person", map[string]any{"nip": nipB, "pesel": pesel2, "isBailiff": true, "description": "A bailiff"}).want(200)
	is(late, 430)
}

// Many may grant, revoke, look and log in at a time.
func TestPermissionsConcurrently(t *testing.T) {
	h := newHarness(t, nil)
	owner := h.login(nipA, sealFor(t, nipA))
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			who := identifier{"Pesel", fmt.Sprintf("8810234129%d", worker)}
			for range 10 {
				r := owner.send("POST", "/permissions/persons/grants", toPersonBody(who, "InvoiceRead", "InvoiceWrite"))
				if r.status != 202 {
					t.Errorf("granting: %d", r.status)
					return
				}
				path := "/permissions/operations/" + r.text("referenceNumber")
				owner.send("GET", path, nil)
				owner.send("GET", path, nil)
				r = owner.send("POST", "/permissions/query/persons/grants", with(inCurrent, "authorizedIdentifier", who))
				r.is("permissions.1.authorizedIdentifier.value", who.Value).is("permissions.2", nil)
				for i := range 2 {
					id, _ := r.at(fmt.Sprintf("permissions.%d.id", i)).(string)
					path := "/permissions/operations/" + owner.send("DELETE", "/permissions/common/grants/"+id, nil).text("referenceNumber")
					owner.send("GET", path, nil)
					owner.send("GET", path, nil).is("status.code", 200)
				}
			}
		})
	}
	wg.Wait()
	if len(h.state.graph.byID) != 0 || len(h.state.graph.in) != 0 || len(h.state.operations.pending) != 0 {
		t.Errorf("left: %d grants, %d contexts, %d operations", len(h.state.graph.byID), len(h.state.graph.in), len(h.state.operations.pending))
	}
}

// What can be revoked, where, by whom, and through which endpoint.
func TestRevocations(t *testing.T) {
	h := newHarness(t, nil)
	owner, other := h.login(nipA, sealFor(t, nipA)), h.login(nipB, sealFor(t, nipB))
	granted := map[string]any{"queryType": "PermissionsGrantedInCurrentContext"}
	owner.grants("persons", toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead"))
	owner.grants("subunits", subunitBody(identifier{"Pesel", pesel}, identifier{"InternalId", unitA}))
	owner.grants("entities", toEntityBody(nipB, "InvoiceRead"))
	owner.grants("authorizations", authorizationBody(identifier{"Nip", nipB}, "SelfInvoicing"))
	owner.grants("eu-entities/administration", euAdminBody(fingerprint(foreigner(t, "Administrator").Leaf), euA, byFPDetails))
	find := func(body map[string]any) string {
		t.Helper()
		rows := owner.rows("persons/grants", body)
		if len(rows) != 1 {
			t.Fatalf("%v finds %v", body, rows)
		}
		return rows[0]["id"].(string)
	}
	person := find(map[string]any{"queryType": "PermissionsInCurrentContext", "authorizedIdentifier": identifier{"Pesel", pesel}})
	unit := find(map[string]any{"queryType": "PermissionsGrantedInCurrentContext", "contextIdentifier": identifier{"InternalId", unitA}})
	entity := find(map[string]any{"queryType": "PermissionsInCurrentContext", "authorizedIdentifier": identifier{"Nip", nipB}})
	authorization := ids(owner.rows("authorizations/grants", map[string]any{"queryType": "Granted"}))[0]
	eu := ids(owner.rows("eu-entities/grants", nil))

	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", pesel2}, "SubunitManage")).want(200)
	manager := h.login(nipA, personFor(t, pesel2))
	received := ids(other.rows("entities/grants", nil))
	if len(received) != 1 || received[0] != entity {
		t.Errorf("received %v, granted %s", received, entity)
	}
	admin := h.in(identifier{"NipVatUe", euA}, foreigner(t, "Administrator")).redeemed()
	admin.grants("eu-entities", euBody(strings.Repeat("A1", 32), "InvoiceRead"))
	representative := ids(admin.rows("eu-entities/grants", map[string]any{"authorizedFingerprintIdentifier": "a1a1"}))
	for _, tt := range []struct {
		name string
		by   login
		path string
		code int
		text string
	}{
		{"unknown", owner, "common/grants/00000000-0000-4000-8000-000000000000", 400, textFailed},
		{"another's", other, "common/grants/" + person, 400, textFailed},
		{"by who received it", other, "common/grants/" + entity, 400, textFailed},
		{"another's authorization", other, "authorizations/grants/" + authorization, 400, textFailed},
		{"an authorization as common", owner, "common/grants/" + authorization, 450, textIdentifier},
		{"a common one as an authorization", owner, "authorizations/grants/" + person, 450, textIdentifier},
		{"a person's by the manager of units", manager, "common/grants/" + person, 420, textRightsLost},
		{"an entity's by the manager of units", manager, "common/grants/" + entity, 420, textRightsLost},
		{"a representative's from outside", owner, "common/grants/" + representative[0], 400, textFailed},
		{"an administrator's by itself", admin, "common/grants/" + eu[0], 200, textDone},
		{"again", admin, "common/grants/" + eu[0], 400, textFailed},
		{"a unit's by its manager", manager, "common/grants/" + unit, 200, textDone},
		{"in capitals", owner, "common/grants/" + strings.ToUpper(person), 200, textDone},
		{"again, in the owner's context", owner, "common/grants/" + person, 400, textFailed},
		{"an authorization", owner, "authorizations/grants/" + authorization, 200, textDone},
		{"an entity's", owner, "common/grants/" + entity, 200, textDone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			by := tt.by
			by.t = t
			by.ends(by.ask("DELETE", tt.path, nil), tt.code, tt.text)
		})
	}
	if rows := owner.rows("persons/grants", granted); len(rows) != 0 {
		t.Errorf("left: %v", rows)
	}
	owner.harness.sloppy().send("DELETE", "/permissions/common/grants/12", nil).refused(21405, "'permissionId' must be 36 characters in length. You entered 2 characters.")
}

// Failures of KSeF itself come about on request, and nothing happens then.
func TestOnPermission(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	var seen []PermissionOperation
	h.OnPermission(func(op PermissionOperation) ksef.Status {
		seen = append(seen, op)
		if h.Now().IsZero() { // the server may be used
			return ksef.Status{}
		}
		return ksef.Status{Code: 550, Description: "Operacja została anulowana przez system",
			Details: []string{"Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie później."}}
	})
	body := toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead")
	reference := l.ask("POST", "persons/grants", body)
	l.ends(reference, 550, "Operacja została anulowana przez system")
	l.send("GET", "/permissions/operations/"+reference, nil).want(200).
		is("status.details.0", "Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie później.")
	want := PermissionOperation{ksef.ReferenceNumber(reference), "POST /permissions/persons/grants", ksef.Identifier{Kind: "Nip", Value: nipA},
		ksef.Identifier{Kind: "Nip", Value: nipA}, ksef.Identifier{Kind: "Pesel", Value: pesel}}
	if len(seen) != 1 || seen[0] != want {
		t.Errorf("saw %+v, want %+v", seen, want)
	}
	h.OnPermission(nil)
	l.grants("persons", body)
	id := ids(l.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}))
	h.OnPermission(func(op PermissionOperation) ksef.Status {
		return ksef.Status{Code: 500, Description: textUnknownError}
	})
	l.ends(l.ask("DELETE", "common/grants/"+id[0], nil), 500, textUnknownError)
	if len(l.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"})) != 1 {
		t.Error("revoked all the same")
	}
	h.Reset()
	l = h.login(nipA, sealFor(t, nipA))
	if rows := l.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}); len(rows) != 0 {
		t.Errorf("after a reset: %v", rows)
	}
	l.grants("persons", body) // the ruling is gone
}

// Operations are told of in their context, for thirty days.
func TestOperationStatus(t *testing.T) {
	h := newHarness(t, nil)
	l, other := h.login(nipA, sealFor(t, nipA)), h.login(nipB, sealFor(t, nipB))
	h.makePerson(false, false)
	colleague := h.login(nipA, personFor(t, pesel))
	reference := l.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceRead"))
	if !strings.HasPrefix(reference, "20260314-EG-") || len(reference) != 36 {
		t.Errorf("reference number %q", reference)
	}
	path := "/permissions/operations/" + reference
	other.send("GET", path, nil).want(403).is("reasonCode", "insufficient-resource-access")
	colleague.send("GET", path, nil).want(200).is("status.code", 100)
	l.send("GET", path, nil).want(200).is("status.code", 200)
	l.send("GET", "/permissions/operations/20260314-EG-0000000000-0000000000-00", nil).refused(21405, "Operation 20260314-EG-0000000000-0000000000-00 does not exist.")
	l.harness.sloppy().send("GET", "/permissions/operations/1", nil).refused(21405, "'referenceNumber' must be 36 characters in length. You entered 1 characters.")
	h.Advance(operationRetention - time.Minute)
	h.login(nipA, sealFor(t, nipA)).send("GET", path, nil).want(200).is("status.code", 200)
	h.Advance(time.Minute)
	h.login(nipA, sealFor(t, nipA)).send("GET", path, nil).want(410)
}

// Every operation refuses who lacks the permission, and names it.
func TestPermissionsForbidden(t *testing.T) {
	h := newHarness(t, nil)
	me := identifier{"Pesel", pesel}
	unit, eu := identifier{"InternalId", unitA}, identifier{"NipVatUe", euA}
	fp := fingerprint(foreigner(t, "Administrator").Leaf)
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, me, "InvoiceRead")).want(200)
	poor := h.login(nipA, personFor(t, pesel))
	rich := h.login(nipA, sealFor(t, nipA))
	h.Grant(public(unit), public(me), personPermissions()...)
	h.Grant(public(eu), ksef.Identifier{Kind: "Fingerprint", Value: fp}, append(personPermissions(), ksef.VATUEManage)...)
	inUnit := h.in(unit, personFor(t, pesel)).redeemed()
	inEU := h.in(eu, foreigner(t, "Administrator")).redeemed()
	id := "00000000-0000-4000-8000-000000000000"
	for _, tt := range []struct {
		operation string
		body      any
		need      string
		unfit     map[string]login // contexts in which nobody does that
	}{
		{"POST /permissions/persons/grants", toPersonBody(me, "InvoiceRead"), "CredentialsManage", map[string]login{"NipVatUe": inEU}},
		{"POST /permissions/entities/grants", toEntityBody(nipB, "InvoiceRead"), "CredentialsManage", map[string]login{"NipVatUe": inEU}},
		{"POST /permissions/authorizations/grants", authorizationBody(identifier{"Nip", nipB}, "SelfInvoicing"), "CredentialsManage", map[string]login{"NipVatUe": inEU, "InternalId": inUnit}},
		{"POST /permissions/indirect/grants", indirectBody(me, identifier{}, "InvoiceRead"), "CredentialsManage", map[string]login{"NipVatUe": inEU, "InternalId": inUnit}},
		{"POST /permissions/subunits/grants", subunitBody(me, unit), "SubunitManage", map[string]login{"NipVatUe": inEU, "InternalId": inUnit}},
		{"POST /permissions/eu-entities/administration/grants", euAdminBody(fp, euA, entityByFP), "CredentialsManage", map[string]login{"NipVatUe": inEU, "InternalId": inUnit}},
		{"POST /permissions/eu-entities/grants", euBody(fp, "InvoiceRead"), "VatUeManage", nil},
		{"DELETE /permissions/common/grants/" + id, nil, "CredentialsManage VatUeManage SubunitManage", nil},
		{"DELETE /permissions/authorizations/grants/" + id, nil, "CredentialsManage", nil},
		{"GET /permissions/attachments/status", nil, "CredentialsManage CredentialsRead", nil},
		{"POST /permissions/query/persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}, "CredentialsManage CredentialsRead SubunitManage", nil},
		{"POST /permissions/query/subunits/grants", nil, "CredentialsManage CredentialsRead SubunitManage", nil},
		{"POST /permissions/query/entities/grants", nil, "CredentialsManage CredentialsRead", nil},
		{"GET /permissions/query/entities/roles", nil, "CredentialsManage CredentialsRead", nil},
		{"POST /permissions/query/subordinate-entities/roles", nil, "CredentialsManage CredentialsRead SubunitManage", nil},
		{"POST /permissions/query/authorizations/grants", map[string]any{"queryType": "Granted"}, "CredentialsManage CredentialsRead PefInvoiceWrite", nil},
		{"POST /permissions/query/eu-entities/grants", nil, "CredentialsManage CredentialsRead VatUeManage", nil},
	} {
		t.Run(tt.operation, func(t *testing.T) {
			method, path, _ := strings.Cut(tt.operation, " ")
			ask := func(l login) *reply { l.t, l.harness.t = t, t; return l.send(method, path, tt.body) }
			ask(poor).want(403).is("reasonCode", "missing-permissions").is("security.requiredAnyOfPermissions", "["+tt.need+"]").
				is("security.presentPermissions", "[InvoiceRead]")
			for kind, l := range tt.unfit {
				ask(l).want(403).is("reasonCode", "context-type-not-allowed").is("security.contextIdentifierType", kind)
			}
			switch r := ask(rich); {
			case tt.need == "VatUeManage": // the one thing that an owner does not have
				r.want(403).is("reasonCode", "missing-permissions").is("security.requiredAnyOfPermissions", "[VatUeManage]")
			case r.status != 200 && r.status != 202:
				t.Errorf("the owner gets %d %s", r.status, r.body)
			}
			h.bearer("none").send(method, path, tt.body).want(401)
		})
	}
	poor.send("POST", "/permissions/query/personal/grants", nil).want(200) // one's own may be seen by anybody
}

// The permissions in a token are those granted, one by one.
func TestPermissionsInToken(t *testing.T) {
	h := newHarness(t, nil)
	owner := h.login(nipA, sealFor(t, nipA))
	all := []string{"CredentialsManage", "CredentialsRead", "InvoiceRead", "InvoiceWrite", "Introspection", "SubunitManage", "CollectiveIdentifierManage"}
	for n := 1; n <= len(all); n++ {
		who := identifier{"Pesel", fmt.Sprintf("9001011234%d", n)}
		owner.grants("persons", toPersonBody(who, all[:n]...))
		claims := inside(t, h.login(nipA, personFor(t, who.Value)).access)
		if got := strings.Count(claims["per"].(string), ","); got != n-1 || claims["per"] != claims["pep"] || claims["pec"] != "[]" {
			t.Errorf("granted %d: per %s, pep %s", n, claims["per"], claims["pep"])
		}
	}
}
