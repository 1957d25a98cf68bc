package xades

import (
	"encoding/base64"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// base64Value decodes an element of type ds:CryptoBinary or xsd:base64Binary. White space anywhere is
// as xsd:base64Binary has it (tools wrap lines, with &#13; too); everything else must be canonical,
// so that one value has one spelling.
func base64Value(n *xmltree.Node) ([]byte, *Error) {
	s, err := value(n)
	if err != nil {
		return nil, err
	}
	octets, err := decodeBase64(s)
	if err != nil {
		err.Element = label(n)
	}
	return octets, err
}

func decodeBase64(s string) ([]byte, *Error) {
	if strings.ContainsAny(s, xmlSpace) {
		s = strings.Map(func(r rune) rune {
			if strings.ContainsRune(xmlSpace, r) {
				return -1
			}
			return r
		}, s)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, &Error{Check: CheckValue, Message: "not canonical base64", Err: err}
	}
	if len(b) == 0 {
		return nil, fail(CheckValue, "", "is empty")
	}
	return b, nil
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func appendBase64(b, octets []byte) []byte { return base64.StdEncoding.AppendEncode(b, octets) }
