package guides

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Links between documents lead to documents, and to headings in them.
func TestLinksLeadSomewhere(t *testing.T) {
	adrs, err := filepath.Glob(filepath.Join(root, "docs/adr/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(documents(t), adrs...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, heading, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = filepath.Join(filepath.Dir(name), file)
			}
			there, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s: %v", title(name), err)
			} else if heading != "" && !slices.Contains(headings(string(there)), heading) {
				t.Errorf("%s: %s has no heading #%s", title(name), title(target), heading)
			}
		}
	}
}

// Each guide is there in both languages, and shows as many blocks of each kind in both.
func TestGuidesAreInBothLanguages(t *testing.T) {
	for _, language := range []string{"en", "pl"} {
		names, err := filepath.Glob(filepath.Join(root, "docs", language, "*.md"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%d guides, %v", len(names), err)
		}
		for _, name := range names {
			other := filepath.Join(root, "docs", map[string]string{"en": "pl", "pl": "en"}[language], filepath.Base(name))
			if got, want := languages(read(t, other)), languages(read(t, name)); !slices.Equal(got, want) {
				t.Errorf("%s has the blocks %v, %s has %v", title(other), got, title(name), want)
			}
		}
	}
}

func languages(blocks []Block) (all []string) {
	for _, b := range blocks {
		all = append(all, b.Language)
	}
	return all
}

// headings returns the names by which GitHub links to the headings of a document.
func headings(text string) (all []string) {
	for line := range strings.Lines(text) {
		if heading, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			all = append(all, strings.Map(func(r rune) rune {
				switch {
				case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
					return unicode.ToLower(r)
				case r == ' ':
					return '-'
				}
				return -1
			}, strings.TrimSpace(heading)))
		}
	}
	return all
}
