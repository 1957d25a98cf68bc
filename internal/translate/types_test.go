package translate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/qr"
	"github.com/ksef-go/ksef/schema"
	"github.com/ksef-go/ksef/upo"
	"github.com/ksef-go/ksef/xades"
)

// typed are errors of all types that the packages have, and what is said of them.
func typed(t *testing.T) map[error]string {
	_, noName := ksef.ParseNIP("1234567890")
	_, notXML := xmltree.Parse([]byte("<a>"))
	_, noForm := schema.Detect([]byte(`<a xmlns="urn:b"/>`))
	report, err := schema.Validate(strings.NewReader("<Faktura/>"), schema.Any, nil)
	if err != nil {
		t.Fatal(err)
	}
	return map[error]string{
		&ksef.Error{Method: "POST", Path: "/tokens", StatusCode: 400, Problems: []ksef.Problem{{Code: 21405, Description: "Błąd.", Details: []string{"a", "b"}}}}: "POST /tokens: 400 nieprawidłowe żądanie: Błąd (21405): a; b",
		&ksef.Error{Method: "GET", Path: "/x", StatusCode: 429, RetryAfter: 90 * time.Second, Detail: "Za dużo"}:                                                  "GET /x: 429 za dużo żądań: Za dużo (ponów za 1m30s)",
		&ksef.Error{StatusCode: 403, Denied: &ksef.Denial{Reason: "missing-permissions", RequiredAnyOf: []ksef.Permission{ksef.InvoiceRead}}}:                     "403 odmowa dostępu (missing-permissions; wymagane jedno z [InvoiceRead], są [])",
		&ksef.Error{StatusCode: 403, Denied: &ksef.Denial{Reason: "ip-not-allowed", ClientIP: "192.0.2.1", IncidentID: "I-1"}}:                                    "403 odmowa dostępu (ip-not-allowed; adres 192.0.2.1; incydent I-1)",
		&ksef.Error{Method: "GET", Path: "/x", StatusCode: 302}:                                                                                                   "GET /x: 302 przekierowanie: tak KSeF nie odpowiada; czy adres bazowy jest dobry?",
		&ksef.PendingError{Operation: ksef.OperationSession, Reference: "R", Last: ksef.Status{Code: 100, Description: "Trwa"}, Err: context.DeadlineExceeded}:    "oczekiwanie: sesja R (ostatni status 100 Trwa): upłynął wyznaczony czas",
		&ksef.FailedError{Operation: ksef.OperationStorage, Reference: "R", Status: ksef.Status{Code: 440, Description: "Duplikat faktury"}}:                      "zapis faktury w repozytorium R: niepowodzenie: 440 Duplikat faktury",
		&ksef.ArgumentError{Argument: "Grant", Err: noName}:                                                                                                       `Grant: "1234567890" to niepoprawny NIP: błędna cyfra kontrolna`,
		noName: `"1234567890" to niepoprawny NIP: błędna cyfra kontrolna`,
		&ksef.TransferError{Host: "h", Part: 2, StatusCode: 503}:          "część 2 w h: 503 usługa niedostępna",
		&ksef.TransferError{Host: "h", Part: 2, Err: io.ErrUnexpectedEOF}: "część 2 w h: dane są ucięte",
		ksef.AuthBlocked: "niepowodzenie w KSeF ze statusem: authentication 480",
		ksef.CodeExists:  "kod KSeF 30001",
		&budget.WaitError{Account: "A", Group: "invoiceSend", Wait: time.Minute}:                                                               "limity invoiceSend (A) dopuszczają następne żądanie dopiero za 1m0s, po upływie wyznaczonego czasu",
		&xades.Error{Check: xades.CheckDigest, Element: "ds:Reference 1", Message: "the document is not what was signed", Want: "a", Got: "b"}: "XAdES: skrót: ds:Reference 1: niezgodne z tym, co podpisano: dokument: oczekiwano: a, jest: b",
		xades.CheckSigner: "XAdES: podpisujący",
		&upo.Error{Check: upo.CheckPage, Path: "Potwierdzenie", Line: 3, Message: "page 2 of 1"}: "UPO: strona: Potwierdzenie, wiersz 3: strona 2 z 1",
		upo.CheckCovered: "UPO: zakres",
		&archive.Error{Fault: archive.TooManyEntries, Expected: "at most 5 in a package", Found: "6"}: "archiwum: za dużo dokumentów: oczekiwano: najwyżej 5 w paczce, jest: 6",
		&archive.Error{Fault: archive.Unreadable, Name: "a.xml", Err: syscall.ENOENT}:                 `archiwum: "a.xml": dokument jest nie do odczytania: nie ma takiego pliku ani katalogu`,
		archive.Bomb: "archiwum: bomba dekompresyjna",
		&seal.Error{Check: seal.PlainSize, Expected: "5 bytes", Found: "6 bytes"}: "niezgodność: rozmiar odszyfrowanej treści: oczekiwano: 5 B, jest: 6 B",
		seal.Padding: "niezgodność: dopełnienie",
		notXML:       "XML: wiersz 1, kolumna 4: dokument kończy się wewnątrz <a> z wiersza 1",
		&qr.FieldError{Field: "seller's NIP", Value: "1", Want: "ten digits"}: `NIP sprzedawcy "1": powinno być: dziesięć cyfr`,
		noForm:                              `żadna struktura KSeF nie ma elementu głównego a w przestrzeni nazw "urn:b"`,
		report.Err():                        "to nie jest dokument KSeF: wiersz 1, kolumna 1: elementem głównym jest {}Faktura",
		error(report.Violations[0]):         "wiersz 1, kolumna 1: elementem głównym jest {}Faktura",
		fmt.Errorf("%s: %w", "key", noForm): `key: żadna struktura KSeF nie ma elementu głównego a w przestrzeni nazw "urn:b"`,
	}
}

func TestTypes(t *testing.T) {
	seen := map[string]bool{}
	for err, want := range typed(t) {
		if said := Polish(err); said != want {
			t.Errorf("%v\n is %q,\nnot %q", err, said, want)
		}
		seen[strings.TrimPrefix(fmt.Sprintf("%T", err), "*")] = true
	}
	for _, room := range wholeRooms {
		for _, name := range errorTypes(t, filepath.Join("../..", room)) {
			full := strings.TrimPrefix(filepath.Base("ksef/"+room), ".") + "." + name
			if ast.IsExported(name) && !seen[full] {
				t.Errorf("%s is an error, and nobody says it in Polish", full)
			}
		}
	}
}

// A text from outside costs no time.
func TestLongText(t *testing.T) {
	text := strings.Repeat("a: ", 1<<20)
	if said := Polish(errors.New(text)); said != text {
		t.Errorf("%d bytes became %d", len(text), len(said))
	}
}

// What the system, the network and the standard library say.
func TestSystem(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, noFile := os.Open(missing)
	_, noPort := net.Dial("tcp", "127.0.0.1:1")
	ended, cancel := context.WithTimeout(t.Context(), -1)
	cancel()
	_, lateDial := (&net.Dialer{}).DialContext(ended, "tcp", "127.0.0.1:1")
	_, noNumber := strconv.Atoi("x")
	_, noCSV := csv.NewReader(strings.NewReader("a\"b")).Read()
	_, noURL := url.Parse(strings.Join([]string{"http://a", "b/"}, " "))
	var number int
	noJSON, otherJSON := json.Unmarshal([]byte("x"), &number), json.Unmarshal([]byte(`"x"`), &number)

	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	_, untrusted := http.Get(secure.URL)
	trusting := secure.Client()
	trusting.Transport.(*http.Transport).TLSClientConfig.ServerName = "other.example.net"
	_, otherName := trusting.Get(secure.URL)
	_, noTLS := tls.Dial("tcp", strings.TrimPrefix(plain.URL, "http://"), nil)

	for err, want := range map[error]string{
		noFile: missing + ": nie ma takiego pliku ani katalogu",
		&fs.PathError{Op: "open", Path: "f", Err: syscall.EACCES}:                                 "f: brak uprawnień",
		&fs.PathError{Op: "write", Path: "f", Err: syscall.ENOSPC}:                                "f: brak miejsca na dysku",
		&fs.PathError{Op: "open", Path: "f", Err: syscall.EROFS}:                                  "f: system plików tylko do odczytu",
		&fs.PathError{Op: "open", Path: "f", Err: fs.ErrClosed}:                                   "f: plik jest już zamknięty",
		&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EXDEV}:                       "a → b: to inny system plików",
		os.NewSyscallError("fsync", syscall.EIO):                                                  "błąd odczytu lub zapisu urządzenia",
		noPort:                                                                                    "połączenie z 127.0.0.1:1: odmowa połączenia",
		lateDial:                                                                                  "połączenie z 127.0.0.1:1: upłynął limit czasu",
		&net.DNSError{Err: "no such host", Name: "ksef.invalid", IsNotFound: true}:                `nie ma w sieci hosta "ksef.invalid"`,
		&net.DNSError{Err: "i/o timeout", Name: "h", IsTimeout: true}:                             `serwer nazw nie odpowiedział w czasie na pytanie o host "h"`,
		&net.DNSError{Err: "server misbehaving", Name: "h"}:                                       `nie udało się ustalić adresu hosta "h": serwer nazw odpowiada nieprawidłowo`,
		&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}: "połączenie zerwane przez drugą stronę",
		&net.OpError{Op: "remote error", Err: tls.AlertError(40)}:                                 "druga strona przerwała uzgadnianie TLS: alert TLS: nie udało się uzgodnić połączenia",
		os.ErrDeadlineExceeded:                                                                    "upłynął limit czasu",
		context.DeadlineExceeded:                                                                  "upłynął wyznaczony czas",
		errors.Unwrap(untrusted):                                                                  "certyfikat serwera nie przeszedł weryfikacji: wystawca certyfikatu jest nieznany lub niezaufany",
		errors.Unwrap(otherName):                                                                  "certyfikat serwera nie przeszedł weryfikacji: certyfikat nie jest wystawiony dla other.example.net",
		noTLS:                                                                                     "druga strona nie mówi w TLS (pierwszy rekord nie wygląda na TLS)",
		x509.CertificateInvalidError{Reason: x509.Expired}:                                        "certyfikat jest nieważny: wygasł albo nie jest jeszcze ważny",
		noCSV:     "wiersz 1, kolumna 2: cudzysłów w polu bez cudzysłowów",
		noNumber:  `"x" to nie jest liczba w dopuszczalnym zakresie`,
		noURL:     `nieprawidłowy adres "http://a b/": niedozwolony znak " " w nazwie hosta`,
		noJSON:    "niepoprawny JSON w bajcie 1",
		otherJSON: "niepoprawny JSON: wartość jest innego rodzaju",

		// Put together.
		errors.Join(io.EOF, syscall.ENOENT):                                                                                                  "koniec danych\nnie ma takiego pliku ani katalogu",
		fmt.Errorf("ksef: POST /tokens: %w", fmt.Errorf("%w: %w", ksef.ErrUnknown, io.EOF)):                                                  "POST /tokens: wynik nieznany: połączenie zerwane przed odpowiedzią",
		fmt.Errorf("ksef: POST /tokens: %w", fmt.Errorf("%w: %w", ksef.ErrUnknown, io.ErrUnexpectedEOF)):                                     "POST /tokens: wynik nieznany: połączenie zerwane przed odpowiedzią",
		fmt.Errorf("ksef: batch session %s: %w: %w", "R", ksef.ErrMalformed, io.EOF):                                                         "sesja wsadowa R: niezrozumiała odpowiedź: koniec danych",
		fmt.Errorf("%w (%w before it could be repeated)", noPort, context.Canceled):                                                          "połączenie z 127.0.0.1:1: odmowa połączenia (przerwano, zanim można było ponowić)",
		fmt.Errorf("%v where %v should be", "a", "b"):                                                                                        "zamiast b jest a",
		fmt.Errorf("certs: %s: %w", "token", fmt.Errorf("%w: %s is encrypted; give its password", certs.ErrPasswordRequired, "the archive")): "token: potrzebne hasło: zaszyfrowano archiwum; podaj hasło",
		errors.New("Faktura o podanym identyfikatorze nie istnieje"):                                                                         "Faktura o podanym identyfikatorze nie istnieje",
	} {
		if said := Polish(err); said != want {
			t.Errorf("%v\n is %q,\nnot %q", err, said, want)
		}
	}
}
