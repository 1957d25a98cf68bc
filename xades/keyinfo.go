package xades

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// readCertificates reads the certificates of a ds:KeyInfo, each once. What names a certificate without
// holding it (names, key identifiers, digests) is passed over; what sends the reader elsewhere is
// refused, since it is not there that the certificate must come from.
func readCertificates(keyInfo *xmltree.Node) ([]*x509.Certificate, *Error) {
	const name = "ds:KeyInfo"
	kids, err := content(keyInfo, name)
	if err != nil {
		return nil, err
	}
	var certs []*x509.Certificate
	for _, k := range kids {
		switch {
		case isDS(k, "KeyName"), isDS(k, "KeyValue"):
		case isDS(k, "X509Data"):
			if certs, err = appendCertificates(certs, k); err != nil {
				return nil, err
			}
		default:
			return nil, fail(CheckKeyInfo, name, label(k)+" is not accepted: the certificate must be in ds:X509Data")
		}
	}
	if len(certs) == 0 {
		return nil, fail(CheckKeyInfo, name, "holds no ds:X509Certificate")
	}
	return certs, nil
}

func appendCertificates(certs []*x509.Certificate, data *xmltree.Node) ([]*x509.Certificate, *Error) {
	kids, err := content(data, "ds:X509Data")
	if err != nil {
		return nil, err
	}
	for _, k := range kids {
		if !isDS(k, "X509Certificate") {
			continue
		}
		der, err := base64Value(k)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(certs, func(c *x509.Certificate) bool { return bytes.Equal(c.Raw, der) }) {
			continue
		}
		if len(certs) == maxCertificates {
			return nil, tooMany("ds:X509Data", "certificates", maxCertificates, maxCertificates+1)
		}
		cert, perr := x509.ParseCertificate(der)
		if perr != nil {
			return nil, &Error{Check: CheckCertificate, Element: "ds:X509Certificate", Message: "cannot be read", Err: perr}
		}
		certs = append(certs, cert)
	}
	return certs, nil
}

// checkKeyValues refuses a ds:KeyValue that is not the key of the certificate: a program that
// verified with it would have another signer.
func checkKeyValues(keyInfo *xmltree.Node, cert *x509.Certificate) *Error {
	for k := range keyInfo.Elements() {
		if !isDS(k, "KeyValue") {
			continue
		}
		same, err := isKeyValue(k, cert)
		if err != nil {
			return err
		}
		if !same {
			return fail(CheckKeyInfo, "ds:KeyValue", "is not the key of the signer's certificate")
		}
	}
	return nil
}

func isKeyValue(n *xmltree.Node, cert *x509.Certificate) (bool, *Error) {
	kids, err := content(n, "ds:KeyValue")
	if err != nil {
		return false, err
	}
	if len(kids) != 1 {
		return false, fail(CheckStructure, "ds:KeyValue", "must hold one element")
	}
	switch v := kids[0]; {
	case isDS(v, "RSAKeyValue"):
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		parts, err := values(v, dsig, "Modulus", "Exponent")
		if err != nil || !ok {
			return false, err
		}
		e := new(big.Int).SetBytes(parts[1])
		return key.N.Cmp(new(big.Int).SetBytes(parts[0])) == 0 && e.IsInt64() && e.Int64() == int64(key.E), nil
	case v.NS == dsig11 && v.Local == "ECKeyValue":
		key, ok := cert.PublicKey.(*ecdsa.PublicKey)
		curve, err := one(v, "dsig11:ECKeyValue", dsig11, "NamedCurve", CheckKeyInfo)
		if err != nil {
			return false, err
		}
		point, err := one(v, "dsig11:ECKeyValue", dsig11, "PublicKey", CheckKeyInfo)
		if err != nil {
			return false, err
		}
		octets, err := base64Value(point)
		if err != nil || !ok {
			return false, err
		}
		want, kerr := key.Bytes()
		return kerr == nil && attr(curve, "URI") == curveURI(key) && bytes.Equal(octets, want), nil
	default:
		return false, fail(CheckKeyInfo, "ds:KeyValue", label(v)+" is not understood")
	}
}

// values decodes the child elements of n, which must have these names.
func values(n *xmltree.Node, ns string, names ...string) ([][]byte, *Error) {
	kids, err := content(n, label(n))
	if err != nil {
		return nil, err
	}
	if len(kids) != len(names) {
		return nil, fail(CheckStructure, label(n), fmt.Sprintf("must hold %v", names))
	}
	out := make([][]byte, len(names))
	for i, k := range kids {
		if k.NS != ns || k.Local != names[i] {
			return nil, fail(CheckStructure, label(n), fmt.Sprintf("must hold %v", names))
		}
		if out[i], err = base64Value(k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// curveURI names a curve as dsig11:NamedCurve does (RFC 5480 §2.1.1.1).
func curveURI(k *ecdsa.PublicKey) string {
	switch k.Curve.Params().BitSize {
	case 256:
		return "urn:oid:1.2.840.10045.3.1.7"
	case 384:
		return "urn:oid:1.3.132.0.34"
	case 521:
		return "urn:oid:1.3.132.0.35"
	}
	return ""
}
