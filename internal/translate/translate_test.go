package translate

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wholeRooms are the packages all of whose texts can come to the command line;
// of the others what errors.New and fmt.Errorf are given can.
var wholeRooms = []string{
	"", "certs", "certs/internal/ber", "xades", "upo", "mirror", "qr", "budget", "schema", "internal/archive",
	"internal/seal", "internal/csr", "internal/testcert", "internal/xmltree", "internal/c14n", "internal/checksum",
}

var errorRooms = []string{"sandbox", "internal/cli"}

// Whatever the packages can say is said in Polish, too, and the catalogue has
// nothing that nobody says any more.
func TestEveryTextHasItsPolish(t *testing.T) {
	known := map[string]bool{}
	for english := range exact() {
		known[english] = true
	}
	for _, p := range patterns() {
		known[p.english] = true
	}
	written, translated, exempted := map[string]bool{}, map[string]bool{}, map[string]bool{}
	check := func(room string, errorsOnly bool) {
		found, all := texts(t, filepath.Join("../..", room), errorsOnly)
		maps.Copy(written, all)
		for _, x := range found {
			switch {
			case known[x.format]:
				translated[x.format] = true
			case exempt[x.format] != "":
				exempted[x.format] = true
			default:
				t.Errorf("%s: %q has no Polish", x.where, x.format)
			}
		}
	}
	for _, room := range wholeRooms {
		check(room, false)
	}
	for _, room := range errorRooms {
		check(room, true)
	}
	for format := range exempt {
		if !exempted[format] {
			t.Errorf("exempt for nothing: %q", format)
		}
	}
	parts := catalogue()
	for _, part := range parts[:len(parts)-2] { // the last are of other people's texts
		for _, e := range part {
			if !written[e.english] {
				t.Errorf("in the catalogue, and nowhere in the sources: %q", e.english)
			}
		}
	}
	t.Logf("%d texts: %d with their Polish, %d exempt", len(translated)+len(exempted), len(translated), len(exempted))
}

// Every entry is found by what its English makes of any arguments, and its Polish
// has all of these and no English.
func TestEntries(t *testing.T) {
	seen := map[string]string{}
	for _, part := range catalogue() {
		for _, e := range part {
			if was, twice := seen[e.english]; twice {
				t.Errorf("%q is there twice, as %q and %q", e.english, was, e.polish)
			}
			seen[e.english] = e.polish
			var args []any
			var shown []string
			for i, v := range verb.FindAllStringSubmatch(e.english, -1) {
				arg := any("Arg" + strconv.Itoa(i))
				switch v[2] {
				case "w":
					arg = string(placeholder(i))
				case "d", "x", "X", "U":
					arg = 700 + i
				case "f":
					arg = 700.0 + float64(i)
				case "c":
					arg = 'A' + rune(i)
				case "T":
					arg = []pattern(nil)
				}
				format := strings.NewReplacer("%w", "%v", "["+v[1]+"]", "").Replace(v[0])
				args, shown = append(args, arg), append(shown, fmt.Sprintf(format, arg))
			}
			text := fmt.Sprintf(strings.ReplaceAll(e.english, "%w", "%v"), args...)
			said := Words(text)
			if said == text && e.english != e.polish {
				t.Errorf("%q is not found", text)
			}
			for _, arg := range shown {
				if !strings.Contains(said, arg) {
					t.Errorf("%q became %q, without %s", text, said, arg)
				}
			}
			if words := leftover(said); words != "" {
				t.Errorf("%q became %q: %s", text, said, words)
			}
		}
	}
}

// leftover returns English words that no Polish text has; names of options and of
// members are not of the text.
func leftover(said string) string {
	var found []string
	for _, w := range regexp.MustCompile(`(?:--)?\pL+`).FindAllString(said, -1) {
		if english[w] {
			found = append(found, w)
		}
	}
	return strings.Join(found, " ")
}

var english = map[string]bool{
	"the": true, "is": true, "are": true, "has": true, "have": true, "not": true, "want": true, "expected": true, "found": true,
	"with": true, "of": true, "for": true, "and": true, "or": true, "from": true, "must": true, "where": true, "which": true,
	"this": true, "than": true, "key": true, "file": true, "wrong": true, "missing": true, "invalid": true, "unknown": true,
	"bytes": true, "size": true, "error": true, "at": true, "in": true, "before": true, "after": true,
}
