package sandbox

import (
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// The namespaces of what Peppol invoices are made of (UBL 2.1).
const (
	ublAggregate = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	ublBasic     = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
)

// ubl goes down a path of UBL's elements, whose names are in one of two namespaces.
func (e element) ubl(path ...string) element {
	for _, name := range path {
		if e.Node == nil {
			break
		}
		next := e.Child(ublAggregate, name)
		if next == nil {
			next = e.Child(ublBasic, name)
		}
		e.Node = next
	}
	return e
}

// readUBL reads an invoice or a correction of Peppol's forms.
func (m *metadata) readUBL(root element, correction bool) (ok bool) {
	m.Number, m.Issued, m.Currency = root.ubl("ID").text(), root.ubl("IssueDate").date(), root.ubl("DocumentCurrencyCode").text()
	if m.Kind = "VatPef"; correction {
		m.Kind = "KorPef"
	}
	seller := root.ubl("AccountingSupplierParty", "Party").ublParty()
	m.Seller = taxpayer{seller.Identifier.Value, seller.Name}
	m.Buyer = root.ubl("AccountingCustomerParty", "Party").ublParty()
	for _, n := range root.Children {
		switch {
		case n.Kind != xmltree.Element || n.NS != ublAggregate:
		case n.Local == "TaxTotal":
			tax := element{n, ""}.ubl("TaxAmount")
			value, ok := tax.amount()
			if !ok {
				continue
			}
			if in, _ := tax.Attr("", "currencyID"); in == "PLN" || m.VAT == 0 {
				m.VAT = value // that in PLN, where there are several
			}
		case n.Local == "AdditionalDocumentReference":
			m.Attachment = m.Attachment || element{n, ""}.ubl("Attachment", "EmbeddedDocumentBinaryObject").Node != nil
		}
	}
	m.Net, _ = root.ubl("LegalMonetaryTotal", "TaxExclusiveAmount").amount()
	if m.Gross, ok = root.ubl("LegalMonetaryTotal", "TaxInclusiveAmount").amount(); !ok {
		m.Gross, ok = root.ubl("LegalMonetaryTotal", "PayableAmount").amount()
	}
	return ok
}

// ublParty reads a party. Its identifier begins with the country, in Poland's case before a NIP.
func (e element) ublParty() party {
	p := party{Identifier: partyIdentifier{Type: byNothing}, Name: e.ubl("PartyLegalEntity", "RegistrationName").text()}
	if p.Name == "" {
		p.Name = e.ubl("PartyName", "Name").text()
	}
	p.Name = firstCharacters(p.Name, maxPartyName)
	id := e.ubl("PartyTaxScheme", "CompanyID").text()
	nip := strings.TrimPrefix(id, "PL")
	switch {
	case isNIP(nip):
		p.Identifier = partyIdentifier{byNIP, nip}
	case vatPattern().MatchString(id):
		p.Identifier = partyIdentifier{byVATUE, id}
	case id != "":
		p.Identifier = partyIdentifier{byOther, firstCharacters(id, 50)}
	}
	return p
}
