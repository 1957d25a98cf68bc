package ksef

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// ArgumentError reports an argument that KSeF would refuse, or understand in
// another way than it was meant. Nothing was sent. Err says what to do about it;
// it is an [*IdentifierError] when an identifier is malformed.
type ArgumentError struct {
	Argument string // "PersonGrant.Description"
	Err      error
}

// Error says which argument it is and what to do about it.
func (e *ArgumentError) Error() string {
	return "ksef: " + e.Argument + ": " + strings.TrimPrefix(e.Err.Error(), "ksef: ")
}

// Unwrap returns e.Err.
func (e *ArgumentError) Unwrap() error { return e.Err }

// arguments looks at what a call was given, before it is sent. The first fault
// counts.
type arguments struct {
	of  string // the type whose fields they are
	err error
}

func (a *arguments) fault(field, format string, args ...any) {
	a.refuse(field, fmt.Errorf(format, args...))
}

func (a *arguments) refuse(field string, err error) {
	if a.err == nil {
		a.err = &ArgumentError{a.of + "." + field, err}
	}
}

// text checks how long a text is, which KSeF counts in UTF-16.
func (a *arguments) text(field, s string, least, most int) {
	if n := len(utf16.Encode([]rune(s))); n < least || n > most {
		a.fault(field, "want %d to %d characters, got %d", least, most, n)
	}
}

// id checks an identifier that must be there, and is one of some kinds.
func (a *arguments) id(field string, id identified, kinds ...Kind) Identifier {
	if id == nil {
		a.fault(field, "is missing: want %s", oneOf(kinds))
		return Identifier{}
	}
	out := id.identifier()
	if !slices.Contains(kinds, out.Kind) {
		a.fault(field, "a %q cannot stand here: want %s", out.Kind, oneOf(kinds))
	} else if err := checkIdentifier(out); err != nil {
		a.refuse(field, err)
	}
	return out
}

// mayID is id for one that may be absent.
func (a *arguments) mayID(field string, id identified, kinds ...Kind) *Identifier {
	if id == nil {
		return nil
	}
	return new(a.id(field, id, kinds...))
}

// mayNIP is mayID for where nothing but a NIP can stand.
func (a *arguments) mayNIP(field string, nip *NIP) *Identifier {
	if nip == nil {
		return nil
	}
	return new(a.id(field, *nip, KindNIP))
}

// permissions checks what a grant gives. What this package does not know, KSeF
// may have learnt since, and it passes.
func (a *arguments) permissions(list []Permission, allowed ...Permission) {
	if len(list) == 0 {
		a.fault("Permissions", "want at least one of %s", oneOf(allowed))
	}
	for i, p := range list {
		switch {
		case p == "":
			a.fault("Permissions", "one is empty")
		case !slices.Contains(allowed, p) && slices.Contains(knownPermissions(), p):
			a.fault("Permissions", "%s cannot be given in this way: want %s", p, oneOf(allowed))
		case slices.Contains(list[:i], p):
			a.fault("Permissions", "%s stands there twice", p)
		}
	}
}

// oneOf lists the values among which there is a choice.
func oneOf[S ~string](values []S) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

// identified is any of this package's identifiers.
type identified interface{ identifier() Identifier }

// checkIdentifier reports what no environment could take for an identifier. It
// leaves check digits alone: made-up taxpayers of Test need not have right ones.
func checkIdentifier(id Identifier) error {
	var what, reason string
	switch id.Kind {
	case KindNIP:
		what, reason = "NIP", checkNIP(id.Value)
	case KindPESEL:
		what, reason = "PESEL", checkDigits(id.Value, 11)
	case KindInternalID:
		what = "internal identifier"
		nip, unit, _ := strings.Cut(id.Value, "-")
		if reason = checkNIP(nip); reason == "" {
			reason = checkDigits(unit, 5)
		}
	case KindVATUE:
		what = "NIP and EU VAT number"
		nip, vat, _ := strings.Cut(id.Value, "-")
		if reason = checkNIP(nip); reason == "" && !vatNumber().MatchString(vat) {
			reason = "no country writes its EU VAT number like that"
		}
	case KindPeppolID:
		if p, err := ParsePeppolID(id.Value); err != nil || string(p) != id.Value {
			what, reason = "Peppol identifier", `want "P", two letters and six digits`
		}
	case KindFingerprint:
		if f, err := ParseFingerprint(id.Value); err != nil || string(f) != id.Value {
			what, reason = "certificate fingerprint", "want the SHA-256 in 64 upper-case hexadecimal digits"
		}
	case KindSystem, KindAllPartners:
		if id.Value != "" {
			what, reason = string(id.Kind), "want no value"
		}
	default:
		return errors.New("unknown kind of identifier")
	}
	if reason != "" {
		return &IdentifierError{what, id.Value, reason}
	}
	return nil
}
