package xades

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
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
}

const declareDS = ` xmlns:ds="` + dsig + `"`

func (w *writer) signature() ([]byte, *Error) {
	// Ids come from the digest of the document: no document can hold the ids of its own signature.
	id := hex.EncodeToString(w.document[:8])
	properties := w.properties(id)
	info := w.info(id, properties)
	value, err := w.value([]byte(info))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.Grow(len(info) + len(properties) + 1024 + 2*len(w.leaf.Raw))
	b.WriteString(`<ds:Signature` + declareDS + ` Id="Signature-` + id + `">`)
	b.WriteString(info)
	b.WriteString(`<ds:SignatureValue>` + encode(value) + `</ds:SignatureValue><ds:KeyInfo><ds:X509Data>`)
	for _, c := range w.chain {
		b.WriteString(`<ds:X509Certificate>` + encode(c) + `</ds:X509Certificate>`)
	}
	b.WriteString(`</ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="` + etsi + `" Target="#Signature-` + id + `">`)
	b.WriteString(properties)
	b.WriteString(`</xades:QualifyingProperties></ds:Object></ds:Signature>`)
	return []byte(b.String()), nil
}

// info writes ds:SignedInfo.
func (w *writer) info(id, properties string) string {
	digestMethod := `<ds:DigestMethod Algorithm="` + w.digest + `"></ds:DigestMethod>`
	return `<ds:SignedInfo` + declareDS + `>` +
		`<ds:CanonicalizationMethod Algorithm="` + uriExclusive + `"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="` + w.method.uri + `"></ds:SignatureMethod>` +
		`<ds:Reference Id="Reference-` + id + `" URI=""><ds:Transforms>` +
		`<ds:Transform Algorithm="` + uriEnveloped + `"></ds:Transform>` +
		`<ds:Transform Algorithm="` + uriExclusive + `"></ds:Transform></ds:Transforms>` +
		digestMethod + `<ds:DigestValue>` + encode(w.document) + `</ds:DigestValue></ds:Reference>` +
		`<ds:Reference Type="` + typeProperties + `" URI="#SignedProperties-` + id + `"><ds:Transforms>` +
		`<ds:Transform Algorithm="` + uriExclusive + `"></ds:Transform></ds:Transforms>` +
		digestMethod + `<ds:DigestValue>` + encode(w.hash([]byte(properties))) + `</ds:DigestValue></ds:Reference>` +
		`</ds:SignedInfo>`
}

// properties writes xades:SignedProperties with what EN 319 132-1 §6.3 wants of a B-B signature.
func (w *writer) properties(id string) string {
	certificate := `<xades:Cert><xades:CertDigest><ds:DigestMethod` + declareDS + ` Algorithm="` + w.digest + `"></ds:DigestMethod>` +
		`<ds:DigestValue` + declareDS + `>` + encode(w.hash(w.leaf.Raw)) + `</ds:DigestValue></xades:CertDigest>`
	if w.v2 {
		certificate = `<xades:SigningCertificateV2>` + certificate + `</xades:Cert></xades:SigningCertificateV2>`
	} else {
		certificate = `<xades:SigningCertificate>` + certificate + `<xades:IssuerSerial>` +
			`<ds:X509IssuerName` + declareDS + `>` + escape(issuer(w.leaf)) + `</ds:X509IssuerName>` +
			`<ds:X509SerialNumber` + declareDS + `>` + w.leaf.SerialNumber.String() + `</ds:X509SerialNumber>` +
			`</xades:IssuerSerial></xades:Cert></xades:SigningCertificate>`
	}
	return `<xades:SignedProperties xmlns:xades="` + etsi + `" Id="SignedProperties-` + id + `"><xades:SignedSignatureProperties>` +
		`<xades:SigningTime>` + w.time.Format("2006-01-02T15:04:05Z") + `</xades:SigningTime>` + certificate +
		`</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>` +
		`<xades:DataObjectFormat ObjectReference="#Reference-` + id + `"><xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>` +
		`</xades:SignedDataObjectProperties></xades:SignedProperties>`
}

// issuer writes the name of a certificate's issuer by RFC 4514, as XML-DSig 1.1 §4.5.4.1 has it, in the
// order that it has in the certificate.
func issuer(c *x509.Certificate) string {
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(c.RawIssuer, &name); err != nil {
		return c.Issuer.String()
	}
	return name.String()
}

// escape makes text canonical, and control characters, which XML does not have, hexadecimal pairs (RFC 4514 §2.4).
func escape(s string) string {
	var b strings.Builder
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
