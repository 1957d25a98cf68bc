package sandbox

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

func TestChallengeOnceAndInTime(t *testing.T) {
	h := newHarness(t, nil)
	cert := sealFor(t, nipA)
	doc := h.document(nipA)
	h.submit(doc.String(), cert).want(202)
	h.submit(doc.String(), cert).refused(21111)

	doc = h.document(nipA)
	h.Advance(challengeLife - 1)
	h.submit(doc.String(), cert).want(202)
	doc = h.document(nipA)
	h.Advance(challengeLife)
	h.submit(doc.String(), cert).refused(21111)
}

// Challenges that nobody uses are forgotten.
func TestChallengesAreBounded(t *testing.T) {
	s := New(nil)
	l := &s.state.challenges
	now := time.Now()
	for i := range 10_000 {
		l.add(fmt.Sprint(i), now.Add(time.Duration(i)*time.Second))
	}
	if n := len(l.made); n != 20*60 || len(l.order) != n {
		t.Errorf("%d challenges are kept", n)
	}
}

func TestReferenceNumbers(t *testing.T) {
	s := newSource(7)
	form := regexp.MustCompile(`^20260314-AU-[0-9A-F]{7}000-[0-9A-F]{10}-[0-9A-F]{2}$`)
	seen := map[string]bool{}
	for range 1000 {
		n := s.reference(kindAuthentication, time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC))
		if !form.MatchString(n) || seen[n] {
			t.Fatalf("%q", n)
		}
		seen[n] = true
		if _, err := ksef.ParseReferenceNumber(n); err != nil {
			t.Fatal(err)
		}
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for range 100 {
		if id := s.uuid(); !uuid.MatchString(id) {
			t.Fatal(id)
		}
	}
}
