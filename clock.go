package ksef

import (
	"net/http"
	"sync/atomic"
	"time"
)

// How KSeF writes moments, and how finely.
const (
	wireTime = "2006-01-02T15:04:05.9999999Z07:00"
	wireTick = 100 * time.Nanosecond
)

// clock is KSeF's, as far as we know it: what expires, expires there. So tokens
// are renewed in time on a machine whose clock is wrong.
type clock struct {
	ahead atomic.Int64 // nanoseconds it is ahead of ours
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// learn reads the Date of an answer to what was asked at the given time. Date was
// written between asking and now, and has whole seconds: an answer that took
// long, or a clock that agrees with ours, teaches nothing.
func (c *clock) learn(h http.Header, asked time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	age := h.Get("Age") // of a cache's answer, which was dated then (RFC 9111 §5.1)
	if err != nil || age != "" && age != "0" {
		return
	}
	least, most := time.Until(date), date.Add(time.Second).Sub(asked)
	ahead := time.Duration(c.ahead.Load())
	c.ahead.Store(int64(min(max(ahead, least), most)))
}
