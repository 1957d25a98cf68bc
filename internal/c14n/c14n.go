// Package c14n writes canonical XML: Canonical XML 1.0 and 1.1 and Exclusive XML Canonicalization 1.0, each with and
// without comments, of a document or of a subtree. Where they differ:
//
//	                                1.0                 1.1                       exclusive
//	namespaces declared             where they change   where they change         where a name uses them
//	xml: attributes of ancestors    all are inherited   lang and space are,       none is
//	of a subtree                                        base is joined
//
// For a whole document 1.0 and 1.1 are the same.
//
// The specifications want a document with a relative namespace name refused. This package writes it as it stands: who
// signs and who verifies read the same name.
package c14n

import (
	"io"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// Method is one of the six algorithms. The zero Method, Canonical XML 1.0 without comments, is what XML Signature uses
// where none is named.
type Method uint8

// The algorithms.
const (
	C14N10 Method = iota
	C14N10WithComments
	C14N11
	C14N11WithComments
	Exclusive
	ExclusiveWithComments
)

// Options go beyond what a Method says; nil means none of them.
type Options struct {
	// Exclude is an element left out with all it holds: the signature, of the enveloped signature transform.
	Exclude *xmltree.Node
	// InclusivePrefixes are declared by the exclusive methods as the others do; "#default" is the default namespace
	// (the PrefixList of InclusiveNamespaces).
	InclusivePrefixes []string
}

// ByURI finds the method that an algorithm identifier names.
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
		C14N10:                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
		C14N10WithComments:    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
		C14N11:                "http://www.w3.org/2006/12/xml-c14n11",
		C14N11WithComments:    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
		Exclusive:             "http://www.w3.org/2001/10/xml-exc-c14n#",
		ExclusiveWithComments: "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
	}[m]
}

func (m Method) exclusive() bool { return m >= Exclusive }

func (m Method) comments() bool { return m%2 == 1 }

// Append appends the canonical form of n to dst: of the whole document, or of the subtree that begins at an element,
// which then carries the namespaces and xml: attributes that the method has it inherit. Nothing is left of a node within
// Options.Exclude.
func (m Method) Append(dst []byte, n *xmltree.Node, o *Options) []byte {
	w := writer{dst: dst, method: m}
	w.write(n, o)
	return w.dst
}

// Write writes to out, usually a hash, what Append appends, without ever holding it whole: the exclusive form of a hostile
// document may be two hundred times as long as the document. An error is the first one of out.
func (m Method) Write(out io.Writer, n *xmltree.Node, o *Options) error {
	w := writer{dst: make([]byte, 0, 2*chunk), out: out, method: m}
	w.write(n, o)
	w.flush()
	return w.err
}
