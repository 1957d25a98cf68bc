package upo

import (
	"crypto/x509"
	"time"

	"github.com/ksef-go/ksef/xades"
)

// VerifyOptions say whose receipts to trust. nil means nobody's in particular: the receipt is [Intact] at
// best. What is given must hold, all of it, or the receipt is refused; an empty pool or list holds for
// nobody.
type VerifyOptions struct {
	// Roots are the authorities one of which must have issued the signer's certificate, directly or through
	// Intermediates and the certificates in the signature. An authority that issues to everybody is no
	// proof of the ministry, so Organization is checked as well.
	Roots         *x509.CertPool
	Intermediates *x509.CertPool

	// Pinned are certificates one of which must be the signer's.
	Pinned []*x509.Certificate

	// Organization is the organizationIdentifier that the signer's certificate must have (ETSI EN 319 412-1
	// §5.1.4), such as "VATPL-5260250274". Empty means [Ministry] when Roots are given and
	// [AnyOrganization] when they are not.
	Organization string

	// Time is when the certificates must have been valid. Zero means the time that the signature claims:
	// receipts are kept for longer than certificates are valid. Whoever has got hold of an old key can
	// claim any time.
	Time time.Time

	// MaxSize is the largest receipt, in bytes, that is looked at. Zero means 20 MiB, which is over the
	// heaviest receipt of 10,000 documents. Verify needs some 20 times as much memory.
	MaxSize int
}

const (
	// Ministry is the organizationIdentifier of the Ministry of Finance: the NIP of its office.
	Ministry = "VATPL-5260250274"
	// AnyOrganization is for Roots that issue to nobody else, such as a sandbox's own.
	AnyOrganization = "*"
)

// Signature tells who signed a receipt.
type Signature struct {
	// Certificate is the signer's.
	Certificate *x509.Certificate
	// Path leads from Certificate to one of [VerifyOptions].Roots; nil when none were given.
	Path []*x509.Certificate
	// Time is when the receipt was signed, as the signer claims.
	Time time.Time
}

// Verify checks the signature of a receipt, and who made it as far as the options ask for that, and reads
// what was signed. The receipt is at least [Intact], and [Trusted] when Roots or Pinned certificates
// were given and the signer is one of theirs. The bytes must be those that KSeF sent: programs that
// indent a receipt break its signature.
//
// Every error is an [*Error]: [CheckSignature] wraps the [xades.Error] that tells what of the signature
// failed, [CheckSigner] is a good signature of somebody else. There is no partial result.
//
// Verify keeps nothing of doc, does no input or output, and may be called concurrently. Signatures with
// SHA-1 are refused, and so is what is not enveloped in the receipt.
func Verify(doc []byte, opts *VerifyOptions) (*Receipt, error) {
	var o VerifyOptions
	if opts != nil {
		o = *opts
	}
	if o.MaxSize <= 0 {
		o.MaxSize = maxSize
	}
	if err := checkSize(doc, o.MaxSize); err != nil {
		return nil, err
	}
	signed, err := xades.Verify(doc, &xades.VerifyOptions{MaxSize: o.MaxSize, RefuseSHA1: true})
	if err != nil {
		return nil, &Error{Check: CheckSignature, Err: err}
	}
	if signed.Packaging != xades.Enveloped {
		return nil, &Error{Check: CheckSignature, Want: "a signature in the receipt", Got: string(signed.Packaging)}
	}
	signature, trust, failure := o.judge(signed)
	if failure != nil {
		return nil, failure
	}
	receipt, failure := parse(signed.Signed)
	if failure != nil {
		return nil, failure
	}
	receipt.Trust, receipt.Signature = trust, signature
	return receipt, nil
}
