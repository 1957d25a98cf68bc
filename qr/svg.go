package qr

import (
	"fmt"
	"math"
	"strings"
)

// SVG returns the symbol and its caption as a picture that can be drawn at any size, with the caption as text.
// ModuleSize of the options gives the size that it has when nothing else does. Equal symbols give equal pictures.
func (s *Symbol) SVG(opts *ImageOptions) ([]byte, error) {
	module, err := opts.moduleSize()
	if err != nil {
		return nil, err
	}
	side := s.code.Size + 2*quietZone
	// A monospaced letter is some 0.6 of its size wide, and textLength makes it so.
	const letter, largest = 0.6, 3.0
	size, height := largest, float64(side)
	if n := len(s.caption); n > 0 {
		size = min(size, float64(side-2)/(letter*float64(n)))
		height = math.Ceil(height + 1.5*size) // below the white zone
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%g" viewBox="0 0 %d %g">`, side*module, height*float64(module), side, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%g" fill="#fff"/><path shape-rendering="crispEdges" d="`, side, height)
	for y := range s.code.Size {
		for x := 0; x < s.code.Size; x++ {
			begin := x
			for s.code.Black(x, y) { // nothing is black beyond the edge
				x++
			}
			if x > begin {
				fmt.Fprintf(&b, "M%d %dh%dv1H%dz", begin+quietZone, y+quietZone, x-begin, begin+quietZone)
			}
		}
	}
	b.WriteString(`"/>`)
	if s.caption != "" {
		fmt.Fprintf(&b, `<text x="%g" y="%.3f" font-family="monospace" font-size="%.3f" text-anchor="middle" textLength="%.3f" lengthAdjust="spacingAndGlyphs" xml:space="preserve">%s</text>`,
			float64(side)/2, float64(side)+size, size, letter*size*float64(len(s.caption)), s.caption) // no character of it needs escaping
	}
	b.WriteString("</svg>\n")
	return []byte(b.String()), nil
}
