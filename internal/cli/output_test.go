package cli

import (
	"errors"
	"iter"
	"slices"
	"testing"
	"time"
)

type thing struct {
	name string
	made time.Time
	good bool
	tags []string
}

var things = []thing{
	{"a\tb\x1b[31m\u202ec", time.Date(2026, 2, 1, 8, 0, 0, 5e6, time.UTC), true, []string{"x", "y"}},
	{"żółw <&>", time.Time{}, false, nil},
}

func thingColumns() []column[thing] {
	return []column[thing]{
		{"name", "NAME", func(t thing) any { return t.name }},
		{"made", "MADE", func(t thing) any { return t.made }},
		{"good", "GOOD", func(t thing) any { return t.good }},
		{"tags", "", func(t thing) any { return t.tags }},
	}
}

func someThings(n int, err error) iter.Seq2[thing, error] {
	return func(yield func(thing, error) bool) {
		for _, one := range things[:n] {
			if !yield(one, nil) {
				return
			}
		}
		if err != nil {
			yield(thing{}, err)
		}
	}
}

// One description of columns gives a table, lines with tabs, and JSON; nothing
// in a value can break out of its place.
func TestList(t *testing.T) {
	local := things[0].made.Local().Format("2006-01-02 15:04:05")
	for _, test := range []struct {
		name           string
		tty, json      bool
		say            language
		items          int
		stdout, stderr string
	}{
		{name: "table", tty: true, items: 2,
			stdout: bold + "NAME        MADE                 GOOD\x1b[0m\n" +
				"a b [31m c  " + local + "  yes\n" +
				"żółw <&>                         no\n"},
		{name: "lines", items: 2, stdout: "a b [31m c\t2026-02-01T08:00:00.005Z\ttrue\nżółw <&>\t\tfalse\n"},
		{name: "JSON", json: true, tty: true, items: 2, stdout: `[{"name":"a\tb\u001b[31m` + "\u202e" + `c","made":"2026-02-01T08:00:00.005Z","good":true,"tags":["x","y"]},` +
			"\n" + `{"name":"żółw <&>","made":null,"good":false,"tags":[]}]` + "\n"},
		{name: "empty table", tty: true, stderr: "ksef: nothing found\n"},
		{name: "no lines"},
		{name: "empty JSON", json: true, stdout: "[]\n"},
	} {
		e, stdout, stderr := world(t, nil)
		e.stdoutTTY = test.tty
		a := &app{env: e, say: test.say, flags: globals{json: test.json}}
		if err := list(a, thingColumns(), someThings(test.items, nil)); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if stdout.String() != test.stdout || stderr.String() != test.stderr {
			t.Errorf("%s:\n%q\n%q, want\n%q\n%q", test.name, stdout, stderr, test.stdout, test.stderr)
		}
	}
}

// What is absent is left out of JSON, and a dash in tables.
func TestAbsent(t *testing.T) {
	columns := []column[int]{
		{"name", "NAME", func(int) any { return "x" }},
		{"status", "STATUS", func(n int) any {
			if n == 0 {
				return absent{}
			}
			return n
		}},
	}
	for _, test := range []struct {
		tty, json bool
		want      string
	}{
		{true, false, bold + "NAME  STATUS\x1b[0m\nx     200\nx     -\n"},
		{false, false, "x\t200\nx\t\n"},
		{false, true, `[{"name":"x","status":200},` + "\n" + `{"name":"x"}]` + "\n"},
	} {
		e, stdout, _ := world(t, nil)
		e.stdoutTTY = test.tty
		a := &app{env: e, flags: globals{json: test.json}}
		if err := list(a, columns, all([]int{200, 0})); err != nil || stdout.String() != test.want {
			t.Errorf("%+v: %q, %v", test, stdout, err)
		}
	}
}

// What came before an error is written, and the error is told.
func TestListFails(t *testing.T) {
	broken := errors.New("broken")
	for _, a := range []*app{{}, {flags: globals{json: true}}, {say: polish}} {
		e, stdout, _ := world(t, nil)
		e.stdoutTTY = a.say == polish
		a.env = e
		if err := list(a, thingColumns(), someThings(1, broken)); !errors.Is(err, broken) {
			t.Errorf("ended with %v", err)
		}
		if stdout.Len() == 0 || a.flags.json && stdout.String()[stdout.Len()-2] != ']' {
			t.Errorf("wrote %q", stdout)
		}
	}
}

func TestShow(t *testing.T) {
	for _, test := range []struct {
		tty, json bool
		want      string
	}{
		{false, false, "name\tżółw <&>\nmade\t\ngood\tfalse\n"},
		{true, false, "  NAME   żółw <&>\n  GOOD   no\n"},
		{true, true, `{"name":"żółw <&>","made":null,"good":false,"tags":[]}` + "\n"},
	} {
		e, stdout, _ := world(t, nil)
		e.stdoutTTY = test.tty
		if err := show(&app{env: e, flags: globals{json: test.json}}, thingColumns(), things[1]); err != nil || stdout.String() != test.want {
			t.Errorf("%+v: %q, %v", test, stdout, err)
		}
	}
}

func TestFirst(t *testing.T) {
	for n, want := range map[int]int{0: 2, 1: 1, 2: 2, 3: 2} {
		got := 0
		for _, err := range first(n, someThings(2, nil)) {
			if err != nil {
				t.Fatal(err)
			}
			got++
		}
		if got != want {
			t.Errorf("first %d are %d, want %d", n, got, want)
		}
	}
	if texts([]language2{"a"})[0] != "a" || !slices.Equal(texts[language2](nil), []string{}) {
		t.Error("texts")
	}
}

type language2 string
