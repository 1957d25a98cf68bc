package sandbox

import (
	"errors"
	"fmt"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

// openOnline answers POST /sessions/online.
func (s *Server) openOnline(c *call) (any, error) {
	if err := c.need(sendingPermissions...); err != nil {
		return nil, err
	}
	var in struct {
		Form       *formCode       `json:"formCode"`
		Encryption *encryptionInfo `json:"encryption"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	form := v.sendingForm(in.Form, c.by.session.context, false)
	v.encryption(in.Encryption)
	if err := v.err(); err != nil {
		return nil, err
	}
	x, err := s.newSending(c, kindOnline, form, in.Encryption)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.state.sendings[x.reference] = x
	s.mu.Unlock()
	return struct {
		Reference  string    `json:"referenceNumber"`
		ValidUntil timestamp `json:"validUntil"`
	}{x.reference, timestamp(x.validUntil())}, nil
}

// sendRequest is an invoice that is handed in.
type sendRequest struct {
	Hash          string  `json:"invoiceHash"`
	Size          int64   `json:"invoiceSize"`
	SealedHash    string  `json:"encryptedInvoiceHash"`
	SealedSize    int64   `json:"encryptedInvoiceSize"`
	SealedContent []byte  `json:"encryptedInvoiceContent"`
	Offline       bool    `json:"offlineMode"`
	Corrects      *string `json:"hashOfCorrectedInvoice"`
}

// check validates the request and returns what is to be found in the content.
func (in *sendRequest) check() (want seal.Want, corrects *seal.Hash, err error) {
	var v validation
	want.Plain = &seal.Digest{Hash: v.hash("invoiceHash", in.Hash), Size: in.Size}
	want.Sealed = &seal.Digest{Hash: v.hash("encryptedInvoiceHash", in.SealedHash), Size: in.SealedSize}
	v.atLeastOne("invoiceSize", in.Size)
	v.atLeastOne("encryptedInvoiceSize", in.SealedSize)
	v.required("encryptedInvoiceContent", len(in.SealedContent) > 0)
	if in.Corrects != nil {
		h := v.hash("hashOfCorrectedInvoice", *in.Corrects)
		corrects = &h
		if !in.Offline {
			v.add("'offlineMode' must be true when 'hashOfCorrectedInvoice' is given.")
		}
	}
	return want, corrects, v.err()
}

// sendInvoice answers POST /sessions/online/{referenceNumber}/invoices. The invoice is examined at once and
// without the server's lock; what was found is told when KSeF would tell it.
func (s *Server) sendInvoice(c *call) (any, error) {
	if err := c.need(sendingPermissions...); err != nil {
		return nil, err
	}
	var in sendRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	want, corrects, err := in.check()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	x, err := s.receptive(c, corrects)
	var limits sessionLimits
	if err == nil {
		limits = s.state.limits(x)
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}

	i := &submission{invoice: &invoice{sending: x, hash: want.Plain.Hash, sent: c.now, corrects: corrects, work: s.accept(c.now)}}
	if err := i.unseal(&in, want); err != nil {
		return nil, err
	}
	if i.doc != nil {
		examination{limits, c.now, in.Offline, &s.rulings}.examine(i)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if x, err = s.receptive(c, corrects); err != nil { // the world may have changed meanwhile
		return nil, err
	}
	i.reference = s.source.reference(kindInvoice, c.now)
	x.invoices = append(x.invoices, i.invoice)
	i.ordinal = len(x.invoices)
	x.updated = c.now
	s.decide(s.state, i, c.now)
	s.state.sent[i.reference] = i.invoice
	return struct {
		Reference string `json:"referenceNumber"`
	}{i.reference}, nil
}

// receptive returns the online session of the call if it takes another invoice.
func (s *Server) receptive(c *call, corrects *seal.Hash) (*sending, error) {
	x, err := s.sendingToChange(c, false)
	if err != nil {
		return nil, err
	}
	if now := x.status(c.now); now.Code != onlineOpen.Code {
		return nil, bad(ksef.CodeSessionStatus, fmt.Sprintf("Status sesji %d uniemożliwia wysyłkę faktur.", now.Code))
	}
	if most := s.state.limits(x).invoices; len(x.invoices) >= most {
		return nil, bad(ksef.CodeSessionFull,
			fmt.Sprintf("Sesja o numerze referencyjnym %s osiągnęła dozwolony limit liczby faktur %d.", x.reference, most))
	}
	if corrects != nil {
		switch {
		case s.state.corrected[*corrects] != nil:
			return nil, bad(ksef.CodeCorrectionExists, "Faktura posiada już przetworzoną prawidłowo korektę techniczną.")
		case s.state.byHash[*corrects] != nil:
			return nil, bad(ksef.CodeNotCorrectable, "Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury.")
		}
	}
	return x, nil
}

// unseal decrypts the content. What is wrong with the ciphertext refuses the request; what is wrong inside is
// the invoice's result, and there is no document.
func (i *submission) unseal(in *sendRequest, want seal.Want) error {
	if int64(len(in.SealedContent)) != in.SealedSize {
		return bad(ksef.CodeContentSize, "Długość treści nie zgadza się z rozmiarem pliku.")
	}
	wrongHash := bad(ksef.CodeContentHash, "Skrót treści nie zgadza się ze skrótem pliku.")
	if !i.sending.keyGood {
		if seal.DigestOf(in.SealedContent).Hash != want.Sealed.Hash {
			return wrongHash
		}
		i.result = rejected(405)
		return nil
	}
	doc, _, err := i.sending.key.Open(in.SealedContent[:0], in.SealedContent, want)
	switch {
	case err == nil:
		i.doc = doc
	case errors.Is(err, seal.SealedHash):
		return wrongHash
	default:
		i.result = unsealed(err)
	}
	return nil
}

// closeOnline answers POST /sessions/online/{referenceNumber}/close. A session without invoices is cancelled
// at once.
func (s *Server) closeOnline(c *call) (any, error) {
	if err := c.need(sendingPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.sendingToChange(c, false)
	if err != nil {
		return nil, err
	}
	if now := x.status(c.now); now.Code != onlineOpen.Code {
		return nil, notClosable(now)
	}
	x.close(c.now, s.accept(c.now))
	return nil, nil
}

func (x *sending) close(now time.Time, closing work) {
	x.closed, x.updated, x.closing = now, now, closing
}

func notClosable(now status) error {
	return bad(ksef.CodeSessionStatus, fmt.Sprintf("Status sesji %d uniemożliwia jej zamknięcie.", now.Code))
}
