package sandbox

import (
	"testing"
	"time"
)

// Where the system has a time zone database, it agrees at every hour of some years.
func TestInWarsaw(t *testing.T) {
	for at, want := range map[string]string{
		"2026-03-29T00:59:59Z": "2026-03-29T01:59:59+01:00", "2026-03-29T01:00:00Z": "2026-03-29T03:00:00+02:00",
		"2026-10-25T00:59:59Z": "2026-10-25T02:59:59+02:00", "2026-10-25T01:00:00Z": "2026-10-25T02:00:00+01:00",
		"2026-12-31T23:00:00Z": "2027-01-01T00:00:00+01:00",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := inWarsaw(instant).Format(time.RFC3339); got != want {
			t.Errorf("%s is %s in Warsaw, want %s", at, got, want)
		}
	}
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Skip(err)
	}
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2036; at = at.Add(time.Hour) {
		if got, want := inWarsaw(at).Format(time.RFC3339), at.In(zone).Format(time.RFC3339); got != want {
			t.Fatalf("%s is %s in Warsaw, want %s", at, got, want)
		}
	}
}
