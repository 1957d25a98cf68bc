package sandbox

import (
	"fmt"
	"testing"
	"time"
)

func TestLimitsOfRequests(t *testing.T) {
	t.Run("second", func(t *testing.T) {
		l := sender(t, &Options{RateLimits: ProductionRateLimits})
		for range 8 {
			l.query("", filters("Subject1"))
		}
		r := l.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429)
		r.is("status.code", 429).is("status.details.0", "Przekroczono limit 8 żądań na sekundę. Spróbuj ponownie po 1 sekundach.")
		if got := r.header.Get("Retry-After"); got != "1" {
			t.Errorf("Retry-After is %q", got)
		}
		modern := login{harness: l.with("X-Error-Format: problem-details")}
		modern.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429).is("status", 429).
			is("detail", "Przekroczono limit 8 żądań na sekundę. Spróbuj ponownie po 1 sekundach.")
		l.login2(nipB).query("", filters("Subject1"))                                               // another context
		l.send("GET", "/invoices/exports/20260314-EH-0000000000-0000000000-00", nil).refused(21175) // another group
		elsewhere := *l.harness
		elsewhere.remote = "192.0.2.1:1"
		login{harness: &elsewhere}.query("", filters("Subject1"))
		l.Advance(999 * time.Millisecond)
		l.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429)
		l.Advance(time.Millisecond)
		l.query("", filters("Subject1"))
	})
	t.Run("minute and hour", func(t *testing.T) {
		l := sender(t, &Options{RateLimits: ProductionRateLimits})
		for range 16 {
			l.query("", filters("Subject1"))
			l.Advance(2 * time.Second)
		}
		r := l.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429)
		r.is("status.details.0", "Przekroczono limit 16 żądań na minutę. Spróbuj ponownie po 28 sekundach.")
		l.Advance(time.Minute)
		for range 4 {
			l.query("", filters("Subject1"))
		}
		r = l.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429)
		r.is("status.details.0", fmt.Sprintf("Przekroczono limit 20 żądań na godzinę. Spróbuj ponownie po %d sekundach.", 3600-32-60))
	})
	t.Run("ten times", func(t *testing.T) {
		l := sender(t, &Options{RateLimits: TestRateLimits})
		for range 80 {
			l.query("", filters("Subject1"))
		}
		l.send("POST", "/invoices/query/metadata", filters("Subject1")).want(429)
		l.send("GET", "/rate-limits", nil).want(200).is("invoiceMetadata.perMinute", 160).is("other.perHour", 1200)
	})
	t.Run("other", func(t *testing.T) {
		l := sender(t, &Options{RateLimits: ProductionRateLimits})
		for range 10 {
			l.send("GET", "/rate-limits", nil).want(200).is("onlineSession.perHour", 120).is("sessionMisc.perSecond", 10)
		}
		l.send("GET", "/rate-limits", nil).want(429)
		l.send("GET", "/auth/sessions", nil).want(200) // each for itself
	})
	t.Run("anonymous", func(t *testing.T) {
		h := newHarness(t, &Options{RateLimits: ProductionRateLimits})
		for range 60 {
			h.newChallenge()
		}
		h.send("POST", "/auth/challenge", nil).want(429).is("status.details.0", "Przekroczono limit 60 żądań na sekundę. Spróbuj ponownie po 1 sekundach.")
		h.Reset()
		h.newChallenge()
	})
	t.Run("none", func(t *testing.T) {
		l := sender(t, nil)
		for range 100 {
			l.query("", filters("Subject1"))
		}
		l.send("GET", "/rate-limits", nil).want(200).is("invoiceMetadata.perSecond", 8) // production's are told all the same
	})
}

// Every operation is in a group that has limits.
func TestLimitGroups(t *testing.T) {
	for _, rt := range routes() {
		if l := ProductionRateLimits.limit(limitGroup(rt.operation)); l.PerSecond < 5 {
			t.Errorf("%s may come %d times a second", rt.operation, l.PerSecond)
		}
	}
}
