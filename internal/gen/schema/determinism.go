package main

import (
	"fmt"
	"slices"
)

// deterministic makes sure that the validator's way through the content model
// of d, which takes the first particle that matches and never goes back, is
// the only way. XSD demands that an element name decides the particle (Unique
// Particle Attribution); a counter inside a loop needs more: where a particle
// may go on both in itself and by another round of a group around it, taking
// as many as fit in itself is right only if one is enough.
func deterministic(d *typeDef) error {
	if d.root == nil {
		return nil
	}
	return walk(d, d.root, nil)
}

// walk visits p, whose ancestors are given from the root on.
func walk(d *typeDef, p *particle, above []*particle) error {
	if p.kind == "choice" {
		for i, a := range p.kids {
			for _, b := range p.kids[i+1:] {
				if err := apart(d, first(a), first(b)); err != nil {
					return err
				}
			}
		}
	}
	if p.kind == "sequence" { // at its start
		var start []*particle
		for _, k := range p.kids {
			if err := apart(d, start, first(k)); err != nil {
				return err
			}
			if start = append(start, first(k)...); !k.optional() {
				break
			}
		}
	}
	if p.kind == "leaf" || p.kind == "wild" || p.max != 1 {
		if err := walkFollow(d, p, above); err != nil {
			return err
		}
	}
	for _, k := range p.kids {
		if err := walk(d, k, append(slices.Clone(above), p)); err != nil {
			return err
		}
	}
	return nil
}

// walkFollow compares what can stand after p without p with what can begin p
// again, and the different ways of what can follow with each other.
func walkFollow(d *typeDef, p *particle, above []*particle) error {
	var after []*particle
	if p.max != 1 {
		after = first(p)
	}
	child := p
	for i := len(above) - 1; i >= 0; i-- {
		group := above[i]
		blocked := false
		if group.kind == "sequence" {
			for _, k := range group.kids[slices.Index(group.kids, child)+1:] {
				if err := apart(d, after, first(k)); err != nil {
					return err
				}
				after = append(after, first(k)...)
				if blocked = !k.optional(); blocked {
					break
				}
			}
		}
		if blocked {
			return nil
		}
		if group.max != 1 {
			for _, again := range first(group) {
				if !slices.Contains(after, again) {
					if err := apart(d, after, []*particle{again}); err != nil {
						return err
					}
					after = append(after, again)
				} else if p.min > 1 && slices.Contains(first(p), again) {
					return fmt.Errorf("type %v: a repeated %s in a repeated group needs look-ahead", d.name, p.kind)
				}
			}
		}
		child = group
	}
	return nil
}

// first lists the leaves and wildcards that can begin p.
func first(p *particle) []*particle {
	switch p.kind {
	case "leaf", "wild":
		return []*particle{p}
	}
	var out []*particle
	for _, k := range p.kids {
		out = append(out, first(k)...)
		if p.kind == "sequence" && !k.optional() {
			break
		}
	}
	return out
}

// apart fails if an element could match one of a and one of b.
func apart(d *typeDef, a, b []*particle) error {
	for _, x := range a {
		for _, y := range b {
			if x != y && overlap(x, y) {
				return fmt.Errorf("type %v: the content model is not deterministic", d.name)
			}
		}
	}
	return nil
}

func overlap(x, y *particle) bool {
	switch {
	case x.kind == "leaf" && y.kind == "leaf":
		return x.element.name == y.element.name
	case x.kind == "leaf":
		return y.wildcard.admits(x.element.name.space)
	case y.kind == "leaf":
		return x.wildcard.admits(y.element.name.space)
	case x.wildcard.any, y.wildcard.any, x.wildcard.not && y.wildcard.not:
		return true
	case x.wildcard.not:
		return slices.ContainsFunc(y.wildcard.spaces, x.wildcard.admits)
	}
	return slices.ContainsFunc(x.wildcard.spaces, y.wildcard.admits)
}

func (w *wildcard) admits(space string) bool {
	return w.any || slices.Contains(w.spaces, space) != w.not
}
