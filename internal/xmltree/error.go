package xmltree

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a [SyntaxError] may wrap, for callers that answer these in a way of their own.
var (
	// ErrDTD says that the document has a document type declaration. Those are refused whole: entities and default
	// attributes would make a document mean something else than what it shows.
	ErrDTD = errors.New("document type declaration")
	// ErrEncoding says that the document is not UTF-8, or claims not to be.
	ErrEncoding = errors.New("not UTF-8")
)

// SyntaxError says why a document was refused and where. Lines count from 1 and end with LF; columns count characters
// from 1. It wraps [ErrDTD] or [ErrEncoding] where one of them is the reason.
type SyntaxError struct {
	Line, Column int
	Msg          string
	Err          error // ErrDTD, ErrEncoding or nil
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("xml: line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// fail makes the error for what stands at byte off.
func (p *parser) fail(off int, format string, args ...any) *SyntaxError {
	before := strings.TrimPrefix(p.src[:off], byteOrderMark)
	return &SyntaxError{
		Line:   1 + strings.Count(before, "\n"),
		Column: 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]),
		Msg:    fmt.Sprintf(format, args...),
	}
}

func (p *parser) failEncoding(off int, format string, args ...any) *SyntaxError {
	err := p.fail(off, format, args...)
	err.Err = ErrEncoding
	return err
}
