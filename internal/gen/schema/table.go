package main

import (
	"fmt"
	"slices"
	"strings"
)

// table numbers the components that a document can reach, in the order in
// which they are found from the root element.
type table struct {
	*compiler
	roots      []*element
	spaces     list[string]
	names      list[qname]
	elements   list[*element]
	types      list[*typeDef]
	particles  []numbered
	attributes []*attribute
	wildcards  list[*wildcard]
	simples    list[*facets]
	texts      list[string]
	watches    []watch
	starts     map[*typeDef]int    // root particle
	attrs      map[*typeDef][2]int // range in attributes
	slots      map[*typeDef]int
	global     map[*element]bool
	globalAttr map[qname]int
	open       bool // a wildcard or xs:anyType admits everything that is declared
}

// list numbers values in the order in which they come.
type list[T comparable] struct {
	all []T
	at  map[T]int
}

func listOf[T comparable](first ...T) list[T] {
	l := list[T]{at: map[T]int{}}
	for _, v := range first {
		l.add(v)
	}
	return l
}

// add returns the number of v, a new one if it has none.
func (l *list[T]) add(v T) int {
	n, ok := l.at[v]
	if !ok {
		n = len(l.all)
		l.all = append(l.all, v)
		l.at[v] = n
	}
	return n
}

func (l *list[T]) has(v T) bool {
	_, ok := l.at[v]
	return ok
}

// numbered is a particle in its place.
type numbered struct {
	*particle
	owner     *typeDef
	end, slot int
	repeats   bool
}

// watch is a node of the tree of watched paths.
type watch struct {
	name, child, next int
	role              string
}

func newTable(c *compiler, roots []qname) (*table, error) {
	t := &table{
		compiler:   c,
		spaces:     listOf("", "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace", xsd),
		names:      listOf(qname{}),
		elements:   listOf[*element](nil),
		types:      listOf(c.anyType),
		particles:  []numbered{{}},
		attributes: []*attribute{nil},
		wildcards:  listOf[*wildcard](nil),
		simples:    listOf[*facets](nil),
		texts:      listOf(""),
		watches:    []watch{{}},
		starts:     map[*typeDef]int{},
		attrs:      map[*typeDef][2]int{},
		slots:      map[*typeDef]int{},
		global:     map[*element]bool{},
		globalAttr: map[qname]int{},
	}
	for _, q := range roots {
		root := c.globals[q]
		if root == nil {
			return nil, fmt.Errorf("element %v is not declared", q)
		}
		t.roots = append(t.roots, root)
		t.reach(root)
		t.global[root] = true
		t.watches = append(t.watches, watch{name: t.name(q), role: "noRole"})
	}
	for i := 0; ; {
		for ; i < len(t.types.all); i++ {
			if err := t.number(t.types.all[i]); err != nil {
				return nil, err
			}
		}
		// An xsi:type may name any type derived from a declared one.
		for _, named := range c.types {
			if t.open || t.derives(named) {
				t.reachType(named)
			}
		}
		if t.open {
			for _, q := range sortedNames(c.globals) {
				t.global[c.globals[q]] = true
				t.reach(c.globals[q])
			}
			for _, q := range sortedNames(c.source.attrs) {
				if t.globalAttr[q] == 0 {
					a, err := c.attribute(c.source.attrs[q])
					if err != nil {
						return nil, err
					}
					t.globalAttr[q] = t.attribute(a)
				}
			}
		}
		if i == len(t.types.all) {
			return t, t.check()
		}
	}
}

// derives reports whether a reached type is among the bases of d.
func (t *table) derives(d *typeDef) bool {
	for b := d.base; b != nil && b != t.anyType; b = b.base {
		if t.types.has(b) && b.name.local != "anySimpleType" {
			return true
		}
	}
	return false
}

func (t *table) reach(e *element) {
	if !t.elements.has(e) {
		t.elements.add(e)
		t.name(e.name)
		t.text(e.fixed)
		t.reachType(e.typ)
		t.open = t.open || e.typ == t.anyType
	}
}

func (t *table) reachType(d *typeDef) {
	if d == nil || t.types.has(d) {
		return
	}
	t.types.add(d)
	if d.name.local != "" {
		t.name(d.name)
	}
	t.reachType(d.base)
}

// number lays out the parts of one type.
func (t *table) number(d *typeDef) error {
	if d.simple != nil {
		t.simple(d.simple)
	}
	from := len(t.attributes)
	for _, a := range d.attrs {
		t.attribute(a)
	}
	t.attrs[d] = [2]int{from, len(t.attributes)}
	if n := slices.IndexFunc(d.attrs, func(a *attribute) bool { return a.required }); n >= 0 && len(d.attrs) > 64 {
		return fmt.Errorf("type %v has %d attributes, of at most 64", d.name, len(d.attrs))
	}
	if d.anyAttr != nil {
		t.wildcard(d.anyAttr)
	}
	if d.root == nil {
		return nil
	}
	t.starts[d] = len(t.particles)
	slots := map[qname]int{}
	leaves := map[qname]int{}
	t.lay(d, d.root, false, slots, leaves)
	for i := t.starts[d]; i < len(t.particles); i++ {
		if p := &t.particles[i]; p.kind == "leaf" && leaves[p.element.name] > 1 {
			p.repeats = true
		}
	}
	t.slots[d] = len(slots)
	return deterministic(d)
}

func (t *table) lay(d *typeDef, p *particle, repeats bool, slots, leaves map[qname]int) {
	repeats = repeats || p.max != 1
	at := len(t.particles)
	t.particles = append(t.particles, numbered{particle: p, owner: d, repeats: repeats})
	switch p.kind {
	case "leaf":
		t.reach(p.element)
		slot, ok := slots[p.element.name]
		if !ok {
			slot = len(slots)
			slots[p.element.name] = slot
		}
		leaves[p.element.name]++
		t.particles[at].slot = slot
	case "wild":
		t.wildcard(p.wildcard)
		t.open = t.open || p.wildcard.process != "skip"
	}
	for _, k := range p.kids {
		t.lay(d, k, repeats, slots, leaves)
	}
	t.particles[at].end = len(t.particles)
}

func (t *table) attribute(a *attribute) int {
	t.name(a.name)
	t.text(a.fixed)
	t.simple(a.typ.simple)
	t.attributes = append(t.attributes, a)
	return len(t.attributes) - 1
}

func (t *table) space(s string) int { return t.spaces.add(s) }

func (t *table) name(q qname) int {
	t.space(q.space)
	return t.names.add(q)
}

func (t *table) text(s *string) int {
	if s == nil {
		return 0
	}
	return t.texts.add(*s)
}

func (t *table) wildcard(w *wildcard) int {
	for _, s := range w.spaces {
		t.space(s)
	}
	return t.wildcards.add(w)
}

func (t *table) simple(f *facets) int {
	for _, m := range f.members {
		t.simple(m.simple)
	}
	return t.simples.add(f)
}

// check refuses what the validator's numbers or rules cannot hold.
func (t *table) check() error {
	for _, list := range []struct {
		what string
		n    int
	}{
		{"names", len(t.names.all)}, {"elements", len(t.elements.all)}, {"types", len(t.types.all)},
		{"particles", len(t.particles)}, {"attributes", len(t.attributes)}, {"simple types", len(t.simples.all)},
	} {
		if list.n >= 1<<15 {
			return fmt.Errorf("%d %s are too many", list.n, list.what)
		}
	}
	for _, u := range t.uniques {
		if !slices.Contains(t.roots, u.scope) {
			return fmt.Errorf("xs:unique is supported on the document element alone, not on %v", u.scope.name)
		}
		if err := t.watch("/"+u.scope.name.local+"/"+strings.Join(u.path, "/"), "uniqueRole"); err != nil {
			return err
		}
	}
	return nil
}

// watch gives the element at path, local names from the root on, a role.
func (t *table) watch(path, role string) error {
	steps := strings.Split(strings.TrimPrefix(path, "/"), "/")
	root := slices.IndexFunc(t.roots, func(e *element) bool { return e.name.local == steps[0] })
	if root < 0 {
		return fmt.Errorf("watched path %s: there is no such document element", path)
	}
	at, e := root+1, t.roots[root]
	for _, step := range steps[1:] {
		var kid *element
		for _, p := range t.particles[1:] {
			if p.owner == e.typ && p.kind == "leaf" && p.element.name.local == step {
				kid = p.element
			}
		}
		if kid == nil {
			return fmt.Errorf("watched path %s: no element %s", path, step)
		}
		name := t.name(kid.name)
		next := t.watches[at].child
		for next != 0 && t.watches[next].name != name {
			next = t.watches[next].next
		}
		if next == 0 {
			next = len(t.watches)
			t.watches = append(t.watches, watch{name: name, next: t.watches[at].child, role: "noRole"})
			t.watches[at].child = next
		}
		at, e = next, kid
	}
	t.watches[at].role = role
	return nil
}
