package mirror

import (
	"strings"
	"testing"
)

func TestDocumentWords(t *testing.T) {
	for doc, want := range map[string]string{
		`<?xml version="1.0"?><a x="one>two"><b>Łódź &amp; młyn</b><!-- not <this> --><c><![CDATA[raw <text> & more]]></c><d>ab</d></a>`: "Lódź & mlyn raw <text> & more ",
		"":                      "",
		"plain text":            "plain text ",
		"<a":                    "",
		`<a x='">'>abc`:         "abc ",
		"<a>abc<!--":            "abc ",
		"<![CDATA[abc":          "abc ",
		"<a>&#380;&#x142;ó</a>": "żló ",
		"<a>" + strings.Repeat("abc ", maxWords) + "</a>": strings.Repeat("abc ", maxWords/4) + " ",
	} {
		if got := documentWords([]byte(doc)); got != want {
			t.Errorf("%.80q: got %.80q, want %.80q", doc, got, want)
		}
	}
}

// Whatever a document is, reading it ends, and its words are in it.
func FuzzDocumentWords(f *testing.F) {
	for _, doc := range []string{"<a>text</a>", `<a b="'>">text<`, "<!--", "<![CDATA[x]]>", "&&#;&#x;<>", "<<<>>>"} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if words := documentWords(doc); strings.IndexByte(string(doc), '&') < 0 && len(words) > 2*len(doc)+1 {
			t.Errorf("%q has become %q", doc, words)
		}
	})
}
