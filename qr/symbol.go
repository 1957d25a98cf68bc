package qr

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// Captions that stand under a symbol in place of a KSeF number (ksef-docs kody-qr.md).
const (
	captionOffline     = "OFFLINE"
	captionCertificate = "CERTYFIKAT"
)

// quietZone is how many modules around a symbol stay white (ISO/IEC 18004).
const quietZone = 4

// Symbol is a QR symbol with the caption under it. It is safe for concurrent use.
type Symbol struct {
	code    *qr.Code
	caption string
}

// Symbol returns the symbol of code I. Its caption is the invoice's KSeF number or, as long as there is none,
// OFFLINE: also for an online invoice that waits for its number.
func (l *InvoiceLink) Symbol(ksefNumber string) (*Symbol, error) {
	url, err := l.URL()
	if err != nil {
		return nil, err
	}
	if ksefNumber == "" {
		ksefNumber = captionOffline
	}
	return NewSymbol(url, ksefNumber)
}

// Symbol returns the symbol of code II. Its caption is CERTYFIKAT.
func (l *CertificateLink) Symbol() (*Symbol, error) {
	url, err := l.URL()
	if err != nil {
		return nil, err
	}
	return NewSymbol(url, captionCertificate)
}

// NewSymbol returns the symbol of a link that was made elsewhere, with a caption of capital letters A to Z, digits,
// hyphens and blanks, or none. Its level of error correction is M: 15 percent of it may be unreadable. It fails with
// [ErrCaption], or when the text is longer than a symbol can hold, some 2,300 bytes.
func NewSymbol(text, caption string) (*Symbol, error) {
	if strings.Trim(caption, glyphs) != "" {
		return nil, fmt.Errorf("%w: not %q", ErrCaption, caption)
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("qr: a symbol of %d bytes: %w", len(text), err)
	}
	return &Symbol{code, caption}, nil
}

// Caption returns what stands under the symbol.
func (s *Symbol) Caption() string { return s.caption }

// Size returns how many modules wide and high the symbol is, without the four on each side that must stay white.
func (s *Symbol) Size() int { return s.code.Size }

// Black reports whether a module is black, for those who draw by themselves, as into a PDF; (0, 0) is the upper left
// one.
func (s *Symbol) Black(x, y int) bool { return s.code.Black(x, y) }

// ImageOptions tells how images look. A nil *ImageOptions, like the zero ImageOptions, means the defaults.
type ImageOptions struct {
	ModuleSize int // width of a module in pixels; 0 means 8, and less than zero or more than 64 is an error
}

func (o *ImageOptions) moduleSize() (int, error) {
	const standard, largest = 8, 64
	switch {
	case o == nil || o.ModuleSize == 0:
		return standard, nil
	case o.ModuleSize < 0 || o.ModuleSize > largest:
		return 0, fmt.Errorf("qr: modules of %d pixels: want 1 to %d", o.ModuleSize, largest)
	}
	return o.ModuleSize, nil
}
