package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// facets is what a simple type asks of a value.
type facets struct {
	label    string // what to call the type: its name, or that of the nearest named base
	kind     string // constant of the schema package
	lexical  string // constant of the schema package, "" for none
	space    string // preserve, replace, collapse
	unique   bool   // ID
	min, max *int   // length
	total    *int
	fraction *int
	lower    *bound
	upper    *bound
	patterns []*pattern
	values   []string
	members  []*typeDef
}

// bound is an end of a range.
type bound struct {
	text      string
	exclusive bool
}

// builtins lists the built-in types, each after its base: name, base, and
// what it adds. Types that no schema of the ministry reaches (float, double,
// duration, gMonth and its like, lists) are left out.
var builtins = []struct{ name, base, adds string }{
	{"anySimpleType", "anyType", "kind=anyKind space=preserve"},
	{"string", "anySimpleType", "kind=stringKind"},
	{"normalizedString", "string", "space=replace"},
	{"token", "normalizedString", "space=collapse"},
	{"language", "token", "lexical=languageForm"},
	{"NMTOKEN", "token", "lexical=nmtokenForm"},
	{"Name", "token", "lexical=nameForm"},
	{"NCName", "Name", "lexical=ncNameForm"},
	{"ID", "NCName", "unique"},
	{"IDREF", "NCName", ""},
	{"boolean", "anySimpleType", "kind=booleanKind space=collapse"},
	{"decimal", "anySimpleType", "kind=decimalKind space=collapse"},
	{"integer", "decimal", "lexical=integerForm fraction=0"},
	{"nonPositiveInteger", "integer", "upper=0"},
	{"negativeInteger", "nonPositiveInteger", "upper=-1"},
	{"long", "integer", "lower=-9223372036854775808 upper=9223372036854775807"},
	{"int", "long", "lower=-2147483648 upper=2147483647"},
	{"short", "int", "lower=-32768 upper=32767"},
	{"byte", "short", "lower=-128 upper=127"},
	{"nonNegativeInteger", "integer", "lower=0"},
	{"unsignedLong", "nonNegativeInteger", "upper=18446744073709551615"},
	{"unsignedInt", "unsignedLong", "upper=4294967295"},
	{"unsignedShort", "unsignedInt", "upper=65535"},
	{"unsignedByte", "unsignedShort", "upper=255"},
	{"positiveInteger", "nonNegativeInteger", "lower=1"},
	{"date", "anySimpleType", "kind=dateKind space=collapse"},
	{"dateTime", "anySimpleType", "kind=dateTimeKind space=collapse"},
	{"time", "anySimpleType", "kind=timeKind space=collapse"},
	{"gYear", "anySimpleType", "kind=yearKind space=collapse"},
	{"base64Binary", "anySimpleType", "kind=base64Kind space=collapse"},
	{"hexBinary", "anySimpleType", "kind=hexKind space=collapse"},
	{"anyURI", "anySimpleType", "kind=uriKind space=collapse"},
	{"QName", "anySimpleType", "kind=stringKind space=collapse lexical=qnameForm"},
}

func (c *compiler) addBuiltins() {
	c.done[c.anyType.name] = c.anyType
	for _, b := range builtins {
		base := c.done[qname{xsd, b.base}]
		f := &facets{}
		if base.simple != nil {
			*f = *base.simple
		}
		f.label = b.name
		for _, add := range strings.Fields(b.adds) {
			key, value, _ := strings.Cut(add, "=")
			switch key {
			case "kind":
				f.kind = value
			case "space":
				f.space = value
			case "lexical":
				f.lexical = value
			case "unique":
				f.unique = true
			case "fraction":
				f.fraction = new(int)
			case "lower":
				f.lower = &bound{text: value}
			case "upper":
				f.upper = &bound{text: value}
			}
		}
		q := qname{xsd, b.name}
		t := &typeDef{name: q, base: base, content: "simpleContent", simple: f, plain: true}
		c.done[q] = t
		c.types = append(c.types, t)
	}
}

// simpleType fills in t from an xs:simpleType.
func (c *compiler) simpleType(t *typeDef, n *node) error {
	t.plain, t.content = true, "simpleContent"
	k := n.kids[0]
	switch k.local {
	case "restriction":
		var base *typeDef
		var err error
		if name := k.at("base"); name != "" {
			base, err = c.typ(k.resolve(name), k)
		} else {
			base = &typeDef{}
			err = c.simpleType(base, k.kids[0])
		}
		if err != nil {
			return err
		}
		t.base = base
		t.simple, err = c.restrict(k, base.simple)
		if err == nil && t.name.local != "" {
			t.simple.label = t.name.local
		}
		return err
	case "union":
		t.base = c.done[qname{xsd, "anySimpleType"}]
		t.simple = &facets{label: t.name.local, kind: "unionKind", space: "preserve"}
		for _, name := range strings.Fields(k.at("memberTypes")) {
			m, err := c.typ(k.resolve(name), k)
			if err != nil {
				return err
			}
			t.simple.members = append(t.simple.members, m)
		}
		for _, kid := range k.kids {
			m := &typeDef{}
			if err := c.simpleType(m, kid); err != nil {
				return err
			}
			t.simple.members = append(t.simple.members, m)
		}
		return nil
	}
	return k.errorf("xs:%s is not supported", k.local)
}

// restrict derives facets from base by the restriction k.
func (c *compiler) restrict(k *node, base *facets) (*facets, error) {
	f := *base
	f.patterns = slices.Clone(base.patterns)
	var alternatives []string
	var values []string
	for _, n := range k.kids {
		v := n.at("value")
		switch n.local {
		case "pattern":
			alternatives = append(alternatives, v)
			continue
		case "enumeration":
			values = append(values, v)
			continue
		case "whiteSpace":
			f.space = v
			continue
		case "simpleType", "attribute", "anyAttribute":
			continue
		}
		if err := f.facet(n.local, v); err != nil {
			return nil, n.errorf("%v", err)
		}
	}
	if alternatives != nil {
		p, err := newPattern(alternatives)
		if err != nil {
			return nil, k.errorf("%v", err)
		}
		f.patterns = append(f.patterns, p)
	}
	if values != nil {
		if f.kind == "unionKind" || f.kind == "booleanKind" || f.kind == "dateKind" || f.kind == "dateTimeKind" {
			return nil, k.errorf("enumeration of %s is not supported", f.kind)
		}
		f.values = nil
		for _, v := range values {
			f.values = append(f.values, f.canonical(v))
		}
	}
	return &f, nil
}

// facet applies one facet with a single value.
func (f *facets) facet(name, v string) error {
	number := func(keep *int, tighter func(a, b int) bool) (*int, error) {
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			return nil, fmt.Errorf("%s=%q", name, v)
		}
		if keep != nil && tighter(*keep, n) {
			return keep, nil
		}
		return &n, nil
	}
	less := func(a, b int) bool { return a < b }
	more := func(a, b int) bool { return a > b }
	var err error
	switch name {
	case "length":
		if f.min, err = number(f.min, more); err == nil {
			f.max, err = number(f.max, less)
		}
	case "minLength":
		f.min, err = number(f.min, more)
	case "maxLength":
		f.max, err = number(f.max, less)
	case "totalDigits":
		f.total, err = number(f.total, less)
	case "fractionDigits":
		f.fraction, err = number(f.fraction, less)
	case "minInclusive", "minExclusive": // a derived bound is never wider: XSD part 2 §4.3
		f.lower = &bound{f.canonical(v), name == "minExclusive"}
	case "maxInclusive", "maxExclusive":
		f.upper = &bound{f.canonical(v), name == "maxExclusive"}
	default:
		err = fmt.Errorf("facet %s is not supported", name)
	}
	return err
}

// canonical normalises a value of the schema so that equal values are equal
// strings: white space, and of numbers sign and zeros.
func (f *facets) canonical(v string) string {
	switch f.space {
	case "replace":
		v = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(v)
	case "collapse":
		v = strings.Join(strings.Fields(v), " ")
	}
	if f.kind != "decimalKind" {
		return v
	}
	sign := ""
	if strings.HasPrefix(v, "-") {
		sign = "-"
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(v, "+-"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	switch {
	case whole == "" && fraction == "":
		return "0"
	case whole == "":
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

// normalizeFixed brings the fixed value of a declaration into the form that
// the validator compares with.
func (f *facets) normalizeFixed(v *string, n *node) error {
	if v == nil {
		return nil
	}
	if f.kind != "stringKind" {
		return n.errorf("a fixed value of %s is not supported", f.kind)
	}
	*v = f.canonical(*v)
	return nil
}
