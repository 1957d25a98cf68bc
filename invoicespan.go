package ksef

import (
	"fmt"
	"time"
)

// maxSpan is the longest window that every KSeF allows: up to 2.7.0 three
// months, of which the shortest, from 1 February to 1 May, have 89 days; later
// ones 100 days.
const maxSpan = 89 * day

const day = 24 * time.Hour

// span walks over dates in windows that KSeF allows. Both ends of a window are
// inclusive and windows touch, so what lies on a boundary is in two of them.
type span struct {
	window     InvoiceFilter // the current one
	from, to   time.Time     // of the whole; to is zero if it is open
	now        time.Time
	descending bool
	done       bool
}

func newSpan(f InvoiceFilter, now time.Time, descending bool) *span {
	f = f.orDefault()
	if descending && f.To.IsZero() {
		f.To = now
	}
	s := &span{window: f, from: f.From, to: f.To, now: now, descending: descending}
	s.open(f.From, f.To)
	return s
}

// open makes a window that begins at one of these dates, the later one if
// descending, and ends at the other or as far away as KSeF allows. The boundary
// of a window by the day of issue is midnight, which KSeF takes for that day
// whether it counts days in UTC or in Poland.
func (s *span) open(from, to time.Time) {
	end := to
	if end.IsZero() {
		end = s.now
	}
	byDay := s.window.By == Issued
	if end.Sub(from) > maxSpan {
		switch {
		case s.descending && byDay:
			from = end.Add(day - maxSpan - 1).UTC().Truncate(day)
		case s.descending:
			from = end.Add(-maxSpan)
		case byDay:
			to = from.Add(maxSpan).UTC().Truncate(day)
		default:
			to = from.Add(maxSpan)
		}
	}
	s.window.From, s.window.To = from, to
}

// next moves on to the window after this one, if there is one.
func (s *span) next() {
	switch {
	case s.descending && s.window.From.After(s.from):
		s.open(s.from, s.window.From)
	case !s.descending && !s.window.To.Equal(s.to):
		s.open(s.window.To, s.to)
	default:
		s.done = true
	}
}

// goOn begins the next window where KSeF ended, at the date of the last invoice
// it gave.
func (s *span) goOn(last time.Time) error {
	switch {
	case s.descending && last.Before(s.window.To):
		s.open(s.from, last)
	case !s.descending && last.After(s.window.From):
		s.open(last, s.to)
	default:
		return fmt.Errorf("ksef: more than %d invoices have the same date, %v, beyond which KSeF shows none: narrow the filter, or look by %s", maxResults, last, Stored)
	}
	return nil
}
