package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// small is an OpenAPI document of our own, with each shape that the ministry's
// has.
const small = `{
"openapi": "3.0.4",
"info": {"version": "v2", "description": "**API:** 1.2.3 (build 1.2.3-te)"},
"paths": {"/things/{id}": {"post": {
	"summary": "prose", "security": [{"Bearer": []}], "x-required-permissions": ["Read"],
	"parameters": [
		{"name": "id", "in": "path", "required": true, "description": "prose", "schema": {"$ref": "#/components/schemas/ID"}},
		{"name": "order", "in": "query", "schema": {"allOf": [{"$ref": "#/components/schemas/Order"}], "default": "Asc"}}],
	"requestBody": {"content": {"application/json": {"schema": {"required": ["id"], "allOf": [{"$ref": "#/components/schemas/Thing"}]}, "example": {}}}},
	"responses": {
		"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}},
			"headers": {"X-Hash": {"schema": {"type": "string"}}}},
		"400": {"description": "none"}}}}},
"components": {"schemas": {
	"ID": {"type": "string", "minLength": 2, "description": "prose"},
	"Order": {"type": "string", "enum": ["Asc", "Desc"]},
	"Thing": {"type": "object", "required": ["id"], "properties": {
		"id": {"$ref": "#/components/schemas/ID"},
		"order": {"allOf": [{"$ref": "#/components/schemas/Order"}], "nullable": true, "deprecated": true, "description": "prose"},
		"list": {"type": "array", "minimum": 0, "maximum": 10, "items": {"type": "string", "pattern": "^a<b$"}},
		"pairs": {"type": "object", "additionalProperties": {"type": "string", "nullable": true}}}}}}}`

const smallContract = `{
"version": "1.2.3",
"usual": {
},
"operations": [
  {"method":"POST","path":"/things/{id}","bearer":true,"permissions":["Read"], "parameters": [
    {"name":"id","in":"path","required":true,"schema":{"ref":"ID"}},
    {"name":"order","in":"query","schema":{"ref":"Order"}}],
    "body": {"required":true,"content":{"application/json":{"ref":"Thing"}}},
    "responses": {"200": {"content":{"application/json":{"type":"array","items":{"ref":"Thing"}}},"headers":{"X-Hash":{"type":"string"}}},"400": {}}}
],
"schemas": {
  "ID": {"type":"string","minLength":2},
  "Order": {"type":"string","enum":["Asc","Desc"]},
  "Thing": {"type":"object","properties": {
    "id": {"ref":"ID","required":true},
    "list": {"type":"array","items":{"type":"string","pattern":"^a<b$"},"maxItems":10},
    "order": {"ref":"Order","nullable":true,"deprecated":true},
    "pairs": {"type":"object","values":{"type":"string","nullable":true}}}}
}
}
`

// file writes an OpenAPI document, small with one thing replaced.
func file(t *testing.T, old, new string) string {
	t.Helper()
	if !strings.Contains(small, old) {
		t.Fatalf("nothing to replace: %s", old)
	}
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(path, []byte(strings.Replace(small, old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func derived(t *testing.T, old, new string) *contract.Document {
	t.Helper()
	doc, err := derive(file(t, old, new))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDerive(t *testing.T) {
	got, err := render(derived(t, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != smallContract {
		t.Errorf("got\n%s\nwant\n%s", got, smallContract)
	}
	if _, err := contract.Parse(got); err != nil {
		t.Error(err)
	}
}

// What the generator does not understand it must not drop.
func TestDeriveRefuses(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"keyword":              {`"minLength": 2`, `"multipleOf": 2`, `unknown field "multipleOf"`},
		"keyword, nested":      {`"pattern": "^a<b$"`, `"oneOf": []`, `unknown field "oneOf"`},
		"reference":            {`"#/components/schemas/ID"`, `"#/components/schemas/IDs"`, "no schema"},
		"allOf of two":         {`"allOf": [{`, `"allOf": [{"$ref": "#/components/schemas/ID"}, {`, "more than a reference"},
		"allOf with a type":    {`"allOf": [{`, `"type": "string", "allOf": [{`, "more than a reference"},
		"wrapper requires":     {`"required": ["id"], "allOf"`, `"required": ["list"], "allOf"`, "requires list"},
		"required, not there":  {`"required": ["id"], "properties"`, `"required": ["no"], "properties"`, "requires no, which is no property"},
		"range of statuses":    {`"400"`, `"2XX"`, `status "2XX"`},
		"any property allowed": {`"additionalProperties": {"type": "string", "nullable": true}`, `"additionalProperties": true`, "additionalProperties"},
		"no release":           {"1.2.3 (build 1.2.3-te)", "", "no release"},
	} {
		if _, err := derive(file(t, test.old, test.new)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestMerge(t *testing.T) {
	doc := derived(t, "", "")
	err := merge(doc, []byte(`[
		{"since": "1.3.0", "replaces": "POST /things/{id}", "operation": {"method": "GET", "path": "/things", "responses": {"204": {}}}},
		{"since": "1.3.0", "answers": ["POST /things/{id}"], "usual": [429]},
		{"since": "1.3.0", "schema": "New", "define": {"type": "string"}},
		{"since": "1.4.0", "schema": "Thing", "properties": {"new": {"ref": "New"}}},
		{"since": "1.4.0", "schema": "Order", "enum": ["None"]}]`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := render(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"method":"GET","path":"/things","since":"1.3.0",`,
		`{"method":"POST","path":"/things/{id}","until":"1.3.0","bearer":true,"permissions":["Read"],"usual":[429],`,
		`"New": {"type":"string","since":"1.3.0"}`,
		`"new": {"ref":"New","since":"1.4.0"}`,
		`"enum":["Asc","Desc","None"]`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}

	for _, test := range []struct{ patch, want string }{
		{`{"operation": {"method": "POST", "path": "/things/{id}"}}`, "operation POST /things/{id} exists"},
		{`{"operation": {"method": "PUT", "path": "/a"}, "replaces": "GET /b"}`, "no operation GET /b"},
		{`{"answers": ["GET /b"], "usual": [429]}`, "no operation GET /b"},
		{`{"answers": ["POST /things/{id}"], "usual": [400]}`, "has an answer 400"},
		{`{"schema": "Thing", "define": {}}`, "schema Thing exists"},
		{`{"schema": "Nothing", "enum": ["a"]}`, "no schema Nothing"},
		{`{"schema": "Thing", "properties": {"id": {}}}`, "property Thing.id exists"},
		{`{"schema": "Thing", "properties": {"must": {"required": true}}}`, "is required"},
		{`{"schema": "Order", "enum": ["Asc"]}`, "value Asc of Order exists"},
		{`{"schema": "Order", "enums": ["Up"]}`, `unknown field "enums"`},
	} {
		err := merge(derived(t, "", ""), []byte("["+test.patch+"]"))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.patch, err, test.want)
		}
	}
}

func TestDiff(t *testing.T) {
	old := derived(t, "", "")
	newer := derived(t, `"id": {"$ref": "#/components/schemas/ID"},`, `"name": {"type": "string", "maxLength": 5},`+
		`"id": {"type": "string"},`)
	newer.Version = "1.3.0"
	newer.Schemas["Order"].Since = "1.3.0" // versions do not count
	newer.Operations[0].Path = "/items/{id}"
	var out bytes.Buffer
	if err := diff(&out, old, newer); err != nil {
		t.Fatal(err)
	}
	head := `"bearer":true,"permissions":["Read"]}`
	answer := `{"content":{"application/json":{"type":"array","items":{"ref":"Thing"}}},"headers":{"X-Hash":{"type":"string"}}}`
	operation := func(sign, path string) string {
		name := sign + " POST " + path
		return name + ` {"method":"POST","path":"` + path + `",` + head + "\n" +
			name + " 200 " + answer + "\n" +
			name + " 400 {}\n" +
			name + ` body {"required":true,"content":{"application/json":{"ref":"Thing"}}}` + "\n" +
			name + ` path id {"name":"id","in":"path","required":true,"schema":{"ref":"ID"}}` + "\n" +
			name + ` query order {"name":"order","in":"query","schema":{"ref":"Order"}}` + "\n"
	}
	want := "1.2.3 -> 1.3.0\n" + operation("+", "/items/{id}") + operation("-", "/things/{id}") +
		"~ Thing.id\n    was {\"ref\":\"ID\",\"required\":true}\n    is  {\"type\":\"string\",\"required\":true}\n" +
		"+ Thing.name {\"type\":\"string\",\"maxLength\":5}\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}

// The command as a whole, from file to file.
func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "contract.json")
	if err := os.WriteFile(out, []byte(smallContract), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	if err := run([]string{"-out", out, "-raw", "-diff", file(t, `"minLength": 2`, `"minLength": 3`)}, &stdout); err != nil {
		t.Fatal(err)
	}
	if want := "1.2.3 -> 1.2.3\n~ ID\n    was {\"type\":\"string\",\"minLength\":2}\n    is  {\"type\":\"string\",\"minLength\":3}\n"; stdout.String() != want {
		t.Errorf("got %s, want %s", &stdout, want)
	}
	if err := run([]string{"-spec", filepath.Join(t.TempDir(), "none.json"), "-out", out}, &stdout); err == nil {
		t.Error("no error without a document")
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != smallContract {
		t.Errorf("a failed run wrote %q, %v", got, err)
	}
}
