package xmltree

import (
	"strings"
	"unicode/utf8"
)

const (
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
	maxNamespace   = 512 // bytes in a namespace name
)

// startTag reads a start tag, or the tag of an empty element.
func (p *parser) startTag() error {
	off := p.pos
	switch {
	case len(p.open) > maxDepth:
		return p.fail(off, "elements nest more than %d deep", maxDepth)
	case len(p.open) == 1 && p.hasRoot():
		return p.fail(off, "a second element outside the document element")
	}
	p.pos++
	prefix, local, err := p.qname()
	if err != nil {
		return err
	}
	name := p.src[off+1 : p.pos]
	n := p.node(Element, off)
	n.Prefix, n.Local = prefix, local
	p.open = append(p.open, element{node: n, name: name, children: len(p.children), scope: p.scope.Len()})

	p.attrs.begin()
	p.decls.begin()
	for {
		spaced := p.skipSpace()
		if p.atByte('>') {
			p.pos++
			return p.resolve(n)
		}
		if p.at("/>") {
			p.pos += len("/>")
			err := p.resolve(n)
			p.end()
			return err
		}
		if !spaced {
			return p.fail(p.pos, "expected white space, > or /> in the tag <%.64s>, found %s", name, p.found())
		}
		if err := p.attribute(); err != nil {
			return err
		}
	}
}

func (p *parser) hasRoot() bool {
	for _, n := range p.children {
		if n.Kind == Element {
			return true
		}
	}
	return false
}

// attribute reads an attribute or a namespace declaration.
func (p *parser) attribute() error {
	off := p.pos
	prefix, local, err := p.qname()
	if err != nil {
		return err
	}
	if err := p.equals(); err != nil {
		return err
	}
	value, err := p.value()
	if err != nil {
		return err
	}
	switch {
	case prefix == "xmlns":
		return p.declare(off, local, value)
	case prefix == "" && local == "xmlns":
		return p.declare(off, "", value)
	}
	a := &p.attrs.extend(1)[0]
	a.Prefix, a.Local, a.Value = prefix, local, value
	return nil
}

// value reads an attribute value and normalises it (XML 1.0 §3.3.3).
func (p *parser) value() (string, error) {
	quote, err := p.quote()
	if err != nil {
		return "", err
	}
	begin := p.pos
	from := begin // where the piece begins that is not yet in buf
	i := begin
	p.buf = p.buf[:0]
	for {
		for i < len(p.src) && class[p.src[i]]&attrStop == 0 {
			i++
		}
		if i == len(p.src) {
			return "", p.fail(begin-1, "the attribute value does not end")
		}
		switch c := p.src[i]; c {
		case quote:
			p.pos = i + 1
			if from == begin {
				return p.src[begin:i], nil
			}
			return string(append(p.buf, p.src[from:i]...)), nil
		case '<':
			return "", p.fail(i, "< in an attribute value; write &lt;")
		case '&':
			p.buf = append(p.buf, p.src[from:i]...)
			r, end, err := p.reference(i)
			if err != nil {
				return "", err
			}
			p.buf = utf8.AppendRune(p.buf, r)
			i, from = end, end
		case '\t', '\n', '\r':
			p.buf = append(append(p.buf, p.src[from:i]...), ' ')
			i++
			if c == '\r' && i < len(p.src) && p.src[i] == '\n' {
				i++
			}
			from = i
		case '"', '\'':
			i++
		default:
			if p.notChar(i) {
				return "", p.failChar(i)
			}
			i++
		}
	}
}

// declare binds a prefix, or with an empty one the default namespace (Namespaces in XML 1.0 §3).
func (p *parser) declare(off int, prefix, uri string) error {
	switch {
	case prefix == "xmlns":
		return p.fail(off, "the prefix xmlns must not be declared")
	case uri == xmlnsNamespace:
		return p.fail(off, "nothing may be bound to the namespace %s", xmlnsNamespace)
	case (prefix == "xml") != (uri == XMLNamespace):
		return p.fail(off, "the prefix xml and the namespace %s belong together alone", XMLNamespace)
	case uri == "" && prefix != "":
		return p.fail(off, "the prefix %.64q is bound to no namespace", prefix)
	case len(uri) > maxNamespace:
		return p.fail(off, "a namespace name of %d bytes; at most %d are read", len(uri), maxNamespace)
	}
	p.decls.extend(1)[0] = NSDecl{prefix, uri}
	p.scope.Bind(prefix, uri)
	return nil
}

// resolve finds the namespaces of an element and its attributes, once its tag is read.
func (p *parser) resolve(n *Node) error {
	n.Attrs, n.Decls = p.attrs.run(), p.decls.run()
	off := int(n.Offset)
	var err error
	if n.NS, err = p.namespace(off, n.Prefix); err != nil {
		return err
	}
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Prefix != "" {
			if a.NS, err = p.namespace(off, a.Prefix); err != nil {
				return err
			}
		}
	}
	if twice, ok := repeated(n.Decls, NSDecl.prefix); ok {
		return p.fail(off, "the namespace prefix %.64q is declared twice in a tag", twice)
	}
	if twice, ok := repeated(n.Attrs, Attr.name); ok {
		return p.fail(off, "the attribute %.64q stands twice in a tag", twice.local)
	}
	return nil
}

func (p *parser) namespace(off int, prefix string) (string, error) {
	uri, ok := p.scope.Lookup(prefix)
	switch {
	case ok || prefix == "":
		return uri, nil
	case prefix == "xml":
		return XMLNamespace, nil
	}
	return "", p.fail(off, "the namespace prefix %.64q is not declared", prefix)
}

type expandedName struct{ ns, local string }

func (a Attr) name() expandedName { return expandedName{a.NS, a.Local} }

func (d NSDecl) prefix() string { return d.Prefix }

// repeated finds a key that two values share, in time that grows with their number.
func repeated[T any, K comparable](values []T, key func(T) K) (k K, found bool) {
	if len(values) <= few {
		for i := range values {
			for j := range i {
				if k = key(values[i]); k == key(values[j]) {
					return k, true
				}
			}
		}
		return k, false
	}
	seen := make(map[K]struct{}, len(values))
	for i := range values {
		k = key(values[i])
		if _, ok := seen[k]; ok {
			return k, true
		}
		seen[k] = struct{}{}
	}
	return k, false
}

// endTag reads an end tag, which has to match the innermost element.
func (p *parser) endTag() error {
	off := p.pos
	e := p.innermost()
	if len(p.open) == 1 {
		return p.fail(off, "an end tag without a start tag")
	}
	p.pos += len("</")
	if p.at(e.name) {
		p.pos += len(e.name)
		p.skipSpace()
		if p.atByte('>') {
			p.pos++
			p.end()
			return nil
		}
	}
	tag, _, _ := strings.Cut(p.src[off:], ">")
	return p.fail(off, "expected the end tag of <%.64s> of line %d, found %.64q", e.name, e.node.Line, tag)
}
