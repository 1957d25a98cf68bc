package sandbox

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

func TestTokenLife(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	reference, token := l.generate("InvoiceRead", "InvoiceWrite")
	get := func() *reply { return l.send("GET", "/tokens/"+reference, nil).want(200) }
	get().is("referenceNumber", reference).is("authorIdentifier.type", "Nip").is("authorIdentifier.value", nipA).
		is("contextIdentifier.type", "Nip").is("contextIdentifier.value", nipA).is("description", "A token").
		is("requestedPermissions", "[InvoiceRead InvoiceWrite]").is("dateCreated", "2026-03-14T15:09:26.5358979+00:00").
		is("lastUseDate", nil).is("statusDetails", "[]")
	if r := get(); strings.Contains(string(r.body), token) {
		t.Error("the token is shown twice")
	}
	l.send("DELETE", "/tokens/"+reference, nil).want(204)
	get().is("status", "Revoking")
	l.send("DELETE", "/tokens/"+reference, nil).want(204) // again: nothing changes
	get().is("status", "Revoked")
}

func TestTokenRefusals(t *testing.T) {
	h := newHarness(t, nil).sloppy()
	eu := identifier{"NipVatUe", nipA + "-DE123456789"}
	h.Grant(public(eu), ksef.Identifier{Kind: "Fingerprint", Value: fingerprint(sealFor(t, nipA).Leaf)}, ksef.InvoiceRead)
	foreign := h.submit(request{authNamespace21, h.newChallenge(), "<NipVatUe>" + eu.Value + "</NipVatUe>", "certificateFingerprint", ""}.String(), sealFor(t, nipA)).operation(h).redeemed()
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipB}, identifier{"Nip", nipA}, "InvoiceRead")).want(200)
	guest := h.login(nipB, sealFor(t, nipA))
	own := h.login(nipA, sealFor(t, nipA))
	body := func(description string, permissions ...string) map[string]any {
		return map[string]any{"permissions": permissions, "description": description}
	}
	own.send("POST", "/tokens", body("1234", "InvoiceRead")).refused(21405, "'description' must be between 5 and 256 characters. You entered 4 characters.")
	own.send("POST", "/tokens", body(strings.Repeat("ż", 257), "InvoiceRead")).refused(21405, "You entered 257 characters.")
	own.send("POST", "/tokens", body(strings.Repeat("😀", 129), "InvoiceRead")).refused(21405, "You entered 258 characters.")
	own.send("POST", "/tokens", body("     ", "InvoiceRead")).refused(21405, "'description' must not be empty.")
	own.send("POST", "/tokens", body("A token")).refused(21405, "'permissions' must not be empty.")
	own.send("POST", "/tokens", body("A token", "InvoiceRead", "Everything")).refused(21405, "'permissions[1]' has a range of values which does not include 'Everything'.")
	own.send("POST", "/tokens", body("", "Everything")).refused(21405, "'description' must not be empty.", "'permissions[0]' has a range")
	guest.send("POST", "/tokens", body("A token", "InvoiceRead", "InvoiceWrite", "CredentialsManage")).refused(26001, "Brakujące uprawnienia: InvoiceWrite, CredentialsManage.")
	own.send("POST", "/tokens", body("A token", "EnforcementOperations")).refused(26001, "EnforcementOperations")
	foreign.send("POST", "/tokens", body("A token", "InvoiceRead")).refused(26002, "Aktualny typ kontekstu: NipVatUe. Dozwolone typy kontekstu: Nip, InternalId.")
	own.send("POST", "/tokens", json.RawMessage(`{"permissions":"InvoiceRead"}`)).refused(21001)
	own.send("POST", "/tokens", body("A token", "invoiceread", "INVOICEREAD")).want(202)
	own.send("GET", "/tokens", nil).want(200).is("tokens.0.requestedPermissions", "[InvoiceRead]")
}

// visibleTokens are the descriptions of the tokens a caller sees, in order.
func (l login) visibleTokens(query string) string {
	l.t.Helper()
	r := l.send("GET", "/tokens"+query, nil).want(200)
	var list struct {
		Tokens []struct{ Description string }
	}
	r.decode(&list)
	var out []string
	for _, k := range list.Tokens {
		out = append(out, k.Description)
	}
	return strings.Join(out, ", ")
}

func (l login) generateNamed(description string, permissions ...string) (reference, token string) {
	l.t.Helper()
	l.Advance(time.Second)
	r := l.send("POST", "/tokens", map[string]any{"permissions": permissions, "description": description}).want(202)
	return r.text("referenceNumber"), r.text("token")
}

func TestTokenVisibility(t *testing.T) {
	h := newHarness(t, nil)
	context := identifier{"Nip", nipB}
	other := "90010112349"
	h.send("POST", "/testdata/permissions", permissions(context, identifier{"Pesel", pesel}, "InvoiceRead", "InvoiceWrite")).want(200)
	h.send("POST", "/testdata/permissions", permissions(context, identifier{"Pesel", other}, "InvoiceRead", "CredentialsRead")).want(200)
	worker, reader, boss := h.login(nipB, personFor(t, pesel)), h.login(nipB, personFor(t, other)), h.login(nipB, sealFor(t, nipB))
	worksRef, worksToken := worker.generateNamed("worker's", "InvoiceRead")
	readsRef, _ := reader.generateNamed("reader's", "InvoiceRead")
	bossRef, bossToken := boss.generateNamed("boss's", "InvoiceRead")
	_, elsewhere := h.login(nipA, sealFor(t, nipA)).generateNamed("elsewhere", "InvoiceRead")
	h.Advance(unasked)
	byToken := func(token string) login {
		body := h.tokenBody(token)
		body["contextIdentifier"] = context
		return h.send("POST", "/auth/ksef-token", body).operation(h).redeemed()
	}
	tokenWorker := byToken(worksToken)
	if elsewhere == "" || bossToken == "" {
		t.Fatal("no token")
	}
	for _, tt := range []struct {
		name string
		login
		sees string
	}{
		{"manages", boss, "boss's, reader's, worker's"},
		{"reads", reader, "boss's, reader's, worker's"},
		{"neither", worker, "worker's"},
		{"token", tokenWorker, "worker's"},
		{"manages by token", byToken(bossToken), "boss's"},
	} {
		if got := tt.visibleTokens(""); got != tt.sees {
			t.Errorf("who %s sees %q, want %q", tt.name, got, tt.sees)
		}
	}
	denied := func(r *reply, required string) {
		t.Helper()
		r.want(403).is("reasonCode", "missing-permissions").is("security.requiredAnyOfPermissions", required).
			is("detail", "Brak wymaganych uprawnień do wykonania operacji w bieżącym kontekście.")
	}
	denied(worker.send("GET", "/tokens/"+bossRef, nil), "[CredentialsManage CredentialsRead]")
	denied(tokenWorker.send("DELETE", "/tokens/"+bossRef, nil), "[CredentialsManage]")
	denied(reader.send("DELETE", "/tokens/"+bossRef, nil), "[CredentialsManage]") // reading is not enough to revoke
	reader.send("GET", "/tokens/"+bossRef, nil).want(200)
	worker.send("DELETE", "/tokens/"+bossRef, nil).is("security.presentPermissions", "[InvoiceRead InvoiceWrite]")
	reader.send("DELETE", "/tokens/"+readsRef, nil).want(204)
	tokenWorker.send("GET", "/tokens/"+worksRef, nil).want(200)
	tokenWorker.send("DELETE", "/tokens/"+worksRef, nil).want(204)
	stranger := h.login(nipA, sealFor(t, nipA))
	stranger.send("GET", "/tokens/"+bossRef, nil).refused(21405, bossRef)
	stranger.send("DELETE", "/tokens/"+bossRef, nil).refused(21405, bossRef)

	t.Run("the other number of the same person", func(t *testing.T) {
		h.send("POST", "/testdata/person", map[string]any{"nip": nipA, "pesel": pesel, "isBailiff": false, "description": "The worker"}).want(200)
		if got := h.login(nipB, sealFor(t, nipA)).visibleTokens(""); got != "worker's" {
			t.Errorf("sees %q", got)
		}
	})
}

func TestTokenFilters(t *testing.T) {
	h := newHarness(t, nil)
	h.makePerson(false, false)
	company, human := h.login(nipA, sealFor(t, nipA)), h.login(nipA, personFor(t, pesel))
	company.generateNamed("Sales in Łódź", "InvoiceRead")
	human.generateNamed("PURCHASES", "InvoiceRead")
	revoked, _ := company.generateNamed("Former", "InvoiceRead")
	h.Advance(unasked)
	company.send("DELETE", "/tokens/"+revoked, nil).want(204)
	h.Advance(unasked)
	company.generateNamed("Latest", "InvoiceRead")
	for _, tt := range []struct{ query, want string }{
		{"?status=Pending", "Latest"},
		{"?status=Pending", ""}, // that look was enough
		{"", "Latest, Former, PURCHASES, Sales in Łódź"},
		{"?status=Revoked", "Former"},
		{"?status=active", "Latest, PURCHASES, Sales in Łódź"},
		{"?status=Failed", ""},
		{"?description=purch", "PURCHASES"},
		{"?description=%C5%81%C3%93D%C5%B9", "Sales in Łódź"},
		{"?description=les&status=Revoked", ""},
		{"?status=Active&status=Revoked", "Latest, Former, PURCHASES, Sales in Łódź"},
		{"?authorIdentifier=8102", "PURCHASES"},
		{"?authorIdentifierType=Pesel", "PURCHASES"},
		{"?authorIdentifierType=Nip&authorIdentifier=8102", ""},
		{"?authorIdentifierType=Fingerprint", ""},
	} {
		if got := company.sloppyLogin().visibleTokens(tt.query); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.query, got, tt.want)
		}
	}
	for query, detail := range map[string]string{
		"status=Lost":                "'status' has a range of values which does not include 'Lost'.",
		"description=ab":             "The length of 'description' must be at least 3 characters. You entered 2 characters.",
		"authorIdentifier=12":        "The length of 'authorIdentifier' must be at least 3 characters. You entered 2 characters.",
		"authorIdentifierType=Other": "'authorIdentifierType' has a range of values which does not include 'Other'.",
		"pageSize=5":                 "'pageSize' must be between 10 and 100. You entered 5.",
	} {
		company.sloppyLogin().send("GET", "/tokens?"+query, nil).refused(21405, detail)
	}
	company.with("x-continuation-token: abc").send("GET", "/tokens", nil).refused(21418)
}

func (l login) sloppyLogin() login {
	l.harness = l.harness.sloppy()
	return l
}

func TestTokenPages(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	for i := range 25 {
		l.generateNamed(fmt.Sprintf("Token %d", i), "InvoiceRead")
	}
	var sizes []int
	next, at := l.harness, 24
	for {
		r := next.send("GET", "/tokens?"+url.Values{"description": {"token"}}.Encode(), nil).want(200)
		n := len(r.at("tokens").([]any))
		for k := range n {
			r.is(fmt.Sprintf("tokens.%d.description", k), fmt.Sprintf("Token %d", at))
			at--
		}
		sizes = append(sizes, n)
		token, more := r.at("continuationToken").(string)
		if !more {
			break
		}
		next = l.with("x-continuation-token: " + token)
	}
	if fmt.Sprint(sizes) != "[10 10 5]" {
		t.Errorf("pages of %v", sizes)
	}
}
