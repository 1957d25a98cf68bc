package ksef_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// Every code with which KSeF refuses a request of sending reaches the caller, and
// says that nothing was done (protocol: sesja-interaktywna.md, sesja-wsadowa.md).
func TestSendingRefusals(t *testing.T) {
	batch := func(t *testing.T, f *flow, change func(file map[string]any)) (*ksef.BatchSession, error) {
		t.Helper()
		auth := spoiled(t, f, func(path string, body []byte) []byte {
			if path != "/sessions/batch" || change == nil {
				return body
			}
			return rewrite(body, func(v map[string]any) { change(v["batchFile"].(map[string]any)) })
		})
		b, err := ksef.PackBatch(t.Context(), batchOf(f, 3), &ksef.BatchOptions{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return auth.OpenBatchSession(t.Context(), b, nil)
	}
	offline := &ksef.SendOptions{Offline: true}
	corrects := func(doc []byte) *ksef.SendOptions {
		sum := sha256.Sum256(doc)
		return &ksef.SendOptions{Offline: true, Corrects: sum[:]}
	}
	for code, do := range map[ksef.Code]func(*testing.T, *flow) error{
		ksef.CodePartSize: func(t *testing.T, f *flow) error {
			s, err := batch(t, f, func(file map[string]any) {
				part := file["fileParts"].([]any)[0].(map[string]any)
				part["fileSize"] = part["fileSize"].(float64) + 16
			})
			if err != nil {
				return err
			}
			if err := s.Upload(t.Context()); err != nil {
				t.Fatal(err)
			}
			return s.Close(t.Context())
		},
		ksef.CodePartCount: func(t *testing.T, f *flow) error {
			_, err := batch(t, f, func(file map[string]any) {
				var parts []any
				for i := range 51 {
					parts = append(parts, map[string]any{"ordinalNumber": i + 1, "fileSize": 16, "fileHash": hash64(nil)})
				}
				file["fileParts"] = parts
			})
			return err
		},
		ksef.CodeMissingPart: func(t *testing.T, f *flow) error {
			s, err := batch(t, f, nil)
			if err != nil {
				t.Fatal(err)
			}
			return s.Close(t.Context())
		},
		ksef.CodeUploadTimeout: func(t *testing.T, f *flow) error {
			s, err := batch(t, f, nil)
			if err != nil {
				t.Fatal(err)
			}
			f.Advance(21 * time.Minute)
			if failed, ok := errors.AsType[*ksef.TransferError](s.Upload(t.Context())); !ok || failed.StatusCode != 403 {
				t.Errorf("too late: %v", failed)
			}
			return s.Close(t.Context())
		},
		ksef.CodeInvalidInput: func(t *testing.T, f *flow) error {
			_, err := batch(t, f, func(file map[string]any) { file["fileSize"] = 5_000_000_001 })
			return err
		},
		ksef.CodeCorrectionExists: func(t *testing.T, f *flow) error {
			s := openOnline(t, f)
			wrong, right := append(invoice(f, "FV/1"), '&'), invoice(f, "FV/1")
			if _, err := s.SendAndWait(t.Context(), wrong, offline); !errors.Is(err, ksef.InvoiceInvalidFile) {
				t.Fatal(err)
			}
			if _, err := s.SendAndWait(t.Context(), right, corrects(wrong)); err != nil {
				t.Fatal(err)
			}
			_, err := s.Send(t.Context(), right, corrects(wrong))
			return err
		},
		ksef.CodeNotCorrectable: func(t *testing.T, f *flow) error {
			s := openOnline(t, f)
			doc := invoice(f, "FV/1")
			if _, err := s.SendAndWait(t.Context(), doc, offline); err != nil {
				t.Fatal(err)
			}
			_, err := s.Send(t.Context(), invoice(f, "FV/2"), corrects(doc))
			return err
		},
		ksef.CodeNoUPO: func(t *testing.T, f *flow) error {
			s := openOnline(t, f)
			ref, err := s.Send(t.Context(), []byte("<Faktura/>"), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, byNumber := s.UPOByKSeFNumber(t.Context(), "5265877635-20250826-0100001AF629-AF")
			_, page := s.SessionUPO(t.Context(), "20250514-EU-226FB7B000-3ACF9BE4C0-10")
			if !errors.Is(byNumber, ksef.CodeNoUPO) || !errors.Is(page, ksef.CodeNoUPO) {
				t.Errorf("%v, %v", byNumber, page)
			}
			_, err = s.UPO(t.Context(), ref)
			return err
		},
		ksef.CodeNoSession: func(t *testing.T, f *flow) error {
			auth := login(t, f, someNIP)
			const nowhere = "20250514-SO-226FB7B000-3ACF9BE4C0-10"
			closing := auth.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: nowhere}).Close(t.Context())
			batched := auth.ResumeBatchSession(ksef.BatchState{ReferenceNumber: nowhere}, nil).Close(t.Context())
			if !errors.Is(closing, ksef.CodeNoSession) || !errors.Is(batched, ksef.CodeNoSession) {
				t.Errorf("%v, %v", closing, batched)
			}
			var err error
			for _, err = range auth.InvoiceSessions.Session(nowhere).Invoices(t.Context(), nil) {
			}
			return err
		},
		ksef.CodeInvalidCursor: func(t *testing.T, f *flow) error {
			var err error
			for _, err = range openOnline(t, f).Failed(t.Context(), &ksef.ListOptions{Cursor: "nonsense"}) {
			}
			return err
		},
		ksef.CodeSessionUnavailable: func(t *testing.T, f *flow) error {
			s := openOnline(t, f)
			defer f.Inject(sandbox.Fault{Route: "POST /sessions/online/{referenceNumber}/invoices", Status: 400, Code: ksef.CodeSessionUnavailable})()
			_, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
			return err
		},
		ksef.CodeUnknownKey: func(t *testing.T, f *flow) error {
			defer f.Inject(sandbox.Fault{Route: "POST /sessions/online", Status: 400, Code: ksef.CodeUnknownKey})()
			_, err := login(t, f, someNIP).OpenOnlineSession(t.Context(), nil)
			return err
		},
	} {
		t.Run(code.Error(), func(t *testing.T) {
			f := newFlow(t, nil, nil)
			err := do(t, f)
			refused, ok := errors.AsType[*ksef.Error](err)
			if !ok || !errors.Is(err, code) || errors.Is(err, ksef.ErrUnknown) || refused.StatusCode != 400 || refused.Problem(code).Description == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

// Another subject of the same taxpayer may not touch a session, and another
// taxpayer does not get at it.
func TestSessionOfAnother(t *testing.T) {
	f := newFlow(t, nil, nil)
	s := openOnline(t, f)
	if err := f.client.TestData.GrantPermissions(t.Context(), someNIP, somePESEL, "accountant", ksef.InvoiceWrite); err != nil {
		t.Fatal(err)
	}
	accountant, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, person(t, string(somePESEL)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, auth := range map[string]*ksef.AuthenticatedClient{"another subject": accountant, "another taxpayer": login(t, f, otherNIP)} {
		theirs := auth.ResumeOnlineSession(s.State())
		_, sending := theirs.SendAndWait(t.Context(), invoice(f, "FV/1"), nil)
		_, looking := theirs.Status(t.Context())
		for _, err := range []error{sending, looking, theirs.Close(t.Context())} {
			if !errors.Is(err, ksef.ErrForbidden) || errors.Is(err, ksef.ErrUnknown) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if n := len(f.accepted()); n != 0 {
		t.Errorf("%d accepted", n)
	}
}
