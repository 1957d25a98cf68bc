package qr

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Base is where the pages are that links lead to: one of the ministry's, or an emulator's. It begins with https://
// or http:// and has no slash at its end.
type Base string

// The ministry's pages (ksef-docs kody-qr.md, Środowiska).
const (
	Test       Base = "https://qr-test.ksef.mf.gov.pl"
	Demo       Base = "https://qr-demo.ksef.mf.gov.pl"
	Production Base = "https://qr.ksef.mf.gov.pl"
)

// Link is an [*InvoiceLink] or a [*CertificateLink].
type Link interface {
	// URL returns the link as it is printed. It fails with a [*FieldError] when a part is missing or malformed.
	URL() (string, error)
	link()
}

// InvoiceLink is code I: it leads to an invoice.
type InvoiceLink struct {
	Base      Base
	SellerNIP string            // ten digits
	Issued    time.Time         // the date of issue (P_1): its day, in its own location
	Hash      [sha256.Size]byte // SHA-256 of the document
}

func (*InvoiceLink) link()     {}
func (*CertificateLink) link() {}

// dateLayout is how links write dates: 01-02-2026 is the first of February.
const dateLayout = "02-01-2006"

// URL implements [Link]: {base}/invoice/{NIP}/{DD-MM-YYYY}/{hash}.
func (l *InvoiceLink) URL() (string, error) {
	if err := cmp.Or(l.Base.check(), checkNIP(l.SellerNIP), checkDate(l.Issued)); err != nil {
		return "", err
	}
	return strings.Join([]string{string(l.Base), "invoice", l.SellerNIP, l.Issued.Format(dateLayout), hashText(l.Hash)}, "/"), nil
}

// Context is the taxpayer in whose name somebody issues: what authentication has as its context.
type Context struct {
	Type  ContextType
	Value string
}

// ContextType is the kind of a context's identifier.
type ContextType string

// The kinds of contexts.
const (
	NIP        ContextType = "Nip"        // ten digits
	InternalID ContextType = "InternalId" // of a unit: a NIP, a hyphen and five digits
	NIPVATUE   ContextType = "NipVatUe"   // a NIP, a hyphen and an EU VAT number
	PeppolID   ContextType = "PeppolId"   // P, two letters and six digits
)

// CertificateLink is code II: it vouches for the issuer of an offline invoice. Sign or SignWith signs it once the
// rest is filled in.
type CertificateLink struct {
	Base      Base
	Context   Context           // in which the invoice is issued
	SellerNIP string            // ten digits
	Serial    string            // of the issuer's KSeF certificate: 16 upper-case hexadecimal digits
	Hash      [sha256.Size]byte // SHA-256 of the document
	Signature []byte
}

// URL implements [Link]: {base}/certificate/{context type}/{context}/{NIP}/{serial}/{hash}/{signature}.
func (l *CertificateLink) URL() (string, error) {
	if len(l.Signature) == 0 {
		return "", &FieldError{"signature", "", "a signature: call Sign or SignWith"}
	}
	signed, err := l.unsigned()
	if err != nil {
		return "", err
	}
	return signed + "/" + base64.RawURLEncoding.EncodeToString(l.Signature), nil
}

// SignedText returns what the signature is made over: the link up to the signature, without https:// (or http://)
// and without the slash.
func (l *CertificateLink) SignedText() (string, error) {
	unsigned, err := l.unsigned()
	return withoutScheme(unsigned), err
}

func (l *CertificateLink) unsigned() (string, error) {
	if err := cmp.Or(l.Base.check(), l.Context.check(), checkNIP(l.SellerNIP), checkSerial(l.Serial)); err != nil {
		return "", err
	}
	return strings.Join([]string{string(l.Base), "certificate", string(l.Context.Type), l.Context.Value, l.SellerNIP, l.Serial, hashText(l.Hash)}, "/"), nil
}

func withoutScheme(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	return rest
}

// hashText is a hash as links write it: Base64URL without padding (RFC 4648 §5).
func hashText(h [sha256.Size]byte) string { return base64.RawURLEncoding.EncodeToString(h[:]) }

// Where something is no error, the functions below return a nil interface, so that [cmp.Or] finds the first that is.

func (b Base) check() error {
	u, err := url.Parse(string(b))
	scheme := strings.HasPrefix(string(b), "https://") || strings.HasPrefix(string(b), "http://")
	if err != nil || !scheme || u.Hostname() == "" || u.User != nil || strings.ContainsAny(string(b), "?#") || strings.HasSuffix(string(b), "/") || u.String() != string(b) {
		return &FieldError{"base", string(b), `an address such as "https://qr.ksef.mf.gov.pl", without a slash at its end`}
	}
	return nil
}

// Patterns of what links consist of: those of the contract, of which none has a character that a path must escape.
var patterns = sync.OnceValue(func() map[ContextType]*regexp.Regexp {
	const nip = `[1-9](?:\d[1-9]|[1-9]\d)\d{7}`
	return map[ContextType]*regexp.Regexp{
		NIP:        regexp.MustCompile(`^` + nip + `$`),
		InternalID: regexp.MustCompile(`^` + nip + `-\d{5}$`),
		NIPVATUE:   regexp.MustCompile(`^` + nip + `-[A-Z]{2}[A-Z0-9+*]{2,13}$`),
		PeppolID:   regexp.MustCompile(`^P[A-Z]{2}\d{6}$`),
	}
})

func (c Context) check() error {
	pattern := patterns()[c.Type]
	if pattern == nil {
		return &FieldError{"context type", string(c.Type), "Nip, InternalId, NipVatUe or PeppolId"}
	}
	if !pattern.MatchString(c.Value) {
		return &FieldError{"context", c.Value, "an identifier of type " + string(c.Type)}
	}
	return nil
}

func checkNIP(nip string) error {
	if !patterns()[NIP].MatchString(nip) {
		return &FieldError{"seller's NIP", nip, "ten digits"}
	}
	return nil
}

func checkDate(t time.Time) error {
	if y := t.Year(); t.IsZero() || y < 1000 || y > 9999 {
		return &FieldError{"date of issue", t.Format(time.DateOnly), "a day"}
	}
	return nil
}

func checkSerial(serial string) error {
	if len(serial) != 16 || strings.Trim(serial, "0123456789ABCDEF") != "" {
		return &FieldError{"certificate's serial number", serial, "16 upper-case hexadecimal digits"}
	}
	return nil
}
