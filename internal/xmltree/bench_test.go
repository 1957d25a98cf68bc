package xmltree

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
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
  <Buyer>
    <Identification><TaxNumber>7740001454</TaxNumber><Name>"Buyer" S.A.</Name></Identification>
    <Address><Country>PL</Country><Line1>al. Jerozolimskie 100</Line1><Line2>00-807 Warszawa</Line2></Address>
  </Buyer>
  <Body>
    <Currency>PLN</Currency>
    <Date>2026-02-01</Date>
    <Number>FV/2026/02/0001</Number>
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

func BenchmarkParse(b *testing.B) {
	for _, rows := range []int{8, 10_000} {
		doc := invoice(rows)
		b.Run(fmt.Sprintf("%dKB/xmltree", len(doc)/1000), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%dKB/encoding_xml_RawToken", len(doc)/1000), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				d := xml.NewDecoder(bytes.NewReader(doc))
				for {
					t, err := d.RawToken()
					if t == nil {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
