package ksef

import (
	"fmt"
	"time"
)

// Invoices finds and fetches the invoices in which the current taxpayer has a
// part. All of it needs the permission InvoiceRead.
//
// KSeF counts requests by the hour (ksef-docs limity/limity-api.md): 20
// queries, 20 exports, 64 downloads. So a few invoices are downloaded, many are
// exported, and a copy is kept up to date by [Invoices.Sync].
type Invoices authService

// Role is the part a taxpayer plays in an invoice.
type Role string

// The roles that can be asked for.
const (
	Seller     Role = "Subject1"
	Buyer      Role = "Subject2"
	ThirdParty Role = "Subject3" // recipient, payer, factor, …
	Authorized Role = "SubjectAuthorized"
)

// DateField is a date of an invoice, by which invoices are looked for and
// sorted.
type DateField string

// The dates of an invoice.
const (
	Issued  DateField = "Issue"            // the day of issue, as the invoice says
	Entered DateField = "Invoicing"        // when KSeF took it in
	Stored  DateField = "PermanentStorage" // when it was in KSeF's repository for good
)

// InvoiceFilter selects invoices. Role and From are required; what is not set
// does not matter. An invoice is selected when all of it is true.
type InvoiceFilter struct {
	Role Role `json:"subjectType"` // of the current taxpayer

	By       DateField `json:"-"` // which date From and To are about; "" for Stored
	From, To time.Time `json:"-"` // both inclusive; a zero To means now

	// Complete leaves out what is younger than KSeF's high-water mark, up to
	// which no invoice will be added any more. By Stored only.
	Complete bool `json:"-"`

	KSeFNumber    KSeFNumber    `json:"ksefNumber,omitempty"`
	Number        string        `json:"invoiceNumber,omitempty"` // the seller's, the whole of it
	Amount        *AmountRange  `json:"amount,omitempty"`
	Seller        NIP           `json:"sellerNip,omitempty"`
	Buyer         *PartyID      `json:"buyerIdentifier,omitempty"`
	Currencies    []string      `json:"currencyCodes,omitempty"` // one of these: "PLN", "EUR"
	Mode          InvoicingMode `json:"invoicingMode,omitempty"`
	SelfInvoicing *bool         `json:"isSelfInvoicing,omitempty"`
	Form          FormType      `json:"formType,omitempty"`
	Types         []InvoiceType `json:"invoiceTypes,omitempty"` // one of these
	Attachment    *bool         `json:"hasAttachment,omitempty"`
}

// AmountRange selects by an amount, both bounds included. A nil bound is none.
type AmountRange struct {
	Of   AmountType `json:"type"`
	From *Decimal   `json:"from,omitempty"`
	To   *Decimal   `json:"to,omitempty"`
}

// AmountType is an amount of an invoice. VAT is in złoty, the others are in the
// invoice's currency.
type AmountType string

// The amounts of an invoice.
const (
	Gross AmountType = "Brutto"
	Net   AmountType = "Netto"
	VAT   AmountType = "Vat"
)

// FormType is a family of invoice schemas.
type FormType string

// The families of schemas.
const (
	FormFA   FormType = "FA"
	FormPEF  FormType = "PEF"
	FormFARR FormType = "FA_RR"
)

// InvoiceType is what kind of invoice one is. Unknown ones survive decoding.
type InvoiceType string

// The types of invoices: FA, then PEF, then FA_RR.
const (
	InvoiceVAT                  InvoiceType = "Vat"
	InvoiceAdvance              InvoiceType = "Zal"
	InvoiceCorrection           InvoiceType = "Kor"
	InvoiceSettlement           InvoiceType = "Roz"
	InvoiceSimplified           InvoiceType = "Upr"
	InvoiceAdvanceCorrection    InvoiceType = "KorZal"
	InvoiceSettlementCorrection InvoiceType = "KorRoz"

	InvoicePEF           InvoiceType = "VatPef"
	InvoicePEFSpecial    InvoiceType = "VatPefSp"
	InvoicePEFCorrection InvoiceType = "KorPef"

	InvoiceRR           InvoiceType = "VatRr"
	InvoiceRRCorrection InvoiceType = "KorVatRr"
)

// PartyID names a party of an invoice, who need not be a Polish taxpayer.
type PartyID struct {
	Kind  PartyKind `json:"type"`
	Value string    `json:"value,omitempty"` // "" with NoParty
}

// PartyKind tells what a [PartyID] holds. Unknown kinds survive decoding.
type PartyKind string

// The kinds of parties' identifiers.
const (
	PartyNIP        PartyKind = "Nip"
	PartyVATUE      PartyKind = "VatUe"
	PartyInternalID PartyKind = "InternalId" // of third parties only
	PartyOther      PartyKind = "Other"
	NoPartyID       PartyKind = "None"
)

// Date is a calendar day, "2026-02-01", in Poland where it matters.
type Date string

// InvoiceMetadata describes an invoice without its content.
type InvoiceMetadata struct {
	KSeFNumber    KSeFNumber       `json:"ksefNumber"`
	Number        string           `json:"invoiceNumber"` // the seller's
	Issued        Date             `json:"issueDate"`
	Entered       time.Time        `json:"invoicingDate"`                 // KSeF took it in
	Acquired      time.Time        `json:"acquisitionDate"`               // it got its KSeF number, and counts as received
	Stored        time.Time        `json:"permanentStorageDate,omitzero"` // it was in the repository for good
	Seller        InvoiceSeller    `json:"seller"`
	Buyer         InvoiceParty     `json:"buyer"`
	Net           Decimal          `json:"netAmount"`
	Gross         Decimal          `json:"grossAmount"`
	VAT           Decimal          `json:"vatAmount"` // in złoty
	Currency      string           `json:"currency"`  // "PLN"
	Mode          InvoicingMode    `json:"invoicingMode"`
	Type          InvoiceType      `json:"invoiceType"`
	FormCode      FormCode         `json:"formCode"`
	SelfInvoicing bool             `json:"isSelfInvoicing"`
	Attachment    bool             `json:"hasAttachment"`
	Hash          []byte           `json:"invoiceHash"`                      // SHA-256 of the document
	Corrects      []byte           `json:"hashOfCorrectedInvoice,omitempty"` // of what this corrects technically
	ThirdParties  []InvoiceThird   `json:"thirdSubjects,omitempty"`
	Authorized    *InvoiceDelegate `json:"authorizedSubject,omitempty"`
}

// InvoiceSeller is who sold.
type InvoiceSeller struct {
	NIP  NIP    `json:"nip"`
	Name string `json:"name,omitempty"`
}

// InvoiceParty is who bought.
type InvoiceParty struct {
	ID   PartyID `json:"identifier"`
	Name string  `json:"name,omitempty"`
}

// InvoiceThird is a third party. Its role is FA's code from 1, factor, to 11,
// employee, or 0 for another.
type InvoiceThird struct {
	InvoiceParty
	Role int `json:"role"`
}

// InvoiceDelegate is an authorized subject: 1 an enforcement authority, 2 a
// court bailiff, 3 a tax representative.
type InvoiceDelegate struct {
	NIP  NIP    `json:"nip"`
	Name string `json:"name,omitempty"`
	Role int    `json:"role"`
}

// Document is an invoice with what KSeF says about it.
type Document struct {
	InvoiceMetadata
	Role Role   // of the current taxpayer, as it was asked for
	XML  []byte // byte for byte as it was sent; nil if only metadata was asked for
}

// invoiceQuery is a filter as it travels.
type invoiceQuery struct {
	InvoiceFilter
	Dates dateRange `json:"dateRange"`
}

type dateRange struct {
	By       DateField `json:"dateType"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to,omitzero"`
	Complete bool      `json:"restrictToPermanentStorageHwmDate,omitempty"`
}

// wire returns the filter as it travels, or what is wrong with it.
func (f InvoiceFilter) wire() (*invoiceQuery, error) {
	f = f.orDefault()
	switch {
	case f.Role == "":
		return nil, fmt.Errorf("ksef: invoice filter without a role: want %q, %q, %q or %q", Seller, Buyer, ThirdParty, Authorized)
	case f.From.IsZero():
		return nil, fmt.Errorf("ksef: invoice filter without From")
	case !f.To.IsZero() && f.To.Before(f.From):
		return nil, fmt.Errorf("ksef: invoice filter from %v to %v: want From before To", f.From, f.To)
	case f.Complete && f.By != Stored:
		return nil, fmt.Errorf("ksef: invoice filter by %s: Complete is about invoices by %s", f.By, Stored)
	}
	// What lies between two of KSeF's moments goes out as the one that is within:
	// of two windows that touch between them, either has each of the two.
	return &invoiceQuery{f, dateRange{f.By, f.From.Add(wireTick - 1).Truncate(wireTick), f.To.Truncate(wireTick), f.Complete}}, nil
}

func (f InvoiceFilter) orDefault() InvoiceFilter {
	if f.By == "" {
		f.By = Stored
	}
	return f
}
