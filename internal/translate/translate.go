// Package translate says in Polish what errors say in English: those of the
// project's packages, of the system and of the network.
//
// An error with a type of its own is told by that. What has words only, a sentinel
// or what is put together around causes (fmt.Errorf), is looked up in a catalogue by
// its format; a test holds the catalogue against the sources of the packages, so
// that a new text without its Polish fails. What is not known, such as KSeF's own
// words, which are Polish, and names of files, stays.
package translate

import (
	"errors"
	"io"
	"strings"

	"github.com/ksef-go/ksef"
)

// Polish says err in Polish. The prefixes by which errors name their package are
// left out.
func Polish(err error) string {
	if said, ok := ours(err); ok {
		return said
	}
	if said, ok := system(err); ok {
		return said
	}
	text := err.Error()
	var inner []string
	all := causes(err)
	for _, child := range all {
		before, after, found := strings.Cut(text, child.Error())
		if rest, last := strings.CutSuffix(text, child.Error()); last && len(all) == 1 { // where a cause mostly stands
			before, after = rest, ""
		}
		if !found || child.Error() == "" {
			continue
		}
		if before == "" && after == "" {
			return Polish(child)
		}
		text = before + string(placeholder(len(inner))) + after
		inner = append(inner, told(err, child))
	}
	text = Words(Unprefixed(text))
	for i, said := range inner {
		text = strings.Replace(text, string(placeholder(i)), said, 1)
	}
	return text
}

// told is what a cause of err says. Where an answer was lost, an end of data is that of the connection.
func told(err, child error) string {
	said := Polish(child)
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, ksef.ErrUnknown) && errors.Is(child, end) && said == Polish(end) {
			return "połączenie zerwane przed odpowiedzią"
		}
	}
	return said
}

// placeholder stands for the i-th cause in the text around it: of the characters
// that Unicode leaves to everybody's own use.
func placeholder(i int) rune { return '\ue000' + rune(i) }

func causes(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			return []error{cause}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// Unprefixed is text without the name of the package that it comes from.
func Unprefixed(text string) string {
	for _, room := range rooms {
		if rest, ok := strings.CutPrefix(text, room+": "); ok {
			return rest
		}
	}
	return text
}

// rooms are the packages that begin their errors with their names.
var rooms = []string{"ksef", "certs", "mirror", "budget", "archive", "seal", "qr", "schema", "sandbox"}
