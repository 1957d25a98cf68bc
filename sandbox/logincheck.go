package sandbox

import (
	"crypto/x509"
	"errors"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/xades"
)

// signedLogin is what a signed AuthTokenRequest says, and who signed it.
type signedLogin struct {
	*authRequest
	signature *xades.Signature
	who       subject
}

// readLogin judges a signed AuthTokenRequest as far as it can be judged alone, in the order that the protocol
// suggests: encoding, XML, number of signatures, schema, signature, certificate. Everything that is read of
// the document is read from the octets that were signed. Certificates that known knows are whose it says; known
// may be nil.
func readLogin(doc []byte, known func(*x509.Certificate) (subject, bool)) (*signedLogin, error) {
	if len(doc) == 0 {
		return nil, bad(ksef.CodeUnreadable)
	}
	sig, err := xades.Verify(doc, &xades.VerifyOptions{MaxSize: maxBody})
	if err != nil {
		return nil, refusedSignature(doc, err)
	}
	req, err := parseAuthRequest(sig.Signed)
	if err != nil {
		return nil, bad(ksef.CodeSchemaViolation, err.Error())
	}
	if known != nil {
		if who, ok := known(sig.Certificate); ok {
			return &signedLogin{req, sig, who}, who.suits(req.context)
		}
	}
	who, err := identify(sig.Certificate, req.byFingerprint)
	if err != nil {
		return nil, err
	}
	return &signedLogin{req, sig, who}, who.suits(req.context)
}

// Login is what a signed AuthTokenRequest says that KSeF has no reason to refuse by itself.
type Login struct {
	Context   ksef.Identifier // whom the subject wants to act for
	Subject   ksef.Identifier // who signed, as KSeF reads the certificate
	Challenge string

	Certificate *x509.Certificate // the signer's
	SigningTime time.Time         // as the signer claims
}

// CheckLogin judges a signed AuthTokenRequest as POST /auth/xades-signature does, with the same checks, as far
// as a document can be judged alone: whether its challenge is good, its certificate valid or one of KSeF's own and
// its subject permitted anything, KSeF finds out afterwards. What it refuses is a [*ksef.Error] with KSeF's code and text.
func CheckLogin(doc []byte) (*Login, error) {
	in, err := readLogin(doc, nil)
	if r, ok := errors.AsType[*refusal](err); ok {
		return nil, r.asError("POST", "/auth/xades-signature")
	}
	if err != nil {
		return nil, err
	}
	return &Login{
		Context: public(in.context), Subject: public(in.who.identifier), Challenge: in.challenge,
		Certificate: in.signature.Certificate, SigningTime: in.signature.SigningTime,
	}, nil
}

// public is an identifier in the vocabulary of the client.
func public(id identifier) ksef.Identifier { return ksef.Identifier{Kind: id.Type, Value: id.Value} }

// asError is the refusal as the client shows it.
func (r *refusal) asError(method, path string) *ksef.Error {
	e := &ksef.Error{Method: method, Path: path, StatusCode: r.status, Detail: r.detail}
	for p := r; p != nil && p.code != 0; p = p.next {
		e.Problems = append(e.Problems, ksef.Problem{Code: p.code, Description: p.description(), Details: p.details})
	}
	return e
}
