package sandbox

import (
	"errors"
	"strconv"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/schema"
)

// metadata is what KSeF tells of an invoice in its repository. What comes from the document is read when
// somebody first looks for invoices.
type metadata struct {
	KSeFNumber   string             `json:"ksefNumber"`
	Number       string             `json:"invoiceNumber"`
	Issued       string             `json:"issueDate"`
	Sent         timestamp          `json:"invoicingDate"`
	Acquired     timestamp          `json:"acquisitionDate"`
	Stored       timestamp          `json:"permanentStorageDate"`
	Seller       taxpayer           `json:"seller"`
	Buyer        party              `json:"buyer"`
	Net          amount             `json:"netAmount"`
	Gross        amount             `json:"grossAmount"`
	VAT          amount             `json:"vatAmount"` // in PLN
	Currency     string             `json:"currency"`
	Mode         ksef.InvoicingMode `json:"invoicingMode"`
	Kind         string             `json:"invoiceType"`
	Form         formCode           `json:"formCode"`
	SelfInvoiced bool               `json:"isSelfInvoicing"`
	Attachment   bool               `json:"hasAttachment"`
	Hash         seal.Hash          `json:"invoiceHash"`
	Corrects     *seal.Hash         `json:"hashOfCorrectedInvoice,omitempty"`
	Third        []thirdParty       `json:"thirdSubjects"`
	Authorized   *authorizedParty   `json:"authorizedSubject,omitempty"`
}

// taxpayer, party, thirdParty and authorizedParty are those whom an invoice names.
type taxpayer struct {
	NIP  string `json:"nip"`
	Name string `json:"name,omitempty"`
}

type party struct {
	Identifier partyIdentifier `json:"identifier"`
	Name       string          `json:"name,omitempty"`
}

type thirdParty struct {
	party
	Role int `json:"role"`
}

type authorizedParty struct {
	taxpayer
	Role int `json:"role"`
}

// partyIdentifier is how an invoice names somebody. Its kinds are not those of contexts.
type partyIdentifier struct {
	Type  string `json:"type"`
	Value string `json:"value,omitempty"`
}

// Kinds of identifiers in invoices.
const (
	byNIP        = "Nip"
	byInternalID = "InternalId"
	byVATUE      = "VatUe"
	byOther      = "Other"
	byNothing    = "None"
)

// maxPartyName is how much of a name KSeF gives back, in characters.
const maxPartyName = 512

// errNoMetadata says that a document is no invoice that the schema would let pass.
var errNoMetadata = errors.New("the document has no seller, number, date, currency or amounts where its form has them")

// readMetadata reads what a document tells, as far as it does. Of one that its schema accepts nothing fails,
// unless it nests deeper than the parser goes, or is a Peppol invoice without what Peppol's rules demand.
func readMetadata(form schema.Form, doc []byte) (metadata, error) {
	m := metadata{Form: codeOf(form), Third: []thirdParty{}, Buyer: party{Identifier: partyIdentifier{Type: byNothing}}}
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return m, err
	}
	var ok bool
	switch form {
	case schema.FA2, schema.FA3, schema.FARR:
		ok = m.readFA(element{tree.Root(), form.Namespace()}, form == schema.FARR)
	case schema.PEF, schema.PEFKOR:
		ok = m.readUBL(element{tree.Root(), ""}, form == schema.PEFKOR)
	}
	if !ok || !isNIP(m.Seller.NIP) || m.Number == "" || len(m.Issued) != len("2006-01-02") || m.Kind == "" || len(m.Currency) != 3 {
		return m, errNoMetadata
	}
	return m, nil
}

func codeOf(form schema.Form) formCode {
	code := form.Code()
	return formCode{code.SystemCode, code.SchemaVersion, code.Value}
}

// element is an element, or none, of a document in one namespace.
type element struct {
	*xmltree.Node
	namespace string
}

// at goes down a path of names; every step takes the first child.
func (e element) at(path ...string) element {
	for _, name := range path {
		if e.Node == nil {
			return e
		}
		e.Node = e.Child(e.namespace, name)
	}
	return e
}

// text is the text there, without the white space around it; "" where nothing is. It shares no memory with
// the document.
func (e element) text(path ...string) string {
	n := e.at(path...)
	if n.Node == nil {
		return ""
	}
	return strings.Clone(strings.TrimSpace(n.Text()))
}

func (e element) has(path ...string) bool { return e.at(path...).Node != nil }

// amount is the amount there.
func (e element) amount(path ...string) (amount, bool) { return parseAmount(e.text(path...)) }

// number is a small number there; 0 where none is.
func (e element) number(path ...string) int {
	n, _ := strconv.Atoi(e.text(path...))
	return n
}

// date is the date there, without its time zone.
func (e element) date(path ...string) string {
	return firstCharacters(e.text(path...), len("2006-01-02"))
}

// readFA reads an invoice of the ministry's own forms.
func (m *metadata) readFA(root element, farmer bool) (ok bool) {
	m.Seller = root.at("Podmiot1", "DaneIdentyfikacyjne").taxpayer()
	m.Buyer = root.at("Podmiot2", "DaneIdentyfikacyjne").party()
	for _, n := range root.Children {
		if n.Kind == xmltree.Element && n.Local == "Podmiot3" {
			third := element{n, root.namespace}
			m.Third = append(m.Third, thirdParty{third.at("DaneIdentyfikacyjne").party(), third.number("Rola")})
		}
	}
	if agent := root.at("PodmiotUpowazniony"); agent.Node != nil {
		m.Authorized = &authorizedParty{agent.at("DaneIdentyfikacyjne").taxpayer(), agent.number("RolaPU")}
	}
	m.Attachment = root.has("Zalacznik")
	if farmer {
		return m.readFarmers(root.at("FakturaRR"))
	}
	return m.readBody(root.at("Fa"))
}

// readBody reads the element Fa of FA(2) and FA(3).
func (m *metadata) readBody(fa element) (ok bool) {
	m.Number, m.Issued, m.Currency = fa.text("P_2"), fa.date("P_1"), fa.text("KodWaluty")
	m.SelfInvoiced = fa.text("Adnotacje", "P_17") == "1"
	m.Kind = map[string]string{"VAT": "Vat", "ZAL": "Zal", "KOR": "Kor", "ROZ": "Roz", "UPR": "Upr",
		"KOR_ZAL": "KorZal", "KOR_ROZ": "KorRoz"}[fa.text("RodzajFaktury")]
	if fa.Node == nil {
		return false
	}
	for _, n := range fa.Children {
		net, vat := strings.HasPrefix(n.Local, "P_13_"), strings.HasPrefix(n.Local, "P_14_")
		if n.Kind != xmltree.Element || !net && !vat {
			continue
		}
		value, ok := parseAmount(strings.TrimSpace(n.Text()))
		switch {
		case !ok:
			return false
		case net:
			m.Net += value
		case strings.HasSuffix(n.Local, "W") || !fa.has(n.Local+"W"):
			m.VAT += value // that in PLN, where there are both
		}
	}
	m.Gross, ok = fa.amount("P_15")
	return ok
}

// readFarmers reads the element FakturaRR of FA_RR(1).
func (m *metadata) readFarmers(fa element) (ok bool) {
	m.Number, m.Issued, m.Currency = fa.text("P_4C"), fa.date("P_4B"), fa.text("KodWaluty")
	m.Kind = map[string]string{"VAT_RR": "VatRr", "KOR_VAT_RR": "KorVatRr"}[fa.text("RodzajFaktury")]
	m.Net, _ = fa.amount("P_11_1")
	if m.VAT, ok = fa.amount("P_11_2W"); !ok {
		m.VAT, _ = fa.amount("P_11_2")
	}
	m.Gross, ok = fa.amount("P_12_1")
	return ok
}

// taxpayer reads whom a NIP identifies.
func (e element) taxpayer() taxpayer {
	return taxpayer{e.text("NIP"), firstCharacters(e.text("Nazwa"), maxPartyName)}
}

// party reads whom one of several kinds of identifiers does.
func (e element) party() party {
	p := party{partyIdentifier{Type: byNothing}, firstCharacters(e.text("Nazwa"), maxPartyName)}
	switch {
	case e.has("NIP"):
		p.Identifier = partyIdentifier{byNIP, e.text("NIP")}
	case e.has("IDWew"):
		p.Identifier = partyIdentifier{byInternalID, e.text("IDWew")}
	case e.has("NrVatUE"):
		p.Identifier = partyIdentifier{byVATUE, e.text("KodUE") + e.text("NrVatUE")}
	case e.has("NrID"):
		p.Identifier = partyIdentifier{byOther, e.text("NrID")}
	}
	return p
}
