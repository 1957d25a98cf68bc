// Command schema compiles the ministry's XML schemas into the tables of
// package schema: names, types and constraints, no prose.
//
//	go generate ./schema
//
// The schemas themselves are not part of this module. The generator fails on
// every construct of XSD that it or the validator would not honour.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// output is a table to generate: a schema, or schemas that share most of
// their declarations.
type output struct {
	variable, name string
	roots          []root
}

// root is a schema and its document element.
type root struct {
	file    string
	element qname
	watches [][2]string // path, role
}

// invoicePaths are the places that the ministry's rules look at in FA(2) and
// FA(3).
var invoicePaths = [][2]string{
	{"/Faktura/Podmiot1/DaneIdentyfikacyjne/NIP", "sellerRole"},
	{"/Faktura/Podmiot2/DaneIdentyfikacyjne/NIP", "buyerRole"},
	{"/Faktura/Podmiot3/DaneIdentyfikacyjne/NIP", "nipRole"},
	{"/Faktura/Podmiot3/DaneIdentyfikacyjne/IDWew", "internalIDRole"},
	{"/Faktura/PodmiotUpowazniony/DaneIdentyfikacyjne/NIP", "nipRole"},
	{"/Faktura/Fa/P_1", "issueDateRole"},
	{"/Faktura/Fa/P_2", "numberRole"},
	{"/Faktura/Fa/RodzajFaktury", "kindRole"},
}

func peppolPaths(root, kind string) [][2]string {
	return [][2]string{
		{"/" + root + "/ID", "numberRole"},
		{"/" + root + "/IssueDate", "issueDateRole"},
		{"/" + root + "/" + kind, "kindRole"},
		{"/" + root + "/AccountingSupplierParty/Party/PartyTaxScheme/CompanyID", "sellerRole"},
		{"/" + root + "/AccountingCustomerParty/Party/PartyTaxScheme/CompanyID", "buyerRole"},
		{"/" + root + "/AdditionalDocumentReference/Attachment/EmbeddedDocumentBinaryObject", "attachmentRole"},
	}
}

var outputs = []output{
	{"tableFA2", "table_fa2.go", []root{
		{"fa/schemat_FA(2)_v1-0E.xsd", qname{"http://crd.gov.pl/wzor/2023/06/29/12648/", "Faktura"}, invoicePaths},
	}},
	{"tableFA3", "table_fa3.go", []root{
		{"fa/schemat_FA(3)_v1-0E.xsd", qname{"http://crd.gov.pl/wzor/2025/06/25/13775/", "Faktura"},
			append([][2]string{{"/Faktura/Zalacznik", "attachmentRole"}}, invoicePaths...)},
	}},
	{"tableFARR", "table_farr.go", []root{
		{"fa_rr/schemat_FA_RR(1)_v1-1E.xsd", qname{"http://crd.gov.pl/wzor/2026/03/06/14189/", "Faktura"}, [][2]string{
			{"/Faktura/Podmiot1/DaneIdentyfikacyjne/NIP", "sellerRole"},
			{"/Faktura/Podmiot2/DaneIdentyfikacyjne/NIP", "buyerRole"},
			{"/Faktura/Podmiot3/DaneIdentyfikacyjne/NIP", "nipRole"},
			{"/Faktura/Podmiot3/DaneIdentyfikacyjne/IDWew", "internalIDRole"},
			{"/Faktura/FakturaRR/P_4B", "issueDateRole"},
			{"/Faktura/FakturaRR/P_4C", "numberRole"},
			{"/Faktura/FakturaRR/RodzajFaktury", "kindRole"},
		}},
	}},
	{"tablePEF", "table_pef.go", []root{
		{"pef/Schemat_PEF(3)_v2-1.xsd", qname{"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice"},
			peppolPaths("Invoice", "InvoiceTypeCode")},
		{"pef/Schemat_PEF_KOR(3)_v2-1.xsd", qname{"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote"},
			peppolPaths("CreditNote", "CreditNoteTypeCode")},
	}},
	{"tableAuth20", "table_auth20.go", []root{
		{"auth/schemat_auth_v2-0.xsd", qname{"http://ksef.mf.gov.pl/auth/token/2.0", "AuthTokenRequest"}, nil},
	}},
	{"tableAuth21", "table_auth21.go", []root{
		{"auth/schemat_auth_v2-1.xsd", qname{"http://ksef.mf.gov.pl/auth/token/2.1", "AuthTokenRequest"}, nil},
	}},
	{"tableUPO", "table_upo.go", []root{
		{"upo/upo-v4-3.xsd", qname{"http://upo.schematy.mf.gov.pl/KSeF/v4-3", "Potwierdzenie"}, nil},
	}},
}

func main() {
	schemas := flag.String("schemas", "../shared/schemas", "folder of the ministry's schemas")
	out := flag.String("out", "schema", "folder of the tables")
	flag.Parse()
	files, err := generate(*schemas)
	for name, source := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(*out, name), source, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// generate returns the generated files by name.
func generate(schemas string) (map[string][]byte, error) {
	files := map[string][]byte{}
	var tables []*table
	for _, o := range outputs {
		t, err := o.compile(schemas)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.name, err)
		}
		tables = append(tables, t)
		if files[o.name], err = t.emit(o.variable); err != nil {
			return nil, err
		}
	}
	var err error
	files["table_patterns.go"], err = emitPatterns(tables)
	return files, err
}

func (o output) compile(schemas string) (*table, error) {
	var paths []string
	var elements []qname
	for _, r := range o.roots {
		paths = append(paths, filepath.Join(schemas, r.file))
		elements = append(elements, r.element)
	}
	s, err := load(paths...)
	if err != nil {
		return nil, err
	}
	c := newCompiler(s)
	if err := c.compile(); err != nil {
		return nil, err
	}
	t, err := newTable(c, elements)
	if err != nil {
		return nil, err
	}
	for _, r := range o.roots {
		for _, w := range r.watches {
			if err := t.watch(w[0], w[1]); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}
