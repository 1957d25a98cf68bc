package sandbox

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ksef-go/ksef"
)

// upoPages is a session's receipt in an answer.
type upoPages struct {
	Pages []upoPageItem `json:"pages"`
}

type upoPageItem struct {
	Reference string    `json:"referenceNumber"`
	URL       string    `json:"downloadUrl"`
	Ends      timestamp `json:"downloadUrlExpirationDate"`
}

// upoPages makes download URLs for the pages of a session's receipt.
func (c *call) upoPages(x *sending) *upoPages {
	out := new(upoPages)
	end := c.now.Truncate(time.Second).Add(downloadLife)
	for n, reference := range x.pages {
		out.Pages = append(out.Pages, upoPageItem{reference, c.signedURL("GET", x.upoPath(n), end), timestamp(end)})
	}
	return out
}

// upoPath and its like are where receipts are in the storage.
func (x *sending) upoPath(page int) string {
	return storagePrefix + "/" + x.reference + "/session-upo/upo_" + strconv.Itoa(page) + ".xml"
}

func (i *invoice) upoPath() string {
	return storagePrefix + "/" + i.sending.reference + "/invoice-upo/upo_" + i.number + ".xml"
}

// invoiceUPO answers GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo.
func (s *Server) invoiceUPO(c *call) (any, error) {
	i, err := s.seeInvoice(c)
	switch {
	case err != nil:
		return nil, err
	case !i.done || !i.result.ok():
		return nil, noUPO("UPO faktury o numerze referencyjnym " + i.reference + " i numerze referencyjnym sesji " +
			i.sending.reference + " nie zostało znalezione.")
	}
	return s.invoiceReceiptFile(i.invoice)
}

// ksefNumberUPO answers GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo. Of an unknown session
// it says that the receipt is not there, as the contract has it.
func (s *Server) ksefNumberUPO(c *call) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	number := c.values["ksefNumber"]
	var v validation
	v.length("ksefNumber", number, 35, 36)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	x, err := s.sendingToRead(c)
	i := s.state.byNumber[number]
	found := err == nil && i != nil && i.sending == x && i.accepted(c.now)
	s.mu.Unlock()
	switch refused, ok := errors.AsType[*refusal](err); {
	case found:
		return s.invoiceReceiptFile(i)
	case err == nil || ok && refused.code == ksef.CodeNoSession:
		return nil, noUPO("UPO o numerze KSeF " + number + " i numerze referencyjnym sesji " + c.values["referenceNumber"] +
			" nie zostało znalezione.")
	}
	return nil, err
}

func noUPO(detail string) error { return bad(ksef.CodeNoUPO, detail) }

// sessionUPO answers GET /sessions/{referenceNumber}/upo/{upoReferenceNumber}.
func (s *Server) sessionUPO(c *call) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	x, err := s.sendingToRead(c)
	var page int
	if err == nil {
		page = slices.Index(x.pages, c.values["upoReferenceNumber"])
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case page < 0:
		return nil, noUPO("UPO o numerze referencyjnym " + c.values["upoReferenceNumber"] + " dla sesji " + x.reference + " nie zostało znalezione.")
	}
	return s.sessionReceiptFile(x, page)
}

// invoiceReceiptFile and its like sign receipts as answers. What they read is known and changes no more, so
// the state need not be locked.
func (s *Server) invoiceReceiptFile(i *invoice) (*answer, error) {
	return s.receiptFile(invoiceReceipt(i), i.acquired)
}

func (s *Server) sessionReceiptFile(x *sending, page int) (*answer, error) {
	return s.receiptFile(sessionReceipt(x, page), x.updated)
}

func (s *Server) receiptFile(r *receipt, at time.Time) (*answer, error) {
	doc, err := s.sign(r, at)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: doc,
		header: http.Header{"Content-Type": {"application/xml"}, "X-Ms-Meta-Hash": {digest(doc)}}}, nil
}
