package xmltree

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

// seeds are well-formed documents that together use all of the syntax.
var seeds = []string{
	`<?xml version="1.0" encoding="UTF-8" standalone='no' ?><a/>`,
	"<?xml version=\"1.0\"?>\r\n<!-- c --><?p d?>\n<a>\n <b>t</b>\r</a >\n<!-- - --><?q?>",
	`<p:a xmlns:p="urn:p" xmlns="urn:d" p:b="1" b='2'><c xmlns=""/><p:c xmlns:p="urn:q" p:b=""></p:c></p:a>`,
	`<a b="&lt;&#9;&#xA;'" c='"&amp;&quot;&apos;&gt;' xml:lang="pl" xml:space="preserve">&#x1F600;&#65;&amp;]] ></a>`,
	`<a>t<![CDATA[<b>]]]]><![CDATA[>&amp;]]>u<!-- ]]> & < --><?p ]]> & <?>v</a>`,
	`<żółw ęą="gęś·">Zażółć gęślą jaźń 😀</żółw>`,
	`<a><b><c><d e="f" g="h"/></c></b><b/></a>`,
	`<_a-b.c1 xmlns:_x.-="urn:x" _x.-:y_="1"/>`,
	"\uFEFF<a\tb\n=\r\n'c'/>",
}

// pieces are what mutation puts into documents.
var pieces = []string{
	"<", ">", "/", "/>", "</", "<a>", "</a>", "<b/>", "<p:b>", "</p:b>", "=", "\"", "'", " ", "\n", "\r", "\t", ":", "&", ";", "#",
	"&amp;", "&lt;", "&#65;", "&#x41;", "&#0;", "&#xD800;", "&#xFFFE;", "&#x10FFFF;", "&#x110000;", "&#1114111;", "&#00065;", "&a;", "&#", "&#x;",
	"<!--", "-->", "--", "-", "<!", "<![CDATA[", "]]>", "]", "]]", "<?", "?>", "?", "<?xml", "<?xml ?>", "<?XML x?>", "<?x:y z?>", "<?xmlx?>",
	" b='1'", " b=\"2\"", " p:b='3'", " q:b=''", " xmlns='urn:n'", " xmlns=''", " xmlns:p='urn:p'", " xmlns:q='urn:p'", " xmlns:p=''",
	" xmlns:xml='http://www.w3.org/XML/1998/namespace'", " xmlns:p='http://www.w3.org/XML/1998/namespace'",
	" xmlns='http://www.w3.org/XML/1998/namespace'", " xmlns:xmlns='urn:p'", " xmlns:p='http://www.w3.org/2000/xmlns/'",
	" xmlns='http://www.w3.org/2000/xmlns/'", " xmlns:xml='urn:p'", " xml:b=''",
	"version", "\"1.0\"", "encoding", "standalone", "yes", "1", "a", "é", "·", "×", "÷", "\u0300", "\u037E", "\u203F", "\u2040", "\u2041", "\u200C",
	"\u2190", "\u2C00", "\u3000", "\u3001", "\uD7FF", "\uE000", "\uF900", "\uFDD0", "\uFDF0", "\uFFFD", "\uFFFE", "\uFFFF", "𐀀", "\U000EFFFF",
	"\U000F0000", "\uFEFF", "\x01", "\x7F", "\u0085", "\xff", "\x80", "\xc3",
}

func mutate(r *rand.Rand, doc string) string {
	for range 1 + r.IntN(2) {
		i := r.IntN(len(doc) + 1)
		j := min(len(doc), i+1+r.IntN(8))
		switch r.IntN(4) {
		case 0:
			doc = doc[:i] + doc[j:]
		case 1:
			doc = doc[:j] + doc[i:]
		case 2:
			doc = doc[:i] + pieces[r.IntN(len(pieces))] + doc[j:]
		default:
			doc = doc[:i] + pieces[r.IntN(len(pieces))] + doc[i:]
		}
	}
	return doc
}

// Where libxml2 2.9 judges otherwise, by parts of the messages.
var (
	// weAllow: Namespaces in XML 1.0 §2.1 makes no namespace name an error; libxml2 wants it to be an RFC 3986 URI.
	weAllow = "is not a valid URI"
	// weRefuse are not well-formed by XML 1.0 §2.8 [26] and by our own bounds.
	weRefuse = []string{
		`XML version "1."`,              // [26] wants a digit; libxml2 does not
		`white space before standalone`, // [32] wants it; libxml2 does not after UTF-8
		"DOCTYPE",
		"its encoding is",
	}
)

// TestAgainstXmllint asks xmllint about mutated documents.
func TestAgainstXmllint(t *testing.T) {
	xmllint := judge.Program(t, "xmllint")
	const n, batch = 4000, 1000
	r := rand.New(rand.NewPCG(1, 1))
	docs := append([]string(nil), seeds...)
	for len(docs) < n {
		if doc := mutate(r, seeds[r.IntN(len(seeds))]); doc != "" {
			docs = append(docs, doc)
		}
	}
	dir := t.TempDir()
	refused, known := 0, 0
	for from := 0; from < len(docs); from += batch {
		part := docs[from:min(from+batch, len(docs))]
		theirs := verdicts(t, xmllint, dir, part)
		for i, doc := range part {
			_, err := Parse([]byte(doc))
			var ours string
			if err != nil {
				ours = err.Error()
				refused++
			}
			switch {
			case (err == nil) == (theirs[i] == ""):
			case err != nil && slices.ContainsFunc(weRefuse, func(s string) bool { return strings.Contains(ours, s) }):
				known++
			default:
				t.Errorf("%q\n ours %q\ntheirs %q", doc, ours, theirs[i])
			}
		}
	}
	t.Logf("%d documents, %d refused, %d of them knowingly otherwise than by libxml2", len(docs), refused, known)
	if refused < n/4 || refused > n*19/20 {
		t.Errorf("%d of %d documents were refused: the mutations teach little", refused, n)
	}
}

var complaint = regexp.MustCompile(`^(\d+)\.xml:\d+: (?:parser|namespace) error : (.*)`)

// verdicts returns xmllint's complaints about each document, but for those that we know better than.
func verdicts(t *testing.T, xmllint, dir string, docs []string) []string {
	args := []string{"--noout", "--nonet"}
	for i, doc := range docs {
		name := fmt.Sprintf("%d.xml", i)
		args = append(args, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), xmllint, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	verdicts := make([]string, len(docs))
	for line := range strings.Lines(stderr.String()) {
		if m := complaint.FindStringSubmatch(line); m != nil && !strings.Contains(m[2], weAllow) {
			var i int
			fmt.Sscan(m[1], &i)
			verdicts[i] += m[2] + "; "
		}
	}
	return verdicts
}
