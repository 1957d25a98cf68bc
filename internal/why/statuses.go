package why

import "strings"

// statusInfo is what to do about a status. The same number says different things in different areas, so the
// description tells which.
type statusInfo struct {
	code        int
	description string // how KSeF's own begins
	advice      Text
}

// statusAdvice says what to do about a status that failed.
func statusAdvice(code int, description string) Text {
	for _, s := range statuses() {
		if s.code == code && strings.HasPrefix(description, s.description) {
			return s.advice
		}
	}
	if code >= 500 {
		return Text{"it is KSeF's fault: look up what became of the work, then begin anew", "błąd po stronie KSeF: sprawdź wynik operacji, potem zacznij od nowa"}
	}
	return Text{"see the details", "zobacz szczegóły"}
}

func statuses() []statusInfo {
	const auth = "Uwierzytelnianie"
	return []statusInfo{
		// Authentication (ksef-docs uwierzytelnianie.md).
		{415, auth, Text{"the subject holds no permission in this context: have the owner grant one, or log in for the right NIP", "podmiot nie ma uprawnień w tym kontekście: poproś właściciela o nadanie albo uwierzytelnij się we właściwym kontekście"}},
		{425, "Uwierzytelnienie", Text{"the session was ended: log in again", "sesję zakończono: uwierzytelnij się ponownie"}},
		{450, auth, Text{"the details say what is wrong with the KSeF token: use one that is active, in the context it was made for, encrypted with the key for tokens together with the challenge's time", "szczegóły mówią, co jest nie tak z tokenem KSeF: użyj aktywnego, w jego kontekście, zaszyfrowanego kluczem do tokenów razem z czasem wyzwania"}},
		{460, auth, Text{"the details say what is wrong with the certificate: use one that is valid, not revoked and of a trusted issuer", "szczegóły mówią, co jest nie tak z certyfikatem: użyj ważnego, nieunieważnionego, od zaufanego wystawcy"}},
		{470, auth, Text{"the subject has died", "podmiot zmarł"}},
		{480, "Uwierzytelnienie", Text{"the context is blocked: write to the ministry", "kontekst jest zablokowany: zgłoś się do ministerstwa"}},
		// Exports (ksef-docs pobieranie-faktur.md).
		{210, "Eksport", Text{"order the export again", "zleć eksport ponownie"}},
		{420, "Zakres", Text{"there is nothing new yet: ask later", "nie ma jeszcze nic nowego: zapytaj później"}},
		// Sessions (ksef-docs sesja-interaktywna.md, sesja-wsadowa.md).
		{405, "Błąd weryfikacji poprawności", Text{"a part differs from what was declared: encrypt, hash and upload it again in a new session", "część różni się od zadeklarowanej: zaszyfruj, policz skrót i wyślij ponownie w nowej sesji"}},
		{415, "Błąd odszyfrowania", Text{"wrap the AES key with RSA-OAEP (SHA-256) under the current key for symmetric keys", "zaszyfruj klucz AES przez RSA-OAEP (SHA-256) aktualnym kluczem do kluczy symetrycznych"}},
		{420, "Przekroczony", Text{"send the invoices in several batches", "wyślij faktury w kilku paczkach"}},
		{430, "Błąd dekompresji", Text{"the archive's hash, format or initialization vector is wrong: run this program on the archive", "zły skrót, format lub wektor inicjujący archiwum: uruchom ten program na archiwum"}},
		{435, "Błąd odszyfrowania zaszyfrowanych", Text{"encrypt each part by itself: AES-256-CBC, PKCS#7, the key and IV of the session", "zaszyfruj każdą część osobno: AES-256-CBC, PKCS#7, klucz i IV sesji"}},
		{440, "Sesja", Text{"nothing came in time: open another session", "nic nie wysłano na czas: otwórz nową sesję"}},
		{445, "Błąd weryfikacji, brak", Text{"every invoice was rejected: look at each one's status", "wszystkie faktury odrzucono: sprawdź status każdej z nich"}},
		// Invoices.
		{405, "Przetwarzanie", Text{"the session failed: send the invoice in a new one", "sesja się nie powiodła: wyślij fakturę w nowej"}},
		{410, "Nieprawidłowy zakres", Text{"the seller is not the context you are logged in to and has not authorised it", "sprzedawca nie jest kontekstem logowania i nie udzielił mu upoważnienia"}},
		{415, "Brak możliwości", Text{"send invoices with attachments in a batch", "fakturę z załącznikiem wyślij wsadowo"}},
		{430, "Błąd weryfikacji pliku", Text{"the file is no XML as KSeF takes it, or not what was declared: run this program on it", "plik nie jest XML-em przyjmowanym przez KSeF albo różni się od deklaracji: uruchom ten program na pliku"}},
		{435, "Błąd odszyfrowania pliku", Text{"encrypt with the key and IV of the session (AES-256-CBC, PKCS#7)", "zaszyfruj kluczem i IV sesji (AES-256-CBC, PKCS#7)"}},
		{440, "Duplikat", Text{"the invoice is in KSeF: its number stands in the details. Do not send it again", "faktura jest już w KSeF: numer podano w szczegółach. Nie wysyłaj jej ponownie"}},
		{450, "Błąd weryfikacji semantyki", Text{"the document breaks its schema or a rule: run this program on it", "dokument narusza schemę lub regułę: uruchom ten program na pliku"}},
		// Permissions (ksef-docs uprawnienia.md).
		{410, "Podane identyfikatory", Text{"check how the identifiers belong together", "sprawdź powiązanie identyfikatorów"}},
		{420, "Użyte poświadczenia", Text{"log in as somebody who may grant this", "uwierzytelnij się jako osoba, która może to nadać"}},
		{430, "Kontekst identyfikatora", Text{"the context lacks the role that goes with this permission", "kontekst nie ma roli wymaganej dla tego uprawnienia"}},
		{440, "Operacja niedozwolona dla wskazanych", Text{"these identifiers cannot be bound together", "tych identyfikatorów nie można powiązać"}},
		{450, "Operacja niedozwolona dla wskazanego", Text{"this identifier, or its kind, cannot hold the permission", "ten identyfikator lub jego typ nie może mieć tego uprawnienia"}},
		// Certificates.
		{400, "Wniosek", Text{"the details say why the request for a certificate was refused", "szczegóły mówią, dlaczego wniosek o certyfikat odrzucono"}},
	}
}
