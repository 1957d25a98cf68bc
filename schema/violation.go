package schema

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Violation is one way in which a document breaks XML, its schema or the
// ministry's rules.
type Violation struct {
	Code Code `json:"code"`
	// Path leads to the element, or to its attribute with an @, by local
	// names: /Faktura/Fa/FaWiersz[3]/P_7. An element has a number where the
	// schema lets it have siblings of its name. Empty outside the document
	// element.
	Path string `json:"path,omitempty"`
	// Line and Column count from 1, in characters. A value is placed at its
	// element's start tag, a missing element where it should have stood.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Value is what was found, shortened to 80 characters.
	Value string `json:"value,omitempty"`
	// Expected is what the schema asks for there: a type, a pattern, a limit,
	// a list of values or elements.
	Expected string `json:"expected,omitempty"`
}

// Error says in English where and what is wrong: "12:5: /Faktura/Fa/P_1: …".
func (v Violation) Error() string {
	return v.place() + v.Message(English)
}

func (v Violation) place() string {
	if v.Path == "" {
		return fmt.Sprintf("%d:%d: ", v.Line, v.Column)
	}
	return fmt.Sprintf("%d:%d: %s: ", v.Line, v.Column, v.Path)
}

// Language is a language of messages.
type Language uint8

// The languages of messages.
const (
	English Language = iota
	Polish
)

// Message says what is wrong, without the place.
func (v Violation) Message(l Language) string {
	english, polish := v.Code.texts()
	text := english
	if l == Polish {
		text = polish
	}
	// A text names what it shows as {value} and {expected}; a part in square
	// brackets is left out when what it shows is empty.
	var b strings.Builder
	for text != "" {
		plain, rest, ok := strings.Cut(text, "[")
		b.WriteString(v.fill(plain))
		if !ok {
			break
		}
		part, rest, _ := strings.Cut(rest, "]")
		if !(strings.Contains(part, "{value}") && v.Value == "" || strings.Contains(part, "{expected}") && v.Expected == "") {
			b.WriteString(v.fill(part))
		}
		text = rest
	}
	return b.String()
}

func (v Violation) fill(text string) string {
	return strings.NewReplacer("{value}", v.Value, "{expected}", v.Expected).Replace(text)
}

// excerpt shortens what was found in a document to what a message can show.
func excerpt(s []byte) string {
	const most = 80
	n := 0
	for i := 0; i < len(s); n++ {
		if n == most {
			return strings.ToValidUTF8(string(s[:i]), "\uFFFD") + "…"
		}
		_, size := utf8.DecodeRune(s[i:])
		i += size
	}
	return strings.ToValidUTF8(string(s), "\uFFFD")
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }
