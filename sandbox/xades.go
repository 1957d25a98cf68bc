package sandbox

import (
	"crypto/x509"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/xades"
)

// submitXAdES answers POST /auth/xades-signature: what readLogin judges first, then the challenge, and what
// takes its time, the certificate, last.
func (s *Server) submitXAdES(c *call) (any, error) {
	if t, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); t != "application/xml" && t != "text/xml" {
		return nil, bare(http.StatusUnsupportedMediaType)
	}
	var v validation
	chain := v.flag("verifyCertificateChain", c.r.URL.Query().Get("verifyCertificateChain"))
	if err := v.err(); err != nil {
		return nil, err
	}
	doc, err := c.body()
	if err != nil {
		return nil, err
	}
	var own *issuedCertificate
	in, err := readLogin(doc, func(cert *x509.Certificate) (who subject, ok bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if own = s.state.recognise(cert, c.now); own == nil {
			return subject{}, false
		}
		return own.holder(), true
	})
	if err != nil {
		return nil, err
	}
	detail := ""
	s.mu.Lock()
	_, good := s.state.challenges.use(in.challenge, c.now)
	if own != nil {
		detail = own.defect(c.now)
	}
	s.mu.Unlock()
	if !good {
		return nil, bad(ksef.CodeInvalidChallenge)
	}
	a := &session{context: in.context, subject: in.who, policy: in.policy, certificate: own, document: digest(doc)}
	if detail == "" {
		detail = s.examine(in.signature.Certificate, in.signature.Chain, chain, c.now)
	}
	if detail != "" {
		a.result = badCertificate(detail)
	}
	return s.start(c.now, a), nil
}

// refusedSignature says what of KSeF's codes a document whose signature is not accepted gets. The schema
// comes before the signature's cryptography, so a document that violates it is refused for that.
func refusedSignature(doc []byte, err error) error {
	failed, ok := errors.AsType[*xades.Error](err)
	if !ok {
		return err
	}
	detail := failed.Error()
	switch failed.Check {
	case xades.CheckEncoding:
		return bad(ksef.CodeInvalidEncoding, detail)
	case xades.CheckXML:
		return bad(ksef.CodeUnreadable, detail)
	case xades.CheckSize, xades.CheckPackaging:
		return bad(ksef.CodeInvalidDocument, detail)
	case xades.CheckNoSignature:
		return bad(ksef.CodeNoSignature)
	case xades.CheckSignatureCount:
		return bad(ksef.CodeTooManySignatures)
	}
	// Nothing is taken from the document here but the reason to refuse it.
	_, err = parseAuthRequest(doc)
	if violation, ok := errors.AsType[schemaViolation](err); ok && violation != envelopingRoot {
		return bad(ksef.CodeSchemaViolation, err.Error())
	}
	switch failed.Check {
	case xades.CheckCertificate, xades.CheckKey:
		return bad(ksef.CodeInvalidCertificate, detail)
	}
	return bad(ksef.CodeInvalidSignature, detail)
}

// examine says what is wrong with a certificate, in the words of status 460. Chains are verified when
// asked for only, as in the test environment, and the sandbox's own authority is all it trusts.
func (s *Server) examine(cert *x509.Certificate, others []*x509.Certificate, chain bool, now time.Time) string {
	if now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return "Nieważny certyfikat"
	}
	if !chain {
		return ""
	}
	intermediates := x509.NewCertPool()
	for _, o := range others {
		intermediates.AddCert(o)
	}
	ca, err := s.keys.authority()
	if err != nil {
		return "Błąd weryfikacji łańcucha certyfikatów"
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	_, err = cert.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return "Niezaufany łańcuch certyfikatów"
	}
	return ""
}
