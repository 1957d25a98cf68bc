package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/testcert"
)

var sharedRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newECKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// nameToEnroll is the name that KSeF wants to see in the caller's requests.
func (l login) nameToEnroll() []pkix.AttributeTypeAndValue {
	l.t.Helper()
	r := l.send("GET", "/certificates/enrollments/data", nil).want(200)
	var name []pkix.AttributeTypeAndValue
	for _, a := range []struct {
		member string
		oid    asn1.ObjectIdentifier
	}{
		{"commonName", oidCommonName}, {"surname", oidSurname}, {"givenName", oidGivenName}, {"organizationName", oidOrganization},
		{"organizationIdentifier", oidOrganizationID}, {"countryName", oidCountry}, {"serialNumber", oidSerialNumber}, {"uniqueIdentifier", oidUniqueID},
	} {
		if value, ok := r.at(a.member).(string); ok {
			name = append(name, pkix.AttributeTypeAndValue{Type: a.oid, Value: value})
		}
	}
	return name
}

// signingRequestFor is a PKCS#10 request in Base64.
func signingRequestFor(t testing.TB, name []pkix.AttributeTypeAndValue, key crypto.Signer, algorithm x509.SignatureAlgorithm) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{ExtraNames: name}, SignatureAlgorithm: algorithm}, key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func enrollmentBody(name, kind, csr string) map[string]any {
	return map[string]any{"certificateName": name, "certificateType": kind, "csr": csr}
}

// request hands in a request for a certificate and returns its reference number.
func (l login) request(name, kind string, key crypto.Signer) string {
	l.t.Helper()
	csr := signingRequestFor(l.t, l.nameToEnroll(), key, 0)
	return l.send("POST", "/certificates/enrollments", enrollmentBody(name, kind, csr)).want(202).text("referenceNumber")
}

func (l login) enrollment(reference string) *reply {
	l.t.Helper()
	return l.send("GET", "/certificates/enrollments/"+reference, nil).want(200)
}

// enroll gets a certificate.
func (l login) enroll(name, kind string, key crypto.Signer) tls.Certificate {
	l.t.Helper()
	reference := l.request(name, kind, key)
	l.enrollment(reference).is("status.code", 100).is("certificateSerialNumber", nil)
	serial := l.enrollment(reference).is("status.code", 200).text("certificateSerialNumber")
	r := l.send("POST", "/certificates/retrieve", map[string]any{"certificateSerialNumbers": []string{serial}}).want(200)
	r.is("certificates.0.certificateSerialNumber", serial).is("certificates.0.certificateName", name).is("certificates.0.certificateType", kind)
	der, err := base64.StdEncoding.DecodeString(r.text("certificates.0.certificate"))
	if err != nil {
		l.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		l.t.Fatal(err)
	}
	if serialText(leaf.SerialNumber) != serial {
		l.t.Errorf("serial number %X, told %s", leaf.SerialNumber, serial)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (l login) revoke(cert tls.Certificate) *reply {
	l.t.Helper()
	return l.send("POST", "/certificates/"+serialText(cert.Leaf.SerialNumber)+"/revoke", nil)
}

// certificateNames are the names and states of the certificates a caller sees.
func (l login) certificateNames(query string, filter map[string]any) string {
	l.t.Helper()
	var list struct {
		Certificates []struct{ Name, Status string }
	}
	if filter == nil {
		filter = map[string]any{}
	}
	l.send("POST", "/certificates/query"+query, filter).want(200).decode(&list)
	var out []string
	for _, k := range list.Certificates {
		out = append(out, k.Name+" "+k.Status)
	}
	return strings.Join(out, ", ")
}

func TestCertificateLife(t *testing.T) {
	for name, c := range map[string]struct {
		cert    tls.Certificate
		key     crypto.Signer
		kind    string
		usage   x509.KeyUsage
		subject string
		limits  [2]int
	}{
		"seal":   {sealFor(t, nipA), newECKey(t), "Authentication", x509.KeyUsageDigitalSignature, "Nip " + nipA, [2]int{300, 100}},
		"person": {personFor(t, pesel), sharedRSA(), "Offline", x509.KeyUsageContentCommitment, "Pesel " + pesel, [2]int{12, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, nil)
			h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", pesel}, "InvoiceRead")).want(200)
			l := h.login(nipA, c.cert)
			limits := func(enrollments, certificates int) {
				t.Helper()
				l.send("GET", "/certificates/limits", nil).want(200).is("canRequest", true).
					is("enrollment.limit", c.limits[0]).is("enrollment.remaining", c.limits[0]-enrollments).
					is("certificate.limit", c.limits[1]).is("certificate.remaining", c.limits[1]-certificates)
			}
			limits(0, 0)
			got := l.enroll("Certyfikat Żółty_1", c.kind, c.key)
			limits(1, 1)
			from := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
			if !got.Leaf.NotBefore.Equal(from) || !got.Leaf.NotAfter.Equal(from.AddDate(2, 0, 0)) {
				t.Errorf("valid from %v to %v", got.Leaf.NotBefore, got.Leaf.NotAfter)
			}
			if got.Leaf.KeyUsage != c.usage || got.Leaf.IsCA {
				t.Errorf("key usage %b, CA %v", got.Leaf.KeyUsage, got.Leaf.IsCA)
			}
			if b := got.Leaf.SerialNumber.Bytes(); len(b) != 8 || b[0] < 1 || b[0] > 3 {
				t.Errorf("serial number %X", b)
			}
			if have, want := readName(got.Leaf.Subject), readName(c.cert.Leaf.Subject); fmt.Sprint(have) != fmt.Sprint(want) {
				t.Errorf("subject %v, want %v", have, want)
			}
			kind, value, _ := strings.Cut(c.subject, " ")
			query := func() *reply { return l.send("POST", "/certificates/query", map[string]any{}).want(200) }
			query().is("certificates.0.name", "Certyfikat Żółty_1").is("certificates.0.type", c.kind).is("certificates.0.status", "Active").
				is("certificates.0.commonName", c.cert.Leaf.Subject.CommonName).is("certificates.0.certificateSerialNumber", serialText(got.Leaf.SerialNumber)).
				is("certificates.0.subjectIdentifier.type", kind).is("certificates.0.subjectIdentifier.value", value).
				is("certificates.0.validFrom", "2026-03-14T15:09:26.0000000+00:00").is("certificates.0.validTo", "2028-03-14T15:09:26.0000000+00:00").
				is("certificates.0.requestDate", "2026-03-14T15:09:26.5358979+00:00").is("certificates.0.lastUseDate", nil).is("hasMore", false)
			l.revoke(got).want(204)
			limits(1, 0)
			query().is("certificates.0.status", "Blocked")
			l.revoke(got).refused(25009)
			query().is("certificates.0.status", "Revoked")
			l.revoke(got).refused(25009)
			l.send("POST", "/certificates/0000000000000000/revoke", map[string]any{"revocationReason": "KeyCompromise"}).refused(25008)
		})
	}
}

func TestEnrollmentData(t *testing.T) {
	h := newHarness(t, nil)
	h.login(nipA, sealFor(t, nipA)).send("GET", "/certificates/enrollments/data", nil).want(200).
		is("commonName", "Organisation").is("countryName", "PL").is("organizationName", "Organisation").is("organizationIdentifier", "VATPL-"+nipA).
		is("givenName", nil).is("surname", nil).is("serialNumber", nil).is("uniqueIdentifier", nil)

	several := certificate(t, "several given names", func(o *testcert.Options) (tls.Certificate, error) {
		return testcert.SelfSigned([]pkix.AttributeTypeAndValue{
			{Type: oidGivenName, Value: "Jan"}, {Type: oidGivenName, Value: "Maria"}, {Type: oidSurname, Value: "Żak"}, {Type: oidSerialNumber, Value: "TINPL-" + nipA},
			{Type: oidCommonName, Value: "Jan Maria Żak"}, {Type: oidCountry, Value: "PL"}, {Type: oidUniqueID, Value: "7"}, {Type: oidOrganization, Value: "left out"},
		}, o)
	})
	l := h.login(nipA, several)
	l.send("GET", "/certificates/enrollments/data", nil).want(200).is("givenName", "Jan Maria").is("surname", "Żak").is("serialNumber", "TINPL-"+nipA).
		is("commonName", "Jan Maria Żak").is("uniqueIdentifier", "7").is("organizationName", nil).is("organizationIdentifier", nil)
	one := l.nameToEnroll()
	var two []pkix.AttributeTypeAndValue
	for _, a := range slices.Backward(one) { // in another order, and each given name by itself
		if a.Type.Equal(oidGivenName) {
			two = append(two, pkix.AttributeTypeAndValue{Type: oidGivenName, Value: "Jan"}, pkix.AttributeTypeAndValue{Type: oidGivenName, Value: "Maria"})
			continue
		}
		two = append(two, a)
	}
	for _, name := range [][]pkix.AttributeTypeAndValue{one, two} {
		l.send("POST", "/certificates/enrollments", enrollmentBody("Given names", "Offline", signingRequestFor(t, name, newECKey(t), 0))).want(202)
	}
}

func TestCertificatesAreFound(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	var certs []tls.Certificate
	for i, kind := range []string{"Authentication", "Offline", "Offline"} {
		certs = append(certs, l.enroll(fmt.Sprintf("Number %d", i), kind, newECKey(t)))
		l.Advance(time.Minute)
	}
	later := enrollmentBody("Later one", "Offline", signingRequestFor(t, l.nameToEnroll(), newECKey(t), 0))
	later["validFrom"] = "2027-01-01T00:00:00+01:00"
	reference := l.send("POST", "/certificates/enrollments", later).want(202).text("referenceNumber")
	if got := l.certificateNames("", nil); got != "Number 2 Active, Number 1 Active, Number 0 Active" {
		t.Errorf("while the last is being issued: %s", got)
	}
	l.enrollment(reference)
	l.revoke(certs[1]).want(204)
	for _, c := range []struct {
		filter map[string]any
		want   string
	}{
		{nil, "Later one Active, Number 2 Active, Number 1 Blocked, Number 0 Active"},
		{map[string]any{"type": "Authentication"}, "Number 0 Active"},
		{map[string]any{"name": "nUMB", "type": "Offline"}, "Number 2 Active, Number 1 Revoked"},
		{map[string]any{"status": "Active"}, "Later one Active, Number 2 Active, Number 0 Active"},
		{map[string]any{"certificateSerialNumber": serialText(certs[2].Leaf.SerialNumber)}, "Number 2 Active"},
		{map[string]any{"expiresAfter": "2028-12-31T22:00:00Z"}, "Later one Active"},
		{map[string]any{"expiresAfter": "2028-12-31T23:00:00Z"}, ""},
	} {
		if got := l.certificateNames("", c.filter); got != c.want {
			t.Errorf("%v: %s, want %s", c.filter, got, c.want)
		}
	}
	for i := range 9 {
		l.enroll(fmt.Sprintf("Further %d", i), "Offline", newECKey(t))
	}
	if got := l.certificateNames("?pageSize=10&pageOffset=1", nil); got != "Number 2 Active, Number 1 Revoked, Number 0 Active" {
		t.Errorf("second page: %s", got)
	}
	l.send("POST", "/certificates/query?pageSize=10", nil).want(200).is("hasMore", true)
	l.sloppy().send("POST", "/certificates/query?pageSize=51&pageOffset=-1", map[string]any{"type": "Any", "status": "Gone"}).
		refused(21405, "'type' has a range", "'status' has a range", "'pageSize' must be between 10 and 50. You entered 51.", "'pageOffset' must be greater")
	l.sloppy().send("POST", "/certificates/retrieve", map[string]any{"certificateSerialNumbers": []string{}}).refused(21405, "must not be empty")
	l.sloppy().send("POST", "/certificates/retrieve", map[string]any{"certificateSerialNumbers": slices.Repeat([]string{"0000000000000000"}, 11)}).
		refused(21405, "must contain 10 items or fewer. You entered 11 items.")
	l.send("POST", "/certificates/retrieve", map[string]any{"certificateSerialNumbers": []string{"0000000000000000"}}).want(200).is("certificates", "[]")

	l.Advance(2 * 366 * 24 * time.Hour)
	l = h.login(nipA, sealFor(t, nipA))
	if got := l.certificateNames("?pageOffset=1", nil); got != "Number 2 Expired, Number 1 Revoked, Number 0 Expired" {
		t.Errorf("two years later: %s", got)
	}
	l.revoke(certs[0]).refused(25009)
	l.send("GET", "/certificates/limits", nil).want(200).is("certificate.remaining", 99) // only the one that began later is left
}

func TestWhoseCertificates(t *testing.T) {
	h := newHarness(t, nil)
	for _, context := range []string{nipA, nipB} {
		h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", context}, identifier{"Pesel", pesel}, "InvoiceRead")).want(200)
	}
	here, there, boss := h.login(nipA, personFor(t, pesel)), h.login(nipB, personFor(t, pesel)), h.login(nipB, sealFor(t, nipB))
	cert := here.enroll("First own", "Offline", newECKey(t))
	reference := here.request("Another", "Offline", newECKey(t))
	serials := map[string]any{"certificateSerialNumbers": []string{serialText(cert.Leaf.SerialNumber)}}

	if got := there.certificateNames("", nil); got != "First own Active" {
		t.Errorf("in another context: %s", got)
	}
	there.enrollment(reference)
	if got := boss.certificateNames("", nil); got != "" {
		t.Errorf("somebody else sees %s", got)
	}
	boss.send("POST", "/certificates/retrieve", serials).want(200).is("certificates", "[]")
	boss.send("GET", "/certificates/enrollments/"+reference, nil).refused(25005)
	boss.send("GET", "/certificates/enrollments/20260314-EH-0000000000-0000000000-00", nil).refused(25005)
	boss.sloppy().send("GET", "/certificates/enrollments/1", nil).refused(21405)
	boss.revoke(cert).refused(25008)
	shorter := map[string]any{"validTo": "2026-04-01T00:00:00Z"}
	path := "/testdata/certificates/" + serialText(cert.Leaf.SerialNumber)
	boss.send("PUT", path, shorter).refused(25008)
	h.sloppy().send("PUT", path, shorter).want(401)

	// A NIP and a PESEL that are linked are one.
	h.send("POST", "/testdata/person", map[string]any{"nip": nipB, "pesel": pesel, "isBailiff": false, "description": "Person"}).want(200)
	if got := boss.certificateNames("", nil); got != "First own Active, Another Active" && got != "Another Active, First own Active" {
		t.Errorf("linked: %s", got)
	}
	boss.send("PUT", path, map[string]any{"validTo": "2028-03-14T15:09:27Z"}).refused(21405, "'validTo' must be less than or equal to '2028-03-14T15:09:26Z'.")
	boss.sloppy().send("PUT", path, map[string]any{}).refused(21405, "'validTo' must not be empty.")
	boss.send("PUT", path, shorter).want(200)
	boss.send("POST", "/certificates/query", map[string]any{"name": "First"}).want(200).is("certificates.0.validTo", "2026-04-01T00:00:00.0000000+00:00")
	boss.Advance(18 * 24 * time.Hour)
	boss = h.login(nipB, sealFor(t, nipB))
	if got := boss.certificateNames("", map[string]any{"name": "First"}); got != "First own Expired" {
		t.Errorf("after its life was cut short: %s", got)
	}
	boss.send("GET", "/certificates/enrollments/"+reference, nil).want(200)
	boss.Advance(12*24*time.Hour - 1)
	h.login(nipB, sealFor(t, nipB)).send("GET", "/certificates/enrollments/"+reference, nil).want(200)
	h.Advance(1)
	h.login(nipB, sealFor(t, nipB)).send("GET", "/certificates/enrollments/"+reference, nil).want(410)
}

func TestCertificatesAfterTokenLogin(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	cert := l.enroll("Of the author", "Offline", newECKey(t))
	name := l.nameToEnroll()
	_, token := l.generate("InvoiceRead")
	by := h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).redeemed()
	if got := by.certificateNames("", nil); got != "Of the author Active" {
		t.Errorf("sees %s", got)
	}
	by.send("GET", "/certificates/limits", nil).want(200).is("canRequest", false).is("certificate.remaining", 99)
	by.send("GET", "/certificates/enrollments/data", nil).refused(25001)
	by.send("POST", "/certificates/enrollments", enrollmentBody("By a token", "Offline", signingRequestFor(t, name, newECKey(t), 0))).refused(25002)
	by.revoke(cert).want(403).is("reasonCode", "auth-method-not-allowed").is("security.authenticationMethodCategory", "Token")

	provider := h.submit(request{authNamespace21, h.newChallenge(), "<PeppolId>PPL123456</PeppolId>", "certificateSubject", ""}.String(), peppolSeal(t, "PPL123456")).operation(h).redeemed()
	provider.send("GET", "/certificates/limits", nil).want(200).is("canRequest", false)
	provider.send("GET", "/certificates/enrollments/data", nil).refused(25001)
}
