package xades

import (
	"strconv"
	"strings"

	"github.com/ksef-go/ksef/internal/c14n"
	"github.com/ksef-go/ksef/internal/xmltree"
)

const (
	uriEnveloped = dsig + "enveloped-signature"
	uriBase64    = dsig + "base64"
	uriXPath     = "http://www.w3.org/TR/1999/REC-xpath-19991116"
	uriFilter2   = "http://www.w3.org/2002/06/xmldsig-filter2"
	uriExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

// chain is a ds:Transforms, reduced to what the accepted ones can do: leave the signature out, decode
// base64, write the canonical form. Where no canonicalization is named, Canonical XML 1.0 is implied
// (XML-DSig 1.1 §4.4.3.2), which is the zero value.
type chain struct {
	enveloped bool
	base64    bool
	canonical canonicalization
}

// canonicalization is a canonicalization method with its parameters.
type canonicalization struct {
	named    bool
	method   c14n.Method
	prefixes []string
}

// readTransforms reads a ds:Transforms. The order is fixed: first what takes the signature out, or
// base64; then at most one canonicalization.
func readTransforms(n *xmltree.Node, name string) (c chain, err *Error) {
	kids, err := content(n, name+" ds:Transforms")
	if err != nil {
		return c, err
	}
	if len(kids) > maxTransforms {
		return c, tooMany(name, "transforms", maxTransforms, len(kids))
	}
	for i, t := range kids {
		name := name + " ds:Transform " + strconv.Itoa(i+1)
		if !isDS(t, "Transform") {
			return c, fail(CheckStructure, name, "unexpected "+label(t))
		}
		if c.canonical.named {
			return c, fail(CheckTransform, name, "nothing may follow a canonicalization")
		}
		uri := attr(t, "Algorithm")
		switch m, ok := c14n.ByURI(uri); {
		case ok:
			c.canonical, err = readCanonicalization(t, name, m)
		case uri == uriEnveloped:
			c.enveloped, err = true, noParameters(t, name, CheckTransform)
		case uri == uriBase64:
			c.base64, err = true, noParameters(t, name, CheckTransform)
		case uri == uriXPath:
			c.enveloped, err = true, checkXPath(t, name)
		case uri == uriFilter2:
			c.enveloped, err = true, checkFilter2(t, name)
		default:
			err = &Error{Check: CheckTransform, Element: name, Message: "not accepted", Got: quote(uri)}
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// noParameters refuses what stands in an element that names an algorithm.
func noParameters(n *xmltree.Node, name string, check Check) *Error {
	kids, err := content(n, name)
	if err == nil && len(kids) > 0 {
		err = fail(check, name, "takes no parameters")
	}
	return err
}

// readCanonicalization reads the parameters of a canonicalization: the InclusiveNamespaces of the
// exclusive ones (Exclusive XML Canonicalization 1.0 §4).
func readCanonicalization(n *xmltree.Node, name string, m c14n.Method) (canonicalization, *Error) {
	c := canonicalization{named: true, method: m}
	kids, err := content(n, name)
	if err != nil || len(kids) == 0 {
		return c, err
	}
	exclusive := m == c14n.Exclusive || m == c14n.ExclusiveWithComments
	if p := kids[0]; !exclusive || len(kids) > 1 || p.NS != uriExclusive || p.Local != "InclusiveNamespaces" || len(p.Children) > 0 {
		return c, fail(CheckAlgorithm, name, "unknown parameter of a canonicalization")
	}
	c.prefixes = strings.FieldsFunc(attr(kids[0], "PrefixList"), func(r rune) bool { return strings.ContainsRune(xmlSpace, r) })
	if len(c.prefixes) > maxPrefixes {
		return c, tooMany(name, "prefixes", maxPrefixes, len(c.prefixes))
	}
	return c, nil
}

// appendOctets appends the canonical form of a target of a reference. Comments are never part of it, whatever
// the method: URI="" and URI="#id" select the nodes without comments (XML-DSig 1.1 §4.4.3.3).
func (c canonicalization) appendOctets(dst []byte, n, exclude *xmltree.Node) []byte {
	m := c.method
	switch m {
	case c14n.C14N10WithComments:
		m = c14n.C14N10
	case c14n.C14N11WithComments:
		m = c14n.C14N11
	case c14n.ExclusiveWithComments:
		m = c14n.Exclusive
	}
	return m.Append(dst, n, &c14n.Options{Exclude: exclude, InclusivePrefixes: c.prefixes})
}

// fits refuses transforms that would drop signed content, or make no sense, for what r points at.
func (c chain) fits(r *reference, packaging Packaging) *Error {
	enveloped := r.role == theDocument && packaging == Enveloped
	switch {
	case enveloped && !c.enveloped:
		return fail(CheckTransform, r.name, "no transform leaves the signature out of the document")
	case !enveloped && c.enveloped:
		return fail(CheckTransform, r.name, "a transform leaves out what the reference points at")
	case c.base64 && !isDS(r.target, "Object"):
		return fail(CheckTransform, r.name, "base64 is for the ds:Object of an enveloping signature")
	}
	return nil
}

// decoded returns the octets of a document that stands in a ds:Object in base64. They are hashed as
// they are, or in canonical form where a canonicalization follows.
func (c chain) decoded(object *xmltree.Node) ([]byte, *Error) {
	octets, err := base64Value(object)
	if err != nil || !c.canonical.named {
		return octets, err
	}
	tree, err := parse(octets)
	if err != nil {
		return nil, err
	}
	// Octets that are parsed keep their comments, so here the method decides about them.
	return c.canonical.method.Append(nil, tree, &c14n.Options{InclusivePrefixes: c.canonical.prefixes}), nil
}
