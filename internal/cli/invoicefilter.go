package cli

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

// filterFlags say which invoices are meant.
type filterFlags struct {
	role, by, from, to           string
	complete                     bool
	ksefNumber, number, seller   string
	buyer, buyerType             string
	currencies, types            []string
	mode, form                   string
	attachment, selfInvoicing    string
	amount, amountFrom, amountTo string
}

// The words for what flags choose; KSeF's own are good, too.
var (
	roleWords = map[string]ksef.Role{
		"seller": ksef.Seller, "buyer": ksef.Buyer, "third-party": ksef.ThirdParty, "authorized": ksef.Authorized,
	}
	dateWords = map[string]ksef.DateField{
		"stored": ksef.Stored, "issued": ksef.Issued, "entered": ksef.Entered,
	}
	amountWords = map[string]ksef.AmountType{"gross": ksef.Gross, "net": ksef.Net, "vat": ksef.VAT}
	yesNoWords  = map[string]string{"yes": "yes", "no": "no"}
)

// defaultDays is how many days back invoices are looked for by themselves.
const defaultDays = 30

func (a *app) filterFlagsOf(cmd *cobra.Command, o *filterFlags) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.role, "role", "seller", a.say.roleFlag())
	f.StringVar(&o.from, "from", "", a.say.filterFromFlag(defaultDays))
	f.StringVar(&o.to, "to", "", a.say.filterToFlag())
	f.StringVar(&o.by, "by", "stored", a.say.byFlag())
	f.BoolVar(&o.complete, "complete", false, a.say.completeFlag())
	parsedVar(f, &o.ksefNumber, "ksef-number", a.say.filterKSeFNumberFlag(), ksef.ParseKSeFNumber)
	a.textVar(f, &o.number, "number", 1, mostText, a.say.filterNumberFlag())
	parsedVar(f, &o.seller, "seller", a.say.filterSellerFlag(), ksef.ParseNIP)
	f.StringVar(&o.buyer, "buyer", "", a.say.filterBuyerFlag())
	f.StringVar(&o.buyerType, "buyer-type", "Nip", a.say.filterBuyerTypeFlag())
	f.StringSliceVar(&o.currencies, "currency", nil, a.say.filterCurrencyFlag())
	f.StringSliceVar(&o.types, "type", nil, a.say.filterTypeFlag())
	f.StringVar(&o.form, "form", "", a.say.filterFormFlag())
	f.StringVar(&o.mode, "mode", "", a.say.filterModeFlag())
	f.StringVar(&o.attachment, "attachment", "", a.say.filterAttachmentFlag())
	f.StringVar(&o.selfInvoicing, "self-invoicing", "", a.say.filterSelfInvoicingFlag())
	f.StringVar(&o.amountFrom, "amount-from", "", a.say.filterAmountFromFlag())
	f.StringVar(&o.amountTo, "amount-to", "", a.say.filterAmountToFlag())
	f.StringVar(&o.amount, "amount", "gross", a.say.filterAmountFlag())
	for flag, words := range map[string][]string{
		"role": slices.Sorted(maps.Keys(roleWords)), "by": slices.Sorted(maps.Keys(dateWords)), "type": invoiceTypes(),
		"form": forms(), "mode": modes(), "attachment": {"yes", "no"}, "self-invoicing": {"yes", "no"},
		"amount": slices.Sorted(maps.Keys(amountWords)), "buyer-type": buyerKinds(),
	} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
}

func invoiceTypes() []string {
	return texts([]ksef.InvoiceType{
		ksef.InvoiceVAT, ksef.InvoiceAdvance, ksef.InvoiceCorrection, ksef.InvoiceSettlement, ksef.InvoiceSimplified,
		ksef.InvoiceAdvanceCorrection, ksef.InvoiceSettlementCorrection, ksef.InvoicePEF, ksef.InvoicePEFSpecial,
		ksef.InvoicePEFCorrection, ksef.InvoiceRR, ksef.InvoiceRRCorrection,
	})
}

func forms() []string { return texts([]ksef.FormType{ksef.FormFA, ksef.FormPEF, ksef.FormFARR}) }

func modes() []string { return texts([]ksef.InvoicingMode{ksef.Online, ksef.Offline}) }

func buyerKinds() []string {
	return texts([]ksef.PartyKind{ksef.PartyNIP, ksef.PartyVATUE, ksef.PartyOther, ksef.NoPartyID})
}

// worded finds the value of a flag by our word or KSeF's; "" is the zero value.
func worded[T ~string](a *app, flag, text string, words map[string]T) (T, error) {
	if text == "" {
		return "", nil
	}
	for _, value := range words {
		if string(value) == text {
			return value, nil
		}
	}
	word, err := a.oneOf(flag, text, slices.Sorted(maps.Keys(words)))
	return words[word], err
}

// optional finds the value of a flag among those that there are; "" is the zero
// value.
func optional[T ~string](a *app, flag, text string, values []string) (T, error) {
	if text == "" {
		return "", nil
	}
	value, err := a.oneOf(flag, text, values)
	return T(value), err
}

// filter reads the flags.
func (a *app) filter(o filterFlags) (f ksef.InvoiceFilter, err error) {
	f.Complete = o.complete
	f.Number = o.number
	f.KSeFNumber = ksef.KSeFNumber(o.ksefNumber)
	f.Seller = ksef.NIP(o.seller)
	f.Currencies = o.currencies
	for _, read := range []func() error{
		func() (err error) { f.Role, err = worded(a, "role", o.role, roleWords); return err },
		func() (err error) { f.By, err = worded(a, "by", o.by, dateWords); return err },
		func() (err error) { f.From, err = a.moment("from", o.from); return err },
		func() (err error) { f.To, err = a.moment("to", o.to); return err },
		func() (err error) { f.Mode, err = optional[ksef.InvoicingMode](a, "mode", o.mode, modes()); return err },
		func() (err error) { f.Form, err = optional[ksef.FormType](a, "form", o.form, forms()); return err },
		func() (err error) { f.Attachment, err = a.yesOrNo("attachment", o.attachment); return err },
		func() (err error) { f.SelfInvoicing, err = a.yesOrNo("self-invoicing", o.selfInvoicing); return err },
		func() (err error) { f.Amount, err = a.amountRange(o); return err },
		func() (err error) { f.Buyer, err = a.buyer(o); return err },
		func() error { return a.filterTypes(o, &f) },
		func() error { return a.currencies(o.currencies) },
	} {
		if err := read(); err != nil {
			return f, err
		}
	}
	if f.Complete && f.By != ksef.Stored {
		return f, &usageError{a.say.completeNeedsStored(), ""}
	}
	if f.From.IsZero() {
		f.From = cmp.Or(f.To, a.now()).Add(-defaultDays * 24 * time.Hour)
	}
	if len(o.to) == len(time.DateOnly) { // a day is meant to its end
		f.To = f.To.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	if !f.To.IsZero() && f.To.Before(f.From) {
		return f, &usageError{a.say.fromAfterTo(), ""}
	}
	return f, nil
}

// currencies checks codes of currencies.
func (a *app) currencies(codes []string) error {
	for _, code := range codes {
		if !currency.MatchString(code) {
			return a.notMeant("currency", code, a.say.wantCurrency())
		}
	}
	return nil
}

// currency is the form of the code of a currency (ISO 4217).
var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// filterTypes reads the types.
func (a *app) filterTypes(o filterFlags, f *ksef.InvoiceFilter) (err error) {
	for _, text := range o.types {
		value, err := a.oneOf("type", text, invoiceTypes())
		if err != nil {
			return err
		}
		f.Types = append(f.Types, ksef.InvoiceType(value))
	}
	return nil
}

func (a *app) yesOrNo(flag, text string) (*bool, error) {
	word, err := worded(a, flag, text, yesNoWords)
	if word == "" || err != nil {
		return nil, err
	}
	yes := word == "yes"
	return &yes, nil
}

func (a *app) buyer(o filterFlags) (*ksef.PartyID, error) {
	kind, err := optional[ksef.PartyKind](a, "buyer-type", o.buyerType, buyerKinds())
	if err != nil || o.buyer == "" && kind != ksef.NoPartyID {
		return nil, err
	}
	if kind == ksef.PartyNIP {
		nip, err := ksef.ParseNIP(o.buyer)
		if err != nil {
			return nil, a.fault("buyer", o.buyer, err)
		}
		o.buyer = string(nip)
	}
	return &ksef.PartyID{Kind: kind, Value: o.buyer}, nil
}

func (a *app) amountRange(o filterFlags) (*ksef.AmountRange, error) {
	of, err := worded(a, "amount", o.amount, amountWords)
	if err != nil || o.amountFrom == "" && o.amountTo == "" {
		return nil, err
	}
	r := &ksef.AmountRange{Of: of}
	for _, bound := range []struct {
		flag, text string
		to         **ksef.Decimal
	}{{"amount-from", o.amountFrom, &r.From}, {"amount-to", o.amountTo, &r.To}} {
		if bound.text == "" {
			continue
		}
		d, err := a.amount(bound.flag, bound.text)
		if err != nil {
			return nil, err
		}
		*bound.to = &d
	}
	return r, nil
}

// invoiceColumns are what KSeF says about an invoice.
func (a *app) invoiceColumns() []column[ksef.InvoiceMetadata] {
	type m = ksef.InvoiceMetadata
	return []column[m]{
		{"ksefNumber", a.say.colKSeFNumber(), func(i m) any { return string(i.KSeFNumber) }},
		{"invoiceNumber", a.say.colInvoiceNumber(), func(i m) any { return i.Number }},
		{"issued", a.say.colIssued(), func(i m) any { return string(i.Issued) }},
		{"sellerNip", a.say.colSeller(), func(i m) any { return string(i.Seller.NIP) }},
		{"sellerName", "", func(i m) any { return i.Seller.Name }},
		{"buyerType", "", func(i m) any { return string(i.Buyer.ID.Kind) }},
		{"buyer", a.say.colBuyer(), func(i m) any { return i.Buyer.ID.Value }},
		{"buyerName", "", func(i m) any { return i.Buyer.Name }},
		{"gross", a.say.colGross(), func(i m) any { return i.Gross }},
		{"net", "", func(i m) any { return i.Net }},
		{"vat", "", func(i m) any { return i.VAT }},
		{"currency", a.say.colCurrency(), func(i m) any { return i.Currency }},
		{"type", a.say.colType(), func(i m) any { return string(i.Type) }},
		{"form", "", func(i m) any { return i.FormCode.String() }},
		{"mode", "", func(i m) any { return string(i.Mode) }},
		{"selfInvoicing", "", func(i m) any { return i.SelfInvoicing }},
		{"attachment", "", func(i m) any { return i.Attachment }},
		{"entered", "", func(i m) any { return i.Entered }},
		{"acquired", "", func(i m) any { return i.Acquired }},
		{"stored", a.say.colStored(), func(i m) any { return i.Stored }},
		{"hash", "", func(i m) any { return i.Hash }},
	}
}
