package sandbox

import (
	"strconv"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// invoiceItem is an invoice in an answer.
type invoiceItem struct {
	Ordinal       int                `json:"ordinalNumber"`
	InvoiceNumber string             `json:"invoiceNumber,omitempty"`
	KSeFNumber    string             `json:"ksefNumber,omitempty"`
	Reference     string             `json:"referenceNumber"`
	Hash          seal.Hash          `json:"invoiceHash"`
	FileName      string             `json:"invoiceFileName,omitempty"`
	Acquired      timestamp          `json:"acquisitionDate,omitzero"`
	Sent          timestamp          `json:"invoicingDate"`
	Stored        timestamp          `json:"permanentStorageDate,omitzero"`
	UPOURL        string             `json:"upoDownloadUrl,omitempty"`
	UPOURLEnds    timestamp          `json:"upoDownloadUrlExpirationDate,omitzero"`
	Mode          ksef.InvoicingMode `json:"invoicingMode,omitempty"`
	Status        verdict            `json:"status"`
}

// item tells what is known of an invoice, with a new download URL for its receipt. It counts as a look.
func (c *call) item(i *invoice) invoiceItem {
	item := invoiceItem{
		Ordinal: i.ordinal, Reference: i.reference, Hash: i.hash, FileName: i.fileName, Sent: timestamp(i.sent),
		Status: accepting,
	}
	if i.done(c.now) {
		item.Status, item.InvoiceNumber, item.Mode = i.result, i.facts.Number, i.mode
	}
	if i.accepted(c.now) {
		item.KSeFNumber, item.Acquired = i.number, timestamp(i.acquired)
		if !c.now.Before(i.stored) {
			item.Stored = timestamp(i.stored)
		}
		end := c.now.Add(downloadLife)
		item.UPOURL, item.UPOURLEnds = c.signedURL("GET", i.upoPath(), end), timestamp(end)
	}
	i.work.look(c.now)
	return item
}

// invoiceStatus answers GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}.
func (s *Server) invoiceStatus(c *call) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.invoiceToRead(c)
	if err != nil {
		return nil, err
	}
	return c.item(i), nil
}

// invoiceToRead returns the invoice that the path names.
func (s *Server) invoiceToRead(c *call) (*invoice, error) {
	x, err := s.sendingToRead(c)
	if err != nil {
		return nil, err
	}
	reference := c.values["invoiceReferenceNumber"]
	var v validation
	v.length("invoiceReferenceNumber", reference, 36, 36)
	i := s.state.sent[reference]
	if v == nil && (i == nil || i.sending != x) {
		v.add("Faktura o numerze referencyjnym %s nie została znaleziona w sesji %s.", reference, x.reference)
	}
	return i, v.err()
}

// listInvoices answers GET /sessions/{referenceNumber}/invoices.
func (s *Server) listInvoices(c *call) (any, error) {
	return s.invoiceList(c, "invoices", func(*invoice) bool { return true })
}

// listFailedInvoices answers GET /sessions/{referenceNumber}/invoices/failed. KSeF leaves the list out when
// there are none, though its contract demands one.
func (s *Server) listFailedInvoices(c *call) (any, error) {
	return s.invoiceList(c, "failed", func(i *invoice) bool { return i.done(c.now) && !i.result.ok() })
}

type invoicePage struct {
	Next     string         `json:"continuationToken,omitempty"`
	Invoices *[]invoiceItem `json:"invoices,omitempty"`
}

// invoiceList answers with one page of a session's invoices in the order of their numbers.
func (s *Server) invoiceList(c *call, list string, listed func(*invoice) bool) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	var v validation
	size := v.pageSize(c.r.URL.Query(), 1000)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.sendingToRead(c)
	if err != nil {
		return nil, err
	}
	list += " " + x.reference
	begin, err := c.ordinal(list)
	if err != nil {
		return nil, err
	}
	invoices := x.invoices
	if x.batch != nil && !x.processed(c.now) {
		invoices = nil
	}
	var page invoicePage
	items := []invoiceItem{}
	var found []*invoice // looking at one changes what is listed
	for _, i := range invoices[min(begin, len(invoices)):] {
		if !listed(i) {
			continue
		}
		if len(found) == size {
			last := found[size-1]
			page.Next = cursor{list, x.opened, strconv.Itoa(last.ordinal)}.token()
			break
		}
		found = append(found, i)
	}
	for _, i := range found {
		items = append(items, c.item(i))
	}
	if list[0] == 'i' || len(items) > 0 {
		page.Invoices = &items
	}
	return page, nil
}

// ordinal is how many of a session's invoices are behind the caller.
func (c *call) ordinal(list string) (int, error) {
	after, err := c.cursor(list)
	if after == nil || err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(after.Reference)
	if err != nil || n < 0 {
		return 0, bad(ksef.CodeInvalidCursor)
	}
	return n, nil
}

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
		if x.batch == nil && n == 0 || x.batch != nil && !x.processed(c.now) {
			return nil // an online session has no zeros, a batch session no counts until it is processed
		}
		return &n
	}
	out.Invoices, out.Successful, out.Failed = told(total), told(successful), told(failed)
	if len(x.pages) > 0 {
		out.UPO = c.upoPages(x)
	}
	x.look(c.now)
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
