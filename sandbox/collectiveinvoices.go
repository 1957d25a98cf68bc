package sandbox

import (
	"slices"
	"strings"
)

// collectedItem is an invoice of a collective identifier in an answer.
type collectedItem struct {
	Collective string `json:"collectiveIdentifierNumber,omitempty"` // since 2.7.1
	collected
	Hidden bool `json:"detailsHidden"`
}

// listCollectiveInvoices answers POST /collective-identifiers/invoices, as since 2.7.1.
func (s *Server) listCollectiveInvoices(c *call) (any, error) {
	if err := c.need(collectivePermissions...); err != nil {
		return nil, err
	}
	var in struct {
		Numbers []string `json:"collectiveIdentifierNumbers"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.required("collectiveIdentifierNumbers", len(in.Numbers) > 0)
	v.atMostTen("collectiveIdentifierNumbers", in.Numbers, isCollectiveNumber)
	return s.collectedPage(c, in.Numbers, &v, 500, true)
}

// listInvoicesOfCollective answers GET /collective-identifiers/{collectiveIdentifierNumber}/invoices, as until
// 2.7.0.
func (s *Server) listInvoicesOfCollective(c *call) (any, error) {
	if err := c.need(collectivePermissions...); err != nil {
		return nil, err
	}
	number := c.values["collectiveIdentifierNumber"]
	var v validation
	v.form("collectiveIdentifierNumber", number, isCollectiveNumber(number))
	return s.collectedPage(c, []string{number}, &v, 200, false)
}

// isCollectiveNumber reports whether a number has the form of a collective identifier's.
func isCollectiveNumber(s string) bool {
	parts := strings.Split(s, "-")
	return len(s) == 35 && len(parts) == 4 && isNIP(parts[0]) &&
		strings.HasPrefix(parts[1], "IZ") && isDigits(parts[1][2:], 6) && isHex(parts[2], 12) && isHex(parts[3], 2)
}

// isHex reports whether s has n upper-case hexadecimal digits.
func isHex(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789ABCDEF") == "" }

// collectedPage is a page of the invoices of collective identifiers. Whoever knows a number may list its
// invoices; details are for who made the identifier and whom the invoice names.
func (s *Server) collectedPage(c *call, numbers []string, v *validation, mostOnPage int, named bool) (any, error) {
	size := v.pageSize(c.r.URL.Query(), mostOnPage)
	if err := v.err(); err != nil {
		return nil, err
	}
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	list := "invoices of " + strings.Join(numbers, " ")
	after, err := c.cursor(list)
	if err != nil {
		return nil, err
	}
	type row struct {
		of *collective
		collected
	}
	var found []row
	s.mu.Lock()
	for _, number := range numbers {
		k := s.state.byCollective[number]
		if k == nil || c.now.Before(k.visible) {
			continue
		}
		for _, i := range k.invoices {
			found = append(found, row{k, i})
		}
	}
	s.mu.Unlock()
	page, next := paginateBy(greatestFirst, found, list, after, size, func(r row) cursor {
		return cursor{At: r.of.created, Reference: r.Number + " " + r.of.number}
	})
	register, context := s.register(), c.by.session.context
	items := make([]collectedItem, len(page))
	for n, r := range page {
		items[n] = collectedItem{collected: r.collected}
		if named {
			items[n].Collective = r.of.number
		}
		invoice := register.find(r.Number)
		if r.of.context != context && (invoice == nil || !invoice.names(context)) {
			items[n].Hidden = r.Payment != nil || r.Description != nil
			items[n].Payment, items[n].Description = nil, nil
		}
	}
	return struct {
		Next  string          `json:"continuationToken,omitempty"`
		Items []collectedItem `json:"invoices"`
	}{next, items}, nil
}
