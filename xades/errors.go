package xades

import (
	"fmt"
	"strings"
)

// Check names one of the things that [Sign] and [Verify] look at. It is itself an error, so that a
// caller branches with
//
//	if errors.Is(err, xades.CheckDigest) { … }
//
// or reads the Check field of the [*Error].
type Check string

// What can fail before a signature is looked at.
const (
	// CheckEncoding: the document is not UTF-8, or declares another encoding.
	CheckEncoding Check = "encoding"
	// CheckXML: the document is not well-formed, has a DTD, or nests too deeply.
	CheckXML Check = "XML"
	// CheckSize: the document is larger than [VerifyOptions].MaxSize, or has more certificates,
	// references or transforms than any honest signature.
	CheckSize Check = "size"
)

// What can fail about the signature as a whole.
const (
	// CheckNoSignature: there is no ds:Signature element.
	CheckNoSignature Check = "no signature"
	// CheckSignatureCount: there is more than one ds:Signature element, wherever they stand; or, for
	// [Sign], the document is signed already.
	CheckSignatureCount Check = "number of signatures"
	// CheckPackaging: the signature is neither a child of the root element (enveloped) nor the root
	// element itself (enveloping).
	CheckPackaging Check = "packaging"
	// CheckStructure: an element is missing, repeated, or stands where it must not.
	CheckStructure Check = "structure"
	// CheckValue: a value holds a comment, or is not canonical base64, or is otherwise malformed.
	CheckValue Check = "value"
	// CheckID: two elements have the same Id, ID, id or xml:id.
	CheckID Check = "duplicate id"
	// CheckProfile: the signature is plain XML-DSig, without the qualifying properties that make it XAdES.
	CheckProfile Check = "profile"
)

// What can fail about the references of ds:SignedInfo.
const (
	// CheckReference: a reference points outside the document, at nothing, or at something other than
	// the document, the signed properties and the key information; or one of the first two is not
	// referenced.
	CheckReference Check = "reference"
	// CheckTransform: a transform, or an order of transforms, that is not accepted.
	CheckTransform Check = "transform"
	// CheckDigest: what a reference points at has changed since it was signed. The error says which
	// digest was expected and which was found.
	CheckDigest Check = "digest"
)

// What can fail about keys and certificates.
const (
	// CheckAlgorithm: a canonicalisation, digest or signature algorithm that is not accepted.
	CheckAlgorithm Check = "algorithm"
	// CheckKey: the key is of another kind than the algorithm, too small, or not supported.
	CheckKey Check = "key"
	// CheckKeyInfo: ds:KeyInfo holds no certificate, sends the reader elsewhere for it, or
	// contradicts it.
	CheckKeyInfo Check = "key information"
	// CheckCertificate: a certificate cannot be read, or, for [Sign], does not belong to the key.
	CheckCertificate Check = "certificate"
	// CheckSigningTime: there is no xades:SigningTime, or it is not a date and time.
	CheckSigningTime Check = "signing time"
	// CheckSigningCertificate: the signed properties do not say which certificate signed.
	CheckSigningCertificate Check = "signing certificate"
	// CheckCertificateDigest: none of the certificates in ds:KeyInfo is the one the signed properties name.
	CheckCertificateDigest Check = "certificate digest"
	// CheckSignatureValue: the signature does not belong to ds:SignedInfo and the certificate's key.
	CheckSignatureValue Check = "signature value"
	// CheckSigner: the signer that was given to [Sign] failed, or returned a signature that is not
	// its key's.
	CheckSigner Check = "signer"
)

// Error lets a Check stand as the target of errors.Is.
func (c Check) Error() string { return "xades: " + string(c) }

// Error says why a document could not be signed or its signature is not accepted. Every error of
// [Sign] and [Verify] is an *Error.
type Error struct {
	Check   Check  // what failed
	Element string // the element at fault, e.g. "ds:Reference 2"; may be empty
	Message string // what is wrong with it and what to do; empty where Want and Got say it all
	Want    string // what was expected, where that is one value (digests are in base64)
	Got     string // what was found
	Err     error  // the cause, may be nil
}

// Error says what failed, where, and what was expected and found.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("xades: ")
	b.WriteString(string(e.Check))
	if e.Element != "" {
		b.WriteString(": " + e.Element)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Want != "" {
		b.WriteString(": expected " + e.Want + ", found " + e.Got)
	} else if e.Got != "" {
		b.WriteString(": found " + e.Got)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Is reports whether target is the Check that failed.
func (e *Error) Is(target error) bool {
	c, ok := target.(Check)
	return ok && c == e.Check
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// fail is the short form for an error that needs no more than words.
func fail(c Check, element, message string) *Error {
	return &Error{Check: c, Element: element, Message: message}
}

// tooMany refuses what passes one of the bounds.
func tooMany(element, things string, most, got int) *Error {
	return &Error{Check: CheckSize, Element: element, Want: fmt.Sprintf("at most %d %s", most, things), Got: fmt.Sprint(got)}
}

// quote shows what a document says, cut short.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
