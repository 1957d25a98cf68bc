package xades

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// Profile is the form of XAdES that the properties of a signature have, by the names of ETSI
// EN 319 132-1. For the older names: B is BES, LT is what -C, -X and -XL grew into, LTA is A.
type Profile string

// The profiles. What is above B and EPES rests on unsigned properties, which [Verify] does not look into.
const (
	ProfileB    Profile = "B"    // signing time and certificate
	ProfileEPES Profile = "EPES" // … under a signature policy
	ProfileT    Profile = "T"    // … with a time stamp
	ProfileLT   Profile = "LT"   // … with, or with references to, certificates and revocation data
	ProfileLTA  Profile = "LTA"  // … with an archive time stamp
)

// properties is what the qualifying properties say.
type properties struct {
	time         time.Time
	certificates [][]certificateDigest // one list for each of SigningCertificate and SigningCertificateV2
	profile      Profile
	unsigned     []string
}

// certificateDigest names a certificate: a xades:Cert without its issuer and serial number.
type certificateDigest struct {
	hash   crypto.Hash
	digest []byte
}

func (d certificateDigest) names(c *x509.Certificate) bool {
	return bytes.Equal(hashed(d.hash, c.Raw), d.digest)
}

func (v *verifier) readProperties() (*properties, *Error) {
	const name = "xades:QualifyingProperties"
	q := v.parts.qualifying
	kids, err := content(q, name)
	if err != nil {
		return nil, err
	}
	for _, k := range kids {
		if k.NS != etsi || k.Local != "SignedProperties" && k.Local != "UnsignedProperties" {
			return nil, fail(CheckStructure, name, "unexpected "+label(k))
		}
	}
	if id := attr(v.parts.signature, "Id"); id == "" || attr(q, "Target") != "#"+id {
		return nil, &Error{Check: CheckStructure, Element: name, Message: "its Target must be the Id of the signature",
			Want: quote("#" + id), Got: quote(attr(q, "Target"))}
	}
	signed, err := one(q, name, etsi, "SignedProperties", CheckProfile)
	if err != nil {
		return nil, err
	}
	unsigned, err := atMostOne(q, name, etsi, "UnsignedProperties")
	if err != nil {
		return nil, err
	}
	ssp, err := one(signed, "xades:SignedProperties", etsi, "SignedSignatureProperties", CheckProfile)
	if err != nil {
		return nil, err
	}
	p := &properties{}
	if p.time, err = readSigningTime(ssp); err != nil {
		return nil, err
	}
	if err := v.readSigningCertificates(p, ssp); err != nil {
		return nil, err
	}
	p.readProfile(ssp, unsigned)
	return p, nil
}

func readSigningTime(ssp *xmltree.Node) (time.Time, *Error) {
	const name = "xades:SigningTime"
	n, err := one(ssp, "xades:SignedSignatureProperties", etsi, "SigningTime", CheckSigningTime)
	if err != nil {
		return time.Time{}, err
	}
	s, err := value(n)
	if err != nil {
		return time.Time{}, err
	}
	t, perr := parseTime(s)
	if perr != nil {
		return time.Time{}, &Error{Check: CheckSigningTime, Element: name, Want: "a date and time like 2026-02-01T12:00:00Z", Got: quote(s)}
	}
	return t, nil
}

// parseTime reads an xsd:dateTime with any number of fractional digits. One without a zone is taken for UTC.
func parseTime(s string) (time.Time, error) {
	if strings.Contains(s, ",") { // which time.Parse takes for a decimal point
		return time.Time{}, errors.New("comma in a time")
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	return time.Parse("2006-01-02T15:04:05", s)
}

// readSigningCertificates reads SigningCertificate (TS 101 903 §7.2.2) and SigningCertificateV2
// (EN 319 132-1 §5.2.2). They differ in how they name the issuer, which is not looked at.
func (v *verifier) readSigningCertificates(p *properties, ssp *xmltree.Node) *Error {
	for _, local := range []string{"SigningCertificate", "SigningCertificateV2"} {
		n, err := atMostOne(ssp, "xades:SignedSignatureProperties", etsi, local)
		if err != nil {
			return err
		}
		if n == nil {
			continue
		}
		list, err := v.readCertificateDigests(n, "xades:"+local)
		if err != nil {
			return err
		}
		p.certificates = append(p.certificates, list)
	}
	if len(p.certificates) == 0 {
		return fail(CheckSigningCertificate, "xades:SignedSignatureProperties", "has neither SigningCertificate nor SigningCertificateV2")
	}
	return nil
}

func (v *verifier) readCertificateDigests(n *xmltree.Node, name string) ([]certificateDigest, *Error) {
	kids, err := content(n, name)
	if err != nil {
		return nil, err
	}
	if len(kids) > maxCertificates {
		return nil, tooMany(name, "certificates", maxCertificates, len(kids))
	}
	var list []certificateDigest
	for _, k := range kids {
		if k.NS != etsi || k.Local != "Cert" {
			return nil, fail(CheckStructure, name, "unexpected "+label(k))
		}
		cd, err := one(k, "xades:Cert", etsi, "CertDigest", CheckSigningCertificate)
		if err != nil {
			return nil, err
		}
		parts, err := content(cd, "xades:CertDigest")
		if err != nil {
			return nil, err
		}
		d := certificateDigest{}
		if d.hash, d.digest, err = v.readDigest(parts, "xades:CertDigest"); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	if len(list) == 0 {
		return nil, fail(CheckSigningCertificate, name, "names no certificate")
	}
	return list, nil
}

// named returns the certificates that the signed properties name, in both lists where there are two.
func (p *properties) named(certs []*x509.Certificate) (found []*x509.Certificate) {
	for _, c := range certs {
		every := true
		for _, list := range p.certificates {
			every = every && slices.ContainsFunc(list, func(d certificateDigest) bool { return d.names(c) })
		}
		if every {
			found = append(found, c)
		}
	}
	return found
}

// mismatch says that no certificate of the key information is named.
func (p *properties) mismatch(certs []*x509.Certificate) *Error {
	want := p.certificates[0][0]
	return &Error{Check: CheckCertificateDigest, Element: "xades:CertDigest",
		Message: "the certificate in ds:KeyInfo is not the one that the signed properties name",
		Want:    encode(want.digest), Got: encode(hashed(want.hash, certs[0].Raw))}
}

// readProfile tells the profile by which properties are there.
func (p *properties) readProfile(ssp, unsigned *xmltree.Node) {
	p.profile = ProfileB
	if ssp.Child(etsi, "SignaturePolicyIdentifier") != nil {
		p.profile = ProfileEPES
	}
	if unsigned == nil {
		return
	}
	rank := 0
	for group := range unsigned.Elements() {
		for e := range group.Elements() {
			p.unsigned = append(p.unsigned, e.Local)
			switch {
			case e.NS != etsi && e.NS != etsi141:
			case e.Local == "ArchiveTimeStamp":
				rank = max(rank, 3)
			case e.Local == "SignatureTimeStamp":
				rank = max(rank, 1)
			case strings.HasSuffix(e.Local, "Values"), strings.HasPrefix(e.Local, "Complete"), strings.HasSuffix(e.Local, "RefsTimeStamp"):
				rank = max(rank, 2)
			}
		}
	}
	if rank > 0 {
		p.profile = []Profile{ProfileB, ProfileT, ProfileLT, ProfileLTA}[rank]
	}
}
