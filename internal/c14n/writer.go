package c14n

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

type writer struct {
	dst      []byte
	out      io.Writer // where dst is emptied to now and then, or nil
	err      error     // the first one of out
	method   Method
	exclude  *xmltree.Node
	listed   map[string]bool // the prefixes that an exclusive method declares as an inclusive one does
	rendered xmltree.Scope   // what the open elements of the output declare

	// Of the element in hand:
	decls []xmltree.NSDecl
	attrs []xmltree.Attr
}

func (w *writer) write(n *xmltree.Node, o *Options) {
	if o != nil {
		w.exclude = o.Exclude
		w.list(o.InclusivePrefixes)
		for p := n; p != nil; p = p.Parent {
			if p == w.exclude {
				return
			}
		}
	}
	if n.Kind == xmltree.Document {
		w.document(n)
	} else {
		w.subtree(n)
	}
}

// list takes in a PrefixList.
func (w *writer) list(prefixes []string) {
	if len(prefixes) == 0 || !w.method.exclusive() {
		return
	}
	w.listed = make(map[string]bool, len(prefixes))
	for _, p := range prefixes {
		if p == "#default" {
			p = ""
		}
		w.listed[p] = true
	}
}

// document writes the document element and, each on a line of its own, what stands before and after it.
func (w *writer) document(doc *xmltree.Node) {
	after := false
	for _, n := range doc.Children {
		switch {
		case n.Kind == xmltree.Element:
			w.node(n)
			after = true
		case n.Kind == xmltree.Comment && !w.method.comments():
		case after:
			w.dst = append(w.dst, '\n')
			w.node(n)
		default:
			w.node(n)
			w.dst = append(w.dst, '\n')
		}
	}
}

func (w *writer) node(n *xmltree.Node) {
	switch n.Kind {
	case xmltree.Element:
		if n != w.exclude {
			w.declare(n, n.Decls)
			w.element(n, n.Attrs)
		}
	case xmltree.Text:
		w.dst = escape(w.dst, n.Value, inText)
	case xmltree.ProcInst:
		w.dst = append(append(w.dst, "<?"...), n.Local...)
		if n.Value != "" {
			w.dst = append(append(w.dst, ' '), n.Value...)
		}
		w.dst = append(w.dst, "?>"...)
	case xmltree.Comment:
		if w.method.comments() {
			w.dst = append(append(append(w.dst, "<!--"...), n.Value...), "-->"...)
		}
	}
}

// declare collects in w.decls what the element declares in the output, out of what it declares in the document, or for
// the apex of a subtree, out of all that is in scope.
func (w *writer) declare(n *xmltree.Node, declared []xmltree.NSDecl) {
	w.decls = w.decls[:0]
	if w.method.exclusive() {
		w.bind(n.Prefix, n.NS)
		for i := range n.Attrs {
			if a := &n.Attrs[i]; a.Prefix != "" {
				w.bind(a.Prefix, a.NS)
			}
		}
		if w.listed == nil {
			return
		}
	}
	for _, d := range declared {
		if w.listed == nil || w.listed[d.Prefix] {
			w.bind(d.Prefix, d.URI)
		}
	}
}

// bind declares a prefix unless the output has it so already. An empty uri, of a default namespace taken back, is as
// good as none.
func (w *writer) bind(prefix, uri string) {
	if prefix == "xml" {
		return
	}
	if now, _ := w.rendered.Lookup(prefix); now != uri {
		w.rendered.Bind(prefix, uri)
		w.decls = append(w.decls, xmltree.NSDecl{Prefix: prefix, URI: uri})
	}
}

// element writes an element with the declarations in w.decls and these attributes.
func (w *writer) element(n *xmltree.Node, attrs []xmltree.Attr) {
	outer := w.rendered.Len() - len(w.decls)
	w.dst = append(w.dst, '<')
	w.name(n.Prefix, n.Local)
	if len(w.decls) > 1 {
		slices.SortFunc(w.decls, func(a, b xmltree.NSDecl) int { return strings.Compare(a.Prefix, b.Prefix) })
	}
	for i := range w.decls {
		d := &w.decls[i]
		w.dst = append(w.dst, " xmlns"...)
		if d.Prefix != "" {
			w.dst = append(append(w.dst, ':'), d.Prefix...)
		}
		w.value(d.URI)
	}
	attrs = w.sorted(attrs)
	for i := range attrs {
		a := &attrs[i]
		w.dst = append(w.dst, ' ')
		w.name(a.Prefix, a.Local)
		w.value(a.Value)
	}
	w.dst = append(w.dst, '>')
	for _, c := range n.Children {
		w.node(c)
	}
	w.dst = append(w.dst, '<', '/')
	w.name(n.Prefix, n.Local)
	w.dst = append(w.dst, '>')
	w.rendered.Unwind(outer)
	if w.out != nil && len(w.dst) >= chunk {
		w.flush()
	}
}

// chunk is how many bytes are gathered before they are written out.
const chunk = 4 << 10

func (w *writer) flush() {
	if w.err == nil {
		_, w.err = w.out.Write(w.dst)
	}
	w.dst = w.dst[:0]
}

// sorted returns attributes in canonical order: by namespace name, those without one first, then by local name.
func (w *writer) sorted(attrs []xmltree.Attr) []xmltree.Attr {
	byName := func(a, b xmltree.Attr) int {
		return cmp.Or(strings.Compare(a.NS, b.NS), strings.Compare(a.Local, b.Local))
	}
	if len(attrs) < 2 || slices.IsSortedFunc(attrs, byName) {
		return attrs
	}
	w.attrs = append(w.attrs[:0], attrs...)
	slices.SortFunc(w.attrs, byName)
	return w.attrs
}

func (w *writer) name(prefix, local string) {
	if prefix != "" {
		w.dst = append(append(w.dst, prefix...), ':')
	}
	w.dst = append(w.dst, local...)
}

// value writes what follows the name of an attribute or a declaration.
func (w *writer) value(s string) {
	w.dst = append(w.dst, '=', '"')
	w.dst = escape(w.dst, s, inAttr)
	w.dst = append(w.dst, '"')
}
