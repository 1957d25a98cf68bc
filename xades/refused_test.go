package xades

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// The signatures of this file are made by somebody who has a key: digests and values are right, and
// what they are of is not accepted.
func TestRefusedShapes(t *testing.T) {
	transform := func(algorithm, content string) string {
		return edit(enveloped, uriEnveloped+`"/>`, algorithm+`">`+content+"</ds:Transform>")
	}
	xpath := func(expression string) string {
		return transform(uriXPath, "<ds:XPath>"+expression+"</ds:XPath>")
	}
	filter2 := func(filter, expression string) string {
		return transform(uriFilter2, `<f:XPath xmlns:f="`+uriFilter2+`" Filter="`+filter+`">`+expression+"</f:XPath>")
	}
	cert := encode(load(t, "rsa").Certificate[0])
	for _, c := range []struct {
		name     string
		template string
		want     Check
	}{
		// references
		{"external URI", edit(enveloped, `URI=""`, `URI="http://example.com/a.xml"`), CheckReference},
		{"file URI", edit(enveloped, `URI=""`, `URI="file:///etc/passwd"`), CheckReference},
		{"relative URI", edit(enveloped, `URI=""`, `URI="a.xml#O"`), CheckReference},
		{"no URI", edit(enveloped, ` URI=""`, ""), CheckReference},
		{"xpointer root", edit(enveloped, `URI=""`, `URI="#xpointer(/)"`), CheckReference},
		{"xpointer id", edit(enveloped, `URI="#P"`, `URI="#xpointer(id('P'))"`), CheckReference},
		{"unknown id", edit(enveloped, `URI="#P"`, `URI="#N"`), CheckReference},
		{"empty id", edit(enveloped, `URI="#P"`, `URI="#"`), CheckReference},
		{"part of the document", edit(enveloped, `URI=""`, `URI="#O"`, "<ContextIdentifier", `<ContextIdentifier Id="O"`), CheckReference},
		{"part of an enveloped document", edit(enveloping, `Id="O"`, "", "<ContextIdentifier", `<ContextIdentifier Id="O"`), CheckReference},
		{"the signature itself", edit(enveloped, `URI=""`, `URI="#S"`), CheckReference},
		{"enveloping by empty URI", edit(enveloping, `URI="#O"`, `URI=""`), CheckReference},
		{"no document", edit(enveloped, documentReference, ""), CheckReference},
		{"no references", edit(enveloped, documentReference, "", propertiesReference, ""), CheckStructure},
		{"key information for the document", edit(enveloped, documentReference, edit(documentReference, `URI=""`, `URI="#K"`, transforms, ""), "<ds:KeyInfo>", `<ds:KeyInfo Id="K">`), CheckReference},
		{"document twice", edit(enveloped, documentReference, documentReference+documentReference), CheckReference},
		{"properties twice", edit(enveloped, propertiesReference, propertiesReference+propertiesReference), CheckReference},
		{"properties not referenced", edit(enveloped, propertiesReference, edit(propertiesReference, "#P", "#K", ` Type="`+typeProperties+`"`, ""), "<ds:KeyInfo>", `<ds:KeyInfo Id="K">`), CheckProfile},
		{"properties without type", edit(enveloped, ` Type="`+typeProperties+`"`, ""), CheckReference},
		{"document of the properties' type", edit(enveloped, `URI=""`, `URI="" Type="`+typeProperties+`"`), CheckReference},
		{"manifest", edit(enveloped, "</ds:Signature>", `<ds:Object><ds:Manifest Id="M">`+documentReference+`</ds:Manifest></ds:Object></ds:Signature>`,
			`URI="#P"`, `URI="#M"`), CheckStructure},
		{"too many references", edit(enveloped, propertiesReference, strings.Repeat(propertiesReference, maxReferences)), CheckSize},

		// transforms
		{"XSLT", transform("http://www.w3.org/TR/1999/REC-xslt-19991116", ""), CheckTransform},
		{"no enveloped transform", edit(enveloped, transforms, ""), CheckTransform},
		{"enveloped on properties", edit(enveloped, typeProperties+`">`, typeProperties+`">`+transforms), CheckTransform},
		{"enveloped on enveloping", edit(enveloping, `URI="#O">`, `URI="#O">`+transforms), CheckTransform},
		{"base64 on enveloped", edit(enveloped, uriEnveloped+`"/>`, uriEnveloped+`"/><ds:Transform Algorithm="`+uriBase64+`"/>`), CheckTransform},
		{"base64 on properties", edit(enveloped, typeProperties+`">`, typeProperties+`">`+edit(transforms, uriEnveloped, uriBase64)), CheckTransform},
		{"after canonicalization", edit(enveloped, `<ds:Transform Algorithm="`+uriEnveloped, `<ds:Transform Algorithm="`+uriExclusive+`"/><ds:Transform Algorithm="`+uriEnveloped), CheckTransform},
		{"two canonicalizations", edit(enveloped, uriEnveloped+`"/>`, uriEnveloped+`"/>`+strings.Repeat(`<ds:Transform Algorithm="`+uriExclusive+`"/>`, 2)), CheckTransform},
		{"parameter of enveloped", transform(uriEnveloped, "<ds:XPath>1</ds:XPath>"), CheckTransform},
		{"parameter of inclusive", edit(enveloped, `<ds:CanonicalizationMethod Algorithm="`+c14n10+`"/>`, `<ds:CanonicalizationMethod Algorithm="`+c14n10+`">`+
			`<ec:InclusiveNamespaces xmlns:ec="`+uriExclusive+`" PrefixList="a"/></ds:CanonicalizationMethod>`), CheckAlgorithm},
		{"too many prefixes", transform(uriExclusive, `<ec:InclusiveNamespaces xmlns:ec="`+uriExclusive+`" PrefixList="`+strings.Repeat("a ", maxPrefixes+1)+`"/>`), CheckSize},
		{"too many transforms", edit(enveloped, uriEnveloped+`"/>`, uriEnveloped+`"/>`+strings.Repeat(`<ds:Transform Algorithm="`+uriEnveloped+`"/>`, maxTransforms)), CheckSize},
		{"xpath nothing", xpath("false()"), CheckTransform},
		{"xpath all", xpath("true()"), CheckTransform},
		{"xpath other element", xpath("not(ancestor-or-self::ds:SignatureValue)"), CheckTransform},
		{"xpath or", xpath("not(ancestor-or-self::ds:Signature or self::text())"), CheckTransform},
		{"xpath without prefix", xpath("not(ancestor-or-self::Signature)"), CheckTransform},
		{"xpath other namespace", edit(xpath("not(ancestor-or-self::ds:Signature)"), "<ds:XPath>", `<ds:XPath xmlns:ds="urn:a">`, "ds:XPath", "x:XPath", "<ds:Transform ", `<ds:Transform xmlns:x="`+dsig+`" `), CheckTransform},
		{"xpath unbound prefix", xpath("not(ancestor-or-self::nope:Signature)"), CheckTransform},
		{"xpath spaced name", xpath("not(ancestor-or-self::ds: Signature)"), CheckTransform},
		{"xpath garbage", xpath("not(ancestor-or-self::ds:Signature)$"), CheckTransform},
		{"xpath comment", xpath("not(ancestor-or-self::ds:Signature)<!-- -->"), CheckValue},
		{"xpath twice", transform(uriXPath, strings.Repeat("<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>", 2)), CheckStructure},
		{"filter2 without parameter", transform(uriFilter2, ""), CheckStructure},
		{"filter2 comment", filter2("subtract", "/descendant::ds:Signature<!-- -->"), CheckValue},
		{"filter2 intersect", filter2("intersect", "/descendant::ds:Signature"), CheckTransform},
		{"filter2 union", filter2("union", "/"), CheckTransform},
		{"filter2 everything", filter2("subtract", "/*"), CheckTransform},
		{"filter2 other element", filter2("subtract", "//Nip"), CheckTransform},

		// algorithms
		{"MD5", edit(enveloped, rsa256, more2001+"rsa-md5"), CheckAlgorithm},
		{"RSA-SHA224", edit(enveloped, rsa256, more2001+"rsa-sha224"), CheckAlgorithm},
		{"parameterised PSS", edit(enveloped, rsa256, more2007+"rsa-pss"), CheckAlgorithm},
		{"EdDSA", edit(enveloped, rsa256, more2021+"eddsa-ed25519"), CheckAlgorithm},
		{"HMAC length", edit(enveloped, rsa256+`"/>`, rsa256+`"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>`), CheckAlgorithm},
		{"digest MD5", edit(enveloped, documentReference, edit(documentReference, sha256u, more2001+"md5")), CheckAlgorithm},
		{"digest SHA-224", edit(enveloped, documentReference, edit(documentReference, sha256u, more2001+"sha224")), CheckAlgorithm},
		{"certificate digest MD5", edit(enveloped, "<xades:CertDigest>"+digestMethod, "<xades:CertDigest>"+edit(digestMethod, sha256u, more2001+"md5")), CheckAlgorithm},
		{"certificate digest of another length", edit(enveloped, "<xades:CertDigest>"+digestMethod, "<xades:CertDigest>"+edit(digestMethod, sha256u, xmlenc+"sha512")), CheckValue},
		{"canonicalization", edit(enveloped, c14n10, "http://www.w3.org/2010/xml-c14n2"), CheckAlgorithm},
		{"no canonicalization", edit(enveloped, ` Algorithm="`+c14n10+`"`, ""), CheckAlgorithm},

		// structure
		{"no SignedInfo", edit(enveloped, "SignedInfo>", "Info>"), CheckStructure},
		{"no SignatureMethod", edit(enveloped, `<ds:SignatureMethod Algorithm="`+rsa256+`"/>`, ""), CheckStructure},
		{"no KeyInfo", edit(enveloped, keyInfo, ""), CheckStructure},
		{"no certificate", edit(enveloped, "X509Certificate>", "X509CRL>"), CheckKeyInfo},
		{"other target", edit(enveloped, `Target="#S"`, `Target="#X"`), CheckStructure},
		{"no target", edit(enveloped, ` Target="#S"`, ``), CheckStructure},
		{"no id of the signature", edit(enveloped, ` Id="S"`, ``), CheckStructure},

		// profile
		{"plain XML-DSig", edit(enveloped, qualifyingObject, "", propertiesReference, ""), CheckProfile},
		{"XAdES 1.1.1", edit(enveloped, etsi, "http://uri.etsi.org/01903/v1.1.1#"), CheckProfile},
		{"properties by reference", edit(enveloped, "<xades:QualifyingProperties ", `<xades:QualifyingPropertiesReference URI="http://example.com" `, "</xades:QualifyingProperties>", "</xades:QualifyingPropertiesReference>"), CheckProfile},
		{"no signing time", edit(enveloped, "SigningTime>", "ClaimedTime>"), CheckSigningTime},
		{"two signing times", edit(enveloped, "<xades:SigningTime>", "<xades:SigningTime>2026-12-01T12:00:00Z</xades:SigningTime><xades:SigningTime>"), CheckStructure},
		{"date without time", edit(enveloped, "2026-12-01T12:00:00Z", "2026-12-01"), CheckSigningTime},
		{"time with a comma", edit(enveloped, "12:00:00Z", "12:00:00,5Z"), CheckSigningTime},
		{"no signing certificate", edit(enveloped, "SigningCertificateV2>", "SigningCertificateV3>"), CheckSigningCertificate},
		{"empty signing certificate", edit(enveloped, "<xades:Cert>", "", "</xades:Cert>", "", cut(enveloped, "<xades:CertDigest>", "</xades:CertDigest>"), ""), CheckSigningCertificate},
		{"no certificate digest", edit(enveloped, "xades:CertDigest>", "xades:Digest>"), CheckSigningCertificate},
		{"second signing certificate differs", edit(enveloped, "</xades:SignedSignatureProperties>", `<xades:SigningCertificate><xades:Cert><xades:CertDigest>`+digestMethod+
			"<ds:DigestValue>"+strings.Repeat("A", 43)+"=</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties>"), CheckCertificateDigest},

		// key information
		{"retrieval method", edit(enveloped, "<ds:KeyInfo>", `<ds:KeyInfo><ds:RetrievalMethod URI="http://example.com"/>`), CheckKeyInfo},
		{"key information reference", edit(enveloped, "<ds:KeyInfo>", `<ds:KeyInfo><ds11:KeyInfoReference xmlns:ds11="`+dsig11+`" URI="#X"/>`), CheckKeyInfo},
		{"only a key value", edit(enveloped, keyInfo, "<ds:KeyInfo>"+keyValue(t, "rsa")+"</ds:KeyInfo>"), CheckKeyInfo},
		{"another key value", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+keyValue(t, "issued")), CheckKeyInfo},
		{"a key value of another kind", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+keyValue(t, "p256")), CheckKeyInfo},
		{"an unknown key value", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue><ds:DSAKeyValue/></ds:KeyValue>"), CheckKeyInfo},
		{"RSA key value without exponent", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "<ds:Exponent>AQAB</ds:Exponent>", "")), CheckStructure},
		{"RSA key value in disorder", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "Exponent>", "Power>")), CheckStructure},
		{"RSA key value not base64", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "AQAB", "A")), CheckValue},
		{"RSA key value with text", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "<ds:Exponent>", "AQAB<ds:Exponent>")), CheckStructure},
		{"key value with text", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "<ds:KeyValue>", "<ds:KeyValue>AQAB")), CheckStructure},
		{"EC key value without curve", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "p256"), "e:NamedCurve", "e:ECParameters")), CheckKeyInfo},
		{"EC key value without point", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "p256"), "e:PublicKey", "e:Point")), CheckKeyInfo},
		{"two key values in one", edit(enveloped, "<ds:KeyInfo>", "<ds:KeyInfo>"+edit(keyValue(t, "rsa"), "</ds:KeyValue>", "<ds:RSAKeyValue/></ds:KeyValue>")), CheckStructure},
		{"no certificate at all", edit(enveloped, "CERTIFICATE", "AAAA"), CheckCertificate},
		{"too many certificates", edit(enveloped, "</ds:X509Data>", manyCertificates(t)+"</ds:X509Data>"), CheckSize},
		{"too many signing certificates", edit(enveloped, "</xades:SigningCertificateV2>", strings.Repeat("<xades:Cert/>", maxCertificates)+"</xades:SigningCertificateV2>"), CheckSize},

		// the document in an object
		{"two documents", edit(enveloping, `<ds:Object Id="O">`, `<ds:Object Id="O"><b/>`), CheckStructure},
		{"no document in the object", edit(enveloping, request, ""), CheckStructure},
		{"text for a document", edit(enveloping, request, cert), CheckStructure},
		{"document in base64 not well-formed", edit(inBase64, encode([]byte(request)), encode([]byte("<a>"))), CheckXML},
		{"document in base64 not UTF-8", edit(inBase64, encode([]byte(request)), encode([]byte("<a>\xff</a>"))), CheckEncoding},
		{"document in base64 with a DTD", edit(inBase64, encode([]byte(request)), encode([]byte("<!DOCTYPE a><a/>"))), CheckXML},
		{"document in base64 signed", edit(inBase64, encode([]byte(request)), encode([]byte(enveloped))), CheckSignatureCount},
		{"document in base64 with duplicate ids", edit(inBase64, encode([]byte(request)), encode([]byte(`<a Id="x"><b id="x"/></a>`))), CheckID},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := refused(t, string(complete(t, c.template, load(t, "rsa"))), c.want)
			if text := err.Error(); !strings.HasPrefix(text, "xades: ") || strings.Contains(text, "%!") {
				t.Errorf("error text: %s", text)
			}
		})
	}
}

func keyValue(t *testing.T, key string) string {
	leaf, err := x509.ParseCertificate(load(t, key).Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	switch k := leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		return "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>" + encode(k.N.Bytes()) + "</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return `<ds:KeyValue><e:ECKeyValue xmlns:e="` + dsig11 + `"><e:NamedCurve URI="` + curveURI(k) + `"/><e:PublicKey>` + encode(point) + "</e:PublicKey></e:ECKeyValue></ds:KeyValue>"
	}
	return ""
}

// manyCertificates returns more different certificates than are accepted.
func manyCertificates(t *testing.T) string {
	var b strings.Builder
	for range maxCertificates {
		b.WriteString("<ds:X509Certificate>" + encode(newCertificate(t, ecdsaKey(t, elliptic.P256())).Certificate[0]) + "</ds:X509Certificate>")
	}
	return b.String()
}

func ecdsaKey(t testing.TB, c elliptic.Curve) crypto.Signer {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newCertificate makes a certificate for a key.
func newCertificate(t testing.TB, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestRefusedKeys(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, string(complete(t, enveloped, newCertificate(t, small))), CheckKey)
	refused(t, string(complete(t, edit(enveloped, rsa256, ecdsa256), newCertificate(t, ecdsaKey(t, elliptic.P224())))), CheckKey)

	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	value := "<ds:SignatureValue>AAAA</ds:SignatureValue>"
	filled := edit(string(complete(t, enveloped, load(t, "rsa"))), encode(load(t, "rsa").Certificate[0]), "CERTIFICATE")
	other := newCertificate(t, edwards)
	filled = edit(filled, certify("FINGERPRINT", load(t, "rsa")), "FINGERPRINT", cut(filled, "<ds:SignatureValue>", "</ds:SignatureValue>"), value)
	refused(t, certify(filled, other), CheckKey)

	if err := checkKey(&x509.Certificate{PublicKeyAlgorithm: x509.DSA}); err == nil || err.Check != CheckKey {
		t.Errorf("DSA: %v", err)
	}
	if err := checkKey(&x509.Certificate{PublicKey: &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), maxRSABits), E: 65537}}); err == nil || err.Check != CheckKey {
		t.Errorf("enormous RSA: %v", err)
	}
}

// EU DSS, and so the ministry's Java client, cuts off zeros that R and S begin with, if both do.
func TestShortenedECDSA(t *testing.T) {
	for {
		doc := string(complete(t, edit(enveloped, rsa256, more2001+"ecdsa-sha512"), load(t, "p521")))
		element := cut(doc, "<ds:SignatureValue>", "</ds:SignatureValue>")
		raw, err := decodeBase64(edit(element, "<ds:SignatureValue>", "", "</ds:SignatureValue>", ""))
		if err != nil {
			t.Fatal(err)
		}
		if raw[0] != 0 || raw[66] != 0 {
			continue
		}
		short := append(raw[1:66:66], raw[67:]...)
		if _, err := Verify([]byte(edit(doc, element, "<ds:SignatureValue>"+encode(short)+"</ds:SignatureValue>")), nil); err != nil {
			t.Error(err)
		}
		refused(t, edit(doc, element, "<ds:SignatureValue>"+encode(append(raw[1:66:66], raw[66:]...))+"</ds:SignatureValue>"), CheckSignatureValue)
		return
	}
}

// What crypto.Signer returns is not what XML-DSig has.
func TestRefusedASN1Signature(t *testing.T) {
	doc := string(complete(t, edit(enveloped, rsa256, ecdsa256), load(t, "p256")))
	value := cut(doc, "<ds:SignatureValue>", "</ds:SignatureValue>")
	raw, verr := decodeBase64(strings.TrimSuffix(strings.TrimPrefix(value, "<ds:SignatureValue>"), "</ds:SignatureValue>"))
	if verr != nil {
		t.Fatal(verr)
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, edit(doc, value, "<ds:SignatureValue>"+encode(der)+"</ds:SignatureValue>"), CheckSignatureValue)
	longer := append(append(make([]byte, 1), raw[:32]...), append(make([]byte, 1), raw[32:]...)...)
	refused(t, edit(doc, value, "<ds:SignatureValue>"+encode(longer)+"</ds:SignatureValue>"), CheckSignatureValue)
	refused(t, edit(doc, value, "<ds:SignatureValue>"+encode(make([]byte, 64))+"</ds:SignatureValue>"), CheckSignatureValue)
}

func TestRefusedEncodings(t *testing.T) {
	v := victim(t)
	var utf16le strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + v)) {
		utf16le.Write([]byte{byte(u), byte(u >> 8)})
	}
	refused(t, utf16le.String(), CheckEncoding)
	refused(t, `<?xml version="1.0" encoding="ISO-8859-2"?>`+v, CheckEncoding)
	refused(t, edit(v, "certificateSubject", "certificate\xb1Subject"), CheckEncoding)
	refused(t, "", CheckXML)
	refused(t, "{}", CheckXML)
	refused(t, v+"x", CheckXML)
	refused(t, "<a", CheckXML)
}
