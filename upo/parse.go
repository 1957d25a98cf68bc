package upo

import (
	"bytes"
	"fmt"

	"github.com/ksef-go/ksef/internal/xmltree"
)

const (
	// maxSize is the default limit. 10,000 documents with invoice numbers of 256 characters, all of them
	// ampersands or of four bytes, weigh under 19 MB.
	maxSize      = 20 << 20
	maxDocuments = 10_000
	maxTags      = 250_000 // a document has 18, all else under 200
)

// Parse reads a receipt without looking at its signature, and signed or not, it proves nothing so far:
// Trust is [Unsigned] or [Unverified]. The package comment says how strictly. Every error is an [*Error];
// more than 20 MiB, which is over the heaviest receipt of 10,000 documents, is refused.
//
// Parse keeps nothing of doc and may be called concurrently.
func Parse(doc []byte) (*Receipt, error) {
	if err := checkSize(doc, maxSize); err != nil {
		return nil, err
	}
	r, err := parse(doc)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// checkSize refuses what is too large for a receipt, before a tree is made of it: the tree of a document
// of nothing but tags is fifty times as large as the document.
func checkSize(doc []byte, most int) error {
	if len(doc) > most {
		return &Error{Check: CheckSize, Want: fmt.Sprintf("at most %d bytes", most), Got: fmt.Sprint(len(doc))}
	}
	if n := bytes.Count(doc, []byte("<")); n > maxTags {
		return &Error{Check: CheckSize, Want: fmt.Sprintf("at most %d tags and comments", maxTags), Got: fmt.Sprint(n)}
	}
	return nil
}

func parse(doc []byte) (*Receipt, *Error) {
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return nil, &Error{Check: CheckXML, Err: err}
	}
	root := tree.Root()
	if root.Local != "Potwierdzenie" || root.NS != namespace {
		return nil, (&Error{Check: CheckVersion, Message: "not a receipt of version 4-3", Want: "Potwierdzenie of namespace " + quote(namespace), Got: name(root)}).at(root)
	}
	var r reader
	receipt := r.receipt(root)
	if r.err != nil {
		return nil, r.err
	}
	return receipt, nil
}

func (r *reader) receipt(root *xmltree.Node) *Receipt {
	r.attributes(root)
	c := r.in(root)
	receipt := &Receipt{
		Issuer:           c.value("NazwaPodmiotuPrzyjmujacego", name240),
		SessionReference: c.value("NumerReferencyjnySesji", reference),
		Authentication:   r.authentication(c.take("Uwierzytelnienie")),
	}
	var page *xmltree.Node
	if c.has("OpisPotwierdzenia") {
		page = c.take("OpisPotwierdzenia")
		receipt.Page = r.page(page)
	}
	receipt.LogicalStructure = c.value("NazwaStrukturyLogicznej", name240)
	receipt.FormCode = c.value("KodFormularza", name240)
	receipt.Documents = c.documents()
	if n := c.peek(); n != nil && n.Local == "Signature" && n.NS == dsigNamespace {
		receipt.Trust = Unverified
		c.next++
	}
	c.end()
	if r.err == nil && receipt.Page != nil {
		if err := receipt.Page.check(len(receipt.Documents)); err != nil {
			r.fail(page, err)
		}
	}
	return receipt
}

// attributes refuses what the schema does not let the root have.
func (r *reader) attributes(root *xmltree.Node) {
	for _, a := range root.Attrs {
		version := a.NS == "" && a.Local == "wersjaSchemy"
		location := a.NS == instanceNamespace && (a.Local == "schemaLocation" || a.Local == "noNamespaceSchemaLocation")
		if !version && !location {
			r.fail(root, &Error{Check: CheckStructure, Message: "an attribute that receipts do not have", Want: "wersjaSchemy at most", Got: quote(a.Local)})
		}
	}
}

func (r *reader) authentication(n *xmltree.Node) (a Authentication) {
	c := r.in(n)
	id := r.in(c.take("IdKontekstu"))
	switch {
	case id.has("IdWewnetrzny"):
		a.Context = Context{InternalID, id.value("IdWewnetrzny", internalID)}
	case id.has("IdZlozonyVatUE"):
		a.Context = Context{VATUE, id.value("IdZlozonyVatUE", vatUE)}
	case id.has("IdDostawcyUslugPeppol"):
		a.Context = Context{PeppolID, id.value("IdDostawcyUslugPeppol", peppolID)}
	default:
		a.Context = Context{NIP, id.value("Nip", nip)}
	}
	id.end()
	if c.has("NumerReferencyjnyTokenaKSeF") {
		a.TokenReference = c.value("NumerReferencyjnyTokenaKSeF", reference)
	} else {
		hash := c.hash("SkrotDokumentuUwierzytelniajacego")
		a.DocumentHash = &hash
	}
	c.end()
	return a
}

func (r *reader) page(n *xmltree.Node) *Page {
	c := r.in(n)
	p := &Page{
		Number: c.positive("Strona"),
		Of:     c.positive("LiczbaStron"),
		From:   c.positive("ZakresDokumentowOd"),
		To:     c.positive("ZakresDokumentowDo"),
		Total:  c.positive("CalkowitaLiczbaDokumentow"),
	}
	c.end()
	return p
}

// check compares the page with itself and with the number of its documents. The schema calls To
// exclusive; in receipts of the real system it is inclusive. Both are taken.
func (p *Page) check(documents int) *Error {
	last := p.From + documents - 1
	contradiction := func(format string, a ...any) *Error {
		return &Error{Check: CheckPage, Message: fmt.Sprintf(format, a...)}
	}
	switch {
	case p.Number > p.Of:
		return contradiction("page %d of %d", p.Number, p.Of)
	case p.To != last && p.To != last+1:
		return contradiction("documents %d to %d, but there are %d", p.From, p.To, documents)
	case last > p.Total:
		return contradiction("documents %d to %d of %d", p.From, last, p.Total)
	case p.Of == 1 && documents != p.Total:
		return contradiction("the only page has %d documents of %d", documents, p.Total)
	}
	return nil
}

func (c *cursor) documents() []Document {
	var documents []Document
	numbers := map[string]bool{}
	for len(documents) == 0 || c.has("Dokument") {
		n := c.take("Dokument")
		d := c.in(n).document()
		switch {
		case c.err != nil:
			return nil
		case numbers[d.KSeFNumber]:
			c.fail(n, &Error{Check: CheckDuplicate, Message: "a second document with the KSeF number " + d.KSeFNumber})
			return nil
		case len(documents) == maxDocuments:
			c.fail(n, &Error{Check: CheckSize, Want: fmt.Sprintf("at most %d documents", maxDocuments), Got: "more"})
			return nil
		}
		numbers[d.KSeFNumber] = true
		documents = append(documents, d)
	}
	return documents
}

func (c *cursor) document() Document {
	d := Document{
		SellerNIP:     c.value("NipSprzedawcy", nip),
		KSeFNumber:    c.number("NumerKSeFDokumentu"),
		InvoiceNumber: c.value("NumerFaktury", invoiceNumber),
		IssueDate:     c.date("DataWystawieniaFaktury"),
		Sent:          c.moment("DataPrzeslaniaDokumentu"),
		Acquired:      c.moment("DataNadaniaNumeruKSeF"),
		Hash:          c.hash("SkrotDokumentu"),
		Mode:          c.mode("TrybWysylki"),
	}
	c.end()
	return d
}
