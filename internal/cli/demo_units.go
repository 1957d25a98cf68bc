package cli

import (
	"context"
	"fmt"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// units are taxpayers that are more than themselves: a VAT group with a member,
// and a bailiff, who enforces.
type units struct {
	*demo
	scope *ksef.TestScope
	group *ksef.AuthenticatedClient
}

const (
	groupNIP     = ksef.NIP("6824515772")
	memberNIP    = ksef.NIP("5260250274")
	bailiffNIP   = ksef.NIP("1111111111")
	bailiffPESEL = ksef.PESEL("88102341294")
	janPESEL     = ksef.PESEL("44051401359")
)

func (d *demo) units(scope *ksef.TestScope) chapter {
	u := &units{demo: d, scope: scope}
	return chapter{d.say.demoUnits(), []step{
		{d.say.demoMakeUnits(), u.make},
		{d.say.demoAppoint(), u.appoint},
		{d.say.demoHire(), u.hire},
		{d.say.demoEnforceNot(), u.enforceNot},
		{d.say.demoEnforce(), u.enforce},
	}}
}

// make has the ministry's test data create them; the last chapter removes them.
func (u *units) make(ctx context.Context) (out outcome, err error) {
	if err := u.scope.CreateSubject(ctx, ksef.TestSubject{
		NIP: groupNIP, Type: ksef.VATGroup, Description: "a VAT group",
		Subunits: []ksef.TestSubunit{{NIP: memberNIP, Description: "its member"}},
	}); err != nil {
		return out, err
	}
	if err := u.scope.CreatePerson(ctx, ksef.TestPerson{NIP: bailiffNIP, PESEL: bailiffPESEL, Bailiff: true, Description: "a bailiff"}); err != nil {
		return out, err
	}
	if u.group, err = u.client.Authentication.WithTestCertificate(ctx, groupNIP, nil); err != nil {
		return out, err
	}
	return outcome{result: u.say.demoUnitsMade(string(groupNIP), string(bailiffNIP))}, nil
}

func (u *units) janLogin(ctx context.Context, in ksef.NIP) (*ksef.AuthenticatedClient, error) {
	cert, err := certs.NewTestPerson(string(janPESEL), &certs.TestOptions{ECDSA: true, GivenName: "Jan", Surname: "Kowalski"})
	if err != nil {
		return nil, err
	}
	return u.client.Authentication.WithXAdES(ctx, in, cert, nil)
}

// appoint makes somebody the administrator of the member.
func (u *units) appoint(ctx context.Context) (outcome, error) {
	err := u.group.Permissions.Grant(ctx, ksef.SubunitGrant{
		To: janPESEL, Person: ksef.Person{FirstName: "Jan", LastName: "Kowalski"}, Unit: memberNIP, Description: "administrator of the member",
	})
	return outcome{result: "Jan Kowalski"}, err
}

// hire is what the administrator can do there: let others work.
func (u *units) hire(ctx context.Context) (outcome, error) {
	member, err := u.janLogin(ctx, memberNIP)
	if err != nil {
		return outcome{}, err
	}
	if err := member.Permissions.Grant(ctx, ksef.PersonGrant{
		To: annaPESEL, Person: ksef.Person{FirstName: "Anna", LastName: "Nowak"},
		Permissions: []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite}, Description: "invoicing of the member",
	}); err != nil {
		return outcome{}, err
	}
	given := 0
	for p, err := range member.Permissions.Persons.All(ctx, &ksef.PersonQuery{Authorized: annaPESEL}) {
		if err != nil {
			return outcome{}, err
		}
		if p.State != ksef.PermissionActive {
			return outcome{}, fmt.Errorf("the permission %s is %s", p.Permission, p.State)
		}
		given++
	}
	if given != 2 {
		return outcome{}, fmt.Errorf("%d permissions, not 2", given)
	}
	return outcome{result: u.say.demoPermissions(given)}, nil
}

func (u *units) enforcement() ksef.PersonGrant {
	return ksef.PersonGrant{
		To: janPESEL, Person: ksef.Person{FirstName: "Jan", LastName: "Kowalski"},
		Permissions: []ksef.Permission{ksef.EnforcementOperations}, Description: "deputy",
	}
}

func (u *units) enforceNot(ctx context.Context) (outcome, error) {
	return u.failed(u.group.Permissions.Grant(ctx, u.enforcement()), 430)
}

func (u *units) enforce(ctx context.Context) (outcome, error) {
	cert, err := certs.NewTestPerson(string(bailiffPESEL), &certs.TestOptions{ECDSA: true})
	if err != nil {
		return outcome{}, err
	}
	bailiff, err := u.client.Authentication.WithXAdES(ctx, bailiffNIP, cert, nil)
	if err != nil {
		return outcome{}, err
	}
	if err := bailiff.Permissions.Grant(ctx, u.enforcement()); err != nil {
		return outcome{}, err
	}
	deputy, err := u.janLogin(ctx, bailiffNIP)
	if err != nil {
		return outcome{}, err
	}
	return u.reference(ctx, deputy)
}
