package translate

// libraryTexts are those of the standard library and of modules that give words
// without a type.
var libraryTexts = []entry{
	// Network and HTTP.
	{"missing port in address", "w adresie brakuje portu"},
	{"address %s: %s", "adres %s: %s"},
	{"too many colons in address", "za dużo dwukropków w adresie"},
	{"lookup %s: no such host", "nie ma w sieci hosta %s"},
	{"server misbehaving", "serwer nazw odpowiada nieprawidłowo"},
	{"no such host", "nie ma takiego hosta"},
	{"unknown port", "nieznany port"},
	{"invalid port", "niedopuszczalny port"},
	{"net/http: TLS handshake timeout", "upłynął limit czasu uzgadniania TLS"},
	{"net/http: timeout awaiting response headers", "upłynął limit czasu oczekiwania na odpowiedź"},
	{"net/http: request canceled", "przerwano żądanie"},
	{"http: server gave HTTP response to HTTPS client", "serwer mówi HTTP zamiast HTTPS"},
	{"http: server closed idle connection", "serwer zamknął nieużywane połączenie"},
	{"server closed idle connection", "serwer zamknął nieużywane połączenie"},
	{"malformed HTTP response %q", "niepoprawna odpowiedź HTTP %q"},
	{"net/http: HTTP/1.x transport connection broken: %v", "zerwane połączenie HTTP: %v"},
	{"unsupported protocol scheme %q", "nieobsługiwany protokół %q"},
	{"no Host in request URL", "w adresie brakuje hosta"},
	{"first path segment in URL cannot contain colon", "pierwszy człon ścieżki nie może zawierać dwukropka"},
	{"missing protocol scheme", "brakuje protokołu (https://)"},
	{"invalid character %q in host name", "niedozwolony znak %q w nazwie hosta"},
	{"invalid port %q after host", "niedopuszczalny port %q po nazwie hosta"},
	{"proxyconnect tcp: %s", "łączenie z proxy: %s"},
	{"i/o timeout", "upłynął limit czasu"},
	{"EOF", "koniec danych"},
	{"kind", "rodzaj"},
	{"$HOME is not defined", "brak zmiennej środowiskowej HOME"},
	{"unexpected EOF", "dane są ucięte"},

	{"use of closed network connection", "połączenie jest już zamknięte"},

	// Time.
	{"context canceled", "przerwano"},
	{"context deadline exceeded", "upłynął wyznaczony czas"},

	// Files.
	{"file does not exist", "nie ma takiego pliku ani katalogu"},
	{"file already exists", "już istnieje"},
	{"permission denied", "brak uprawnień"},
	{"file already closed", "plik jest już zamknięty"},
	{"file type does not support deadline", "tu nie można wyznaczyć czasu"},
	{"unsupported operation", "system tego nie obsługuje"},

	// TLS.
	{"first record does not look like a TLS handshake", "pierwszy rekord nie wygląda na TLS"},
	{"tls: first record does not look like a TLS handshake", "druga strona nie mówi w TLS"},
	{"tls: handshake failure", "nie udało się uzgodnić TLS"},
	{"tls: protocol version not supported", "nieobsługiwana wersja TLS"},
	{"tls: bad certificate", "certyfikat nie do przyjęcia"},
	{"tls: unknown certificate authority", "nieznany wystawca certyfikatu"},
	{"tls: certificate required", "potrzebny certyfikat"},
	{"tls: internal error", "wewnętrzny błąd"},
	{"tls: unrecognized name", "nieznana nazwa serwera"},
	{"tls: no application protocol", "brak wspólnego protokołu"},
	{"handshake failure", "nie udało się uzgodnić połączenia"},
	{"protocol version not supported", "nieobsługiwana wersja TLS"},

	// Certificates and keys.
	{"x509: malformed certificate", "niepoprawna budowa certyfikatu"},
	{"x509: trailing data", "dalsze dane za końcem"},
	{"asn1: structure error: %s", "błąd budowy ASN.1: %s"},
	{"asn1: syntax error: %s", "błąd składni ASN.1: %s"},
	{"data truncated", "dane są ucięte"},
	{"trailing data", "dalsze dane za końcem"},
	{"sequence truncated", "sekwencja jest ucięta"},
	{"no PEM data is found in DER blob", "nie ma danych PEM"},

	// The command line.
	{"bad flag syntax: %s", "niepoprawny zapis opcji: %s"},

	// Keyrings.
	{"The name %s was not provided by any .service files", "w tej sesji systemu nie ma usługi %s"},
	{"failed to unlock correct collection '%v'", "nie udało się go otworzyć (%v)"},

	// Values.
	{"illegal base64 data at input byte %d", "niepoprawny base64 w bajcie %d"},
	{"encoding/hex: invalid byte: %s", "niedozwolony znak w zapisie szesnastkowym: %s"},
	{"encoding/hex: odd length hex string", "nieparzysta liczba cyfr szesnastkowych"},
	{"unexpected end of JSON input", "JSON jest ucięty"},
	{"json: unknown field %q", "JSON: nieznane pole %q"},

	// CSV.
	{`extraneous or missing " in quoted-field`, "cudzysłów w nieodpowiednim miejscu"},
	{`bare " in non-quoted-field`, "cudzysłów w polu bez cudzysłowów"},
	{"wrong number of fields", "inna liczba pól niż w nagłówku"},

	// Archives.
	{"zip: not a valid zip file", "to nie jest poprawny plik zip"},
	{"zip: checksum error", "błędna suma kontrolna w pliku zip"},
	{"zip: unsupported compression algorithm", "nieobsługiwana kompresja w pliku zip"},
	{"gzip: invalid header", "to nie jest poprawny gzip"},
	{"gzip: invalid checksum", "błędna suma kontrolna gzip"},
	{"archive/tar: invalid tar header", "niepoprawny nagłówek tar"},
	{"flate: corrupt input before offset %d", "uszkodzone dane skompresowane przed bajtem %d"},
}
