package sandbox

import (
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// A Peppol invoice.
const pefInvoice = `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
<cbc:ID>PEF/1</cbc:ID><cbc:IssueDate>2026-03-14</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>PLN</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>PL7762811692</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>PL5261040828</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingCustomerParty>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="PLN">123.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="PLN">100.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Koło młyńskie</cbc:Name></cac:Item></cac:InvoiceLine>
</Invoice>`

// An invoice for produce of a flat-rate farmer, issued by the buyer.
const rrInvoice = `<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2026/03/06/14189/">
<Naglowek><KodFormularza kodSystemowy="FA_RR (1)" wersjaSchemy="1-1E">FA_RR</KodFormularza><WariantFormularza>1</WariantFormularza><DataWytworzeniaFa>2026-03-14T08:00:00Z</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>7762811692</NIP><Nazwa>Rolnik</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>Pole 1</AdresL1></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>5261040828</NIP><Nazwa>Skup mleka</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Lipowa 3</AdresL1></Adres></Podmiot2>
<FakturaRR><KodWaluty>PLN</KodWaluty><P_4B>2026-03-14</P_4B><P_4C>RR/1</P_4C><P_11_1>100</P_11_1><P_11_2>7</P_11_2><P_12_1>107</P_12_1><P_12_2>sto siedem</P_12_2><RodzajFaktury>VAT_RR</RodzajFaktury>
<FakturaRRWiersz><NrWierszaFa>1</NrWierszaFa><P_4AA>2026-03-14</P_4AA><P_5>Mleko</P_5><P_6A>l</P_6A><P_6B>1</P_6B><P_6C>I</P_6C><P_7>100</P_7><P_8>100</P_8><P_9>7</P_9><P_10>7</P_10><P_11>107</P_11></FakturaRRWiersz></FakturaRR>
</Faktura>`

func TestPeppolInvoice(t *testing.T) {
	h := newHarness(t, nil)
	const provider = "PPL123456"
	l := h.submit(request{authNamespace21, h.newChallenge(), "<PeppolId>" + provider + "</PeppolId>", "certificateSubject", ""}.String(), peppolSeal(t, provider)).
		operation(h).redeemed()
	_, encryption := l.encryption()
	l.send("POST", "/sessions/online", map[string]any{"formCode": fa3, "encryption": encryption}).refused(21405, "Wskazany kod formularza nie jest wspierany.")
	b := l.openForm(map[string]any{"systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "PEF"})
	b.fate(410, []byte(pefInvoice))
	h.Authorize(nipB, ksef.Identifier{Kind: ksef.KindPeppolID, Value: provider}, pefInvoicing)
	number := b.fate(200, []byte(pefInvoice)).is("invoiceNumber", "PEF/1").text("ksefNumber")
	if !strings.HasPrefix(number, nipB) {
		t.Errorf("KSeF number %s is not the seller's", number)
	}
	b.fate(440, []byte(pefInvoice))
	attached := strings.NewReplacer("PEF/1", "PEF/2", "<cac:AccountingSupplierParty>",
		`<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="a.csv">MQ==</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>`).
		Replace(pefInvoice)
	b.fate(415, []byte(attached))
	l.send("POST", "/testdata/attachment", map[string]any{"nip": nipB}).want(200)
	b.fate(200, []byte(attached))
	b.close()
	b.status()
	upo := b.status().is("status.code", 200).text("upo.pages.0.downloadUrl")
	if text := string(l.raw("GET", upo, nil).want(200).body); !strings.Contains(text, "<IdDostawcyUslugPeppol>"+provider+"<") ||
		!strings.Contains(text, "<NazwaStrukturyLogicznej>Schemat_PEF(3)_v2-1.xsd<") {
		t.Errorf("the receipt is %s", text)
	}
}

func TestFlatRateFarmer(t *testing.T) {
	h := newHarness(t, &Options{Now: func() time.Time { return time.Date(2026, 4, 14, 12, 0, 0, 0, time.UTC) }})
	b := h.login(nipA, sealFor(t, nipA)).openForm(map[string]any{"systemCode": "FA_RR (1)", "schemaVersion": "1-1E", "value": "FA_RR"})
	b.fate(410, []byte(rrInvoice))
	h.Authorize(nipB, ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, rrInvoicing)
	b.fate(200, []byte(rrInvoice)).is("invoiceNumber", "RR/1").is("invoicingMode", "Offline")
}
