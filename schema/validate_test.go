package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ksef-go/ksef/internal/growth"
)

// TestReaders makes sure that a document reads the same however it arrives:
// whole, byte by byte, or in pieces.
func TestReaders(t *testing.T) {
	_, docs, forms := goldenDocs(t)
	for form := FA2; form <= UPO; form++ {
		doc := invent(form, 3)
		damaged, _ := mutate(doc, 5, 60, slices.Concat(structure, values, damage))
		for _, d := range append(damaged, doc) {
			if len(d) < 20_000 {
				docs, forms = append(docs, d), append(forms, form)
			}
		}
	}
	docs, forms = append(docs, bytes.Replace(manyRows(t, 3000), []byte("<P_8B>3<"), []byte("<P_8B>\n  trzy <"), 50)), append(forms, FA3)
	options := &Options{Rules: production}
	for i, doc := range docs {
		want := ValidateBytes(doc, forms[i], options)
		readers := []io.Reader{bytes.NewReader(doc), iotest.DataErrReader(bytes.NewReader(doc)), &pieces{doc, rand.New(rand.NewPCG(1, 2))}}
		if len(doc) < 100_000 {
			readers = append(readers, iotest.OneByteReader(bytes.NewReader(doc)))
		}
		for _, r := range readers {
			got, err := Validate(r, forms[i], options)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%T: %+v, %v\nin memory: %+v\n%.500s", r, got, err, want, doc)
			}
		}
	}
}

// pieces reads a document in pieces of different lengths.
type pieces struct {
	rest   []byte
	random *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[:min(len(p.rest), 1+p.random.IntN(9000))])
	p.rest = p.rest[n:]
	return n, nil
}

// TestPlaces checks lines and columns in a document longer than the window.
func TestPlaces(t *testing.T) {
	doc := bytes.Replace(manyRows(t, 3000), []byte("<P_8B>3<"), []byte("<P_8B>\n  trzy <"), 50)
	report, err := Validate(bytes.NewReader(doc), FA3, nil)
	if err != nil || len(report.Violations) != 50 {
		t.Fatalf("%d violations, %v", len(report.Violations), err)
	}
	lines := strings.Split(string(doc), "\n")
	for _, v := range report.Violations {
		if line := lines[v.Line-1]; v.Column != 4 || line != "\t\t\t<P_8B>" || v.Value != "trzy" {
			t.Errorf("%v: %q", v, line)
		}
	}
}

// TestReadError hands on the error of the reader and what was found before.
func TestReadError(t *testing.T) {
	broken := errors.New("broken pipe")
	doc := invoice(t, "<JST>2", "<JST>3")
	report, err := Validate(io.MultiReader(bytes.NewReader(doc[:len(doc)-20]), iotest.ErrReader(broken)), FA3, nil)
	if !errors.Is(err, broken) || len(report.Violations) != 1 || report.Violations[0].Code != CodeEnumeration {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestDetect(t *testing.T) {
	for form := FA2; form <= UPO; form++ {
		doc := invent(form, 1)
		got, err := Detect(doc)
		if got != form || err != nil {
			t.Errorf("Detect of %v: %v, %v", form, got, err)
		}
		if r, err := Validate(bytes.NewReader(doc), Any, &Options{Strict: true}); err != nil || r.Form != form || !r.Valid() {
			t.Errorf("Validate of any %v: %+v, %v", form, r, err)
		}
		if f := FormOf(form.Code()); form <= PEFKOR && f != form {
			t.Errorf("FormOf(%v) = %v", form.Code(), f)
		}
	}
	if f := FormOf(FormCode{"FA (3)", "1-0E", "RR"}); f != Any {
		t.Errorf("an unknown form code is %v", f)
	}
	var unknown *UnknownFormError
	for _, doc := range []string{`<Faktura/>`, `<Faktura xmlns="http://crd.gov.pl/wzor/2021/11/29/11089/">`, `<x:y xmlns:x="urn:a"/>`} {
		if _, err := Detect([]byte(doc)); !errors.As(err, &unknown) {
			t.Errorf("Detect(%s): %v", doc, err)
		}
		if r := ValidateBytes([]byte(doc), Any, nil); r.Form != Any || !slices.Equal(codesOf(r), []Code{CodeForm}) {
			t.Errorf("ValidateBytes(%s): %+v", doc, r)
		}
	}
	var invalid *InvalidError
	for _, doc := range []string{"", "  ", "x", "<a", "<a b=", "\xff\xfe<\x00", `<?xml version="1.0" encoding="UTF-16"?><a/>`, "<!DOCTYPE a>"} {
		if _, err := Detect([]byte(doc)); !errors.As(err, &invalid) {
			t.Errorf("Detect(%q): %v", doc, err)
		}
	}
}

func TestMax(t *testing.T) {
	doc := bytes.ReplaceAll(manyRows(t, 300), []byte("szt."), nil)
	if r := ValidateBytes(doc, FA3, nil); len(r.Violations) != 100 || !r.Truncated || r.Size >= int64(len(doc)) {
		t.Errorf("%d violations, truncated: %v, %d bytes of %d", len(r.Violations), r.Truncated, r.Size, len(doc))
	}
	if r := ValidateBytes(doc, FA3, &Options{Max: 300}); len(r.Violations) != 300 || r.Truncated || r.Size != int64(len(doc)) {
		t.Errorf("%d violations, truncated: %v, %d bytes of %d", len(r.Violations), r.Truncated, r.Size, len(doc))
	}
}

func TestSigned(t *testing.T) {
	const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>`
	plain := request("<Nip>5265877635</Nip>")
	for _, test := range []struct {
		doc   string
		codes []Code
	}{
		{plain, nil},
		{strings.Replace(plain, "</Auth", signature+"</Auth", 1), nil},
		{strings.Replace(plain, "</Auth", signature+signature+"</Auth", 1), []Code{CodeUnexpectedElement}},
		{strings.Replace(plain, "<Context", signature+"<Context", 1), []Code{CodeUnexpectedElement, CodeUnexpectedElement, CodeMissingElement}},
		{strings.Replace(plain, "<Nip>", signature+"<Nip>", 1), []Code{CodeUnexpectedElement}},
		{strings.Replace(plain, "</Auth", strings.ReplaceAll(signature, "2000/09", "2000/10")+"</Auth", 1), []Code{CodeUnexpectedElement}},
	} {
		r := ValidateBytes([]byte(test.doc), AuthTokenRequest21, &Options{Signed: true})
		if codes := codesOf(r); !slices.Equal(codes, test.codes) {
			t.Errorf("%s: %v", test.doc, r.Violations)
		}
		if r := ValidateBytes([]byte(test.doc), AuthTokenRequest21, nil); r.Valid() != (test.doc == plain) {
			t.Errorf("not signed: %s: %v", test.doc, r.Err())
		}
	}
}

func codesOf(r *Report) (codes []Code) {
	for _, v := range r.Violations {
		codes = append(codes, v.Code)
	}
	return codes
}

// TestPatterns reads the patterns of the authentication schemas as KSeF and
// as XSD reads them.
func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		context      string
		ksef, strict bool
	}{
		{"<PeppolId>PPL123456</PeppolId>", true, false},
		{"<PeppolId>^PPL123456$</PeppolId>", false, true},
		{"<PeppolId>PPL12345</PeppolId>", false, false},
		{"<NipVatUe>5265877635-ATU12345678</NipVatUe>", true, false},
		{"<NipVatUe>5265877635-ATU12345678$</NipVatUe>", false, true},
		{"<NipVatUe>5265877635-DE12345678</NipVatUe>", false, false},
		{"<Nip>5265877635</Nip>", true, true},
		{"<InternalId>5265877635-12345</InternalId>", true, true},
		{"<InternalId>5265877635-1234</InternalId>", false, false},
	} {
		for _, form := range []Form{AuthTokenRequest20, AuthTokenRequest21} {
			doc := []byte(strings.Replace(request(test.context), AuthTokenRequest21.Namespace(), form.Namespace(), 1))
			ksef, strict := ValidateBytes(doc, form, nil), ValidateBytes(doc, form, &Options{Strict: true})
			if ksef.Valid() != test.ksef || strict.Valid() != test.strict {
				t.Errorf("%v: %s: %v, strict %v", form, test.context, ksef.Err(), strict.Err())
			}
		}
	}
}

// TestAddressPatterns compares the patterns for addresses of the two versions
// of the schema: version 2.0 writes them with \b and \/, which XSD does not
// know, and means the same.
func TestAddressPatterns(t *testing.T) {
	const policy = `<AuthorizationPolicy><AllowedIps>`
	for value, valid := range map[string]bool{
		"<Ip4Address>1.2.3.4</Ip4Address>": true, "<Ip4Address>255.255.255.255</Ip4Address>": true, "<Ip4Address>256.1.1.1</Ip4Address>": false,
		"<Ip4Address>1.2.3</Ip4Address>": false, "<Ip4Address>1.2.3.4.</Ip4Address>": false, "<Ip4Address>1234</Ip4Address>": false,
		"<Ip4Address>01.2.3.4</Ip4Address>": false, "<Ip4Address>1.2.3.4.5</Ip4Address>": false, "<Ip4Address>.1.2.3.4</Ip4Address>": false,
		"<Ip4Range>1.2.3.4-1.2.3.9</Ip4Range>": true, "<Ip4Range>1.2.3.4</Ip4Range>": false, "<Ip4Range>1.2.3.4–1.2.3.9</Ip4Range>": false,
		"<Ip4Mask>10.0.0.0/8</Ip4Mask>": true, "<Ip4Mask>10.0.0.0/32</Ip4Mask>": true, "<Ip4Mask>10.0.0.0/33</Ip4Mask>": false,
		"<Ip4Mask>10.0.0.0/08</Ip4Mask>": false, "<Ip4Mask>10.0.0.0</Ip4Mask>": false,
	} {
		for _, form := range []Form{AuthTokenRequest20, AuthTokenRequest21} {
			doc := strings.Replace(request("<Nip>5265877635</Nip>"), AuthTokenRequest21.Namespace(), form.Namespace(), 1)
			doc = strings.Replace(doc, "</Auth", policy+value+"</AllowedIps></AuthorizationPolicy></Auth", 1)
			if r := ValidateBytes([]byte(doc), form, nil); r.Valid() != valid {
				t.Errorf("%v: %s: %v", form, value, r.Err())
			}
		}
	}
}

func TestUTF16(t *testing.T) {
	for name, want := range map[string][2]bool{strings.Repeat("ż", 512): {true, true}, strings.Repeat("😀", 256): {true, true}, strings.Repeat("😀", 257): {true, false}} {
		doc := invoice(t, "Krata okienna", name)
		if got := [2]bool{ValidateBytes(doc, FA3, nil).Valid(), ValidateBytes(doc, FA3, &Options{UTF16: true}).Valid()}; got != want {
			t.Errorf("%.10s…: %v", name, got)
		}
	}
}

func TestRules(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, test := range []struct {
		name  string
		pairs []string
		rules Rules
		want  []Code
	}{
		{"the day before in Warsaw", nil, Rules{Accepted: at("2026-02-02T22:59:59Z")}, []Code{CodeIssueDate}},
		{"midnight in Warsaw, in winter", nil, Rules{Accepted: at("2026-02-02T23:00:00Z")}, nil},
		{"midnight in Warsaw, in summer", []string{"<P_1>2026-02-03", "<P_1>2026-07-03"}, Rules{Accepted: at("2026-07-02T22:00:00Z")}, nil},
		{"before midnight, in summer", []string{"<P_1>2026-02-03", "<P_1>2026-07-03"}, Rules{Accepted: at("2026-07-02T21:59:59Z")}, []Code{CodeIssueDate}},
		{"any NIP", []string{"5265877635", "5265877636"}, Rules{AnyNIP: true}, nil},
		{"both NIP", []string{"5265877635", "5265877636", "5261040828", "5261040829"}, Rules{}, []Code{CodeNIP, CodeNIP}},
		{"any character", []string{"Krata", "Kr\u0085\u007fata&#x9F;", "<JST>", "<?a?><JST>"}, Rules{AnyCharacter: true}, nil},
		{"characters", []string{"Krata", "Kr\u0085\u007fata&#x9F;", "<JST>", "<?a?><JST>"}, Rules{},
			[]Code{CodeInstruction, CodeDiscouraged, CodeDiscouraged}},
		{"characters of the planes", []string{"Krata", "\ufdd0\ufdef\ufdcf\ufdf0\U0001fffe\U0010ffff\U0010fffd\u00a0\u0086"}, Rules{},
			[]Code{CodeDiscouraged, CodeDiscouraged, CodeDiscouraged, CodeDiscouraged, CodeDiscouraged}},
		{"a character in an attribute", []string{"<Faktura", "<Faktura xmlns:a='urn:\u0080'"}, Rules{}, []Code{CodeDiscouraged}},
		{"a character in a comment", []string{"<Faktura", "<!--\u0080--><Faktura"}, Rules{}, []Code{CodeDiscouraged}},
		{"small", nil, Rules{MaxSize: 1000}, []Code{CodeSize}},
		{"with attachment", []string{"</Fa>\n", "</Fa>\n" + attachment + strings.Repeat(" ", 1_000_000)}, Rules{}, nil},
		{"with attachment, too large", []string{"</Fa>\n", "</Fa>\n" + attachment + strings.Repeat(" ", 3_000_000)}, Rules{}, []Code{CodeSize}},
	} {
		doc := invoice(t, test.pairs...)
		if test.rules.Accepted.IsZero() {
			test.rules.Accepted = production.Accepted
		}
		r := ValidateBytes(doc, FA3, &Options{Rules: &test.rules})
		if codes := codesOf(r); !slices.Equal(codes, test.want) {
			t.Errorf("%s: %v", test.name, r.Err())
		}
		if r.Invoice.HasAttachment != strings.Contains(string(doc), "<Zalacznik>") {
			t.Errorf("%s: attachment %v", test.name, r.Invoice.HasAttachment)
		}
	}
	if r := ValidateBytes(invoice(t), FA3, nil); r.Invoice != (Invoice{"5261040828", "5265877635", "1/02/2026", "VAT", "2026-02-03", false}) {
		t.Errorf("the invoice is %+v", r.Invoice)
	}
}

const attachment = `<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane></BlokDanych></Zalacznik>`

// TestEndless makes sure that a reader without an end is not read to the end.
func TestEndless(t *testing.T) {
	for name, start := range map[string]string{"value": "<Faktura xmlns='http://crd.gov.pl/wzor/2025/06/25/13775/'><Naglowek>", "comment": "<!--", "tag": "<Faktura a='", "space": " "} {
		r, err := Validate(io.MultiReader(strings.NewReader(start), spaces{}), FA3, &Options{Rules: &Rules{}})
		if err != nil || r.Valid() || r.Size > 8_000_000 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	r, err := Validate(io.MultiReader(strings.NewReader("<!--"), spaces{}), FA3, nil)
	if err != nil || !slices.Equal(codesOf(r), []Code{CodeLimit}) {
		t.Errorf("without rules: %+v, %v", r, err)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestLimits makes sure that hostile documents end in a violation, soon.
func TestLimits(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", strings.Repeat("x", i%7+1)+string(rune('a'+i%26))+strings.Repeat("y", i/26)))
		}
		return b.String()
	}
	for name, doc := range map[string]string{
		"attributes": "<a " + many(`#="" `, 300) + "/>",
		"namespaces": "<a>" + strings.Repeat("<a>", 10) + many(`<a xmlns="#"/>`, 1200),
		"depth":      strings.Repeat("<a>", 1000),
		"prefixes":   "<b " + many(`xmlns:#="urn:a" `, 200) + "><b " + many(`xmlns:#="urn:a" `, 200) + "><b " + many(`xmlns:#="urn:a" `, 200) + ">",
	} {
		doc = `<Faktura xmlns="` + FA3.Namespace() + `">` + doc
		r := ValidateBytes([]byte(doc), FA3, nil)
		if !slices.Contains(codesOf(r), CodeLimit) {
			t.Errorf("%s: %v", name, r.Err())
		}
	}
}

// TestHostile makes sure that the work on hostile documents stays near linear.
func TestHostile(t *testing.T) {
	const size = 500_000
	small, large := hostile(size/growth.Times), hostile(size)
	for name := range large {
		t.Run(name, func(t *testing.T) {
			for _, options := range []*Options{nil, {Rules: &Rules{}}, {Max: 1 << 30, Rules: &Rules{AnyCharacter: true}}} {
				validate := func(doc string) func() {
					return func() {
						if r := ValidateBytes([]byte(doc), FA3, options); r.Valid() {
							t.Error("valid")
						}
						if r, err := Validate(strings.NewReader(doc), FA3, options); err != nil || r.Valid() {
							t.Errorf("%v, %v", r, err)
						}
					}
				}
				growth.Linear(t, validate(small[name]), validate(large[name]))
			}
		})
	}
}

// hostile are documents of about size bytes.
func hostile(size int) map[string]string {
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	var spaces, prefixes, attributes strings.Builder
	for i := range 300 {
		fmt.Fprintf(&spaces, `<a xmlns="u%d"/>`, i)
	}
	for i := range 250 {
		fmt.Fprintf(&prefixes, " xmlns:p%d='u'", i)
		fmt.Fprintf(&attributes, " a%d=''", i)
	}
	docs := map[string]string{
		"characters": fill("\u0080"), "characters in elements": fill("<a>\u0080</a>"), "foreign elements": fill("<a/>"), "known elements": fill("<Stopka/>"),
		"namespaces": fill(spaces.String()), "prefixes": "<b" + prefixes.String() + ">" + fill("<p0:a/>"), "attributes": fill("<a" + attributes.String() + "/>"),
		"comments": fill("<!---->"), "sections": "<Naglowek>" + fill("<![CDATA[x]]>"), "references": "<Naglowek><SystemInfo>" + fill("&#65;") + "</SystemInfo>",
		"brackets": fill("]"), "depth": fill(strings.Repeat("<a>", 250) + strings.Repeat("</a>", 250)), "spaces": "<Naglowek><SystemInfo>" + fill("a  ") + "</SystemInfo>",
		"long names": fill("<" + strings.Repeat("x", 5000) + ">"),
	}
	for name, doc := range docs {
		docs[name] = `<Faktura xmlns="` + FA3.Namespace() + `">` + doc
	}
	return docs
}

func TestErrorText(t *testing.T) {
	err := ValidateBytes(invoice(t, "<JST>2", "<JST>3", ">PLN<", "><"), FA3, nil).Err()
	const want = `schema: not a valid FA(3): 23:3: /Faktura/Podmiot2/JST: "3" is none of the allowed values: 1, 2 (and more)`
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
	var v Violation
	if !errors.As(err, &v) || v.Code != CodeEnumeration || v.Code.Level() != LevelSchema {
		t.Errorf("%+v", v)
	}
}
