package archive

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// names are those of one archive so far, by what they are when case does not
// count. KSeF reports results by name, and some file systems that an archive
// may be unpacked to ignore case.
type names map[string]string

// add checks a name by itself and against those before it.
func (n names) add(name string, most int) error {
	if err := checkName(name, most); err != nil {
		return err
	}
	key := fold(name)
	other, taken := n[key]
	switch {
	case !taken:
		n[key] = name
		return nil
	case other == name:
		return &Error{Fault: DuplicateName, Name: name, Expected: "each name once"}
	default:
		return &Error{Fault: CollidingName, Name: name, Expected: "names that differ in more than case", Found: quote(other)}
	}
}

// checkName refuses names that are longer than most, in the UTF-16 units that
// KSeF counts, and names that lead out of the directory the archive is unpacked
// to, or do so on one system and not on another.
func checkName(name string, most int) error {
	bad := func(expected string) error { return &Error{Fault: BadName, Name: name, Expected: expected} }
	switch {
	case name == "":
		return &Error{Fault: BadName, Expected: "a name", Found: "none"}
	case !utf8.ValidString(name):
		return bad("UTF-8")
	case strings.ContainsFunc(name, unicode.IsControl):
		return bad("no control characters")
	case strings.Contains(name, `\`):
		return bad("no backslash, which separates directories on some systems")
	case strings.HasPrefix(name, "/"):
		return bad("a relative path")
	case len(name) > 1 && name[1] == ':' && unicode.IsLetter(rune(name[0])):
		return bad("no drive letter")
	}
	for element := range strings.SplitSeq(name, "/") {
		if element == "" || element == "." || element == ".." {
			return bad("a path without empty elements, . and ..")
		}
	}
	if n := utf16Len(name); n > most {
		return &Error{Fault: LongName, Name: name, Expected: fmt.Sprintf("at most %d characters", most), Found: fmt.Sprint(n)}
	}
	return nil
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// fold maps names that differ in case alone to the same text: every letter to
// the least of those that fold to it.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToUpper(r) // less than the lower case, and than the long s and the Kelvin sign
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, name)
}
