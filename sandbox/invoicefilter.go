package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// invoiceFilters selects invoices, in a query and in an export.
type invoiceFilters struct {
	Subject string     `json:"subjectType"`
	Range   *dateRange `json:"dateRange"`

	KSeFNumber    string `json:"ksefNumber"`
	InvoiceNumber string `json:"invoiceNumber"`
	Amount        *struct {
		Type string `json:"type"`
		From *bound `json:"from"`
		To   *bound `json:"to"`
	} `json:"amount"`
	Seller       string           `json:"sellerNip"`
	Buyer        *partyIdentifier `json:"buyerIdentifier"`
	Currencies   []string         `json:"currencyCodes"`
	Mode         string           `json:"invoicingMode"`
	SelfInvoiced *bool            `json:"isSelfInvoicing"`
	Form         string           `json:"formType"`
	Kinds        []string         `json:"invoiceTypes"`
	Attachment   *bool            `json:"hasAttachment"`
}

// dateRange is the stretch of time in which invoices are looked for.
type dateRange struct {
	Type     string      `json:"dateType"`
	From     *warsawDate `json:"from"`
	To       *warsawDate `json:"to"`
	Restrict bool        `json:"restrictToPermanentStorageHwmDate"`
}

// invoiceTypes are the kinds of invoices.
var invoiceTypes = []string{"Vat", "Zal", "Kor", "Roz", "Upr", "KorZal", "KorRoz", "VatPef", "VatPefSp", "KorPef", "VatRr", "KorVatRr"}

// search is what is looked for, as filters that are valid say.
type search struct {
	*invoiceFilters
	as       role
	date     dateType
	from, to time.Time // to is now unless it was given
}

// filters reads filters. A range that ends nowhere ends now.
func (v *validation) filters(in *invoiceFilters, path string, now time.Time) search {
	out := search{invoiceFilters: in}
	in.Subject = v.oneOf(path+"subjectType", in.Subject, subjectTypes...)
	out.as = role(slices.Index(subjectTypes, in.Subject))
	if v.required(path+"dateRange", in.Range != nil) {
		v.dateRange(&out, path+"dateRange", now)
	}
	v.optional(path+"ksefNumber", in.KSeFNumber, isKSeFNumber)
	v.optional(path+"sellerNip", in.Seller, isNIP)
	v.atMostCharacters(path+"invoiceNumber", in.InvoiceNumber, maxInvoiceNumber)
	if in.Amount != nil {
		in.Amount.Type = v.oneOf(path+"amount.type", in.Amount.Type, "Brutto", "Netto", "Vat")
	}
	if b := in.Buyer; b != nil {
		b.Type = v.oneOf(path+"buyerIdentifier.type", b.Type, byNIP, byVATUE, byOther, byNothing)
		v.atMostCharacters(path+"buyerIdentifier.value", b.Value, 50)
		switch b.Type {
		case byNothing:
			b.Value = ""
		case byNIP:
			v.form(path+"buyerIdentifier.value", b.Value, isNIP(b.Value))
		default:
			v.required(path+"buyerIdentifier.value", b.Value != "")
		}
	}
	for i := range in.Currencies {
		in.Currencies[i] = v.oneOf(index(path+"currencyCodes", i), in.Currencies[i], currencies()...)
	}
	if in.Mode != "" {
		in.Mode = v.oneOf(path+"invoicingMode", in.Mode, string(ksef.Online), string(ksef.Offline))
	}
	if in.Form != "" {
		in.Form = v.oneOf(path+"formType", in.Form, "FA", "PEF", "FA_RR")
	}
	for i := range in.Kinds {
		in.Kinds[i] = v.oneOf(index(path+"invoiceTypes", i), in.Kinds[i], invoiceTypes...)
	}
	return out
}

// optional demands that a value, if there is one, is well-formed.
func (v *validation) optional(name, value string, wellFormed func(string) bool) {
	if value != "" {
		v.form(name, value, wellFormed(value))
	}
}

func (v *validation) atMostCharacters(name, value string, most int) {
	if n := utf16Length(value); n > most {
		v.add("The length of '%s' must be %d characters or fewer. You entered %d characters.", name, most, n)
	}
}

// matches reports whether an invoice is looked for, whose date is.
func (q *search) matches(r *record) bool {
	return (q.KSeFNumber == "" || q.KSeFNumber == r.KSeFNumber) &&
		(q.InvoiceNumber == "" || q.InvoiceNumber == r.Number) &&
		(q.Seller == "" || q.Seller == r.Seller.NIP) &&
		(q.Buyer == nil || *q.Buyer == r.Buyer.Identifier) &&
		(len(q.Currencies) == 0 || slices.Contains(q.Currencies, r.Currency)) &&
		(q.Mode == "" || q.Mode == string(r.Mode)) &&
		(q.SelfInvoiced == nil || *q.SelfInvoiced == r.SelfInvoiced) &&
		(q.Form == "" || q.Form == r.Form.Value) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, r.Kind)) &&
		(q.Attachment == nil || *q.Attachment == r.Attachment) &&
		q.amountMatches(r)
}

func (q *search) amountMatches(r *record) bool {
	if q.Amount == nil {
		return true
	}
	a := r.Gross
	switch q.Amount.Type {
	case "Netto":
		a = r.Net
	case "Vat":
		a = r.VAT
	}
	return (q.Amount.From == nil || a >= q.Amount.From.ceiling) && (q.Amount.To == nil || a <= q.Amount.To.floor)
}

// keys are the ends of the range in the terms of the register, both inclusive. Of a range of issue dates the
// days in Poland count.
func (q *search) keys() (from, to int64) {
	if q.date == byIssue {
		return dayKey(warsawDay(q.from)), dayKey(warsawDay(q.to))
	}
	from = key(q.from)
	if q.from.Nanosecond()%int(tick) != 0 {
		from++
	}
	return from, key(q.to)
}

// isKSeFNumber is the contract's pattern. Numbers of KSeF 1.0 have one hyphen more.
func isKSeFNumber(s string) bool { return ksefNumberPattern().MatchString(s) }

var ksefNumberPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([1-9](\d[1-9]|[1-9]\d)\d{7})-(20[2-9][0-9]|2[1-9]\d{2}|[3-9]\d{3})(0[1-9]|1[0-2])` +
		`(0[1-9]|[12]\d|3[01])-([0-9A-F]{6})-?([0-9A-F]{6})-([0-9A-F]{2})$`)
})

// currencies are the codes that KSeF knows: those of the contract, and those that 2.8.0 added.
var currencies = sync.OnceValue(func() []string {
	return strings.Fields(`
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP GMD GNF
GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF
XPT XSU XUA XXX YER ZAR ZMW ZWL
CNH VED XTS ZWG SLE`)
})
