package xmltree

import (
	"errors"
	"slices"
	"testing"
)

func parse(t *testing.T, doc string) *Node {
	t.Helper()
	n, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNavigation(t *testing.T) {
	doc := parse(t, `<!-- c --><r xmlns="u" xmlns:p="v">t<a/><p:a n="1"/><a m="" p:m="2"/><?p?></r>`)
	root := doc.Root()
	if root.Local != "r" || root.Children[1].Root() != root {
		t.Fatalf("root is %+v", root)
	}
	var names []string
	for e := range root.Elements() {
		names = append(names, e.Prefix+":"+e.Local)
	}
	if want := []string{":a", "p:a", ":a"}; !slices.Equal(names, want) {
		t.Errorf("elements %q, want %q", names, want)
	}
	for range root.Elements() {
		break
	}
	pa := root.Child("v", "a")
	if pa == nil || pa.Prefix != "p" || root.Child("", "a") != nil || root.Child("u", "b") != nil {
		t.Errorf("child is %+v", pa)
	}
	last := root.Children[3]
	for _, test := range []struct {
		ns, local, value string
		ok               bool
	}{
		{"", "m", "", true}, {"v", "m", "2", true}, {"u", "m", "", false}, {"", "n", "", false},
	} {
		if v, ok := last.Attr(test.ns, test.local); v != test.value || ok != test.ok {
			t.Errorf("attribute {%s}%s is %q, %v", test.ns, test.local, v, ok)
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		doc, text string
		plain     bool
	}{
		{`<a/>`, "", true},
		{`<a></a>`, "", true},
		{`<a> x &amp; <![CDATA[y]]></a>`, " x & y", true},
		{`<a>1<!-- -->2</a>`, "12", false},
		{`<a><!-- --></a>`, "", false},
		{`<a>1<?p q?></a>`, "1", false},
		{`<a>1<b>2<c>3</c></b>4</a>`, "1234", false},
		{`<a><b/></a>`, "", false},
	} {
		a := parse(t, test.doc).Root()
		if got := a.Text(); got != test.text {
			t.Errorf("%s: text %q, want %q", test.doc, got, test.text)
		}
		got, err := a.PlainText()
		if test.plain && (err != nil || got != test.text) {
			t.Errorf("%s: plain text %q, %v", test.doc, got, err)
		}
		if !test.plain && (!errors.Is(err, ErrNotPlain) || got != "") {
			t.Errorf("%s: plain text %q, %v, want an error", test.doc, got, err)
		}
	}
}

func TestScope(t *testing.T) {
	var s Scope
	names := []string{"", "a", "b"}
	for i := range 40 { // far beyond the few that are searched one by one
		names = append(names, string(rune('α'+i)))
	}
	check := func(want map[string]string) {
		t.Helper()
		for _, p := range names {
			uri, ok := s.Lookup(p)
			if w, bound := want[p]; uri != w || ok != bound {
				t.Errorf("with %d bindings %q is %q, %v; want %q, %v", s.Len(), p, uri, ok, w, bound)
			}
		}
	}
	// Every state on the way up is seen again on the way down, twice over: the second time with the map in place.
	for range 2 {
		states := []map[string]string{{}}
		for i, p := range append(names, names[:10]...) {
			check(states[i])
			next := make(map[string]string)
			for k, v := range states[i] {
				next[k] = v
			}
			next[p] = string(rune('A' + i))
			states = append(states, next)
			s.Bind(p, next[p])
		}
		for n := len(states) - 1; n >= 0; n-- {
			s.Unwind(n)
			check(states[n])
		}
	}
}
