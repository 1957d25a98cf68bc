package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// lighthouse shows how to learn that KSeF is down, and not oneself.
func (d *demo) lighthouse() chapter {
	l := &lighthouse{demo: d}
	return chapter{d.say.demoLighthouse(), []step{
		{d.say.demoAvailable(), func(ctx context.Context) (outcome, error) { return l.is(ctx, ksef.SystemAvailable) }},
		{d.say.demoOutage(), l.outage},
		{d.say.demoOutageEnded(), l.end},
	}}
}

type lighthouse struct {
	*demo
	event string
}

func (l *lighthouse) is(ctx context.Context, want ksef.SystemState) (outcome, error) {
	status, err := l.client.Lighthouse.Status(ctx)
	if err != nil {
		return outcome{}, err
	}
	if status.State != want {
		return outcome{}, fmt.Errorf("the status is %s, not %s", status.State, want)
	}
	out := outcome{result: string(status.State)}
	if len(status.Messages) > 0 {
		out.quote = status.Messages[0].Text
	}
	return out, nil
}

func (l *lighthouse) outage(ctx context.Context) (out outcome, err error) {
	if l.event, err = l.server.Announce(sandbox.Outage{Category: ksef.CategoryFailure}); err != nil {
		return out, err
	}
	out, err = l.is(ctx, ksef.SystemFailure)
	if err == nil && out.quote == "" {
		err = errors.New("the failure is not explained")
	}
	return out, err
}

func (l *lighthouse) end(ctx context.Context) (outcome, error) {
	if err := l.server.EndOutage(l.event); err != nil {
		return outcome{}, err
	}
	return l.is(ctx, ksef.SystemAvailable)
}
