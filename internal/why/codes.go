package why

import "github.com/ksef-go/ksef"

// codeInfo is what there is to say about an error code: what it means, in English, since KSeF says it in
// Polish itself, and what to do.
type codeInfo struct {
	code    ksef.Code
	meaning string
	advice  Text
}

// codeMeaning says in English what a code means.
func codeMeaning(c ksef.Code) string {
	if info := lookUp(c); info != nil {
		return info.meaning
	}
	return "KSeF refused with a code that this program does not know"
}

// codeAdvice says what to do about a code.
func codeAdvice(c ksef.Code) Text {
	if info := lookUp(c); info != nil {
		return info.advice
	}
	return Text{"see the details, and KSeF's documentation", "zobacz szczegóły i dokumentację KSeF"}
}

func lookUp(c ksef.Code) *codeInfo {
	for _, list := range [][]codeInfo{loginCodes(), sessionCodes(), receivingCodes(), otherCodes()} {
		for i := range list {
			if list[i].code == c {
				return &list[i]
			}
		}
	}
	return nil
}

func loginCodes() []codeInfo {
	return []codeInfo{
		{ksef.CodeInvalidDocument, "this is no document that can be signed for logging in", Text{
			"sign an AuthTokenRequest as enveloped XAdES and send that", "podpisz AuthTokenRequest jako XAdES enveloped i wyślij"}},
		{ksef.CodeNoSignature, "the document has no signature", Text{"sign it (XAdES, enveloped)", "podpisz go (XAdES, enveloped)"}},
		{ksef.CodeTooManySignatures, "the document has more than one signature", Text{"sign the unsigned document once", "podpisz niepodpisany dokument jeden raz"}},
		{ksef.CodeInvalidSignature, "the signature does not verify", Text{"sign anew and change nothing afterwards", "podpisz ponownie i niczego potem nie zmieniaj"}},
		{ksef.CodeUnreadable, "the content cannot be read", Text{"send well-formed XML or JSON in UTF-8, with its Content-Type", "wyślij poprawny XML lub JSON w UTF-8 z właściwym Content-Type"}},
		{ksef.CodeInvalidChallenge, "the challenge is unknown, was used, or is older than ten minutes", Text{
			"begin anew: get another challenge and sign that at once", "zacznij od nowa: pobierz nowe wyzwanie i od razu je podpisz"}},
		{ksef.CodeInvalidCertificate, "KSeF cannot tell from the certificate whom it identifies", Text{
			"use a certificate with PNOPL-/TINPL- in serialNumber (a person) or VATPL- in organizationIdentifier (a seal), or log in by fingerprint",
			"użyj certyfikatu z PNOPL-/TINPL- w serialNumber (osoba) lub VATPL- w organizationIdentifier (pieczęć) albo uwierzytelnij się odciskiem"}},
		{ksef.CodeWrongSubject, "the subject's kind of identifier does not suit the kind of context", Text{
			"contexts of EU taxpayers take logins by fingerprint, those of Peppol providers the provider's seal", "kontekst NIP-VAT UE wymaga odcisku certyfikatu, kontekst dostawcy Peppol jego pieczęci"}},
		{ksef.CodeInvalidEncoding, "the document is not in UTF-8", Text{"save it as UTF-8 before signing", "zapisz go w UTF-8 przed podpisaniem"}},
		{ksef.CodeNotAuthorized, "the tokens were taken already, or the authentication's status forbids it", Text{"log in again", "uwierzytelnij się ponownie"}},
		{ksef.CodeNotAuthenticated, "there is no such authentication", Text{"log in again, and use the token that belongs to the reference number", "uwierzytelnij się ponownie i użyj tokenu właściwego dla numeru referencyjnego"}},
		{ksef.CodeDeceased, "the subject has died", Text{"the heirs must arrange for other permissions", "następcy muszą uzyskać własne uprawnienia"}},
		{ksef.CodeSchemaViolation, "the document breaks its schema", Text{"build it by the schema AuthTokenRequest 2.1, then sign", "zbuduj go według schemy AuthTokenRequest 2.1, potem podpisz"}},
		{ksef.CodeSignatureConflict, "the signature does not suit the kind of authentication", Text{"use a certificate that is either a person's or an organisation's", "użyj certyfikatu albo osoby, albo organizacji"}},
		{ksef.CodeUnknownKey, "the encryption key is unknown or was withdrawn", Text{"fetch the public keys anew and encrypt again", "pobierz klucze publiczne ponownie i zaszyfruj jeszcze raz"}},
	}
}

func sessionCodes() []codeInfo {
	return []codeInfo{
		{ksef.CodeSessionFull, "the session holds as many invoices as it may", Text{"open another session, or send a batch", "otwórz kolejną sesję albo wyślij paczkę"}},
		{ksef.CodePartSize, "a part has another size than declared, or is too large", Text{"parts have 100,000,000 bytes at most before encryption; upload what was declared", "część ma najwyżej 100 000 000 bajtów przed szyfrowaniem; wyślij to, co zadeklarowano"}},
		{ksef.CodePartCount, "the batch has too many parts", Text{"50 parts at most: make them larger", "najwyżej 50 części: zwiększ je"}},
		{ksef.CodeCorrectionExists, "a technical correction of this invoice was accepted already", Text{"look up its KSeF number; do not send another", "sprawdź jej numer KSeF; nie wysyłaj kolejnej"}},
		{ksef.CodeNotCorrectable, "the invoice was accepted, so there is nothing to correct technically", Text{"issue a correcting invoice instead", "wystaw fakturę korygującą"}},
		{ksef.CodeNoSession, "there is no session with that number", Text{"check the number and the context you are logged in to", "sprawdź numer i kontekst logowania"}},
		{ksef.CodeSessionStatus, "the session's status does not allow it", Text{"look at the session's status: it may be closed", "sprawdź status sesji: może być zamknięta"}},
		{ksef.CodeSessionUnavailable, "the session is unavailable for a while", Text{"open another session", "otwórz inną sesję"}},
		{ksef.CodeMissingPart, "a declared part was not uploaded", Text{"upload the part the details name, then close", "wyślij część wskazaną w szczegółach, potem zamknij sesję"}},
		{ksef.CodeUploadTimeout, "parts or the end of the batch came too late", Text{"send the batch again in a new session", "wyślij paczkę ponownie w nowej sesji"}},
		{ksef.CodeContentSize, "the content is not of the declared size", Text{"declare the size in bytes of the encrypted content", "podaj rozmiar zaszyfrowanej treści w bajtach"}},
		{ksef.CodeContentHash, "the content does not have the declared hash", Text{"declare the SHA-256 of the encrypted content in Base64", "podaj SHA-256 zaszyfrowanej treści w Base64"}},
		{ksef.CodeNoUPO, "there is no receipt, or none yet", Text{"ask again later; a rejected invoice has none", "zapytaj później; faktura odrzucona nie ma UPO"}},
	}
}

func receivingCodes() []codeInfo {
	return []codeInfo{
		{ksef.CodeNoInvoice, "there is no invoice with that number, or it does not name you", Text{"check the number and the context you are logged in to", "sprawdź numer i kontekst logowania"}},
		{ksef.CodeNotStored, "the invoice is accepted and not in the repository yet", Text{"ask again in a few seconds", "zapytaj ponownie za kilka sekund"}},
		{ksef.CodeNoExport, "there is no export with that number", Text{"check the number; exports of others cannot be seen", "sprawdź numer; cudzych eksportów nie widać"}},
		{ksef.CodeExportRefused, "invoices of that role cannot be exported in this kind of context", Text{"choose another role, or another context", "wybierz inną rolę albo kontekst"}},
		{ksef.CodeTooManyExports, "ten exports are running", Text{"wait until one is done", "poczekaj na zakończenie jednego z nich"}},
		{ksef.CodeOutOfRange, "the range begins after the date up to which the repository is complete", Text{"there is nothing new yet: ask later", "nie ma jeszcze nic nowego: zapytaj później"}},
		{ksef.CodeInvalidCursor, "the continuation token is malformed", Text{"begin the listing anew", "zacznij listę od początku"}},
	}
}

func otherCodes() []codeInfo {
	return []codeInfo{
		{ksef.CodeInvalidInput, "a value of the request is not allowed", Text{"the details name each value and what it may be", "szczegóły wskazują każdą wartość i co jest dozwolone"}},
		{ksef.CodePermissionNotHeld, "a token cannot have permissions that its author lacks", Text{"ask for fewer permissions", "poproś o mniej uprawnień"}},
		{ksef.CodeContextWithoutKeys, "tokens cannot be made in this kind of context", Text{"log in for a NIP or an internal identifier", "uwierzytelnij się w kontekście NIP lub identyfikatora wewnętrznego"}},
		{ksef.CodeExists, "the subject or permission exists already", Text{"use what is there, or remove it first", "użyj istniejącego albo najpierw je usuń"}},
		{25001, "after this way of logging in there are no enrolment data", Text{"log in with a certificate, not with a KSeF token", "uwierzytelnij się certyfikatem, nie tokenem KSeF"}},
		{25002, "this way of logging in does not allow for it", Text{"log in with a certificate, not with a KSeF token or an existing KSeF certificate", "uwierzytelnij się certyfikatem kwalifikowanym lub zaufanym, nie tokenem"}},
		{25003, "the subject in the request differs from the enrolment data", Text{"copy every attribute from GET /certificates/enrollments/data", "przepisz wszystkie atrybuty z GET /certificates/enrollments/data"}},
		{25004, "the certificate request (CSR) is malformed or its signature wrong", Text{"send PKCS#10 in DER, Base64, signed with its own key", "wyślij PKCS#10 w DER, Base64, podpisany własnym kluczem"}},
		{25005, "there is no such enrolment", Text{"check the reference number", "sprawdź numer referencyjny"}},
		{25006, "the limit of enrolments is reached", Text{"wait, or ask for another limit", "poczekaj albo wystąp o inny limit"}},
		{25007, "the limit of certificates is reached", Text{"revoke a certificate that is not needed", "unieważnij niepotrzebny certyfikat"}},
		{25008, "there is no such certificate", Text{"check the serial number: 16 hexadecimal digits", "sprawdź numer seryjny: 16 cyfr szesnastkowych"}},
		{25009, "the certificate was revoked already, or is blocked or not valid", Text{"nothing is left to revoke", "nie ma czego unieważniać"}},
		{25010, "the key is of a kind or length that is not allowed", Text{"use RSA with exactly 2048 bits, or P-256", "użyj RSA o długości 2048 bitów albo P-256"}},
		{25011, "the algorithm of the request's signature is not allowed", Text{"sign with RSA (PKCS#1 or PSS) or ECDSA", "podpisz RSA (PKCS#1 lub PSS) albo ECDSA"}},
		{71001, "an invoice cannot be put under a collective identifier", Text{"all invoices must be of one seller and visible to you; of one just accepted, try again in a minute", "faktury muszą być jednego sprzedawcy i widoczne dla Ciebie; dla świeżo przyjętej spróbuj za minutę"}},
		{71002, "an invoice is under as many collective identifiers as it can be", Text{"use one of those it has", "użyj jednego z istniejących"}},
		{71004, "the invoices are of different sellers", Text{"make one identifier a seller", "utwórz osobny identyfikator dla każdego sprzedawcy"}},
		{71005, "a KSeF number occurs twice in the request", Text{"name each invoice once", "podaj każdą fakturę raz"}},
	}
}
