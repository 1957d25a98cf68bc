package qr

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
)

// PNG returns the symbol and its caption as an image in black and white. Equal symbols give equal images.
func (s *Symbol) PNG(opts *ImageOptions) ([]byte, error) {
	module, err := opts.moduleSize()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, s.draw(module)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// draw draws the symbol, and the caption below its white zone. A caption that is wider than that widens the image.
func (s *Symbol) draw(module int) image.Image {
	side := (s.code.Size + 2*quietZone) * module
	dot := max(1, module/4) // of the letters: a KSeF number is then about as wide as the symbol
	width, height := side, side
	if s.caption != "" {
		width = max(width, (captionWidth(s.caption)+4)*dot)
		height += (glyphHeight + 3) * dot
	}
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	fill := func(x, y, size int) {
		draw.Draw(img, image.Rect(x, y, x+size, y+size), image.Black, image.Point{}, draw.Src)
	}
	left := (width - side) / 2
	for y := range s.code.Size {
		for x := range s.code.Size {
			if s.code.Black(x, y) {
				fill(left+(x+quietZone)*module, (y+quietZone)*module, module)
			}
		}
	}
	left = (width - captionWidth(s.caption)*dot) / 2
	for i := range len(s.caption) {
		for y, row := range glyph(s.caption[i]) {
			for x := range glyphWidth {
				if row>>(glyphWidth-1-x)&1 != 0 {
					fill(left+(i*glyphPitch+x)*dot, side+y*dot, dot)
				}
			}
		}
	}
	return img
}

// Letters of the captions are of 5 × 7 dots, 6 apart.
const (
	glyphWidth  = 5
	glyphHeight = 7
	glyphPitch  = glyphWidth + 1
)

func captionWidth(caption string) int { return max(0, len(caption)*glyphPitch-1) }

// glyphs are the characters that a caption can have, in the order of their dots.
const glyphs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- "

// glyphDots are the rows of each character, five bits of dots in two hexadecimal digits.
const glyphDots = "" +
	"0E11131519110E" + "040C040404040E" + "0E11010204081F" + "1F02040201110E" + "02060A121F0202" + // 0 to 4
	"1F101E0101110E" + "0608101E11110E" + "1F010204080808" + "0E11110E11110E" + "0E11110F01020C" + // 5 to 9
	"0E11111F111111" + "1E11111E11111E" + "0E11101010110E" + "1E11111111111E" + "1F10101E10101F" + // A to E
	"1F10101E101010" + "0E11101711110F" + "1111111F111111" + "0E04040404040E" + "0702020202120C" + // F to J
	"11121418141211" + "1010101010101F" + "111B1515111111" + "11111915131111" + "0E11111111110E" + // K to O
	"1E11111E101010" + "0E11111115120D" + "1E11111E141211" + "0F10100E01011E" + "1F040404040404" + // P to T
	"1111111111110E" + "11111111110A04" + "111111151515" + "0A" + "11110A040A1111" + "1111110A040404" + // U to Y
	"1F01020408101F" + "0000001F000000" + "00000000000000" // Z, hyphen, blank

// glyph returns the rows of a character.
func glyph(c byte) (rows [glyphHeight]byte) {
	at := strings.IndexByte(glyphs, c) * 2 * glyphHeight
	for y := range rows {
		rows[y] = nibble(glyphDots[at+2*y])<<4 | nibble(glyphDots[at+2*y+1])
	}
	return rows
}

func nibble(c byte) byte {
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}
