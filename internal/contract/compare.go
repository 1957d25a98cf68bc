package contract

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// The rules of a [Difference] between a schema and a Go type, beside [Type] and
// [Unknown].
const (
	Missing Rule = "missing" // a property that the type has no field for
	// Omitted is a required property whose field has omitempty or omitzero.
	// Harmless in answers, which the client only reads.
	Omitted Rule = "omitted"
	// Always is an optional property whose field is always sent: neither
	// omitempty nor omitzero, nor a pointer where null is allowed. Harmless in
	// answers too.
	Always Rule = "always"
)

// A Difference is one place where a Go type would not write or read what the
// schema says.
type Difference struct {
	Path      string // property names, each after a dot; "[]" for the items of an array
	Rule      Rule
	Want, Got string // the schema's and the type's, for people
}

// String reads like: .status.code: type: want integer, got string.
func (d Difference) String() string {
	s := fmt.Sprintf("%s: %s", d.Path, d.Rule)
	if d.Want != "" {
		s += ": want " + d.Want
	}
	if d.Got != "" {
		s += ", got " + d.Got
	}
	return s
}

// Compare holds a type, as encoding/json writes it, against the schema: names
// of properties, kinds of values, what may be left out. It follows references,
// elements and fields to their end. What a type with a method MarshalJSON or
// MarshalText does is judged by its zero value, and its fields are not looked
// at. The differences are sorted by path.
func Compare(s *Schema, t reflect.Type) []Difference {
	c := compare(s, t)
	slices.SortFunc(c.found, func(a, b Difference) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(string(a.Rule), string(b.Rule)))
	})
	return c.found
}

// A Place is where [Compare] came to a schema that has a name, s itself among
// them, and the type that stands for it there.
type Place struct {
	Path   string
	Schema *Schema
	Type   reflect.Type
}

// Places lists where a comparison comes, each pair of schema and type once.
func Places(s *Schema, t reflect.Type) []Place { return compare(s, t).places }

func compare(s *Schema, t reflect.Type) *comparison {
	c := &comparison{seen: map[pair]bool{}}
	c.compare("", s, t)
	return c
}

type pair struct {
	s *Schema
	t reflect.Type
}

type comparison struct {
	seen   map[pair]bool // recursive types end here
	found  []Difference
	places []Place
}

func (c *comparison) add(path string, rule Rule, want, got string) {
	c.found = append(c.found, Difference{path, rule, want, got})
}

func (c *comparison) compare(path string, s *Schema, t reflect.Type) {
	s = s.Resolve()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p := (pair{s, t}); c.seen[p] {
		return
	} else {
		c.seen[p] = true
	}
	if s.Name() != "" {
		c.places = append(c.places, Place{path, s, t})
	}
	want := s.Type
	if s.Format != "" {
		want += " " + s.Format
	}
	kind, opaque := kindOf(t)
	switch {
	case want == "" || kind == "":
		return
	case kind == "bytes" && s.Type == "string" && s.Format == "byte":
		return
	case opaque && kind == "integer" && s.Type == "number":
		return // the zero of a decimal type
	case kind != s.Type:
		c.add(path, Type, want, kind+" "+t.String())
		return
	case opaque:
		return
	}
	switch kind {
	case "integer":
		if s.Format == "int32" && t.Bits() < 32 || s.Format == "int64" && t.Bits() < 64 {
			c.add(path, Type, want, t.String())
		}
	case "array":
		c.compare(path+"[]", s.Items, t.Elem())
	case "object":
		if t.Kind() == reflect.Map {
			if s.Values == nil {
				c.add(path, Type, "an object of named properties", t.String())
			} else {
				c.compare(path+"{}", s.Values, t.Elem())
			}
			return
		}
		c.fields(path, s, t)
	}
}

// fields compares the properties of an object with the fields of a struct.
func (c *comparison) fields(path string, s *Schema, t reflect.Type) {
	if s.Values != nil {
		c.add(path, Type, "a map", t.String())
		return
	}
	fields := map[string]field{}
	collect(t, fields)
	for _, name := range slices.Sorted(maps.Keys(fields)) { // what is met twice is told of the first
		f, at := fields[name], path+"."+name
		p := s.Properties[name]
		if p == nil {
			c.add(at, Unknown, "no such property", f.typ.String())
			continue
		}
		isNull := f.typ.Kind() == reflect.Pointer && (p.Nullable || p.Resolve().Nullable)
		if p.Required && f.omit {
			c.add(at, Omitted, "always", "a field with omitempty or omitzero")
		} else if !p.Required && !f.omit && !isNull {
			c.add(at, Always, "a property that may be absent", f.typ.String())
		}
		if f.quoted {
			c.compare(at, &p.Schema, reflect.TypeFor[string]())
		} else {
			c.compare(at, &p.Schema, f.typ)
		}
	}
	for name, p := range s.Properties {
		if _, ok := fields[name]; !ok {
			c.add(path+"."+name, Missing, p.Resolve().Type, "no field")
		}
	}
}

type field struct {
	typ    reflect.Type
	omit   bool
	quoted bool // ",string"
}

// collect finds the fields that encoding/json sees, those of embedded structs
// among them; an outer field hides an inner one of its name.
func collect(t reflect.Type, into map[string]field) {
	var embedded []reflect.Type
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		ft := f.Type
		if f.Anonymous && ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		switch {
		case name == "-" && options == "":
			continue
		case f.Anonymous && name == "" && ft.Kind() == reflect.Struct:
			embedded = append(embedded, ft)
			continue
		case !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		if _, hidden := into[name]; !hidden {
			list := strings.Split(options, ",")
			into[name] = field{
				typ:    f.Type,
				omit:   slices.Contains(list, "omitempty") || slices.Contains(list, "omitzero"),
				quoted: slices.Contains(list, "string"),
			}
		}
	}
	for _, e := range embedded {
		collect(e, into)
	}
}

// kindOf names what encoding/json writes for a type, in the words of schemas,
// with "bytes" for the Base64 of a []byte; empty when it cannot be known.
// opaque types write themselves.
func kindOf(t reflect.Type) (kind string, opaque bool) {
	ptr := reflect.PointerTo(t)
	if ptr.Implements(reflect.TypeFor[json.Marshaler]()) {
		text, err := json.Marshal(reflect.New(t).Interface())
		if err != nil {
			return "", true
		}
		v, err := decode(text)
		if err != nil || v == nil {
			return "", true
		}
		return typeOf(v), true
	}
	if ptr.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return "string", true
	}
	switch t.Kind() {
	case reflect.String:
		return "string", false
	case reflect.Bool:
		return "boolean", false
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "integer", false
	case reflect.Float32, reflect.Float64:
		return "number", false
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes", false
		}
		return "array", false
	case reflect.Array:
		return "array", false
	case reflect.Map, reflect.Struct:
		return "object", false
	}
	return "", false
}
