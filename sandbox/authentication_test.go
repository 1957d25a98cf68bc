package sandbox

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

func TestLogin(t *testing.T) {
	h := newHarness(t, nil)
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	op.status().is("status.code", 100).is("status.description", "Uwierzytelnianie w toku").is("isTokenRedeemed", nil).
		is("startDate", "2026-03-14T15:09:26.5358979+00:00")
	op.status().is("status.code", 200).is("status.description", "Uwierzytelnianie zakończone sukcesem").is("status.details", nil).
		is("isTokenRedeemed", false).is("refreshTokenValidUntil", nil).is("lastTokenRefreshDate", nil).
		is("authenticationMethod", "QualifiedSeal").is("authenticationMethodInfo.category", "XadesSignature").
		is("authenticationMethodInfo.code", "xades.qualified-seal").is("authenticationMethodInfo.displayName", "Pieczęć kwalifikowana")
	r := op.send("POST", "/auth/token/redeem", nil).want(200).
		is("accessToken.validUntil", "2026-03-14T15:24:26.0000000+00:00").
		is("refreshToken.validUntil", "2026-03-21T15:09:26.0000000+00:00")
	access := r.text("accessToken.token")
	h.bearer(access).send("GET", "/auth/sessions", nil).want(200).
		is("items.0.referenceNumber", op.reference).is("items.0.isCurrent", true).is("items.0.isTokenRedeemed", true).is("items.1", nil)
	op.status().is("isTokenRedeemed", true).is("refreshTokenValidUntil", "2026-03-21T15:09:26.0000000+00:00").is("lastTokenRefreshDate", nil)
}

func TestAccessTokenClaims(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, personFor(t, nipA))
	claims := inside(t, l.access)
	for name, want := range map[string]any{
		"typ": "ContextToken", "cit": "Nip", "civ": nipA, "aum": "QualifiedSignature", "arn": l.reference, "ipp": nil,
		"iss": issuer, "aud": issuer, "iat": 1773500966.0, "exp": 1773501866.0,
		"per": `["Owner"]`, "pec": "[]", "rol": "[]",
		"pep": `["Owner","InvoiceRead","InvoiceWrite","Introspection","CredentialsRead","CredentialsManage","SubunitManage","CollectiveIdentifierManage"]`,
		"sud": `{"subjectIdentifier":{"type":"Nip","value":"5261040828"},"givenNames":["Jan"],"surname":"Kowalski",` +
			`"serialNumber":"TINPL-5261040828","commonName":"Jan Kowalski","countryName":"PL"}`,
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
}

// Every kind of subject, in every kind of context it can act in.
func TestSubjectsAndContexts(t *testing.T) {
	h := newHarness(t, nil)
	company, human := sealFor(t, nipA), personFor(t, pesel)
	foreigner := certificate(t, "foreign", func(o *testcert.Options) (tls.Certificate, error) {
		return testcert.SelfSigned([]pkix.AttributeTypeAndValue{{Type: testcert.CommonName, Value: "Somebody"}}, o)
	})
	unit, eu := nipA+"-12345", nipA+"-ATU12345678"
	fp := fingerprint(foreigner.Leaf)
	h.Grant(ksef.Identifier{Kind: "InternalId", Value: unit}, ksef.Identifier{Kind: "Pesel", Value: pesel}, ksef.CredentialsManage)
	h.Grant(ksef.Identifier{Kind: "NipVatUe", Value: eu}, ksef.Identifier{Kind: "Fingerprint", Value: fp}, ksef.VATUEManage, ksef.InvoiceRead)
	h.Grant(ksef.Identifier{Kind: "Nip", Value: nipB}, ksef.Identifier{Kind: "Nip", Value: nipA}, ksef.InvoiceWrite)
	h.Grant(ksef.Identifier{Kind: "Nip", Value: nipB}, ksef.Identifier{Kind: "Fingerprint", Value: fp}, ksef.InvoiceRead)
	for _, tt := range []struct {
		name, context, by string
		cert              tls.Certificate
		method, subject   string
		per               string
	}{
		{"seal", "<Nip>" + nipA + "</Nip>", "certificateSubject", company, "QualifiedSeal", nipA, `["Owner"]`},
		{"seal in another's", "<Nip>" + nipB + "</Nip>", "certificateSubject", company, "QualifiedSeal", nipA, `["InvoiceWrite"]`},
		{"person with NIP", "<Nip>" + nipA + "</Nip>", "certificateSubject", personFor(t, nipA), "QualifiedSignature", nipA, `["Owner"]`},
		{"person in a unit", "<InternalId>" + unit + "</InternalId>", "certificateSubject", human, "QualifiedSignature", pesel, `["CredentialsManage"]`},
		{"fingerprint", "<Nip>" + nipB + "</Nip>", "certificateFingerprint", foreigner, "QualifiedSeal", fp, `["InvoiceRead"]`},
		{"EU administrator", "<NipVatUe>" + eu + "</NipVatUe>", "certificateFingerprint", foreigner, "QualifiedSeal", fp, `["VatUeManage","InvoiceRead"]`},
		{"Peppol", "<PeppolId>PPL123456</PeppolId>", "certificateSubject", peppolSeal(t, "PPL123456"), "PeppolSignature", "PPL123456", `["PefInvoiceWrite"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, namespace := range []string{authNamespace20, authNamespace21} {
				doc := request{namespace, h.newChallenge(), tt.context, tt.by, ""}
				l := h.submit(doc.String(), tt.cert).operation(h).redeemed()
				claims := inside(t, l.access)
				if claims["aum"] != tt.method || claims["per"] != tt.per || !strings.Contains(claims["sud"].(string), `"value":"`+tt.subject+`"`) {
					t.Errorf("claims %v, want method %s, permissions %s, subject %s", claims, tt.method, tt.per, tt.subject)
				}
			}
		})
	}
}

// How an authentication ends badly after it was accepted.
func TestRefusedLater(t *testing.T) {
	ended := certificate(t, "ended", func(o *testcert.Options) (tls.Certificate, error) {
		o.NotAfter = time.Date(2026, 3, 14, 15, 9, 25, 0, time.UTC)
		return testcert.Seal(nipA, o)
	})
	future := certificate(t, "future", func(o *testcert.Options) (tls.Certificate, error) {
		o.NotBefore = time.Date(2026, 3, 14, 15, 9, 28, 0, time.UTC)
		return testcert.Seal(nipA, o)
	})
	const certificate, failed = "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", "Uwierzytelnianie zakończone niepowodzeniem"
	for _, tt := range []struct {
		name        string
		prepare     func(*harness)
		cert        tls.Certificate
		code        int
		description string
		detail      string
	}{
		{"nobody", nil, sealFor(t, nipB), 415, failed, "Brak przypisanych uprawnień"},
		{"person without link", nil, personFor(t, pesel), 415, failed, "Brak przypisanych uprawnień"},
		{"expired", nil, ended, 460, certificate, "Nieważny certyfikat"},
		{"not yet valid", nil, future, 460, certificate, "Nieważny certyfikat"},
		{"dead", func(h *harness) { h.makePerson(false, true) }, personFor(t, pesel), 470, failed, "Próba wykorzystania metod autoryzacyjnych osoby zmarłej"},
		{"blocked", func(h *harness) {
			h.send("POST", "/testdata/context/block", map[string]any{"contextIdentifier": identifier{"Nip", nipA}}).want(200)
		}, sealFor(t, nipA), 480, "Uwierzytelnienie zablokowane", "Podejrzenie incydentu bezpieczeństwa. Skontaktuj się z Ministerstwem Finansów przez formularz zgłoszeniowy."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t, nil)
			if tt.prepare != nil {
				tt.prepare(h)
			}
			op := h.submit(h.document(nipA).String(), tt.cert).operation(h)
			op.outcome(tt.code, tt.detail)
			op.status().is("status.description", tt.description).is("isTokenRedeemed", nil)
			op.send("POST", "/auth/token/redeem", nil).refused(21301, fmt.Sprintf("Status uwierzytelniania (%d) nie pozwala na pobranie tokenów.", tt.code))
		})
	}
}

func (h *harness) makePerson(bailiff, deceased bool) {
	h.t.Helper()
	h.send("POST", "/testdata/person", map[string]any{
		"nip": nipA, "pesel": pesel, "isBailiff": bailiff, "isDeceased": deceased, "description": "A person",
	}).want(200)
}

// How a submission is refused at once.
func TestRefusedAtOnce(t *testing.T) {
	h := newHarness(t, nil)
	company := sealFor(t, nipA)
	sign := func(doc string, cert tls.Certificate) string {
		t.Helper()
		signed, err := xades.Sign([]byte(doc), cert, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	valid := sign(h.document(nipA).String(), company)
	signatureOf := func(s string) string {
		return s[strings.Index(s, "<ds:Signature"):strings.Index(s, "</AuthTokenRequest>")]
	}
	signature, another := signatureOf(valid), signatureOf(sign(h.document(nipA).String(), company))
	nobody := certificate(t, "nobody", func(o *testcert.Options) (tls.Certificate, error) {
		return testcert.SelfSigned([]pkix.AttributeTypeAndValue{
			{Type: testcert.Organization, Value: "O"}, {Type: testcert.OrganizationIdentifier, Value: "VATDE-123456789"},
			{Type: testcert.CommonName, Value: "CN"}, {Type: testcert.Country, Value: "DE"}}, o)
	})
	inContext := func(context string) string {
		return request{authNamespace21, h.newChallenge(), context, "certificateSubject", ""}.String()
	}
	for _, tt := range []struct {
		name, body string
		code       int
		detail     string
	}{
		{"nothing", "", 21001, ""},
		{"no XML", "Hello", 21001, "XML"},
		{"cut off", valid[:len(valid)-5], 21001, "XML"},
		{"document type", strings.Replace(valid, "<AuthTokenRequest", `<!DOCTYPE a><AuthTokenRequest`, 1), 21001, "XML"},
		{"Latin-1", strings.Replace(valid, "<Challenge>", "<Challenge>\xf3", 1), 21217, "UTF-8"},
		{"unsigned", h.document(nipA).String(), 9102, ""},
		{"signed twice", strings.Replace(valid, signature, signature+another, 1), 9103, ""},
		{"signature copied", strings.Replace(valid, signature, signature+signature, 1), 9103, ""},
		{"signature not in the root", strings.Replace(valid, "<Challenge>", "<Challenge>"+another, 1), 9103, ""},
		{"signature moved", strings.Replace(strings.Replace(valid, signature, "", 1), "<Challenge>", "<Challenge>"+signature, 1), 9101, "packaging"},
		{"signature does not verify", strings.Replace(valid, nipA, nipB, 1), 9105, "digest"},
		{"plain XML-DSig", valid[:strings.Index(valid, "<ds:Object>")] + valid[strings.Index(valid, "</ds:Object>")+len("</ds:Object>"):], 9105, "profile"},
		{"schema before signature", strings.Replace(valid, nipA, "123", 1), 21401, "The Pattern constraint failed."},
		{"another document", sign("<Invoice/>", company), 21401, "The 'Invoice' element is not declared."},
		{"certificate without identifier", sign(h.document(nipA).String(), nobody), 21115, "VATDE-123456789"},
		{"wrong PESEL", sign(h.document(nipA).String(), personFor(t, "88992341294")), 21115, "PNOPL-88992341294"},
		{"provider in a NIP", sign(inContext("<Nip>"+nipA+"</Nip>"), peppolSeal(t, "PPL123456")), 21117, ""},
		{"NIP in a provider", sign(inContext("<PeppolId>PPL123456</PeppolId>"), company), 21117, ""},
		{"NIP in an EU taxpayer", sign(inContext("<NipVatUe>"+nipA+"-ATU12345678</NipVatUe>"), company), 21117, ""},
		{"unknown challenge", sign(request{authNamespace21, "20260314-CR-226FB7B000-3ACF9BE4C0-10", "<Nip>" + nipA + "</Nip>", "certificateSubject", ""}.String(), company), 21111, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := h.sloppy()
			h.t = t
			h.send("POST", "/auth/xades-signature", tt.body).refused(tt.code, tt.detail)
		})
	}
	h.sloppy().send("POST", "/auth/xades-signature?verifyCertificateChain=perhaps", valid).
		refused(21405, "'verifyCertificateChain' has a range of values which does not include 'perhaps'.")
	h.sloppy().send("POST", "/auth/xades-signature", json.RawMessage(`{}`)).want(415)
	h.send("POST", "/auth/xades-signature", valid).want(202) // all those refusals used up nothing
}

func TestVerifyCertificateChain(t *testing.T) {
	h := newHarness(t, nil)
	submit := func(cert tls.Certificate) operation {
		t.Helper()
		signed, err := xades.Sign([]byte(h.document(nipA).String()), cert, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h.send("POST", "/auth/xades-signature?verifyCertificateChain=true", string(signed)).operation(h)
	}
	self := sealFor(t, nipA)
	submit(self).outcome(460, "Niezaufany łańcuch certyfikatów")
	ca, err := h.keys.authority()
	if err != nil {
		t.Fatal(err)
	}
	template := *self.Leaf
	issued, err := ca.sign(&template, self.Leaf.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	submit(tls.Certificate{Certificate: [][]byte{issued.Raw}, PrivateKey: self.PrivateKey, Leaf: issued}).outcome(200)
}

func TestWorkTakesTime(t *testing.T) {
	t.Run("latency", func(t *testing.T) {
		h := newHarness(t, &Options{Latency: time.Minute})
		op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
		for range 3 {
			op.status().is("status.code", 100)
		}
		h.Advance(time.Minute - 1)
		op.send("POST", "/auth/token/redeem", nil).refused(21301, "Status uwierzytelniania (100) nie pozwala na pobranie tokenów.")
		h.Advance(1)
		op.send("POST", "/auth/token/redeem", nil).want(200)
	})
	t.Run("nobody asks", func(t *testing.T) {
		h := newHarness(t, nil)
		op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
		op.send("POST", "/auth/token/redeem", nil).refused(21301)
		h.Advance(unasked)
		op.send("POST", "/auth/token/redeem", nil).want(200)
	})
}

func TestStatusOfAnother(t *testing.T) {
	h := newHarness(t, nil)
	first := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	second := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	second.send("GET", "/auth/"+first.reference, nil).refused(21304,
		"Operacja uwierzytelniania o numerze referencyjnym "+first.reference+" nie została znaleziona.")
	second.send("GET", "/auth/20260314-AU-226FB7B000-3ACF9BE4C0-10", nil).refused(21304)

	h.Advance(retention)
	third := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	third.send("GET", "/auth/"+first.reference, nil).want(410).
		is("title", "Gone").is("status", 410).is("instance", "/v2/auth/"+first.reference).is("detail", "Operacja wygasła i nie jest już dostępna.")
}

func TestRedeemOnce(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	l.operation.send("POST", "/auth/token/redeem", nil).refused(21301, "Tokeny dla operacji uwierzytelniania "+l.reference+" zostały już pobrane.")
}

func TestRefresh(t *testing.T) {
	h := newHarness(t, nil)
	h.makePerson(false, false)
	l := h.login(nipA, personFor(t, pesel))
	first := h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200).text("accessToken.token")
	h.Advance(time.Second)
	second := h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200).text("accessToken.token")
	if first == second || first == l.access {
		t.Error("access tokens repeat")
	}
	for _, token := range []string{l.access, first, second} {
		h.bearer(token).send("GET", "/auth/sessions", nil).want(200).is("items.0.lastTokenRefreshDate", "2026-03-14T15:09:27.5358979+00:00")
	}
	t.Run("current permissions", func(t *testing.T) {
		h.send("POST", "/testdata/person/remove", map[string]any{"nip": nipA}).want(200)
		third := h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200).text("accessToken.token")
		if per := inside(t, third)["per"]; per != "[]" {
			t.Errorf("permissions after they were taken away: %v", per)
		}
		if per := inside(t, second)["per"]; per != `["Owner"]` {
			t.Errorf("permissions of the older token: %v", per)
		}
	})
	t.Run("dead", func(t *testing.T) {
		h.makePerson(false, true)
		h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).refused(21308)
	})
	t.Run("revoked", func(t *testing.T) {
		l.send("DELETE", "/auth/sessions/current", nil).want(204)
		h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).
			refused(21301, "Status uwierzytelnienia (425) nie pozwala na odświeżenie tokenu dostępowego.")
	})
	t.Run("forgotten", func(t *testing.T) {
		h.Reset()
		h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).refused(21304, l.reference)
		l.operation.send("POST", "/auth/token/redeem", nil).refused(21304, l.reference)
		h.bearer(l.access).send("GET", "/auth/sessions", nil).want(401)
		h.bearer(l.refresh).send("DELETE", "/auth/sessions/current", nil).want(401)
	})
}

func TestDeadAtRedemption(t *testing.T) {
	h := newHarness(t, nil)
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	op.outcome(200)
	h.makePerson(false, true)
	op.send("POST", "/auth/token/redeem", nil).refused(21308)
}

func TestRevokedBeforeRedemption(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	op.outcome(200)
	l.send("DELETE", "/auth/sessions/"+op.reference, nil).want(204)
	op.status().is("status.code", 425).is("status.description", "Uwierzytelnienie unieważnione").
		is("status.details.0", "Uwierzytelnienie i powiązane refresh tokeny zostały unieważnione przez użytkownika")
	op.send("POST", "/auth/token/redeem", nil).refused(21301, "Status uwierzytelniania (425) nie pozwala na pobranie tokenów.")
}
