package xades

import (
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// contexts are documents that a signature must fit into.
var contexts = map[string]string{
	"request":            request,
	"declaration":        `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" + request + "\r\n",
	"byte order mark":    "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + request,
	"empty root":         `<a xmlns="urn:a" b="/>" />`,
	"empty prefixed":     `<p:a xmlns:p="urn:a"/>`,
	"our prefixes":       `<ds:a xmlns:ds="urn:a" xmlns:xades="urn:b"><xades:b ds:c="d"/></ds:a>`,
	"xml attributes":     `<a xml:lang="pl" xml:space="preserve" xml:base="http://example.com/"> <b/> </a>`,
	"unused namespaces":  `<a xmlns:u="urn:u" xmlns="urn:a"><b xmlns=""/></a>`,
	"no namespace":       `<a>text</a >`,
	"prolog":             `<?p q?><!-- </a> --><a><b/></a>`,
	"epilog":             `<a><b/></a><!-- </a> --><?p </a> <?q?><!-- <a/> -->` + "\n",
	"epilog after empty": `<a/><?p </a> ?><!-- <a/> -->`,
	"tricky text":        `<a b="&lt;/a>"><![CDATA[</a>]]>&#13;ż&#x10FFFF;</a>`,
}

func TestSignContexts(t *testing.T) {
	for name, doc := range contexts {
		t.Run(name, func(t *testing.T) {
			signed, err := Sign([]byte(doc), load(t, "p256"), nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, signed)
			}
			doc = strings.TrimPrefix(doc, "\ufeff")
			if string(got.Signed) != canonical(t, doc) {
				t.Errorf("signed %s", got.Signed)
			}
		})
	}
}
