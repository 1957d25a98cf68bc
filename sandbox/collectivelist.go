package sandbox

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxCollectiveDays is how long a range of dates of creation may be.
const maxCollectiveDays = 100

// collectiveItem is a collective identifier in an answer.
type collectiveItem struct {
	Number  string    `json:"collectiveIdentifierNumber"`
	Created timestamp `json:"dateCreated"`
	Count   int       `json:"invoiceCount,omitempty"` // in a query
	Here    bool      `json:"createdInCurrentContext"`
}

// collectiveQuery selects collective identifiers.
type collectiveQuery struct {
	From      *date   `json:"dateCreatedFrom"`
	To        *date   `json:"dateCreatedTo"`
	Number    *string `json:"collectiveIdentifierNumber"`
	CountFrom *int    `json:"invoiceCountFrom"`
	CountTo   *int    `json:"invoiceCountTo"`
	Here      *bool   `json:"createdInCurrentContext"`
}

// collectiveQuery demands a range of dates that is not too long.
func (v *validation) collectiveQuery(q *collectiveQuery) {
	from, to := v.required("dateCreatedFrom", q.From != nil), v.required("dateCreatedTo", q.To != nil)
	if !from || !to {
		return
	}
	switch length := time.Time(*q.To).Sub(time.Time(*q.From)); {
	case length < 0:
		v.add("'dateCreatedFrom' must be less than or equal to 'dateCreatedTo'.")
	case length > maxCollectiveDays*24*time.Hour:
		v.add("The range from 'dateCreatedFrom' to 'dateCreatedTo' must not be longer than %d days.", maxCollectiveDays)
	}
}

// matches reports whether the query selects an identifier.
func (q *collectiveQuery) matches(k *collective, here bool) bool {
	return period{time.Time(*q.From), time.Time(*q.To)}.contains(k.created) &&
		(q.Number == nil || *q.Number == k.number) &&
		(q.CountFrom == nil || len(k.invoices) >= *q.CountFrom) &&
		(q.CountTo == nil || len(k.invoices) <= *q.CountTo) &&
		(q.Here == nil || *q.Here == here)
}

// queryCollectives answers POST /collective-identifiers/query.
func (s *Server) queryCollectives(c *call) (any, error) {
	if err := c.need(collectivePermissions...); err != nil {
		return nil, err
	}
	var q collectiveQuery
	if err := c.decode(&q); err != nil {
		return nil, err
	}
	var v validation
	v.collectiveQuery(&q)
	size := v.pageSize(c.r.URL.Query(), 200)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.collectivePage("collectives", size, true, maps.Values(s.state.byCollective), func(k *collective) bool {
		return q.matches(k, k.context == c.by.session.context)
	})
}

// listCollectivesOfInvoice answers GET /collective-identifiers/ksef/{ksefNumber}.
func (s *Server) listCollectivesOfInvoice(c *call) (any, error) {
	if err := c.need(collectivePermissions...); err != nil {
		return nil, err
	}
	number := c.values["ksefNumber"]
	var v validation
	v.form("ksefNumber", number, isKSeFNumber(number))
	size := v.pageSize(c.r.URL.Query(), 200)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.collectivePage("collectives of "+number, size, false, slices.Values(s.state.ofInvoice[number]), func(*collective) bool { return true })
}

// collectivePage is a page of those identifiers that the caller's listings have and that match, the newest first.
func (c *call) collectivePage(list string, size int, counted bool, all iter.Seq[*collective], matches func(*collective) bool) (any, error) {
	after, err := c.cursor(list)
	if err != nil {
		return nil, err
	}
	context := c.by.session.context
	var found []*collective
	for k := range all {
		if k.shows(context, c.now) && matches(k) {
			found = append(found, k)
		}
	}
	page, next := paginateBy(latestFirst, found, list, after, size, func(k *collective) cursor { return cursor{At: k.created, Reference: k.number} })
	items := make([]collectiveItem, len(page))
	for i, k := range page {
		items[i] = collectiveItem{Number: k.number, Created: timestamp(k.created), Here: k.context == context}
		if counted {
			items[i].Count = len(k.invoices)
		}
	}
	return struct {
		Next  string           `json:"continuationToken,omitempty"`
		Items []collectiveItem `json:"collectiveIdentifiers"`
	}{next, items}, nil
}

// latestFirst is the order of collective identifiers: of one instant the one with the greater number comes first.
func latestFirst(a, b cursor) int {
	if c := b.At.Compare(a.At); c != 0 {
		return c
	}
	return greatestFirst(a, b)
}

// greatestFirst is the order of invoices in collective identifiers: by number, downwards.
func greatestFirst(a, b cursor) int { return strings.Compare(b.Reference, a.Reference) }
