package ksef_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// What KSeF counts together is held back together, and nothing else is
// (ksef-docs limity/limity-api.md).
func TestRateLimitGroups(t *testing.T) {
	const (
		session = "/sessions/20250514-SO-226FB7B000-3ACF9BE4C0-10"
		other   = "/sessions/20250514-SO-226FB7B000-3ACF9BE4C0-22"
		online  = "/sessions/online/20250514-SO-226FB7B000-3ACF9BE4C0-10"
		batch   = "/sessions/batch/20250514-SB-226FB7B000-3ACF9BE4C0-10"
		invoice = "/20250514-EE-226FB7B000-3ACF9BE4C0-10"
	)
	groups := [][]string{
		{"POST /sessions/online"},
		{"POST " + online + "/close"},
		{"POST /sessions/batch"},
		{"POST " + batch + "/close"},
		{"POST " + online + "/invoices"},
		{"GET " + session + "/invoices" + invoice, "GET " + other + "/invoices" + invoice},
		{"GET /sessions?sessionType=Online", "GET /sessions?sessionType=Batch"},
		{"GET " + session + "/invoices", "GET " + other + "/invoices/failed"},
		{"GET " + session, "GET " + other, "GET " + session + "/invoices" + invoice + "/upo",
			"GET " + session + "/invoices/ksef/5265877635-20250826-0100001AF629-AF/upo", "GET " + session + "/upo/20250514-EU-226FB7B000-3ACF9BE4C0-10"},
		{"POST /invoices/query/metadata?pageSize=10", "POST /invoices/query/metadata?pageSize=20"},
		{"POST /invoices/exports"},
		{"GET /invoices/exports/20250514-EH-226FB7B000-3ACF9BE4C0-10", "GET /invoices/exports/20250514-EH-226FB7B000-3ACF9BE4C0-22"},
		{"GET /invoices/ksef/5265877635-20250826-0100001AF629-AF", "GET /invoices/ksef/5265877635-20250826-0100001AF630-AF"},
		{"POST /collective-identifiers", "GET /collective-identifiers/ABC1/invoices", "GET /collective-identifiers/ksef/5265877635-20250826-0100001AF629-AF"},
		{"POST /auth/challenge", "GET /auth/20250514-AU-226FB7B000-3ACF9BE4C0-10", "POST /auth/token/refresh", "GET /security/public-key-certificates", "GET /peppol/query", "POST /testdata/person/remove"},
		{"GET /auth/sessions"},
		{"DELETE /auth/sessions/current"},
		{"DELETE /auth/sessions/20250514-AU-226FB7B000-3ACF9BE4C0-10", "DELETE /auth/sessions/20250514-AU-226FB7B000-3ACF9BE4C0-22"},
		{"GET /tokens"},
		{"POST /tokens"},
		{"GET /tokens/20250514-EC-226FB7B000-3ACF9BE4C0-10", "GET /tokens/20250514-EC-226FB7B000-3ACF9BE4C0-22"},
		{"DELETE /tokens/20250514-EC-226FB7B000-3ACF9BE4C0-10"},
		{"POST /testdata/context/block"},
		{"POST /testdata/rate-limits"},
	}
	for n, group := range groups {
		synctest.Test(t, func(t *testing.T) {
			client, s := scripted(t, nil, reply(429, "application/problem+json", tooMany, "Retry-After", "30"))
			auth := client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(time.Hour)}})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			ask := func(operation string) (sent bool) {
				before := len(s.seen)
				method, path, _ := strings.Cut(operation, " ")
				if err := auth.Do(ctx, method, path, nil, nil); !errors.Is(err, ksef.ErrRateLimited) {
					t.Errorf("%s: %v", operation, err)
				}
				return len(s.seen) > before
			}
			if !ask(group[0]) {
				t.Errorf("%s was not sent", group[0])
			}
			for _, same := range group[1:] {
				if ask(same) {
					t.Errorf("%s was sent after a refusal of %s", same, group[0])
				}
			}
			for m, another := range groups {
				if m != n && !ask(another[0]) {
					t.Errorf("%s was not sent after a refusal of %s", another[0], group[0])
				}
			}
		})
	}
}
