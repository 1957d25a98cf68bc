package upo

import (
	"crypto/x509"
	"reflect"
	"testing"
)

// Whatever Parse takes, it takes again in canonical form, and can be explained.
func FuzzParse(f *testing.F) {
	f.Add([]byte(session))
	f.Add([]byte(single(f)))
	f.Add(sign(f, single(f), throwaway(f)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, err := Parse(doc)
		if err != nil {
			if r != nil || err.Error() == "" {
				t.Fatalf("%v, %v", r, err)
			}
			return
		}
		if len(r.Documents) == 0 || r.Trust > Unverified || r.Signature != nil {
			t.Errorf("read as %+v", r)
		}
		for i := range r.Documents {
			d := &r.Documents[i]
			if got, ok := r.Document(d.KSeFNumber); !ok || got != d {
				t.Errorf("%s is not unique", d.KSeFNumber)
			}
			if r.Explain(d, English) == r.Explain(d, Polish) {
				t.Error("one language")
			}
		}
	})
}

// Nobody has the key in testdata but these tests: whatever is trusted is what they signed.
func FuzzVerify(f *testing.F) {
	cert := throwaway(f)
	opts := &VerifyOptions{Pinned: []*x509.Certificate{cert.Leaf}}
	var known []*Receipt
	for _, doc := range []string{session, single(f)} {
		signed := sign(f, doc, cert)
		r, err := Verify(signed, opts)
		if err != nil {
			f.Fatal(err)
		}
		known = append(known, r)
		f.Add(signed)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := Verify(doc, opts)
		if err != nil {
			return
		}
		for _, r := range known {
			if reflect.DeepEqual(got.Documents, r.Documents) && got.Issuer == r.Issuer && got.SessionReference == r.SessionReference {
				return
			}
		}
		t.Errorf("nobody signed %+v", got)
	})
}
