package sandbox

import (
	"net/url"
	"slices"
	"time"
)

// sendingFilter selects sessions of sending.
type sendingFilter struct {
	batch                     bool
	reference                 string
	created, closed, modified period
	stages                    []string
}

// period is a stretch of time; a zero end is open.
type period struct{ from, to time.Time }

func (p period) contains(t time.Time) bool {
	return !t.Before(p.from) && (p.to.IsZero() || !t.After(p.to))
}

// sendingFilter reads the filter in a query.
func (v *validation) sendingFilter(query url.Values) sendingFilter {
	f := sendingFilter{
		batch:     v.oneOf("sessionType", query.Get("sessionType"), "Online", "Batch") == "Batch",
		reference: query.Get("referenceNumber"),
		created:   v.period("dateCreated", query),
		closed:    v.period("dateClosed", query),
		modified:  v.period("dateModified", query),
	}
	if f.reference != "" {
		v.length("referenceNumber", f.reference, 36, 36)
	}
	for i, name := range query["statuses"] {
		f.stages = append(f.stages, v.oneOf(index("statuses", i), name, "InProgress", "Succeeded", "Failed", "Cancelled"))
	}
	return f
}

// period reads the parameters nameFrom and nameTo.
func (v *validation) period(name string, query url.Values) period {
	return period{v.instant(name+"From", query), v.instant(name+"To", query)}
}

// instant reads a parameter; the zero time when it is absent.
func (v *validation) instant(name string, query url.Values) time.Time {
	value := query.Get(name)
	if value == "" {
		return time.Time{}
	}
	t, ok := parseDate(value)
	if !ok {
		v.add("The value '%s' is not valid for %s.", value, name)
	}
	return t
}

// matches reports whether the filter selects a session, which is settled. One that is open was not closed in
// any period.
func (f *sendingFilter) matches(x *sending, now time.Time) bool {
	return f.batch == (x.batch != nil) &&
		(f.reference == "" || f.reference == x.reference) &&
		f.created.contains(x.opened) &&
		f.modified.contains(x.updated) &&
		(f.closed == period{} || !x.closed.IsZero() && f.closed.contains(x.closed)) &&
		(len(f.stages) == 0 || slices.Contains(f.stages, stage(x.status(now))))
}

// sendingItem is a session in a listing.
type sendingItem struct {
	Reference  string    `json:"referenceNumber"`
	Status     status    `json:"status"`
	Created    timestamp `json:"dateCreated"`
	Updated    timestamp `json:"dateUpdated"`
	ValidUntil timestamp `json:"validUntil"`
	Total      int       `json:"totalInvoiceCount"`
	Successful int       `json:"successfulInvoiceCount"`
	Failed     int       `json:"failedInvoiceCount"`
}

// listSendings answers GET /sessions: of the context's sessions, all to who may see them all, and to others
// those that the same subject opened.
func (s *Server) listSendings(c *call) (any, error) {
	if err := c.need(listingPermissions...); err != nil {
		return nil, err
	}
	var v validation
	query := c.r.URL.Query()
	size := v.pageSize(query, 1000)
	filter := v.sendingFilter(query)
	if err := v.err(); err != nil {
		return nil, err
	}
	const list = "sendings"
	after, err := c.cursor(list)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*sending
	for _, x := range s.state.sendings {
		if x.context() != c.by.session.context || !c.by.may(overseeingSendings...) && !mine(c.by.session, x.opener) {
			continue
		}
		if s.settle(x, c.now); filter.matches(x, c.now) {
			found = append(found, x)
		}
	}
	page, next := paginate(found, list, after, size, func(x *sending) cursor { return cursor{At: x.opened, Reference: x.reference} })
	items := make([]sendingItem, len(page))
	for i, x := range page {
		items[i] = sendingItem{Reference: x.reference, Status: x.status(c.now),
			Created: timestamp(x.opened), Updated: timestamp(x.updated), ValidUntil: timestamp(x.validUntil())}
		items[i].Total, items[i].Successful, items[i].Failed = x.counts(c.now)
	}
	return struct {
		Next     string        `json:"continuationToken,omitempty"`
		Sessions []sendingItem `json:"sessions"`
	}{next, items}, nil
}
