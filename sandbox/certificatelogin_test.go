package sandbox

import (
	"crypto/tls"
	"encoding/json"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

func TestLoginWithKSeFCertificate(t *testing.T) {
	for name, c := range map[string]struct {
		original tls.Certificate
		subject  identifier
		asked    string // how the original logs in
		asks     string // how the certificate does: no matter
	}{
		"seal":                    {sealFor(t, nipA), identifier{"Nip", nipA}, "certificateSubject", "certificateSubject"},
		"person":                  {personFor(t, pesel), identifier{"Pesel", pesel}, "certificateSubject", "certificateFingerprint"},
		"fingerprint":             {peppolSeal(t, "PPL123456"), identifier{"Fingerprint", fingerprint(peppolSeal(t, "PPL123456").Leaf)}, "certificateFingerprint", "certificateFingerprint"},
		"fingerprint, by subject": {sealFor(t, nipB), identifier{"Fingerprint", fingerprint(sealFor(t, nipB).Leaf)}, "certificateFingerprint", "certificateSubject"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, nil)
			h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, c.subject, "InvoiceRead")).want(200)
			login := func(cert tls.Certificate, how string) operation {
				t.Helper()
				r := h.document(nipA)
				r.subject = how
				return h.submit(r.String(), cert).operation(h)
			}
			l := login(c.original, c.asked).redeemed()
			cert := l.enroll("For logging in", "Authentication", newECKey(t))
			h.Advance(time.Minute)
			by := login(cert, c.asks).redeemed()
			by.operation.status().is("authenticationMethod", "InternalCertificate").is("authenticationMethodInfo.category", "XadesSignature")
			claims := inside(t, by.access)
			var details subjectDetails
			if err := json.Unmarshal([]byte(claims["sud"].(string)), &details); err != nil {
				t.Fatal(err)
			}
			if details.Identifier != c.subject || claims["aum"] != "InternalCertificate" {
				t.Errorf("claims %v, want the subject %v", claims, c.subject)
			}
			if had := inside(t, l.access)["per"]; claims["per"] != had {
				t.Errorf("permitted %v, the original %v", claims["per"], had)
			}
			by.send("POST", "/certificates/query", map[string]any{}).want(200).is("certificates.0.lastUseDate", "2026-03-14T15:10:26.5358979+00:00")

			// Who came with a certificate may ask for the next one.
			next := by.enroll("The next", "Authentication", newECKey(t))
			login(next, c.asks).outcome(200)
		})
	}
}

func TestBadKSeFCertificates(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	name := l.nameToEnroll()
	cert := l.enroll("To be revoked", "Authentication", newECKey(t))
	offline := l.enroll("Offline", "Offline", newECKey(t))
	key := newECKey(t)
	later := enrollmentBody("Later", "Authentication", signingRequestFor(t, name, key, 0))
	later["validFrom"] = "2026-03-15T00:00:00Z"
	l.send("POST", "/certificates/enrollments", later).want(202)
	h.Advance(unasked)
	var early tls.Certificate
	for _, k := range h.state.issued {
		if k.name == "Later" {
			early = tls.Certificate{Certificate: [][]byte{k.cert.Raw}, PrivateKey: key, Leaf: k.cert}
		}
	}
	login := func(cert tls.Certificate, query string) operation {
		t.Helper()
		signed, err := xades.Sign([]byte(h.document(nipA).String()), cert, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h.send("POST", "/auth/xades-signature"+query, string(signed)).operation(h)
	}
	login(cert, "?verifyCertificateChain=true").outcome(200)
	login(offline, "").outcome(460, "Niepoprawny certyfikat")
	login(early, "").outcome(460, "Nieważny certyfikat")
	l.revoke(cert).want(204)
	login(cert, "").outcome(460, "Certyfikat zawieszony")
	h.Advance(unasked)
	login(cert, "").outcome(460, "Certyfikat odwołany")
	h.Advance(9 * time.Hour)
	login(early, "").outcome(200)
	l = h.login(nipA, sealFor(t, nipA))
	l.send("PUT", "/testdata/certificates/"+serialText(early.Leaf.SerialNumber), map[string]any{"validTo": "2026-03-15T01:00:00Z"}).want(200)
	login(early, "").outcome(200)
	h.Advance(time.Hour)
	login(early, "").outcome(460, "Nieważny certyfikat")
	h.login(nipA, sealFor(t, nipA)).send("POST", "/certificates/query", map[string]any{"type": "Offline"}).want(200).is("certificates.0.lastUseDate", nil)
}

// A certificate that only says that it is KSeF's is as any other.
func TestForgedKSeFCertificate(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	cert := l.enroll("The real one", "Offline", newECKey(t))
	ca, err := h.keys.authority()
	if err != nil {
		t.Fatal(err)
	}
	forger, err := testcert.Seal(nipA, &testcert.Options{ECDSA: true, NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	template := *cert.Leaf
	forged, err := ca.signAs(cert.Leaf.SerialNumber, &template, forger.Leaf.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	op := h.submit(h.document(nipA).String(), tls.Certificate{Certificate: [][]byte{forged.Raw}, PrivateKey: forger.PrivateKey, Leaf: forged}).operation(h)
	op.status()
	op.status().is("authenticationMethod", "QualifiedSeal")
}
