package upo

import (
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func hash(t *testing.T, s string) Hash {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return Hash(b)
}

func TestParse(t *testing.T) {
	got, err := Parse([]byte(session))
	if err != nil {
		t.Fatal(err)
	}
	warsaw := time.FixedZone("", 3600)
	want := &Receipt{
		Issuer:           "Ministerstwo Finansów - środowisko testowe (TE)",
		SessionReference: "20261201-SB-3E82C21000-79A8625CF8-53",
		Authentication: Authentication{
			Context:        Context{NIP, "5265877635"},
			TokenReference: "20261130-EC-1ECDD12000-5EE71AE5E3-B7",
		},
		Page:             &Page{Number: 1, Of: 1, From: 1, To: 2, Total: 2},
		LogicalStructure: "Schemat_FA(3)_v1-0E.xsd",
		FormCode:         "FA (3)",
		Documents: []Document{{
			SellerNIP: "5265877635", KSeFNumber: "5265877635-20261201-0200A0D6723E-A4", InvoiceNumber: "FV/2026/12/1", IssueDate: "2026-12-01",
			Sent:     time.Date(2026, 12, 1, 11, 5, 40, 841e6, warsaw),
			Acquired: time.Date(2026, 12, 1, 11, 5, 41, 45e6, warsaw),
			Hash:     hash(t, invoiceHash), Mode: Online,
		}, {
			SellerNIP: "5265877635", KSeFNumber: "5265877635-20261201-02000009FF3E-9D", InvoiceNumber: "FV/2026/12/2", IssueDate: "2026-11-30",
			Sent:     time.Date(2026, 12, 1, 11, 5, 40, 841e6, warsaw),
			Acquired: time.Date(2026, 12, 1, 11, 5, 41, 145e6, warsaw),
			Hash:     hash(t, "kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno="), Mode: Offline,
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf(" got %+v\nwant %+v", got, want)
	}
	if got.Documents[0].Hash.String() != invoiceHash {
		t.Errorf("hash %s", got.Documents[0].Hash)
	}
}

func TestParseTellsSignedFromUnsigned(t *testing.T) {
	for doc, want := range map[string]Trust{session: Unsigned, string(sign(t, session, throwaway(t))): Unverified} {
		r, err := Parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		if r.Trust != want || r.Signature != nil {
			t.Errorf("trust %s, signature %v, want %s", r.Trust, r.Signature, want)
		}
	}
}

// Changes that leave a receipt what it was, or another good one.
func TestParseAccepts(t *testing.T) {
	const token = `<NumerReferencyjnyTokenaKSeF>20261130-EC-1ECDD12000-5EE71AE5E3-B7</NumerReferencyjnyTokenaKSeF>`
	for _, c := range []struct {
		name, old, new string
		holds          func(*Receipt) bool
	}{
		{"indented, with comments", "<Uwierzytelnienie>", "\r\n\t<!-- here --><Uwierzytelnienie> ", nil},
		{"a processing instruction", "<Uwierzytelnienie>", "<?here?><Uwierzytelnienie>", nil},
		{"CDATA", ">FV/2026/12/1<", "><![CDATA[FV/2026/12/1]]><", func(r *Receipt) bool { return r.Documents[0].InvoiceNumber == "FV/2026/12/1" }},
		{"version of the schema", `v4-3">`, `v4-3" wersjaSchemy="4-3">`, nil},
		{"place of the schema", `v4-3">`, `v4-3" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="a b">`, nil},
		{"issuer of production", "ów - środowisko testowe (TE)", "ów", func(r *Receipt) bool { return r.Environment() == Production }},
		{"issuer with white space", "ów - środowisko testowe (TE)", "\n ów  -\tśrodowisko ", func(r *Receipt) bool { return r.Issuer == "Ministerstwo Finans ów - środowisko" }},
		{"internal identifier", "<Nip>5265877635</Nip>", "<IdWewnetrzny>5265877635-12345</IdWewnetrzny>", func(r *Receipt) bool {
			return r.Authentication.Context == Context{InternalID, "5265877635-12345"}
		}},
		{"VAT UE", "<Nip>5265877635</Nip>", "<IdZlozonyVatUE>5265877635-NL123456789B01</IdZlozonyVatUE>", func(r *Receipt) bool {
			return r.Authentication.Context == Context{VATUE, "5265877635-NL123456789B01"}
		}},
		{"Peppol", "<Nip>5265877635</Nip>", "<IdDostawcyUslugPeppol>PPL123456</IdDostawcyUslugPeppol>", func(r *Receipt) bool {
			return r.Authentication.Context == Context{PeppolID, "PPL123456"}
		}},
		{"signed login", token, "<SkrotDokumentuUwierzytelniajacego>" + invoiceHash + "</SkrotDokumentuUwierzytelniajacego>", func(r *Receipt) bool {
			a := r.Authentication
			return a.DocumentHash.String() == invoiceHash && a.TokenReference == ""
		}},
		{"numbers as XML Schema has them", "<Strona>1<", "<Strona> +01\n<", nil},
		{"one of several pages", "<LiczbaStron>1<", "<LiczbaStron>2<", nil},
		{"end that is exclusive", "<ZakresDokumentowDo>2<", "<ZakresDokumentowDo>3<", nil},
		{"date with a zone", ">2026-11-30<", ">2026-11-30+01:00<", func(r *Receipt) bool { return r.Documents[1].IssueDate == "2026-11-30" }},
		{"time in UTC to the second", ">2026-12-01T11:05:41.045+01:00<", ">2026-12-01T10:05:41Z<", func(r *Receipt) bool {
			return r.Documents[0].Acquired.Equal(time.Date(2026, 12, 1, 10, 5, 41, 0, time.UTC))
		}},
		{"time to the tenth of a nanosecond", ".045+", ".0451234567-", nil},
		{"number of KSeF 1.0", "-02000009FF3E-9D", "-020000-09FF3E-26", nil},
		{"seller whose last digit does not check", "<NipSprzedawcy>5265877635</NipSprzedawcy><NumerKSeFDokumentu>5265877635-20261201-02000009FF3E-9D", "<NipSprzedawcy>1111111112</NipSprzedawcy><NumerKSeFDokumentu>1111111112-20261201-02000009FF3E-4A", nil},
		{"invoice number of 256 characters", ">FV/2026/12/1<", ">" + strings.Repeat("ż", 256) + "<", nil},
		{"encoded twice", "kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno=", "\tkyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno&#61; ", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse([]byte(change(t, session, c.old, c.new)))
			if err != nil {
				t.Fatal(err)
			}
			if c.holds != nil && !c.holds(r) {
				t.Errorf("read as %+v", r)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const document = "Potwierdzenie/Dokument[1]"
	for _, c := range []struct {
		name, old, new string
		check          Check
		path           string
	}{
		{"not XML", "</Potwierdzenie>", "", CheckXML, ""},
		{"document type", "?><P", "?><!DOCTYPE Potwierdzenie><P", CheckXML, ""},
		{"entity", ">FV/2026/12/1<", ">&lol;<", CheckXML, ""},
		{"another encoding", `"utf-8"`, `"iso-8859-2"`, CheckXML, ""},
		{"another version", "v4-3", "v4-2", CheckVersion, "Potwierdzenie"},
		{"no namespace", ` xmlns="http://upo.schematy.mf.gov.pl/KSeF/v4-3"`, "", CheckVersion, "Potwierdzenie"},
		{"an unknown attribute of the root", `v4-3">`, `v4-3" wersja="1">`, CheckStructure, "Potwierdzenie"},
		{"an attribute elsewhere", "<Uwierzytelnienie>", `<Uwierzytelnienie wersjaSchemy="1">`, CheckStructure, "Potwierdzenie/Uwierzytelnienie"},
		{"a language", "<Uwierzytelnienie>", `<Uwierzytelnienie xml:lang="pl">`, CheckStructure, "Potwierdzenie/Uwierzytelnienie"},
		{"an element is missing", "<KodFormularza>FA (3)</KodFormularza>", "", CheckStructure, "Potwierdzenie/Dokument[1]"},
		{"an element is last and missing", "<TrybWysylki>Online</TrybWysylki>", "", CheckStructure, document},
		{"an element is there twice", "<TrybWysylki>Online</TrybWysylki>", "<TrybWysylki>Online</TrybWysylki><TrybWysylki>Online</TrybWysylki>", CheckStructure, document + "/TrybWysylki"},
		{"an element of another namespace", "<KodFormularza>", `<KodFormularza xmlns="urn:x">`, CheckStructure, "Potwierdzenie/KodFormularza"},
		{"an element nobody knows", first, first + "<Inny/>", CheckStructure, "Potwierdzenie/Inny"},
		{"elements in another order", "<Strona>1</Strona><LiczbaStron>1</LiczbaStron>", "<LiczbaStron>1</LiczbaStron><Strona>1</Strona>", CheckStructure, "Potwierdzenie/OpisPotwierdzenia/LiczbaStron"},
		{"two contexts", "<Nip>5265877635</Nip>", "<Nip>5265877635</Nip><Nip>5265877635</Nip>", CheckStructure, "Potwierdzenie/Uwierzytelnienie/IdKontekstu/Nip"},
		{"no context", "<Nip>5265877635</Nip>", "", CheckStructure, "Potwierdzenie/Uwierzytelnienie/IdKontekstu"},
		{"no documents", first + second, "", CheckStructure, "Potwierdzenie"},
		{"text between elements", "<Uwierzytelnienie>", "<Uwierzytelnienie>or so", CheckStructure, "Potwierdzenie/Uwierzytelnienie"},
		{"text at the end", "</Potwierdzenie>", "or so</Potwierdzenie>", CheckStructure, "Potwierdzenie"},
		{"a comment in a value", ">FV/2026/12/1<", ">FV/2026/12/<!-- -->1<", CheckStructure, document + "/NumerFaktury"},
		{"an element in a value", ">FV/2026/12/1<", ">FV/2026/12/1<a/><", CheckStructure, document + "/NumerFaktury"},
		{"something after the signature", "</Potwierdzenie>", `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/><Dokument/></Potwierdzenie>`, CheckStructure, "Potwierdzenie/Dokument[3]"},
		{"the signature elsewhere", first, `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>` + first, CheckStructure, "Potwierdzenie/Signature"},
		{"no issuer", "Ministerstwo Finansów - środowisko testowe (TE)", " \n ", CheckValue, "Potwierdzenie/NazwaPodmiotuPrzyjmujacego"},
		{"an issuer of 241 characters", "Ministerstwo Finansów - środowisko testowe (TE)", strings.Repeat("ż", 241), CheckValue, "Potwierdzenie/NazwaPodmiotuPrzyjmujacego"},
		{"a reference number in lower case", "79A8625CF8", "79a8625cf8", CheckValue, "Potwierdzenie/NumerReferencyjnySesji"},
		{"a reference number of month 13", "20261201-SB", "20261301-SB", CheckValue, "Potwierdzenie/NumerReferencyjnySesji"},
		{"a reference number of 2019", "20261201-SB", "20191201-SB", CheckValue, "Potwierdzenie/NumerReferencyjnySesji"},
		{"a NIP of nine digits", "<Nip>5265877635", "<Nip>526587763", CheckValue, "Potwierdzenie/Uwierzytelnienie/IdKontekstu/Nip"},
		{"a NIP with a zero in front", "<Nip>5265877635", "<Nip>0265877635", CheckValue, "Potwierdzenie/Uwierzytelnienie/IdKontekstu/Nip"},
		{"a NIP of no tax office", "<Nip>5265877635", "<Nip>5005877635", CheckValue, "Potwierdzenie/Uwierzytelnienie/IdKontekstu/Nip"},
		{"a NIP in other digits", "<Nip>5265877635", "<Nip>526587763٥", CheckValue, "Potwierdzenie/Uwierzytelnienie/IdKontekstu/Nip"},
		{"page 0", "<Strona>1<", "<Strona>0<", CheckValue, "Potwierdzenie/OpisPotwierdzenia/Strona"},
		{"a page in words", "<Strona>1<", "<Strona>one<", CheckValue, "Potwierdzenie/OpisPotwierdzenia/Strona"},
		{"a page with two signs", "<Strona>1<", "<Strona>+-1<", CheckValue, "Potwierdzenie/OpisPotwierdzenia/Strona"},
		{"a page beyond numbers", "<Strona>1<", "<Strona>99999999999999999999<", CheckValue, "Potwierdzenie/OpisPotwierdzenia/Strona"},
		{"a KSeF number of another shape", "-0200A0D6723E-", "-0200A0D6723-", CheckValue, document + "/NumerKSeFDokumentu"},
		{"a KSeF number in lower case", "-0200A0D6723E-", "-0200a0d6723e-", CheckValue, document + "/NumerKSeFDokumentu"},
		{"a KSeF number with another digit", "-0200A0D6723E-", "-0200A0D6723F-", CheckChecksum, document + "/NumerKSeFDokumentu"},
		{"a KSeF number with another checksum", "0200A0D6723E-A4", "0200A0D6723E-A5", CheckChecksum, document + "/NumerKSeFDokumentu"},
		{"the same KSeF number twice", "5265877635-20261201-02000009FF3E-9D", "5265877635-20261201-0200A0D6723E-A4", CheckDuplicate, "Potwierdzenie/Dokument[2]"},
		{"no invoice number", ">FV/2026/12/1<", "><", CheckValue, document + "/NumerFaktury"},
		{"an invoice number of 257 characters", ">FV/2026/12/1<", ">" + strings.Repeat("😀", 257) + "<", CheckValue, document + "/NumerFaktury"},
		{"a day that is none", ">2026-12-01<", ">2026-02-29<", CheckValue, document + "/DataWystawieniaFaktury"},
		{"a day before 2006", ">2026-12-01<", ">2005-12-31<", CheckValue, document + "/DataWystawieniaFaktury"},
		{"a day with a time", ">2026-12-01<", ">2026-12-01T00:00:00Z<", CheckValue, document + "/DataWystawieniaFaktury"},
		{"a time without offset", "41.045+01:00<", "41.045<", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"an offset beyond XML Schema", "41.045+01:00<", "41.045+14:01<", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"a fraction after a comma", "41.045+01:00<", "41,045+01:00<", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"a fraction without digits", "41.045+01:00<", "41.+01:00<", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"an hour of one digit", "T11:05:41.045", "T1:05:41.045", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"an hour that is none", "T11:05:41.045", "T25:05:41.045", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"a time before KSeF", "2026-12-01T11:05:41.045", "2021-10-01T00:59:59.999", CheckValue, document + "/DataNadaniaNumeruKSeF"},
		{"a short hash", invoiceHash, invoiceHash[4:], CheckValue, document + "/SkrotDokumentu"},
		{"a hash in hexadecimal digits", invoiceHash, strings.Repeat("ab", 22), CheckValue, document + "/SkrotDokumentu"},
		{"a hash broken over lines", invoiceHash, invoiceHash[:20] + "\n" + invoiceHash[21:], CheckValue, document + "/SkrotDokumentu"},
		{"a hash with bits to spare", "9+qno=<", "9+qnp=<", CheckValue, "Potwierdzenie/Dokument[2]/SkrotDokumentu"},
		{"a mode with white space", ">Online<", "> Online<", CheckValue, document + "/TrybWysylki"},
		{"page 2 of 1", "<Strona>1<", "<Strona>2<", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
		{"a range that ends before it begins", "<ZakresDokumentowDo>2<", "<ZakresDokumentowDo>1<", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
		{"a range of more documents than there are", "<ZakresDokumentowDo>2<", "<ZakresDokumentowDo>4<", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
		{"a range beyond the total", "<CalkowitaLiczbaDokumentow>2<", "<CalkowitaLiczbaDokumentow>1<", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
		{"the only page without all documents", "<CalkowitaLiczbaDokumentow>2<", "<CalkowitaLiczbaDokumentow>3<", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
		{"one document less", second, "", CheckPage, "Potwierdzenie/OpisPotwierdzenia"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse([]byte(change(t, session, c.old, c.new)))
			if r != nil || !errors.Is(err, c.check) {
				t.Fatalf("%v, want %v", err, c.check)
			}
			if e, ok := errors.AsType[*Error](err); !ok || e.Path != c.path {
				t.Errorf("%v\nwant the path %s", err, c.path)
			}
		})
	}
}

// Every identifier of a context has its form, which is checked at both ends.
func TestContexts(t *testing.T) {
	for _, c := range []struct {
		element, value string
		ok             bool
	}{
		{"IdWewnetrzny", "5265877635-1234", false},
		{"IdWewnetrzny", "5265877635", false},
		{"IdWewnetrzny", "0265877635-12345", false},
		{"IdZlozonyVatUE", "5265877635-RO12", true},
		{"IdZlozonyVatUE", "5265877635-RO1", false},
		{"IdZlozonyVatUE", "5265877635-IE1+23456A", true},
		{"IdZlozonyVatUE", "5265877635-NL123456789B012", false},
		{"IdZlozonyVatUE", "5265877635-D1123456789", false},
		{"IdZlozonyVatUE", "5265877635-DE12345678a", false},
		{"IdZlozonyVatUE", "5265877635DDE123456789", false},
		{"IdZlozonyVatUE", "0265877635-DE123456789", false},
		{"IdDostawcyUslugPeppol", "PPL12345", false},
		{"IdDostawcyUslugPeppol", "XPL123456", false},
		{"IdDostawcyUslugPeppol", "Ppl123456", false},
	} {
		_, err := Parse([]byte(change(t, session, "<Nip>5265877635</Nip>", "<"+c.element+">"+c.value+"</"+c.element+">")))
		if c.ok != (err == nil) || err != nil && !errors.Is(err, CheckValue) {
			t.Errorf("%s %s: %v", c.element, c.value, err)
		}
	}
}

func TestLimits(t *testing.T) {
	if _, err := Parse([]byte(many(t, maxDocuments, "FV/1"))); err != nil {
		t.Error(err)
	}
	if _, err := Parse([]byte(many(t, maxDocuments+1, "FV/1"))); !errors.Is(err, CheckSize) {
		t.Errorf("one document too many: %v", err)
	}
	heaviest := many(t, maxDocuments, strings.Repeat("&amp;", 256))
	t.Logf("10,000 documents weigh %d bytes, with the longest invoice numbers %d", len(many(t, maxDocuments, "FV/2026/12/12345")), len(heaviest))
	if _, err := Parse([]byte(heaviest)); err != nil {
		t.Error(err)
	}
	if _, err := Parse(make([]byte, maxSize+1)); !errors.Is(err, CheckSize) {
		t.Errorf("one byte too many: %v", err)
	}
	if _, err := Parse([]byte(change(t, session, first, first+strings.Repeat("<!---->", maxTags)))); !errors.Is(err, CheckSize) {
		t.Errorf("too many tags: %v", err)
	}
}

func TestErrorText(t *testing.T) {
	_, err := Parse([]byte(change(t, session, ">2026-12-01<", ">\n<")))
	const want = `upo: value: Potwierdzenie/Dokument[1]/DataWystawieniaFaktury, line 1: expected a date since 2006, like 2025-09-16, found ""`
	if err == nil || err.Error() != want {
		t.Errorf(" got %v\nwant %s", err, want)
	}
	_, err = Parse([]byte(change(t, session, "5265877635-20261201-0200A0D6723E-A4", "5265877635-20261201-0200A0D6723E-AF")))
	const sum = `upo: checksum: Potwierdzenie/Dokument[1]/NumerKSeFDokumentu, line 1: the last two digits of 5265877635-20261201-0200A0D6723E-AF do not check the others: expected A4, found AF`
	if err == nil || err.Error() != sum {
		t.Errorf(" got %v\nwant %s", err, sum)
	}
	_, err = Parse([]byte(change(t, session, ">FV/2026/12/1<", ">"+strings.Repeat("ż", 300)+"<")))
	if err == nil || len(err.Error()) > 300 {
		t.Errorf("an error as long as its cause: %v", err)
	}
}
