package schema

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// inventor writes documents that are valid by a table: an independent oracle
// tells whether the table says the same as the schema.
type inventor struct {
	*rand.Rand
	*table
	out     strings.Builder
	depth   int
	size    int
	ids     int
	chance  int      // in percent, of an optional part
	spaces  []string // prefixes by namespace
	declare bool
}

// invent returns a document of the form, different for each seed.
func invent(form Form, seed uint64) []byte {
	in := &inventor{Rand: rand.New(rand.NewPCG(seed, 7)), table: forms[form].table}
	in.spaces = make([]string, len(in.namespaces))
	for i := range in.spaces {
		in.spaces[i] = fmt.Sprintf("n%d:", i)
	}
	in.spaces[0] = ""
	root := in.roots[forms[form].which]
	if in.IntN(2) == 0 { // the default namespace, as invoices have it
		in.spaces[in.names[in.elements[root].name].space] = ""
	}
	in.declare = true
	in.element(root)
	return []byte(in.out.String())
}

func (in *inventor) element(e uint16) {
	d := in.elements[e]
	n := in.names[d.name]
	tag := in.spaces[n.space] + n.local
	fmt.Fprintf(&in.out, "<%s", tag)
	if in.declare {
		in.declare = false
		for i, s := range in.namespaces {
			switch prefix := strings.TrimSuffix(in.spaces[i], ":"); {
			case i == 0 || i == int(xmlSpace):
			case prefix == "":
				fmt.Fprintf(&in.out, ` xmlns=%q`, s)
			default:
				fmt.Fprintf(&in.out, ` xmlns:%s=%q`, prefix, s)
			}
		}
	}
	t := in.types[d.typ]
	if t.abstract {
		for i, sub := range in.types {
			if sub.base == d.typ && !sub.abstract {
				name := in.names[sub.name]
				fmt.Fprintf(&in.out, ` n1:type="%s%s"`, in.spaces[name.space], name.local)
				t = in.types[i]
				break
			}
		}
	}
	for k := t.attrs[0]; k < t.attrs[1]; k++ {
		a := in.attributes[k]
		if !a.required && in.IntN(3) > 0 {
			continue
		}
		v := in.value(in.simples[a.simple])
		if a.fixed != 0 {
			v = in.texts[a.fixed]
		}
		an := in.names[a.name]
		prefix := ""
		if an.space != 0 {
			prefix = fmt.Sprintf("n%d:", an.space)
		}
		fmt.Fprintf(&in.out, ` %s%s="%s"`, prefix, an.local, escape(v))
	}
	in.out.WriteByte('>')
	in.depth++
	in.size++
	switch {
	case t.content == simpleContent && d.fixed != 0:
		in.out.WriteString(escape(in.texts[d.fixed]))
	case t.content == simpleContent:
		in.out.WriteString(escape(in.value(in.simples[t.simple])))
	case t.content == anyContent:
	case t.root != 0:
		if in.IntN(3) == 0 {
			in.out.WriteString("\n  ")
		}
		outer := in.chance
		in.chance = min(40, 500/int(in.particles[t.root].end-t.root))
		in.particle(t.root)
		in.chance = outer
	}
	in.depth--
	fmt.Fprintf(&in.out, "</%s>", tag)
}

func (in *inventor) particle(k uint16) {
	p := in.particles[k]
	times := int(p.min)
	// optional parts become rare with depth and size, or UBL would not end
	if in.depth < 4+in.IntN(4) && in.size < 400 {
		for times < int(p.max) && in.IntN(100) < in.chance {
			times++
		}
	}
	for range times {
		switch p.kind {
		case leaf:
			in.element(p.term)
		case wild:
			if in.wildcards[p.term].process == lax {
				fmt.Fprintf(&in.out, `<x:foreign xmlns:x="urn:example:foreign" a="1">text</x:foreign>`)
			} else {
				in.strict(p.term)
			}
		case sequence:
			for kid := k + 1; kid < p.end; kid = in.particles[kid].end {
				in.particle(kid)
			}
		case choice:
			var kids []uint16
			for kid := k + 1; kid < p.end; kid = in.particles[kid].end {
				kids = append(kids, kid)
			}
			in.particle(kids[in.IntN(len(kids))])
		}
	}
}

// strict writes an element that is declared, for a wildcard that asks for one.
func (in *inventor) strict(w uint16) {
	for range 10000 {
		n := in.names[in.IntN(len(in.names))]
		if n.element != 0 && in.wildcards[w].admits(n.space) && in.types[in.elements[n.element].typ].content == simpleContent {
			in.element(n.element)
			return
		}
	}
}

// value invents a value of the type.
func (in *inventor) value(s *simple) string {
	if len(s.members) > 0 {
		return in.value(in.simples[s.members[in.IntN(len(s.members))]])
	}
	v := &validator{table: in.table, options: Options{Strict: true}}
	for range 3000 {
		text := in.guess(s)
		if _, bad := v.check(s, []byte(text)); bad.code == "" {
			return text
		}
	}
	panic(fmt.Sprintf("no value of %s %+v found", s.label, s))
}

func (in *inventor) guess(s *simple) string {
	if s.values != nil {
		return s.values[in.IntN(len(s.values))]
	}
	if s.id {
		in.ids++
		return fmt.Sprintf("id%d", in.ids)
	}
	if len(s.patterns) > 0 && in.IntN(20) > 0 {
		p := s.patterns[in.IntN(len(s.patterns))]
		a := &p.net
		if p.strict != nil {
			a = p.strict
		}
		if text := in.walk(a); s.kind != dateKind && s.kind != dateTimeKind || in.IntN(20) == 0 {
			return text
		}
	}
	at := time.Date(2025, 9, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(in.IntN(20*365*24*3600)) * time.Second)
	switch s.kind {
	case decimalKind:
		text := fmt.Sprint(in.IntN([]int{3, 10, 100, 100000}[in.IntN(4)]))
		if s.form != integerForm && in.IntN(2) == 0 {
			text += fmt.Sprintf(".%0*d", 1+in.IntN(4), in.IntN(10))
		}
		return text
	case booleanKind:
		return []string{"true", "false", "0", "1"}[in.IntN(4)]
	case dateKind:
		return at.Format(time.DateOnly)
	case dateTimeKind:
		return at.Format(time.RFC3339)
	case timeKind:
		return at.Format(time.TimeOnly)
	case yearKind:
		return at.Format("2006")
	case base64Kind:
		return []string{"", "QQ==", "QUI=", "QUJD"}[in.IntN(4)]
	case hexKind:
		return []string{"", "0f", "A0b1"}[in.IntN(3)]
	case uriKind:
		return []string{"", "urn:example:a", "http://example.org/a?b=c#d", "../a b"}[in.IntN(4)]
	}
	switch s.form {
	case languageForm:
		return []string{"pl", "en-GB"}[in.IntN(2)]
	case noForm:
	default:
		return []string{"a", "b-1", "_c.d"}[in.IntN(3)]
	}
	letters := []rune("abcdefghij ABCDEF012345 ąćęłńóśźż &<>\"' 😀€")
	n := 1 + in.IntN(12)
	if s.has&hasMin != 0 && n < s.min {
		n = s.min
	}
	var b strings.Builder
	for range n {
		b.WriteRune(letters[in.IntN(len(letters))])
	}
	if s.space == collapse {
		return strings.Join(strings.Fields(b.String()), " ")
	}
	return b.String()
}

// walk takes a random way through an automaton to an accepting state, the
// longer the more it hurries.
func (in *inventor) walk(d *dfa) string {
	far := distances(d)
	var b strings.Builder
	state := d.start
	for n := 0; n < 200; n++ {
		if state >= d.accept && in.IntN(4) == 0 {
			break
		}
		var ways, short []byte
		for c := byte(' '); c < 0x7F; c++ {
			next := d.next[int(state)*d.classes+int(d.ascii[c])]
			if next != 0 {
				ways = append(ways, c)
				if far[next] < far[state] {
					short = append(short, c)
				}
			}
		}
		if len(short) > 0 && in.IntN(30) < n {
			ways = short
		}
		if len(ways) == 0 {
			break
		}
		c := ways[in.IntN(len(ways))]
		b.WriteByte(c)
		state = d.next[int(state)*d.classes+int(d.ascii[c])]
	}
	return b.String()
}

// distances counts the characters from each state to an accepting one.
func distances(d *dfa) []int {
	far := make([]int, len(d.next)/d.classes)
	for i := range far {
		if far[i] = 1 << 20; i >= int(d.accept) {
			far[i] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range far {
			for _, next := range []byte(d.next[i*d.classes : (i+1)*d.classes]) {
				if far[next]+1 < far[i] {
					far[i], changed = far[next]+1, true
				}
			}
		}
	}
	return far
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;").Replace(s)
}
