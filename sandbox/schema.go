package sandbox

import (
	"fmt"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// schemaViolation says what in a document its schema does not allow, in the words of .NET's validator,
// which is what KSeF runs.
type schemaViolation string

// envelopingRoot is the violation of a document that stands inside its signature.
const envelopingRoot schemaViolation = "The '" + dsig + ":Signature' element is not declared."

const (
	dsig     = "http://www.w3.org/2000/09/xmldsig#"
	xmlSpace = " \t\r\n"
)

func (v schemaViolation) Error() string { return string(v) }

// particle is an element declaration: with check it has text, otherwise children.
type particle struct {
	name     string
	min, max int

	open     func(*authRequest) // called when the element begins
	children []*particle
	choice   bool // one of the children, instead of all in their order

	collapse bool                              // white space, as xsd:token does
	typ      string                            // name of the type, for messages
	check    func(*authRequest, string) string // takes the text; says which constraint failed, or nothing
}

// schemaReader reads a document along a particle.
type schemaReader struct {
	req       *authRequest // what it fills
	namespace string       // which chooses the version of the schema
}

func (r schemaReader) element(n *xmltree.Node, e *particle) error {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.NS != "http://www.w3.org/2001/XMLSchema-instance" {
			return schemaViolation(fmt.Sprintf("The '%s' attribute is not declared.", qualified(a.NS, a.Local)))
		}
	}
	if e.check != nil {
		return r.text(n, e)
	}
	if e.open != nil {
		e.open(r.req)
	}
	at := position{of: e}
	for _, c := range n.Children {
		switch {
		case c.Kind == xmltree.Text && strings.Trim(c.Value, xmlSpace) != "":
			return r.invalid(e, "cannot contain text.", at.expected())
		case c.Kind != xmltree.Element:
			continue
		case c.NS == dsig && c.Local == "Signature" && e.name == rootName && at.complete():
			at.i = len(e.children) // nothing may follow
			continue
		}
		var child *particle
		if c.NS == r.namespace {
			child = at.take(c.Local)
		}
		if child == nil {
			return r.invalid(e, fmt.Sprintf("has invalid child element '%s' in namespace '%s'.", c.Local, c.NS), at.expected())
		}
		if err := r.element(c, child); err != nil {
			return err
		}
	}
	if !at.complete() {
		return r.invalid(e, "has incomplete content.", at.expected())
	}
	return nil
}

func (r schemaReader) text(n *xmltree.Node, e *particle) error {
	for c := range n.Elements() {
		return r.invalid(e, fmt.Sprintf("cannot contain child element '%s' in namespace '%s' because the parent element's content model is text only.",
			c.Local, c.NS), nil)
	}
	value := n.Text()
	if e.collapse {
		value = strings.Join(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(xmlSpace, r) }), " ")
	}
	if failed := e.check(r.req, value); failed != "" {
		return schemaViolation(fmt.Sprintf("The '%s:%s' element is invalid - The value '%s' is invalid according to its datatype '%s' - %s",
			r.namespace, e.name, value, e.typ, failed))
	}
	return nil
}

// invalid says what is wrong with the content of e and what could stand there instead.
func (r schemaReader) invalid(e *particle, what string, expected []string) error {
	s := fmt.Sprintf("The element '%s' in namespace '%s' %s", e.name, r.namespace, what)
	if len(expected) > 0 {
		s += fmt.Sprintf(" List of possible elements expected: '%s' in namespace '%s'.", strings.Join(expected, ", "), r.namespace)
	}
	return schemaViolation(s)
}

func qualified(ns, local string) string {
	if ns == "" {
		return local
	}
	return ns + ":" + local
}

// position is how far reading the children of a particle has come.
type position struct {
	of    *particle
	i     int // the current child
	count int // how many of it there were
}

// take moves on to the named child; nil when it may not stand here.
func (at *position) take(name string) *particle {
	was := *at
	for ; at.i < len(at.of.children); at.i, at.count = at.i+1, 0 {
		child := at.of.children[at.i]
		if child.name == name && at.count < child.max {
			at.count++
			if at.of.choice {
				at.i = len(at.of.children)
			}
			return child
		}
		if at.count < child.min {
			break
		}
	}
	*at = was
	return nil
}

// complete reports whether the content may end here.
func (at *position) complete() bool {
	if at.of.choice {
		return at.i == len(at.of.children)
	}
	rest := *at
	for ; rest.i < len(at.of.children); rest.i, rest.count = rest.i+1, 0 {
		if rest.count < at.of.children[rest.i].min {
			return false
		}
	}
	return true
}

// expected names the children that may come next.
func (at *position) expected() (names []string) {
	rest := *at
	for ; rest.i < len(at.of.children); rest.i, rest.count = rest.i+1, 0 {
		child := at.of.children[rest.i]
		if rest.count < child.max {
			names = append(names, child.name)
		}
		if rest.count < child.min {
			break
		}
	}
	return names
}
