package conformance

import (
	"context"
	"errors"
	"time"

	"github.com/ksef-go/ksef"
)

func collective() []Scenario {
	return []Scenario{
		{Name: "collective identifiers/an invoice leads to its identifier, and that to its invoices", Do: collected},
		{Name: "collective identifiers/an invoice is in one once", Do: collectedTwice},
		{Name: "collective identifiers/before 2.7.1 their invoices were listed at an address of their own", Do: collectedFormerly, Former: true},
	}
}

// collect puts a new invoice under a new identifier.
func collect(ctx context.Context, w *World) (auth *ksef.AuthenticatedClient, number ksef.CollectiveIdentifier, invoices []ksef.CollectiveInvoice) {
	w.Helper()
	auth, seller := w.owner(ctx)
	buyer := ksef.GenerateNIP(nil)
	for _, n := range []string{"1", "2"} {
		invoices = append(invoices, ksef.CollectiveInvoice{KSeFNumber: sale(ctx, w, auth, invoice(seller, buyer, n))})
	}
	w.eventually(ctx, "the invoices can be put together", func() (done bool, err error) {
		number, err = auth.CollectiveIdentifiers.Create(ctx, invoices)
		if errors.Is(err, ksef.CodeNotCollectable) { // not yet
			return false, nil
		}
		return true, err
	})
	return auth, number, invoices
}

func collected(ctx context.Context, w *World) {
	began := time.Now().Add(-time.Minute)
	auth, number, invoices := collect(ctx, w)
	c := auth.CollectiveIdentifiers
	of := listed(ctx, w, "identifiers of an invoice", 1, c.ByInvoice(ctx, invoices[0].KSeFNumber, nil))
	equal(w, "its identifier", of[0].Number, number)
	made := listed(ctx, w, "identifiers", 1, c.All(ctx, ksef.CollectiveQuery{From: began}))
	equal(w, "invoices in it", made[0].Invoices, 2)
	listed(ctx, w, "invoices in it", 2, c.Invoices(ctx, []ksef.CollectiveIdentifier{number}, nil))
}

func collectedTwice(ctx context.Context, w *World) {
	auth, _, invoices := collect(ctx, w)
	_, err := auth.CollectiveIdentifiers.Create(ctx, append(invoices, invoices[0]))
	w.refused(err, ksef.CodeRepeatedInvoice)
}

func collectedFormerly(ctx context.Context, w *World) {
	auth, number, _ := collect(ctx, w)
	w.eventually(ctx, "two invoices", func() (bool, error) {
		var page struct {
			Invoices []struct{} `json:"invoices"`
		}
		err := auth.Do(ctx, "GET", "/collective-identifiers/"+string(number)+"/invoices", nil, &page)
		return len(page.Invoices) == 2, err
	})
}
