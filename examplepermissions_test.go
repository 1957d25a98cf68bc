package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
)

// A bookkeeping office. The client lets it read invoices and pass that on; the
// office passes it on to one of its people, for this client only.
func ExamplePermissions_Grant() {
	ctx := context.Background()
	api := sandbox.New(nil).Client(nil)
	client, err := api.Authentication.WithTestCertificate(ctx, "6824515772", nil)
	if err != nil {
		log.Fatal(err)
	}
	office, err := api.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	err = client.Permissions.Grant(ctx, ksef.EntityGrant{
		To:          "5261040828",
		Name:        "Biuro Rachunkowe",
		Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead, CanDelegate: true}},
		Description: "our bookkeepers",
	})
	if err != nil {
		log.Fatal(err)
	}
	err = office.Permissions.Grant(ctx, ksef.IndirectGrant{
		To:          ksef.PESEL("44051401359"),
		Person:      ksef.Person{FirstName: "Jan", LastName: "Kowalski"},
		For:         ksef.NIP("6824515772"), // ksef.AllPartners for all clients
		Permissions: []ksef.Permission{ksef.InvoiceRead},
		Description: "looks after this client",
	})
	if err != nil {
		log.Fatal(err)
	}

	card, err := certs.NewTestPerson("44051401359", nil)
	if err != nil {
		log.Fatal(err)
	}
	jan, err := api.Authentication.WithXAdES(ctx, ksef.NIP("6824515772"), card, nil)
	if err != nil {
		log.Fatal(err)
	}
	for p, err := range jan.Permissions.Personal.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(p.Permission, "for", p.Target)
	}
	// Output:
	// InvoiceRead for Nip 6824515772
}

// A VAT group appoints the administrator of a member, and one of a warehouse to
// which it gives a number. A municipality does the same with its schools:
// ksef.LocalGovernment.
func ExamplePermissions_Grant_vatGroup() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	err := client.TestData.CreateSubject(ctx, ksef.TestSubject{
		NIP: "5261040828", Type: ksef.VATGroup, Description: "VAT group",
		Subunits: []ksef.TestSubunit{{NIP: "5260250274", Description: "member of the group"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	group, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	anna := ksef.Person{FirstName: "Anna", LastName: "Nowak"}
	for _, grant := range []ksef.SubunitGrant{
		{To: ksef.PESEL("02070803628"), Person: anna, Unit: ksef.NIP("5260250274"), Description: "administers the member"},
		{To: ksef.PESEL("02070803628"), Person: anna, Unit: ksef.InternalID("5261040828-12344"), Name: "Warehouse in Łódź", Description: "administers the warehouse"},
	} {
		if err := group.Permissions.Grant(ctx, grant); err != nil {
			log.Fatal(err)
		}
	}
	for role, err := range group.Permissions.SubordinateRoles.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(role.Entity, role.Role)
	}
	administrators, err := group.Permissions.Subunits.Query(ctx, &ksef.SubunitQuery{Unit: ksef.InternalID("5261040828-12344")})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range administrators.Items {
		fmt.Println(p.UnitName, p.Person.LastName, p.Permission)
	}
	// Output:
	// Nip 5260250274 VatGroupSubUnit
	// Warehouse in Łódź Nowak CredentialsManage
}

// A bailiff appoints a deputy. Elsewhere KSeF accepts such a grant, and it fails.
func ExamplePermissions_Grant_bailiff() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	err := client.TestData.CreatePerson(ctx, ksef.TestPerson{NIP: "5260250274", PESEL: "02070803628", Bailiff: true, Description: "bailiff"})
	if err != nil {
		log.Fatal(err)
	}
	grant := ksef.PersonGrant{
		To:          ksef.PESEL("44051401359"),
		Person:      ksef.Person{FirstName: "Jan", LastName: "Kowalski"},
		Permissions: []ksef.Permission{ksef.EnforcementOperations},
		Description: "deputy",
	}
	for _, nip := range []ksef.NIP{"5260250274", "5261040828"} {
		auth, err := client.Authentication.WithTestCertificate(ctx, nip, nil)
		if err != nil {
			log.Fatal(err)
		}
		err = auth.Permissions.Grant(ctx, grant)
		if failed, ok := errors.AsType[*ksef.FailedError](err); ok {
			fmt.Println(nip, failed.Status)
		} else if err != nil {
			log.Fatal(err)
		} else {
			fmt.Println(nip, "granted")
		}
	}
	// Output:
	// 5260250274 granted
	// 5261040828 430 Kontekst identyfikatora nie odpowiada wymaganej roli lub uprawnieniom
}

// Somebody leaves: all they have here is revoked. What is revoked moves the rest
// of the list, so it is collected first.
func ExamplePermissions_StartRevoke() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	leaver := ksef.PESEL("44051401359")
	err := client.TestData.GrantPermissions(ctx, "5261040828", leaver, "bookkeeping", ksef.InvoiceRead, ksef.InvoiceWrite)
	if err != nil {
		log.Fatal(err)
	}
	company, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	var held []ksef.PersonPermission
	for p, err := range company.Permissions.Persons.All(ctx, &ksef.PersonQuery{Authorized: leaver}) {
		if err != nil {
			log.Fatal(err)
		}
		held = append(held, p)
	}
	var changes []ksef.ReferenceNumber
	for _, p := range held {
		change, err := company.Permissions.StartRevoke(ctx, p.ID)
		if err != nil {
			log.Fatal(err)
		}
		changes = append(changes, change)
	}
	for _, change := range changes {
		if err := company.Permissions.Wait(ctx, change); err != nil {
			log.Fatal(err)
		}
	}
	left, err := company.Permissions.Persons.Query(ctx, &ksef.PersonQuery{Authorized: leaver})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(held), "revoked,", len(left.Items), "left")
	// Output:
	// 2 revoked, 0 left
}

// A mistake that would let somebody see the invoices of all clients is noticed.
func ExampleArgumentError() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	office, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}

	var clientsNIP ksef.NIP // was not filled in
	err = office.Permissions.Grant(ctx, ksef.IndirectGrant{
		To:          ksef.PESEL("44051401359"),
		Person:      ksef.Person{FirstName: "Jan", LastName: "Kowalski"},
		For:         clientsNIP,
		Permissions: []ksef.Permission{ksef.InvoiceRead},
		Description: "looks after one client",
	})
	fmt.Println(err)
	// Output:
	// ksef: IndirectGrant.For: "" is not a valid NIP: want 10 digits, got 0
}

// Test data that is gone afterwards, whatever happens in between. In a test, put
// Close into t.Cleanup.
func ExampleTestData_Scoped() {
	ctx := context.Background()
	client := sandbox.New(nil).Client(nil)
	scope := client.TestData.Scoped()

	err := scope.CreateSubject(ctx, ksef.TestSubject{NIP: "5261040828", Type: ksef.LocalGovernment, Description: "municipality"})
	if err == nil {
		err = scope.GrantPermissions(ctx, "5261040828", ksef.PESEL("44051401359"), "clerk", ksef.InvoiceRead)
	}
	// … what is to be tested …
	if err := errors.Join(err, scope.Close(ctx)); err != nil {
		log.Fatal(err)
	}
	err = client.TestData.CreateSubject(ctx, ksef.TestSubject{NIP: "5261040828", Type: ksef.VATGroup, Description: "something else now"})
	fmt.Println(err)
	// Output:
	// <nil>
}
