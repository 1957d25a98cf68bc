package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ksef-go/ksef/internal/contract"
)

// The parts of an OpenAPI 3.0 document that carry names, types and constraints.
// A keyword of schemas that is not among the fields is refused, so that a newer
// document cannot constrain something unnoticed.
type openAPI struct {
	Info struct {
		Description string `json:"description"`
	} `json:"info"`
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	Deprecated  bool                       `json:"deprecated"`
	Security    []json.RawMessage          `json:"security"`
	Permissions []string                   `json:"x-required-permissions"`
	Parameters  []parameter                `json:"parameters"`
	RequestBody *requestBody               `json:"requestBody"`
	Responses   map[string]json.RawMessage `json:"responses"`
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type requestBody struct {
	Required bool             `json:"required"`
	Content  map[string]media `json:"content"`
}

type response struct {
	Content map[string]media `json:"content"`
	Headers map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"headers"`
}

type media struct {
	Schema   *schema                    `json:"schema"`
	Example  json.RawMessage            `json:"example"`
	Examples map[string]json.RawMessage `json:"examples"`
}

type schema struct {
	Ref              string             `json:"$ref"`
	AllOf            []*schema          `json:"allOf"`
	Type             string             `json:"type"`
	Format           string             `json:"format"`
	Enum             []string           `json:"enum"`
	Pattern          string             `json:"pattern"`
	MinLength        *int               `json:"minLength"`
	MaxLength        *int               `json:"maxLength"`
	Minimum          *float64           `json:"minimum"`
	Maximum          *float64           `json:"maximum"`
	ExclusiveMinimum bool               `json:"exclusiveMinimum"`
	ExclusiveMaximum bool               `json:"exclusiveMaximum"`
	Items            *schema            `json:"items"`
	MinItems         *int               `json:"minItems"`
	MaxItems         *int               `json:"maxItems"`
	UniqueItems      bool               `json:"uniqueItems"`
	Required         []string           `json:"required"`
	Properties       map[string]*schema `json:"properties"`
	// AdditionalProperties is a schema or false; absent and true would both let
	// anything in, and the contract closes them.
	AdditionalProperties json.RawMessage `json:"additionalProperties"`
	Nullable             bool            `json:"nullable"`
	Deprecated           bool            `json:"deprecated"`

	// Known, and without weight for validation.
	ReadOnly    bool            `json:"readOnly"`
	Default     json.RawMessage `json:"default"`
	Description string          `json:"description"`
	Example     json.RawMessage `json:"example"`
}

// UnmarshalJSON refuses keywords that schema does not have.
func (s *schema) UnmarshalJSON(data []byte) error {
	type plain schema
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode((*plain)(s))
}

// read parses an OpenAPI document.
func read(path string) (*openAPI, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var api openAPI
	if err := json.Unmarshal(data, &api); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &api, nil
}

// derive reads an OpenAPI document and reduces it.
func derive(path string) (*contract.Document, error) {
	api, err := read(path)
	if err != nil {
		return nil, err
	}
	d := deriver{api: api}
	doc := &contract.Document{Version: d.version(), Schemas: map[string]*contract.Schema{}}
	for name, s := range api.Components.Schemas {
		doc.Schemas[name] = d.schema(name, s)
	}
	for path, item := range api.Paths {
		for method, op := range item {
			doc.Operations = append(doc.Operations, d.operation(strings.ToUpper(method), path, op))
		}
	}
	slices.SortFunc(doc.Operations, func(a, b *contract.Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	if d.err != nil {
		return nil, fmt.Errorf("%s: %w", path, d.err)
	}
	return doc, nil
}

type deriver struct {
	api *openAPI
	err error
}

func (d *deriver) fail(format string, args ...any) {
	d.err = errors.Join(d.err, fmt.Errorf(format, args...))
}

var release = regexp.MustCompile(`\d+\.\d+\.\d+`)

// version finds the release in the description: info.version is "v2" for all.
func (d *deriver) version() string {
	v := release.FindString(d.api.Info.Description)
	if v == "" {
		d.fail("no release in info.description")
	}
	return v
}

func (d *deriver) operation(method, path string, o *operation) *contract.Operation {
	op := &contract.Operation{
		Method: method, Path: path, Deprecated: o.Deprecated,
		Bearer: len(o.Security) > 0, Permissions: o.Permissions,
		Responses: map[int]*contract.Response{},
	}
	for _, p := range o.Parameters {
		op.Parameters = append(op.Parameters, &contract.Parameter{
			Name: p.Name, In: p.In, Required: p.Required, Schema: d.schema(op.String()+" "+p.Name, p.Schema),
		})
	}
	if o.RequestBody != nil {
		op.Body = &contract.Body{Required: o.RequestBody.Required, Content: d.content(op.String()+" body", o.RequestBody.Content)}
		for _, m := range o.RequestBody.Content {
			op.Body.Required = op.Body.Required || len(d.resolve(m.Schema).Required) > 0
		}
	}
	for text, raw := range o.Responses {
		status, err := strconv.Atoi(text)
		if err != nil {
			d.fail("%s: status %q", op, text)
			continue
		}
		var r response
		if err := json.Unmarshal(raw, &r); err != nil {
			d.fail("%s %d: %w", op, status, err)
			continue
		}
		out := &contract.Response{Content: d.content(op.String()+" "+text, r.Content)}
		for name, h := range r.Headers {
			if out.Headers == nil {
				out.Headers = map[string]*contract.Schema{}
			}
			out.Headers[name] = d.schema(op.String()+" "+name, h.Schema)
		}
		op.Responses[status] = out
	}
	return op
}

func (d *deriver) content(at string, in map[string]media) map[string]*contract.Schema {
	if len(in) == 0 {
		return nil
	}
	out := map[string]*contract.Schema{}
	for name, m := range in {
		out[name] = d.schema(at, m.Schema)
	}
	return out
}

// schema reduces one schema. An allOf of a single reference, which OpenAPI 3.0
// needs to put anything beside a $ref, becomes that reference.
func (d *deriver) schema(at string, s *schema) *contract.Schema {
	if s.Ref != "" {
		return &contract.Schema{Ref: d.name(s.Ref)}
	}
	if s.AllOf != nil {
		if len(s.AllOf) != 1 || s.AllOf[0].Ref == "" || s.Type != "" || s.Properties != nil {
			d.fail("%s: an allOf that is more than a reference", at)
			return &contract.Schema{}
		}
		target := d.resolve(s)
		for _, name := range s.Required {
			if !slices.Contains(target.Required, name) {
				d.fail("%s: requires %s, which %s does not", at, name, s.AllOf[0].Ref)
			}
		}
		return &contract.Schema{Ref: d.name(s.AllOf[0].Ref), Nullable: s.Nullable, Deprecated: s.Deprecated}
	}
	out := &contract.Schema{
		Type: s.Type, Format: s.Format, Enum: s.Enum, Pattern: s.Pattern,
		MinLength: s.MinLength, MaxLength: s.MaxLength,
		Minimum: s.Minimum, ExclusiveMinimum: s.ExclusiveMinimum,
		Maximum: s.Maximum, ExclusiveMaximum: s.ExclusiveMaximum,
		MinItems: s.MinItems, MaxItems: s.MaxItems, UniqueItems: s.UniqueItems,
		Nullable: s.Nullable, Deprecated: s.Deprecated,
	}
	if s.Type == "array" {
		itemBounds(out)
	}
	if s.Items != nil {
		out.Items = d.schema(at+"[]", s.Items)
	}
	for name, p := range s.Properties {
		if out.Properties == nil {
			out.Properties = map[string]*contract.Property{}
		}
		out.Properties[name] = &contract.Property{
			Schema: *d.schema(at+"."+name, p), Required: slices.Contains(s.Required, name),
		}
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			d.fail("%s: requires %s, which is no property", at, name)
		}
	}
	if raw := string(s.AdditionalProperties); raw != "" && raw != "false" {
		var values schema
		if err := json.Unmarshal(s.AdditionalProperties, &values); err != nil {
			d.fail("%s: additionalProperties: %w", at, err)
		}
		out.Values = d.schema(at+"{}", &values)
	}
	return out
}

// itemBounds reads minimum and maximum of an array, where they constrain
// nothing, as the number of items.
func itemBounds(s *contract.Schema) {
	if s.Minimum != nil && *s.Minimum > 0 {
		s.MinItems = new(int(*s.Minimum))
	}
	if s.Maximum != nil {
		s.MaxItems = new(int(*s.Maximum))
	}
	s.Minimum, s.Maximum = nil, nil
}

func (d *deriver) name(ref string) string {
	name, ok := strings.CutPrefix(ref, "#/components/schemas/")
	if !ok || d.api.Components.Schemas[name] == nil {
		d.fail("no schema %q", ref)
	}
	return name
}

func (d *deriver) resolve(s *schema) *schema {
	if len(s.AllOf) == 1 {
		s = s.AllOf[0]
	}
	if s.Ref == "" {
		return s
	}
	if target := d.api.Components.Schemas[d.name(s.Ref)]; target != nil {
		return target
	}
	return &schema{}
}
