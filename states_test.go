package ksef_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// keptStates are texts that the states of this package write.
func keptStates(t *testing.T) map[string][]byte {
	t.Helper()
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	b, err := ksef.PackBatch(t.Context(), batchOf(f, 10), &ksef.BatchOptions{Dir: t.TempDir(), PartSize: 300})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := auth.OpenBatchSession(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	export, err := auth.Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: time.Now().Add(-time.Hour)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string][]byte{}
	for name, state := range map[string]any{
		"session":   openOnline(t, f).State(),
		"batch":     batch.State(),
		"export":    export.State(),
		"enrolment": ksef.Enrollment{Name: "n", Ordered: time.Now()},
	} {
		if kept[name], err = json.Marshal(state); err != nil {
			t.Fatal(err)
		}
	}
	kept["sync"] = fmt.Appendf(nil, `{"version":1,"roles":{"Subject1":{"next":"2026-01-01T00:00:00Z","pending":{"export":%s,"from":"2026-01-01T00:00:00Z"}}}}`, kept["export"])
	return kept
}

func emptyStates() map[string]any {
	return map[string]any{
		"session": new(ksef.SessionState), "batch": new(ksef.BatchState), "export": new(ksef.ExportState),
		"sync": new(ksef.SyncState), "enrolment": new(ksef.Enrollment),
	}
}

// A state is read as what it is, and as nothing else: neither damaged, nor from
// the future, nor as a state of another kind.
func TestStatesThatAreNone(t *testing.T) {
	kept := keptStates(t)
	for kind, text := range kept {
		if err := json.Unmarshal(text, emptyStates()[kind]); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for other, state := range emptyStates() {
			if err := json.Unmarshal(text, state); other != kind && !errors.Is(err, ksef.ErrState) {
				t.Errorf("%s read as %s: %v", kind, other, err)
			}
		}
		damaged := []string{`[]`, `"x"`, `{}`, `{"version":2}`, `{"version":-1}`, `{"version":"1"}`,
			strings.Replace(string(text), `"version":1`, `"version":2,"more":true`, 1),
			strings.Replace(string(text), `"key":"`, `"key":"?`, 1),
			strings.Replace(string(text), `"key":"`, `"key":"AAAA`, 1),
		}
		for _, d := range damaged {
			if d == string(text) { // it has no key
				continue
			}
			if err := json.Unmarshal([]byte(d), emptyStates()[kind]); !errors.Is(err, ksef.ErrState) {
				t.Errorf("%s: %.60s was read: %v", kind, d, err)
			}
		}
	}
	for name, change := range map[string]func(map[string]any){
		"no session":        func(s map[string]any) { delete(s, "referenceNumber") },
		"no parts":          func(s map[string]any) { s["package"].(map[string]any)["parts"] = nil; s["uploads"] = nil },
		"no place":          func(s map[string]any) { s["uploads"] = s["uploads"].([]any)[1:] },
		"a place twice":     func(s map[string]any) { s["uploads"].([]any)[1] = s["uploads"].([]any)[0] },
		"a part too many":   func(s map[string]any) { s["arrived"] = []int{99} },
		"parts in disorder": func(s map[string]any) { slices.Reverse(s["package"].(map[string]any)["parts"].([]any)) },
		"nowhere":           func(s map[string]any) { s["package"].(map[string]any)["dir"] = "" },
		"another's file": func(s map[string]any) {
			s["package"].(map[string]any)["parts"].([]any)[0].(map[string]any)["file"] = "../../etc/passwd"
		},
		"a directory": func(s map[string]any) {
			s["package"].(map[string]any)["parts"].([]any)[0].(map[string]any)["file"] = ".."
		},
	} {
		var s map[string]any
		if err := json.Unmarshal(kept["batch"], &s); err != nil {
			t.Fatal(err)
		}
		change(s)
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, new(ksef.BatchState)); !errors.Is(err, ksef.ErrState) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A state made by hand has no key. What needs none works; the rest is refused,
// and nothing is sent.
func TestStatesMadeByHand(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{}`))
	auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
	const ref = "20250514-SO-226FB7B000-3ACF9BE4C0-10"
	online := auth.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: ref})
	batch := auth.ResumeBatchSession(ksef.BatchState{ReferenceNumber: ref}, nil)
	for n, call := range []func() error{
		func() error { _, err := online.Send(t.Context(), []byte("<a/>"), nil); return err },
		func() error { _, err := online.SendAndWait(t.Context(), []byte("<a/>"), nil); return err },
		func() error { _, err := json.Marshal(online.State()); return err },
		func() error { return batch.Upload(t.Context()) },
		func() error { _, err := auth.OpenBatchSession(t.Context(), batch.Batch(), nil); return err },
		func() error { _, err := auth.OpenBatchSession(t.Context(), new(ksef.Batch), nil); return err },
		func() error { _, err := json.Marshal(batch.State()); return err },
		func() error { _, err := json.Marshal(ksef.ExportState{ReferenceNumber: ref}); return err },
	} {
		if err := call(); !errors.Is(err, ksef.ErrState) {
			t.Errorf("call %d: %v", n, err)
		}
	}
	for _, r := range s.seen {
		t.Errorf("sent %s %s", r.Method, r.URL.Path)
	}
	if err := errors.Join(online.Close(t.Context()), batch.Close(t.Context())); err != nil {
		t.Errorf("closing needs no key: %v", err)
	}
}

// An export can be followed without its key, and not fetched.
func TestExportWithoutKey(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	if _, err := openOnline(t, f).SendAndWait(t.Context(), invoice(f, "FV/1"), nil); err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Hour)
	e, err := auth.Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Seller, From: f.Now().Add(-48 * time.Hour)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := auth.Invoices.ResumeExport(ksef.ExportState{ReferenceNumber: e.ReferenceNumber()}).Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for doc, err := range p.Documents(t.Context(), nil) {
		if !errors.Is(err, ksef.ErrState) {
			t.Errorf("%v, %v", doc.KSeFNumber, err)
		}
	}
}

// A process may work in another directory than the one that packed.
func TestPackageInARelativeDirectory(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	t.Chdir(t.TempDir())
	b, err := ksef.PackBatch(t.Context(), batchOf(f, 3), &ksef.BatchOptions{Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	s, err := auth.OpenBatchSession(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := s.Upload(t.Context()); err != nil {
		t.Error(err)
	}
}

// Removing a package takes away what was packed, and nothing that is not its own.
func TestRemoveKeepsWhatIsNotItsOwn(t *testing.T) {
	f := newFlow(t, nil, nil)
	dir := t.TempDir()
	b, err := ksef.PackBatch(t.Context(), batchOf(f, 3), &ksef.BatchOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	at, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(at) != 1 {
		t.Fatal(at, err)
	}
	own := filepath.Join(at[0], "mine.txt")
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if b.Remove() == nil {
		t.Error("removed")
	}
	if err := os.Remove(own); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := b.Remove(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v left", left)
	}
}

// States are kept one after another, each with all that the one before had, so
// that what is on disk never goes back.
func TestCheckpointsInOrder(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	var mu sync.Mutex
	inside, last := 0, -1
	opts := &ksef.BatchOptions{Dir: t.TempDir(), PartSize: 500, Parallel: 8, Checkpoint: func(s ksef.BatchState) error {
		mu.Lock()
		if inside++; inside > 1 {
			t.Error("two at once")
		}
		mu.Unlock()
		time.Sleep(time.Millisecond)
		text, err := json.Marshal(s)
		var kept struct{ Arrived []int }
		if err := errors.Join(err, json.Unmarshal(text, &kept)); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		inside--
		if len(kept.Arrived) < last {
			t.Errorf("%d parts after %d", len(kept.Arrived), last)
		}
		last = len(kept.Arrived)
		return nil
	}}
	s, err := auth.SubmitBatch(t.Context(), batchOf(f, 200), opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, parts := s.Batch().Size(); last != parts || parts < 8 {
		t.Errorf("%d of %d parts", last, parts)
	}
}

// Places for parts that there are not, or for one part twice, are no places.
func TestPlacesThatDoNotFit(t *testing.T) {
	for _, ordinals := range [][]int{{1, 1}, {1, 3}, {0, 1}, {1}, {1, 2, 3}, {-1, 2}} {
		var places []string
		for _, o := range ordinals {
			places = append(places, fmt.Sprintf(`{"ordinalNumber":%d,"method":"PUT","url":"https://storage.example/%d","headers":{}}`, o, o))
		}
		answer := fmt.Sprintf(`{"referenceNumber":"20250514-SB-226FB7B000-3ACF9BE4C0-10","partUploadRequests":[%s]}`, strings.Join(places, ","))
		client, _ := scripted(t, nil, testKeyAnswer(t), reply(201, "application/json", answer))
		auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
		content := make([]byte, 1500)
		_, _ = rand.NewChaCha8([32]byte{}).Read(content)
		b, err := ksef.PackBatch(t.Context(), slices2(ksef.BatchFile{Name: "a.xml", Content: content}), &ksef.BatchOptions{Dir: t.TempDir(), PartSize: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if _, parts := b.Size(); parts != 2 {
			t.Fatalf("%d parts", parts)
		}
		s, err := auth.OpenBatchSession(t.Context(), b, nil)
		if !errors.Is(err, ksef.ErrMalformed) || s == nil {
			t.Errorf("%v: %v", ordinals, err)
		}
	}
}

// A format that is none is refused, and not taken for another.
func TestUnknownCompression(t *testing.T) {
	dir := t.TempDir()
	_, err := ksef.PackBatch(t.Context(), slices2(ksef.BatchFile{Name: "a.xml", Content: []byte("<a/>")}), &ksef.BatchOptions{Dir: dir, Compression: "zip"})
	refused, ok := errors.AsType[*ksef.ArgumentError](err)
	if !ok || refused.Argument != "BatchOptions.Compression" {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v left", left)
	}
}
