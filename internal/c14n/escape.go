package c14n

// Where a character is escaped.
const (
	inText uint8 = 1 << iota
	inAttr
)

var escaped = [256]uint8{
	'&': inText | inAttr, '<': inText | inAttr, '\r': inText | inAttr,
	'>': inText,
	'"': inAttr, '\t': inAttr, '\n': inAttr,
}

// escape appends character data or an attribute value (Canonical XML 1.0 §2.3).
func escape(dst []byte, s string, where uint8) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if escaped[s[i]]&where == 0 {
			continue
		}
		dst = append(append(dst, s[from:i]...), reference(s[i])...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

func reference(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	}
	return "&#xD;"
}
