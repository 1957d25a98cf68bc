package sandbox

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"
)

func TestSessionList(t *testing.T) {
	h := newHarness(t, nil)
	cert := sealFor(t, nipA)
	var made []string
	var l login
	for range 23 {
		h.Advance(time.Second)
		l = h.login(nipA, cert)
		made = append(made, l.reference)
	}
	h.login(nipB, sealFor(t, nipB)) // another's, not listed

	for _, tt := range []struct {
		query string
		pages []int
	}{{"", []int{10, 10, 3}}, {"?pageSize=10", []int{10, 10, 3}}, {"?pageSize=23", []int{23}}, {"?pageSize=22", []int{22, 1}}, {"?pageSize=100", []int{23}}} {
		next, seen := l.harness, 0
		for i, size := range tt.pages {
			r := next.send("GET", "/auth/sessions"+tt.query, nil).want(200)
			if n := len(r.at("items").([]any)); n != size {
				t.Fatalf("%s: page %d has %d entries, want %d", tt.query, i, n, size)
			}
			for k := range size {
				at := fmt.Sprintf("items.%d.", k)
				r.is(at+"referenceNumber", made[len(made)-1-seen]).is(at+"isCurrent", seen == 0).is(at+"status.code", 200)
				seen++
			}
			if i == len(tt.pages)-1 {
				r.is("continuationToken", nil)
				break
			}
			next = l.with("x-continuation-token: " + r.text("continuationToken"))
		}
	}
}

// What happens between two pages shifts nothing.
func TestSessionListWhileItChanges(t *testing.T) {
	h := newHarness(t, nil)
	cert := sealFor(t, nipA)
	var made []string
	for range 12 {
		h.Advance(time.Second)
		made = append(made, h.login(nipA, cert).reference)
	}
	l := h.login(nipA, cert)
	r := l.send("GET", "/auth/sessions", nil).want(200)
	h.Advance(time.Second)
	h.login(nipA, cert)
	l.send("DELETE", "/auth/sessions/"+made[3], nil).want(204) // the last of the first page
	l.with("x-continuation-token: "+r.text("continuationToken")).send("GET", "/auth/sessions", nil).
		want(200).is("items.0.referenceNumber", made[2]).is("items.2.referenceNumber", made[0]).is("items.3", nil)
}

func TestSessionListRefuses(t *testing.T) {
	h := newHarness(t, nil).sloppy()
	l := h.login(nipA, sealFor(t, nipA))
	for query, detail := range map[string]string{
		"pageSize=9":   "'pageSize' must be between 10 and 100. You entered 9.",
		"pageSize=101": "'pageSize' must be between 10 and 100. You entered 101.",
		"pageSize=ten": "The value 'ten' is not valid for pageSize.",
		"pageSize=":    "The value '' is not valid for pageSize.",
	} {
		l.send("GET", "/auth/sessions?"+query, nil).refused(21405, detail)
	}
	valid := cursor{"sessions", time.Now(), l.reference}
	for _, token := range []string{
		"abc", "*", base64.StdEncoding.EncodeToString([]byte("{}")), base64.StdEncoding.EncodeToString([]byte("[]")),
		cursor{"tokens", valid.At, valid.Reference}.token(), valid.token() + "=", valid.token()[1:],
		base64.StdEncoding.EncodeToString([]byte(text(valid) + text(valid))),
	} {
		l.with("x-continuation-token: "+token).send("GET", "/auth/sessions", nil).refused(21418)
	}
	l.with("x-continuation-token: "+valid.token()).send("GET", "/auth/sessions", nil).want(200)
}

func TestSessionLives(t *testing.T) {
	h := newHarness(t, nil)
	cert := sealFor(t, nipA)
	pending := h.submit(h.document(nipA).String(), cert).operation(h)
	l := h.login(nipA, cert)
	list := func(n int) {
		t.Helper()
		access := h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200).text("accessToken.token")
		h.bearer(access).send("GET", "/auth/sessions", nil).want(200).is(fmt.Sprintf("items.%d", n), nil)
	}
	list(1) // not those under way
	pending.outcome(200)
	list(2)
	h.Advance(operationLife)
	list(1) // nobody redeemed it
	h.Advance(refreshLife - operationLife - 2*time.Second)
	list(1)
	h.Advance(2 * time.Second)
	h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(401)
}

func TestEndSession(t *testing.T) {
	h := newHarness(t, nil)
	cert := sealFor(t, nipA)
	for name, end := range map[string]func(l login){
		"with the access token":  func(l login) { l.send("DELETE", "/auth/sessions/current", nil).want(204) },
		"with the refresh token": func(l login) { h.bearer(l.refresh).send("DELETE", "/auth/sessions/current", nil).want(204) },
		"by number":              func(l login) { l.send("DELETE", "/auth/sessions/"+l.reference, nil).want(204) },
		"from another session": func(l login) {
			other := h.login(nipA, cert)
			other.send("DELETE", "/auth/sessions/"+l.reference, nil).want(204)
			other.send("DELETE", "/auth/sessions/current", nil).want(204)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := h.login(nipA, cert)
			end(l)
			end(l) // again: nothing changes
			h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).refused(21301, "Status uwierzytelnienia (425)")
			l.send("GET", "/auth/sessions", nil).want(200).is("items", "[]") // the access token lives on
			h.Advance(accessLife)
			l.send("GET", "/auth/sessions", nil).want(401)
		})
	}
}

func TestEndSessionRefuses(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	other := h.login(nipB, sealFor(t, nipB))
	l.send("DELETE", "/auth/sessions/"+other.reference, nil).want(403).is("reasonCode", "insufficient-resource-access")
	l.send("DELETE", "/auth/sessions/20260314-AU-226FB7B000-3ACF9BE4C0-10", nil).refused(21304)
	h.sloppy().bearer(l.access).send("DELETE", "/auth/sessions/short", nil).
		refused(21405, "'referenceNumber' must be 36 characters in length. You entered 5 characters.")
	h.bearer(other.refresh).send("POST", "/auth/token/refresh", nil).want(200)
}
