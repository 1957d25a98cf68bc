package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ksef-go/ksef"
)

// cleaning removes what test data were made, also where other people would go
// on working with the same KSeF.
func (d *demo) cleaning(scope *ksef.TestScope) chapter {
	return chapter{d.say.demoCleaning(), []step{
		{d.say.demoScopeClosed(), func(ctx context.Context) (outcome, error) {
			return outcome{result: d.say.demoUnitsMade(string(groupNIP), string(bailiffNIP))}, scope.Close(ctx)
		}},
		{d.say.demoConsentGone(), d.consentGone},
		{d.say.demoRoleGone(), d.roleGone},
	}}
}

func (d *demo) consentGone(ctx context.Context) (outcome, error) {
	told, err := d.seal.Permissions.Attachments(ctx)
	if err != nil {
		return outcome{}, err
	}
	if told.Allowed {
		return outcome{}, errors.New("attachments are still allowed")
	}
	return outcome{result: d.say.demoNotAllowed()}, nil
}

// roleGone shows that the VAT group is an ordinary taxpayer again.
func (d *demo) roleGone(ctx context.Context) (outcome, error) {
	group, err := d.client.Authentication.WithTestCertificate(ctx, groupNIP, nil)
	if err != nil {
		return outcome{}, err
	}
	for role, err := range group.Permissions.Roles.All(ctx, nil) {
		if err != nil {
			return outcome{}, err
		}
		return outcome{}, fmt.Errorf("the role is still %s", role.Role)
	}
	return d.reference(ctx, group)
}
