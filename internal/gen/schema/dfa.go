package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// pattern is the patterns of one derivation step: a value matches one of them.
type pattern struct {
	source string
	strict *dfa // nil when XSD does not allow the pattern
	net    *dfa // as .NET reads it
}

func newPattern(alternatives []string) (*pattern, error) {
	p := &pattern{source: strings.Join(alternatives, " | ")}
	var err error
	if p.net, err = newDFA(alternatives, true); err != nil {
		return nil, err
	}
	p.strict, err = newDFA(alternatives, false)
	if err != nil && !strings.ContainsAny(p.source, "^$") {
		return nil, err
	}
	return p, nil
}

// dfa is a deterministic automaton over classes of characters. From state 0
// nothing is accepted any more; the states from accept on accept.
type dfa struct {
	ascii   [128]byte // class of each ASCII character
	wide    []wideRange
	classes int
	next    []byte // state × class → state
	start   int
	accept  int
}

// wideRange gives the class of the characters from lo up to the next range.
type wideRange struct {
	lo    rune
	class byte
}

// nfa is a Thompson automaton; an edge without a set is free, or free where
// its assertion holds.
type nfa struct{ edges [][]edge }

type edge struct {
	to     int
	set    runeSet
	assert op // opSequence for none
}

func (n *nfa) state() int {
	n.edges = append(n.edges, nil)
	return len(n.edges) - 1
}

func (n *nfa) free(from, to int) {
	n.edges[from] = append(n.edges[from], edge{to: to, assert: opSequence})
}

// add builds e between from and a new state, which it returns.
func (n *nfa) add(e *expr, from int) int {
	switch e.op {
	case opSet:
		to := n.state()
		n.edges[from] = append(n.edges[from], edge{to: to, set: e.set})
		return to
	case opSequence:
		for _, k := range e.kids {
			from = n.add(k, from)
		}
		return from
	case opChoice:
		to := n.state()
		for _, k := range e.kids {
			start := n.state()
			n.free(from, start)
			n.free(n.add(k, start), to)
		}
		return to
	case opRepeat:
		for range e.min {
			from = n.add(e.kids[0], from)
		}
		if e.max < 0 {
			loop := n.state()
			n.free(from, loop)
			n.free(n.add(e.kids[0], loop), loop)
			return loop
		}
		to := n.state()
		n.free(from, to)
		for range e.max - e.min {
			from = n.add(e.kids[0], from)
			n.free(from, to)
		}
		return to
	default:
		to := n.state()
		n.edges[from] = append(n.edges[from], edge{to: to, assert: e.op})
		return to
	}
}

// place is what an assertion looks at.
type place struct{ start, end, wordBefore, wordAfter bool }

func (p place) holds(assert op) bool {
	switch assert {
	case opStart:
		return p.start
	case opEnd:
		return p.end
	case opBoundary:
		return p.wordBefore != p.wordAfter
	}
	return true
}

// closure adds the states that set reaches without a character.
func (n *nfa) closure(set []int, at place) []int {
	seen := map[int]bool{}
	for todo := slices.Clone(set); len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		for _, e := range n.edges[s] {
			if e.set == nil && at.holds(e.assert) {
				todo = append(todo, e.to)
			}
		}
	}
	out := make([]int, 0, len(seen))
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// newDFA compiles the alternatives by subset construction. A state holds NFA
// states before their closure, because a closure depends on the next
// character where there are assertions.
func newDFA(alternatives []string, net bool) (*dfa, error) {
	n := &nfa{}
	start, final := n.state(), n.state()
	for _, a := range alternatives {
		e, err := parseRegex(a, net)
		if err != nil {
			return nil, err
		}
		from := n.state()
		n.free(start, from)
		n.free(n.add(e, from), final)
	}
	d := &dfa{}
	samples := d.partition(n)

	type state struct {
		set    []int
		start  bool
		before bool // a word character stands before
	}
	key := func(s state) string { return fmt.Sprint(s) }
	states := []state{{}, {set: []int{start}, start: true}}
	number := map[string]int{key(states[0]): 0, key(states[1]): 1}
	var next [][]int
	var accept []bool
	for i := 0; i < len(states); i++ {
		s := states[i]
		accept = append(accept, slices.Contains(n.closure(s.set, place{s.start, true, s.before, false}), final))
		row := make([]int, d.classes)
		for class, sample := range samples {
			after := isWord(sample)
			t := state{before: after}
			for _, from := range n.closure(s.set, place{s.start, false, s.before, after}) {
				for _, e := range n.edges[from] {
					if e.set != nil && e.set.has(sample) && !slices.Contains(t.set, e.to) {
						t.set = append(t.set, e.to)
					}
				}
			}
			slices.Sort(t.set)
			if len(t.set) == 0 {
				continue
			}
			to, ok := number[key(t)]
			if !ok {
				to = len(states)
				number[key(t)] = to
				states = append(states, t)
			}
			row[class] = to
		}
		next = append(next, row)
	}
	return d, d.minimize(next, accept)
}

// isWord is what \b means by a word character; the schemas put it next to
// ASCII characters only.
func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// partition divides the characters into classes that no set of n tells apart,
// and returns a member of each. Classes are numbered by their first character
// from U+0080 on, so that patterns which differ in ASCII alone share their
// wide ranges.
func (d *dfa) partition(n *nfa) (samples []rune) {
	var sets []runeSet
	cuts := []rune{0, 0x80}
	for _, edges := range n.edges {
		for _, e := range edges {
			if e.set == nil {
				if e.assert == opBoundary {
					word := setOf([2]rune{'0', '9'}, [2]rune{'A', 'Z'}, [2]rune{'_', '_'}, [2]rune{'a', 'z'})
					sets = append(sets, word)
					for _, r := range word {
						cuts = append(cuts, r[0], r[1]+1)
					}
				}
				continue
			}
			sets = append(sets, e.set)
			for _, r := range e.set {
				cuts = append(cuts, r[0], r[1]+1)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	classes := map[string]byte{}
	classOf := func(r rune) byte {
		var b strings.Builder
		for _, s := range sets {
			if s.has(r) {
				b.WriteByte('1')
			} else {
				b.WriteByte('0')
			}
		}
		c, ok := classes[b.String()]
		if !ok {
			c = byte(len(samples))
			classes[b.String()] = c
			samples = append(samples, r)
		}
		return c
	}
	for _, lo := range cuts {
		if lo < 0x80 || lo > unicode.MaxRune {
			continue
		}
		if c := classOf(lo); len(d.wide) == 0 || d.wide[len(d.wide)-1].class != c {
			d.wide = append(d.wide, wideRange{lo, c})
		}
	}
	for r := range rune(128) {
		d.ascii[r] = classOf(r)
	}
	d.classes = len(samples)
	return samples
}

// minimize merges the states that accept the same rests and writes the
// transitions in the final numbering.
func (d *dfa) minimize(next [][]int, accept []bool) error {
	group := make([]int, len(next))
	for i, a := range accept {
		if a {
			group[i] = 1
		}
	}
	for count := 0; ; {
		keys := map[string]int{}
		refined := make([]int, len(next))
		for i, row := range next {
			key := fmt.Sprint(group[i])
			for _, to := range row {
				key += fmt.Sprint(" ", group[to])
			}
			if _, ok := keys[key]; !ok {
				keys[key] = len(keys)
			}
			refined[i] = keys[key]
		}
		group = refined
		if len(keys) == count {
			break
		}
		count = len(keys)
	}
	// order: dead, others, accepting
	member := map[int]int{} // group → one of its states
	for i := len(next) - 1; i >= 0; i-- {
		member[group[i]] = i
	}
	if group[0] == group[1] {
		return errors.New("a pattern matches nothing")
	}
	order := make([]int, 0, len(member))
	for g := range member {
		order = append(order, g)
	}
	rank := func(g int) int {
		switch {
		case g == group[0]:
			return 0
		case accept[member[g]]:
			return 2
		}
		return 1
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(rank(a)-rank(b), member[a]-member[b])
	})
	number := map[int]byte{}
	for i, g := range order {
		if i > 255 {
			return fmt.Errorf("a pattern needs %d states, of at most 256", len(order))
		}
		number[g] = byte(i)
		if accept[member[g]] && d.accept == 0 {
			d.accept = i
		}
	}
	d.start = int(number[group[1]])
	for _, g := range order {
		for _, to := range next[member[g]] {
			d.next = append(d.next, number[group[to]])
		}
	}
	return nil
}

// match reports whether the automaton accepts s.
func (d *dfa) match(s string) bool {
	state := d.start
	for _, r := range s {
		class := byte(0)
		if r < 0x80 {
			class = d.ascii[r]
		} else {
			for _, w := range d.wide {
				if w.lo > r {
					break
				}
				class = w.class
			}
		}
		state = int(d.next[state*d.classes+int(class)])
	}
	return state >= d.accept
}
