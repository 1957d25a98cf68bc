package cli

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/translate"
)

// words are what errors say of single things: what was expected, what was found.
func (l language) words(text string) string {
	if l == polish {
		return translate.Words(text)
	}
	return text
}

// errorText is what err says, without the names of packages: "ksef: " is said
// once, by the program.
func (l language) errorText(err error) string {
	switch e := err.(type) { //nolint:errorlint // what is around it is to be said, too
	case *hintedError:
		return l.errorText(e.error)
	case *usageError, *valueError, *missingError, *outcomeError: // in this language already
		return err.Error()
	}
	if l == polish {
		return translate.Polish(err)
	}
	return strings.ReplaceAll(translate.Unprefixed(err.Error()), "ksef: ", "")
}

// reason is what err says of a value that has been named already.
func (l language) reason(err error) string {
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return l.errorText(file.Err)
	}
	if id, ok := errors.AsType[*ksef.IdentifierError](err); ok {
		return l.pick("not a valid ", "niepoprawny ") + l.words(id.What) + ": " + l.words(id.Reason)
	}
	return l.errorText(err)
}
