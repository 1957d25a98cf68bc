package sandbox

import (
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/schema"
	"github.com/ksef-go/ksef/upo"
	"github.com/ksef-go/ksef/xades"
)

// receipts are one of every kind: of an invoice and of a session, after a login with a seal and with a token.
func receipts(t *testing.T) map[string][]byte {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	out := map[string][]byte{}
	take := func(name string, l login) {
		b := l.open()
		r := b.fate(200, paper{number: name + ` &lt;&amp;"&gt; 1`}.bytes())
		b.fate(200, paper{number: name + " 2", issued: "2026-03-01"}.bytes())
		b.fate(450, paper{number: name + " 3", issued: "2027-03-01"}.bytes())
		out["invoice "+name] = b.send("GET", "/sessions/"+b.reference+"/invoices/"+r.text("referenceNumber")+"/upo", nil).want(200).body
		b.close()
		b.status()
		page := b.status().is("status.code", 200).text("upo.pages.0.referenceNumber")
		out["session "+name] = b.send("GET", "/sessions/"+b.reference+"/upo/"+page, nil).want(200).body
	}
	take("seal", l)
	_, token := l.generate("InvoiceWrite")
	take("token", h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).redeemed())
	h.Grant(ksef.Identifier{Kind: ksef.KindInternalID, Value: nipA + "-12345"}, ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.InvoiceWrite)
	unit := h.document(nipA)
	unit.context = "<InternalId>" + nipA + "-12345</InternalId>"
	take("unit", h.submit(unit.String(), sealFor(t, nipA)).operation(h).redeemed())
	foreigner := identifier{ksef.KindVATUE, nipA + "-ATU12345678"}
	cert := sealFor(t, nipA)
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	h.Grant(ksef.Identifier{Kind: foreigner.Type, Value: foreigner.Value}, ksef.Identifier{Kind: ksef.KindFingerprint, Value: fingerprint(leaf)}, ksef.InvoiceWrite)
	unit = h.document(nipA)
	unit.context, unit.subject = "<NipVatUe>"+foreigner.Value+"</NipVatUe>", "certificateFingerprint"
	take("foreigner", h.submit(unit.String(), cert).operation(h).redeemed())
	return out
}

// A receipt is valid but for the receiver's name, which every environment but production has differently, and
// is signed by the server's seal.
func TestReceipts(t *testing.T) {
	for name, doc := range receipts(t) {
		t.Run(name, func(t *testing.T) {
			report := schema.ValidateBytes(doc, schema.UPO, &schema.Options{Signed: true})
			if len(report.Violations) != 1 || report.Violations[0].Code != schema.CodeFixed {
				t.Errorf("violations: %v", report.Violations)
			}
			sig, err := xades.Verify(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			if cn := sig.Certificate.Subject.CommonName; !strings.Contains(cn, "SANDBOX") {
				t.Errorf("signed by %s", cn)
			}
			text := string(doc)
			has := func(pattern string) {
				t.Helper()
				if !regexp.MustCompile(pattern).MatchString(text) {
					t.Errorf("no %s in %s", pattern, text)
				}
			}
			has(`<NazwaPodmiotuPrzyjmujacego>SANDBOX`)
			has(`<NumerReferencyjnySesji>20260314-SO-`)
			has(`<NazwaStrukturyLogicznej>Schemat_FA\(3\)_v1-0E.xsd</NazwaStrukturyLogicznej><KodFormularza>FA \(3\)</KodFormularza>`)
			has(`<DataWystawieniaFaktury>2026-03-14</DataWystawieniaFaktury><DataPrzeslaniaDokumentu>2026-03-14T16:09:26.535\+01:00</DataPrzeslaniaDokumentu>`)
			has(`<NumerFaktury>\w+ &lt;&amp;&#34;&gt; 1</NumerFaktury>`)
			has(`<TrybWysylki>Online</TrybWysylki>`)
			switch {
			case strings.HasSuffix(name, "token"):
				has(`<IdKontekstu><Nip>5261040828</Nip></IdKontekstu><NumerReferencyjnyTokenaKSeF>20260314-EC-`)
			case strings.HasSuffix(name, "unit"):
				has(`<IdKontekstu><IdWewnetrzny>5261040828-12345</IdWewnetrzny></IdKontekstu><SkrotDokumentuUwierzytelniajacego>`)
			case strings.HasSuffix(name, "foreigner"):
				has(`<IdKontekstu><IdZlozonyVatUE>5261040828-ATU12345678</IdZlozonyVatUE></IdKontekstu><SkrotDokumentuUwierzytelniajacego>`)
			default:
				has(`<IdKontekstu><Nip>5261040828</Nip></IdKontekstu><SkrotDokumentuUwierzytelniajacego>.{44}<`)
			}
			if page := strings.Contains(text, "OpisPotwierdzenia"); page != strings.HasPrefix(name, "session") {
				t.Errorf("is a page: %t", page)
			} else if page {
				has(`<Strona>1</Strona><LiczbaStron>1</LiczbaStron><ZakresDokumentowOd>1</ZakresDokumentowOd><ZakresDokumentowDo>2</ZakresDokumentowDo><CalkowitaLiczbaDokumentow>2</CalkowitaLiczbaDokumentow>`)
				has(`<TrybWysylki>Offline</TrybWysylki>`)
			}
		})
	}
}

// The ministry's own schema, its fixed name aside, accepts the receipts.
func TestReceiptsByXMLLint(t *testing.T) {
	xmllint := judge.Program(t, "xmllint")
	shared := os.Getenv("KSEF_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	xsd, err := os.ReadFile(filepath.Join(shared, "schemas/upo/upo-v4-3.xsd"))
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	xsd = []byte(strings.Replace(string(xsd), ` fixed="Ministerstwo Finansów"`, "", 1))
	if err := os.WriteFile(filepath.Join(dir, "upo.xsd"), xsd, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, doc := range receipts(t) {
		unsigned := regexp.MustCompile(`(?s)<ds:Signature.*</ds:Signature>`).ReplaceAll(doc, nil)
		path := filepath.Join(dir, "upo.xml")
		if err := os.WriteFile(path, unsigned, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(xmllint, "--nonet", "--noout", "--schema", filepath.Join(dir, "upo.xsd"), path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

func TestReceiptsByXMLSec(t *testing.T) {
	xmlsec := judge.Program(t, "xmlsec1")
	dir := t.TempDir()
	for name, doc := range receipts(t) {
		path := filepath.Join(dir, "upo.xml")
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(xmlsec, "--verify", "--insecure", "--enabled-key-data", "x509",
			"--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", path).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

func TestReceiptNotThere(t *testing.T) {
	l := sender(t, nil)
	b := l.open()
	reference := b.sent(paper{}.bytes())
	upo := "/sessions/" + b.reference + "/invoices/" + reference + "/upo"
	b.send("GET", upo, nil).refused(21178, "UPO faktury o numerze referencyjnym "+reference)
	number := b.invoice(reference).text("ksefNumber") // asking for the receipt was a look
	b.send("GET", upo, nil).want(200)
	other := l.open()
	other.send("GET", "/sessions/"+other.reference+"/invoices/ksef/"+number+"/upo", nil).
		refused(21178, "UPO o numerze KSeF "+number+" i numerze referencyjnym sesji "+other.reference+" nie zostało znalezione.")
	b.send("GET", "/sessions/20260314-SO-0000000000-0000000000-00/invoices/ksef/"+number+"/upo", nil).refused(21178)
	b.send("GET", "/sessions/"+b.reference+"/upo/20260314-EU-0000000000-0000000000-00", nil).refused(21178,
		"UPO o numerze referencyjnym 20260314-EU-0000000000-0000000000-00 dla sesji "+b.reference+" nie zostało znalezione.")
	b.send("GET", "/sessions/20260314-SO-0000000000-0000000000-00/upo/20260314-EU-0000000000-0000000000-00", nil).refused(21173)
	b.send("GET", "/sessions/"+b.reference+"/invoices/20260314-EE-0000000000-0000000000-00", nil).refused(21405)
	b.harness.sloppy().send("GET", "/sessions/"+b.reference+"/invoices/ksef/x/upo", nil).refused(21405, "ksefNumber")
}

// Download URLs are good for anybody, for three days, and for nothing else.
func TestDownload(t *testing.T) {
	l := sender(t, nil)
	b := l.open()
	r := b.fate(200, paper{}.bytes()).is("upoDownloadUrlExpirationDate", "2026-03-17T15:09:26.0000000+00:00")
	b.close()
	b.status()
	page := b.status().text("upo.pages.0.downloadUrl")
	for name, url := range map[string]string{"invoice": r.text("upoDownloadUrl"), "session": page} {
		t.Run(name, func(t *testing.T) {
			l.raw("GET", url, nil).want(200).hashed()
			l.raw("GET", url, nil, "Authorization: Bearer x").want(401)
			for _, change := range [][2]string{{"sig=", "sig=A"}, {"sp=r", "sp=w"}, {"se=2026", "se=2027"}, {"st=2026", "st=2025"}, {"/storage/", "/storage/0"}, {"sv=2025", "sv=2024"}, {"sr=b", "sr=c"}} {
				l.raw("GET", strings.Replace(url, change[0], change[1], 1), nil).want(401)
			}
			l.raw("GET", strings.Split(url, "?")[0], nil).want(401)
			l.raw("PUT", url, nil).want(405)
		})
	}
	l.Advance(3*24*time.Hour - time.Second)
	l.raw("GET", page, nil).want(200)
	l.Advance(time.Second)
	l.raw("GET", page, nil).want(403)
	l.Reset()
	l.raw("GET", page, nil).want(404)
	l.raw("GET", r.text("upoDownloadUrl"), nil).want(404)
	l.raw("GET", "http://localhost/storage/x", nil).want(404)
}

func TestUpload(t *testing.T) {
	l := sender(t, nil)
	v := l.announce(zipped(t, files(paper{}.bytes())...), 1, nil)
	url := v.opened.is("partUploadRequests.0.method", "PUT").is("partUploadRequests.0.headers.x-ms-blob-type", "BlockBlob").
		is("partUploadRequests.0.ordinalNumber", 1).text("partUploadRequests.0.url")
	l.raw("PUT", url, []byte("x")).want(400)
	l.raw("PUT", url, []byte("x"), "x-ms-blob-type: BlockBlob", "Authorization: Bearer x").want(401)
	l.raw("PUT", strings.Replace(url, "sig=", "sig=A", 1), []byte("x"), "x-ms-blob-type: BlockBlob").want(401)
	l.raw("PUT", strings.Replace(url, "batch-parts/1", "batch-parts/2", 1), []byte("x"), "x-ms-blob-type: BlockBlob").want(401)
	v.upload(1, make([]byte, maxOpenedPart+1)).want(400)
	v.shut().refused(21205)
	v.upload(1, make([]byte, 3<<20)).want(201)
	v.shut().refused(21157)
	v.delivered().outcome(200)
	l.Reset()
	v.upload(1, v.parcel.parts[0]).want(404)
}

// Whoever trusts the server's authority can prove the invoice with its receipt.
func TestReceiptProves(t *testing.T) {
	l := sender(t, nil)
	pem, err := l.CA()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	doc := paper{}.bytes()
	b := l.open()
	r := b.fate(200, doc)
	number := r.text("ksefNumber")
	read, err := upo.Verify(l.raw("GET", r.text("upoDownloadUrl"), nil).want(200).body, &upo.VerifyOptions{Roots: roots, Organization: upo.AnyOrganization})
	if err != nil {
		t.Fatal(err)
	}
	if read.Trust != upo.Trusted || read.Environment() != upo.Sandbox || read.SessionReference != b.reference {
		t.Errorf("the receipt is %v, of %s, for %s", read.Trust, read.Environment(), read.SessionReference)
	}
	if d, err := read.Proves(doc); err != nil || d.KSeFNumber != number {
		t.Errorf("it proves %v, %v", d, err)
	}
	if _, err := read.Proves(paper{number: "another"}.bytes()); err == nil {
		t.Error("it proves another invoice")
	}
}
