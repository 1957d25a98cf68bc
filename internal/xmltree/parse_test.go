package xmltree

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// dump writes a tree on one line: (name attrs children), with namespaces in braces.
func dump(b *strings.Builder, n *Node) {
	name := func(ns, prefix, local string) {
		if ns != "" {
			fmt.Fprintf(b, "{%s}", ns)
		}
		if prefix != "" {
			b.WriteString(prefix + ":")
		}
		b.WriteString(local)
	}
	switch n.Kind {
	case Text:
		fmt.Fprintf(b, "%q", n.Value)
		return
	case Comment:
		fmt.Fprintf(b, "!%q", n.Value)
		return
	case ProcInst:
		fmt.Fprintf(b, "?%s%q", n.Local, n.Value)
		return
	case Element:
		name(n.NS, n.Prefix, n.Local)
	}
	b.WriteByte('(')
	for _, d := range n.Decls {
		fmt.Fprintf(b, "%s->%s ", d.Prefix, d.URI)
	}
	for _, a := range n.Attrs {
		name(a.NS, a.Prefix, a.Local)
		fmt.Fprintf(b, "=%q ", a.Value)
	}
	for i, c := range n.Children {
		if i > 0 {
			b.WriteByte(' ')
		}
		if c.Parent != n {
			b.WriteString("ORPHAN ")
		}
		dump(b, c)
	}
	b.WriteByte(')')
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, doc, want string }{
		{"empty element", `<a/>`, `(a())`},
		{"mark and declaration", "\uFEFF<?xml version='1.0'\tencoding = \"utf-8\" standalone='no' ?>\n<a></a >\n", `(a())`},
		{"version 1.1 is read as 1.0", `<?xml version="1.1"?><a/>`, `(a())`},
		{"standalone alone", `<?xml version="1.0" standalone="yes"?><a/>`, `(a())`},
		{"outside the root", "<?p  q ?>\n<!--c-->\r\n<a/> <!----><?e?>", `(?p"q " !"c" a() !"" ?e"")`},
		{"text, references and sections are one node", `<a>x&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;<![CDATA[<&]]]]><![CDATA[>]]>y</a>`,
			`(a("x&<>\"'A😀<&]]>y"))`},
		{"an empty section is no text", `<a><![CDATA[]]></a>`, `(a())`},
		{"an empty section keeps text whole", `<a>x<![CDATA[]]>y</a>`, `(a("xy"))`},
		{"a comment divides text", `<a>x<!-- - -->y<?p?>z</a>`, `(a("x" !" - " "y" ?p"" "z"))`},
		{"line ends", "<a>1\r\n2\r3\n\r4&#13;<![CDATA[\r\n]]><!--\r--><?p x\r\n?></a>", `(a("1\n2\n3\n\n4\r\n" !"\n" ?p"x\n"))`},
		{"attribute values", "<a b='\t\r\n\n\r.&#9;&#10;&#13;&#32;\">&apos;'/>", `(a(b="    .\t\n\r \">'" ))`},
		{"leading zeros", `<a>&#00000000000000000000000000000065;&#x0000000000000000000041;</a>`, `(a("AA"))`},
		{"]] and ]> are text", `<a>]] ]> ]]</a>`, `(a("]] ]> ]]"))`},
		{"white space in tags", "<a\n b\t=\r'1'  c='2' ></a\n>", `(a(b="1" c="2" ))`},
		{"names", `<_a-.9·><żółw/><x҃/><𐀀/></_a-.9·>`, `(_a-.9·(żółw() x҃() 𐀀()))`},
		{"namespaces", `<a xmlns="u" xmlns:p="v" p:b="1" c="2"><p:d/><e xmlns="" xmlns:p="w" p:b=""/><f/></a>`,
			`({u}a(->u p->v {v}p:b="1" c="2" {v}p:d() e(-> p->w {w}p:b="" ) {u}f()))`},
		{"a declaration holds for its own element", `<p:a p:b="" xmlns:p="u"/>`, `({u}p:a(p->u {u}p:b="" ))`},
		{"xml is bound", `<a xml:lang="pl"/>`, `(a({` + XMLNamespace + `}xml:lang="pl" ))`},
		{"xml may be declared", `<a xmlns:xml="` + XMLNamespace + `"/>`, `(a(xml->` + XMLNamespace + ` ))`},
		{"same local name, other namespace", `<a b="" p:b="" q:b="" xmlns:p="u" xmlns:q="v"/>`, `(a(p->u q->v b="" {u}p:b="" {v}q:b="" ))`},
		{"boundaries of characters", "<a>\t\u0020\u0085\u2028\uD7FF\uE000\uFDD0\uFFFD\U0001FFFE\U0010FFFF</a>",
			`(a("\t \u0085\u2028\ud7ff\ue000\ufdd0�\U0001fffe\U0010ffff"))`},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, err := Parse([]byte(test.doc))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			dump(&b, doc)
			if got := b.String(); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, test := range []struct {
		name, doc    string
		line, column int
		msg          string // a part of it
	}{
		{"nothing", ``, 1, 1, "no element"},
		{"no element", "<!-- -->\n", 2, 1, "no element"},
		{"two elements", `<a/><b/>`, 1, 5, "second element"},
		{"text before", `x<a/>`, 1, 1, "outside the document element"},
		{"text after", "<a/>\n\nx", 3, 1, "outside the document element"},
		{"reference outside", `<a/>&#32;`, 1, 5, "outside the document element"},
		{"section outside", `<a/><![CDATA[]]>`, 1, 5, "CDATA"},
		{"end tag outside", `</a>`, 1, 1, "end tag"},
		{"open at the end", "<a>\n<b>", 2, 4, "ends within <b> of line 2"},
		{"wrong end tag", "<a>\n</b>", 2, 1, `end tag of <a> of line 1, found "</b"`},
		{"longer end tag", "<a></ab>", 1, 4, "end tag"},
		{"end tag with another prefix", `<p:a xmlns:p="u" xmlns:q="u"></q:a>`, 1, 30, "end tag"},
		{"end tag with attribute", `<a></a b="">`, 1, 4, "end tag"},
		{"space before the name", `< a/>`, 1, 2, "name"},
		{"digit first", `<1/>`, 1, 2, "name"},
		{"not a name character", `<a×/>`, 1, 3, `'×'`},
		{"name begins with a combining mark", "<\u0300/>", 1, 2, "name"},
		{"colons", `<a:b:c xmlns:a="u"/>`, 1, 5, "white space"},
		{"colon first", `<:a/>`, 1, 2, "name"},
		{"no equals sign", `<a b/>`, 1, 5, "expected ="},
		{"no quotation mark", `<a b=1/>`, 1, 6, "quotation"},
		{"no space between attributes", `<a b=""c=""/>`, 1, 8, "white space"},
		{"attribute that does not end", `<a b="/>`, 1, 6, "does not end"},
		{"tag that does not end", `<a b="1"`, 1, 9, "end of the document"},
		{"< in an attribute", `<a b="<"/>`, 1, 7, "&lt;"},
		{"bare ampersand", `<a>a & b</a>`, 1, 6, "&amp;"},
		{"unknown entity", `<a>&nbsp;</a>`, 1, 4, "&amp;"},
		{"entity without end", `<a>&amp</a>`, 1, 4, "&amp;"},
		{"no digits", `<a>&#;</a>`, 1, 4, "digits"},
		{"no hexadecimal digits", `<a>&#x;</a>`, 1, 4, "digits"},
		{"X in capitals", `<a>&#X41;</a>`, 1, 4, "digits"},
		{"hexadecimal digit in a decimal", `<a>&#6a;</a>`, 1, 4, "digits"},
		{"reference to NUL", `<a>&#0;</a>`, 1, 4, "not a character"},
		{"reference to a surrogate", `<a>&#xD800;</a>`, 1, 4, "not a character"},
		{"reference to U+FFFE", `<a b="&#xFFFE;"/>`, 1, 7, "not a character"},
		{"reference beyond Unicode", `<a>&#x110000;</a>`, 1, 4, "not a character"},
		{"reference that overflows", `<a>&#x100000000000041;</a>`, 1, 4, "not a character"},
		{"]]> in text", `<a>x]]></a>`, 1, 5, "]]>"},
		{"]]]> in text", `<a>]]]></a>`, 1, 5, "]]>"},
		{"section that does not end", `<a><![CDATA[]]</a>`, 1, 4, "does not end"},
		{"comment that does not end", `<a><!-- -></a>`, 1, 4, "does not end"},
		{"comment with --", `<a><!-- -- --></a>`, 1, 9, "--"},
		{"comment with --->", `<a><!-- ---></a>`, 1, 9, "--"},
		{"comment too short", `<!--->`, 1, 1, "does not end"},
		{"instruction that does not end", `<a><?p ></a>`, 1, 4, "does not end"},
		{"instruction without name", `<a><??></a>`, 1, 6, "name"},
		{"instruction with a colon", `<?p:q r?><a/>`, 1, 4, "white space"},
		{"instruction named xml", `<a><?xml version="1.0"?></a>`, 1, 4, "XML declaration"},
		{"instruction named XmL", `<?XmL ?><a/>`, 1, 1, "XML declaration"},
		{"declaration after white space", ` <?xml version="1.0"?><a/>`, 1, 2, "XML declaration"},
		{"declaration without version", `<?xml encoding="UTF-8"?><a/>`, 1, 7, "version"},
		{"declaration out of order", `<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>`, 1, 38, "?>"},
		{"version twice", `<?xml version="1.0" version="1.0"?><a/>`, 1, 21, "?>"},
		{"version 2.0", `<?xml version="2.0"?><a/>`, 1, 14, "2.0"},
		{"version 1.", `<?xml version="1."?><a/>`, 1, 14, "1."},
		{"version 1.0a", `<?xml version="1.0a"?><a/>`, 1, 14, "1.0a"},
		{"no space in declaration", `<?xml version="1.0"encoding="UTF-8"?><a/>`, 1, 20, "white space"},
		{"standalone maybe", `<?xml version="1.0" standalone="maybe"?><a/>`, 1, 31, "yes or no"},
		{"declaration that does not end", `<?xml version="1.0"><a/>`, 1, 20, "?>"},
		{"declaration's value does not end", `<?xml version="1.0?>`, 1, 16, "does not end"},
		{"control character in text", "<a>é\x01</a>", 1, 5, "U+0001"},
		{"control character in an attribute", "<a b='\x1f'/>", 1, 7, "U+001F"},
		{"control character in a comment", "<a><!--\x00--></a>", 1, 8, "U+0000"},
		{"control character in a section", "<a><![CDATA[\x0c]]></a>", 1, 13, "U+000C"},
		{"control character in an instruction", "<a><?p \x08?></a>", 1, 8, "U+0008"},
		{"U+FFFF", "<a>\uFFFD\uFFFF</a>", 1, 5, "U+FFFF"},
		{"U+FFFE in an attribute", "<a b='\uFFFE'/>", 1, 7, "U+FFFE"},
		{"second byte order mark", "\uFEFF\uFEFF<a/>", 1, 1, "outside the document element"},
		{"markup declaration", `<a><!ELEMENT a ANY></a>`, 1, 4, "<!"},
		{"conditional section", `<a><![IGNORE[]]></a>`, 1, 4, "<!"},

		{"undeclared prefix", `<p:a/>`, 1, 1, `"p" is not declared`},
		{"undeclared prefix of an attribute", `<a p:b=""/>`, 1, 1, `"p" is not declared`},
		{"prefix out of scope", `<a><b xmlns:p="u"/><p:c/></a>`, 1, 20, `"p" is not declared`},
		{"prefix taken back", `<a xmlns:p="u"><b xmlns:p=""/></a>`, 1, 19, "no namespace"},
		{"prefix declared twice", `<a xmlns:p="u" xmlns:p="v"/>`, 1, 1, "declared twice"},
		{"default declared twice", `<a xmlns="u" xmlns="u"/>`, 1, 1, "declared twice"},
		{"attribute twice", `<a b="" b=""/>`, 1, 1, `"b" stands twice`},
		{"expanded name twice", `<a p:b="" q:b="" xmlns:p="u" xmlns:q="u"/>`, 1, 1, `"b" stands twice`},
		{"prefix xmlns declared", `<a xmlns:xmlns="u"/>`, 1, 4, "xmlns must not be declared"},
		{"prefix xmlns used", `<xmlns:a/>`, 1, 1, "not declared"},
		{"prefix bound to xmlns", `<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`, 1, 4, "nothing may be bound"},
		{"default bound to xmlns", `<a xmlns="http://www.w3.org/2000/xmlns/"/>`, 1, 4, "nothing may be bound"},
		{"xml bound elsewhere", `<a xmlns:xml="u"/>`, 1, 4, "belong together"},
		{"prefix bound to xml", `<a xmlns:p="` + XMLNamespace + `"/>`, 1, 4, "belong together"},
		{"default bound to xml", `<a xmlns="` + XMLNamespace + `"/>`, 1, 4, "belong together"},
		{"empty prefix", `<a xmlns:="u"/>`, 1, 10, "name"},
		{"long namespace name", `<a xmlns="` + strings.Repeat("u", 513) + `"/>`, 1, 4, "513 bytes"},
		{"too deep", strings.Repeat("<a>", 257) + strings.Repeat("</a>", 257), 1, 1 + 256*3, "256 deep"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, err := Parse([]byte(test.doc))
			var e *SyntaxError
			if !errors.As(err, &e) || doc != nil {
				t.Fatalf("got %v, %v", doc, err)
			}
			if e.Line != test.line || e.Column != test.column || !strings.Contains(e.Msg, test.msg) {
				t.Errorf("got %v\nwant line %d, column %d: …%s…", e, test.line, test.column, test.msg)
			}
			if errors.Is(err, ErrDTD) || errors.Is(err, ErrEncoding) {
				t.Errorf("%v wraps %v", err, e.Err)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	for _, test := range []struct {
		name, doc string
		reason    error
	}{
		{"doctype", `<!DOCTYPE a><a/>`, ErrDTD},
		{"doctype after a comment", "<?xml version='1.0'?>\n<!-- -->\n<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", ErrDTD},
		{"doctype inside", `<a><!DOCTYPE a></a>`, ErrDTD},
		{"Latin-2 declared", `<?xml version="1.0" encoding="ISO-8859-2"?><a/>`, ErrEncoding},
		{"Latin-2 declared and used", "<?xml version='1.0' encoding='ISO-8859-2'?><a>\xbf</a>", ErrEncoding},
		{"UTF-16 declared", `<?xml version="1.0" encoding="UTF-16"?><a/>`, ErrEncoding},
		{"no encoding named", `<?xml version="1.0" encoding=""?><a/>`, ErrEncoding},
		{"Windows-1250 undeclared", "<a>\n  \xbf\xf3\xb3w</a>", ErrEncoding},
		{"overlong", "<a>\xc0\xbc</a>", ErrEncoding},
		{"surrogate", "<a>\xed\xa0\x80</a>", ErrEncoding},
		{"cut short", "<a>\xf0\x9f\x98", ErrEncoding},
		{"in a name", "<a\xff/>", ErrEncoding},
		{"UTF-16 LE with mark", "\xff\xfe<\x00a\x00/\x00>\x00", ErrEncoding},
		{"UTF-16 BE with mark", "\xfe\xff\x00<\x00a\x00/\x00>", ErrEncoding},
		{"UTF-16 LE without mark", "<\x00a\x00/\x00>\x00", ErrEncoding},
		{"UTF-16 BE without mark", "\x00<\x00a\x00/\x00>", ErrEncoding},
		{"UTF-32 BE with mark", "\x00\x00\xfe\xff\x00\x00\x00<", ErrEncoding},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse([]byte(test.doc)); !errors.Is(err, test.reason) {
				t.Errorf("got %v, want %v", err, test.reason)
			}
		})
	}
}

func TestDepth(t *testing.T) {
	doc := strings.Repeat("<a>", 256) + strings.Repeat("</a>", 256)
	if _, err := Parse([]byte(doc)); err != nil {
		t.Error(err)
	}
	if _, err := Parse([]byte("<a>" + strings.Repeat("<b/>", 1000) + "</a>")); err != nil {
		t.Errorf("width counted as depth: %v", err)
	}
}

func TestPositions(t *testing.T) {
	const doc = "\uFEFF<?xml version='1.0'?>\n<a\n x='\n'>t\r\n<b/>\n\n<!-- \n --><?p\n?><c\n>\n</c></a>"
	tree, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	root := tree.Root()
	var got []string
	for _, n := range append([]*Node{root}, root.Children...) {
		got = append(got, fmt.Sprintf("%d%.2q", n.Line, doc[n.Offset:]))
	}
	const want = `2"<a" 4"t\r" 5"<b" 5"\n\n" 7"<!" 8"<?" 9"<c"`
	if s := strings.Join(got, " "); s != want {
		t.Errorf("\n got %s\nwant %s", s, want)
	}
}

func TestTreeKeepsNothingOfInput(t *testing.T) {
	b := []byte(`<a b="value">text</a>`)
	tree, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if v, _ := tree.Root().Attr("", "b"); v != "value" || tree.Text() != "text" {
		t.Errorf("got %q, %q", v, tree.Text())
	}
}

// TestHostile parses documents made to be slow. Each would take minutes if anything were quadratic; the bound is wide
// enough for a slow machine under the race detector.
func TestHostile(t *testing.T) {
	const n = 30_000
	each := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, test := range []struct{ name, doc string }{
		{"attributes", "<a" + each(" a%d=''") + "/>"},
		{"attributes with prefixes", "<a xmlns:p='u'" + each(" p:a%d=''") + "/>"},
		{"declarations", "<a" + each(" xmlns:p%d='u'") + "/>"},
		{"declarations, each used by a child", "<a" + each(" xmlns:p%d='u'") + ">" + each("<p%d:a/>") + "</a>"},
		{"declarations, one used by many", "<a" + each(" xmlns:p%d='u'") + ">" + strings.Repeat("<p0:a p1:b=''/>", n) + "</a>"},
		{"declarations taken back", "<a" + each(" xmlns:p%d='u'") + ">" + strings.Repeat("<b xmlns:p0='v'/>", n) + "</a>"},
		{"comments before the root", strings.Repeat("<!---->", n) + "<a/>"},
		{"comments that do not end", "<a>" + strings.Repeat("<!-- ", n)},
		{"sections", "<a>" + strings.Repeat("<![CDATA[x]]>", n) + "</a>"},
		{"references", "<a>" + strings.Repeat("&amp;", n) + "</a>"},
		{"references in an attribute", "<a b='" + strings.Repeat("&#65;", n) + "'/>"},
		{"digits", "<a>&#" + strings.Repeat("0", n) + "65;</a>"},
		{"brackets", "<a>" + strings.Repeat("]", n) + "</a>"},
		{"ampersands", "<a>" + strings.Repeat("&", n) + "</a>"},
		{"elements", "<a>" + strings.Repeat("<b/>", n) + "</a>"},
		{"lines", "<a>" + strings.Repeat("\n<b/>", n) + "</a>"},
		{"long lines", strings.Repeat(" ", 10*n) + "<a>" + strings.Repeat("<b/>", n) + "</a>"},
		{"long names", "<a" + strings.Repeat("x", 10*n) + ">"},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse([]byte(test.doc))
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%d bytes took %v", len(test.doc), took)
			}
			if err != nil && len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Parse(b)
		var e *SyntaxError
		switch {
		case err == nil:
			checkTree(t, b, doc)
		case !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || doc != nil:
			t.Errorf("got %v, %v", doc, err)
		}
	})
}

// checkTree checks what holds for every tree.
func checkTree(t *testing.T, b []byte, n *Node) {
	if n.Line < 1 || int(n.Offset) > len(b) {
		t.Errorf("node at line %d, byte %d of %d", n.Line, n.Offset, len(b))
	}
	for i, c := range n.Children {
		if c.Parent != n || c.Kind == Document || c.Offset < n.Offset || c.Line < n.Line {
			t.Errorf("child %+v in %+v", c, n)
		}
		if c.Kind == Text && (c.Value == "" || n.Kind == Document || i > 0 && n.Children[i-1].Kind == Text) {
			t.Errorf("text %q is empty, outside the root, or follows text", c.Value)
		}
		checkTree(t, b, c)
	}
}
