package upo

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef/xades"
)

// judge decides about the signer of a good signature.
func (o *VerifyOptions) judge(s *xades.Signature) (*Signature, Trust, *Error) {
	at := o.Time
	if at.IsZero() {
		at = s.SigningTime
	}
	signature := &Signature{Certificate: s.Certificate, Time: s.SigningTime}
	trust := Intact
	if o.Pinned != nil {
		if err := o.pinned(s.Certificate, at); err != nil {
			return nil, 0, err
		}
		trust = Trusted
	}
	organization := o.Organization
	if o.Roots != nil {
		path, err := o.path(s, at)
		if err != nil {
			return nil, 0, err
		}
		signature.Path = path
		trust = Trusted
		if organization == "" {
			organization = Ministry
		}
	}
	if organization != "" && organization != AnyOrganization {
		if err := belongs(s.Certificate, organization); err != nil {
			return nil, 0, err
		}
	}
	return signature, trust, nil
}

// pinned looks for the signer among the certificates that are trusted themselves.
func (o *VerifyOptions) pinned(signer *x509.Certificate, at time.Time) *Error {
	if !slices.ContainsFunc(o.Pinned, signer.Equal) {
		return &Error{Check: CheckSigner, Message: "the certificate is none of the pinned ones",
			Got: fmt.Sprintf("%s with the SHA-256 %X", signerName(signer), sha256.Sum256(signer.Raw))}
	}
	if at.Before(signer.NotBefore) || at.After(signer.NotAfter) {
		return &Error{
			Check: CheckSigner, Message: "the pinned certificate was not valid on " + at.UTC().Format(time.RFC3339),
			Want: fmt.Sprintf("%s – %s", signer.NotBefore.Format(time.RFC3339), signer.NotAfter.Format(time.RFC3339)),
		}
	}
	return nil
}

// path finds the way from the signer to a root.
func (o *VerifyOptions) path(s *xades.Signature, at time.Time) ([]*x509.Certificate, *Error) {
	intermediates := x509.NewCertPool()
	if o.Intermediates != nil {
		intermediates = o.Intermediates.Clone()
	}
	for _, c := range s.Chain {
		intermediates.AddCert(c)
	}
	paths, err := s.Certificate.Verify(x509.VerifyOptions{
		Roots: o.Roots, Intermediates: intermediates, CurrentTime: at,
		// The ministry's certificates are for e-mail and TLS clients.
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, &Error{
			Check: CheckSigner, Message: "no way from the certificate to a trusted root; its issuer, " +
				quote(s.Certificate.Issuer.String()) + ", may have to be added to the intermediates",
			Got: signerName(s.Certificate), Err: err,
		}
	}
	const signs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if usage := s.Certificate.KeyUsage; usage != 0 && usage&signs == 0 {
		return nil, &Error{Check: CheckSigner, Message: "the certificate is not for signing (RFC 5280 §4.2.1.3)", Got: signerName(s.Certificate)}
	}
	return paths[0], nil
}

// belongs makes sure that a certificate is an organisation's.
func belongs(signer *x509.Certificate, organization string) *Error {
	if slices.Contains(identifiers(signer), organization) {
		return nil
	}
	return &Error{
		Check: CheckSigner, Message: "the certificate is of another organisation; to accept this one set VerifyOptions.Organization",
		Want: quote(organization), Got: signerName(signer),
	}
}

// identifiers returns the organizationIdentifiers of a certificate's subject.
func identifiers(cert *x509.Certificate) (found []string) {
	organizationIdentifier := asn1.ObjectIdentifier{2, 5, 4, 97}
	for _, attribute := range cert.Subject.Names {
		if s, ok := attribute.Value.(string); ok && attribute.Type.Equal(organizationIdentifier) {
			found = append(found, s)
		}
	}
	return found
}

// signerName names whom a certificate is of, as it does itself.
func signerName(cert *x509.Certificate) string {
	name := cert.Subject.CommonName
	if name == "" {
		name = cert.Subject.String()
	}
	if ids := identifiers(cert); len(ids) > 0 {
		return quote(name) + " (" + quote(strings.Join(ids, ", ")) + ")"
	}
	return quote(name)
}
