package sandbox

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"strings"
	"testing"
)

// certName is a certificate's subject: "GN=Jan, SN=Kowalski, …".
func certName(s string) pkix.Name {
	oids := map[string]asn1.ObjectIdentifier{"CN": oidCommonName, "SN": oidSurname, "S": oidSerialNumber, "C": oidCountry,
		"O": oidOrganization, "GN": oidGivenName, "ID": oidOrganizationID}
	var n pkix.Name
	for _, part := range strings.Split(s, ", ") {
		key, value, _ := strings.Cut(part, "=")
		n.Names = append(n.Names, pkix.AttributeTypeAndValue{Type: oids[key], Value: value})
	}
	return n
}

func TestIdentify(t *testing.T) {
	for _, tt := range []struct {
		subject string
		kind    string
		value   string
		method  *method
		code    int
		detail  string
	}{
		{"GN=Jan, SN=Kowalski, S=PNOPL-88102341294, CN=Jan Kowalski, C=PL", "Pesel", "88102341294", bySignature, 0, ""},
		{"GN=Jan, GN=Maria, SN=Kowalski, S=PESEL: 88102341294, CN=Jan Kowalski, C=PL", "Pesel", "88102341294", bySignature, 0, ""},
		{"GN=Jan, SN=Kowalski, S=TINPL-5261040828, CN=Jan Kowalski, C=PL", "Nip", "5261040828", bySignature, 0, ""},
		{"GN=Jan, SN=Kowalski, S=NIP 5261040828, CN=Jan Kowalski, C=PL", "Nip", "5261040828", bySignature, 0, ""},
		{"GN=Jan, SN=Kowalski, S=PNOPL-88102341294, CN=Jan Kowalski, C=PL, O=Firm, ID=VATPL-5261040828", "Pesel", "88102341294", bySignature, 0, ""},
		{"O=Firm, ID=VATPL-5261040828, CN=Firm, C=PL", "Nip", "5261040828", bySeal, 0, ""},
		{"O=Firm, ID=VATPL 526 5261040828, CN=Firm, C=PL", "Nip", "5261040828", bySeal, 0, ""},
		{"O=Firm, ID=VATPL-5261040828, CN=PPL123456, C=PL", "Nip", "5261040828", bySeal, 0, ""},
		{"O=Provider, CN=PPL123456, C=PL", "PeppolId", "PPL123456", byPeppol, 0, ""},
		{"O=Provider, ID=PPL123456, CN=Provider, C=PL", "PeppolId", "PPL123456", byPeppol, 0, ""},

		{"GN=Jan, SN=Kowalski, S=XXXPL-88102341294, CN=Jan Kowalski, C=PL", "", "", nil, 21115, `serialNumber (2.5.4.5) "XXXPL-88102341294"`},
		{"GN=Jan, SN=Kowalski, S=PNOPL-8810234129, CN=Jan Kowalski, C=PL", "", "", nil, 21115, "PNOPL-8810234129"},
		{"GN=Jan, SN=Kowalski, S=TINPL-0261040828, CN=Jan Kowalski, C=PL", "", "", nil, 21115, "TINPL-0261040828"},
		{"SN=Kowalski, S=PNOPL-88102341294, CN=Jan Kowalski, C=PL", "", "", nil, 21115, "no givenName (2.5.4.42)"},
		{"GN=Jan, S=PNOPL-88102341294, CN=Jan Kowalski, C=PL", "", "", nil, 21115, "no surname (2.5.4.4)"},
		{"GN=Jan, SN=Kowalski, CN=Jan Kowalski, C=PL", "", "", nil, 21115, "no serialNumber (2.5.4.5)"},
		{"GN=Jan, SN=Kowalski, S=PNOPL-88102341294, C=PL", "", "", nil, 21115, "no commonName (2.5.4.3)"},
		{"GN=Jan, SN=Kowalski, S=PNOPL-88102341294, CN=Jan Kowalski", "", "", nil, 21115, "no countryName (2.5.4.6)"},
		{"ID=VATPL-5261040828, CN=Firm, C=PL", "", "", nil, 21115, "no organizationName (2.5.4.10)"},
		{"O=Firm, CN=Firm, C=PL", "", "", nil, 21115, "no organizationIdentifier (2.5.4.97)"},
		{"O=Firm, ID=VATDE-123456789, CN=Firm, C=DE", "", "", nil, 21115, `want "VATPL-" and a NIP`},
		{"CN=PPL123456, C=PL", "", "", nil, 21115, "no organizationName (2.5.4.10)"},
		{"GN=Jan, SN=Kowalski, O=Firm, ID=VATPL-5261040828, CN=Firm, C=PL", "", "", nil, 21406, "organizationIdentifier (2.5.4.97)"},
	} {
		got, err := identify(&x509.Certificate{Subject: certName(tt.subject)}, false)
		if tt.code != 0 {
			r, ok := errors.AsType[*refusal](err)
			if !ok || int(r.code) != tt.code || !strings.Contains(strings.Join(r.details, " "), tt.detail) {
				t.Errorf("%s: %+v, want %d with %q", tt.subject, err, tt.code, tt.detail)
			}
			continue
		}
		if err != nil || string(got.Type) != tt.kind || got.Value != tt.value || got.method != tt.method {
			t.Errorf("%s: %v %v, %v", tt.subject, got.identifier, got.method, err)
		}
	}
}

func TestIdentifyByFingerprint(t *testing.T) {
	for subject, want := range map[string]*method{"CN=Anybody": bySeal, "GN=Any, SN=Body": bySignature} {
		got, err := identify(&x509.Certificate{Raw: []byte("abc"), Subject: certName(subject)}, true)
		const sum = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD" // SHA-256 of "abc", FIPS 180-2
		if err != nil || got.Type != "Fingerprint" || got.Value != sum || got.method != want {
			t.Errorf("%s: %+v, %v", subject, got, err)
		}
	}
}
