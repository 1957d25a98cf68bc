package sandbox

import (
	"testing"

	"github.com/ksef-go/ksef"
)

// sends demands how the sending of an invoice ends.
func (l login) sends(p paper, code int) {
	l.t.Helper()
	l.open().fate(code, p.bytes())
}

// A bookkeeping office: the client lets it delegate, and its employees work for the client.
func TestPermissionsOfBookkeepingOffice(t *testing.T) {
	h := newHarness(t, nil)
	client, office := h.login(nipA, sealFor(t, nipA)), h.login(nipB, sealFor(t, nipB))
	employee, trainee := personFor(t, pesel), personFor(t, pesel2)
	h.in(identifier{"Nip", nipA}, sealFor(t, nipB)).outcome(415)
	client.grants("entities", toEntityBody(nipB, "InvoiceRead+", "InvoiceWrite+"))

	// The office itself works for the client at once, its employees do not.
	itself := h.login(nipA, sealFor(t, nipB))
	if got := itself.per(); got != "InvoiceRead InvoiceWrite" {
		t.Errorf("the office has %q", got)
	}
	h.in(identifier{"Nip", nipA}, employee).outcome(415)

	office.grants("indirect", indirectBody(identifier{"Pesel", pesel}, identifier{}, "InvoiceRead", "InvoiceWrite"))
	office.grants("indirect", indirectBody(identifier{"Pesel", pesel2}, identifier{"Nip", nipA}, "InvoiceRead"))
	worker := h.login(nipA, employee)
	if got := worker.per(); got != "InvoiceRead InvoiceWrite" {
		t.Errorf("the employee has %q", got)
	}
	worker.sends(paper{number: "by the office"}, 200)
	if got := h.login(nipA, trainee).per(); got != "InvoiceRead" {
		t.Errorf("the trainee has %q", got)
	}
	h.in(identifier{"Nip", nipC}, employee).outcome(415) // that one lets nobody delegate
	h.in(identifier{"Nip", nipB}, employee).outcome(415) // an office's client is not the office

	// A second client is served by the general grant alone.
	h.login(nipC, sealFor(t, nipC)).grants("entities", toEntityBody(nipB, "InvoiceRead+", "InvoiceWrite"))
	if got := h.login(nipC, employee).per(); got != "InvoiceRead" {
		t.Errorf("for the second client the employee has %q", got)
	}
	h.in(identifier{"Nip", nipC}, trainee).outcome(415)

	// The client takes everything back: what hung on it has no effect any more.
	client.revokes("common", ids(client.rows("persons/grants", map[string]any{"queryType": "PermissionsGrantedInCurrentContext"}))...)
	h.in(identifier{"Nip", nipA}, employee).outcome(415)
	h.in(identifier{"Nip", nipA}, trainee).outcome(415)
	h.in(identifier{"Nip", nipA}, sealFor(t, nipB)).outcome(415)
	rows := office.rows("persons/grants", map[string]any{"queryType": "PermissionsGrantedInCurrentContext", "permissionState": "Inactive"})
	if got := column(rows, "permissionScope"); len(got) != 2 { // the trainee's, and writing, which the second client does not delegate
		t.Errorf("inactive: %v", rows)
	}
	// An access token keeps what it had until it ends; a renewed one has nothing.
	worker.send("POST", "/permissions/query/personal/grants", nil).want(200)
	renewed := worker.refreshed()
	if got := renewed.per(); got != "" {
		t.Errorf("after the revocation a renewed token has %q", got)
	}
	renewed.harness.sloppy().send("POST", "/tokens", map[string]any{"permissions": []string{"InvoiceRead"}, "description": "A token"}).refused(26001)
}

// refreshed is the login with a new access token.
func (l login) refreshed() login {
	l.t.Helper()
	l.access = l.operation.harness.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200).text("accessToken.token")
	l.harness = l.operation.harness.bearer(l.access)
	return l
}

// A VAT group and a municipality: their administrator appoints administrators of the members, who look after
// the members themselves.
func TestPermissionsOfGroups(t *testing.T) {
	for _, kind := range []string{"VatGroup", "JST"} {
		t.Run(kind, func(t *testing.T) {
			h := newHarness(t, nil)
			h.send("POST", "/testdata/subject", map[string]any{"subjectNip": nipA, "subjectType": kind, "description": "The group",
				"subunits": []map[string]any{{"subjectNip": nipB, "description": "A member"}}}).want(200)
			h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", pesel}, "SubunitManage", "CredentialsManage")).want(200)
			admin := h.login(nipA, personFor(t, pesel))

			roles := admin.send("GET", "/permissions/query/entities/roles", nil).want(200)
			want := map[string][2]string{"VatGroup": {"VatGroupUnit", "VatGroupSubUnit"}, "JST": {"LocalGovernmentUnit", "LocalGovernmentSubUnit"}}[kind]
			roles.is("roles.0.role", want[0]).is("roles.0.description", "The group").is("roles.0.parentEntityIdentifier", nil).is("roles.1", nil)
			members := admin.rows("subordinate-entities/roles", nil)
			if len(members) != 1 || members[0]["role"] != want[1] || members[0]["description"] != "A member" || column(members, "subordinateEntityIdentifier")[0] != nipB {
				t.Errorf("members: %v", members)
			}
			if got := admin.rows("subordinate-entities/roles", map[string]any{"subordinateEntityIdentifier": identifier{"Nip", nipC}}); len(got) != 0 {
				t.Errorf("another's: %v", got)
			}

			// The administrator of the member is appointed, and hires.
			admin.grants("subunits", subunitBody(identifier{"Nip", nipC}, identifier{"Nip", nipB}))
			director := h.login(nipB, personFor(t, nipC))
			if got := director.per(); got != "CredentialsManage" {
				t.Errorf("the director has %q", got)
			}
			director.grants("persons", toPersonBody(identifier{"Nip", nipC}, "InvoiceWrite", "InvoiceRead"))
			director.harness.sloppy().send("POST", "/sessions/online", map[string]any{}).want(403) // this token does not know yet
			director = h.login(nipB, personFor(t, nipC))
			director.sends(paper{seller: nipB, buyer: nipA, number: kind}, 200)
			director.sends(paper{seller: nipA, buyer: nipB, number: kind}, 410)
			director.send("GET", "/permissions/query/entities/roles", nil).want(200).is("roles.0.role", want[1]).
				is("roles.0.parentEntityIdentifier.value", nipA)

			rows := admin.rows("subunits/grants", map[string]any{"subunitIdentifier": identifier{"Nip", nipB}})
			if len(rows) != 1 || column(rows, "authorizedIdentifier")[0] != nipC || column(rows, "authorIdentifier")[0] != pesel || rows[0]["subunitName"] != "Oddział w Łodzi" {
				t.Errorf("administrators: %v", rows)
			}
			// The superior does not see what the member's own administrator gave.
			if got := column(admin.rows("persons/grants", map[string]any{"queryType": "PermissionsGrantedInCurrentContext"}), "permissionScope"); len(got) != 1 {
				t.Errorf("granted: %v", got)
			}
			admin.revokes("common", ids(rows)...)
			if got := h.login(nipB, personFor(t, nipC)).per(); got != "InvoiceRead InvoiceWrite" {
				t.Errorf("after the dismissal the director has %q", got)
			}
			if got := admin.rows("subunits/grants", nil); len(got) != 0 {
				t.Errorf("after the dismissal: %v", got)
			}
		})
	}
}

// A unit with an internal identifier, as the official suites do it.
func TestPermissionsOfUnit(t *testing.T) {
	h := newHarness(t, nil)
	parent, unit := h.login(nipA, sealFor(t, nipA)), identifier{"InternalId", unitA}
	parent.grants("persons", toPersonBody(identifier{"Nip", nipC}, "SubunitManage", "CredentialsManage"))
	manager := h.login(nipA, personFor(t, nipC))
	manager.grants("subunits", subunitBody(identifier{"Pesel", pesel}, unit))
	if got := column(manager.rows("subunits/grants", map[string]any{"subunitIdentifier": unit}), "permissionScope"); len(got) != 1 || got[0] != "CredentialsManage" {
		t.Errorf("subunits: %v", got)
	}

	director := h.in(unit, personFor(t, pesel)).redeemed()
	if got := director.per(); got != "CredentialsManage" {
		t.Errorf("the director has %q", got)
	}
	director.grants("persons", toPersonBody(identifier{"Pesel", pesel}, "InvoiceRead", "InvoiceWrite"))
	director.grants("entities", toEntityBody(nipA, "InvoiceRead", "InvoiceWrite"))
	for _, body := range []any{nil, map[string]any{"contextIdentifier": unit}} {
		rows := director.rows("personal/grants", body)
		if got := column(rows, "permissionScope"); len(got) != 3 || got[1] != "InvoiceRead" || got[2] != "InvoiceWrite" || rows[0]["canDelegate"] != false {
			t.Errorf("personal: %v", rows)
		}
	}
	worker := h.in(unit, personFor(t, pesel)).redeemed()
	worker.sends(paper{number: "of the unit"}, 200)
	worker.sends(paper{seller: nipB, buyer: nipA}, 410)
	if got := h.in(unit, sealFor(t, nipA)).redeemed().per(); got != "InvoiceRead InvoiceWrite" {
		t.Errorf("the parent has %q in the unit", got)
	}
	// The parent's owner sees the same row as the manager, and may revoke it.
	rows := parent.rows("subunits/grants", nil)
	parent.revokes("common", ids(rows)...)
	if got := manager.rows("subunits/grants", nil); len(got) != 0 {
		t.Errorf("after the revocation: %v", got)
	}
	if got := parent.rows("subordinate-entities/roles", nil); len(got) != 0 {
		t.Errorf("roles: %v", got)
	}
}

// A bailiff: the role goes with the person, and can be lent to an employee.
func TestPermissionsOfBailiff(t *testing.T) {
	h := newHarness(t, nil)
	h.makePerson(true, false)
	bailiff := h.login(nipA, personFor(t, pesel))
	bailiff.send("GET", "/permissions/query/entities/roles", nil).want(200).is("roles.0.role", "CourtBailiff")
	debtor := paper{seller: nipB, buyer: nipC, before: `<PodmiotUpowazniony><DaneIdentyfikacyjne><NIP>` + nipA +
		`</NIP><Nazwa>Komornik</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Sądowa 1</AdresL1></Adres><RolaPU>2</RolaPU></PodmiotUpowazniony>`}
	debtor.number = "by the bailiff"
	bailiff.sends(debtor, 200)

	bailiff.grants("persons", toPersonBody(identifier{"Pesel", pesel2}, "EnforcementOperations"))
	employee := h.login(nipA, personFor(t, pesel2))
	if got := employee.per(); got != "EnforcementOperations" {
		t.Errorf("the employee has %q", got)
	}
	debtor.number = "by the employee"
	employee.sends(debtor, 200)
	bailiff.revokes("common", ids(bailiff.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}))...)
	h.in(identifier{"Nip", nipA}, personFor(t, pesel2)).outcome(415)

	// In an ordinary context the operation fails, and with it what was asked for beside.
	other := h.login(nipB, sealFor(t, nipB))
	other.ends(other.ask("POST", "persons/grants", toPersonBody(identifier{"Pesel", pesel2}, "InvoiceRead", "EnforcementOperations")),
		430, "Kontekst identyfikatora nie odpowiada wymaganej roli lub uprawnieniom")
	if got := other.rows("persons/grants", map[string]any{"queryType": "PermissionsInCurrentContext"}); len(got) != 0 {
		t.Errorf("after a failure: %v", got)
	}
}

// An EU entity that issues its own invoices for a Polish taxpayer.
func TestPermissionsOfEUEntity(t *testing.T) {
	h := newHarness(t, nil)
	owner, context := h.login(nipA, sealFor(t, nipA)), identifier{"NipVatUe", euA}
	adminCert, clerkCert := foreigner(t, "Administrator"), foreigner(t, "Clerk")
	admins, clerks := fingerprint(adminCert.Leaf), fingerprint(clerkCert.Leaf)
	owner.grants("eu-entities/administration", euAdminBody(admins, euA, entityByFP))
	rows := owner.rows("eu-entities/grants", nil)
	if got := column(rows, "permissionScope"); len(got) != 4 {
		t.Fatalf("the owner sees %v", rows)
	}
	for _, r := range rows {
		eu, _ := r["euEntityDetails"].(map[string]any)
		entity, _ := r["subjectEntityDetails"].(map[string]any)
		if r["vatUeIdentifier"] != "ATU12345678" || r["euEntityName"] != "Gasthaus GmbH, Wien" || r["authorizedFingerprintIdentifier"] != admins ||
			eu["fullName"] != "Gasthaus GmbH" || entity["fullName"] != "Gasthaus GmbH" || entity["address"] != "Wien 1" || r["subjectPersonDetails"] != nil {
			t.Errorf("row %v", r)
		}
	}

	admin := h.in(context, adminCert).redeemed()
	if got := admin.per(); got != "Introspection InvoiceRead InvoiceWrite VatUeManage" {
		t.Errorf("the administrator has %q", got)
	}
	admin.sends(paper{seller: nipA, buyer: nipB, number: "by the EU entity"}, 200)
	admin.grants("eu-entities", euBody(clerks, "InvoiceWrite"))
	clerk := h.in(context, clerkCert).redeemed()
	if got := clerk.per(); got != "InvoiceWrite" {
		t.Errorf("the representative has %q", got)
	}
	found := admin.rows("eu-entities/grants", map[string]any{"authorizedFingerprintIdentifier": clerks[10:30]})
	if len(found) != 1 || found[0]["euEntityName"] != "Gasthaus GmbH, Wien" || column(found, "authorIdentifier")[0] != admins {
		t.Errorf("the administrator finds %v", found)
	}
	if got := owner.rows("eu-entities/grants", nil); len(got) != 4 {
		t.Errorf("the owner sees representatives: %v", got)
	}
	if got := admin.rows("eu-entities/grants", nil); len(got) != 5 {
		t.Errorf("the administrator sees %v", got)
	}
	for _, filter := range []map[string]any{{"vatUeIdentifier": "DE123456789"}, {"permissionTypes": []string{"VatUeManage"}, "authorizedFingerprintIdentifier": clerks}} {
		if got := admin.rows("eu-entities/grants", filter); len(got) != 0 {
			t.Errorf("%v finds %v", filter, got)
		}
	}
	if got := admin.rows("eu-entities/grants", map[string]any{"vatUeIdentifier": "ATU12345678", "permissionTypes": []string{"VatUeManage"}}); len(got) != 1 {
		t.Errorf("filtered: %v", got)
	}
	admin.revokes("common", ids(found)...)
	h.in(context, clerkCert).outcome(415)
	owner.revokes("common", ids(rows)...)
	h.in(context, adminCert).outcome(415)
}

// A Peppol provider, and the other authorizations: they count when an invoice is judged.
func TestPermissionsOfAgents(t *testing.T) {
	h := newHarness(t, nil)
	const id = "PPL000001"
	provider := h.in(identifier{"PeppolId", id}, peppolSeal(t, id)).redeemed()
	seller := h.login(nipA, sealFor(t, nipA))
	seller.grants("authorizations", authorizationBody(identifier{"PeppolId", id}, "PefInvoicing"))
	received := provider.rows("authorizations/grants", map[string]any{"queryType": "Received", "permissionTypes": []string{"PefInvoicing"}})
	if len(received) != 1 || column(received, "authorizingEntityIdentifier")[0] != nipA || column(received, "authorizedEntityIdentifier")[0] != id ||
		received[0]["subjectEntityDetails"].(map[string]any)["fullName"] != "Biuro Rachunkowe" {
		t.Errorf("the provider has %v", received)
	}

	buyer := h.login(nipB, sealFor(t, nipB))
	selfInvoiced := paper{seller: nipA, buyer: nipB, selfInvoiced: true, number: "by the buyer"}
	buyer.sends(selfInvoiced, 410)
	seller.grants("authorizations", authorizationBody(identifier{"Nip", nipB}, "SelfInvoicing"))
	buyer.sends(selfInvoiced, 200)
	if got := h.login(nipB, sealFor(t, nipB)).per(); got != "Owner" {
		t.Errorf("an authorization is no permission to log in: %q", got)
	}
	h.in(identifier{"Nip", nipA}, sealFor(t, nipB)).outcome(415)

	if got := buyer.rows("personal/grants", nil); len(got) != 0 {
		t.Errorf("an authorization is nobody's own permission: %v", got)
	}
	both := map[string]any{"queryType": "Granted", "authorizingIdentifier": identifier{"Nip", nipA}, "authorizedIdentifier": identifier{"Nip", nipB}}
	given := seller.rows("authorizations/grants", both)
	if len(given) != 1 || given[0]["authorizationScope"] != "SelfInvoicing" {
		t.Errorf("given: %v", given)
	}
	if got := buyer.rows("authorizations/grants", map[string]any{"queryType": "Received", "authorizedIdentifier": identifier{"Nip", nipB}}); len(got) != 1 {
		t.Errorf("received: %v", got)
	}
	if got := seller.rows("authorizations/grants", map[string]any{"queryType": "Granted"}); len(got) != 2 {
		t.Errorf("all: %v", got)
	}
	seller.revokes("authorizations", ids(given)...)
	selfInvoiced.number = "after the revocation"
	buyer.sends(selfInvoiced, 410)
	if got := seller.rows("authorizations/grants", both); len(got) != 0 {
		t.Errorf("after the revocation: %v", got)
	}

	// What the server was told directly shows without an author.
	h.Authorize(nipA, ksef.Identifier{Kind: ksef.KindNIP, Value: nipC}, rrInvoicing)
	if got := seller.rows("authorizations/grants", map[string]any{"queryType": "Granted", "permissionTypes": []string{"RRInvoicing"}}); len(got) != 1 || got[0]["authorIdentifier"] != nil {
		t.Errorf("directly: %v", got)
	}
}
