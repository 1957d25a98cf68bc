package budget

import "time"

// Limits are how many requests may be made in the last second, minute and hour,
// all at once. A number below 1 means any number, as KSeF's -1 does.
type Limits struct {
	PerSecond int `json:"perSecond"`
	PerMinute int `json:"perMinute"`
	PerHour   int `json:"perHour"`
}

// window is one of the times over which requests are counted.
type window int

const (
	second window = iota
	minute
	hour
	windows
)

func (w window) length() time.Duration {
	return [windows]time.Duration{time.Second, time.Minute, time.Hour}[w]
}

// String names the window as a rate does: 180 "an hour".
func (w window) String() string { return [windows]string{"a second", "a minute", "an hour"}[w] }

// most is the limit over a window; below 1 for none.
func (l *Limits) most(w window) *int {
	return [windows]*int{&l.PerSecond, &l.PerMinute, &l.PerHour}[w]
}

// unlimited reports whether nothing needs counting.
func (l Limits) unlimited() bool { return l.PerSecond < 1 && l.PerMinute < 1 && l.PerHour < 1 }

// less is what is left of the limits when a part of each is kept for others; one
// request always is.
func (l Limits) less(part float64) Limits {
	for w := range windows {
		if n := l.most(w); *n > 0 {
			*n = max(1, *n-int(float64(*n)*part))
		}
	}
	return l
}

// min is the narrower of two limits, window by window.
func (l Limits) min(other Limits) Limits {
	for w := range windows {
		if n, m := l.most(w), *other.most(w); m > 0 && (*n < 1 || m < *n) {
			*n = m
		}
	}
	return l
}

// Table holds limits by group. It decodes from the answer of GET /rate-limits.
//
// A group that a table lacks is one operation, such as "GET /tokens", and has the
// limits of "other", each operation for itself. Closing a session counts as opening
// one where "onlineSessionClose" and "batchSessionClose" are missing, as before
// KSeF 2.8; "anonymous" is production's then, and so is "other".
type Table map[string]Limits

// Production returns the limits of the production environment (KSeF 2.8), which
// are those of the demo environment, too. Contexts can have others: ask KSeF for
// them, and see [Budget.Learn].
func Production() Table {
	return Table{
		"onlineSession": {10, 30, 120}, "onlineSessionClose": {20, 60, 240},
		"batchSession": {10, 20, 60}, "batchSessionClose": {20, 40, 120},
		"invoiceSend": {10, 30, 180}, "invoiceStatus": {30, 120, 1200},
		"sessionList": {5, 10, 60}, "sessionInvoiceList": {10, 20, 200}, "sessionMisc": {10, 120, 1200},
		"invoiceMetadata": {8, 16, 20}, "invoiceExport": {8, 16, 20}, "invoiceExportStatus": {10, 60, 600},
		"invoiceDownload": {8, 16, 64}, "collectiveIdentifier": {20, 120, 240},
		"other": {10, 30, 120}, "anonymous": {60, -1, -1},
	}
}

// find returns what a group is counted as, and the limits of that.
func (t Table) find(group string) (counter string, l Limits) {
	if l, ok := t[group]; ok && group != "other" {
		return group, l
	}
	opening := map[string]string{"onlineSessionClose": "onlineSession", "batchSessionClose": "batchSession"}[group]
	if l, ok := t[opening]; ok {
		return opening, l
	}
	if group == "anonymous" {
		return group, Production()[group]
	}
	if l, ok := t["other"]; ok {
		return group, l
	}
	return group, Production()["other"] // not to know a limit is not to have none
}
