package conformance

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/ksef-go/ksef"
)

func receiving() []Scenario {
	return []Scenario{
		{Name: "invoices/the buyer finds, downloads and exports what the seller sent", Do: buyerReceives},
		{Name: "invoices/pages of a query have each invoice once", Do: queryPages},
		{Name: "invoices/before the high-water mark nothing is added", Do: highWaterMark},
		{Name: "invoices/who is not on an invoice cannot have it", Do: strangerReceives},
	}
}

// sale is an invoice that was accepted.
func sale(ctx context.Context, w *World, seller *ksef.AuthenticatedClient, doc []byte) ksef.KSeFNumber {
	w.Helper()
	session, err := seller.OpenOnlineSession(ctx, nil)
	w.ok(err)
	sent, err := session.SendAndWait(ctx, doc, nil)
	w.ok(err)
	w.ok(session.Close(ctx))
	return sent.KSeFNumber
}

func buyerReceives(ctx context.Context, w *World) {
	seller, sellerNIP := w.owner(ctx)
	buyer, buyerNIP := w.owner(ctx)
	doc := invoice(sellerNIP, buyerNIP, "FV/1")
	number := sale(ctx, w, seller, doc)
	filter := ksef.InvoiceFilter{Role: ksef.Buyer, From: time.Now().AddDate(0, 0, -1), Seller: sellerNIP}
	found := listed(ctx, w, "invoices", 1, buyer.Invoices.All(ctx, filter, nil))
	equal(w, "found", found[0].KSeFNumber, number)
	got, err := buyer.Invoices.DownloadWhenReady(ctx, number)
	w.ok(err)
	equal(w, "every byte", bytes.Equal(got, doc), true)
	exported := listed(ctx, w, "documents", 1, buyer.Invoices.Documents(ctx, filter, nil))
	equal(w, "every exported byte", bytes.Equal(exported[0].XML, doc), true)
}

func queryPages(ctx context.Context, w *World) {
	seller, nip := w.owner(ctx)
	var docs [][]byte
	for i := range 12 { // the smallest page has 10
		docs = append(docs, invoice(nip, ksef.GenerateNIP(nil), fmt.Sprint(i)))
	}
	_, err := submit(ctx, w, seller, docs...).WaitClosed(ctx)
	w.ok(err)
	filter := ksef.InvoiceFilter{Role: ksef.Seller, From: time.Now().AddDate(0, 0, -1)}
	seen := map[ksef.KSeFNumber]bool{}
	for _, i := range listed(ctx, w, "invoices", len(docs), seller.Invoices.All(ctx, filter, &ksef.QueryOptions{PageSize: 10})) {
		seen[i.KSeFNumber] = true
	}
	equal(w, "different invoices", len(seen), len(docs))
}

func highWaterMark(ctx context.Context, w *World) {
	seller, nip := w.owner(ctx)
	sale(ctx, w, seller, invoice(nip, ksef.GenerateNIP(nil), "FV/1"))
	filter := ksef.InvoiceFilter{Role: ksef.Seller, From: time.Now().AddDate(0, 0, -1), Complete: true}
	w.eventually(ctx, "the invoice is behind the mark", func() (bool, error) {
		page, err := seller.Invoices.Query(ctx, filter, nil)
		if err != nil || len(page.Invoices) == 0 {
			return false, err
		}
		equal(w, "stored after the mark", page.Invoices[0].Stored.After(page.HWM), false)
		return true, nil
	})
}

func strangerReceives(ctx context.Context, w *World) {
	seller, sellerNIP := w.owner(ctx)
	number := sale(ctx, w, seller, invoice(sellerNIP, ksef.GenerateNIP(nil), "FV/1"))
	_, err := seller.Invoices.DownloadWhenReady(ctx, number)
	w.ok(err)
	stranger, _ := w.owner(ctx)
	_, err = stranger.Invoices.Download(ctx, number)
	w.refused(err, ksef.CodeNoInvoice)
}
