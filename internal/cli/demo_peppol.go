package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// peppol shows how a provider of Peppol services comes to issue invoices.
func (d *demo) peppol() chapter {
	return chapter{d.say.demoPeppol(), []step{
		{d.say.demoPeppolLogin(), d.peppolLogin},
		{d.say.demoPeppolListed(), d.peppolListed},
		{d.say.demoPeppolAuthorized(), d.peppolAuthorized},
	}}
}

const providerID = ksef.PeppolID("PPL123456")

// peppolLogin registers the provider: logging in is all it takes.
func (d *demo) peppolLogin(ctx context.Context) (outcome, error) {
	cert, err := certs.NewTestPeppol(string(providerID), &certs.TestOptions{ECDSA: true})
	if err != nil {
		return outcome{}, err
	}
	auth, err := d.client.Authentication.WithXAdES(ctx, providerID, cert, nil)
	if err != nil {
		return outcome{}, err
	}
	return d.reference(ctx, auth)
}

func (d *demo) peppolListed(ctx context.Context) (outcome, error) {
	for p, err := range d.client.Peppol.All(ctx, nil) {
		if err != nil {
			return outcome{}, err
		}
		if p.ID == providerID {
			return outcome{result: string(p.ID)}, nil
		}
	}
	return outcome{}, errors.New("the provider is not listed")
}

func (d *demo) peppolAuthorized(ctx context.Context) (outcome, error) {
	if err := d.seal.Permissions.Grant(ctx, ksef.AuthorizationGrant{
		To: providerID, Name: "Provider", Authorization: ksef.PEFInvoicing, Description: "Peppol invoices",
	}); err != nil {
		return outcome{}, err
	}
	page, err := d.seal.Permissions.Authorizations.Query(ctx, &ksef.AuthorizationQuery{Authorized: providerID})
	if err != nil {
		return outcome{}, err
	}
	if !slices.ContainsFunc(page.Items, func(a ksef.EntityAuthorization) bool { return a.Authorization == ksef.PEFInvoicing }) {
		return outcome{}, errors.New("the authorization is not listed")
	}
	return outcome{result: string(ksef.PEFInvoicing)}, nil
}
