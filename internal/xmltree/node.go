package xmltree

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// XMLNamespace is the namespace name that the prefix xml is bound to in every document.
const XMLNamespace = "http://www.w3.org/XML/1998/namespace"

// Kind says what a Node is.
type Kind uint8

// The kinds of nodes.
const (
	Document Kind = iota // the whole document: comments, processing instructions and one element
	Element
	Text     // character data; references and CDATA sections are resolved and merged
	Comment  // Value is what stands between <!-- and -->
	ProcInst // Local is the target, Value the data
)

// Attr is an attribute that declares no namespace. NS is empty when Prefix is.
type Attr struct {
	Prefix, Local, NS, Value string
}

// NSDecl is a namespace declaration: xmlns:Prefix="URI", or xmlns="URI" when Prefix is empty.
type NSDecl struct {
	Prefix, URI string
}

// Node is a node of the tree. Line counts from 1; Offset is the byte where the node begins in the parsed bytes.
type Node struct {
	Kind         Kind
	Line, Offset int32

	Prefix, Local, NS string // of an element; Local is also the target of a processing instruction
	Value             string // of a text, a comment, a processing instruction

	Attrs    []Attr   // in document order
	Decls    []NSDecl // in document order
	Children []*Node
	Parent   *Node // nil for the document
}

// Root returns the document element of the document that n belongs to.
func (n *Node) Root() *Node {
	for n.Parent != nil {
		n = n.Parent
	}
	for e := range n.Elements() {
		return e
	}
	return nil
}

// Elements iterates over the child elements.
func (n *Node) Elements() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, c := range n.Children {
			if c.Kind == Element && !yield(c) {
				return
			}
		}
	}
}

// Child returns the first child element with this name, or nil.
func (n *Node) Child(ns, local string) *Node {
	for _, c := range n.Children {
		if c.Kind == Element && c.Local == local && c.NS == ns {
			return c
		}
	}
	return nil
}

// Attr returns the value of an attribute and whether it is there.
func (n *Node) Attr(ns, local string) (string, bool) {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Local == local && a.NS == ns {
			return a.Value, true
		}
	}
	return "", false
}

// Text returns the value of a text, comment or processing instruction, and of an element or document all text in it
// (the XPath string-value).
func (n *Node) Text() string {
	if n.Kind != Element && n.Kind != Document {
		return n.Value
	}
	if len(n.Children) == 1 && n.Children[0].Kind == Text {
		return n.Children[0].Value
	}
	var b strings.Builder
	n.appendText(&b)
	return b.String()
}

func (n *Node) appendText(b *strings.Builder) {
	for _, c := range n.Children {
		switch c.Kind {
		case Text:
			b.WriteString(c.Value)
		case Element:
			c.appendText(b)
		}
	}
}

// ErrNotPlain is wrapped by the error of [Node.PlainText].
var ErrNotPlain = errors.New("more than text in an element that holds a value")

// PlainText returns the text of an element that holds nothing but text. A comment, a processing instruction or an
// element inside it is an error: programs disagree about the value of <v>a<!-- -->b</v>, which attackers use.
func (n *Node) PlainText() (string, error) {
	switch {
	case len(n.Children) == 0:
		return "", nil
	case len(n.Children) == 1 && n.Children[0].Kind == Text:
		return n.Children[0].Value, nil
	}
	return "", fmt.Errorf("line %d: element %s: %w", n.Line, n.Local, ErrNotPlain)
}
