package why

import (
	"archive/zip"
	"bytes"
	"crypto/x509/pkix"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

// now is when everything is examined: the test certificates are valid from now on.
var now = time.Now().UTC().Truncate(time.Second)

func examine(t *testing.T, doc []byte, opts *Options) *Diagnosis {
	t.Helper()
	if opts == nil {
		opts = new(Options)
	}
	opts.Now = now
	d, err := Examine(bytes.NewReader(doc), int64(len(doc)), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.Findings {
		if f.Problem.English == "" || f.Problem.Polish == "" || f.Advice.English == "" || f.Advice.Polish == "" {
			t.Errorf("a finding without words: %+v", f)
		}
	}
	return d
}

func only(t *testing.T, d *Diagnosis) Finding {
	t.Helper()
	if len(d.Findings) != 1 {
		t.Fatalf("%d findings, want 1: %+v", len(d.Findings), d.Findings)
	}
	return d.Findings[0]
}

const unsigned = `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>20260314-CR-226FB7B000-3ACF9BE4C0-10</Challenge>` +
	`<ContextIdentifier><Nip>5261040828</Nip></ContextIdentifier><SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>`

func signed(t *testing.T, at time.Time) []byte {
	t.Helper()
	cert, err := testcert.Seal("5261040828", &testcert.Options{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xades.Sign([]byte(unsigned), cert, &xades.SignOptions{SigningTime: at})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestLogin(t *testing.T) {
	doc := signed(t, now)
	replace := func(old, new string) []byte {
		out := bytes.Replace(doc, []byte(old), []byte(new), 1)
		if bytes.Equal(out, doc) {
			t.Fatalf("%q is not in the document", old)
		}
		return out
	}
	for name, c := range map[string]struct {
		doc    []byte
		check  string
		answer ksef.Code
	}{
		"changed":      {replace("<Nip>5261040828", "<Nip>7762811692"), string(xades.CheckDigest), ksef.CodeInvalidSignature},
		"unsigned":     {[]byte(unsigned), string(xades.CheckNoSignature), ksef.CodeNoSignature},
		"broken":       {replace("</AuthTokenRequest>", ""), string(xades.CheckXML), ksef.CodeUnreadable},
		"schema":       {replace("<Nip>5261040828</Nip>", "<Pesel>88102341294</Pesel>"), "21401", ksef.CodeSchemaViolation},
		"octets":       {replace("certificateSubject", "certificate\xffSubject"), string(xades.CheckEncoding), ksef.CodeInvalidEncoding},
		"other digest": {replace("2001/04/xmlenc#sha256", "2001/04/xmldsig-more#md5"), string(xades.CheckAlgorithm), ksef.CodeInvalidSignature},
	} {
		t.Run(name, func(t *testing.T) {
			d := examine(t, c.doc, nil)
			f := only(t, d)
			if d.Kind != Login || f.Check != c.check || f.Answer != int(c.answer) {
				t.Errorf("%s %+v", d.Kind, f)
			}
			if name == "octets" && (f.Byte == nil || c.doc[*f.Byte] != 0xff) {
				t.Errorf("the octet is not found: %v", f.Byte)
			}
			if name == "changed" && (f.Want == "" || f.Got == "" || f.Place == "") {
				t.Errorf("the digests are not told: %+v", f)
			}
		})
	}
	d := examine(t, doc, nil)
	if len(d.Findings) != 0 || !strings.Contains(d.What.English, "5261040828") {
		t.Errorf("a good one: %+v", d)
	}
}

// A stale request is no broken one, but worth a word; an expired certificate is told of.
func TestLoginTimes(t *testing.T) {
	if d := examine(t, signed(t, now.Add(-11*time.Minute)), nil); len(d.Findings) != 0 || !strings.Contains(d.Notes[0].English, "21111") {
		t.Errorf("%+v", d)
	}
	doc := signed(t, now)
	d, err := Examine(bytes.NewReader(doc), int64(len(doc)), &Options{Now: now.AddDate(200, 0, 0)})
	if err != nil || len(d.Findings) != 1 || d.Findings[0].Answer != 460 {
		t.Errorf("%+v, %v", d, err)
	}
}

// What happened after signing is found out: by itself when a document was indented, otherwise with the original.
func TestWhatChanged(t *testing.T) {
	doc := signed(t, now)
	indented := bytes.Replace(doc, []byte("><ContextIdentifier>"), []byte(">\n  <ContextIdentifier>"), 1)
	if f := only(t, examine(t, indented, nil)); !strings.Contains(f.Problem.English, "indented") {
		t.Errorf("%+v", f)
	}
	changed := bytes.Replace(doc, []byte("5261040828</Nip>"), []byte("5261040829</Nip>"), 1)
	f := only(t, examine(t, changed, &Options{Original: []byte(unsigned)}))
	if f.Byte == nil || unsigned[*f.Byte] != '8' || !strings.Contains(f.Got, "5261040829") || !strings.Contains(f.Want, "5261040828") {
		t.Errorf("%+v", f)
	}
}

func invoice(number string) []byte {
	return sample.Invoice{Seller: "5261040828", Buyer: "5265877635", Number: number, Issued: now}.XML()
}

func TestInvoice(t *testing.T) {
	good := invoice("FV/1")
	for name, c := range map[string]struct {
		doc    []byte
		check  string
		answer int
		advice string
	}{
		"comma":    {bytes.Replace(good, []byte("<P_15>123.00"), []byte("<P_15>123,00"), 1), "type", 450, "decimal point"},
		"mark":     {append([]byte("\ufeff"), good...), "byte-order-mark", 430, "without BOM"},
		"octet":    {bytes.Replace(good, []byte("Usługa"), []byte("Us\xb3uga"), 1), "encoding", 430, "UTF-8"},
		"cut":      {good[:len(good)-20], "unexpected-end", 430, "cut off"},
		"tomorrow": {sample.Invoice{Seller: "5261040828", Buyer: "5265877635", Number: "1", Issued: now.AddDate(0, 0, 1)}.XML(), "issue-date", 450, "P_1"},
		"digit":    {sample.Invoice{Seller: "5261040829", Buyer: "5265877635", Number: "1", Issued: now}.XML(), "nip", 450, "NIP"},
	} {
		t.Run(name, func(t *testing.T) {
			d := examine(t, c.doc, nil)
			if len(d.Findings) == 0 {
				t.Fatal("nothing found")
			}
			f := d.Findings[0]
			if d.Kind != Invoice || f.Check != c.check || f.Answer != c.answer || f.Line == 0 || !strings.Contains(f.Advice.English, c.advice) {
				t.Errorf("%s %+v", d.Kind, f)
			}
			if name == "octet" && (f.Byte == nil || c.doc[*f.Byte] != 0xb3) {
				t.Errorf("the octet is not found: %v", f.Byte)
			}
		})
	}
	if d := examine(t, good, nil); len(d.Findings) != 0 || !strings.Contains(d.What.Polish, "FV/1") {
		t.Errorf("a good one: %+v", d)
	}
}

func pack(t *testing.T, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, content := range files {
		f, err := w.Create(strconv.Itoa(i) + ".xml")
		if err != nil {
			t.Fatal(err)
		}
		f.Write(content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchive(t *testing.T) {
	broken := bytes.ReplaceAll(invoice("3"), []byte("P_2>"), []byte("P_3>"))
	d := examine(t, pack(t, invoice("1"), invoice("2"), invoice("1"), broken), nil)
	if d.Kind != Archive || d.Documents != 4 {
		t.Errorf("%+v", d)
	}
	files := map[string]int{}
	for _, f := range d.Findings {
		files[f.File] = f.Answer
	}
	if len(files) != 2 || files["2.xml"] != 440 || files["3.xml"] != 450 {
		t.Errorf("%+v", d.Findings)
	}
	if f := only(t, examine(t, pack(t), nil)); f.Answer != 440 {
		t.Errorf("an empty one: %+v", f)
	}
	whole := pack(t, invoice("1"))
	if d := examine(t, whole[:len(whole)-10], nil); only(t, d).Answer != 430 || len(d.Notes) != 1 {
		t.Errorf("one cut off: %+v", d)
	}
	if f := only(t, examine(t, make([]byte, 160), nil)); !strings.Contains(f.Advice.English, "encryption") {
		t.Errorf("an encrypted one: %+v", f)
	}
	if d := examine(t, pack(t, broken, broken, broken), &Options{Max: 2}); len(d.Findings) != 2 || d.Omitted == 0 {
		t.Errorf("%d findings, %d omitted", len(d.Findings), d.Omitted)
	}
}

func TestAnswer(t *testing.T) {
	for body, check := range map[string]string{
		`{"title":"Bad Request","status":400,"errors":[{"code":21405,"description":"x","details":["y"]}]}`:    "21405",
		`{"exception":{"exceptionDetailList":[{"exceptionCode":21111,"exceptionDescription":"x"}]}}`:          "21111",
		`{"status":{"code":429,"description":"Too Many Requests","details":["Przekroczono limit."]}}`:         "429",
		`{"status":403,"title":"Forbidden","reasonCode":"missing-permissions","detail":"d","security":{}}`:    "missing-permissions",
		`{"status":401,"title":"Unauthorized","detail":"Wymagane jest uwierzytelnienie."}`:                    "401",
		`{"status":{"code":440,"description":"Duplikat faktury","extensions":{"originalKsefNumber":"x"}}}`:    "440",
		`{"code":450,"description":"Błąd weryfikacji semantyki dokumentu faktury","details":["Wiersz 1"]}`:    "450",
		`{"startDate":"2026-01-01T00:00:00Z","status":{"code":415,"description":"Uwierzytelnianie zakończ"}}`: "415",
		`{"hello":"world"}`: "format",
		`{`:                 "JSON",
	} {
		t.Run(body, func(t *testing.T) {
			d := examine(t, []byte(body), nil)
			want := Answer
			if check == "format" || check == "JSON" {
				want = Foreign
			}
			if f := only(t, d); d.Kind != want || f.Check != check {
				t.Errorf("%+v", f)
			}
		})
	}
	if d := examine(t, []byte(`{"status":{"code":200,"description":"Sukces"}}`), nil); len(d.Findings) != 0 {
		t.Errorf("success: %+v", d)
	}
}

// Every code that the client knows has its words here.
func TestEveryCodeHasAdvice(t *testing.T) {
	src, err := os.ReadFile("../../errors.go")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`(?m)^\tCode\w+ +(?:Code)? *= (\d+)`).FindAllStringSubmatch(string(src), -1)
	if len(all) < 30 {
		t.Fatalf("%d codes found in errors.go", len(all))
	}
	for _, m := range all {
		n, _ := strconv.Atoi(m[1])
		if lookUp(ksef.Code(n)) == nil {
			t.Errorf("nothing is said about %d", n)
		}
	}
}

// Statuses are told apart by the beginning of their descriptions: none may hide another.
func TestStatusesAreDistinct(t *testing.T) {
	all := statuses()
	for i, s := range all {
		if slices.ContainsFunc(all[:i], func(o statusInfo) bool { return o.code == s.code && strings.HasPrefix(s.description, o.description) }) {
			t.Errorf("%d %q can never be found", s.code, s.description)
		}
	}
}

func TestDiagnosisIsJSON(t *testing.T) {
	b, err := json.Marshal(examine(t, invoice("1"), nil))
	if err != nil || !bytes.Contains(b, []byte(`"findings":[]`)) {
		t.Errorf("%s, %v", b, err)
	}
}

// Of a digest that was changed, and nothing else, the byte is named.
func TestDigestChanged(t *testing.T) {
	doc := signed(t, now)
	at := bytes.Index(doc, []byte("DigestValue>")) + len("DigestValue>") + 5
	if doc[at]++; doc[at]-1 != 'A' {
		doc[at] = 'A'
	}
	f := only(t, examine(t, doc, nil))
	if f.Check != string(xades.CheckSignatureValue) || f.Place != "ds:Reference 1 ds:DigestValue" || f.Byte == nil || *f.Byte != int64(at) {
		t.Errorf("want byte %d: %+v, byte %v", at, f, f.Byte)
	}
}

// What is plain to people is said so: a page of a gateway, a list, a type of the ministry's.
func TestPlainWords(t *testing.T) {
	if d := examine(t, []byte("\n<!DOCTYPE html><html><body>502</body></html>"), nil); d.Kind != Foreign || only(t, d).Check != "HTML" {
		t.Errorf("a page: %+v", d)
	}
	if f := only(t, examine(t, []byte("[]"), nil)); strings.Contains(f.Problem.English, "struct") {
		t.Errorf("a list: %+v", f)
	}
	if d := examine(t, []byte("<none/>"), nil); strings.Contains(d.What.English, "any") {
		t.Errorf("no form of KSeF's: %+v", d)
	}
	for _, c := range []struct{ element, value, example string }{
		{"P_1", "02.02.2026", "2026-02-01"}, {"DataWytworzeniaFa", "2026-02-01", "2026-02-01T08:00:00Z"}, {"P_15", "much", "1234.56"},
	} {
		doc := regexp.MustCompile("<"+c.element+">[^<]*<").ReplaceAll(sample.Invoice{Seller: "5261040828", Buyer: "5265877635", Number: "FV/1", Issued: now, Lines: 1}.XML(), []byte("<"+c.element+">"+c.value+"<"))
		if f := only(t, examine(t, doc, nil)); !strings.Contains(f.Advice.English, c.example) || !strings.Contains(f.Advice.Polish, c.example) {
			t.Errorf("%s: %+v", c.element, f)
		}
	}
}

// The attribute of a certificate that is at fault is named, in both languages.
func TestCertificateAttribute(t *testing.T) {
	cert, err := testcert.SelfSigned([]pkix.AttributeTypeAndValue{
		{Type: testcert.Country, Value: "PL"}, {Type: testcert.CommonName, Value: "Firma"}, {Type: testcert.Organization, Value: "Firma"},
		{Type: testcert.OrganizationIdentifier, Value: "PLVAT5261040828"},
	}, &testcert.Options{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xades.Sign([]byte(unsigned), cert, &xades.SignOptions{SigningTime: now})
	if err != nil {
		t.Fatal(err)
	}
	f := only(t, examine(t, doc, nil))
	if f.Answer != int(ksef.CodeInvalidCertificate) || !strings.Contains(f.Problem.English, `organizationIdentifier (2.5.4.97) "PLVAT5261040828"`) ||
		!strings.Contains(f.Problem.Polish, `organizationIdentifier (2.5.4.97) "PLVAT5261040828" nikogo nie wskazuje: potrzeba "VATPL-" i NIP`) {
		t.Errorf("%+v", f)
	}
}
