package cli

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// judged is the value of a flag that is judged as it is given, so that what
// cannot be meant is refused before anything is done.
type judged[T comparable] struct {
	to    *T
	kind  string
	parse func(string) (T, error)
}

// judgedVar defines a flag whose text parse reads. What parse says is wrong is
// told with the name of the flag.
func judgedVar[T comparable](f *pflag.FlagSet, to *T, name string, value T, usage string, parse func(string) (T, error)) {
	*to = value
	kind := fmt.Sprintf("%T", value)
	if kind == "time.Duration" {
		kind = "duration"
	}
	f.Var(&judged[T]{to, kind, parse}, name, usage)
}

// String, Set and Type make it a [pflag.Value].
func (j *judged[T]) String() string {
	var zero T
	switch {
	case j.to != nil && *j.to != zero:
		return fmt.Sprint(*j.to)
	case j.kind == "string":
		return ""
	}
	return "0" // which generators of help take for no default
}

func (j *judged[T]) Set(text string) (err error) {
	value, err := j.parse(text)
	if err == nil {
		*j.to = value
	}
	return err
}

func (j *judged[T]) Type() string { return j.kind }

// numberVar defines a flag for a whole number.
func (a *app) numberVar(f *pflag.FlagSet, to *int, name string, least, most int, usage string) {
	judgedVar(f, to, name, 0, usage, func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			return 0, errors.New(a.say.wantNumber(least, most))
		}
		return n, nil
	})
}

// noMost is where a number has no bound above.
const noMost = 1<<31 - 1

// limitVar defines the flag of listings for how many items are wanted at most.
func (a *app) limitVar(f *pflag.FlagSet, to *int) {
	a.numberVar(f, to, "limit", 0, noMost, a.say.limitFlag())
}

// spanVar defines a flag for a length of time.
func (a *app) spanVar(f *pflag.FlagSet, to *time.Duration, name, usage string) {
	judgedVar(f, to, name, 0, usage, func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return 0, errors.New(a.say.wantSpan())
		}
		return d, nil
	})
}

// textVar defines a flag for a text of some length, which KSeF counts in UTF-16.
func (a *app) textVar(f *pflag.FlagSet, to *string, name string, least, most int, usage string) {
	checkedVar(f, to, name, "", usage, func(text string) error {
		if n := len(utf16.Encode([]rune(text))); n < least || n > most {
			return errors.New(a.say.wantCharacters(least, most, n))
		}
		return nil
	})
}

// Lengths that KSeF wants of texts.
const (
	leastText     = 5
	mostText      = 256
	leastPart     = 3
	leastName     = 2
	mostFirstName = 30
	mostLastName  = 81
	mostDocument  = 20
	mostEntity    = 90
	mostCompany   = 100
	mostAddress   = 512
)

// descriptionVar defines the flag for what something is for.
func (a *app) descriptionVar(f *pflag.FlagSet, to *string, usage string) {
	a.textVar(f, to, "description", leastText, mostText, usage)
}

// checkedVar defines a flag for a text that stays as it is.
func checkedVar(f *pflag.FlagSet, to *string, name, value, usage string, check func(string) error) {
	judgedVar(f, to, name, value, usage, func(text string) (string, error) { return text, check(text) })
}

// parsedVar defines a flag for what one of the client's parsers reads.
func parsedVar[T ~string](f *pflag.FlagSet, to *string, name, usage string, parse func(string) (T, error)) {
	judgedVar(f, to, name, "", usage, func(text string) (string, error) {
		value, err := parse(text)
		return string(value), err
	})
}

// choiceVar defines a flag for one of some words.
func (a *app) choiceVar(f *pflag.FlagSet, to *string, name, value string, words []string, usage string) {
	checkedVar(f, to, name, value, usage, func(text string) error {
		if !slices.Contains(words, text) {
			return errors.New(a.say.wantOneOf(words))
		}
		return nil
	})
}

// urlVar defines a flag for the address of something on the web.
func (a *app) urlVar(f *pflag.FlagSet, to *string, name, usage, example string) {
	checkedVar(f, to, name, "", usage, func(text string) error {
		if !isURL(text) {
			return errors.New(a.say.wantURL(example))
		}
		return nil
	})
}

// isURL reports whether a text is the address of something on the web.
func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// patternVar defines a flag for a text of a certain form; want says which.
func patternVar(f *pflag.FlagSet, to *string, name, usage string, form *regexp.Regexp, want string) {
	checkedVar(f, to, name, "", usage, func(text string) error {
		if !form.MatchString(text) {
			return errors.New(want)
		}
		return nil
	})
}

// valueError is about what the command line names: a value of a flag, or a file. It
// is wrong usage, unless work has been done; what it is decides about the hint.
type valueError struct {
	text string
	error
	late bool // the work was done before it turned out
}

func (e *valueError) Error() string { return e.text }
func (e *valueError) Unwrap() error { return e.error }

// fault says which flag an error is about; nil is none.
func (a *app) fault(flag, value string, err error) error {
	if err == nil {
		return nil
	}
	return &valueError{a.say.flagValue(flag, value, err), err, false}
}

// unwritten says that the file of --out could not be written after all, when there was
// something to be put into it; nil is none.
func (a *app) unwritten(value string, err error) error {
	if err == nil {
		return nil
	}
	return &valueError{a.say.flagValue("out", value, err), err, true}
}

// unusable is about something that the command line, a variable or the profile names
// and that cannot be used, such as a file that is not there; nil is none.
func (a *app) unusable(err error) error {
	if err == nil {
		return nil
	}
	return &valueError{a.say.errorText(err), err, false}
}

// notMeant refuses the value of a flag; want says what could be meant.
func (a *app) notMeant(flag, value, want string) error {
	return &usageError{a.say.flagValue(flag, value, errors.New(want)), ""}
}

// amount reads an amount of money.
func (a *app) amount(flag, text string) (ksef.Decimal, error) {
	d, err := ksef.ParseDecimal(text)
	if err != nil {
		return "", a.notMeant(flag, text, a.say.wantAmount())
	}
	return d, nil
}
