package translate

// linkTexts are those of links and codes for verification.
var linkTexts = []entry{
	// Sentinels.
	{"not a verification link of KSeF", "to nie jest link weryfikacyjny KSeF"},
	{"the signature of the link does not verify", "podpis linku się nie zgadza"},
	{"not a key for links: want RSA with 2048 bits or more, or EC on P-256", "to nie jest klucz do podpisywania linków: potrzebny RSA o co najmniej 2048 bitach albo EC na P-256"},
	{"not a certificate for links", "to nie jest certyfikat do podpisywania linków"},
	{"a caption has capital letters A to Z, digits, hyphens and blanks only", "podpis pod kodem może mieć tylko wielkie litery od A do Z, cyfry, łączniki i odstępy"},

	// What parts of links are called, and what they should be.
	{"base", "adres bazowy"},
	{"context", "kontekst"},
	{"context type", "rodzaj kontekstu"},
	{"seller's NIP", "NIP sprzedawcy"},
	{"date of issue", "data wystawienia"},
	{"certificate's serial number", "numer seryjny certyfikatu"},
	{"hash", "skrót"},
	{"a signature: call Sign or SignWith", "podpis (Sign albo SignWith)"},
	{`an address such as "https://qr.ksef.mf.gov.pl", without a slash at its end`, `adres taki jak "https://qr.ksef.mf.gov.pl", bez ukośnika na końcu`},
	{"Nip, InternalId, NipVatUe or PeppolId", "Nip, InternalId, NipVatUe albo PeppolId"},
	{"an identifier of type %s", "identyfikator rodzaju %s"},
	{"ten digits", "dziesięć cyfr"},
	{"a day", "dzień"},
	{"DD-MM-YYYY", "DD-MM-RRRR"},
	{"16 upper-case hexadecimal digits", "16 cyfr szesnastkowych, wielkimi literami"},
	{"Base64URL without padding", "Base64URL bez dopełnienia"},
	{"43 characters of Base64URL", "43 znaki Base64URL"},

	{"signing the link: %w", "podpisywanie linku: %w"},
	{"%w: there is none", "%w: nie ma go"},
	{"%w: it is not of the type Offline", "%w: nie jest rodzaju Offline"},
	{"%w: there is no key that signs", "%w: nie ma klucza, który podpisuje"},
	{"%w: the key is another one's", "%w: klucz należy do innego"},
	{"%w: the key did not make an ECDSA signature in ASN.1", "%w: klucz nie złożył podpisu ECDSA w ASN.1"},
	{"%w: not %q", "%w: nie %q"},
	{"a symbol of %d bytes: %w", "kod QR o treści %d B: %w"},
	{"modules of %d pixels: want 1 to %d", "moduły po %d pikseli: dopuszczalne od 1 do %d"},
}
