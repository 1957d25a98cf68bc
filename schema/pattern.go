package schema

import "unicode/utf8"

// pattern is the xs:pattern facets of one derivation step, of which a value
// matches one.
type pattern struct {
	source string
	net    dfa  // ^, $ and \b read as .NET, and so KSeF, reads them
	strict *dfa // the letter of XSD, where it differs and allows the pattern
}

// dfa is a deterministic automaton over classes of characters. From state 0
// nothing is accepted any more; the states from accept on accept.
type dfa struct {
	ascii   string      // class of each ASCII character
	wide    []wideRange // classes of the others; nil: all are in class 0
	classes int
	start   uint8
	accept  uint8
	next    string // state × class → state
}

// wideRange gives the class of the characters from lo up to the next range.
type wideRange struct {
	lo    rune
	class uint8
}

func (d *dfa) match(s []byte) bool {
	state := d.start
	for i := 0; i < len(s); {
		var class uint8
		if c := s[i]; c < utf8.RuneSelf {
			class = d.ascii[c]
			i++
		} else {
			r, n := utf8.DecodeRune(s[i:])
			class = d.classOf(r)
			i += n
		}
		if state = d.next[int(state)*d.classes+int(class)]; state == 0 {
			return d.accept == 0
		}
	}
	return state >= d.accept
}

func (d *dfa) classOf(r rune) uint8 {
	lo, hi := 0, len(d.wide)
	for lo < hi { // the last range that starts at or before r
		mid := int(uint(lo+hi) / 2)
		if d.wide[mid].lo <= r {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return 0
	}
	return d.wide[lo-1].class
}
