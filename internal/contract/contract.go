// Package contract knows what the KSeF API promises: its operations, their
// parameters and bodies, and every schema with its constraints. It validates
// requests and answers against that, strictly.
//
// Client and sandbox are written by the same hands and could agree on the same
// mistake. The contract is the third party: it comes from the ministry's
// OpenAPI document, reduced by internal/gen/contract to names, types and
// constraints in openapi.json, and what later releases of the API added comes
// from the generator's overlay, each entry marked with its version.
//
// Strict means: a property, query parameter or status that the document does
// not name is a violation in either direction, although KSeF itself may add
// properties at any time and binds names without regard to case. The client
// must be tolerant of the server; this package must not be tolerant of us.
//
// Where the document leaves a choice:
//
//   - A request body counts as required when the document says so or when its
//     schema has required properties.
//   - minLength counts code points and maxLength counts UTF-16 units, the
//     stricter reading of each: JSON Schema counts the former, KSeF's platform
//     the latter.
//   - Length rules of base64 values (format byte) apply to the text, not to the
//     decoded bytes.
//   - Patterns are searched for, not anchored, and \d is an ASCII digit, as in
//     ECMA-262.
//   - date-time is RFC 3339 with an offset and at most seven fraction digits.
//   - minimum and maximum on an array, which say nothing in JSON Schema, are
//     taken as the number of items they were meant to be.
//   - An integer has neither fraction nor exponent, though 1.0 is one in JSON
//     Schema: KSeF's JSON reader refuses it.
package contract

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ../gen/contract

//go:embed openapi.json
var document []byte

// A Contract is a set of operations and the schemas they use. It never changes
// and may be used from several goroutines.
type Contract struct {
	version    string
	operations []*Operation
	schemas    map[string]*Schema
}

// Load returns the contract of the KSeF API. It is parsed on first use, once
// per process; programs that link this package and do not call Load pay
// nothing. The error is that of a damaged openapi.json, which the tests rule
// out.
func Load() (*Contract, error) { return load() }

var load = sync.OnceValues(func() (*Contract, error) { return Parse(document) })

// LoadFile returns the contract in a file, or that of [Load] when name is empty:
// for tests that are to look at a newer one, see internal/gen/contract.
func LoadFile(name string) (*Contract, error) {
	if name == "" {
		return Load()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	return Parse(data)
}

// Parse reads a contract from a [Document] in JSON.
func Parse(data []byte) (*Contract, error) {
	var doc Document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	l := &linker{schemas: doc.Schemas, patterns: map[string]*regexp.Regexp{}}
	for name, s := range doc.Schemas {
		s.name = name
		l.link(s)
	}
	for _, r := range doc.Usual {
		l.response(r)
	}
	for _, op := range doc.Operations {
		l.operation(op, doc.Usual)
	}
	if l.err != nil {
		return nil, fmt.Errorf("contract: %w", l.err)
	}
	// A literal segment sorts before "{", so that the first match is the most
	// literal one: /auth/sessions before /auth/{referenceNumber}.
	slices.SortFunc(doc.Operations, func(a, b *Operation) int {
		if c := slices.Compare(a.segments, b.segments); c != 0 {
			return c
		}
		return strings.Compare(a.Method, b.Method)
	})
	return &Contract{version: doc.Version, operations: doc.Operations, schemas: doc.Schemas}, nil
}

// Version is the release of the API whose OpenAPI document the contract was
// derived from, such as "2.7.0". Operations and schemas with a later Since come
// from the overlay.
func (c *Contract) Version() string { return c.version }

// Operations lists all operations, sorted by path and method.
func (c *Contract) Operations() []*Operation { return slices.Clone(c.operations) }

// Schema returns the schema of that name, or nil.
func (c *Contract) Schema(name string) *Schema { return c.schemas[name] }

// Schemas lists the names of all schemas, sorted.
func (c *Contract) Schemas() []string {
	names := make([]string, 0, len(c.schemas))
	for name := range c.schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Match finds the operation for a method and an escaped path relative to the
// base URL, such as "/auth/sessions", and the values of its path parameters,
// unescaped. Literal segments win over parameters.
func (c *Contract) Match(method, path string) (*Operation, map[string]string, bool) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for _, op := range c.operations {
		if op.Method != method {
			continue
		}
		if values, ok := op.match(segments); ok {
			return op, values, true
		}
	}
	return nil, nil, false
}

// match compares segments of a path with those of the operation. A parameter
// takes any segment but an empty one.
func (op *Operation) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(op.segments) {
		return nil, false
	}
	var values map[string]string
	for i, want := range op.segments {
		got, err := url.PathUnescape(segments[i])
		if err != nil || got == "" {
			return nil, false
		}
		name, isParam := strings.CutPrefix(want, "{")
		if !isParam {
			if got != want {
				return nil, false
			}
			continue
		}
		if values == nil {
			values = make(map[string]string)
		}
		values[strings.TrimSuffix(name, "}")] = got
	}
	return values, true
}
