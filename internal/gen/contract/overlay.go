package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ksef-go/ksef/internal/contract"
)

//go:embed overlay.json
var overlay []byte

// A patch is one entry of overlay.json: what a release after the document's
// added. Exactly one of
// Operation, Answers and Schema is given.
type patch struct {
	Since string `json:"since"`
	// Operation is added; Replaces names one that it takes the place of, which
	// stays in the contract and is marked.
	Operation *contract.Operation `json:"operation"`
	Replaces  string              `json:"replaces"`
	// Answers gives Usual statuses to operations that lacked them.
	Answers []string `json:"answers"`
	Usual   []int    `json:"usual"`
	// Schema is added when Define is given; else properties and enumerated
	// values are added to it.
	Schema     string                        `json:"schema"`
	Define     *contract.Schema              `json:"define"`
	Properties map[string]*contract.Property `json:"properties"`
	Enum       []string                      `json:"enum"`
}

// merge applies the overlay. A patch that adds what is there already is an
// error: the document has caught up and the patch must go.
func merge(doc *contract.Document, overlay []byte) error {
	dec := json.NewDecoder(bytes.NewReader(overlay))
	dec.DisallowUnknownFields()
	var patches []patch
	if err := dec.Decode(&patches); err != nil {
		return fmt.Errorf("overlay.json: %w", err)
	}
	for i, p := range patches {
		if err := p.apply(doc); err != nil {
			return fmt.Errorf("overlay.json, entry %d: %w", i, err)
		}
	}
	slices.SortFunc(doc.Operations, func(a, b *contract.Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return nil
}

func (p *patch) apply(doc *contract.Document) error {
	switch {
	case p.Operation != nil:
		return p.addOperation(doc)
	case p.Answers != nil:
		return p.addAnswers(doc)
	case p.Define != nil:
		if doc.Schemas[p.Schema] != nil {
			return fmt.Errorf("schema %s exists", p.Schema)
		}
		p.Define.Since = p.Since
		doc.Schemas[p.Schema] = p.Define
		return nil
	}
	return p.extend(doc.Schemas[p.Schema])
}

func (p *patch) addOperation(doc *contract.Document) error {
	for _, op := range doc.Operations {
		if op.String() == p.Operation.String() {
			return fmt.Errorf("operation %s exists", op)
		}
	}
	if p.Replaces != "" {
		old, err := find(doc, p.Replaces)
		if err != nil {
			return err
		}
		old.Until = p.Since
	}
	p.Operation.Since = p.Since
	doc.Operations = append(doc.Operations, p.Operation)
	return nil
}

func (p *patch) addAnswers(doc *contract.Document) error {
	for _, name := range p.Answers {
		op, err := find(doc, name)
		if err != nil {
			return err
		}
		for _, status := range p.Usual {
			if op.Responses[status] != nil {
				return fmt.Errorf("%s has an answer %d", op, status)
			}
		}
		op.Usual = append(op.Usual, p.Usual...)
	}
	return nil
}

// extend adds properties, which stay optional because the contract covers the
// releases without them too, and enumerated values.
func (p *patch) extend(s *contract.Schema) error {
	if s == nil {
		return fmt.Errorf("no schema %s", p.Schema)
	}
	for name, property := range p.Properties {
		if s.Properties[name] != nil {
			return fmt.Errorf("property %s.%s exists", p.Schema, name)
		}
		if property.Required {
			return fmt.Errorf("property %s.%s is required, but older releases lack it", p.Schema, name)
		}
		property.Since = p.Since
		s.Properties[name] = property
	}
	for _, value := range p.Enum {
		if slices.Contains(s.Enum, value) {
			return fmt.Errorf("value %s of %s exists", value, p.Schema)
		}
		s.Enum = append(s.Enum, value)
	}
	return nil
}

func find(doc *contract.Document, name string) (*contract.Operation, error) {
	for _, op := range doc.Operations {
		if op.String() == name {
			return op, nil
		}
	}
	return nil, fmt.Errorf("no operation %s", name)
}
