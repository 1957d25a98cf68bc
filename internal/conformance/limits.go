package conformance

import (
	"context"
	"time"

	"github.com/ksef-go/ksef"
)

func limits() []Scenario {
	return []Scenario{
		{Name: "limits/those of a context can be set, hold, and be set back", Do: contextLimits},
		{Name: "limits/those of a subject can be set and set back", Do: subjectLimits},
		{Name: "limits/those of requests can be set and set back", Do: rateLimits},
		{Name: "limits/a request too many is let in after the time that KSeF names", Do: tooManyRequests},
	}
}

func contextLimits(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	usual, err := auth.Limits.Context(ctx)
	w.ok(err)
	tight := *usual
	tight.Online.Invoices = 1
	w.ok(auth.Limits.SetContext(ctx, tight))
	shows(ctx, w, auth.Limits.Context, tight)
	session, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	buyer := ksef.GenerateNIP(nil)
	_, err = session.SendAndWait(ctx, invoice(seller, buyer, "1"), nil)
	w.ok(err)
	_, err = session.Send(ctx, invoice(seller, buyer, "2"), nil)
	w.refused(err, ksef.CodeSessionFull)
	w.ok(auth.Limits.ResetContext(ctx))
	shows(ctx, w, auth.Limits.Context, *usual)
}

// shows waits until limits are what they should be: it may take some seconds.
func shows[V comparable](ctx context.Context, w *World, get func(context.Context) (*V, error), want V) {
	w.Helper()
	w.eventually(ctx, "limits as set", func() (bool, error) {
		got, err := get(ctx)
		return err == nil && *got == want, err
	})
}

func subjectLimits(ctx context.Context, w *World) {
	auth, _ := w.owner(ctx)
	certificates := func(ctx context.Context) (*int, error) {
		l, err := auth.Limits.Subject(ctx)
		if err != nil {
			return nil, err
		}
		return l.Certificates, nil
	}
	usual, err := certificates(ctx)
	w.ok(err)
	w.ok(auth.Limits.SetSubject(ctx, ksef.KindNIP, ksef.SubjectLimits{Certificates: new(*usual + 7)}))
	shows(ctx, w, certificates, *usual+7)
	w.ok(auth.Limits.ResetSubject(ctx))
	shows(ctx, w, certificates, *usual)
}

// tooManyRequests makes two requests where one a second is allowed. The client waits.
func tooManyRequests(ctx context.Context, w *World) {
	auth, _ := w.owner(ctx)
	set := ksef.ProductionRates()
	set[ksef.RateOther] = ksef.RateLimit{PerSecond: 1, PerMinute: 60, PerHour: 120}
	w.ok(auth.Limits.SetRates(ctx, set))
	began := time.Now()
	for range 2 {
		_, err := auth.Limits.Context(ctx)
		w.ok(err)
	}
	equal(w, "waited", time.Since(began) >= time.Second/2, true)
	w.ok(auth.Limits.ResetRates(ctx))
}

func rateLimits(ctx context.Context, w *World) {
	auth, _ := w.owner(ctx)
	sending := func(ctx context.Context) (*ksef.RateLimit, error) {
		rates, err := auth.Limits.Rates(ctx)
		l := rates[ksef.RateInvoiceSend]
		return &l, err
	}
	usual, err := sending(ctx)
	w.ok(err)
	set := ksef.ProductionRates()
	set[ksef.RateInvoiceSend] = ksef.RateLimit{PerSecond: 7, PerMinute: 77, PerHour: 777}
	w.ok(auth.Limits.SetRates(ctx, set))
	shows(ctx, w, sending, set[ksef.RateInvoiceSend])
	w.ok(auth.Limits.SetProductionRates(ctx))
	shows(ctx, w, sending, ksef.ProductionRates()[ksef.RateInvoiceSend])
	w.ok(auth.Limits.ResetRates(ctx))
	shows(ctx, w, sending, *usual)
}
