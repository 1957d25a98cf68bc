// Package xmltree parses XML 1.0 documents into trees.
package xmltree

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// SyntaxError says why and where a document was refused.
type SyntaxError struct {
	Line, Column int
	Msg          string
	Err          error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}
func (e *SyntaxError) Unwrap() error { return e.Err }

// Sentinels inside a SyntaxError.
var (
	ErrDTD      = errors.New("document type declarations are not allowed")
	ErrEncoding = errors.New("not UTF-8")
)

type parser struct {
	b     []byte
	i     int
	line  int
	lpos  int // position up to which lines were counted
	ns    []NSDecl
	arena []Node
	depth int
}

func (p *parser) fail(f string, a ...any) {
	panic(&SyntaxError{Line: p.ln(), Msg: fmt.Sprintf(f, a...)})
}
func (p *parser) ln() int {
	if p.i > p.lpos {
		p.line += bytes.Count(p.b[p.lpos:min(p.i, len(p.b))], []byte{'\n'})
		p.lpos = p.i
	}
	return p.line
}
func (p *parser) node(k Kind) *Node {
	if len(p.arena) == 0 {
		p.arena = make([]Node, 64)
	}
	n := &p.arena[0]
	p.arena = p.arena[1:]
	n.Kind = k
	n.Line = int32(p.ln())
	n.Offset = int32(p.i)
	return n
}

func Parse(b []byte) (doc *Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			doc, err = nil, e
		}
	}()
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	p := &parser{b: b, line: 1}
	if !utf8.Valid(b) {
		p.fail("invalid UTF-8")
	}
	for i, c := range b { // fast check of C0 controls and U+FFFE/F
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			p.i = i
			p.fail("invalid character %#x", c)
		}
		if c == 0xef && i+2 < len(b) && b[i+1] == 0xbf && b[i+2] >= 0xbe {
			p.i = i
			p.fail("invalid character U+FFFE/U+FFFF")
		}
	}
	return p.doc(), nil
}

func (p *parser) has(s string) bool {
	return len(p.b)-p.i >= len(s) && string(p.b[p.i:p.i+len(s)]) == s
}
func isWS(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
func (p *parser) ws() bool {
	s := p.i
	for p.i < len(p.b) && isWS(p.b[p.i]) {
		p.i++
	}
	return p.i > s
}

func (p *parser) doc() *Node {
	d := p.node(Document)
	if p.has("<?xml") && p.i+5 < len(p.b) && isWS(p.b[p.i+5]) {
		j := bytes.Index(p.b[p.i:], []byte("?>"))
		if j < 0 {
			p.fail("unterminated XML declaration")
		}
		p.checkDecl(string(p.b[p.i+5 : p.i+j]))
		p.i += j + 2
	}
	root := false
	for {
		p.ws()
		if p.i >= len(p.b) {
			break
		}
		switch {
		case p.has("<!--"):
			d.Children = append(d.Children, p.comment())
		case p.has("<?"):
			d.Children = append(d.Children, p.pi())
		case p.has("<!"):
			p.fail("DOCTYPE is not allowed")
		case p.b[p.i] == '<' && !root:
			root = true
			p.element(d)
		default:
			p.fail("content outside the document element")
		}
	}
	if !root {
		p.fail("no document element")
	}
	return d
}
func (p *parser) checkDecl(s string) {
	q := &parser{b: []byte(s), line: p.line}
	want := []string{"version", "encoding", "standalone"}
	for {
		w := q.ws()
		if q.i >= len(q.b) {
			break
		}
		if !w {
			p.fail("bad XML declaration")
		}
		n := q.name()
		k := slices.Index(want, n)
		if k < 0 {
			p.fail("bad XML declaration")
		}
		want = want[k+1:]
		q.ws()
		if q.i >= len(q.b) || q.b[q.i] != '=' {
			p.fail("bad XML declaration")
		}
		q.i++
		q.ws()
		if q.i >= len(q.b) || (q.b[q.i] != '"' && q.b[q.i] != '\'') {
			p.fail("bad XML declaration")
		}
		c := q.b[q.i]
		j := bytes.IndexByte(q.b[q.i+1:], c)
		if j < 0 {
			p.fail("bad XML declaration")
		}
		v := string(q.b[q.i+1 : q.i+1+j])
		q.i += j + 2
		if n == "version" && v != "1.0" || n == "encoding" && !strings.EqualFold(v, "utf-8") {
			p.fail("unsupported %s %q", n, v)
		}
	}
	if len(want) == 3 {
		p.fail("bad XML declaration")
	}
}

var nameStart, nameByte [256]bool

func init() {
	for c := 0; c < 256; c++ {
		l := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
		nameStart[c] = l
		nameByte[c] = l || c >= '0' && c <= '9' || c == '-' || c == '.'
	}
}
func (p *parser) name() string {
	s := p.i
	if p.i >= len(p.b) || !nameStart[p.b[p.i]] {
		p.fail("name expected")
	}
	for p.i < len(p.b) && nameByte[p.b[p.i]] {
		p.i++
	}
	return p.str(s, p.i)
}
func (p *parser) str(a, b int) string {
	if a == b {
		return ""
	}
	return string(p.b[a:b])
}
func (p *parser) qname() (pre, loc string) {
	loc = p.name()
	if p.i < len(p.b) && p.b[p.i] == ':' {
		p.i++
		pre, loc = loc, p.name()
	}
	return
}
func (p *parser) comment() *Node {
	n := p.node(Comment)
	j := bytes.Index(p.b[p.i+4:], []byte("--"))
	if j < 0 || p.i+4+j+2 >= len(p.b) || p.b[p.i+4+j+2] != '>' {
		p.fail("bad comment")
	}
	n.Value = crlf(p.str(p.i+4, p.i+4+j))
	p.i += 4 + j + 3
	return n
}
func (p *parser) pi() *Node {
	n := p.node(ProcInst)
	p.i += 2
	n.Local = p.name()
	if strings.EqualFold(n.Local, "xml") {
		p.fail("misplaced XML declaration")
	}
	w := p.ws()
	j := bytes.Index(p.b[p.i:], []byte("?>"))
	if j < 0 || j > 0 && !w {
		p.fail("bad processing instruction")
	}
	n.Value = crlf(p.str(p.i, p.i+j))
	p.i += j + 2
	return n
}
func crlf(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// ref parses &...; at p.i.
func (p *parser) ref() rune {
	j := bytes.IndexByte(p.b[p.i:min(len(p.b), p.i+12)], ';')
	if j < 2 {
		p.fail("bad reference")
	}
	s := p.str(p.i+1, p.i+j)
	p.i += j + 1
	switch s {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if s[0] != '#' {
		p.fail("undeclared entity %q", s)
	}
	var r rune
	if len(s) > 2 && s[1] == 'x' {
		for _, c := range []byte(s[2:]) {
			switch {
			case c >= '0' && c <= '9':
				r = r<<4 | rune(c-'0')
			case c|32 >= 'a' && c|32 <= 'f':
				r = r<<4 | rune(c|32-'a'+10)
			default:
				p.fail("bad reference")
			}
			if r > 0x10ffff {
				p.fail("bad reference")
			}
		}
	} else {
		if len(s) < 2 {
			p.fail("bad reference")
		}
		for _, c := range []byte(s[1:]) {
			if c < '0' || c > '9' {
				p.fail("bad reference")
			}
			if r = r*10 + rune(c-'0'); r > 0x10ffff {
				p.fail("bad reference")
			}
		}
	}
	if r < 0x20 && r != 9 && r != 10 && r != 13 || r >= 0xd800 && r < 0xe000 || r == 0xfffe || r == 0xffff {
		p.fail("reference to an invalid character")
	}
	return r
}
func (p *parser) attrValue() string {
	if p.i >= len(p.b) || p.b[p.i] != '"' && p.b[p.i] != '\'' {
		p.fail("quote expected")
	}
	q := p.b[p.i]
	p.i++
	s := p.i
	for p.i < len(p.b) {
		c := p.b[p.i]
		if c == q {
			p.i++
			return p.str(s, p.i-1)
		}
		if c == '<' {
			p.fail("< in attribute value")
		}
		if c == '&' || c < 0x20 {
			break
		}
		p.i++
	}
	var sb strings.Builder
	sb.WriteString(p.str(s, p.i))
	for p.i < len(p.b) {
		c := p.b[p.i]
		switch {
		case c == q:
			p.i++
			return sb.String()
		case c == '<':
			p.fail("< in attribute value")
		case c == '&':
			sb.WriteRune(p.ref())
			continue
		case c == '\r':
			if p.i+1 < len(p.b) && p.b[p.i+1] == '\n' {
				p.i++
			}
			sb.WriteByte(' ')
		case c < 0x20:
			sb.WriteByte(' ')
		default:
			sb.WriteByte(c)
		}
		p.i++
	}
	p.fail("unterminated attribute value")
	return ""
}
func (p *parser) lookup(pre string) (string, bool) {
	for i := len(p.ns) - 1; i >= 0; i-- {
		if p.ns[i].Prefix == pre {
			return p.ns[i].URI, true
		}
	}
	if pre == "xml" {
		return XMLNamespace, true
	}
	return "", pre == ""
}
func (p *parser) element(parent *Node) {
	if p.depth++; p.depth > 512 {
		p.fail("nesting too deep")
	}
	nsBase := len(p.ns)
	n := p.node(Element)
	n.Parent = parent
	parent.Children = append(parent.Children, n)
	p.i++
	start := p.i
	n.Prefix, n.Local = p.qname()
	qn := p.str(start, p.i)
	empty := false
	for {
		w := p.ws()
		if p.i >= len(p.b) {
			p.fail("unterminated tag")
		}
		if p.b[p.i] == '>' {
			p.i++
			break
		}
		if p.has("/>") {
			p.i += 2
			empty = true
			break
		}
		if !w {
			p.fail("white space expected")
		}
		pre, loc := p.qname()
		p.ws()
		if p.i >= len(p.b) || p.b[p.i] != '=' {
			p.fail("= expected")
		}
		p.i++
		p.ws()
		v := p.attrValue()
		if pre == "xmlns" || pre == "" && loc == "xmlns" {
			if pre == "" {
				loc = ""
			} else if v == "" {
				p.fail("empty namespace for prefix %q", loc)
			}
			if loc == "xmlns" || (loc == "xml") != (v == XMLNamespace) || v == "http://www.w3.org/2000/xmlns/" {
				p.fail("reserved namespace")
			}
			for _, d := range n.Decls {
				if d.Prefix == loc {
					p.fail("duplicate namespace declaration")
				}
			}
			n.Decls = append(n.Decls, NSDecl{loc, v})
			continue
		}
		n.Attrs = append(n.Attrs, Attr{pre, loc, "", v})
	}
	p.ns = append(p.ns, n.Decls...)
	var ok bool
	if n.NS, ok = p.lookup(n.Prefix); !ok {
		p.fail("undeclared prefix %q", n.Prefix)
	}
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if a.Prefix != "" {
			if a.NS, ok = p.lookup(a.Prefix); !ok {
				p.fail("undeclared prefix %q", a.Prefix)
			}
		}
		for j := range i {
			if n.Attrs[j].Local == a.Local && n.Attrs[j].NS == a.NS {
				p.fail("duplicate attribute %q", a.Local)
			}
		}
	}
	if !empty {
		p.content(n)
		p.i += 2
		if !p.has(qn) {
			p.fail("end tag does not match <%s>", qn)
		}
		p.i += len(qn)
		p.ws()
		if p.i >= len(p.b) || p.b[p.i] != '>' {
			p.fail("end tag does not match <%s>", qn)
		}
		p.i++
	}
	p.ns = p.ns[:nsBase]
	p.depth--
}

// content parses up to the end tag; adjacent text, CDATA and references become one Text node.
func (p *parser) content(n *Node) {
	var cur *Node
	var sb strings.Builder
	have := false // text pending in sb
	add := func(s string) {
		if s == "" {
			return
		}
		if cur == nil {
			cur = p.node(Text)
			cur.Parent = n
			cur.Value = s
			n.Children = append(n.Children, cur)
			return
		}
		if !have {
			sb.WriteString(cur.Value)
			have = true
		}
		sb.WriteString(s)
	}
	flush := func() {
		if have {
			cur.Value = sb.String()
			sb = strings.Builder{}
			have = false
		}
		cur = nil
	}
	for {
		j := bytes.IndexAny(p.b[p.i:], "<&")
		if j < 0 {
			p.fail("unexpected end of input")
		}
		if j > 0 {
			s := p.str(p.i, p.i+j)
			if strings.Contains(s, "]]>") {
				p.fail("]]> in text")
			}
			add(crlf(s))
			p.i += j
		}
		if p.b[p.i] == '&' {
			add(string(p.ref()))
			continue
		}
		if p.i+1 >= len(p.b) {
			p.fail("unexpected end of input")
		}
		switch p.b[p.i+1] {
		case '/':
			flush()
			return
		case '!':
			if p.has("<![CDATA[") {
				e := bytes.Index(p.b[p.i:], []byte("]]>"))
				if e < 0 {
					p.fail("unterminated CDATA")
				}
				add(crlf(p.str(p.i+9, p.i+e)))
				p.i += e + 3
				continue
			}
			if !p.has("<!--") {
				p.fail("bad markup")
			}
			flush()
			c := p.comment()
			c.Parent = n
			n.Children = append(n.Children, c)
		case '?':
			flush()
			c := p.pi()
			c.Parent = n
			n.Children = append(n.Children, c)
		default:
			flush()
			p.element(n)
		}
	}
}
