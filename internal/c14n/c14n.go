// Package c14n writes the canonical forms of XML.
package c14n

import (
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// Method is one of the six canonicalization algorithms.
type Method uint8

// The methods. The zero Method is what XML Signature implies where nothing is said.
const (
	C14N10 Method = iota
	C14N10WithComments
	C14N11
	C14N11WithComments
	Exclusive
	ExclusiveWithComments
)

// Options are the parameters of a canonicalization; nil means none.
type Options struct {
	Exclude           *xmltree.Node
	InclusivePrefixes []string
}

// ByURI finds a method by its algorithm identifier.
func ByURI(uri string) (Method, bool) {
	for m := C14N10; m <= ExclusiveWithComments; m++ {
		if m.URI() == uri {
			return m, true
		}
	}
	return 0, false
}

// URI returns the algorithm identifier.
func (m Method) URI() string {
	return [...]string{
		"http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
		"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
		"http://www.w3.org/2006/12/xml-c14n11",
		"http://www.w3.org/2006/12/xml-c14n11#WithComments",
		"http://www.w3.org/2001/10/xml-exc-c14n#",
		"http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
	}[m]
}

// Append appends the canonical form of the document or element n to dst.
func (m Method) Append(dst []byte, n *xmltree.Node, o *Options) []byte {
	w := &writer{Exclusive: m >= Exclusive, Comments: m&1 == 1}
	if o != nil {
		w.Skip = o.Exclude
		for _, p := range o.InclusivePrefixes {
			if p == "#default" {
				p = ""
			}
			w.Prefixes = append(w.Prefixes, p)
		}
	}
	return append(dst, w.Bytes(n)...)
}

type writer struct {
	Exclusive bool
	Comments  bool
	Prefixes  []string      // InclusiveNamespaces PrefixList ("" for #default)
	Skip      *xmltree.Node // subtree to leave out (enveloped signature)
	out       []byte
	ctx       []xmltree.NSDecl // in-scope declarations
	shown     []xmltree.NSDecl // rendered declarations
}

func scope(s []xmltree.NSDecl, p string) (string, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Prefix == p {
			return s[i].URI, true
		}
	}
	return "", false
}

// Bytes canonicalises a document node or a subtree.
func (c *writer) Bytes(n *xmltree.Node) []byte {
	c.out, c.ctx, c.shown = c.out[:0], c.ctx[:0], c.shown[:0]
	if n.Kind == xmltree.Document {
		seen := false
		for _, k := range n.Children {
			switch k.Kind {
			case xmltree.Element:
				c.elem(k, nil)
				seen = true
			case xmltree.ProcInst, xmltree.Comment:
				if k.Kind == xmltree.Comment && !c.Comments {
					continue
				}
				if seen {
					c.out = append(c.out, '\n')
				}
				c.misc(k)
				if !seen {
					c.out = append(c.out, '\n')
				}
			}
		}
		return c.out
	}
	var anc []*xmltree.Node
	for a := n.Parent; a != nil && a.Kind == xmltree.Element; a = a.Parent {
		anc = append(anc, a)
	}
	var xmlAttrs []xmltree.Attr
	for i := len(anc) - 1; i >= 0; i-- {
		c.ctx = append(c.ctx, anc[i].Decls...)
		if !c.Exclusive {
			for _, a := range anc[i].Attrs {
				if a.NS == xmltree.XMLNamespace {
					xmlAttrs = slices.DeleteFunc(xmlAttrs, func(x xmltree.Attr) bool { return x.Local == a.Local })
					xmlAttrs = append(xmlAttrs, a)
				}
			}
		}
	}
	c.elem(n, xmlAttrs)
	return c.out
}
func (c *writer) misc(k *xmltree.Node) {
	if k.Kind == xmltree.Comment {
		c.out = append(append(append(c.out, "<!--"...), k.Value...), "-->"...)
		return
	}
	c.out = append(append(c.out, "<?"...), k.Local...)
	if k.Value != "" {
		c.out = append(append(c.out, ' '), k.Value...)
	}
	c.out = append(c.out, "?>"...)
}
func (c *writer) elem(n *xmltree.Node, extra []xmltree.Attr) {
	ctxBase, shownBase := len(c.ctx), len(c.shown)
	c.ctx = append(c.ctx, n.Decls...)
	c.out = append(c.out, '<')
	c.qname(n.Prefix, n.Local)
	var rbuf [8]xmltree.NSDecl
	render := rbuf[:0]
	consider := func(p string) {
		if p == "xml" {
			return
		}
		for _, r := range render {
			if r.Prefix == p {
				return
			}
		}
		u, ok := scope(c.ctx, p)
		s, was := scope(c.shown, p)
		if !ok && p != "" {
			return
		}
		if u == s && (was || u == "") {
			return
		}
		render = append(render, xmltree.NSDecl{Prefix: p, URI: u})
	}
	if c.Exclusive {
		consider(n.Prefix)
		for _, a := range n.Attrs {
			if a.Prefix != "" {
				consider(a.Prefix)
			}
		}
		for _, p := range c.Prefixes {
			consider(p)
		}
	} else {
		if shownBase == 0 {
			for i := len(c.ctx) - 1; i >= 0; i-- {
				consider(c.ctx[i].Prefix)
			}
		} else {
			for _, d := range n.Decls {
				consider(d.Prefix)
			}
		}
	}
	if len(render) > 1 {
		slices.SortFunc(render, func(a, b xmltree.NSDecl) int { return strings.Compare(a.Prefix, b.Prefix) })
	}
	for _, d := range render {
		if d.Prefix == "" {
			c.out = append(c.out, " xmlns=\""...)
		} else {
			c.out = append(append(append(c.out, " xmlns:"...), d.Prefix...), "=\""...)
		}
		c.attrText(d.URI)
		c.out = append(c.out, '"')
	}
	c.shown = append(c.shown, render...)
	if len(n.Attrs)+len(extra) > 0 {
		as := n.Attrs
		if len(as)+len(extra) > 1 {
			as = slices.Clone(as)
			for _, e := range extra {
				if !slices.ContainsFunc(n.Attrs, func(a xmltree.Attr) bool { return a.NS == e.NS && a.Local == e.Local }) {
					as = append(as, e)
				}
			}
			slices.SortFunc(as, func(a, b xmltree.Attr) int {
				if r := strings.Compare(a.NS, b.NS); r != 0 {
					return r
				}
				return strings.Compare(a.Local, b.Local)
			})
		} else if len(as) == 0 {
			as = extra
		}
		for _, a := range as {
			c.out = append(c.out, ' ')
			c.qname(a.Prefix, a.Local)
			c.out = append(c.out, '=', '"')
			c.attrText(a.Value)
			c.out = append(c.out, '"')
		}
	}
	c.out = append(c.out, '>')
	for _, k := range n.Children {
		switch k.Kind {
		case xmltree.Element:
			if k != c.Skip {
				c.elem(k, nil)
			}
		case xmltree.Text:
			c.text(k.Value)
		case xmltree.ProcInst:
			c.misc(k)
		case xmltree.Comment:
			if c.Comments {
				c.misc(k)
			}
		}
	}
	c.out = append(c.out, '<', '/')
	c.qname(n.Prefix, n.Local)
	c.out = append(c.out, '>')
	c.ctx, c.shown = c.ctx[:ctxBase], c.shown[:shownBase]
}
func (c *writer) qname(p, l string) {
	if p != "" {
		c.out = append(append(c.out, p...), ':')
	}
	c.out = append(c.out, l...)
}
func (c *writer) text(s string) {
	last := 0
	for i := 0; i < len(s); i++ {
		var r string
		switch s[i] {
		case '&':
			r = "&amp;"
		case '<':
			r = "&lt;"
		case '>':
			r = "&gt;"
		case '\r':
			r = "&#xD;"
		default:
			continue
		}
		c.out = append(append(c.out, s[last:i]...), r...)
		last = i + 1
	}
	c.out = append(c.out, s[last:]...)
}
func (c *writer) attrText(s string) {
	last := 0
	for i := 0; i < len(s); i++ {
		var r string
		switch s[i] {
		case '&':
			r = "&amp;"
		case '<':
			r = "&lt;"
		case '"':
			r = "&quot;"
		case '\t':
			r = "&#x9;"
		case '\n':
			r = "&#xA;"
		case '\r':
			r = "&#xD;"
		default:
			continue
		}
		c.out = append(append(c.out, s[last:i]...), r...)
		last = i + 1
	}
	c.out = append(c.out, s[last:]...)
}
