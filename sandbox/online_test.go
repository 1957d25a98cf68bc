package sandbox

import (
	"regexp"
	"testing"
)

// One invoice from opening to the receipt of the session.
func TestOnline(t *testing.T) {
	b := sender(t, nil).open()
	b.status().is("status.code", 100).is("invoiceCount", nil).is("upo", nil)
	doc := paper{}.bytes()
	r := b.fate(200, doc).is("ordinalNumber", 1).is("invoiceNumber", "FV/1/2026").is("invoicingMode", "Online")
	number, reference := r.text("ksefNumber"), r.text("referenceNumber")
	if !regexp.MustCompile(`^5261040828-20260314-[0-9A-F]{12}-[0-9A-F]{2}$`).MatchString(number) {
		t.Errorf("KSeF number %s", number)
	}
	b.status().is("status.code", 100).is("invoiceCount", 1).is("successfulInvoiceCount", 1).is("failedInvoiceCount", nil).is("upo", nil)
	one := b.send("GET", "/sessions/"+b.reference+"/invoices/"+reference+"/upo", nil).want(200).hashed()
	two := b.send("GET", "/sessions/"+b.reference+"/invoices/ksef/"+number+"/upo", nil).want(200).hashed()
	three := b.raw("GET", r.text("upoDownloadUrl"), nil).want(200).hashed()
	if string(one.body) != string(two.body) || string(one.body) != string(three.body) {
		t.Error("receipts differ")
	}
	b.close()
	b.status().is("status.code", 170)
	r = b.status().is("status.code", 200).is("failedInvoiceCount", nil)
	page := b.send("GET", "/sessions/"+b.reference+"/upo/"+r.text("upo.pages.0.referenceNumber"), nil).want(200).hashed()
	download := b.raw("GET", r.text("upo.pages.0.downloadUrl"), nil).want(200).hashed()
	if string(page.body) != string(download.body) {
		t.Error("pages differ")
	}
	n := 0
	for i := range b.Invoices() {
		n++
		if string(i.XML) != string(doc) || string(i.KSeFNumber) != number || string(i.Session) != b.reference {
			t.Errorf("the repository holds %+v", i)
		}
	}
	if n != 1 {
		t.Errorf("the repository holds %d invoices", n)
	}
}
