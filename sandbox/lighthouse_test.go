package sandbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

func (h *harness) lighthouse(path string) *reply {
	h.t.Helper()
	return h.raw("GET", "http://localhost/latarnia"+path, nil).want(200)
}

func (h *harness) announce(o Outage) string {
	h.t.Helper()
	id, err := h.Announce(o)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// What the status service says follows the clock.
func TestLighthouse(t *testing.T) {
	h := newHarness(t, nil)
	h.lighthouse("/status").is("status", "AVAILABLE").is("messages", nil)
	if r := h.lighthouse("/messages"); string(r.body) != "[]" {
		t.Errorf("messages are %s", r.body)
	}
	begin := h.Now()
	planned := h.announce(Outage{Category: ksef.CategoryMaintenance, Start: begin.Add(time.Hour), End: begin.Add(3 * time.Hour)})
	h.lighthouse("/status").is("status", "AVAILABLE").is("messages", nil)
	h.lighthouse("/messages").is("0.type", "MAINTENANCE_ANNOUNCEMENT").is("0.category", "MAINTENANCE").is("0.eventId", planned).is("0.version", 1).
		is("0.start", "2026-03-14T16:09:26.5358979+00:00").is("0.end", "2026-03-14T18:09:26.5358979+00:00").is("0.published", "2026-03-14T15:09:26.5358979+00:00").
		is("0.title", "Przerwa techniczna")
	h.Advance(time.Hour)
	h.lighthouse("/status").is("status", "MAINTENANCE").is("messages.0.eventId", planned)

	// The worst is told; a failure is published when it starts.
	failure := h.announce(Outage{Category: ksef.CategoryFailure, Title: "Nie działa", Text: "Nic", Start: h.Now().Add(10 * time.Minute)})
	h.lighthouse("/status").is("status", "MAINTENANCE")
	h.lighthouse("/messages").is("1", nil)
	h.Advance(10 * time.Minute)
	h.lighthouse("/status").is("status", "FAILURE").is("messages.0.type", "FAILURE_START").is("messages.0.title", "Nie działa").is("messages.0.text", "Nic").
		is("messages.0.end", nil).is("messages.0.published", "2026-03-14T16:19:26.5358979+00:00").is("messages.1", nil)
	total := h.announce(Outage{Category: ksef.CategoryTotalFailure, End: h.Now().Add(time.Minute)})
	h.lighthouse("/status").is("status", "TOTAL_FAILURE").is("messages.0.eventId", total).is("messages.0.end", nil)
	h.Advance(time.Minute)
	h.lighthouse("/status").is("status", "FAILURE")
	h.lighthouse("/messages").is("0.type", "FAILURE_END").is("0.category", "TOTAL_FAILURE").is("0.eventId", total).is("0.end", "2026-03-14T16:20:26.5358979+00:00")

	if err := h.EndOutage(failure); err != nil {
		t.Fatal(err)
	}
	h.lighthouse("/status").is("status", "MAINTENANCE")
	h.lighthouse("/messages").is("4.eventId", planned).is("5", nil)
	if err := h.EndOutage(failure); err == nil {
		t.Error("it ended twice")
	}
	h.Advance(2 * time.Hour)
	h.lighthouse("/status").is("status", "AVAILABLE").is("messages", nil)
	h.Reset()
	if r := h.lighthouse("/messages"); string(r.body) != "[]" {
		t.Errorf("Reset left %s", r.body)
	}
}

func TestAnnounceRefuses(t *testing.T) {
	h := newHarness(t, nil)
	for _, o := range []Outage{
		{},
		{Category: "EARTHQUAKE"},
		{Category: ksef.CategoryMaintenance},
		{Category: ksef.CategoryFailure, End: h.Now()},
		{Category: ksef.CategoryFailure, Start: h.Now(), End: h.Now().Add(-time.Second)},
	} {
		if id, err := h.Announce(o); err == nil || id != "" {
			t.Errorf("%+v: %q, %v", o, id, err)
		}
	}
	if err := h.EndOutage("none"); err == nil {
		t.Error("an unknown outage ended")
	}
	h.raw("GET", "http://localhost/latarnia/other", nil).want(404)
	h.raw("POST", "http://localhost/latarnia/status", nil).want(405)
}

// The client reads it, needs no authentication, and is not limited.
func TestLighthouseForClients(t *testing.T) {
	h := newHarness(t, &Options{RateLimits: ProductionRateLimits})
	client := h.Client(&ksef.Options{LighthouseURL: "https://elsewhere.example", Retry: &ksef.Backoff{}})
	h.announce(Outage{Category: ksef.CategoryTotalFailure})
	for range 100 {
		status, err := client.Lighthouse.Status(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !status.State.Suspended() || len(status.Messages) != 1 || status.Messages[0].Type != ksef.FailureStart || !status.Messages[0].Start.Equal(h.Now()) {
			t.Fatalf("status is %+v", status)
		}
	}
	messages, err := client.Lighthouse.Messages(context.Background())
	if err != nil || len(messages) != 1 {
		t.Errorf("messages are %v, %v", messages, err)
	}
	h.Inject(Fault{Route: "GET /latarnia/status", Status: 503})
	if _, err := client.Lighthouse.Status(context.Background()); err == nil {
		t.Error("a fault did not strike")
	} else if e, ok := errors.AsType[*ksef.Error](err); !ok || e.StatusCode != 503 {
		t.Errorf("failed with %v", err)
	}
}

func TestAdminOutages(t *testing.T) {
	h := newHarness(t, nil)
	id := admin(t, h.Server, "POST", "/outages", `{"category":"FAILURE","title":"Awaria","end":"2026-03-15T00:00:00Z"}`).want(200).text("eventId")
	h.lighthouse("/status").is("status", "FAILURE").is("messages.0.title", "Awaria").is("messages.0.eventId", id)
	admin(t, h.Server, "POST", "/outages/end", `{"eventId":"`+id+`"}`).want(200)
	h.lighthouse("/status").is("status", "AVAILABLE")
	for path, body := range map[string]string{"/outages": `{"category":"FLOOD"}`, "/outages/end": `{"eventId":"` + id + `"}`} {
		if got := admin(t, h.Server, "POST", path, body).want(400).text("error"); got == "" {
			t.Errorf("%s: no reason", path)
		}
	}
	admin(t, h.Server, "POST", "/outages", `{`).want(400)
	admin(t, h.Server, "POST", "/outages/end", `{`).want(400)
}
