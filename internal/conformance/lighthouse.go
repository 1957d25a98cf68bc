package conformance

import (
	"context"

	"github.com/ksef-go/ksef"
)

func lighthouse() []Scenario {
	return []Scenario{
		{Name: "status service/it tells a state, and why if it is a bad one", Do: systemStatus},
	}
}

func systemStatus(ctx context.Context, w *World) {
	status, err := w.Client.Lighthouse.Status(ctx)
	w.ok(err)
	equal(w, "announcements of a bad state", status.State == ksef.SystemAvailable || len(status.Messages) > 0, true)
	_, err = w.Client.Lighthouse.Messages(ctx)
	w.ok(err)
}
