package schema

// Options are what one may ask of a validation. A nil *Options and the zero
// Options are the defaults; options are not changed or kept.
type Options struct {
	// Max is how many violations are reported at most; 0 means 100. The
	// document is not read further once there are as many.
	Max int
	// Rules adds the ministry's rules beyond the schema. Nil: the schema alone.
	Rules *Rules
	// Signed lets an enveloped XML signature stand as the last child of the
	// document element, as in signed authentication requests and receipts. The
	// signature is no part of their schemas; it is passed over, not verified.
	Signed bool
	// Strict reads patterns by the letter of XSD, where ^ and $ are ordinary
	// characters. The patterns of the authentication schemas use them as
	// anchors, so that by the letter no PeppolId and no NipVatUe is valid;
	// KSeF, whose platform reads them as anchors, accepts them. Patterns that
	// XSD does not allow at all (\b, in version 2.0) are always read as KSeF
	// reads them.
	Strict bool
	// UTF16 counts characters past U+FFFF as two in the length of values, as
	// .NET does. XSD counts them as one.
	UTF16 bool
}

// Report is what a validation found.
type Report struct {
	// Form is the form that the document was checked against.
	Form Form
	// Violations stand in the order in which they were found, which is that
	// of the document but for those that need its end.
	Violations []Violation
	// Truncated says that Options.Max was reached: there may be more.
	Truncated bool
	// Size is the number of bytes read: the whole document, unless it is not
	// well-formed or of another form, or the report is truncated.
	Size int64
	// Invoice is what the rules of KSeF look at in an invoice.
	Invoice Invoice
}

// Invoice is what KSeF looks at in an invoice beyond its schema. Of an invalid
// document the values may be missing or wrong. Of the Peppol forms, SellerNIP
// and BuyerNIP are the first PartyTaxScheme/CompanyID without the letters PL.
type Invoice struct {
	SellerNIP     string
	BuyerNIP      string
	Number        string
	Kind          string // RodzajFaktury: "VAT", "KOR", …; InvoiceTypeCode
	IssueDate     string // YYYY-MM-DD
	HasAttachment bool
}

// Valid reports whether there are no violations.
func (r *Report) Valid() bool { return len(r.Violations) == 0 }

// Err returns nil for a valid document, and otherwise an *InvalidError.
func (r *Report) Err() error {
	if r.Valid() {
		return nil
	}
	return &InvalidError{Form: r.Form, Violations: r.Violations}
}

// InvalidError says that a document breaks its schema or the ministry's rules.
type InvalidError struct {
	Form       Form
	Violations []Violation // at least one
}

// Error implements error; it shows the first violation.
func (e *InvalidError) Error() string {
	text := "schema: not a valid " + e.Form.String() + ": " + e.Violations[0].Error()
	if e.Form == Any {
		text = "schema: not a document of KSeF: " + e.Violations[0].Error()
	}
	if n := len(e.Violations) - 1; n > 0 {
		text += " (and more)"
	}
	return text
}

// Unwrap returns the violations.
func (e *InvalidError) Unwrap() []error {
	errs := make([]error, len(e.Violations))
	for i, v := range e.Violations {
		errs[i] = v
	}
	return errs
}
