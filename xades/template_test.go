package xades

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/c14n"
	"github.com/ksef-go/ksef/internal/xmltree"
)

// The templates are documents with everything of a signature but the digests and the value. Tests
// change them by replacing text, and have them completed by xmlsec1 or by complete.
const (
	request = `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Challenge>20261105-CR-20F5EE4000-DA48AE4124-46</Challenge><!-- a comment -->
  <ContextIdentifier><Nip>5265877635</Nip></ContextIdentifier>
  <SubjectIdentifierType xsi:nil="false">certificateSubject</SubjectIdentifierType>
</AuthTokenRequest>`

	c14n10   = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	rsa256   = more2001 + "rsa-sha256"
	ecdsa256 = more2001 + "ecdsa-sha256"
	sha256u  = xmlenc + "sha256"

	digestMethod = `<ds:DigestMethod Algorithm="` + sha256u + `"/>`

	transforms = `<ds:Transforms><ds:Transform Algorithm="` + uriEnveloped + `"/></ds:Transforms>`

	propertiesReference = `<ds:Reference URI="#P" Type="` + typeProperties + `">` + digestMethod + `<ds:DigestValue/></ds:Reference>`

	documentReference = `<ds:Reference URI="">` + transforms + digestMethod + `<ds:DigestValue/></ds:Reference>`

	keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>CERTIFICATE</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`

	signedProperties = `<xades:SignedProperties Id="P"><xades:SignedSignatureProperties>` +
		`<xades:SigningTime>2026-12-01T12:00:00Z</xades:SigningTime>` +
		`<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="` + sha256u + `"/>` +
		`<ds:DigestValue>FINGERPRINT</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2>` +
		`</xades:SignedSignatureProperties></xades:SignedProperties>`

	qualifyingObject = `<ds:Object><xades:QualifyingProperties xmlns:xades="` + etsi + `" Target="#S">` +
		signedProperties + `</xades:QualifyingProperties></ds:Object>`

	signature = `<ds:Signature xmlns:ds="` + dsig + `" Id="S"><ds:SignedInfo>` +
		`<ds:CanonicalizationMethod Algorithm="` + c14n10 + `"/><ds:SignatureMethod Algorithm="` + rsa256 + `"/>` +
		documentReference + propertiesReference +
		`</ds:SignedInfo><ds:SignatureValue/>` + keyInfo + qualifyingObject + `</ds:Signature>`
)

var (
	// enveloped is a request with a signature in it.
	enveloped = strings.Replace(request, "</AuthTokenRequest>", signature+"</AuthTokenRequest>", 1)

	// enveloping is a signature with a request in it.
	enveloping = edit(signature, transforms, "", `URI=""`, `URI="#O"`,
		"</ds:Signature>", `<ds:Object Id="O">`+request+"</ds:Object></ds:Signature>")

	// inBase64 is a signature with a request in base64 in it.
	inBase64 = edit(signature, uriEnveloped, uriBase64, `URI=""`, `URI="#O"`, "</ds:Signature>",
		`<ds:Object Id="O">`+base64.StdEncoding.EncodeToString([]byte(request))+"</ds:Object></ds:Signature>")
)

// edit replaces in s each first string by the one after it, everywhere; a string that is not in s
// is an error of the test.
func edit(s string, replacements ...string) string {
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(s, replacements[i]) {
			panic("edit: not in the text: " + replacements[i])
		}
		s = strings.ReplaceAll(s, replacements[i], replacements[i+1])
	}
	return s
}

// load reads one of the throw-away keys of testdata/keys.
func load(t testing.TB, name string) tls.Certificate {
	t.Helper()
	c, err := tls.LoadX509KeyPair("testdata/keys/"+name+".pem", "testdata/keys/"+name+".key")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// certify puts a certificate into a template.
func certify(template string, cert tls.Certificate) string {
	sum := sha256.Sum256(cert.Certificate[0])
	return strings.NewReplacer("CERTIFICATE", encode(cert.Certificate[0]), "FINGERPRINT", encode(sum[:])).Replace(template)
}

// complete fills a template's digests and signature value in, whatever it is that the references say,
// so that what Verify objects to is never that they are wrong.
func complete(t testing.TB, template string, cert tls.Certificate) []byte {
	t.Helper()
	doc := certify(template, cert)
	tree := mustParse(t, doc)
	found := survey(tree)
	sig := found.signatures[0]
	info := sig.Child(dsig, "SignedInfo")
	if info == nil {
		return []byte(doc)
	}
	for ref := range info.Elements() {
		if !isDS(ref, "Reference") {
			continue
		}
		digest := reckon(t, tree, sig, found.ids, ref)
		doc = fill(doc, "DigestValue", digest)
	}
	found = survey(mustParse(t, doc))
	info = found.signatures[0].Child(dsig, "SignedInfo")
	m, ok := c14n.ByURI(algorithm(info, "CanonicalizationMethod"))
	if !ok {
		m = c14n.C14N10
	}
	method, ok := signatureMethodByURI(algorithm(info, "SignatureMethod"))
	if !ok {
		method, _ = signatureMethodByURI(rsa256)
	}
	h := method.hash.New()
	h.Write(m.Append(nil, info, &c14n.Options{InclusivePrefixes: prefixList(info.Child(dsig, "CanonicalizationMethod"))}))
	value := signDigest(t, cert.PrivateKey.(crypto.Signer), method, h.Sum(nil))
	return []byte(fill(doc, "SignatureValue", value))
}

// fill puts a value into the first empty element of that name.
func fill(doc, local string, value []byte) string {
	m := regexp.MustCompile(`<((?:\w+:)?` + local + `)/>`).FindStringSubmatchIndex(doc)
	name := doc[m[2]:m[3]]
	return doc[:m[0]] + "<" + name + ">" + encode(value) + "</" + name + ">" + doc[m[1]:]
}

func signDigest(t testing.TB, key crypto.Signer, method signatureMethod, digest []byte) []byte {
	t.Helper()
	var opts crypto.SignerOpts = method.hash
	if method.pad == pss {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: method.hash}
	}
	value, err := key.Sign(rand.Reader, digest, opts)
	if err != nil {
		t.Fatal(err)
	}
	if k, ok := key.Public().(*ecdsa.PublicKey); ok {
		if value, err = sideBySide(value, curveBytes(k)); err != nil {
			t.Fatal(err)
		}
	}
	return value
}

// reckon is the reference processing of a program that believes everything.
func reckon(t testing.TB, tree, sig *xmltree.Node, ids map[string]*xmltree.Node, ref *xmltree.Node) []byte {
	t.Helper()
	target := ids[strings.TrimPrefix(attr(ref, "URI"), "#")]
	if target == nil {
		target = tree
	}
	m, opts := c14n.C14N10, &c14n.Options{}
	var octets []byte
	if ts := ref.Child(dsig, "Transforms"); ts != nil {
		for tr := range ts.Elements() {
			uri := attr(tr, "Algorithm")
			if named, ok := c14n.ByURI(uri); ok {
				m, opts.InclusivePrefixes = named, prefixList(tr)
			}
			switch uri {
			case uriEnveloped, uriXPath, uriFilter2:
				opts.Exclude = sig
			case uriBase64:
				if b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(target.Text()), "")); err == nil {
					octets, target = b, nil
				}
			}
		}
	}
	switch named := m != c14n.C14N10; {
	case target == nil && named:
		octets = m.Append(nil, mustParse(t, string(octets)), opts)
	case target != nil:
		octets = (m &^ 1).Append(nil, target, opts) // the methods with comments are the odd ones
	}
	hash, ok := digestByURI(algorithm(ref, "DigestMethod"))
	if !ok {
		hash = crypto.SHA256
	}
	h := hash.New()
	h.Write(octets)
	return h.Sum(nil)
}

func algorithm(n *xmltree.Node, local string) string {
	if n = n.Child(dsig, local); n == nil {
		return ""
	}
	return attr(n, "Algorithm")
}

func prefixList(n *xmltree.Node) []string {
	if n == nil {
		return nil
	}
	if p := n.Child(uriExclusive, "InclusiveNamespaces"); p != nil {
		return strings.Fields(attr(p, "PrefixList"))
	}
	return nil
}

func mustParse(t testing.TB, doc string) *xmltree.Node {
	t.Helper()
	tree, err := xmltree.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
	return tree
}

// canonical is what a document must say, whoever wrote it.
func canonical(t testing.TB, doc string) string {
	t.Helper()
	return string(c14n.Exclusive.Append(nil, mustParse(t, doc), nil))
}
