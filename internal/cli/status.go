package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

type serviceOptions struct{ messages bool }

func (a *app) newStatus() *cobra.Command {
	var opts serviceOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: a.say.serviceShort(),
		Long:  a.say.serviceLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.serviceStatus(cmd.Context(), opts) },
	}
	cmd.Flags().BoolVar(&opts.messages, "messages", false, a.say.serviceMessagesFlag())
	return cmd
}

func (a *app) serviceStatus(ctx context.Context, opts serviceOptions) error {
	client, err := a.anonymous()
	if err != nil {
		return err
	}
	if opts.messages {
		messages, err := client.Lighthouse.Messages(ctx)
		if err != nil {
			return err
		}
		return list(a, a.lighthouseColumns(), all(messages))
	}
	status, err := client.Lighthouse.Status(ctx)
	if err != nil {
		return err
	}
	return show(a, a.systemStatusColumns(), status)
}

func (a *app) systemStatusColumns() []column[*ksef.SystemStatus] {
	return []column[*ksef.SystemStatus]{
		{"state", a.say.colState(), func(s *ksef.SystemStatus) any { return string(s.State) }},
		{"available", a.say.colAvailable(), func(s *ksef.SystemStatus) any { return s.State.Available() }},
		{"offline", a.say.colOffline(), func(s *ksef.SystemStatus) any { return s.State.Offline() }},
		{"suspended", a.say.colSuspended(), func(s *ksef.SystemStatus) any { return s.State.Suspended() }},
		{"messages", a.say.colMessages(), func(s *ksef.SystemStatus) any {
			said := make([]string, len(s.Messages))
			for i, m := range s.Messages {
				said[i] = a.say.announcement(m)
			}
			return said
		}},
	}
}

func (a *app) lighthouseColumns() []column[ksef.LighthouseMessage] {
	return []column[ksef.LighthouseMessage]{
		{"id", "", func(m ksef.LighthouseMessage) any { return m.ID }},
		{"eventId", "", func(m ksef.LighthouseMessage) any { return m.EventID }},
		{"category", a.say.colCategory(), func(m ksef.LighthouseMessage) any { return string(m.Category) }},
		{"type", a.say.colType(), func(m ksef.LighthouseMessage) any { return string(m.Type) }},
		{"start", a.say.colStart(), func(m ksef.LighthouseMessage) any { return m.Start }},
		{"end", a.say.colEnd(), func(m ksef.LighthouseMessage) any { return m.End }},
		{"title", a.say.colTitle(), func(m ksef.LighthouseMessage) any { return m.Title }},
		{"text", "", func(m ksef.LighthouseMessage) any { return m.Text }},
		{"version", "", func(m ksef.LighthouseMessage) any { return m.Version }},
		{"published", "", func(m ksef.LighthouseMessage) any { return m.Published }},
	}
}
