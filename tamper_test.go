package ksef_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// What can happen to content on its way, besides what happens to requests.
const (
	corruptedPart = iota // a bit of a part is another
	shortPart            // a part ends early, and nothing says so
	longPart
	wrongHash  // an invoice is not what the header says
	expiredURL // the storage refuses
	kindsOfSpoiling
)

var spoilings = [kindsOfSpoiling]string{"corrupted part", "short part", "long part", "wrong hash", "expired URL"}

// tamperer spoils what it can from the n-th time on, so often.
type tamperer struct {
	next        http.RoundTripper
	kind        int
	from, times int
	seen        int
}

func (s *tamperer) around(next http.RoundTripper) http.RoundTripper {
	s.next = next
	return s
}

func (s *tamperer) RoundTrip(r *http.Request) (*http.Response, error) {
	storage := strings.HasPrefix(r.URL.Path, "/storage/")
	mine := storage == (s.kind != wrongHash) && (storage || strings.Contains(r.URL.Path, "/invoices/ksef/"))
	if mine {
		s.seen++
	}
	if !mine || s.seen <= s.from || s.seen > s.from+s.times {
		return s.next.RoundTrip(r)
	}
	if s.kind == expiredURL {
		return reply(403, "application/xml", `<Error><Code>AuthenticationFailed</Code></Error>`)(r)
	}
	resp, err := s.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || len(body) == 0 || resp.StatusCode != http.StatusOK {
		resp.Body = io.NopCloser(bytes.NewReader(body))
		return resp, err
	}
	switch s.kind {
	case corruptedPart:
		body[len(body)/2] ^= 1
	case shortPart:
		body = body[:len(body)-16]
	case longPart:
		body = append(body, make([]byte, 16)...)
	case wrongHash:
		body[0] ^= 1
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func timeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// A part that is spoiled is never believed: it is fetched again, by another URL
// where that helps, and if it stays what it is, the package fails.
func TestSpoiledParts(t *testing.T) {
	for kind, name := range spoilings {
		if kind == wrongHash {
			continue
		}
		for _, times := range []int{1, 2, 1000} {
			for _, format := range []ksef.Compression{ksef.Zip, ksef.TarGz} {
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						d := full(t)
						s := &tamperer{kind: kind, from: 4, times: times}
						auth := d.client(s.around, nil)
						dir := t.TempDir()
						docs, err := collect(ordered(t, auth, &ksef.ExportOptions{Compression: format}).Documents(t.Context(), &ksef.PackageOptions{Dir: dir, Parallel: 1}))
						if times < 3 {
							if err != nil || len(docs) != 300 {
								t.Errorf("%d documents, %v", len(docs), err)
							}
							return
						}
						failed, ok := errors.AsType[*ksef.TransferError](err)
						if !ok || failed.Part < 4 || len(docs) == 300 || strings.Contains(err.Error(), "/storage/") || !strings.HasPrefix(err.Error(), "ksef: part ") {
							t.Errorf("%d documents, %v", len(docs), err)
						}
					})
				})
			}
		}
	}
}
