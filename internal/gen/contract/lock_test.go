package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// committed returns the contract that is in the module, to be changed at will.
func committed(t *testing.T) (root string, doc *contract.Document) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, "internal/contract/openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc = new(contract.Document)
	if err := json.Unmarshal(data, doc); err != nil {
		t.Fatal(err)
	}
	for _, op := range doc.Operations { // as the generator has them before it writes
		for _, status := range op.Usual {
			op.Responses[status] = doc.Usual[status]
		}
		op.Usual = nil
	}
	return root, doc
}

// Whatever a release can bring is told in the words of the module.
func TestMissing(t *testing.T) {
	root, doc := committed(t)
	doc.Version = "9.9.9"
	text := contract.Schema{Type: "string"}
	doc.Schemas["PeppolProvider"].Properties["country"] = &contract.Property{Schema: text}
	doc.Schemas["QueryPeppolProvidersResponse"].Properties["total"] = &contract.Property{Schema: contract.Schema{Type: "integer", Format: "int32"}}
	doc.Schemas["PeppolProvider"].Properties["name"] = &contract.Property{Schema: contract.Schema{Type: "integer", Format: "int32"}, Required: true}
	status := doc.Schemas["CertificateListItemStatus"]
	status.Enum = append(status.Enum, "Lost")
	doc.Schemas["Thing"] = &contract.Schema{Type: "object"}
	doc.Schemas["EffectiveApiRateLimits"].Properties["things"] = &contract.Property{Schema: contract.Schema{Ref: "EffectiveApiRateLimitValues"}}
	delete(doc.Schemas["CertificateLimit"].Properties, "limit")
	doc.Operations = slices.DeleteFunc(doc.Operations, func(op *contract.Operation) bool { return op.String() == "GET /limits/subject" })
	answer := map[int]*contract.Response{200: {Content: map[string]*contract.Schema{"application/json": {Ref: "Thing"}}}}
	doc.Operations = append(doc.Operations, &contract.Operation{Method: "GET", Path: "/things", Responses: answer,
		Parameters: []*contract.Parameter{{Name: "colour", In: "query", Schema: &text}}})

	var out bytes.Buffer
	if err := missing(&out, root, doc); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	want := []string{
		"the module, against 9.9.9: 12 to do",
		"! CertificateLimitsResponse, ksef.CertificateLimits: .certificate.limit: unknown: want no such property, got int",
		"! PeppolProvider, ksef.PeppolProvider: .country: missing: want string, got no field",
		"! PeppolProvider, ksef.PeppolProvider: .name: type: want integer int32, got string string",
		"! QueryPeppolProvidersResponse, Peppol.Query: .total: missing",
		"! Thing: no type stands for it",
		`! CertificateListItemStatus, ksef.CertificateStatus: no constant for "Lost"`,
		"! EffectiveApiRateLimits, ksef.RateLimits: .things: no constant for the group",
		"! limits.go: GET /limits/subject is no operation of the API",
		"! GET /things: no method",
		"! GET /things: query parameter colour is never set",
		"! sandbox: GET /things: no route",
		"! sandbox: GET /limits/subject is no operation of the API",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The contract as it is leaves nothing to do, but to take out of the overlay
// what is in it already.
func TestNothingMissing(t *testing.T) {
	root, doc := committed(t)
	var out bytes.Buffer
	if err := missing(&out, root, doc); err != nil {
		t.Fatal(err)
	}
	if want := "\nthe module, against " + doc.Version + ": 0 to do\n"; out.String() != want {
		t.Errorf("got\n%s", &out)
	}
	if err := missing(&out, t.TempDir(), doc); err == nil {
		t.Error("no module, and no error")
	}
}

func TestOutdated(t *testing.T) {
	doc := derived(t, "", "")
	var out bytes.Buffer
	if err := outdated(&out, doc, []byte(`[
		{"since": "1.3.0", "schema": "Order", "enum": ["None"]},
		{"since": "1.3.0", "schema": "Order", "enum": ["Asc"]},
		{"since": "1.4.0", "schema": "Thing", "properties": {"list": {"type": "string"}}}]`)); err != nil {
		t.Fatal(err)
	}
	want := "\noverlay.json, on top of 1.2.3:\n! entry 1, of 1.3.0: value Asc of Order exists\n! entry 2, of 1.4.0: property Thing.list exists\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
