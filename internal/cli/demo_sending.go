package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/upo"
)

// buyer is whom the demonstration sells to.
const buyer = ksef.NIP("5265877635")

// online shows invoices going one by one.
func (d *demo) online() chapter {
	return chapter{d.say.demoOnline(), []step{
		{d.say.demoOpen(), d.open},
		{d.say.demoSend(), d.send},
		{d.say.demoReceipt(), d.receipt},
		{d.say.demoAgain(), d.sendAgain},
		{d.say.demoRejected(), d.sendBroken},
		{d.say.demoClose(), d.closeSession},
	}}
}

func (d *demo) invoice(number string) []byte {
	return sample.Invoice{Seller: string(d.nip), Buyer: string(buyer), Number: number, Issued: d.issued}.XML()
}

func (d *demo) open(ctx context.Context) (out outcome, err error) {
	if d.session, err = d.seal.OpenOnlineSession(ctx, nil); err != nil {
		return out, err
	}
	return outcome{result: string(d.session.ReferenceNumber())}, nil
}

func (d *demo) send(ctx context.Context) (out outcome, err error) {
	if d.sent, err = d.session.SendAndWait(ctx, d.invoice("FV/1"), nil); err != nil {
		return out, err
	}
	return outcome{result: string(d.sent.KSeFNumber)}, nil
}

// receipt fetches the official receipt and checks that it is one, for exactly
// what was sent.
func (d *demo) receipt(ctx context.Context) (out outcome, err error) {
	doc, err := d.session.UPO(ctx, d.sent.ReferenceNumber)
	if err != nil {
		return out, err
	}
	receipt, err := upo.Verify(doc, nil)
	if err != nil {
		return out, err
	}
	if _, err := receipt.Proves(d.invoice("FV/1")); err != nil {
		return out, err
	}
	return outcome{result: d.say.demoProven(len(doc))}, nil
}

// sendAgain does what nobody should and everybody fears to have done.
func (d *demo) sendAgain(ctx context.Context) (outcome, error) {
	again, err := d.session.SendAndWait(ctx, d.invoice("FV/1"), nil)
	if err != nil {
		return outcome{}, err
	}
	if again.KSeFNumber != d.sent.KSeFNumber {
		return outcome{}, fmt.Errorf("the invoice has two numbers, %s and %s", d.sent.KSeFNumber, again.KSeFNumber)
	}
	return outcome{result: d.say.demoOnce()}, nil
}

// sendBroken sends an invoice with a mistake that everybody makes once.
func (d *demo) sendBroken(ctx context.Context) (outcome, error) {
	broken := bytes.Replace(d.invoice("FV/2"), []byte("<P_15>123.00</P_15>"), []byte("<P_15>123,00</P_15>"), 1)
	_, err := d.session.SendAndWait(ctx, broken, nil)
	return d.failed(err, 450)
}

func (d *demo) closeSession(ctx context.Context) (outcome, error) {
	if err := d.session.Close(ctx); err != nil {
		return outcome{}, err
	}
	status, err := d.session.WaitClosed(ctx)
	if err != nil {
		return outcome{}, err
	}
	return outcome{result: d.say.demoCounts(status.Successful, status.Failed)}, nil
}

// batch shows invoices going all at once.
func (d *demo) batch() chapter {
	const invoices = 100
	return chapter{d.say.demoBatch(), []step{
		{d.say.demoSubmit(invoices), func(ctx context.Context) (outcome, error) { return d.submit(ctx, invoices) }},
		{d.say.demoProcessed(), func(ctx context.Context) (outcome, error) { return d.processed(ctx, invoices) }},
	}}
}

func (d *demo) submit(ctx context.Context, invoices int) (out outcome, err error) {
	plain := 0
	files := func(yield func(ksef.BatchFile, error) bool) {
		for i := range invoices {
			doc := d.invoice(fmt.Sprintf("B/%d", i+1))
			plain += len(doc)
			if !yield(ksef.BatchFile{Name: fmt.Sprintf("%03d.xml", i+1), Content: doc}, nil) {
				return
			}
		}
	}
	if d.batched, err = d.seal.SubmitBatch(ctx, files, &ksef.BatchOptions{Dir: d.dir}); err != nil {
		return out, err
	}
	sealed, _ := d.batched.Batch().Size()
	return outcome{result: d.say.demoPacked(plain/1000, int(sealed)/1000)}, nil
}

// processed waits for the batch and reads the result of every file.
func (d *demo) processed(ctx context.Context, invoices int) (outcome, error) {
	status, err := d.batched.WaitClosed(ctx)
	if err != nil {
		return outcome{}, err
	}
	numbers := map[ksef.KSeFNumber]bool{}
	for i, err := range d.batched.Invoices(ctx, &ksef.ListOptions{PageSize: invoices}) {
		if err != nil {
			return outcome{}, err
		}
		if !strings.HasSuffix(i.FileName, ".xml") {
			return outcome{}, fmt.Errorf("%v has no file name", i)
		}
		numbers[i.KSeFNumber] = true
	}
	if len(numbers) != invoices {
		return outcome{}, fmt.Errorf("%d different KSeF numbers for %d invoices", len(numbers), invoices)
	}
	return outcome{result: d.say.demoCounts(status.Successful, status.Failed)}, nil
}
