package sandbox

import "time"

// sendingStatus answers GET /sessions/{referenceNumber}.
func (s *Server) sendingStatus(c *call) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.sendingToRead(c)
	if err != nil {
		return nil, err
	}
	out := struct {
		Status     status    `json:"status"`
		Created    timestamp `json:"dateCreated"`
		Updated    timestamp `json:"dateUpdated"`
		ValidUntil timestamp `json:"validUntil"`
		UPO        *upoPages `json:"upo,omitempty"`
		Invoices   *int      `json:"invoiceCount,omitempty"`
		Successful *int      `json:"successfulInvoiceCount,omitempty"`
		Failed     *int      `json:"failedInvoiceCount,omitempty"`
	}{Status: x.status(c.now), Created: timestamp(x.opened), Updated: timestamp(x.updated), ValidUntil: timestamp(x.validUntil())}
	total, successful, failed := x.counts(c.now)
	told := func(n int) *int {
		if x.batch == nil && n == 0 || x.batch != nil && (!x.processed(c.now) || len(x.invoices) == 0) {
			return nil // an online session has no zeros, a batch session no counts until there are invoices, of which a refused package has none
		}
		return &n
	}
	out.Invoices, out.Successful, out.Failed = told(total), told(successful), told(failed)
	if len(x.pages) > 0 {
		out.UPO = c.upoPages(x)
	}
	x.look()
	return out, nil
}

// counts tells how many invoices there are, and how many of them are known to have been accepted and rejected.
func (x *sending) counts(now time.Time) (total, successful, failed int) {
	switch {
	case x.noted:
		return len(x.invoices), x.successful, x.failed
	case x.batch != nil:
		return 0, 0, 0
	}
	successful, failed = x.count(now)
	return len(x.invoices), successful, failed
}
