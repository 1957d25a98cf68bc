package schema

import (
	"bytes"
	"reflect"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// FuzzValidate feeds the validator with anything: it must end, place its
// violations in the document, and find the same from a reader.
func FuzzValidate(f *testing.F) {
	_, docs, forms := goldenDocs(f)
	for i, doc := range docs {
		if len(doc) < 10_000 {
			f.Add(uint8(forms[i]), doc)
		}
	}
	for form := AuthTokenRequest20; form <= UPO; form++ {
		f.Add(uint8(form), invent(form, 1))
	}
	f.Fuzz(func(t *testing.T, n uint8, doc []byte) {
		form := Form(n % (uint8(UPO) + 1))
		options := &Options{Rules: production, Signed: n > 127, UTF16: n > 63}
		report := ValidateBytes(doc, form, options)
		lines := 1 + bytes.Count(doc, []byte{'\n'})
		for _, v := range report.Violations {
			if v.Line < 1 || v.Line > lines || v.Column < 1 || v.Column > len(doc)+1 {
				t.Errorf("a violation outside the document: %+v", v)
			}
			if !utf8.ValidString(v.Error()) || v.Message(Polish) == "" {
				t.Errorf("no text: %q", v.Error())
			}
		}
		if report.Valid() && (report.Form == Any || report.Size != int64(len(doc))) {
			t.Errorf("valid, but %+v of %d bytes", report, len(doc))
		}
		streamed, err := Validate(iotest.HalfReader(bytes.NewReader(doc)), form, options)
		if err != nil || !reflect.DeepEqual(streamed, report) {
			t.Errorf("from a reader %+v, %v, in memory %+v", streamed, err, report)
		}
		if got, err := Detect(doc); err == nil && form == Any && got != report.Form {
			t.Errorf("detected %v, validated as %v", got, report.Form)
		}
	})
}
