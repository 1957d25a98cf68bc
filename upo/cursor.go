package upo

import (
	"fmt"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

const (
	namespace         = "http://upo.schematy.mf.gov.pl/KSeF/v4-3"
	instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"
	dsigNamespace     = "http://www.w3.org/2000/09/xmldsig#"
)

// reader keeps the first thing that is wrong with a receipt. From then on everything reads as absent.
type reader struct{ err *Error }

func (r *reader) fail(n *xmltree.Node, e *Error) {
	if r.err == nil {
		r.err = e.at(n)
	}
}

// cursor walks the child elements of an element in the order of the schema.
type cursor struct {
	*reader
	parent *xmltree.Node // nil: there are no children
	next   int
}

// in walks the children of n, which may be nil.
func (r *reader) in(n *xmltree.Node) *cursor { return &cursor{reader: r, parent: n} }

// peek returns the next child element, or nil. There must be nothing but white space and comments
// before it.
func (c *cursor) peek() *xmltree.Node {
	if c.parent == nil || c.err != nil {
		return nil
	}
	for ; c.next < len(c.parent.Children); c.next++ {
		switch n := c.parent.Children[c.next]; {
		case n.Kind == xmltree.Element:
			return n
		case n.Kind == xmltree.Text && strings.TrimLeft(n.Value, whiteSpace) != "":
			c.fail(c.parent, &Error{Check: CheckStructure, Message: "text between the elements", Got: quote(strings.Trim(n.Value, whiteSpace))})
			return nil
		}
	}
	return nil
}

// has reports whether the next element is this one of a receipt.
func (c *cursor) has(local string) bool {
	n := c.peek()
	return n != nil && n.Local == local && n.NS == namespace
}

// take returns the next element, which must be this one; nil after an error.
func (c *cursor) take(local string) *xmltree.Node {
	n := c.peek()
	switch {
	case c.err != nil || c.parent == nil:
		return nil
	case n == nil:
		c.fail(c.parent, &Error{Check: CheckStructure, Want: local, Got: "the end of the element"})
		return nil
	case !c.has(local):
		c.fail(n, &Error{Check: CheckStructure, Want: local, Got: name(n)})
		return nil
	case len(n.Attrs) > 0:
		c.fail(n, &Error{Check: CheckStructure, Message: "the element has an attribute", Want: "none", Got: n.Attrs[0].Local})
		return nil
	}
	c.next++
	return n
}

// end makes sure that there are no more elements.
func (c *cursor) end() {
	if n := c.peek(); n != nil {
		c.fail(n, &Error{Check: CheckStructure, Want: "the end of " + c.parent.Local, Got: name(n)})
	}
}

// name shows the name of an element, with its namespace where that is not the receipt's.
func name(n *xmltree.Node) string {
	if n.NS == namespace {
		return n.Local
	}
	return fmt.Sprintf("%s of namespace %s", n.Local, quote(n.NS))
}

// text returns what the next element holds, which must be this one and hold nothing but text.
func (c *cursor) text(local string) (string, *xmltree.Node) {
	n := c.take(local)
	if n == nil {
		return "", nil
	}
	s, err := n.PlainText()
	if err != nil {
		c.fail(n, &Error{Check: CheckStructure, Message: "only text may stand here", Err: err})
		return "", nil
	}
	return s, n
}

// form is a form that values have.
type form struct {
	want    string // what it is, for errors
	matches func(string) bool
}

// token returns what the next element holds, with white space collapsed, and the element; nil after an
// error.
func (c *cursor) token(local string, f form) (string, *xmltree.Node) {
	s, n := c.text(local)
	if n == nil {
		return "", nil
	}
	s = collapse(s)
	if !f.matches(s) {
		c.fail(n, &Error{Check: CheckValue, Want: f.want, Got: quote(s)})
		return "", nil
	}
	return s, n
}

// value returns what the next element holds, with white space collapsed. The string shares no memory with
// the document.
func (c *cursor) value(local string, f form) string {
	s, _ := c.token(local, f)
	return strings.Clone(s)
}
