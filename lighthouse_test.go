package ksef_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

const (
	lighthouseStart = `{"id":"N-1","eventId":17,"category":"FAILURE","type":"FAILURE_START","title":"Awaria KSeF","text":"Trwa awaria.","start":"2026-03-01T10:00:00+01:00","end":null,"version":1,"published":"2026-03-01T10:05:00+01:00","news":[]}`
	lighthousePlan  = `{"id":5,"eventId":"18","category":"MAINTENANCE","type":"MAINTENANCE_ANNOUNCEMENT","title":"Prace","text":"","start":"2026-03-07T00:00:00Z","end":"2026-03-07T06:00:00Z","version":2,"published":"2026-03-01T10:05:00Z"}`
)

func TestLighthouseStatus(t *testing.T) {
	for _, c := range []struct {
		state                         string
		available, offline, suspended bool
	}{
		{"AVAILABLE", true, false, false},
		{"MAINTENANCE", false, true, false},
		{"FAILURE", false, true, false},
		{"TOTAL_FAILURE", false, false, true},
		{"SOMETHING_NEW", false, false, false},
	} {
		client, s := scripted(t, nil, reply(200, "application/json", `{"status":"`+c.state+`","messages":[`+lighthouseStart+`]}`))
		got, err := client.Lighthouse.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got.State.Available() != c.available || got.State.Offline() != c.offline || got.State.Suspended() != c.suspended || string(got.State) != c.state {
			t.Errorf("%s: %+v", c.state, got)
		}
		if want := c.state + "; FAILURE_START Awaria KSeF (from 2026-03-01T10:00:00+01:00)"; got.String() != want {
			t.Errorf("%s, want %s", got, want)
		}
		if r := s.seen[0]; r.URL.String() != "https://api-latarnia-test.ksef.mf.gov.pl/status" || r.Header.Get("Authorization") != "" {
			t.Errorf("asked %s", r.URL)
		}
	}
}

// What is no status must not pass for one.
func TestLighthouseMalformed(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `<html>`, `{"status":""}`} {
		client, _ := scripted(t, nil, reply(200, "application/json", body))
		if got, err := client.Lighthouse.Status(t.Context()); !errors.Is(err, ksef.ErrMalformed) {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestLighthouseMessages(t *testing.T) {
	client, s := scripted(t, &ksef.Options{LighthouseURL: "https://latarnia.example/api/", Retry: &ksef.Backoff{Attempts: 2}},
		reply(http.StatusBadGateway, "text/html", ""), reply(200, "application/json", "["+lighthouseStart+","+lighthousePlan+"]"))
	list, err := client.Lighthouse.Messages(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatalf("%d messages, %v", len(list), err)
	}
	if got := s.seen[1].URL.String(); got != "https://latarnia.example/api/messages" {
		t.Error(got)
	}
	failure, plan := list[0], list[1]
	if failure.ID != "N-1" || failure.EventID != "17" || failure.Category != ksef.CategoryFailure || failure.Type != ksef.FailureStart ||
		failure.Title == "" || failure.Text == "" || failure.Version != 1 || failure.Published.IsZero() || !failure.End.IsZero() {
		t.Errorf("%+v", failure)
	}
	if plan.ID != "5" || plan.EventID != "18" || plan.Type != ksef.MaintenanceAnnouncement || plan.Version != 2 {
		t.Errorf("%+v", plan)
	}
	for m, want := range map[*ksef.LighthouseMessage][4]bool{&failure: {false, true, true, true}, &plan: {false, false, true, false}} {
		for i, at := range []time.Time{failure.Start.Add(-1), failure.Start, plan.Start, plan.End} {
			if m.Covers(at) != want[i] {
				t.Errorf("%v covers %v: %v", m, at, m.Covers(at))
			}
		}
	}
	again, err := json.Marshal(list)
	if err != nil || !strings.Contains(string(again), `"eventId":"17"`) || strings.Contains(string(again), "0001-01-01") {
		t.Errorf("%s, %v", again, err)
	}
}

func TestLighthouseOfEnvironments(t *testing.T) {
	refuse := &http.Client{Transport: &script{steps: []func(*http.Request) (*http.Response, error){fail(errors.New("asked"))}}}
	client, err := ksef.NewClient(ksef.Demo, &ksef.Options{HTTPClient: refuse})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Lighthouse.Status(t.Context()); !errors.Is(err, ksef.ErrNoLighthouse) {
		t.Errorf("demo: %v", err)
	}
	if _, err := client.Lighthouse.Messages(t.Context()); !errors.Is(err, ksef.ErrNoLighthouse) {
		t.Errorf("demo: %v", err)
	}
	if _, err := ksef.NewClient(ksef.Production, &ksef.Options{LighthouseURL: "http://latarnia.example"}); err == nil || !strings.Contains(err.Error(), "lighthouse URL") {
		t.Errorf("plain text: %v", err)
	}
	if got := ksef.Production.LighthouseURL(); got != "https://api-latarnia.ksef.mf.gov.pl" {
		t.Error(got)
	}
}

// From the plan to the end, as somebody sees it who looks again and again.
func TestLighthouseFlow(t *testing.T) {
	f := newFlow(t, nil, nil)
	plan := f.Now().Add(time.Hour)
	if _, err := f.Announce(sandbox.Outage{Category: ksef.CategoryMaintenance, Start: plan, End: plan.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Announce(sandbox.Outage{Category: ksef.CategoryFailure, Start: plan.Add(2 * time.Hour), End: plan.Add(3 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	last := 0
	for i, want := range []ksef.SystemState{ksef.SystemAvailable, ksef.SystemMaintenance, ksef.SystemAvailable, ksef.SystemFailure, ksef.SystemAvailable} {
		got, err := f.client.Lighthouse.Status(t.Context())
		if err != nil || got.State != want || got.State.Available() != (len(got.Messages) == 0) {
			t.Errorf("after %d hours: %v, %v, want %s", i, got, err, want)
		}
		for _, m := range got.Messages {
			if !m.Covers(f.Now()) {
				t.Errorf("after %d hours: %v", i, m)
			}
		}
		list, err := f.client.Lighthouse.Messages(t.Context())
		if err != nil || len(list) < last {
			t.Errorf("after %d hours: %v, %v", i, list, err)
		}
		last = len(list)
		f.Advance(time.Hour)
	}
	if last != 3 { // the plan, the start and the end
		t.Errorf("%d messages", last)
	}
}

// What comes in comes out again.
func FuzzLighthouseMessage(f *testing.F) {
	f.Add([]byte(lighthouseStart))
	f.Add([]byte(lighthousePlan))
	f.Add([]byte(`{"id":null,"eventId":{"a":[1e9]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m, again ksef.LighthouseMessage
		if json.Unmarshal(data, &m) != nil {
			return
		}
		text, err := json.Marshal(m)
		if err != nil {
			return // a year that JSON's times cannot hold
		}
		if err := json.Unmarshal(text, &again); err != nil || again.String() != m.String() || again.EventID != m.EventID {
			t.Errorf("%s became %s: %+v, %v", data, text, again, err)
		}
	})
}
