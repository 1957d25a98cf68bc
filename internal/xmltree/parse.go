// Package xmltree parses XML 1.0 documents into trees, strictly: what it accepts is well-formed and keeps the rules of
// Namespaces in XML 1.0, so that a signature over the tree is a signature over what any other program reads.
//
// It reads UTF-8 alone and refuses document type declarations, and with them every entity but the five predefined
// ones. Elements nest at most 256 deep, about what libxml2 allows, and a namespace name has at most 512 bytes, because exclusive
// canonical XML repeats it at will. Time and memory grow with the size of the document, never with its square.
package xmltree

import (
	"math"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep elements may nest.
const maxDepth = 256

const byteOrderMark = "\uFEFF"

type parser struct {
	src string
	pos int

	line    int32
	newline int // the first line end not yet counted in line

	scope    Scope
	open     []element // the elements not yet ended, outermost first
	children []*Node   // what the document and the open elements hold so far
	buf      []byte    // text that is not a single piece of src

	nodes arena[Node]
	links arena[*Node]
	attrs arena[Attr]
	decls arena[NSDecl]
}

// element is an open element.
type element struct {
	node     *Node
	name     string // with its prefix, as the end tag has to repeat it
	children int    // where its children begin in parser.children
	scope    int    // how many bindings there were before it
}

// Parse parses a document. The tree shares no memory with b. Every error is a [*SyntaxError].
func Parse(b []byte) (*Node, error) {
	p := &parser{src: string(b), line: 1, open: make([]element, 0, 8), children: make([]*Node, 0, 32)}
	if len(b) > math.MaxInt32 {
		return nil, p.fail(0, "the document has %d bytes; at most %d are read", len(b), math.MaxInt32)
	}
	p.nextLine(0)
	guess := 2 + strings.Count(p.src, "<")*3/4 + strings.Count(p.src, "\n") // elements, the text in some, white space after some
	p.nodes.expect(guess)
	p.links.expect(guess)
	if err := p.prologue(); err != nil {
		return nil, err
	}
	return p.document()
}

// prologue checks the encoding and reads the XML declaration.
func (p *parser) prologue() error {
	for _, mark := range []string{"\xFE\xFF", "\xFF\xFE", "\x00\x00", "\x00<", "<\x00"} {
		if p.at(mark) {
			return p.failEncoding(0, "the document is UTF-16 or UTF-32; only UTF-8 is read")
		}
	}
	if p.at(byteOrderMark) {
		p.pos = len(byteOrderMark)
	}
	if p.at("<?xml") && p.pos+5 < len(p.src) && class[p.src[p.pos+5]]&space != 0 {
		if err := p.declaration(); err != nil {
			return err
		}
	}
	if utf8.ValidString(p.src) {
		return nil
	}
	i := 0
	for {
		r, size := utf8.DecodeRuneInString(p.src[i:])
		if r == utf8.RuneError && size == 1 {
			return p.failEncoding(i, "byte %#x is not UTF-8", p.src[i])
		}
		i += size
	}
}

// document reads everything after the XML declaration.
func (p *parser) document() (*Node, error) {
	doc := p.node(Document, 0)
	p.open = append(p.open, element{node: doc})
	for {
		if err := p.text(); err != nil {
			return nil, err
		}
		if p.pos == len(p.src) {
			break
		}
		if err := p.markup(); err != nil {
			return nil, err
		}
	}
	if e := p.innermost(); e.node != doc {
		return nil, p.fail(p.pos, "the document ends within <%.64s> of line %d", e.name, e.node.Line)
	}
	p.end()
	if doc.Root() == nil {
		return nil, p.fail(p.pos, "the document has no element")
	}
	return doc, nil
}

// innermost returns the open element, or document, that is being read.
func (p *parser) innermost() *element { return &p.open[len(p.open)-1] }

// end closes the innermost element, or the document.
func (p *parser) end() {
	e := p.innermost()
	if held := p.children[e.children:]; len(held) > 0 {
		p.links.begin()
		copy(p.links.extend(len(held)), held)
		e.node.Children = p.links.run()
	}
	p.children = p.children[:e.children]
	p.scope.Unwind(e.scope)
	p.open = p.open[:len(p.open)-1]
}

// node makes a node for what begins at byte off, within the innermost element.
func (p *parser) node(kind Kind, off int) *Node {
	for p.newline < off {
		p.line++
		p.nextLine(p.newline + 1)
	}
	p.nodes.begin()
	n := &p.nodes.extend(1)[0]
	n.Kind, n.Line, n.Offset = kind, p.line, int32(off)
	if kind != Document {
		n.Parent = p.innermost().node
		p.children = append(p.children, n)
	}
	return n
}

// nextLine finds the first line end at or after byte from.
func (p *parser) nextLine(from int) {
	p.newline = len(p.src)
	if i := strings.IndexByte(p.src[from:], '\n'); i >= 0 {
		p.newline = from + i
	}
}
