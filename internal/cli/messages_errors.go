package cli

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/ksef-go/ksef"
)

// errorText is what err says. "ksef: " said once is enough; the client's errors
// say it, too. What people provoke most, a mistyped number and a file that is not
// there, is said in their language; the rest is the client's, or KSeF's Polish.
func (l language) errorText(err error) string {
	text := strings.ReplaceAll(err.Error(), "ksef: ", "")
	if l != polish {
		return text
	}
	if id, ok := errors.AsType[*ksef.IdentifierError](err); ok {
		text = strings.Replace(text, strings.TrimPrefix(id.Error(), "ksef: "), identifierInPolish(id), 1)
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		for cause, said := range map[error]string{
			fs.ErrNotExist:   "nie ma takiego pliku ani katalogu",
			fs.ErrPermission: "brak uprawnień",
			fs.ErrExist:      "już istnieje",
		} {
			if errors.Is(file, cause) {
				text = strings.Replace(text, file.Error(), file.Path+": "+said, 1)
			}
		}
	}
	return text
}

// identifierInPolish says what is wrong with an identifier.
func identifierInPolish(e *ksef.IdentifierError) string {
	what := map[string]string{
		"KSeF number":               "numer KSeF",
		"collective identifier":     "identyfikator zbiorczy",
		"reference number":          "numer referencyjny",
		"internal identifier":       "identyfikator wewnętrzny",
		"NIP and EU VAT number":     "NIP z numerem VAT UE",
		"Peppol identifier":         "identyfikator Peppol",
		"certificate fingerprint":   "odcisk certyfikatu",
		"certificate serial number": "numer seryjny certyfikatu",
	}[e.What]
	if what == "" {
		what = e.What
	}
	return `"` + e.Value + `" to niepoprawny ` + what + ": " + reasonsInPolish.Replace(e.Reason)
}

// reasonsInPolish are the reasons of the client, piece by piece; longer pieces
// stand before their beginnings.
var reasonsInPolish = strings.NewReplacer(
	"wrong checksum: ends in ", "błędna suma kontrolna: na końcu jest ",
	"wrong check digit", "błędna cyfra kontrolna",
	"its first six digits are no date", "pierwszych sześć cyfr nie jest datą",
	"no tax office has the prefix ", "żaden urząd skarbowy nie ma prefiksu ",
	"want a NIP, a hyphen and five digits", "potrzebny NIP, łącznik i pięć cyfr",
	"want a NIP, a hyphen and an EU VAT number", "potrzebny NIP, łącznik i numer VAT UE",
	"want a NIP before the hyphen", "przed łącznikiem potrzebny NIP",
	"no country writes its EU VAT number like that", "żaden kraj nie zapisuje tak numeru VAT UE",
	`want "P", two letters and six digits`, `potrzebne "P", dwie litery i sześć cyfr`,
	"want the SHA-256 in 64 hexadecimal digits", "potrzebny SHA-256 w 64 cyfrach szesnastkowych",
	"want 16 hexadecimal digits", "potrzeba 16 cyfr szesnastkowych",
	"the seller's NIP: ", "NIP sprzedawcy: ",
	"after the hyphen: ", "za łącznikiem: ",
	" characters like ", " znaków, jak ",
	" digits, got ", " cyfr, jest ",
	" digits, found ", " cyfr, jest ",
	" is no month", " to nie miesiąc",
	" is no date", " to nie data",
	", want ", ", powinno być ",
	"want ", "potrzeba ",
	"is empty", "jest pusty",
)
