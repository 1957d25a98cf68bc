package sandbox

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/judge"
)

func TestEnrollmentRefusals(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	name, key := l.nameToEnroll(), newECKey(t)
	good := signingRequestFor(t, name, key, 0)
	der, err := base64.StdEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	with := func(of []pkix.AttributeTypeAndValue, changed pkix.AttributeTypeAndValue) []pkix.AttributeTypeAndValue {
		out := slices.Clone(of)
		for i := range out {
			if out[i].Type.Equal(changed.Type) {
				out[i] = changed
				return out
			}
		}
		return append(out, changed)
	}
	curve := func(c elliptic.Curve) crypto.Signer {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	bits := func(n int) crypto.Signer {
		key, err := rsa.GenerateKey(rand.Reader, n)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(old, new []byte) string {
		if !bytes.Contains(der, old) {
			t.Fatalf("%x is not in the request", old)
		}
		return base64.StdEncoding.EncodeToString(bytes.Replace(der, old, new, 1))
	}
	ecdsaSHA256 := []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
	ecdsaSHA224 := []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x01}
	for what, c := range map[string]struct {
		csr  string
		code int
	}{
		"not Base64":             {"no!", 25004},
		"not DER":                {base64.StdEncoding.EncodeToString([]byte("a request")), 25004},
		"something behind it":    {base64.StdEncoding.EncodeToString(append(slices.Clone(der), 0)), 25004},
		"changed once signed":    {damaged([]byte("VATPL-"+nipA), []byte("VATPL-"+nipB)), 25004},
		"SHA-224":                {damaged(ecdsaSHA256, ecdsaSHA224), 25011},
		"an organisation's name": {signingRequestFor(t, with(name, pkix.AttributeTypeAndValue{Type: oidOrganization, Value: "Somebody else"}), key, 0), 25003},
		"something more":         {signingRequestFor(t, with(name, pkix.AttributeTypeAndValue{Type: oidSerialNumber, Value: "TINPL-" + nipA}), key, 0), 25003},
		"something missing":      {signingRequestFor(t, name[1:], key, 0), 25003},
		"something twice":        {signingRequestFor(t, append(slices.Clone(name), name[0]), key, 0), 25003},
		"P-384":                  {signingRequestFor(t, name, curve(elliptic.P384()), 0), 25010},
		"RSA with 3072 bits":     {signingRequestFor(t, name, bits(3072), 0), 25010},
		"Ed25519":                {signingRequestFor(t, name, edwards, 0), 25010},
	} {
		t.Run(what, func(t *testing.T) {
			l.sloppy().send("POST", "/certificates/enrollments", enrollmentBody("A certificate", "Offline", c.csr)).refused(c.code)
		})
	}
	for _, c := range []struct{ name, kind, csr, detail string }{
		{"1234", "Offline", good, "'certificateName' must be between 5 and 100 characters. You entered 4 characters."},
		{strings.Repeat("ż", 101), "Offline", good, "You entered 101 characters."},
		{"Apostrophe's", "Offline", good, "'certificateName' is not in the correct format."},
		{"", "Offline", good, "'certificateName' must not be empty."},
		{"A certificate", "Both", good, "'certificateType' has a range of values which does not include 'Both'."},
		{"A certificate", "", good, "'certificateType' must not be empty."},
		{"A certificate", "Offline", "", "'csr' must not be empty."},
	} {
		l.sloppy().send("POST", "/certificates/enrollments", enrollmentBody(c.name, c.kind, c.csr)).refused(21405, c.detail)
	}
	late := enrollmentBody("A certificate", "Offline", good)
	late["validFrom"] = "2097-01-01T00:00:01Z"
	l.send("POST", "/certificates/enrollments", late).refused(21405, "'validFrom' must be less than or equal to '2097-01-01T00:00:00Z'.")
	l.send("GET", "/certificates/limits", nil).want(200).is("enrollment.remaining", 300) // refusals do not count
}

func TestEnrollmentAlgorithms(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	name := l.nameToEnroll()
	for key, algorithms := range map[crypto.Signer][]x509.SignatureAlgorithm{
		newECKey(t): {x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512},
		sharedRSA(): {x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS},
	} {
		for _, algorithm := range algorithms {
			t.Run(algorithm.String(), func(t *testing.T) {
				l.send("POST", "/certificates/enrollments", enrollmentBody("A certificate", "Offline", signingRequestFor(t, name, key, algorithm))).want(202)
			})
		}
	}
}

// Requests that OpenSSL makes are taken, with what the standard library cannot make, too; and OpenSSL and Java
// take what comes of them.
func TestEnrollmentWithOpenSSL(t *testing.T) {
	openssl := judge.Program(t, "openssl")
	h := newHarness(t, nil)
	l := h.login(nipA, personFor(t, nipA))
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(program string, args ...string) []byte {
		t.Helper()
		out, err := exec.Command(program, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v: %s", program, args, err, out)
		}
		return out
	}
	keyFile := func(name string, key crypto.Signer) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return file(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	rsaFile, ecFile := keyFile("rsa.pem", sharedRSA()), keyFile("ec.pem", newECKey(t))
	subject := "/C=PL/CN=Jan Kowalski/serialNumber=TINPL-" + nipA + "/SN=Kowalski/GN=Jan"
	make := func(key string, options ...string) string {
		t.Helper()
		out := run(openssl, append([]string{"req", "-new", "-utf8", "-key", key, "-subj", subject, "-outform", "DER", "-out", filepath.Join(dir, "csr")}, options...)...)
		csr, err := os.ReadFile(filepath.Join(dir, "csr"))
		if err != nil {
			t.Fatal(err, out)
		}
		return base64.StdEncoding.EncodeToString(csr)
	}
	pss := []string{"-sigopt", "rsa_padding_mode:pss"}
	for what, c := range map[string]struct {
		csr  string
		code int // of the refusal; 0 for none
	}{
		"ECDSA with SHA-1":           {make(ecFile, "-sha1"), 0},
		"ECDSA with SHA-384":         {make(ecFile, "-sha384"), 0},
		"PKCS#1 with SHA-1":          {make(rsaFile, "-sha1"), 0},
		"PKCS#1 with SHA-224":        {make(rsaFile, "-sha224"), 25011},
		"PSS with SHA-1":             {make(rsaFile, append(pss, "-sha1")...), 0},
		"PSS with SHA-256":           {make(rsaFile, append(pss, "-sha256")...), 0},
		"PSS with a salt of 7 bytes": {make(rsaFile, append(pss, "-sha512", "-sigopt", "rsa_pss_saltlen:7")...), 0},
		"PSS without a salt":         {make(rsaFile, append(pss, "-sha256", "-sigopt", "rsa_pss_saltlen:0")...), 0},
		"PSS with two hashes":        {make(rsaFile, append(pss, "-sha256", "-sigopt", "rsa_mgf1_md:sha512")...), 25011},
		"PSS with SHA-224":           {make(rsaFile, append(pss, "-sha224")...), 25011},
	} {
		t.Run(what, func(t *testing.T) {
			r := l.send("POST", "/certificates/enrollments", enrollmentBody("By OpenSSL", "Offline", c.csr))
			if c.code != 0 {
				r.refused(c.code)
				return
			}
			r.want(202)
		})
	}

	ca, err := h.CA()
	if err != nil {
		t.Fatal(err)
	}
	caFile := file("ca.pem", ca)
	for kind, usage := range map[string]string{"Authentication": "Digital Signature", "Offline": "Non Repudiation"} {
		got := l.enroll("For judges", kind, newECKey(t))
		certFile := file("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: got.Leaf.Raw}))
		run(openssl, "verify", "-x509_strict", "-attime", "1773600000", "-CAfile", caFile, certFile)
		text := string(run(openssl, "x509", "-in", certFile, "-noout", "-serial", "-ext", "keyUsage"))
		if !strings.Contains(text, "serial="+serialText(got.Leaf.SerialNumber)+"\n") || !strings.HasSuffix(strings.TrimSpace(text), "\n    "+usage) {
			t.Errorf("%s: OpenSSL says %s", kind, text)
		}
		t.Run("keytool "+kind, func(t *testing.T) {
			text := string(run(judge.Program(t, "keytool"), "-J-Duser.language=en", "-printcert", "-file", certFile))
			if want := strings.ToLower(got.Leaf.SerialNumber.Text(16)); !strings.Contains(text, "Serial number: "+want) {
				t.Errorf("keytool says %s, want %s", text, want)
			}
		})
	}
}

func TestEnrollmentLimits(t *testing.T) {
	h := newHarness(t, nil)
	who := identifier{"Nip", nipA}
	set := func(l subjectLimits) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.state.subjectLimits[who] = l
	}
	l := h.login(nipA, sealFor(t, nipA))
	name := l.nameToEnroll()
	ask := func(by login, key crypto.Signer) *reply {
		t.Helper()
		return by.send("POST", "/certificates/enrollments", enrollmentBody("A certificate", "Offline", signingRequestFor(t, name, key, 0)))
	}
	set(subjectLimits{4, 2})
	first := l.enroll("The first", "Offline", newECKey(t))
	second, third := ask(l, newECKey(t)).want(202).text("referenceNumber"), ask(l, newECKey(t)).want(202).text("referenceNumber")
	for _, reference := range []string{second, third} {
		l.enrollment(reference)
	}
	l.enrollment(second).is("status.code", 200)
	l.enrollment(third).is("status.code", 400).is("status.description", "Wniosek odrzucony").
		is("status.details.0", "Osiągnięto dopuszczalny limit posiadanych certyfikatów.").is("certificateSerialNumber", nil)
	l.send("GET", "/certificates/limits", nil).want(200).is("canRequest", false).is("certificate.remaining", 0).is("enrollment.remaining", 1)
	ask(l, newECKey(t)).refused(25007)
	l.revoke(first).want(204)
	l.send("GET", "/certificates/limits", nil).want(200).is("canRequest", true).is("certificate.remaining", 1)
	ask(l, newECKey(t)).want(202)
	ask(l, newECKey(t)).refused(25006)
	set(subjectLimits{1, 1}) // below what there is
	l.send("GET", "/certificates/limits", nil).want(200).is("enrollment.remaining", 0).is("enrollment.limit", 1).is("certificate.remaining", 0)
}

func TestKeyOfSomebodyElse(t *testing.T) {
	h := newHarness(t, nil)
	key := newECKey(t)
	l := h.login(nipA, sealFor(t, nipA))
	l.enroll("The first", "Offline", key)
	l.enroll("One more", "Authentication", key) // the same subject may
	other := h.login(nipB, sealFor(t, nipB))
	reference := other.request("The key again", "Offline", key)
	other.enrollment(reference)
	other.enrollment(reference).is("status.code", 400).is("status.details.0", "Klucz publiczny został już certyfikowany przez inny podmiot.")
	if got := other.certificateNames("", nil); got != "" {
		t.Errorf("issued: %s", got)
	}
}

func TestOnEnrollment(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	var asked []Enrollment
	h.OnEnrollment(func(e Enrollment) ksef.Status {
		asked = append(asked, e)
		if e.Name == "To be refused" {
			return ksef.Status{Code: 550, Description: "Operacja została anulowana przez system", Details: []string{"Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie"}}
		}
		return ksef.Status{}
	})
	reference := l.request("To be refused", "Offline", newECKey(t))
	l.enrollment(reference).is("status.code", 100)
	l.enrollment(reference).is("status.code", 550).is("certificateSerialNumber", nil)
	l.enroll("Left alone", "Authentication", newECKey(t))
	want := Enrollment{ksef.ReferenceNumber(reference), ksef.Identifier{Kind: "Nip", Value: nipA}, "To be refused", "Offline"}
	if len(asked) != 2 || asked[0] != want {
		t.Errorf("asked about %v", asked)
	}
	h.Reset()
	if got := h.login(nipA, sealFor(t, nipA)).certificateNames("", nil); got != "" {
		t.Errorf("after a reset there are %s", got)
	}
	again := h.login(nipA, sealFor(t, nipA))
	again.enroll("To be refused", "Offline", newECKey(t))
}

func TestEnrollmentTakesTime(t *testing.T) {
	h := newHarness(t, &Options{Latency: time.Minute})
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	h.Advance(time.Minute)
	r := op.send("POST", "/auth/token/redeem", nil).want(200)
	l := login{harness: h.bearer(r.text("accessToken.token")), operation: op}
	reference := l.request("Takes a minute", "Offline", newECKey(t))
	l.Advance(time.Minute - 1)
	for range 2 {
		l.enrollment(reference).is("status.code", 100)
	}
	if got := l.certificateNames("", nil); got != "" {
		t.Errorf("there already: %s", got)
	}
	l.Advance(1)
	l.enrollment(reference).is("status.code", 200)
	if got := l.certificateNames("", nil); got != "Takes a minute Active" {
		t.Errorf("found %s", got)
	}
}
