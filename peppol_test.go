package ksef_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

func TestPeppol(t *testing.T) {
	f := newFlow(t, nil, nil)
	want := map[ksef.PeppolID]bool{}
	for n := range 23 {
		id := ksef.PeppolID(fmt.Sprintf("PPL%06d", n))
		cert, err := certs.NewTestPeppol(string(id), &certs.TestOptions{ECDSA: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.client.Authentication.WithXAdES(t.Context(), id, cert, nil); err != nil {
			t.Fatal(err)
		}
		want[id] = true
		f.Advance(time.Second)
	}
	list, err := collect(f.client.Peppol.All(t.Context(), &ksef.ListOptions{PageSize: 10}))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if !want[p.ID] || p.Name == "" || p.Created.IsZero() {
			t.Errorf("%+v", p)
		}
		delete(want, p.ID)
	}
	if len(want) > 0 || f.asked("GET /peppol/query") != 3 {
		t.Errorf("missing %v after %d queries", want, f.asked("GET /peppol/query"))
	}
	page, err := f.client.Peppol.Query(t.Context(), &ksef.ListOptions{PageSize: 10, Cursor: "2"})
	if err != nil || len(page.Items) != 3 || page.Next != "" {
		t.Errorf("last page: %+v, %v", page, err)
	}
	page, err = f.client.Peppol.Query(t.Context(), nil)
	if err != nil || len(page.Items) != 10 || page.Next == "" {
		t.Errorf("first page: %+v, %v", page, err)
	}
}

// A cursor of another kind of listing is noticed before anything is sent, and
// a listing without end ends.
func TestNumberedPages(t *testing.T) {
	client, s := scripted(t, nil, reply(200, "application/json", `{"peppolProviders":[],"hasMore":true}`))
	for _, cursor := range []ksef.Cursor{"abc", "-1", "1.5", "4294967296"} {
		if _, err := client.Peppol.Query(t.Context(), &ksef.ListOptions{Cursor: cursor}); err == nil || len(s.seen) > 0 {
			t.Errorf("cursor %q: %v, %d requests", cursor, err, len(s.seen))
		}
	}
	if _, err := collect(client.Peppol.All(t.Context(), nil)); !errors.Is(err, ksef.ErrMalformed) || len(s.seen) != 1 {
		t.Errorf("%v after %d requests", err, len(s.seen))
	}
}
