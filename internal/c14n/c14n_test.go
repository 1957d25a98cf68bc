package c14n

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/growth"
	"github.com/ksef-go/ksef/internal/xmltree"
)

// all are the methods.
var all = []Method{C14N10, C14N10WithComments, C14N11, C14N11WithComments, Exclusive, ExclusiveWithComments}

func TestByURI(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range all {
		uri := m.URI()
		if got, ok := ByURI(uri); got != m || !ok || seen[uri] {
			t.Errorf("%s is method %d, %v; want %d", uri, got, ok, m)
		}
		if strings.HasSuffix(uri, "#WithComments") != m.comments() || strings.Contains(uri, "exc-c14n#") != m.exclusive() {
			t.Errorf("method %d is %s", m, uri)
		}
		seen[uri] = true
	}
	for _, uri := range []string{"", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#", "http://www.w3.org/2006/12/xml-c14n11/"} {
		if m, ok := ByURI(uri); ok {
			t.Errorf("%q is method %d", uri, m)
		}
	}
}

// TestDocuments checks whole documents, where 1.0 and 1.1 are the same. The cases go through the examples of Canonical
// XML 1.0 §3 and the edges of its §2.3 and of Exclusive XML Canonicalization 1.0 §3.
func TestDocuments(t *testing.T) {
	for _, test := range []struct{ name, doc, inclusive, exclusive string }{
		{name: "§3.1 around the document element",
			doc:       "<?xml version=\"1.0\"?>\n\n<?one   two   three?>\n\n<a>x<!-- in --></a>\n\n<?alone     ?>\n\n<!-- 1 -->\n\n<!-- 2 -->",
			inclusive: "<?one two   three?>\n<a>x<!-- in --></a>\n<?alone?>\n<!-- 1 -->\n<!-- 2 -->"},
		{name: "§3.2 white space in content stays",
			doc:       "<a>\n   <b>   </b>\r\n   <c>\tx \r y<d/>\n\n</c>\n</a>\n",
			inclusive: "<a>\n   <b>   </b>\n   <c>\tx \n y<d></d>\n\n</c>\n</a>"},
		{name: "§3.3 white space and quotation marks in tags go",
			doc:       "<a   b = '1'\n\tc=\"'\"  ><d  /></a  >",
			inclusive: `<a b="1" c="'"><d></d></a>`},
		{name: "§3.3 attributes by namespace, then by name",
			doc: `<a z="1" B="2" q:x="3" p:z="4" p:y="5" b="6" xml:lang="pl" é="7" xmlns:p="urn:b" xmlns:q="urn:a"/>`,
			inclusive: `<a xmlns:p="urn:b" xmlns:q="urn:a" B="2" b="6" z="1" é="7" xml:lang="pl" q:x="3" p:y="5" p:z="4">` +
				`</a>`},
		{name: "§3.3 superfluous declarations go",
			doc:       `<a xmlns="" xmlns:p="urn:p"><p:b xmlns:p="urn:p"><c xmlns="urn:c"><d xmlns="" xmlns:p="urn:q"><e xmlns=""/></d></c></p:b></a>`,
			inclusive: `<a xmlns:p="urn:p"><p:b><c xmlns="urn:c"><d xmlns="" xmlns:p="urn:q"><e></e></d></c></p:b></a>`,
			exclusive: `<a><p:b xmlns:p="urn:p"><c xmlns="urn:c"><d xmlns=""><e></e></d></c></p:b></a>`},
		{name: "§3.4 characters in text",
			doc:       "<a>&lt;&gt;&amp;&quot;&apos;\"'&#13;&#10;&#9;&#x20;<![CDATA[<&>]]>\u0085\u2028</a>",
			inclusive: "<a>&lt;&gt;&amp;\"'\"'&#xD;\n\t &lt;&amp;&gt;\u0085\u2028</a>"},
		{name: "§3.4 characters in attributes",
			doc:       "<a b='&lt;&gt;>&amp;&quot;&apos;&#13;&#10;&#9;&#x20;\r\n\t '/>",
			inclusive: `<a b="&lt;>>&amp;&quot;'&#xD;&#xA;&#x9;    "></a>`},
		{name: "§3.6 nothing is normalised or escaped beyond that",
			doc:       "\uFEFF<a>&#169;e\u0301é&#x1F600;</a>",
			inclusive: "<a>©e\u0301é😀</a>"},
		{name: "line ends in comments and instructions",
			doc:       "<!--\r\n--><a><?p\r\nq\rr?></a>",
			inclusive: "<!--\n-->\n<a><?p q\nr?></a>"},
		{name: "an escaped namespace name",
			doc:       `<p:a xmlns:p="urn:a?b=1&amp;c=&#34;2&#34;"/>`,
			inclusive: `<p:a xmlns:p="urn:a?b=1&amp;c=&quot;2&quot;"></p:a>`},
		{name: "declarations by prefix, the default one first",
			doc:       `<a xmlns:é="urn:1" xmlns:B="urn:2" xmlns:a="urn:3" xmlns="urn:4" é:x="" B:x="" a:x=""/>`,
			inclusive: `<a xmlns="urn:4" xmlns:B="urn:2" xmlns:a="urn:3" xmlns:é="urn:1" é:x="" B:x="" a:x=""></a>`},
		{name: "the prefix xml is not declared",
			doc:       `<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:space="preserve"/>`,
			inclusive: `<a xml:space="preserve"></a>`},
		{name: "a prefix changes its meaning and back",
			doc:       `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b><p:d/></p:a>`,
			inclusive: `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"></p:c></p:b><p:d></p:d></p:a>`},
		{name: "exclusive: where a prefix is used, and again in a sibling",
			doc:       `<a xmlns:p="urn:p" xmlns:q="urn:q"><b><p:c/><p:c q:d=""/></b><e xmlns:r="urn:r"/></a>`,
			inclusive: `<a xmlns:p="urn:p" xmlns:q="urn:q"><b><p:c></p:c><p:c q:d=""></p:c></b><e xmlns:r="urn:r"></e></a>`,
			exclusive: `<a><b><p:c xmlns:p="urn:p"></p:c><p:c xmlns:p="urn:p" xmlns:q="urn:q" q:d=""></p:c></b><e></e></a>`},
		{name: "exclusive: the default namespace is used by elements alone",
			doc:       `<p:a xmlns="urn:d" xmlns:p="urn:p" b=""><p:c xmlns=""><d/></p:c><e/></p:a>`,
			inclusive: `<p:a xmlns="urn:d" xmlns:p="urn:p" b=""><p:c xmlns=""><d></d></p:c><e></e></p:a>`,
			exclusive: `<p:a xmlns:p="urn:p" b=""><p:c><d></d></p:c><e xmlns="urn:d"></e></p:a>`},
		{name: "exclusive: taking back a default that was skipped over",
			doc:       `<a xmlns="urn:d"><p:b xmlns="" xmlns:p="urn:p"><c/></p:b></a>`,
			inclusive: `<a xmlns="urn:d"><p:b xmlns="" xmlns:p="urn:p"><c></c></p:b></a>`,
			exclusive: `<a xmlns="urn:d"><p:b xmlns:p="urn:p"><c xmlns=""></c></p:b></a>`},
		{name: "1.1 joins and drops nothing in a whole document",
			doc:       `<a xml:base="x/" xml:id="i"><b xml:base=""/></a>`,
			inclusive: `<a xml:base="x/" xml:id="i"><b xml:base=""></b></a>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc := parse(t, test.doc)
			for _, m := range all {
				want := test.inclusive
				if m.exclusive() && test.exclusive != "" {
					want = test.exclusive
				}
				if !m.comments() {
					want = uncommented.Replace(want)
				}
				if got := string(m.Append(nil, doc, nil)); got != want {
					t.Errorf("%s\n got %q\nwant %q", m.URI(), got, want)
				}
			}
		})
	}
}

// uncommented takes the comments of TestDocuments out of a canonical form.
var uncommented = strings.NewReplacer("\n<!-- 1 -->", "", "\n<!-- 2 -->", "", "<!--\n-->\n", "", "<!-- in -->", "")

// TestSubtrees checks what the element named x becomes without its ancestors.
func TestSubtrees(t *testing.T) {
	for _, test := range []struct{ name, doc, c14n10, c14n11, exclusive string }{
		{"namespaces in scope",
			`<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:b xmlns:p="urn:r" xmlns:z="urn:z"><x p:c=""><d/></x></p:b></a>`,
			`<x xmlns="urn:d" xmlns:p="urn:r" xmlns:q="urn:q" xmlns:z="urn:z" p:c=""><d></d></x>`, "",
			`<x xmlns="urn:d" xmlns:p="urn:r" p:c=""><d></d></x>`},
		{"a default namespace taken back",
			`<a xmlns="urn:d"><b xmlns="" xmlns:p="urn:p"><x/></b></a>`,
			`<x xmlns:p="urn:p"></x>`, "", `<x></x>`},
		{"the nearest xml: attributes",
			`<a xml:lang="en" xml:space="default" xml:foo="1" xml:id="i"><b xml:lang="pl" xml:foo="2"><x z="" xml:space="preserve"><d xml:lang="de"/></x></b></a>`,
			`<x z="" xml:foo="2" xml:id="i" xml:lang="pl" xml:space="preserve"><d xml:lang="de"></d></x>`,
			`<x z="" xml:lang="pl" xml:space="preserve"><d xml:lang="de"></d></x>`,
			`<x z="" xml:space="preserve"><d xml:lang="de"></d></x>`},
		{"an empty xml:lang is one",
			`<a xml:lang="en"><b xml:lang=""><x/></b></a>`,
			`<x xml:lang=""></x>`, "", `<x></x>`},
		{"xml:base of an ancestor alone",
			`<a xml:base="http://example.org/a/../b#f"><b><x/></b></a>`,
			`<x xml:base="http://example.org/a/../b#f"></x>`, "", `<x></x>`},
		{"xml:base of its own alone",
			`<a><b><x xml:base="../y#f"/></b></a>`,
			`<x xml:base="../y#f"></x>`, "", `<x xml:base="../y#f"></x>`},
		{"xml:base joined, from the innermost out", // the example of Canonical XML 1.1 §2.4
			`<a><b xml:base=".."><c xml:base=".."><x xml:base="s"/></c></b></a>`,
			`<x xml:base="s"></x>`, `<x xml:base="../../s"></x>`, `<x xml:base="s"></x>`},
		{"xml:base joined to nothing",
			`<a xml:base="b/"><x a="" xml:base="../"/></a>`,
			`<x a="" xml:base="../"></x>`, `<x a=""></x>`, `<x a="" xml:base="../"></x>`},
		{"xml:base within",
			`<a xml:base="b/"><x><c xml:base="d/"/></x></a>`,
			`<x xml:base="b/"><c xml:base="d/"></c></x>`, "", `<x><c xml:base="d/"></c></x>`},
		{"the document element has nothing to inherit",
			`<?p?><x xml:base="a" xmlns:p="urn:p" xml:id="i"/>`,
			`<x xmlns:p="urn:p" xml:base="a" xml:id="i"></x>`, "", `<x xml:base="a" xml:id="i"></x>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := element(parse(t, test.doc), "x")
			want := map[Method]string{C14N10: test.c14n10, C14N11: test.c14n11, Exclusive: test.exclusive}
			if test.c14n11 == "" {
				want[C14N11] = test.c14n10
			}
			for m, want := range want {
				if got := string(m.Append(nil, x, nil)); got != want {
					t.Errorf("%s\n got %s\nwant %s", m.URI(), got, want)
				}
			}
		})
	}
}

// element returns the first element with a local name.
func element(n *xmltree.Node, local string) *xmltree.Node {
	if n.Local == local {
		return n
	}
	for e := range n.Elements() {
		if found := element(e, local); found != nil {
			return found
		}
	}
	return nil
}

func TestOptions(t *testing.T) {
	doc := parse(t, `<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><!-- --><x><p:b/></x><c>1<s><!-- -->2</s>3</c></a>`)
	for _, test := range []struct {
		name   string
		method Method
		node   string // the document, when empty
		o      Options
		want   string
	}{
		{"an excluded element", Exclusive, "", Options{Exclude: element(doc, "s")},
			`<a xmlns="urn:d"><x><p:b xmlns:p="urn:p"></p:b></x><c>13</c></a>`},
		{"excluded with comments", C14N10WithComments, "c", Options{Exclude: element(doc, "s")},
			`<c xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q">13</c>`},
		{"excluded as a whole", C14N11, "s", Options{Exclude: element(doc, "s")}, ``},
		{"excluded from within", Exclusive, "s", Options{Exclude: element(doc, "c")}, ``},
		{"excluded elsewhere", Exclusive, "c", Options{Exclude: element(doc, "x")}, `<c xmlns="urn:d">1<s>2</s>3</c>`},
		{"listed prefixes", Exclusive, "x", Options{InclusivePrefixes: []string{"q", "p", "unbound"}},
			`<x xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:b></p:b></x>`},
		{"a listed default", Exclusive, "b", Options{InclusivePrefixes: []string{"#default"}},
			`<p:b xmlns="urn:d" xmlns:p="urn:p"></p:b>`},
		{"a list is nothing to the inclusive methods", C14N10, "b", Options{InclusivePrefixes: []string{"q"}},
			`<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"></p:b>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := doc
			if test.node != "" {
				n = element(doc, test.node)
			}
			if got := string(test.method.Append(nil, n, &test.o)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestListedPrefixesAreInclusive(t *testing.T) {
	const doc = `<a xmlns:p="urn:p"><b xmlns:p="urn:q"><p:c xmlns:q="urn:q" xmlns="urn:d"/></b><d xmlns=""/></a>`
	const want = `<a xmlns:p="urn:p"><b xmlns:p="urn:q"><p:c xmlns="urn:d"></p:c></b><d></d></a>`
	o := &Options{InclusivePrefixes: []string{"p", "#default", "xml"}}
	if got := string(Exclusive.Append(nil, parse(t, doc), o)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestAppendAppends(t *testing.T) {
	doc := parse(t, `<a/>`)
	if got := string(C14N10.Append([]byte("before"), doc, nil)); got != "before<a></a>" {
		t.Errorf("got %q", got)
	}
	for n, want := range map[*xmltree.Node]string{
		parse(t, `<a>&lt;</a>`).Root().Children[0]:    "&lt;",
		parse(t, `<a><?p q?></a>`).Root().Children[0]: "<?p q?>",
		parse(t, `<a><!----></a>`).Root().Children[0]: "",
	} {
		if got := string(C14N10.Append(nil, n, nil)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestAppendLeavesTree canonicalizes from many goroutines at once, for the race detector, and twice for the result.
func TestAppendLeavesTree(t *testing.T) {
	text, _ := newGenerator(1).document()
	doc := parse(t, text)
	x := deepest(doc)
	done := make(chan string)
	for range 4 {
		go func() {
			var b []byte
			for _, m := range all {
				b = m.Append(m.Append(b, doc, nil), x, nil)
			}
			done <- string(b)
		}()
	}
	first := <-done
	for range 3 {
		if again := <-done; again != first {
			t.Error(difference(again, first))
		}
	}
}

// countdown fails the nth write.
type countdown struct {
	bytes.Buffer
	n int
}

var errFull = errors.New("full")

func (c *countdown) Write(b []byte) (int, error) {
	if c.n--; c.n == 0 {
		return 0, errFull
	}
	return c.Buffer.Write(b)
}

func TestWrite(t *testing.T) {
	for _, doc := range []string{"<a/>", string(invoice(1)), string(invoice(200)), "<a>" + strings.Repeat("x", 10*chunk) + "<b/></a>"} {
		tree := parse(t, doc)
		for _, m := range all {
			want := string(m.Append(nil, tree, nil))
			out := countdown{n: -1}
			if err := m.Write(&out, tree, nil); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != want {
				t.Error(difference(got, want))
			}
			for _, n := range []int{1, 2} {
				out := countdown{n: n}
				err := m.Write(&out, tree, nil)
				if writes := n == 1 || len(want) > 3*chunk; writes != errors.Is(err, errFull) {
					t.Errorf("failing write %d of %d bytes: %v", n, len(want), err)
				}
				if !strings.HasPrefix(want, out.String()) {
					t.Error("wrote on after an error")
				}
			}
		}
	}
}

// TestHostile canonicalizes documents made to be slow, from the top and from within.
func TestHostile(t *testing.T) {
	const n = 30_000
	type work struct{ doc, x *xmltree.Node }
	parsed := func(doc string) work {
		root := parse(t, doc)
		return work{root, element(root, "x")}
	}
	small, large := hostile(n/growth.Times), hostile(n)
	for i, test := range large {
		t.Run(test.name, func(t *testing.T) {
			before, after := parsed(small[i].doc), parsed(test.doc)
			for _, m := range []Method{C14N10, C14N11, Exclusive} {
				size := 0
				write := func(node *xmltree.Node, prefixes []string) func() {
					return func() { size = len(m.Append(nil, node, &Options{InclusivePrefixes: prefixes})) }
				}
				check := func(before, after *xmltree.Node) {
					growth.Linear(t, write(before, small[i].prefixes), write(after, test.prefixes))
					if size > 200*len(test.doc) {
						t.Errorf("%s: %d bytes became %d", m.URI(), len(test.doc), size)
					}
				}
				check(before.doc, after.doc)
				check(before.x, after.x)
			}
		})
	}
}

type hostileDocument struct {
	name, doc string
	prefixes  []string
}

// hostile are documents with n of something each.
func hostile(n int) []hostileDocument {
	var prefixes []string
	each := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for i := range n {
		prefixes = append(prefixes, fmt.Sprintf("p%d", i))
	}
	declared := each(" xmlns:p%d='u'")
	return []hostileDocument{
		{"attributes", "<a><x" + each(" a%d=''") + "/></a>", prefixes},
		{"xml: attributes to inherit", "<a" + each(" xml:a%d=''") + "><x/></a>", prefixes},
		{"declarations", "<a" + declared + "><x/></a>", prefixes},
		{"declarations, each used by an attribute", "<a" + declared + "><x" + each(" p%d:a%[1]d=''") + ">" + strings.Repeat("<p0:b/>", n) + "</x></a>", prefixes},
		{"declarations, each used by a child", "<a" + declared + "><x>" + each("<p%d:a/>") + "</x></a>", prefixes},
		{"declarations, one changed by many", "<a" + declared + "><x>" + strings.Repeat("<p0:b xmlns:p0='v'/>", n) + "</x></a>", prefixes},
		{"bases", strings.Repeat("<a xml:base='"+strings.Repeat("../", 100)+"'>", 200) + "<x/>" + strings.Repeat("</a>", 200), prefixes},
		{"long namespace name", "<a xmlns:p='" + strings.Repeat("u", 512) + "'><x>" + strings.Repeat("<p:b/>", n) + "</x></a>", prefixes},
	}
}

// FuzzCanonical checks that canonical XML is well-formed, and that it is its own canonical form.
func FuzzCanonical(f *testing.F) {
	for i := range 20 {
		doc, _ := newGenerator(uint64(i)).document()
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := xmltree.Parse(b)
		if err != nil {
			return
		}
		for _, m := range all {
			for _, n := range []*xmltree.Node{doc, deepest(doc)} {
				once := m.Append(nil, n, nil)
				again, err := xmltree.Parse(once)
				if err != nil {
					t.Fatalf("%s of %q: %v in %q", m.URI(), b, err, once)
				}
				if twice := m.Append(nil, again, nil); !bytes.Equal(once, twice) {
					t.Errorf("%s of %q: %s", m.URI(), b, difference(string(twice), string(once)))
				}
			}
		}
	})
}

// deepest returns the last element of the last element, and so on.
func deepest(n *xmltree.Node) *xmltree.Node {
	for {
		var last *xmltree.Node
		for e := range n.Elements() {
			last = e
		}
		if last == nil {
			return n
		}
		n = last
	}
}
