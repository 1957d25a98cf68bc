package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// Exit codes, as promised in the package documentation.
const (
	exitDone            = 0
	exitFailed          = 1
	exitUsage           = 2
	exitUnauthenticated = 4
	exitRejected        = 5
	exitPending         = 8
)

// usageError is a command line that cannot be obeyed.
type usageError struct{ text, hint string }

func (e *usageError) Error() string { return e.text }

// finish says what became of the command and returns the exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return exitDone
	}
	code, hint := a.say.verdict(err)
	text := a.say.errorText(err)
	if errors.Is(err, context.Canceled) {
		text = a.say.interrupted()
	}
	fmt.Fprintf(a.stderr, "ksef: %s: %s\n", a.paint(a.stderrTTY, red, a.say.errorWord()), text)
	if hint != "" {
		fmt.Fprintf(a.stderr, "ksef: %s: %s\n", a.paint(a.stderrTTY, cyan, a.say.hintWord()), hint)
	}
	return code
}

// hintedError is an error after which this very command knows what to do.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

// stateError reports that what is to be remembered cannot be.
type stateError struct{ error }

func (e *stateError) Unwrap() error { return e.error }

// outcomeError is the end of work on several things that did not all go well; what
// became of each has been listed.
type outcomeError struct {
	code       int
	text, hint string
}

func (e *outcomeError) Error() string { return e.text }

// verdict chooses the exit code of err and what to tell people to do about it.
// The order is from the particular to the general.
func (l language) verdict(err error) (code int, hint string) {
	if known, ok := errors.AsType[*hintedError](err); ok {
		code, _ = l.verdict(known.error)
		return code, known.hint
	}
	if outcome, ok := errors.AsType[*outcomeError](err); ok {
		return outcome.code, outcome.hint
	}
	if usage, ok := errors.AsType[*usageError](err); ok {
		return exitUsage, usage.hint
	}
	if value, ok := errors.AsType[*valueError](err); ok && !value.late {
		_, hint = l.verdict(value.error)
		return exitUsage, hint
	}
	if missing, ok := errors.AsType[*missingError](err); ok {
		return exitUnauthenticated, missing.hint
	}
	if damaged, ok := errors.AsType[*damagedError](err); ok {
		return exitFailed, l.hintDamaged(damaged.profiles)
	}
	if _, ok := errors.AsType[*ksef.IdentifierError](err); ok {
		return exitUsage, ""
	}
	if _, ok := errors.AsType[*ksef.ArgumentError](err); ok {
		return exitUsage, ""
	}
	if pending, ok := errors.AsType[*ksef.PendingError](err); ok {
		if pending.Operation == ksef.OperationAuthentication { // its token is gone
			return exitPending, l.hintUnauthorized()
		}
		return exitPending, l.hintPending(pending)
	}
	if failed, ok := errors.AsType[*ksef.FailedError](err); ok {
		if failed.Operation == ksef.OperationAuthentication {
			return exitUnauthenticated, l.hintAuthentication(failed.Status.Code)
		}
		return exitRejected, ""
	}
	if _, ok := errors.AsType[*keyringError](err); ok {
		return exitFailed, l.hintKeyring()
	}
	switch {
	case errors.Is(err, ksef.ErrNotTest):
		return exitUsage, l.hintNotTest()
	case errors.Is(err, ksef.ErrUnknown):
		return exitFailed, l.hintUnknown()
	case errors.Is(err, ksef.ErrMalformed):
		return exitFailed, l.hintMalformed()
	case errors.Is(err, context.Canceled):
		return exitFailed, ""
	case errors.Is(err, ksef.ErrUnauthorized): // also where the client knows it without asking KSeF
		return exitUnauthenticated, l.hintUnauthorized()
	}
	if refusal, ok := errors.AsType[*ksef.Error](err); ok {
		return l.verdictOnRefusal(refusal)
	}
	return exitFailed, l.hintLocal(err)
}

// verdictOnRefusal judges what KSeF answered outside 2xx.
func (l language) verdictOnRefusal(e *ksef.Error) (code int, hint string) {
	switch {
	case errors.Is(e, ksef.ErrForbidden):
		if e.Denied != nil && e.Denied.Reason == "ip-not-allowed" {
			return exitRejected, l.hintAddress(e.Denied.ClientIP)
		}
		return exitRejected, l.hintForbidden()
	case errors.Is(e, ksef.ErrGone):
		return exitRejected, l.hintGone()
	case errors.Is(e, ksef.ErrRateLimited):
		return exitRejected, l.hintRateLimited(e.RetryAfter)
	case errors.Is(e, ksef.CodeInvalidChallenge):
		return exitUnauthenticated, l.hintChallenge()
	case errors.Is(e, ksef.CodeInvalidCertificate):
		return exitUnauthenticated, l.hintCertificate()
	case errors.Is(e, ksef.CodeNotAuthenticated) && e.Method == "DELETE": // not the session that asked
		return exitRejected, l.hintSessions()
	case errors.Is(e, ksef.CodeNotAuthorized), errors.Is(e, ksef.CodeNotAuthenticated):
		return exitUnauthenticated, l.hintUnauthorized()
	case e.StatusCode >= 500:
		return exitFailed, l.hintServer()
	}
	return exitRejected, ""
}

// hintLocal is about what this machine or the way to KSeF would not do.
func (l language) hintLocal(err error) string {
	_, state := errors.AsType[*stateError](err)
	_, dns := errors.AsType[*net.DNSError](err)
	op, network := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return l.hintPortTaken()
	case errors.Is(err, fs.ErrPermission) && network && op.Op == "listen":
		return l.hintPortForbidden()
	case state:
		return l.hintState()
	case untrusted(err):
		return l.hintUntrusted()
	case errors.Is(err, certs.ErrPasswordRequired):
		return l.hintPassword()
	case dns, network && op.Op == "dial":
		return l.hintUnreachable()
	}
	return ""
}

// untrusted reports whether nobody here trusts who issued the certificate of the
// other side, as opposed to one for another name, or one that has ended.
func untrusted(err error) bool {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return false
	}
	if _, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return false
	}
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err) // macOS has words of its own
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	return unverified || unknown
}

// flagError puts the parser's complaints into our words.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	text := a.say.errorText(err)
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		text = a.say.unknownFlag(name)
	} else if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		text = a.say.flagWithoutValue(missing.GetFlag().Name)
	} else if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		cause := invalid.Unwrap()
		if invalid.GetFlag().Value.Type() == "bool" { // the parser's own words are for programmers
			cause = errors.New(a.say.wantBool())
		}
		text = a.say.flagValue(invalid.GetFlag().Name, invalid.GetValue(), cause)
	}
	return &usageError{text, a.say.hintSeeHelp(cmd.CommandPath())}
}
