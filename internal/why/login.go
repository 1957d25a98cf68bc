package why

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/translate"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/xades"
)

// login examines a signed AuthTokenRequest.
func (x *examination) login(doc []byte) {
	x.kind(Login, Text{"a signed request to log in (AuthTokenRequest)", "podpisane żądanie uwierzytelnienia (AuthTokenRequest)"})
	in, err := sandbox.CheckLogin(doc)
	refusal, refused := errors.AsType[*ksef.Error](err)
	switch {
	case refused:
		x.loginRefused(doc, refusal)
		return
	case err != nil: // the sandbox refuses in no other way
		x.find(Finding{Check: "login", Problem: Text{err.Error(), translate.Polish(err)}, Advice: Text{"sign it anew", "podpisz ponownie"}})
		return
	}
	x.out.What = format("a request of %s to log in for %s, signed at %s by %q", "żądanie uwierzytelnienia podmiotu %s w kontekście %s, podpisane %s certyfikatem %q",
		in.Subject, in.Context, in.SigningTime.Format(time.RFC3339), in.Certificate.Subject.CommonName)
	x.certificate(in.Certificate)
	switch age := x.Now.Sub(in.SigningTime); {
	case age < -time.Minute:
		x.note(format("the signing time lies %s in the future: set the clock of the machine that signs", "czas podpisu jest o %s w przyszłości: ustaw zegar komputera, który podpisuje", -age.Round(time.Second)))
	case age > 10*time.Minute:
		x.note(format("it was signed %s ago, and a challenge lives ten minutes: get another challenge and sign that (code 21111)",
			"podpisano je %s temu, a wyzwanie żyje dziesięć minut: pobierz nowe i podpisz je (kod 21111)", age.Round(time.Second)))
	}
	x.note(Text{
		"whether the challenge is unused and the subject holds a permission in this context (status 415), only KSeF knows",
		"czy wyzwanie nie było użyte i czy podmiot ma uprawnienie w tym kontekście (status 415), wie tylko KSeF",
	})
}

// certificate looks at what KSeF finds out about a certificate after it has taken the document.
func (x *examination) certificate(c *x509.Certificate) {
	if !x.Now.Before(c.NotBefore) && !x.Now.After(c.NotAfter) {
		return
	}
	x.find(Finding{
		Check: "certificate", Answer: 460, Place: "ds:X509Certificate",
		Want: x.Now.Format(time.RFC3339), Got: c.NotBefore.Format(time.RFC3339) + " – " + c.NotAfter.Format(time.RFC3339),
		Problem: Text{"the certificate is not valid now", "certyfikat nie jest teraz ważny"},
		Advice:  Text{"sign with a certificate that is valid", "podpisz ważnym certyfikatem"},
	})
}

// loginRefused turns the refusal of a document into findings: KSeF's code and text, and behind it what the
// verification of the signature found.
func (x *examination) loginRefused(doc []byte, refusal *ksef.Error) {
	for _, p := range refusal.Problems {
		f := Finding{Check: fmt.Sprint(int(p.Code)), Answer: int(p.Code), Problem: Text{codeMeaning(p.Code), p.Description}, Advice: codeAdvice(p.Code)}
		if text := strings.Join(p.Details, "; "); text != "" {
			f.Problem.English += ": " + text
			f.Problem.Polish = strings.TrimSuffix(f.Problem.Polish, ".") + ": " + polishDetails(p.Details)
		}
		if p.Code == ksef.CodeInvalidEncoding {
			f.Byte = firstInvalid(doc)
		}
		_, err := xades.Verify(doc, nil)
		if failed, ok := errors.AsType[*xades.Error](err); ok && p.Code != ksef.CodeSchemaViolation {
			f.Check, f.Place, f.Want, f.Got = string(failed.Check), failed.Element, failed.Want, failed.Got
			f.Problem = reason(Text{codeMeaning(p.Code), strings.TrimSuffix(p.Description, ".")}, failed)
			if t, known := checkAdvice(failed.Check); known {
				f.Advice = t
			}
			switch failed.Check {
			case xades.CheckDigest:
				x.whatChanged(doc, &f)
			case xades.CheckSignatureValue:
				changedDigest(doc, failed, &f)
			}
		}
		x.find(f)
	}
}

// polishDetails says details in Polish: KSeF's own are, and those that the sandbox adds are known.
func polishDetails(details []string) string {
	said := make([]string, len(details))
	for i, d := range details {
		said[i] = translate.Words(d)
	}
	return strings.Join(said, "; ")
}

// reason is a word for a refusal and what the verification found, without what the finding says elsewhere.
func reason(t Text, failed *xades.Error) Text {
	if failed.Message != "" {
		t.English += ": " + failed.Message
		t.Polish += ": " + translate.Words(failed.Message)
	}
	if failed.Err != nil && failed.Check != xades.CheckSignatureValue { // whose cause says less
		t.English += ": " + failed.Err.Error()
		t.Polish += ": " + translate.Polish(failed.Err)
	}
	return t
}
