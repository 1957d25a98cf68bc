package sandbox

import (
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/ksef-go/ksef"
)

// method is a way to authenticate, in the older and in the newer notation.
type method struct {
	name     string // authenticationMethod, deprecated
	category string
	code     string
	display  string
}

// The ways to authenticate. Of the codes, the ministry documents the seal's alone.
var (
	bySignature = &method{"QualifiedSignature", "XadesSignature", "xades.qualified-signature", "Podpis kwalifikowany"}
	bySeal      = &method{"QualifiedSeal", "XadesSignature", "xades.qualified-seal", "Pieczęć kwalifikowana"}
	byPeppol    = &method{"PeppolSignature", "XadesSignature", "xades.peppol-signature", "Podpis dostawcy usług Peppol"}
	byInternal  = &method{"InternalCertificate", "XadesSignature", "xades.internal-certificate", "Certyfikat KSeF"}
	byToken     = &method{"Token", "Token", "token.ksef", "Token KSeF"}
)

// subject is who authenticates, and by what.
type subject struct {
	identifier
	method *method
	name   certificateName
}

// subjectDetails is the claim sud.
type subjectDetails struct {
	Identifier   identifier `json:"subjectIdentifier"`
	GivenNames   []string   `json:"givenNames"`
	Surname      string     `json:"surname,omitempty"`
	SerialNumber string     `json:"serialNumber,omitempty"`
	CommonName   string     `json:"commonName,omitempty"`
	CountryName  string     `json:"countryName,omitempty"`
}

func (s *subject) details() subjectDetails {
	return subjectDetails{s.identifier, append([]string{}, s.name.givenNames...), s.name.surname, s.name.serialNumber, s.name.commonName, s.name.country}
}

// Attributes of a certificate's subject (X.520, ETSI EN 319 412-1).
var (
	oidCommonName     = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidSurname        = asn1.ObjectIdentifier{2, 5, 4, 4}
	oidSerialNumber   = asn1.ObjectIdentifier{2, 5, 4, 5}
	oidCountry        = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidOrganization   = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidGivenName      = asn1.ObjectIdentifier{2, 5, 4, 42}
	oidUniqueID       = asn1.ObjectIdentifier{2, 5, 4, 45}
	oidOrganizationID = asn1.ObjectIdentifier{2, 5, 4, 97}
)

// certificateName is what KSeF reads in a certificate's subject.
type certificateName struct {
	givenNames                         []string
	surname, serialNumber              string
	commonName, country                string
	organization, organizationIdentity string
	uniqueIdentifier                   string
}

func readName(n pkix.Name) (out certificateName) {
	for _, a := range n.Names {
		value, ok := a.Value.(string)
		if !ok {
			continue
		}
		switch {
		case a.Type.Equal(oidGivenName):
			out.givenNames = append(out.givenNames, value)
		case a.Type.Equal(oidSurname):
			out.surname = value
		case a.Type.Equal(oidSerialNumber):
			out.serialNumber = value
		case a.Type.Equal(oidCommonName):
			out.commonName = value
		case a.Type.Equal(oidCountry):
			out.country = value
		case a.Type.Equal(oidOrganization):
			out.organization = value
		case a.Type.Equal(oidOrganizationID):
			out.organizationIdentity = value
		case a.Type.Equal(oidUniqueID):
			out.uniqueIdentifier = value
		}
	}
	return out
}

// person reports whether the name is a person's: a seal must not contain a given name or a surname.
func (n *certificateName) person() bool { return len(n.givenNames) > 0 || n.surname != "" }

// identify tells whom a certificate is for (ksef-docs uwierzytelnianie.md, podpis-xades.md). It does not
// ask whether the certificate is valid. Its refusals are 21115 and 21406.
func identify(cert *x509.Certificate, byFingerprint bool) (subject, error) {
	s := subject{name: readName(cert.Subject)}
	if byFingerprint {
		s.method = bySeal
		if s.name.person() {
			s.method = bySignature
		}
		s.identifier = identifier{ksef.KindFingerprint, fingerprint(cert)}
		return s, nil
	}
	var err error
	if s.name.person() {
		s.method = bySignature
		s.identifier, err = s.name.personIdentifier()
	} else {
		s.method = bySeal
		s.identifier, err = s.name.sealIdentifier()
	}
	if s.Type == ksef.KindPeppolID {
		s.method = byPeppol
	}
	return s, err
}

// fingerprint is the SHA-256 of the certificate in upper-case hexadecimal digits.
func fingerprint(cert *x509.Certificate) string {
	return fmt.Sprintf("%X", sha256.Sum256(cert.Raw))
}

// Where identifiers are found in a name. The patterns are the ministry's, without anchors.
var (
	peselPattern     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:PNOPL|PESEL).*?(\d{11})`) })
	nipPattern       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:TINPL|NIP).*?(\d{10})`) })
	sealPattern      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`VATPL.*?(\d{10})`) })
	requiredOfPerson = []string{"givenName (2.5.4.42)", "surname (2.5.4.4)", "serialNumber (2.5.4.5)", "commonName (2.5.4.3)", "countryName (2.5.4.6)"}
	requiredOfSeal   = []string{"organizationName (2.5.4.10)", "organizationIdentifier (2.5.4.97)", "commonName (2.5.4.3)", "countryName (2.5.4.6)"}
)

func (n *certificateName) personIdentifier() (identifier, error) {
	given := strings.Join(n.givenNames, " ")
	if n.serialNumber == "" && n.organizationIdentity != "" {
		return identifier{}, bad(ksef.CodeSignatureConflict, "The certificate names an organisation in organizationIdentifier (2.5.4.97) and a person beside it.")
	}
	if err := present(requiredOfPerson, given, n.surname, n.serialNumber, n.commonName, n.country); err != nil {
		return identifier{}, err
	}
	id := identifier{ksef.KindPESEL, find(peselPattern(), n.serialNumber)}
	if id.Value == "" {
		id = identifier{ksef.KindNIP, find(nipPattern(), n.serialNumber)}
	}
	return id, recognised(id, "serialNumber (2.5.4.5)", n.serialNumber, `"PNOPL-" and a PESEL, or "TINPL-" and a NIP`)
}

func (n *certificateName) sealIdentifier() (identifier, error) {
	id := identifier{ksef.KindNIP, find(sealPattern(), n.organizationIdentity)}
	for _, s := range []string{n.organizationIdentity, n.commonName} {
		if id.Value == "" && n.organization != "" && isPeppolID(s) {
			return identifier{ksef.KindPeppolID, s}, nil
		}
	}
	if err := present(requiredOfSeal, n.organization, n.organizationIdentity, n.commonName, n.country); err != nil {
		return identifier{}, err
	}
	return id, recognised(id, "organizationIdentifier (2.5.4.97)", n.organizationIdentity, `"VATPL-" and a NIP`)
}

func find(p *regexp.Regexp, s string) string {
	if m := p.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// present refuses a certificate that lacks one of the attributes its kind must have.
func present(names []string, values ...string) error {
	for i, v := range values {
		if v == "" {
			return bad(ksef.CodeInvalidCertificate, "The certificate's subject has no "+names[i]+".")
		}
	}
	return nil
}

func recognised(id identifier, attribute, value, want string) error {
	if id.wellFormed() {
		return nil
	}
	return bad(ksef.CodeInvalidCertificate, fmt.Sprintf("The certificate's %s %q does not identify anybody: want %s.", attribute, value, want))
}

// suits refuses a subject that cannot act in that kind of context whatever its permissions: in a Peppol
// provider's only the provider, in that of an EU taxpayer only certificates known by fingerprint.
func (s *subject) suits(context identifier) error {
	provider, byFingerprint := s.Type == ksef.KindPeppolID, s.Type == ksef.KindFingerprint
	switch {
	case provider != (context.Type == ksef.KindPeppolID),
		context.Type == ksef.KindVATUE && !byFingerprint:
		return bad(ksef.CodeWrongSubject, fmt.Sprintf("A subject identified by %s cannot act in a context of type %s.", s.Type, context.Type))
	}
	return nil
}
