package xades

import (
	"strings"
	"testing"
	"time"
)

// shape is a template with the key that signs it. Those that xmlsec1 1.2 can sign are also in
// testdata/xmlsec, signed by it.
type shape struct {
	name     string
	template string
	key      string // "" is rsa
	foreign  bool   // xmlsec1 does not know the algorithm
}

// shapes is everything that protocol and package comment say is accepted.
func shapes() []shape {
	var list []shape
	add := func(name, template string) *shape {
		list = append(list, shape{name: name, template: template, key: "rsa"})
		return &list[len(list)-1]
	}
	add("enveloped", enveloped)
	add("enveloping", enveloping)
	add("enveloping base64", inBase64)
	add("enveloping base64 in lines", edit(inBase64, encode([]byte(request)), wrap(encode([]byte(request)))))
	add("enveloping base64 then canonical", edit(inBase64, uriBase64+`"/>`, uriBase64+`"/><ds:Transform Algorithm="`+uriExclusive+`"/>`))
	add("enveloping base64 then canonical with comments", edit(inBase64, uriBase64+`"/>`, uriBase64+`"/><ds:Transform Algorithm="`+uriExclusive+`WithComments"/>`))
	add("enveloping reference to the root", edit(enveloping, `<ds:Object Id="O">`, "<ds:Object>", "<AuthTokenRequest", `<AuthTokenRequest Id="O"`))
	add("enveloping object first", edit(enveloping, qualifyingObject, "", "</ds:Signature>", qualifyingObject+"</ds:Signature>"))
	add("enveloped reference to the root", edit(enveloped, `URI=""`, `URI="#O"`, "<AuthTokenRequest", `<AuthTokenRequest Id="O"`))
	add("enveloped in front", strings.Replace(request, "<Challenge", signature+"<Challenge", 1))
	add("key information signed", edit(enveloped, "</ds:SignedInfo>",
		`<ds:Reference URI="#K">`+digestMethod+`<ds:DigestValue/></ds:Reference></ds:SignedInfo>`, "<ds:KeyInfo>", `<ds:KeyInfo Id="K">`))
	add("properties first", edit(enveloped, documentReference+propertiesReference, propertiesReference+documentReference))
	add("prefix of its own", edit(enveloped, "<ds:", "<dsig:", "</ds:", "</dsig:", "xmlns:ds=", "xmlns:dsig="))
	add("properties with ID in capitals", edit(enveloped, ` Id="P"`, ` ID="P"`))
	add("properties with id in small letters", edit(enveloped, ` Id="P"`, ` id="P"`))
	add("policy", edit(enveloped, "</xades:SignedSignatureProperties>", "<xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/></xades:SignaturePolicyIdentifier></xades:SignedSignatureProperties>"))
	for _, m := range []string{c14n10, c14n10 + "#WithComments", "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2006/12/xml-c14n11#WithComments", uriExclusive, uriExclusive + "WithComments"} {
		name := m[strings.LastIndex(m, "/")+1:]
		transform := `<ds:Transform Algorithm="` + m + `"/>`
		add("canonicalization "+name, edit(enveloped, c14n10, m, uriEnveloped+`"/>`, uriEnveloped+`"/>`+transform,
			typeProperties+`">`, typeProperties+`"><ds:Transforms>`+transform+`</ds:Transforms>`))
		add("canonicalization enveloping "+name, edit(enveloping, c14n10, m, `URI="#O">`, `URI="#O"><ds:Transforms>`+transform+`</ds:Transforms>`))
	}
	inclusive := `"><ec:InclusiveNamespaces xmlns:ec="` + uriExclusive + `" PrefixList="#default xsi"/></ds:`
	add("inclusive namespaces", edit(enveloped, `<ds:CanonicalizationMethod Algorithm="`+c14n10+`"/>`,
		`<ds:CanonicalizationMethod Algorithm="`+uriExclusive+inclusive+`CanonicalizationMethod>`,
		uriEnveloped+`"/>`, uriEnveloped+`"/><ds:Transform Algorithm="`+uriExclusive+inclusive+`Transform>`))

	xpath := func(expression string) string {
		return edit(enveloped, uriEnveloped+`"/>`, uriXPath+`"><ds:XPath>`+expression+"</ds:XPath></ds:Transform>")
	}
	add("xpath", xpath("not(ancestor-or-self::ds:Signature)"))
	add("xpath spaced", xpath("\n  not ( ancestor-or-self :: ds:Signature )\n"))
	add("xpath prefix", edit(xpath("not(ancestor-or-self::x:Signature)"), "<ds:XPath>", `<ds:XPath xmlns:x="`+dsig+`">`))
	for i, expression := range []string{"/descendant::ds:Signature", "/descendant-or-self::ds:Signature", "//ds:Signature", " /*/ds:Signature ",
		"here()/ancestor::ds:Signature[1]", "here ( ) / ancestor :: ds:Signature"} {
		add("filter2 "+string(rune('a'+i)), edit(enveloped, uriEnveloped+`"/>`, uriFilter2+
			`"><f:XPath xmlns:f="`+uriFilter2+`" Filter="subtract">`+expression+"</f:XPath></ds:Transform>"))
	}
	add("xpath and enveloped", edit(xpath("not(ancestor-or-self::ds:Signature)"), "<ds:Transforms>", `<ds:Transforms><ds:Transform Algorithm="`+uriEnveloped+`"/>`))

	for _, m := range signatureMethods {
		keys := []string{"rsa", "issued"}
		if m.pad == plain {
			keys = []string{"p256", "p384", "p521"}
		}
		for _, key := range keys {
			s := add("method "+m.uri[strings.LastIndex(m.uri, "#")+1:]+" "+key, edit(enveloped, rsa256, m.uri))
			s.key, s.foreign = key, m.pad == pss || strings.HasPrefix(m.uri, more2021)
		}
	}
	for _, uri := range []string{dsig + "sha1", more2001 + "sha384", xmlenc + "sha512", more2007 + "sha3-256", more2007 + "sha3-384", more2007 + "sha3-512"} {
		s := add("digest "+uri[strings.LastIndex(uri, "#")+1:], edit(enveloped, documentReference, edit(documentReference, sha256u, uri), propertiesReference, edit(propertiesReference, sha256u, uri)))
		s.foreign = strings.Contains(uri, "sha3-")
	}
	list = append(list, shape{name: "C# client", template: csharp, key: "rsa"}, shape{name: "C# client ECDSA", template: edit(csharp, rsa256, ecdsa256), key: "p256"})
	return list
}

// csharp is what the ministry's C# client emits (protocol: .NET SignedXml, prefixless XML-DSig,
// SigningCertificate of the first version, seven decimals of a second).
var csharp = strings.Replace(request, "</AuthTokenRequest>", `<Signature Id="Signature" xmlns="`+dsig+`"><SignedInfo>`+
	`<CanonicalizationMethod Algorithm="`+c14n10+`" /><SignatureMethod Algorithm="`+rsa256+`" />`+
	`<Reference URI=""><Transforms><Transform Algorithm="`+uriEnveloped+`" /><Transform Algorithm="`+uriExclusive+`" /></Transforms>`+
	`<DigestMethod Algorithm="`+sha256u+`" /><DigestValue/></Reference>`+
	`<Reference URI="#SignedProperties" Type="`+typeProperties+`"><Transforms><Transform Algorithm="`+uriExclusive+`" /></Transforms>`+
	`<DigestMethod Algorithm="`+sha256u+`" /><DigestValue/></Reference></SignedInfo><SignatureValue/>`+
	`<KeyInfo><X509Data><X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo>`+
	`<Object><xades:QualifyingProperties Target="#Signature" xmlns:xades="`+etsi+`"><xades:SignedProperties Id="SignedProperties">`+
	`<xades:SignedSignatureProperties><xades:SigningTime>2026-12-01T11:59:00.1234567+00:00</xades:SigningTime><xades:SigningCertificate><xades:Cert>`+
	`<xades:CertDigest><DigestMethod Algorithm="`+sha256u+`" /><DigestValue>FINGERPRINT</DigestValue></xades:CertDigest>`+
	`<xades:IssuerSerial><X509IssuerName>CN=&quot;Zażółć, throw-away&quot;, SERIALNUMBER=TINPL-5265877635, C=PL</X509IssuerName>`+
	`<X509SerialNumber>-123</X509SerialNumber></xades:IssuerSerial></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties>`+
	`</xades:SignedProperties></xades:QualifyingProperties></Object></Signature></AuthTokenRequest>`, 1)

func wrap(s string) string {
	var b strings.Builder
	for len(s) > 64 {
		b.WriteString(s[:64] + "\n")
		s = s[64:]
	}
	return b.String() + s + "\n"
}

func TestAcceptedShapes(t *testing.T) {
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			cert := load(t, s.key)
			got, err := Verify(complete(t, s.template, cert), nil)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, s, got)
		})
	}
}

// checkAccepted checks everything that Verify returns for one of the shapes.
func checkAccepted(t *testing.T, s shape, got *Signature) {
	t.Helper()
	want := Enveloped
	if strings.Contains(s.name, "enveloping") {
		want = Enveloping
	}
	if got.Packaging != want {
		t.Errorf("packaging %q, want %q", got.Packaging, want)
	}
	if signed := canonical(t, string(got.Signed)); strings.ReplaceAll(signed, ` Id="O"`, "") != canonical(t, request) {
		t.Errorf("signed %s", got.Signed)
	}
	if strings.Contains(string(got.Signed), "<!--") != (strings.Contains(s.name, "base64") && !strings.HasSuffix(s.name, "then canonical")) {
		t.Errorf("comments in %s", got.Signed)
	}
	if want := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC); want.Sub(got.SigningTime).Abs() > time.Minute {
		t.Errorf("signing time %v", got.SigningTime)
	}
	if string(got.Certificate.Raw) != string(load(t, s.key).Certificate[0]) || len(got.Chain) != 0 {
		t.Errorf("certificate %v, chain of %d", got.Certificate.Subject, len(got.Chain))
	}
	if !strings.Contains(s.template, got.Method) && !strings.Contains(got.Method, "sha256") {
		t.Errorf("method %q", got.Method)
	}
	profile := ProfileB
	if s.name == "policy" {
		profile = ProfileEPES
	}
	if got.Profile != profile || len(got.Ignored) != 0 {
		t.Errorf("profile %q, ignored %q", got.Profile, got.Ignored)
	}
}
