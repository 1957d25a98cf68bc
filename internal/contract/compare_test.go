package contract_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/contract"
)

// lockstep is a contract of our own, with one schema for each thing that
// Compare looks at.
const lockstep = `{"version": "1.0.0", "schemas": {
	"Kind": {"type": "string", "enum": ["A", "B"]},
	"Node": {"type": "object", "properties": {
		"name": {"type": "string", "required": true},
		"kind": {"ref": "Kind", "required": true},
		"children": {"type": "array", "items": {"ref": "Node"}, "nullable": true}}},
	"All": {"type": "object", "properties": {
		"small": {"type": "integer", "format": "int32", "required": true},
		"big": {"type": "integer", "format": "int64", "required": true},
		"amount": {"type": "number", "format": "double", "required": true},
		"hash": {"type": "string", "format": "byte", "required": true},
		"at": {"type": "string", "format": "date-time", "nullable": true},
		"flag": {"type": "boolean"},
		"labels": {"type": "object", "values": {"type": "string", "nullable": true}},
		"extra": {"type": "object", "values": {"nullable": true}, "nullable": true},
		"root": {"ref": "Node", "nullable": true}}}}}`

type node struct {
	Name     string `json:"name"`
	Kind     kind   `json:"kind"`
	Children []node `json:"children,omitempty"`
}

type kind string

// decimal writes itself as a number.
type decimal struct{}

func (decimal) MarshalJSON() ([]byte, error) { return []byte("0"), nil }

// date writes itself as text, through its pointer.
type date struct{}

func (*date) MarshalText() ([]byte, error) { return []byte("2026-01-01"), nil }

type times struct {
	At   *time.Time `json:"at"`
	Flag bool       `json:"flag,omitempty"`
}

type all struct {
	Small  int               `json:"small"`
	Big    int64             `json:"big"`
	Amount decimal           `json:"amount"`
	Hash   []byte            `json:"hash"`
	Labels map[string]string `json:"labels,omitempty"`
	Extra  map[string]any    `json:"extra,omitempty"`
	Root   *node             `json:"root"`
	times
	hidden int
	Skip   string `json:"-"`
}

func TestCompare(t *testing.T) {
	c, err := contract.Parse([]byte(lockstep))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		schema string
		typ    any
		want   string
	}{
		"equal":     {"All", all{hidden: 1}, ""},
		"recursive": {"Node", &node{}, ""},
		"enum":      {"Kind", kind(""), ""},
		"text":      {"Kind", date{}, ""},

		"missing and extra": {"Node", struct {
			Name  string `json:"name"`
			Kind  kind   `json:"kind"`
			Child []node `json:"child,omitempty"`
		}{}, ".child unknown; .children missing"},
		"no tag": {"Node", struct {
			Name     string
			Kind     kind   `json:"kind"`
			Children []node `json:"children,omitempty"`
		}{}, ".Name unknown; .name missing"},
		"left out": {"Node", struct {
			Name     string `json:"name,omitempty"`
			Kind     kind   `json:"kind,omitzero"`
			Children []node `json:"children"`
		}{}, ".children always; .kind omitted; .name omitted"},
		"kinds": {"Node", struct {
			Name     int      `json:"name"`
			Kind     []kind   `json:"kind"`
			Children []string `json:"children,omitempty"`
		}{}, ".children[] type; .kind type; .name type"},
		"deep": {"All", struct {
			all
			Root *struct {
				Name     string `json:"name"`
				Kind     kind   `json:"kind"`
				Children *node  `json:"children"`
			} `json:"root"`
		}{}, ".root.children type"},
		"numbers": {"All", struct {
			all
			Small  int16   `json:"small"`
			Big    int32   `json:"big"`
			Amount float64 `json:"amount"`
		}{}, ".big type; .small type"},
		"float for integer": {"All", struct {
			all
			Big float64 `json:"big"`
		}{}, ".big type"},
		"integer for money": {"All", struct {
			all
			Amount int `json:"amount"`
		}{}, ".amount type"},
		"number in quotes": {"All", struct {
			all
			Big int64 `json:"big,string"`
		}{}, ".big type"},
		"bytes for text": {"Node", struct {
			node
			Name []byte `json:"name"`
		}{}, ".name type"},
		"struct for a map": {"All", struct {
			all
			Labels struct{} `json:"labels,omitzero"`
		}{}, ".labels type"},
		"map for a struct": {"All", struct {
			all
			Root map[string]string `json:"root,omitempty"`
		}{}, ".root type"},
		"values of a map": {"All", struct {
			all
			Labels map[string]int `json:"labels,omitempty"`
		}{}, ".labels{} type"},
		"anything": {"All", struct {
			all
			Root json.RawMessage `json:"root,omitempty"`
		}{}, ""},
		"not an object": {"All", "", " type"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			found := contract.Compare(c.Schema(test.schema), reflect.TypeOf(test.typ))
			for _, d := range found {
				got = append(got, d.Path+" "+string(d.Rule))
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got  %q\nwant %q\n%v", strings.Join(got, "; "), test.want, found)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	c, err := contract.Parse([]byte(lockstep))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range contract.Places(c.Schema("All"), reflect.TypeFor[*all]()) {
		got = append(got, p.Path+" "+p.Schema.Name()+" "+p.Type.String())
	}
	slices.Sort(got)
	want := []string{" All contract_test.all", ".root Node contract_test.node", ".root.kind Kind contract_test.kind"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
