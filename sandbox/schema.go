package sandbox

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// schemaViolation says what in a document its schema does not allow, in the words of .NET's validator,
// which is what KSeF runs.
type schemaViolation string

// envelopingRoot is the violation of a document that stands inside its signature.
const envelopingRoot schemaViolation = "The '" + dsig + ":Signature' element is not declared."

const dsig = "http://www.w3.org/2000/09/xmldsig#"

func (v schemaViolation) Error() string { return string(v) }

// particle is an element declaration: with check it has text, otherwise children.
type particle struct {
	name     string
	min, max int

	open     func() // called when the element begins
	children []*particle
	choice   bool // one of the children, instead of all in their order

	collapse bool                // white space, as xsd:token does
	typ      string              // name of the type, for messages
	check    func(string) string // takes the text; says which constraint failed, or nothing
}

// schemaParser reads a document along a particle.
type schemaParser struct {
	*xml.Decoder
	namespace string
}

// root finds the root element, whose namespace chooses the version of the schema.
func (p *schemaParser) root() (xml.StartElement, error) {
	for {
		t, err := p.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		p.namespace = start.Name.Space
		if start.Name.Local != rootName || p.namespace != authNamespace20 && p.namespace != authNamespace21 {
			return start, schemaViolation(fmt.Sprintf("The '%s' element is not declared.", qualified(start.Name)))
		}
		return start, nil
	}
}

func (p *schemaParser) element(start xml.StartElement, e *particle) error {
	for _, a := range start.Attr {
		if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) && a.Name.Space != "http://www.w3.org/2001/XMLSchema-instance" {
			return schemaViolation(fmt.Sprintf("The '%s' attribute is not declared.", qualified(a.Name)))
		}
	}
	if e.check != nil {
		return p.text(e)
	}
	if e.open != nil {
		e.open()
	}
	at := position{of: e}
	for {
		start, text, err := p.next()
		switch {
		case err != nil:
			return err
		case text:
			return p.invalid(e, "cannot contain text.", at.expected())
		case start == nil:
			if !at.complete() {
				return p.invalid(e, "has incomplete content.", at.expected())
			}
			return nil
		case start.Name.Space == dsig && start.Name.Local == "Signature" && e.name == rootName && at.complete():
			if err := p.Skip(); err != nil {
				return err
			}
			at.i = len(e.children) // nothing may follow
			continue
		}
		var child *particle
		if start.Name.Space == p.namespace {
			child = at.take(start.Name.Local)
		}
		if child == nil {
			return p.invalid(e, fmt.Sprintf("has invalid child element '%s' in namespace '%s'.", start.Name.Local, start.Name.Space), at.expected())
		}
		if err := p.element(*start, child); err != nil {
			return err
		}
	}
}

// next returns the next child element; nil at the end of the parent; text reports text between them.
func (p *schemaParser) next() (start *xml.StartElement, text bool, err error) {
	for {
		t, err := p.Token()
		if err != nil {
			return nil, false, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return &t, false, nil
		case xml.EndElement:
			return nil, false, nil
		case xml.CharData:
			if len(bytes.Trim(t, " \t\r\n")) > 0 {
				return nil, true, nil
			}
		}
	}
}

func (p *schemaParser) text(e *particle) error {
	var b strings.Builder
	for {
		t, err := p.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			return p.invalid(e, fmt.Sprintf("cannot contain child element '%s' in namespace '%s' because the parent element's content model is text only.",
				t.Name.Local, t.Name.Space), nil)
		case xml.EndElement:
			value := b.String()
			if e.collapse {
				value = strings.Join(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }), " ")
			}
			if failed := e.check(value); failed != "" {
				return schemaViolation(fmt.Sprintf("The '%s:%s' element is invalid - The value '%s' is invalid according to its datatype '%s' - %s",
					p.namespace, e.name, value, e.typ, failed))
			}
			return nil
		}
	}
}

// invalid says what is wrong with the content of e and what could stand there instead.
func (p *schemaParser) invalid(e *particle, what string, expected []string) error {
	s := fmt.Sprintf("The element '%s' in namespace '%s' %s", e.name, p.namespace, what)
	if len(expected) > 0 {
		s += fmt.Sprintf(" List of possible elements expected: '%s' in namespace '%s'.", strings.Join(expected, ", "), p.namespace)
	}
	return schemaViolation(s)
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
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
