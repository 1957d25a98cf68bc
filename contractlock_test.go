package ksef

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// theContract is the one that the package is locked to or, for maintainers who
// look at a newer one (internal/gen/contract -diff), that in the file which
// KSEF_CONTRACT names.
func theContract(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.LoadFile(os.Getenv("KSEF_CONTRACT"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTypesAreTheWire(t *testing.T) {
	c := theContract(t)
	for name, w := range wire {
		s := c.Schema(name)
		if s == nil {
			t.Errorf("%s, %v: no such schema", name, w.typ)
			continue
		}
		met := map[string]bool{}
		for _, d := range contract.Compare(s, w.typ) {
			if w.except[d.Path] != "" {
				met[d.Path] = true
				continue
			}
			if w.answer && (d.Rule == contract.Omitted || d.Rule == contract.Always) {
				continue
			}
			t.Errorf("%s, %v: %v", name, w.typ, d)
		}
		for path := range w.except {
			if !met[path] {
				t.Errorf("%s%s, %v: an exception without a difference", name, path, w.typ)
			}
		}
	}
	for name, in := range inline {
		s := c.Schema(name)
		if s == nil {
			t.Errorf("%s, %s: no such schema", name, in.where)
			continue
		}
		known := strings.Fields(in.used + " " + in.left)
		for property := range s.Properties {
			if !slices.Contains(known, property) {
				t.Errorf("%s, %s: .%s: missing", name, in.where, property)
			}
		}
		for _, property := range known {
			if s.Properties[property] == nil {
				t.Errorf("%s, %s: .%s: no such property", name, in.where, property)
			}
		}
	}
	for name := range elsewhere {
		if c.Schema(name) == nil {
			t.Errorf("%s: no such schema", name)
		}
	}
}

// places are all the types that stand for a schema, by its name.
func places(c *contract.Contract) map[string][]reflect.Type {
	all := map[string][]reflect.Type{}
	add := func(name string, typ reflect.Type) {
		if s := c.Schema(name); s != nil {
			for _, p := range contract.Places(s, typ) {
				if name := p.Schema.Name(); !slices.Contains(all[name], p.Type) {
					all[name] = append(all[name], p.Type)
				}
			}
		}
	}
	for name, w := range wire {
		add(name, w.typ)
	}
	for name, e := range elsewhere {
		if e.typ != nil {
			add(name, e.typ)
		}
	}
	return all
}

// Every schema of the contract is a type's, part of one that is, or said to be
// elsewhere.
func TestSchemasAreAccountedFor(t *testing.T) {
	c := theContract(t)
	folded := places(c)
	for _, name := range c.Schemas() {
		_, written := inline[name]
		_, gone := elsewhere[name]
		if folded[name] == nil && !written && !gone {
			t.Errorf("%s: no type stands for it", name)
		}
		if e, ok := elsewhere[name]; ok && e.typ == nil && folded[name] != nil {
			t.Errorf("%s: is said to be elsewhere (%s) and is %v", name, e.where, folded[name])
		}
	}
}

// Every value of an enumeration is a constant of each type that stands for it.
func TestEnumerationsHaveConstants(t *testing.T) {
	c := theContract(t)
	known := constants(t)
	met := map[string]bool{}
	for name, types := range places(c) {
		values := c.Schema(name).Enum
		if len(values) == 0 {
			continue
		}
		if texts[name] != "" {
			met[name] = true
			continue
		}
		for _, typ := range types {
			for _, value := range values {
				if !slices.Contains(known[typ.Name()], value) {
					t.Errorf("%s, %v: no constant for %q", name, typ, value)
				}
			}
		}
	}
	for name := range texts {
		if !met[name] {
			t.Errorf("%s: an exception without an enumeration", name)
		}
	}
}

// constants are the values of the package's constants of a type of their own,
// by type.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, file := range sources(t) {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range tree.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				typ, ok := spec.Type.(*ast.Ident)
				if !ok {
					continue
				}
				for _, value := range spec.Values {
					if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
						text, err := strconv.Unquote(literal.Value)
						if err != nil {
							t.Fatal(err)
						}
						all[typ.Name] = append(all[typ.Name], text)
					}
				}
			}
		}
	}
	return all
}

// sources are the files of the package but its tests.
func sources(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
}

// The groups of rate limits are those of the contract, though the type is a map.
func TestRateGroups(t *testing.T) {
	c := theContract(t)
	known := ProductionRates()
	for _, schema := range []string{"EffectiveApiRateLimits", "ApiRateLimitsOverride"} {
		for group := range c.Schema(schema).Properties {
			if _, ok := known[RateGroup(group)]; !ok {
				t.Errorf("%s, %T: .%s: no constant for the group", schema, known, group)
			}
		}
	}
	for group := range known {
		if c.Schema("EffectiveApiRateLimits").Properties[string(group)] == nil {
			t.Errorf("EffectiveApiRateLimits, %T: .%s: no such property", known, group)
		}
	}
}

// unclaimed are operations without a method, with the reason.
var unclaimed = map[string]string{
	"GET /collective-identifiers/{collectiveIdentifierNumber}/invoices": "2.7.1 replaced it by POST /collective-identifiers/invoices",
}

// Every operation has one method, which says so.
func TestOperationsAreClaimed(t *testing.T) {
	c := theContract(t)
	known := map[string]*contract.Operation{}
	for _, op := range c.Operations() {
		known[op.String()] = op
	}
	claim := regexp.MustCompile(`(?m)^\t*//ksef:op (.+)$`)
	claimed := map[string]string{}
	var code strings.Builder
	for _, file := range sources(t) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(src)
		for _, m := range claim.FindAllStringSubmatch(string(src), -1) {
			switch op := m[1]; {
			case known[op] == nil:
				t.Errorf("%s: %s is no operation of the API", file, op)
			case claimed[op] != "":
				t.Errorf("%s: %s is claimed in %s already", file, op, claimed[op])
			default:
				claimed[op] = file
			}
		}
	}
	for name, op := range known {
		switch left := unclaimed[name] != ""; {
		case claimed[name] == "" && !left:
			t.Errorf("%s: no method", name)
		case claimed[name] != "" && left:
			t.Errorf("%s: has a method and is said to have none", name)
		}
		for _, p := range op.Parameters {
			if p.In != "path" && !strings.Contains(code.String(), strconv.Quote(p.Name)) {
				t.Errorf("%s: %s parameter %s is never set", name, p.In, p.Name)
			}
		}
	}
}
