package cli

import (
	"context"
	"fmt"
	"maps"

	"github.com/ksef-go/ksef"
)

// limits shows what KSeF allows, and what happens at the end of it.
func (d *demo) limits() chapter {
	return chapter{d.say.demoLimits(), []step{
		{d.say.demoLimitsTold(), d.limitsTold},
		{d.say.demoOneInvoice(), d.oneInvoice},
		{d.say.demoTooFast(), d.tooFast},
		{d.say.demoLimitsReset(), d.limitsReset},
	}}
}

func (d *demo) limitsTold(ctx context.Context) (outcome, error) {
	limits, err := d.seal.Limits.Context(ctx)
	if err != nil {
		return outcome{}, err
	}
	return outcome{result: d.say.demoInvoices(limits.Online.Invoices)}, nil
}

// oneInvoice allows sessions one invoice, and sends two.
func (d *demo) oneInvoice(ctx context.Context) (outcome, error) {
	limits, err := d.seal.Limits.Context(ctx)
	if err != nil {
		return outcome{}, err
	}
	limits.Online.Invoices = 1
	if err := d.seal.Limits.SetContext(ctx, *limits); err != nil {
		return outcome{}, err
	}
	session, err := d.seal.OpenOnlineSession(ctx, nil)
	if err != nil {
		return outcome{}, err
	}
	if _, err := session.SendAndWait(ctx, d.invoice("L/1"), nil); err != nil {
		return outcome{}, err
	}
	_, err = session.Send(ctx, d.invoice("L/2"), nil)
	return d.refused(err, ksef.CodeSessionFull)
}

// tooFast allows a request a second, and makes two: the second is refused, and
// the client waits as long as KSeF says and makes it again.
func (d *demo) tooFast(ctx context.Context) (outcome, error) {
	rates := maps.Clone(ksef.ProductionRates())
	rates[ksef.RateOther] = ksef.RateLimit{PerSecond: 1, PerMinute: 60, PerHour: 120}
	if err := d.seal.Limits.SetRates(ctx, rates); err != nil {
		return outcome{}, err
	}
	before := d.refusals()
	for range 2 {
		if _, err := d.seal.Limits.Context(ctx); err != nil {
			return outcome{}, err
		}
	}
	if n := d.refusals() - before; n != 1 {
		return outcome{}, fmt.Errorf("%d requests were refused, not 1", n)
	}
	return outcome{result: d.say.demoWaited()}, nil
}

// refusals counts the requests that were too many.
func (d *demo) refusals() (n int) {
	for _, r := range d.server.Requests() {
		if r.Status == 429 {
			n++
		}
	}
	return n
}

func (d *demo) limitsReset(ctx context.Context) (outcome, error) {
	if err := d.seal.Limits.ResetContext(ctx); err != nil {
		return outcome{}, err
	}
	if err := d.seal.Limits.ResetRates(ctx); err != nil {
		return outcome{}, err
	}
	rates, err := d.seal.Limits.Rates(ctx)
	if err != nil {
		return outcome{}, err
	}
	if want := ksef.ProductionRates()[ksef.RateOther]; rates[ksef.RateOther] != want {
		return outcome{}, fmt.Errorf("the limits are %v, not %v", rates[ksef.RateOther], want)
	}
	return outcome{result: d.say.demoPerHour(rates[ksef.RateInvoiceSend].PerHour)}, nil
}
