package c14n

import "github.com/ksef-go/ksef/internal/xmltree"

// subtree writes an element that has lost its ancestors, or any other node.
func (w *writer) subtree(n *xmltree.Node) {
	if n.Kind != xmltree.Element {
		w.node(n)
		return
	}
	var declared []xmltree.NSDecl
	if !w.method.exclusive() || w.listed != nil {
		declared = inScope(n)
	}
	w.declare(n, declared)
	switch {
	case n.Parent == nil || w.method.exclusive():
		w.element(n, n.Attrs)
	case w.method < C14N11:
		w.element(n, inherited10(n))
	default:
		w.element(n, inherited11(n))
	}
}

// inScope returns the namespace declarations that hold for an element.
func inScope(n *xmltree.Node) (all []xmltree.NSDecl) {
	var seen xmltree.Scope
	for ; n != nil; n = n.Parent {
		for _, d := range n.Decls {
			if _, ok := seen.Lookup(d.Prefix); !ok {
				seen.Bind(d.Prefix, d.URI)
				all = append(all, d)
			}
		}
	}
	return all
}

// inherited10 returns the attributes of an element and the nearest of every xml: attribute of its ancestors that it has
// not itself (Canonical XML 1.0 §2.4).
func inherited10(n *xmltree.Node) []xmltree.Attr {
	attrs := n.Attrs[:len(n.Attrs):len(n.Attrs)] // so that appending copies
	seen := make(map[string]bool)
	for p := n; p != nil; p = p.Parent {
		for _, a := range p.Attrs {
			if a.NS != xmltree.XMLNamespace || seen[a.Local] {
				continue
			}
			seen[a.Local] = true
			if p != n {
				attrs = append(attrs, a)
			}
		}
	}
	return attrs
}

// inherited11 returns the attributes of an element, with the nearest xml:lang and xml:space of its ancestors where it
// has none itself, and with the xml:base of all of them joined into one (Canonical XML 1.1 §2.4).
func inherited11(n *xmltree.Node) []xmltree.Attr {
	var attrs []xmltree.Attr
	base, hasBase := n.Attr(xmltree.XMLNamespace, "base")
	joined := false
	_, hasLang := n.Attr(xmltree.XMLNamespace, "lang")
	_, hasSpace := n.Attr(xmltree.XMLNamespace, "space")
	for p := n.Parent; p != nil; p = p.Parent {
		for _, a := range p.Attrs {
			switch {
			case a.NS != xmltree.XMLNamespace:
			case a.Local == "lang" && !hasLang:
				hasLang = true
				attrs = append(attrs, a)
			case a.Local == "space" && !hasSpace:
				hasSpace = true
				attrs = append(attrs, a)
			case a.Local == "base" && hasBase:
				base, joined = join(a.Value, base), true
			case a.Local == "base":
				base, hasBase, joined = a.Value, true, true
			}
		}
	}
	for _, a := range n.Attrs {
		if !joined || a.NS != xmltree.XMLNamespace || a.Local != "base" {
			attrs = append(attrs, a)
		}
	}
	if joined && base != "" {
		attrs = append(attrs, xmltree.Attr{Prefix: "xml", Local: "base", NS: xmltree.XMLNamespace, Value: base})
	}
	return attrs
}
