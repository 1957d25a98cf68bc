package translate

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// entry is a text in both languages. Both are formats: the second takes the
// arguments of the first, in their order or by their numbers.
type entry struct{ english, polish string }

// catalogue is all there is.
func catalogue() [][]entry {
	return [][]entry{
		clientTexts, argumentTexts, certsTexts, signatureTexts, receiptTexts, markupTexts,
		archiveTexts, mirrorTexts, linkTexts, sandboxTexts, programTexts, tomlTexts, libraryTexts,
	}
}

// pattern is an entry as it is found in texts.
type pattern struct {
	entry
	literal int    // characters that are not of arguments: the more, the surer
	core    string // the longest run of them
	match   func() *regexp.Regexp
}

// exact has the texts without arguments, patterns the others. They are made when
// the first error is to be said.
var exact = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, part := range catalogue() {
		for _, e := range part {
			if !strings.Contains(e.english, "%") {
				all[e.english] = e.polish
			}
		}
	}
	return all
})

var patterns = sync.OnceValue(func() []pattern {
	var all []pattern
	for _, part := range catalogue() {
		for _, e := range part {
			if strings.Contains(e.english, "%") {
				all = append(all, newPattern(e))
			}
		}
	}
	return all
})

// verb is one argument in a format.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[#.0-9]*([a-zA-Z%])`)

func newPattern(e entry) pattern {
	var source strings.Builder
	source.WriteString(`(?s)^`)
	literal, core, end := 0, "", 0
	add := func(run string) {
		source.WriteString(regexp.QuoteMeta(run))
		literal += len(run)
		if len(run) > len(core) {
			core = run
		}
	}
	for _, at := range verb.FindAllStringSubmatchIndex(e.english, -1) {
		add(e.english[end:at[0]])
		end = at[1]
		switch e.english[at[4]:at[5]] {
		case "%":
			source.WriteString("%")
		case "d":
			source.WriteString(`(-?\d+)`)
		case "w":
			source.WriteString(`([\x{e000}-\x{f8ff}])`) // see placeholder
		case "q":
			source.WriteString(`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`)
		default:
			if at[0] == 0 { // what stands before a colon is of another text
				source.WriteString(`((?:[^:]|:[^ ])+?)`)
				break
			}
			source.WriteString(`(.+?)`)
		}
	}
	add(e.english[end:])
	source.WriteString(`$`)
	return pattern{e, literal, core, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source.String()) })}
}

// Words says in Polish a text that belongs to an error of the project, such as what
// was expected. It may be a single word, which among others could be the name of
// somebody's file. What is not known stays as it is.
func Words(text string) string {
	if said, ok := exact()[text]; ok {
		return said
	}
	return phrase(text)
}

// known looks up a whole text.
func known(text string) (string, bool) {
	if said, ok := exact()[text]; ok && strings.Contains(text, " ") {
		return said, true
	}
	var best pattern
	var args []string
	for _, p := range patterns() {
		if p.literal <= best.literal || p.literal >= len(text) || !strings.Contains(text, p.core) { // which spares most patterns the search
			continue
		}
		if found := p.match().FindStringSubmatch(text); found != nil {
			best, args = p, found[1:]
		}
	}
	if args == nil {
		return "", false
	}
	return best.fill(args), true
}

// fill puts arguments into the Polish format. Those that are texts themselves may
// be known, too.
func (p *pattern) fill(args []string) string {
	kinds := verb.FindAllStringSubmatch(p.english, -1)
	next := 0
	return verb.ReplaceAllStringFunc(p.polish, func(v string) string {
		found := verb.FindStringSubmatch(v)
		if found[2] == "%" {
			return "%"
		}
		i := next
		if n, err := strconv.Atoi(found[1]); err == nil {
			i = n - 1
		}
		next = i + 1
		if k := kinds[i][2]; k == "q" || k == "d" {
			return args[i]
		}
		return choice.ReplaceAllString(Words(args[i]), "$1 lub $2")
	})
}

// choice is a list of values among which there is a choice.
var choice = regexp.MustCompile(`^((?:\S+, )*\S+) or (\S+)$`)

// phrase says text, or those of its parts between colons that are known. What is
// longer than texts of errors are was put in from outside.
func phrase(text string) string {
	const longest, most = 4 << 10, 6 // bytes; parts that an entry spans at most
	if len(text) > longest {
		return text
	}
	var said []string
	for parts := strings.Split(text, ": "); len(parts) > 0; {
		n, part := 1, parts[0]
		for some := min(len(parts), most); some > 0; some-- {
			if polish, ok := known(strings.Join(parts[:some], ": ")); ok {
				n, part = some, polish
				break
			}
		}
		said, parts = append(said, part), parts[n:]
	}
	return strings.Join(said, ": ")
}
