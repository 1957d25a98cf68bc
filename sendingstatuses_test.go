package ksef_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// A context's own limit of invoices: KSeF tells of it after a package was
// unpacked, and at once in an online session.
func TestTooManyInvoices(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	limits, err := auth.Limits.Context(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	limits.Batch.Invoices, limits.Online.Invoices = 2, 2
	if err := auth.Limits.SetContext(t.Context(), *limits); err != nil {
		t.Fatal(err)
	}
	s, err := auth.SubmitBatch(t.Context(), batchOf(f, 3), &ksef.BatchOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.WaitClosed(t.Context())
	wantFailed(t, err, ksef.OperationSession, 420, "Liczba faktur w paczce: '3'")
	online, err := auth.OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"FV/1", "FV/2"} {
		if _, err := online.SendAndWait(t.Context(), invoice(f, number), nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := online.SendAndWait(t.Context(), invoice(f, "FV/3"), nil); !errors.Is(err, ksef.CodeSessionFull) || errors.Is(err, ksef.ErrUnknown) {
		t.Error(err)
	}
	if n := len(f.accepted()); n != 2 {
		t.Errorf("%d invoices accepted", n)
	}
}

// What KSeF itself fails at: the invoice was not accepted and can be sent again.
func TestKSeFFailsAtInvoices(t *testing.T) {
	for code, description := range map[int]string{500: "Nieznany błąd (500)", 550: "Operacja została anulowana przez system"} {
		f := newFlow(t, nil, nil)
		auth := login(t, f, someNIP)
		f.OnInvoice(func(sandbox.Invoice) ksef.Status {
			return ksef.Status{Code: code, Description: description, Details: []string{"Spróbuj ponownie"}}
		})
		s, err := auth.OpenOnlineSession(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
		wantFailed(t, err, ksef.OperationInvoice, code, "Spróbuj ponownie")

		b, err := auth.SubmitBatch(t.Context(), batchOf(f, 2), &ksef.BatchOptions{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.WaitClosed(t.Context())
		wantFailed(t, err, ksef.OperationSession, 445, "")
		n := 0
		for i, err := range b.Failed(t.Context(), nil) {
			if err != nil || i.Status.Code != code || i.Status.Details[0] != "Spróbuj ponownie" {
				t.Errorf("%v, %v", i, err)
			}
			n++
		}
		if n != 2 {
			t.Errorf("%d of 2 invoices failed", n)
		}

		f.OnInvoice(nil)
		if _, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil); err != nil {
			t.Errorf("again: %v", err)
		}
	}
}

// A session that KSeF fails at, and what it accepted before.
func TestKSeFFailsAtSession(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	sent, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.FailSession(s.ReferenceNumber(), ksef.Status{Code: 500, Description: "Nieznany błąd (500)"}); err != nil {
		t.Fatal(err)
	}
	_, err = s.WaitClosed(t.Context())
	wantFailed(t, err, ksef.OperationSession, 500, "")
	if _, err := s.Send(t.Context(), invoice(f, "FV/2"), nil); !errors.Is(err, ksef.CodeSessionStatus) {
		t.Errorf("sent into it: %v", err)
	}
	if i, err := s.Invoice(t.Context(), sent.ReferenceNumber); err != nil || !i.Status.OK() || i.KSeFNumber != sent.KSeFNumber {
		t.Errorf("what was accepted: %v, %v", i, err)
	}
}

// What is pending says how far it is: invoices 100 and then 150, a package 150
// once it is closed, an online session 170.
func TestPendingStatuses(t *testing.T) {
	f := newFlow(t, &sandbox.Options{Latency: time.Minute}, nil)
	op := submitted(t, f)
	f.Advance(time.Minute)
	auth, err := f.client.Authentication.Redeem(t.Context(), op)
	if err != nil {
		t.Fatal(err)
	}
	online, err := auth.OpenOnlineSession(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := online.Send(t.Context(), invoice(f, "FV/1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		code        int
		description string
	}{{100, "Faktura przyjęta do dalszego przetwarzania"}, {150, "Trwa przetwarzanie"}, {200, "Sukces"}} {
		i, err := online.Invoice(t.Context(), ref)
		if err != nil || i.Status.Code != want.code || i.Status.Description != want.description || i.Status.Pending() != (want.code < 200) || (i.KSeFNumber != "") != (want.code == 200) {
			t.Errorf("%v, %v; want %d", i, err, want.code)
		}
		f.Advance(30 * time.Second)
	}
	if err := online.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	batch, err := auth.SubmitBatch(t.Context(), batchOf(f, 1), &ksef.BatchOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[*ksef.InvoiceSession]ksef.Status{
		&online.InvoiceSession: {Code: 170, Description: "Sesja interaktywna zamknięta"},
		&batch.InvoiceSession:  {Code: 150, Description: "Trwa przetwarzanie"},
	} {
		now, err := s.Status(t.Context())
		if err != nil || now.Status.String() != want.String() {
			t.Errorf("%v, %v; want %v", now, err, want)
		}
	}
	f.Advance(time.Minute)
	for _, s := range []*ksef.InvoiceSession{&online.InvoiceSession, &batch.InvoiceSession} {
		if now, err := s.WaitClosed(t.Context()); err != nil || now.Successful != 1 {
			t.Errorf("%v, %v", now, err)
		}
	}
}
