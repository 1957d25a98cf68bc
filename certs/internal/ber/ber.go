// Package ber rewrites BER as DER, so that [encoding/asn1] can read it.
//
// RFC 7292 lets PKCS#12 files be BER, and those that Firefox, macOS Keychain
// and Bouncy Castle export are: indefinite lengths, and octet strings in pieces.
package ber

import "errors"

var errMalformed = errors.New("malformed BER")

// maxDepth is several times what a PKCS#12 file nests, and keeps a hostile one
// from exhausting the stack.
const maxDepth = 32

const (
	constructed    = 0x20
	octetString    = 0x04
	longTag        = 0x1f
	indefiniteForm = 0x80
)

// ToDER returns the first element of data with definite, minimal lengths and
// with its OCTET STRINGs in one piece each. What is DER already comes back
// unchanged; bytes after the first element are dropped. The other rules of DER,
// such as the order of a SET, are not enforced: the reader does not depend on
// them. The contents of octet strings are not looked into.
func ToDER(data []byte) ([]byte, error) {
	out, _, err := element(nil, data, 0)
	return out, err
}

// element appends the first element of in to out, as DER, and returns what
// follows it.
func element(out, in []byte, depth int) (extended, rest []byte, err error) {
	if depth > maxDepth {
		return nil, nil, errMalformed
	}
	tag, in, err := cutTag(in)
	if err != nil {
		return nil, nil, err
	}
	length, indefinite, in, err := cutLength(in)
	if err != nil {
		return nil, nil, err
	}
	var content []byte
	switch {
	case indefinite:
		if tag[0]&constructed == 0 {
			return nil, nil, errMalformed
		}
		content, rest, err = children(tag[0], in, true, depth)
	case length > len(in):
		return nil, nil, errMalformed
	case tag[0]&constructed != 0:
		rest = in[length:]
		content, _, err = children(tag[0], in[:length], false, depth)
	default:
		content, rest = in[:length], in[length:]
	}
	if err != nil {
		return nil, nil, err
	}
	if tag[0] == octetString|constructed {
		tag = []byte{octetString}
	}
	out = append(out, tag...)
	out = appendLength(out, len(content))
	return append(out, content...), rest, nil
}

// children rewrites the elements in a constructed one: all of in, or up to the
// end-of-contents mark. The pieces of an octet string are joined.
func children(parent byte, in []byte, marked bool, depth int) (content, rest []byte, err error) {
	for {
		switch {
		case !marked && len(in) == 0:
			return content, nil, nil
		case marked && len(in) >= 2 && in[0] == 0 && in[1] == 0:
			return content, in[2:], nil
		}
		if parent != octetString|constructed {
			content, in, err = element(content, in, depth+1)
		} else {
			var piece []byte
			if piece, in, err = element(nil, in, depth+1); err == nil {
				content, err = appendPiece(content, piece)
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// appendPiece appends the content of piece, a primitive octet string in DER.
func appendPiece(content, piece []byte) ([]byte, error) {
	if piece[0] != octetString {
		return nil, errMalformed
	}
	_, _, value, err := cutLength(piece[1:])
	return append(content, value...), err
}

func cutTag(in []byte) (tag, rest []byte, err error) {
	n := 1
	if len(in) > 0 && in[0]&longTag == longTag {
		for n < len(in) && in[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if n > len(in) {
		return nil, nil, errMalformed
	}
	return in[:n], in[n:], nil
}

func cutLength(in []byte) (length int, indefinite bool, rest []byte, err error) {
	if len(in) == 0 {
		return 0, false, nil, errMalformed
	}
	first, in := in[0], in[1:]
	switch {
	case first < 0x80:
		return int(first), false, in, nil
	case first == indefiniteForm:
		return 0, true, in, nil
	}
	n := int(first & 0x7f)
	if n > len(in) {
		return 0, false, nil, errMalformed
	}
	for _, b := range in[:n] {
		if length > 1<<22 {
			return 0, false, nil, errMalformed
		}
		length = length<<8 | int(b)
	}
	return length, false, in[n:], nil
}

func appendLength(out []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(out, byte(n))
	case n < 1<<8:
		return append(out, 0x81, byte(n))
	case n < 1<<16:
		return append(out, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		return append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		return append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
}
