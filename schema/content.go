package schema

import "strings"

// step is one level of the place in a content model: a particle, and how often
// it has been taken. The steps of an element lead from the root particle of
// its type to the leaf or wildcard taken last.
type step struct{ particle, count uint16 }

// fits reports whether p may be taken once more.
func (s *step) fits(p *particle) bool { return s.count < p.max || p.max == unbounded }

// take counts p once more. The count of what has no limit stops short of an
// overflow.
func (s *step) take() {
	if s.count < unbounded {
		s.count++
	}
}

// advance moves the place in the content model of f over an element. It
// reports false, and leaves the place alone, where the model has no such
// element next. The model is deterministic (the generator sees to that), so
// the first particle that matches is the right one.
//
// With force, an element is taken that stands further on in the model:
// required elements before it are missing.
func (v *validator) advance(f *frame, name, space uint16, force bool) bool {
	t := v.table
	if f.steps == len(v.steps) {
		root := f.typ.root
		if root == 0 || !v.starts(root, name, space, force) {
			return false
		}
		v.enter(root, name, space, force)
		return true
	}
	i := len(v.steps) - 1
	last := &v.steps[i]
	p := &t.particles[last.particle]
	if v.matches(p, name, space) && last.fits(p) {
		last.take()
		return true
	}
	if last.count < p.min && !force {
		return false
	}
	for i--; i >= f.steps; i-- {
		up := &v.steps[i]
		group := &t.particles[up.particle]
		if group.kind == sequence {
			after := t.particles[v.steps[i+1].particle].end
			for k := after; k < group.end; k = t.particles[k].end {
				if v.starts(k, name, space, force) {
					v.steps = v.steps[:i+1]
					v.enter(k, name, space, force)
					return true
				}
				if !t.particles[k].optional && !force {
					return false
				}
			}
		}
		if up.fits(group) && v.starts(up.particle, name, space, force) {
			up.take()
			v.steps = v.steps[:i+1]
			v.enterGroup(up.particle, name, space, force)
			return true
		}
		if up.count < group.min && !group.empty && !force {
			return false
		}
	}
	return false
}

func (v *validator) matches(p *particle, name, space uint16) bool {
	if p.kind == leaf {
		return p.name == name
	}
	return p.kind == wild && v.table.wildcards[p.term].admits(space)
}

// starts reports whether the particle k can begin with the element.
func (v *validator) starts(k, name, space uint16, force bool) bool {
	p := &v.table.particles[k]
	if p.kind <= wild {
		return v.matches(p, name, space)
	}
	for kid := k + 1; kid < p.end; {
		if v.starts(kid, name, space, force) {
			return true
		}
		q := &v.table.particles[kid]
		if p.kind == sequence && !q.optional && !force {
			return false
		}
		kid = q.end
	}
	return false
}

// enter takes the particle k, which starts with the element.
func (v *validator) enter(k, name, space uint16, force bool) {
	v.steps = append(v.steps, step{k, 1})
	if v.table.particles[k].kind > wild {
		v.enterGroup(k, name, space, force)
	}
}

func (v *validator) enterGroup(k, name, space uint16, force bool) {
	for kid := k + 1; ; kid = v.table.particles[kid].end {
		if v.starts(kid, name, space, force) {
			v.enter(kid, name, space, force)
			return
		}
	}
}

// complete reports whether the content of f may end here.
func (v *validator) complete(f *frame) bool {
	t := v.table
	if f.steps == len(v.steps) {
		return f.typ.root == 0 || t.particles[f.typ.root].optional
	}
	for i := len(v.steps) - 1; i >= f.steps; i-- {
		p := &t.particles[v.steps[i].particle]
		if v.steps[i].count < p.min && !p.empty {
			return false
		}
		if i == f.steps {
			break
		}
		group := &t.particles[v.steps[i-1].particle]
		if group.kind != sequence {
			continue
		}
		for k := p.end; k < group.end; k = t.particles[k].end {
			if !t.particles[k].optional {
				return false
			}
		}
	}
	return true
}

// expected lists what may come next in f, separated by commas.
func (v *validator) expected(f *frame) string {
	var e expectation
	v.expectNext(f, &e)
	return e.String()
}

// missing lists what must come next in f.
func (v *validator) missing(f *frame) string {
	e := expectation{required: true}
	v.expectNext(f, &e)
	return e.String()
}

func (v *validator) expectNext(f *frame, e *expectation) {
	t := v.table
	if f.steps == len(v.steps) {
		if f.typ.root != 0 {
			v.expect(f.typ.root, e)
		}
		return
	}
	for i := len(v.steps) - 1; i >= f.steps; i-- {
		at := &v.steps[i]
		p := &t.particles[at.particle]
		short := at.count < p.min && !p.empty
		if at.fits(p) && (short || !e.required) {
			v.expect(at.particle, e)
		}
		if short || i == f.steps {
			return
		}
		group := &t.particles[v.steps[i-1].particle]
		if group.kind != sequence {
			continue
		}
		for k := p.end; k < group.end; k = t.particles[k].end {
			v.expect(k, e)
			if !t.particles[k].optional {
				return
			}
		}
	}
}

// expect adds what the particle k can begin with, or must.
func (v *validator) expect(k uint16, e *expectation) {
	p := &v.table.particles[k]
	switch {
	case p.optional && e.required:
	case p.kind == leaf:
		e.add(v.table.names[p.name].local)
	case p.kind == wild:
		e.add("*")
	default:
		for kid := k + 1; kid < p.end; {
			v.expect(kid, e)
			q := &v.table.particles[kid]
			if p.kind == sequence && !q.optional {
				return
			}
			kid = q.end
		}
	}
}

// expectation is a list of names, each once, cut where it gets too long to
// read.
type expectation struct {
	required bool // leave out what is optional
	names    []string
	more     bool
}

func (e *expectation) add(name string) {
	const most = 12
	for _, n := range e.names {
		if n == name {
			return
		}
	}
	if len(e.names) == most {
		e.more = true
		return
	}
	e.names = append(e.names, name)
}

func (e *expectation) String() string {
	s := strings.Join(e.names, ", ")
	if e.more {
		s += ", …"
	}
	return s
}
