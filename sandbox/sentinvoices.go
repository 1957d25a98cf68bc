package sandbox

import (
	"strconv"
	"time"
	"unicode/utf8"

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

// maxInvoiceNumber is how much of an invoice's own number KSeF gives back, in characters.
const maxInvoiceNumber = 256

// sight is an invoice as somebody has seen it, who then needs the server's lock no more: what is known of an
// invoice changes no more once it is done.
type sight struct {
	*invoice
	done bool
}

// see looks at an invoice.
func (c *call) see(i *invoice) sight {
	seen := sight{i, i.done(c.now)}
	i.work.look()
	return seen
}

// item tells what was seen, with a new download URL for the receipt.
func (c *call) item(i sight) invoiceItem {
	item := invoiceItem{
		Ordinal: i.ordinal, Reference: i.reference, Hash: i.hash, FileName: i.fileName, Sent: timestamp(i.sent),
		Status: accepting,
	}
	if !i.done {
		if half := i.work.due.Sub(i.sent) / 2; c.now.Sub(i.sent) >= half {
			item.Status = processing
		}
		return item
	}
	item.Status, item.InvoiceNumber, item.Mode = i.result, firstCharacters(i.facts.Number, maxInvoiceNumber), i.mode
	if !i.result.ok() {
		return item
	}
	item.KSeFNumber, item.Acquired = i.number, timestamp(i.acquired)
	if !c.now.Before(i.available) {
		item.Stored = timestamp(i.stored)
	}
	end := c.now.Truncate(time.Second).Add(downloadLife)
	item.UPOURL, item.UPOURLEnds = c.signedURL("GET", i.upoPath(), end), timestamp(end)
	return item
}

// invoiceStatus answers GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}.
func (s *Server) invoiceStatus(c *call) (any, error) {
	i, err := s.seeInvoice(c)
	if err != nil {
		return nil, err
	}
	return c.item(i), nil
}

// seeInvoice looks at the invoice that the path names.
func (s *Server) seeInvoice(c *call) (sight, error) {
	if err := c.need(readingPermissions...); err != nil {
		return sight{}, err
	}
	reference := c.values["invoiceReferenceNumber"]
	var v validation
	v.length("invoiceReferenceNumber", reference, 36, 36)
	if err := v.err(); err != nil {
		return sight{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.sendingToRead(c)
	if err != nil {
		return sight{}, err
	}
	i := s.state.sent[reference]
	if i == nil || i.sending != x {
		return sight{}, bad(ksef.CodeInvalidInput,
			"Faktura o numerze referencyjnym "+reference+" nie została znaleziona w sesji "+x.reference+".")
	}
	return c.see(i), nil
}

// invoicePage is a page of a session's invoices.
type invoicePage struct {
	Next     string        `json:"continuationToken,omitempty"`
	Invoices []invoiceItem `json:"invoices,omitzero"`
}

// listInvoices answers GET /sessions/{referenceNumber}/invoices.
func (s *Server) listInvoices(c *call) (any, error) {
	page, err := s.invoicePage(c, "invoices", func(sight) bool { return true })
	if page.Invoices == nil {
		page.Invoices = []invoiceItem{}
	}
	return page, err
}

// listFailedInvoices answers GET /sessions/{referenceNumber}/invoices/failed. KSeF leaves the list out when
// there are none, though its contract demands one.
func (s *Server) listFailedInvoices(c *call) (any, error) {
	return s.invoicePage(c, "failed", func(i sight) bool { return i.done && !i.result.ok() })
}

// invoicePage is one page of those invoices of a session that are listed, in the order of their numbers.
func (s *Server) invoicePage(c *call, list string, listed func(sight) bool) (page invoicePage, err error) {
	if err := c.need(readingPermissions...); err != nil {
		return page, err
	}
	var v validation
	size := v.pageSize(c.r.URL.Query(), 1000)
	if err := v.err(); err != nil {
		return page, err
	}
	list += " " + c.values["referenceNumber"]
	begin, err := c.ordinal(list)
	if err != nil {
		return page, err
	}
	var seen []sight
	s.mu.Lock()
	x, err := s.sendingToRead(c)
	if err == nil {
		seen, page.Next = c.seeInvoices(x, list, begin, size, listed)
	}
	s.mu.Unlock()
	for _, i := range seen {
		page.Invoices = append(page.Invoices, c.item(i))
	}
	return page, err
}

// seeInvoices looks at one page of a session's invoices. Those of a package are there once it was processed.
func (c *call) seeInvoices(x *sending, list string, begin, size int, listed func(sight) bool) (seen []sight, next string) {
	if x.batch != nil && !x.processed(c.now) {
		return nil, ""
	}
	for _, i := range x.invoices[min(begin, len(x.invoices)):] {
		if !listed(sight{i, i.done(c.now)}) {
			continue
		}
		if len(seen) == size {
			last := seen[size-1].ordinal
			return seen, cursor{list, x.opened, strconv.Itoa(last)}.token()
		}
		seen = append(seen, c.see(i))
	}
	return seen, ""
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

// firstCharacters cuts a text.
func firstCharacters(s string, n int) string {
	for utf8.RuneCountInString(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
