package ksef_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
)

// spoiler changes requests on their way, as a broken client would send them.
type spoiler struct {
	next  http.RoundTripper
	spoil func(path string, body []byte) []byte
}

func (s *spoiler) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	body = s.spoil(strings.TrimPrefix(r.URL.Path, "/v2"), body)
	out := r.Clone(r.Context())
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return s.next.RoundTrip(out)
}

// rewrite changes members of a JSON body.
func rewrite(body []byte, change func(map[string]any)) []byte {
	var v map[string]any
	if json.Unmarshal(body, &v) != nil {
		return body
	}
	change(v)
	out, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return out
}

func hash64(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// spoiled returns an authenticated client of f whose requests are changed.
func spoiled(t *testing.T, f *flow, spoil func(string, []byte) []byte) *ksef.AuthenticatedClient {
	t.Helper()
	return spoiledClient(t, f, spoil).Authentication.Resume(login(t, f, someNIP).Credentials())
}

func spoiledClient(t *testing.T, f *flow, spoil func(string, []byte) []byte) *ksef.Client {
	t.Helper()
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: &spoiler{sandbox.NewTransport(f.Server), spoil}},
		Retry: &ksef.Backoff{}, Poll: &ksef.Backoff{Min: time.Millisecond, Factor: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// names are those of the failures, by what they are in the protocol.
var names = map[ksef.Operation]map[int]ksef.Failure{
	ksef.OperationAuthentication: {
		400: ksef.AuthFailed, 415: ksef.AuthWithoutPermission, 425: ksef.AuthRevoked, 450: ksef.AuthInvalidToken,
		460: ksef.AuthInvalidCertificate, 470: ksef.AuthDeceased, 480: ksef.AuthBlocked, 500: ksef.InternalFailure, 550: ksef.AbortedByKSeF,
	},
	ksef.OperationSession: {
		405: ksef.SessionInvalidPart, 415: ksef.SessionInvalidKey, 420: ksef.SessionTooManyInvoices, 430: ksef.SessionInvalidArchive,
		435: ksef.SessionInvalidCipher, 440: ksef.SessionNothingSent, 445: ksef.SessionAllRejected, 500: ksef.InternalFailure,
	},
	ksef.OperationInvoice: {
		405: ksef.InvoiceOfFailedSession, 410: ksef.InvoiceNotPermitted, 415: ksef.InvoiceWithAttachment, 430: ksef.InvoiceInvalidFile,
		435: ksef.InvoiceInvalidCipher, 450: ksef.InvoiceInvalid, 500: ksef.InternalFailure, 550: ksef.AbortedByKSeF,
	},
}

// wantFailed checks that err is the failure of an operation with a status, by
// its name and by nothing else's.
func wantFailed(t *testing.T, err error, operation ksef.Operation, code int, detail string) {
	t.Helper()
	failed, ok := errors.AsType[*ksef.FailedError](err)
	if !ok || failed.Operation != operation || failed.Status.Code != code || failed.Status.Description == "" ||
		!strings.Contains(strings.Join(failed.Status.Details, "; "), detail) {
		t.Errorf("%v; want %s with status %d …%s…", err, operation, code, detail)
	}
	for of, codes := range names {
		for n, name := range codes {
			shared := name == ksef.InternalFailure || name == ksef.AbortedByKSeF
			if is := n == code && (of == operation || shared); errors.Is(err, name) != is {
				t.Errorf("%v: is %q: %v", err, name, !is)
			}
		}
	}
}

// Every way in which a batch fails as a whole reaches the caller with its
// status and KSeF's details (protocol: sesja-wsadowa.md).
func TestBatchStatuses(t *testing.T) {
	otherKey := base64.StdEncoding.EncodeToString(make([]byte, 256))
	broken := func(yield func(ksef.BatchFile, error) bool) {
		yield(ksef.BatchFile{Name: "broken.xml", Content: []byte("<Faktura/>")}, nil)
	}
	for _, c := range []struct {
		name   string
		spoil  func(dir string) func(string, []byte) []byte
		files  func(*flow) func(func(ksef.BatchFile, error) bool)
		code   int
		detail string
	}{
		{name: "key of nobody", code: 415, detail: "klucza symetrycznego", spoil: func(string) func(string, []byte) []byte {
			return func(path string, body []byte) []byte {
				if path != "/sessions/batch" {
					return body
				}
				return rewrite(body, func(v map[string]any) { v["encryption"].(map[string]any)["encryptedSymmetricKey"] = otherKey })
			}
		}},
		{name: "part altered", code: 405, detail: "części: '1'", spoil: func(string) func(string, []byte) []byte {
			return func(path string, body []byte) []byte {
				if strings.HasPrefix(path, "/sessions") || strings.HasPrefix(path, "/security") || len(body) == 0 {
					return body
				}
				body[0] ^= 1
				return body
			}
		}},
		{name: "padding", code: 435, spoil: func(dir string) func(string, []byte) []byte {
			alter := func(b []byte) []byte { b[len(b)-17] ^= 0x80; return b } // the last byte of the block before the padding
			return func(path string, body []byte) []byte {
				switch {
				case path == "/sessions/batch":
					parts, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
					sealed, err := os.ReadFile(parts[0])
					if err != nil {
						return body
					}
					return rewrite(body, func(v map[string]any) {
						v["batchFile"].(map[string]any)["fileParts"].([]any)[0].(map[string]any)["fileHash"] = hash64(alter(sealed))
					})
				case strings.HasPrefix(path, "/sessions") || strings.HasPrefix(path, "/security") || len(body) == 0:
					return body
				}
				return alter(body)
			}
		}},
		{name: "hash of the package", code: 430, detail: "Skrót SHA-256 przesłanej paczki", spoil: func(string) func(string, []byte) []byte {
			return func(path string, body []byte) []byte {
				if path != "/sessions/batch" {
					return body
				}
				return rewrite(body, func(v map[string]any) { v["batchFile"].(map[string]any)["fileHash"] = hash64(nil) })
			}
		}},
		{name: "nothing valid", code: 445, files: func(*flow) func(func(ksef.BatchFile, error) bool) { return broken }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFlow(t, nil, nil)
			dir := t.TempDir()
			spoil := func(_ string, body []byte) []byte { return body }
			if c.spoil != nil {
				spoil = c.spoil(dir)
			}
			files := batchOf(f, 3)
			if c.files != nil {
				files = c.files(f)
			}
			s, err := spoiled(t, f, spoil).SubmitBatch(t.Context(), files, &ksef.BatchOptions{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.WaitClosed(t.Context())
			wantFailed(t, err, ksef.OperationSession, c.code, c.detail)
			if n := len(f.accepted()); n != 0 {
				t.Errorf("%d invoices accepted", n)
			}
		})
	}
	t.Run("never closed", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		b, err := ksef.PackBatch(t.Context(), batchOf(f, 1), &ksef.BatchOptions{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		s, err := login(t, f, someNIP).OpenBatchSession(t.Context(), b, nil)
		if err != nil {
			t.Fatal(err)
		}
		f.Advance(13 * time.Hour)
		_, err = s.WaitClosed(t.Context())
		wantFailed(t, err, ksef.OperationSession, 440, "Przekroczono czas wysyłki")
	})
}

// The same for online sessions and the invoices in them.
func TestOnlineStatuses(t *testing.T) {
	sendTo := func(t *testing.T, s *ksef.OnlineSession, doc []byte) error {
		_, err := s.SendAndWait(t.Context(), doc, nil)
		return err
	}
	closing := func(t *testing.T, s *ksef.OnlineSession) error {
		if err := s.Close(t.Context()); err != nil {
			return err
		}
		_, err := s.WaitClosed(t.Context())
		return err
	}
	t.Run("empty session", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		wantFailed(t, closing(t, openOnline(t, f)), ksef.OperationSession, 440, "Nie przesłano faktur")
	})
	t.Run("nothing valid", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		s := openOnline(t, f)
		wantFailed(t, sendTo(t, s, []byte("<Faktura/>")), ksef.OperationInvoice, 450, "")
		wantFailed(t, closing(t, s), ksef.OperationSession, 445, "")
	})
	t.Run("key of nobody", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		auth := spoiled(t, f, func(path string, body []byte) []byte {
			if path != "/sessions/online" {
				return body
			}
			return rewrite(body, func(v map[string]any) {
				v["encryption"].(map[string]any)["encryptedSymmetricKey"] = base64.StdEncoding.EncodeToString(make([]byte, 256))
			})
		})
		s, err := auth.OpenOnlineSession(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantFailed(t, sendTo(t, s, invoice(f, "FV/1")), ksef.OperationInvoice, 405, "")
		_, err = s.WaitClosed(t.Context())
		wantFailed(t, err, ksef.OperationSession, 415, "")
	})
	t.Run("padding", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		auth := spoiled(t, f, func(path string, body []byte) []byte {
			if !strings.HasSuffix(path, "/invoices") {
				return body
			}
			return rewrite(body, func(v map[string]any) {
				sealed, _ := base64.StdEncoding.DecodeString(v["encryptedInvoiceContent"].(string))
				sealed[len(sealed)-17] ^= 0x80
				v["encryptedInvoiceContent"], v["encryptedInvoiceHash"] = base64.StdEncoding.EncodeToString(sealed), hash64(sealed)
			})
		})
		s, err := auth.OpenOnlineSession(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantFailed(t, sendTo(t, s, invoice(f, "FV/1")), ksef.OperationInvoice, 435, "")
	})
	t.Run("another document than declared", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		auth := spoiled(t, f, func(path string, body []byte) []byte {
			if !strings.HasSuffix(path, "/invoices") {
				return body
			}
			return rewrite(body, func(v map[string]any) { v["invoiceHash"] = hash64(nil) })
		})
		s, err := auth.OpenOnlineSession(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantFailed(t, sendTo(t, s, invoice(f, "FV/1")), ksef.OperationInvoice, 430, "")
	})
	t.Run("ciphertext altered", func(t *testing.T) {
		for code, change := range map[ksef.Code]func(map[string]any){
			ksef.CodeContentSize: func(v map[string]any) { v["encryptedInvoiceSize"] = 17 },
			ksef.CodeContentHash: func(v map[string]any) { v["encryptedInvoiceHash"] = hash64(nil) },
		} {
			f := newFlow(t, nil, nil)
			auth := spoiled(t, f, func(path string, body []byte) []byte {
				if !strings.HasSuffix(path, "/invoices") {
					return body
				}
				return rewrite(body, change)
			})
			s, err := auth.OpenOnlineSession(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := sendTo(t, s, invoice(f, "FV/1")); !errors.Is(err, code) || errors.Is(err, ksef.ErrUnknown) {
				t.Errorf("%v; want code %d", err, int(code))
			}
		}
	})
	t.Run("attachment", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		doc := bytes.Replace(invoice(f, "FV/1"), []byte("</Fa>\n"), []byte("</Fa>\n"+`<Zalacznik><BlokDanych><ZNaglowek>z</ZNaglowek><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane></BlokDanych></Zalacznik>`), 1)
		wantFailed(t, sendTo(t, openOnline(t, f), doc), ksef.OperationInvoice, 415, "")
	})
	t.Run("another's", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		doc := sample.Invoice{Seller: string(otherNIP), Buyer: string(someNIP), Number: "FV/1", Issued: f.Now()}.XML()
		wantFailed(t, sendTo(t, openOnline(t, f), doc), ksef.OperationInvoice, 410, "")
	})
	t.Run("expired session", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		s := openOnline(t, f)
		if _, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil); err != nil {
			t.Fatal(err)
		}
		f.Advance(13 * time.Hour)
		if status, err := s.WaitClosed(t.Context()); err != nil || status.Successful != 1 {
			t.Errorf("closed by KSeF: %+v, %v", status, err)
		}
		if _, err := s.Send(t.Context(), invoice(f, "FV/2"), nil); !errors.Is(err, ksef.CodeSessionStatus) {
			t.Errorf("sent into it: %v", err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("closing it: %v", err)
		}
	})
	t.Run("no session", func(t *testing.T) {
		f := newFlow(t, nil, nil)
		auth := login(t, f, someNIP)
		if _, err := auth.InvoiceSessions.Session("20250514-SO-226FB7B000-3ACF9BE4C0-10").Status(t.Context()); !errors.Is(err, ksef.CodeNoSession) {
			t.Error(err)
		}
	})
}
