package xades

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/growth"
)

// TestHostileDocuments bounds the work that documents of a few megabytes take
// which are made to be slow: the sandbox verifies what anybody sends.
func TestHostileDocuments(t *testing.T) {
	const n = 20_000
	small, large := hostile(n/growth.Times), hostile(n)
	for _, name := range slices.Sorted(maps.Keys(large)) {
		t.Run(name, func(t *testing.T) {
			verify := func(doc string) func() {
				signed := []byte(certify(doc, load(t, "rsa")))
				if !strings.Contains(doc, "Object/>") && !strings.Contains(doc, "Signature xmlns=") {
					signed = complete(t, doc, load(t, "rsa"))
				}
				return func() { _, _ = Verify(signed, nil) }
			}
			took := growth.Linear(t, verify(small[name]), verify(large[name]))
			t.Logf("%d kB in %v", len(large[name])/1000, took)
		})
	}
}

// hostile are documents with n of something each.
func hostile(n int) map[string]string {
	many := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	inside := func(content string) string { return edit(enveloped, "<Challenge>", content+"<Challenge>") }
	return map[string]string{
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
	}
}
