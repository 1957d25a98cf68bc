package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// refused is an answer as the client reports it.
func refused(status int, codes ...ksef.Code) *ksef.Error {
	e := &ksef.Error{Method: "POST", Path: "/auth/xades-signature", StatusCode: status}
	for _, c := range codes {
		e.Problems = append(e.Problems, ksef.Problem{Code: c, Description: "Opis."})
	}
	return e
}

func failed(operation ksef.Operation, status int) error {
	return &ksef.FailedError{Operation: operation, Reference: "REF", Status: ksef.Status{Code: status, Description: "Opis"}}
}

func TestVerdict(t *testing.T) {
	_, notNIP := ksef.ParseNIP("123")
	_, malformedFlag := fmt.Sscanf("", "%d", new(int))
	notTest := fmt.Errorf("ksef: self-signed certificate in demo: %w", ksef.ErrNotTest)
	for _, test := range []struct {
		name string
		err  error
		code int
		hint string // part of it; "" for none
	}{
		{"usage", &usageError{"unknown flag --x", "see ksef --help"}, exitUsage, "see ksef --help"},
		{"identifier", notNIP, exitUsage, ""},
		{"not the test environment", notTest, exitUsage, "test environment only"},

		{"401", refused(401), exitUnauthenticated, "authenticate anew"},
		{"renewal refused", fmt.Errorf("ksef: renewing the access token: %w", refused(400, ksef.CodeNotAuthorized)), exitUnauthenticated, "authenticate anew"},
		{"no refresh token", fmt.Errorf("ksef: the access token has ended: %w", ksef.ErrUnauthorized), exitUnauthenticated, "authenticate anew"},
		{"unknown authentication", refused(400, ksef.CodeNotAuthenticated), exitUnauthenticated, "authenticate anew"},
		{"challenge", refused(400, ksef.CodeInvalidChallenge), exitUnauthenticated, "ten minutes"},
		{"certificate", refused(400, ksef.CodeInvalidCertificate), exitUnauthenticated, "VATPL-"},
		{"no permission", failed("authentication", 415), exitUnauthenticated, "no permission in this context"},
		{"terminated", failed("authentication", 425), exitUnauthenticated, "authenticate anew"},
		{"token", failed("authentication", 450), exitUnauthenticated, "KSeF token is active"},
		{"certificate not trusted", failed("authentication", 460), exitUnauthenticated, "issuer"},
		{"deceased", failed("authentication", 470), exitUnauthenticated, ""},
		{"blocked", failed("authentication", 480), exitUnauthenticated, "Ministry of Finance"},

		{"400", refused(400, ksef.CodeInvalidInput), exitRejected, ""},
		{"403", refused(403), exitRejected, "permission granted"},
		{"403 for the address", &ksef.Error{StatusCode: 403, Denied: &ksef.Denial{Reason: "ip-not-allowed", ClientIP: "203.0.113.7"}}, exitRejected, "than 203.0.113.7"},
		{"410", refused(410), exitRejected, "days"},
		{"429", &ksef.Error{StatusCode: 429, RetryAfter: 90 * time.Second}, exitRejected, "in 1m30s"},
		{"429 without a time", refused(429), exitRejected, "later"},
		{"other work failed", failed("token", 400), exitRejected, ""},

		{"pending", &ksef.PendingError{Operation: ksef.OperationInvoice, Reference: "REF", Err: context.DeadlineExceeded}, exitPending, "later for REF"},
		{"pending, and nobody may ask", &ksef.PendingError{Operation: ksef.OperationPermissions, Reference: "REF", Err: refused(401)}, exitPending, "authenticate anew and ask: ksef permission status REF --wait"},
		{"pending session", &ksef.PendingError{Operation: ksef.OperationSession, Reference: "REF", Err: context.DeadlineExceeded}, exitPending, "later: ksef session show REF --wait"},
		{"pending login", &ksef.PendingError{Operation: ksef.OperationAuthentication, Reference: "REF", Err: context.DeadlineExceeded}, exitPending, "authenticate anew"},
		{"ending no session", &ksef.Error{Method: "DELETE", StatusCode: 400, Problems: []ksef.Problem{{Code: ksef.CodeNotAuthenticated}}}, exitRejected, "ksef auth sessions"},
		{"nobody to be", &missingError{"no way to sign in", "see --help"}, exitUnauthenticated, "see --help"},
		{"command knows better", &hintedError{refused(410), "look elsewhere"}, exitRejected, "look elsewhere"},
		{"pending and interrupted", &ksef.PendingError{Reference: "REF", Err: context.Canceled}, exitPending, "later for REF"},

		{"500", refused(500), exitFailed, "KSeF's side"},
		{"outcome unknown", fmt.Errorf("ksef: POST /tokens: %w: %w", ksef.ErrUnknown, errors.New("EOF")), exitFailed, "before trying again"},
		{"malformed", fmt.Errorf("ksef: GET /x: %w", ksef.ErrMalformed), exitFailed, "proxy"},
		{"interrupted", fmt.Errorf("ksef: GET /x: %w", context.Canceled), exitFailed, ""},
		{"port taken", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}, exitFailed, "another port"},
		{"port forbidden", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EACCES)}, exitFailed, "below 1024"},
		{"nobody there", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, exitFailed, "base URL"},
		{"not trusted", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, exitFailed, "SSL_CERT_FILE"},
		{"not trusted by macOS", &tls.CertificateVerificationError{Err: errors.New("certificate is not trusted")}, exitFailed, "SSL_CERT_FILE"},
		{"another host", &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}}, exitFailed, ""},
		{"a certificate that has ended", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}, exitFailed, ""},
		{"no such host", &net.DNSError{Name: "ksef.invalid", IsNotFound: true}, exitFailed, "base URL"},
		{"file", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, exitFailed, ""},
		{"anything else", malformedFlag, exitFailed, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, err := range []error{test.err, fmt.Errorf("a step: %w", test.err), errors.Join(test.err)} {
				code, hint := english.verdict(err)
				if code != test.code {
					t.Errorf("%v: exit code %d, want %d", err, code, test.code)
				}
				if (hint == "") != (test.hint == "") || !strings.Contains(hint, test.hint) {
					t.Errorf("%v: hint %q, want one with %q", err, hint, test.hint)
				}
				plCode, plHint := polish.verdict(err)
				if plCode != code || (plHint == "") != (hint == "") {
					t.Errorf("%v: in Polish %d %q, in English %d %q", err, plCode, plHint, code, hint)
				}
			}
		})
	}
}

func TestFinish(t *testing.T) {
	for _, test := range []struct {
		name string
		say  language
		tty  bool
		err  error
		want string
	}{
		{"done", english, false, nil, ""},
		{"the client's prefix is not repeated", english, false, refused(401),
			"ksef: error: POST /auth/xades-signature: 401 Unauthorized\nksef: hint: authenticate anew\n"},
		{"nor inside", english, false, fmt.Errorf("a step: %w", fmt.Errorf("ksef: renewing the access token: %w", refused(500))),
			"ksef: error: a step: renewing the access token: POST /auth/xades-signature: 500 Internal Server Error\n" +
				"ksef: hint: the fault is on KSeF's side: try again later\n"},
		{"Polish", polish, false, refused(401),
			"ksef: błąd: POST /auth/xades-signature: 401 brak uwierzytelnienia\nksef: wskazówka: uwierzytelnij się ponownie\n"},
		{"interrupted", english, false, fmt.Errorf("ksef: GET /x: %w", context.Canceled), "ksef: error: interrupted\n"},
		{"terminal", english, true, errors.New("no"), "ksef: \x1b[31merror\x1b[0m: no\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			a := &app{env: &env{stderr: &b, stderrTTY: test.tty, lookup: noEnvironment}, say: test.say}
			a.finish(test.err)
			if b.String() != test.want {
				t.Errorf("said %q, want %q", b.String(), test.want)
			}
		})
	}
}

func noEnvironment(string) (string, bool) { return "", false }
