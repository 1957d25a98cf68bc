package conformance

import (
	"context"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/upo"
)

func sending() []Scenario {
	return []Scenario{
		{Name: "online/an accepted invoice has one number, and receipts that prove it", Do: onlineReceipts},
		{Name: "online/the same invoice again is a duplicate, and a broken one is rejected", Do: onlineRejected},
		{Name: "batch/every file of a batch has a result", Do: batchResults},
		{Name: "sessions/a taxpayer sees its sessions of either kind", Do: sessionLists},
	}
}

func onlineReceipts(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	session, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	doc := invoice(seller, ksef.GenerateNIP(nil), "FV/1")
	ref, err := session.Send(ctx, doc, nil)
	w.ok(err)
	sent, err := session.Wait(ctx, ref)
	w.ok(err)
	equal(w, "seller in the KSeF number", sent.KSeFNumber.NIP(), seller)
	proves := func(receipt []byte, err error) {
		w.Helper()
		w.ok(err)
		r, err := upo.Verify(receipt, nil)
		w.ok(err)
		_, err = r.Proves(doc)
		w.ok(err)
	}
	proves(session.UPO(ctx, ref))
	proves(session.UPOByKSeFNumber(ctx, sent.KSeFNumber))
	w.ok(session.Close(ctx))
	status, err := session.WaitClosed(ctx)
	w.ok(err)
	equal(w, "accepted", status.Successful, 1)
	equal(w, "pages of the receipt", len(status.UPO.Pages), 1)
	proves(session.SessionUPO(ctx, status.UPO.Pages[0].ReferenceNumber))
}

func onlineRejected(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	session, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	doc := invoice(seller, ksef.GenerateNIP(nil), "FV/1")
	first, err := session.SendAndWait(ctx, doc, nil)
	w.ok(err)
	again, err := session.SendAndWait(ctx, doc, nil)
	w.ok(err)
	equal(w, "its number", again.KSeFNumber, first.KSeFNumber)
	broken := strings.Replace(string(doc), "<P_15>123.00<", "<P_15>123,00<", 1)
	_, err = session.SendAndWait(ctx, []byte(broken), nil)
	w.failed(err, 450)
	failed := listed(ctx, w, "rejected invoices", 2, session.Failed(ctx, nil))
	equal(w, "the duplicate", failed[0].Status.Code, 440)
	equal(w, "the broken one", failed[1].Status.Code, 450)
}

func batchResults(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	buyer := ksef.GenerateNIP(nil)
	files := func(yield func(ksef.BatchFile, error) bool) {
		for _, name := range []string{"1", "2", "3"} {
			if !yield(ksef.BatchFile{Name: name + ".xml", Content: invoice(seller, buyer, "B/"+name)}, nil) {
				return
			}
		}
	}
	session, err := auth.SubmitBatch(ctx, files, nil)
	w.ok(err)
	status, err := session.WaitClosed(ctx)
	w.ok(err)
	equal(w, "accepted", status.Successful, 3)
	for _, i := range listed(ctx, w, "invoices", 3, session.Invoices(ctx, nil)) {
		equal(w, "file", i.FileName, strings.TrimPrefix(i.InvoiceNumber, "B/")+".xml")
	}
}

func sessionLists(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	online, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	doc := invoice(seller, ksef.GenerateNIP(nil), "B/1")
	batch, err := auth.SubmitBatch(ctx, func(yield func(ksef.BatchFile, error) bool) {
		yield(ksef.BatchFile{Name: "1.xml", Content: doc}, nil)
	}, nil)
	w.ok(err)
	for kind, want := range map[ksef.SessionType]ksef.ReferenceNumber{ksef.OnlineType: online.ReferenceNumber(), ksef.BatchType: batch.ReferenceNumber()} {
		list := listed(ctx, w, string(kind)+" sessions", 1, auth.InvoiceSessions.All(ctx, &ksef.SessionQuery{Type: kind}))
		equal(w, "session", list[0].ReferenceNumber, want)
	}
}
