package cli

import (
	"context"
	"fmt"

	"github.com/ksef-go/ksef"
)

// collective is a number under which several invoices are paid together.
type collective struct {
	*demo
	number ksef.CollectiveIdentifier
}

func (d *demo) collective() chapter {
	c := &collective{demo: d}
	return chapter{d.say.demoCollective(), []step{
		{d.say.demoCollect(), c.collect},
		{d.say.demoCollected(), c.collected},
		{d.say.demoCollectTwice(), c.collectTwice},
	}}
}

// paid are the first two invoices of the batch.
func (c *collective) paid(ctx context.Context) ([]ksef.CollectiveInvoice, error) {
	var list []ksef.CollectiveInvoice
	for i, err := range c.batched.Invoices(ctx, &ksef.ListOptions{PageSize: 10}) {
		if err != nil {
			return nil, err
		}
		list = append(list, ksef.CollectiveInvoice{KSeFNumber: i.KSeFNumber, Payment: &ksef.Payment{Amount: "123.00", Currency: "PLN"}})
		if len(list) == 2 {
			break
		}
	}
	return list, nil
}

func (c *collective) collect(ctx context.Context) (out outcome, err error) {
	invoices, err := c.paid(ctx)
	if err != nil {
		return out, err
	}
	if c.number, err = c.seal.CollectiveIdentifiers.Create(ctx, invoices); err != nil {
		return out, err
	}
	return outcome{result: string(c.number)}, nil
}

// collected goes from an invoice, of which a payer may know, to all that are
// paid with it.
func (c *collective) collected(ctx context.Context) (outcome, error) {
	invoices, err := c.paid(ctx)
	if err != nil {
		return outcome{}, err
	}
	var found []ksef.CollectiveIdentifier
	for info, err := range c.seal.CollectiveIdentifiers.ByInvoice(ctx, invoices[0].KSeFNumber, nil) {
		if err != nil {
			return outcome{}, err
		}
		found = append(found, info.Number)
	}
	if len(found) != 1 || found[0] != c.number {
		return outcome{}, fmt.Errorf("found %v, not %s", found, c.number)
	}
	n := 0
	for i, err := range c.seal.CollectiveIdentifiers.Invoices(ctx, found, nil) {
		if err != nil {
			return outcome{}, err
		}
		if i.KSeFNumber == invoices[0].KSeFNumber || i.KSeFNumber == invoices[1].KSeFNumber {
			n++
		}
	}
	if n != len(invoices) {
		return outcome{}, fmt.Errorf("%d of %d invoices found", n, len(invoices))
	}
	return outcome{result: c.say.demoInvoices(n)}, nil
}

func (c *collective) collectTwice(ctx context.Context) (outcome, error) {
	invoices, err := c.paid(ctx)
	if err != nil {
		return outcome{}, err
	}
	_, err = c.seal.CollectiveIdentifiers.Create(ctx, append(invoices, invoices[0]))
	return c.refused(err, ksef.CodeRepeatedInvoice)
}
