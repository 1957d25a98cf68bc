package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newPeppol() *cobra.Command {
	return a.group("peppol", a.say.peppolShort(), a.newPeppolList())
}

func (a *app) newPeppolList() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.peppolListShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listPeppol(cmd.Context(), limit) },
	}
	a.limitVar(cmd.Flags(), &limit)
	return cmd
}

func (a *app) listPeppol(ctx context.Context, limit int) error {
	client, err := a.anonymous()
	if err != nil {
		return err
	}
	columns := []column[ksef.PeppolProvider]{
		{"id", a.say.colPeppolID(), func(p ksef.PeppolProvider) any { return string(p.ID) }},
		{"name", a.say.colName(), func(p ksef.PeppolProvider) any { return p.Name }},
		{"created", a.say.colCreated(), func(p ksef.PeppolProvider) any { return p.Created }},
	}
	return list(a, columns, first(limit, client.Peppol.All(ctx, &ksef.ListOptions{PageSize: 100})))
}
