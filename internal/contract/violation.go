package contract

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A Where is the part of an exchange that a violation is in.
type Where string

// The parts of an exchange.
const (
	InRequest        Where = "request" // the operation itself
	InPath           Where = "path"
	InQuery          Where = "query"
	InRequestHeader  Where = "request header"
	InRequestBody    Where = "request body"
	InResponse       Where = "response" // its status
	InResponseHeader Where = "response header"
	InResponseBody   Where = "response body"
)

// Request tells whether the violation is the client's rather than the server's.
func (w Where) Request() bool {
	switch w {
	case InRequest, InPath, InQuery, InRequestHeader, InRequestBody:
		return true
	}
	return false
}

// A Rule is what was violated.
type Rule string

// The rules.
const (
	NoOperation Rule = "operation"  // no such method and path
	Status      Rule = "status"     // the operation does not document this status
	MediaType   Rule = "media type" // missing, undocumented, or not in UTF-8
	Malformed   Rule = "malformed"  // not JSON, not XML, not a query string
	Unknown     Rule = "unknown"    // a property or parameter that is not documented
	Duplicate   Rule = "duplicate"  // a property or parameter given twice
	Required    Rule = "required"
	Unwanted    Rule = "unwanted" // a body where none is documented
	Null        Rule = "null"
	Type        Rule = "type"
	Format      Rule = "format"
	Enum        Rule = "enum"
	Pattern     Rule = "pattern"
	MinLength   Rule = "minLength"
	MaxLength   Rule = "maxLength"
	Minimum     Rule = "minimum"
	Maximum     Rule = "maximum"
	MinItems    Rule = "minItems"
	MaxItems    Rule = "maxItems"
	UniqueItems Rule = "uniqueItems"
)

// A Violation is one departure from the contract.
type Violation struct {
	Where Where
	// Path is a JSON pointer in a body, and a name elsewhere.
	Path string
	Rule Rule
	// Want and Got are for people. Values are shortened, and shown only where
	// the contract restricts their text, so that no token or key gets here.
	Want, Got string
}

// String reads like: response body /invoices/0/hash: maxLength: want at most 44
// characters, got 45.
func (v Violation) String() string {
	s := string(v.Where)
	if v.Path != "" {
		s += " " + v.Path
	}
	s += ": " + string(v.Rule)
	if v.Want != "" {
		s += ": want " + v.Want
	}
	if v.Got != "" {
		s += ", got " + v.Got
	}
	return s
}

// quote shows the beginning of a value.
func quote(s string) string {
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) { // not within a character; what is none may be cut anywhere
		n--
	}
	if n == 0 {
		n = most
	}
	return fmt.Sprintf("%q… (%d bytes)", s[:n], len(s))
}
