package cli

import (
	"bytes"
	"context"
	"errors"

	"github.com/ksef-go/ksef"
)

// attachments are allowed in invoices once the taxpayer has told the tax office,
// and in batches only.
type attachments struct {
	*demo
	scope *ksef.TestScope
}

func (d *demo) attachments(scope *ksef.TestScope) chapter {
	a := &attachments{demo: d, scope: scope}
	return chapter{d.say.demoAttachments(), []step{
		{d.say.demoAttachmentRefused(), a.refusedWithout},
		{d.say.demoConsent(), a.consent},
		{d.say.demoAttachmentTaken(), a.takenWith},
	}}
}

// sendOne sends an invoice with an attachment in a batch of its own and returns
// what became of it.
func (a *attachments) sendOne(ctx context.Context, number string) (*ksef.SessionInvoice, error) {
	const attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>licznik</ZKlucz><ZWartosc>17</ZWartosc></MetaDane></BlokDanych></Zalacznik></Faktura>"
	doc := bytes.Replace(a.invoice(number), []byte("</Faktura>"), []byte(attachment), 1)
	files := func(yield func(ksef.BatchFile, error) bool) { yield(ksef.BatchFile{Name: "1.xml", Content: doc}, nil) }
	session, err := a.seal.SubmitBatch(ctx, files, &ksef.BatchOptions{Dir: a.dir})
	if err != nil {
		return nil, err
	}
	// A batch of which nothing was accepted fails as a whole; why is told by the invoice.
	_, err = session.WaitClosed(ctx)
	if _, failed := errors.AsType[*ksef.FailedError](err); err != nil && !failed {
		return nil, err
	}
	for i, err := range session.Invoices(ctx, nil) {
		return &i, err
	}
	return nil, errors.New("the batch has no invoice")
}

func (a *attachments) refusedWithout(ctx context.Context) (outcome, error) {
	i, err := a.sendOne(ctx, "ATT/1")
	if err != nil {
		return outcome{}, err
	}
	if i.Status.Code != 410 {
		return outcome{}, errors.New("the invoice is " + i.String())
	}
	return outcome{a.say.demoRefused(i.Status.Code), words(i.Status.Description, i.Status.Details)}, nil
}

func (a *attachments) consent(ctx context.Context) (outcome, error) {
	if err := a.scope.AllowAttachments(ctx, a.nip); err != nil {
		return outcome{}, err
	}
	told, err := a.seal.Permissions.Attachments(ctx)
	if err != nil {
		return outcome{}, err
	}
	if !told.Allowed {
		return outcome{}, errors.New("KSeF does not know of the consent")
	}
	return outcome{result: a.say.demoAllowed()}, nil
}

func (a *attachments) takenWith(ctx context.Context) (outcome, error) {
	i, err := a.sendOne(ctx, "ATT/2")
	if err != nil {
		return outcome{}, err
	}
	if i.KSeFNumber == "" {
		return outcome{}, errors.New("the invoice is " + i.String())
	}
	return outcome{result: string(i.KSeFNumber)}, nil
}
