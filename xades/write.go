package xades

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// writer writes a ds:Signature. What is signed of it, ds:SignedInfo and xades:SignedProperties, it
// writes in exclusive canonical form, so that there is nothing to parse and canonicalise before it is
// hashed. In the document each of them declares its namespaces itself, which makes them the same octets
// there whatever the root element declares.
type writer struct {
	*Signer
	time     time.Time
	v2       bool
	document []byte // the digest of the document
	id       string // what all ids end in
}

const (
	declareDS    = ` xmlns:ds="` + dsig + `"`
	declareXAdES = ` xmlns:xades="` + etsi + `"`
)

// size is about how many bytes append appends beside the properties: seldom fewer.
func (w *writer) size() int {
	n := 2 << 10 // ds:SignedInfo, the value and the elements around everything
	for _, c := range w.chain {
		n += base64.StdEncoding.EncodedLen(len(c)) + 64
	}
	return n
}

// append appends the ds:Signature around properties, which [writer.appendProperties] wrote.
func (w *writer) append(b, properties []byte) ([]byte, *Error) {
	b = join(b, `<ds:Signature`+declareDS+` Id="Signature-`, w.id, `">`)
	from := len(b)
	b = w.appendInfo(b, properties)
	value, err := w.value(b[from:])
	if err != nil {
		return nil, err
	}
	b = append(appendBase64(append(b, `<ds:SignatureValue>`...), value), `</ds:SignatureValue><ds:KeyInfo><ds:X509Data>`...)
	for _, c := range w.chain {
		b = append(appendBase64(append(b, `<ds:X509Certificate>`...), c), `</ds:X509Certificate>`...)
	}
	b = join(b, `</ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties`+declareXAdES+` Target="#Signature-`, w.id, `">`)
	b = append(b, properties...)
	return append(b, `</xades:QualifyingProperties></ds:Object></ds:Signature>`...), nil
}

// appendInfo appends ds:SignedInfo.
func (w *writer) appendInfo(b, properties []byte) []byte {
	b = join(b, `<ds:SignedInfo`+declareDS+`>`+
		`<ds:CanonicalizationMethod Algorithm="`+uriExclusive+`"></ds:CanonicalizationMethod>`+
		`<ds:SignatureMethod Algorithm="`, w.method.uri, `"></ds:SignatureMethod>`+
		`<ds:Reference Id="Reference-`, w.id, `" URI=""><ds:Transforms>`+
		`<ds:Transform Algorithm="`+uriEnveloped+`"></ds:Transform>`+
		`<ds:Transform Algorithm="`+uriExclusive+`"></ds:Transform></ds:Transforms>`)
	b = w.appendDigest(b, "", w.document)
	b = join(b, `</ds:Reference><ds:Reference Type="`+typeProperties+`" URI="#SignedProperties-`, w.id, `"><ds:Transforms>`+
		`<ds:Transform Algorithm="`+uriExclusive+`"></ds:Transform></ds:Transforms>`)
	b = w.appendDigest(b, "", w.hash(properties))
	return append(b, `</ds:Reference></ds:SignedInfo>`...)
}

// appendDigest appends the ds:DigestMethod and the ds:DigestValue of a digest, each of which declares what it
// is told to.
func (w *writer) appendDigest(b []byte, declare string, digest []byte) []byte {
	b = join(b, `<ds:DigestMethod`, declare, ` Algorithm="`, w.digest, `"></ds:DigestMethod><ds:DigestValue`, declare, `>`)
	return append(appendBase64(b, digest), `</ds:DigestValue>`...)
}

// appendProperties appends xades:SignedProperties with what EN 319 132-1 §6.3 wants of a B-B signature.
func (w *writer) appendProperties(b []byte) []byte {
	b = join(b, `<xades:SignedProperties`+declareXAdES+` Id="SignedProperties-`, w.id, `"><xades:SignedSignatureProperties><xades:SigningTime>`)
	b = w.time.AppendFormat(b, "2006-01-02T15:04:05Z")
	b = append(b, `</xades:SigningTime>`...)
	property := "SigningCertificate"
	if w.v2 {
		property = "SigningCertificateV2"
	}
	b = join(b, `<xades:`, property, `><xades:Cert><xades:CertDigest>`)
	b = w.appendDigest(b, declareDS, w.hash(w.leaf.Raw))
	b = append(b, `</xades:CertDigest>`...)
	if !w.v2 {
		b = join(b, `<xades:IssuerSerial><ds:X509IssuerName`+declareDS+`>`, escape(issuer(w.leaf)), `</ds:X509IssuerName>`+
			`<ds:X509SerialNumber`+declareDS+`>`)
		b = append(w.leaf.SerialNumber.Append(b, 10), `</ds:X509SerialNumber></xades:IssuerSerial>`...)
	}
	return join(b, `</xades:Cert></xades:`, property, `></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>`+
		`<xades:DataObjectFormat ObjectReference="#Reference-`, w.id, `"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>`+
		`</xades:SignedDataObjectProperties></xades:SignedProperties>`)
}

// join appends several texts.
func join(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = append(b, s...)
	}
	return b
}

// issuer writes the name of a certificate's issuer by RFC 4514, as XML-DSig 1.1 §4.5.4.1 has it, in the
// order that it has in the certificate.
func issuer(c *x509.Certificate) string {
	var sets []asn1.RawValue
	_, err := asn1.Unmarshal(c.RawIssuer, &sets)
	empty := func(set asn1.RawValue) bool { return len(set.Bytes) == 0 }
	if err == nil && len(sets) == len(c.Issuer.Names) && !slices.ContainsFunc(sets, empty) {
		// Each set has one attribute, as almost always, and those are read already.
		name := make(pkix.RDNSequence, len(sets))
		for i := range name {
			name[i] = c.Issuer.Names[i : i+1]
		}
		return name.String()
	}
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(c.RawIssuer, &name); err != nil {
		return c.Issuer.String()
	}
	return name.String()
}

// escape makes text canonical, and control characters, which XML does not have, hexadecimal pairs (RFC 4514 §2.4).
func escape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r < ' ':
			fmt.Fprintf(&b, `\%02X`, r)
		case r == 0xFFFE, r == 0xFFFF:
			b.WriteRune(0xFFFD)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// insertion finds where in a document its last child goes: before the root's end tag or, when the root
// is one tag <a/>, before its last two characters, and then tag is its name.
func insertion(doc []byte, tree *xmltree.Node) (at int, tag string) {
	root := tree.Root()
	end := len(doc)
	for i := len(tree.Children) - 1; tree.Children[i] != root; i-- {
		end = int(tree.Children[i].Offset)
	}
	if s := bytes.TrimRight(doc[:end], xmlSpace); bytes.HasSuffix(s, []byte("/>")) {
		tag = root.Local
		if root.Prefix != "" {
			tag = root.Prefix + ":" + root.Local
		}
		return len(s) - len("/>"), tag
	}
	return bytes.LastIndex(doc[:end], []byte("</")), ""
}
