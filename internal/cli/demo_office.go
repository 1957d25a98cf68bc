package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// office is a bookkeeping office that works for the taxpayer of the
// demonstration. It may pass on what it may do itself, to one of its people.
type office struct {
	*demo
	anna *ksef.AuthenticatedClient
}

const (
	officeNIP = ksef.NIP("7762811692")
	annaPESEL = ksef.PESEL("02070803628")
)

func (d *demo) office() chapter {
	o := &office{demo: d}
	return chapter{d.say.demoOffice(string(officeNIP)), []step{
		{d.say.demoOfficeLetIn(), o.letIn},
		{d.say.demoOfficePassOn(), o.passOn},
		{d.say.demoOfficeReads(), o.reads},
		{d.say.demoOfficeOversteps(), o.oversteps},
		{d.say.demoOfficeLetGo(), o.letGo},
	}}
}

// letIn gives the office what it needs, from the taxpayer's side.
func (o *office) letIn(ctx context.Context) (outcome, error) {
	err := o.seal.Permissions.Grant(ctx, ksef.EntityGrant{
		To: officeNIP, Name: "Biuro Rachunkowe", Description: "bookkeeping",
		Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead, CanDelegate: true}},
	})
	return outcome{result: string(ksef.InvoiceRead)}, err
}

// passOn gives it to one of the office's people, for this client alone.
func (o *office) passOn(ctx context.Context) (outcome, error) {
	auth, err := o.client.Authentication.WithTestCertificate(ctx, officeNIP, nil)
	if err != nil {
		return outcome{}, err
	}
	err = auth.Permissions.Grant(ctx, ksef.IndirectGrant{
		To: annaPESEL, Person: ksef.Person{FirstName: "Anna", LastName: "Nowak"}, For: o.nip,
		Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "Nowak for this client",
	})
	return outcome{result: "Anna Nowak"}, err
}

func (o *office) annaLogin(ctx context.Context) (*ksef.AuthenticatedClient, error) {
	cert, err := certs.NewTestPerson(string(annaPESEL), &certs.TestOptions{ECDSA: true, GivenName: "Anna", Surname: "Nowak"})
	if err != nil {
		return nil, err
	}
	return o.client.Authentication.WithXAdES(ctx, o.nip, cert, nil)
}

func (o *office) reads(ctx context.Context) (out outcome, err error) {
	if o.anna, err = o.annaLogin(ctx); err != nil {
		return out, err
	}
	_, err = o.anna.Invoices.Download(ctx, o.sent.KSeFNumber)
	return outcome{result: string(o.sent.KSeFNumber)}, err
}

// oversteps tries to do more than was given.
func (o *office) oversteps(ctx context.Context) (outcome, error) {
	err := o.anna.Permissions.Grant(ctx, ksef.PersonGrant{
		To: janPESEL, Person: ksef.Person{FirstName: "Jan", LastName: "Kowalski"},
		Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "a friend",
	})
	refusal, ok := errors.AsType[*ksef.Error](err)
	if !ok || refusal.Denied == nil {
		return outcome{}, unexpected(err)
	}
	return outcome{o.say.demoRefused(refusal.StatusCode), fmt.Sprintf("%s %v", refusal.Denied.Reason, refusal.Denied.RequiredAnyOf)}, nil
}

// letGo takes it back from the office. What Anna may do ends with it.
func (o *office) letGo(ctx context.Context) (outcome, error) {
	for p, err := range o.seal.Permissions.Persons.All(ctx, &ksef.PersonQuery{Authorized: officeNIP}) {
		if err != nil {
			return outcome{}, err
		}
		if err := o.seal.Permissions.Revoke(ctx, p.ID); err != nil {
			return outcome{}, err
		}
	}
	_, err := o.annaLogin(ctx)
	return o.failed(err, 415)
}
