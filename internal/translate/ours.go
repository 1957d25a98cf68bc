package translate

import (
	"fmt"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/qr"
	"github.com/ksef-go/ksef/schema"
	"github.com/ksef-go/ksef/upo"
	"github.com/ksef-go/ksef/xades"
)

// ours says the errors of the project that have types. Only err itself counts, not
// what it wraps: the text around that would be lost.
func ours(err error) (said string, ok bool) {
	switch e := err.(type) { //nolint:errorlint // what it wraps is said by itself
	case *ksef.Error:
		return refusal(e), true
	case *ksef.PendingError:
		return pending(e), true
	case *ksef.FailedError:
		return fmt.Sprintf("%s: niepowodzenie: %s", subject(e.Operation, e.Reference), e.Status), true
	case ksef.Failure:
		return "niepowodzenie w KSeF ze statusem: " + string(e), true
	case ksef.Code:
		return fmt.Sprintf("kod KSeF %d", int(e)), true
	case *ksef.ArgumentError:
		return e.Argument + ": " + Polish(e.Err), true
	case *ksef.IdentifierError:
		return fmt.Sprintf("%q to niepoprawny %s: %s", e.Value, Words(e.What), Words(e.Reason)), true
	case *ksef.TransferError:
		return transfer(e), true
	case *budget.WaitError:
		return fmt.Sprintf("limity %s (%s) dopuszczają następne żądanie dopiero za %v, po upływie wyznaczonego czasu", e.Group, e.Account, e.Wait), true
	case *xades.Error:
		return parts("XAdES", Words(string(e.Check)), e.Element, Words(e.Message), found(e.Want, e.Got), cause(e.Err)), true
	case xades.Check:
		return "XAdES: " + Words(string(e)), true
	case *upo.Error:
		return parts("UPO", Words(string(e.Check)), place(e.Path, e.Line), Words(e.Message), found(e.Want, e.Got), cause(e.Err)), true
	case upo.Check:
		return "UPO: " + Words(string(e)), true
	case *archive.Error:
		return parts("archiwum", shorten(e.Name), Words(string(e.Fault)), found(e.Expected, e.Found), cause(e.Err)), true
	case archive.Fault:
		return "archiwum: " + Words(string(e)), true
	case *seal.Error:
		return parts(Polish(e.Check), found(e.Expected, e.Found)), true
	case seal.Check:
		return "niezgodność: " + Words(string(e)), true
	case *xmltree.SyntaxError:
		return fmt.Sprintf("XML: wiersz %d, kolumna %d: %s", e.Line, e.Column, Words(e.Msg)), true
	case *qr.FieldError:
		return fmt.Sprintf("%s %q: powinno być: %s", Words(e.Field), e.Value, Words(e.Want)), true
	case schema.Violation:
		return violation(e), true
	case *schema.InvalidError:
		return invalid(e), true
	case *schema.UnknownFormError:
		if e.Root == "" {
			return "nie ma elementu głównego: potrzebna jest faktura, AuthTokenRequest albo UPO", true
		}
		return fmt.Sprintf("żadna struktura KSeF nie ma elementu głównego %s w przestrzeni nazw %q", e.Root, e.Namespace), true
	}
	return "", false
}

// refusal says what KSeF answered; its own words are Polish.
func refusal(e *ksef.Error) string {
	asked := strings.TrimSpace(e.Method + " " + e.Path)
	said := []string{asked, fmt.Sprintf("%d %s", e.StatusCode, HTTPStatus(e.StatusCode))}
	if e.Is(ksef.ErrUnknown) {
		said = append(said, Polish(ksef.ErrUnknown))
	}
	for _, p := range e.Problems {
		said = append(said, fmt.Sprintf("%s (%d)", strings.TrimSuffix(p.Description, "."), int(p.Code)), strings.Join(p.Details, "; "))
	}
	if len(e.Problems) == 0 {
		said = append(said, e.Detail)
	}
	text := parts(said...)
	if d := e.Denied; d != nil {
		text += " (" + d.Reason
		if len(d.RequiredAnyOf) > 0 {
			text += fmt.Sprintf("; wymagane jedno z %v, są %v", d.RequiredAnyOf, d.Present)
		}
		for _, given := range []struct{ name, value string }{
			{"adres", d.ClientIP}, {"metoda", d.Method}, {"kontekst", string(d.ContextKind)}, {"incydent", d.IncidentID},
		} {
			if given.value != "" {
				text += "; " + given.name + " " + given.value
			}
		}
		text += ")"
	}
	const base = "is the base URL right?"
	if strings.Contains(e.Error(), base) {
		text += ": tak KSeF nie odpowiada; czy adres bazowy jest dobry?"
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" (ponów za %v)", e.RetryAfter)
	}
	return text
}

func pending(e *ksef.PendingError) string {
	last := ""
	if e.Last.Code != 0 {
		last = fmt.Sprintf(" (ostatni status %s)", e.Last)
	}
	return "oczekiwanie: " + subject(e.Operation, e.Reference) + last + ": " + cause(e.Err)
}

func transfer(e *ksef.TransferError) string {
	where := fmt.Sprintf("część %d w %s: ", e.Part, e.Host)
	if e.StatusCode != 0 {
		return where + fmt.Sprintf("%d %s", e.StatusCode, HTTPStatus(e.StatusCode))
	}
	return where + cause(e.Err)
}

func invalid(e *schema.InvalidError) string {
	text := "dokument niezgodny ze strukturą " + e.Form.String() + ": "
	if e.Form == schema.Any {
		text = "to nie jest dokument KSeF: "
	}
	text += violation(e.Violations[0])
	if len(e.Violations) > 1 {
		text += " (i inne)"
	}
	return text
}

func violation(v schema.Violation) string {
	return parts(fmt.Sprintf("wiersz %d, kolumna %d", v.Line, v.Column), v.Path, v.Message(schema.Polish))
}

// subject is what KSeF works on.
func subject(o ksef.Operation, ref ksef.ReferenceNumber) string {
	return strings.TrimSpace(Words(string(o)) + " " + string(ref))
}

// parts joins what is there with colons.
func parts(all ...string) string {
	var there []string
	for _, p := range all {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, ": ")
}

// found says what was expected and what was found.
func found(want, got string) string {
	var said []string
	if want != "" {
		said = append(said, "oczekiwano: "+Words(want))
	}
	if got != "" {
		said = append(said, "jest: "+Words(got))
	}
	return strings.Join(said, ", ")
}

func place(path string, line int) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf("%s, wiersz %d", path, line)
}

// shorten quotes a foreign name.
func shorten(name string) string {
	const most = 200
	switch {
	case name == "":
		return ""
	case len(name) > most:
		return fmt.Sprintf("%q…", name[:most])
	}
	return fmt.Sprintf("%q", name)
}

func cause(err error) string {
	if err == nil {
		return ""
	}
	return Polish(err)
}
