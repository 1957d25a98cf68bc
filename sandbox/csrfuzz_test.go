package sandbox

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"testing"
)

// Whatever is sent as a request is refused with a code of its own, or is one that the standard library reads, too,
// with the same key.
func FuzzSigningRequest(f *testing.F) {
	name := (&certificateName{commonName: "Organisation", country: "PL", organization: "Żółw", organizationIdentity: "VATPL-" + nipA}).attributes()
	for _, seed := range []string{
		signingRequestFor(f, name, newECKey(f), x509.ECDSAWithSHA384),
		signingRequestFor(f, name, sharedRSA(), x509.SHA256WithRSA),
		signingRequestFor(f, name, sharedRSA(), x509.SHA512WithRSAPSS),
	} {
		der, err := base64.StdEncoding.DecodeString(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		r, err := parseSigningRequest(base64.StdEncoding.EncodeToString(der))
		if refused, ok := errors.AsType[*refusal](err); ok && refused.code >= 25004 && refused.code <= 25011 {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		std, err := x509.ParseCertificateRequest(der)
		if err != nil {
			t.Fatalf("accepted, and the standard library says %v", err)
		}
		if digest(std.RawSubjectPublicKeyInfo) != r.keyHash {
			t.Fatal("another key")
		}
	})
}
