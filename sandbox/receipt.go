package sandbox

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/xades"
)

// upoPage is how many invoices are on a page of a session's receipt.
const upoPage = 10_000

// receiver is who receives the invoices: the one thing in a receipt that its schema fixes to production's, and
// that every other environment has differently.
const receiver = "SANDBOX - to nie jest Ministerstwo Finansów"

// receiptSeal is the key that receipts are signed with. It is made when first needed.
type receiptSeal struct {
	once sync.Once
	cert tls.Certificate
	err  error
}

func (l *receiptSeal) certificate(ca *authority) (tls.Certificate, error) {
	l.once.Do(func() {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			l.err = fmt.Errorf("sandbox: key of the seal: %w", err)
			return
		}
		leaf, err := ca.sign(&x509.Certificate{
			Subject:   sandboxName("SANDBOX seal of receipts"),
			NotBefore: ca.cert.NotBefore, NotAfter: ca.cert.NotAfter,
			KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		}, key.Public())
		if err != nil {
			l.err = err
			return
		}
		l.cert = tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: repeatable{key}, Leaf: leaf}
	})
	return l.cert, l.err
}

// repeatable signs like the key, but equal content always alike (RFC 6979): a receipt can be made anew
// whenever it is asked for, and is the same.
type repeatable struct{ *ecdsa.PrivateKey }

// Sign implements [crypto.Signer].
func (k repeatable) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.PrivateKey.Sign(nil, digest, opts)
}

// receipt is a UPO, version 4-3.
type receipt struct {
	XMLName   xml.Name      `xml:"http://upo.schematy.mf.gov.pl/KSeF/v4-3 Potwierdzenie"`
	Receiver  string        `xml:"NazwaPodmiotuPrzyjmujacego"`
	Session   string        `xml:"NumerReferencyjnySesji"`
	Login     receiptLogin  `xml:"Uwierzytelnienie"`
	Page      *receiptPage  `xml:"OpisPotwierdzenia"`
	Structure string        `xml:"NazwaStrukturyLogicznej"`
	Form      string        `xml:"KodFormularza"`
	Documents []receiptLine `xml:"Dokument"`
}

// receiptLogin tells how who opened the session authenticated.
type receiptLogin struct {
	Context struct {
		NIP        string `xml:"Nip,omitempty"`
		InternalID string `xml:"IdWewnetrzny,omitempty"`
		VATUE      string `xml:"IdZlozonyVatUE,omitempty"`
		PeppolID   string `xml:"IdDostawcyUslugPeppol,omitempty"`
	} `xml:"IdKontekstu"`
	Token    string `xml:"NumerReferencyjnyTokenaKSeF,omitempty"`
	Document string `xml:"SkrotDokumentuUwierzytelniajacego,omitempty"`
}

// receiptPage tells which part of a session's receipt it is.
type receiptPage struct {
	Number int `xml:"Strona"`
	Of     int `xml:"LiczbaStron"`
	From   int `xml:"ZakresDokumentowOd"`
	To     int `xml:"ZakresDokumentowDo"`
	Total  int `xml:"CalkowitaLiczbaDokumentow"`
}

type receiptLine struct {
	Seller   string             `xml:"NipSprzedawcy"`
	Number   string             `xml:"NumerKSeFDokumentu"`
	Invoice  string             `xml:"NumerFaktury"`
	Issued   string             `xml:"DataWystawieniaFaktury"`
	Sent     string             `xml:"DataPrzeslaniaDokumentu"`
	Acquired string             `xml:"DataNadaniaNumeruKSeF"`
	Hash     string             `xml:"SkrotDokumentu"`
	Mode     ksef.InvoicingMode `xml:"TrybWysylki"`
}

func newReceiptLine(i *invoice) receiptLine {
	const layout = "2006-01-02T15:04:05.000-07:00"
	return receiptLine{i.facts.SellerNIP, i.number, i.facts.Number, i.facts.IssueDate,
		inWarsaw(i.sent).Format(layout), inWarsaw(i.acquired).Format(layout), i.hash.String(), i.mode}
}

func newReceipt(x *sending, lines []receiptLine) *receipt {
	code := x.form.Code()
	r := &receipt{
		Receiver: receiver, Session: x.reference,
		Structure: "Schemat_" + strings.ReplaceAll(code.SystemCode, " ", "") + "_v" + code.SchemaVersion + ".xsd",
		Form:      code.SystemCode, Documents: lines,
	}
	login := &r.Login
	switch id := x.context(); id.Type {
	case ksef.KindNIP:
		login.Context.NIP = id.Value
	case ksef.KindInternalID:
		login.Context.InternalID = id.Value
	case ksef.KindVATUE:
		login.Context.VATUE = id.Value
	case ksef.KindPeppolID:
		login.Context.PeppolID = id.Value
	}
	if t := x.opener.token; t != nil {
		login.Token = t.reference
	} else {
		login.Document = x.opener.document
	}
	return r
}

// invoiceReceipt is the receipt of one accepted invoice.
func invoiceReceipt(i *invoice) *receipt {
	return newReceipt(i.sending, []receiptLine{newReceiptLine(i)})
}

// sessionReceipt is a page of the receipt of a processed session; pages count from 0.
func sessionReceipt(x *sending, page int) *receipt {
	var lines []receiptLine
	for _, i := range x.invoices {
		if i.result.ok() {
			lines = append(lines, newReceiptLine(i))
		}
	}
	total, begin := len(lines), page*upoPage
	lines = slices.Clip(lines[begin:min(begin+upoPage, total)])
	r := newReceipt(x, lines)
	r.Page = &receiptPage{page + 1, len(x.pages), begin + 1, begin + len(lines), total}
	return r
}

// sign writes the receipt and signs it as of the given moment.
func (s *Server) sign(r *receipt, at time.Time) ([]byte, error) {
	ca, err := s.keys.authority()
	if err != nil {
		return nil, err
	}
	cert, err := s.seal.certificate(ca)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(r); err != nil {
		return nil, fmt.Errorf("sandbox: receipt: %w", err)
	}
	return xades.Sign(b.Bytes(), cert, &xades.SignOptions{SigningTime: at})
}
