package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// expr is a parsed regular expression: XSD part 2, appendix F, and the
// constructs of .NET that the authentication schemas mistake for XSD.
type expr struct {
	op   op
	set  runeSet // opSet
	kids []*expr
	min  int // opRepeat
	max  int // opRepeat, < 0: unbounded
}

type op uint8

const (
	opSet      op = iota // one character of set
	opSequence           // kids in order
	opChoice             // one of kids
	opRepeat             // kids[0], min to max times
	opStart              // ^ as an anchor
	opEnd                // $ as an anchor
	opBoundary           // \b
)

// runeSet is a set of characters as sorted, disjoint, inclusive ranges.
type runeSet [][2]rune

func setOf(ranges ...[2]rune) runeSet {
	slices.SortFunc(ranges, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	var out runeSet
	for _, r := range ranges {
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
		} else {
			out = append(out, r)
		}
	}
	return out
}

func (s runeSet) not() runeSet {
	var out runeSet
	next := rune(0)
	for _, r := range s {
		if r[0] > next {
			out = append(out, [2]rune{next, r[0] - 1})
		}
		next = r[1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, [2]rune{next, unicode.MaxRune})
	}
	return out
}

func (s runeSet) has(r rune) bool {
	return slices.ContainsFunc(s, func(x [2]rune) bool { return x[0] <= r && r <= x[1] })
}

func tableSet(t *unicode.RangeTable) runeSet {
	var ranges [][2]rune
	for _, r := range t.R16 {
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			ranges = append(ranges, [2]rune{c, c})
		}
	}
	for _, r := range t.R32 {
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			ranges = append(ranges, [2]rune{c, c})
		}
	}
	return setOf(ranges...)
}

// regexParser reads one pattern.
type regexParser struct {
	in  []rune
	pos int
	net bool // as .NET reads it: ^ and $ are anchors, \b and \/ are known
}

func parseRegex(pattern string, net bool) (e *expr, err error) {
	p := &regexParser{in: []rune(pattern), net: net}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pattern %q at %d: %v", pattern, p.pos, r)
		}
	}()
	e = p.choice()
	if p.pos < len(p.in) {
		panic("unexpected " + string(p.in[p.pos]))
	}
	return e, nil
}

func (p *regexParser) peek() rune {
	if p.pos < len(p.in) {
		return p.in[p.pos]
	}
	return -1
}

func (p *regexParser) take() rune {
	if p.pos == len(p.in) {
		panic("unexpected end")
	}
	p.pos++
	return p.in[p.pos-1]
}

func (p *regexParser) choice() *expr {
	branches := []*expr{p.sequence()}
	for p.peek() == '|' {
		p.pos++
		branches = append(branches, p.sequence())
	}
	return &expr{op: opChoice, kids: branches}
}

func (p *regexParser) sequence() *expr {
	e := &expr{op: opSequence}
	for c := p.peek(); c >= 0 && c != '|' && c != ')'; c = p.peek() {
		e.kids = append(e.kids, p.quantified(p.atom()))
	}
	return e
}

func (p *regexParser) quantified(e *expr) *expr {
	switch p.peek() {
	case '?':
		e = &expr{op: opRepeat, kids: []*expr{e}, max: 1}
	case '*':
		e = &expr{op: opRepeat, kids: []*expr{e}, max: -1}
	case '+':
		e = &expr{op: opRepeat, kids: []*expr{e}, min: 1, max: -1}
	case '{':
		end := slices.Index(p.in[p.pos:], '}')
		if end < 0 {
			panic("unterminated quantifier")
		}
		lo, hi, ranged := strings.Cut(string(p.in[p.pos+1:p.pos+end]), ",")
		r := &expr{op: opRepeat, kids: []*expr{e}, max: -1}
		var err error
		if r.min, err = strconv.Atoi(lo); err != nil {
			panic(err)
		}
		if !ranged {
			r.max = r.min
		} else if hi != "" {
			if r.max, err = strconv.Atoi(hi); err != nil {
				panic(err)
			}
		}
		p.pos += end
		e = r
	default:
		return e
	}
	p.pos++
	return e
}

func (p *regexParser) atom() *expr {
	switch c := p.take(); {
	case c == '(':
		e := p.choice()
		if p.take() != ')' {
			panic("missing )")
		}
		return e
	case c == '[':
		return &expr{op: opSet, set: p.class()}
	case c == '.':
		return &expr{op: opSet, set: setOf([2]rune{'\n', '\n'}, [2]rune{'\r', '\r'}).not()}
	case c == '^' && p.net:
		return &expr{op: opStart}
	case c == '$' && p.net:
		return &expr{op: opEnd}
	case c == '\\' && p.net && p.peek() == 'b':
		p.pos++
		return &expr{op: opBoundary}
	case c == '\\':
		return &expr{op: opSet, set: p.escape()}
	case strings.ContainsRune("?*+{}]", c):
		panic("misplaced " + string(c))
	default:
		return &expr{op: opSet, set: runeSet{{c, c}}}
	}
}

// escape reads what follows a backslash.
func (p *regexParser) escape() runeSet {
	space := setOf([2]rune{'\t', '\n'}, [2]rune{'\r', '\r'}, [2]rune{' ', ' '})
	switch c := p.take(); {
	case c == 'd':
		return tableSet(unicode.Nd)
	case c == 'D':
		return tableSet(unicode.Nd).not()
	case c == 's':
		return space
	case c == 'S':
		return space.not()
	case c == 'n':
		return runeSet{{'\n', '\n'}}
	case c == 'r':
		return runeSet{{'\r', '\r'}}
	case c == 't':
		return runeSet{{'\t', '\t'}}
	case strings.ContainsRune(`\|.-^?*+{}()[]`, c), c == '/' && p.net:
		return runeSet{{c, c}}
	default:
		panic(`\` + string(c) + " is not supported")
	}
}

// class reads a character class after its bracket.
func (p *regexParser) class() runeSet {
	negative := p.peek() == '^'
	if negative {
		p.pos++
	}
	var ranges [][2]rune
	for first := true; ; first = false {
		c := p.take()
		switch {
		case c == ']' && !first:
			set := setOf(ranges...)
			if negative {
				set = set.not()
			}
			return set
		case c == '[':
			panic("class subtraction is not supported")
		case c == '\\':
			set := p.escape()
			if len(set) != 1 || set[0][0] != set[0][1] || p.peek() != '-' || p.pos+1 < len(p.in) && p.in[p.pos+1] == ']' {
				ranges = append(ranges, set...)
				continue
			}
			c = set[0][0]
		}
		hi := c
		if p.peek() == '-' && p.pos+1 < len(p.in) && p.in[p.pos+1] != ']' {
			p.pos++
			if hi = p.take(); hi == '\\' {
				set := p.escape()
				if len(set) != 1 || set[0][0] != set[0][1] {
					panic("range to a class")
				}
				hi = set[0][0]
			}
			if hi < c {
				panic("inverted range")
			}
		}
		ranges = append(ranges, [2]rune{c, hi})
	}
}
