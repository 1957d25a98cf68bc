package xades

import (
	"errors"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// parse parses a document without DTD in UTF-8.
func parse(doc []byte) (*xmltree.Node, *Error) {
	tree, err := xmltree.Parse(doc)
	switch {
	case errors.Is(err, xmltree.ErrEncoding):
		return nil, &Error{Check: CheckEncoding, Message: "the document must be UTF-8", Err: err}
	case err != nil:
		return nil, &Error{Check: CheckXML, Message: "the document must be well-formed and have no DTD", Err: err}
	}
	return tree, nil
}

// finds is what survey sees in a document.
type finds struct {
	signatures []*xmltree.Node
	ids        map[string]*xmltree.Node
	ambiguous  *Error // the first thing that programs understand in different ways
}

// survey collects every signature and every id of a document. There is no DTD to say which attributes
// are ids, so all that any program takes for one count, and two of the same value are refused wherever
// they stand: programs differ in which of them they find. So are values with a comment in them, of which
// some programs read no more than what stands before it.
func survey(doc *xmltree.Node) *finds {
	f := &finds{ids: map[string]*xmltree.Node{}}
	f.walk(doc)
	return f
}

func (f *finds) walk(n *xmltree.Node) {
	for e := range n.Elements() {
		if isDS(e, "Signature") {
			f.signatures = append(f.signatures, e)
		}
		for _, a := range e.Attrs {
			if !strings.EqualFold(a.Local, "id") || a.NS != "" && a.NS != xmltree.XMLNamespace {
				continue
			}
			id := strings.Trim(a.Value, xmlSpace)
			if f.ids[id] != nil && f.ambiguous == nil {
				f.ambiguous = &Error{Check: CheckID, Element: e.Local, Message: "an id must be unique in the document", Got: quote(id) + " twice"}
			}
			f.ids[id] = e
		}
		if f.ambiguous == nil && commented(e) {
			f.ambiguous = fail(CheckValue, label(e), "a comment stands in the value")
		}
		f.walk(e)
	}
}

// commented reports whether an element holds both text and a comment.
func commented(e *xmltree.Node) bool {
	comment, text := false, false
	for _, c := range e.Children {
		comment = comment || c.Kind == xmltree.Comment
		text = text || c.Kind == xmltree.Text && strings.Trim(c.Value, xmlSpace) != ""
	}
	return comment && text
}
