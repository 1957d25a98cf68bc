package xades

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// Bounds that no honest signature comes near.
const (
	maxReferences   = 8
	maxTransforms   = 8
	maxCertificates = 16
	maxPrefixes     = 64
)

const xmlSpace = " \t\r\n"

var byteOrderMark = []byte("\xef\xbb\xbf")

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
}

// survey collects every signature and every id of a document. There is no DTD to say which attributes
// are ids, so all that any program takes for one count, and two of the same value are refused wherever
// they stand: programs differ in which of them they find.
func survey(doc *xmltree.Node) (*finds, *Error) {
	f := &finds{ids: map[string]*xmltree.Node{}}
	if err := f.walk(doc); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *finds) walk(n *xmltree.Node) *Error {
	for e := range n.Elements() {
		if isDS(e, "Signature") {
			f.signatures = append(f.signatures, e)
		}
		for _, a := range e.Attrs {
			if !strings.EqualFold(a.Local, "id") || a.NS != "" && a.NS != xmltree.XMLNamespace {
				continue
			}
			id := strings.Trim(a.Value, xmlSpace)
			if f.ids[id] != nil {
				return &Error{Check: CheckID, Element: e.Local, Message: "an id must be unique in the document", Got: quote(id) + " twice"}
			}
			f.ids[id] = e
		}
		if err := f.walk(e); err != nil {
			return err
		}
	}
	return nil
}

// parts are the pieces of a ds:Signature.
type parts struct {
	packaging  Packaging
	signature  *xmltree.Node
	info       *xmltree.Node // ds:SignedInfo
	value      *xmltree.Node // ds:SignatureValue
	keyInfo    *xmltree.Node // ds:KeyInfo
	qualifying *xmltree.Node // xades:QualifyingProperties
	document   *xmltree.Node // the ds:Object with the document, in an enveloping signature
}

// dissect takes a signature apart by the schema of XML-DSig, and says what its objects are for: one
// holds the qualifying properties, and one more, in an enveloping signature, the document. There is no
// other, so nothing can be hidden there.
func dissect(sig *xmltree.Node) (*parts, *Error) {
	p := &parts{signature: sig, packaging: Enveloped}
	switch {
	case sig.Parent.Kind == xmltree.Document:
		p.packaging = Enveloping
	case sig.Parent.Parent.Kind != xmltree.Document:
		return nil, &Error{Check: CheckPackaging, Element: "ds:Signature", Want: "a child of the root element, or the root element", Got: "a child of " + sig.Parent.Local}
	}
	kids, err := content(sig, "ds:Signature")
	if err != nil {
		return nil, err
	}
	for i, want := range []struct {
		local string
		to    **xmltree.Node
	}{{"SignedInfo", &p.info}, {"SignatureValue", &p.value}, {"KeyInfo", &p.keyInfo}} {
		if i >= len(kids) || !isDS(kids[i], want.local) {
			return nil, fail(CheckStructure, "ds:Signature", fmt.Sprintf("child %d must be ds:%s", i+1, want.local))
		}
		*want.to = kids[i]
	}
	qualifies := func(n *xmltree.Node) bool { return n.Child(etsi, "QualifyingProperties") != nil }
	if !slices.ContainsFunc(kids[3:], qualifies) {
		return nil, fail(CheckProfile, "ds:Signature", "no xades:QualifyingProperties of "+etsi+": this is plain XML-DSig, and only XAdES is accepted")
	}
	for _, object := range kids[3:] {
		switch {
		case !isDS(object, "Object"):
			return nil, fail(CheckStructure, "ds:Signature", "unexpected "+object.Local)
		case qualifies(object) && p.qualifying == nil:
			if p.qualifying, err = only(object, "ds:Object", etsi, "QualifyingProperties"); err != nil {
				return nil, err
			}
		case !qualifies(object) && p.packaging == Enveloping && p.document == nil:
			p.document = object
		default:
			return nil, fail(CheckStructure, "ds:Signature", "a ds:Object beyond those of the qualifying properties and of an enveloped document")
		}
	}
	return p, nil
}

func isDS(n *xmltree.Node, local string) bool { return n.Local == local && n.NS == dsig }

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
		return "", &Error{Check: CheckValue, Element: n.Local, Message: "a value must be plain text", Err: err}
	}
	return strings.Trim(s, xmlSpace), nil
}

// tooMany refuses what passes one of the bounds.
func tooMany(element, things string, most, got int) *Error {
	return &Error{Check: CheckSize, Element: element, Want: fmt.Sprintf("at most %d %s", most, things), Got: fmt.Sprint(got)}
}

// quote shows what a document says, cut short.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}

// trimMark cuts off the byte order mark.
func trimMark(doc []byte) (mark, rest []byte) {
	rest = bytes.TrimPrefix(doc, byteOrderMark)
	return doc[:len(doc)-len(rest)], rest
}
