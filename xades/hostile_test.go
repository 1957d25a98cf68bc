package xades

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHostileDocuments bounds the time that documents of a few megabytes take which are made to be
// slow: the sandbox verifies what anybody sends.
func TestHostileDocuments(t *testing.T) {
	const n = 20000
	many := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	inside := func(content string) string { return edit(enveloped, "<Challenge>", content+"<Challenge>") }
	for name, doc := range map[string]string{
		"namespaces":          edit(inside(strings.Repeat("<p1:a/>", n)), "<AuthTokenRequest", "<AuthTokenRequest"+many(` xmlns:p%d="urn:a"`)),
		"nested namespaces":   inside(strings.Repeat("<a xmlns='urn:b'>", 200) + strings.Repeat("<b/>", n) + strings.Repeat("</a>", 200)),
		"namespaces in order": edit(inside(many(`<p%d:a/>`)), "<AuthTokenRequest", "<AuthTokenRequest"+many(` xmlns:p%d="urn:a"`)),
		"attributes":          inside("<a" + many(` a%d=""`) + "/>"),
		"ids":                 inside(many(`<a Id="i%d"/>`)),
		"depth":               inside(strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200)),
		"texts":               inside(strings.Repeat("a<!---->", 10*n)),
		"inclusive namespaces": edit(edit(enveloped, uriEnveloped+`"/>`, uriEnveloped+`"/><ds:Transform Algorithm="`+uriExclusive+`"><e:InclusiveNamespaces xmlns:e="`+
			uriExclusive+`" PrefixList="`+strings.TrimSpace(strings.Repeat("p1 ", maxPrefixes))+`"/></ds:Transform>`),
			"<AuthTokenRequest", "<AuthTokenRequest"+many(` xmlns:p%d="urn:a"`), "<Challenge>", strings.Repeat("<a/>", n)+"<Challenge>"),
		"xpath": edit(edit(enveloped, uriEnveloped+`"/>`, uriXPath+`"><ds:XPath>`+strings.Repeat("p1:a ", n)+"</ds:XPath></ds:Transform>"),
			"<AuthTokenRequest", "<AuthTokenRequest"+many(` xmlns:p%d="urn:a"`)),
		"objects":    edit(enveloped, "</ds:Signature>", strings.Repeat("<ds:Object/>", n)+"</ds:Signature>"),
		"properties": edit(enveloped, "</xades:QualifyingProperties>", "<xades:UnsignedProperties><a>"+strings.Repeat("<xades:ArchiveTimeStamp/>", n)+"</a></xades:UnsignedProperties></xades:QualifyingProperties>"),
		"signatures": inside(strings.Repeat(`<Signature xmlns="`+dsig+`"/>`, n)),
	} {
		t.Run(name, func(t *testing.T) {
			signed := []byte(certify(doc, load(t, "rsa")))
			if !strings.Contains(doc, "Object/>") && !strings.Contains(doc, "Signature xmlns=") {
				signed = complete(t, doc, load(t, "rsa"))
			}
			start := time.Now()
			_, err := Verify(signed, nil)
			took := time.Since(start)
			t.Logf("%d kB in %v: %v", len(signed)/1000, took, err)
			if took > 2*time.Second {
				t.Errorf("%d kB took %v", len(signed)/1000, took)
			}
		})
	}
}
