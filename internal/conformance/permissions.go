package conformance

import (
	"context"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

func permissions() []Scenario {
	return []Scenario{
		{Name: "permissions/a person works in a context until the permission is revoked", Do: personGrant},
		{Name: "permissions/an office passes on what a client lets it delegate", Do: indirectGrant},
		{Name: "permissions/a VAT group appoints administrators of its members, who hire", Do: subunitGrant},
		{Name: "permissions/a unit with an internal number comes into being with its administrator", Do: unitGrant},
		{Name: "permissions/enforcement is granted by a bailiff alone", Do: enforcementGrant},
		{Name: "permissions/authorizations are seen from both sides, and revoked in a way of their own", Do: authorizationGrant},
		{Name: "permissions/the administrator of an EU company lets its representatives in", Do: euGrants},
	}
}

var (
	someone = ksef.Person{FirstName: "Jan", LastName: "Kowalski"}
	reading = []ksef.Permission{ksef.InvoiceRead}
)

func personGrant(ctx context.Context, w *World) {
	owner, nip := w.owner(ctx)
	pesel, card := w.person()
	w.barred(ctx, nip, card)
	ref, err := owner.Permissions.StartGrant(ctx, ksef.PersonGrant{To: pesel, Person: someone, Permissions: reading, Description: "a reader"})
	w.ok(err)
	w.ok(owner.Permissions.Wait(ctx, ref))
	status, err := owner.Permissions.Status(ctx, ref)
	w.ok(err)
	equal(w, "status", status.Code, 200)

	reader := w.enter(ctx, nip, card, nil)
	equal(w, "own permission", listed(ctx, w, "own permissions", 1, reader.Permissions.Personal.All(ctx, nil))[0].Permission, ksef.InvoiceRead)
	w.forbidden(reader.Permissions.Grant(ctx, ksef.PersonGrant{To: pesel, Person: someone, Permissions: reading, Description: "by itself"}))

	given := listed(ctx, w, "permissions", 1, owner.Permissions.Persons.All(ctx, &ksef.PersonQuery{Authorized: pesel}))
	w.ok(owner.Permissions.Revoke(ctx, given[0].ID))
	w.barred(ctx, nip, card)
}

func indirectGrant(ctx context.Context, w *World) {
	client, clientNIP := w.owner(ctx)
	office, officeNIP := w.owner(ctx)
	pesel, card := w.person()
	w.ok(office.Permissions.Grant(ctx, ksef.IndirectGrant{To: pesel, Person: someone, For: clientNIP, Permissions: reading, Description: "for one client"}))
	w.barred(ctx, clientNIP, card) // the client has not let it
	w.ok(client.Permissions.Grant(ctx, ksef.EntityGrant{To: officeNIP, Name: "Biuro Rachunkowe", Description: "bookkeeping",
		Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead, CanDelegate: true}}}))
	equal(w, "delegable", listed(ctx, w, "permissions of the office", 1, office.Permissions.Entities.All(ctx, nil))[0].CanDelegate, true)
	w.enter(ctx, clientNIP, card, nil)
	w.barred(ctx, officeNIP, card) // the client's invoices, not the office's
}

func subunitGrant(ctx context.Context, w *World) {
	member := ksef.GenerateNIP(nil)
	groupNIP := w.subject(ctx, ksef.VATGroup, member)
	group, err := w.Client.Authentication.WithTestCertificate(ctx, groupNIP, nil)
	w.ok(err)
	equal(w, "role", listed(ctx, w, "roles", 1, group.Permissions.Roles.All(ctx, nil))[0].Role, ksef.RoleVATGroup)
	equal(w, "subordinate", listed(ctx, w, "subordinates", 1, group.Permissions.SubordinateRoles.All(ctx, nil))[0].Entity.Value, string(member))
	pesel, card := w.person()
	w.ok(group.Permissions.Grant(ctx, ksef.SubunitGrant{To: pesel, Person: someone, Unit: member, Description: "administrator"}))
	clerk, clerksCard := w.person()
	w.ok(w.enter(ctx, member, card, nil).Permissions.Grant(ctx, ksef.PersonGrant{To: clerk, Person: someone, Permissions: reading, Description: "a clerk"}))
	w.enter(ctx, member, clerksCard, nil)
}

func unitGrant(ctx context.Context, w *World) {
	owner, nip := w.owner(ctx)
	pesel, card := w.person()
	unit := internalID(nip)
	w.ok(owner.Permissions.Grant(ctx, ksef.SubunitGrant{To: pesel, Person: someone, Unit: unit, Name: "Magazyn", Description: "administrator"}))
	list := listed(ctx, w, "administrators", 1, owner.Permissions.Subunits.All(ctx, &ksef.SubunitQuery{Unit: unit}))
	equal(w, "administrator", list[0].Authorized.Value, string(pesel))
	w.enter(ctx, unit, card, nil)
}

// internalID is a number of a taxpayer's unit.
func internalID(nip ksef.NIP) ksef.InternalID {
	for _, digit := range "0123456789" {
		if id, err := ksef.ParseInternalID(string(nip) + "-0001" + string(digit)); err == nil {
			return id
		}
	}
	panic("no digit is the check digit")
}

func enforcementGrant(ctx context.Context, w *World) {
	pesel, card := w.person()
	deputy := ksef.PersonGrant{To: pesel, Person: someone, Permissions: []ksef.Permission{ksef.EnforcementOperations}, Description: "deputy"}
	owner, _ := w.owner(ctx)
	w.failed(owner.Permissions.Grant(ctx, deputy), 430)
	bailiff, bailiffsPESEL, bailiffsCard := w.soleTrader(ctx, true)
	equal(w, "different people", bailiffsPESEL == pesel, false)
	w.ok(w.enter(ctx, bailiff, bailiffsCard, nil).Permissions.Grant(ctx, deputy))
	w.enter(ctx, bailiff, card, nil)
}

func authorizationGrant(ctx context.Context, w *World) {
	seller, sellerNIP := w.owner(ctx)
	buyer, buyerNIP := w.owner(ctx)
	w.ok(seller.Permissions.Grant(ctx, ksef.AuthorizationGrant{To: buyerNIP, Name: "Hurtownia", Authorization: ksef.SelfInvoicing, Description: "self-invoicing"}))
	received := listed(ctx, w, "received", 1, buyer.Permissions.Authorizations.All(ctx, &ksef.AuthorizationQuery{Received: true}))
	equal(w, "seller", received[0].Authorizing.Value, string(sellerNIP))
	given := listed(ctx, w, "given", 1, seller.Permissions.Authorizations.All(ctx, nil))
	w.ok(seller.Permissions.RevokeAuthorization(ctx, given[0].ID))
	listed(ctx, w, "left", 0, seller.Permissions.Authorizations.All(ctx, nil))
}

func euGrants(ctx context.Context, w *World) {
	owner, nip := w.owner(ctx)
	_, adminsCard := w.person()
	_, agentsCard := w.person()
	company := ksef.VATUE(nip + "-DE123456789")
	gmbh := ksef.Company{Name: "Muster GmbH", Address: "Musterstraße 1, 10115 Berlin"}
	byFingerprint := &ksef.AuthOptions{ByFingerprint: true}
	w.ok(owner.Permissions.Grant(ctx, ksef.EUAdminGrant{
		To: ksef.Fingerprint(certs.Fingerprint(adminsCard.Leaf)), Holder: gmbh, Entity: company, Company: gmbh, Description: "administrator"}))
	admin := w.enter(ctx, company, adminsCard, byFingerprint)
	w.ok(admin.Permissions.Grant(ctx, ksef.EUEntityGrant{
		To: ksef.Fingerprint(certs.Fingerprint(agentsCard.Leaf)), Holder: gmbh, Permissions: reading, Description: "representative"}))
	w.enter(ctx, company, agentsCard, byFingerprint)
	listed(ctx, w, "permissions in the company", 5, admin.Permissions.EUEntities.All(ctx, nil)) // the administrator's four and one
}
