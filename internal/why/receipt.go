package why

import (
	"errors"

	"github.com/ksef-go/ksef/internal/translate"
	"github.com/ksef-go/ksef/upo"
	"github.com/ksef-go/ksef/xades"
)

// receipt examines an official receipt.
func (x *examination) receipt(doc []byte) {
	x.kind(Receipt, Text{"an official receipt (UPO)", "urzędowe poświadczenie odbioru (UPO)"})
	receipt, err := upo.Verify(doc, nil)
	if failed, ok := errors.AsType[*upo.Error](err); ok {
		f := Finding{Check: string(failed.Check), Place: failed.Path, Line: failed.Line, Want: failed.Want, Got: failed.Got,
			Problem: Text{failed.Error(), translate.Polish(failed)},
			Advice: Text{
				"fetch the receipt anew and keep its bytes as they come: a receipt that was changed proves nothing",
				"pobierz UPO ponownie i zachowaj je bajt w bajt: zmienione niczego nie dowodzi",
			}}
		if broken, ok := errors.AsType[*xades.Error](failed); ok && failed.Check == upo.CheckSignature {
			f.Place, f.Want, f.Got = broken.Element, broken.Want, broken.Got
			f.Problem = reason(Text{"the signature does not verify", "nieprawidłowy podpis"}, broken)
		}
		x.find(f)
		return
	}
	x.out.What = format("an official receipt (UPO) of session %s, documents: %d, issued by %q", "UPO sesji %s, dokumentów: %d, wystawione przez: „%s”",
		receipt.SessionReference, len(receipt.Documents), receipt.Issuer)
	x.note(Text{
		"the signature is intact; who signed was not asked, since no trusted certificate was given",
		"podpis jest nienaruszony; tożsamości podpisującego nie sprawdzono, bo nie wskazano zaufanego certyfikatu",
	})
}
