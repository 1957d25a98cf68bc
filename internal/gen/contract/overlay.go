package main

import (
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
// added. Exactly one of Operation and Schema is given.
type patch struct {
	Since string `json:"since"`
	// Operation is added; Replaces names one that it takes the place of, which
	// stays in the contract and is marked.
	Operation *contract.Operation `json:"operation"`
	Replaces  string              `json:"replaces"`
	// Schema is added when Define is given; else properties and enumerated
	// values are added to it.
	Schema     string                        `json:"schema"`
	Define     *contract.Schema              `json:"define"`
	Properties map[string]*contract.Property `json:"properties"`
	Enum       []string                      `json:"enum"`
}

// merge applies the overlay. A patch that adds what is there already is an
// error: the document has caught up and the patch must go.
func merge(doc *contract.Document) error {
	var patches []patch
	if err := json.Unmarshal(overlay, &patches); err != nil {
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
	if p.Operation != nil {
		return p.addOperation(doc)
	}
	s := doc.Schemas[p.Schema]
	if p.Define != nil {
		if s != nil {
			return fmt.Errorf("schema %s exists", p.Schema)
		}
		p.Define.Since = p.Since
		doc.Schemas[p.Schema] = p.Define
		return nil
	}
	if s == nil {
		return fmt.Errorf("no schema %s", p.Schema)
	}
	for name, property := range p.Properties {
		if s.Properties[name] != nil {
			return fmt.Errorf("property %s.%s exists", p.Schema, name)
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

func (p *patch) addOperation(doc *contract.Document) error {
	for _, op := range doc.Operations {
		switch op.String() {
		case p.Operation.String():
			return fmt.Errorf("operation %s exists", op)
		case p.Replaces:
			op.Until = p.Since
		}
	}
	p.Operation.Since = p.Since
	doc.Operations = append(doc.Operations, p.Operation)
	return nil
}
