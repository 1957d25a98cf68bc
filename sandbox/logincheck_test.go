package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

// A document that is judged by itself is judged as it is when it is handed in.
func TestCheckLogin(t *testing.T) {
	h := newHarness(t, nil)
	cert, err := testcert.Seal(nipA, &testcert.Options{ECDSA: true})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(context string) []byte {
		doc := fmt.Sprintf(`<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>%s</Challenge><ContextIdentifier>%s</ContextIdentifier>`+
			`<SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>`,
			"20260314-CR-226FB7B000-3ACF9BE4C0-10", context)
		signed, err := xades.Sign([]byte(doc), cert, &xades.SignOptions{SigningTime: h.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	good := sign("<Nip>" + nipA + "</Nip>")
	for name, doc := range map[string][]byte{
		"nothing":     nil,
		"no XML":      []byte("challenge"),
		"unsigned":    []byte(`<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"/>`),
		"changed":     bytes.Replace(good, []byte(nipA), []byte(nipB), 1),
		"schema":      sign("<Pesel>" + pesel + "</Pesel>"),
		"two":         bytes.Replace(good, []byte("</AuthTokenRequest>"), append(good[bytes.Index(good, []byte("<ds:Signature")):bytes.LastIndex(good, []byte("</AuthTokenRequest>"))], "</AuthTokenRequest>"...), 1),
		"unsuitable":  sign("<PeppolId>PPL123456</PeppolId>"),
		"not in UTF8": bytes.Replace(good, []byte("certificateSubject"), []byte("certificate\xffSubject"), 1),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := CheckLogin(doc)
			e, ok := errors.AsType[*ksef.Error](err)
			if !ok || len(e.Problems) != 1 {
				t.Fatalf("%v", err)
			}
			h.sloppy().send("POST", "/auth/xades-signature", string(doc)).refused(int(e.Problems[0].Code), e.Problems[0].Details...)
		})
	}
	login, err := CheckLogin(good)
	if err != nil {
		t.Fatal(err)
	}
	want := ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}
	if login.Context != want || login.Subject != want || login.Challenge == "" || !login.SigningTime.Equal(h.Now().Truncate(1e9)) && !login.SigningTime.Equal(h.Now()) {
		t.Errorf("%+v", login)
	}
}
