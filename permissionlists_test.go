package ksef_test

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// first asks a list for a page and returns its items.
func first[Q, T any](t *testing.T, l ksef.Listing[Q, T], q *Q) []T {
	t.Helper()
	page, err := l.Query(t.Context(), q)
	if err != nil {
		t.Error(err)
		return nil
	}
	if page.Next != "" {
		t.Errorf("next page %q", page.Next)
	}
	return page.Items
}

// Every filter of every list, as it goes out.
func TestPermissionQueriesOnTheWire(t *testing.T) {
	const nothing, noRoles, noGrants = `{"permissions":[],"hasMore":false}`, `{"roles":[],"hasMore":false}`, `{"authorizationGrants":[],"hasMore":false}`
	d := newDesk(t, map[string][]string{
		"POST /query/persons/grants": {nothing}, "POST /query/personal/grants": {nothing}, "POST /query/entities/grants": {nothing},
		"POST /query/authorizations/grants": {noGrants}, "POST /query/subunits/grants": {nothing}, "POST /query/eu-entities/grants": {nothing},
		"GET /query/entities/roles": {noRoles}, "POST /query/subordinate-entities/roles": {noRoles},
	})
	big := ksef.ListOptions{PageSize: 50, Cursor: "2/50"}
	first(t, d.Persons, nil)
	first(t, d.Persons, &ksef.PersonQuery{ListOptions: big, Granted: true, Author: ksef.Identifier{Kind: ksef.KindSystem}, Authorized: somePESEL,
		Context: someUnit, Target: ksef.AllPartners, Permissions: []ksef.Permission{ksef.InvoiceRead}, State: ksef.PermissionInactive})
	first(t, d.Persons, &ksef.PersonQuery{Author: somePrint, Authorized: otherNIP, Context: someNIP, Target: someNIP, State: ksef.PermissionActive})
	first(t, d.Personal, nil)
	first(t, d.Personal, &ksef.PersonalQuery{ListOptions: big, Context: someNIP, Target: someUnit, Permissions: []ksef.Permission{ksef.VATUEManage}, State: ksef.PermissionActive})
	first(t, d.Entities, nil)
	first(t, d.Entities, &ksef.EntityQuery{ListOptions: big, Context: someUnit})
	first(t, d.Authorizations, nil)
	first(t, d.Authorizations, &ksef.AuthorizationQuery{ListOptions: big, Received: true, Authorizing: new(otherNIP), Authorizations: []ksef.Authorization{ksef.PEFInvoicing}})
	first(t, d.Authorizations, &ksef.AuthorizationQuery{Authorized: ksef.PeppolID("PPL123456")})
	first(t, d.Subunits, nil)
	first(t, d.Subunits, &ksef.SubunitQuery{ListOptions: big, Unit: someUnit})
	first(t, d.EUEntities, nil)
	first(t, d.EUEntities, &ksef.EUEntityQuery{ListOptions: big, VATNumber: new("DE123456789"), Fingerprint: new("00FF"), Permissions: []ksef.Permission{ksef.VATUEManage}})
	first(t, d.Roles, nil)
	first(t, d.Roles, &big)
	first(t, d.SubordinateRoles, nil)
	first(t, d.SubordinateRoles, &ksef.SubordinateQuery{ListOptions: big, Entity: new(otherNIP)})
	want := []string{
		`POST /query/persons/grants {"queryType":"PermissionsInCurrentContext"}`,
		`POST /query/persons/grants?pageOffset=2&pageSize=50 {"queryType":"PermissionsGrantedInCurrentContext","authorIdentifier":{"type":"System"},"authorizedIdentifier":{"type":"Pesel","value":"44051401359"},"contextIdentifier":{"type":"InternalId","value":"6824515772-12343"},"targetIdentifier":{"type":"AllPartners"},"permissionTypes":["InvoiceRead"],"permissionState":"Inactive"}`,
		`POST /query/persons/grants {"queryType":"PermissionsInCurrentContext","authorIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"authorizedIdentifier":{"type":"Nip","value":"5260250274"},"contextIdentifier":{"type":"Nip","value":"5261040828"},"targetIdentifier":{"type":"Nip","value":"5261040828"},"permissionState":"Active"}`,
		`POST /query/personal/grants {}`,
		`POST /query/personal/grants?pageOffset=2&pageSize=50 {"contextIdentifier":{"type":"Nip","value":"5261040828"},"targetIdentifier":{"type":"InternalId","value":"6824515772-12343"},"permissionTypes":["VatUeManage"],"permissionState":"Active"}`,
		`POST /query/entities/grants {}`,
		`POST /query/entities/grants?pageOffset=2&pageSize=50 {"contextIdentifier":{"type":"InternalId","value":"6824515772-12343"}}`,
		`POST /query/authorizations/grants {"queryType":"Granted"}`,
		`POST /query/authorizations/grants?pageOffset=2&pageSize=50 {"queryType":"Received","authorizingIdentifier":{"type":"Nip","value":"5260250274"},"permissionTypes":["PefInvoicing"]}`,
		`POST /query/authorizations/grants {"queryType":"Granted","authorizedIdentifier":{"type":"PeppolId","value":"PPL123456"}}`,
		`POST /query/subunits/grants {}`,
		`POST /query/subunits/grants?pageOffset=2&pageSize=50 {"subunitIdentifier":{"type":"InternalId","value":"6824515772-12343"}}`,
		`POST /query/eu-entities/grants {}`,
		`POST /query/eu-entities/grants?pageOffset=2&pageSize=50 {"vatUeIdentifier":"DE123456789","authorizedFingerprintIdentifier":"00FF","permissionTypes":["VatUeManage"]}`,
		`GET /query/entities/roles`,
		`GET /query/entities/roles?pageOffset=2&pageSize=50`,
		`POST /query/subordinate-entities/roles {}`,
		`POST /query/subordinate-entities/roles?pageOffset=2&pageSize=50 {"subordinateEntityIdentifier":{"type":"Nip","value":"5260250274"}}`,
	}
	if got := strings.Join(d.asked, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%s\nwant %s", got, strings.Join(want, "\n"))
	}
}

// A filter that came out empty does not find everybody.
func TestPermissionQueriesRefused(t *testing.T) {
	d := newDesk(t, nil)
	ask := func(l any, q any) error { // the lists are of as many types as there are lists
		out := reflect.ValueOf(l).MethodByName("Query").Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(q)})
		err, _ := out[1].Interface().(error)
		return err
	}
	for _, c := range []struct {
		list, query any
		want        string
	}{
		{d.Persons, &ksef.PersonQuery{Author: ksef.NIP("")}, `PersonQuery.Author: "" is not a valid NIP`},
		{d.Persons, &ksef.PersonQuery{Authorized: ksef.PESEL("")}, `PersonQuery.Authorized: "" is not a valid PESEL`},
		{d.Persons, &ksef.PersonQuery{Authorized: ksef.Identifier{Kind: ksef.KindSystem}}, `PersonQuery.Authorized: a "System" cannot stand here`},
		{d.Persons, &ksef.PersonQuery{Context: ksef.InternalID("")}, `PersonQuery.Context: "" is not a valid internal identifier`},
		{d.Persons, &ksef.PersonQuery{Target: ksef.Partners("")}, `PersonQuery.Target: a "" cannot stand here`},
		{d.Personal, &ksef.PersonalQuery{Context: ksef.NIP("")}, `PersonalQuery.Context: "" is not`},
		{d.Personal, &ksef.PersonalQuery{Target: ksef.NIP("")}, `PersonalQuery.Target: "" is not`},
		{d.Entities, &ksef.EntityQuery{Context: ksef.Identifier{}}, `EntityQuery.Context: a "" cannot stand here`},
		{d.Authorizations, &ksef.AuthorizationQuery{Authorizing: new(ksef.NIP)}, `AuthorizationQuery.Authorizing: "" is not`},
		{d.Authorizations, &ksef.AuthorizationQuery{Authorized: ksef.PeppolID("")}, `AuthorizationQuery.Authorized: "" is not`},
		{d.Subunits, &ksef.SubunitQuery{Unit: ksef.NIP("")}, `SubunitQuery.Unit: "" is not`},
		{d.EUEntities, &ksef.EUEntityQuery{VATNumber: new("")}, `EUEntityQuery.VATNumber: "" is not a valid EU VAT number`},
		{d.EUEntities, &ksef.EUEntityQuery{VATNumber: new(string(someVATUE))}, "is not a valid EU VAT number"},
		{d.EUEntities, &ksef.EUEntityQuery{Fingerprint: new("")}, `EUEntityQuery.Fingerprint: "" is not`},
		{d.EUEntities, &ksef.EUEntityQuery{Fingerprint: new("ab")}, `EUEntityQuery.Fingerprint: "ab" is not`},
		{d.SubordinateRoles, &ksef.SubordinateQuery{Entity: new(ksef.NIP)}, `SubordinateQuery.Entity: "" is not`},
		{d.Roles, &ksef.ListOptions{Cursor: "next"}, `GET /permissions/query/entities/roles: cursor "next" is of another listing`},
		{d.Roles, &ksef.ListOptions{Cursor: "1/x"}, "is of another listing"},
		{d.Roles, &ksef.ListOptions{PageSize: 20, Cursor: "1/10"}, "is of another listing"}, // the second ten are not the second twenty
	} {
		if err := ask(c.list, c.query); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v:\n%v\nwant %s", c.query, err, c.want)
		}
	}
	if len(d.asked) > 0 {
		t.Errorf("sent %q", d.asked)
	}
}

// Everything an answer can say, and everything it can leave out.
func TestPermissionListsRead(t *testing.T) {
	const id, moment = `"id":"` + string(somePerm) + `"`, `"startDate":"2026-03-01T10:00:00+01:00"`
	list := func(name string, items ...string) []string {
		return []string{fmt.Sprintf(`{%q:[%s],"hasMore":false}`, name, strings.Join(items, ","))}
	}
	d := newDesk(t, map[string][]string{
		"POST /query/persons/grants": list("permissions",
			`{`+id+`,"authorizedIdentifier":{"type":"Fingerprint","value":"`+string(somePrint)+`"},"contextIdentifier":{"type":"InternalId","value":"6824515772-12343"},"targetIdentifier":{"type":"AllPartners"},"authorIdentifier":{"type":"System","value":null},"permissionScope":"InvoiceRead","description":"bookkeeping","subjectPersonDetails":{"subjectDetailsType":"PersonByFingerprintWithoutIdentifier","firstName":"Erika","lastName":"Mustermann","personIdentifier":null,"birthDate":"1964-08-12","idDocument":{"type":"passport","number":"C01X00T47","country":"DE"}},"permissionState":"Inactive",`+moment+`,"canDelegate":true}`,
			`{`+id+`,"authorizedIdentifier":{"type":"Nip","value":"5260250274"},"contextIdentifier":null,"targetIdentifier":null,"authorIdentifier":{"type":"Pesel","value":"44051401359"},"permissionScope":"InvoiceWrite","description":"bookkeeping","subjectPersonDetails":null,"subjectEntityDetails":{"subjectDetailsType":"EntityByIdentifier","fullName":"Biuro"},"permissionState":"Active",`+moment+`,"canDelegate":false}`),
		"POST /query/personal/grants": list("permissions",
			`{`+id+`,"authorizedIdentifier":null,"permissionScope":"VatUeManage","description":"administrator","permissionState":"Active",`+moment+`,"canDelegate":false}`),
		"POST /query/entities/grants": list("permissions",
			`{`+id+`,"contextIdentifier":{"type":"Nip","value":"5261040828"},"permissionScope":"InvoiceRead","description":"bookkeeping",`+moment+`,"canDelegate":true}`),
		"POST /query/authorizations/grants": list("authorizationGrants",
			`{`+id+`,"authorIdentifier":{"type":"Nip","value":"5261040828"},"authorizedEntityIdentifier":{"type":"PeppolId","value":"PPL123456"},"authorizingEntityIdentifier":{"type":"Nip","value":"5261040828"},"authorizationScope":"PefInvoicing","description":"Peppol","subjectEntityDetails":{"subjectDetailsType":"EntityByIdentifier","fullName":"Provider"},`+moment+`}`),
		"POST /query/subunits/grants": list("permissions",
			`{`+id+`,"authorizedIdentifier":{"type":"Pesel","value":"44051401359"},"subunitIdentifier":{"type":"InternalId","value":"6824515772-12343"},"authorIdentifier":{"type":"Nip","value":"5261040828"},"permissionScope":"CredentialsManage","description":"headmaster","subjectPersonDetails":{"subjectDetailsType":"PersonByIdentifier","firstName":"Jan","lastName":"Kowalski"},"subunitName":"School No. 1",`+moment+`}`),
		"POST /query/eu-entities/grants": list("permissions",
			`{`+id+`,"authorIdentifier":{"type":"Nip","value":"5261040828"},"vatUeIdentifier":"DE123456789","euEntityName":"Muster GmbH, Berlin","authorizedFingerprintIdentifier":"`+string(somePrint)+`","permissionScope":"Introspection","description":"administrator","subjectPersonDetails":{"subjectDetailsType":"PersonByFingerprintWithIdentifier","firstName":"Jan","lastName":"Kowalski","personIdentifier":{"type":"Pesel","value":"44051401359"}},"euEntityDetails":{"fullName":"Muster GmbH","address":"Berlin"},`+moment+`}`),
		"GET /query/entities/roles": list("roles",
			`{"parentEntityIdentifier":{"type":"Nip","value":"5261040828"},"role":"VatGroupSubUnit","description":"member",`+moment+`}`),
		"POST /query/subordinate-entities/roles": list("roles",
			`{"subordinateEntityIdentifier":{"type":"Nip","value":"5260250274"},"role":"LocalGovernmentSubUnit","description":"school",`+moment+`}`),
		"GET /attachments/status": {`{"isAttachmentAllowed":true,"revokedDate":"2026-03-01T10:00:00+01:00"}`, `{"isAttachmentAllowed":false,"revokedDate":null}`},
	})
	since := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	owner, other := ksef.Identifier{Kind: ksef.KindNIP, Value: string(someNIP)}, ksef.Identifier{Kind: ksef.KindNIP, Value: string(otherNIP)}
	person := ksef.Identifier{Kind: ksef.KindPESEL, Value: string(somePESEL)}
	unit := ksef.Identifier{Kind: ksef.KindInternalID, Value: string(someUnit)}
	consent := func() *ksef.AttachmentConsent {
		c, err := d.Attachments(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.Ends = c.Ends.UTC()
		return c
	}
	for _, c := range []struct{ got, want any }{
		{first(t, d.Persons, nil), []ksef.PersonPermission{
			{ID: somePerm, Authorized: ksef.Identifier{Kind: ksef.KindFingerprint, Value: string(somePrint)}, Context: unit, Target: ksef.Identifier{Kind: ksef.KindAllPartners},
				Author: ksef.Identifier{Kind: ksef.KindSystem}, Permission: ksef.InvoiceRead, State: ksef.PermissionInactive, CanDelegate: true, Description: "bookkeeping",
				Person: ksef.PersonDetails{Kind: ksef.PersonByFingerprintWithoutIdentifier, FirstName: "Erika", LastName: "Mustermann", Born: "1964-08-12", Document: passport}, Since: since},
			{ID: somePerm, Authorized: other, Author: person, Permission: ksef.InvoiceWrite, State: ksef.PermissionActive, Description: "bookkeeping",
				Entity: ksef.EntityDetails{Kind: ksef.EntityByIdentifier, Name: "Biuro"}, Since: since},
		}},
		{first(t, d.Personal, nil), []ksef.PersonPermission{{ID: somePerm, Permission: ksef.VATUEManage, State: ksef.PermissionActive, Description: "administrator", Since: since}}},
		{first(t, d.Entities, nil), []ksef.ReceivedPermission{{ID: somePerm, Context: owner, Permission: ksef.InvoiceRead, CanDelegate: true, Description: "bookkeeping", Since: since}}},
		{first(t, d.Authorizations, nil), []ksef.EntityAuthorization{{ID: ksef.AuthorizationID(somePerm), Author: owner, Authorizing: owner, Authorized: ksef.Identifier{Kind: ksef.KindPeppolID, Value: "PPL123456"},
			Entity: ksef.EntityDetails{Kind: ksef.EntityByIdentifier, Name: "Provider"}, Authorization: ksef.PEFInvoicing, Description: "Peppol", Since: since}}},
		{first(t, d.Subunits, nil), []ksef.SubunitPermission{{ID: somePerm, Authorized: person, Unit: unit, UnitName: "School No. 1", Author: owner, Permission: ksef.CredentialsManage, Description: "headmaster",
			Person: ksef.PersonDetails{Kind: ksef.PersonByIdentifier, FirstName: "Jan", LastName: "Kowalski"}, Since: since}}},
		{first(t, d.EUEntities, nil), []ksef.EUEntityPermission{{ID: somePerm, Authorized: somePrint, VATNumber: "DE123456789", Label: "Muster GmbH, Berlin", Company: ksef.Company{Name: "Muster GmbH", Address: "Berlin"},
			Author: owner, Permission: ksef.Introspection, Description: "administrator",
			Person: ksef.PersonDetails{Kind: ksef.PersonByFingerprintWithIdentifier, FirstName: "Jan", LastName: "Kowalski", ID: person}, Since: since}}},
		{first(t, d.Roles, nil), []ksef.EntityRole{{Role: ksef.RoleVATGroupMember, Parent: owner, Description: "member", Since: since}}},
		{first(t, d.SubordinateRoles, nil), []ksef.SubordinateRole{{Entity: other, Role: ksef.RoleLocalGovernmentSubunit, Description: "school", Since: since}}},
		{consent(), &ksef.AttachmentConsent{Allowed: true, Ends: since}},
		{consent(), &ksef.AttachmentConsent{}},
	} {
		if items := reflect.ValueOf(c.got); items.Kind() == reflect.Slice {
			for i := range items.Len() {
				at := items.Index(i).FieldByName("Since")
				at.Set(reflect.ValueOf(at.Interface().(time.Time).UTC()))
			}
		}
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%+v\nwant %+v", c.got, c.want)
		}
	}
}

// KSeF 2.9.0 tells the owner's permissions in a way that is not published, and
// later ones will have values that nobody knows.
func TestPermissionListsOfTheFuture(t *testing.T) {
	d := newDesk(t, map[string][]string{"POST /query/personal/grants": {`{"permissions":[
		{"ownerPermissionScope":"Owner","permissionScope":"Owner","permissionState":"Asleep","authorizedIdentifier":{"type":"Passkey","value":"x"},"subjectPersonDetails":{"subjectDetailsType":"PersonByVoice","firstName":"Jan"}}],"hasMore":false,"total":1}`}})
	d.loose = true
	want := []ksef.PersonPermission{{Permission: ksef.Owner, State: "Asleep", Authorized: ksef.Identifier{Kind: "Passkey", Value: "x"}, Person: ksef.PersonDetails{Kind: "PersonByVoice", FirstName: "Jan"}}}
	if got := first(t, d.Personal, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// Page by page, from anywhere, and twice.
func TestPermissionListsPaged(t *testing.T) {
	role := func(more bool, names ...string) string {
		var items []string
		for _, n := range names {
			items = append(items, `{"role":"CourtBailiff","description":"`+n+`","startDate":"2026-03-01T10:00:00Z"}`)
		}
		return fmt.Sprintf(`{"roles":[%s],"hasMore":%v}`, strings.Join(items, ","), more)
	}
	d := newDesk(t, map[string][]string{"GET /query/entities/roles": {role(true, "first", "second"), role(true, "third"), role(false, "fourth")}})
	walk := func(all iter.Seq2[ksef.EntityRole, error]) string {
		var names []string
		for r, err := range all {
			if err != nil {
				t.Error(err)
			}
			names = append(names, r.Description)
		}
		return strings.Join(names, " ")
	}
	all := d.Roles.All(t.Context(), nil)
	if got := walk(all); got != "first second third fourth" {
		t.Error(got)
	}
	if got := walk(all); got != "fourth" { // the answers are used up, but it begins anew
		t.Error(got)
	}
	page, err := d.Roles.Query(t.Context(), nil)
	if err != nil || page.Next != "" {
		t.Errorf("%+v, %v", page, err)
	}
	d.answers["GET /query/entities/roles"] = []string{role(true, "fifth"), role(false, "sixth")}
	if page, err = d.Roles.Query(t.Context(), nil); err != nil || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	if got := walk(d.Roles.All(t.Context(), &ksef.ListOptions{Cursor: page.Next})); got != "sixth" {
		t.Error(got)
	}
	const path = "GET /query/entities/roles"
	want := []string{path + "?pageSize=100", path + "?pageOffset=1&pageSize=100", path + "?pageOffset=2&pageSize=100", path + "?pageSize=100", path, path, path + "?pageOffset=1&pageSize=10"}
	if fmt.Sprint(d.asked) != fmt.Sprint(want) {
		t.Errorf("%q\nwant %q", d.asked, want)
	}
}

// A false "nobody" is worse than an error.
func TestPermissionListsMalformed(t *testing.T) {
	for _, body := range []string{`{}`, `{"hasMore":false}`, `{"permissions":null,"hasMore":false}`, `{"permissions":[],"hasMore":true}`, `<html>`, ``} {
		d := newDesk(t, map[string][]string{"POST /query/persons/grants": {body}})
		d.loose = true
		n := 0
		for _, err := range d.Persons.All(t.Context(), nil) {
			if n++; !errors.Is(err, ksef.ErrMalformed) || errors.Is(err, ksef.ErrUnknown) {
				t.Errorf("%s: %v", body, err)
			}
		}
		if n != 1 {
			t.Errorf("%s: yielded %d times", body, n)
		}
	}
}
