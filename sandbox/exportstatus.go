package sandbox

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// packageItem is a package in an answer.
type packageItem struct {
	Count         int        `json:"invoiceCount"`
	Size          int64      `json:"size"`
	Parts         []partItem `json:"parts"`
	Truncated     bool       `json:"isTruncated"`
	LastIssued    string     `json:"lastIssueDate,omitempty"`
	LastInvoicing timestamp  `json:"lastInvoicingDate,omitzero"`
	LastStored    timestamp  `json:"lastPermanentStorageDate,omitzero"`
	Mark          timestamp  `json:"permanentStorageHwmDate,omitzero"`
	Compression   string     `json:"compressionType"`
}

type partItem struct {
	Ordinal    int       `json:"ordinalNumber"`
	Name       string    `json:"partName"`
	Method     string    `json:"method"`
	URL        string    `json:"url"`
	Size       int64     `json:"partSize"`
	Hash       seal.Hash `json:"partHash"`
	SealedSize int64     `json:"encryptedPartSize"`
	SealedHash seal.Hash `json:"encryptedPartHash"`
	Ends       timestamp `json:"expirationDate"`
}

// exportStatus answers GET /invoices/exports/{referenceNumber}. Others' exports do not exist.
func (s *Server) exportStatus(c *call) (any, error) {
	if err := c.need(ksef.InvoiceRead); err != nil {
		return nil, err
	}
	reference, err := c.reference()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.state.exports[reference]
	switch {
	case e == nil || !mine(c.by.session, e.by):
		return nil, bad(codeNoExport)
	case c.now.Sub(e.asked) > exportMemory:
		e.pack.discard()
		return nil, gone()
	}
	e.look(c.now)
	out := struct {
		Status    status       `json:"status"`
		Completed timestamp    `json:"completedDate,omitzero"`
		Expires   timestamp    `json:"packageExpirationDate,omitzero"`
		Package   *packageItem `json:"package,omitempty"`
	}{Status: e.status(c.now), Completed: timestamp(e.completed)}
	switch out.Status.Code {
	case exported.Code:
		out.Expires, out.Package = timestamp(e.expires()), c.packageItem(e)
	case exportExpired.Code:
		out.Expires = timestamp(e.expires())
		e.pack.discard()
	}
	return out, nil
}

// packageItem tells of a package, with new addresses of its parts. They are good for an hour, as long as the
// package is there.
func (c *call) packageItem(e *export) *packageItem {
	p := e.pack
	out := &packageItem{Count: p.count, Size: p.size, Parts: []partItem{}, Truncated: p.truncated, Compression: string(p.format), Mark: p.mark}
	if p.truncated {
		switch p.date {
		case byIssue:
			out.LastIssued = p.last.Issued
		case byInvoicing:
			out.LastInvoicing = p.last.Sent
		default:
			out.LastStored = p.last.Stored
		}
	}
	end := c.now.Add(exportURLLife)
	if e.expires().Before(end) {
		end = e.expires()
	}
	for i, part := range p.parts {
		out.Parts = append(out.Parts, partItem{
			i + 1, p.partName(i), http.MethodGet, c.signedURL(http.MethodGet, p.partPath(i), end),
			part.Plain.Size, part.Plain.Hash, part.Sealed.Size, part.Sealed.Hash, timestamp(end),
		})
	}
	return out
}

func (p *exportPackage) partName(i int) string {
	return fmt.Sprintf("%s-%03d.%s.aes", p.reference, i+1, map[string]string{"Zip": "zip", "TarGz": "tar.gz"}[string(p.format)])
}

func (p *exportPackage) partPath(i int) string {
	return storagePrefix + "/" + strings.ToLower(p.reference) + "/invoice-part/" + p.partName(i)
}

// downloadPart answers a signed GET of a part of a package.
func (s *Server) downloadPart(c *call) (any, error) {
	if refused := c.storageAccess(); refused != nil {
		return refused, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.state.exports[strings.ToUpper(c.values["referenceNumber"])]
	if e == nil || e.pack == nil || e.status(c.now).Code != exported.Code {
		return storageMissing(), nil // forgotten since the URL was signed
	}
	for i := range e.pack.parts {
		if part := &e.pack.parts[i]; e.pack.partPath(i) == c.r.URL.Path {
			return &answer{status: http.StatusOK, content: part.content.reader(), header: http.Header{
				"Content-Type": {"application/octet-stream"}, "X-Ms-Meta-Hash": {part.Sealed.Hash.String()},
				"Last-Modified": {e.completed.UTC().Format(http.TimeFormat)}, "Etag": {`"` + part.Sealed.Hash.String() + `"`},
			}}, nil
		}
	}
	return storageMissing(), nil
}
