package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// identifierFlag is a flag whose value is an identifier of one kind: which kind
// is in its name, because eleven digits alone do not say what they are.
type identifierFlag struct {
	flag string
	kind ksef.Kind
	text string
}

// identifierFlags are flags of which one names somebody or something.
type identifierFlags []*identifierFlag

// The kinds of identifiers have one suffix each, in all commands.
func identifiersOf(prefix string, kinds ...ksef.Kind) identifierFlags {
	suffixes := map[ksef.Kind]string{
		ksef.KindNIP:         "nip",
		ksef.KindPESEL:       "pesel",
		ksef.KindFingerprint: "fingerprint",
		ksef.KindInternalID:  "unit",
		ksef.KindPeppolID:    "peppol",
	}
	var all identifierFlags
	for _, kind := range kinds {
		all = append(all, &identifierFlag{flag: prefix + "-" + suffixes[kind], kind: kind})
	}
	return all
}

func (fs identifierFlags) define(f *pflag.FlagSet, say language) {
	for _, one := range fs {
		checkedVar(f, &one.text, one.flag, "", say.identifierFlag(one.flag, one.kind), func(text string) error {
			_, err := parseIdentifier(one.kind, text)
			return err
		})
	}
}

// value returns the identifier that was given; nil when none was.
func (fs identifierFlags) value(say language) (*ksef.Identifier, error) {
	var found *ksef.Identifier
	for _, one := range fs {
		if one.text == "" {
			continue
		}
		if found != nil {
			return nil, &usageError{say.oneOfFlags(fs.names()), ""}
		}
		id, err := parseIdentifier(one.kind, one.text)
		if err != nil {
			return nil, err
		}
		found = &id
	}
	return found, nil
}

// want returns the identifier that must be given.
func (fs identifierFlags) want(say language) (ksef.Identifier, error) {
	id, err := fs.value(say)
	if err == nil && id == nil {
		err = &usageError{say.wantFlag(fs.names()), ""}
	}
	if err != nil {
		return ksef.Identifier{}, err
	}
	return *id, nil
}

func (fs identifierFlags) names() []string {
	out := make([]string, len(fs))
	for i, one := range fs {
		out[i] = "--" + one.flag
	}
	return out
}

// parseIdentifier reads an identifier as people write it.
func parseIdentifier(kind ksef.Kind, text string) (ksef.Identifier, error) {
	var value string
	switch kind {
	case ksef.KindPESEL:
		id, err := ksef.ParsePESEL(text)
		if err != nil {
			return ksef.Identifier{}, err
		}
		value = string(id)
	case ksef.KindFingerprint:
		id, err := ksef.ParseFingerprint(text)
		if err != nil {
			return ksef.Identifier{}, err
		}
		value = string(id)
	default:
		return contextOf(kind, text)
	}
	return ksef.Identifier{Kind: kind, Value: value}, nil
}

// identifierColumns are the two members of an identifier: its kind, which is for
// programs, and its value. People see the kind of what has no value.
func identifierColumns[T any](a *app, name, title string, of func(T) ksef.Identifier) []column[T] {
	return []column[T]{
		{name + "Type", "", func(item T) any { return string(of(item).Kind) }},
		{name, title, func(item T) any {
			id := of(item)
			if id.Value == "" && !a.flags.json {
				return string(id.Kind)
			}
			return id.Value
		}},
	}
}

// completeFlag teaches the shell the values of a flag.
func completeFlag(cmd *cobra.Command, flag string, values []string) {
	// It fails for unknown flags only.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// permissionsOf reads the values of the flag for permissions, however they are
// written.
func (a *app) permissionsOf(given, known []string) ([]ksef.Permission, error) {
	var out []ksef.Permission
	for _, text := range given {
		permission, err := a.oneOf("permission", text, known)
		if err != nil {
			return nil, err
		}
		out = append(out, ksef.Permission(permission))
	}
	return out, nil
}

// day reads a day; "" is none.
func (a *app) day(flag, text string) (ksef.Date, error) {
	if text == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", a.notMeant(flag, text, a.say.wantDay())
	}
	return ksef.Date(text), nil
}
