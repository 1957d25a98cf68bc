package translate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// system says the errors of the operating system, of the network and of the
// standard library that have types. As with ours, err itself counts.
func system(err error) (said string, ok bool) {
	switch e := err.(type) { //nolint:errorlint // what it wraps is said by itself
	case syscall.Errno:
		return errno(e)
	case *fs.PathError:
		return e.Path + ": " + Polish(e.Err), true
	case *os.LinkError:
		return e.Old + " → " + e.New + ": " + Polish(e.Err), true
	case *os.SyscallError:
		return Polish(e.Err), true
	case *net.OpError:
		return network(e), true
	case *net.DNSError:
		return lookup(e), true
	case *url.Error:
		if e.Op == "parse" {
			return fmt.Sprintf("nieprawidłowy adres %q: %s", e.URL, Polish(e.Err)), true
		}
		return fmt.Sprintf("%s %q: %s", strings.ToUpper(e.Op), e.URL, Polish(e.Err)), true
	case *tls.CertificateVerificationError:
		return "certyfikat serwera nie przeszedł weryfikacji: " + Polish(e.Err), true
	case tls.RecordHeaderError:
		return "druga strona nie mówi w TLS (" + phrase(e.Msg) + ")", true
	case tls.AlertError:
		return "alert TLS: " + phrase(strings.TrimPrefix(e.Error(), "tls: ")), true
	case x509.UnknownAuthorityError:
		return "wystawca certyfikatu jest nieznany lub niezaufany", true
	case x509.HostnameError:
		return fmt.Sprintf("certyfikat nie jest wystawiony dla %s", e.Host), true
	case x509.CertificateInvalidError:
		return "certyfikat jest nieważny: " + invalidity(e), true
	case x509.SystemRootsError:
		return "nie udało się wczytać zaufanych certyfikatów systemu", true
	case *json.SyntaxError:
		return fmt.Sprintf("niepoprawny JSON w bajcie %d", e.Offset), true
	case *json.UnmarshalTypeError:
		where := "wartość"
		if e.Field != "" {
			where = fmt.Sprintf("wartość %q", e.Field)
		}
		return "niepoprawny JSON: " + where + " jest innego rodzaju", true
	case *xml.SyntaxError:
		return fmt.Sprintf("niepoprawny XML w wierszu %d", e.Line), true
	case *csv.ParseError:
		return fmt.Sprintf("wiersz %d, kolumna %d: %s", e.Line, e.Column, Polish(e.Err)), true
	case *strconv.NumError:
		return fmt.Sprintf("%q to nie jest liczba w dopuszczalnym zakresie", e.Num), true
	}
	// Whatever ran out of time by another clock than a context's: of a connection, of TLS, of HTTP.
	if late, ok := err.(interface{ Timeout() bool }); ok && late.Timeout() && len(causes(err)) == 0 && err != context.DeadlineExceeded { //nolint:errorlint // the same
		return timeout, true
	}
	return "", false
}

const timeout = "upłynął limit czasu"

// network says what became of a connection, and with whom.
func network(e *net.OpError) string {
	why := Polish(e.Err)
	if e.Op == "remote error" { // crypto/tls
		return "druga strona przerwała uzgadnianie TLS: " + why
	}
	if e.Addr == nil {
		return why
	}
	if e.Op == "listen" {
		return fmt.Sprintf("nasłuch na %s: %s", e.Addr, why)
	}
	return fmt.Sprintf("połączenie z %s: %s", e.Addr, why)
}

// lookup says why a name has no address.
func lookup(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return fmt.Sprintf("nie ma w sieci hosta %q", e.Name)
	case e.IsTimeout:
		return fmt.Sprintf("serwer nazw nie odpowiedział w czasie na pytanie o host %q", e.Name)
	}
	return fmt.Sprintf("nie udało się ustalić adresu hosta %q: %s", e.Name, phrase(e.Err))
}

func invalidity(e x509.CertificateInvalidError) string {
	switch e.Reason {
	case x509.Expired:
		return "wygasł albo nie jest jeszcze ważny"
	case x509.NotAuthorizedToSign:
		return "jego wystawca nie może podpisywać certyfikatów"
	case x509.CANotAuthorizedForThisName, x509.NameConstraintsWithoutSANs, x509.UnconstrainedName, x509.TooManyConstraints:
		return "jego wystawca nie może wystawiać certyfikatów na tę nazwę"
	case x509.TooManyIntermediates:
		return "łańcuch certyfikatów jest za długi"
	case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
		return "nie służy do tego celu"
	}
	return "nie spełnia wymagań"
}

// errno says what the kernel says. The rarer errors stay as they are.
func errno(e syscall.Errno) (string, bool) {
	if said := socket(e); said != "" {
		return said, true
	}
	switch e {
	case syscall.ENOTDIR:
		return "to nie jest katalog", true
	case syscall.EISDIR:
		return "to jest katalog", true
	case syscall.ENOTEMPTY:
		return "katalog nie jest pusty", true
	case syscall.ENOSPC:
		return "brak miejsca na dysku", true
	case syscall.EDQUOT:
		return "przekroczony przydział miejsca na dysku", true
	case syscall.EROFS:
		return "system plików tylko do odczytu", true
	case syscall.EFBIG:
		return "plik jest za duży", true
	case syscall.EIO:
		return "błąd odczytu lub zapisu urządzenia", true
	case syscall.EBUSY:
		return "plik lub urządzenie jest w użyciu", true
	case syscall.ENAMETOOLONG:
		return "nazwa pliku jest za długa", true
	case syscall.ELOOP:
		return "dowiązania symboliczne tworzą pętlę", true
	case syscall.EXDEV:
		return "to inny system plików", true
	case syscall.EMFILE, syscall.ENFILE:
		return "za dużo otwartych plików", true
	case syscall.ENOMEM:
		return "brak pamięci", true
	case syscall.EINVAL:
		return "niedopuszczalny argument", true
	case syscall.EPIPE:
		return "odbiorca zamknął potok", true
	}
	for _, same := range []error{fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, errors.ErrUnsupported} { // on every system by numbers of its own
		if e.Is(same) {
			return Polish(same), true
		}
	}
	if e.Timeout() {
		return timeout, true
	}
	return "", false
}
