package xades

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// XPath is not implemented here. The ministry accepts one expression of the XPath transform, and
// Filter 2.0 without saying which; of those, the spellings of "without the signature" are known. For a
// document with one signature they all say the same.
var (
	withoutSignature = []string{"not", "(", "ancestor-or-self", "::", "ds:Signature", ")"}

	subtracted = [][]string{
		{"/", "descendant", "::", "ds:Signature"}, // EU DSS
		{"/", "descendant-or-self", "::", "ds:Signature"},
		{"//", "ds:Signature"},
		{"/", "*", "/", "ds:Signature"},
		{"here", "(", ")", "/", "ancestor", "::", "ds:Signature", "[", "1", "]"}, // Filter 2.0 §3.4
		{"here", "(", ")", "/", "ancestor", "::", "ds:Signature"},
	}

	xpathToken = regexp.MustCompile(`^(?:::|//|[/()\[\]*]|[\pL_][\pL\pN_.-]*(?::[\pL_][\pL\pN_.-]*)?|[0-9]+)`)
)

// maxTokens bounds the work on an expression that is none of those.
const maxTokens = 10

// checkXPath checks the parameter of the XPath transform (XML-DSig 1.1 §6.6.3).
func checkXPath(t *xmltree.Node, name string) *Error {
	x, err := only(t, name, dsig, "XPath")
	if err != nil {
		return err
	}
	expr, tokens, err := readXPath(x)
	if err != nil {
		return err
	}
	if !slices.Equal(tokens, withoutSignature) {
		return &Error{Check: CheckTransform, Element: name, Message: "XPath is not evaluated: no other expression is accepted",
			Want: "not(ancestor-or-self::ds:Signature)", Got: quote(expr)}
	}
	return nil
}

// checkFilter2 checks the parameter of the XPath Filter 2.0 transform.
func checkFilter2(t *xmltree.Node, name string) *Error {
	x, err := only(t, name, uriFilter2, "XPath")
	if err != nil {
		return err
	}
	expr, tokens, err := readXPath(x)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(subtracted, func(s []string) bool { return slices.Equal(s, tokens) })
	if filter := attr(x, "Filter"); filter != "subtract" || !known {
		return &Error{Check: CheckTransform, Element: name, Message: "XPath is not evaluated: no other filter is accepted",
			Want: `subtract "/descendant::ds:Signature" or an equivalent`, Got: quote(filter + " " + expr)}
	}
	return nil
}

// readXPath splits an expression into its tokens, in which names of XML-DSig have the prefix ds,
// whatever their prefix is in the document, and names of other namespaces none that could be mistaken.
func readXPath(x *xmltree.Node) (expr string, tokens []string, err *Error) {
	expr, err = value(x)
	if err != nil {
		return "", nil, err
	}
	for rest := expr; rest != ""; rest = strings.TrimLeft(rest, xmlSpace) {
		token := xpathToken.FindString(rest)
		if token == "" || len(tokens) == maxTokens {
			return expr, nil, nil // not in the language of the expressions above
		}
		rest = rest[len(token):]
		if prefix, local, ok := strings.Cut(token, ":"); ok && token != "::" {
			token = "ds:" + local
			if namespace(x, prefix) != dsig {
				token = "other:" + local
			}
		}
		tokens = append(tokens, token)
	}
	return expr, tokens, nil
}

// namespace returns what a prefix stands for at n.
func namespace(n *xmltree.Node, prefix string) string {
	for ; n != nil; n = n.Parent {
		for _, d := range n.Decls {
			if d.Prefix == prefix {
				return d.URI
			}
		}
	}
	return ""
}
