package conformance

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/upo"
)

func sending() []Scenario {
	return []Scenario{
		{Name: "online/an accepted invoice has one number, and receipts that prove it", Do: onlineReceipts},
		{Name: "online/the same invoice again is a duplicate, and a broken one is rejected", Do: onlineRejected},
		{Name: "online/an invoice that was issued offline is known as such", Do: offlineMode},
		{Name: "batch/every file of a batch has a result", Do: batchResults},
		{Name: "batch/attachments need consent", Do: batchAttachments},
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

func offlineMode(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	session, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	sent, err := session.SendAndWait(ctx, invoice(seller, ksef.GenerateNIP(nil), "OFF/1"), &ksef.SendOptions{Offline: true})
	w.ok(err)
	equal(w, "mode", sent.Mode, ksef.Offline)
}

// submit sends documents in a batch, as the files 1.xml, 2.xml and so on.
func submit(ctx context.Context, w *World, auth *ksef.AuthenticatedClient, docs ...[]byte) *ksef.BatchSession {
	w.Helper()
	session, err := auth.SubmitBatch(ctx, func(yield func(ksef.BatchFile, error) bool) {
		for i, doc := range docs {
			if !yield(ksef.BatchFile{Name: fmt.Sprintf("%d.xml", i+1), Content: doc}, nil) {
				return
			}
		}
	}, nil)
	w.ok(err)
	return session
}

func batchResults(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	buyer := ksef.GenerateNIP(nil)
	session := submit(ctx, w, auth, invoice(seller, buyer, "B/1"), invoice(seller, buyer, "B/2"), invoice(seller, buyer, "B/3"))
	status, err := session.WaitClosed(ctx)
	w.ok(err)
	equal(w, "accepted", status.Successful, 3)
	for _, i := range listed(ctx, w, "invoices", 3, session.Invoices(ctx, nil)) {
		equal(w, "file", i.FileName, strings.TrimPrefix(i.InvoiceNumber, "B/")+".xml")
	}
}

func batchAttachments(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	send := func(number string) error {
		const attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>licznik</ZKlucz><ZWartosc>17</ZWartosc></MetaDane></BlokDanych></Zalacznik></Faktura>"
		doc := bytes.Replace(invoice(seller, ksef.GenerateNIP(nil), number), []byte("</Faktura>"), []byte(attachment), 1)
		_, err := submit(ctx, w, auth, doc).WaitClosed(ctx)
		return err
	}
	w.failed(send("1"), 445) // no invoice was accepted
	w.ok(w.Client.TestData.AllowAttachments(ctx, seller))
	w.ok(send("2"))
}

func sessionLists(ctx context.Context, w *World) {
	auth, seller := w.owner(ctx)
	online, err := auth.OpenOnlineSession(ctx, nil)
	w.ok(err)
	doc := invoice(seller, ksef.GenerateNIP(nil), "B/1")
	batch := submit(ctx, w, auth, doc)
	for kind, want := range map[ksef.SessionType]ksef.ReferenceNumber{ksef.OnlineType: online.ReferenceNumber(), ksef.BatchType: batch.ReferenceNumber()} {
		list := listed(ctx, w, string(kind)+" sessions", 1, auth.InvoiceSessions.All(ctx, &ksef.SessionQuery{Type: kind}))
		equal(w, "session", list[0].ReferenceNumber, want)
	}
}
