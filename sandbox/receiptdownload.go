package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	end := c.now.Add(downloadLife)
	for n, reference := range x.pages {
		out.Pages = append(out.Pages, upoPageItem{reference, c.signedURL("GET", x.upoPath(n), end), timestamp(end)})
	}
	return out
}

// upoPath and its like are where receipts are in the storage.
func (x *sending) upoPath(page int) string {
	return storagePrefix + "/" + strings.ToLower(x.reference) + "/session-upo/upo_" + strconv.Itoa(page) + ".xml"
}

func (i *invoice) upoPath() string {
	return storagePrefix + "/" + strings.ToLower(i.sending.reference) + "/invoice-upo/upo_" + i.number + ".xml"
}

// invoiceUPO answers GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}/upo.
func (s *Server) invoiceUPO(c *call) (any, error) {
	if err := c.need(readingPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	i, err := s.invoiceToRead(c)
	found := err == nil && i.accepted(c.now)
	if err == nil {
		i.work.look(c.now)
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, noUPO("UPO faktury o numerze referencyjnym " + i.reference + " i numerze referencyjnym sesji " +
			i.sending.reference + " nie zostało znalezione.")
	}
	return s.invoiceReceiptFile(i)
}

// ksefNumberUPO answers GET /sessions/{referenceNumber}/invoices/ksef/{ksefNumber}/upo.
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
	if err != nil {
		s.mu.Unlock()
		if refused, ok := err.(*refusal); ok && refused.code == ksef.CodeNoSession {
			err = noUPO(noUPOWithNumber(number, c.values["referenceNumber"]))
		}
		return nil, err
	}
	i := s.state.byNumber[number]
	found := i != nil && i.sending == x && i.accepted(c.now)
	s.mu.Unlock()
	if !found {
		return nil, noUPO(noUPOWithNumber(number, x.reference))
	}
	return s.invoiceReceiptFile(i)
}

func noUPOWithNumber(number, session string) string {
	return "UPO o numerze KSeF " + number + " i numerze referencyjnym sesji " + session + " nie zostało znalezione."
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
	return &answer{http.StatusOK, http.Header{"Content-Type": {"application/xml"}, "X-Ms-Meta-Hash": {digest(doc)}}, doc}, nil
}
