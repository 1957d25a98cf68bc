// Package xades signs XML documents and verifies their signatures: XAdES-BASELINE-B
// (ETSI EN 319 132-1) over XML Signature (W3C XML-DSig 1.1), in the forms that KSeF accepts
// (ksef-docs uwierzytelnianie.md, podpis-xades.md).
//
// [Sign] puts a signature into a document, with any [crypto.Signer]: a key from a file, a smart card,
// an HSM. [Verify] says who signed a document, and hands out the octets that were signed.
//
// # What was signed
//
// A signature covers octets, and not always those that a reader believes. So the one rule for callers
// of [Verify] is: parse Signature.Signed, and throw the document away. Signed is what was hashed, in
// canonical form, without the signature. Comments in the document are not signed (XML-DSig 1.1
// §4.4.3.3) and are not in it. A comment in a value is refused all the same: anybody could put it there
// after signing, and of <a>1<!-- -->2</a> some programs read 1.
//
// # What is accepted
//
// One signature, either a child of the root element that covers the whole document (enveloped), or the
// root element around the ds:Object that it covers (enveloping). It refers to that, to its own
// xades:SignedProperties, and at most also to its own ds:KeyInfo, by URI="" or URI="#id" (XPointer is
// refused, even where it says the same: no client of KSeF is known to write it). The signed
// properties hold a signing time and the digest of the signer's certificate (SigningCertificate or
// SigningCertificateV2). Ids are attributes named Id, ID, id or xml:id.
//
// Qualifying properties beyond those (policy, role, place, formats) may be there. Unsigned properties
// (time stamps and the material of XAdES-T, -LT, -A) are neither required nor verified; Signature.Ignored
// names those that were there. A counter signature is a second signature and is refused.
//
// # What is not checked
//
// The certificate's validity, issuer and revocation, and whether it belongs to somebody who may sign:
// that is the caller's, with Signature.Certificate and Signature.Chain. Nor is the issuer's name beside
// the certificate's digest compared: tools spell it in many ways, and the digest decides.
package xades
