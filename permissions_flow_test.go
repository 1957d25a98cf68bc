package ksef_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

const (
	clientNIP = ksef.NIP("6824515772")
	newPESEL  = ksef.PESEL("02070803628")
)

var anna = ksef.Person{FirstName: "Anna", LastName: "Nowak"}

// enter authenticates with a certificate in a context.
func (f *flow) enter(t *testing.T, in ksef.ContextID, cert tls.Certificate, opts *ksef.AuthOptions) *ksef.AuthenticatedClient {
	t.Helper()
	auth, err := f.client.Authentication.WithXAdES(t.Context(), in, cert, opts)
	if err != nil {
		t.Fatalf("%v: %v", in, err)
	}
	return auth
}

// barred demands that nobody gets into a context with a certificate.
func (f *flow) barred(t *testing.T, in ksef.ContextID, cert tls.Certificate) {
	t.Helper()
	_, err := f.client.Authentication.WithXAdES(t.Context(), in, cert, nil)
	if failed, ok := errors.AsType[*ksef.FailedError](err); !ok || failed.Status.Code != 415 {
		t.Errorf("in %v: %v", in, err)
	}
}

// grant gives all of these, and demands that they are in force.
func grant(t *testing.T, auth *ksef.AuthenticatedClient, grants ...ksef.Grant) {
	t.Helper()
	for _, g := range grants {
		if err := auth.Permissions.Grant(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
}

// rows are the items of a list, each in a few words, sorted.
func rows[Q, T any](t *testing.T, l ksef.Listing[Q, T], q *Q, words func(T) string) string {
	t.Helper()
	var out []string
	for item, err := range l.All(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, words(item))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func permissionWords(p ksef.PersonPermission) string {
	s := p.Authorized.Value + " " + string(p.Permission)
	if p.Target.Kind != "" {
		s += " for " + p.Target.String()
	}
	if p.State != ksef.PermissionActive {
		s += " " + string(p.State)
	}
	return s
}

// A client of a bookkeeping office lets it delegate; one of the office's people
// has one client, another all of them.
func TestPermissionsOfOffice(t *testing.T) {
	f := newFlow(t, nil, nil)
	client, office := login(t, f, clientNIP), login(t, f, someNIP)
	jansCard, annasCard := person(t, string(somePESEL)), person(t, string(newPESEL))
	f.barred(t, clientNIP, seal(t, someNIP, nil))

	// Before the client has granted anything, the office's grant sleeps.
	read := []ksef.Permission{ksef.InvoiceRead}
	grant(t, office,
		ksef.IndirectGrant{To: somePESEL, Person: jan, For: clientNIP, Permissions: read, Description: "Kowalski for one client"},
		ksef.IndirectGrant{To: newPESEL, Person: anna, For: ksef.AllPartners, Permissions: []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite}, Description: "Nowak for all clients"})
	f.barred(t, clientNIP, jansCard)
	granted := ksef.PersonQuery{Granted: true}
	const asleep = "02070803628 InvoiceRead for AllPartners Inactive, 02070803628 InvoiceWrite for AllPartners Inactive, 44051401359 InvoiceRead for Nip 6824515772 Inactive"
	if got := rows(t, office.Permissions.Persons, &granted, permissionWords); got != asleep {
		t.Error(got)
	}

	grant(t, client, ksef.EntityGrant{To: someNIP, Name: "Biuro Rachunkowe", Description: "bookkeeping", Permissions: []ksef.EntityPermission{
		{Permission: ksef.InvoiceRead, CanDelegate: true}, {Permission: ksef.InvoiceWrite}}})
	f.enter(t, clientNIP, seal(t, someNIP, nil), nil)
	auth := f.enter(t, clientNIP, jansCard, nil)
	f.enter(t, clientNIP, annasCard, nil)
	f.barred(t, someNIP, jansCard) // the client's invoices, not the office's

	if got := rows(t, office.Permissions.Entities, nil, func(p ksef.ReceivedPermission) string {
		return fmt.Sprint(p.Context, " ", p.Permission, " ", p.CanDelegate, " ", p.Description)
	}); got != "Nip 6824515772 InvoiceRead true bookkeeping, Nip 6824515772 InvoiceWrite false bookkeeping" {
		t.Error(got)
	}
	for _, c := range []struct {
		query ksef.PersonQuery
		want  string
	}{
		{ksef.PersonQuery{Granted: true, State: ksef.PermissionInactive}, "02070803628 InvoiceWrite for AllPartners Inactive"}, // which the client does not let be passed on
		{ksef.PersonQuery{Granted: true, Authorized: somePESEL}, "44051401359 InvoiceRead for Nip 6824515772"},
		{ksef.PersonQuery{Granted: true, Target: ksef.AllPartners, Permissions: read}, "02070803628 InvoiceRead for AllPartners"},
		{ksef.PersonQuery{Granted: true, Target: otherNIP}, ""},
		{ksef.PersonQuery{Authorized: newPESEL, State: ksef.PermissionActive}, "02070803628 InvoiceRead for AllPartners"},
	} {
		if got := rows(t, office.Permissions.Persons, &c.query, permissionWords); got != c.want {
			t.Errorf("%+v: %s\nwant %s", c.query, got, c.want)
		}
	}
	if got := rows(t, client.Permissions.Persons, nil, permissionWords); got != "5261040828 InvoiceRead, 5261040828 InvoiceWrite" {
		t.Error(got)
	}
	// Who may only read cannot see who else may.
	_, err := auth.Permissions.Persons.Query(t.Context(), nil)
	if e, ok := errors.AsType[*ksef.Error](err); !ok || e.Denied == nil || !slices.Contains(e.Denied.RequiredAnyOf, ksef.CredentialsRead) {
		t.Error(err)
	}
	if got := rows(t, auth.Permissions.Personal, nil, permissionWords); !strings.Contains(got, "InvoiceRead") {
		t.Errorf("his own: %s", got)
	}

	// What comes out of a list goes back into a grant and a revocation.
	for p, err := range client.Permissions.Persons.All(t.Context(), &ksef.PersonQuery{Authorized: someNIP}) {
		if err != nil || p.Entity.Name != "Biuro Rachunkowe" || p.Author != (ksef.Identifier{Kind: ksef.KindNIP, Value: string(clientNIP)}) || p.Since.IsZero() {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := client.Permissions.Revoke(t.Context(), p.ID); err != nil {
			t.Error(err)
		}
	}
	f.barred(t, clientNIP, jansCard)
	if got := rows(t, office.Permissions.Persons, &granted, permissionWords); got != asleep {
		t.Error(got)
	}
}

// A VAT group appoints administrators of a member and of a unit of its own.
func TestPermissionsOfGroup(t *testing.T) {
	f := newFlow(t, nil, nil)
	scope := f.client.TestData.Scoped()
	if err := scope.CreateSubject(t.Context(), ksef.TestSubject{NIP: someNIP, Type: ksef.VATGroup, Description: "a VAT group", Subunits: []ksef.TestSubunit{{NIP: otherNIP, Description: "its member"}}}); err != nil {
		t.Fatal(err)
	}
	group := login(t, f, someNIP)
	unit := ksef.InternalID("5261040828-12344")
	grant(t, group,
		ksef.SubunitGrant{To: somePESEL, Person: jan, Unit: otherNIP, Description: "administrator of the member"},
		ksef.SubunitGrant{To: newPESEL, Person: anna, Unit: unit, Name: "Warehouse 12", Description: "administrator of the warehouse"})
	if got := rows(t, group.Permissions.Subunits, nil, func(p ksef.SubunitPermission) string {
		return fmt.Sprintf("%s %s %s %q %s", p.Authorized.Value, p.Permission, p.Unit.Value, p.UnitName, p.Person.LastName)
	}); got != `02070803628 CredentialsManage 5261040828-12344 "Warehouse 12" Nowak, 44051401359 CredentialsManage 5260250274 "" Kowalski` {
		t.Error(got)
	}
	if got := rows(t, group.Permissions.Subunits, &ksef.SubunitQuery{Unit: unit}, func(p ksef.SubunitPermission) string { return p.Authorized.Value }); got != string(newPESEL) {
		t.Error(got)
	}
	roleWords := func(r ksef.EntityRole) string { return string(r.Role) + " of " + r.Parent.Value }
	if got := rows(t, group.Permissions.Roles, nil, roleWords); got != "VatGroupUnit of " {
		t.Error(got)
	}
	for entity, want := range map[ksef.NIP]string{otherNIP: "5260250274 VatGroupSubUnit its member", clientNIP: ""} {
		if got := rows(t, group.Permissions.SubordinateRoles, &ksef.SubordinateQuery{Entity: new(entity)}, func(r ksef.SubordinateRole) string {
			return r.Entity.Value + " " + string(r.Role) + " " + r.Description
		}); got != want {
			t.Error(got)
		}
	}

	// The administrators hire.
	warehouse := f.enter(t, unit, person(t, string(newPESEL)), nil)
	grant(t, warehouse, ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.InvoiceWrite}, Description: "storekeeper"})
	f.enter(t, unit, person(t, string(somePESEL)), nil)
	member := f.enter(t, otherNIP, person(t, string(somePESEL)), nil)
	if got := rows(t, member.Permissions.Roles, nil, roleWords); got != "VatGroupSubUnit of 5261040828" {
		t.Error(got)
	}

	// Without the group its administrators have nothing to administrate.
	if err := scope.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := rows(t, group.Permissions.Roles, nil, roleWords); got != "" {
		t.Error(got)
	}
	err := group.Permissions.Grant(t.Context(), ksef.SubunitGrant{To: somePESEL, Person: jan, Unit: otherNIP, Description: "administrator of the member"})
	failed(t, err, 430)
}

// failed demands that a change was accepted and failed.
func failed(t *testing.T, err error, code int) {
	t.Helper()
	e, ok := errors.AsType[*ksef.FailedError](err)
	if !ok || e.Operation != ksef.OperationPermissions || e.Reference == "" || e.Status.Code != code || !strings.HasPrefix(err.Error(), "ksef: change of permissions 20") {
		t.Errorf("%v, want status %d", err, code)
	}
}

// Enforcement is granted where there is a bailiff.
func TestPermissionsOfBailiff(t *testing.T) {
	f := newFlow(t, nil, nil)
	if err := f.client.TestData.CreatePerson(t.Context(), ksef.TestPerson{NIP: otherNIP, PESEL: newPESEL, Bailiff: true, Description: "a bailiff"}); err != nil {
		t.Fatal(err)
	}
	enforce := ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.EnforcementOperations}, Description: "deputy"}
	failed(t, login(t, f, someNIP).Permissions.Grant(t.Context(), enforce), 430)
	bailiff := f.enter(t, otherNIP, person(t, string(newPESEL)), nil)
	grant(t, bailiff, enforce)
	if got := rows(t, bailiff.Permissions.Persons, &ksef.PersonQuery{Permissions: []ksef.Permission{ksef.EnforcementOperations}}, permissionWords); got != "44051401359 EnforcementOperations" {
		t.Error(got)
	}
	if got := rows(t, bailiff.Permissions.Roles, nil, func(r ksef.EntityRole) string { return string(r.Role) }); got != "CourtBailiff" {
		t.Error(got)
	}
}

// Authorizations are granted, seen from both sides, and revoked in a way of
// their own.
func TestAuthorizations(t *testing.T) {
	f := newFlow(t, nil, nil)
	seller, buyer := login(t, f, someNIP), login(t, f, otherNIP)
	grant(t, seller,
		ksef.AuthorizationGrant{To: otherNIP, Name: "Hurtownia", Authorization: ksef.SelfInvoicing, Description: "self-invoicing"},
		ksef.AuthorizationGrant{To: ksef.PeppolID("PPL123456"), Name: "Provider", Authorization: ksef.PEFInvoicing, Description: "Peppol invoices"})
	words := func(a ksef.EntityAuthorization) string {
		return fmt.Sprint(a.Authorizing.Value, " ", a.Authorized, " ", a.Authorization, " ", a.Entity.Name)
	}
	for _, c := range []struct {
		of    *ksef.AuthenticatedClient
		query *ksef.AuthorizationQuery
		want  string
	}{
		{seller, nil, "5261040828 Nip 5260250274 SelfInvoicing Hurtownia, 5261040828 PeppolId PPL123456 PefInvoicing Provider"},
		{seller, &ksef.AuthorizationQuery{Authorized: ksef.PeppolID("PPL123456")}, "5261040828 PeppolId PPL123456 PefInvoicing Provider"},
		{seller, &ksef.AuthorizationQuery{Authorizations: []ksef.Authorization{ksef.RRInvoicing}}, ""},
		{seller, &ksef.AuthorizationQuery{Received: true}, ""},
		{buyer, &ksef.AuthorizationQuery{Received: true, Authorizing: new(someNIP)}, "5261040828 Nip 5260250274 SelfInvoicing Hurtownia"},
		{buyer, &ksef.AuthorizationQuery{Received: true, Authorizing: new(clientNIP)}, ""},
	} {
		if got := rows(t, c.of.Permissions.Authorizations, c.query, words); got != c.want {
			t.Errorf("%+v: %s\nwant %s", c.query, got, c.want)
		}
	}
	for a, err := range seller.Permissions.Authorizations.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if err := seller.Permissions.RevokeAuthorization(t.Context(), a.ID); err != nil {
			t.Error(err)
		}
		// Once more changes nothing, and KSeF says so as it likes.
		failed(t, seller.Permissions.RevokeAuthorization(t.Context(), a.ID), 400)
	}
	if got := rows(t, seller.Permissions.Authorizations, nil, words); got != "" {
		t.Error(got)
	}
	failed(t, seller.Permissions.Grant(t.Context(), ksef.AuthorizationGrant{To: otherNIP, Name: "Hurtownia", Authorization: ksef.PEFInvoicing, Description: "Peppol invoices"}), 450)
}

// A company in the EU: the taxpayer appoints its administrator, who lets a
// representative in.
func TestPermissionsOfEUEntity(t *testing.T) {
	f := newFlow(t, nil, nil)
	owner := login(t, f, someNIP)
	adminsCard, agentsCard := person(t, string(somePESEL)), person(t, string(newPESEL))
	print := func(c tls.Certificate) ksef.Fingerprint { return ksef.Fingerprint(certs.Fingerprint(c.Leaf)) }
	byPrint := &ksef.AuthOptions{ByFingerprint: true}
	grant(t, owner, ksef.EUAdminGrant{To: print(adminsCard), Holder: gmbh, Entity: someVATUE, Company: gmbh, Description: "administrator"})
	admin := f.enter(t, someVATUE, adminsCard, byPrint)
	erika := ksef.Person{FirstName: "Erika", LastName: "Mustermann", Born: "1964-08-12", Document: passport}
	grant(t, admin, ksef.EUEntityGrant{To: print(agentsCard), Holder: erika, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "representative"})
	agent := f.enter(t, someVATUE, agentsCard, byPrint)
	if err := agent.Permissions.Grant(t.Context(), ksef.EUEntityGrant{To: print(agentsCard), Holder: erika, Permissions: []ksef.Permission{ksef.InvoiceWrite}, Description: "by itself"}); !errors.Is(err, ksef.ErrForbidden) {
		t.Error(err)
	}
	words := func(p ksef.EUEntityPermission) string {
		return string(p.Permission) + " " + p.Person.LastName + p.Entity.Name + " of " + p.Company.Name
	}
	for _, c := range []struct {
		of    *ksef.AuthenticatedClient
		query *ksef.EUEntityQuery
		want  string
	}{
		{owner, nil, "Introspection Muster GmbH of Muster GmbH, InvoiceRead Muster GmbH of Muster GmbH, InvoiceWrite Muster GmbH of Muster GmbH, VatUeManage Muster GmbH of Muster GmbH"},
		{owner, &ksef.EUEntityQuery{VATNumber: new("DE123456789"), Permissions: []ksef.Permission{ksef.VATUEManage}}, "VatUeManage Muster GmbH of Muster GmbH"},
		{owner, &ksef.EUEntityQuery{VATNumber: new("DE999999999")}, ""},
	} {
		if got := rows(t, c.of.Permissions.EUEntities, c.query, words); got != c.want {
			t.Errorf("%+v: %s\nwant %s", c.query, got, c.want)
		}
	}
	if got := rows(t, admin.Permissions.EUEntities, &ksef.EUEntityQuery{Fingerprint: new(string(print(agentsCard)[10:40]))}, words); !strings.HasPrefix(got, "InvoiceRead Mustermann") {
		t.Error(got)
	}
	for p, err := range owner.Permissions.EUEntities.All(t.Context(), nil) {
		if err != nil || p.VATNumber == "" || p.Label != "Muster GmbH, Musterstraße 1, 10115 Berlin" || p.Authorized != print(adminsCard) {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := owner.Permissions.Revoke(t.Context(), p.ID); err != nil {
			t.Error(err)
		}
	}
	if got := rows(t, owner.Permissions.EUEntities, nil, words); got != "" {
		t.Error(got)
	}
}

// Many at once: started first and waited for afterwards; then listed in few
// questions.
func TestPermissionsInBulk(t *testing.T) {
	f := newFlow(t, nil, nil)
	owner := login(t, f, someNIP)
	var refs []ksef.ReferenceNumber
	for i := range 150 {
		ref, err := owner.Permissions.StartGrant(t.Context(), ksef.PersonGrant{
			To: ksef.Fingerprint(fmt.Sprintf("%064X", i)), Person: ksef.Person{FirstName: "Jan", LastName: "Kowalski", ID: somePESEL},
			Permissions: []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite}, Description: "one of many"})
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	for _, ref := range refs {
		if err := owner.Permissions.Wait(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[ksef.PermissionID]bool{}
	for p, err := range owner.Permissions.Persons.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		seen[p.ID] = true
	}
	if n := f.asked("POST /permissions/query/persons/grants"); len(seen) != 300 || n != 3 {
		t.Errorf("%d permissions in %d questions", len(seen), n)
	}
	// On from where another program stopped, in pages of its size.
	page, err := owner.Permissions.Persons.Query(t.Context(), &ksef.PersonQuery{ListOptions: ksef.ListOptions{PageSize: 50}})
	if err != nil {
		t.Fatal(err)
	}
	rest := 0
	for p, err := range owner.Permissions.Persons.All(t.Context(), &ksef.PersonQuery{ListOptions: ksef.ListOptions{Cursor: page.Next}}) {
		if err != nil {
			t.Fatal(err)
		}
		rest++
		delete(seen, p.ID)
	}
	for _, p := range page.Items {
		delete(seen, p.ID)
	}
	if rest != 250 || len(seen) != 0 {
		t.Errorf("%d more, %d missed", rest, len(seen))
	}
	// KSeF forgets what became of a change.
	f.Advance(30*24*time.Hour + time.Minute)
	if _, err := login(t, f, someNIP).Permissions.Status(t.Context(), refs[0]); !errors.Is(err, ksef.ErrGone) {
		t.Error(err)
	}
}

// The ways in which KSeF fails a change reach the caller as they are.
func TestPermissionsFailed(t *testing.T) {
	f := newFlow(t, nil, nil)
	owner := login(t, f, someNIP)
	for _, code := range []int{400, 410, 420, 430, 440, 450, 500, 550} {
		f.OnPermission(func(sandbox.PermissionOperation) ksef.Status {
			return ksef.Status{Code: code, Description: "Nie", Details: []string{"Spróbuj później"}}
		})
		err := owner.Permissions.Grant(t.Context(), ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "bookkeeping"})
		failed(t, err, code)
		if !strings.HasSuffix(err.Error(), fmt.Sprintf("failed: %d Nie (Spróbuj później)", code)) {
			t.Error(err)
		}
	}
	f.OnPermission(nil)
	f.lenient = true
	for _, err := range []error{
		owner.Permissions.Revoke(t.Context(), ""), owner.Permissions.Revoke(t.Context(), "../../tokens"),
		owner.Permissions.RevokeAuthorization(t.Context(), ""), owner.Permissions.Wait(t.Context(), ""),
	} {
		if _, ok := errors.AsType[*ksef.IdentifierError](err); !ok {
			t.Error(err)
		}
	}
	failed(t, owner.Permissions.Revoke(t.Context(), somePerm), 400)
	if n := f.asked("DELETE /permissions/common/grants/{permissionId}"); n != 1 {
		t.Errorf("%d revocations went out", n)
	}
}

// The consent to attachments, as the taxpayer sees it.
func TestAttachmentConsent(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	consent := func(allowed bool, ends string) {
		t.Helper()
		c, err := auth.Permissions.Attachments(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if day := c.Ends.Format(time.DateOnly); c.Allowed != allowed || c.Ends.IsZero() != (ends == "") || ends != "" && day != ends {
			t.Errorf("%+v, want %v until %q", c, allowed, ends)
		}
	}
	consent(false, "")
	data := f.client.TestData
	if err := data.AllowAttachments(t.Context(), someNIP); err != nil {
		t.Fatal(err)
	}
	consent(true, "")
	soon := f.Now().AddDate(0, 0, 10).UTC().Format(time.DateOnly)
	if err := data.ForbidAttachments(t.Context(), someNIP, ksef.Date(soon)); err != nil {
		t.Fatal(err)
	}
	consent(true, soon)
	if err := data.ForbidAttachments(t.Context(), someNIP, ""); err != nil {
		t.Fatal(err)
	}
	c, err := auth.Permissions.Attachments(t.Context())
	if err != nil || c.Allowed {
		t.Errorf("%+v, %v", c, err)
	}
}
