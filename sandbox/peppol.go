package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// provider is a Peppol service provider. It registers itself by authenticating.
type provider struct {
	id      string
	name    string
	created time.Time
}

// register makes a provider known. One that is known stays as it is.
func (st *state) register(id, name string, now time.Time) {
	if _, known := st.providers[id]; !known {
		st.providers[id] = provider{id, name, now}
	}
}

// listProviders answers GET /peppol/query.
func (s *Server) listProviders(c *call) (any, error) {
	query := c.r.URL.Query()
	var v validation
	offset := v.pageOffset(query)
	size := v.pageSize(query, 100)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	var found []provider
	for _, p := range s.state.providers {
		found = append(found, p)
	}
	s.mu.Unlock()
	slices.SortFunc(found, func(a, b provider) int {
		return cmp.Or(b.created.Compare(a.created), strings.Compare(a.id, b.id))
	})
	page, more := pageAt(found, offset, size)
	type item struct {
		ID      string    `json:"id"`
		Name    string    `json:"name"`
		Created timestamp `json:"dateCreated"`
	}
	items := make([]item, len(page))
	for i, p := range page {
		items[i] = item{p.id, p.name, timestamp(p.created)}
	}
	return struct {
		Items []item `json:"peppolProviders"`
		More  bool   `json:"hasMore"`
	}{items, more}, nil
}
