package ksef_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// The buyer receives what the seller sent, in every way there is.
func TestReceivingFlow(t *testing.T) {
	f := newFlow(t, nil, nil)
	doc := invoice(f, "FV/1")
	sent, err := openOnline(t, f).SendAndWait(t.Context(), doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	buyer := login(t, f, otherNIP).Invoices
	got, err := buyer.DownloadWhenReady(t.Context(), sent.KSeFNumber)
	if err != nil || !bytes.Equal(got, doc) {
		t.Fatalf("downloaded %d bytes, %v", len(got), err)
	}
	f.Advance(time.Hour) // past the high-water mark
	filter := ksef.InvoiceFilter{Role: ksef.Buyer, From: f.Now().AddDate(0, 0, -1)}
	n := 0
	for i, err := range buyer.All(t.Context(), filter, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; i.KSeFNumber != sent.KSeFNumber || i.Number != "FV/1" || i.Seller.NIP != someNIP || i.Gross.Rat().Sign() <= 0 || i.Stored.IsZero() {
			t.Errorf("%+v", i)
		}
	}
	if n != 1 {
		t.Errorf("%d invoices", n)
	}
	for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
		for _, only := range []bool{false, true} {
			docs, err := collect(buyer.Documents(t.Context(), filter, &ksef.DocumentsOptions{ExportOptions: ksef.ExportOptions{Compression: format, OnlyMetadata: only}}))
			if err != nil || len(docs) != 1 || !only && !bytes.Equal(docs[0].XML, doc) {
				t.Errorf("%s, only=%v: %d documents, %v", format, only, len(docs), err)
			}
		}
	}
	var state ksef.SyncState
	for _, want := range []int{1, 0} {
		s := buyer.Sync(state, &ksef.SyncOptions{From: filter.From})
		before := f.asked("POST /invoices/query/metadata")
		docs, err := collect(s.Documents(t.Context()))
		if err != nil || len(docs) != want {
			t.Errorf("sync: %d documents, want %d, %v", len(docs), want, err)
		}
		if asked := f.asked("POST /invoices/query/metadata") - before; asked != 4 {
			t.Errorf("%d queries", asked)
		}
		state = s.State()
	}
}
