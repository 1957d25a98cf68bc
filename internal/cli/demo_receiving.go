package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
)

// receiving shows the other side: the buyer has what the seller sent.
func (d *demo) receiving() chapter {
	return chapter{d.say.demoReceiving(string(buyer)), []step{
		{d.say.demoBuyer(), d.buyerLogin},
		{d.say.demoFind(), d.find},
		{d.say.demoDownload(), d.download},
		{d.say.demoExport(), d.export},
		{d.say.demoMirror(), d.keepMirror},
		{d.say.demoProve(), d.proveMirror},
	}}
}

func (d *demo) buyerLogin(ctx context.Context) (out outcome, err error) {
	if d.buyer, err = d.client.Authentication.WithTestCertificate(ctx, buyer, nil); err != nil {
		return out, err
	}
	return d.reference(ctx, d.buyer)
}

// find looks for the invoice as who knows what is printed on it.
func (d *demo) find(ctx context.Context) (outcome, error) {
	f := ksef.InvoiceFilter{Role: ksef.Buyer, From: d.issued.AddDate(0, 0, -1), Seller: d.nip, Number: "FV/1"}
	page, err := d.buyer.Invoices.Query(ctx, f, nil)
	if err != nil {
		return outcome{}, err
	}
	if len(page.Invoices) != 1 || page.Invoices[0].KSeFNumber != d.sent.KSeFNumber {
		return outcome{}, fmt.Errorf("found %d invoices, and not %s alone", len(page.Invoices), d.sent.KSeFNumber)
	}
	found := page.Invoices[0]
	return outcome{result: d.say.demoFound(found.Number, string(found.Gross), found.Currency)}, nil
}

// download fetches it, whose hash the client checks, and compares every byte.
func (d *demo) download(ctx context.Context) (outcome, error) {
	doc, err := d.buyer.Invoices.DownloadWhenReady(ctx, d.sent.KSeFNumber)
	if err != nil {
		return outcome{}, err
	}
	if !bytes.Equal(doc, d.invoice("FV/1")) {
		return outcome{}, errors.New("it is not the invoice that was sent")
	}
	return outcome{result: d.say.demoSame(len(doc))}, nil
}

func (d *demo) export(ctx context.Context) (outcome, error) {
	received, size := 0, 0
	f := ksef.InvoiceFilter{Role: ksef.Buyer, From: d.issued.AddDate(0, 0, -1)}
	for doc, err := range d.buyer.Invoices.Documents(ctx, f, nil) {
		if err != nil {
			return outcome{}, err
		}
		received++
		size += len(doc.XML)
	}
	if received <= 1 {
		return outcome{}, fmt.Errorf("%d invoices received", received)
	}
	return outcome{result: d.say.demoReceived(received, size/1000)}, nil
}

func (d *demo) keepMirror(ctx context.Context) (out outcome, err error) {
	m, err := mirror.Open(filepath.Join(d.dir, "mirror"), nil)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	report, err := m.Sync(ctx, d.buyer, &mirror.SyncOptions{From: d.issued.AddDate(0, 0, -1)})
	if err != nil {
		return out, err
	}
	kept := 0
	for _, w := range report.Windows {
		kept += w.New
	}
	found := 0
	for i, err := range m.Search(ctx, mirror.Filter{Party: string(d.nip), Number: "FV/1"}) {
		if err != nil {
			return out, err
		}
		if i.KSeFNumber == d.sent.KSeFNumber {
			found++
		}
	}
	if found != 1 {
		return out, fmt.Errorf("%s is in the mirror %d times", d.sent.KSeFNumber, found)
	}
	return outcome{result: d.say.demoKept(kept)}, nil
}

// proveMirror has KSeF list what it has and the mirror compare.
func (d *demo) proveMirror(ctx context.Context) (out outcome, err error) {
	m, err := mirror.Open(filepath.Join(d.dir, "mirror"), &mirror.Options{MustExist: true})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	proof, err := m.Prove(ctx, d.buyer, nil)
	if err != nil {
		return out, err
	}
	there := 0
	for _, r := range proof.Roles {
		there += r.There
	}
	if len(proof.Differences) > 0 || there == 0 {
		return out, fmt.Errorf("of %d invoices: %v", there, proof.Differences)
	}
	return outcome{result: d.say.demoEqual(there)}, nil
}
