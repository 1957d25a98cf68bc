package c14n

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/internal/xmltree"
)

const dsig = "http://www.w3.org/2000/09/xmldsig#"

// subset is a reference of an enveloped signature: what it signs, but for itself, and how that is made canonical.
type subset struct {
	id       string // of an element; "" is the whole document
	method   Method
	prefixes []string
}

func (s subset) reference() string {
	uri := ""
	switch {
	case s.id == "" && s.method.comments():
		uri = "#xpointer(/)" // keeps comments, which an empty URI does not
	case s.id != "":
		uri = "#xpointer(id('" + s.id + "'))"
	}
	parameter := ""
	if s.prefixes != nil {
		parameter = `<InclusiveNamespaces xmlns="` + Exclusive.URI() + `" PrefixList="` + strings.Join(s.prefixes, " ") + `"/>`
	}
	return `<Reference URI="` + uri + `"><Transforms><Transform Algorithm="` + dsig + `enveloped-signature"/>` +
		`<Transform Algorithm="` + s.method.URI() + `">` + parameter + `</Transform></Transforms>` +
		`<DigestMethod Algorithm="` + dsig + `sha1"/><DigestValue/></Reference>`
}

// TestAgainstXmlsec has xmlsec1 sign subtrees of generated documents and compares what it digests.
func TestAgainstXmlsec(t *testing.T) {
	xmlsec := judge.Program(t, "xmlsec1")
	dir := t.TempDir()
	key, doc := filepath.Join(dir, "key"), filepath.Join(dir, "doc.xml")
	if err := os.WriteFile(key, []byte("a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for seed := range uint64(120) {
		g := newGenerator(1000 + seed)
		var subsets []subset
		g.tail = func() string {
			subsets = g.subsets()
			var b strings.Builder
			b.WriteString(`<Signature xmlns="` + dsig + `"><SignedInfo><CanonicalizationMethod Algorithm="` + C14N10.URI() +
				`"/><SignatureMethod Algorithm="` + dsig + `hmac-sha1"/>`)
			for _, s := range subsets {
				b.WriteString(s.reference())
			}
			b.WriteString(`</SignedInfo><SignatureValue/></Signature>`)
			return b.String()
		}
		text, _ := g.document()
		if len(subsets) == 0 {
			continue
		}
		if err := os.WriteFile(doc, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), xmlsec, "--sign", "--hmackey", key, "--store-references", "--output", filepath.Join(dir, "signed.xml"), doc)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s\n%s", err, out, text)
		}
		digested := between(out, "== PreDigest data - start buffer:\n", "\n== PreDigest data - end buffer\n")
		if len(digested) != len(subsets) {
			t.Fatalf("xmlsec1 digested %d of %d references: %s", len(digested), len(subsets), out)
		}
		tree := parse(t, text)
		for i, s := range subsets {
			o := &Options{InclusivePrefixes: s.prefixes, Exclude: tree.Root().Child(dsig, "Signature")}
			got := string(s.method.Append(nil, find(tree, s.id), o))
			if compared++; got != digested[i] {
				t.Errorf("%v of document %d:\n%s\n%s\n", s, seed, text, difference(got, digested[i]))
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("compared %d canonical forms", compared)
	if compared < 1000 {
		t.Errorf("compared only %d canonical forms", compared)
	}
}

// subsets chooses what to sign of the document, by the ids it has so far.
func (g *generator) subsets() []subset {
	all := []subset{{method: C14N10}, {method: ExclusiveWithComments}}
	for _, id := range g.ids[:min(len(g.ids), 15)] {
		for m := C14N10; m <= ExclusiveWithComments; m++ {
			all = append(all, subset{id: id, method: m})
		}
		list := g.some(prefixes, 4)
		if g.IntN(2) == 0 {
			list = append(list, "#default")
		}
		if len(list) > 0 {
			all = append(all, subset{id: id, method: Exclusive + Method(g.IntN(2)), prefixes: list})
		}
	}
	return all
}

// find returns the element with an xml:id, or with an empty id the document.
func find(n *xmltree.Node, id string) *xmltree.Node {
	if v, _ := n.Attr(xmltree.XMLNamespace, "id"); v == id {
		return n
	}
	for e := range n.Elements() {
		if found := find(e, id); found != nil {
			return found
		}
	}
	return nil
}

func between(out []byte, begin, end string) (parts []string) {
	for {
		_, rest, ok := bytes.Cut(out, []byte(begin))
		if !ok {
			return parts
		}
		part, rest, ok := bytes.Cut(rest, []byte(end))
		if !ok {
			return parts
		}
		parts, out = append(parts, string(part)), rest
	}
}

func (s subset) String() string { return fmt.Sprintf("#%s %s %q", s.id, s.method.URI(), s.prefixes) }
