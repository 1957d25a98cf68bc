package main

import (
	"maps"
	"slices"
	"strings"
)

// typeDef is a simple or complex type.
type typeDef struct {
	name     qname // zero when anonymous
	base     *typeDef
	content  string  // constant of the schema package: noContent, simpleContent, …
	simple   *facets // of a simple type, or of simple content
	plain    bool    // a simple type: no attributes
	abstract bool
	root     *particle
	attrs    []*attribute
	anyAttr  *wildcard
}

// element is an element declaration.
type element struct {
	name  qname
	typ   *typeDef
	fixed *string
}

// attribute is an attribute declaration and its use. A default value does not
// restrict anything.
type attribute struct {
	name     qname
	typ      *typeDef
	required bool
	fixed    *string
}

// compiler turns the nodes of a source into components, each once.
type compiler struct {
	*source
	done    map[qname]*typeDef
	globals map[qname]*element
	anyType *typeDef
	types   []*typeDef // all named types, built-in ones first
	uniques []unique
	pending []func() error // declarations that wait until the types they name are complete
}

// unique is an identity constraint: the field below the selected elements has
// no value twice within the element.
type unique struct {
	scope *element
	path  []string
}

func newCompiler(s *source) *compiler {
	c := &compiler{source: s, done: map[qname]*typeDef{}, globals: map[qname]*element{}}
	c.anyType = &typeDef{name: qname{xsd, "anyType"}, content: "anyContent"}
	c.addBuiltins()
	return c
}

// compile builds every global component.
func (c *compiler) compile() error {
	for _, q := range sortedNames(c.source.types) {
		if _, err := c.typ(q, nil); err != nil {
			return err
		}
	}
	for _, q := range sortedNames(c.source.elems) {
		if _, err := c.global(q, nil); err != nil {
			return err
		}
	}
	for len(c.pending) > 0 {
		next := c.pending[0]
		c.pending = c.pending[1:]
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

func sortedNames[V any](m map[qname]V) []qname {
	return slices.SortedFunc(maps.Keys(m), compareNames)
}

func compareNames(a, b qname) int {
	if n := strings.Compare(a.space, b.space); n != 0 {
		return n
	}
	return strings.Compare(a.local, b.local)
}

// typ finds the type called q, named at user.
func (c *compiler) typ(q qname, user *node) (*typeDef, error) {
	if t := c.done[q]; t != nil {
		return t, nil
	}
	n := c.source.types[q]
	if n == nil {
		return nil, user.errorf("type %v is not declared", q)
	}
	t := &typeDef{name: q}
	c.done[q] = t
	c.types = append(c.types, t)
	if n.local == "simpleType" {
		return t, c.simpleType(t, n)
	}
	return t, c.complexType(t, n)
}

func (c *compiler) complexType(t *typeDef, n *node) error {
	t.abstract = n.at("abstract") == "true"
	t.base = c.anyType
	mixed := n.at("mixed") == "true"
	body := n
	if len(n.kids) > 0 && (n.kids[0].local == "simpleContent" || n.kids[0].local == "complexContent") {
		k := n.kids[0]
		mixed = mixed || k.at("mixed") == "true"
		body = k.kids[0]
		base, err := c.typ(body.resolve(body.at("base")), body)
		if err != nil {
			return err
		}
		t.base = base
		t.attrs, t.anyAttr = slices.Clone(base.attrs), base.anyAttr
		extends := body.local == "extension"
		switch {
		case k.local == "simpleContent" && extends:
			t.simple = base.simple
		case k.local == "simpleContent":
			t.simple, err = c.restrict(body, base.simple)
		case extends:
			t.root = base.root
			mixed = mixed || base.content == "mixedContent"
		}
		if err != nil {
			return err
		}
	}
	if err := c.body(t, body); err != nil {
		return err
	}
	switch {
	case t.simple != nil:
		t.content = "simpleContent"
	case mixed:
		t.content = "mixedContent"
	case t.root != nil:
		t.content = "elementContent"
	default:
		t.content = "noContent"
	}
	return nil
}

// body reads the particle and attributes of a complex type.
func (c *compiler) body(t *typeDef, body *node) error {
	for _, k := range body.kids {
		switch k.local {
		case "sequence", "choice":
			p, err := c.particle(k)
			if err != nil {
				return err
			}
			if t.root != nil {
				p = &particle{kind: "sequence", min: 1, max: 1, kids: []*particle{t.root, p}}
			}
			t.root = p
		case "attribute":
			a, err := c.attribute(k)
			if err != nil {
				return err
			}
			t.attrs = slices.DeleteFunc(t.attrs, func(b *attribute) bool { return b.name == a.name })
			if k.at("use") != "prohibited" {
				t.attrs = append(t.attrs, a)
			}
		case "anyAttribute":
			t.anyAttr = newWildcard(k)
		case "all", "group", "attributeGroup":
			return k.errorf("xs:%s is not supported", k.local)
		}
	}
	if t.root != nil {
		t.root = t.root.simplify()
	}
	return nil
}

func (c *compiler) attribute(k *node) (*attribute, error) {
	a := &attribute{required: k.at("use") == "required"}
	if v, ok := k.attrs["fixed"]; ok {
		a.fixed = &v
	}
	if ref := k.at("ref"); ref != "" {
		q := k.resolve(ref)
		global := c.source.attrs[q]
		if global == nil {
			return nil, k.errorf("attribute %v is not declared", q)
		}
		g, err := c.attribute(global)
		if err != nil {
			return nil, err
		}
		a.name, a.typ = q, g.typ
		if a.fixed == nil {
			a.fixed = g.fixed
		}
		return a, nil
	}
	a.name = qname{"", k.at("name")}
	if form := k.at("form"); form == "qualified" || form == "" && k.file.attributes || k.parent.local == "schema" {
		a.name.space = k.file.space
	}
	var err error
	switch {
	case k.at("type") != "":
		a.typ, err = c.typ(k.resolve(k.at("type")), k)
	case len(k.kids) > 0:
		a.typ = &typeDef{}
		err = c.simpleType(a.typ, k.kids[0])
	default:
		a.typ = c.done[qname{xsd, "anySimpleType"}]
	}
	if err != nil {
		return nil, err
	}
	return a, a.typ.simple.normalizeFixed(a.fixed, k)
}

// global finds the global element called q, named at user.
func (c *compiler) global(q qname, user *node) (*element, error) {
	if e := c.globals[q]; e != nil {
		return e, nil
	}
	n := c.source.elems[q]
	if n == nil {
		return nil, user.errorf("element %v is not declared", q)
	}
	e := &element{name: q}
	c.globals[q] = e
	c.declare(e, n)
	return e, nil
}

// declare fills in the declaration of e at n, later: a type may contain an
// element whose type extends it.
func (c *compiler) declare(e *element, n *node) {
	c.pending = append(c.pending, func() error { return c.declareNow(e, n) })
}

func (c *compiler) declareNow(e *element, n *node) error {
	for _, unsupported := range []string{"nillable", "default", "substitutionGroup", "block", "final", "abstract"} {
		if v, ok := n.attrs[unsupported]; ok && v != "false" {
			return n.errorf("%s=%q is not supported", unsupported, v)
		}
	}
	e.typ = c.anyType
	var err error
	if name := n.at("type"); name != "" {
		e.typ, err = c.typ(n.resolve(name), n)
	}
	for _, k := range n.kids {
		if err != nil {
			break
		}
		switch k.local {
		case "simpleType":
			e.typ = &typeDef{}
			err = c.simpleType(e.typ, k)
		case "complexType":
			e.typ = &typeDef{}
			err = c.complexType(e.typ, k)
		case "unique":
			err = c.unique(e, k)
		default:
			err = k.errorf("xs:%s is not supported", k.local)
		}
	}
	if err != nil {
		return err
	}
	if v, ok := n.attrs["fixed"]; ok {
		e.fixed = &v
		if e.typ.simple == nil {
			return n.errorf("a fixed value needs simple content")
		}
		return e.typ.simple.normalizeFixed(e.fixed, n)
	}
	return nil
}

// unique reads xs:unique whose selector and field are paths of child
// elements, which is all that the schemas use.
func (c *compiler) unique(e *element, n *node) error {
	u := unique{scope: e}
	for _, k := range n.kids {
		for _, step := range strings.Split(k.at("xpath"), "/") {
			if strings.ContainsAny(step, "@|*[.") || step == "" {
				return k.errorf("XPath %q is not supported", k.at("xpath"))
			}
			u.path = append(u.path, k.resolve(step).local)
		}
	}
	c.uniques = append(c.uniques, u)
	return nil
}
