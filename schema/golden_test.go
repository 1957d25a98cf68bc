package schema

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

// edits turns testdata/valid.xml into documents that are wrong, each in the
// way that its name tells: pairs of what is replaced and by what.
var edits = []struct {
	name  string
	pairs []string
}{
	{"valid", nil},
	{"valid: prefixes", []string{"<Faktura xmlns=", `<f:Faktura xmlns:f="http://crd.gov.pl/wzor/2025/06/25/13775/" xmlns=`, "</Faktura>", "</f:Faktura>"}},
	{"valid: no declaration, comment, section, references", []string{`<?xml version="1.0" encoding="UTF-8"?>`, "<!-- a -->", "Krata okienna",
		"<![CDATA[Krata]]> &lt;&#111;&#x6B;ienna&gt;<!-- b -->"}},
	{"valid: carriage returns", []string{"\n", "\r\n"}},

	{"encoding declared", []string{"UTF-8", "ISO-8859-2"}},
	{"encoding broken", []string{"Krata", "Kra\xb3a"}},
	{"UTF-16", []string{"<?xml", "\xff\xfe<?xml"}},
	{"cut off", []string{"<RodzajFaktury>VAT</RodzajFaktury>", "\x00cut"}},
	{"declaration", []string{`version="1.0"`, `version="1.1"`}},
	{"declaration without version", []string{`version="1.0" `, ``}},
	{"declaration late", []string{"<Faktura", "<?xml version='1.0'?><Faktura"}},
	{"document type", []string{"<Faktura", "<!DOCTYPE Faktura [<!ENTITY a 'b'>]><Faktura"}},
	{"tag", []string{"<JST>", "<JST a>"}},
	{"end tag", []string{"</JST>", "</GV>"}},
	{"attribute twice", []string{`wersjaSchemy="1-0E"`, `wersjaSchemy="1-0E" wersjaSchemy="1-0E"`}},
	{"prefix", []string{"<JST>2</JST>", "<x:JST>2</x:JST>"}},
	{"reference", []string{"Krata", "&nbsp;Krata"}},
	{"character", []string{"Krata", "&#11;Krata"}},
	{"character written", []string{"Krata", "\x0bKrata"}},
	{"comment", []string{"<JST>", "<!-- a -- b --><JST>"}},
	{"text after the end", []string{"</Faktura>", "</Faktura>."}},
	{"two documents", []string{"</Faktura>", "</Faktura><Faktura/>"}},
	{"depth", []string{"Krata", strings.Repeat("<a>", 300)}},

	{"another form", []string{"2025/06/25/13775", "2023/06/29/12648"}},
	{"foreign element", []string{"<JST>", "<Obcy>1</Obcy><JST>"}},
	{"element missing", []string{"<JST>2</JST>", ""}},
	{"element missing at the end", []string{"<GV>2</GV>", ""}},
	{"elements swapped", []string{"<JST>2</JST>\n\t\t<GV>2</GV>", "<GV>2</GV>\n\t\t<JST>2</JST>"}},
	{"element twice", []string{"<P_15>123</P_15>", "<P_15>123</P_15><P_15>123</P_15>"}},
	{"too many", []string{"<JST>", strings.Repeat("<DaneKontaktowe/>", 4) + "<JST>"}},
	{"branches mixed", []string{"<P_19N>1</P_19N>", "<P_19>1</P_19><P_19A>art. 43</P_19A><P_19N>1</P_19N>"}},
	{"element in a value", []string{"<JST>2</JST>", "<JST><b>2</b></JST>"}},
	{"text between elements", []string{"<JST>", "JST: <JST>"}},
	{"attribute", []string{"<JST>", `<JST uwaga="nie">`}},
	{"attribute missing", []string{` wersjaSchemy="1-0E"`, ""}},
	{"attribute fixed", []string{`"FA (3)"`, `"FA (2)"`}},

	{"date", []string{"<P_1>2026-02-03", "<P_1>2026-02-30"}},
	{"number", []string{"<P_15>123", "<P_15>sto"}},
	{"pattern", []string{"<P_15>123", "<P_15>0123"}},
	{"enumeration", []string{">PLN<", ">ZŁ<"}},
	{"enumeration of numbers", []string{"<JST>2", "<JST>3"}},
	{"empty", []string{"<P_2>1/02/2026", "<P_2> "}},
	{"too long", []string{"Krata okienna", strings.Repeat("Krata ", 90)}},
	{"digits", []string{"<P_12>23</P_12>", "<P_12_XII>99.12345678</P_12_XII>"}},
	{"fraction", []string{"<P_12>23</P_12>", "<P_12_XII>9.1234567</P_12_XII>"}},
	{"percent", []string{"<P_12>23</P_12>", "<P_12_XII>100.5</P_12_XII>"}},
	{"row number", []string{"<NrWierszaFa>1", "<NrWierszaFa>0"}},
	{"created too early", []string{"2026-02-03T10:11:12Z", "2025-08-31T10:11:12Z"}},
	{"xsi:nil", []string{"<JST>", `<JST xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">`}},
	{"xsi:type", []string{"<JST>", `<JST xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="TKwotowy">`}},

	{"byte order mark", []string{"<?xml", "\ufeff<?xml"}},
	{"instruction", []string{"<Faktura", "<?xml-stylesheet href='a.xsl'?><Faktura"}},
	{"discouraged characters", []string{"Krata", "Kra\u0080ta &#xFDD0;"}},
	{"issue date", []string{"<P_1>2026-02-03", "<P_1>2026-02-05"}},
	{"NIP", []string{"5265877635", "5265877636"}},
	{"internal identifier", []string{"<Fa>", "<Podmiot3><DaneIdentyfikacyjne><IDWew>5265877636-12345</IDWew></DaneIdentyfikacyjne><Rola>1</Rola></Podmiot3><Fa>"}},
	{"size", []string{"<Faktura", "<!--" + strings.Repeat("x", 1_000_000) + "--><Faktura"}},
	{"many at once", []string{"PLN", "ZŁ", "<JST>2", "<JST>3", "5265877635", "1", "Krata okienna", ""}},
}

// others are wrong documents of other forms.
var others = []struct {
	name string
	form Form
	doc  string
}{
	{"receipt: numbers twice", UPO, `<Potwierdzenie xmlns="http://upo.schematy.mf.gov.pl/KSeF/v4-3"><NazwaPodmiotuPrzyjmujacego/>` +
		`<NumerReferencyjnySesji>20260203-SB-0123456789-0123456789-FF</NumerReferencyjnySesji><Uwierzytelnienie><IdKontekstu><Nip>5265877635</Nip></IdKontekstu>` +
		`<SkrotDokumentuUwierzytelniajacego>kyqH</SkrotDokumentuUwierzytelniajacego></Uwierzytelnienie><NazwaStrukturyLogicznej>x</NazwaStrukturyLogicznej>` +
		`<KodFormularza>FA (3)</KodFormularza>` + receiptOf("1") + receiptOf("2") + `</Potwierdzenie>`},
	{"request: peppol", AuthTokenRequest21, request("<PeppolId>PPL12345</PeppolId>")},
	{"Peppol: attribute, type, content", PEF, `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"` +
		` xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xmlns:e="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"` +
		` xmlns:d="http://www.w3.org/2000/09/xmldsig#" xmlns:x="http://uri.etsi.org/01903/v1.3.2#"><e:UBLExtensions><e:UBLExtension><e:ExtensionContent>` +
		`<d:Object><d:CanonicalizationMethod Algorithm="urn:a"><obcy/></d:CanonicalizationMethod></d:Object>` +
		`</e:ExtensionContent></e:UBLExtension><e:UBLExtension><e:ExtensionContent><x:Include URI="%zz">.</x:Include></e:ExtensionContent></e:UBLExtension></e:UBLExtensions>` +
		`<cbc:ID schemeID="a" obcy="b">1</cbc:ID><cbc:CopyIndicator>tak</cbc:CopyIndicator><cbc:IssueDate>2026-02-03</cbc:IssueDate></Invoice>`},
	{"Peppol: abstract type", PEF, `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"` +
		` xmlns:e="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"><e:UBLExtensions><e:UBLExtension><e:ExtensionContent>` +
		`<x:Any xmlns:x="http://uri.etsi.org/01903/v1.3.2#"><y xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="x:GenericTimeStampType"/></x:Any>` +
		`</e:ExtensionContent></e:UBLExtension></e:UBLExtensions></Invoice>`},
}

func receiptOf(number string) string {
	return `<Dokument><NipSprzedawcy>5265877635</NipSprzedawcy><NumerKSeFDokumentu>5265877635-20260203-0100001AF629-AF</NumerKSeFDokumentu>` +
		`<NumerFaktury>` + number + `</NumerFaktury><DataWystawieniaFaktury>2005-02-03</DataWystawieniaFaktury>` +
		`<DataPrzeslaniaDokumentu>2026-02-03T10:11:12+01:00</DataPrzeslaniaDokumentu><DataNadaniaNumeruKSeF>2026-02-03T10:11:13+01:00</DataNadaniaNumeruKSeF>` +
		`<SkrotDokumentu>GZMGNVzs3krF6URKgvaw77OOeG3nJ+WGziT5xguliQ8=</SkrotDokumentu><TrybWysylki>Online</TrybWysylki></Dokument>`
}

func request(context string) string {
	return `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>20260203-CR-226FB7B000-3ACF9BE4C0-10</Challenge>` +
		`<ContextIdentifier>` + context + `</ContextIdentifier><SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>`
}

// production is the rules on the day after the issue date of valid.xml.
var production = &Rules{Accepted: time.Date(2026, 2, 4, 12, 0, 0, 0, time.UTC)}

// invoice returns testdata/valid.xml with replacements.
func invoice(t testing.TB, pairs ...string) []byte {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("testdata", "valid.xml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(doc)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the invoice", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	text, _, _ = strings.Cut(text, "\x00cut")
	return []byte(text)
}

// goldenDocs are all documents of the golden file by name.
func goldenDocs(t testing.TB) (names []string, docs [][]byte, forms []Form) {
	for _, e := range edits {
		names, docs, forms = append(names, e.name), append(docs, invoice(t, e.pairs...)), append(forms, FA3)
	}
	for _, o := range others {
		names, docs, forms = append(names, o.name), append(docs, []byte(o.doc)), append(forms, o.form)
	}
	return names, docs, forms
}

// TestViolations compares what is found in each document, in both languages,
// with testdata/violations.golden.
func TestViolations(t *testing.T) {
	names, docs, forms := goldenDocs(t)
	var b strings.Builder
	found := map[Code]bool{}
	for i, doc := range docs {
		report := ValidateBytes(doc, forms[i], &Options{Rules: production})
		fmt.Fprintf(&b, "%s\n", names[i])
		for _, v := range report.Violations {
			found[v.Code] = true
			fmt.Fprintf(&b, "\t%s (%s)\n\t\t%s\n", v.Error(), v.Code, v.Message(Polish))
		}
		if strings.HasPrefix(names[i], "valid") != report.Valid() {
			t.Errorf("%s: %v", names[i], report.Err())
		}
	}
	golden := filepath.Join("testdata", "violations.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the violations differ from %s (-update rewrites it):\n%s", golden, difference(string(want), got))
	}
	for _, code := range allCodes() {
		if !found[code] {
			t.Errorf("no document has a violation %q", code)
		}
	}
}

// difference shows the lines that only one of two texts has.
func difference(want, got string) string {
	count := map[string]int{}
	for line := range strings.Lines(got) {
		count[line]++
	}
	for line := range strings.Lines(want) {
		count[line]--
	}
	var b strings.Builder
	for _, line := range slices.Sorted(maps.Keys(count)) {
		if n := count[line]; n != 0 {
			fmt.Fprintf(&b, "%+d %s", n, line)
		}
	}
	return b.String()
}

// allCodes are the codes that code.go declares.
func allCodes() []Code {
	return []Code{CodeEncoding, CodeUnexpectedEnd, CodeDeclaration, CodeDoctype, CodeTag, CodeEndTag, CodeDuplicateAttribute, CodeNamespace,
		CodeReference, CodeCharacter, CodeMarkup, CodeOutside, CodeLimit,
		CodeForm, CodeUnexpectedElement, CodeMissingElement, CodeTooMany, CodeUndeclared, CodeUnexpectedText, CodeUnexpectedAttribute,
		CodeMissingAttribute, CodeType, CodePattern, CodeEnumeration, CodeLength, CodeMinLength, CodeMaxLength, CodeTotalDigits,
		CodeFractionDigits, CodeMinInclusive, CodeMinExclusive, CodeMaxInclusive, CodeFixed, CodeDuplicate, CodeInstanceType, CodeNil, CodeAbstract,
		CodeByteOrderMark, CodeSize, CodeInstruction, CodeDiscouraged, CodeIssueDate, CodeNIP}
}
