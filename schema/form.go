package schema

import (
	"fmt"
	"strconv"
)

// Form is a kind of document that KSeF has a schema for.
type Form uint8

// The forms. Any stands for whichever form the document element names.
const (
	Any                Form = iota
	FA2                     // invoice FA(2), accepted by the test environment only
	FA3                     // invoice FA(3)
	FARR                    // invoice FA_RR(1), of a flat-rate farmer
	PEF                     // Peppol invoice PEF(3), UBL 2.1
	PEFKOR                  // Peppol correction PEF_KOR(3), UBL 2.1
	AuthTokenRequest20      // authentication request, namespace …/2.0
	AuthTokenRequest21      // authentication request, namespace …/2.1
	UPO                     // official receipt, version 4-3
)

// FormCode is the form code by which KSeF knows an invoice form: the formCode of
// sessions and the KodFormularza of invoices (ksef-docs
// sesja-interaktywna.md).
type FormCode struct {
	SystemCode    string // "FA (3)"
	SchemaVersion string // "1-0E"
	Value         string // "FA"
}

// formInfo is what there is to know about a Form.
type formInfo struct {
	name      string
	code      FormCode
	namespace string
	root      string
	table     *table
	which     int // of the roots of table
}

var forms = [...]formInfo{
	Any: {name: "any"},
	FA2: {"FA(2)", FormCode{"FA (2)", "1-0E", "FA"}, "http://crd.gov.pl/wzor/2023/06/29/12648/", "Faktura", &tableFA2, 0},
	FA3: {"FA(3)", FormCode{"FA (3)", "1-0E", "FA"}, "http://crd.gov.pl/wzor/2025/06/25/13775/", "Faktura", &tableFA3, 0},
	FARR: {"FA_RR(1)", FormCode{"FA_RR (1)", "1-1E", "FA_RR"}, "http://crd.gov.pl/wzor/2026/03/06/14189/", "Faktura",
		&tableFARR, 0},
	PEF: {"PEF(3)", FormCode{"PEF (3)", "2-1", "PEF"}, "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice",
		&tablePEF, 0},
	PEFKOR: {"PEF_KOR(3)", FormCode{"PEF_KOR (3)", "2-1", "PEF"},
		"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote", &tablePEF, 1},
	AuthTokenRequest20: {"AuthTokenRequest 2.0", FormCode{}, "http://ksef.mf.gov.pl/auth/token/2.0", "AuthTokenRequest",
		&tableAuth20, 0},
	AuthTokenRequest21: {"AuthTokenRequest 2.1", FormCode{}, "http://ksef.mf.gov.pl/auth/token/2.1", "AuthTokenRequest",
		&tableAuth21, 0},
	UPO: {"UPO 4-3", FormCode{}, "http://upo.schematy.mf.gov.pl/KSeF/v4-3", "Potwierdzenie", &tableUPO, 0},
}

// Forms lists all forms.
func Forms() []Form {
	return []Form{FA2, FA3, FARR, PEF, PEFKOR, AuthTokenRequest20, AuthTokenRequest21, UPO}
}

// FormOf returns the form of invoice with the given form code, Any if KSeF has
// none. The schema version counts: KSeF refuses unknown triples.
func FormOf(code FormCode) Form {
	for f := FA2; f <= PEFKOR; f++ {
		if forms[f].code == code {
			return f
		}
	}
	return Any
}

// formFor returns the form with the given document element.
func formFor(namespace, root string) Form {
	for f := FA2; f <= UPO; f++ {
		if forms[f].root == root && forms[f].namespace == namespace {
			return f
		}
	}
	return Any
}

// String names the form: "FA(3)".
func (f Form) String() string {
	if int(f) < len(forms) {
		return forms[f].name
	}
	return "Form(" + strconv.Itoa(int(f)) + ")"
}

// Code returns the form code of an invoice form, and the zero FormCode of the
// others.
func (f Form) Code() FormCode { return forms[f].code }

// Namespace returns the target namespace of the schema.
func (f Form) Namespace() string { return forms[f].namespace }

// Root returns the local name of the document element.
func (f Form) Root() string { return forms[f].root }

// UnknownFormError says that a document is none of the forms.
type UnknownFormError struct {
	Root      string // local name of the document element, empty if none was found
	Namespace string
}

// Error implements error.
func (e *UnknownFormError) Error() string {
	if e.Root == "" {
		return "schema: no document element found: expected an invoice, an AuthTokenRequest or a UPO"
	}
	return fmt.Sprintf("schema: no form of KSeF has the document element %s in the namespace %q", e.Root, e.Namespace)
}
