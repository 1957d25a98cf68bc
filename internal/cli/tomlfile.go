package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlFile is a TOML document that is changed in place: comments, order and keys
// that nobody knows stay as they are.
type tomlFile struct {
	text  []byte
	lines []tomlLine
}

// tomlLine is a header or a key with its value.
type tomlLine struct {
	path       []string // of the table or the value, from the top
	table      bool
	start, end int // of its lines, line end included
	value      int // where the value begins
	valueEnd   int
}

func parseTOML(text []byte) (*tomlFile, error) {
	f := &tomlFile{text: bytes.Clone(text)}
	if len(f.text) > 0 && f.text[len(f.text)-1] != '\n' {
		f.text = append(f.text, '\n')
	}
	return f, f.parse()
}

func (f *tomlFile) parse() error {
	f.lines = f.lines[:0]
	var p unstable.Parser
	p.Reset(f.text)
	var table []string
	for p.NextExpression() {
		n := p.Expression()
		var path []string
		var first unstable.Range
		for k := n.Key(); k.Next(); {
			if path == nil {
				first = k.Node().Raw
			}
			path = append(path, string(k.Node().Data))
		}
		at := int(first.Offset)
		l := tomlLine{path: path, start: bytes.LastIndexByte(f.text[:at], '\n') + 1}
		last := at
		if n.Kind == unstable.KeyValue {
			l.path = slices.Concat(table, path)
			l.valueEnd = int(n.Raw.Offset + n.Raw.Length)
			raw := f.text[n.Raw.Offset:l.valueEnd]
			l.value = l.valueEnd - len(raw) + len(beforeValue.Find(raw))
			last = l.valueEnd
		} else {
			l.table, table = true, path
		}
		l.end = last + bytes.IndexByte(f.text[last:], '\n') + 1
		f.lines = append(f.lines, l)
	}
	return p.Error()
}

// beforeValue is the key with the equals sign.
var beforeValue = regexp.MustCompile(`^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_. \t-])*=[ \t]*`)

// set gives the key at path a value, which is written as a TOML string or, for
// numbers, as it is.
func (f *tomlFile) set(value any, path ...string) error {
	text := fmt.Sprint(value)
	if s, ok := value.(string); ok {
		text = tomlString(s)
	}
	table := path[:len(path)-1]
	at, found := 0, len(table) == 0
	for _, l := range f.lines {
		if !l.table && slices.Equal(l.path, path) {
			return f.splice(l.value, l.valueEnd, text)
		}
		if l.table && slices.Equal(l.path, table) || !l.table && found && under(l.path, table) && len(l.path) == len(path) {
			at, found = l.end, true
		}
	}
	line := tomlKey(path[len(path)-1]) + " = " + text + "\n"
	switch {
	case !found:
		var keys []string
		for _, k := range table {
			keys = append(keys, tomlKey(k))
		}
		at, line = len(f.text), "\n["+strings.Join(keys, ".")+"]\n"+line
	case at == 0: // at the top: after the comment the file begins with
		at = f.preamble()
	}
	return f.splice(at, at, line)
}

// preamble is where the comment ends that a file begins with.
func (f *tomlFile) preamble() int {
	at := 0
	for line := range bytes.Lines(f.text) {
		if line[0] != '#' {
			break
		}
		at += len(line)
	}
	return at
}

// remove takes out the key or table at path, with all that is under it.
func (f *tomlFile) remove(path ...string) error {
	for i := len(f.lines) - 1; i >= 0; i-- {
		if l := f.lines[i]; under(l.path, path) {
			end := l.end
			if l.table { // the line that parts tables goes with the first of them
				for bytes.HasPrefix(f.text[end:], []byte("\n")) {
					end++
				}
			}
			f.text = slices.Delete(f.text, l.start, end)
		}
	}
	return f.parse()
}

func (f *tomlFile) splice(from, to int, text string) error {
	f.text = slices.Replace(f.text, from, to, []byte(text)...)
	return f.parse()
}

// under reports whether path is top or below it.
func under(path, top []string) bool {
	return len(path) >= len(top) && slices.Equal(path[:len(top)], top)
}

// tomlKey writes a key, quoted where it must be.
func tomlKey(k string) string {
	if k != "" && strings.Trim(k, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == "" {
		return k
	}
	return tomlString(k)
}

// tomlString writes a basic string.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\u` + fmt.Sprintf("%04X", r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
