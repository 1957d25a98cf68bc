package main

import (
	"slices"
	"strconv"
	"strings"
)

// wildcard is an xs:any or xs:anyAttribute.
type wildcard struct {
	any     bool
	not     bool // any but the spaces listed
	spaces  []string
	process string // strict, lax, skip
}

// particle is one term of a content model with its occurrence.
type particle struct {
	kind     string // leaf, wild, sequence, choice
	min, max int    // max < 0: unbounded
	element  *element
	wildcard *wildcard
	kids     []*particle
}

func (c *compiler) particle(k *node) (*particle, error) {
	p := &particle{min: 1, max: 1}
	if v, ok := k.attrs["minOccurs"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, k.errorf("minOccurs=%q", v)
		}
		p.min = n
	}
	if v, ok := k.attrs["maxOccurs"]; ok {
		n, err := strconv.Atoi(v)
		if v == "unbounded" {
			n, err = -1, nil
		}
		if err != nil || n >= 1<<16-1 {
			return nil, k.errorf("maxOccurs=%q", v)
		}
		p.max = n
	}
	var err error
	switch k.local {
	case "element":
		p.kind = "leaf"
		if ref := k.at("ref"); ref != "" {
			p.element, err = c.global(k.resolve(ref), k)
			return p, err
		}
		p.element = &element{name: qname{"", k.at("name")}}
		if form := k.at("form"); form == "qualified" || form == "" && k.file.elements {
			p.element.name.space = k.file.space
		}
		c.declare(p.element, k)
		return p, nil
	case "any":
		p.kind, p.wildcard = "wild", newWildcard(k)
		return p, nil
	case "sequence", "choice":
		p.kind = k.local
		for _, kid := range k.kids {
			q, err := c.particle(kid)
			if err != nil {
				return nil, err
			}
			p.kids = append(p.kids, q)
		}
		return p, nil
	}
	return nil, k.errorf("xs:%s is not supported", k.local)
}

func newWildcard(k *node) *wildcard {
	w := &wildcard{process: k.at("processContents")}
	if w.process == "" {
		w.process = "strict"
	}
	switch v := k.at("namespace"); v {
	case "", "##any":
		w.any = true
	case "##other": // nor elements without a namespace
		w.not, w.spaces = true, []string{"", k.file.space}
	default:
		for _, s := range strings.Fields(v) {
			switch s {
			case "##local":
				s = ""
			case "##targetNamespace":
				s = k.file.space
			}
			w.spaces = append(w.spaces, s)
		}
	}
	return w
}

// simplify drops what cannot occur and groups that say nothing: the fewer
// groups, the faster the validator.
func (p *particle) simplify() *particle {
	if p.max == 0 {
		return nil
	}
	if p.kind == "leaf" || p.kind == "wild" {
		return p
	}
	var kids []*particle
	for _, k := range p.kids {
		k = k.simplify()
		switch {
		case k == nil:
			if p.kind == "choice" { // an empty branch makes the choice optional
				p.min = 0
			}
		case p.kind == "sequence" && k.kind == "sequence" && k.min == 1 && k.max == 1:
			kids = append(kids, k.kids...)
		default:
			kids = append(kids, k)
		}
	}
	p.kids = kids
	if len(kids) == 0 {
		return nil
	}
	if only := kids[0]; len(kids) == 1 {
		if p.min == 1 && p.max == 1 {
			return only
		}
		if only.min == 1 && only.max == 1 || p.min == 0 && p.max == 1 && only.min <= 1 {
			only.min *= p.min
			if p.max != 1 {
				only.max = p.max
			}
			return only
		}
	}
	return p
}

// optional reports whether p matches no element at all.
func (p *particle) optional() bool { return p.min == 0 || p.empty() }

// empty reports whether the term of p matches no element at all.
func (p *particle) empty() bool {
	switch p.kind {
	case "sequence":
		return !slices.ContainsFunc(p.kids, func(k *particle) bool { return !k.optional() })
	case "choice":
		return slices.ContainsFunc(p.kids, (*particle).optional)
	}
	return false
}
