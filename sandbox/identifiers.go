package sandbox

import (
	"regexp"
	"strings"
	"sync"

	"github.com/ksef-go/ksef"
)

// identifier names a taxpayer, a person, a unit, a provider or a certificate, in requests, in answers
// and in the store.
type identifier struct {
	Type  ksef.Kind `json:"type"`
	Value string    `json:"value,omitempty"` // none of the System and of AllPartners
}

// String is the form in KSeF tokens: nip-5265877635, internalId-5265877635-12345.
func (id identifier) String() string {
	return strings.ToLower(string(id.Type[:1])) + string(id.Type[1:]) + "-" + id.Value
}

// contextKinds are the kinds of identifiers that can be a context; subjectKinds those that can hold a
// permission; personKinds those that say who a person is.
var (
	contextKinds = []ksef.Kind{ksef.KindNIP, ksef.KindInternalID, ksef.KindVATUE, ksef.KindPeppolID}
	subjectKinds = []ksef.Kind{ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint}
	personKinds  = []ksef.Kind{ksef.KindPESEL, ksef.KindNIP}
)

// wellFormed reports whether the value has the form that the contract's patterns demand. Check digits
// are no matter: the test environment accepts made-up numbers.
func (id identifier) wellFormed() bool {
	switch id.Type {
	case ksef.KindNIP:
		return isNIP(id.Value)
	case ksef.KindPESEL:
		return isPESEL(id.Value)
	case ksef.KindInternalID:
		return isInternalID(id.Value)
	case ksef.KindVATUE:
		return isVATUE(id.Value)
	case ksef.KindPeppolID:
		return isPeppolID(id.Value)
	case ksef.KindFingerprint:
		return len(id.Value) == 64 && strings.Trim(id.Value, "0123456789ABCDEF") == ""
	}
	return false
}

func isDigits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

// isNIP is the pattern [1-9]((\d[1-9])|([1-9]\d))\d{7}.
func isNIP(s string) bool {
	return isDigits(s, 10) && s[0] != '0' && (s[1] != '0' || s[2] != '0')
}

// isPESEL is the contract's pattern, which looks at the month and its century but not at the day.
func isPESEL(s string) bool {
	if !isDigits(s, 11) {
		return false
	}
	month := int(s[2]-'0')%2*10 + int(s[3]-'0')
	return month >= 1 && month <= 12
}

func isInternalID(s string) bool {
	nip, unit, ok := strings.Cut(s, "-")
	return ok && isNIP(nip) && isDigits(unit, 5)
}

func isVATUE(s string) bool {
	nip, vat, ok := strings.Cut(s, "-")
	return ok && isNIP(nip) && vatPattern().MatchString(vat)
}

// isPeppolID is the pattern P[A-Z]{2}[0-9]{6}.
func isPeppolID(s string) bool {
	return len(s) == 9 && s[0] == 'P' && strings.Trim(s[1:3], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && isDigits(s[3:], 6)
}

// vatPattern is what TNipVatUE of the AuthTokenRequest schema has after the hyphen.
var vatPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:AT` + strings.Join([]string{`U\d{8}`, `BE[01]\d{9}`, `BG\d{9,10}`, `CY\d{8}[A-Z]`, `CZ\d{8,10}`,
		`DE\d{9}`, `DK\d{8}`, `EE\d{9}`, `EL\d{9}`, `ES[A-Z]\d{8}`, `ES\d{8}[A-Z]`, `ES[A-Z]\d{7}[A-Z]`, `FI\d{8}`,
		`FR[A-Z0-9]{2}\d{9}`, `HR\d{11}`, `HU\d{8}`, `IE\d{7}[A-Z]{2}`, `IE\d[A-Z0-9+*]\d{5}[A-Z]`, `IT\d{11}`,
		`LT\d{9}`, `LT\d{12}`, `LU\d{8}`, `LV\d{11}`, `MT\d{8}`, `NL[A-Z0-9+*]{12}`, `PT\d{9}`, `RO\d{2,10}`,
		`SE\d{12}`, `SI\d{8}`, `SK\d{10}`, `XI\d{9}`, `XI\d{12}`, `XI(?:GD|HA)\d{3}`}, "|") + `)$`)
})
