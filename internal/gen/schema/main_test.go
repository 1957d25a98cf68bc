package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUpToDate generates the tables anew from the ministry's schemas.
func TestUpToDate(t *testing.T) {
	root := os.Getenv("KSEF_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared")
	}
	schemas := filepath.Join(root, "schemas")
	if _, err := os.Stat(schemas); err != nil {
		if os.Getenv("KSEF_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the ministry's schemas are not there: set KSEF_SHARED (%v)", err)
	}
	files, err := generate(schemas)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", "..", "schema", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("schema/%s is not what the generator writes: run go generate ./schema (%v)", name, err)
		}
	}
}

// compileText compiles a schema with one element, root.
func compileText(t *testing.T, body string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.xsd")
	text := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:a" targetNamespace="urn:a" elementFormDefault="qualified">` + body + `</xs:schema>`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := output{roots: []root{{file: "a.xsd", element: qname{"urn:a", "root"}}}}
	_, err := o.compile(filepath.Dir(file))
	return err
}

// TestRefused makes sure that the generator refuses what the validator would
// not honour.
func TestRefused(t *testing.T) {
	content := func(s string) string {
		return `<xs:element name="root"><xs:complexType>` + s + `</xs:complexType></xs:element>`
	}
	const a, b = `<xs:element name="a" type="xs:string"/>`, `<xs:element name="b" type="xs:string"/>`
	many := func(s, occurs string) string { return strings.Replace(s, "/>", " "+occurs+"/>", 1) }
	for name, test := range map[string]struct{ body, want string }{
		"accepted":             {content(`<xs:sequence>` + a + many(b, `minOccurs="0" maxOccurs="3"`) + `</xs:sequence>`), ""},
		"accepted, repeated":   {content(`<xs:sequence maxOccurs="4">` + many(a, `minOccurs="0" maxOccurs="3"`) + b + `</xs:sequence>`), ""},
		"group":                {content(`<xs:all>` + a + `</xs:all>`), "xs:all"},
		"nillable":             {`<xs:element name="root" type="xs:string" nillable="true"/>`, "nillable"},
		"default":              {`<xs:element name="root" type="xs:string" default="a"/>`, "default"},
		"list":                 {`<xs:element name="root"><xs:simpleType><xs:list itemType="xs:string"/></xs:simpleType></xs:element>`, "xs:list"},
		"unknown type":         {`<xs:element name="root" type="nie"/>`, "nie"},
		"float":                {`<xs:element name="root" type="xs:float"/>`, "float"},
		"key":                  {strings.Replace(content(`<xs:sequence/>`), "</xs:element>", `<xs:key name="k"/></xs:element>`, 1), "xs:key"},
		"ambiguous choice":     {content(`<xs:choice>` + a + a + `</xs:choice>`), "deterministic"},
		"ambiguous sequence":   {content(`<xs:sequence>` + many(a, `minOccurs="0"`) + a + `</xs:sequence>`), "deterministic"},
		"ambiguous loop":       {content(`<xs:sequence maxOccurs="2">` + b + many(a, `maxOccurs="2"`) + many(b, `minOccurs="0"`) + `</xs:sequence>`), "deterministic"},
		"ambiguous wildcard":   {content(`<xs:sequence>` + many(a, `minOccurs="0"`) + `<xs:any/></xs:sequence>`), "deterministic"},
		"counter in a counter": {content(`<xs:sequence maxOccurs="3">` + many(a, `minOccurs="2" maxOccurs="3"`) + `</xs:sequence>`), "look-ahead"},
		"large counter":        {content(`<xs:sequence>` + many(a, `maxOccurs="65535"`) + `</xs:sequence>`), "maxOccurs"},
	} {
		err := compileText(t, test.body)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
