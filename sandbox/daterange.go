package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// maxMonths is how long a range of dates may be. Since 2.7.1 it is 100 days (the ministry has not confirmed it):
// what the sandbox takes, both rules allow.
const maxMonths = 3

// warsawDate is an instant in a request. Without an offset it is the civil time of Poland.
type warsawDate time.Time

// UnmarshalJSON reads d.
func (d *warsawDate) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t, ok := parseWarsawDate(s)
	if !ok {
		return fmt.Errorf("%q is not a date and time", s)
	}
	*d = warsawDate(t)
	return nil
}

// parseWarsawDate reads an instant.
func parseWarsawDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return fromWarsaw(t), true
		}
	}
	return time.Time{}, false
}

// fromWarsaw is the instant at which clocks in Poland show what t shows in UTC. Of two, in the hour in which
// they are put back, it is the first.
func fromWarsaw(t time.Time) time.Time {
	const wall = "2006-01-02T15:04:05"
	summer := t.Add(-2 * time.Hour)
	if inWarsaw(summer).Format(wall) == t.Format(wall) {
		return summer
	}
	return t.Add(-time.Hour)
}

// dateRange reads the range of a search.
func (v *validation) dateRange(q *search, path string, now time.Time) {
	in := q.Range
	in.Type = v.oneOf(path+".dateType", in.Type, dateTypeNames...)
	q.date = dateType(slices.Index(dateTypeNames, in.Type))
	if !v.required(path+".from", in.From != nil) {
		return
	}
	q.from, q.to = time.Time(*in.From), now
	if in.To != nil {
		q.to = time.Time(*in.To)
	}
	switch {
	case q.to.Before(q.from):
		v.add("'%s.from' must be less than or equal to '%s.to'.", path, path)
	case tooLong(q.from, q.to):
		v.add("'%s' must not be longer than %d months.", path, maxMonths)
	}
}

// tooLong reports whether a range is longer than the months, measured in UTC and in Poland.
func tooLong(from, to time.Time) bool {
	clock := func(t time.Time) time.Time { // what clocks in Poland show
		_, offset := inWarsaw(t).Zone()
		return t.UTC().Add(time.Duration(offset) * time.Second)
	}
	return to.After(addMonths(from.UTC(), maxMonths)) && clock(to).After(addMonths(clock(from), maxMonths))
}

// addMonths keeps to the last day of a shorter month, as .NET does.
func addMonths(t time.Time, n int) time.Time {
	later := t.AddDate(0, n, 0)
	if later.Day() != t.Day() {
		later = later.AddDate(0, 0, -later.Day())
	}
	return later
}
