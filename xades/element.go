package xades

import (
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

const xmlSpace = " \t\r\n"

func isDS(n *xmltree.Node, local string) bool { return n.Local == local && n.NS == dsig }

// label names an element in errors, by the usual prefixes.
func label(n *xmltree.Node) string {
	switch n.NS {
	case dsig:
		return "ds:" + n.Local
	case dsig11:
		return "dsig11:" + n.Local
	case etsi:
		return "xades:" + n.Local
	}
	return n.Local
}

// content returns the child elements of an element that holds nothing else but white space.
func content(n *xmltree.Node, name string) ([]*xmltree.Node, *Error) {
	kids := make([]*xmltree.Node, 0, len(n.Children))
	for _, c := range n.Children {
		switch {
		case c.Kind == xmltree.Element:
			kids = append(kids, c)
		case c.Kind != xmltree.Text:
			return nil, fail(CheckStructure, name, "comments and processing instructions must not stand here")
		case strings.Trim(c.Value, xmlSpace) != "":
			return nil, fail(CheckStructure, name, "text must not stand here")
		}
	}
	return kids, nil
}

// only returns the one child element of an element.
func only(n *xmltree.Node, name, ns, local string) (*xmltree.Node, *Error) {
	kids, err := content(n, name)
	if err != nil {
		return nil, err
	}
	if len(kids) != 1 || kids[0].Local != local || kids[0].NS != ns {
		return nil, fail(CheckStructure, name, "must hold one "+local+" and nothing else")
	}
	return kids[0], nil
}

// one returns the child element of that name, of which there is exactly one.
func one(n *xmltree.Node, name, ns, local string, missing Check) (*xmltree.Node, *Error) {
	found, err := atMostOne(n, name, ns, local)
	if err == nil && found == nil {
		err = fail(missing, name, local+" is missing")
	}
	return found, err
}

// atMostOne returns the child element of that name, or nil.
func atMostOne(n *xmltree.Node, name, ns, local string) (found *xmltree.Node, err *Error) {
	for e := range n.Elements() {
		if e.Local != local || e.NS != ns {
			continue
		}
		if found != nil {
			return nil, fail(CheckStructure, name, local+" stands there more than once")
		}
		found = e
	}
	return found, nil
}

// attr returns an attribute that has no namespace, empty if it is not there.
func attr(n *xmltree.Node, local string) string {
	v, _ := n.Attr("", local)
	return v
}

// value returns the text of an element that holds a value, without the white space around it.
func value(n *xmltree.Node) (string, *Error) {
	s, err := n.PlainText()
	if err != nil {
		return "", &Error{Check: CheckValue, Element: label(n), Message: "a value must be plain text", Err: err}
	}
	return strings.Trim(s, xmlSpace), nil
}
