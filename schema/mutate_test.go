package schema

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// part is an element of a document, by its place in the text.
type part struct {
	from, to   int // of the whole element
	open, shut int // end of its start tag, start of its end tag
	parent     int
	kids       []int
	name       string // as written
}

// mutator damages documents in ways that say what they did.
type mutator struct {
	*rand.Rand
	doc   []byte
	parts []part
}

// takeApart finds the elements of doc, the document element first.
func takeApart(doc []byte) []part {
	var parts []part
	open := []int{-1}
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		from := int(d.InputOffset())
		token, err := d.RawToken()
		if err != nil {
			return parts
		}
		at := int(d.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			name := t.Name.Local
			if t.Name.Space != "" {
				name = t.Name.Space + ":" + name
			}
			parent := open[len(open)-1]
			if parent >= 0 {
				parts[parent].kids = append(parts[parent].kids, len(parts))
			}
			open = append(open, len(parts))
			parts = append(parts, part{from: from, open: at, parent: parent, name: name})
		case xml.EndElement:
			p := &parts[open[len(open)-1]]
			p.shut, p.to = from, at
			open = open[:len(open)-1]
		}
	}
}

// mutation is one way to damage a document.
type mutation struct {
	name string
	do   func(m *mutator) []byte // nil: it does not apply
}

func (m *mutator) any() *part { return &m.parts[m.IntN(len(m.parts))] }

// leaf returns an element with a value, nil if chance finds none.
func (m *mutator) leaf() *part {
	for range 50 {
		if p := m.any(); len(p.kids) == 0 {
			return p
		}
	}
	return nil
}

// group returns an element with children.
func (m *mutator) group() *part {
	for range 50 {
		if p := m.any(); len(p.kids) > 0 {
			return p
		}
	}
	return &m.parts[0]
}

// inner returns an element that is not the document element.
func (m *mutator) inner() *part {
	if len(m.parts) < 2 {
		return nil
	}
	return &m.parts[1+m.IntN(len(m.parts)-1)]
}

func (m *mutator) text(p *part) string { return string(m.doc[p.from:p.to]) }

// splice replaces doc[from:to].
func (m *mutator) splice(from, to int, with string) []byte {
	return slices.Concat(m.doc[:from], []byte(with), m.doc[to:])
}

// border returns a place between the children of an element.
func (m *mutator) border() int {
	p := m.group()
	if len(p.kids) == 0 || m.IntN(3) == 0 {
		return p.shut
	}
	return m.parts[p.kids[m.IntN(len(p.kids))]].from
}

// rewrite changes the value of an element by f; "" from f for no change.
func (m *mutator) rewrite(f func(value string) string) []byte {
	p := m.leaf()
	if p == nil || p.shut < p.open {
		return nil
	}
	with := f(string(m.doc[p.open:p.shut]))
	if with == "" {
		return nil
	}
	return m.splice(p.open, p.shut, with)
}

// rename gives an element another name.
func (m *mutator) rename(p *part, name string) []byte {
	tags := string(m.doc[p.from:p.to])
	tags = "<" + name + tags[1+len(p.name):]
	if p.shut < p.to && strings.HasSuffix(tags, ">") && strings.Contains(tags[len(tags)-len(p.name)-3:], "</") {
		tags = tags[:len(tags)-len(p.name)-3] + "</" + name + ">"
	}
	return m.splice(p.from, p.to, tags)
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// structure changes which elements and attributes there are.
var structure = []mutation{
	{"delete an element", func(m *mutator) []byte { p := m.inner(); return m.splice(p.from, p.to, "") }},
	{"delete two elements", func(m *mutator) []byte {
		g := m.group()
		i := m.IntN(len(g.kids))
		return m.splice(m.parts[g.kids[i]].from, m.parts[g.kids[min(i+1, len(g.kids)-1)]].to, "")
	}},
	{"double an element", func(m *mutator) []byte { p := m.inner(); return m.splice(p.to, p.to, m.text(p)) }},
	{"repeat an element", func(m *mutator) []byte {
		p := m.inner()
		return m.splice(p.to, p.to, strings.Repeat(m.text(p), 1+m.IntN(110)))
	}},
	{"swap siblings", func(m *mutator) []byte {
		g := m.group()
		if len(g.kids) < 2 {
			return nil
		}
		i := m.IntN(len(g.kids) - 1)
		a, b := &m.parts[g.kids[i]], &m.parts[g.kids[i+1]]
		return m.splice(a.from, b.to, m.text(b)+m.text(a))
	}},
	{"move an element", func(m *mutator) []byte {
		p := m.inner()
		text := m.text(p)
		rest := m.splice(p.from, p.to, "")
		kin := &mutator{Rand: m.Rand, doc: rest, parts: takeApart(rest)}
		at := kin.border()
		return kin.splice(at, at, text)
	}},
	{"copy an element elsewhere", func(m *mutator) []byte { at := m.border(); return m.splice(at, at, m.text(m.inner())) }},
	{"rename to a sibling's name", func(m *mutator) []byte {
		p := m.inner()
		kids := m.parts[p.parent].kids
		return m.rename(p, m.parts[kids[m.IntN(len(kids))]].name)
	}},
	{"rename to another name", func(m *mutator) []byte { return m.rename(m.any(), m.any().name) }},
	{"rename to a foreign name", func(m *mutator) []byte {
		p := m.any()
		return m.rename(p, pick(m.Rand, p.name+"X", strings.ToLower(p.name), "Obcy", "Faktura", "P_1", "x.y-z", "ą"))
	}},
	{"add a foreign element", func(m *mutator) []byte {
		at := m.border()
		return m.splice(at, at, pick(m.Rand, `<Obcy/>`, `<Obcy>x</Obcy>`, `<o:Obcy xmlns:o="urn:example:o"/>`, `<Obcy xmlns=""/>`,
			`<Obcy xmlns="urn:example:o"><Fa/></Obcy>`, `<NIP>1111111111</NIP>`))
	}},
	{"empty an element", func(m *mutator) []byte { p := m.any(); return m.splice(p.open, p.shut, "") }},
	{"close an element at once", func(m *mutator) []byte {
		p := m.any()
		if m.doc[p.open-2] == '/' {
			return nil
		}
		return m.splice(p.open-1, p.to, "/>")
	}},
	{"add an element to a value", func(m *mutator) []byte {
		return m.rewrite(func(s string) string { return s + pick(m.Rand, "<x/>", "<P_1>a</P_1>") })
	}},
	{"add text between elements", func(m *mutator) []byte {
		at := m.border()
		return m.splice(at, at, pick(m.Rand, "tekst", ".", "&#32;", "&#x9;", "&amp;", "<![CDATA[ ]]>", "<![CDATA[x]]>", "\u00a0", "\n\t "))
	}},
	{"add a comment", func(m *mutator) []byte { at := m.border(); return m.splice(at, at, "<!-- uwaga - tak -->") }},
	{"add an instruction", func(m *mutator) []byte { at := m.border(); return m.splice(at, at, "<?php echo ?>") }},
	{"add an attribute", func(m *mutator) []byte {
		p := m.any()
		at := p.from + 1 + len(p.name)
		return m.splice(at, at, " "+pick(m.Rand, `obcy="1"`, `xml:lang="pl"`, `xml:space="preserve"`, `o:a="1" xmlns:o="urn:example:o"`,
			`kodSystemowy="FA (3)"`, `Id="a"`, `xmlns:q="urn:example:q"`, `typ="x"`, `currencyID="PLN"`, `schemeID="a"`))
	}},
	{"add an instance attribute", func(m *mutator) []byte {
		p := m.any()
		at := p.from + 1 + len(p.name)
		return m.splice(at, at, ` xmlns:i="`+instanceURI+`" xmlns:xs="http://www.w3.org/2001/XMLSchema" `+pick(m.Rand,
			`i:nil="true"`, `i:nil="false"`, `i:schemaLocation="urn:a b.xsd"`, `i:noNamespaceSchemaLocation="b.xsd"`, `i:other="1"`,
			`i:type="xs:string"`, `i:type="xs:token"`, `i:type="xs:integer"`, `i:type="xs:byte"`, `i:type="xs:decimal"`,
			`i:type="xs:date"`, `i:type="TZnakowy"`, `i:type="TKwotowy"`, `i:type="TAdres"`, `i:type="xs:anyType"`, `i:type="nic:x"`,
			`i:type="xs:nonNegativeInteger"`, `i:type="xs:positiveInteger"`, `i:type="TNaturalny"`, `i:type=" xs:unsignedByte "`))
	}},
	{"drop the attributes", func(m *mutator) []byte {
		for range 60 {
			if p := m.any(); p.open-p.from > len(p.name)+2 && !bytes.Contains(m.doc[p.from:p.open], []byte("xmlns")) {
				return m.splice(p.from, p.open, "<"+p.name+">")
			}
		}
		return nil
	}},
	{"change an attribute", func(m *mutator) []byte {
		for range 60 {
			p := m.any()
			tag := m.doc[p.from:p.open]
			if eq := bytes.IndexByte(tag, '='); eq > 0 && !bytes.Contains(tag, []byte("xmlns")) {
				from := p.from + eq + 2
				to := from + bytes.IndexByte(m.doc[from:], '"')
				old := string(m.doc[from:to])
				return m.splice(from, to, pick(m.Rand, "", "x", old+" ", " "+old, old+"1", "&#x41;", old+"&#10;", strings.ReplaceAll(old, " ", "\n"),
					strings.ReplaceAll(old, " ", "  "), "FA (2)", "PLN", "pl", "urn:a#b#c", "%zz"))
			}
		}
		return nil
	}},
	{"change the namespace", func(m *mutator) []byte {
		p := m.any()
		at := p.from + 1 + len(p.name)
		if bytes.Contains(m.doc[p.from:p.open], []byte("xmlns=")) {
			i := bytes.Index(m.doc, []byte("xmlns=")) + 7
			return m.splice(i, i, "x")
		}
		return m.splice(at, at, pick(m.Rand, ` xmlns=""`, ` xmlns="urn:example:o"`, ` xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"`,
			` xmlns="http://crd.gov.pl/wzor/2025/06/25/13775"`))
	}},
	{"write prefixes", func(m *mutator) []byte {
		if strings.Contains(m.parts[0].name, ":") || !bytes.Contains(m.doc, []byte("xmlns=")) {
			return nil
		}
		s := strings.Replace(string(m.doc), " xmlns=", " xmlns:f=", 1)
		s = strings.ReplaceAll(strings.ReplaceAll(s, "</", "</f:"), "<f:/", "</")
		var b strings.Builder
		for i := range len(s) {
			b.WriteByte(s[i])
			if s[i] == '<' && i+1 < len(s) && nameClass[s[i+1]] == nameStart {
				b.WriteString("f:")
			}
		}
		return []byte(strings.ReplaceAll(b.String(), "</f:f:", "</f:"))
	}},
}

// values changes the text of elements.
var values = []mutation{
	{"white space around a value", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			space := func() string { return pick(m.Rand, "", " ", "\n", "\t", "  \n ", "&#32;", "\r\n", "&#13;") }
			return space() + s + space()
		})
	}},
	{"white space in a value", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			if s == "" {
				return ""
			}
			i := m.IntN(len(s))
			for !utf8.RuneStart(s[i]) {
				i--
			}
			return s[:i] + pick(m.Rand, " ", "  ", "\n", "\t", "\r", "\u00a0", "&#9;") + s[i:]
		})
	}},
	{"another value of the document", func(m *mutator) []byte {
		q := m.leaf()
		return m.rewrite(func(string) string { return string(m.doc[q.open:max(q.shut, q.open)]) })
	}},
	{"no value", func(m *mutator) []byte {
		return m.rewrite(func(string) string { return pick(m.Rand, " ", "\n", "<!-- -->", "<![CDATA[]]>") })
	}},
	{"a longer value", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			return s + strings.Repeat(pick(m.Rand, "a", "1", "ż", "😀", "0", " b"), pick(m.Rand, 1, 2, 5, 20, 60, 256, 257, 512, 513))
		})
	}},
	{"exactly long", func(m *mutator) []byte {
		return m.rewrite(func(string) string {
			return strings.Repeat(pick(m.Rand, "a", "ż", "😀", "7"), pick(m.Rand, 9, 10, 13, 14, 16, 17, 20, 21, 32, 33, 34, 35, 50, 51, 255, 256, 257, 512, 513))
		})
	}},
	{"a shorter value", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			if len(s) < 2 || strings.ContainsAny(s, "&ąćęłńóśźż–€😀’") {
				return ""
			}
			return s[:len(s)-1]
		})
	}},
	{"a changed character", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			if s == "" || strings.Contains(s, "&") {
				return ""
			}
			r := []rune(s)
			r[m.IntN(len(r))] = pick(m.Rand, []rune("0123456789abcXYZ.,-+/ :TZąŻ€٣๓１")...)
			return string(r)
		})
	}},
	{"a number", func(m *mutator) []byte {
		return m.rewrite(func(string) string {
			return pick(m.Rand, "0", "-0", "+1", "01", "001", "1.", ".5", "-.5", "1.0", "1.00", "1.000", "0.001", "1e3", "1,5", "1.2.3", "--1",
				"-", "+", ".", "NaN", "INF", "127", "128", "-128", "-129", "100", "100.000001", "1000000000000000", "99999999999999999",
				"9999999999999999.99", "12345678901234567.8", "0.12345678", "0.123456789", "99999999999999.12345678", "1234567890123456789012",
				"000000000000000000000001", "2147483647", "2147483648", "3", "4", "7", "8", "11", "12", "20", "21", "٣", "1 2", "0x1")
		})
	}},
	{"a date", func(m *mutator) []byte {
		return m.rewrite(func(string) string {
			return pick(m.Rand, "2026-02-28", "2026-02-29", "2024-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "2026-1-1",
				"26-01-01", "02026-01-01", "12026-01-01", "0000-01-01", "-0001-01-01", "2026-01-01Z", "2026-01-01+01:00", "2026-01-01+14:00",
				"2026-01-01+14:01", "2026-01-01+1:00", "2005-12-31", "2006-01-01", "2006-01-01Z", "2050-01-01", "2050-01-01Z", "2050-01-01+02:00",
				"2050-01-01-02:00", "2050-01-02", "2016-06-30", "2016-07-01", "1989-12-31", "1990-01-01", "2026-01-01T00:00:00", "2026-04-31")
		})
	}},
	{"a moment", func(m *mutator) []byte {
		return m.rewrite(func(string) string {
			return pick(m.Rand, "2026-02-01T00:00:00Z", "2026-02-01T00:00:00", "2026-02-01T24:00:00Z", "2026-02-01T24:00:01Z", "2026-02-01T25:00:00Z",
				"2026-02-01T23:59:60Z", "2026-02-01T23:60:00Z", "2026-02-01T12:00:00.5Z", "2026-02-01T12:00:00.Z", "2026-02-01T12:00:00.123456789012Z",
				"2026-02-01T12:00:00+01:00", "2026-02-01T12:00:00+14:00", "2026-02-01T12:00:00-14:01", "2026-02-01 12:00:00Z", "2026-02-01T12:00Z",
				"2025-08-31T23:59:59Z", "2025-09-01T00:00:00Z", "2025-09-01T00:00:00", "2025-09-01T13:59:59", "2025-09-01T14:00:00", "2025-09-01T14:00:01",
				"2025-09-01T01:00:00+01:00", "2025-09-01T00:59:59+01:00", "2025-08-31T24:00:00Z", "2050-01-01T23:59:59Z", "2050-01-02T00:00:00Z",
				"2050-01-01T23:59:59.001Z", "2021-10-01T00:00:00Z", "2021-09-30T23:59:59Z", "2022-01-01T00:00:00Z", "12:00:00", "24:00:00", "12:00:00Z", "2026")
		})
	}},
	{"a word", func(m *mutator) []byte {
		return m.rewrite(func(string) string {
			return pick(m.Rand, "FA", "VAT", "KOR", "PLN", "pln", "PL", "XX", "PLX", "true", "TRUE", "1", "2", "6", "9", "23", "np I", "np  I", "zw", "oo",
				"Online", "Offline", "offline", "certificateSubject", "P", "AB", "Ż", "GTU_14", "5265877635", "0265877635", "5005877635",
				"5265877635-12345", "5265877635-ATU12345678", "5265877635-XIGD123", "PPL123456", "^PPL123456$", "5265877635-DE123456789$",
				"20250514-CR-226FB7B000-3ACF9BE4C0-10", "1.2.3.4", "01.2.3.4", "256.1.1.1", "1.2.3.4-5.6.7.8", "10.0.0.0/8", "10.0.0.0/33",
				"5265877635-20250826-0100001AF629-AF", "5265877635-20250826-010000-1AF629-AF", "M123456789-20250826-0100001AF629-AF",
				"a@b", "@", "a@", "a@b@c", "ą@ę", "QQ==", "QQ=", "Q===", "QR==", "Q Q = =", "QUJ D", "żż==", "http://a.pl/?IPKSeF=123abcdefghij",
				"https://a.pl?IPKSeF=123abcdefghij#x", "http://a/?IPKSeF=123abcdefghij", "%", "%4", "%41", "a#b#c", ":a", "a b", "[", "//[", "a:b:c", "1a:b",
				"Ministerstwo Finansów", "ministerstwo finansów", "e1b2c3d4-0000-4000-8000-000000000000", "ABCDEFGH", "ABCDEF1Z123", "pl-PL", "pl-", "1a", "a:b")
		})
	}},
	{"a section", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			if strings.ContainsAny(s, "<&") {
				return ""
			}
			return pick(m.Rand, "<![CDATA["+s+"]]>", s+"<![CDATA[]]>", s[:len(s)/3*0]+"<![CDATA["+s+"]]><!-- x -->", "<!-- x -->"+s+"<?y?>")
		})
	}},
	{"references", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			if s == "" || strings.ContainsAny(s, "<&") {
				return ""
			}
			var b strings.Builder
			for _, r := range s {
				b.WriteString(pick(m.Rand, string(r), fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#x%x;", r), fmt.Sprintf("&#x%06X;", r)))
			}
			return b.String()
		})
	}},
	{"odd characters", func(m *mutator) []byte {
		return m.rewrite(func(s string) string {
			return s + pick(m.Rand, "&lt;", "&gt;", ">", "&quot;", "&apos;", "'", "\u007f", "\u0085", "\u2028", "\ufdd0", "\ufffd", "\U0001ffff", "]]", "&#x1F600;", "\u200b", "\ufeff")
		})
	}},
}

// damage makes documents that are not well-formed, or nearly so.
var damage = []mutation{
	{"delete a byte", func(m *mutator) []byte { i := m.IntN(len(m.doc)); return m.splice(i, i+1, "") }},
	{"insert markup", func(m *mutator) []byte {
		i := m.IntN(len(m.doc))
		return m.splice(i, i, pick(m.Rand, "<", ">", "&", "\"", "'", "/", "]]>", "<!--", "-->", "<?", "?>", "<![CDATA[", "--", "=", ";", "<!", "</", " ", "\n", "&#0;", "&nbsp;", "&#xFFFE;"))
	}},
	{"insert bad bytes", func(m *mutator) []byte {
		i := m.IntN(len(m.doc))
		return m.splice(i, i, pick(m.Rand, "\x00", "\x01", "\x0b", "\x1f", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xc4"))
	}},
	{"cut the end", func(m *mutator) []byte { return bytes.Clone(m.doc[:m.IntN(len(m.doc))]) }},
	{"swap bytes", func(m *mutator) []byte {
		i := m.IntN(len(m.doc) - 1)
		return m.splice(i, i+2, string([]byte{m.doc[i+1], m.doc[i]}))
	}},
	{"double an attribute", func(m *mutator) []byte {
		p := m.any()
		at := p.from + 1 + len(p.name)
		return m.splice(at, at, pick(m.Rand, ` a="1" a="2"`, ` xmlns:a="urn:a" xmlns:b="urn:a" a:x="" b:x=""`, ` a="<"`, ` a=1`, ` a`, ` a="1"b="2"`,
			` a='"'`, ` a="&#60;"`, ` a="&lt;"`, ` xmlns:a="urn:a" xmlns:a="urn:a"`, ` a = "1"`, "\ta\n=\r'1'"))
	}},
	{"put something around the document", func(m *mutator) []byte {
		if i := bytes.Index(m.doc, []byte("?>")); i >= 0 {
			m.doc = m.doc[i+2:]
		}
		return slices.Concat([]byte(pick(m.Rand, "", " ", "\n", "x", "<!-- a -->", "<?a b?>", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
			"<?xml version='1.0' standalone='yes'?>", "<?xml version='1.0' standalone='maybe'?>", "<?xml encoding='utf-8'?>", "<?xml?>", " <?xml version='1.0'?>",
			"<?xml version='1.0' encoding='UTF-8' standalone='no' ?>", "<?xml version='1.0'encoding='UTF-8'?>", "\ufeff", "\ufeff<?xml version='1.0'?>", "<a/>", "<!-- a -- b -->", "<?XML a?>")),
			bytes.TrimLeft(m.doc, " \r\n"), []byte(pick(m.Rand, "", "\n", "x", "<!-- b -->", "<?a b?>", "<a/>", "&#32;", "<![CDATA[]]>", "\x00", "<!-- b", "</a>")))
	}},
}

// mutate returns damaged copies of a document.
func mutate(doc []byte, seed uint64, n int, kinds []mutation) (docs [][]byte, names []string) {
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 1)), parts: takeApart(doc)}
	for len(docs) < n {
		k := kinds[m.IntN(len(kinds))]
		m.doc = doc
		if out := k.do(m); out != nil {
			docs, names = append(docs, out), append(names, k.name)
		}
	}
	return docs, names
}
