package sandbox

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

func sessionLimitsOf(invoice, attached, most int) map[string]any {
	return map[string]any{"maxInvoiceSizeInMB": invoice, "maxInvoiceWithAttachmentSizeInMB": attached, "maxInvoices": most}
}

func TestContextLimits(t *testing.T) {
	l := sender(t, nil)
	shows := func(l login, online, batch string, collective int) {
		t.Helper()
		r := l.send("GET", "/limits/context", nil).want(200).is("collectiveIdentifier.maxInvoices", collective)
		for kind, want := range map[string]string{"onlineSession": online, "batchSession": batch} {
			if got := fmt.Sprint(r.at(kind+".maxInvoiceSizeInMB"), r.at(kind+".maxInvoiceWithAttachmentSizeInMB"), r.at(kind+".maxInvoices")); got != want {
				t.Errorf("%s: %s, want %s", kind, got, want)
			}
		}
	}
	shows(l, "1 3 10000", "1 3 10000", 500)
	l.send("POST", "/testdata/limits/context/session", map[string]any{"onlineSession": sessionLimitsOf(4, 5, 2), "batchSession": sessionLimitsOf(0, 10, 100000),
		"collectiveIdentifier": map[string]any{"maxInvoices": 2}}).want(200)
	shows(l, "4 5 2", "0 10 100000", 2)
	shows(l.login2(nipB), "1 3 10000", "1 3 10000", 500) // another context

	b := l.open()
	b.sent(paper{number: "1", padding: 3_000_000}.bytes())
	b.sent(paper{number: "2"}.bytes())
	b.post(paper{number: "3"}.bytes()).refused(21155, "osiągnęła dozwolony limit liczby faktur 2")

	l.send("POST", "/testdata/limits/context/session", map[string]any{"onlineSession": sessionLimitsOf(1, 3, 9), "batchSession": sessionLimitsOf(1, 3, 9)}).want(200)
	shows(l, "1 3 9", "1 3 9", 2) // what was not given stays
	b.fate(430, paper{number: "4", padding: 1_000_000}.bytes())

	l.send("DELETE", "/testdata/limits/context/session", nil).want(200)
	shows(l, "1 3 10000", "1 3 10000", 500)
	if r := l.send("DELETE", "/testdata/limits/context/session", nil).want(200); len(r.body) > 0 {
		t.Errorf("answered %s", r.body)
	}
}

func TestContextLimitsRefused(t *testing.T) {
	l := sender(t, nil).sloppyLogin()
	set := func(body map[string]any) *reply { return l.send("POST", "/testdata/limits/context/session", body) }
	set(map[string]any{"onlineSession": sessionLimitsOf(6, 11, 100001), "batchSession": sessionLimitsOf(-1, 3, 1)}).refused(21405,
		"'onlineSession.maxInvoiceSizeInMB' must be between 0 and 5. You entered 6.",
		"'onlineSession.maxInvoiceWithAttachmentSizeInMB' must be between 0 and 10. You entered 11.",
		"'onlineSession.maxInvoices' must be between 0 and 100000. You entered 100001.",
		"'batchSession.maxInvoiceSizeInMB' must be between 0 and 5. You entered -1.")
	set(map[string]any{"onlineSession": map[string]any{"maxInvoices": 1}}).refused(21405,
		"'batchSession' must not be empty.", "'onlineSession.maxInvoiceSizeInMB' must not be empty.")
	for _, most := range []any{1, 5001, nil} {
		set(map[string]any{"onlineSession": sessionLimitsOf(1, 1, 1), "batchSession": sessionLimitsOf(1, 1, 1),
			"collectiveIdentifier": map[string]any{"maxInvoices": most}}).refused(21405, "'collectiveIdentifier.maxInvoices' must")
	}
	l.send("GET", "/limits/context", nil).want(200).is("onlineSession.maxInvoices", 10000)
	for _, operation := range []string{"GET /limits/context", "GET /limits/subject", "POST /testdata/limits/context/session", "DELETE /testdata/limits/context/session",
		"POST /testdata/limits/subject/certificate", "DELETE /testdata/limits/subject/certificate", "POST /testdata/rate-limits",
		"DELETE /testdata/rate-limits", "POST /testdata/rate-limits/production"} {
		method, path, _ := strings.Cut(operation, " ")
		newHarness(t, nil).sloppy().send(method, path, nil).want(401)
	}
}

func TestSubjectLimits(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	shows := func(l login, enrollments, certificates int) {
		t.Helper()
		l.send("GET", "/limits/subject", nil).want(200).is("enrollment.maxEnrollments", enrollments).is("certificate.maxCertificates", certificates)
	}
	set := func(l login, body map[string]any) *reply {
		return l.send("POST", "/testdata/limits/subject/certificate", body)
	}
	shows(l, 300, 100)
	set(l, map[string]any{"subjectIdentifierType": "Nip", "enrollment": map[string]any{"maxEnrollments": 7}}).want(200)
	shows(l, 7, 100)
	set(l, map[string]any{"certificate": map[string]any{"maxCertificates": 0}}).want(200)
	shows(l, 7, 0)
	shows(l.login2(nipB), 300, 100) // another subject

	// Limits are the subject's, in whatever context.
	h.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipB}, ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.InvoiceRead)
	shows(h.login(nipB, sealFor(t, nipA)), 7, 0)
	h.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.Identifier{Kind: ksef.KindPESEL, Value: pesel}, ksef.InvoiceRead)
	person := h.login(nipA, personFor(t, pesel))
	shows(person, 12, 6)

	bad := l.sloppyLogin()
	set(bad, map[string]any{"enrollment": map[string]any{"maxEnrollments": -1}, "certificate": map[string]any{"maxCertificates": -1}}).
		refused(21405, "'enrollment.maxEnrollments' must be greater than or equal to '0'.", "'certificate.maxCertificates' must be greater than or equal to '0'.")
	set(bad, map[string]any{"subjectIdentifierType": "Pesel"}).refused(21405, "'subjectIdentifierType' must be 'Nip'. You entered 'Pesel'.")
	set(bad, map[string]any{"subjectIdentifierType": "Dog"}).refused(21405, "'subjectIdentifierType' has a range of values which does not include 'Dog'.")

	// A person that a NIP is linked to is both.
	h.makePerson(false, false)
	set(person, map[string]any{"subjectIdentifierType": "Nip", "enrollment": map[string]any{"maxEnrollments": 8}}).want(200)
	shows(l, 8, 0)
	shows(person, 12, 6)
	person.send("DELETE", "/testdata/limits/subject/certificate", nil).want(200)
	shows(l, 300, 100)
}

// everyLimit is a request for the same limits in all groups that are demanded, and more.
func everyLimit(perSecond, perMinute, perHour int, more ...any) map[string]any {
	m := map[string]any{}
	for _, g := range settableLimits() {
		m[g.group] = map[string]any{"perSecond": perSecond, "perMinute": perMinute, "perHour": perHour}
	}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return map[string]any{"rateLimits": m}
}

func TestSetRateLimits(t *testing.T) {
	for _, profile := range []RateLimits{NoRateLimits, ProductionRateLimits, TestRateLimits} {
		t.Run("from "+string(profile), func(t *testing.T) {
			l := sender(t, &Options{RateLimits: profile})
			told := cmp.Or(profile, ProductionRateLimits) // also where none are enforced
			l.send("POST", "/testdata/rate-limits", everyLimit(1, 2, 3)).want(200)
			l.send("GET", "/rate-limits", nil).want(200).is("onlineSession.perHour", 3).is("other.perSecond", 1).is("global.perSecond", -1).
				is("onlineSessionClose.perMinute", told.limit("onlineSessionClose").PerMinute)
			l.send("GET", "/limits/context", nil).want(200)
			l.send("GET", "/limits/context", nil).want(429).is("status.details.0", "Przekroczono limit 1 żądań na sekundę. Spróbuj ponownie po 1 sekundach.")
			l.login2(nipB).send("GET", "/limits/context", nil).want(200) // per context
			l.Advance(time.Second)
			l.send("GET", "/limits/context", nil).want(200)
			l.Advance(time.Second)
			l.send("GET", "/limits/context", nil).want(429).is("status.details.0", "Przekroczono limit 2 żądań na minutę. Spróbuj ponownie po 58 sekundach.")

			l.send("POST", "/testdata/rate-limits/production", nil).want(200)
			l.send("GET", "/rate-limits", nil).want(200).is("invoiceSend.perHour", 180).is("onlineSessionClose.perHour", 240).is("batchSessionClose.perHour", 120).
				is("anonymous.perSecond", 60).is("global.perHour", -1).is("collectiveIdentifier.perMinute", 120)
			l.Advance(time.Second)
			l.send("DELETE", "/testdata/rate-limits", nil).want(200)
			l.send("GET", "/rate-limits", nil).want(200).is("invoiceSend.perHour", told.limit("invoiceSend").PerHour)
		})
	}
	t.Run("subjects of a context share", func(t *testing.T) {
		h := newHarness(t, nil)
		l := h.login(nipA, sealFor(t, nipA))
		h.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.Identifier{Kind: ksef.KindPESEL, Value: pesel}, ksef.InvoiceRead)
		second := h.login(nipA, personFor(t, pesel))
		l.send("POST", "/testdata/rate-limits", everyLimit(1, 2, 3)).want(200)
		l.send("GET", "/limits/context", nil).want(200)
		second.send("GET", "/limits/context", nil).want(429)
		h.Reset()
		if len(h.limiter.own) != 0 {
			t.Error("Reset left limits")
		}
	})
	t.Run("closing counts for itself", func(t *testing.T) {
		l := sender(t, &Options{RateLimits: ProductionRateLimits})
		for range 10 {
			b := l.open()
			b.close()
		}
		l.sloppyLogin().send("POST", "/sessions/online", map[string]any{}).want(429)
	})
}

func TestSetRateLimitsRefused(t *testing.T) {
	l := sender(t, nil).sloppyLogin()
	set := func(body any) *reply { return l.send("POST", "/testdata/rate-limits", body) }
	details := func(r *reply) []any {
		t.Helper()
		r.refused(21405)
		return r.at("exception.exceptionDetailList.0.details").([]any)
	}
	// What the ministry's own suite sends: one group with one bad value, and nothing else.
	one := map[string]any{"rateLimits": map[string]any{"onlineSession": map[string]any{"perSecond": 10, "perMinute": 30, "perHour": 11111111}, "batchSession": nil}}
	got := details(set(one))
	if len(got) != 11 || got[0] != "'rateLimits.onlineSession.perHour' must be between 1 and 1200. You entered 11111111." ||
		got[1] != "'rateLimits.batchSession' must not be empty." {
		t.Errorf("%d details: %q", len(got), got)
	}
	if got := details(set(map[string]any{})); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if got := details(set(everyLimit(1, 1, 1, "invoiceExportStatus", map[string]any{"perSecond": 101, "perMinute": 0, "perHour": 1}))); len(got) != 2 {
		t.Errorf("%q", got)
	}
	set(map[string]any{"rateLimits": map[string]any{"onlineSession": 5}}).refused(21001)
	l.send("GET", "/rate-limits", nil).want(200).is("other.perSecond", 10)
	// Names without regard to case, later groups left out, others ignored.
	m := everyLimit(5, 10, 20, "onlineSessionClose", map[string]any{"perSecond": 1, "perMinute": 1, "perHour": 1}, "whatever", 5)
	limits := m["rateLimits"].(map[string]any)
	delete(limits, "invoiceExportStatus")
	delete(limits, "collectiveIdentifier")
	limits["OTHER"] = limits["other"]
	delete(limits, "other")
	set(m).want(200)
	l.send("GET", "/rate-limits", nil).want(200).is("other.perHour", 20).is("collectiveIdentifier.perHour", 240).is("onlineSessionClose.perHour", 240)
}
