package translate

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/qr"
)

// sentinel is an error that is a value.
type sentinel struct {
	error
	polish string
}

// sentinels are the exported ones of the project and those of the standard library
// that come with them.
func sentinels() []sentinel {
	return []sentinel{
		{ksef.ErrUnauthorized, "brak uwierzytelnienia"},
		{ksef.ErrForbidden, "odmowa dostępu"},
		{ksef.ErrGone, "już niedostępne"},
		{ksef.ErrRateLimited, "przekroczony limit żądań"},
		{ksef.ErrUnknown, "wynik nieznany"},
		{ksef.ErrMalformed, "niezrozumiała odpowiedź"},
		{ksef.ErrCorrupt, "treść uszkodzona"},
		{ksef.ErrState, "stan nie do użycia"},
		{ksef.ErrDuplicate, "duplikat faktury"},
		{ksef.ErrNotTest, "tylko w środowisku testowym"},
		{ksef.ErrNotSent, "nie ma go w sesji"},
		{ksef.ErrNoCertificate, "nie ma takiego certyfikatu"},
		{ksef.ErrNoKey, "KSeF nie publikuje ważnego klucza publicznego"},
		{ksef.ErrNoLighthouse, "to środowisko nie ma usługi statusu (Latarni)"},

		{certs.ErrPassword, "błędne hasło"},
		{certs.ErrPasswordRequired, "potrzebne hasło"},
		{certs.ErrNoCertificate, "brak certyfikatu"},
		{certs.ErrNoKey, "brak klucza prywatnego"},
		{certs.ErrKeyMismatch, "klucz prywatny nie pasuje do certyfikatu"},
		{certs.ErrUnsupportedKey, "nieobsługiwany klucz"},
		{certs.ErrUnsupportedEncryption, "nieobsługiwane szyfrowanie"},
		{certs.ErrFormat, "nieczytelny format"},
		{certs.ErrLimit, "przekroczone ograniczenie"},

		{mirror.ErrNoMirror, "to nie jest kopia faktur"},
		{mirror.ErrLocked, "pisze w niej inny proces"},
		{mirror.ErrNotFound, "nie ma jej w kopii faktur"},
		{mirror.ErrTaxpayer, "to kopia faktur innego podatnika"},
		{mirror.ErrDamaged, "plik uszkodzony"},

		{qr.ErrNotLink, "to nie jest link weryfikacyjny KSeF"},
		{qr.ErrSignature, "podpis linku się nie zgadza"},
		{qr.ErrKey, "to nie jest klucz do podpisywania linków: potrzebny RSA o co najmniej 2048 bitach albo EC na P-256"},
		{qr.ErrCertificate, "to nie jest certyfikat do podpisywania linków"},
		{qr.ErrCaption, "podpis pod kodem może mieć tylko wielkie litery od A do Z, cyfry, łączniki i odstępy"},

		{xmltree.ErrDTD, "deklaracja typu dokumentu (DOCTYPE)"},
		{xmltree.ErrEncoding, "to nie jest UTF-8"},
		{xmltree.ErrNotPlain, "element z wartością zawiera coś więcej niż tekst"},

		{context.Canceled, "przerwano"},
		{context.DeadlineExceeded, "upłynął wyznaczony czas"},
		{io.EOF, "koniec danych"},
		{io.ErrUnexpectedEOF, "dane są ucięte"},
		{csv.ErrQuote, "cudzysłów w nieodpowiednim miejscu"},
		{csv.ErrBareQuote, "cudzysłów w polu bez cudzysłowów"},
		{csv.ErrFieldCount, "inna liczba pól niż w nagłówku"},
		{http.ErrSchemeMismatch, "serwer mówi HTTP zamiast HTTPS"},
	}
}
