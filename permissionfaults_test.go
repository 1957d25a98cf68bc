package ksef_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

var toJan = ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "bookkeeping"}

// janHas is how many permissions the person of toJan has.
func janHas(t *testing.T, auth *ksef.AuthenticatedClient) int {
	t.Helper()
	page, err := auth.Permissions.Persons.Query(t.Context(), &ksef.PersonQuery{Granted: true, Authorized: somePESEL})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Items)
}

// Each step of granting and revoking meets each fault. Nothing is granted twice,
// and who cannot know whether it was granted is told so.
func TestPermissionFaults(t *testing.T) {
	const grants, revokes, status = "POST /permissions/persons/grants", "DELETE /permissions/common/grants/{permissionId}", "GET /permissions/operations/{referenceNumber}"
	for _, c := range []struct {
		name    string
		route   string
		fault   sandbox.Fault
		err     error // of Grant, or of Revoke when its step is struck; nil for none
		sent    int   // requests of the step that was struck
		granted bool
	}{
		{"lost answer", grants, sandbox.Fault{Lose: true}, ksef.ErrUnknown, 1, true},
		{"lost request", grants, sandbox.Fault{Drop: true}, ksef.ErrUnknown, 1, false},
		{"cut answer", grants, sandbox.Fault{Truncate: 5}, ksef.ErrUnknown, 1, true},
		{"page instead of an answer", grants, sandbox.Fault{Body: "<html>"}, ksef.ErrUnknown, 1, false},
		{"no reference in the answer", grants, sandbox.Fault{Body: "{}", ContentType: "application/json", Status: 202}, ksef.ErrUnknown, 1, false},
		{"502", grants, sandbox.Fault{Status: 502}, ksef.ErrUnknown, 1, false},
		{"429", grants, sandbox.Fault{Status: 429, RetryAfter: 20 * time.Second}, nil, 2, true},
		{"401", grants, sandbox.Fault{Status: 401}, nil, 2, true}, // refused before anything was done
		{"403", grants, sandbox.Fault{Status: 403}, ksef.ErrForbidden, 1, false},

		{"lost status", status, sandbox.Fault{Lose: true}, nil, 2, true},
		{"status 429", status, sandbox.Fault{Status: 429, RetryAfter: time.Second}, nil, 3, true},
		{"status 503", status, sandbox.Fault{Status: 503}, nil, 3, true},
		{"status without a code", status, sandbox.Fault{Body: `{"status":{}}`, ContentType: "application/json"}, ksef.ErrMalformed, 1, true},

		{"revocation's lost request", revokes, sandbox.Fault{Drop: true}, nil, 2, false},
		{"revocation's 503", revokes, sandbox.Fault{Status: 503}, nil, 2, false},
		{"revocation's 429", revokes, sandbox.Fault{Status: 429, RetryAfter: time.Second}, nil, 2, false},
		{"revocation's lost answer", revokes, sandbox.Fault{Lose: true}, nil, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFlow(t, nil, nil)
				f.lenient = true
				auth := login(t, f, someNIP)
				do := func() error { return auth.Permissions.Grant(t.Context(), toJan) }
				if c.route == revokes {
					grant(t, auth, toJan)
					page, err := auth.Permissions.Persons.Query(t.Context(), nil)
					if err != nil || len(page.Items) != 1 {
						t.Fatalf("%+v, %v", page, err)
					}
					do = func() error { return auth.Permissions.Revoke(t.Context(), page.Items[0].ID) }
				}
				fault := c.fault
				fault.Route, fault.Times = c.route, 1
				defer f.Inject(fault)()
				err := do()
				if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
					t.Errorf("%v, want %v", err, c.err)
				}
				if errors.Is(err, ksef.ErrUnknown) != (c.err == ksef.ErrUnknown) {
					t.Errorf("unknown outcome: %v", err)
				}
				if n := f.asked(c.route); n != c.sent {
					t.Errorf("sent %d times, want %d", n, c.sent)
				}
				f.Advance(time.Minute)
				if n := janHas(t, auth); (n == 1) != c.granted || n > 1 {
					t.Errorf("%d permissions, want %v", n, c.granted)
				}
			})
		})
	}
}

// Who stops waiting has the reference to go on with, here or in another process.
func TestPermissionPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, nil, &ksef.Options{Poll: &ksef.Backoff{Min: time.Second, Factor: 1}})
		auth := login(t, f, someNIP)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := auth.Permissions.Grant(ctx, toJan)
		pending, ok := errors.AsType[*ksef.PendingError](err)
		if !ok || pending.Operation != ksef.OperationPermissions || pending.Reference == "" || pending.Last.Code != 100 || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%#v", err)
		}
		if err := login(t, f, someNIP).Permissions.Wait(t.Context(), pending.Reference); err != nil {
			t.Error(err)
		}
		s, err := auth.Permissions.Status(t.Context(), pending.Reference)
		if err != nil || !s.OK() || janHas(t, auth) != 1 || f.asked("POST /permissions/persons/grants") != 1 {
			t.Errorf("%v, %v", s, err)
		}
	})
}

// A context that ends while a grant is on its way leaves its outcome unknown.
func TestPermissionCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, nil, nil)
		auth := login(t, f, someNIP)
		f.Inject(sandbox.Fault{Route: "POST /permissions/persons/grants", Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := auth.Permissions.Grant(ctx, toJan)
		_, pending := errors.AsType[*ksef.PendingError](err)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ksef.ErrUnknown) || pending {
			t.Error(err)
		}
		if n := f.asked("POST /permissions/persons/grants"); n != 1 {
			t.Errorf("sent %d times", n)
		}
	})
}

// A scope leaves nothing behind, whatever goes wrong, and takes nothing away that
// is not its own.
func TestTestScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFlow(t, nil, nil)
		f.lenient = true
		ctx := t.Context()
		data := f.client.TestData
		theirs := ksef.TestSubject{NIP: clientNIP, Type: ksef.EnforcementAuthority, Description: "somebody else's"}
		if err := data.CreateSubject(ctx, theirs); err != nil {
			t.Fatal(err)
		}
		scope := data.Scoped()
		if err := scope.CreateSubject(ctx, theirs); !errors.Is(err, ksef.CodeExists) {
			t.Error(err)
		}
		if err := scope.CreateSubject(ctx, ksef.TestSubject{NIP: otherNIP, Type: ksef.VATGroup, Description: "a VAT group"}); err != nil {
			t.Error(err)
		}
		lose := f.Inject(sandbox.Fault{Route: "POST /testdata/person", Lose: true})
		if err := scope.CreatePerson(ctx, ksef.TestPerson{NIP: someNIP, PESEL: newPESEL, Description: "a trader"}); !errors.Is(err, ksef.ErrUnknown) {
			t.Error(err)
		}
		lose()
		if err := scope.GrantPermissions(ctx, someNIP, somePESEL, "bookkeeping", ksef.InvoiceRead); err != nil {
			t.Error(err)
		}
		if err := scope.AllowAttachments(ctx, someNIP); err != nil {
			t.Error(err)
		}
		lose = f.Inject(sandbox.Fault{Route: "POST /testdata/context/block", Lose: true})
		if err := scope.BlockContext(ctx, someNIP); err == nil {
			t.Error("no error")
		}
		lose()
		if err := scope.BlockContext(ctx, ksef.NIP("1")); !errors.Is(err, ksef.CodeInvalidInput) { // refused: nothing to undo
			t.Error(err)
		}
		if err := scope.BlockContext(ctx, nil); err == nil { // not sent: nor is there here
			t.Error("no error")
		}
		routes := func(from int) (out []string) {
			for _, r := range f.Requests()[from:] {
				out = append(out, r.Route)
			}
			return out
		}

		// The removal of the person fails; the rest goes on.
		from := len(f.Requests())
		refuse := f.Inject(sandbox.Fault{Route: "POST /testdata/person/remove", Status: 400})
		if err := scope.Close(ctx); !errors.Is(err, ksef.CodeInvalidInput) {
			t.Error(err)
		}
		refuse()
		want := []string{"POST /testdata/context/unblock", "POST /testdata/attachment/revoke", "POST /testdata/permissions/revoke", "POST /testdata/person/remove", "POST /testdata/subject/remove"}
		if got := routes(from); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q\nwant %q", got, want)
		}
		// Another Close removes what is left, and a third has nothing to do.
		from = len(f.Requests())
		for range 2 {
			if err := scope.Close(ctx); err != nil {
				t.Error(err)
			}
		}
		if got := routes(from); fmt.Sprint(got) != "[POST /testdata/person/remove]" {
			t.Errorf("%q", got)
		}
		if got := rows(t, login(t, f, clientNIP).Permissions.Roles, nil, func(r ksef.EntityRole) string { return string(r.Role) }); got != "EnforcementAuthority" {
			t.Errorf("theirs: %q", got)
		}
		f.barred(t, someNIP, person(t, string(somePESEL)))
		f.barred(t, someNIP, person(t, string(newPESEL)))
	})
}

// Elsewhere than in Test nothing is sent, and nothing needs to be undone.
func TestTestScopeElsewhere(t *testing.T) {
	client, err := ksef.NewClient(ksef.Demo, &ksef.Options{BaseURL: "http://127.0.0.1:1/v2"})
	if err != nil {
		t.Fatal(err)
	}
	scope := client.TestData.Scoped()
	for _, err := range []error{scope.AllowAttachments(t.Context(), someNIP), scope.BlockContext(t.Context(), someNIP), scope.CreateSubject(t.Context(), ksef.TestSubject{NIP: someNIP})} {
		if !errors.Is(err, ksef.ErrNotTest) {
			t.Error(err)
		}
	}
	if err := scope.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
