package why

import (
	"net/http"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/xades"
)

const codePartSize = ksef.CodePartSize

// checkAdvice says what to do about a signature that failed a check.
func checkAdvice(c xades.Check) (t Text, known bool) {
	switch c {
	case xades.CheckEncoding:
		return Text{"save the document as UTF-8 before it is signed", "zapisz dokument w UTF-8 przed podpisaniem"}, true
	case xades.CheckXML:
		return Text{"the file is damaged, or has a <!DOCTYPE>: sign a well-formed document", "plik jest uszkodzony lub ma <!DOCTYPE>: podpisz poprawny dokument"}, true
	case xades.CheckNoSignature:
		return Text{"sign the document; what was signed into another file (detached) KSeF does not take", "podpisz dokument; podpisu w osobnym pliku (detached) KSeF nie przyjmuje"}, true
	case xades.CheckSignatureCount:
		return Text{"sign the unsigned document once: KSeF takes one signature", "podpisz dokument raz: KSeF przyjmuje jeden podpis"}, true
	case xades.CheckPackaging:
		return Text{"choose an enveloped signature (in the document)", "wybierz podpis otoczony (enveloped, wewnątrz dokumentu)"}, true
	case xades.CheckProfile:
		return Text{"choose XAdES (BASELINE-B or BES): plain XML-DSig is not enough", "wybierz XAdES (BASELINE-B lub BES): zwykły XML-DSig nie wystarczy"}, true
	case xades.CheckDigest:
		return Text{
			"the document or its signed properties changed after signing: send the file byte for byte as the signing program wrote it (--original FILE finds the place)",
			"dokument lub podpisane właściwości zmieniono po podpisaniu: wyślij plik bajt w bajt taki, jak zapisał program podpisujący (--original PLIK wskaże miejsce)",
		}, true
	case xades.CheckSignatureValue:
		return Text{
			"the signature is of another key, or SignedInfo changed after signing, such as by pretty-printing: send the file byte for byte as the signing program wrote it; ECDSA must be written as R‖S, not as DER",
			"podpis pochodzi od innego klucza albo SignedInfo zmieniono po podpisaniu, na przykład wcięciami: wyślij plik bajt w bajt taki, jak zapisał program podpisujący; ECDSA zapisuje się jako R‖S, nie DER",
		}, true
	case xades.CheckTransform, xades.CheckReference:
		return Text{"sign the whole document (URI=\"\") with the enveloped-signature transform and exclusive canonicalization", "podpisz cały dokument (URI=\"\") z transformacją enveloped-signature i kanonikalizacją exclusive"}, true
	case xades.CheckAlgorithm:
		return Text{"use RSA with SHA-256 or ECDSA with SHA-256", "użyj RSA z SHA-256 lub ECDSA z SHA-256"}, true
	case xades.CheckKey:
		return Text{"use an RSA key of 2048 bits or more, or an elliptic curve of 256 bits or more", "użyj klucza RSA o co najmniej 2048 bitach albo krzywej eliptycznej o co najmniej 256 bitach"}, true
	case xades.CheckKeyInfo, xades.CheckCertificate:
		return Text{"put the signer's X.509 certificate into KeyInfo", "umieść certyfikat X.509 podpisującego w KeyInfo"}, true
	case xades.CheckSigningTime, xades.CheckSigningCertificate, xades.CheckCertificateDigest:
		return Text{"the signed properties must hold the signing time and the digest of the very certificate in KeyInfo", "podpisane właściwości muszą zawierać czas podpisu i skrót tego samego certyfikatu, który jest w KeyInfo"}, true
	case xades.CheckID:
		return Text{"every Id may occur once", "każdy Id może wystąpić raz"}, true
	}
	return Text{}, false
}

// reasonAdvice says what to do about a denial.
func reasonAdvice(d *ksef.Denial) Text {
	switch d.Reason {
	case "missing-permissions":
		return Text{"have the owner grant one of the permissions and log in again: a token keeps the permissions it was issued with", "poproś właściciela o jedno z uprawnień i uwierzytelnij się ponownie: token zachowuje uprawnienia z chwili wydania"}
	case "ip-not-allowed":
		return format("the login's IP policy does not allow %s: log in with another policy", "polityka IP uwierzytelnienia nie dopuszcza adresu %s: uwierzytelnij się z inną polityką", d.ClientIP)
	case "insufficient-resource-access":
		return Text{"it belongs to somebody else: log in as who made it, or as the owner of the context", "zasób należy do kogoś innego: uwierzytelnij się jako jego autor lub właściciel kontekstu"}
	case "auth-method-not-allowed":
		return Text{"log in with a certificate: a KSeF token is not enough here", "uwierzytelnij się certyfikatem: token KSeF tu nie wystarcza"}
	case "context-type-not-allowed":
		return Text{"log in in a context of another kind", "uwierzytelnij się w kontekście innego rodzaju"}
	case "security-service-blocked":
		return format("write to the ministry and quote incident %s", "zgłoś się do ministerstwa, podając numer incydentu %s", d.IncidentID)
	}
	return httpAdvice(http.StatusForbidden)
}

// httpAdvice says what to do about a refusal without a code.
func httpAdvice(status int) Text {
	switch {
	case status == http.StatusUnauthorized:
		return Text{"the token ended, or is of another kind (an operation token, a refresh token): refresh it or log in again", "token wygasł lub jest innego rodzaju (operacji, odświeżania): odśwież go albo uwierzytelnij się ponownie"}
	case status == http.StatusForbidden:
		return Text{"something between here and KSeF, or a missing permission, denies it", "odmawia coś po drodze do KSeF albo brakuje uprawnienia"}
	case status == http.StatusGone:
		return Text{"it was kept for its time and is gone: order it anew", "czas przechowywania minął: zleć ponownie"}
	case status == http.StatusTooManyRequests:
		return Text{"wait as long as Retry-After says; asking meanwhile makes it longer. Send batches instead of single invoices", "odczekaj tyle, ile wskazuje Retry-After; ponawianie wydłuża blokadę. Wysyłaj w sesjach wsadowych zamiast pojedynczo"}
	case status >= http.StatusInternalServerError:
		return Text{"it is KSeF's fault: look up what became of the request before you send it again", "błąd jest po stronie KSeF: sprawdź, co stało się z żądaniem, zanim je powtórzysz"}
	}
	return Text{"compare the request with the API's documentation", "porównaj żądanie z dokumentacją API"}
}
