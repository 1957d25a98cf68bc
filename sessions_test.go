package ksef_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

func login(t *testing.T, f *flow, nip ksef.NIP) *ksef.AuthenticatedClient {
	t.Helper()
	auth, err := f.client.Authentication.WithTestCertificate(t.Context(), nip, nil)
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

func TestSessions(t *testing.T) {
	f := newFlow(t, nil, nil)
	var auth *ksef.AuthenticatedClient
	for range 25 {
		auth = login(t, f, someNIP)
		f.Advance(time.Second)
	}
	login(t, f, otherNIP) // somebody else's, not to be seen

	page, err := auth.Sessions.Query(t.Context(), nil)
	if err != nil || len(page.Items) != 10 || page.Next == "" {
		t.Fatalf("first page: %d sessions, next %q, %v", len(page.Items), page.Next, err)
	}
	var refs []ksef.ReferenceNumber
	current := 0
	for s, err := range auth.Sessions.All(t.Context(), &ksef.ListOptions{PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Current {
			current++
		}
		if !s.Redeemed || !s.Status.OK() || s.RefreshValidUntil.IsZero() || !s.Refreshed.IsZero() {
			t.Errorf("%+v", s)
		}
		refs = append(refs, s.ReferenceNumber)
	}
	if len(refs) != 25 || current != 1 || len(slices.Compact(slices.Sorted(slices.Values(refs)))) != 25 {
		t.Errorf("%d sessions, %d of them current", len(refs), current)
	}
	if refs[0] != page.Items[0].ReferenceNumber || !page.Items[0].Current {
		t.Error("the newest is not first")
	}
	if n := f.asked("GET /auth/sessions"); n != 4 {
		t.Errorf("%d requests, want 1 and 3", n)
	}
	// From the middle on, and stopping early.
	rest := 0
	for range auth.Sessions.All(t.Context(), &ksef.ListOptions{Cursor: page.Next}) {
		if rest++; rest == 3 {
			break
		}
	}
	if n := f.asked("GET /auth/sessions"); n != 5 {
		t.Errorf("%d requests, want one more", n)
	}
}

func TestSessionsRefused(t *testing.T) {
	f := newFlow(t, nil, nil)
	f.lenient = true
	auth := login(t, f, someNIP)
	for _, c := range []struct {
		opts ksef.ListOptions
		want ksef.Code
	}{
		{ksef.ListOptions{PageSize: 9}, ksef.CodeInvalidInput},
		{ksef.ListOptions{PageSize: 101}, ksef.CodeInvalidInput},
		{ksef.ListOptions{Cursor: "nonsense"}, ksef.CodeInvalidCursor},
	} {
		n := 0
		for _, err := range auth.Sessions.All(t.Context(), &c.opts) {
			if n++; !errors.Is(err, c.want) {
				t.Errorf("%+v: %v", c.opts, err)
			}
		}
		if n != 1 {
			t.Errorf("%+v: yielded %d times", c.opts, n)
		}
	}
	for _, ref := range []ksef.ReferenceNumber{"", "current"} {
		if err := auth.Sessions.Close(t.Context(), ref); err == nil {
			t.Errorf("closed %q", ref)
		}
	}
}

func TestCloseAndTerminate(t *testing.T) {
	f := newFlow(t, nil, nil)
	first, second := login(t, f, someNIP), login(t, f, someNIP)
	page, err := second.Sessions.Query(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(page.Items, func(s ksef.AuthSession) bool { return !s.Current })
	if i < 0 || len(page.Items) != 2 {
		t.Fatalf("%+v", page.Items)
	}
	for range 2 { // closing again changes nothing
		if err := second.Sessions.Close(t.Context(), page.Items[i].ReferenceNumber); err != nil {
			t.Fatal(err)
		}
	}
	_, err = f.client.Authentication.Refresh(t.Context(), first.RefreshToken().Token)
	want := refusal{code: ksef.CodeNotAuthorized, detail: "Status uwierzytelnienia (425) nie pozwala na odświeżenie tokenu dostępowego."}
	want.check(t, err)

	if err := second.Sessions.TerminateCurrent(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The access token lives until its end, and sees no session any more.
	if page, err = second.Sessions.Query(t.Context(), nil); err != nil || len(page.Items) != 0 {
		t.Errorf("%+v, %v", page, err)
	}
	f.Advance(16 * time.Minute)
	want.check(t, use(t.Context(), second))
}

// Ending a session whose answer was lost can be repeated, and is.
func TestTerminateLost(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	f.Inject(sandbox.Fault{Route: "DELETE /auth/sessions/current", Times: 1, Lose: true})
	if err := auth.Sessions.TerminateCurrent(t.Context()); err != nil {
		t.Error(err)
	}
	if n := f.asked("DELETE /auth/sessions/current"); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestTokens(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	for _, d := range []string{"accounting one", "accounting two", "web shop"} {
		token, err := auth.Tokens.Generate(t.Context(), d, ksef.InvoiceRead, ksef.InvoiceWrite)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(token.Token, string(token.ReferenceNumber)+"|nip-"+string(someNIP)+"|") {
			t.Error("not the shape of a KSeF token")
		}
		got, err := auth.Tokens.Get(t.Context(), token.ReferenceNumber)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != ksef.TokenActive || got.Description != d || got.Author.Value != string(someNIP) || got.Context.Kind != ksef.KindNIP ||
			!slices.Equal(got.Permissions, []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite}) || !got.LastUsed.IsZero() {
			t.Errorf("%+v", got)
		}
		f.Advance(time.Second)
	}
	list := func(q *ksef.TokenQuery) (descriptions []string) {
		t.Helper()
		for token, err := range auth.Tokens.All(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			descriptions = append(descriptions, token.Description)
		}
		return descriptions
	}
	if got := list(nil); !slices.Equal(got, []string{"web shop", "accounting two", "accounting one"}) {
		t.Error(got)
	}
	if got := list(&ksef.TokenQuery{Description: "ACCOUNT"}); len(got) != 2 {
		t.Error(got)
	}
	page, err := auth.Tokens.Query(t.Context(), &ksef.TokenQuery{Description: "shop", Author: string(someNIP), AuthorKind: ksef.KindNIP})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if err := auth.Tokens.Revoke(t.Context(), page.Items[0].ReferenceNumber); err != nil {
		t.Fatal(err)
	}
	f.Advance(time.Minute)
	if got := list(&ksef.TokenQuery{Statuses: []ksef.TokenStatus{ksef.TokenRevoked, ksef.TokenRevoking}}); !slices.Equal(got, []string{"web shop"}) {
		t.Error(got)
	}
	err = auth.Tokens.Wait(t.Context(), page.Items[0].ReferenceNumber)
	if failed, ok := errors.AsType[*ksef.FailedError](err); !ok || failed.Operation != "token" || failed.Status.Description != "Revoked" {
		t.Errorf("waiting for a revoked token: %v", err)
	}
}

func TestTokensRefused(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	if _, err := auth.Tokens.Generate(t.Context(), "no permissions"); err == nil {
		t.Error("made a token without permissions")
	}
	if err := f.client.TestData.GrantPermissions(t.Context(), someNIP, somePESEL, "reads only", ksef.InvoiceRead); err != nil {
		t.Fatal(err)
	}
	reader, err := f.client.Authentication.WithXAdES(t.Context(), someNIP, person(t, string(somePESEL)), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = reader.Tokens.Generate(t.Context(), "more than I have", ksef.InvoiceWrite)
	refusal{code: ksef.CodePermissionNotHeld, detail: "Nie można nadać tokenowi uprawnień których nie posiadasz"}.check(t, err)
	// Others' tokens are not for a reader.
	token, err := auth.Tokens.Generate(t.Context(), "the owner's", ksef.InvoiceRead)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Tokens.Revoke(t.Context(), token.ReferenceNumber); err == nil {
		t.Error("revoked another's token")
	}
	f.lenient = true
	if _, err := auth.Tokens.Generate(t.Context(), "shrt", ksef.InvoiceRead); !errors.Is(err, ksef.CodeInvalidInput) {
		t.Errorf("short description: %v", err)
	}
}

// A token whose generation's answer is lost is not made twice; one that is made
// but cannot be waited for is not lost.
func TestGenerateLost(t *testing.T) {
	f := newFlow(t, nil, nil)
	auth := login(t, f, someNIP)
	f.Inject(sandbox.Fault{Route: "POST /tokens", Times: 1, Lose: true})
	if token, err := auth.Tokens.Generate(t.Context(), "lost one", ksef.InvoiceRead); token != nil || !errors.Is(err, ksef.ErrUnknown) {
		t.Errorf("%v, %v", token, err)
	}
	page, err := auth.Tokens.Query(t.Context(), &ksef.TokenQuery{Description: "lost one"})
	if err != nil || len(page.Items) != 1 || f.asked("POST /tokens") != 1 {
		t.Errorf("%d tokens made by %d requests, %v", len(page.Items), f.asked("POST /tokens"), err)
	}
	f.Inject(sandbox.Fault{Route: "GET /tokens/{referenceNumber}", Status: 500})
	if token, err := auth.Tokens.Generate(t.Context(), "not waited for", ksef.InvoiceRead); token == nil || token.Token == "" || err == nil {
		t.Errorf("%v, %v", token, err)
	}
}
