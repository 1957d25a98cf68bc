package c14n

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// invoice is a document of the size and shape of an invoice with the given number of rows.
func invoice(rows int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="http://example.org/invoice/3/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Header>
    <Form systemCode="INV (3)" schemaVersion="1-0E">INV</Form>
    <Created>2026-02-01T10:15:30Z</Created>
    <System>Zażółć &amp; Sons</System>
  </Header>
  <Seller>
    <Identification><TaxNumber>5261040828</TaxNumber><Name>Gęślą jaźń sp. z o.o.</Name></Identification>
    <Address><Country>PL</Country><Line1>ul. Kwiatowa 1 m. 2</Line1><Line2>00-001 Warszawa</Line2></Address>
  </Seller>
  <Body>
`)
	for i := range rows {
		fmt.Fprintf(&b, `    <Row>
      <Number>%d</Number>
      <Description>Usługa nr %[1]d: doradztwo &lt;podatkowe&gt;</Description>
      <Unit>godz.</Unit>
      <Quantity>%[1]d</Quantity>
      <UnitPrice xsi:type="decimal">100.00</UnitPrice>
      <NetAmount>%[1]d00.00</NetAmount>
      <Rate>23</Rate>
    </Row>
`, i+1)
	}
	b.WriteString("  </Body>\n</Invoice>\n")
	return []byte(b.String())
}

// BenchmarkDigest digests a parsed document's canonical form. Its baselines are the digest alone, and reading the
// document with encoding/xml, which any implementation on top of it has to do first.
func BenchmarkDigest(b *testing.B) {
	for _, rows := range []int{10, 10_000} {
		doc := invoice(rows)
		tree, err := xmltree.Parse(doc)
		if err != nil {
			b.Fatal(err)
		}
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%dKB/%s", len(doc)/1000, name), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
			})
		}
		run("append_inclusive", func() { sha256.Sum256(C14N10.Append(nil, tree, nil)) })
		run("append_exclusive", func() { sha256.Sum256(Exclusive.Append(nil, tree, nil)) })
		run("write_exclusive", func() {
			h := sha256.New()
			if err := Exclusive.Write(h, tree, nil); err != nil {
				b.Fatal(err)
			}
			h.Sum(nil)
		})
		run("digest_alone", func() { sha256.Sum256(doc) })
		run("encoding_xml_RawToken", func() {
			d := xml.NewDecoder(bytes.NewReader(doc))
			for t, _ := d.RawToken(); t != nil; t, _ = d.RawToken() {
			}
		})
	}
}
