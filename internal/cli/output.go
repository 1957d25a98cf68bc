package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/ksef-go/ksef"
)

// column is a member of what a command lists or shows: its name in JSON, its
// title for people, and how to get it. The columns of a noun are said once, in
// its file, and are all that ever gets out: no secret by accident.
type column[T any] struct {
	name  string
	title string // "" for JSON only
	value func(T) any
}

// list writes items: as a table on a terminal, as lines of values with tabs
// between elsewhere, as one array with --json. What came before an error is
// written, too.
func list[T any](a *app, columns []column[T], items iter.Seq2[T, error]) error {
	switch {
	case a.flags.json:
		return listJSON(a.stdout, columns, items)
	case a.stdoutTTY:
		return a.listTable(titles(columns), func(row func(...string)) error {
			for item, err := range items {
				if err != nil {
					return err
				}
				row(cells(a, columns, item)...)
			}
			return nil
		})
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		fmt.Fprintln(a.stdout, strings.Join(cells(a, columns, item), "\t"))
	}
	return nil
}

// show writes one item: name and value on a line each, or an object with --json.
func show[T any](a *app, columns []column[T], item T) error {
	if a.flags.json {
		return a.writeJSON(object(columns, item))
	}
	visible := titled(columns)
	values := cells(a, columns, item)
	if !a.stdoutTTY {
		for i, c := range visible {
			fmt.Fprintf(a.stdout, "%s\t%s\n", c.name, values[i])
		}
		return nil
	}
	a.columns(func(row func(left, right string)) {
		for i, c := range visible {
			if values[i] != "" {
				row(c.title, values[i])
			}
		}
	})
	return nil
}

func (a *app) listTable(head []string, fill func(row func(...string)) error) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	rows := 0
	row := func(cells ...string) {
		rows++
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	err := fill(row)
	_ = w.Flush() // to memory
	if rows == 0 {
		if err == nil {
			a.note(a.say.nothingFound())
		}
		return err
	}
	first, rest, _ := strings.Cut(b.String(), "\n")
	fmt.Fprintf(a.stdout, "%s\n%s", a.paint(true, bold, strings.TrimRight(first, " ")), rest)
	return err
}

// listJSON writes an array, item by item as they come; it is well-formed also
// when an error ends it. Without any item there is the error alone.
func listJSON[T any](w io.Writer, columns []column[T], items iter.Seq2[T, error]) (failed error) {
	before := "["
	for item, err := range items {
		if err != nil {
			failed = err
			break
		}
		text, err := object(columns, item).MarshalJSON()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s%s", before, text)
		before = ",\n"
	}
	if before == "[" && failed != nil {
		return failed
	}
	if before == "[" {
		fmt.Fprint(w, before)
	}
	fmt.Fprintln(w, "]")
	return failed
}

// ordered is a JSON object whose members stay in their order.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o ordered) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := plainJSON(m.name)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// plainJSON is v as JSON that is not also fit for HTML.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// absent is the value of a column that says nothing about an item.
type absent struct{}

// object is item as JSON: every column, in order; null where there is no moment,
// and an empty array where there is nothing in it. Only what is absent is left
// out.
func object[T any](columns []column[T], item T) ordered {
	o := make(ordered, 0, len(columns))
	for _, c := range columns {
		value := c.value(item)
		switch v := value.(type) {
		case absent:
			continue
		case time.Time:
			if v.IsZero() {
				value = nil
			}
		case []string:
			if v == nil {
				value = []string{}
			}
		}
		o = append(o, member{c.name, value})
	}
	return o
}

func titled[T any](columns []column[T]) (out []column[T]) {
	for _, c := range columns {
		if c.title != "" {
			out = append(out, c)
		}
	}
	return out
}

func titles[T any](columns []column[T]) (out []string) {
	for _, c := range titled(columns) {
		out = append(out, c.title)
	}
	return out
}

func cells[T any](a *app, columns []column[T], item T) (out []string) {
	for _, c := range titled(columns) {
		out = append(out, a.cell(c.value(item)))
	}
	return out
}

// cell writes a value on one line. Moments are local on a terminal and exact
// elsewhere. What KSeF passes on from others cannot move the cursor or add
// columns.
func (a *app) cell(value any) string {
	text := ""
	switch v := value.(type) {
	case nil:
	case absent:
		if a.stdoutTTY {
			return dash
		}
	case time.Time:
		if v.IsZero() {
			return ""
		}
		if a.stdoutTTY {
			return v.Local().Format("2006-01-02 15:04:05")
		}
		return v.Format(time.RFC3339Nano)
	case bool:
		text = a.say.yesNo(v)
		if !a.stdoutTTY {
			text = fmt.Sprint(v)
		}
	case []string:
		text = strings.Join(v, ", ")
	default:
		text = fmt.Sprint(v)
	}
	return oneLine(text)
}

// oneLine replaces what would not stay where it is put.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// word is one of our words: as it is for programs, and as it is said for people.
func (a *app) word(word, said string) string {
	if a.stdoutTTY && !a.flags.json {
		return said
	}
	return word
}

// first yields the first n items; all of them when n is zero.
func first[T any](n int, items iter.Seq2[T, error]) iter.Seq2[T, error] {
	if n <= 0 {
		return items
	}
	return func(yield func(T, error) bool) {
		left := n
		for item, err := range items {
			if left--; !yield(item, err) || left == 0 {
				return
			}
		}
	}
}

// texts are the texts of values, for a column.
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// writeJSON writes v as one line of JSON to standard output.
func (a *app) writeJSON(v any) error {
	text, err := plainJSON(v)
	if err == nil {
		_, err = fmt.Fprintf(a.stdout, "%s\n", text)
	}
	return err
}

// note tells people what is going on, unless they asked for quiet.
func (a *app) note(text string) {
	if !a.flags.quiet {
		fmt.Fprintf(a.stderr, "ksef: %s\n", text)
	}
}

// done says that a thing was done: to people in words, to programs as an object
// that names it.
func (a *app) done(text string, what ...member) error {
	a.note(text)
	if !a.flags.json {
		return nil
	}
	return a.writeJSON(ordered(what))
}

// warn passes on what KSeF warns of.
func (a *app) warn(_ context.Context, w ksef.Warning) { a.note(oneLine(w.Text)) }
