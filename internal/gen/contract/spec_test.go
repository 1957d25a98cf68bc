package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// spec returns the path of the ministry's OpenAPI document, which is not part
// of the module.
func spec(t *testing.T) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	path := defaultSpec(root)
	if _, err := os.Stat(path); err != nil {
		t.Skip("no OpenAPI document; KSEF_SHARED names the folder that has it:", err)
	}
	return path
}

func TestCommittedIsGenerated(t *testing.T) {
	want, err := generate(spec(t))
	if err != nil {
		t.Fatal(err)
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, "internal/contract/openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("internal/contract/openapi.json is not what the generator writes: run go generate ./internal/contract")
	}
}

// wrongExamples are the examples in which the document breaks its own rules,
// and which.
var wrongExamples = map[string]string{
	"ExceptionResponse": "/exception/timestamp format", // no offset
	"GET /auth/{referenceNumber} 200 Kod 100 | Uwierzytelnianie w toku":                                                             "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 200 | Uwierzytelnianie zakończone sukcesem":                                                "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 400 | Uwierzytelnianie zakończone niepowodzeniem | Błąd weryfikacji łańcucha certyfikatów": "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 400 | Uwierzytelnianie zakończone niepowodzeniem | Certyfikat odwołany":                    "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 400 | Uwierzytelnianie zakończone niepowodzeniem | Niepoprawny certyfikat":                 "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 400 | Uwierzytelnianie zakończone niepowodzeniem | Nieważny certyfikat":                    "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 400 | Uwierzytelnianie zakończone niepowodzeniem | Niezaufany łańcuch certyfikatów":        "/authenticationMethodInfo required",
	"GET /auth/{referenceNumber} 200 Kod 500 | Nieznany błąd":                                                                       "/authenticationMethodInfo required",
	"GET /peppol/query 200":                                                 "/peppolProviders/0/id maxLength; /peppolProviders/0/id pattern", // P123456789
	"GET /security/public-key-certificates 200":                             "/0/certificate format; /1/certificate format",                   // cut off with dots
	"GET /sessions/{referenceNumber}/invoices/{invoiceReferenceNumber} 200": "/invoiceHash required",
	"POST /auth/ksef-token":                                                 "/encryptedToken format", // three dots
	"POST /permissions/query/eu-entities/grants":                            "/vatUeIdentifier pattern",
	"POST /sessions/online/{referenceNumber}/invoices":                      "/encryptedInvoiceContent format", // three dots
}

// The document's own examples are the oracle of the validator: written by
// others, and not for it.
func TestExamples(t *testing.T) {
	api, err := read(spec(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	wrong := maps.Clone(wrongExamples)
	total := 0
	for name, example := range api.examples(t, c) {
		total++
		var got []string
		for _, v := range example.schema.Validate(example.text, contract.InResponseBody) {
			got = append(got, v.Path+" "+string(v.Rule))
		}
		if strings.Join(got, "; ") != wrong[name] {
			t.Errorf("%s: got %q, want %q", name, got, wrong[name])
		}
		delete(wrong, name)
	}
	if total != 100 || len(wrong) > 0 {
		t.Errorf("%d examples, want 100; not seen: %q", total, slices.Collect(maps.Keys(wrong)))
	}
}

type example struct {
	schema *contract.Schema
	text   json.RawMessage
}

// examples finds the examples of bodies, answers and schemas.
func (api *openAPI) examples(t *testing.T, c *contract.Contract) map[string]example {
	found := map[string]example{}
	add := func(name string, content map[string]media, schemas map[string]*contract.Schema) {
		for kind, m := range content {
			if m.Example != nil {
				found[name] = example{schemas[kind], m.Example}
			}
			for title, raw := range m.Examples {
				var e struct {
					Value json.RawMessage `json:"value"`
				}
				unmarshal(t, raw, &e)
				found[name+" "+title] = example{schemas[kind], e.Value}
			}
		}
	}
	for path, item := range api.Paths {
		for method, o := range item {
			op, _, ok := c.Match(strings.ToUpper(method), path)
			if !ok {
				t.Fatal("no operation", method, path)
			}
			if o.RequestBody != nil {
				add(op.String(), o.RequestBody.Content, op.Body.Content)
			}
			for text, raw := range o.Responses {
				var r response
				unmarshal(t, raw, &r)
				status, err := strconv.Atoi(text)
				if err != nil {
					t.Fatal(err)
				}
				add(op.String()+" "+text, r.Content, op.Responses[status].Content)
			}
		}
	}
	for name, s := range api.Components.Schemas {
		if s.Example != nil {
			found[name] = example{c.Schema(name), s.Example}
		}
	}
	return found
}

func unmarshal(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// Against its own source the contract differs by the overlay alone, and all of
// that went.
func TestDiffIsOverlay(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-raw", "-diff", spec(t)}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2.7.0 -> 2.7.0\n",
		"- POST /collective-identifiers/invoices {",
		"- POST /collective-identifiers/invoices query pageSize ",
		"- EffectiveApiRateLimits.global ",
		"- CurrencyCode = CNH",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "\n+ ") {
		t.Errorf("the source has more than the contract:\n%s", &out)
	}
}
