package sandbox

import "time"

// inWarsaw moves t to the civil time of Poland: summer time lasts from the last Sunday of March to that of
// October, changing at 01:00 UTC (Directive 2000/84/EC). A time zone database need not be there.
func inWarsaw(t time.Time) time.Time {
	t = t.UTC()
	change := func(m time.Month) time.Time {
		last := time.Date(t.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	if t.Before(change(time.March)) || !t.Before(change(time.October)) {
		return t.In(time.FixedZone("CET", 3600))
	}
	return t.In(time.FixedZone("CEST", 7200))
}

// warsawDay is the calendar day of t in Poland.
func warsawDay(t time.Time) string { return inWarsaw(t).Format(time.DateOnly) }
