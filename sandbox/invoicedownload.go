package sandbox

import (
	"net/http"

	"github.com/ksef-go/ksef"
)

// downloadInvoice answers GET /invoices/ksef/{ksefNumber}: to whom the invoice names, whatever the role. To
// strangers it does not exist.
func (s *Server) downloadInvoice(c *call) (any, error) {
	if err := c.need(ksef.InvoiceRead); err != nil {
		return nil, err
	}
	number := c.values["ksefNumber"]
	var v validation
	v.form("ksefNumber", number, isKSeFNumber(number))
	if err := v.err(); err != nil {
		return nil, err
	}
	r := s.register().find(number)
	switch {
	case r == nil || !r.names(c.by.session.context):
		return nil, bad(codeNoInvoice, "Faktura o numerze KSeF "+number+" nie została znaleziona.")
	case c.now.Before(r.available):
		return nil, bad(codeNotYet, "Faktura o numerze KSeF "+number+" została przetworzona, ale nie jest jeszcze dostępna do pobrania. Spróbuj ponownie później.")
	}
	return &answer{status: http.StatusOK, body: r.document,
		header: http.Header{"Content-Type": {"application/xml"}, "X-Ms-Meta-Hash": {r.Hash.String()}}}, nil
}
