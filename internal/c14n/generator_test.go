package c14n

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator writes random well-formed documents that use everything canonicalization touches.
type generator struct {
	*rand.Rand
	full, bare strings.Builder // the document, and the same without its comments
	scope      [][]string      // the prefixes bound around the element in hand
	ids        []string        // the xml:id of elements
	tail       func() string   // markup to put at the end of the document element, or nil
}

func newGenerator(seed uint64) *generator { return &generator{Rand: rand.New(rand.NewPCG(seed, 2026))} }

var (
	locals   = []string{"a", "b", "B", "_x", "żółw", "a-1", "ab"}
	prefixes = []string{"p", "q", "P", "ns0", "é", "xmlish"}
	uris     = []string{"urn:a", "urn:b", "http://example.org/z", "http://example.org/a#", "urn:%22"} // no &: libxml2 2.9 does not escape it here
	runs     = []string{"x", " ", "\n", "\t", "\r\n", "\r", "zażółć", "😀", "\u00A0", "\u0085", "\u2028", "]]", "text ", "]", "'", "-", "&#65;", "&#xA;",
		"&#9;", "&#13;", "&#x1F600;", "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#60;", "&#38;"}
	// Where libxml2 2.9 joins as Canonical XML 1.1 says. It does not with fragments, empty segments, some "..", and dots in
	// a reference with an authority; nor does it write xml:base="" even where there is nothing to join.
	bases = []string{"http://example.org/a/b?q", "http://example.org", ".", "./x/", "/abs/p/", "?q", "a/b/c", "urn:x", "//host/p/", "g;x=1/./y"}
)

func (g *generator) pick(from []string) string { return from[g.IntN(len(from))] }

func (g *generator) emit(s ...string) {
	for _, s := range s {
		g.full.WriteString(s)
		g.bare.WriteString(s)
	}
}

// document returns a document and the same without its comments.
func (g *generator) document() (full, bare string) {
	switch g.IntN(4) {
	case 0:
		g.emit("\uFEFF")
	case 1:
		g.emit(`<?xml version="1.0"?>`)
	case 2:
		g.emit("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\r\n")
	}
	g.outside()
	g.element(0)
	g.outside()
	return g.full.String(), g.bare.String()
}

func (g *generator) outside() {
	for range g.IntN(3) {
		switch g.IntN(3) {
		case 0:
			g.emit(g.pick([]string{"\n", " \r\n", "\t"}))
		case 1:
			g.comment()
		default:
			g.instruction()
		}
	}
}

func (g *generator) comment() {
	g.full.WriteString("<!--" + g.pick([]string{"", " c ", "\r\n<&>", "é - é", "]]>"}) + "-->")
}

func (g *generator) instruction() {
	g.emit("<?", g.pick([]string{"p", "xml-stylesheet", "żółw"}), g.pick([]string{"", " ", " d", "\r\n <&> \r ? é  "}), "?>")
}

func (g *generator) element(depth int) {
	var tags []string // attributes and declarations
	bound := slices.Clone(g.bound())
	add := func(prefix, local, value string) {
		name := strings.TrimPrefix(prefix+":"+local, ":")
		quote := g.pick([]string{`"`, "'"})
		tags = append(tags, name+g.pick([]string{"=", " = "})+quote+strings.ReplaceAll(value, quote, "&#x22;")+quote)
	}
	switch g.IntN(5) {
	case 0:
		add("", "xmlns", g.pick(uris))
	case 1:
		add("", "xmlns", "")
	case 2:
		if g.IntN(4) == 0 {
			add("xmlns", "xml", "http://www.w3.org/XML/1998/namespace")
		}
	}
	meaning := map[string]string{} // what is known here of prefixes
	for _, p := range g.some(prefixes, 3) {
		meaning[p] = g.pick(uris)
		add("xmlns", p, meaning[p])
		if !slices.Contains(bound, p) {
			bound = append(bound, p)
		}
	}
	for _, local := range g.some(locals, 4) {
		add("", local, g.value())
	}
	if len(bound) > 0 { // local names apart, since two prefixes may stand for one namespace
		for _, local := range g.some([]string{"c", "d", "C", "ą"}, 3) {
			add(g.pick(bound), local, g.value())
		}
	}
	for _, local := range g.some([]string{"lang", "space", "base", "id", "foo"}, 2) {
		switch local {
		case "lang":
			add("xml", local, g.pick([]string{"pl", "en", ""}))
		case "space":
			add("xml", local, g.pick([]string{"preserve", "default"}))
		case "base":
			add("xml", local, g.pick(bases))
		case "id":
			id := fmt.Sprintf("e%d", len(g.ids))
			g.ids = append(g.ids, id)
			add("xml", local, id)
		default:
			add("xml", local, g.value())
		}
	}
	g.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })

	name := g.pick(locals)
	if len(bound) > 0 && g.IntN(2) == 0 {
		name = g.pick(bound) + ":" + name
	}
	g.emit("<", name)
	for _, t := range tags {
		g.emit(g.pick([]string{" ", "\n", "  ", "\r\n\t"}), t)
	}
	g.emit(g.pick([]string{"", " ", "\n"}))
	if g.IntN(6) == 0 && depth > 0 {
		g.emit("/>")
		return
	}
	g.emit(">")
	g.scope = append(g.scope, bound)
	for range g.IntN(8 - depth) {
		g.content(depth)
	}
	g.scope = g.scope[:len(g.scope)-1]
	if depth == 0 && g.tail != nil {
		g.emit(g.tail())
	}
	g.emit("</", name, g.pick([]string{"", " "}), ">")
}

func (g *generator) bound() []string {
	if len(g.scope) == 0 {
		return nil
	}
	return g.scope[len(g.scope)-1]
}

func (g *generator) content(depth int) {
	switch n := g.IntN(10); {
	case n < 4 && depth < 6:
		g.element(depth + 1)
	case n < 7:
		for range 1 + g.IntN(4) {
			g.emit(g.pick(runs))
		}
		g.emit(" ") // so that no ]]> arises
	case n == 7:
		g.emit("<![CDATA[", g.pick([]string{"", "<&>", "\r\n&amp;", "]]", "x]]]]><![CDATA[>"}), "]]>")
	case n == 8:
		g.comment()
	default:
		g.instruction()
	}
}

func (g *generator) value() string {
	var b strings.Builder
	for range g.IntN(4) {
		b.WriteString(g.pick(runs))
	}
	return b.String()
}

// some returns up to n of the names.
func (g *generator) some(names []string, n int) []string {
	names = slices.Clone(names)
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:g.IntN(min(n, len(names))+1)]
}
