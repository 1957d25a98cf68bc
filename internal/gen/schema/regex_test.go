package main

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestAutomata compares automata with package regexp, on patterns whose
// syntax both read alike.
func TestAutomata(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("0189abzAZ-+*./@#?& \n_ąŻ٣😀")
	for _, source := range []string{
		`[1-9]((\d[1-9])|([1-9]\d))`, `-?([1-9]\d{0,3}|0)(\.\d{1,2})?`, `(.)+@(.)+`, `[A-Z]{2}`, `[a-zA-Z0-9]{1,5}`, `\d*-\d{2}`,
		`(a|b)*abb`, `(a+b?){2,}`, `[^a-z\d]+`, `a{0}b|`, `[\-+]?\d`, `([0-9A-Fa-f]-){2}`, `(/[^\s?#]*)?\?([^#\s]*&)?a`,
	} {
		e := source
		e = strings.ReplaceAll(e, `\d`, `\p{Nd}`)
		e = strings.ReplaceAll(e, `.)`, `[^\n\r])`)
		oracle := regexp.MustCompile(`\A(?:` + e + `)\z`)
		d, err := newDFA([]string{source}, false)
		if err != nil {
			t.Fatal(err)
		}
		matched := 0
		for range 30_000 {
			var b strings.Builder
			for range random.IntN(7) {
				b.WriteRune(alphabet[random.IntN(len(alphabet))])
			}
			s := b.String()
			want := oracle.MatchString(s)
			if d.match(s) != want {
				t.Fatalf("%s, %q: want %v", source, s, want)
			}
			if want {
				matched++
			}
		}
		if matched == 0 {
			t.Errorf("%s: nothing matched", source)
		}
	}
}

func TestAnchors(t *testing.T) {
	for _, test := range []struct {
		pattern, value string
		xsd, net       bool
	}{
		{`^a$`, "a", false, true},
		{`^a$`, "^a$", true, false},
		{`(a|b)$`, "b", false, true},
		{`a$b`, "ab", false, false},
		{`a$b`, "a$b", true, false},
	} {
		p, err := newPattern([]string{test.pattern})
		if test.pattern == `a$b` {
			if err == nil {
				t.Errorf("%s matches nothing in .NET, which must be an error", test.pattern)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.strict.match(test.value) != test.xsd || p.net.match(test.value) != test.net {
			t.Errorf("%s, %q", test.pattern, test.value)
		}
	}
	p, err := newPattern([]string{`^(\d\.?\b){2}$`})
	if err != nil || p.strict != nil {
		t.Fatalf("%v: \\b is no XSD", err)
	}
	for value, want := range map[string]bool{"1.2": true, "12": false, "1.2.": false, "1": false, "1..2": false} {
		if p.net.match(value) != want {
			t.Errorf("%q: %v", value, !want)
		}
	}
}

func TestPatternsRefused(t *testing.T) {
	for _, source := range []string{`a{2`, `(a`, `a)`, `[a`, `*a`, `[a-[b]]`, `\w`, `\p{L}`, `[z-a]`, `a\`, `\b`, `a/\/`} {
		if _, err := newPattern([]string{source}); err == nil {
			t.Errorf("%s is accepted", source)
		}
	}
}
