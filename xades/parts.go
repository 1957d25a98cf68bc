package xades

import (
	"fmt"
	"slices"

	"github.com/ksef-go/ksef/internal/xmltree"
)

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
		return nil, &Error{Check: CheckPackaging, Element: "ds:Signature", Want: "a child of the root element, or the root element", Got: "a child of " + label(sig.Parent)}
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
			return nil, fail(CheckStructure, "ds:Signature", "unexpected "+label(object))
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
