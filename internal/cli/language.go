package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// language is what people are spoken to in. Its methods, in messages….go, are
// the catalogue: a message is a method that states all languages side by side,
// so none can be missing and its arguments are checked by the compiler.
type language int

const (
	english language = iota
	polish
)

// pick is where a message becomes text. A third language is a third parameter,
// which the compiler then asks of every message.
func (l language) pick(en, pl string) string {
	if l == polish {
		return pl
	}
	return en
}

// chooseLanguage finds the language before the command line is parsed, because
// complaints about the command line are in it too. A language we do not speak
// is left to the parser.
func chooseLanguage(e *env) language {
	var l language
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // POSIX: the first that is set
		if locale := e.get(name); locale != "" {
			if strings.HasPrefix(locale, "pl") {
				l = polish
			}
			break
		}
	}
	for i, arg := range e.args {
		value, ok := strings.CutPrefix(arg, "--lang=")
		switch {
		case arg == "--":
			return l
		case arg == "--lang" && i+1 < len(e.args):
			value, ok = e.args[i+1], true
		}
		if ok {
			_ = l.Set(value)
		}
	}
	return l
}

// String, Set and Type make a language the value of a flag.
func (l *language) String() string { return l.pick("en", "pl") }

func (l *language) Set(s string) error {
	switch s {
	case "en":
		*l = english
	case "pl":
		*l = polish
	default:
		return errors.New(l.wantLanguage())
	}
	return nil
}

func (l *language) Type() string { return "language" }

// count is n of something. Polish has a form for 2 to 4, but not 12 to 14, and
// for those that end so.
func (l language) count(n int, one, many, plOne, plFew, plMany string) string {
	var noun string
	switch {
	case l == english && n == 1:
		noun = one
	case l == english:
		noun = many
	case n == 1:
		noun = plOne
	case n%10 >= 2 && n%10 <= 4 && n/10%10 != 1:
		noun = plFew
	default:
		noun = plMany
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// duration writes d as people read it, to two or three digits.
func (l language) duration(d time.Duration) string {
	var s string
	switch ms := float64(d) / float64(time.Millisecond); {
	case ms < 9.95:
		s = fmt.Sprintf("%.1f ms", ms)
	case ms < 999.5:
		s = fmt.Sprintf("%.0f ms", ms)
	default:
		s = fmt.Sprintf("%.1f s", d.Seconds())
	}
	if l == polish {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}
