package contract

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Document is the form in which a contract is committed: what the generator
// writes and [Parse] reads.
type Document struct {
	Version string `json:"version"`
	// Usual holds the answers that most operations share, by status.
	Usual      map[int]*Response  `json:"usual"`
	Operations []*Operation       `json:"operations"`
	Schemas    map[string]*Schema `json:"schemas"`
}

// An Operation is a method on a path.
type Operation struct {
	Method string `json:"method"`
	Path   string `json:"path"` // relative to the base URL, parameters in braces
	// Since is the release that introduced an operation of the overlay; empty
	// for those of the OpenAPI document.
	Since string `json:"since,omitempty"`
	// Until is the release that took the operation away; empty while it lasts.
	Until      string `json:"until,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`
	// Bearer says that a token is needed; which of the three kinds it must be
	// the OpenAPI document does not say.
	Bearer bool `json:"bearer,omitempty"`
	// Permissions are those of which the caller needs any one.
	Permissions []string     `json:"permissions,omitempty"`
	Parameters  []*Parameter `json:"parameters,omitempty"`
	Body        *Body        `json:"body,omitempty"`
	// Responses are the documented answers by status; after [Parse] the usual
	// ones are among them.
	Responses map[int]*Response `json:"responses,omitempty"`
	// Usual names the statuses whose answers are those of [Document.Usual].
	Usual []int `json:"usual,omitempty"`

	segments []string
	success  int
}

// String is the method and the path, as in //ksef:op comments.
func (op *Operation) String() string { return op.Method + " " + op.Path }

// Success returns the documented status of success, such as 200 or 202. Each
// operation has one.
func (op *Operation) Success() int { return op.success }

// A Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"` // path, query or header
	Required bool    `json:"required,omitempty"`
	Schema   *Schema `json:"schema"`
}

// A Body is what a request may carry.
type Body struct {
	Required bool               `json:"required,omitempty"`
	Content  map[string]*Schema `json:"content"` // by media type
}

// A Response is one documented answer. No content means an empty body.
type Response struct {
	Content map[string]*Schema `json:"content,omitempty"` // by media type
	Headers map[string]*Schema `json:"headers,omitempty"` // none of them is mandatory
}

// A Schema constrains a JSON value. One with a Ref has no constraints of its
// own but Nullable: the others are those of the schema it names.
type Schema struct {
	Ref    string `json:"ref,omitempty"`
	Type   string `json:"type,omitempty"`   // string, integer, number, boolean, array, object; empty for any value
	Format string `json:"format,omitempty"` // one of those in formats.go

	Enum      []string `json:"enum,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	MinLength *int     `json:"minLength,omitempty"`
	MaxLength *int     `json:"maxLength,omitempty"`

	Minimum          *float64 `json:"minimum,omitempty"`
	ExclusiveMinimum bool     `json:"exclusiveMinimum,omitempty"`
	Maximum          *float64 `json:"maximum,omitempty"`
	ExclusiveMaximum bool     `json:"exclusiveMaximum,omitempty"`

	Items       *Schema `json:"items,omitempty"`
	MinItems    *int    `json:"minItems,omitempty"`
	MaxItems    *int    `json:"maxItems,omitempty"`
	UniqueItems bool    `json:"uniqueItems,omitempty"`

	Properties map[string]*Property `json:"properties,omitempty"`
	Values     *Schema              `json:"values,omitempty"` // of a map: what any property may hold

	Nullable   bool `json:"nullable,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
	// Since is the release that introduced what the overlay adds.
	Since string `json:"since,omitempty"`

	name    string
	target  *Schema // of Ref
	pattern *regexp.Regexp
	must    []string // the required properties, sorted
}

// A Property is a schema and whether an object must have it.
type Property struct {
	Schema
	Required bool `json:"required,omitempty"`
}

// Name is the schema's name in the OpenAPI document; empty for an inline one.
// A reference has the name of what it refers to.
func (s *Schema) Name() string {
	if s.Ref != "" {
		return s.Ref
	}
	return s.name
}

// Resolve returns the schema that holds the constraints: s itself, or the one
// it refers to.
func (s *Schema) Resolve() *Schema {
	if s.target != nil {
		return s.target
	}
	return s
}

// linker resolves references and compiles patterns, each once.
type linker struct {
	schemas  map[string]*Schema
	patterns map[string]*regexp.Regexp
	err      error
}

func (l *linker) fail(format string, args ...any) {
	l.err = errors.Join(l.err, fmt.Errorf(format, args...))
}

func (l *linker) link(s *Schema) {
	if s.Ref != "" {
		if s.target = l.schemas[s.Ref]; s.target == nil {
			l.fail("no schema %q", s.Ref)
		}
		return
	}
	if s.Format != "" && formats[s.Format] == nil {
		l.fail("schema %q: unknown format %q", s.name, s.Format)
	}
	if s.Pattern != "" {
		if s.pattern = l.patterns[s.Pattern]; s.pattern == nil {
			re, err := regexp.Compile(s.Pattern)
			if err != nil {
				l.fail("schema %q: %w", s.name, err)
			}
			s.pattern, l.patterns[s.Pattern] = re, re
		}
	}
	if s.Items != nil {
		l.link(s.Items)
	}
	if s.Values != nil {
		l.link(s.Values)
	}
	for name, p := range s.Properties {
		l.link(&p.Schema)
		if p.Required {
			s.must = append(s.must, name)
		}
	}
	slices.Sort(s.must)
}

func (l *linker) response(r *Response) {
	for _, s := range r.Content {
		l.link(s)
	}
	for _, s := range r.Headers {
		l.link(s)
	}
}

func (l *linker) operation(op *Operation, usual map[int]*Response) {
	op.segments = strings.Split(strings.TrimPrefix(op.Path, "/"), "/")
	for _, p := range op.Parameters {
		l.link(p.Schema)
		if p.In == "header" {
			p.Name = http.CanonicalHeaderKey(p.Name)
		}
	}
	if op.Body != nil {
		for _, s := range op.Body.Content {
			l.link(s)
		}
	}
	for status, r := range op.Responses {
		l.response(r)
		if status >= 300 {
			continue
		}
		if op.success != 0 {
			l.fail("%s: two answers of success, %d and %d", op, op.success, status)
		}
		op.success = status
	}
	if op.success == 0 {
		l.fail("%s: no answer of success", op)
	}
	if op.Responses == nil {
		op.Responses = make(map[int]*Response)
	}
	for _, status := range op.Usual {
		if op.Responses[status] = usual[status]; usual[status] == nil {
			l.fail("%s: no usual answer %d", op, status)
		}
	}
}
